"""Decides from readings alone whether something was taken down. Pure.

A wrong «removed» is the worst this software can say, so nothing is removed on one observation. What a
successful, newest-first reading covered and did not show is `suspected`; what a second such reading does not
show either, `confirm` later, is confirmed. Where too much goes at once the portal is suspected instead, until
readings have gone on agreeing for 24 × `confirm`, as `agreement` has it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.agreement import Doubt, Look, agreed_for
from monitor.clock_jumps import Forward, really
from monitor.dates import plausible
from monitor.detect import Status
from monitor.reach import window_covered
from monitor.schedule import WIDE_EVERY

FEW = 3
"""More than this many at once, or more than a tenth of the positions covered: the portal is suspected."""
PATIENCE = 24
"""A mass removal is believed after this many times `confirm` of agreeing readings."""
PATIENCE_WHEN_SHORT = WIDE_EVERY
"""A reading that did not cover the rescan window confirms after this many times `confirm`: an editor who dates
a release back moves it below the first page, where the wide reading that falls into that time finds it."""

PATIENCE_WHILE_SOUGHT = 3
"""A copy waits so many times longer for those that its siblings' readings miss and have not proved gone: one that
was hidden together with many others is proved a day after that, and one removal told in two parts is two."""


@dataclass(frozen=True, slots=True)
class HeldEdition:
    """An edition that the listing should show."""

    id: int
    source_id: str
    published_at: datetime | None
    suspected_at: datetime | None
    """When a reading of this listing first lacked it."""
    confirmed_at: datetime | None
    in_mass: bool = False
    """It began to be missed together with too many others: a portal that recovers shows it last."""
    first_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """What one reading from page 1 on has seen of its listing."""

    seen: tuple[tuple[str, datetime | None], ...]
    """Id and date of each item, in the order received."""
    to_the_end: bool
    """The listing's last page was reached."""


@dataclass(frozen=True, slots=True)
class Absences:
    """What a reading says of editions that it should have shown."""

    suspect: tuple[HeldEdition, ...] = ()
    """Missing for the first time."""
    confirm: tuple[HeldEdition, ...] = ()
    """Missing again, long enough after the first time."""
    mass: bool = False
    """Too many are missing at once: the portal is suspected, and none is confirmed."""
    look_wider: bool = False
    """The next reading had better cover the rescan window: it could confirm what this one could not."""


def absences(
    cover: Cover,
    held: Sequence[HeldEdition],
    *,
    elsewhere: int,
    now: datetime,
    confirm: timedelta,
    closely: timedelta,
    looks: Iterable[Look] = (),
    put_forward: Iterable[Forward] = (),
) -> Absences:
    """What is missing from `cover` of the editions that are `held` for its listing.

    `held` are those listed or suspected, whatever their date; only those whose position the reading covered
    are judged. `elsewhere` counts the releases that other listings began to miss within the last `confirm`.
    `looks` are the readings of the listing since the first doubt; they agree where they follow each other `closely`.
    `put_forward` is what the clock has left out of late: a time that did not pass confirms nothing.
    """
    covered = _covered(cover, held)
    if not covered:
        return Absences()
    seen = {source_id for source_id, _ in cover.seen}
    missing = [edition for edition in covered if edition.source_id not in seen]
    recent = [e for e in missing if e.confirmed_at is None]
    mass = bool(recent) and (len(recent) + elsewhere > FEW or len(recent) * 10 > len(covered))
    wait = confirm * _patience(cover, mass=mass)
    looks, put_forward = tuple(looks), tuple(put_forward)

    def is_due(edition: HeldEdition, suspected_at: datetime) -> bool:
        if not (mass or edition.in_mass):
            return really(suspected_at, now, put_forward) >= wait
        doubt = Doubt(edition.published_at, suspected_at)
        agreed = agreed_for(doubt, looks, now=now, closely=closely, put_forward=put_forward)
        return agreed >= PATIENCE * confirm

    doubted = [(e, really(e.suspected_at, now, put_forward)) for e in recent if e.suspected_at is not None]
    due = tuple(e for e in recent if e.suspected_at is not None and is_due(e, e.suspected_at))
    return Absences(
        suspect=tuple(e for e in missing if e.suspected_at is None),
        confirm=due,
        mass=mass and not due,
        look_wider=not mass and any(confirm <= since < wait and not e.in_mass for e, since in doubted),
    )


def _patience(cover: Cover, *, mass: bool) -> int:
    """How many times `confirm` lie between the reading that suspects and one that confirms."""
    if mass:
        return PATIENCE
    wide = cover.to_the_end or window_covered(moment for _, moment in cover.seen)
    return 1 if wide else PATIENCE_WHEN_SHORT


def confirmable_from(
    suspected_at: datetime,
    *,
    in_mass: bool,
    read_at: datetime | None,
    wide_at: datetime | None,
    confirm: timedelta,
) -> datetime | None:
    """The first moment from which a reading may confirm a suspicion; None: those that could have did not.

    `read_at` and `wide_at` are when the listing was last read, and read so that the rescan window was covered. What
    such readings neither show nor confirm stands below what they see, or is missed with too many others: it is left
    to audits, and is no reason to read again and again.
    """
    tries = [(PATIENCE, read_at)]
    if not in_mass:
        tries = [(1, wide_at), (PATIENCE_WHEN_SHORT, read_at), *tries]
    moments = ((suspected_at + times * confirm, last) for times, last in tries)
    return next((at for at, last in moments if last is None or last < at), None)


def neighbours(cover: Cover, edition: HeldEdition) -> tuple[str | None, str | None]:
    """The ids of the items seen right above and right below the place of an edition that is missing."""
    published, above = edition.published_at, None
    for source_id, moment in cover.seen:
        if moment is None or published is None:
            continue
        if moment < published:
            return above, source_id
        above = source_id
    return above, None


def covered_to(cover: Cover) -> datetime | None:
    """The date of the oldest item seen, above which every place of the listing was; None: nothing is proved.

    A reading whose items are not in newest-first order proves nothing about places.
    """
    dates = [moment for _, moment in cover.seen if moment is not None]
    if not dates or any(above < below for above, below in pairwise(dates)):
        return None
    return dates[-1]


def below(cover: Cover, held: Sequence[HeldEdition]) -> bool:
    """Whether anything is held that was not seen and should stand below all that was."""
    oldest = covered_to(cover)
    seen = {source_id for source_id, _ in cover.seen}
    missing = [e.published_at for e in held if e.source_id not in seen and e.published_at is not None]
    return oldest is not None and any(published <= oldest for published in missing)


def _covered(cover: Cover, held: Sequence[HeldEdition]) -> list[HeldEdition]:
    """The held editions that lie between the top of the listing and an older item that was seen."""
    oldest = covered_to(cover)
    if oldest is None:
        return []
    if cover.to_the_end:
        return list(held)
    return [e for e in held if e.published_at is not None and e.published_at > oldest and _has_a_place(e)]


def _has_a_place(edition: HeldEdition) -> bool:
    """Whether its date says where the listing shows it.

    One typed into the future is put right one day, and then it stands anywhere: only a reading to the end can
    miss it.
    """
    published, seen = edition.published_at, edition.first_seen_at
    return published is None or seen is None or plausible(published, seen)


@dataclass(frozen=True, slots=True)
class Copy:
    """One language of a release, as far as its removal goes."""

    edition_id: int
    lang: str
    status: Status
    confirmed_at: datetime | None
    """When two readings of every listing that showed it had proved it gone; None: they have not."""
    looked_at: datetime | None
    """The end of the last reading that covered its place in a listing that does not lack it."""
    suspected_at: datetime | None
    sought_at: datetime | None = None
    """The end of the last reading that covered its place in any listing."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A removal to declare; `edition_id` None: of the whole release."""

    edition_id: int | None
    lang: str | None


def removals(
    copies: Sequence[Copy], *, now: datetime, confirm: timedelta, put_forward: Iterable[Forward] = ()
) -> tuple[Removed, ...]:
    """What to declare of a release at least one copy of which is confirmed gone.

    All copies gone: one removal of the release. Some: one for each, once every other copy has been looked for
    since and was there; until then nothing, lest one event be told twice. But what cannot be looked for (its
    language is read no more, its listing fails) holds up no longer than a mass removal is doubted, and what readings
    look for and miss, until they prove it gone, no longer than three times that. `put_forward` as `absences` has it.
    """
    gone = [copy for copy in copies if copy.confirmed_at is not None and copy.status == "suspected"]
    rest = [copy for copy in copies if copy.status in {"listed", "suspected"} and copy not in gone]
    if not gone:
        return ()
    if not rest:
        return (Removed(None, None),)
    since = max(copy.suspected_at for copy in gone if copy.suspected_at is not None)
    settled = all(c.status == "listed" and c.looked_at is not None and c.looked_at > since for c in rest)
    proved_at = max(copy.confirmed_at for copy in gone if copy.confirmed_at is not None)
    patience, put_forward = PATIENCE * confirm, tuple(put_forward)
    sought = (c.sought_at for c in rest if c.status == "suspected" and c.sought_at is not None)
    is_sought = any(really(at, now, put_forward) < patience for at in sought)
    waited = really(proved_at, now, put_forward)
    if settled or waited >= patience * (PATIENCE_WHILE_SOUGHT if is_sought else 1):
        return tuple(Removed(copy.edition_id, copy.lang) for copy in gone)
    return ()


@dataclass(frozen=True, slots=True)
class Presence:
    """One agency that lists a release, or did."""

    agency: str
    since: datetime
    langs: frozenset[str]
    """In which its listing shows, or has shown, a copy that is not removed."""
    missing: frozenset[str]
    """Those of them that a reading of its listing lacked."""
    confirmed: frozenset[str]
    """Those that two have lacked."""
    looked_at: datetime | None
    """The end of the last reading that covered the place of one that it does not lack."""
    missed_at: datetime | None
    """When a reading first lacked one; None: none did."""


@dataclass(frozen=True, slots=True)
class Departure:
    """An agency lists a release no more, while `to` does."""

    agency: str
    to: str


def departures(presences: Sequence[Presence]) -> tuple[Departure, ...]:
    """Which agencies have let go of a release that another one lists; `to` is the one that has it longest."""
    left = []
    for gone in presences:
        if not gone.langs or gone.langs != gone.confirmed or gone.missed_at is None:
            continue
        # Who is only remembered to list it may have let go of it too.
        present = [
            one
            for one in presences
            if one.langs - one.missing and one.looked_at is not None and one.looked_at > gone.missed_at
        ]
        if present:
            left.append(Departure(gone.agency, min(present, key=lambda one: (one.since, one.agency)).agency))
    return tuple(left)

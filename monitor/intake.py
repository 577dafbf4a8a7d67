"""Takes in one page that was read: verdicts, the changes they make and the deliveries those owe, all at once.

The one place where a decision becomes rows. Nothing here waits for the network; everything of a page commits
together or not at all.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from itertools import groupby

from crawler.directory import kind_of
from crawler.records import Misfit, Sighting
from monitor.changes import Change
from monitor.config import Alert
from monitor.dates import plausible
from monitor.detect import KnownRelease, ListingHistory, Verdict, detect, is_damaged, needs_wording
from monitor.errors import StoreError
from monitor.masses import WITHIN, edited_in_mass, likeness
from monitor.rules import deliveries_for
from monitor.schedule import Listing, Seen
from monitor.store.arrivals import note_arrivals
from monitor.store.database import Database, apart, from_text, store_errors, to_text
from monitor.store.deliveries import has_heard_of_mass, owe
from monitor.store.first_copies import FirstCopy, write_first_copies
from monitor.store.held import Held, digests, known, plainly_listed
from monitor.store.journal import alike, earlier_copies, load_changes
from monitor.store.listings import Counts, last_read, quarantine, release_from_quarantine
from monitor.store.redactions import redacted
from monitor.store.releases import write_verdict
from monitor.store.stories import note_sightings
from monitor.store.told_before import (
    as_heard_before,
    counts_as_told,
    is_any_told_before,
    owe_as_before,
)

log = logging.getLogger("jarshy.intake")

DAMAGED = "Characters were lost on the way; the words that are held stay."
"""Why an item is set aside that shows the words of its release with signs of loss in them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page brought."""

    seen: tuple[Seen, ...]
    """Its items in the order received; a date that cannot be right is left out, so that nothing follows from it."""
    changes: tuple[Change, ...] = ()
    """Everything that was written to the journal, baseline included."""

    @property
    def counts(self) -> Counts:
        """The figures of its `crawls` row."""
        kinds = [change.kind for change in self.changes]
        return Counts(
            new=kinds.count("published") + kinds.count("translated"),
            edited=kinds.count("edited"),
            removed=kinds.count("removed"),
        )

    @property
    def news(self) -> bool:
        """Whether anything happened that was not history."""
        return any(not change.baseline for change in self.changes)


class LacksWordings(Exception):
    """The worker left out wordings that are not held here: the page has to be sent in full."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is held of the items of a page."""

    held: Mapping[str, Held]
    """By portal id, of those that its listing plainly shows."""
    known: Mapping[str, KnownRelease]
    """By portal id, of those that differ from what is plainly held."""


def look_up(
    db: Database, records: Sequence[Sighting | Misfit], agency: str, lang: str, *, now: datetime
) -> Found:
    """What is held of the items of a listing's page; has to be asked before anything of the page is stored.

    Raises LacksWordings.
    """
    sightings = _each_once(records)
    held = plainly_listed(db, agency, lang, (seen.source_id for seen in sightings))
    changed = [seen for seen in sightings if _differs(seen, held)]
    found = known(db, (seen.source_id for seen in changed))
    for seen in changed:
        if seen.wording is None and needs_wording(found.get(seen.source_id), seen, lang, now):
            raise LacksWordings
    return Found(held, found)


def check_wordings(
    db: Database, sightings: Sequence[Sighting], lang: str, *, not_needed: Mapping[str, str]
) -> None:
    """Raises LacksWordings where one of these items, of whatever listing, has no wording and is not held.

    `not_needed`: digests, by portal id, of those whose wording is of no use unless something else is held of them.
    """
    short = [seen for seen in _each_once(sightings) if seen.wording is None]
    held = {**not_needed, **digests(db, lang, (seen.source_id for seen in short))}
    lacking = [seen.source_id for seen in short if held.get(seen.source_id) != seen.digest]
    if lacking and not redacted(db, lacking).issuperset(lacking):
        raise LacksWordings


def take_page(
    db: Database,
    records: Sequence[Sighting | Misfit],
    listing: Listing,
    found: Found,
    *,
    alerts: Sequence[Alert],
    started_at: datetime,
    now: datetime,
) -> Taken:
    """Stores what a page said, inside the caller's transaction; `found` is what that held of it before.

    `started_at` is when the page was asked for.
    """
    sightings = _each_once(records)
    misfits = [record for record in records if isinstance(record, Misfit)]
    for misfit in misfits:
        _set_aside(db, misfit, listing, now)
    changed = [seen for seen in sightings if _differs(seen, found.held)]
    history = ListingHistory(listing.agency, listing.lang, listing.watermark, listing.walked)
    if any(_is_first_copy(seen, found.known, history) for seen in changed):
        began = listing.behind_since or started_at
        history = replace(history, unread_since=last_read(db, *listing.key, before=began))
    aside: set[str] = set()
    # Oldest first, so that feeds and the journal read in the order of publication.
    written = _take_each(db, changed[::-1], found.known, history, now, aside)
    # What is still to be kept aside stays there from when it was first met.
    read = (seen.source_id for seen in sightings if seen.source_id not in aside)
    release_from_quarantine(db, read, agency=listing.agency, lang=listing.lang)
    note_sightings(db, changed, listing.lang)
    note_arrivals(db, {seen.source_id for seen in changed})
    return Taken(
        seen=(
            *(
                Seen(
                    seen.source_id,
                    _date_for_paging(seen, found.held, now),
                    known=_was_met(found.held.get(seen.source_id), found.known.get(seen.source_id), listing),
                )
                for seen in sightings
            ),
            # An item that cannot be read is listed all the same: it is not missing, and not the end.
            *(Seen(misfit.source_id or "", None, known=True) for misfit in misfits),
        ),
        changes=tell(db, written, alerts),
    )


def _take_each(
    db: Database,
    sightings: Sequence[Sighting],
    before: Mapping[str, KnownRelease],
    history: ListingHistory,
    now: datetime,
    aside: set[str],
) -> list[int]:
    """Decides these sightings and stores them, those of a first copy together; the ids of the changes.

    `aside` gets the portal ids of those that are set aside.
    """
    written: list[int | None] = []
    for first, some in groupby(sightings, lambda seen: _is_first_copy(seen, before, history)):
        together = list(some)
        told = _take_first_copies(db, together, before, history, now) if first and len(together) > 1 else None
        # One of them trips us up: by itself each does, or does not.
        written += told or [
            _take(db, seen, before.get(seen.source_id), history, now, aside) for seen in together
        ]
    return [change for change in written if change is not None]


def _is_first_copy(seen: Sighting, before: Mapping[str, KnownRelease], history: ListingHistory) -> bool:
    release = before.get(seen.source_id)
    return release is None or history.lang not in release.editions


def _take_first_copies(
    db: Database,
    sightings: Sequence[Sighting],
    before: Mapping[str, KnownRelease],
    history: ListingHistory,
    now: datetime,
) -> list[int | None] | None:
    """The change of each; None, and nothing written, where one of them cannot be stored."""
    try:
        with store_errors(), apart(db):
            copies = [
                FirstCopy(seen, verdict, release)
                for seen in sightings
                for release in [before.get(seen.source_id)]
                if (verdict := detect(release, seen, history, now)) is not None
            ]
            return write_first_copies(db, copies, agency=history.agency, lang=history.lang, now=now)
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 said of the one that it comes from
        return None


def _take(
    db: Database,
    seen: Sighting,
    before: KnownRelease | None,
    history: ListingHistory,
    now: datetime,
    aside: set[str],
) -> int | None:
    """Decides one sighting and stores it; one that trips us up is set aside, and the others go on."""
    try:
        with store_errors(), apart(db):
            if seen.wording is not None and is_damaged(before, seen, history.lang):
                misfit = Misfit(seen.order, seen.position, seen.source_id, DAMAGED, seen.wording.raw)
                _set_aside(db, misfit, Listing(history.agency, history.lang), now)
                aside.add(seen.source_id)
            verdict = detect(before, seen, history, now)
            if verdict is None:
                return None
            if verdict.kind == "edited":
                verdict = _beside_others(db, verdict, now)
            return write_verdict(db, verdict, seen, before, agency=history.agency, lang=history.lang, now=now)
    except StoreError:
        raise
    except Exception as error:
        log.exception("Release %s: a fault of Jarshy itself; please report it.", seen.source_id)
        reason = f"A fault of Jarshy itself: {type(error).__name__}."
        misfit = Misfit(seen.order, seen.position, seen.source_id, reason, "")
        _set_aside(db, misfit, Listing(history.agency, history.lang), now)
        aside.add(seen.source_id)
        return None


def _beside_others(db: Database, verdict: Verdict, now: datetime) -> Verdict:
    """An edit, marked with what it has in common with others, and as one of very many where it is."""
    mark = likeness(verdict.detail)
    if mark is None:
        return verdict
    mass = edited_in_mass(mark, alike(db, mark, since=now - WITHIN))
    return replace(verdict, detail={**verdict.detail, "alike": mark, **({"mass": mass} if mass else {})})


def _set_aside(db: Database, misfit: Misfit, listing: Listing, now: datetime) -> None:
    raw = blake2b(misfit.raw.encode("utf-8", "replace"), digest_size=16).hexdigest()
    # By its id where it has one: a counter in it moves at every reading.
    key = misfit.source_id or raw
    quarantine(db, misfit, key, agency=listing.agency, lang=listing.lang, now=now)


def tell(db: Database, written: Sequence[int], alerts: Sequence[Alert]) -> tuple[Change, ...]:
    """Owes what the rules say of these changes, by their ids, in the transaction that wrote them; the changes."""
    changes = load_changes(db, written)
    remembers = is_any_told_before(db, now=changes[0].at) if changes else False
    for change in changes:
        if remembers and (owe_as_before(db, change) or counts_as_told(db, change)):
            continue
        if alerts and not change.baseline:
            heard = as_heard_before(db, change) if remembers else change
            # What was told in words that are not held any more counts as heard.
            copies = earlier_copies(db, change) if heard is change else None
            mark = change.detail.get("mass", {}).get("mark")
            for owed in deliveries_for(alerts, heard, agency_kind=kind_of(change.agency), copies=copies):
                person = owed.address.person and mark is not None
                if not (person and has_heard_of_mass(db, owed.address.key, mark, since=change.at - WITHIN)):
                    owe(db, change.id, owed)
    return tuple(changes)


def _each_once(records: Sequence[Sighting | Misfit]) -> list[Sighting]:
    """The sightings of a page; of an id that stands there twice the first, so that two wordings never take turns."""
    first: dict[str, Sighting] = {}
    for record in records:
        if isinstance(record, Sighting):
            first.setdefault(record.source_id, record)
    return list(first.values())


def _differs(seen: Sighting, held: Mapping[str, Held]) -> bool:
    return seen.source_id not in held or held[seen.source_id].digest != seen.digest


def _date_for_paging(seen: Sighting, held: Mapping[str, Held], now: datetime) -> datetime | None:
    if seen.wording is not None:
        at = seen.wording.published_at
    else:
        at = held[seen.source_id].published_at if seen.source_id in held else None
    return at if at is not None and plausible(at, now) else None


def _was_met(held: Held | None, release: KnownRelease | None, listing: Listing) -> bool:
    """Whether this listing had shown the release before, so that a reading has met what is known.

    What came in since the listing fell behind does not count, nor does a dump.
    """
    if held is not None:
        first_seen = held.first_seen_at
    else:
        edition = release.editions.get(listing.lang) if release else None
        if release is not None and release.redacted and edition is None:
            return True  # it will never be held
        if release is None or edition is None or edition.first_seen_at is None:
            return False
        if edition.status == "unseen" or listing.agency not in release.agencies:
            return False
        first_seen = max(edition.first_seen_at, release.agencies[listing.agency])
    # Both to the millisecond, as they are stored.
    return listing.behind_since is None or first_seen < from_text(to_text(listing.behind_since))

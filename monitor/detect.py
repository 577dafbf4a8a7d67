"""Decides what one sighting means, given what is known. Pure: no clock, no database, no network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from crawler.records import Sighting, Wording
from monitor.changes import WEIGHT_OF, Kind, Weight
from monitor.copies import against
from monitor.difference import Content, difference
from monitor.fingerprint import fingerprint
from monitor.flapping import CAP, REST, WITHIN, Flapping, Revised, came_back_to, flaps
from monitor.lost_characters import lack_each_their_own, lacks_characters

Status = Literal["listed", "suspected", "removed", "unseen"]

LATE = timedelta(days=1)
"""What is older by its own date, found by a listing that had not been read for so long, is found late."""


@dataclass(frozen=True, slots=True)
class KnownEdition:
    """What is held of a release in one language."""

    id: int
    lang: str
    status: Status
    digest: str
    fingerprint: str
    revisions: int
    content: Content
    first_seen_at: datetime | None = None
    listed_by: frozenset[str] = frozenset()
    """The agencies whose listing shows it in this language, and has not lacked it since."""
    wordings: tuple[Revised, ...] = ()
    """Its revisions in their order."""
    flapping: Flapping | None = None
    """It flips between wordings; None: it does not."""
    shown_last: Content | None = None
    """Of one that flips, what the portal showed last, where that is another wording than the one held."""


@dataclass(frozen=True, slots=True)
class KnownRelease:
    """What is held of a release."""

    id: int
    source_id: str
    status: Status
    agency: str
    agencies: Mapping[str, datetime]
    """Every agency that lists it or has listed it, the owner among them, and when it was first seen there."""
    editions: Mapping[str, KnownEdition]
    """By language."""
    redacted: bool = False
    """Its words were taken out of the history; it takes in none any more."""


@dataclass(frozen=True, slots=True)
class ListingHistory:
    """How far the first reading of a listing has come; it decides what is history and what is news."""

    agency: str
    lang: str
    watermark: int | None
    """The highest id of page 1 when the first reading began; None: page 1 was empty."""
    walked: bool
    """The first reading has reached its end."""
    unread_since: datetime | None = None
    """When it was read last before this reading began; None: never, or nobody asked."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sighting means. Nothing new at all is no verdict, but None."""

    kind: Kind | None
    """None: worth storing, but nothing that anybody is told."""
    wording: Wording | None
    """What to store as the edition's current wording; None: the one held stays."""
    fingerprint: str
    revises: bool
    """The wording becomes a revision of its own."""
    whole: bool = False
    """The change concerns the release and not one language of it."""
    weight: Weight = "none"
    baseline: bool = False
    detail: dict[str, Any] = field(default_factory=dict)
    flapping: Flapping | None = None
    """What is to be remembered of an edition that flips between wordings."""
    rested: bool = False
    """It flips no more."""


def detect(
    known: KnownRelease | None, seen: Sighting, listing: ListingHistory, now: datetime
) -> Verdict | None:
    """What `seen`, in `listing`, says that `known` does not; None: nothing.

    A sighting may lack its wording only where `needs_wording` says so.
    """
    wording = seen.wording
    edition = known.editions.get(listing.lang) if known else None
    if known is not None and known.redacted:
        return _same_item(known, edition, listing) if edition is not None else None
    if known is None or edition is None:
        if wording is None:
            raise ValueError(f"the sighting of release {seen.source_id} lacks the wording that is not held")
        return _first_copy(known, wording, seen.source_id, listing, now)
    same = wording is None or edition.digest == seen.digest
    print_now = _print_by_digest(edition, seen) if wording is None or same else print_of(wording)
    flapping = edition.flapping if edition.status == "listed" else None
    if flapping is not None and print_now in flapping.turns:
        rests = flapping.rests_at(print_now, now)
        if not rests or print_now == edition.fingerprint:
            return _in_turn(edition, flapping, print_now, seen, listing, now)
    if wording is None or same:
        return _same_item(known, edition, listing)
    if edition.status == "unseen":
        if known.status == "removed":
            return _restored(known, wording, print_now, revises=print_now != edition.fingerprint)
        # A dump is evidence, not a wording to compare: what the portal says first is a revision, no change.
        return Verdict(None, wording, print_now, revises=print_now != edition.fingerprint)
    if print_now == edition.fingerprint:
        return _same_words(known, edition, wording, print_now)
    if is_damaged(known, seen, listing.lang):
        return _same_item(known, edition, listing)
    if edition.status != "removed" and lacks_characters(edition.content, content_of(wording)):
        return Verdict(None, wording, print_now, revises=True)  # it was damaged when it came first
    rests = flapping is not None and print_now in flapping.turns
    before = edition.content if rests or edition.shown_last is None else edition.shown_last
    weight, detail = difference(before, content_of(wording))
    if not detail["fields"]:
        # The fingerprint held was made by an older rule; to a reader nothing has changed.
        return _same_words(known, edition, wording, print_now)
    if (back_to := came_back_to(print_now, edition.wordings)) is not None:
        detail["back_to"] = back_to
        detail.pop("replaced", None)  # a text that stood there before is none that the id was given to
    others = {lang: copy.content for lang, copy in known.editions.items() if lang != edition.lang}
    differing = _against(content_of(wording), known, others)
    if differing != _against(before, known, others):
        detail |= differing  # what this edit brought about, and not what was so before
    if edition.status == "removed":
        return _restored(known, wording, print_now, revises=True, detail=detail)
    return _edited(edition, wording, print_now, seen.digest, weight, detail, now)


def is_damaged(known: KnownRelease | None, seen: Sighting, lang: str) -> bool:
    """Whether the portal shows the words that are held, with characters lost: no wording to be believed."""
    edition = known.editions.get(lang) if known and not known.redacted else None
    if edition is None or edition.status == "unseen" or seen.wording is None:
        return False
    shown = content_of(seen.wording)
    return any(
        held is not None and (lacks_characters(shown, held) or lack_each_their_own(shown, held))
        for held in (edition.content, edition.shown_last)
    )


def needs_wording(known: KnownRelease | None, seen: Sighting, lang: str, now: datetime) -> bool:
    """Whether a sighting without its wording cannot be judged: its item is not held."""
    if known is not None and known.redacted:
        return False
    edition = known.editions.get(lang) if known else None
    if edition is None:
        return True
    if edition.digest == seen.digest:
        return False
    mark = edition.flapping.by_digest(seen.digest) if edition.flapping else None
    return edition.flapping is None or mark is None or edition.flapping.rests_at(mark, now)


def is_baseline(source_id: str, listing: ListingHistory, *, further_copy: bool) -> bool:
    """Whether an item is history: the rule of the first reading.

    What stood on the portal when the first reading began (its id is not above the watermark) is history, and
    so is a further language of a known release that shows before that reading has ended. A higher id is news.
    """
    if listing.watermark is None:
        return not listing.walked
    return int(source_id) <= listing.watermark or (further_copy and not listing.walked)


def print_of(wording: Wording) -> str:
    """The fingerprint of a wording."""
    return fingerprint(
        wording.title,
        wording.text,
        published_raw=wording.published_raw,
        attachments=(attachment.url for attachment in wording.attachments),
        images=wording.images,
    )


def content_of(wording: Wording) -> Content:
    """What of a wording is compared."""
    return Content(
        title=wording.title,
        text=wording.text,
        published_raw=wording.published_raw,
        attachments=tuple(attachment.url for attachment in wording.attachments),
        images=wording.images,
        names=tuple(attachment.name for attachment in wording.attachments),
    )


def _first_copy(
    known: KnownRelease | None,
    wording: Wording,
    source_id: str,
    listing: ListingHistory,
    now: datetime,
) -> Verdict:
    # What only a dump has said the portal never showed: nobody was told of it, and it is no earlier copy.
    copies = known.editions if known else {}
    earlier = {lang: copy for lang, copy in sorted(copies.items()) if copy.status != "unseen"}
    kind: Kind = "translated" if earlier else "published"
    if known is not None and known.status == "removed":
        kind = "restored"
    baseline = kind != "restored" and is_baseline(source_id, listing, further_copy=bool(earlier))
    detail: dict[str, Any] = {"earlier": list(earlier)} if earlier else {}
    if kind != "restored" and not baseline and listing.unread_since is not None:
        detail |= _late(wording, listing.unread_since, now)
    if known is not None and earlier and not baseline:
        # Of history it is not known when its copies came, and whoever looks at it compares them.
        came = {lang: copy.first_seen_at for lang, copy in earlier.items()}
        detail["after"] = {lang: round((now - at).total_seconds()) for lang, at in came.items() if at}
        detail |= _against(content_of(wording), known, {lang: copy.content for lang, copy in earlier.items()})
    return Verdict(
        kind,
        wording,
        print_of(wording),
        revises=True,
        whole=kind == "restored",
        weight=WEIGHT_OF[kind],
        baseline=baseline,
        detail=detail,
    )


def _late(wording: Wording, unread_since: datetime, now: datetime) -> dict[str, Any]:
    """That a copy is news and no longer new: it came while its listing could not be read, or was not."""
    dated = wording.published_at
    if dated is None or now - unread_since <= LATE:
        return {}
    if wording.published_precision == "day":
        dated += timedelta(days=1)
    return {"late": {"unread_since": _stored(unread_since)}} if now - dated > LATE else {}


def _against(here: Content, known: KnownRelease, there: Mapping[str, Content]) -> dict[str, Any]:
    """How a copy's numbers and dates differ from those of the others that the portal shows, as detail."""
    shown = {lang: content for lang, content in there.items() if known.editions[lang].status == "listed"}
    found = against(here, shown)
    return {"against": found} if found else {}


def _edited(
    edition: KnownEdition,
    wording: Wording,
    print_now: str,
    digest: str,
    weight: Weight,
    detail: dict[str, Any],
    now: datetime,
) -> Verdict:
    """Another wording; told for the last time for a while where it makes the edition one that flips."""
    known = edition.flapping
    if known is not None and print_now not in known.turns:
        flapping: Flapping | None = known.with_turn(print_now, digest, now)  # a third wording is news
    else:
        flapping = flaps(print_now, digest, edition.wordings, now) if known is None else None
        if flapping is not None:
            detail["flapping"] = _said_of(flapping)
    rested = known is not None and print_now in known.turns
    if rested:
        detail["rested"] = True
    return Verdict(
        "edited",
        wording,
        print_now,
        revises=True,
        weight=weight,
        detail=detail,
        flapping=flapping,
        rested=rested,
    )


def _in_turn(
    edition: KnownEdition,
    flapping: Flapping,
    print_now: str,
    seen: Sighting,
    listing: ListingHistory,
    now: datetime,
) -> Verdict | None:
    """One more turn of an edition that flips, or its coming to rest at the wording held; nobody is told."""
    rests = flapping.rests_at(print_now, now)
    if not rests and not flapping.needs_note(print_now, now) and listing.agency in edition.listed_by:
        return None
    noted = None if rests else flapping.with_turn(print_now, seen.digest, now)
    return Verdict(None, None, edition.fingerprint, revises=False, flapping=noted, rested=rests)


def _print_by_digest(edition: KnownEdition, seen: Sighting) -> str:
    """The fingerprint of an item whose wording is held, or was lately."""
    turned_to = edition.flapping.by_digest(seen.digest) if edition.flapping else None
    return edition.fingerprint if edition.digest == seen.digest or turned_to is None else turned_to


def _said_of(flapping: Flapping) -> dict[str, Any]:
    return {
        "since": _stored(flapping.since),
        "returns": flapping.returns,
        "cap": CAP,
        "reason": f"went back to an earlier wording {flapping.returns} times within {WITHIN.days} days; "
        f"nothing more is told until one wording has stood for {REST // timedelta(hours=1)} hours",
    }


def _stored(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _same_item(known: KnownRelease, edition: KnownEdition, listing: ListingHistory) -> Verdict | None:
    if edition.status == "removed":
        return _restored(known, None, edition.fingerprint, revises=False)
    if edition.status != "listed" or listing.agency not in edition.listed_by:
        return Verdict(None, None, edition.fingerprint, revises=False)
    return None


def _same_words(known: KnownRelease, edition: KnownEdition, wording: Wording, print_now: str) -> Verdict:
    """Other mark-up over the same words: the newer mark-up is kept, nobody is told."""
    if edition.status == "removed":
        return _restored(known, wording, print_now, revises=False)
    return Verdict(None, wording, print_now, revises=False)


def _restored(
    known: KnownRelease,
    wording: Wording | None,
    print_now: str,
    *,
    revises: bool,
    detail: dict[str, Any] | None = None,
) -> Verdict:
    return Verdict(
        "restored",
        wording,
        print_now,
        revises=revises,
        whole=known.status == "removed",
        weight=WEIGHT_OF["restored"],
        detail=detail or {},
    )

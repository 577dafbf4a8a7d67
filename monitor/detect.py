"""Decides what one sighting means, given what is known. Pure: no clock, no database, no network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from crawler.records import Sighting, Wording
from monitor.changes import WEIGHT_OF, Kind, Weight
from monitor.difference import Content, difference
from monitor.fingerprint import fingerprint

Status = Literal["listed", "suspected", "removed", "unseen"]


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


@dataclass(frozen=True, slots=True)
class KnownRelease:
    """What is held of a release."""

    id: int
    source_id: str
    status: Status
    agency: str
    agencies: Mapping[str, datetime]
    """Every agency whose listing it was seen in, the owner among them, and when first."""
    editions: Mapping[str, KnownEdition]
    """By language."""


@dataclass(frozen=True, slots=True)
class ListingHistory:
    """How far the first reading of a listing has come; it decides what is history and what is news."""

    agency: str
    lang: str
    watermark: int | None
    """The highest id of page 1 when the first reading began; None: page 1 was empty."""
    walked: bool
    """The first reading has reached its end."""


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


def detect(known: KnownRelease | None, seen: Sighting, listing: ListingHistory) -> Verdict | None:
    """What `seen`, in `listing`, says that `known` does not; None: nothing.

    A sighting without its wording must be one whose digest is held.
    """
    wording = seen.wording
    edition = known.editions.get(listing.lang) if known else None
    if known is None or edition is None:
        if wording is None:
            raise ValueError(f"the sighting of release {seen.source_id} lacks the wording that is not held")
        return _first_copy(known, wording, seen.source_id, listing)
    if wording is None or edition.digest == seen.digest:
        return _same_item(known, edition, listing)
    print_now = print_of(wording)
    if edition.status == "unseen":
        # A dump is evidence, not a wording to compare: what the portal says first is a revision, no change.
        return Verdict(None, wording, print_now, revises=print_now != edition.fingerprint)
    if print_now == edition.fingerprint:
        return _same_words(known, edition, wording, print_now)
    weight, detail = difference(edition.content, content_of(wording))
    if not detail["fields"]:
        # The fingerprint held was made by an older rule; to a reader nothing has changed.
        return _same_words(known, edition, wording, print_now)
    if edition.status == "removed":
        return _restored(known, wording, print_now, revises=True, detail=detail)
    return Verdict("edited", wording, print_now, revises=True, weight=weight, detail=detail)


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
    )


def _first_copy(
    known: KnownRelease | None, wording: Wording, source_id: str, listing: ListingHistory
) -> Verdict:
    # What only a dump has said the portal never showed: nobody was told of it, and it is no earlier copy.
    copies = known.editions.items() if known else ()
    earlier = sorted(lang for lang, copy in copies if copy.status != "unseen")
    kind: Kind = "translated" if earlier else "published"
    return Verdict(
        kind,
        wording,
        print_of(wording),
        revises=True,
        weight=WEIGHT_OF[kind],
        baseline=is_baseline(source_id, listing, further_copy=bool(earlier)),
        detail={"earlier": earlier} if earlier else {},
    )


def _same_item(known: KnownRelease, edition: KnownEdition, listing: ListingHistory) -> Verdict | None:
    if edition.status == "removed":
        return _restored(known, None, edition.fingerprint, revises=False)
    if edition.status != "listed" or listing.agency not in known.agencies:
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

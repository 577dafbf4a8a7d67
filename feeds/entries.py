"""A feed and its entries as values, made from what the store holds; pure, and knows no feed format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from crawler.directory import agencies
from crawler.records import Attachment
from feeds.cleaning import (
    BODY_LIMIT,
    in_language,
    one_line,
    paragraphs,
    safe_html,
    summary_of,
    web_address,
)
from feeds.ids import edition_uuid, urn
from feeds.phrases import Phrases, phrases
from monitor.store.for_feeds import StoredEdition

RemovedText = Literal["full", "title"]
"""Whether feeds go on carrying the text of a release that the portal removed, or only its title."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed: the same bytes for the same nothing."""

_AHEAD = timedelta(days=1)
"""A date further ahead of its first sighting is a slip of the pen, and would pin the entry to the top."""

_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".rar": "application/vnd.rar",
    ".rtf": "application/rtf",
    ".txt": "text/plain",
    ".webp": "image/webp",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
"""A table of our own: the standard library asks the machine, and the same feed must not differ by machine."""


@dataclass(frozen=True, slots=True)
class Category:
    """A subject of an entry: an agency's slug and name, or a kind of change."""

    term: str
    label: str


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that a release links to."""

    url: str
    name: str
    size: int | None
    media_type: str


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same release in another language."""

    lang: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, ready for any format: every text of it is legal XML, every mark-up sanitised."""

    id: str
    url: str
    """Where the portal shows it; empty where its address is not one of the web."""
    title: str
    lang: str
    author: str
    published: datetime
    updated: datetime
    """Never before `published`."""
    note: str
    """What a reader should know before the text: that it was removed, that it was edited; else empty."""
    html: str
    """The note and the text."""
    summary: str
    categories: tuple[Category, ...]
    facts: tuple[tuple[str, str | int | None], ...]
    """For programs: what JSON Feed carries under `_jarshy`."""
    enclosures: tuple[Enclosure, ...] = ()
    alternates: tuple[Alternate, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, ready for any format."""

    id: str
    title: str
    description: str
    lang: str
    self_url: str
    page_url: str
    entries: tuple[Entry, ...]
    hub: str | None = None
    """Address of a WebSub hub."""

    @property
    def updated(self) -> datetime:
        """When its newest entry was last changed."""
        return max((entry.updated for entry in self.entries), default=NEVER)


def edition_entry(edition: StoredEdition, *, removed_text: RemovedText = "full") -> Entry:
    """The entry of a release in one language."""
    words = phrases(edition.lang)
    removed = "removed" in (edition.status, edition.release_status)
    redacted = edition.redacted_at is not None
    withheld = redacted or (removed and removed_text == "title")
    note = _note(edition, words, removed=removed, withheld=withheld)
    published = _published(edition)
    uuid = edition_uuid(edition.source, edition.source_id, edition.lang)
    return Entry(
        id=urn(uuid),
        url=in_language(edition.url, edition.lang),
        title=words.redacted if redacted else one_line(edition.title) or words.untitled,
        lang=edition.lang,
        author=agency_name(edition.agency, edition.lang),
        published=published,
        updated=max(
            published,
            edition.updated_at,
            edition.listing_changed_at or published,
            edition.redacted_at or published,  # so that readers put it in the place of what they keep
        ),
        note=note,
        html=_noted(note, "" if withheld else _body(edition, words)),
        summary=note if withheld else summary_of(edition.text),
        categories=agency_categories(edition.agencies, edition.lang),
        facts=(
            ("uuid", str(uuid)),
            ("source_id", edition.source_id),
            ("agency", edition.agency),
            ("lang", edition.lang),
            ("revisions", edition.revisions),
            ("status", "removed" if removed else "listed"),
        ),
        enclosures=() if withheld else tuple(_enclosures(edition.attachments)),
        alternates=tuple(_alternates(edition)),
    )


def agency_name(slug: str, lang: str) -> str:
    """The name of an agency; its slug where the directory does not know it."""
    agency = agencies().get(slug)
    return agency.name(lang) if agency else slug


def agency_categories(slugs: Sequence[str], lang: str) -> tuple[Category, ...]:
    """The agencies of a release as categories."""
    return tuple(Category(slug, agency_name(slug, lang)) for slug in slugs)


def _published(edition: StoredEdition) -> datetime:
    """The portal's date; the first sighting where there is none, or none that can be meant."""
    stated, seen = edition.published_at, edition.first_seen_at
    return seen if stated is None or stated > seen + _AHEAD else stated


def _note(edition: StoredEdition, words: Phrases, *, removed: bool, withheld: bool) -> str:
    said = []
    if removed:
        said.append(words.withdrawn if edition.release_status == "removed" else words.withdrawn_copy)
    if removed and not withheld:
        said.append(words.last_wording)
    if edition.redacted_at is not None:
        said.append(words.redacted_note)
    if edition.edits:
        said.append(words.edited.format(times=edition.edits))
    return " ".join(said)


def _noted(note: str, body: str) -> str:
    return f"<p><strong>{note}</strong></p>\n{body}" if note else body


def _body(edition: StoredEdition, words: Phrases) -> str:
    if len(edition.html) <= BODY_LIMIT:
        return safe_html(edition.html) if edition.html else paragraphs(edition.text)
    return f"{paragraphs(edition.text[: BODY_LIMIT // 10])}\n<p><em>{words.too_long}</em></p>"


def _enclosures(attachments: Iterable[Attachment]) -> Iterable[Enclosure]:
    for attachment in attachments:
        url = web_address(attachment.url)
        if url:
            yield Enclosure(url, one_line(attachment.name), attachment.size, media_type(url, attachment.name))


def media_type(url: str, name: str) -> str:
    """The media type that the end of a file's address, or else of its name, tells."""
    endings = (PurePosixPath(unquote(urlsplit(url).path)).suffix, PurePosixPath(name.strip()).suffix)
    known = (_MEDIA_TYPES.get(ending.lower()) for ending in endings)
    return next(filter(None, known), "application/octet-stream")


def _alternates(edition: StoredEdition) -> Iterable[Alternate]:
    for lang in edition.languages:
        url = in_language(edition.url, lang)
        if lang != edition.lang and url:
            yield Alternate(lang, url)

"""A feed and its entries as values, made from what the store holds; pure, and knows no feed format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Literal
from urllib.parse import quote

from crawler.directory import agencies
from crawler.records import Attachment
from feeds.cleaning import (
    BODY_LIMIT,
    in_language,
    one_line,
    paragraphs,
    summary_of,
    web_address,
)
from feeds.ids import edition_uuid, urn
from feeds.markup import safe_html
from feeds.media_types import media_type
from feeds.phrases import Phrases, phrases
from monitor.store.for_feeds import Other, StoredEdition

RemovedText = Literal["full", "title"]
"""Whether feeds go on carrying the text of a release that the portal removed, or only its title."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed: the same bytes for the same nothing."""

_AHEAD = timedelta(days=1)
"""A date further ahead of its first sighting is a slip of the pen, and would pin the entry to the top."""


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
class Publication:
    """A release of another agency that carries the same text."""

    agency: str
    name: str
    """Of the agency, in the language of the entry."""
    source_id: str
    url: str
    """Empty where it is not an address of the web."""
    title: str
    first: bool
    """Whether the story was published there first."""


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
    """The note, the text, and who else published it."""
    summary: str
    categories: tuple[Category, ...]
    facts: tuple[tuple[str, str | int | None], ...]
    """For programs: what JSON Feed carries under `_jarshy`."""
    diff_url: str = ""
    """Where this server shows what was edited; empty where nothing was, or nothing of it may be read."""
    enclosures: tuple[Enclosure, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    story: tuple[Publication, ...] = ()
    """Where else the same text was published, the first publisher first."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """An entry that is to be taken for gone, which feeds of releases still hold with a note."""

    ref: str
    """The id of that entry."""
    when: datetime
    comment: str
    lang: str
    """Of the comment."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What stands around the entries of a feed, ready for any format."""

    id: str
    title: str
    description: str
    lang: str
    updated: datetime
    """When anything in it was last changed; `NEVER` where it holds nothing."""
    self_url: str
    page_url: str
    hub: str | None = None
    """Address of a WebSub hub."""
    current_url: str | None = None
    """Where this is an archive: the address of the feed that one subscribes to."""
    older_url: str | None = None
    """The archive of the entries before these."""
    newer_url: str | None = None
    """Where this is an archive: the one of the entries after these."""
    deleted: tuple[Deleted, ...] = ()

    @property
    def is_archive(self) -> bool:
        """Whether its set of entries never changes any more."""
        return self.current_url is not None


def edition_entry(
    edition: StoredEdition, *, address: str | None, removed_text: RemovedText = "full"
) -> Entry:
    """The entry of a release in one language.

    `address` is that of the server which shows what changed, without a trailing slash; None: there is none.
    """
    words = phrases(edition.lang)
    removed = "removed" in (edition.status, edition.release_status)
    redacted = edition.redacted_at is not None
    withheld = redacted or (removed and removed_text == "title")
    gone = _gone(edition, words) if removed else ""
    note = _note(edition, words, gone=gone, withheld=withheld)
    told = edition.weighty_edits and not withheld
    diff_url = diff_address(address, edition.source_id, edition.lang) if told and address else ""
    body = "" if withheld else _body(edition, words)
    published = _published(edition)
    uuid = edition_uuid(edition.source, edition.source_id, edition.lang)
    # Who carries the same text would tell a reader where to find what was taken out of the history.
    story = () if redacted else tuple(_publications(edition.also, edition.lang))
    return Entry(
        id=urn(uuid),
        url=in_language(edition.url, edition.lang),
        title=words.redacted if redacted else one_line(edition.title) or words.untitled,
        lang=edition.lang,
        author=agency_name(edition.agency, edition.lang),
        published=published,
        updated=max(
            published,
            edition.weighed_at or published,
            edition.listing_changed_at or published,
            edition.redacted_at or published,  # so that readers put it in the place of what they keep
        ),
        note=note,
        html="\n".join(
            filter(None, (_noted(note, diff_url, words), body, _published_by(edition, story, words)))
        ),
        # Some readers show nothing but the summary: that it is gone must stand there, too.
        summary=note if withheld else " ".join(filter(None, (gone, summary_of(edition.text)))),
        categories=agency_categories(edition.agencies, edition.lang),
        facts=(
            ("uuid", str(uuid)),
            ("place", edition.place),
            ("source_id", edition.source_id),
            ("agency", edition.agency),
            ("lang", edition.lang),
            ("revisions", edition.revisions),
            ("status", "removed" if removed else "listed"),
        ),
        diff_url=diff_url,
        enclosures=() if withheld else tuple(_enclosures(edition.attachments)),
        alternates=tuple(_alternates(edition)),
        story=story,
    )


def diff_address(address: str, source_id: str, lang: str) -> str:
    """Where the server shows what was edited in a release."""
    return f"{address}/releases/{quote(source_id, safe='')}/diff?lang={quote(lang, safe='')}"


def agency_name(slug: str, lang: str) -> str:
    """The name of an agency; its slug where the directory does not know it."""
    agency = agencies().get(slug)
    return agency.name(lang) if agency else one_line(slug)


def agency_categories(slugs: Sequence[str], lang: str) -> tuple[Category, ...]:
    """The agencies of a release as categories."""
    return tuple(Category(one_line(slug), agency_name(slug, lang)) for slug in slugs)


def _published(edition: StoredEdition) -> datetime:
    """The portal's date; the first sighting where there is none, or none that can be meant."""
    stated, seen = edition.published_at, edition.first_seen_at
    if stated is None or edition.date_doubt is not None or stated > seen + _AHEAD:
        return seen
    return stated


def _gone(edition: StoredEdition, words: Phrases) -> str:
    return words.withdrawn if edition.release_status == "removed" else words.withdrawn_copy


def _note(edition: StoredEdition, words: Phrases, *, gone: str, withheld: bool) -> str:
    said = []
    if gone:
        said.append(gone)
    if gone and not withheld:
        said.append(words.last_wording)
    if edition.redacted_at is not None:
        said.append(words.redacted_note)
    # Of typography alone nobody is told: the entry is not called updated for it either.
    if edition.weighty_edits:
        said.append(words.edited.format(times=edition.weighty_edits))
    return " ".join(said)


def _noted(note: str, diff_url: str, words: Phrases) -> str:
    link = f' <a href="{escape(diff_url)}">{words.see_changes}</a>' if diff_url else ""
    return f"<p><strong>{note}</strong>{link}</p>" if note else ""


def _published_by(edition: StoredEdition, story: Sequence[Publication], words: Phrases) -> str:
    """Who published the text first and who did too, each with a link but the agency of the entry itself."""
    if not story:
        return ""
    own = escape(agency_name(edition.agency, edition.lang), quote=False)
    first = [_linked(one) for one in story if one.first] or [own]
    others = [_linked(one) for one in story if not one.first]
    said = [words.first_published.format(agency=first[0])]
    if others:
        said.append(words.also_published.format(agencies=", ".join(others)))
    return f"<p><em>{' '.join(said)}</em></p>"


def _linked(one: Publication) -> str:
    name = escape(one.name, quote=False)
    return f'<a href="{escape(one.url)}">{name}</a>' if one.url else name


def _publications(also: Iterable[Other], lang: str) -> Iterable[Publication]:
    for other in also:
        yield Publication(
            agency=other.agency,
            name=agency_name(other.agency, lang),
            source_id=other.source_id,
            url=in_language(other.url, lang),
            title=one_line(other.title),
            first=other.first,
        )


def _body(edition: StoredEdition, words: Phrases) -> str:
    if len(edition.html) <= BODY_LIMIT:
        return safe_html(edition.html, edition.url) if edition.html else paragraphs(edition.text)
    return f"{paragraphs(edition.text[: BODY_LIMIT // 10])}\n<p><em>{words.too_long}</em></p>"


def _enclosures(attachments: Iterable[Attachment]) -> Iterable[Enclosure]:
    for attachment in attachments:
        url = web_address(attachment.url)
        if url:
            yield Enclosure(url, one_line(attachment.name), attachment.size, media_type(url, attachment.name))


def _alternates(edition: StoredEdition) -> Iterable[Alternate]:
    for lang in edition.languages:
        url = in_language(edition.url, lang)
        if lang != edition.lang and url:
            yield Alternate(lang, url)

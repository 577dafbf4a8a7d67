"""Puts a feed together: what of the store it shows, what decides its bytes, and the document that comes of it.

What decides its bytes can be told without rendering it, so that a reader who has it need not wait for that.
"""

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from itertools import chain

from crawler.directory import agencies
from feeds.addresses import AddressOf, of_server
from feeds.documents import Document, fragment, joined
from feeds.entries import NEVER, Deleted, Entry, Feed, RemovedText, agency_name, edition_entry
from feeds.formats import FORMATS
from feeds.fragments import Fragments, Rendered
from feeds.ids import urn
from feeds.journal import change_entry, deletions
from feeds.phrases import phrases
from feeds.streams import Asked, Stream
from feeds.windows import Windows, window_of
from monitor.store.database import Database
from monitor.store.for_feeds import StoredChange, StoredEdition, changes, editions
from monitor.store.selections import Bounds, Placed, Window

_NOTHING = Window(entries=(), older=None, newer=None, modified=None)


def on_the_server(stream: Stream, ending: str, archive: Bounds | None) -> str:
    """The address under which this program serves it."""
    return stream.address(ending) if archive is None else stream.archive_address(archive, ending)


@dataclass(frozen=True, slots=True)
class Publisher:
    """What all feeds of one place have in common."""

    address: str
    """The server's own, without a trailing slash."""
    size: int
    """Entries of an archive; a subscription document has up to twice as many, less one."""
    removed_text: RemovedText = "full"
    hub: str | None = None
    followed: frozenset[str] | None = None
    """The agencies that are watched; None: nothing is said of it."""
    address_of: AddressOf = of_server
    shows_changes: bool = True
    """Whether it has pages of what was changed, to which entries link."""

    @property
    def pages(self) -> str | None:
        """Where the pages of what was changed are."""
        return self.address if self.shows_changes else None

    def url(self, stream: Stream, ending: str, archive: Bounds | None = None) -> str:
        """The whole address of a feed, or of one of its archives."""
        return self.address + self.address_of(on_the_server(stream, ending, archive))


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed before it is rendered: which entries it holds, and all that decides its bytes."""

    asked: Asked
    window: Window
    tag: str
    """The same for the same bytes, also after a restart and from a restored backup."""


def outline_of(
    db: Database | None, asked: Asked, publisher: Publisher, windows: Windows | None = None
) -> Outline | None:
    """The outline of a feed; None where there is no such archive. No database is one without entries.

    `windows` knows what was asked of the same connection before.
    """
    if db is None:
        window = _NOTHING if asked.archive is None else None
    else:
        look = window_of if windows is None else windows.of
        window = look(db, asked.stream.selection, asked.archive, size=publisher.size)
    return None if window is None else outlined(asked, window, publisher)


def outlined(asked: Asked, window: Window, publisher: Publisher) -> Outline:
    """The outline of a feed of which the window is known."""
    return Outline(asked, window, _tag(asked, window, publisher))


def document_of(
    db: Database | None, outline: Outline, publisher: Publisher, fragments: Fragments
) -> Document:
    """The document of an outline; only entries that are not among the fragments are read and rendered.

    To be read in the same transaction as the outline, because what an entry says must be what its version says.
    """
    asked = outline.asked
    form = FORMATS[asked.ending]
    rendered = _rendered(db, outline, publisher, fragments)
    envelope = form.envelope(_feed(outline, rendered, publisher))
    return joined(envelope.head, [each.fragment for each in rendered], envelope.between, envelope.tail)


def links_of(outline: Outline, publisher: Publisher) -> tuple[tuple[str, str], ...]:
    """Relation and address of what a feed belongs to, the feed itself first."""
    stream, ending, archive = outline.asked.stream, outline.asked.ending, outline.asked.archive
    return tuple(
        (relation, url)
        for relation, url in (
            ("self", publisher.url(stream, ending, archive)),
            ("hub", publisher.hub),
            ("current", None if archive is None else publisher.url(stream, ending)),
            ("prev-archive", _neighbour(outline, outline.window.older, publisher)),
            ("next-archive", _neighbour(outline, outline.window.newer, publisher)),
        )
        if url
    )


def _feed(outline: Outline, rendered: Sequence[Rendered], publisher: Publisher) -> Feed:
    stream, ending, archive = outline.asked.stream, outline.asked.ending, outline.asked.archive
    deleted: dict[str, Deleted] = {}
    if stream.topic == "removed":
        for each in chain.from_iterable(entry.deleted for entry in rendered):
            deleted.setdefault(each.ref, each)  # the newest removal of a release that was removed twice
    return Feed(
        id=urn(stream.uuid),
        title=stream.title,
        description=_about(stream, publisher),
        lang=stream.lang,
        updated=max((entry.updated for entry in rendered), default=NEVER),
        self_url=publisher.url(stream, ending, archive),
        page_url=f"{publisher.address}/",
        hub=publisher.hub,
        current_url=None if archive is None else publisher.url(stream, ending),
        older_url=_neighbour(outline, outline.window.older, publisher),
        newer_url=_neighbour(outline, outline.window.newer, publisher),
        deleted=tuple(deleted.values()),
    )


def _about(stream: Stream, publisher: Publisher) -> str:
    """What the feed is, and which of its agencies nobody watches."""
    words = phrases(stream.lang)
    unwatched = [agency_name(slug, stream.lang) for slug in _unwatched(stream, publisher)]
    said = words.not_followed.format(agencies=", ".join(unwatched)) if unwatched else ""
    return " ".join(filter(None, (words.about, said)))


def _unwatched(stream: Stream, publisher: Publisher) -> list[str]:
    followed = publisher.followed
    return [] if followed is None else [slug for slug in stream.agencies if slug not in followed]


def _neighbour(outline: Outline, bounds: Bounds | None, publisher: Publisher) -> str | None:
    return None if bounds is None else publisher.url(outline.asked.stream, outline.asked.ending, bounds)


def _rendered(
    db: Database | None, outline: Outline, publisher: Publisher, fragments: Fragments
) -> list[Rendered]:
    """Every entry of the outline, in its order."""
    shared = _shared(outline.asked, publisher)
    found: dict[Placed, Rendered] = {}
    missing: list[Placed] = []
    for placed in outline.window.entries:
        kept = fragments.get((shared, placed.key, placed.version))
        if kept is None:
            missing.append(placed)
        else:
            found[placed] = kept
    if missing and db is not None:
        rows = _rows(db, outline.asked.stream, [placed.key for placed in missing])
        for placed in missing:
            found[placed] = _render(rows[placed.key], outline.asked, publisher)
            fragments.put((shared, placed.key, placed.version), found[placed])
    return [found[placed] for placed in outline.window.entries]


def _shared(asked: Asked, publisher: Publisher) -> Hashable:
    """What an entry depends on besides its row."""
    stream = asked.stream
    of_edition = stream.topic == "releases"
    # A change of a whole release is told in a language of the feed.
    return (
        asked.ending,
        of_edition,
        () if of_edition else stream.languages,
        publisher.pages,
        publisher.removed_text,
        directory_stamp(),
    )


def _rows(
    db: Database, stream: Stream, ids: Sequence[int]
) -> Mapping[int, StoredEdition] | Mapping[int, StoredChange]:
    return editions(db, ids) if stream.topic == "releases" else changes(db, ids)


def _render(row: StoredEdition | StoredChange, asked: Asked, publisher: Publisher) -> Rendered:
    entry = _entry(row, asked.stream, publisher)
    languages = asked.stream.languages
    deleted = deletions([row], languages=languages) if isinstance(row, StoredChange) else ()
    return Rendered(fragment(FORMATS[asked.ending].entry(entry)), entry.updated, deleted)


def _entry(row: StoredEdition | StoredChange, stream: Stream, publisher: Publisher) -> Entry:
    if isinstance(row, StoredEdition):
        return edition_entry(row, address=publisher.pages, removed_text=publisher.removed_text)
    return change_entry(
        row, address=publisher.pages, languages=stream.languages, removed_text=publisher.removed_text
    )


def _tag(asked: Asked, window: Window, publisher: Publisher) -> str:
    decides = (
        [(placed.key, placed.place, placed.version) for placed in window.entries],
        [bounds and astuple(bounds) for bounds in (asked.archive, window.older, window.newer)],
        publisher.url(asked.stream, asked.ending, asked.archive),
        asked.stream.address(asked.ending),
        publisher.size,
        _unwatched(asked.stream, publisher),
        publisher.pages,
        publisher.removed_text,
        publisher.hub,
        directory_stamp(),
        program_version(),
    )
    return digest(json.dumps(decides).encode())


def digest(content: bytes) -> str:
    """A short name for these bytes that no others have."""
    return hashlib.sha256(content).hexdigest()[:32]


def directory_stamp() -> str:
    """Another text once any agency has another name."""
    return _stamp(
        tuple((known.slug, known.name_kk, known.name_ru, known.name_en) for known in agencies().values())
    )


@lru_cache(maxsize=2)
def _stamp(names: tuple[tuple[str, ...], ...]) -> str:
    return digest(json.dumps(names).encode())


@cache
def program_version() -> str:
    """Of this program: another one may write the same entries otherwise."""
    try:
        return version("jarshy")
    except PackageNotFoundError:
        return "unknown"

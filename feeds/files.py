"""Writes what is offered as files for any web server: the feeds with their archives, the lists of them, the pages."""

from collections.abc import Callable, Iterator

from feeds.addresses import of_file
from feeds.folder import Folder, Outcome
from feeds.formats import FORMATS
from feeds.fragments import Fragments
from feeds.opml import LANGUAGES, opml, opml_address
from feeds.pages.folder import folder_page, index_name
from feeds.publishing import Publisher, document_of, on_the_server, outlined
from feeds.streams import Asked, Stream, offered
from monitor.config import Config
from monitor.store.database import Database, reading
from monitor.store.selections import Bounds, Window, archived, newest

Tell = Callable[[float], object]
"""Hears which part of the work is done."""


def write_files(db: Database, folder: Folder, config: Config, *, address: str, tell: Tell) -> Outcome:
    """Brings the folder up to what the database holds at one moment.

    `address` is where it is served, without a trailing slash. What is linked to is written before what links to it.
    No file names a hub: that is told of changes under the addresses of the server. Raises StoreError and OSError;
    the next run goes on then.
    """
    streams = offered(config.portal.agencies, config.portal.languages)
    publisher = Publisher(
        address=address,
        size=config.feeds.entries,
        removed_text=config.server.removed_text,
        followed=frozenset(config.portal.agencies),
        address_of=of_file,
        shows_changes=False,
    )
    fragments = Fragments()
    subscribed = [_name(stream, ending, None) for stream in streams for ending in FORMATS]
    folder.claim([*map(index_name, LANGUAGES), *map(_opml_name, LANGUAGES), *subscribed])
    with reading(db):
        for number, stream in enumerate(streams):
            for part in _write_feed(db, folder, stream, publisher, fragments):
                tell((number + part) / len(streams))
        pages = {lang: folder_page(db, config, lang=lang, address=address) for lang in LANGUAGES}
    folder.settle()
    for lang in LANGUAGES:
        folder.put(_opml_name(lang), opml(streams, lang=lang, address=address, address_of=of_file))
    for lang, page in pages.items():
        folder.put(index_name(lang), page)
    return folder.finish()


def _write_feed(
    db: Database, folder: Folder, stream: Stream, publisher: Publisher, fragments: Fragments
) -> Iterator[float]:
    """Yields which part of the feed is written; its subscription documents come last."""
    (_, subscription), *archives = _windows(db, stream, publisher.size)
    folder.claim(_name(stream, ending, bounds) for bounds, _ in archives for ending in FORMATS)
    documents = [*archives, (None, subscription)]
    for done, (bounds, window) in enumerate(documents, start=1):
        if bounds is None:
            folder.settle()
        for ending in FORMATS:
            name = _name(stream, ending, bounds)
            outline = outlined(Asked(stream, ending, bounds), window, publisher)
            if not folder.stands(name, outline.tag):
                folder.put(name, document_of(db, outline, publisher, fragments).plain, outline.tag)
        yield done / len(documents)


def _windows(db: Database, stream: Stream, size: int) -> Iterator[tuple[Bounds | None, Window]]:
    """The subscription document of a feed, and its archives, the newest first."""
    window = newest(db, stream.selection, size=size)
    yield None, window
    while (bounds := window.older) is not None:
        older = archived(db, stream.selection, bounds, size=size)
        if older is None:
            raise LookupError(f"{stream.address()} names an archive that it does not have: {bounds}")
        window = older
        yield bounds, window


def _name(stream: Stream, ending: str, archive: Bounds | None) -> str:
    return of_file(on_the_server(stream, ending, archive)).removeprefix("/")


def _opml_name(lang: str) -> str:
    return of_file(opml_address(lang)).removeprefix("/")

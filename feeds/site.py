"""The documents of one database: each feed, the list of feeds, the page. Knows nothing of HTTP."""

from functools import partial
from zoneinfo import ZoneInfo

from feeds.entries import edition_entry
from feeds.formats import FORMATS
from feeds.opml import opml
from feeds.page import page
from feeds.publishing import Rows, deleted_of, entries_of, feed_of, rows_of
from feeds.shelf import Document, Shelf, document
from feeds.streams import Asked, offered
from monitor.config import Config
from monitor.store.for_feeds import StoredEdition, has_read_a_listing, newest_editions

NEWEST_ON_PAGE = 20


class Site:
    """Renders what is asked for; to be used from one and the same thread, and closed from it.

    The database need not exist yet. Every method raises StoreError where it exists and cannot be read.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._shelf = Shelf(config.database.path)
        self.bound_port: int | None = None
        """Takes the place of a configured port 0."""

    @property
    def address(self) -> str:
        """The server's own, as the configuration has it: never what a reader claims to have asked."""
        server = self._config.server
        if server.port == 0 and self.bound_port is not None:
            server = server.model_copy(update={"port": self.bound_port})
        return server.address

    @property
    def languages(self) -> frozenset[str]:
        """The languages that may be asked for."""
        return frozenset({"kk", "ru", "en", *self._config.portal.languages})

    def feed(self, asked: Asked) -> Document:
        """A feed in a format."""
        stream, form = asked.stream, FORMATS[asked.ending]

        def render(rows: Rows) -> Document:
            entries = entries_of(
                stream, rows, address=self.address, removed_text=self._config.server.removed_text
            )
            deleted = deleted_of(stream, rows)
            feed = feed_of(
                stream,
                entries,
                ending=asked.ending,
                address=self.address,
                hub=self._config.feeds.hub,
                deleted=deleted,
            )
            body = form.envelope(feed).around(form.entry(entry) for entry in entries)
            modified = feed.updated if entries else None
            return document(body, media_type=form.media_type, modified=modified)

        nothing: Rows = ()
        read = partial(rows_of, stream=stream, limit=self._config.feeds.entries)
        return self._shelf.fetch(stream.address(asked.ending), read=read, nothing=nothing, render=render)

    def page(self) -> Document:
        """The page for people."""
        portal, removed_text = self._config.portal, self._config.server.removed_text
        zone = ZoneInfo(self._config.schedule.zone)

        def render(rows: tuple[StoredEdition, ...]) -> Document:
            entries = [edition_entry(row, address=self.address, removed_text=removed_text) for row in rows]
            body = page(entries, agencies=portal.agencies, languages=portal.languages, zone=zone)
            return document(body, media_type="text/html")

        nothing: tuple[StoredEdition, ...] = ()
        read = partial(newest_editions, limit=NEWEST_ON_PAGE)
        return self._shelf.fetch("/", read=read, nothing=nothing, render=render)

    def opml(self) -> Document:
        """The list of all feeds."""
        streams = offered(self._config.portal.agencies, self._config.portal.languages)
        return document(opml(streams, address=self.address), media_type="text/x-opml")

    def is_ready(self) -> bool:
        """Whether the database can be read and some listing of the portal has been."""
        return self._shelf.ask(has_read_a_listing, nothing=False)

    def close(self) -> None:
        """Lets go of the database."""
        self._shelf.close()

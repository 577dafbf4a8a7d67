"""The documents of one database: each feed, the list of feeds, the page. Knows nothing of requests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from feeds.answers import FRESH_SECONDS, FRESH_SECONDS_OF_ARCHIVES, Resource, in_place_of
from feeds.documents import whole
from feeds.formats import FORMATS
from feeds.fragments import Fragments
from feeds.opml import MEDIA_TYPE, opml
from feeds.pages.context import Context, View, root_of
from feeds.pages.policy import policy
from feeds.publishing import Outline, Publisher, digest, document_of, links_of, outline_of
from feeds.shelf import Held
from feeds.streams import Asked, offered
from feeds.windows import Windows
from monitor.config import Config
from monitor.errors import StoreError
from monitor.store.database import Database, open_reader, reading
from monitor.store.for_feeds import has_read_a_listing
from monitor.store.remembered import prepare
from monitor.store.selections import Window, feeds_version

Asking = Callable[[str, Window], None]


class Site:
    """Looks at what is asked for, and renders it where it must.

    Feeds of searches are asked of it in one thread and everything else in another; each is closed from its own.
    The database need not exist yet. Every method raises StoreError where it exists and cannot be read.
    """

    def __init__(self, config: Config, *, asked: Asking = lambda _address, _window: None) -> None:
        """`asked` hears, in any thread, of each subscription document that was looked at for a reader: its canonical
        address from `/feeds` on, and what it holds."""
        self._config, self._asked = config, asked
        self._fragments = Fragments()
        self._reader = _Reader(config.database.path)
        self._search_reader = _Reader(config.database.path)
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

    @property
    def publisher(self) -> Publisher:
        """What all feeds of the server have in common."""
        return Publisher(
            address=self.address,
            size=self._config.feeds.entries,
            removed_text=self._config.server.removed_text,
            followed=frozenset(self._config.portal.agencies),
            hub=self._config.feeds.hub,
        )

    def feed(
        self,
        asked: Asked,
        held: Held | None,
        *,
        is_enough: Callable[[Resource], bool],
        is_over: Callable[[], bool] | None = None,
    ) -> Held | None:
        """A feed as it is now; None where there is no such archive.

        What is `held` stays in use as far as it is still true. `is_enough` says whether the reader has the
        document already, so that it need not be rendered; `is_over`, whether a search has had its time.
        """
        reader = self._search_reader if is_search(asked) else self._reader
        publisher = self.publisher
        with reader.one_moment(is_over) as db:
            version = 0 if db is None else feeds_version(db)
            if held and held.version == version and (held.document or is_enough(held.resource)):
                return held
            outline = outline_of(db, asked, publisher, reader.windows)
            if outline is None:
                return None
            if asked.archive is None:
                self._asked(asked.stream.address(asked.ending), outline.window)
            # Of the same tag are the same bytes; the date may have moved all the same.
            document = held.document if held and held.resource.tag == outline.tag else None
            resource = in_place_of(held.resource if held else None, _resource(outline, publisher))
            if document is None and not is_enough(resource):
                document = document_of(db, outline, publisher, self._fragments)
            return Held(resource, document, version)

    def view(
        self,
        view: View,
        lang: str,
        held: Held | None,
        *,
        now: datetime,
        by_wish: bool,
        is_over: Callable[[], bool] | None = None,
    ) -> Held:
        """A page as it is now in a language; `by_wish` where that is the reader's own and not in the address.

        `is_over` says whether a slow one has had its time. Raises Missing where it shows nothing, Misunderstood where
        its address means nothing.
        """
        reader = self._search_reader if view.is_slow else self._reader
        with reader.one_moment(is_over) as db:
            version = 0 if db is None else feeds_version(db)
            if held and held.version == version:
                return held
            place = view.path if by_wish or not view.in_languages else f"/{lang}{view.path}"
            made = view.made(db, self.context(lang, view.path, place=place, now=now))
        resource = Resource(
            digest(made.body),
            made.media_type,
            fresh_seconds=min(FRESH_SECONDS, view.fresh_seconds or FRESH_SECONDS),
            varies=("Accept-Language",) if by_wish else (),
            policy=policy(made.pictures),
            file_name=made.file_name,
            links=made.links,
            for_any_site=made.for_any_site,
        )
        version_shown = version if view.fresh_seconds is None else None
        return Held(resource, whole(made.body), version_shown, is_passing=made.is_passing)

    def context(self, lang: str, path: str, *, place: str, now: datetime) -> Context:
        """What the page of this path is told of who looks; `place` is where their browser asked for it."""
        config = self._config
        return Context(
            lang=lang,
            path=path,
            root=root_of(place.partition("?")[0]),
            address=self.address,
            agencies=tuple(config.portal.agencies),
            languages=tuple(config.portal.languages),
            zone=ZoneInfo(config.schedule.zone),
            removed_text=config.server.removed_text,
            portal=config.portal.base_url,
            now=now,
            routes=tuple(config.portal.routes),
            requests_per_minute=config.portal.requests_per_minute,
            per_day=config.schedule.per_day,
            quiet=config.schedule.quiet_window,
            database=config.database.path,
        )

    def opml(self, lang: str) -> Held:
        """The list of all feeds, with names in one of the languages of `feeds.opml`."""
        streams = offered(self._config.portal.agencies, self._config.portal.languages)
        body = opml(streams, lang=lang, address=self.address)
        return Held(Resource(digest(body), MEDIA_TYPE), whole(body), version=None)

    def is_ready(self) -> bool:
        """Whether the database can be read and some listing of the portal has been."""
        with self._reader.one_moment() as db:
            return db is not None and has_read_a_listing(db)

    def prepare_searches(self, is_over: Callable[[], bool]) -> None:
        """Has ready what the first search would else wait for, among a million editions a second, until `is_over`."""
        with self._search_reader.one_moment(is_over) as db:
            if db is not None:
                prepare(db)

    def close(self) -> None:
        """Lets go of the database."""
        self._reader.close()

    def close_searches(self) -> None:
        """Lets go of the database where searches use it."""
        self._search_reader.close()


def is_search(asked: Asked) -> bool:
    """Whether a feed is of what the words of a reader find, which takes time."""
    return asked.stream.words is not None


def _resource(outline: Outline, publisher: Publisher) -> Resource:
    asked = outline.asked
    return Resource(
        tag=outline.tag,
        media_type=FORMATS[asked.ending].media_type,
        modified=outline.window.modified,
        links=links_of(outline, publisher),
        fresh_seconds=FRESH_SECONDS if asked.archive is None else FRESH_SECONDS_OF_ARCHIVES,
    )


class _Reader:
    """The reading connection of one thread, opened when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: Database | None = None
        self.windows = Windows()
        """What was found in it last."""

    @contextmanager
    def one_moment(self, is_over: Callable[[], bool] | None = None) -> Iterator[Database | None]:
        """The database as it is at one moment; None while there is none. A trouble closes the connection."""
        if self._db is None and self._path.exists():
            self._db = open_reader(self._path)
        if self._db is None:
            yield None
            return
        try:
            with reading(self._db, is_over=is_over):
                yield self._db
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None
            self.windows = Windows()

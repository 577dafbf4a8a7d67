"""Hands out what is held as long as it is true, and has the rest made in threads; knows no server.

What is held and fresh is answered at once and on the spot, so that no reader of it waits for those who ask for
something that must be searched or rendered.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TypeVar

from feeds.answers import Headers, Resource, Wish, wish_of
from feeds.documents import with_brotli
from feeds.opml import opml_address
from feeds.pages.context import View
from feeds.publishing import on_the_server
from feeds.rates import Shares
from feeds.shelf import Held, Ready, Shelf
from feeds.site import Site, is_search
from feeds.streams import Asked
from monitor.errors import StoreError, TookTooLong
from monitor.mentions import Mentions
from monitor.sentences import span
from monitor.store.commits import Commits

SEARCH_SECONDS = 2.0
"""A search that has no answer by then is given up, those that wait behind it included."""
SEARCHES_A_SECOND = 5.0
SEARCHES_AT_ONCE = 20
"""For each host; behind a proxy all readers are one."""
HOSTS_THAT_SEARCH = 3
"""As many may search so much at the same time."""
GOOD_SECONDS = 1.0
"""That a page may be old while commits rain: made after each, it takes the time that they need. No feed may be."""

_log = logging.getLogger(__name__)

T = TypeVar("T")
_Enough = Callable[[Resource], bool]
_Make = Callable[[Held | None, _Enough], Held | None]
_Counted = tuple[int, int]


class TooManySearches(Exception):
    """Raised where more is searched for than the machine should bear; says after how many seconds to try again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many searches; the next one is free in {seconds:.1f} s")
        self.seconds = seconds


class Front:
    """Answers for everything that can be kept; to be used on the event loop.

    One thread makes what is asked for, since rendering keeps the interpreter busy anyway; searches have one of
    their own, so that a slow one holds up nobody but other searches.
    """

    def __init__(
        self, site: Site, database: Path, *, clock: Callable[[], datetime], mentions: Mentions | None = None
    ) -> None:
        """`mentions`: what was said of the database by who answered before."""
        self.site = site
        self._clock = clock
        self._shelf = Shelf()
        self._commits = Commits(database)
        self._true_at: tuple[_Counted, int | None] | None = None
        """What SQLite's counter said just before the store said its version of feeds."""
        self._making: dict[tuple[str, _Counted | None], asyncio.Future[Held | None]] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="feeds")
        self._search_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="searches")
        self._searches = Shares(per_second=SEARCHES_A_SECOND, burst=SEARCHES_AT_ONCE, hosts=HOSTS_THAT_SEARCH)
        self._mentions = mentions or Mentions()
        self._ends = False
        self._asked_this_turn = False
        self._counted: _Counted | None = None

    def at_once(self, url: bytes, headers: Headers) -> Ready | None:
        """The answer to who asks for an address as it is written here, if it is held and true at this very moment."""
        address = self._shelf.meant(url)
        held = None if address is None else self._shelf.get(address)
        if held is None or not self._is_true(held, self._count()):
            return None
        return self._said(held, wish_of(headers))

    async def feed(self, asked: Asked, wish: Wish, *, url: bytes, host: str = "") -> Ready | None:
        """A feed; None where there is no such archive. Raises StoreError and TooManySearches.

        `host` is where the reader is, who is told to wait when it searches too much.
        """
        address = on_the_server(asked.stream, asked.ending, asked.archive)
        self._shelf.remember(url, address)
        if is_search(asked):
            return await self._answer(address, wish, self._search(asked), self._search_thread, host)
        return await self._answer(address, wish, partial(self._make_feed, asked, None), self._thread)

    def now(self) -> datetime:
        """The moment it is for readers."""
        return self._clock()

    async def view(
        self, view: View, lang: str, wish: Wish, *, url: bytes, by_wish: bool, host: str
    ) -> Ready | None:
        """A page in a language; `by_wish` where that is the reader's own and not in the address.

        Raises Missing where it shows nothing, Misunderstood, StoreError and TooManySearches.
        """
        now = self._clock()
        address = f"/{lang}{view.path}" + (" by wish" if by_wish else "")
        if view.fresh_seconds is not None:
            address += f" at {int(now.timestamp()) // view.fresh_seconds}"
        elif not by_wish:
            self._shelf.remember(url, address)
        make = partial(self.site.view, view, lang, now=now, by_wish=by_wish)
        if view.is_slow:
            until = monotonic() + SEARCH_SECONDS
            timed = partial(_in_time, make, lambda: monotonic() > until)
            return await self._answer(address, wish, lambda held, _: timed(held), self._search_thread, host)
        return await self._answer(address, wish, lambda held, _: _paced(make, held), self._thread)

    async def opml(self, lang: str, wish: Wish) -> Ready | None:
        """The list of feeds, with names in a language."""
        return await self._answer(opml_address(lang), wish, lambda *_: self.site.opml(lang), self._thread)

    async def is_ready(self) -> bool:
        """Whether there is anything to read."""
        return await _in(self._thread, self.site.is_ready)

    async def prepare(self) -> None:
        """Has the first search take no longer than the others."""
        try:
            await _in(self._search_thread, lambda: self.site.prepare_searches(lambda: self._ends))
        except StoreError as error:
            _log.info("The first search will take longer: %s", error)

    async def close(self) -> None:
        """Lets go of the database and of the threads."""
        self._ends = True
        await _in(self._thread, self.site.close)
        await _in(self._search_thread, self.site.close_searches)
        self._thread.shutdown()
        self._search_thread.shutdown()
        self._commits.close()

    def _search(self, asked: Asked) -> _Make:
        until = monotonic() + SEARCH_SECONDS
        return partial(self._make_feed, asked, lambda: monotonic() > until)

    def _make_feed(
        self, asked: Asked, is_over: Callable[[], bool] | None, held: Held | None, is_enough: _Enough
    ) -> Held | None:
        make = partial(self.site.feed, asked, is_enough=is_enough)
        return make(held) if is_over is None else _in_time(make, is_over, held)

    async def _answer(
        self, address: str, wish: Wish, make: _Make, thread: ThreadPoolExecutor, host: str = ""
    ) -> Ready | None:
        while True:
            counted = self._count()
            held = self._shelf.get(address)
            if held is not None and self._is_true(held, counted):
                said = self._said(held, wish)
                if said is not None:
                    return said
                if held.document is not None:
                    return self._said(await self._coded(address, held, thread), wish)
            others = self._making.get((address, counted))
            if others is None:
                break
            # What others are waiting for was begun after the last commit, so it is what this one wants as well,
            # whatever is committed meanwhile: on the shelf it would be out of date while commits rain.
            await asyncio.wait({others})
            made = None if others.cancelled() or others.exception() else others.result()
            if made is not None and (said := self._said(made, wish)) is not None:
                return said
        if thread is self._search_thread and (seconds := self._searches.take(host, monotonic())):
            raise TooManySearches(seconds)
        making = asyncio.ensure_future(self._made(address, held, counted, wish, make, thread))
        self._making[address, counted] = making
        try:
            made = await making
        finally:
            del self._making[address, counted]
        if made is None:
            return None
        return self._said(made, wish) or self._said(await self._coded(address, made, thread), wish)

    async def _made(
        self,
        address: str,
        held: Held | None,
        counted: _Counted | None,
        wish: Wish,
        make: _Make,
        thread: ThreadPoolExecutor,
    ) -> Held | None:
        def is_enough(resource: Resource) -> bool:
            return wish.is_met_by(resource, now=self._clock())

        try:
            made = await _in(thread, partial(make, held, is_enough))
        except TookTooLong:
            raise
        except StoreError as error:
            if held is None or (held.document is None and not is_enough(held.resource)):
                raise
            more = self._mentions.note("store", str(error), now=self._clock())
            if more is not None:
                _log.warning("Feeds are served as they were last rendered: %s.%s", error, more)
            return held
        lasted = self._mentions.over("store", now=self._clock())
        if lasted is not None:
            _log.info("Feeds are served as they are again, after %s.", span(lasted))
        if made is not None:
            self._shelf.put(address, made)
            if counted is not None and made.version is not None:
                self._true_at = (counted, made.version)
        return made

    async def _coded(self, address: str, held: Held, thread: ThreadPoolExecutor) -> Held:
        """The same in every coding."""
        if held.document is None:
            return held
        coded = replace(held, document=await _in(thread, partial(with_brotli, held.document)))
        if self._shelf.get(address) is held:
            self._shelf.put(address, coded)
        return coded

    def _count(self) -> _Counted | None:
        """What SQLite's counter says, asked once in a turn of the event loop.

        Who is answered within the turn had asked before the turn began, and so before the counter was read.
        """
        if not self._asked_this_turn:
            self._counted = self._commits.version()
            self._asked_this_turn = True
            asyncio.get_running_loop().call_soon(self._turn_is_over)
        return self._counted

    def _turn_is_over(self) -> None:
        self._asked_this_turn = False

    def _is_true(self, held: Held, counted: _Counted | None) -> bool:
        if held.version is None or monotonic() < held.good_until:
            return True
        return counted is not None and self._true_at == (counted, held.version)

    def _said(self, held: Held, wish: Wish) -> Ready | None:
        return held.answer(wish, now=self._clock())


def _paced(make: Callable[[Held | None], Held], held: Held | None) -> Held:
    """Makes a page; one that was made over and over lately is good for a while, whatever is committed."""
    began = monotonic()
    made = make(held)
    if held is not None:
        made.pace = held.pace
        if made.pace.take(began):
            made.good_until = began + GOOD_SECONDS
    return made


def _in_time(make: Callable[..., Held | None], is_over: Callable[[], bool], held: Held | None) -> Held | None:
    """Makes it unless its time has passed while others were made; heeds it on the way."""
    if is_over():
        raise TookTooLong("other searches took all the time there was")
    return make(held, is_over=is_over)


async def _in(thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, work)

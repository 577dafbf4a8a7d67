"""The watch: has page after page read, in the order that the schedule gives them, for as long as it runs."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from crawler.records import Order, Report
from monitor.changes import Change
from monitor.config import Config
from monitor.errors import CrawlFailed, StoreError
from monitor.reach import PAGE_SIZE
from monitor.readings import Page, Readings
from monitor.schedule import Task
from monitor.store.database import Database
from monitor.worker import Answer

log = logging.getLogger("jarshy.watch")

READERS = 2
"""Orders in hand: while one page is stored the worker reads the next. It sends one request at a time."""


class Reader(Protocol):
    """Whoever carries out orders: the crawl worker, or a test."""

    async def read(self, order: Order) -> Answer:
        """What came of the order. Raises CrawlFailed."""


class Watch:
    """Reads the followed listings for as long as it runs, or what was asked for until that is done."""

    def __init__(
        self,
        db: Database,
        reader: Reader,
        config: Config,
        *,
        now: Callable[[], datetime],
        wake_at: Callable[[datetime, Callable[[], None]], None],
        on_changes: Callable[[Sequence[Change]], None] = lambda _changes: None,
        jitter: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`wake_at` calls back at a moment; `on_changes` hears of what was committed, baseline included.

        `jitter`, from 0 to 1, varies the pauses after failures.
        """
        self._readings = Readings(db, config, now=now, on_changes=on_changes, jitter=jitter)
        self._reader = reader
        self._now = now
        self._wake_at = wake_at
        self._ids = itertools.count(1)
        self._woken = asyncio.Event()

    def follow(self, listings: Iterable[tuple[str, str]], *, at_once: bool = False) -> None:
        """Watches these listings (agency, language) from now on; `at_once` forgets earlier pauses."""
        self._readings.follow(listings, at_once=at_once)

    def look_for_orders(self) -> None:
        """Takes up what somebody asked for since."""
        if self._readings.look_for_orders():
            self._woken.set()

    async def run(self) -> None:
        """Reads on and on, until cancelled."""
        await self._read_with_all(until_idle=False)

    async def carry_out(self, ids: Sequence[int]) -> None:
        """Carries out these orders and nothing else; ends with the last of them, or when the portal fails."""
        self._readings.look_for_orders()
        self._readings.only(ids)
        await self._read_with_all(until_idle=True)
        self._readings.give_up_orders()

    async def _read_with_all(self, *, until_idle: bool) -> None:
        async with asyncio.TaskGroup() as readers:
            for _ in range(READERS):
                readers.create_task(self._read_on(until_idle=until_idle))

    async def _read_on(self, *, until_idle: bool) -> None:
        while True:
            task = self._readings.next()
            if isinstance(task, Task):
                await self._read(task)
                continue
            if until_idle and not self._readings.busy:
                self._woken.set()
                return
            self._woken.clear()
            if isinstance(task, datetime):
                self._wake_at(task, self._woken.set)
            await self._woken.wait()

    async def _read(self, task: Task) -> None:
        try:
            page = await self._fetch(task)
            try:
                self._readings.take(page)
            except StoreError:
                raise
            except Exception:  # one page that trips us up must not end the watch over all others
                log.exception("%s/%s: a fault of Jarshy itself; please report it.", task.agency, task.lang)
                self._readings.take_our_fault(page)
        except StoreError as error:
            log.error("%s. What was read is not lost: it is read again.", error)  # noqa: TRY400 no trace
            self._readings.rest()
        finally:
            self._readings.busy.discard(task.key)
            self._woken.set()

    async def _fetch(self, task: Task) -> Page:
        """The page, asked for a second time in full where the worker left out what is not held."""
        listing, started_at = self._readings.begin(task), self._now()
        order = Order(
            next(self._ids), task.agency, task.lang, page=task.page, size=PAGE_SIZE, route=listing.route
        )
        try:
            answer = await self._reader.read(order)
            if self._readings.lacks_wordings(task, answer.records):
                first = answer.report
                answer = await self._reader.read(replace(order, id=next(self._ids), in_full=True))
                requests, size = first.requests + answer.report.requests, first.bytes + answer.report.bytes
                answer = Answer(answer.records, replace(answer.report, requests=requests, bytes=size))
        except CrawlFailed as error:
            answer = Answer((), Report(order.id, "timeout", reason=str(error)))
        return Page(task, listing.route, started_at, answer.records, answer.report)

"""The watch: has page after page read, in the order that the schedule gives them, for as long as it runs."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from crawler.records import Batch, Order, Report
from monitor.about import about
from monitor.changes import Change
from monitor.conclusions import Conclusions
from monitor.config import Config
from monitor.errors import CrawlFailed, StoreError
from monitor.intake import LacksWordings
from monitor.lifetime import Lifetime
from monitor.pages import Page, seems_the_end
from monitor.pulse import Pulse
from monitor.reach import page_size
from monitor.readings import Readings
from monitor.schedule import Task
from monitor.sentences import span
from monitor.standstill import TRY_EVERY, Standstill
from monitor.state import State
from monitor.store.database import Database
from monitor.words import prepare
from monitor.worker import Answer

log = logging.getLogger("jarshy.watch")

READERS = 2
"""Orders in hand: while one page is stored the worker reads the next. It sends one request at a time."""


class Reader(Protocol):
    """Whoever carries out orders: the crawl worker, or a test."""

    async def read(self, order: Order) -> Answer:
        """What came of the order. Raises CrawlFailed."""

    async def read_together(self, batch: Batch) -> list[Answer]:
        """What came of each order, asked for at once. Raises CrawlFailed."""


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
        numbers: Iterator[int] | None = None,
        pulse: Pulse | None = None,
        lifetime: Lifetime | None = None,
    ) -> None:
        """`wake_at` calls back at a moment; `on_changes` hears of what was committed, baseline included.

        `jitter`, from 0 to 1, varies the pauses after failures. `numbers` are those of the orders, where the reader
        has had others before. `pulse` is told what is read and stored. `lifetime` is that of the process.
        """
        lifetime = lifetime or Lifetime(now())
        self.state = State(
            db,
            config,
            now=now,
            on_changes=on_changes,
            jitter=jitter,
            failing=lifetime.mentions("listings"),
        )
        self._readings = Readings(self.state)
        self._conclusions = Conclusions(self.state)
        self._pulse = pulse or Pulse()
        self.standstill = Standstill(
            db, now=now, on_end=self._pulse.ended, mentions=lifetime.mentions("storing")
        )
        self._reader = reader
        self._now = now
        self._wake_at = wake_at
        self._ids = itertools.count(1) if numbers is None else numbers
        self._mentions = lifetime.mentions("reading")
        # Now, because words are looked for within the transaction that stores a page, and others would wait for it.
        prepare(entry for alert in config.alerts for entry in (*alert.words, *alert.not_words))
        self._woken = asyncio.Event()

    def follow(self, listings: Iterable[tuple[str, str]], *, at_once: bool = False) -> None:
        """Watches these listings (agency, language) from now on; `at_once` forgets earlier pauses."""
        self._readings.follow(listings, at_once=at_once)

    @property
    def is_due(self) -> bool:
        """Whether some listing should be read at this moment."""
        return self._readings.is_due()

    def look_for_orders(self) -> None:
        """Takes up what somebody asked for since, unless nothing can be stored."""
        if self.standstill.for_good:
            return
        try:
            self.state.keep_jumps()  # where it could not be done when the clock was set
            if self._readings.look_for_orders():
                self._woken.set()
        except StoreError as error:
            self.standstill.begin(error)

    def clock_was_set(self, jump: timedelta) -> None:
        """Goes on by the new clock, after it was set by `jump` (below zero: back)."""
        try:
            self.state.clock_was_set(jump)
        except StoreError as error:
            log.warning("%s. After a restart a pause may be as much too long or too short.", error)
        self._woken.set()

    async def run(self) -> None:
        """Reads on and on, until cancelled."""
        await self._read_with_all(until_idle=False)

    async def carry_out(self, ids: Sequence[int]) -> None:
        """Carries out these orders and nothing else; ends with the last of them, or when the portal fails."""
        self._readings.look_for_orders()
        self._readings.only(ids)
        try:
            await self._read_with_all(until_idle=True)
        finally:
            self._end()
        self._readings.give_up_orders()

    def _end(self) -> None:
        try:
            self._conclusions.end()
        except StoreError as error:
            log.error("%s. What was read comes into feeds with the next reading.", error)  # noqa: TRY400 no trace

    async def _read_with_all(self, *, until_idle: bool) -> None:
        async with asyncio.TaskGroup() as readers:
            for _ in range(READERS):
                readers.create_task(self._read_on(until_idle=until_idle))

    async def _read_on(self, *, until_idle: bool) -> None:
        while True:
            if not until_idle and self.standstill.lasts():
                self._woken.clear()
                self._wake_at(self._now() + TRY_EVERY, self._woken.set)
                await self._woken.wait()
                continue
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
        in_hand = self._readings.begin(task)
        try:
            pages = await self._fetch_together(in_hand) if len(in_hand) > 1 else {}
            for each in in_hand:
                with about(agency=each.agency, lang=each.lang, release=each.source_id):
                    await self._finish(each, pages.get(each.key))
            self.standstill.stored()
        except StoreError as error:
            self.standstill.begin(error)
            self._pulse.store_failed(error)
            self._readings.rest()
        finally:
            for each in in_hand:
                self._readings.end(each)
            self._woken.set()

    def _lasts(self, name: str, error: Exception, sentence: str, level: int) -> None:
        more = self._mentions.note(name, str(error), now=self._now())
        if more is not None:
            log.log(level, sentence, error, more)

    def _is_over(self, name: str, sentence: str) -> None:
        lasted = self._mentions.over(name, now=self._now())
        if lasted is not None:
            log.info(sentence, span(lasted))

    async def _finish(self, task: Task, page: Page | None) -> None:
        """Stores the page, fetched first where it is None, by as many routes as it takes."""
        if task.source_id is not None:
            await self._look_up(task)
            return
        page = page or await self._fetch(task)
        while page is not None:
            if self._readings.has_another_way(page):
                page = await self._fetch(task)
                continue
            if seems_the_end(page):
                page = await self._fetch_anew(replace(page, again=True))
                continue
            try:
                with about(order=page.report.order):
                    self._take(page)
            except LacksWordings:
                page = await self._fetch_anew(replace(page, in_full=True))
                continue
            return
        if self._readings.busy == {
            task.key
        }:  # else whoever is at it wakes us, when it knows how the routes are
            self._readings.rest()

    async def _look_up(self, task: Task) -> None:
        """Asks for one release by its number, once; no answer to that says anything of a listing or its route."""
        route, started_at = self._readings.route_for(task), self._now()
        if route is None:
            self._readings.rest()
            return
        answer = await self._answer(replace(self._order(task, route), in_full=True))
        page = Page(task, route, started_at, answer.records, answer.report)
        try:
            with about(order=answer.report.order):
                self._conclusions.take_answer(page)
        except StoreError:
            raise
        except Exception:
            log.exception("Release %s: a fault of Jarshy itself; please report it.", task.source_id)
            self._conclusions.put_off(task)

    def _take(self, page: Page) -> None:
        """Stores the page; raises LacksWordings where it has to be fetched in full first."""
        try:
            self._conclusions.take(page)
            self._pulse.stored(page.report.outcome)
        except StoreError:
            raise
        except Exception as error:  # one page that trips us up must not end the watch over all others
            if isinstance(error, LacksWordings) and not page.in_full:
                raise
            log.exception(
                "%s/%s: a fault of Jarshy itself; please report it.", page.task.agency, page.task.lang
            )
            self._conclusions.take_our_fault(page)

    async def _fetch(self, task: Task) -> Page | None:
        """The page by the route that is next; None where all routes have come to rest meanwhile."""
        route, started_at = self._readings.route_for(task), self._now()
        if route is None:
            return None
        task = self._readings.at_one_size(task, route)
        answer = await self._answer(self._order(task, route))
        return self._readings.judged(Page(task, route, started_at, answer.records, answer.report))

    async def _fetch_anew(self, page: Page) -> Page:
        """The page once more by the same route; its report counts both requests."""
        first = page.report
        answer = await self._answer(replace(self._order(page.task, page.route), in_full=page.in_full))
        requests, size = first.requests + answer.report.requests, first.bytes + answer.report.bytes
        report = replace(answer.report, requests=requests, bytes=size)
        return self._readings.judged(replace(page, records=answer.records, report=report))

    async def _answer(self, order: Order) -> Answer:
        with about(order=order.id):
            log.debug(
                "%s/%s: page %d is asked for by route %s.", order.agency, order.lang, order.page, order.route
            )
            try:
                answer = await self._reader.read(order)
            except CrawlFailed as error:
                self._lasts(
                    "worker",
                    error,
                    "Nothing was read: %s. The next order starts another.%s",
                    logging.WARNING,
                )
                return Answer((), Report(order.id, "timeout", reason=str(error)))
        self._is_over("worker", "The crawl worker is at work again, after %s.")
        return answer

    async def _fetch_together(self, tasks: Sequence[Task]) -> dict[tuple[str, str], Page]:
        """The pages of several listings by one request; nothing where the route turns out not to bring them."""
        routes = {task.key: self._readings.route_for(task) for task in tasks}
        [route, *others] = set(routes.values())
        if route is None or others:
            return {}
        started_at = self._now()
        orders = tuple(self._order(task, route) for task in tasks)
        try:
            answers = await self._reader.read_together(Batch(orders))
            if not self._readings.answers_together(route, [answer.report for answer in answers]):
                return {}
            return {
                task.key: self._readings.judged(Page(task, route, started_at, answer.records, answer.report))
                for task, answer in zip(tasks, answers, strict=True)
            }
        except CrawlFailed as error:
            self._lasts(
                "worker", error, "Nothing was read: %s. Each listing is read by itself.%s", logging.WARNING
            )
            return {}

    def _order(self, task: Task, route: str) -> Order:
        size = page_size(task.agency, route)
        return Order(
            next(self._ids),
            task.agency,
            task.lang,
            page=task.page,
            size=size,
            route=route,
            source_id=task.source_id,
        )

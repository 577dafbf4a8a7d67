"""The watch: takes the next page from the schedule, has it read, stores what it said, and goes on.

The only place that joins worker, decisions and store. What is due is decided in `schedule`, what a page means
in `detect` and `removal`; this keeps the state between readings and says what went wrong.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from crawler.records import Misfit, Order, Outcome, Report, Sighting
from monitor.changes import Change
from monitor.config import Config
from monitor.errors import CrawlFailed, StoreError
from monitor.intake import Taken, lacks_wordings, take_absences, take_page
from monitor.portal_health import PortalHealth
from monitor.removal import PATIENCE
from monitor.schedule import (
    OF_THE_PORTAL,
    Asked,
    Listing,
    Policy,
    Reading,
    Task,
    after_failure,
    after_success,
    begin,
    goes_on,
    is_success,
    next_task,
    walked_on,
)
from monitor.sentences import span, trouble
from monitor.store import orders as order_store
from monitor.store.database import Database, writing
from monitor.store.listings import (
    Counts,
    begin_crawl,
    end_crawl,
    load_listing,
    must_be_saved,
    save_listing,
)
from monitor.worker import Answer

log = logging.getLogger("jarshy.watch")

READERS = 2
"""Orders in hand: while one page is stored the worker reads the next. It sends one request at a time."""
PAGE_SIZE = 20


class Reader(Protocol):
    """Whoever carries out orders: the crawl worker, or a test."""

    async def read(self, order: Order) -> Answer:
        """What came of the order. Raises CrawlFailed."""


@dataclass(frozen=True, slots=True)
class _Page:
    """One page as it was read."""

    task: Task
    route: str
    started_at: datetime
    records: tuple[Sighting | Misfit, ...]
    report: Report


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
    ) -> None:
        """`wake_at` calls back at a moment; `on_changes` hears of what was committed, baseline included."""
        self._db = db
        self._reader = reader
        self._config = config
        self._now = now
        self._wake_at = wake_at
        self._on_changes = on_changes
        self._policy = Policy(
            shortest=config.schedule.shortest,
            longest=config.schedule.longest,
            longest_pause=config.schedule.longest_pause,
            history=config.portal.history,
        )
        self._portal = PortalHealth(
            db, config.portal.base_url, policy=self._policy, zone=config.schedule.zone
        )
        self._listings: dict[tuple[str, str], Listing] = {}
        self._underway: dict[tuple[str, str], Reading] = {}
        self._asked: dict[int, Asked] = {}
        self._busy: set[tuple[str, str]] = set()
        self._shrunken: set[tuple[str, str]] = set()
        self._ids = itertools.count(1)
        self._since_walk = 0
        self._woken = asyncio.Event()

    def follow(self, listings: Iterable[tuple[str, str]], *, at_once: bool = False) -> None:
        """Watches these listings (agency, language) from now on.

        `at_once` forgets the pauses of an earlier run: a person stands before it and wants to see.
        """
        for agency, lang in listings:
            listing = load_listing(self._db, agency, lang)
            if at_once:
                listing = replace(listing, paused_until=None)
            self._listings.setdefault((agency, lang), listing)
        if at_once:
            self._portal.forgive()

    def look_for_orders(self) -> None:
        """Takes up what somebody asked for since."""
        for asked in order_store.open_orders(self._db):
            key = (asked.agency, asked.lang)
            if asked.id not in self._asked:
                self._listings.setdefault(key, load_listing(self._db, *key))
                self._asked[asked.id] = asked
                self._woken.set()

    async def run(self) -> None:
        """Reads on and on, until cancelled."""
        async with asyncio.TaskGroup() as readers:
            for _ in range(READERS):
                readers.create_task(self._read_on(only_asked=False))

    async def carry_out(self, ids: Sequence[int]) -> None:
        """Carries out these orders and nothing else; ends with the last of them, or when the portal fails."""
        self.look_for_orders()
        self._asked = {order: asked for order, asked in self._asked.items() if order in ids}
        async with asyncio.TaskGroup() as readers:
            for _ in range(READERS):
                readers.create_task(self._read_on(only_asked=True))
        for asked in tuple(self._asked.values()):
            with writing(self._db):
                self._order_failed(asked, self._portal.state.outcome or "timeout", self._portal.state.reason)

    async def _read_on(self, *, only_asked: bool) -> None:
        while True:
            task = next_task(
                () if only_asked and not self._asked else self._listings.values(),
                self._underway.values(),
                self._asked.values(),
                busy=self._busy,
                portal_paused_until=self._portal.paused_until,
                since_walk=self._since_walk,
                now=self._now(),
            )
            if isinstance(task, Task) and (task.asked is not None or not only_asked):
                await self._read(task)
                continue
            if only_asked and not self._busy:
                self._woken.set()
                return
            self._woken.clear()
            if isinstance(task, datetime):
                self._wake_at(task, self._woken.set)
            await self._woken.wait()

    async def _read(self, task: Task) -> None:
        self._busy.add(task.key)
        self._since_walk = 0 if task.purpose in {"first", "walk"} else self._since_walk + 1
        try:
            page = await self._fetch(task)
            self._take(page)
        except StoreError as error:
            log.error("%s. What was read is not lost: it is read again.", error)  # noqa: TRY400 said once
            self._portal.rest(self._now() + self._policy.shortest)
        finally:
            self._busy.discard(task.key)
            self._woken.set()

    async def _fetch(self, task: Task) -> _Page:
        listing, started_at = self._listings[task.key], self._now()
        order = Order(
            next(self._ids), task.agency, task.lang, page=task.page, size=PAGE_SIZE, route=listing.route
        )
        try:
            answer = await self._reader.read(order)
            sightings = [record for record in answer.records if isinstance(record, Sighting)]
            if lacks_wordings(self._db, sightings, listing):
                first = answer.report
                answer = await self._reader.read(replace(order, id=next(self._ids), in_full=True))
                both = replace(
                    answer.report,
                    requests=answer.report.requests + first.requests,
                    bytes=answer.report.bytes + first.bytes,
                )
                answer = Answer(answer.records, both)
        except CrawlFailed as error:
            answer = Answer((), Report(order.id, "timeout", reason=str(error)))
        return _Page(task, listing.route, started_at, answer.records, answer.report)

    def _take(self, page: _Page) -> None:
        if is_success(page.report.outcome) and not self._is_shrunken(page):
            self._take_success(page)
        else:
            self._take_failure(page)

    def _is_shrunken(self, page: _Page) -> bool:
        """Whether a listing that is known to have releases shows none at all."""
        listing = self._listings[page.task.key]
        return page.report.listed == 0 and page.task.page == 1 and listing.watermark is not None

    def _take_success(self, page: _Page) -> None:
        task, now = page.task, self._now()
        before = self._listings[task.key]
        listing = before
        if not before.begun and task.page == 1:
            listing = _first_page(before, page, self._policy)
        with writing(self._db):
            crawl = begin_crawl(self._db, task, page.route, started_at=page.started_at)
            taken = take_page(self._db, page.records, listing, alerts=self._config.alerts, now=now)
            reading = self._reading(task, taken)
            more = goes_on(reading, taken.seen, listing)
            gone: tuple[Change, ...] = ()
            mass: bool | None = None  # None: this page ends no reading that could tell
            if not more and listing.walked and reading.from_top and task.purpose != "walk":
                gone, mass = take_absences(
                    self._db,
                    reading,
                    listing,
                    to_the_end=not taken.seen,
                    crawl=crawl,
                    alerts=self._config.alerts,
                    confirm=self._config.schedule.confirm,
                    now=now,
                )
            taken = replace(taken, changes=(*taken.changes, *gone))
            listing = self._moved_on(listing, task, taken, more=more, now=now)
            end_crawl(
                self._db,
                crawl,
                page.report,
                taken.counts,
                outcome=_outcome(page, taken, mass=bool(mass)),
                finished_at=now,
                next_at=listing.due_at,
            )
            if task.asked is not None:
                self._order_moved(task, page, taken, more=more, now=now)
            if must_be_saved(before, listing):
                save_listing(self._db, listing, now=now)
        self._listings[task.key] = listing
        self._keep_reading(reading, more=more)
        self._portal.answers(now)
        self._say(page, taken, before, listing, mass=mass)
        if taken.changes:
            self._on_changes(taken.changes)

    def _take_failure(self, page: _Page) -> None:
        task, now = page.task, self._now()
        report, before = page.report, self._listings[task.key]
        outcome: Outcome = "shrunken" if is_success(report.outcome) else report.outcome
        listing = after_failure(before, retry_after=report.retry_after, policy=self._policy, now=now)
        with writing(self._db):
            crawl = begin_crawl(self._db, task, page.route, started_at=page.started_at)
            end_crawl(
                self._db,
                crawl,
                report,
                Counts(),
                outcome=outcome,
                finished_at=now,
                next_at=listing.due_at,
            )
            save_listing(self._db, listing, now=now)
            if task.asked is not None:
                self._order_failed(task.asked, outcome, report.reason)
            if outcome in OF_THE_PORTAL:
                self._portal.fails(report, route=page.route, started_at=page.started_at, now=now)
        self._listings[task.key] = listing
        self._underway.pop(task.key, None)
        if outcome not in OF_THE_PORTAL and before.failures == 0 and listing.paused_until:
            what, zone = f"{task.agency}/{task.lang}", self._config.schedule.zone
            log.warning(trouble(what, page.route, outcome, report.reason, listing.paused_until, zone))

    def _reading(self, task: Task, taken: Taken) -> Reading:
        """The reading with this page added."""
        underway = self._underway.get(task.key)
        if underway is None or underway.task.purpose != task.purpose or task.page == 1:
            return Reading(task, taken.seen, from_top=task.page == 1)
        return replace(underway, task=task, seen=(*underway.seen, *taken.seen))

    def _keep_reading(self, reading: Reading, *, more: bool) -> None:
        task = reading.task
        if not more or task.purpose in {"first", "walk"}:
            self._underway.pop(task.key, None)
            return
        asked = replace(task.asked, next_page=task.page + 1) if task.asked else None
        self._underway[task.key] = replace(reading, task=replace(task, page=task.page + 1, asked=asked))

    def _moved_on(self, listing: Listing, task: Task, taken: Taken, *, more: bool, now: datetime) -> Listing:
        """The listing after a page that was read well."""
        listing = walked_on(listing, task, taken.seen)
        if more and task.purpose not in {"first", "walk"}:
            return replace(listing, failures=0, paused_until=None)
        return after_success(listing, task, news=taken.news, policy=self._policy, now=now)

    def _order_moved(self, task: Task, page: _Page, taken: Taken, *, more: bool, now: datetime) -> None:
        if task.asked is None:
            return
        order_store.page_done(
            self._db,
            task.asked.id,
            page=task.page,
            listed=page.report.listed,
            counts=taken.counts,
            outcome=page.report.outcome,
            reason=page.report.reason,
            state="open" if more else "done",
            now=now,
        )
        if not more:
            self._asked.pop(task.asked.id, None)

    def _order_failed(self, asked: Asked, outcome: Outcome, reason: str) -> None:
        order_store.page_done(
            self._db,
            asked.id,
            page=asked.next_page,
            listed=0,
            counts=Counts(),
            outcome=outcome,
            reason=reason,
            state="failed",
            now=self._now(),
        )
        self._asked.pop(asked.id, None)

    def _say(self, page: _Page, taken: Taken, before: Listing, after: Listing, *, mass: bool | None) -> None:
        name, counts = f"{page.task.agency}/{page.task.lang}", taken.counts
        if mass and page.task.key not in self._shrunken:
            log.warning(
                "%s: more releases are missing at once than an editor takes down. The portal is suspected; "
                "none is called removed unless readings go on agreeing for %s.",
                name,
                span(PATIENCE * self._config.schedule.confirm),
            )
        if mass is not None:
            (self._shrunken.add if mass else self._shrunken.discard)(page.task.key)
        if before.failures and not after.failures:
            log.info("%s: read again after %d failures.", name, before.failures)
        if after.walked and not before.walked:
            log.info("%s: its history is read; from now on what is new is told.", name)
        if taken.news:
            log.info("%s: %d new, %d edited, %d removed.", name, counts.new, counts.edited, counts.removed)


def _first_page(listing: Listing, page: _Page, policy: Policy) -> Listing:
    sightings = [record for record in page.records if isinstance(record, Sighting)]
    return begin(
        listing,
        ids=[int(seen.source_id) for seen in sightings if seen.source_id.isdigit()],
        dates=[seen.wording.published_at for seen in sightings if seen.wording],
        policy=policy,
    )


def _outcome(page: _Page, taken: Taken, *, mass: bool) -> Outcome:
    if mass:
        return "shrunken"
    if page.report.outcome == "items" and not taken.changes and all(seen.known for seen in taken.seen):
        return "unchanged"
    return page.report.outcome

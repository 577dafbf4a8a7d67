"""Jarshy's own reading as the benchmarks drive it: the real worker, watch and store, this process as the daemon.

Each function is meant for a process of its own (`ladder.in_child`). No server of feeds, no alerts.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from ladder import cpu_seconds, resident_mb

from crawler.directory import agencies
from crawler.records import Order
from monitor.config import Config, Portal, Schedule
from monitor.config import Database as Place
from monitor.daemon import crawl_worker
from monitor.scheduler import Scheduler
from monitor.store.database import Database, open_store
from monitor.store.listings import write_directory
from monitor.store.orders import ask, progress
from monitor.watch import Watch
from monitor.worker import Answer, CrawlWorker

UNHURRIED = 60_000_000.0
"""Requests a minute: no pause that could be measured."""

Listings = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Backfill:
    """What one reading of everything took, the start of the worker not counted."""

    seconds: float
    worker_cpu: float
    daemon_cpu: float


@dataclass(frozen=True, slots=True)
class Poll:
    """One reading of every listing."""

    orders: int
    """Pages asked for; a wide reading asks for more than one of each listing."""
    worker_cpu: float
    daemon_cpu: float
    worker_mb: float
    daemon_mb: float


def backfill(base_url: str, listings: Listings, path: Path) -> Backfill:
    """Reads these listings to their ends into a fresh database, as `jarshy crawl --all` does."""
    with _opened(base_url, path) as (db, config, log):
        return asyncio.run(_backfill(db, config, listings, log))


def polls(base_url: str, listings: Listings, count: int, path: Path) -> list[Poll]:
    """Reads these listings so many times after their first reading, as `jarshy run` does.

    The clock is put on from one reading to the next, so that nothing is waited for.
    """
    with _opened(base_url, path) as (db, config, log):
        return asyncio.run(_polls(db, config, listings, count, log))


@contextmanager
def _opened(base_url: str, path: Path) -> Iterator[tuple[Database, Config, IO[bytes]]]:
    often = timedelta(minutes=5)
    config = Config(
        database=Place(path=path),  # the ledger of requests lies beside it
        portal=Portal(base_url=base_url, contact="benchmark", requests_per_minute=UNHURRIED, history=None),
        schedule=Schedule(shortest=often, longest=often),
    )
    db = open_store(path)
    write_directory(db, agencies().values(), followed=())
    with path.with_suffix(".log").open("wb") as log:
        yield db, config, log


async def _backfill(db: Database, config: Config, listings: Listings, log: IO[bytes]) -> Backfill:
    ids = ask(db, listings, pages=None, since=None, whole=True, now=_utc_now())
    worker, scheduler = crawl_worker(config, stderr=log), Scheduler()
    scheduler.start()
    watch = Watch(
        db, worker, config, now=_utc_now, wake_at=lambda moment, wake: scheduler.at("look", moment, wake)
    )
    watch.follow(listings, at_once=True)
    clock = asyncio.get_running_loop().time
    try:
        await worker.read(Order(0, "nobody", "ru"))  # now Scrapy is loaded and robots.txt read
        started, before = clock(), _cpu(worker)
        await watch.carry_out(ids)
        seconds, after = clock() - started, _cpu(worker)
    finally:
        scheduler.stop()
        await worker.close()
    if failed := [order for order in progress(db, ids) if order.state != "done"]:
        raise RuntimeError(f"the backfill failed: {failed[0].agency}/{failed[0].lang}: {failed[0].reason}")
    return Backfill(seconds, after[0] - before[0], after[1] - before[1])


async def _polls(db: Database, config: Config, listings: Listings, count: int, log: IO[bytes]) -> list[Poll]:
    worker = crawl_worker(config, stderr=log)
    rounds = _Rounds(worker, count)
    watch = Watch(db, rounds, config, now=lambda: rounds.now, wake_at=rounds.wake_at)
    watch.follow(listings)
    reading, over = asyncio.create_task(watch.run()), asyncio.create_task(rounds.over.wait())
    try:
        await asyncio.wait({reading, over}, return_when=asyncio.FIRST_COMPLETED)
        if reading.done():
            reading.result()
    finally:
        reading.cancel()
        over.cancel()
        await worker.close()
    return rounds.polls


class _Rounds:
    """Stands between watch and worker, and puts the clock on whenever a round of readings is over."""

    def __init__(self, worker: CrawlWorker, count: int) -> None:
        self.now = _utc_now()
        self.polls: list[Poll] = []
        self.over = asyncio.Event()
        self._worker = worker
        self._count = count
        self._in_hand = self._orders = 0
        self._before: tuple[float, float] | None = None
        """Processor time at the end of the last round; None: the first reading is not over, a backfill."""

    async def read(self, order: Order) -> Answer:
        """The worker's answer; raises RuntimeError for one that would make the figures worthless."""
        self._in_hand += 1
        self._orders += 1
        try:
            answer = await self._worker.read(order)
        finally:
            self._in_hand -= 1
        if answer.report.outcome not in {"items", "empty"}:
            raise RuntimeError(f"a poll failed: {answer.report.reason}")
        return answer

    def wake_at(self, moment: datetime, wake: Callable[[], None]) -> None:
        """Notes the round that is over and lets the next one begin at once."""
        if self._in_hand or not self._orders:
            return  # one reader has nothing left to do, the other is still at it
        now = _cpu(self._worker)
        if self._before is not None and self._worker.pid is not None:
            worker, daemon = now[0] - self._before[0], now[1] - self._before[1]
            memory = resident_mb(self._worker.pid), resident_mb(os.getpid())
            self.polls.append(Poll(self._orders, worker, daemon, *memory))
        self._before, self._orders, self.now = now, 0, moment
        if len(self.polls) == self._count:
            self.over.set()
            return
        asyncio.get_running_loop().call_soon(wake)


def _cpu(worker: CrawlWorker) -> tuple[float, float]:
    """Processor time so far of the worker and of this process."""
    return cpu_seconds(worker.pid) if worker.pid else 0.0, cpu_seconds(os.getpid())


def _utc_now() -> datetime:
    return datetime.now(UTC)

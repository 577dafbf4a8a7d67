"""The monitor as it runs for days: worker, watch, scheduler and dispatcher, started and ended together."""

import asyncio
import logging
import random
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from crawler.directory import agencies
from crawler.ledger import beside
from monitor.alarm import Alarm
from monitor.changes import Change
from monitor.channels import open_channels
from monitor.checkup import EVERY, Checkup
from monitor.config import Config, Portal
from monitor.errors import StoreError
from monitor.outbox import dispatch
from monitor.rules import addresses_of
from monitor.scheduler import Scheduler
from monitor.sending import GaveUp, Lines
from monitor.store.database import Database, store_errors
from monitor.store.listings import write_directory
from monitor.store.selections import data_version
from monitor.store.tidying import tidy
from monitor.watch import Watch
from monitor.worker import CrawlWorker, command

log = logging.getLogger("jarshy.daemon")

ORDERS_EVERY = timedelta(seconds=1)
"""How soon a running daemon takes up what `jarshy crawl` asks for."""
LOOK_EVERY = timedelta(seconds=3)
"""How soon a running daemon notices that `jarshy alerts retry`, or whoever sets the clock, was at work."""
TROUBLE_PAUSE = timedelta(seconds=30)
"""How long what is owed waits where the database could not be used: a lock may be gone in a moment, and each look at
one that is not takes seconds in which nothing else is done."""
TIDY_EVERY = timedelta(hours=6)
FAREWELL = 2.0
"""Seconds that a message being sent may still take when the daemon ends."""


def crawl_worker(config: Config, *, stderr: IO[bytes] | None = None) -> CrawlWorker:
    """The worker for the portal of this configuration, not started yet.

    Whoever starts one for the same database shares its ledger, and so one pace and one budget.
    """
    portal, per_day = config.portal, config.schedule.per_day
    options = ["--ledger", str(beside(config.database.path))]
    if per_day is not None:
        options += ["--per-day", str(per_day)]
    between = 60 / portal.requests_per_minute
    return CrawlWorker(
        command(
            portal.base_url,
            requests_per_minute=portal.requests_per_minute,
            contact=portal.contact,
            options=options,
        ),
        # Two orders in hand, each with retries, their pauses and robots.txt: only a stuck worker is slower.
        deadline=600 + 10 * between,
        stderr=stderr,
    )


def followed(portal: Portal) -> list[tuple[str, str]]:
    """The listings that are watched: every followed agency in every language."""
    return [(agency, lang) for agency in portal.agencies for lang in portal.languages]


async def watch_over(
    db: Database,
    config: Config,
    *,
    stop: asyncio.Event,
    now: Callable[[], datetime],
    on_changes: Callable[[Sequence[Change]], None] = lambda _changes: None,
    worker_stderr: IO[bytes] | None = None,
) -> None:
    """Watches the portal and tells what it owes until `stop` is set; then ends within a few seconds."""
    write_directory(db, agencies().values(), followed=config.portal.agencies)
    worker, scheduler, owed = crawl_worker(config, stderr=worker_stderr), Scheduler(), asyncio.Event()

    def changed(changes: Sequence[Change]) -> None:
        owed.set()
        on_changes(changes)

    watch = Watch(
        db,
        worker,
        config,
        now=now,
        wake_at=lambda moment, wake: scheduler.at("look", moment, wake),
        on_changes=changed,
        jitter=random.random,
    )
    watch.follow(followed(config.portal))
    scheduler.start()
    scheduler.every("orders", ORDERS_EVERY, watch.look_for_orders, first=now())
    scheduler.every("tidy", TIDY_EVERY, lambda: tidy(db, now=now()), first=now() + TIDY_EVERY)
    checkup = Checkup(db, config, space=lambda: _space(config.database.path), now=now())
    scheduler.every("health", EVERY, lambda: look_at_health(checkup, owed, now()), first=now() + EVERY)
    try:
        async with asyncio.TaskGroup() as rooms:
            reading = rooms.create_task(watch.run())
            telling = rooms.create_task(_tell(db, config, owed, stop, now, on_gave_up=checkup.gave_up))
            await stop.wait()
            reading.cancel()
            owed.set()
            await asyncio.wait({telling}, timeout=FAREWELL)
            telling.cancel()
    finally:
        scheduler.stop()
        await worker.close()


def look_at_health(checkup: Checkup, owed: asyncio.Event, now: datetime) -> None:
    """A look at what is wrong; sets `owed` where anything is to be told. Whatever trips it up ends nothing else."""
    try:
        with store_errors():
            if checkup.look(now):
                owed.set()
    except StoreError as error:
        log.warning("%s. How the portal and its listings are is judged at the next look.", error)
    except Exception:
        log.exception("The look at what is wrong: a fault of Jarshy itself; please report it.")


def _space(database: Path) -> tuple[int, int]:
    usage = shutil.disk_usage(database.absolute().parent)
    return usage.free, usage.total


async def _tell(
    db: Database,
    config: Config,
    owed: asyncio.Event,
    stop: asyncio.Event,
    now: Callable[[], datetime],
    *,
    on_gave_up: GaveUp,
) -> None:
    """Sends what is owed: whenever something new is, a pause ends, or another process or the clock has changed it."""
    kinds = {address.kind for alert in config.alerts for address in addresses_of(alert)}
    lines, alarm, trouble = Lines(), Alarm(owed.set, now=now), ""
    opened = open_channels(kinds, now=now, inside=config.delivery.inside, telegram=config.delivery.telegram)
    async with opened as channels, asyncio.TaskGroup() as rounds:

        async def send() -> None:
            nonlocal trouble
            try:
                with store_errors():
                    again = await dispatch(
                        db,
                        config,
                        channels,
                        now=now,
                        lines=lines,
                        wake_at=alarm.at,
                        on_gave_up=on_gave_up,
                    )
            except StoreError as error:
                if str(error) != trouble:  # said once, however long it lasts
                    trouble = str(error)
                    log.warning("%s. What is owed stays owed.", error)
                again = now() + TROUBLE_PAUSE
            else:
                trouble = ""
            if again is not None:
                alarm.at(again)

        while not stop.is_set():
            owed.clear()
            # Not awaited: a receiver that hangs must not hold up the news of the others.
            rounds.create_task(send())
            await _owed_or_changed(db, owed, alarm)
        alarm.stop()


async def _owed_or_changed(db: Database, owed: asyncio.Event, alarm: Alarm) -> None:
    version = _version(db)
    while not owed.is_set():
        try:
            async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                await owed.wait()
        except TimeoutError:
            if _version(db) != version or alarm.clock_was_set():
                return


def _version(db: Database) -> int:
    """Another number once another process has written; the same where the database cannot say."""
    try:
        return data_version(db)
    except StoreError:
        return 0

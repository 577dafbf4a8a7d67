"""The monitor as it runs for days: worker, watch, scheduler and dispatcher, started and ended together."""

import asyncio
import logging
import random
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from crawler.ledger import beside
from monitor.alarm import Alarm
from monitor.backups import LOOK_EVERY as LOOK_FOR_BACKUPS
from monitor.backups import Backups
from monitor.changes import Change
from monitor.channels import open_channels
from monitor.checkup import EVERY, Checkup
from monitor.config import Config, Portal
from monitor.errors import StoreError
from monitor.following import write_followed
from monitor.lifetime import Lifetime
from monitor.mentions import Mentions
from monitor.metrics import Metrics
from monitor.outbox import dispatch
from monitor.pulse import LOOK_EVERY as PULSE_EVERY
from monitor.pulse import Pulse
from monitor.rules import addresses_of
from monitor.scheduler import Scheduler
from monitor.sending import GaveUp, Lines
from monitor.sentences import said_of_jump, said_of_standing, span
from monitor.standstill import TRY_EVERY, check_file
from monitor.store.database import Database, store_errors
from monitor.store.for_feeds import has_read_a_listing
from monitor.store.selections import data_version
from monitor.store.tidying import tidy
from monitor.store.trying import try_to_begin
from monitor.thinning import EVERY as THIN_EVERY
from monitor.thinning import FIRST as THIN_FIRST
from monitor.thinning import thin_when_asked
from monitor.watch import Watch
from monitor.worker import CrawlWorker, command

log = logging.getLogger("jarshy.daemon")

ORDERS_EVERY = timedelta(seconds=1)
"""How soon a running daemon takes up what `jarshy crawl` asks for."""
LOOK_EVERY = timedelta(seconds=3)
"""How soon a running daemon notices that `jarshy alerts retry` was at work."""
TROUBLE_PAUSE = timedelta(seconds=30)
"""How long what is owed waits where the database could not be used: a lock may be gone in a moment, and each look at
one that is not takes seconds in which nothing else is done."""
TIDY_EVERY = timedelta(hours=1)
TIDY_FIRST = timedelta(minutes=5)
"""After a start, or after the configuration was read anew: who does that every hour is tidied all the same."""
FAREWELL = 2.0
"""Seconds that a message being sent may still take when the daemon ends."""


def crawl_worker(
    config: Config,
    *,
    stderr: IO[bytes] | None = None,
    on_trouble: Callable[[str], None] = lambda _trouble: None,
) -> CrawlWorker:
    """The worker for the portal of this configuration, not started yet; `on_trouble` as `CrawlWorker` has it.

    Whoever starts one for the same database shares its ledger, and so one pace and one budget.
    """
    portal, per_day = config.portal, config.schedule.per_day
    options = ["--log-json", "--ledger", str(beside(config.database.path))]
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
        on_trouble=on_trouble,
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
    metrics: Metrics | None = None,
    kept: CrawlWorker | None = None,
    pulse: Pulse | None = None,
    lifetime: Lifetime | None = None,
) -> None:
    """Watches the portal and tells what it owes until `stop` is set; then ends within a few seconds.

    A worker that is `kept` by the caller reads, and is warm for whoever comes next. `pulse` is told how all fares.
    `lifetime` is kept by the caller too, where one configuration follows another.
    """
    lifetime = lifetime or Lifetime(now())
    pulse = pulse or Pulse()
    pulse.expect(config.schedule.longest, has_read=has_read_a_listing(db))
    metrics = metrics or Metrics()
    worker = crawl_worker(config, stderr=worker_stderr, on_trouble=pulse.worker_is) if kept is None else kept
    scheduler, owed = Scheduler(), asyncio.Event()
    write_followed(db, config.portal, later=lambda act: scheduler.at("followed", now() + TROUBLE_PAUSE, act))

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
        numbers=worker.numbers,
        pulse=pulse,
        lifetime=lifetime,
    )
    watch.follow(followed(config.portal))

    def clock_was_set(jump: timedelta, moment: datetime) -> None:
        log.warning("%s", said_of_jump(jump, moment))
        watch.clock_was_set(jump)
        owed.set()

    def woke(stood: timedelta, _moment: datetime) -> None:
        log.info("%s", said_of_standing(stood))
        owed.set()

    scheduler.start(on_clock_set=clock_was_set, on_wake=woke, on_look=pulse.beat)
    scheduler.every(
        "pulse",
        PULSE_EVERY,
        lambda: pulse.look(is_due=watch.is_due, trial=lambda: try_to_begin(db)),
        first=now(),
    )
    scheduler.every("orders", ORDERS_EVERY, watch.look_for_orders, first=now())
    scheduler.every("tidy", TIDY_EVERY, lambda: tidy(db), first=now() + TIDY_FIRST)
    old = asyncio.Event()
    scheduler.every("thin", THIN_EVERY, old.set, first=now() + THIN_FIRST)
    scheduler.every("file", TRY_EVERY, watch.standstill.look_at_file, first=now())
    backups = Backups(config, now=now, is_sound=lambda: not watch.standstill.for_good, lifetime=lifetime)
    metrics.begin(db, worker, backups)
    scheduler.every("backups", LOOK_FOR_BACKUPS, backups.look, first=now())
    checkup = Checkup(db, config, space=lambda: _space(config.database.path), backups=backups, now=now())
    looks = lifetime.mentions("judging")
    scheduler.every("health", EVERY, lambda: look_at_health(checkup, owed, now(), looks), first=now() + EVERY)
    try:
        async with asyncio.TaskGroup() as rooms:
            reading = rooms.create_task(watch.run())
            thinning = rooms.create_task(thin_when_asked(db, config.retention, old, now=now))
            checking = rooms.create_task(check_file(watch.standstill, lifetime))
            telling = rooms.create_task(
                _tell(
                    db,
                    config,
                    owed,
                    stop,
                    now,
                    on_gave_up=checkup.gave_up,
                    metrics=metrics,
                    pulse=pulse,
                    mentions=lifetime.mentions("telling"),
                )
            )
            await stop.wait()
            watch.standstill.look_at_file()
            reading.cancel()
            thinning.cancel()
            checking.cancel()
            owed.set()
            await asyncio.wait({telling}, timeout=FAREWELL)
            telling.cancel()
    finally:
        scheduler.stop()
        await backups.close()
        if kept is None:
            await worker.close()


def look_at_health(checkup: Checkup, owed: asyncio.Event, now: datetime, mentions: Mentions) -> None:
    """A look at what is wrong; sets `owed` where anything is to be told. Whatever trips it up ends nothing else."""
    try:
        with store_errors():
            if checkup.look(now):
                owed.set()
        if (lasted := mentions.over("store", now=now)) is not None:
            log.info("The portal and its listings are judged again, after %s.", span(lasted))
    except StoreError as error:
        if (more := mentions.note("store", str(error), now=now)) is not None:
            log.warning("%s. The portal and its listings are judged at the next look.%s", error, more)
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
    metrics: Metrics,
    pulse: Pulse,
    mentions: Mentions,
) -> None:
    """Sends what is owed: where something is new, a pause ends, the clock is set, or another process was at work."""
    kinds = {address.kind for alert in config.alerts for address in addresses_of(alert)}
    lines, alarm = Lines(), Alarm(owed.set, now=now)
    opened = open_channels(kinds, now=now, inside=config.delivery.inside, telegram=config.delivery.telegram)
    async with opened as channels, asyncio.TaskGroup() as rounds:

        async def send() -> None:
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
                        metrics=metrics,
                    )
            except StoreError as error:
                pulse.store_failed(error)
                if (more := mentions.note("store", str(error), now=now())) is not None:
                    log.warning("%s. What is owed stays owed.%s", error, more)
                again = now() + TROUBLE_PAUSE
            else:
                if (lasted := mentions.over("store", now=now())) is not None:
                    pulse.wrote()  # what could not be noted was; in quiet hours no reading says so
                    log.info("What is owed is sent again, after %s.", span(lasted))
            if again is not None:
                alarm.at(again)

        while not stop.is_set():
            owed.clear()
            # Not awaited: a receiver that hangs must not hold up the news of the others.
            rounds.create_task(send())
            await _owed_or_changed(db, owed)
        alarm.stop()


async def _owed_or_changed(db: Database, owed: asyncio.Event) -> None:
    version = _version(db)
    while not owed.is_set():
        try:
            async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                await owed.wait()
        except TimeoutError:
            if _version(db) != version:
                return


def _version(db: Database) -> int:
    """Another number once another process has written; the same where the database cannot say."""
    try:
        return data_version(db)
    except StoreError:
        return 0

"""Orders handed to whoever works on the database, or carried out here, and followed until they are done."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.shared import foreground_worker, utc_now
from monitor.config import Config
from monitor.progress import how_far, how_far_said, time_left
from monitor.sentences import OUTCOMES, span
from monitor.store.orders import Progress

if TYPE_CHECKING:
    from monitor.store.database import Database

Look = Callable[[], list[Progress]]
Done = Callable[[], bool]
Follow = Callable[[Look, Done], Coroutine[Any, Any, None]]
"""Watches how far orders have come until they are done."""

LOOK_EVERY = 0.2
"""Seconds between two looks at how far the orders have come."""
SAID_EVERY = 5.0
"""Seconds for which the time left stands: a figure that changes with every page tells nobody anything."""


def see_to(
    context: click.Context, db: "Database", config: Config, ids: Sequence[int], *, quiet: bool, stopped: str
) -> None:
    """Sees orders through; one that is stopped says so in these words, takes the rest back and exits with 1."""
    from monitor.store.audits import listed_before

    window = config.schedule.quiet_window
    if window is not None and window.until(utc_now()) is not None:
        until = f"{window.ends:%H:%M} ({window.zone})"
        click.echo(f"It is the quiet window until {until}; what you ask for is read all the same.", err=True)
    expected = listed_before(db, {(order.agency, order.lang) for order in _progress(db, ids)})
    follow = _followed(expected, quiet=quiet)
    try:
        asyncio.run(_see_to(db, config, ids, follow))
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo(stopped, err=True)
        context.exit(1)
    finally:
        _take_back(db, ids)


def opened(config: Config) -> "Database":
    """The database with its directory, for a command that asks for something."""
    from crawler.directory import agencies
    from monitor.store.database import open_store
    from monitor.store.listings import write_directory

    db = open_store(config.database.path)
    write_directory(db, agencies().values(), followed=config.portal.agencies)
    return db


def came_of_it(order: Progress) -> str:
    """What came of an order, in words."""
    if order.outcome is None:
        return order.reason
    changed = order.new or order.edited or order.removed
    return OUTCOMES["unchanged" if order.outcome == "items" and not changed else order.outcome]


async def _see_to(db: "Database", config: Config, ids: Sequence[int], follow: Follow) -> None:
    """Leaves the orders to whoever works on the database, and carries them out where nobody does.

    Cancelled by SIGTERM, which must not leave orders behind that nobody waits for.
    """
    from monitor.store.database import held_by_daemon, only_daemon
    from monitor.store.orders import progress

    path = config.database.path
    ourselves = asyncio.current_task()
    if ourselves is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ourselves.cancel)

    def look() -> list[Progress]:
        return progress(db, ids)

    def left() -> bool:
        return any(order.state == "open" for order in look())

    while left():
        if held_by_daemon(path):
            click.echo("Another Jarshy works on this database; the order was handed to it.", err=True)
            _say_whether_the_portal_rests(db, config)
            # A daemon that ends, or a crawl by hand, leaves it to us.
            await follow(look, lambda: not left() or not held_by_daemon(path))
        else:
            with only_daemon(path):
                await _carry_out(db, config, ids, follow)


def _say_whether_the_portal_rests(db: "Database", config: Config) -> None:
    from monitor.store.listings import load_portal

    portal = load_portal(db, config.portal.base_url)
    now = utc_now()
    if portal.outcome and portal.paused_until and portal.paused_until > now:
        wait = span(portal.paused_until - now)
        click.echo(f"It waits: {OUTCOMES[portal.outcome]}; the next try is in {wait}.", err=True)


async def _carry_out(
    db: "Database",
    config: Config,
    ids: Sequence[int],
    follow: Follow,
) -> None:
    from monitor.scheduler import Scheduler
    from monitor.store.orders import progress
    from monitor.watch import Watch

    # What it says of a portal that fails, the report says too; its next try concerns a daemon.
    logging.getLogger("jarshy.portal").setLevel(logging.ERROR)
    scheduler = Scheduler()
    try:
        async with foreground_worker(config) as worker, asyncio.TaskGroup() as tasks:
            watch = Watch(
                db,
                worker,
                config,
                now=utc_now,
                wake_at=lambda moment, wake: scheduler.at("look", moment, wake),
            )
            watch.follow({(order.agency, order.lang) for order in progress(db, ids)}, at_once=True)
            scheduler.start(on_clock_set=lambda jump, _now: watch.clock_was_set(jump))
            work = tasks.create_task(watch.carry_out(ids))
            tasks.create_task(follow(lambda: progress(db, ids), work.done))
    finally:
        scheduler.stop()


def _followed(expected: Mapping[tuple[str, str], int], *, quiet: bool) -> Follow:
    """Shows how far the orders have come until they are done; on a terminal only."""

    async def silent(_look: Look, done: Done) -> None:
        while not done():  # noqa: ASYNC110 the daemon is another process: there is nothing to wait on
            await asyncio.sleep(LOOK_EVERY)

    async def shown(look: Look, done: Done) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Reading listings", total=None)
            clock = asyncio.get_running_loop().time
            began, first, said_at, said = clock(), look(), 0.0, ""
            finished = False
            while not finished:
                finished = done()
                orders = look()
                elapsed = clock() - began
                if not said or elapsed - said_at >= SAID_EVERY:
                    said, said_at = time_left(first, orders, expected, seconds=elapsed), elapsed
                so_far, far = how_far(orders, expected), how_far_said(first, orders, seconds=elapsed)
                bar.update(task, completed=so_far, total=1 if so_far is not None else None)
                bar.update(task, description=f"{far}; {said}")
                if not finished:
                    await asyncio.sleep(LOOK_EVERY)

    return shown if sys.stderr.isatty() and not quiet else silent


def _progress(db: "Database", ids: Sequence[int]) -> list[Progress]:
    from monitor.store.orders import progress

    return progress(db, ids)


def _take_back(db: "Database", ids: Sequence[int]) -> None:
    from monitor.store.orders import drop

    drop(db, ids, reason="taken back: nobody waited for it any more", now=utc_now())

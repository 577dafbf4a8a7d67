"""`crawl`: listings read now, because a person asks; by a daemon where one runs on the same database."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    foreground_worker,
    known_agencies,
    languages,
    print_json,
    print_table,
    read_config,
    reasons,
    utc_now,
)
from monitor.config import Config
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


@click.command()
@click.argument("agencies", nargs=-1, metavar="[AGENCY ...]")
@click.option("--lang", "langs", multiple=True, help="Only this language; may be given several times.")
@click.option("--pages", type=click.IntRange(1), help="Read this many pages of each listing.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Read back to this date."
)
@click.option("--all", "whole", is_flag=True, help="Read each listing to its end.")
@configured
@for_scripts
@click.pass_context
def crawl(
    context: click.Context,
    *,
    agencies: tuple[str, ...],
    langs: tuple[str, ...],
    pages: int | None,
    since: datetime | None,
    whole: bool,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Read listings now, and say what was new, edited, removed or refused.

    Without options each listing is read until known releases are met, a new one back to `history`. Where a
    daemon runs on the same database, it carries out the order within its own budget of requests.

    \b
    Examples:
      jarshy crawl
      jarshy crawl economy mfa --lang ru --pages 3
      jarshy crawl almaty --since 2026-01-01
    """
    from monitor.store.database import open_store
    from monitor.store.orders import ask

    config = read_config(config_file)
    chosen = [
        (agency, lang)
        for agency in dict.fromkeys(known_agencies(agencies, config))
        for lang in dict.fromkeys(languages(langs) or config.portal.languages)
    ]
    db = open_store(config.database.path)
    _write_directory(db, config)
    quiet = config.schedule.quiet_window
    if quiet is not None and quiet.until(utc_now()) is not None:
        until = f"{quiet.ends:%H:%M} ({quiet.zone})"
        click.echo(f"It is the quiet window until {until}; what you ask for is read all the same.", err=True)
    ids = ask(db, chosen, pages=pages, since=since.date() if since else None, whole=whole, now=utc_now())
    follow = _followed(len(ids), quiet=as_json)
    try:
        asyncio.run(_see_to(db, config, ids, follow))
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo("Stopped. What was read is stored; the rest of the order is taken back.", err=True)
        context.exit(1)
    finally:
        _take_back(db, ids)
    _report(context, db, ids, as_json=as_json)


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
    scheduler.start()
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
            work = tasks.create_task(watch.carry_out(ids))
            tasks.create_task(follow(lambda: progress(db, ids), work.done))
    finally:
        scheduler.stop()


def _followed(total: int, *, quiet: bool) -> Follow:
    """Shows how far the orders have come until they are done; on a terminal only."""

    async def silent(_look: Look, done: Done) -> None:
        while not done():  # noqa: ASYNC110 the daemon is another process: there is nothing to wait on
            await asyncio.sleep(LOOK_EVERY)

    async def shown(look: Look, done: Done) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Reading listings", total=total)
            finished = False
            while not finished:
                finished = done()
                orders = look()
                ended = sum(order.state != "open" for order in orders)
                listed, new = sum(order.listed for order in orders), sum(order.new for order in orders)
                bar.update(
                    task, completed=ended, description=f"Reading listings: {listed} releases, {new} new"
                )
                if not finished:
                    await asyncio.sleep(LOOK_EVERY)

    return shown if sys.stderr.isatty() and not quiet else silent


def _report(context: click.Context, db: "Database", ids: Sequence[int], *, as_json: bool) -> None:
    from monitor.store.deliveries import counts
    from monitor.store.orders import progress

    orders = progress(db, ids)
    if as_json:
        print_json(
            [
                {
                    "agency": order.agency,
                    "lang": order.lang,
                    "state": order.state,
                    "outcome": order.outcome,
                    "reason": order.reason,
                    "pages": order.pages,
                    "listed": order.listed,
                    "new": order.new,
                    "edited": order.edited,
                    "removed": order.removed,
                }
                for order in orders
            ]
        )
    else:
        print_table(
            ("listing", "came of it", "pages", "listed", "new", "edited", "removed"),
            (
                (
                    f"{order.agency}/{order.lang}",
                    _came_of_it(order),
                    order.pages,
                    order.listed,
                    order.new,
                    order.edited,
                    order.removed,
                )
                for order in orders
            ),
        )
        for line in reasons((f"{order.agency}/{order.lang}", order.reason) for order in orders):
            click.echo(line, err=True)
        if owed := counts(db).get("owed"):
            click.echo(
                f"Messages owed because of this or earlier: {owed}; `jarshy run` sends them.", err=True
            )
    if any(order.state != "done" for order in orders):
        context.exit(1)


def _came_of_it(order: Progress) -> str:
    if order.outcome is None:
        return order.reason
    changed = order.new or order.edited or order.removed
    return OUTCOMES["unchanged" if order.outcome == "items" and not changed else order.outcome]


def _take_back(db: "Database", ids: Sequence[int]) -> None:
    from monitor.store.orders import drop

    drop(db, ids, reason="taken back: nobody waited for it any more", now=utc_now())


def _write_directory(db: "Database", config: Config) -> None:
    from crawler.directory import agencies
    from monitor.store.listings import write_directory

    write_directory(db, agencies().values(), followed=config.portal.agencies)

"""`crawl` and `try`: listings read now, because a person asks."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    known_agencies,
    on_terminal,
    print_json,
    print_table,
    read_config,
    utc_now,
)
from monitor.config import Config
from monitor.sentences import OUTCOMES
from monitor.store.orders import Progress
from monitor.worker import Answer

if TYPE_CHECKING:
    from crawler.records import Sighting
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
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Read back to this date.")
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
    from monitor.store.database import held_by_daemon, only_daemon, open_store
    from monitor.store.orders import ask

    config = read_config(config_file)
    chosen = [
        (agency, lang)
        for agency in known_agencies(agencies, config)
        for lang in langs or config.portal.languages
    ]
    path = config.database.path
    handed_over = held_by_daemon(path)
    db = open_store(path)
    _write_directory(db, config)
    ids = ask(db, chosen, pages=pages, since=since.date() if since else None, whole=whole, now=utc_now())
    follow = _followed(len(ids), quiet=as_json)
    try:
        if handed_over:
            if not as_json:
                click.echo("A daemon runs on this database; it was handed the order.", err=True)
            asyncio.run(_wait_for_daemon(db, ids, follow))
        else:
            with only_daemon(path):
                asyncio.run(_carry_out(db, config, ids, follow))
    finally:
        _take_back(db, ids)
    _report(context, db, ids, as_json=as_json)


@click.command("try")
@click.argument("agency")
@click.option("--lang", default="ru", show_default=True)
@configured
@for_scripts
@click.pass_context
def try_(context: click.Context, agency: str, lang: str, config_file: Path | None, *, as_json: bool) -> None:
    """Read the first page of one listing and show what would be stored. Nothing is written.

    \b
    Example:
      jarshy try economy --lang kk
    """
    from crawler.records import Misfit, Order, Sighting
    from monitor.daemon import crawl_worker
    from monitor.watch import PAGE_SIZE

    config = read_config(config_file)
    known_agencies((agency,), config)

    async def ask() -> Answer:
        worker = crawl_worker(config.portal)
        try:
            return await worker.read(Order(1, agency, lang, size=PAGE_SIZE))
        finally:
            await worker.close()

    answer = asyncio.run(ask())
    sightings = [record for record in answer.records if isinstance(record, Sighting) and record.wording]
    misfits = [record for record in answer.records if isinstance(record, Misfit)]
    verdicts = _verdicts(config, sightings, agency=agency, lang=lang)
    if as_json:
        print_json(
            {
                "outcome": answer.report.outcome,
                "reason": answer.report.reason,
                "releases": [
                    {
                        "source_id": seen.source_id,
                        "published_at": seen.wording.published_at,
                        "title": seen.wording.title,
                        "text": seen.wording.text,
                        "attachments": [attachment.url for attachment in seen.wording.attachments],
                        "would_be": verdicts[seen.source_id],
                    }
                    for seen in sightings
                    if seen.wording
                ],
                "kept_aside": [{"source_id": item.source_id, "reason": item.reason} for item in misfits],
            }
        )
    else:
        click.echo(f"{agency}/{lang}: {OUTCOMES[answer.report.outcome]}. {answer.report.reason}".strip())
        if sightings:
            print_table(
                ("id", "date", "would be", "words", "title"),
                (
                    (
                        seen.source_id,
                        seen.wording.published_on,
                        verdicts[seen.source_id],
                        len(seen.wording.text.split()),
                        seen.wording.title,
                    )
                    for seen in sightings
                    if seen.wording
                ),
            )
        for item in misfits:
            click.echo(f"Would be kept aside: {item.source_id or 'an item'}: {item.reason}")
    if answer.report.outcome not in {"items", "empty"}:
        context.exit(1)


async def _carry_out(
    db: "Database",
    config: Config,
    ids: Sequence[int],
    follow: Follow,
) -> None:
    from monitor.daemon import crawl_worker
    from monitor.scheduler import Scheduler
    from monitor.store.orders import progress
    from monitor.watch import Watch

    worker = crawl_worker(config.portal)
    scheduler = Scheduler()
    scheduler.start()

    watch = Watch(
        db,
        worker,
        config,
        now=utc_now,
        wake_at=lambda moment, wake: scheduler.at("look", moment, wake),
    )
    watch.follow({(p.agency, p.lang) for p in progress(db, ids)}, at_once=True)
    try:
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(watch.carry_out(ids))
            tasks.create_task(follow(lambda: progress(db, ids), work.done))
    finally:
        scheduler.stop()
        await worker.close()


async def _wait_for_daemon(
    db: "Database",
    ids: Sequence[int],
    follow: Follow,
) -> None:
    from monitor.store.orders import progress

    await follow(lambda: progress(db, ids), lambda: all(order.state != "open" for order in progress(db, ids)))


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

    return shown if on_terminal() and not quiet else silent


def _report(context: click.Context, db: "Database", ids: Sequence[int], *, as_json: bool) -> None:
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
                    OUTCOMES[order.outcome] if order.outcome else order.reason,
                    order.pages,
                    order.listed,
                    order.new,
                    order.edited,
                    order.removed,
                )
                for order in orders
            ),
        )
        for reason in dict.fromkeys(order.reason for order in orders if order.reason):
            click.echo(reason, err=True)
    if any(order.state != "done" for order in orders):
        context.exit(1)


def _take_back(db: "Database", ids: Sequence[int]) -> None:
    from monitor.store.orders import drop

    drop(db, ids, reason="taken back: nobody waited for it any more", now=utc_now())


def _write_directory(db: "Database", config: Config) -> None:
    from crawler.directory import agencies
    from monitor.store.listings import write_directory

    write_directory(db, agencies().values(), followed=config.portal.agencies)


def _verdicts(config: Config, sightings: "Sequence[Sighting]", *, agency: str, lang: str) -> dict[str, str]:
    """What each sighting would be, beside what is held."""
    from monitor.detect import ListingHistory, detect
    from monitor.errors import StoreError
    from monitor.store.database import open_reader
    from monitor.store.held import known
    from monitor.store.listings import load_listing

    try:
        db = open_reader(config.database.path)
    except StoreError:
        return {seen.source_id: "new" for seen in sightings}
    listing = load_listing(db, agency, lang)
    history = ListingHistory(agency, lang, listing.watermark, listing.walked)
    held = known(db, [seen.source_id for seen in sightings])
    verdicts = {seen.source_id: detect(held.get(seen.source_id), seen, history) for seen in sightings}
    return {
        source_id: (verdict.kind or "unchanged") if verdict else "unchanged"
        for source_id, verdict in verdicts.items()
    }

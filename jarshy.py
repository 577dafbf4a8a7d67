"""The front door: puts the rooms together as one command line and one daemon, and does nothing else."""

import asyncio
import logging
import os
import socket
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from feeds.command import write_feeds
from monitor import logs
from monitor.changes import Change
from monitor.commands import COMMANDS
from monitor.commands.sections import write_sections
from monitor.commands.shared import configured, read_config
from monitor.config import Config, Database, Portal, Schedule, Server
from monitor.config_sources import DEFAULT_FILE, chosen
from monitor.errors import CannotListen, ConfigError, CrawlFailed, ParseError, StoreError
from monitor.sentences import counted

if TYPE_CHECKING:
    from feeds.websub import Announcer

DEMO_RATE = 1200
"""Requests a minute of the demo, whose portal is on this machine."""

_OURS = (ConfigError, CannotListen, StoreError, CrawlFailed, ParseError)


class _House(click.Group):
    """Says our own errors in a line: 2 for a configuration that cannot be used, 1 for what failed."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_sections(formatter, self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except _OURS as error:
            ours: BaseException = error
        except BaseExceptionGroup as group:  # from rooms that ran side by side
            ours = _first_of(group)
            if not isinstance(ours, _OURS):
                raise
        if not logs.said_at_the_end(str(ours)):
            click.echo(f"Error: {ours}", err=True)
        return ctx.exit(2 if isinstance(ours, ConfigError) else 1)


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first = group.exceptions[0]
    return _first_of(first) if isinstance(first, BaseExceptionGroup) else first


@click.group(cls=_House, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="jarshy", prog_name="jarshy")
def main() -> None:
    """Jarshy (жаршы, the herald) watches the press releases of Kazakhstan's state bodies.

    It tells what was published, what was changed afterwards and what was taken away: as feeds, as alerts, and as
    a history in one SQLite file. `jarshy demo` shows it without a network.
    """
    logs.for_command()


for command in (*COMMANDS, write_feeds):
    main.add_command(command)


@main.command()
@configured
def run(config_file: Path | None) -> None:
    """Watch the portal, store what it says, serve it, send alerts. Ends on SIGTERM and SIGINT.

    The end takes a few seconds, and the exit code is 0. A second signal ends it at once, with exit code 1: what was
    stored is whole, and a message on its way may be sent again, under its former id.

    SIGHUP reads the configuration again: what changed is logged by key, and what cannot be used changes nothing.

    \b
    Examples:
      jarshy run
      JARSHY_SERVER__PORT=9000 jarshy run --config jarshy.toml
    """
    from monitor.config_changes import compare
    from monitor.config_in_use import look_at, note
    from monitor.hangup import hangups_put_off
    from monitor.store.database import only_daemon

    file = chosen(config_file)
    seen, config = look_at(file or DEFAULT_FILE, now=_utc_now()), read_config(file)
    database = config.database.path
    logs.for_daemon(config.log.format, config.log.level)

    def read() -> Config:
        nonlocal file
        # A file that was read and is gone later is missed then, and not taken for none; one that came is read.
        file = file or chosen(config_file)
        seen, following = look_at(file or DEFAULT_FILE, now=_utc_now()), read_config(file)
        if not compare(config, following).waiting:  # what waits for a restart is not in use
            note(database, seen)
        return following

    with hangups_put_off(), only_daemon(database):
        note(database, seen)
        asyncio.run(_run(config, read))
    logging.shutdown()
    # Everything is stored and closed. An interpreter that ends waits for threads, and one of them may be talking
    # to a mail server that hangs.
    os._exit(0)


@main.command()
@click.option(
    "--port",
    default=8080,
    show_default=True,
    help="Port of the feeds; another where it is taken.",
)
def demo(port: int) -> None:
    """See it work: a stand-in portal here, and a minute of news. Needs no network.

    The releases are invented. Ctrl-C ends it and leaves nothing behind.

    \b
    Example:
      jarshy demo
    """
    from monitor.store.database import only_daemon

    logs.for_demo()
    with tempfile.TemporaryDirectory(prefix="jarshy-demo-") as folder:
        path = Path(folder, "demo.db")
        with only_daemon(path):
            asyncio.run(_demo(path, port))


async def _run(first: Config, read: Callable[[], Config]) -> None:
    from feeds.exchange import Exchange
    from feeds.server import App, app, serve
    from monitor.daemon import crawl_worker, watch_over
    from monitor.ending import until_signalled
    from monitor.hangup import asked_by_hangup
    from monitor.lifetime import Lifetime
    from monitor.metrics import Metrics
    from monitor.notify import Notifier
    from monitor.pulse import Pulse
    from monitor.reload import live_on
    from monitor.store.database import open_store
    from monitor.store.soundness import find_missing
    from monitor.store.witness import Witness
    from monitor.stuck import ended_when_stuck

    log, pulse = logging.getLogger("jarshy"), Pulse()
    witness = Witness(first.database.path)
    db, worker = open_store(first.database.path), crawl_worker(first, on_trouble=pulse.worker_is)
    if missing := find_missing(db, witness.noted):
        log.error("%s", missing)
    lifetime = Lifetime(_utc_now())
    metrics, systemd = Metrics(), Notifier(os.environ, pid=os.getpid())

    def opened(config: Config) -> "tuple[App, Announcer | None]":
        hub = config.feeds.hub
        served = partial(app, config, metrics=metrics, pulse=pulse, mentions=lifetime.mentions("feeds"))
        if hub is None:
            return served(), None
        # It brings aiohttp along: six megabytes, for a hub or a rule alone.
        from feeds.websub import Announcer

        announcer = Announcer(config, hub, now=_utc_now, mentions=lifetime.mentions("hub"))
        return served(asked=announcer.asked), announcer

    begun = [opened(first)]
    exchange = Exchange(begun[0][0])

    async def live(config: Config, over: asyncio.Event) -> None:
        nonlocal worker
        logs.for_daemon(config.log.format, config.log.level)
        # Not kept: all that the first has made ready would be held for as long as we run.
        shown, announcer = begun.pop() if begun else opened(config)
        await exchange.put(shown)
        worker = await worker.replaced_by(crawl_worker(config, on_trouble=pulse.worker_is))
        systemd.ready(_say_what_is_watched(config))

        def committed(changes: Sequence[Change]) -> None:
            newest = max(changes, key=lambda each: each.id)
            witness.note(newest.id, newest.uid)
            if announcer:
                announcer.changed()

        async with asyncio.TaskGroup() as rooms:
            rooms.create_task(
                watch_over(
                    db,
                    config,
                    stop=over,
                    now=_utc_now,
                    on_changes=committed,
                    kept=worker,
                    metrics=metrics,
                    pulse=pulse,
                    lifetime=lifetime,
                )
            )
            if announcer:
                rooms.create_task(announcer.announce(exchange.site.address, stop=over))

    def read_again() -> Config:
        if ended := pulse.signs().ended:
            # Nothing could be done by another configuration, and what is damaged would be read from its start.
            raise ConfigError(f"the configuration is not read again: {ended[:1].lower()}{ended[1:]}")
        return read()

    def end_at_once() -> None:
        worker.end_soon()  # the one of that moment: a reload may have brought another

    with until_signalled(end_at_once) as stop, asked_by_hangup(stop) as asked, ended_when_stuck(pulse):
        try:
            async with asyncio.TaskGroup() as rooms:

                def ready(_: int) -> None:
                    address = exchange.site.address
                    log.info("Feeds are served at %s/feeds/all.atom; the page is %s/", address, address)
                    rooms.create_task(
                        live_on(
                            first, live, read=read_again, asked=asked, stop=stop, reloading=systemd.reloading
                        )
                    )

                rooms.create_task(systemd.keep(pulse, stop=stop))
                rooms.create_task(
                    serve(exchange, first.server.host, first.server.port, stop=stop, ready=ready)
                )
        finally:
            await worker.close()
        db.conn.close()
        log.info("Ended; everything is stored.")


def _say_what_is_watched(config: Config) -> str:
    """Into the log; what of it there is room for in a line."""
    agencies = counted(len(config.portal.agencies), ("agency", "agencies"))
    languages = ", ".join(config.portal.languages)
    logging.getLogger("jarshy").info(
        "Watching %s of %s in %s; history in %s.",
        agencies,
        config.portal.base_url,
        languages,
        config.database.path,
    )
    return f"Watching {agencies} of {config.portal.base_url} in {languages}."


async def _demo(path: Path, port: int) -> None:
    from crawler import standin
    from feeds.server import app, serve
    from feeds.terminal import DemoView
    from monitor.daemon import watch_over
    from monitor.ending import until_signalled
    from monitor.pulse import Pulse
    from monitor.store.database import open_store

    portal = standin.demo_portal(_utc_now())
    free = _free_port(port)
    with standin.serve(portal) as there, until_signalled() as stop:
        config = Config(
            database=Database(path=path),
            portal=Portal(
                base_url=there.base_url,
                agencies=tuple(portal.agencies()),
                contact="demo",
                requests_per_minute=DEMO_RATE,
            ),
            schedule=Schedule(
                shortest=timedelta(seconds=1), longest=timedelta(seconds=2), confirm=timedelta(seconds=3)
            ),
            server=Server(port=free),
        )
        listings = len(config.portal.agencies) * len(config.portal.languages)
        view = DemoView(listings=listings, wished_port=port)
        db, pulse = open_store(path), Pulse()
        with view.shown(), path.with_name("worker.log").open("wb") as worker_log:
            async with asyncio.TaskGroup() as rooms:
                site = app(config, pulse=pulse)
                rooms.create_task(serve(site, "127.0.0.1", free, stop=stop, ready=view.serving))
                rooms.create_task(
                    watch_over(
                        db,
                        config,
                        stop=stop,
                        now=_utc_now,
                        on_changes=view.changed,
                        worker_stderr=worker_log,
                        pulse=pulse,
                    )
                )
                story = rooms.create_task(_tell_story(portal, view))
                await stop.wait()
                story.cancel()


async def _tell_story(portal: Any, view: Any) -> None:
    """Lets the story happen at the stand-in portal once the first readings are done."""
    from crawler import standin

    await view.first_reading_done.wait()
    loop = asyncio.get_running_loop()
    start = loop.time()
    for step in standin.demo_story(portal, _utc_now):
        await asyncio.sleep(start + step.after_seconds - loop.time())
        step.act()
        view.happened(step.tell)
    view.story_over()
    for step in standin.encore(portal, _utc_now):
        await asyncio.sleep(step.after_seconds)
        step.act()
        view.happened(step.tell)


def _free_port(wished: int) -> int:
    """The wished port, or any where another program has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wished))
        except OSError:
            return 0
    return wished


def _utc_now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()

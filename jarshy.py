"""The front door: puts the rooms together as one command line and one daemon, and does nothing else."""

import asyncio
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

import click

from feeds.command import write_feeds
from monitor.changes import Change
from monitor.commands import COMMANDS
from monitor.commands.shared import configured, read_config
from monitor.config import Config, Database, Portal, Schedule, Server
from monitor.errors import ConfigError, CrawlFailed, ParseError, StoreError

DEMO_RATE = 1200
"""Requests a minute of the demo, whose portal is on this machine."""


class _House(click.Group):
    """Says our own errors in a line: 2 for a configuration that cannot be used, 1 for what failed."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ConfigError, StoreError, CrawlFailed, ParseError) as error:
            ours: BaseException = error
        except BaseExceptionGroup as group:  # from rooms that ran side by side
            ours = _first_of(group)
            if not isinstance(ours, (ConfigError, StoreError, CrawlFailed, ParseError)):
                raise
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


for command in (*COMMANDS, write_feeds):
    main.add_command(command)


@main.command()
@configured
def run(config_file: Path | None) -> None:
    """Watch the portal, store what it says, serve the feeds, send the alerts. Ends on SIGTERM and SIGINT.

    \b
    Examples:
      jarshy run
      JARSHY_SERVER__PORT=9000 jarshy run --config jarshy.toml
    """
    from monitor.store.database import only_daemon

    config = read_config(config_file)
    _log_to_stderr(logging.INFO)
    with only_daemon(config.database.path):
        asyncio.run(_run(config))
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
    """See it work: a stand-in portal on this machine, a daemon, and a minute of news. Needs no network.

    The releases are invented. Ctrl-C ends it and leaves nothing behind.

    \b
    Example:
      jarshy demo
    """
    from monitor.store.database import only_daemon

    _log_to_stderr(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="jarshy-demo-") as folder:
        path = Path(folder, "demo.db")
        with only_daemon(path):
            asyncio.run(_demo(path, port))


async def _run(config: Config) -> None:
    from feeds.server import app, serve
    from feeds.websub import Announcer
    from monitor.daemon import watch_over
    from monitor.store.database import open_store

    log = logging.getLogger("jarshy")
    db = open_store(config.database.path)
    portal, server, hub = config.portal, config.server, config.feeds.hub
    announcer = None if hub is None else Announcer(config, hub, now=_utc_now)

    def ready(port: int) -> None:
        address = config.server.address if server.port else f"http://{server.host}:{port}"
        log.info("Feeds are served at %s/feeds/all.atom; the page is %s/", address, address)
        log.info(
            "Watching %d agencies of %s in %s; history in %s.",
            len(portal.agencies),
            portal.base_url,
            ", ".join(portal.languages),
            config.database.path,
        )
        if announcer:
            rooms.create_task(announcer.announce(address, stop=stop))

    def committed(_: Sequence[Change]) -> None:
        if announcer:
            announcer.changed()

    with _until_signalled() as stop:
        async with asyncio.TaskGroup() as rooms:
            site = app(config, asked=announcer.asked) if announcer else app(config)
            rooms.create_task(serve(site, server.host, server.port, stop=stop, ready=ready))
            rooms.create_task(watch_over(db, config, stop=stop, now=_utc_now, on_changes=committed))
    db.conn.close()
    log.info("Ended; everything is stored.")


async def _demo(path: Path, port: int) -> None:
    from crawler import standin
    from feeds.server import app, serve
    from feeds.terminal import DemoView
    from monitor.daemon import watch_over
    from monitor.store.database import open_store

    portal = standin.demo_portal(_utc_now())
    free = _free_port(port)
    with standin.serve(portal) as there, _until_signalled() as stop:
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
        db = open_store(path)
        with view.shown(), path.with_name("worker.log").open("wb") as worker_log:
            async with asyncio.TaskGroup() as rooms:
                rooms.create_task(serve(app(config), "127.0.0.1", free, stop=stop, ready=view.serving))
                rooms.create_task(
                    watch_over(
                        db,
                        config,
                        stop=stop,
                        now=_utc_now,
                        on_changes=view.changed,
                        worker_stderr=worker_log,
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


@contextmanager
def _until_signalled() -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set; a second signal ends at once, and SQLite repairs nothing then."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def signalled() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, signalled)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


class StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to what `sys.stderr` is at the moment: while the demo draws a line at the bottom, it is another one."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def _log_to_stderr(level: int) -> None:
    logging.basicConfig(
        level=level,
        handlers=[StderrHandler()],
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%Y-%m-%d %H:%M:%S%z",
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)

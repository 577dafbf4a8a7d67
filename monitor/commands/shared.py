"""What several commands need: options, tables for people, JSON for scripts, a worker. No command itself."""

import json
import os
import re
import shutil
import sys
import tempfile
import textwrap
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click
from pydantic import TypeAdapter, ValidationError

from crawler.directory import agencies, nearest
from monitor import logs
from monitor.addresses import read_addresses
from monitor.config import Config, load
from monitor.config_values import Langs
from monitor.errors import ConfigError
from monitor.mentions import Mentions
from monitor.store.database import from_text, to_text
from monitor.withheld import secrets_in

if TYPE_CHECKING:
    from monitor.worker import CrawlWorker

Function = TypeVar("Function", bound=Callable[..., Any])

WIDTH = 100
"""Columns of running text, on however wide a terminal."""
NAMED = 3
"""Listings named with a reason that they share; the rest are counted."""


def configured(function: Function) -> Function:
    """Adds `--config FILE`; the command receives the file, or None for the default."""
    return click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Configuration file [default: jarshy.toml if there is one, else built-in defaults].",
    )(function)


def for_scripts(function: Function) -> Function:
    """Adds `--json`; the command receives `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")(function)


def read_config(file: Path | None) -> Config:
    """The configuration, its addresses included. Raises ConfigError."""
    return _with_readable_addresses(load(file, os.environ))


def read_config_without_secrets(file: Path | None) -> Config:
    """The same for a command that owes and sends nothing: alerts whose secrets are not known here are left out.

    Raises ConfigError.
    """
    return _with_readable_addresses(load(file, os.environ, needs_secrets=False))


def _with_readable_addresses(config: Config) -> Config:
    for alert in config.alerts:
        for address in alert.to:
            try:
                read_addresses(address)
            except ValueError as error:
                raise ConfigError(f"alerts, {alert.name!r}, to: {error}") from error
    logs.withhold(lambda: secrets_in(config, os.environ))
    return config


def known_agencies(slugs: Sequence[str], config: Config) -> tuple[str, ...]:
    """The agencies named on the command line, or those followed.

    Raises click.BadParameter for one that the directory does not know.
    """
    for slug in slugs:
        if slug not in agencies():
            near = ", ".join(nearest(slug))
            hint = f" Did you mean {near}?" if near else ""
            raise click.BadParameter(f"unknown agency {slug!r}.{hint} `jarshy agencies` lists them all.")
    return tuple(slugs) or config.portal.agencies


def portal_id(named: str) -> str:
    """The portal's id of a release that was named by it, or by its address, which ends in it."""
    address = re.search(r"/details/(\d+)", named)
    return address[1] if address else named


def languages(langs: Sequence[str]) -> tuple[str, ...]:
    """The languages named on the command line; any code may be one, since embassies use more than three.

    Raises click.BadParameter for what is none, such as `kz` for Kazakh.
    """
    try:
        return TypeAdapter(Langs).validate_python(tuple(langs))
    except ValidationError as error:
        said = "; ".join(fault["msg"].removeprefix("Value error, ") for fault in error.errors())
        raise click.BadParameter(said, param_hint="--lang") from error


def on_terminal() -> bool:
    """Whether a person is looking at the output right now."""
    return sys.stdout.isatty()


def print_json(value: object) -> None:
    """The value as indented JSON; moments as the database has them, in UTC and ending in Z."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "",
    whole: Collection[str] = (),
) -> None:
    """A table: drawn on a terminal, lines of tab-separated values when piped.

    `whole`: columns that are never broken, however narrow the terminal; where there are any, all stand closer.
    """
    shown = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not on_terminal():
        click.echo("\t".join(column.replace("-\n", "-").replace("\n", " ") for column in columns))
        for row in shown:
            click.echo("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=title or None,
        box=SIMPLE_HEAD,
        title_justify="left",
        header_style="bold",
        padding=(0, 0 if whole else 1),
        show_edge=not whole,
    )
    for column in columns:
        # A slug or an id that is cut short names nothing.
        table.add_column(column, overflow="fold", no_wrap=column in whole)
    for row in shown:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def wrapped(text: str) -> str:
    """A text broken between words at the width of the terminal; as it is when piped."""
    if not on_terminal():
        return text
    width = min(shutil.get_terminal_size().columns, WIDTH)
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )


def reasons(said: Iterable[tuple[str, str]]) -> list[str]:
    """A line for each reason that is not empty, with the listings that share it, from (listing, reason)."""
    sharing: dict[str, list[str]] = {}
    for listing, reason in said:
        if reason:
            sharing.setdefault(reason, []).append(listing)
    lines = []
    for reason, listings in sharing.items():
        more = len(listings) - NAMED
        named = ", ".join(listings[:NAMED]) + (f" and {more} more" if more > 0 else "")
        lines.append(wrapped(f"{named}: {reason}"))
    return lines


def local(stored: str | None, config: Config) -> str:
    """A stored time as `2026-07-13 17:29` in the zone of the configuration; empty for None."""
    if not stored:
        return ""
    return from_text(stored).astimezone(ZoneInfo(config.schedule.zone)).strftime("%Y-%m-%d %H:%M")


@asynccontextmanager
async def foreground_worker(config: Config) -> "AsyncIterator[CrawlWorker]":
    """A crawl worker for as long as somebody waits; of what it logs, only what went wrong is shown, at the end."""
    from monitor.daemon import crawl_worker
    from monitor.worker_log import log_line

    with tempfile.TemporaryFile() as log:
        worker = crawl_worker(config, stderr=log)
        try:
            yield worker
        finally:
            await worker.close()
            log.seek(0)
            mentions = Mentions()
            for line in log:
                log_line(line, mentions)


def utc_now() -> datetime:
    """The moment, aware; handed on as an argument from here."""
    return datetime.now(UTC)


def _plain(value: object) -> str:
    return to_text(value) if isinstance(value, datetime) else str(value)

"""What every command needs: the configuration option, tables for people, JSON for scripts. No command itself."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from crawler.directory import agencies, nearest
from monitor.addresses import read_addresses
from monitor.config import Config, load
from monitor.errors import ConfigError
from monitor.store.database import from_text

Function = TypeVar("Function", bound=Callable[..., Any])


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
    config = load(file, os.environ)
    for alert in config.alerts:
        for address in alert.to:
            try:
                read_addresses(address)
            except ValueError as error:
                raise ConfigError(f"alerts, {alert.name!r}, to: {error}") from error
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


def on_terminal() -> bool:
    """Whether a person is looking at the output right now."""
    return sys.stdout.isatty()


def print_json(value: object) -> None:
    """The value as indented JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """A table: drawn on a terminal, lines of tab-separated values when piped."""
    shown = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not on_terminal():
        click.echo("\t".join(columns))
        for row in shown:
            click.echo("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, box=SIMPLE_HEAD, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column)
    for row in shown:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def local(stored: str | None, config: Config) -> str:
    """A stored time as `2026-07-13 17:29` in the zone of the configuration; empty for None."""
    if not stored:
        return ""
    return from_text(stored).astimezone(ZoneInfo(config.schedule.zone)).strftime("%Y-%m-%d %H:%M")


def utc_now() -> datetime:
    """The moment, aware; handed on as an argument from here."""
    from datetime import UTC

    return datetime.now(UTC)

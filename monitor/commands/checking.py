"""`check`: whether the configuration is sound, and what follows from it."""

import os
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    print_json,
    read_config,
    utc_now,
    wrapped,
)
from monitor.config import Backup, Config, Retention, Server, is_on_loopback, variables
from monitor.config_sources import DEFAULT_FILE, chosen, referred_in, set_by, unused
from monitor.outlook import bounds_of
from monitor.plan_said import too_little_said, wanted_said
from monitor.quiet import Quiet
from monitor.schedule import WIDE_COST, wide_after
from monitor.sentences import exact_span, span

POLITE_RATE = 60
"""Requests a minute above which a portal that is not ours should be asked first."""


@click.command()
@configured
@for_scripts
@click.pass_context
def check(context: click.Context, config_file: Path | None, *, as_json: bool) -> None:
    """Say if the configuration is sound and what follows from it. Nothing is sent or changed.

    The exit code is 1 where nothing could be kept, 2 where the configuration cannot be read.

    \b
    Example:
      jarshy check --config jarshy.toml
    """
    config = read_config(config_file)
    file, used = chosen(config_file), set_by(os.environ, variables())
    facts = [_sources(file, used), *_facts(config)]
    warnings = [*unused(os.environ, variables(), referred_in(file)), *_warnings(config, now=utc_now())]
    faults = _faults(config)
    if as_json:
        said = {"facts": facts, "warnings": warnings, "faults": faults}
        print_json({"file": None if file is None else str(file), "variables": used, **said})
        context.exit(1 if faults else 0)
    for fact in facts:
        click.echo(wrapped(fact))
    for warning in warnings:
        click.secho(wrapped(f"Note: {warning}"), fg="yellow")
    for fault in faults:
        click.secho(wrapped(f"Fault: {fault}"), fg="red")
    if faults:
        click.echo("The configuration can be read, but nothing can be kept.")
        context.exit(1)
    click.echo("The configuration is sound.")


def _sources(file: Path | None, used: Sequence[str]) -> str:
    """What was read."""
    read = (
        f"Read from {file}"
        if file
        else f"No file is read, as there is no {DEFAULT_FILE} here: built-in defaults"
    )
    return f"{read}, and from the environment {', '.join(used)}." if used else f"{read}."


def _quiet_hours(quiet: Quiet) -> str:
    return (
        f"Nothing is asked from {quiet.begins:%H:%M} to {quiet.ends:%H:%M} ({quiet.zone}), but what a person asks "
        "for; what came due is read after it."
    )


def _facts(config: Config) -> list[str]:
    from monitor.alert_notes import told_when

    portal, schedule = config.portal, config.schedule
    listings, bounds = len(portal.agencies) * len(portal.languages), bounds_of(config)
    path = config.database.path
    held = "there" if path.exists() else "will be made at the first run"
    look_takes = span(timedelta(minutes=listings / portal.requests_per_minute))
    facts = [
        f"Database: {path} ({held}).",
        f"Portal: {portal.base_url}, by route {', '.join(portal.routes)}.",
        *(_ROUTES[route] for route in portal.routes if route in _ROUTES),
        f"Followed: {len(portal.agencies)} agencies in {', '.join(portal.languages)}, {listings} listings.",
        f"At most {portal.requests_per_minute:g} requests a minute; one look at every listing takes {look_takes}.",
        *([_quiet_hours(schedule.quiet_window)] if schedule.quiet_window else []),
        *([f"At most {schedule.per_day} requests in any 24 hours."] if schedule.per_day else []),
        f"A listing is read again after {exact_span(schedule.shortest)} to {exact_span(schedule.longest)}.",
        *([] if too_little_said(listings, bounds) else [_wanted(listings, config)]),
        f"A removal needs two readings at least {span(schedule.confirm)} apart.",
        f"Feeds: {config.server.address}/feeds/all.atom, on {config.server.host}, port {config.server.port}.",
        _who_reads(config.server),
        *([f"Hub: {config.feeds.hub} is told of every feed that changed."] if config.feeds.hub else []),
        _backups(config.backup),
        _kept(config.retention),
    ]
    facts += [told_when(alert, schedule.zone) for alert in config.alerts]
    return facts


def _backups(backup: Backup) -> str:
    if backup.every is None:
        return "Backups: none are made by themselves; `jarshy backup FILE` makes one."
    return (
        f"Backups: every {exact_span(backup.every)} into {backup.folder}, as seen from the folder of the database; "
        f"the newest {backup.keep} stay."
    )


def _kept(retention: Retention) -> str:
    def long(kept: timedelta | None) -> str:
        return "forever" if kept is None else exact_span(kept)

    return (
        f"Kept: items as they were received {long(retention.raw)}, readings {long(retention.readings)}, deliveries "
        f"{long(retention.deliveries)}; every wording, change and id forever."
    )


def _wanted(listings: int, config: Config) -> str:
    """What `longest` alone asks of a day, and how many readings are meant."""
    schedule = config.schedule
    rest = wide_after(schedule.longest, listings=listings, per_day=schedule.per_day)
    wide = listings * WIDE_COST * (timedelta(days=1) / rest)
    return wanted_said(listings, bounds_of(config), wide_per_day=wide)


def _who_reads(server: Server) -> str:
    """Who can read what is held, and what it takes to let others read it."""
    if server.on_loopback:
        readers = "Pages and feeds are read from this machine only"
        if server.public_url and not is_on_loopback(server.public_url):
            readers += f", and by whoever a proxy on it lets in at {server.public_url}"
        return f"{readers}. Nothing can be written over HTTP."
    return (
        f"Pages and feeds are read, without a password, by every machine that reaches {server.host}, port "
        f'{server.port}: every wording that is held, removed ones too unless [server] removed_text is "title", the '
        "health of listings, and no receiver of an alert. Nothing can be written over HTTP. TLS and passwords are "
        "the task of a proxy, which hands on the Host that it was asked for; public_url is what its readers ask for."
    )


_ROUTES = {
    "rest-session": "Route rest-session asks for the cookie that the portal gives every visitor's browser, by POST "
    "/api/v1/public/_/c/k6 under our own User-Agent, and sends it back with each listing; leave rest-session out of "
    "[portal] routes, and no cookie is asked for.",
    "browser": "Route browser opens the portal's public pages in this machine's Chromium, one request at a time.",
}
"""What a route does beyond reading."""


def _browser_lacks() -> str:
    """What the route browser would need here; empty where nothing is missing."""
    if find_spec("scrapy_playwright") is None:
        return "pip install 'jarshy[browser]'"
    found = any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    return "" if found else "Chromium (on Debian: apt install chromium)"


def _faults(config: Config) -> list[str]:
    """What keeps it from working at all."""
    folder = config.database.path.absolute().parent
    if not folder.is_dir():
        return [f"[database] path lies in {folder}, and there is no such folder; make it."]
    if not os.access(folder, os.W_OK):
        return [f"[database] path lies in {folder}, which cannot be written; name another folder."]
    return []


def _unwritable_backups(config: Config) -> list[str]:
    """Said today, and not ten minutes after the start."""
    from monitor.backups import not_writable

    if config.backup.every is None:
        return []
    try:
        there = not_writable(config)
    except TimeoutError as error:
        return [f"[backup] folder: {error}; see whether its disk is there."]
    if there is None:
        return []
    return [
        f"[backup] folder is {config.backup.folder}, and {there} cannot be written by this user; name another folder."
    ]


def _warnings(config: Config, *, now: datetime) -> list[str]:
    from monitor.alert_notes import notes
    from monitor.channels.mail import in_the_clear

    warnings = []
    portal, server = config.portal, config.server
    if not portal.contact and not portal.on_loopback:
        warnings.append(
            "[portal] contact is empty; name an address, so that the portal's people can write to you "
            "before they block you."
        )
    if "browser" in portal.routes and (lacks := _browser_lacks()):
        warnings.append(f"[portal] routes names browser, which needs {lacks}.")
    if portal.requests_per_minute > POLITE_RATE and not portal.on_loopback:
        warnings.append(
            f"[portal] requests_per_minute = {portal.requests_per_minute:g} is more than a polite guest "
            f"asks ({POLITE_RATE})."
        )
    listings = len(portal.agencies) * len(portal.languages)
    if (too_little := too_little_said(listings, bounds_of(config))) is not None:
        warnings.append(too_little)
    if not server.on_loopback and server.public_url is None:
        warnings.append(
            f"[server] host = {server.host!r} serves other machines; set public_url to the address that "
            "readers use, so that the feeds name it; until then only IP addresses are answered, other names get 421."
        )
    readable = server.public_url is not None and not is_on_loopback(server.public_url)
    if config.feeds.hub and not is_on_loopback(config.feeds.hub) and not readable:
        warnings.append(
            f"[feeds] hub = {config.feeds.hub!r} is told of feeds at {server.address}, where it may not read them; "
            "set [server] public_url to the address that readers use."
        )
    warnings += [*_unwritable_backups(config), *notes(config, now=now)]
    for alert in config.alerts:
        warnings += [
            f"alert «{alert.name}» sends its password to {urlsplit(written).hostname} in the clear; write mailtos://."
            for written in alert.to
            if written.startswith("mailto://") and in_the_clear(written)
        ]
    offset = datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Almaty")).utcoffset()
    if offset != timedelta(hours=5):
        warnings.append(
            f"this machine's time zone data says {offset} for Asia/Almaty; it has been +5:00 since "
            "2024-03-01: update tzdata."
        )
    if now.year < 2025:
        warnings.append(f"this machine's clock says {now:%Y-%m-%d}.")
    return warnings

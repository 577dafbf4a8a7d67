"""`status` and `check`: how the listings are, and whether the configuration is sound."""

import shutil
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from crawler.ledger import Entry, beside, look, this_moment
from monitor.commands.auditing import verdict
from monitor.commands.shared import (
    configured,
    for_scripts,
    local,
    print_json,
    print_table,
    read_config,
    reasons,
    utc_now,
    wrapped,
)
from monitor.config import Config
from monitor.quiet import Quiet
from monitor.sentences import OUTCOMES, span
from monitor.store.database import from_text

FIELDS_SHOWN = 12
"""Unknown fields that `status` names; `--json` has them all."""
POLITE_RATE = 60
"""Requests a minute above which a portal that is not ours should be asked first."""


@click.command()
@configured
@for_scripts
def status(config_file: Path | None, *, as_json: bool) -> None:
    """Show how every listing is: last reading, next one, and what is wrong. The worst come first.

    \b
    Example:
      jarshy status
    """
    from monitor.store.audits import last_audits
    from monitor.store.database import held_by_daemon, open_reader
    from monitor.store.listings import load_portal
    from monitor.store.noticed import noticed_rows, unknown_fields
    from monitor.store.people import listing_rows, quarantined, totals

    config = read_config(config_file)
    db = open_reader(config.database.path)
    rows = sorted(listing_rows(db), key=lambda row: (-row["failures"], row["success_at"] or ""))
    audits = last_audits(db)
    for row in rows:
        row["audit"] = audits.get((row["agency"], row["lang"]))
    portal, counts, running = (
        load_portal(db, config.portal.base_url),
        totals(db),
        held_by_daemon(config.database.path),
    )
    aside = quarantined(db, limit=10)
    spent, quiet = _spent(config), config.schedule.quiet_window
    quiet_until = quiet.until(utc_now()) if quiet else None
    if as_json:
        print_json(
            {
                "running": running,
                "portal": {
                    "base_url": portal.base_url,
                    "outcome": portal.outcome,
                    "reason": portal.reason,
                    "since": portal.since,
                    "paused_until": portal.paused_until,
                },
                "requests": spent,
                "quiet_until": quiet_until,
                "totals": counts,
                "listings": rows,
                "quarantine": aside,
                "noticed": noticed_rows(db),
                "bytes": config.database.path.stat().st_size,
            }
        )
        return
    click.echo("A daemon runs on this database." if running else "No daemon runs on this database.")
    if portal.outcome is not None:
        since = local(portal.since.isoformat() if portal.since else None, config)
        click.echo(wrapped(f"{portal.base_url}: {OUTCOMES[portal.outcome]} since {since}. {portal.reason}"))
        if portal.paused_until:
            click.echo(f"Next try at {local(portal.paused_until.isoformat(), config)}.")
    click.echo(
        f"Releases: {counts['releases']}, editions: {counts['editions']}, wordings: {counts['wordings']}, "
        f"changes since the first reading: {counts['changes']}."
    )
    if counts["unseen"]:
        click.echo(f"From dumps, not seen at the portal yet: {counts['unseen']}.")
    click.echo(
        f"Alerts: {counts['owed']} owed, {counts['sent']} sent, {counts['failed']} failed. "
        f"Requests in the last day: {counts['requests_today']}."
    )
    for line in _said_of(spent):
        click.echo(line)
    if quiet_until:
        ends = quiet_until.astimezone(ZoneInfo(config.schedule.zone))
        click.echo(f"It is the quiet window until {ends:%H:%M}: nothing is asked by itself.")
    if not rows:
        click.echo("No listing was read yet; `jarshy run` or `jarshy crawl` begins.")
        return
    print_table(
        ("listing", "outcome", "last success", "next reading", "history", "last audit"),
        (
            (
                f"{row['agency']}/{row['lang']}",
                row["outcome"],
                local(row["success_at"], config),
                local(row["next_at"], config),
                "read" if row["walked_at"] else f"{row['history_pages'] or 0} pages so far",
                _audited(row["audit"]),
            )
            for row in rows
        ),
    )
    for line in reasons((f"{row['agency']}/{row['lang']}", row["reason"]) for row in rows):
        click.echo(line)
    for line in dict.fromkeys(
        f"Kept aside from {item['agency']}/{item['lang']}: {item['source_id'] or 'an item'}. {item['reason']}"
        for item in aside
    ):
        click.echo(wrapped(line))
    if more := counts["quarantined"] - len(aside):
        click.echo(f"Kept aside besides: {more} (table `quarantine`).")
    if fields := unknown_fields(db):
        shown = [f"{name} ({n} {'listing' if n == 1 else 'listings'})" for name, n in fields.items()]
        click.echo(wrapped(f"Fields nobody knows yet: {', '.join(shown[:FIELDS_SHOWN])}."))
    click.echo(f"Times are those of {config.schedule.zone}.")


def _spent(config: Config) -> dict[str, Any]:
    """What the portal was asked, by the ledger that all processes share; every request counts, tries too."""
    now = this_moment()
    entry = look(beside(config.database.path)) or Entry()
    yesterday = (datetime.fromisoformat(now.day) - timedelta(days=1)).date().isoformat()
    return {
        "today": entry.spent(now.day),
        "yesterday": entry.spent(yesterday),
        "per_day": config.schedule.per_day,
        "left_alone_for": round(entry.closed(now)),
    }


def _said_of(spent: dict[str, Any]) -> list[str]:
    budget = f" of {spent['per_day']}" if spent["per_day"] else ""
    today, yesterday = spent["today"], spent["yesterday"]
    lines = [f"Asked of the portal by all processes: {today}{budget} today (UTC), {yesterday} yesterday."]
    if spent["per_day"] and spent["today"] >= spent["per_day"]:
        lines.append("The day's budget is spent; reading goes on at 00:00 UTC.")
    if spent["left_alone_for"]:
        rest = span(timedelta(seconds=spent["left_alone_for"]))
        lines.append(f"The portal asked to be left alone for another {rest}.")
    return lines


@click.command()
@configured
@for_scripts
def check(config_file: Path | None, *, as_json: bool) -> None:
    """Say whether the configuration is sound, and what follows from it. Nothing is sent or changed.

    \b
    Example:
      jarshy check --config jarshy.toml
    """
    config = read_config(config_file)
    facts, warnings = _facts(config), _warnings(config, now=utc_now())
    if as_json:
        print_json({"facts": facts, "warnings": warnings})
        return
    for fact in facts:
        click.echo(fact)
    for warning in warnings:
        click.secho(f"Note: {warning}", fg="yellow")
    click.echo("The configuration is sound.")


def _quiet_hours(quiet: Quiet) -> str:
    return (
        f"Nothing is asked from {quiet.begins:%H:%M} to {quiet.ends:%H:%M} ({quiet.zone}), but what a person asks "
        "for; what came due is read after it."
    )


def _audited(audit: dict[str, Any] | None) -> str:
    if audit is None:
        return "none yet"
    age = span(utc_now() - from_text(audit["finished_at"]))
    return f"{age} ago: {verdict(audit)}"


def _facts(config: Config) -> list[str]:
    from monitor.rules import addresses_of

    portal, schedule = config.portal, config.schedule
    listings = len(portal.agencies) * len(portal.languages)
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
        *([f"At most {schedule.per_day} requests a day (UTC)."] if schedule.per_day else []),
        f"A listing is read again after {span(schedule.shortest)} to {span(schedule.longest)}.",
        f"A removal needs two readings at least {span(schedule.confirm)} apart.",
        f"Feeds: {config.server.address}/feeds/all.atom, on {config.server.host}:{config.server.port}.",
    ]
    for alert in config.alerts:
        shown = ", ".join(address.shown for address in addresses_of(alert))
        facts.append(f"Alert «{alert.name}» goes to {shown}.")
    return facts


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


def _warnings(config: Config, *, now: datetime) -> list[str]:
    warnings = []
    portal, server, schedule = config.portal, config.server, config.schedule
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
    folder = config.database.path.absolute().parent
    if not folder.is_dir():
        warnings.append(f"[database] path lies in {folder}, and there is no such folder; make it.")
    looks = len(portal.agencies) * len(portal.languages) * (timedelta(days=1) / schedule.longest)
    if schedule.per_day is not None and schedule.per_day < looks:
        warnings.append(
            f"[schedule] per_day = {schedule.per_day} is spent before the day is over: one look at every "
            f"listing each {span(schedule.longest)} (`longest`) is {looks:.0f} requests."
        )
    if server.host not in {"127.0.0.1", "localhost", "::1"} and server.public_url is None:
        warnings.append(
            f"[server] host = {server.host!r} serves other machines; set public_url to the address that "
            "readers use, so that the feeds name it."
        )
    for alert in config.alerts:
        strangers = [slug for slug in alert.agencies if slug not in portal.agencies]
        if strangers:
            warnings.append(f"alert «{alert.name}» names {', '.join(strangers)}, which nobody follows.")
        if alert.languages and not set(alert.languages) & set(portal.languages):
            warnings.append(f"alert «{alert.name}» wants languages that are not read: it can never be told.")
    if config.alerts and not any(alert.words or alert.agencies for alert in config.alerts):
        warnings.append("no alert names words or agencies: every release will be told.")
    offset = datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Almaty")).utcoffset()
    if offset != timedelta(hours=5):
        warnings.append(
            f"this machine's time zone data says {offset} for Asia/Almaty; it has been +5:00 since "
            "2024-03-01: update tzdata."
        )
    if now.year < 2025:
        warnings.append(f"this machine's clock says {now:%Y-%m-%d}.")
    return warnings

"""`status`: how the portal, its routes and every listing are, the worst first; writes nothing."""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from monitor.commands.auditing import verdict
from monitor.commands.shared import (
    configured,
    for_scripts,
    local,
    on_terminal,
    print_json,
    print_table,
    read_config_without_secrets,
    reasons,
    utc_now,
    wrapped,
)
from monitor.config import Config
from monitor.ladder import Rung
from monitor.sentences import OUTCOMES, span
from monitor.spending import spending
from monitor.standing import hub_said, routes_said, troubles_said, whole_said
from monitor.store.database import from_text

ORDERS_SHOWN = 10
"""Orders under way that `status` names; `--json` has them all."""
FIELDS_SHOWN = 12
"""Unknown fields that `status` names; `--json` has them all."""


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
    from monitor.store.health import open_troubles
    from monitor.store.listings import load_portal
    from monitor.store.noticed import noticed_rows, unknown_fields
    from monitor.store.orders import underway
    from monitor.store.people import listing_rows, quarantined, totals
    from monitor.store.routes import load_rungs
    from monitor.store.told import not_taken
    from monitor.store.topics import debt
    from monitor.store.whole import load_standings

    config = read_config_without_secrets(config_file)
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
    waiting = not_taken(db)
    rungs = list(load_rungs(db, config.portal.base_url))
    standings = load_standings(db, config.portal.base_url)
    aside, open_orders = quarantined(db, limit=10), underway(db)
    announcements, troubles = debt(db), open_troubles(db)
    spent, quiet = (
        asdict(spending(config.database.path, config.schedule.per_day)),
        config.schedule.quiet_window,
    )
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
                "troubles": [asdict(event) for event in troubles],
                "not_taken": waiting,
                "routes": [_rung_json(key, rung) for key, rung in rungs],
                "whole_portal": [asdict(standing) for standing in standings.values()],
                "requests": spent,
                "orders": open_orders,
                "hub": {"address": config.feeds.hub, **asdict(announcements)} if config.feeds.hub else None,
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
            at = local(portal.paused_until.isoformat(), config)
            click.echo(f"Next try at {at}." if running else f"A daemon would not try again before {at}.")
    for line in troubles_said(troubles):
        click.echo(wrapped(line))
    click.echo(
        f"Releases: {counts['releases']}, editions: {counts['editions']}, wordings: {counts['wordings']}, "
        f"changes since the first reading: {counts['changes']}."
    )
    in_use = Counter(row["route"] for row in rows if row["success_at"])
    for line in (
        *routes_said(config.portal.routes, rungs, in_use, now=utc_now(), zone=config.schedule.zone),
        *whole_said(standings, config.portal.languages, agencies=len(config.portal.agencies)),
    ):
        click.echo(wrapped(line))
    if counts["suspected"] or counts["flapping"]:
        click.echo(wrapped(f"In doubt: {_doubts(counts)}."))
    if counts["unseen"]:
        click.echo(f"From dumps, not seen at the portal yet: {counts['unseen']}.")
    click.echo(
        f"Alerts: {counts['owed']} owed, {counts['sent']} sent, {counts['failed']} failed. "
        f"Requests in the last day: {counts['requests_today']}."
    )
    for row in waiting:
        tried = "once" if row["attempts"] == 1 else f"{row['attempts']} times"
        click.echo(
            wrapped(
                f"Not taken yet by {row['address_shown']}: delivery {row['id']}, tried {tried}, next try "
                f"{local(row['next_attempt_at'], config)}: {row['error']}."
            )
        )
    for line in hub_said(config.feeds.hub, announcements, zone=config.schedule.zone):
        click.echo(wrapped(line))
    for line in _said_of(spent):
        click.echo(line)
    if quiet_until:
        ends = quiet_until.astimezone(ZoneInfo(config.schedule.zone))
        click.echo(f"It is the quiet window until {ends:%H:%M}: nothing is asked by itself.")
    for line in _orders_said(open_orders):
        click.echo(line)
    if not rows:
        click.echo("No listing was read yet; `jarshy run` or `jarshy crawl` begins.")
        return
    print_table(
        ("listing", "outcome", "last success", "next reading", "history", "last audit"),
        (
            (
                f"{row['agency']}/{row['lang']}",
                row["outcome"],
                _when(row["success_at"], config),
                _when(row["next_at"], config) if running else "",
                "read" if row["walked_at"] else f"{row['history_pages'] or 0} pages so far",
                _audited(row["audit"]),
            )
            for row in rows
        ),
    )
    # What is the whole portal's trouble was said above, and is no listing's.
    of_their_own = [row for row in rows if row["outcome"] != portal.outcome]
    for line in reasons((f"{row['agency']}/{row['lang']}", row["reason"]) for row in of_their_own):
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


def _doubts(counts: dict[str, Any]) -> str:
    """What is neither plainly there nor gone."""
    told = (
        f" (of which still told of by their numbers: {counts['off_the_list']})"
        if counts["off_the_list"]
        else ""
    )
    said = (
        (counts["suspected"], f"releases that no listing shows: {counts['suspected']}{told}"),
        (counts["flapping"], f"editions that flip between wordings: {counts['flapping']}"),
    )
    return "; ".join(words for count, words in said if count)


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


def _orders_said(orders: list[dict[str, Any]]) -> list[str]:
    """Readings that somebody asked for, or audits that came by themselves, and how far they are."""
    doing = {"audit": "audited", "cited": "looked through for what dumps cite"}
    begun = [order for order in orders if order["reached"]]
    lines = [
        f"{order['agency']}/{order['lang']} is being {doing.get(order['kind'], 'read')}, "
        f"{'by itself' if order['by_itself'] else 'because it was asked for'}: page {order['reached']}, "
        f"{order['listed']} releases so far."
        for order in begun[:ORDERS_SHOWN]
    ]
    if (more := len(begun) - ORDERS_SHOWN) > 0:
        lines.append(f"Orders under way besides: {more}.")
    if waiting := len(orders) - len(begun):
        lines.append(f"Orders that wait for their turn: {waiting}.")
    return lines


def _when(stored: str | None, config: Config) -> str:
    """A time of the table: on a terminal, where every column counts, without the year and on one line."""
    told = local(stored, config)
    return told[5:].replace(" ", "\xa0") if on_terminal() else told


def _audited(audit: dict[str, Any] | None) -> str:
    if audit is None:
        return "none yet"
    age = span(utc_now() - from_text(audit["finished_at"]))
    return f"{age} ago: {verdict(audit)}"


def _rung_json(listing: tuple[str, str] | None, rung: Rung) -> dict[str, Any]:
    """A route for all listings, or as it fares with one of them."""
    return {**asdict(rung), "listing": "/".join(listing) if listing else None}

"""`status --plan`: what is read next and why, as the daemon would choose; writes nothing, and waits for nobody."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from monitor.allowance import meant_per_day
from monitor.commands.shared import print_json, print_table, wrapped
from monitor.config import Config
from monitor.foresight import Ahead, Step, look_ahead
from monitor.outlook import bounds_of
from monitor.plan_said import clock_said, listing_said, plan_said, reason_said, wait_said
from monitor.spending import Spent, counted, spending
from monitor.store.database import Database, held_by_daemon


def show_plan(db: Database, config: Config, *, count: int, as_json: bool, now: datetime) -> None:
    """Prints the next readings, at most so many, and above them what bounds them."""
    spent = spending(config.database.path, config.schedule.per_day)
    ahead = look_ahead(db, config, spent, counted(config.database.path), count=count, now=now)
    running, zone = held_by_daemon(config.database.path), ZoneInfo(config.schedule.zone)
    if as_json:
        print_json(_for_scripts(ahead, config, spent, running=running, now=now))
        return
    for line in plan_said(ahead, bounds_of(config), spent, running=running):
        click.echo(wrapped(line))
    if not ahead.steps:
        click.echo("Nothing comes due within two days.")
        return
    print_table(
        ("at", "in", "listing", "why"),
        (
            (
                clock_said(step.at, now=now, zone=zone),
                wait_said(step.at, now=now),
                listing_said(step),
                reason_said(step, now=now, zone=zone),
            )
            for step in ahead.steps
        ),
        whole=("at", "in", "listing"),
    )
    click.echo(f"Times are those of {config.schedule.zone}.")


def _for_scripts(
    ahead: Ahead, config: Config, spent: Spent, *, running: bool, now: datetime
) -> dict[str, Any]:
    bounds, zone = bounds_of(config), ZoneInfo(config.schedule.zone)
    return {
        "running": running,
        "budget": {
            "last_day": spent.last_day,
            "per_day": spent.per_day,
            "meant_per_day": round(meant_per_day(bounds, ahead.listings)) if bounds.per_day is None else None,
            "next_in": spent.next_in,
            "has_room": ahead.has_room,
        },
        "worth_seconds": ahead.price,
        "shortest_seconds": bounds.shortest.total_seconds(),
        "longest_seconds": bounds.longest.total_seconds(),
        "stretched_to_seconds": ahead.longest.total_seconds(),
        "steps": [_step_for_scripts(step, now=now, zone=zone) for step in ahead.steps],
    }


def _step_for_scripts(step: Step, *, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    agency, lang = step.key or (None, None)
    return {
        "at": step.at,
        "until": step.until,
        "agency": agency,
        "lang": lang,
        "ground": step.why,
        "waiting": round(step.waiting, 3),
        "last_read_at": step.read_at,
        "page": step.page if step.key else None,
        "source_id": step.source_id,
        "wide": step.wide,
        "why": reason_said(step, now=now, zone=zone),
    }

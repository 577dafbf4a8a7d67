"""`alerts list`: what is owed, was sent and failed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from monitor.commands.alerts.speaking import became, happened, rule_named
from monitor.commands.drawing import Pen
from monitor.commands.one_release import pen_here
from monitor.commands.shared import configured, for_scripts, local, print_json, read_config, utc_now
from monitor.config import Config
from monitor.holding import Held

_STATES = ("owed", "sent", "failed", "dropped")
_COLOURS = {"owed": "yellow", "sent": "green", "failed": "red"}


@click.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only what is in this state.")
@click.option("--rule", metavar="NAME", help="Only what is owed because of this rule.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 100_000))
@configured
@for_scripts
def list_(state: Any, rule: str | None, limit: int, config_file: Path | None, *, as_json: bool) -> None:
    """List what is owed, was sent and failed, the newest first.

    Of what is owed it says since when, and what it waits for: the next try, a digest, the end of quiet hours. The
    first number of each entry is that of the delivery, for `jarshy alerts retry`.

    \b
    Examples:
      jarshy alerts list --limit 100
      jarshy alerts list --state failed --json
    """
    from monitor.commands.alerts.holds import holds
    from monitor.store.database import open_reader
    from monitor.store.deliveries import STATES, counts
    from monitor.store.told import deliveries

    config = read_config(config_file)
    db = open_reader(config.database.path)
    rows = deliveries(db, state=state, rule=rule, limit=limit)
    if rule is not None and not rows:
        rule_named(
            config, rule
        )  # what was owed because of a rule outlives it; a rule that never was is an error
    held = holds(db, config, rows, now=utc_now())
    if as_json:
        print_json([{**row, **as_said(held.get(row["id"]))} for row in rows])
        return
    pen = pen_here()
    for row in rows:
        _show(row, held.get(row["id"]), config, pen)
    total = counts(db)
    said = ", ".join(f"{total[each]} {each}" for each in STATES if total[each])
    if not rows:
        of_rule = f" because of rule «{rule}»" if rule else ""
        none = f"No delivery{of_rule} is {state}." if state else f"Nothing was owed{of_rule} yet."
        click.echo(none if state or rule else "Nothing was owed to anybody yet.")
    elif len(rows) == limit:
        click.echo(f"The newest {limit} are shown; --limit shows more.")
    if said:
        click.echo(pen.dim(f"In all: {said}. Times are those of {config.schedule.zone}."))


def as_said(held: Held | None) -> dict[str, Any]:
    """What a script is told of what waits."""
    return {"held_until": held.until if held else None, "held_for": held.why if held else ""}


def _show(row: Mapping[str, Any], held: Held | None, config: Config, pen: Pen) -> None:
    for line in pen.said(f"{row['id']}  {local(row['owed_at'], config)}  {row['address_shown']}"):
        click.echo(pen.bold(line))
    for line in pen.said(happened(row), indent="  "):
        click.echo(line)
    rules = "rule" if len(row["rules"]) == 1 else "rules"
    said = f"{rules} {', '.join(row['rules'])}: {became(row, held, lambda stored: local(stored, config))}"
    for line in pen.said(said, indent="  "):
        click.echo(click.style(line, fg=_COLOURS.get(row["state"])) if pen.colour else line)

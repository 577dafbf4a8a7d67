"""`alerts preview`: what a rule would have sent."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.alerts.speaking import rule_named
from monitor.commands.drawing import Pen
from monitor.commands.one_release import pen_here
from monitor.commands.shared import (
    configured,
    for_scripts,
    local,
    on_terminal,
    print_json,
    read_config,
    utc_now,
)
from monitor.config import Config
from monitor.store.database import to_text

if TYPE_CHECKING:
    from monitor.trial import Hit, Line, Trial

SHOWN = 20
AGENCIES = 8
"""Named with their counts; the rest are counted together."""


@click.command()
@click.argument("rule")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 36500), help="So far back.")
@click.option(
    "--all", "everything", is_flag=True, help=f"Show every change that matches, not the newest {SHOWN}."
)
@configured
@for_scripts
def preview(rule: str, days: int, config_file: Path | None, *, everything: bool, as_json: bool) -> None:
    """Show what a rule would have sent over the past days, and how many messages.

    Nothing is sent or written. The rule is taken as the configuration has it now, and by itself. What was history
    when its listing was first read is told to nobody; it is counted apart, by the date of publication, so that a
    rule can be tried on the day of installation.

    \b
    Examples:
      jarshy alerts preview taxes
      jarshy alerts preview taxes --days 7 --all
    """
    from monitor.store.database import open_reader
    from monitor.trial import try_rule

    config = read_config(config_file)
    alert = rule_named(config, rule)
    now = utc_now()
    bar = click.progressbar(length=0, label="Looking back", hidden=as_json or not on_terminal())

    def begin(count: int) -> None:
        bar.length = count

    with bar:
        trial = try_rule(
            open_reader(config.database.path),
            alert,
            config,
            since=now - timedelta(days=days),
            until=now,
            newest=None if everything else SHOWN,
            begin=begin,
            progress=bar.update,
        )
    if as_json:
        print_json(_as_json(trial))
        return
    pen = pen_here()
    for text in _said(trial, config, days=days):
        for line in pen.said(text):
            click.echo(line)
    for line in _shown(trial, config, pen):
        click.echo(line)


def _said(trial: "Trial", config: Config, *, days: int) -> Iterator[str]:
    in_days = "In the past day" if days == 1 else f"In {days} days"
    counted = []
    if trial.hears_changes:
        counted.append(f"{_count(trial.matched, 'change')} {'matches' if trial.matched == 1 else 'match'}")
    if trial.hears_health:
        counted.append(f"{_count(trial.health, 'notice')} of health")
    first, *others = trial.lines
    to = [f"{_count(first.messages, 'message')} to {first.address.shown}"]
    to += [f"{line.messages} to {line.address.shown}" for line in others]
    yield f"{in_days} {' and '.join(counted)}: {', '.join(to)}."
    if trial.matched:
        yield f"By kind: {_counts(trial.by_kind)}."
        yield f"By agency: {_counts(trial.by_agency, at_most=AGENCIES)}."
        day, count = max(trial.by_day.items(), key=lambda one: (one[1], one[0]))
        yield f"The busiest day: {day}, {_count(count, 'change')}."
    if people := [line for line in trial.lines if line.played is not None]:
        yield from _joined(people[0], trial)
    if trial.history:
        yield (
            f"{trial.history} more {'was' if trial.history == 1 else 'were'} published in this time and history when "
            "first read, which nobody is told of."
        )


def _joined(line: "Line", trial: "Trial") -> Iterator[str]:
    """What became of the changes on their way to people."""
    if line.played is None:
        return
    if unheard := trial.matched - line.changes:
        yield f"Not told to people: {_count(unheard, 'change')} that only a program hears of."
    forms = Counter(message.form for message in line.played.messages)
    listed = {
        "digest": "as digests",
        "burst": "as lists of too many at once",
        "late": "as lists of what came late",
    }
    parts = [f"{count} {listed[form]}" for form, count in forms.items() if form in listed]
    if parts:
        yield f"To people: {forms['release']} of one release each, {', '.join(parts)}."
    joined = sum(len(message.deliveries) for message in line.played.messages if message.form == "release")
    if joined > forms["release"]:
        yield f"Copies and changes of one release were joined: {joined} in {forms['release']} messages."
    if line.played.folded:
        yield f"Left out, since they say nothing new to people: {_count(len(line.played.folded), 'change')}."
    if line.played.held:
        yield f"Still held at the end: {_count(len(line.played.held), 'change')}."


def _shown(trial: "Trial", config: Config, pen: Pen) -> Iterator[str]:
    """The newest changes that match, one by one."""
    for hits, count, called in (
        (trial.newest, trial.matched, ""),
        (trial.newest_history, trial.history, " of those that were history"),
    ):
        if not hits or (called and trial.newest):
            continue
        yield ""
        which = f"The newest {len(hits)} of {count}" if len(hits) < count else "All of them"
        yield pen.bold(f"{which}{called}:")
        for hit in hits:
            at = hit.published_at if called and hit.published_at else hit.at
            lang = f" [{hit.lang}]" if hit.lang else ""
            head = f"{local(to_text(at), config)}  {hit.kind}{lang} {hit.agency} {hit.source_id}"
            yield from pen.said(head)
            yield from pen.said(hit.title or "[redacted]", indent="  ")
            if hit.words:
                yield from (pen.dim(line) for line in pen.said(f"found: {', '.join(hit.words)}", indent="  "))
    if trial.newest or trial.newest_history:
        yield pen.dim(f"Times are those of {config.schedule.zone}.")


def _counts(counted: Counter[str], *, at_most: int = 100) -> str:
    most = counted.most_common(at_most)
    rest = counted.total() - sum(count for _, count in most)
    return ", ".join(f"{name} {count}" for name, count in most) + (f", others {rest}" if rest else "")


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _as_json(trial: "Trial") -> dict[str, Any]:
    return {
        "since": trial.since,
        "until": trial.until,
        "matched": trial.matched,
        "history": trial.history,
        "health": trial.health,
        "by_kind": dict(trial.by_kind.most_common()),
        "by_agency": dict(trial.by_agency.most_common()),
        "by_day": {str(day): count for day, count in sorted(trial.by_day.items())},
        "addresses": [
            {
                "address": line.address.shown,
                "person": line.address.person,
                "changes": line.changes,
                "messages": line.messages,
                "forms": dict(Counter(message.form for message in line.played.messages))
                if line.played
                else {},
                "left_out": len(line.played.folded) if line.played else 0,
                "held": len(line.played.held) if line.played else 0,
            }
            for line in trial.lines
        ],
        "newest": [_hit(hit) for hit in trial.newest],
        "newest_history": [_hit(hit) for hit in trial.newest_history],
    }


def _hit(hit: "Hit") -> dict[str, Any]:
    return asdict(hit)

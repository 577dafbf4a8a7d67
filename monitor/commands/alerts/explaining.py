"""`alerts why`: why somebody was told of a change, or was not."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.changes import KINDS
from monitor.commands.alerts.listing import as_said
from monitor.commands.alerts.speaking import became, happened
from monitor.commands.drawing import Pen
from monitor.commands.one_release import give_up, pen_here
from monitor.commands.shared import (
    configured,
    for_scripts,
    local,
    portal_id,
    print_json,
    read_config,
    utc_now,
)
from monitor.config import Config
from monitor.messages.lines import REFERENCE
from monitor.store.database import to_text

if TYPE_CHECKING:
    from monitor.explaining import Explained, Judged
    from monitor.holding import Held
    from monitor.store.database import Database

NAMED = 5
"""Of what was told in the same message so many are named, the rest counted."""


@click.command()
@click.argument("change", metavar="CHANGE")
@click.option("--kind", type=click.Choice(KINDS), help="Of a release only the changes of this kind.")
@configured
@for_scripts
@click.pass_context
def why(
    context: click.Context, change: str, kind: str | None, config_file: Path | None, *, as_json: bool
) -> None:
    """Say why a change was told to somebody, or was not.

    Rule by rule: which condition decided; what was sent when, and what was answered.

    CHANGE is the number or address of a release, for all that happened to it, the newest first; or the id of a
    change or of a message, as a webhook is sent it and as it stands in a mail's Message-ID; or the eight signs in
    the last line of a message; or the number of a change in the journal. Rules are taken as the configuration has
    them now.

    \b
    Examples:
      jarshy alerts why 1257347
      jarshy alerts why 1257347 --kind removed
      jarshy alerts why 4269951f
      jarshy alerts why 0190a4c2-7d1e-7c3b-9a51-5f0c6f1b2d3e --json
    """
    from monitor.commands.alerts.holds import holds
    from monitor.explaining import explain
    from monitor.store.database import open_reader
    from monitor.store.told import in_message

    config = read_config(config_file)
    db = open_reader(config.database.path)
    explained = [
        each
        for each in explain(db, config.alerts, _meant(context, db, change))
        if kind is None or each.change.kind == kind
    ]
    if not explained:
        give_up(
            context, f"Nothing of the kind {kind} happened to it." if kind else "Nothing happened to it yet."
        )
    held = holds(db, config, [row for each in explained for row in each.deliveries], now=utc_now())
    if as_json:
        print_json([_as_json(each, held) for each in explained])
        return
    pen = pen_here()
    for each in explained:
        together = {
            row["message_id"]: in_message(db, row["message_id"])
            for row in each.deliveries
            if row["together"] > 1 or row["state"] == "dropped"
        }
        for line in _lines(each, held, together, config, pen):
            click.echo(line)
    click.echo(pen.dim(f"Times are those of {config.schedule.zone}."))


def _meant(context: click.Context, db: "Database", named: str) -> list[int]:
    """The changes that are asked for, the newest first; ends the command where there are none."""
    from monitor.store.told import change_numbered, changes_of_release, changes_under

    plain = portal_id(named.strip()).removeprefix("urn:uuid:").strip("<>").partition("@")[0].lower()
    found = changes_under(db, plain) if len(plain) >= REFERENCE else []
    if not plain.isdecimal():
        if not found:
            give_up(context, f"No change and no message has the id {plain}.")
        return found
    of_release = changes_of_release(db, plain)
    numbered = change_numbered(db, int(plain)) if int(plain) < 1 << 63 else []
    if of_release is None:
        if not numbered and not found:
            give_up(
                context,
                f"No release and no change has the number {plain}. `jarshy search WORDS` finds what is held.",
            )
        return numbered or found
    return of_release


def _lines(
    explained: "Explained",
    held: Mapping[int, "Held"],
    together: Mapping[str, list[dict[str, Any]]],
    config: Config,
    pen: Pen,
) -> Iterator[str]:
    change = explained.change
    lang = f" [{change.lang}]" if change.lang else ""
    at = local(to_text(change.at), config)
    head = f"{at}  {change.kind}{lang} {change.agency} {change.source_id}, {change.weight}"
    yield from (pen.bold(line) for line in pen.said(head))
    yield from pen.said(change.title or "[redacted]", indent="  ")
    yield from (pen.dim(line) for line in pen.said(f"change {change.id}, {change.uid}", indent="  "))
    yield from pen.said(
        "Who was told:" if explained.deliveries else "Nobody was owed a message because of it.", indent="  "
    )
    now = {judged.rule for judged in explained.judged}
    for row in explained.deliveries:
        yield from _delivery(row, held.get(row["id"]), together.get(row["message_id"], ()), now, config, pen)
    yield from pen.said("By the rules of now:" if explained.judged else "There is no rule now.", indent="  ")
    for alike in _alike(explained.judged):
        yield from _judged(alike, pen)
    for unowed in explained.unowed:
        yield from pen.said(
            f"{unowed.address} was not told because of «{unowed.rule}»: {unowed.why}.", indent="    "
        )
    yield ""


def _delivery(
    row: Mapping[str, Any],
    held: "Held | None",
    in_message: Sequence[Mapping[str, Any]],
    now: Collection[str],
    config: Config,
    pen: Pen,
) -> Iterator[str]:
    """What became of one delivery; `in_message` is all that its message told, `now` the names of today's rules."""
    rules = ", ".join(
        f"«{name}»" + ("" if name in now else " (not in the configuration any more)") for name in row["rules"]
    )
    what = became(row, held, lambda stored: local(stored, config)).rstrip(".")
    yield from pen.said(f"{row['address_shown']}, as {row['told_as']} by {rules}: {what}.", indent="    ")
    others = [other for other in in_message if other["id"] != row["id"]]
    told = "with" if row["state"] != "dropped" else "told by the message of"
    for other in others[:NAMED]:
        yield from pen.said(f"{told} {happened(other)}", indent="      ")
    if len(others) > NAMED:
        yield f"      and {len(others) - NAMED} more"


def _alike(judged: Sequence["Judged"]) -> Iterator[list["Judged"]]:
    """The same answer of a rule to people and to programs is said once."""
    for _, alike in groupby(judged, key=lambda each: (each.rule, each.verdict.match, _failed(each))):
        yield list(alike)


def _failed(judged: "Judged") -> list[str]:
    return [f"{each.name}: {each.said}" for each in judged.verdict.conditions if not each.holds]


def _judged(alike: Sequence["Judged"], pen: Pen) -> Iterator[str]:
    first, match = alike[0], alike[0].verdict.match
    readers = " and ".join("people" if each.person else "programs" for each in alike)
    to = f"for {readers} ({', '.join(address for each in alike for address in each.addresses)})"
    if match is None:
        yield from pen.said(f"«{first.rule}» does not match, {to}:", indent="    ")
        for failed in _failed(first):
            yield from pen.said(f"{failed}.", indent="      ")
        return
    found = f"; found {', '.join(f'«{word}»' for word in match.words)}" if match.words else ""
    yield from pen.said(f"«{first.rule}» matches, {to}, as {match.kind}{found}.", indent="    ")


def _as_json(explained: "Explained", held: Mapping[int, "Held"]) -> dict[str, Any]:
    change = explained.change
    return {
        "change": {
            "number": change.id,
            "id": change.uid,
            "at": change.at,
            "kind": change.kind,
            "weight": change.weight,
            "baseline": change.baseline,
            "agency": change.agency,
            "source_id": change.source_id,
            "lang": change.lang,
            "title": change.title,
        },
        "rules": [
            {
                "name": judged.rule,
                "person": judged.person,
                "addresses": judged.addresses,
                "matches": judged.verdict.match is not None,
                "as": judged.verdict.match.kind if judged.verdict.match else None,
                "words": judged.verdict.match.words if judged.verdict.match else (),
                "conditions": [asdict(condition) for condition in judged.verdict.conditions],
            }
            for judged in explained.judged
        ],
        "deliveries": [{**row, **as_said(held.get(row["id"]))} for row in explained.deliveries],
        "not_owed": [asdict(unowed) for unowed in explained.unowed],
    }

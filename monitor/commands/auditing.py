"""`audit`: listings compared with what is held, from the newest release to the oldest."""

from pathlib import Path
from typing import Any

import click

from monitor.commands.following import came_of_it, opened, see_to
from monitor.commands.shared import (
    configured,
    for_scripts,
    known_agencies,
    languages,
    print_json,
    print_table,
    read_config,
    reasons,
    utc_now,
)

STOPPED = "Stopped. What was read is stored; an audit that broke off proves nothing and has to begin again."
NAMED = 10
"""Ids named of each sort; `--json` and the table `audits` have more."""


@click.command()
@click.argument("agencies", nargs=-1, metavar="[AGENCY ...]")
@click.option("--lang", "langs", multiple=True, help="Only this language; may be given several times.")
@configured
@for_scripts
@click.pass_context
def audit(
    context: click.Context,
    *,
    agencies: tuple[str, ...],
    langs: tuple[str, ...],
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Compare the portal's listings with what is held. Says what is listed, held, missing and extra.

    Each listing is read from its top to its end. What is missing is fetched by that very reading; what is extra is
    suspected to be removed, and confirmed by a later audit. A daemon audits every listing within 30 days by itself.

    \b
    Examples:
      jarshy audit
      jarshy audit economy --lang kk
    """
    from monitor.store.audits import audits_of
    from monitor.store.orders import ask, progress

    config = read_config(config_file)
    chosen = [
        (agency, lang)
        for agency in dict.fromkeys(known_agencies(agencies, config))
        for lang in dict.fromkeys(languages(langs) or config.portal.languages)
    ]
    db = opened(config)
    ids = ask(db, chosen, kind="audit", now=utc_now())
    see_to(context, db, config, ids, quiet=as_json, stopped=STOPPED)
    orders = progress(db, ids)
    found = {row["order_id"]: row for row in audits_of(db, ids)}
    if as_json:
        print_json([_for_script(order, found.get(order.id)) for order in orders])
    else:
        print_table(
            ("listing", "verdict", "listed", "held", "missing", "extra", "pages"),
            (
                (
                    f"{order.agency}/{order.lang}",
                    verdict(found[order.id]) if order.id in found else came_of_it(order),
                    *_figures(found.get(order.id, {})),
                )
                for order in orders
            ),
        )
        for order in orders:
            for line in _named(found.get(order.id, {})):
                click.echo(f"{order.agency}/{order.lang}: {line}")
        for line in reasons((f"{order.agency}/{order.lang}", order.reason) for order in orders):
            click.echo(line, err=True)
    if any(order.state != "done" for order in orders):
        context.exit(1)


def verdict(row: dict[str, Any]) -> str:
    """What an audit says, in words."""
    if row["listed"] is None:
        return "broke off: nothing is proved"
    said = [f"{row['missing']} missing and fetched"] if row["missing"] else []
    said += [f"{row['extra']} extra"] if row["extra"] else []
    unread = row["detail"].get("unreadable", 0)
    said += [f"{unread} could not be read"] if unread else []
    return ", ".join(said) or "complete"


def _figures(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ("listed", "held", "missing", "extra", "pages"))


def _named(row: dict[str, Any]) -> list[str]:
    sorts = {
        "missing": "was listed and not held, now fetched",
        "extra": "held and not listed any more, now suspected",
        "appeared": "appeared while it was audited",
        "quarantined": "kept aside, because it could not be read",
    }
    lines = []
    if row.get("listed") == 0 and not row["held"] and not row["extra"]:
        lines.append("nothing is listed and nothing held; is that the language, and the agency, you meant?")
    for sort, said in sorts.items():
        if ids := row.get("detail", {}).get(sort):
            in_all = max(len(ids), row.get(sort) or 0)  # of many only the first are kept by name
            more = f" and {in_all - NAMED} more" if in_all > NAMED else ""
            lines.append(f"{said}: {', '.join(ids[:NAMED])}{more}")
    return lines


def _for_script(order: Any, row: dict[str, Any] | None) -> dict[str, Any]:
    names = ("started_at", "finished_at", "listed", "held", "missing", "extra", "pages", "requests", "detail")
    return {
        "agency": order.agency,
        "lang": order.lang,
        "state": order.state,
        "outcome": order.outcome,
        "reason": order.reason,
        "verdict": verdict(row) if row else None,
        **{name: row[name] if row else None for name in names},
    }

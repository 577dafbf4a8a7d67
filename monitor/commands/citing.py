"""`crawl --cited`: the releases that imported dumps cite, looked for in the portal's listings."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from monitor.cited import EARLIER, LATER
from monitor.commands.following import opened, see_to
from monitor.commands.shared import print_json, print_table, utc_now
from monitor.config import Config
from monitor.sentences import OUTCOMES

if TYPE_CHECKING:
    from monitor.store.dumped import Cited
    from monitor.store.orders import Progress

STOPPED = "Stopped. What was found is stored; the same command looks for the rest."


def look_for_cited(
    context: click.Context, config: Config, *, agencies: Sequence[str], langs: Sequence[str], as_json: bool
) -> None:
    """Looks for each release in the language of its dump, then in the others, and says what was found.

    Exits with 1 where a listing could not be read.
    """
    from monitor.store.dumped import cited, still_unseen
    from monitor.store.orders import ask_for_cited, progress

    db = opened(config)
    sought = [one for one in cited(db) if not agencies or one.agency in agencies]
    orders: list[Progress] = []
    looked: dict[str, list[Progress]] = {one.source_id: [] for one in sought}
    for place in range(len(langs)):
        left = still_unseen(db, (one.source_id for one in sought))
        wanted: dict[tuple[str, str], list[tuple[str, date]]] = {}
        for one in sought:
            if one.source_id in left:
                lang = _in_turn(one, langs)[place]
                wanted.setdefault((one.agency, lang), []).append((one.source_id, one.on))
        if not wanted:
            break
        ids = ask_for_cited(db, wanted, now=utc_now())
        see_to(context, db, config, ids, quiet=as_json, stopped=STOPPED)
        came = progress(db, ids)
        orders += came
        for order, sought_there in zip(came, wanted.values(), strict=True):
            for source_id, _ in sought_there:
                looked[source_id].append(order)
    left = still_unseen(db, looked)
    rows = [_row(one, looked[one.source_id], found=one.source_id not in left) for one in sought]
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("No dump cites a release that the portal has not shown.")
    else:
        print_table(("id", "agency", "date", "found", "why"), (tuple(row.values())[:5] for row in rows))
        click.echo(f"Found {len(rows) - len(left)} of {len(rows)}.")
    if any(order.state != "done" for order in orders):
        context.exit(1)


def _in_turn(one: "Cited", langs: Sequence[str]) -> list[str]:
    return sorted(langs, key=lambda lang: lang != one.lang)


def _row(one: "Cited", orders: Sequence["Progress"], *, found: bool) -> dict[str, object]:
    failed = [order for order in orders if order.state != "done"]
    why = ""
    if not found and failed:
        said = OUTCOMES[failed[-1].outcome] if failed[-1].outcome else failed[-1].reason
        why = f"{failed[-1].agency}/{failed[-1].lang} could not be read: {said}"
    elif not found:
        read = ", ".join(order.lang for order in orders)
        why = f"not listed from {one.on - EARLIER} to {one.on + LATER} ({read})"
    return {
        "source_id": one.source_id,
        "agency": one.agency,
        "on": one.on,
        "found": "yes" if found else "no",
        "why": why,
        "pages": sum(order.pages for order in orders),
    }

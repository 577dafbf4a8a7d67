"""`crawl`: listings read now, because a person asks; by a daemon where one runs on the same database."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.citing import look_for_cited
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

if TYPE_CHECKING:
    from monitor.store.database import Database

STOPPED = "Stopped. What was read is stored; the rest of the order is taken back."
GOES_ON = f"{STOPPED} The same command goes on from there."


@click.command()
@click.argument("agencies", nargs=-1, metavar="[AGENCY ...]")
@click.option("--lang", "langs", multiple=True, help="Only this language; may be given several times.")
@click.option("--pages", type=click.IntRange(1), help="Read this many pages of each listing.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Read back to this date."
)
@click.option("--all", "whole", is_flag=True, help="Read each listing to its end.")
@click.option("--anew", is_flag=True, help="Begin --all or --since afresh, not where it was interrupted.")
@click.option("--cited", is_flag=True, help="Look for the releases that imported dumps cite.")
@configured
@for_scripts
@click.pass_context
def crawl(
    context: click.Context,
    *,
    agencies: tuple[str, ...],
    langs: tuple[str, ...],
    pages: int | None,
    since: datetime | None,
    whole: bool,
    anew: bool,
    cited: bool,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Read listings now; say what is new, edited, removed, refused.

    Without options each listing is read until known releases are met, a new one back to `history`. Where a
    daemon runs on the same database, it carries out the order within its own budget of requests. One with --all or
    --since that was interrupted goes on where it was when the same command is given again.

    \b
    Examples:
      jarshy crawl
      jarshy crawl economy mfa --lang ru --pages 3
      jarshy crawl almaty --since 2026-01-01
      jarshy crawl --cited
    """
    from monitor.store.orders import ask

    config = read_config(config_file)
    if cited:
        if pages or since or whole or anew:
            raise click.UsageError(
                "--cited goes by the dumps: it takes no --pages, --since, --all or --anew."
            )
        langs_asked = languages(langs) or config.portal.languages
        look_for_cited(context, config, agencies=agencies, langs=langs_asked, as_json=as_json)
        return
    if anew and not (whole or since):
        raise click.UsageError("--anew goes with --all or --since: it begins them afresh.")
    if whole and (pages or since):
        raise click.UsageError("--all reads each listing to its end: it takes no --pages and no --since.")
    chosen = [
        (agency, lang)
        for agency in dict.fromkeys(known_agencies(agencies, config))
        for lang in dict.fromkeys(languages(langs) or config.portal.languages)
    ]
    db = opened(config)
    day = since.date() if since else None
    ids = ask(db, chosen, pages=pages, since=day, whole=whole, anew=anew, now=utc_now())
    resumable = (whole or since is not None) and pages is None
    see_to(context, db, config, ids, quiet=as_json, stopped=GOES_ON if resumable else STOPPED)
    _report(context, db, ids, as_json=as_json)


def _report(context: click.Context, db: "Database", ids: Sequence[int], *, as_json: bool) -> None:
    from monitor.store.deliveries import counts
    from monitor.store.orders import progress

    orders = progress(db, ids)
    if as_json:
        print_json(
            [
                {
                    "agency": order.agency,
                    "lang": order.lang,
                    "state": order.state,
                    "outcome": order.outcome,
                    "reason": order.reason,
                    "pages": order.pages,
                    "listed": order.listed,
                    "new": order.new,
                    "edited": order.edited,
                    "removed": order.removed,
                }
                for order in orders
            ]
        )
    else:
        print_table(
            ("listing", "came of it", "pages", "listed", "new", "edited", "removed"),
            (
                (
                    f"{order.agency}/{order.lang}",
                    came_of_it(order),
                    order.pages,
                    order.listed,
                    order.new,
                    order.edited,
                    order.removed,
                )
                for order in orders
            ),
        )
        for line in reasons((f"{order.agency}/{order.lang}", order.reason) for order in orders):
            click.echo(line, err=True)
        if owed := counts(db).get("owed"):
            click.echo(
                f"Messages owed because of this or earlier: {owed}; `jarshy run` sends them.", err=True
            )
    if any(order.state != "done" for order in orders):
        context.exit(1)

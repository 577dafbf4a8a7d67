"""`status`: how the portal, its routes and every listing are, the worst first; writes nothing."""

from pathlib import Path

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    on_terminal,
    print_json,
    read_config_without_secrets,
    utc_now,
)
from monitor.config_sources import chosen

PLAN_SHOWN = 20
"""Readings that `status --plan` shows."""


@click.command()
@configured
@for_scripts
@click.option("--all", "everything", is_flag=True, help="Show every listing, and every sentence whole.")
@click.option("--plan", is_flag=True, help="Show what is read next, and why.")
@click.option(
    "--next",
    "count",
    type=click.IntRange(1, 1000),
    default=PLAN_SHOWN,
    show_default=True,
    metavar="N",
    help="With --plan: how many readings.",
)
def status(config_file: Path | None, *, as_json: bool, everything: bool, plan: bool, count: int) -> None:
    """Show how every listing is, when it is read, what is wrong. The worst come first.

    On a terminal it keeps to one screen: listings that are well are counted, and long sentences are cut.

    \b
    Examples:
      jarshy status
      jarshy status --all
      jarshy status --plan --next 50
    """
    from monitor.commands.standing_facts import gather
    from monitor.commands.standing_json import facts_as_json
    from monitor.commands.standing_page import show
    from monitor.store.database import open_reader

    file, now = chosen(config_file), utc_now()
    config = read_config_without_secrets(file)
    db = open_reader(config.database.path)
    if plan:
        from monitor.commands.planning import show_plan

        show_plan(db, config, count=count, as_json=as_json, now=now)
        return
    facts = gather(db, config, file=file, now=now)
    if as_json:
        print_json(facts_as_json(facts, config))
        return
    show(facts, config, is_brief=on_terminal() and not everything)

"""`alerts retry`: what failed is owed anew."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.alerts.speaking import rule_named
from monitor.commands.shared import configured, for_scripts, print_json, read_config
from monitor.config import Config

if TYPE_CHECKING:
    from monitor.store.database import Database


@click.command()
@click.argument("ids", nargs=-1, type=click.IntRange(1), metavar="[ID ...]")
@click.option("--failed", "everything", is_flag=True, help="All that failed.")
@click.option("--rule", metavar="NAME", help="With --failed: only what was owed because of this rule.")
@configured
@for_scripts
@click.pass_context
def retry(
    context: click.Context,
    ids: tuple[int, ...],
    rule: str | None,
    config_file: Path | None,
    *,
    everything: bool,
    as_json: bool,
) -> None:
    """Try again what was given up, or at once what waits for its next try.

    What was given up is owed anew, as if nothing had been tried. ID is the number of a delivery in `jarshy alerts
    list`; of what is owed still, the pause of its address ends. What was told in one message is tried again
    together, under the id that it had. A running daemon takes it up within seconds; without one it waits for the
    next.

    \b
    Examples:
      jarshy alerts retry 812 815
      jarshy alerts retry --failed --rule taxes
    """
    from monitor.rules import addresses_of
    from monitor.store.database import open_store
    from monitor.store.told import failed, hurry, put_back

    if bool(ids) == everything:
        raise click.UsageError("name the deliveries by their numbers, or say --failed for all of them.")
    if rule is not None and not everything:
        raise click.UsageError("--rule narrows --failed down; numbers need no rule.")
    config = read_config(config_file)
    if rule is not None:
        rule_named(config, rule)
    if not config.database.path.exists():
        click.echo(f"There is no database {config.database.path} yet.", err=True)
        context.exit(1)
    db = open_store(config.database.path)
    rows = failed(db, ids=None if everything else ids, rule=rule)
    known = {address.key for alert in config.alerts for address in addresses_of(alert)}
    again = [row["id"] for row in rows if row["address_key"] in known]
    strangers = [row for row in rows if row["address_key"] not in known]
    count = put_back(db, again)
    hurried = hurry(db, ids)
    others = _others(
        db, config, [each for each in ids if each not in {*hurried, *(row["id"] for row in rows)}]
    )
    if as_json:
        print_json(
            {
                "put_back": again,
                "tried_at_once": list(hurried),
                "not_in_configuration": [row["id"] for row in strangers],
                "not_failed": others,
            }
        )
    else:
        what = "1 delivery is" if count == 1 else f"{count} deliveries are"
        said = f"{what} owed anew; a running daemon sends them within seconds."
        if count or not hurried:
            click.echo(said if count else "Nothing is owed anew.")
        for shown in dict.fromkeys(hurried.values()):
            click.echo(f"A running daemon tries {shown} again within seconds.")
        for shown in dict.fromkeys(row["address_shown"] for row in strangers):
            left = sum(row["address_shown"] == shown for row in strangers)
            stay = "stays as it is" if left == 1 else "stay as they are"
            click.echo(f"{left} to {shown} {stay}: the configuration no longer names this address.", err=True)
        for number, state in others.items():
            said = f"Delivery {number} is {state}, and only what failed is tried again."
            click.echo(said if state else f"There is no delivery {number}.", err=True)
    if not count and not hurried and not everything:
        context.exit(1)


def _others(db: "Database", config: Config, ids: Sequence[int]) -> dict[int, Any]:
    from monitor.store.told import states_of

    states = states_of(db, ids)
    return {each: states.get(each) for each in ids}

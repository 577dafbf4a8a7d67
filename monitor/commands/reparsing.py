"""`reparse`: kept items read anew after an improvement of the code."""

import asyncio
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    foreground_worker,
    on_terminal,
    portal_id,
    print_json,
    read_config,
    utc_now,
    wrapped,
)
from monitor.config import Config

if TYPE_CHECKING:
    from monitor.reparse import Tally
    from monitor.store.database import Database
    from monitor.store.reparses import Scope

NAMED = 5
"""Wordings that cannot be read any more are named up to here, the rest counted."""


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID ...]")
@click.option("--all", "everything", is_flag=True, help="Also what the present code has read already.")
@click.option("--dry-run", is_flag=True, help="Say how many wordings would read differently; write nothing.")
@configured
@for_scripts
@click.pass_context
def reparse(
    context: click.Context,
    ids: tuple[str, ...],
    config_file: Path | None,
    *,
    everything: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read what is held anew, from the items as they were received.

    After an improvement of the code: titles, texts, mark-up, files, pictures, dates and fingerprints become what the
    present code reads. It is no news: no change is written, nobody is told, and the next reading of the portal takes
    nothing for an edit. What was read before stays provable (`jarshy verify`). Interrupted, it goes on where it
    stood. What only a dump has told, and what was redacted, stays as it is.

    ID is the portal's number, or the address of the release; none means all releases. Nothing is asked of the portal.

    \b
    Examples:
      jarshy reparse --dry-run
      jarshy reparse 1257347
    """
    from monitor.store.database import only_daemon, open_reader, open_store
    from monitor.store.held import known
    from monitor.store.reparses import Scope

    config = read_config(config_file)
    path = config.database.path
    with nullcontext() if dry_run else only_daemon(path):
        db = open_reader(path) if dry_run or not path.exists() else open_store(path)
        scope = Scope(tuple(map(portal_id, ids)), everything)
        held = known(db, scope.source_ids)
        if missing := [source_id for source_id in scope.source_ids if source_id not in held]:
            click.echo(f"Release {missing[0]} is not held. `jarshy search WORDS` finds what is.", err=True)
            context.exit(1)
        tally = asyncio.run(_reparse(db, config, scope, keep=not dry_run, quiet=as_json))
    if as_json:
        print_json({**asdict(tally), "dry_run": dry_run})
    else:
        _say(tally, dry_run=dry_run)
    if tally.unreadable:
        context.exit(1)


async def _reparse(db: "Database", config: Config, scope: "Scope", *, keep: bool, quiet: bool) -> "Tally":
    from monitor.reparse import reparse as read_anew
    from monitor.store.reparses import count_outdated

    count = count_outdated(db, scope)
    hidden = quiet or not on_terminal() or count == 0
    bar = click.progressbar(length=count, label="Reading anew", hidden=hidden)
    with bar:
        async with foreground_worker(config) as worker:
            return await read_anew(db, worker, scope, keep=keep, now=utc_now, progress=bar.update)


def _say(tally: "Tally", *, dry_run: bool) -> None:
    if not tally.read and not tally.unreadable and not tally.redacted and not tally.without_item:
        click.echo("Nothing to do: every wording was read by this version; --all reads them again.")
        return
    differs = "would read differently" if dry_run else "read differently"
    wordings = "wording" if tally.read == 1 else "wordings"
    said = f"{tally.read} {wordings} {'looked at' if dry_run else 'read anew'}, {tally.differently} {differs}"
    said += f", {tally.redacted} redacted" if tally.redacted else ""
    said += f", {tally.without_item} without an item" if tally.without_item else ""
    click.echo(f"{said}.")
    if (example := tally.example) is not None:
        where = f"{example.source_id} [{example.lang}] {example.number}"
        if example.before or example.after:
            click.echo(wrapped(f"For example {where}: «{example.before}» → «{example.after}»"))
        else:
            what = ", ".join(example.fields) or "white space or signs that no reader misses"
            click.echo(wrapped(f"For example {where}: {what}"))
    for source_id, lang, number, reason in tally.unreadable[:NAMED]:
        click.echo(f"Cannot be read, stays as it is: {source_id} [{lang}] {number}: {reason}", err=True)
    if (more := len(tally.unreadable) - NAMED) > 0:
        click.echo(f"And {more} more.", err=True)

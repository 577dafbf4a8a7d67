"""`verify`: is the history what was stored, to the last byte?"""

from dataclasses import asdict
from pathlib import Path

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    on_terminal,
    print_json,
    read_config_without_secrets,
    wrapped,
)
from monitor.store.verify import Fault, Verified


@click.command()
@click.argument("source_ids", nargs=-1, metavar="[ID ...]")
@click.option("--head", "noted", metavar="HEAD", help="What an earlier `verify` printed as its head.")
@configured
@for_scripts
@click.pass_context
def verify(
    context: click.Context,
    source_ids: tuple[str, ...],
    noted: str | None,
    config_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Recompute every digest and name the first row that is wrong.

    Every wording has a digest of what it says, every item one of what was received, and each wording and each
    change a chain digest over itself and the one before it. Whoever alters a stored word, date, item or change
    breaks them, unless he makes all later ones anew. What other tables hold beside them (the present status, agency
    and dates of a release, the readings) is not covered. IDs: only these releases.

    Against who makes them anew helps the head, one line over the whole history. Note it down, print it or publish it,
    away from this machine. With --head that line proves later that all that was held then is still held unaltered, in
    the same order; what was added since does not matter. Redacted releases and releases read anew by better code
    fit: their digests stay.

    Exits with 1 where something does not fit.

    \b
    Examples:
      jarshy verify
      jarshy verify 1257347
      jarshy verify --head 1203-1288-5f0c…
    """
    from monitor.store import verify as store
    from monitor.store.database import open_reader

    if noted is not None and source_ids:
        raise click.UsageError("--head is about the whole history; leave the IDs out")
    try:
        head = store.read_head(noted) if noted is not None else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--head") from error
    db = open_reader(read_config_without_secrets(config_file).database.path)
    rows = store.rows_to_check(db)
    quiet = as_json or not on_terminal() or bool(source_ids)
    with click.progressbar(length=rows, label="Checking", hidden=quiet) as bar:
        found = store.verify(db, source_ids, noted=head, done=bar.update)
    if as_json:
        print_json({**asdict(found), "head": str(found.head) if found.head else None})
    else:
        _say(found, noted=noted is not None)
    if found.fault is not None:
        context.exit(1)


def _say(found: Verified, *, noted: bool) -> None:
    if found.fault is not None:
        click.echo(wrapped(_fault_said(found.fault)))
        return
    counted = ", ".join(f"{found.checked[table]} {name}" for table, name in _NAMES.items())
    redacted = f" {found.redacted} wordings were redacted; their digests fit." if found.redacted else ""
    click.echo(wrapped(f"All fits: {counted}.{redacted}"))
    if noted:
        click.echo("The history that was noted is its beginning, unaltered.")
    if found.head is not None:
        click.echo(f"Head: {found.head}")


_NAMES = {
    "revisions": "wordings",
    "raw_items": "items as received",
    "editions": "editions",
    "changes": "changes",
}


def _fault_said(fault: Fault) -> str:
    """The row, and what of it does not fit."""
    row = f"row {fault.id} of {fault.table}" if fault.id is not None else fault.table
    of = [f"release {fault.source_id}"] if fault.source_id else []
    of += [f"language {fault.lang}"] if fault.lang else []
    of += [f"wording {fault.number}"] if fault.number else []
    whose = f" ({', '.join(of)})" if of else ""
    return f"Does not fit: {row}{whose}: {fault.what}."

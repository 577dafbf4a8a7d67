"""`redact`: the words of a release are taken out of the history for good."""

import getpass
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from monitor.commands.one_release import held_release
from monitor.commands.shared import (
    configured,
    for_scripts,
    portal_id,
    print_json,
    read_config,
    utc_now,
    wrapped,
)

_ELSEWHERE = "Backups and exports made before still have its words."


@click.command()
@click.argument("source_id", metavar="ID")
@click.option("--reason", required=True, help="Why; kept with the release, and shown.")
@click.option("--by", default=None, help="Who asked for it [default: whoever is logged in].")
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@configured
@for_scripts
@click.pass_context
def redact(
    context: click.Context,
    source_id: str,
    reason: str,
    by: str | None,
    config_file: Path | None,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Take the words of a release out of the history, for good.

    Titles, texts, files, pictures and the items as received are blanked in every table, and the file is written anew
    so that none of it lies in what was given free; feeds and page say «[redacted]» in their place. What happened when
    stays, and the digests by which it can be proved. When the portal shows the release again, its words are not taken
    in again. Messages that are still owed because of it are dropped.

    Copies made before (backups, exports, messages that were sent, readers of the feeds) are out of reach. Takes as
    much free disk as the database has. A daemon on the same database must be stopped first.

    ID is the portal's number, or the address of the release.

    \b
    Example:
      jarshy redact 1257347 --reason "Names a minor; her parents' letter of 13 July" --by "A. Editor"
    """
    from monitor.store.database import only_daemon, open_store
    from monitor.store.redactions import purge
    from monitor.store.redactions import redact as take_out

    config = read_config(config_file)
    path, source_id = config.database.path, portal_id(source_id)
    if not reason.strip():
        raise click.BadParameter("say why, in a few words", param_hint="--reason")
    found = held_release(context, source_id, config)
    reposts = [one["source_id"] for one in (found.carried or {}).get("releases", ()) if not one["this"]]
    if not yes:
        if not _somebody_is_there():
            raise click.UsageError("This cannot be undone: say --yes where nobody can be asked.")
        titles = " / ".join(edition["title"] for edition in found.editions if edition["title"])
        click.echo(wrapped(f"{source_id} ({found.release['agency']}): {titles}"), err=True)
        if reposts:
            click.echo(wrapped(_carry_it_too(reposts)), err=True)
        click.confirm("Take out all its words? This cannot be undone", abort=True, err=True)
    who, now = _who(by), utc_now()
    with only_daemon(path):
        db = open_store(path)
        done = take_out(db, source_id, by=who, reason=reason.strip(), now=now)
        clean = purge(db)
    if done is None:
        raise click.ClickException(f"Release {source_id} is not held any more.")
    if as_json:
        print_json(
            {
                "source_id": source_id,
                "at": now,
                "by": who,
                "reason": reason.strip(),
                **asdict(done),
                "clean": clean,
                "reposts": reposts,
            }
        )
    else:
        blank = f"wordings: {done.wordings}, items: {done.items}"
        blank += f", messages no longer owed: {done.deliveries}" if done.deliveries else ""
        click.echo(wrapped(f"Release {source_id} is redacted ({blank}). {_ELSEWHERE}"))
        if reposts:
            click.echo(wrapped(_carry_it_too(reposts)))
    if not clean:
        click.echo(
            wrapped(
                f"Another program reads {path} and keeps its log from being emptied, which still has the words: "
                "close it and type this command again."
            ),
            err=True,
        )
        context.exit(1)


def _carry_it_too(reposts: Sequence[str]) -> str:
    """Redaction parts a story: afterwards nobody could find them."""
    return f"The same words stand in what others published: {', '.join(reposts)}. Each is redacted by itself."


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


def _who(by: str | None) -> str:
    if by is not None and by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in a container
        return "unknown"

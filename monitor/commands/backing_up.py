"""`backup` and `restore`: a copy of the history is made, and put back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    local,
    on_terminal,
    print_json,
    read_config_without_secrets,
    utc_now,
    wrapped,
)
from monitor.config import Config
from monitor.store.backup import Holdings, Progress

if TYPE_CHECKING:
    from monitor.store.restoring import Restored


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@configured
@for_scripts
def backup(file: Path, config_file: Path | None, *, force: bool, as_json: bool) -> None:
    """Copy the history to FILE, also while the daemon runs.

    The copy is of one moment and holds nobody up. It is opened and checked before it gets its name; half a copy never
    has it. It is a database like any other, for its owner alone to read, and holds all that the history holds:
    addresses of receivers as they are shown, and no secrets of the configuration.

    \b
    Example:
      jarshy backup /mnt/elsewhere/jarshy-friday.db
    """
    from monitor.store.backup import back_up

    config = read_config_without_secrets(config_file)
    with _progress("Copying", hidden=as_json) as progress:
        made = back_up(config.database.path, file, replace=force, progress=progress)
    if as_json:
        print_json({"file": made.path, "bytes": made.bytes, **asdict(made.holdings)})
        return
    click.echo(wrapped(f"{made.path}: {made.bytes / 1e6:.1f} MB, {_held(made.holdings, config)}."))


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--assume-told",
    is_flag=True,
    help="Where nobody can say who was told what: tell nobody of what was published before now.",
)
@configured
@for_scripts
def restore(file: Path, config_file: Path | None, *, assume_told: bool, as_json: bool) -> None:
    """Put a backup in the place of the history, which is kept aside. The daemon must be stopped first.

    FILE is checked wholly before anything is touched, and stays. What was noticed since it was made is found anew as
    far as the portal still shows it. Nobody is told twice of that, and feeds keep its ids, where the history that is
    replaced can still be read: what was told since is taken over from it, and so are redactions. Where it cannot be
    read, all that is told again, so that nobody misses anything; with --assume-told, what was published until now is
    not.

    \b
    Example:
      jarshy restore backups/jarshy-20260713T040000Z.db
    """
    from monitor.store.database import only_daemon
    from monitor.store.restoring import restore as put_back

    config = read_config_without_secrets(config_file)
    now = utc_now()
    with only_daemon(config.database.path), _progress("Copying and checking", hidden=as_json) as progress:
        done = put_back(config.database.path, file, now=now, assume_told=assume_told, progress=progress)
    if as_json:
        print_json({"at": now, "backup": file, **asdict(done)})
        return
    for line in _said(done, file, config, assume_told=assume_told):
        click.echo(wrapped(line))


@contextmanager
def _progress(label: str, *, hidden: bool) -> Iterator[Progress]:
    with click.progressbar(length=1, label=label, hidden=hidden or not on_terminal()) as bar:

        def copied(left: int, pages: int) -> None:
            bar.length = pages
            bar.update(pages - left - bar.pos)

        yield copied


def _held(holdings: Holdings, config: Config) -> str:
    rows: dict[str, Any] = holdings.rows
    newest = local(holdings.last_change_at, config)
    last = f", the newest noticed {newest} ({config.schedule.zone})" if newest else ""
    return f"{rows['releases']} releases, {rows['revisions']} wordings, {rows['changes']} changes{last}"


def _said(done: "Restored", file: Path, config: Config, *, assume_told: bool) -> list[str]:
    taken = done.taken_over
    again = "nobody is told of it" if assume_told else "it is told again"
    found_anew = (
        f"What was published since the backup is found anew where the portal still shows it; {again}."
    )
    lines = [f"{config.database.path} is now what {file} was: {_held(done.holdings, config)}."]
    if done.replaced is None:
        return [*lines, f"No database was there before. {found_anew}"]
    lines.append(f"What it was before lies in {done.replaced}; delete it when you need it no more.")
    if not taken.readable:
        lines.append(f"It could not be read. {found_anew}")
    elif not taken.kin:
        lines.append(f"The backup is not the beginning of it, and nothing was taken over. {found_anew}")
    elif taken.lost_changes or taken.lost_wordings or taken.sent_since:
        lines.append(
            f"Noticed since the backup: {taken.lost_changes} changes, {taken.lost_wordings} wordings. They are lost "
            f"where the portal does not show them any more. Found anew, {taken.told} of the changes keep their ids, "
            f"and nobody is told of them twice."
        )
        if taken.sent_since:
            lines.append(f"Owed in the backup and sent since, so not sent again: {taken.sent_since}.")
    else:
        lines.append("Nothing was noticed or told since the backup.")
    if taken.redacted:
        lines.append(f"Redacted since, and redacted here as well: {', '.join(taken.redacted)}.")
    if taken.not_redacted:
        lines.append(
            f"Redacted since, and not in the backup: {', '.join(taken.not_redacted)}. They come back with their "
            "words if the portal still shows them; redact them again then."
        )
    return lines

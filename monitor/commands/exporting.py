"""`export`: one release with all that proves it, as an archive or a folder."""

import os
from pathlib import Path

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    portal_id,
    print_json,
    read_config_without_secrets,
)


@click.command()
@click.argument("source_id", metavar="ID")
@click.argument("target", required=False, type=click.Path(path_type=Path), metavar="[FILE.zip|DIR]")
@configured
@for_scripts
@click.pass_context
def export(
    context: click.Context, source_id: str, target: Path | None, config_file: Path | None, *, as_json: bool
) -> None:
    """Write a release and all that proves it as files. Its wordings, items and digests stand by themselves.

    For a lawyer, an editor, a court: every wording to read, the items as they were received, what happened when, the
    readings that prove it, a digest of each file, and a script that checks them with nothing but Python. The same
    history makes the same bytes. A name that ends in .zip makes an archive (without any: ID.zip), any other one a
    folder; neither may exist already. May run beside a daemon.

    ID is the portal's number, or the address of the release.

    \b
    Examples:
      jarshy export 1257347
      jarshy export 1257347 evidence/
    """
    from monitor.exported import files_of, zipped
    from monitor.store.database import open_reader
    from monitor.store.evidence import evidence

    config = read_config_without_secrets(config_file)
    source_id = portal_id(source_id)
    held = evidence(open_reader(config.database.path), source_id)
    if held is None:
        click.echo(f"Release {source_id} is not held. `jarshy search WORDS` finds what is.", err=True)
        context.exit(1)
    where = target or Path(f"{source_id}.zip")
    if where.exists() and not (where.is_dir() and not any(where.iterdir())):
        raise click.ClickException(f"{where} exists already; name another file or folder.")
    made = files_of(held)
    try:
        if where.suffix.lower() == ".zip":
            _write(where, zipped(made, folder=source_id))
        else:
            for name, content in made.items():
                (where / name).parent.mkdir(parents=True, exist_ok=True)
                _write(where / name, content)
    except OSError as error:
        raise click.ClickException(f"{where} cannot be written: {error.strerror}") from error
    counts = {"wordings": len(held.wordings), "items": len(held.items), "changes": len(held.changes)}
    if as_json:
        print_json({"source_id": source_id, "path": str(where), "files": sorted(made), **counts})
    else:
        click.echo(f"{where}: {', '.join(f'{name} {count}' for name, count in counts.items())}")


def _write(path: Path, content: bytes) -> None:
    """The whole file or none of it."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)

"""`import`: the history is filled from dumps."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.shared import configured, for_scripts, on_terminal, print_json, read_config, utc_now
from monitor.config import Config

if TYPE_CHECKING:
    from monitor.store.database import Database


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE ...")
@configured
@for_scripts
@click.pass_context
def import_(
    context: click.Context, files: tuple[Path, ...], config_file: Path | None, *, as_json: bool
) -> None:
    """Read text dumps of releases into the history.

    What a dump brings is evidence: it is `unseen` until the portal shows it, and nobody is alerted. Importing
    a file twice changes nothing. A file that is not a dump is refused with the line and the reason; the
    releases before that line are kept.

    A dump is a text file: a line that names a category, then for each release its title with the date, its
    text, and its address on the portal.

    \b
      Education
      A new school in the village 12.06.2026
      The school has room for 300 children.
      Source : https://www.gov.kz/memleket/entities/edu/press/news/details/1250001?lang=en

    \b
    Example:
      jarshy import dumps/*.txt
    """
    from crawler.directory import agencies
    from monitor.store.database import open_store
    from monitor.store.listings import write_directory

    config = read_config(config_file)
    db = open_store(config.database.path)
    write_directory(db, agencies().values(), followed=config.portal.agencies)
    with click.progressbar(files, label="Reading dumps", hidden=as_json or not on_terminal()) as bar:
        results = [_import(db, file, config) for file in bar]
    if as_json:
        print_json(results)
    else:
        for result in results:
            click.echo(_imported(result))
    if any(result["refused"] for result in results):
        context.exit(1)


def _import(db: "Database", file: Path, config: Config) -> dict[str, object]:
    from monitor.dumps import read_dump
    from monitor.errors import ParseError
    from monitor.store.database import writing
    from monitor.store.dumped import keep_dumped

    result: dict[str, object] = {"file": str(file), "new": 0, "held": 0, "without_text": [], "refused": None}
    new, held, without_text = 0, 0, []
    try:
        with writing(db):
            try:
                for release in read_dump(file.read_bytes(), name=str(file)):
                    if keep_dumped(db, release, zone=config.schedule.zone, now=utc_now()):
                        new += 1
                    else:
                        held += 1
                    if not release.text:
                        without_text.append(release.source_id)
            except ParseError as error:
                result["refused"] = str(error)  # what was good before it is committed
    except OSError as error:
        result["refused"] = f"{file}: cannot be read: {error.strerror}"
    return {**result, "new": new, "held": held, "without_text": without_text}


def _imported(result: dict[str, object]) -> str:
    line = f"{result['file']}: {result['new']} new, {result['held']} held already"
    missing = result["without_text"]
    if isinstance(missing, list) and missing:
        line += f", {len(missing)} without text ({', '.join(missing)})"
    if result["refused"]:
        line += f"\n  refused: {result['refused']}"
    return line

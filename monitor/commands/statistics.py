"""`stats`: how agencies treat what they have published, month by month."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    known_agencies,
    on_terminal,
    print_json,
    print_table,
    read_config_without_secrets,
)
from monitor.sentences import exact_span

COLUMNS = ("month", "agency", "shown", "edited", "major", "removed", "back-\ndated", "first\nedit")
LANGUAGES = ("kk", "ru", "en")
_SHORTER = {" days": "d", " day": "d", " h": "h", " min": "m", " s": "s", " ": ""}


@click.command()
@click.argument("agencies", nargs=-1, metavar="[AGENCY ...]")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m"]),
    metavar="MONTH",
    help="From this month on, as 2026-07; without it all of the history.",
)
@configured
@for_scripts
@click.pass_context
def stats(
    context: click.Context,
    agencies: tuple[str, ...],
    since: datetime | None,
    config_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show how agencies treat what they published. Counts edits, removals, back-dating, translations.

    A row for each agency and month of publication, the newest first. Counts are of releases: shown by the portal,
    edited afterwards (a comma is no edit), edited majorly, removed, and back-dated by more than a day (the portal
    was read since that day, and they were not there). Times are medians: from first sight to the first edit, and to
    the copy in each language that came after the first. What stood there before the watch began counts as shown, and
    enters no median.

    \b
    Examples:
      jarshy stats
      jarshy stats economy mfa --since 2026-07
      jarshy stats --json
    """
    from monitor.store.database import open_reader
    from monitor.store.statistics import quiet_edits

    config = read_config_without_secrets(config_file)
    if agencies:
        known_agencies(agencies, config)
    month = since.strftime("%Y-%m") if since else None
    rows = quiet_edits(open_reader(config.database.path), agencies, since=month)
    if as_json:
        print_json(rows)
    elif rows:
        timed = [
            lang
            for lang in LANGUAGES
            if not on_terminal() or any(row[f"median_{lang}"] is not None for row in rows)
        ]
        print_table(
            (*COLUMNS, *timed),
            (
                (
                    row["month"] or "unknown",
                    row["agency"],
                    row["published"],
                    row["edited"],
                    row["edited_majorly"],
                    row["removed"],
                    row["backdated"],
                    *(_length(row[f"median_{what}"]) for what in ("first_edit", *timed)),
                )
                for row in rows
            ),
            whole={*COLUMNS, *timed} - {"agency"},
        )
    else:
        where = "".join(
            (f" of {', '.join(agencies)}" if agencies else "", f" since {month}" if month else "")
        )
        click.echo(f"No release{where} is held that the portal has shown.", err=True)
    if not rows:
        context.exit(1)


def _length(seconds: int | None) -> str:
    """As `3h20m`."""
    if seconds is None:
        return ""
    said = exact_span(timedelta(seconds=seconds))
    for unit, letter in _SHORTER.items():
        said = said.replace(unit, letter)
    return said

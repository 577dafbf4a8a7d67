"""`search`: releases are found by their words."""

from pathlib import Path

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    known_agencies,
    languages,
    print_json,
    print_table,
    read_config_without_secrets,
)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS")
@click.option("--agency", help="Only this agency.")
@click.option("--lang", help="Only this language: kk, ru, en.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@configured
@for_scripts
@click.pass_context
def search(
    context: click.Context,
    words: tuple[str, ...],
    agency: str | None,
    lang: str | None,
    limit: int,
    config_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Find releases that hold all these words, the newest first.

    Every word also finds longer ones that begin with it; case does not matter, in Kazakh neither.

    \b
    Examples:
      jarshy search салық кодекс
      jarshy search --agency mfa --lang kk министрлік
    """
    from monitor.store.database import open_reader
    from monitor.store.people import find

    config = read_config_without_secrets(config_file)
    languages((lang,) if lang else ())
    wanted = " ".join(words)
    if not any(character.isalnum() for character in wanted):
        raise click.BadParameter("name at least one word to look for", param_hint="WORDS")
    rows = find(open_reader(config.database.path), wanted, agency=agency, lang=lang, limit=limit)
    if as_json:
        print_json(rows)
    elif rows:
        print_table(
            ("date", "agency", "lang", "id", "title"),
            (
                (
                    row["published_on"],
                    row["agency"],
                    row["lang"],
                    row["source_id"],
                    _marked(row["title"], row["status"]),
                )
                for row in rows
            ),
        )
    else:
        known_agencies((agency,) if agency else (), config)
        where = "".join((f" by {agency}" if agency else "", f" in {lang}" if lang else ""))
        click.echo(f"No current wording held{where} says «{wanted}».", err=True)
    if not rows:
        context.exit(1)


def _marked(title: str, status: str) -> str:
    return title if status == "listed" else f"{title} ({status})"

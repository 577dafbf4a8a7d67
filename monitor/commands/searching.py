"""`search`: releases are found by their words."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

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

if TYPE_CHECKING:
    from monitor.store.found import Hit

Order = Literal["date", "relevance"]


# A word that is not to be there begins as an option does.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True, metavar="WORDS")
@click.option("--agency", help="Only this agency.")
@click.option("--lang", help="Only this language: kk, ru, en.")
@click.option(
    "--order",
    type=click.Choice(["date", "relevance"]),
    default="date",
    show_default=True,
    help="What comes first.",
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@configured
@for_scripts
@click.pass_context
def search(
    context: click.Context,
    words: tuple[str, ...],
    agency: str | None,
    lang: str | None,
    order: Order,
    limit: int,
    config_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Find releases by words, in any form. The newest or the fittest come first.

    A word is found in all its forms, in Kazakh, Russian and English; Kazakh letters may be typed as on a Russian
    keyboard. Quotes ask for exactly these words, ~ before them for any forms side by side, * for any word that begins
    so, a minus for what must not be there, | for one or the other. Of a common word only the newest are looked at.

    \b
    Examples:
      jarshy search салық кодекс
      jarshy search --agency mfa --lang kk министрлік
      jarshy search '"водный кодекс"' -пошлина
      jarshy search --order relevance '~"салық кодексі" | налог*'
    """
    from monitor.store.database import open_reader
    from monitor.store.found import Narrowed
    from monitor.store.found import search as searched
    from monitor.words.question import read_question

    config = read_config_without_secrets(config_file)
    languages((lang,) if lang else ())
    try:
        question = read_question(" ".join(words))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="WORDS") from error
    narrowed = Narrowed(agencies=(agency,) if agency else (), languages=(lang,) if lang else ())
    found = searched(open_reader(config.database.path), question, narrowed, order=order, first=0, size=limit)
    rows = [_row(hit) for hit in found.hits]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(
            ("date", "agency", "lang", "id", "title"),
            (
                (
                    hit.published_on,
                    hit.agency,
                    hit.lang,
                    hit.source_id,
                    _marked(hit.title, hit.status),
                )
                for hit in found.hits
            ),
        )
    else:
        known_agencies((agency,) if agency else (), config)
        where = "".join((f" by {agency}" if agency else "", f" in {lang}" if lang else ""))
        which = "current wording held" if found.is_all else "one of the newest wordings"
        earlier = "" if found.is_all else " Earlier ones were not looked at; name an --agency to reach them."
        click.echo(f"No {which}{where} says «{question.text}».{earlier}", err=True)
    if not rows:
        context.exit(1)


def _row(hit: "Hit") -> dict[str, str | None]:
    return {
        "source_id": hit.source_id,
        "agency": hit.agency,
        "lang": hit.lang,
        "published_on": hit.published_on.isoformat() if hit.published_on else None,
        "title": hit.title,
        "status": hit.status,
        "text": hit.text,
        "url": hit.url,
    }


def _marked(title: str, status: str) -> str:
    return title if status == "listed" else f"{title} ({status})"

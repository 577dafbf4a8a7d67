"""`import`, `show` and `search`: the history is filled from dumps, and read."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    known_agencies,
    languages,
    local,
    on_terminal,
    print_json,
    print_table,
    read_config,
    utc_now,
    wrapped,
)
from monitor.config import Config
from monitor.store.people import Row, Story

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


@click.command()
@click.argument("source_id", metavar="ID")
@configured
@for_scripts
@click.pass_context
def show(context: click.Context, source_id: str, config_file: Path | None, *, as_json: bool) -> None:
    """Show a release: its languages, every wording, and what happened to it.

    ID is the portal's number, or the address of the release, which ends in it.

    \b
    Examples:
      jarshy show 1257347
      jarshy show 1257347 --json
    """
    from monitor.store.database import open_reader
    from monitor.store.people import story

    config = read_config(config_file)
    if address := re.search(r"/details/(\d+)", source_id):
        source_id = address[1]
    found = story(open_reader(config.database.path), source_id)
    if found is None:
        click.echo(f"Release {source_id} is not held. `jarshy search WORDS` finds what is.", err=True)
        context.exit(1)
    if as_json:
        print_json(
            {
                **found.release,
                "editions": found.editions,
                "wordings": found.wordings,
                "changes": found.changes,
            }
        )
        return
    _show(found, config)


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

    config = read_config(config_file)
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


def _show(found: Story, config: Config) -> None:
    release = found.release
    style = click.style if on_terminal() else (lambda text, **_: str(text))
    click.echo(style(f"{release['source_id']}  {release['name_en']} ({release['agency']})", bold=True))
    click.echo(release["url"])
    dated = local(release["published_at"], config)
    if release["published_precision"] == "day":
        dated = release["published_on"]
    came = "imported" if release["status"] == "unseen" else "first seen"
    click.echo(
        f"published {_doubted(dated, release)} · {came} {local(release['first_seen_at'], config)}"
        f" · {_state(release['status'], release['origin'])}"
    )
    for edition in found.editions:
        wordings = [wording for wording in found.wordings if wording["lang"] == edition["lang"]]
        click.echo()
        click.echo(style(f"[{edition['lang']}] {edition['title']}", bold=True))
        if edition["status"] != "listed":
            click.echo(f"  this copy is {edition['status']}")
        for note in _notes(edition):
            click.echo(f"  {note}")
        click.echo()
        click.echo(wrapped(edition["text"]) or "(no text is held)")
        for attachment in edition["attachments"]:
            size = f", {attachment['size']} bytes" if attachment["size"] else ""
            click.echo(f"  attached: {attachment['name']} <{attachment['url']}>{size}")
        for wording in reversed(wordings[:-1]):
            came = "as a dump has it, imported" if wording["from_dump"] else "of"
            seen = f"{came} {local(wording['seen_at'], config)}"
            click.echo()
            click.echo(style(f"[{edition['lang']}] wording {wording['number']} {seen}", dim=True))
            click.echo(wording["title"])
            click.echo()
            click.echo(wrapped(wording["text"]) or "(no text is held)")
    if found.changes:
        click.echo()
        click.echo(style("What happened", bold=True))
    for change in found.changes:
        known = ", known from the first reading" if change["baseline"] else ""
        lang = f" [{change['lang']}]" if change["lang"] else ""
        click.echo(f"  {local(change['at'], config)}  {change['kind']}{lang} ({change['weight']}{known})")
        for words in change["detail"].get("words", ()):
            click.echo(f"      {words['field']}: «{words['before']}» → «{words['after']}»")


_LANGUAGES = {"kk": "Kazakh", "ru": "Russian", "en": "English"}
_MARKS = {
    "mojibake": "letters that came garbled were mended",
    "no_body": "the portal sent no text",
}
_DOUBTS = {"future": "a date to come", "past": "a date before there were sites"}


def _doubted(dated: str | None, release: Row) -> str:
    """The date as a person may take it; where it is doubted, as the portal wrote it."""
    doubt = release["date_doubt"]
    if dated is None:
        raw = release["published_raw"]
        return f"at an unreadable date («{raw}»)" if raw else "at an unreadable date"
    return f"{dated} (doubted: {_DOUBTS[doubt]})" if doubt in _DOUBTS else dated


def _notes(edition: Row) -> list[str]:
    """What was noticed of this copy."""
    notes = ["as a dump has it; the portal has not shown it yet"] if edition["from_dump"] else []
    notes += [
        f"the {what} is in {_LANGUAGES[edition[column]]}"
        for what, column in (("title", "title_lang"), ("text", "text_lang"))
        if edition[column] is not None
    ]
    return notes + [_MARKS.get(mark, mark) for mark in edition["marks"]]


def _state(status: str, origin: str) -> str:
    if status == "unseen":
        return "imported from a dump, not yet seen at the portal"
    return status if origin == "crawl" else f"{status}, first known from a dump"


def _marked(title: str, status: str) -> str:
    return title if status == "listed" else f"{title} ({status})"

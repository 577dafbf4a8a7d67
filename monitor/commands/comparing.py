"""`diff`: two wordings of a release are compared word by word."""

import re
from collections.abc import Sequence
from pathlib import Path

import click

from monitor.commands.one_release import content_of, give_up, heading, held_release, named, pen_here
from monitor.commands.shared import (
    configured,
    for_scripts,
    languages,
    print_json,
    read_config_without_secrets,
)
from monitor.commands.telling import diff_of, gist
from monitor.difference import difference
from monitor.sentences import exact_span
from monitor.store.database import from_text
from monitor.store.people import Row, Story


@click.command()
@click.argument("source_id", metavar="ID")
@click.argument("revisions", nargs=-1, metavar="[REVISION [REVISION]]")
@click.option("--lang", "langs", multiple=True, help="The language; without it the one with most wordings.")
@configured
@for_scripts
@click.pass_context
def diff(
    context: click.Context,
    source_id: str,
    revisions: tuple[str, ...],
    langs: tuple[str, ...],
    config_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show word by word what two wordings of a release have otherwise.

    ID is the portal's number, or the address of the release, which ends in it. REVISION is the number of a wording,
    as `jarshy show` has it: of two, the first is compared with the second; one is compared with the last; without
    any, the last is compared with the one before it.

    On a terminal what is gone is red and struck, what came is green and underlined; elsewhere they stand in
    [-brackets-] and {+braces+}.

    \b
    Examples:
      jarshy diff 1257347
      jarshy diff 1257347 1 3 --lang kk
      jarshy diff 1257347 --json
    """
    config = read_config_without_secrets(config_file)
    numbers = _numbers(revisions)
    if len(langs) > 1:
        raise click.BadParameter(_ONE_LANGUAGE, param_hint="--lang")
    languages(langs)
    found = held_release(context, source_id, config)
    if found.redactions:
        give_up(
            context, "The words of this release were taken out; `jarshy show ID` says when, by whom and why."
        )
    edition = _edition(context, found, langs)
    wordings = [wording for wording in found.wordings if wording["lang"] == edition["lang"]]
    before, after = _two(context, edition, wordings, numbers, found)
    weight, detail = difference(content_of(before), content_of(after))
    if as_json:
        release = {name: found.release[name] for name in ("source_id", "agency", "url")}
        sides = {
            side: {name: wording[name] for name in ("number", "seen_at", "from_dump")}
            for side, wording in (("before", before), ("after", after))
        }
        print_json({**release, "lang": edition["lang"], **sides, "weight": weight, "detail": detail})
        return
    pen = pen_here()
    for line in heading(found.release, pen):
        click.echo(line)
    apart = from_text(after["seen_at"]) - from_text(before["seen_at"])
    later = f"{exact_span(abs(apart))} {'later' if apart.total_seconds() >= 0 else 'earlier'}"
    said = f"[{edition['lang']}] {named(before, config)} → {named(after, config)}, {later}"
    for line in pen.said(said):
        click.echo(line)
    if not detail["fields"]:
        click.echo("They say the same.")
        return
    click.echo(gist(weight, detail))
    click.echo()
    for line in diff_of(detail, pen):
        click.echo(line)


_ONE_LANGUAGE = (
    "two languages are not compared word by word; name one of them, and read under `jarshy show ID` which numbers "
    "and dates differ between them"
)


def _numbers(revisions: Sequence[str]) -> list[int]:
    """The numbers of the wordings named; raises click.BadParameter for what names none."""
    if len(revisions) > 2:
        raise click.BadParameter("name two wordings at most", param_hint="REVISION")
    for revision in revisions:
        if re.fullmatch(r"[A-Za-z]{2,3}", revision):
            hint = f"to choose a language say --lang {revision}"
            raise click.BadParameter(
                f"{revision!r} is no number of a wording; {hint}, but {_ONE_LANGUAGE}", param_hint="REVISION"
            )
        if not re.fullmatch(r"[1-9][0-9]{0,8}", revision):
            raise click.BadParameter(f"{revision!r} is no number of a wording", param_hint="REVISION")
    return [int(revision) for revision in revisions]


def _edition(context: click.Context, found: Story, langs: Sequence[str]) -> Row:
    """The copy in the language that was named, else the one with most wordings, of equals the first seen."""
    if not langs:
        return max(found.editions, key=lambda edition: edition["revisions"])
    by_lang = {edition["lang"]: edition for edition in found.editions}
    if langs[0] not in by_lang:
        release = found.release["source_id"]
        give_up(context, f"Release {release} is not held in {langs[0]}, but in {', '.join(by_lang)}.")
    return by_lang[langs[0]]


def _two(
    context: click.Context, edition: Row, wordings: Sequence[Row], numbers: Sequence[int], found: Story
) -> tuple[Row, Row]:
    """The two wordings to compare; ends the command where there are none such."""
    by_number = {wording["number"]: wording for wording in wordings}
    last = max(by_number)
    for number in numbers:
        if number not in by_number:
            having = f"wordings 1 to {last}" if last > 1 else "one wording"
            give_up(context, f"There is no wording {number} in {edition['lang']}; it has {having}.")
    if len(numbers) == 2:
        return by_number[numbers[0]], by_number[numbers[1]]
    if last == 1:
        others = [
            f"{other['lang']} has {other['revisions']}" for other in found.editions if other["revisions"] > 1
        ]
        also = f" {', '.join(others).capitalize()}: choose it with --lang." if others else ""
        give_up(context, f"There is one wording in {edition['lang']}, and nothing to compare it with.{also}")
    first = numbers[0] if numbers and numbers[0] != last else last - 1
    return by_number[first], by_number[last]

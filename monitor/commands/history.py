"""`show`: the history of one release is read."""

from collections.abc import Mapping
from pathlib import Path

import click

from monitor.commands.drawing import Pen, printable
from monitor.commands.one_release import against_others, heading, held_release, named, pen_here
from monitor.commands.shared import configured, for_scripts, local, print_json, read_config_without_secrets
from monitor.commands.telling import differing, evidence, gist, lateness, lines_of
from monitor.config import Config
from monitor.store.database import from_text
from monitor.store.people import Row, Story


@click.command()
@click.argument("source_id", metavar="ID")
@configured
@for_scripts
@click.pass_context
def show(context: click.Context, source_id: str, config_file: Path | None, *, as_json: bool) -> None:
    """Show a release, its languages, its wordings and its changes.

    ID is the portal's number, or the address of the release, which ends in it.

    \b
    Examples:
      jarshy show 1257347
      jarshy show 1257347 --json
    """
    config = read_config_without_secrets(config_file)
    found = held_release(context, source_id, config)
    if as_json:
        print_json(
            {
                **found.release,
                "editions": [
                    {**edition, "against": against_others(edition, found)} for edition in found.editions
                ],
                "wordings": found.wordings,
                "changes": found.changes,
                "story": found.carried,
                "redactions": found.redactions,
            }
        )
        return
    _show(found, config)


def _show(found: Story, config: Config) -> None:
    release, pen = found.release, pen_here()
    for line in heading(release, pen):
        click.echo(line)
    click.echo(printable(release["url"]))
    dated = local(release["published_at"], config)
    if release["published_precision"] == "day":
        dated = release["published_on"]
    came = "imported" if release["status"] == "unseen" else "first seen"
    said = (
        f"published {_doubted(dated, release)} · {came} {local(release['first_seen_at'], config)}"
        f" · {_state(release['status'], release['origin'])}"
    )
    for line in pen.said(said):
        click.echo(line)
    if found.carried is not None:
        for line in pen.said(_carried(found.carried, config)):
            click.echo(line)
    for redaction in found.redactions:
        at = local(redaction["at"], config)
        for line in pen.said(f"redacted {at} by {redaction['by']}: {redaction['reason']}"):
            click.echo(line)
    for edition in found.editions:
        click.echo()
        _show_edition(edition, found, config, pen)
    if found.changes:
        click.echo()
        click.echo(pen.bold("What happened"))
    for change in found.changes:
        _show_change(change, config, pen)
    click.echo()
    click.echo(pen.dim(f"Times are those of {config.schedule.zone}."))


def _show_edition(edition: Row, found: Story, config: Config, pen: Pen) -> None:
    """A copy with all its wordings, the last one first."""
    lang = edition["lang"]
    edits = {change["revision_id"]: change for change in found.changes if change["detail"].get("fields")}
    *earlier, current = [wording for wording in found.wordings if wording["lang"] == lang]
    for line in pen.said(f"[{lang}] {edition['title'] or '[redacted]'}"):
        click.echo(pen.bold(line))
    notes = [_came(edition, found, config)] if len(found.editions) > 1 else []
    if earlier:
        notes.append(f"{named(current, config)}{_edited(current, edits)}")
    if edition["status"] != "listed":
        notes.append(f"this copy is {edition['status']}")
    if edition["flapping"]:
        flips = edition["flapping"]
        notes.append(
            f"flapping between wordings since {local(flips['since'], config)}; the portal showed wording "
            f"{flips['shown_last']} last, at {local(flips['shown_at'], config)}"
        )
    # A copy that one of its listings lacks is listed until all of them do.
    notes += evidence(edition["evidence"] or {}, lambda stored: local(stored, config))
    for note in filter(None, [*notes, *_notes(edition)]):
        for line in pen.said(note, indent="  "):
            click.echo(line)
    for line in differing(against_others(edition, found), pen, indent="  "):
        click.echo(line)
    click.echo()
    _show_text(edition["text"], pen)
    for attachment in edition["attachments"]:
        size = f", {attachment['size']} bytes" if attachment["size"] else ""
        for line in pen.said(f"attached: {attachment['name']} <{attachment['url']}>{size}", indent="  "):
            click.echo(line)
    for wording in reversed(earlier):
        click.echo()
        for line in pen.said(f"[{lang}] {named(wording, config)}{_edited(wording, edits)}"):
            click.echo(pen.dim(line))
        for line in pen.said(wording["title"] or "[redacted]"):
            click.echo(line)
        click.echo()
        _show_text(wording["text"], pen)


def _show_text(text: str, pen: Pen) -> None:
    for line in pen.drawn([("=", text)]) if text else ["(no text is held)"]:
        click.echo(line)


def _edited(wording: Row, edits: Mapping[int, Row]) -> str:
    """What of an edit, or of a return, made this wording."""
    change = edits.get(wording["id"])
    return f": {change['kind']}, {gist(change['weight'], change['detail'])}" if change else ""


def _came(edition: Row, found: Story, config: Config) -> str:
    """When a copy came, and how late after the first, as far as that was watched."""
    told = next(
        (
            change
            for change in found.changes
            if change["edition_id"] == edition["id"] and change["kind"] in {"published", "translated"}
        ),
        None,
    )
    if told is None:
        return ""  # a dump had it first
    at = local(told["at"], config)
    if told["baseline"]:
        return f"there at the first reading, {at}"
    if told["kind"] == "published":
        return f"came {at}, as the first"
    first = next((change for change in found.changes if change["kind"] == "published"), None)
    if first is None or first["baseline"]:
        return f"came {at}, later than what was there at the first reading"
    after = told["detail"].get("after") or {
        first["lang"]: (from_text(told["at"]) - from_text(first["at"])).total_seconds()
    }
    return f"came {at}, {lateness(after)}"


def _show_change(change: Row, config: Config, pen: Pen) -> None:
    known = ", known from the first reading" if change["baseline"] else ""
    lang = f" [{change['lang']}]" if change["lang"] else ""
    weight = gist(change["weight"], {**change["detail"], "fields": ()})
    for line in pen.said(
        f"{local(change['at'], config)}  {change['kind']}{lang} ({weight}{known})", indent="  "
    ):
        click.echo(line)
    for line in lines_of(change["detail"], pen, lambda stored: local(stored, config)):
        click.echo(line)


def _carried(story: Row, config: Config) -> str:
    """Who else published the same text, the first publisher first."""
    joint = f"published jointly by {', '.join(story['named'])}" if story["named"] else ""
    others = [
        f"{other['agency']} ({other['source_id']}, {local(other['published_at'], config) or 'undated'}"
        f"{', the first' if other['first'] else ''})"
        for other in story["releases"]
        if not other["this"]
    ]
    also = f"also published by {', '.join(others)}" if others else ""
    if others and not any(other["first"] for other in story["releases"] if not other["this"]):
        also = f"the first; {also}"
    return " · ".join(filter(None, (joint, also)))


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

"""What `show` and `diff` share: the release that is asked for, and how it is drawn here."""

import shutil
from typing import Any, NoReturn

import click

from monitor.commands.drawing import Pen
from monitor.commands.shared import WIDTH, local, on_terminal, portal_id
from monitor.config import Config
from monitor.copies import against
from monitor.difference import Content
from monitor.store.people import Row, Story


def held_release(context: click.Context, source_id: str, config: Config) -> Story:
    """The release of that number or address; ends the command where it is not held."""
    from monitor.store.database import open_reader
    from monitor.store.people import story

    source_id = portal_id(source_id)
    found = story(open_reader(config.database.path), source_id)
    if found is None:
        give_up(context, f"Release {source_id} is not held. `jarshy search WORDS` finds what is.")
    return found


def give_up(context: click.Context, said: str) -> NoReturn:
    """Ends the command as failed, with the reason."""
    click.echo(said, err=True)
    context.exit(1)


def named(wording: Row, config: Config) -> str:
    """A wording by its number and its moment."""
    came = "as a dump has it, imported" if wording["from_dump"] else "of"
    return f"wording {wording['number']} {came} {local(wording['seen_at'], config)}"


def content_of(told: Row) -> Content:
    """What of a wording, or of an edition as it stands, is compared."""
    return Content(
        title=told["title"],
        text=told["text"],
        published_raw=told["published_raw"],
        attachments=tuple(attachment["url"] for attachment in told["attachments"]),
        images=tuple(told["images"]),
        names=tuple(attachment["name"] for attachment in told["attachments"]),
    )


def against_others(edition: Row, found: Story) -> dict[str, Any]:
    """How the numbers and dates of a copy differ from those of the other copies, as they stand now, by language."""
    others = (one for one in found.editions if one["lang"] != edition["lang"] and one["status"] != "removed")
    return against(content_of(edition), {one["lang"]: content_of(one) for one in others})


def pen_here() -> Pen:
    """How to draw where the output goes."""
    if not on_terminal():
        return Pen(colour=False, width=WIDTH)
    return Pen(colour=True, width=min(shutil.get_terminal_size().columns, WIDTH))


def heading(release: Row, pen: Pen) -> list[str]:
    """Which release it is, and whose."""
    return [
        pen.bold(line)
        for line in pen.said(f"{release['source_id']}  {release['name_en']} ({release['agency']})")
    ]

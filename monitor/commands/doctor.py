"""`doctor`: first contact with the portal, each fact tried once; stores nothing but what `--save` asks for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    foreground_worker,
    known_agencies,
    on_terminal,
    print_json,
    print_table,
    read_config_without_secrets,
    utc_now,
    wrapped,
)
from monitor.config import Config
from monitor.sentences import span

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.doctor.examining import Examined


@click.command()
@click.option("--agency", "slug", help="Whose listing is asked [default: the first that is followed].")
@click.option(
    "--save",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep each answer there as a saved response, without anything private.",
)
@configured
@for_scripts
@click.pass_context
def doctor(
    context: click.Context, slug: str | None, folder: Path | None, config_file: Path | None, *, as_json: bool
) -> None:
    """Try each fact about the portal once; say what differs. Asks politely, and names the settings that help.

    A few dozen requests at the configured pace. A refusal or a block ends what would knock on; what could not be
    told is called unknown. The exit code is 0 however much differs, 1 when nothing answered.

    \b
    Examples:
      jarshy doctor
      jarshy doctor --agency economy --save answers
    """
    from monitor.doctor.fact import examine as judge
    from monitor.doctor.facts import FACTS
    from monitor.doctor.report import as_value, headlines, rows
    from monitor.doctor.saving import save
    from monitor.doctor.steps import STEPS

    config = read_config_without_secrets(config_file)
    agency = known_agencies((slug,) if slug else (), config)[0]
    if folder is not None:
        _make(folder)
    takes = span(timedelta(minutes=(len(STEPS) + 1) / config.portal.requests_per_minute))
    said = (
        f"Asking {config.portal.base_url} about {agency}: at most {len(STEPS) + 1} requests at "
        f"{config.portal.requests_per_minute:g} a minute, about {takes}."
    )
    click.echo(wrapped(said), err=True)
    with _progress(len(STEPS)) as step:
        examined = asyncio.run(_examine(config, agency, step))
    now = utc_now()
    judged = [judge(fact, examined.answers, now=now, silent=examined.silent) for fact in FACTS]
    kept = 0
    not_kept = ""
    if folder is not None:
        cookies = [cookie for seen in examined.answers.values() for cookie in seen.cookies]
        secrets = [config.portal.contact, *(cookie.partition("=")[2] for cookie in cookies)]
        try:
            kept = len(save(folder, examined.answers.values(), secrets=secrets))
        except OSError as error:  # the report must not be lost with it: it has cost requests
            not_kept = f"The answers could not all be kept in {folder}: {error.strerror}."
    if as_json:
        print_json(as_value(judged, examined, agency=agency, base_url=config.portal.base_url))
    else:
        click.echo(wrapped("\n".join(headlines(judged, examined))))
        click.echo()
        print_table(("fact", "verdict", "seen", "as written"), rows(judged))
        if kept:
            click.echo(f"{kept} files are in {folder}: look through them before you give them to anybody.")
    if not_kept:
        click.echo(not_kept, err=True)
    if not examined.answers or not_kept:
        context.exit(1)


def _make(folder: Path) -> None:
    """Makes the folder for the answers while nothing has been asked yet. Raises click.BadParameter."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        said = f"{folder} cannot be written: {error.strerror}; name another folder."
        raise click.BadParameter(said, param_hint="--save") from error


async def _examine(config: Config, agency: str, step: "Callable[[str], None]") -> "Examined":
    from monitor.doctor.examining import examine

    async with foreground_worker(config) as worker:
        secure = config.portal.base_url.startswith("https:")
        return await examine(worker.read, agency, secure=secure, on_step=step)


@contextmanager
def _progress(steps: int) -> "Iterator[Callable[[str], None]]":
    """What is being asked, on a terminal; nothing when piped."""
    if not on_terminal():
        yield lambda _key: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=steps)
        begun = False

        def step(key: str) -> None:
            nonlocal begun
            bar.update(task, description=key, advance=1 if begun else 0)
            begun = True

        yield step

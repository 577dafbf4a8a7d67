"""`try`: one page read and shown, beside what is held; writes nothing but the ledger of requests."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.shared import (
    configured,
    for_scripts,
    foreground_worker,
    known_agencies,
    languages,
    print_json,
    print_table,
    read_config_without_secrets,
    utc_now,
    wrapped,
)
from monitor.config import Config
from monitor.sentences import OUTCOMES

if TYPE_CHECKING:
    from crawler.records import Sighting
    from monitor.worker import Answer


@click.command("try")
@click.argument("agency")
@click.option("--lang", default="ru", show_default=True, help="The language of the listing.")
@configured
@for_scripts
@click.pass_context
def try_(context: click.Context, agency: str, lang: str, config_file: Path | None, *, as_json: bool) -> None:
    """Read the first page of a listing; show what would be stored. Nothing is written.

    «Would be» says what a release is beside what is held: `history` was there before the first reading.

    \b
    Example:
      jarshy try economy --lang kk
    """
    from crawler.records import Misfit, Sighting

    config = read_config_without_secrets(config_file)
    known_agencies((agency,), config)
    languages((lang,))
    route, answer = asyncio.run(_read(config, agency, lang))
    sightings = [record for record in answer.records if isinstance(record, Sighting) and record.wording]
    misfits = [record for record in answer.records if isinstance(record, Misfit)]
    verdicts = _verdicts(config, sightings, agency=agency, lang=lang)
    if as_json:
        print_json(
            {
                "route": route,
                "outcome": answer.report.outcome,
                "reason": answer.report.reason,
                "releases": [
                    {
                        "source_id": seen.source_id,
                        "published_at": seen.wording.published_at,
                        "title": seen.wording.title,
                        "text": seen.wording.text,
                        "attachments": [attachment.url for attachment in seen.wording.attachments],
                        "would_be": verdicts[seen.source_id],
                    }
                    for seen in sightings
                    if seen.wording
                ],
                "forms": answer.report.forms,
                "kept_aside": [{"source_id": item.source_id, "reason": item.reason} for item in misfits],
            }
        )
    else:
        said = f"{agency}/{lang}: {OUTCOMES[answer.report.outcome]} (route {route}). {answer.report.reason}"
        click.echo(wrapped(said.strip()))
        if sightings:
            print_table(
                ("id", "date", "would be", "words", "title"),
                (
                    (
                        seen.source_id,
                        seen.wording.published_on,
                        verdicts[seen.source_id],
                        len(seen.wording.text.split()),
                        seen.wording.title,
                    )
                    for seen in sightings
                    if seen.wording
                ),
            )
        for item in misfits:
            click.echo(f"Would be kept aside: {item.source_id or 'an item'}: {item.reason}")
    if answer.report.outcome not in {"items", "empty"}:
        context.exit(1)


async def _read(config: Config, agency: str, lang: str) -> "tuple[str, Answer]":
    """What the first route says that is open, else what the last one says; and which it was."""
    from crawler.records import Order
    from monitor.ladder import OF_THE_PAIR, OF_THE_ROUTE
    from monitor.reach import PAGE_SIZE

    *others, last = config.portal.routes
    async with foreground_worker(config) as worker:
        for number, route in enumerate(others, 1):
            answer = await worker.read(Order(number, agency, lang, size=PAGE_SIZE, route=route))
            if answer.report.outcome not in OF_THE_ROUTE | OF_THE_PAIR:
                return route, answer
            click.echo(f"Route {route}: {OUTCOMES[answer.report.outcome]}. {answer.report.reason}", err=True)
        return last, await worker.read(Order(0, agency, lang, size=PAGE_SIZE, route=last))


def _verdicts(config: Config, sightings: "Sequence[Sighting]", *, agency: str, lang: str) -> dict[str, str]:
    """What each sighting would be, beside what is held: a kind of change, `history` or `unchanged`."""
    from monitor.detect import ListingHistory, detect
    from monitor.schedule import Listing
    from monitor.store.database import open_reader
    from monitor.store.held import known
    from monitor.store.listings import load_listing

    listing, held = Listing(agency, lang), {}
    if config.database.path.exists():
        db = open_reader(config.database.path)
        listing, held = load_listing(db, agency, lang), known(db, [seen.source_id for seen in sightings])
    history = ListingHistory(agency, lang, listing.watermark, listing.walked)
    words: dict[str, str] = {}
    now = utc_now()
    for seen in sightings:
        verdict = detect(held.get(seen.source_id), seen, history, now)
        words[seen.source_id] = (verdict and verdict.kind) or "unchanged"
        if verdict and verdict.baseline:
            words[seen.source_id] = "history"
    return words

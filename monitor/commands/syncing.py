"""`agencies --sync`: the portal's own directory is read, shown, and kept after a yes."""

import asyncio
import sys
from collections.abc import Mapping

import click

from monitor.commands.shared import foreground_worker, on_terminal, print_json, print_table, utc_now, wrapped
from monitor.config import Config
from monitor.errors import CrawlFailed
from monitor.portal_directory import LANGS, Difference, UnbelievableError, compare
from monitor.worker import CrawlWorker

Names = dict[str, Mapping[str, str]]
"""Language → slug → name."""


def sync(config: Config, *, yes: bool, as_json: bool) -> None:
    """Shows what the portal's directory says, and keeps it where somebody says yes.

    Raises CrawlFailed where it did not answer, or not in a way that can be believed; nothing is changed then.
    """
    from crawler.directory import agencies
    from monitor.store.database import open_store
    from monitor.store.directory import gone_in, keep_learned
    from monitor.store.listings import write_directory

    known, path = agencies(), config.database.path
    try:
        told = asyncio.run(_read(config))
        difference = compare(known, told, gone_before=gone_in(path))
    except UnbelievableError as error:
        raise CrawlFailed(f"{error}. Nothing was changed.") from error
    if not as_json:
        _show(difference, len(told["ru"]))
    applied = bool(difference) and (
        yes or (_somebody_there() and not as_json and click.confirm("Keep this?"))
    )
    if applied:
        db = open_store(path)
        keep_learned(db, difference.to_keep, gone=difference.gone, now=utc_now())
        write_directory(db, agencies().values(), followed=config.portal.agencies)
        db.conn.close()
    if as_json:
        print_json({**_as_value(difference), "agencies": len(told["ru"]), "applied": applied})
    elif applied:
        click.echo(f"Kept in {path}. A running daemon takes it up at its next start.")
    elif difference:
        click.echo("Nothing was changed; `jarshy agencies --sync --yes` keeps it.")


async def _read(config: Config) -> Names:
    """The portal's directory in each language: at most eight requests."""
    from crawler.directory import agencies
    from monitor.doctor.slug_field import MOST_QUESTIONS, names, next_fields, slug_field

    asked: list[tuple[str, ...]] = []
    errors: tuple[str, ...] = ()
    async with foreground_worker(config) as worker:
        rows = None
        while rows is None:
            fields = next_fields(asked, errors) if len(asked) < MOST_QUESTIONS else ()
            if not fields:
                said = f": {'; '.join(errors)[:300]}" if errors else ""
                raise UnbelievableError(f"the portal does not say what its slug field is called{said}")
            asked.append(fields)
            rows, errors = await _ask(worker, fields, lang="ru", number=len(asked))
        field = slug_field(rows, asked[-1], agencies())
        if field is None:
            raise UnbelievableError(f"none of the fields {', '.join(asked[-1])} holds slugs that are known")
        told: Names = {"ru": names(rows, field)}
        for number, lang in enumerate((each for each in LANGS if each != "ru"), len(asked) + 1):
            rows, errors = await _ask(worker, (field,), lang=lang, number=number)
            told[lang] = names(rows or [], field)
    return told


async def _ask(
    worker: CrawlWorker, fields: tuple[str, ...], *, lang: str, number: int
) -> tuple[list[Mapping[str, object]] | None, tuple[str, ...]]:
    """The rows of the directory, or what was complained of. Raises CrawlFailed where neither came."""
    from crawler.records import Probe
    from monitor.doctor.seen import seen
    from monitor.doctor.steps import directory
    from monitor.sentences import OUTCOMES

    asking = directory(fields, lang=lang)
    answer = await worker.read(
        Probe(number, asking.method, asking.path, asking.headers, body=asking.body, keep=asking.keep)
    )
    came = seen("directory", asking.method, asking.path, answer.answered, answer.report)
    rows = came.rows("projectdetails")
    if rows is None and not came.errors:
        why = came.reason or f"the answer (status {came.status}) holds no directory"
        raise CrawlFailed(f"{OUTCOMES[came.outcome]}: {why.rstrip('.')}. Nothing was changed.")
    return (None if rows is None else [dict(row) for row in rows]), came.errors


def _somebody_there() -> bool:
    return on_terminal() and sys.stdin.isatty()


def _show(difference: Difference, count: int) -> None:
    if not difference:
        click.echo(f"The portal's directory names {count} agencies; nothing in it is news.")
        return
    click.echo(
        wrapped(
            f"The portal's directory names {count} agencies: {len(difference.new)} new, {len(difference.renamed)} "
            f"renamed, {len(difference.gone)} gone, {len(difference.back)} back."
        )
    )
    rows = [("new", agency.slug, "", agency.name_ru) for agency in difference.new]
    for pair in difference.renamed:
        rows += [(f"renamed ({lang})", pair.after.slug, before, after) for lang, before, after in pair.names]
    rows += [("gone", agency.slug, agency.name_ru, "") for agency in difference.gone]
    rows += [("back", agency.slug, "", agency.name_ru) for agency in difference.back]
    print_table(("what", "slug", "known as", "the portal says"), rows)


def _as_value(difference: Difference) -> dict[str, object]:
    return {
        "new": [{"slug": each.slug, **{lang: each.name(lang) for lang in LANGS}} for each in difference.new],
        "renamed": [
            {
                "slug": pair.after.slug,
                "names": [{"lang": lang, "before": old, "after": new} for lang, old, new in pair.names],
            }
            for pair in difference.renamed
        ],
        "gone": [each.slug for each in difference.gone],
        "back": [each.slug for each in difference.back],
    }

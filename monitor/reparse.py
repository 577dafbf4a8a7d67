"""Reads kept items anew after an improvement of the code: no news comes of it, and nobody is told.

A page of wordings is read by the worker and stored in one transaction; whatever ends it in between, the next run goes
on where it stood, because a wording that the present code has read is not looked for again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from crawler.records import Misfit, Reparse, Sighting, Wording
from monitor.detect import content_of
from monitor.difference import difference
from monitor.errors import CrawlFailed
from monitor.store.database import Database, writing
from monitor.store.reparses import Kept, Scope, outdated, tells_apart, write_reading
from monitor.store.wordings import digest_of

if TYPE_CHECKING:
    from monitor.worker import Answer

AT_ONCE = 100
"""Wordings read and stored together."""


class Reader(Protocol):
    """Who reads items: the crawl worker."""

    async def read(self, order: Reparse) -> "Answer":
        """What the items say. Raises CrawlFailed."""


@dataclass(frozen=True, slots=True)
class Example:
    """A wording that is read differently."""

    source_id: str
    lang: str
    number: int
    fields: tuple[str, ...]
    """What of it differs to a reader; empty: white space, kinds of quotes and the like."""
    before: str
    after: str
    """The first words that differ; both empty where none do."""


@dataclass(slots=True)
class Tally:
    """What came of reading anew, or would."""

    read: int = 0
    differently: int = 0
    """Of those: wordings that say something else now."""
    redacted: int = 0
    without_item: int = 0
    """Whose item was never kept, or is kept no more."""
    unreadable: list[tuple[str, str, int, str]] = field(default_factory=list)
    """Release, language, number and reason: these stay as they are."""
    example: Example | None = None


async def reparse(
    db: Database,
    reader: Reader,
    scope: Scope,
    *,
    keep: bool,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _count: None,
) -> Tally:
    """Reads all wordings of `scope` anew, and stores what is read unless `keep` is false.

    `progress` hears how many are done, page by page. Raises CrawlFailed where the worker fails, and StoreError where
    the database cannot be written; what was stored before stays.
    """
    tally = Tally()
    after, number = 0, 0
    while page := outdated(db, scope, after=after, most=AT_ONCE):
        number += 1
        read = await _read(reader, number, page)
        if keep:
            with writing(db):
                for kept, readings in zip(page, read, strict=True):
                    if wordings := _wordings(readings):
                        write_reading(db, kept, wordings, now=now())
        for kept, readings in zip(page, read, strict=True):
            _count(tally, kept, readings)
        after = page[-1].revision_id
        progress(len(page))
    return tally


async def _read(reader: Reader, number: int, page: list[Kept]) -> list[list[Sighting | Misfit]]:
    """What the worker says of the items of each wording."""
    items = tuple(item for kept in page for item in kept.items)
    if not items:
        return [[] for _ in page]
    answer = await reader.read(Reparse(number, items))
    if len(answer.records) != len(items):
        said = f"{len(answer.records)} of {len(items)} kept items were read: {answer.report.reason}"
        raise CrawlFailed(said.rstrip(": "))
    records = iter(answer.records)
    return [[next(records) for _ in kept.items] for kept in page]


def _wordings(readings: list[Sighting | Misfit]) -> list[Wording]:
    """The readings of a wording; empty where one of them is none."""
    wordings = [seen.wording for seen in readings if isinstance(seen, Sighting) and seen.wording is not None]
    return wordings if len(wordings) == len(readings) else []


def _count(tally: Tally, kept: Kept, readings: list[Sighting | Misfit]) -> None:
    if not readings:
        tally.redacted += int(kept.redacted)
        tally.without_item += int(not kept.redacted)
        return
    wordings = _wordings(readings)
    if not wordings:
        reason = next((seen.reason for seen in readings if isinstance(seen, Misfit)), "no wording came back")
        tally.unreadable.append((kept.source_id, kept.lang, kept.number, reason))
        return
    tally.read += 1
    if kept.own_item and digest_of(wordings[0]) != kept.content_digest:
        tally.differently += 1
        tally.example = tally.example or _example(kept, wordings[0])
    elif tells_apart(kept, wordings):
        tally.differently += 1
        tally.example = tally.example or _example(kept, wordings[-1])


def _example(kept: Kept, said: Wording) -> Example:
    detail: dict[str, Any] = difference(kept.content, content_of(said))[1]
    [first] = detail.get("words", [])[:1] or [{"before": "", "after": ""}]
    return Example(
        kept.source_id, kept.lang, kept.number, tuple(detail["fields"]), first["before"], first["after"]
    )

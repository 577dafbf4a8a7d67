"""Searches: which current wordings answer a question, the newest or the fittest first; writes nothing."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.store.database import from_text
from monitor.store.looking import look
from monitor.store.narrowing import Narrowed as Narrowed  # noqa: PLC0414 it is named with the search
from monitor.store.relevance import fittest
from monitor.store.remembered import known
from monitor.words.expression import expressed
from monitor.words.question import Question

Order = Literal["date", "relevance"]


@dataclass(frozen=True, slots=True)
class Hit:
    """An edition that answers."""

    edition_id: int
    release_id: int
    source_id: str
    agency: str
    lang: str
    title: str
    status: str
    """`removed` also where the whole release is."""
    published_on: date | None
    published_at: datetime | None
    text: str
    revisions: int
    redacted: bool
    url: str = ""
    """The portal's address of the release, in this language."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, and how many there are of which sort."""

    hits: tuple[Hit, ...]
    total: int
    is_all: bool
    """False: only the newest were looked at, and there may be more."""
    by_agency: tuple[tuple[str, int], ...]
    """The most first."""
    by_month: tuple[tuple[str, int], ...]
    """Such as `2026-11`, the newest first."""


_SHOWN = """
    SELECT editions.id AS edition_id, editions.release_id, releases.source_id, releases.agency, editions.lang,
           editions.title, iif(releases.status = 'removed', 'removed', editions.status) AS status,
           releases.published_on, releases.published_at, editions.text, editions.revisions,
           releases.url || '?lang=' || editions.lang AS url,
           EXISTS (SELECT 1 FROM redactions WHERE redactions.release_id = releases.id) AS redacted
    FROM editions JOIN releases ON releases.id = editions.release_id
    WHERE editions.id IN (SELECT value FROM json_each(?))
"""


def search(
    db: Database, question: Question, narrowed: Narrowed, *, order: Order, first: int, size: int
) -> Found:
    """The hits from `first` on, at most `size`. Raises StoreError where the database cannot be read."""
    try:
        remembered = known(db)
        expression = expressed(question, remembered.spread)
        looked = look(db, expression, narrowed, remembered)
        seen = looked.seen if order == "date" else fittest(db, expression, looked)
        hits = _shown(db, [each.edition_id for each in seen[first : first + size]])
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be searched: {error}") from error
    agencies = Counter(each.agency for each in looked.seen)
    months = Counter(each.published_on[:7] for each in looked.seen if each.published_on)
    return Found(
        hits,
        len(looked.seen),
        is_all=looked.is_all,
        by_agency=tuple(sorted(agencies.items(), key=lambda each: (-each[1], each[0]))),
        by_month=tuple(sorted(months.items(), reverse=True)),
    )


def _shown(db: Database, ids: Sequence[int]) -> tuple[Hit, ...]:
    rows = {row["edition_id"]: row for row in db.query(_SHOWN, [json.dumps(ids)])}
    return tuple(_hit(rows[edition_id]) for edition_id in ids)


def _hit(row: dict[str, Any]) -> Hit:
    on, at = row["published_on"], row["published_at"]
    return Hit(
        **{
            **row,
            "published_on": date.fromisoformat(on) if on else None,
            "published_at": from_text(at) if at else None,
            "redacted": bool(row["redacted"]),
        }
    )

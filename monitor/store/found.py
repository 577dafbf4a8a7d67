"""Searches: which current wordings answer a question, the newest or the fittest first; writes nothing."""

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.store.database import from_text
from monitor.words.question import Question

Order = Literal["date", "relevance"]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of the history is searched; nothing named means all of it."""

    agencies: tuple[str, ...] = ()
    """With what they took over from; a release is looked for under its owner."""
    languages: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    """Days of publication, as the portal's zone has them; both are within."""
    status: Literal["any", "listed", "removed", "edited"] = "any"


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


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, and how many there are of which sort."""

    hits: tuple[Hit, ...]
    total: int
    is_all: bool
    """False: only the newest `total` hits were looked at, and there are more."""
    by_agency: tuple[tuple[str, int], ...]
    """The most first."""
    by_month: tuple[tuple[str, int], ...]
    """Such as `2026-11`, the newest first."""


_ALL = """
    WITH RECURSIVE line (slug) AS (
        SELECT value FROM json_each(:agencies)
        UNION SELECT agencies.slug FROM agencies JOIN line ON agencies.successor = line.slug)
    SELECT editions.id AS edition_id, editions.release_id, releases.source_id, releases.agency, editions.lang,
           editions.title, iif(releases.status = 'removed', 'removed', editions.status) AS status,
           releases.published_on, releases.published_at, editions.text, editions.revisions,
           EXISTS (SELECT 1 FROM redactions WHERE redactions.release_id = releases.id) AS redacted
    FROM editions JOIN releases ON releases.id = editions.release_id
    WHERE (:agencies = '[]' OR releases.agency IN (SELECT slug FROM line))
      AND (:languages = '[]' OR editions.lang IN (SELECT value FROM json_each(:languages)))
      AND (:since IS NULL OR releases.published_on >= :since)
      AND (:until IS NULL OR releases.published_on <= :until)
    ORDER BY coalesce(iif(releases.date_doubt IS NULL, releases.published_at, NULL), releases.first_seen_at) DESC,
             editions.id DESC
"""


def search(
    db: Database, question: Question, narrowed: Narrowed, *, order: Order, first: int, size: int
) -> Found:
    """The hits from `first` on, at most `size`. Raises StoreError where the database cannot be read."""
    try:
        rows = list(
            db.query(
                _ALL,
                {
                    "agencies": json.dumps(narrowed.agencies),
                    "languages": json.dumps(narrowed.languages),
                    "since": narrowed.since and narrowed.since.isoformat(),
                    "until": narrowed.until and narrowed.until.isoformat(),
                },
            )
        )
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be searched: {error}") from error
    hits = [_hit(row) for row in rows if question.holds(row["title"], row["text"])]
    agencies = Counter(hit.agency for hit in hits)
    months = Counter(f"{hit.published_on:%Y-%m}" for hit in hits if hit.published_on)
    return Found(
        tuple(hits[first : first + size]),
        len(hits),
        is_all=True,
        by_agency=tuple(agencies.most_common()),
        by_month=tuple(sorted(months.items(), reverse=True)),
    )


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

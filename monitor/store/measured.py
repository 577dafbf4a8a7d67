"""What is counted in the database when somebody asks for metrics: by indexes and from row ids on, never by looking
through all that is held. Decides nothing, writes nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.records import Outcome
from monitor.changes import Kind
from monitor.rhythm import Key
from monitor.store.database import from_text, to_text

MOST_ROWS = 5_000
"""That are looked at in one go: after weeks without a question the answers catch up in a few."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Up to which row what grows has been counted."""

    reading: int
    change: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One order that has ended."""

    route: str
    outcome: Outcome
    seconds: float
    """From handing it to the worker until what it brought was stored."""
    bytes: int


@dataclass(frozen=True, slots=True)
class Noticed:
    """One change that was news."""

    kind: Kind
    delay: float | None
    """Seconds from publication to first sight; None where the portal's date does not tell the minute, or is
    doubtful, and for whatever is no publication."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What waits to be told, at one stage."""

    count: int
    since: datetime | None
    """When the oldest of it could first have gone on; None: there is none."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What is held and owed at one moment."""

    releases: int
    editions: int
    revisions: int
    quarantined: int
    waiting: Owed
    """In no message yet: for further copies, a digest, the end of quiet hours."""
    booked: Owed
    """In a message that is being sent, or will be tried again."""
    last_reading: datetime | None
    """When the newest good reading of any listing began."""
    failing: int
    """Of the listings asked about, those whose last readings failed."""
    overdue: int
    """Of them, those that should have been read by the moment asked about and were not."""


def marks(db: Database) -> Marks:
    """The newest rows."""
    reading, change = db.execute(
        "SELECT coalesce((SELECT max(id) FROM crawls), 0), coalesce((SELECT max(id) FROM changes), 0)"
    ).fetchone()
    return Marks(reading, change)


def readings_after(db: Database, last: int) -> tuple[int, list[Reading]]:
    """The orders that ended since that row, but not too many at once, and up to which row they go."""
    rows = db.execute(
        """
        SELECT id, route, outcome, started_at, finished_at, bytes FROM crawls
        WHERE id > ? AND outcome IS NOT NULL AND finished_at IS NOT NULL ORDER BY id LIMIT ?
        """,
        [last, MOST_ROWS],
    ).fetchall()
    found = [
        Reading(route, outcome, _seconds(began, ended), size)
        for _, route, outcome, began, ended, size in rows
    ]
    return (rows[-1][0] if rows else last), found


def noticed_after(db: Database, last: int) -> tuple[int, list[Noticed]]:
    """The changes noticed since that row, without baselines and not too many at once, and up to which row they go."""
    rows = db.execute(
        """
        SELECT changes.id, kind, at,
               -- As it was first shown. The view of that name would be made whole for this.
               CASE WHEN kind <> 'published' THEN NULL
                    WHEN first.release_id IS NULL
                    THEN iif(releases.published_precision = 'minute' AND releases.date_doubt IS NULL,
                             releases.published_at, NULL)
                    ELSE iif(first.published_precision = 'minute' AND first.date_doubt IS NULL,
                             first.published_at, NULL) END
        FROM changes INDEXED BY changes_told
        JOIN releases ON releases.id = changes.release_id
        LEFT JOIN first_dates AS first ON first.release_id = changes.release_id
        WHERE changes.id > ? AND baseline = 0 ORDER BY changes.id LIMIT ?
        """,
        [last, MOST_ROWS],
    ).fetchall()
    found = [Noticed(kind, _seconds(published, at) if published else None) for _, kind, at, published in rows]
    return (rows[-1][0] if rows else last), found


def stock(db: Database, followed: Sequence[Key], *, due_before: datetime) -> Stock:
    """What is held, owed and behind its time; of listings those that are followed count."""
    # Of these no row is ever deleted, so the last one says how many there are; to count a million takes a while.
    releases, editions, revisions = db.execute(
        """
        SELECT coalesce((SELECT max(id) FROM releases), 0), coalesce((SELECT max(id) FROM editions), 0),
               coalesce((SELECT max(id) FROM revisions), 0)
        """
    ).fetchone()
    (quarantined,) = db.execute("SELECT count(*) FROM quarantine").fetchone()
    (last_reading,) = db.execute("SELECT max(read_at) FROM due").fetchone()
    wanted = set(followed)
    failing = db.execute("SELECT agency, lang FROM listings WHERE failures > 0").fetchall()
    overdue = db.execute("SELECT agency, lang FROM due WHERE due_at < ?", [to_text(due_before)]).fetchall()
    return Stock(
        releases=releases,
        editions=editions,
        revisions=revisions,
        quarantined=quarantined,
        waiting=_owed(db, booked=False),
        booked=_owed(db, booked=True),
        last_reading=from_text(last_reading) if last_reading else None,
        failing=len(wanted & set(failing)),
        overdue=len(wanted & set(overdue)),
    )


def noticed_at(db: Database, deliveries: Sequence[int]) -> list[datetime]:
    """When that was noticed which these deliveries tell."""
    rows = db.execute(
        """
        SELECT coalesce(changes.at, health.at) FROM deliveries
        LEFT JOIN changes ON changes.id = change_id LEFT JOIN health ON health.id = health_id
        WHERE deliveries.id IN (SELECT value FROM json_each(?))
        """,
        [json.dumps(list(deliveries))],
    )
    return [from_text(at) for (at,) in rows]


def _owed(db: Database, *, booked: bool) -> Owed:
    stage = "form IS NOT NULL" if booked else "form IS NULL"
    count, first = db.execute(
        f"SELECT count(*), min(id) FROM deliveries WHERE state = 'owed' AND {stage}"  # noqa: S608 words of ours
    ).fetchone()
    if first is None:
        return Owed(0, None)
    (since,) = db.execute(
        """
        SELECT coalesce(booked_at, changes.at, health.at) FROM deliveries
        LEFT JOIN changes ON changes.id = change_id LEFT JOIN health ON health.id = health_id
        WHERE deliveries.id = ?
        """,
        [first],
    ).fetchone()
    return Owed(count, from_text(since))


def _seconds(began: str, ended: str) -> float:
    """Not by `from_text`: what is looked at once would drive out what every reading asks for again."""
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()

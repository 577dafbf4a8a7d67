"""Answers what the page of the present state asks besides totals: readings, what is owed, audits, the schema."""

from collections import Counter
from datetime import datetime, timedelta

from sqlite_utils import Database

from crawler.records import Outcome
from monitor.store.database import from_text, to_text

_DAY = timedelta(days=1)


def outcomes_of_last_day(db: Database, *, now: datetime) -> Counter[Outcome]:
    """How many readings ended in the day before `now`, by outcome."""
    # From the end back to the first row of the day before: readings have no index by time.
    rows = db.execute(
        """
        SELECT outcome, count(*) FROM crawls
        WHERE id > coalesce((SELECT id FROM crawls WHERE finished_at <= :since ORDER BY id DESC LIMIT 1), 0)
          AND finished_at > :since AND outcome IS NOT NULL GROUP BY outcome
        """,
        {"since": to_text(now - _DAY)},
    )
    return Counter(dict(rows.fetchall()))


def oldest_owed(db: Database) -> datetime | None:
    """Since when the message is owed that is owed the longest; None where none is."""
    row = db.execute(
        """
        SELECT coalesce(changes.at, health.at)
        FROM (SELECT min(id) AS id FROM deliveries WHERE state = 'owed') AS first
        JOIN deliveries ON deliveries.id = first.id
        LEFT JOIN changes ON changes.id = change_id LEFT JOIN health ON health.id = health_id
        """
    ).fetchone()
    return from_text(row[0]) if row and row[0] else None


def last_audit(db: Database) -> datetime | None:
    """When an audit last came to its end; None where none did."""
    (finished,) = db.execute("SELECT max(finished_at) FROM audits WHERE listed IS NOT NULL").fetchone()
    return from_text(finished) if finished else None


def schema(db: Database) -> str:
    """The name of the last migration."""
    row = db.execute("SELECT name FROM _sqlite_migrations ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""

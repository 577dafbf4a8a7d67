"""Keeps the file in shape while the daemon runs: old rows of `crawls` go, plans stay true, the log is given back."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.store.database import to_text, writing

KEPT = timedelta(days=400)
"""How long every reading is remembered; a year can be compared with the one before."""


def tidy(db: Database, *, now: datetime) -> None:
    """Cheap enough for every few hours."""
    forget_readings(db, before=now - KEPT)
    db.execute("PRAGMA optimize")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def forget_readings(db: Database, *, before: datetime) -> int:
    """Deletes the rows of `crawls` from before that moment that nothing needs any more; how many those were.

    What stays: the readings that prove a suspicion or a removal; of those that covered a place in a listing the
    last one; and of each listing the last reading and the last that succeeded.
    """
    with writing(db):
        db.execute(
            """
            WITH old AS (
                SELECT id, agency, lang, finished_at, outcome, covered_to FROM crawls
                WHERE id < coalesce((SELECT id FROM crawls WHERE started_at >= :before ORDER BY id LIMIT 1), 0)
            ),
            covering AS (
                SELECT id, covered_to, min(covered_to) OVER (
                    PARTITION BY agency, lang ORDER BY finished_at DESC, id DESC
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS covered_since
                FROM old WHERE covered_to IS NOT NULL
            )
            DELETE FROM crawls
            WHERE id IN (
                SELECT id FROM old WHERE covered_to IS NULL
                UNION ALL SELECT id FROM covering WHERE covered_since <= covered_to
            )
            AND id NOT IN (
                SELECT max(id) FROM old GROUP BY agency, lang
                UNION ALL
                SELECT max(id) FROM old WHERE outcome IN ('items', 'unchanged', 'empty') GROUP BY agency, lang
                UNION ALL
                SELECT proof.value ->> '$.crawl'
                FROM absences JOIN json_each(absences.evidence) AS proof
                UNION ALL
                SELECT proof.value ->> '$.crawl'
                FROM changes
                JOIN json_each(changes.detail, '$.evidence') AS copy
                JOIN json_each(copy.value, '$.readings') AS proof
                WHERE changes.kind IN ('removed', 'moved')
                UNION ALL
                SELECT crawl.value
                FROM changes
                JOIN json_each(changes.detail, '$.evidence') AS copy
                JOIN json_each(copy.value, '$.crawls') AS crawl
                WHERE changes.kind = 'removed'
            )
            """,
            {"before": to_text(before)},
        )
        (gone,) = db.execute("SELECT changes()").fetchone()
    return int(gone)

"""Walks what was noticed in a time that has passed, for trying a rule on it. Writes nothing.

Only ids are gathered beforehand, eight bytes each; what they stand for is loaded piece by piece by who asks.
"""

import json
from array import array
from collections.abc import Collection
from datetime import datetime

from sqlite_utils import Database

from monitor.store.database import from_text, to_text

_PIECE = 5000
"""Changes looked at in one step. A clock that was wrong for no longer than that hides nothing."""


def noticed(db: Database, *, since: datetime, until: datetime) -> "array[int]":
    """Ids of what was noticed as news in that time, the newest first.

    The journal is walked back from its end until a whole piece of it lies before that time, so that the length of
    the history costs nothing.
    """
    first, last = to_text(since), to_text(until)
    found = array("q")
    below = 1 << 62
    while rows := db.execute(
        "SELECT id, at FROM changes WHERE baseline = 0 AND id < ? ORDER BY id DESC LIMIT ?", [below, _PIECE]
    ).fetchall():
        found.extend(change_id for change_id, at in rows if first <= at <= last)
        if all(at < first for _, at in rows):
            break
        below = rows[-1][0]
    return found


def history(db: Database, *, since: datetime, until: datetime) -> "array[int]":
    """Ids of what was history when it was first read and was published in that time, the newest first."""
    rows = db.execute(
        """
        SELECT changes.id
        FROM (SELECT DISTINCT lang FROM editions) AS langs
        CROSS JOIN editions INDEXED BY editions_by_date
            ON editions.lang = langs.lang AND editions.published_at BETWEEN ? AND ?
        CROSS JOIN changes ON changes.release_id = editions.release_id AND changes.edition_id = editions.id
        WHERE changes.baseline = 1 AND changes.kind IN ('published', 'translated')
        ORDER BY editions.published_at DESC, changes.id DESC
        """,
        [to_text(since), to_text(until)],
    )
    return array("q", (change_id for (change_id,) in rows))


def releases_of(db: Database, change_ids: Collection[int]) -> dict[int, int]:
    """The release (its key in the database) that each of these changes is of."""
    return dict(
        db.execute(
            "SELECT id, release_id FROM changes WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(change_ids))],
        ).fetchall()
    )


def copies_held(db: Database, release_ids: Collection[int]) -> dict[int, tuple[tuple[str, datetime], ...]]:
    """The languages of these releases, and since when the portal was seen to have each copy."""
    held: dict[int, tuple[tuple[str, datetime], ...]] = {}
    rows = db.execute(
        "SELECT release_id, lang, first_seen_at FROM editions "
        "WHERE first_seen_at IS NOT NULL AND release_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        [json.dumps(list(release_ids))],
    )
    for release_id, lang, since in rows:
        held[release_id] = (*held.get(release_id, ()), (lang, from_text(since)))
    return held


def health_events(db: Database, *, since: datetime, until: datetime) -> int:
    """How many notices of health there were in that time."""
    (count,) = db.execute(
        "SELECT count(*) FROM health WHERE at BETWEEN ? AND ?", [to_text(since), to_text(until)]
    ).fetchone()
    return int(count)

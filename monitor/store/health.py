"""What is wrong and what was: the append-only table `health`. Decides nothing."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.store.database import from_text, to_text
from monitor.troubles import HealthEvent, HealthKind


def open_troubles(db: Database) -> list[HealthEvent]:
    """Those that have begun and are not over, the oldest first."""
    rows = db.query("SELECT * FROM health WHERE id IN (SELECT max(id) FROM health GROUP BY key) AND over = 0")
    return [_event(row) for row in rows]


def load_event(db: Database, event_id: int) -> HealthEvent:
    """One event by its id."""
    return _event(next(iter(db.query("SELECT * FROM health WHERE id = ?", [event_id]))))


def is_open(db: Database, key: str) -> bool:
    """Whether this trouble has begun and is not over."""
    row = db.execute("SELECT over FROM health WHERE key = ? ORDER BY id DESC LIMIT 1", [key]).fetchone()
    return row is not None and row[0] == 0


def write_event(
    db: Database,
    *,
    key: str,
    kind: HealthKind,
    is_over: bool,
    agency: str | None,
    lang: str | None,
    detail: Mapping[str, Any],
    now: datetime,
) -> HealthEvent:
    """Adds an event, inside the caller's transaction; moments in `detail` become text."""
    cursor = db.execute(
        "INSERT INTO health (uid, at, key, kind, over, agency, lang, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            str(uuid.uuid4()),
            to_text(now),
            key,
            kind,
            int(is_over),
            agency,
            lang,
            json.dumps(detail, ensure_ascii=False, default=_text),
        ],
    )
    return load_event(db, int(cursor.lastrowid or 0))


def _event(row: Mapping[str, Any]) -> HealthEvent:
    return HealthEvent(
        id=row["id"],
        uid=row["uid"],
        at=from_text(row["at"]),
        key=row["key"],
        kind=row["kind"],
        over=bool(row["over"]),
        agency=row["agency"],
        lang=row["lang"],
        detail=json.loads(row["detail"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is no part of a detail")
    return to_text(value)

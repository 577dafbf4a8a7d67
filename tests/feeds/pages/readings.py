"""Rows that say how listings were read, as the watch leaves them."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from monitor.store.database import to_text
from monitor.store.due import note_reading
from tests.feeds.conftest import Stored
from tests.feeds.pages.conftest import LATER

AGO = LATER - timedelta(minutes=5)


def listed(stored: Stored, agency: str, lang: str, **columns: Any) -> None:
    """A listing whose first reading has ended."""
    stored._agency(agency)
    row = {"agency": agency, "lang": lang, "route": "rest", "walked_at": to_text(AGO)} | columns
    insert(stored, "listings", row)


def read(
    stored: Stored, agency: str, lang: str, outcome: str = "items", at: datetime = AGO, **columns: Any
) -> None:
    """One reading of its first page."""
    row = {
        "started_at": to_text(at),
        "finished_at": to_text(at),
        "agency": agency,
        "lang": lang,
        "page": 1,
        "purpose": "ordinary",
        "route": "rest",
        "outcome": outcome,
        "next_at": to_text(at + timedelta(minutes=30)),
    }
    note_reading(stored.db, insert(stored, "crawls", row | columns))


def audited(stored: Stored, agency: str, lang: str, **columns: Any) -> None:
    """An audit that found everything."""
    row = {
        "agency": agency,
        "lang": lang,
        "started_at": to_text(AGO),
        "finished_at": to_text(AGO),
        "outcome": "items",
        "listed": 40,
        "held": 40,
        "missing": 0,
        "extra": 0,
        "pages": 2,
        "requests": 2,
    }
    insert(stored, "audits", row | columns)


def insert(stored: Stored, table: str, row: dict[str, Any]) -> int:
    """A row of any table; its id."""
    marks = ", ".join(f":{name}" for name in row)
    cursor = stored.db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row)
    return int(cursor.lastrowid or 0)


def trouble(stored: Stored, kind: str, key: str, agency: str | None = None, **detail: Any) -> None:
    """Something is wrong and was told."""
    row = {
        "uid": str(uuid.uuid4()),
        "at": to_text(AGO),
        "key": key,
        "kind": kind,
        "over": 0,
        "agency": agency,
        "lang": "ru" if kind == "listing" else None,
        "detail": json.dumps(detail, ensure_ascii=False),
    }
    insert(stored, "health", row)

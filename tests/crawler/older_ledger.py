"""A program from before budgets held in any 24 hours: how it read and wrote the ledger, word for word."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.ledger.moments import Moment

FIELDS = {"last", "in_flight", "closed_at", "closed_for", "delay", "by", "waiting", "days"}
BYTES = 1024


def read(file: Path) -> dict[str, Any] | None:
    """What it makes of the file; None: it cannot read it, and would begin anew."""
    text = file.read_bytes()[: 4 * BYTES] if file.exists() else b""
    try:
        told: dict[str, Any] = json.loads(text)
    except ValueError:
        return None
    if told.pop("jarshy_ledger") != 1 or set(told) != FIELDS:
        return None
    days = {str(datetime.fromisoformat(day).date()): int(count) for day, count in told["days"].items()}
    return {**told, "days": days}


def ask(file: Path, now: Moment) -> None:
    """One request and its answer."""
    empty: dict[str, Any] = dict.fromkeys(FIELDS, 0) | {"closed_at": None, "days": {}}
    told = read(file) or empty
    days = {day: count for day, count in told["days"].items() if day <= now.day}
    days[now.day] = days.get(now.day, 0) + 1
    last = {"boot": now.boot, "ticks": now.ticks, "wall": now.wall}
    told |= {"last": last, "in_flight": False, "by": 9, "waiting": 0, "days": days}
    text = json.dumps({"jarshy_ledger": 1, **told}, separators=(",", ":")).encode().ljust(BYTES - 1) + b"\n"
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT)
    os.pwrite(descriptor, text, 0)
    os.close(descriptor)

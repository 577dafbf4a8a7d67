"""The line of each address: which of its messages comes next, that it is being sent, and what became of it.

A message is one delivery to a program, and one or several to a person; it is begun, marked and repeated as a whole.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from sqlite_utils import Database

from monitor.changes import Kind, Weight
from monitor.store.database import from_text, to_text, writing
from monitor.waiting import Form

_INTERRUPTED = "the attempt was interrupted"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One change or trouble of which one address is told."""

    id: int
    change_id: int | None
    health_id: int | None
    """One of both."""
    rules: tuple[str, ...]
    """Names of the rules because of which it is owed."""
    told_as: Kind | Literal["health"]
    """What the change is to this reader."""
    weight: Weight
    release: "AsOwed | None"
    """None to a person, who reads what is known by then."""


@dataclass(frozen=True, slots=True)
class AsOwed:
    """What may become otherwise of a release between two attempts, as it was when a program was owed word of it."""

    agency: str
    url: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Booked:
    """One message in the line of an address, with all that stands in it."""

    id: str
    """The same at every attempt."""
    address_key: str
    address_shown: str
    form: Form | Literal["change", "health"]
    part: int
    parts: int
    """Of a list that one message cannot hold."""
    attempts: int
    """Those that were begun so far."""
    next_attempt_at: datetime | None
    """None: at once."""
    deliveries: tuple[Delivery, ...]

    def due(self, now: datetime, *, longest: timedelta) -> bool:
        """Whether it may be attempted by now; what lies further ahead than any pause was set by a wrong clock."""
        return self.next_attempt_at is None or not now < self.next_attempt_at <= now + longest


def next_messages(db: Database, address_key: str, *, program: bool, most: int = 1) -> list[Booked]:
    """The first messages in the line of an address, in their order; of a person's never more than one."""
    if program:
        rows = db.query(
            "SELECT * FROM deliveries WHERE address_key = ? AND state = 'owed' AND form IS NOT NULL "
            "ORDER BY id LIMIT ?",
            [address_key, most],
        )
        return [_booked([row]) for row in rows]
    # What was begun is ended first; what is booked at one time keeps the order of its parts.
    rows = db.query(
        """
        SELECT * FROM deliveries WHERE state = 'owed' AND message_id = (
            SELECT message_id FROM deliveries WHERE address_key = ? AND state = 'owed' AND form IS NOT NULL
            ORDER BY attempts > 0 DESC, booked_at, part, id LIMIT 1
        ) ORDER BY id
        """,
        [address_key],
    )
    found = list(rows)
    return [_booked(found)] if found else []


def told_of(db: Database, message: Booked) -> list[tuple[str, str]]:
    """What stands in a message: the portal's id of each release, and the uid of the change."""
    ids = [delivery.change_id for delivery in message.deliveries if delivery.change_id is not None]
    if not ids:
        return []
    rows = db.execute(
        """
        SELECT releases.source_id, changes.uid FROM changes JOIN releases ON releases.id = changes.release_id
        WHERE changes.id IN (SELECT value FROM json_each(?)) ORDER BY changes.id
        """,
        [json.dumps(ids)],
    )
    return [(str(source_id), str(uid)) for source_id, uid in rows]


def deliveries_of(db: Database, ids: Sequence[int]) -> list[Delivery]:
    """The deliveries of these ids, in the order of the journal."""
    rows = db.query(
        "SELECT * FROM deliveries WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        [json.dumps(list(ids))],
    )
    return [_delivery(row) for row in rows]


def part_before(db: Database, message: Booked) -> list[Delivery]:
    """What stands in the part of a list before this one."""
    rows = db.query(
        """
        SELECT others.* FROM deliveries AS this JOIN deliveries AS others
            ON others.address_key = this.address_key AND others.booked_at = this.booked_at
        WHERE this.id = ? AND others.part = this.part - 1 AND others.form = this.form ORDER BY others.id
        """,
        [message.deliveries[0].id],
    )
    return [_delivery(row) for row in rows]


def begin(db: Database, message: Booked, *, until: datetime) -> bool:
    """Counts an attempt before it is made; False where somebody else touched the message since it was read.

    Until it is marked, it counts as one that failed, to be repeated at `until`. So a disk that takes no mark
    sends nothing again and again, and a message that kills the process is not tried for ever.
    """
    with writing(db):
        cursor = db.execute(
            "UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = ?, error = ? "
            "WHERE id IN (SELECT value FROM json_each(?)) AND state = 'owed' AND attempts = ? AND message_id = ?",
            [to_text(until), _INTERRUPTED, _ids(message), message.attempts, message.id],
        )
    return bool(cursor.rowcount == len(message.deliveries))


def mark_sent(db: Database, message: Booked, *, answer: str, now: datetime) -> None:
    """The receiver has taken it; `answer` is what it said."""
    _mark(db, message, state="sent", sent_at=to_text(now), next_attempt_at=None, answer=answer, error=None)


def mark_retry(
    db: Database, message: Booked, *, next_attempt_at: datetime, error: str, counts: bool = True
) -> None:
    """An attempt failed; there will be another. Where it never came to this message, it does not count as one."""
    attempts = message.attempts + counts
    _mark(db, message, state="owed", attempts=attempts, next_attempt_at=to_text(next_attempt_at), error=error)


def mark_failed(db: Database, message: Booked, *, error: str) -> None:
    """An attempt failed for good; the rows stay as a record of what was not delivered, and why."""
    _mark(db, message, state="failed", next_attempt_at=None, error=error)


def _mark(db: Database, message: Booked, **values: str | int | None) -> None:
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    with writing(db):
        db.execute(
            f"UPDATE deliveries SET {assignments} "  # noqa: S608 columns of ours
            "WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'owed'",
            {**values, "ids": _ids(message)},
        )


def _ids(message: Booked) -> str:
    return json.dumps([delivery.id for delivery in message.deliveries])


def _booked(rows: Sequence[dict[str, Any]]) -> Booked:
    first, moment = rows[0], rows[0]["next_attempt_at"]
    return Booked(
        id=first["message_id"],
        address_key=first["address_key"],
        address_shown=first["address_shown"],
        form=first["form"],
        part=first["part"] or 1,
        parts=first["parts"] or 1,
        attempts=first["attempts"],
        next_attempt_at=from_text(moment) if moment else None,
        deliveries=tuple(_delivery(row) for row in rows),
    )


def _delivery(row: dict[str, Any]) -> Delivery:
    return Delivery(
        id=row["id"],
        change_id=row["change_id"],
        health_id=row["health_id"],
        rules=names_of(row["rules"]),
        told_as=row["told_as"],
        weight=row["weight"],
        release=_as_owed(json.loads(row["release"])) if row["release"] else None,
    )


def _as_owed(release: dict[str, str | None]) -> AsOwed:
    at = release["published_at"]
    return AsOwed(str(release["agency"]), str(release["url"]), from_text(at) if at else None)


@lru_cache(maxsize=256)
def names_of(rules: str) -> tuple[str, ...]:
    """The names of rules as they are stored."""
    return tuple(json.loads(rules))

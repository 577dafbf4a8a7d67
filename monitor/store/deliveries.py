"""What is owed to whom because of a change, and what became of it. Sends nothing, decides nothing.

Each address has its own line, in the order of the journal: only the first that is still owed may be sent.
"""

import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlite_utils import Database

from monitor.changes import Kind, Weight
from monitor.rules import Owed
from monitor.store.database import from_text, to_text, writing

State = Literal["owed", "sent", "failed", "dropped"]
STATES: tuple[State, ...] = get_args(State)

_HEADS = """
    SELECT deliveries.* FROM deliveries
    JOIN (SELECT min(id) AS id FROM deliveries WHERE state = 'owed' GROUP BY address_key) USING (id)
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to one address."""

    id: int
    change_id: int
    rules: tuple[str, ...]
    """Names of the rules because of which it is owed."""
    address_key: str
    address_shown: str
    message_id: str
    """The same at every attempt."""
    told_as: Kind
    """What the change is to this reader."""
    weight: Weight
    attempts: int
    """Those that were begun so far."""
    next_attempt_at: datetime | None
    """None: at once."""


def owe(db: Database, change_id: int, owed: Owed) -> None:
    """Owes one address a message because of a change, inside the transaction that writes the change."""
    with writing(db):
        (uid,) = db.execute("SELECT uid FROM changes WHERE id = ?", [change_id]).fetchone()
        db.execute(
            "INSERT INTO deliveries "
            "(change_id, rules, address_key, address_shown, message_id, told_as, weight, form) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                change_id,
                json.dumps(owed.rules, ensure_ascii=False),
                owed.address.key,
                owed.address.shown,
                str(uuid.uuid5(uuid.UUID(uid), owed.address.key)),
                owed.kind,
                owed.weight,
                None if owed.address.person else "change",
            ],
        )


def has_heard_of_mass(db: Database, address_key: str, mark: str, *, since: datetime) -> bool:
    """Whether an address is owed, or was sent, a message of a change of that mass since that moment."""
    row = db.execute(
        """
        SELECT 1 FROM changes INDEXED BY changes_in_mass
        JOIN deliveries ON deliveries.change_id = changes.id AND deliveries.address_key = ?
        WHERE changes.detail ->> '$.mass.mark' = ? AND changes.at > ? LIMIT 1
        """,
        [address_key, mark, to_text(since)],
    ).fetchone()
    return row is not None


def due(db: Database, now: datetime) -> list[Delivery]:
    """The first delivery of each address's line, where it may be attempted by now."""
    return [head for head in _heads(db) if head.next_attempt_at is None or head.next_attempt_at <= now]


def next_of(db: Database, address_key: str, now: datetime) -> Delivery | None:
    """The first delivery of one address's line, if it may be attempted by now."""
    rows = db.query(
        "SELECT * FROM deliveries WHERE address_key = ? AND state = 'owed' ORDER BY id LIMIT 1", [address_key]
    )
    head = next((_delivery(row) for row in rows), None)
    return head if head and (head.next_attempt_at is None or head.next_attempt_at <= now) else None


def next_attempt_at(db: Database, now: datetime, *, except_for: Collection[str] = ()) -> datetime | None:
    """When something may next be attempted (`now` at the earliest); None where nothing is owed.

    `except_for`: keys of addresses that are being served.
    """
    heads = (head for head in _heads(db) if head.address_key not in except_for)
    return min((max(head.next_attempt_at or now, now) for head in heads), default=None)


def begin(db: Database, delivery: Delivery, *, until: datetime) -> bool:
    """Books an attempt before it is made; False where somebody else began one since `delivery` was read.

    Until it is marked, it counts as one that failed, to be repeated at `until`. So a disk that takes no mark
    sends nothing again and again, and a message that kills the process is not tried for ever.
    """
    with writing(db):
        cursor = db.execute(
            "UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = ?, error = ? "
            "WHERE id = ? AND state = 'owed' AND attempts = ?",
            [to_text(until), "the attempt was interrupted", delivery.id, delivery.attempts],
        )
    return bool(cursor.rowcount == 1)


def mark_sent(db: Database, delivery: Delivery, *, answer: str, now: datetime) -> None:
    """The receiver has taken it; `answer` is what it said."""
    with writing(db):
        _mark(db, delivery, "sent", sent_at=to_text(now), next_attempt_at=None, answer=answer, error=None)


def mark_retry(db: Database, delivery: Delivery, *, next_attempt_at: datetime, error: str) -> None:
    """An attempt failed; there will be another."""
    with writing(db):
        _mark(db, delivery, "owed", next_attempt_at=to_text(next_attempt_at), error=error)


def mark_failed(db: Database, delivery: Delivery, *, error: str) -> None:
    """An attempt failed for good; the row stays as a record of what was not delivered, and why."""
    with writing(db):
        _mark(db, delivery, "failed", next_attempt_at=None, error=error)


def drop_addresses_not_in(db: Database, keys: Collection[str], *, reason: str) -> int:
    """Drops what is owed to any other address than these; how many deliveries that were."""
    with writing(db):
        return db.execute(
            "UPDATE deliveries SET state = 'dropped', next_attempt_at = NULL, error = ? "
            "WHERE state = 'owed' AND address_key NOT IN (SELECT value FROM json_each(?))",
            [reason, json.dumps(sorted(keys))],
        ).rowcount


def counts(db: Database) -> dict[State, int]:
    """How many deliveries are in each state."""
    found = dict(db.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())
    return {state: found.get(state, 0) for state in STATES}


def _heads(db: Database) -> list[Delivery]:
    return [_delivery(row) for row in db.query(_HEADS)]


def _mark(db: Database, delivery: Delivery, state: State, **values: str | None) -> None:
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    db.execute(
        f"UPDATE deliveries SET state = :state, {assignments} "  # noqa: S608 columns of ours
        "WHERE id = :id AND state = 'owed'",
        {**values, "state": state, "id": delivery.id},
    )


def _delivery(row: dict[str, Any]) -> Delivery:
    moment = row["next_attempt_at"]
    return Delivery(
        id=row["id"],
        change_id=row["change_id"],
        rules=tuple(json.loads(row["rules"])),
        address_key=row["address_key"],
        address_shown=row["address_shown"],
        message_id=row["message_id"],
        told_as=row["told_as"],
        weight=row["weight"],
        attempts=row["attempts"],
        next_attempt_at=from_text(moment) if moment else None,
    )

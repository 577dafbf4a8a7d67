"""What is owed to whom because of a change or a trouble, and how much of it there is. Sends nothing, decides nothing.

How a line is served stands in `lines`, what waits to be put together in `waiting`.
"""

import json
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal, get_args

from sqlite_utils import Database

from monitor.addresses import Address
from monitor.rules import Owed
from monitor.store.database import to_text, writing

State = Literal["owed", "sent", "failed", "dropped"]
STATES: tuple[State, ...] = get_args(State)
_OWED_OF = """
    SELECT uid, json_object('agency', agency, 'url', url, 'published_at', published_at)
    FROM changes JOIN releases ON releases.id = release_id WHERE changes.id = ?
"""


def owe(db: Database, change_id: int, owed: Owed) -> None:
    """Owes one address word of a change, inside the transaction that writes the change.

    To a program that is a message, which says of the release what holds now; to a person it waits until it is
    decided what stands in one.
    """
    with writing(db):
        uid, release = db.execute(_OWED_OF, [change_id]).fetchone()
        db.execute(
            "INSERT INTO deliveries "
            "(change_id, rules, address_key, address_shown, message_id, told_as, weight, form, release) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                change_id,
                json.dumps(owed.rules, ensure_ascii=False),
                owed.address.key,
                owed.address.shown,
                str(uuid.uuid5(uuid.UUID(uid), owed.address.key)),
                owed.kind,
                owed.weight,
                None if owed.address.person else "change",
                None if owed.address.person else release,
            ],
        )


def owe_health(db: Database, health_id: int, address: Address, rules: Sequence[str]) -> None:
    """Owes one address a message of a trouble at once, inside the transaction that writes the trouble."""
    with writing(db):
        uid, at = db.execute("SELECT uid, at FROM health WHERE id = ?", [health_id]).fetchone()
        db.execute(
            "INSERT INTO deliveries "
            "(health_id, rules, address_key, address_shown, message_id, told_as, weight, form, booked_at) "
            "VALUES (?, ?, ?, ?, ?, 'health', 'major', 'health', ?)",
            [
                health_id,
                json.dumps(rules, ensure_ascii=False),
                address.key,
                address.shown,
                str(uuid.uuid5(uuid.UUID(uid), address.key)),
                at,
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

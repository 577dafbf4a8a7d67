"""Answers who is owed or was told what, and puts back what failed. Sends nothing, decides nothing."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlite_utils import Database

from monitor.store.database import writing
from monitor.store.deliveries import State
from monitor.store.held import SOURCE

Row = dict[str, Any]

_DELIVERIES = """
    SELECT deliveries.id, deliveries.change_id, deliveries.health_id, deliveries.rules, deliveries.address_key,
           deliveries.address_shown, deliveries.message_id, deliveries.told_as, deliveries.weight, deliveries.form,
           deliveries.part, deliveries.parts, deliveries.booked_at, deliveries.state, deliveries.attempts,
           deliveries.next_attempt_at, deliveries.sent_at, deliveries.answer, deliveries.error,
           coalesce(changes.at, health.at) AS owed_at, coalesce(changes.uid, health.uid) AS uid,
           changes.kind AS kind, releases.source_id, releases.agency, editions.lang,
           coalesce(revisions.title, editions.title,
                    (SELECT title FROM editions WHERE editions.release_id = releases.id ORDER BY id LIMIT 1))
               AS title,
           health.key AS trouble, health.kind AS trouble_kind, health.over,
           health.detail ->> '$.address_shown' AS trouble_address,
           CASE WHEN deliveries.form IS NULL THEN 1
                ELSE (SELECT count(*) FROM deliveries AS other
                      WHERE other.message_id = deliveries.message_id AND other.form IS NOT NULL)
           END AS together
    FROM deliveries
    LEFT JOIN changes ON changes.id = deliveries.change_id
    LEFT JOIN releases ON releases.id = changes.release_id
    LEFT JOIN editions ON editions.id = changes.edition_id
    LEFT JOIN revisions ON revisions.id = changes.revision_id
    LEFT JOIN health ON health.id = deliveries.health_id
"""


def deliveries(db: Database, *, state: State | None, rule: str | None, limit: int) -> list[Row]:
    """The newest deliveries in that state and because of that rule; None: in any, because of any."""
    return _rows(
        db,
        """
        WHERE (:state IS NULL OR deliveries.state = :state)
          AND (:rule IS NULL OR EXISTS (SELECT 1 FROM json_each(deliveries.rules) WHERE value = :rule))
        ORDER BY deliveries.id DESC LIMIT :limit
        """,
        {"state": state, "rule": rule, "limit": limit},
    )


def deliveries_of(db: Database, change_ids: Collection[int]) -> dict[int, list[Row]]:
    """Of each of these changes what was owed because of it, in the order in which it was."""
    found: dict[int, list[Row]] = {change_id: [] for change_id in change_ids}
    for row in _rows(
        db,
        "WHERE deliveries.change_id IN (SELECT value FROM json_each(:ids)) ORDER BY deliveries.id",
        {"ids": json.dumps(list(change_ids))},
    ):
        found[row["change_id"]].append(row)
    return found


def in_message(db: Database, message_id: str) -> list[Row]:
    """All that one message told, or will tell, in order; without what was left out because that told of it."""
    return _rows(
        db,
        "WHERE deliveries.message_id = :id AND deliveries.form IS NOT NULL ORDER BY deliveries.id",
        {"id": message_id},
    )


def changes_of_release(db: Database, source_id: str) -> list[int] | None:
    """The changes of the release of that number at the portal, the newest first; None: it is not held."""
    row = db.execute(
        "SELECT id FROM releases WHERE source = ? AND source_id = ?", [SOURCE, source_id]
    ).fetchone()
    if row is None:
        return None
    rows = db.execute("SELECT id FROM changes WHERE release_id = ? ORDER BY id DESC", row)
    return [change_id for (change_id,) in rows]


def change_numbered(db: Database, number: int) -> list[int]:
    """The change of that number in the journal, if there is one."""
    return [found for (found,) in db.execute("SELECT id FROM changes WHERE id = ?", [number])]


def changes_under(db: Database, uid: str) -> list[int]:
    """The change of that id, or those that the message of that id told, the newest first.

    Of a message the beginning is enough, as its last line gives it to people.
    """
    told = db.execute(
        "SELECT DISTINCT change_id FROM deliveries WHERE message_id >= ? AND message_id < ? "
        "AND change_id IS NOT NULL ORDER BY change_id DESC",
        [uid, f"{uid}~"],
    ).fetchall()
    # No index: one would be written with every change, for a question that a person asks now and then.
    found = told or db.execute("SELECT id FROM changes WHERE uid = ?", [uid]).fetchall()
    return [change_id for (change_id,) in found]


def failed(db: Database, *, ids: Sequence[int] | None, rule: str | None) -> list[Row]:
    """What failed of these deliveries (None: of all), because of that rule (None: of any), with all that was told in
    the same messages."""
    return _rows(
        db,
        """
        WHERE deliveries.state = 'failed' AND deliveries.message_id IN (
            SELECT message_id FROM deliveries
            WHERE state = 'failed' AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
              AND (:rule IS NULL OR EXISTS (SELECT 1 FROM json_each(deliveries.rules) WHERE value = :rule)))
        ORDER BY deliveries.id
        """,
        {"ids": None if ids is None else json.dumps(list(ids)), "rule": rule},
    )


def states_of(db: Database, ids: Collection[int]) -> dict[int, State]:
    """The state of each of these deliveries that there is."""
    return dict(
        db.execute(
            "SELECT id, state FROM deliveries WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        ).fetchall()
    )


def put_back(db: Database, ids: Collection[int]) -> int:
    """Owes anew what failed of these deliveries, as if nothing had been tried; how many that were."""
    with writing(db):
        return db.execute(
            "UPDATE deliveries SET state = 'owed', attempts = 0, next_attempt_at = NULL, error = NULL "
            "WHERE state = 'failed' AND id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        ).rowcount


def not_taken(db: Database) -> list[Row]:
    """Of each address that did not take a message yet, the first such delivery, its next try and the reason."""
    return list(
        db.query(
            "SELECT min(id) AS id, address_shown, attempts, next_attempt_at, error FROM deliveries "
            "WHERE state = 'owed' AND attempts > 0 AND next_attempt_at IS NOT NULL "
            "GROUP BY address_key ORDER BY 1"
        )
    )


def hurry(db: Database, ids: Collection[int]) -> dict[int, str]:
    """Ends the pause of each address that is owed one of these deliveries and did not take an earlier try; those
    deliveries, each with its address as it may be shown."""
    asked = json.dumps(list(ids))
    with writing(db):
        found: dict[int, str] = dict(
            db.execute(
                """
                SELECT owed.id, owed.address_shown FROM deliveries AS owed
                JOIN json_each(?) AS asked ON asked.value = owed.id
                WHERE owed.state = 'owed' AND EXISTS (
                    SELECT 1 FROM deliveries AS first WHERE first.address_key = owed.address_key
                    AND first.state = 'owed' AND first.attempts > 0 AND first.next_attempt_at IS NOT NULL)
                """,
                [asked],
            ).fetchall()
        )
        db.execute(
            """
            UPDATE deliveries SET next_attempt_at = NULL
            WHERE state = 'owed' AND attempts > 0 AND address_key IN (
                SELECT address_key FROM deliveries
                WHERE state = 'owed' AND id IN (SELECT value FROM json_each(?)))
            """,
            [asked],
        )
    return found


def _rows(db: Database, where: str, values: dict[str, Any]) -> list[Row]:
    rows = list(db.query(_DELIVERIES + where, values))
    for row in rows:
        row["rules"] = json.loads(row["rules"])
        row["over"] = None if row["over"] is None else bool(row["over"])
    return rows

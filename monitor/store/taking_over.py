"""Takes over into a backup what the history that it replaces knows of who was told what, and nothing else of it.

Only from a history of which the backup is the beginning: the chain of its journal proves it.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.store.database import to_text, writing
from monitor.store.redactions import redact
from monitor.store.told_before import REMEMBERED, WHAT, insert

Row = dict[str, Any]

OWED_BEFORE = "owed when the backup was made, and no longer known in the database that was replaced"

_CHANGES = """
    SELECT changes.id, changes.uid, changes.kind, releases.source_id, releases.agency,
           releases.status AS release_status, coalesce(editions.lang, '') AS lang, editions.fingerprint,
           editions.status AS edition_status
    FROM changes JOIN releases ON releases.id = changes.release_id
    LEFT JOIN editions ON editions.id = changes.edition_id
    WHERE changes.id > ? ORDER BY changes.id
"""
_REDACTIONS = """
    SELECT source_id, "by", reason FROM redactions JOIN releases ON releases.id = release_id
    WHERE redactions.id > ? ORDER BY redactions.id
"""
_WORDED = ("came", "edited")
_STANDS = ("listed", "suspected")


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What was taken over, and what is not in the backup."""

    readable: bool = False
    """Whether the replaced database told all that it was asked for."""
    kin: bool = False
    """Whether the backup is the beginning of it."""
    lost_changes: int = 0
    """That were noticed after the backup."""
    lost_wordings: int = 0
    told: int = 0
    """Of these changes those that are known as told when they are found anew."""
    sent_since: int = 0
    """Messages that were owed in the backup and went out since."""
    redacted: tuple[str, ...] = ()
    """Releases that were redacted since, and now are here as well."""
    not_redacted: tuple[str, ...] = ()
    """Releases that were redacted since and are not in the backup: they come back with all their words."""


def take_over(db: Database, replaced: sqlite3.Connection, *, now: datetime) -> TakenOver:
    """All of it in one transaction; raises sqlite3.Error, with nothing written, where `replaced` cannot be read."""
    replaced.row_factory = sqlite3.Row
    if not (_is_beginning(db, replaced, "changes", "chain") and _is_beginning(db, replaced, "health", "uid")):
        return TakenOver(readable=True)
    last, last_trouble = _highest(db, "changes"), _highest(db, "health")
    # All is read before anything is written: a page that cannot be read leaves the backup as it is.
    changes = _rows(replaced, _CHANGES, last)
    (wordings,) = replaced.execute(
        "SELECT count(*) FROM revisions WHERE id > ?", [_highest(db, "revisions")]
    ).fetchone()
    deliveries = _deliveries(db, replaced, last)
    followed = _followed(db, replaced)
    troubles = _rows(replaced, "SELECT * FROM health WHERE id > ? ORDER BY id", last_trouble)
    told_of_troubles = _rows(
        replaced, "SELECT * FROM deliveries WHERE health_id > ? ORDER BY id", last_trouble
    )
    redactions = _rows(replaced, _REDACTIONS, _highest(db, "redactions"))
    earlier = (
        _rows(replaced, "SELECT * FROM told_before WHERE taken = ?", 0) if _has_restores(replaced) else []
    )
    (reserved,) = replaced.execute(
        "SELECT max(reserved, coalesce((SELECT max(id) FROM changes), 0)) FROM feed_state"
    ).fetchone()
    with writing(db):
        for number, row in followed.items():
            _follow(db, number, row)
        for table, rows in (("health", troubles), ("deliveries", told_of_troubles)):
            for row in _known(db, table, rows):
                insert(db, table, row)
        until = to_text(now + REMEMBERED)
        entries = {row["uid"]: {**row, "until": until} for row in _entries(db, changes, deliveries)}
        db.execute("DELETE FROM told_before")
        remembered = [*({row["uid"]: row for row in earlier} | entries).values()]
        for row in _known(db, "told_before", remembered):
            insert(db, "told_before", row)
        # No number of a change is ever that of another.
        db.execute("UPDATE feed_state SET reserved = max(reserved, ?)", [reserved])
    done = {
        each["source_id"]: redact(db, each["source_id"], by=each["by"], reason=each["reason"], now=now)
        for each in redactions
    }
    return TakenOver(
        readable=True,
        kin=True,
        lost_changes=len(changes),
        lost_wordings=int(wordings),
        told=len(entries),
        sent_since=sum(row is not None and row["state"] == "sent" for row in followed.values()),
        redacted=tuple(each for each, found in done.items() if found),
        not_redacted=tuple(each for each, found in done.items() if not found),
    )


def _is_beginning(db: Database, replaced: sqlite3.Connection, table: str, column: str) -> bool:
    """Whether the last row here stands there as well."""
    last = f"SELECT id, {column} FROM {table} ORDER BY id DESC LIMIT 1"  # noqa: S608 words of ours
    row = db.execute(last).fetchone()
    if row is None:
        return True
    there = replaced.execute(f"SELECT {column} FROM {table} WHERE id = ?", [row[0]]).fetchone()  # noqa: S608
    return there is not None and there[0] == row[1]


def _highest(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])  # noqa: S608 words of ours


def _has_restores(replaced: sqlite3.Connection) -> bool:
    """An older program, which has left the database behind, may not have known of any."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'told_before'"
    return replaced.execute(query).fetchone() is not None


def _known(db: Database, table: str, rows: Sequence[Row]) -> list[Row]:
    """The rows without columns of a newer program, to whose older one somebody goes back."""
    columns = db.table(table).columns_dict
    return [{column: value for column, value in row.items() if column in columns} for row in rows]


def _deliveries(db: Database, replaced: sqlite3.Connection, after: int) -> dict[int, list[Row]]:
    """What was owed because of the changes after that one, by change."""
    found: dict[int, list[Row]] = {}
    rows = _rows(replaced, "SELECT * FROM deliveries WHERE change_id > ? ORDER BY id", after)
    for delivery in _known(db, "deliveries", rows):
        del delivery["id"]
        found.setdefault(delivery.pop("change_id"), []).append(delivery)
    return found


def _followed(db: Database, replaced: sqlite3.Connection) -> dict[int, Row | None]:
    """By its number what has become of each message that the backup holds as owed or failed; None: it is gone."""
    waiting = db.execute("SELECT id FROM deliveries WHERE state IN ('owed', 'failed')").fetchall()
    found: dict[int, Row | None] = {number: None for (number,) in waiting}
    for number in found:
        for row in _known(db, "deliveries", _rows(replaced, "SELECT * FROM deliveries WHERE id = ?", number)):
            found[number] = row
    return found


def _follow(db: Database, number: int, row: Row | None) -> None:
    if row is None:
        row = {"id": number, "state": "dropped", "next_attempt_at": None, "error": OWED_BEFORE}
    columns = ", ".join(f'"{column}" = :{column}' for column in row)
    db.execute(f"UPDATE deliveries SET {columns} WHERE id = :id", row)  # noqa: S608 columns of ours


def _rows(replaced: sqlite3.Connection, query: str, value: int) -> list[Row]:
    return [dict(row) for row in replaced.execute(query, [value])]


def _entries(db: Database, changes: Sequence[Row], deliveries: dict[int, list[Row]]) -> Iterator[Row]:
    """Of what was decided after the backup that which the portal still shows, and which will be found anew."""
    of_key: dict[tuple[str, str, str], list[Row]] = {}
    for change in changes:
        of_key.setdefault((WHAT[change["kind"]], change["source_id"], change["lang"]), []).append(change)
    for (what, source_id, lang), found in of_key.items():
        if what == "edited" and ("came", source_id, lang) in of_key:
            continue  # found anew it comes as it was edited
        change = found[0] if what == "came" else found[-1]
        if not _will_be_found(db, what, change):
            continue
        owed = list(found)
        if what == "came":
            owed += of_key.get(("edited", source_id, lang), [])
        yield {
            "uid": change["uid"],
            "what": what,
            "source_id": source_id,
            "lang": lang,
            "fingerprint": change["fingerprint"] if what in _WORDED else None,
            "agency": change["agency"] if what == "moved" else None,
            "deliveries": json.dumps(_once(owed, deliveries), ensure_ascii=False),
        }


def _will_be_found(db: Database, what: str, change: Row) -> bool:
    """Whether what has come of it is not what the backup holds anyway."""
    row = db.execute(
        """
        SELECT releases.status, releases.agency, editions.status, editions.fingerprint
        FROM releases LEFT JOIN editions ON editions.release_id = releases.id AND lang = :lang
        WHERE source_id = :source_id
        """,
        change,
    ).fetchone()
    if what == "came":
        # What was taken away again and comes back is news.
        return bool(change["edition_status"] in _STANDS)
    if row is None:
        # It has come since as well, and is found as it is now.
        return False
    release_status, agency, edition_status, fingerprint = row
    before, after = (
        (edition_status, change["edition_status"])
        if change["lang"]
        else (release_status, change["release_status"])
    )
    if what == "edited":
        return bool(fingerprint != change["fingerprint"])
    if what == "moved":
        return bool(agency != change["agency"])
    if what == "removed":
        return bool(before != "removed" and after == "removed")
    return bool(before == "removed" and after in _STANDS)


def _once(changes: Sequence[Row], deliveries: dict[int, list[Row]]) -> list[Row]:
    """Of each address the last that it was owed; what is owed still before what it has had."""
    by_address: dict[str, Row] = {}
    for change in changes:
        for delivery in deliveries.get(change["id"], ()):
            held = by_address.get(delivery["address_key"])
            if held is None or held["state"] != "owed" or delivery["state"] == "owed":
                by_address[delivery["address_key"]] = delivery
    return list(by_address.values())

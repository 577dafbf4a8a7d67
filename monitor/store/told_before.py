"""What had been told before a backup was put back, and is not in it: so that finding it anew tells nobody twice.

Changes that were noticed after the backup are forgotten by it, and their releases are found anew. Of such a change
stays what nobody can work out again: its id, under which it stands in feeds and went to programs, and who was told
of it, in which message. Found anew, it gets both back; what was still owed is owed still, under the same id. Only
what the portal shows as it did when it was told counts as told: words that nobody was told of are news.

`taking_over` fills the table; here it is read, and emptied.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from monitor.changes import WEIGHT_OF, Change, Kind
from monitor.store.database import to_text, writing

Row = dict[str, Any]

REMEMBERED = timedelta(days=7)
"""After a restore. Every listing has been read by then, and what was taken away has been missed for long enough; what
happens later to the same release is another thing."""

WHAT: Mapping[Kind, str] = {
    "published": "came",
    # After a restore another language may be the first.
    "translated": "came",
    "edited": "edited",
    "moved": "moved",
    "removed": "removed",
    "restored": "restored",
}


def is_any_told_before(db: Database, *, now: datetime) -> bool:
    """Whether anything is remembered at all, as it nearly never is."""
    (found,) = db.execute(
        "SELECT EXISTS (SELECT 1 FROM told_before WHERE until > ?) "
        "OR EXISTS (SELECT 1 FROM restores WHERE told_until IS NOT NULL AND at > ?)",
        [to_text(now), to_text(now - REMEMBERED)],
    ).fetchone()
    return bool(found)


def uid_told_before(
    db: Database,
    kind: Kind,
    *,
    source_id: str,
    lang: str | None,
    fingerprint: str | None,
    agency: str | None,
    now: datetime,
) -> str | None:
    """The id that a change had before the restore, once; None: nobody was told of it.

    `lang` and `fingerprint` are those of the edition that it names, `agency` the one to which a release has moved.
    """
    row = db.execute(
        """
        UPDATE told_before SET taken = 1
        WHERE source_id = :source_id AND what = :what AND lang = :lang AND until > :now AND NOT taken
          AND (fingerprint IS NULL OR fingerprint IS :fingerprint) AND (agency IS NULL OR agency IS :agency)
        RETURNING uid
        """,
        {
            "source_id": source_id,
            "what": WHAT[kind],
            "lang": lang or "",
            "fingerprint": fingerprint,
            "agency": agency,
            "now": to_text(now),
        },
    ).fetchone()
    return str(row[0]) if row else None


def owe_as_before(db: Database, change: Change) -> bool:
    """Whether a change has its id from before a restore; it is owed then, and was sent, as it was by then."""
    row = db.execute("DELETE FROM told_before WHERE uid = ? RETURNING deliveries", [change.uid]).fetchone()
    if row is None:
        return False
    for delivery in json.loads(row[0]):
        insert(db, "deliveries", {**delivery, "change_id": change.id})
    return True


def counts_as_told(db: Database, change: Change) -> bool:
    """Whether a release was published before a restore whose operator has said that all of that was told."""
    if change.kind not in {"published", "translated"} or change.published_at is None:
        return False
    row = db.execute(
        "SELECT 1 FROM restores WHERE told_until >= ? AND at > ?",
        [to_text(change.published_at), to_text(change.at - REMEMBERED)],
    ).fetchone()
    return row is not None


def as_heard_before(db: Database, change: Change) -> Change:
    """A release that was told of before in another language, which is not found anew yet, is no news in this one."""
    if change.kind != "published":
        return change
    told = db.execute(
        "SELECT lang FROM told_before "
        "WHERE source_id = ? AND what = 'came' AND lang <> ? AND until > ? ORDER BY lang",
        [change.source_id, change.lang, to_text(change.at)],
    ).fetchall()
    if not told:
        return change
    earlier = tuple(lang for (lang,) in told)
    return replace(change, kind="translated", weight=WEIGHT_OF["translated"], earlier=earlier)


def forget_told_before(db: Database, *, now: datetime, most: int) -> int:
    """Deletes some of what is remembered no more; how many."""
    key = [to_text(now), most]
    expired = "SELECT uid FROM told_before WHERE until <= ? LIMIT ?"
    if db.execute(expired, key).fetchone() is None:
        return 0
    with writing(db, lasting=False):
        return db.execute(f"DELETE FROM told_before WHERE uid IN ({expired})", key).rowcount  # noqa: S608 ours


def insert(db: Database, table: str, row: Row) -> None:
    """One row, with the columns that it has."""
    columns, places = ", ".join(f'"{column}"' for column in row), ", ".join("?" * len(row))
    db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(row.values()))  # noqa: S608 ours

"""Writes the journal: one row a change, each linked to the one before. Decides nothing, and alters no row."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.changes import Kind, Weight
from monitor.store.chain import change_link
from monitor.store.database import to_text
from monitor.store.told_before import is_any_told_before, uid_told_before
from monitor.store.uids import change_uid

Row = dict[str, Any]


def last_link(db: Database) -> str:
    """The chain digest of the last row of the journal; "" where there is none."""
    row = db.execute("SELECT chain FROM changes ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def next_change_id(db: Database) -> int:
    """The id of the next row: feeds have given some numbers away, so that a change has its id as its place."""
    (highest,) = db.execute(
        "SELECT max(coalesce((SELECT max(id) FROM changes), 0), reserved) FROM feed_state"
    ).fetchone()
    return int(highest) + 1


def change_row(
    previous: str,
    kind: Kind,
    *,
    release_id: int,
    source_id: str,
    edition_id: int | None,
    revision_id: int | None,
    weight: Weight,
    detail: Mapping[str, Any],
    baseline: bool,
    now: datetime,
    uid: str | None = None,
) -> Row:
    """A change as a row of `changes`, without its id; `previous` is the chain digest of the row before.

    `uid` is the one it had before a backup was put back; None: it gets one of its own.
    """
    told: Row = {
        "uid": uid or change_uid(now),
        "at": to_text(now),
        "kind": kind,
        "edition_id": edition_id,
        "revision_id": revision_id,
        "weight": weight,
        "detail": json.dumps(detail, ensure_ascii=False) if detail else "{}",
        "baseline": int(baseline),
    }
    return {
        "release_id": release_id,
        **told,
        "chain": change_link(previous, source_id=source_id, **told),
    }


def write_change(
    db: Database,
    kind: Kind,
    *,
    release_id: int,
    edition_id: int | None,
    revision_id: int | None,
    weight: Weight,
    detail: Mapping[str, Any],
    baseline: bool,
    now: datetime,
) -> int:
    """One more row of the journal; its id. Runs inside the caller's transaction."""
    (source_id,) = db.execute("SELECT source_id FROM releases WHERE id = ?", [release_id]).fetchone()
    row = {"id": next_change_id(db)} | change_row(
        last_link(db),
        kind,
        release_id=release_id,
        source_id=source_id,
        edition_id=edition_id,
        revision_id=revision_id,
        weight=weight,
        detail=detail,
        baseline=baseline,
        now=now,
        uid=_uid_before(db, kind, source_id, edition_id=edition_id, detail=detail, now=now),
    )
    columns, places = ", ".join(row), ", ".join(f":{column}" for column in row)
    db.execute(f"INSERT INTO changes ({columns}) VALUES ({places})", row)  # noqa: S608 columns of ours
    return int(row["id"])


def _uid_before(
    db: Database,
    kind: Kind,
    source_id: str,
    *,
    edition_id: int | None,
    detail: Mapping[str, Any],
    now: datetime,
) -> str | None:
    if not is_any_told_before(db, now=now):
        return None
    said = db.execute("SELECT lang, fingerprint FROM editions WHERE id = ?", [edition_id]).fetchone()
    lang, fingerprint = said or (None, None)
    return uid_told_before(
        db,
        kind,
        source_id=source_id,
        lang=lang,
        fingerprint=fingerprint,
        agency=detail.get("to"),
        now=now,
    )

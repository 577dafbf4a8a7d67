"""Reads the journal: a change with all that is needed to tell somebody of it. Writes nothing."""

import json
from collections.abc import Mapping

from sqlite_utils import Database

from monitor.changes import Change
from monitor.errors import StoreError
from monitor.store.database import from_text

_CHANGE = """
    SELECT changes.id, changes.uid, changes.at, changes.kind, changes.weight, changes.baseline,
           changes.detail, changes.release_id, releases.source_id, releases.agency, releases.url,
           releases.published_at, editions.lang,
           coalesce(revisions.title, editions.title) AS title,
           CASE WHEN revisions.id IS NULL OR revisions.text IS NULL THEN editions.text ELSE revisions.text END
               AS text
    FROM changes
    JOIN releases ON releases.id = changes.release_id
    LEFT JOIN editions ON editions.id = changes.edition_id
    LEFT JOIN revisions ON revisions.id = changes.revision_id
    WHERE changes.id = ?
"""


def load_change(db: Database, change_id: int) -> Change:
    """The change of that id, worded as it was when it was noticed.

    A change of the whole release has the title of the copy that was seen first and the texts of all. Raises
    StoreError where there is no such change.
    """
    row = next(iter(db.query(_CHANGE, [change_id])), None)
    if row is None:
        raise StoreError(f"the journal has no change {change_id}")
    detail = json.loads(row["detail"])
    copies = _copies(db, row["release_id"])
    title, text = row["title"], row["text"]
    if row["lang"] is None:
        title = next((title for title, _ in copies.values()), "")
        text = "\n".join(line for copy in copies.values() for line in copy)
    others = (lang for lang in copies if lang != row["lang"])
    return Change(
        id=row["id"],
        uid=row["uid"],
        at=from_text(row["at"]),
        kind=row["kind"],
        weight=row["weight"],
        baseline=bool(row["baseline"]),
        detail=detail,
        source_id=row["source_id"],
        agency=row["agency"],
        agencies=_agencies(db, row["release_id"], row["agency"]),
        url=row["url"],
        published_at=from_text(row["published_at"]) if row["published_at"] else None,
        lang=row["lang"],
        title=title,
        text=text,
        earlier=tuple(detail.get("earlier", others)),
    )


def earlier_copies(db: Database, change: Change) -> Mapping[str, str]:
    """Title and text of the copies in which the release was known before `change`, by language."""
    (release_id,) = db.execute("SELECT release_id FROM changes WHERE id = ?", [change.id]).fetchone()
    copies = _copies(db, release_id)
    return {lang: "\n".join(copies[lang]) for lang in change.earlier if lang in copies}


def _copies(db: Database, release_id: int) -> dict[str, tuple[str, str]]:
    rows = db.execute("SELECT lang, title, text FROM editions WHERE release_id = ? ORDER BY id", [release_id])
    return {lang: (title, text) for lang, title, text in rows}


def _agencies(db: Database, release_id: int, owner: str) -> tuple[str, ...]:
    rows = db.execute(
        "SELECT agency FROM release_agencies WHERE release_id = ? ORDER BY first_seen_at, agency",
        [release_id],
    )
    return tuple(dict.fromkeys([owner, *(agency for (agency,) in rows)]))

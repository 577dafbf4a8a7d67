"""Reads the journal: a change with all that is needed to tell somebody of it. Writes nothing."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.changes import Change
from monitor.errors import StoreError
from monitor.store.database import from_text, to_text

_CHANGES = """
    SELECT changes.id, changes.uid, changes.at, changes.kind, changes.weight, changes.baseline,
           changes.detail, changes.release_id, releases.source_id, releases.agency, releases.url,
           releases.published_at, editions.lang,
           coalesce(revisions.title, editions.title) AS title,
           EXISTS (SELECT 1 FROM redactions WHERE redactions.release_id = releases.id) AS redacted,
           CASE WHEN revisions.id IS NULL OR revisions.text IS NULL THEN editions.text ELSE revisions.text END
               AS text
    FROM changes
    JOIN releases ON releases.id = changes.release_id
    LEFT JOIN editions ON editions.id = changes.edition_id
    -- A copy that was taken away or came back names no wording: the one that it had by then.
    LEFT JOIN revisions ON revisions.id = coalesce(changes.revision_id, (
        SELECT id FROM revisions WHERE edition_id = changes.edition_id AND seen_at <= changes.at
        ORDER BY number DESC LIMIT 1
    ))
    WHERE changes.id IN (SELECT value FROM json_each(?))
"""


_OF_WHAT_WAS_TOLD = frozenset({"moved", "removed", "restored"})
"""Kinds of change that concern whoever was told of the release before, in whatever words."""


def load_change(db: Database, change_id: int) -> Change:
    """The change of that id, worded as it was when it was noticed.

    A change of the whole release has the title of the copy that was seen first and the texts of all. Raises
    StoreError where there is no such change.
    """
    [change] = load_changes(db, [change_id])
    return change


def load_changes(db: Database, ids: Sequence[int]) -> list[Change]:
    """The changes of these ids, in their order, each as `load_change` gives it."""
    if not ids:
        return []
    rows = {row[0]: row for row in db.execute(_CHANGES, [json.dumps(ids)])}
    if missing := [change_id for change_id in ids if change_id not in rows]:
        raise StoreError(f"the journal has no change {missing[0]}")
    releases = json.dumps([row[7] for row in rows.values()])
    langs, agencies = _langs(db, releases), _agencies(db, releases)
    return [_change(db, rows[change_id], langs, agencies) for change_id in ids]


def alike(db: Database, mark: str, *, since: datetime) -> int:
    """How many edits since that moment have this mark of what they replaced."""
    (count,) = db.execute(
        "SELECT count(*) FROM changes INDEXED BY changes_alike "
        "WHERE kind = 'edited' AND detail ->> '$.alike' = ? AND at > ?",
        [mark, to_text(since)],
    ).fetchone()
    return int(count)


def earlier_copies(db: Database, change: Change) -> Mapping[str, str]:
    """Title and text of the copies in which the release was known before `change`, by language."""
    (release_id,) = db.execute("SELECT release_id FROM changes WHERE id = ?", [change.id]).fetchone()
    copies = _copies(db, release_id, to_text(change.at))
    return {lang: "\n".join(copies[lang]) for lang in change.earlier if lang in copies}


def _change(
    db: Database,
    row: tuple[Any, ...],
    langs: Mapping[int, Sequence[str]],
    agencies: Mapping[int, Sequence[str]],
) -> Change:
    """`row` is one of `_CHANGES`; `langs` and `agencies` are those of each release."""
    change_id, uid, at, kind, weight, baseline, said, release_id, *release, lang, title, redacted, text = row
    source_id, owner, url, published_at = release
    detail = json.loads(said)
    if lang is None:
        copies = _copies(db, release_id, at)
        title = next((title for title, _ in copies.values()), "")
        text = "\n".join(line for copy in copies.values() for line in copy)
    others = (other for other in langs.get(release_id, ()) if other != lang)
    return Change(
        id=change_id,
        uid=uid,
        at=from_text(at),
        kind=kind,
        weight=weight,
        baseline=bool(baseline),
        detail=detail,
        source_id=source_id,
        agency=owner,
        agencies=tuple(dict.fromkeys([owner, *agencies.get(release_id, ()), *_left(detail)])),
        url=url,
        published_at=from_text(published_at) if published_at else None,
        lang=lang,
        title=title,
        text=text,
        earlier=tuple(detail.get("earlier", others)),
        copies=_wordings(db, release_id, lang, at) if kind in _OF_WHAT_WAS_TOLD else {},
        redacted=bool(redacted),
    )


def _copies(db: Database, release_id: int, at: str) -> dict[str, tuple[str, str]]:
    """Title and text of each copy as they were then; of one that came later as they were first."""
    rows = db.execute(
        """
        SELECT editions.lang, coalesce(revisions.title, editions.title), coalesce(revisions.text, editions.text)
        FROM editions LEFT JOIN revisions ON revisions.edition_id = editions.id AND revisions.number = (
            SELECT coalesce(max(number) FILTER (WHERE seen_at <= ?), min(number))
            FROM revisions WHERE edition_id = editions.id
        )
        WHERE release_id = ? ORDER BY editions.id
        """,
        [at, release_id],
    )
    return {lang: (title, text) for lang, title, text in rows}


def _wordings(db: Database, release_id: int, lang: str | None, at: str) -> dict[str, list[str]]:
    """Title and text of each copy (of that one alone, where `lang` is given) in every wording until then."""
    rows = db.execute(
        """
        SELECT editions.lang, coalesce(revisions.title, editions.title), coalesce(revisions.text, editions.text)
        FROM editions LEFT JOIN revisions ON revisions.edition_id = editions.id AND seen_at <= :at
        WHERE release_id = :release AND (:lang IS NULL OR lang = :lang) ORDER BY editions.id, number
        """,
        {"release": release_id, "lang": lang, "at": at},
    )
    found: dict[str, list[str]] = {}
    for spoken, title, text in rows:
        found.setdefault(spoken, []).append(f"{title}\n{text}")
    return found


def _langs(db: Database, releases: str) -> dict[int, list[str]]:
    """The languages of each of these releases (a JSON array of ids), in the order of first sight."""
    return _each(
        db,
        "SELECT release_id, lang FROM editions WHERE release_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        releases,
    )


def _left(detail: Mapping[str, Any]) -> Sequence[str]:
    """Whom a release has left with this change: who follows that agency hears of it."""
    return (detail["from"],) if "from" in detail else ()


def _agencies(db: Database, releases: str) -> dict[int, list[str]]:
    """Who lists each of these releases, in the order of first sight."""
    return _each(
        db,
        "SELECT release_id, agency FROM release_agencies "
        "WHERE left_at IS NULL AND release_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY first_seen_at, agency",
        releases,
    )


def _each(db: Database, query: str, releases: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for release_id, value in db.execute(query, [releases]):
        found.setdefault(release_id, []).append(value)
    return found

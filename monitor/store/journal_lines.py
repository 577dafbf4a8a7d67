"""The journal as programs are told it, row by row, each as it found its release. Writes nothing."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.changes import Kind, Weight
from monitor.store.database import from_text, store_errors

Row = dict[str, Any]

# The columns that stand before `detail` first: behind it may lie pages of text.
_CHANGES = """
    SELECT changes.id, changes.uid, changes.at, changes.kind, changes.weight, changes.baseline, changes.detail,
           releases.source_id, releases.url, releases.published_at, releases.status AS release_status,
           coalesce((SELECT json_extract(moved.detail, '$.from') FROM changes AS moved
                     WHERE moved.release_id = releases.id AND moved.kind = 'moved' AND moved.id > changes.id
                     ORDER BY moved.id LIMIT 1), releases.agency) AS agency,
           editions.lang, coalesce(editions.status, worded.status) AS status, brought.number,
           CASE WHEN changes.edition_id IS NOT NULL THEN coalesce(
               (SELECT coalesce(title, editions.title) FROM revisions WHERE id = coalesce(changes.revision_id, (
                    SELECT id FROM revisions WHERE edition_id = changes.edition_id AND seen_at <= changes.at
                    ORDER BY number DESC LIMIT 1))),
               editions.title)
           ELSE coalesce(
               (SELECT coalesce((SELECT coalesce(title, copies.title) FROM revisions
                                 WHERE edition_id = copies.id AND seen_at <= changes.at
                                 ORDER BY number DESC LIMIT 1), copies.title)
                FROM editions AS copies WHERE copies.release_id = releases.id ORDER BY copies.id LIMIT 1),
               '')
           END AS title,
           (SELECT json_group_array(lang) FROM editions AS copies
            WHERE copies.release_id = releases.id AND copies.status = 'removed') AS gone,
           (SELECT max(at) FROM redactions WHERE redactions.release_id = releases.id) AS redacted_at
    FROM changes
    JOIN releases ON releases.id = changes.release_id
    LEFT JOIN editions ON editions.id = changes.edition_id
    LEFT JOIN revisions AS brought ON brought.id = changes.revision_id
    LEFT JOIN editions AS worded ON worded.id = brought.edition_id
"""

_AFTER = """
    WHERE changes.id > :since AND ({told})
      AND (:kinds = '[]' OR changes.kind IN (SELECT value FROM json_each(:kinds)))
      AND (:langs = '[]' OR editions.lang IN (SELECT value FROM json_each(:langs)) OR changes.edition_id IS NULL
           AND EXISTS (SELECT 1 FROM editions AS copies WHERE copies.release_id = changes.release_id
                       AND copies.lang IN (SELECT value FROM json_each(:langs))))
      AND (:agencies = '[]' OR EXISTS (
           WITH RECURSIVE line (slug) AS (
               SELECT value FROM json_each(:agencies)
               UNION SELECT agencies.slug FROM agencies JOIN line ON agencies.successor = line.slug)
           SELECT 1 FROM release_agencies
           WHERE release_id = changes.release_id AND agency IN (SELECT slug FROM line)))
    ORDER BY changes.id
"""

_OF_RELEASE = "WHERE changes.release_id = :release_id ORDER BY changes.id DESC LIMIT :most"


@dataclass(frozen=True, slots=True)
class Happened:
    """A row of the journal, as it found its release."""

    id: int
    uid: str
    at: datetime
    kind: Kind
    weight: Weight
    baseline: bool
    detail: dict[str, Any]
    source_id: str
    url: str
    """At the portal, without a language."""
    published_at: datetime | None
    agency: str
    """That owned the release then."""
    lang: str | None
    """None where it concerns the whole release."""
    title: str
    """Of the whole release that of the copy that came first."""
    number: int | None
    """Of the wording that it brought."""
    removed: bool
    """Whether the release, or the copy that it concerns or brought words of, is removed by now."""
    redacted: bool
    gone: frozenset[str]
    """The languages of the copies that are removed by now."""


def changes_after(
    db: Database,
    since: int,
    *,
    agencies: Collection[str] = (),
    languages: Collection[str] = (),
    kinds: Collection[Kind] = (),
    with_baseline: bool = False,
) -> Iterator[Happened]:
    """The journal behind the row `since`, in its order, read as it is asked for; what narrows it is empty for all.

    A change of the whole release is one of each of its languages. Raises StoreError.
    """
    # As a constant, so that SQLite walks the index of what was news and not every long row.
    told = "1" if with_baseline else "changes.baseline = 0"
    values = {
        "since": since,
        "agencies": json.dumps(sorted(agencies)),
        "langs": json.dumps(sorted(languages)),
        "kinds": json.dumps(sorted(kinds)),
    }
    with store_errors():
        for row in db.query(_CHANGES + _AFTER.format(told=told), values):
            yield _happened(row)


def changes_of(db: Database, release_id: int, *, most: int) -> tuple[Happened, ...]:
    """The newest changes of a release (by its key in the database), at most so many, the oldest of them first."""
    rows = db.query(_CHANGES + _OF_RELEASE, {"release_id": release_id, "most": most})
    return tuple(map(_happened, rows))[::-1]


def _happened(row: Row) -> Happened:
    return Happened(
        id=row["id"],
        uid=row["uid"],
        at=from_text(row["at"]),
        kind=row["kind"],
        weight=row["weight"],
        baseline=bool(row["baseline"]),
        detail=json.loads(row["detail"]),
        source_id=row["source_id"],
        url=row["url"],
        published_at=_moment(row["published_at"]),
        agency=row["agency"],
        lang=row["lang"],
        title=row["title"],
        number=row["number"],
        removed="removed" in (row["status"], row["release_status"]),
        redacted=row["redacted_at"] is not None,
        gone=frozenset(json.loads(row["gone"])),
    )


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else from_text(stored)

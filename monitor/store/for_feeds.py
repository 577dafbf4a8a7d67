"""What feeds and the page read of the store, as frozen values; writes nothing and decides nothing."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from crawler.records import READ, Attachment
from monitor.changes import KINDS, Kind, Weight
from monitor.detect import Status
from monitor.errors import StoreError
from monitor.store.database import from_text
from monitor.store.packing import unpack_markup

_EDITIONS = """
    WITH RECURSIVE line (slug) AS (  -- those asked for, and all that they took over from: one history
        SELECT value FROM json_each(:agencies)
        UNION SELECT agencies.slug FROM agencies JOIN line ON agencies.successor = line.slug)
    SELECT releases.source, releases.source_id, releases.url, releases.agency, releases.published_at,
           releases.status AS release_status, editions.status, editions.lang, editions.title,
           editions.text, editions.markup, editions.attachments, editions.revisions,
           editions.first_seen_at, editions.updated_at,
           (SELECT json_group_array(agency) FROM release_agencies
            WHERE release_id = releases.id) AS agencies,
           (SELECT json_group_array(lang) FROM editions AS others
            WHERE others.release_id = releases.id AND others.status IN ('listed', 'suspected')) AS languages,
           (SELECT count(*) FROM changes JOIN revisions ON revisions.id = changes.revision_id
            WHERE changes.release_id = releases.id AND revisions.edition_id = editions.id
              AND kind IN ('edited', 'restored')) AS edits,
           (SELECT max(at) FROM changes
            WHERE changes.release_id = releases.id AND kind IN ('removed', 'restored')
              AND (changes.edition_id IS NULL OR changes.edition_id = editions.id)) AS listing_changed_at,
           (SELECT max(at) FROM redactions WHERE release_id = releases.id) AS redacted_at
    FROM editions
    JOIN releases ON releases.id = editions.release_id
    WHERE editions.id IN (
        SELECT id FROM editions AS candidates
        WHERE status <> 'unseen'
          AND (:languages IS NULL OR lang IN (SELECT value FROM json_each(:languages)))
          AND (:agencies IS NULL OR EXISTS (
              SELECT 1 FROM release_agencies
              WHERE release_agencies.release_id = candidates.release_id
                AND release_agencies.agency IN (SELECT slug FROM line)))
          AND (SELECT status FROM releases WHERE releases.id = candidates.release_id) <> 'unseen'
        ORDER BY ordered_at DESC, id DESC
        LIMIT :limit)
    ORDER BY editions.ordered_at DESC, editions.id DESC
"""

_CHANGES = """
    WITH RECURSIVE line (slug) AS (  -- those asked for, and all that they took over from: one history
        SELECT value FROM json_each(:agencies)
        UNION SELECT agencies.slug FROM agencies JOIN line ON agencies.successor = line.slug)
    SELECT changes.uid, changes.at, changes.kind, changes.weight, changes.detail, releases.source_id,
           releases.url, releases.agency, releases.status AS release_status, editions.status, editions.lang,
           coalesce(revisions.title, editions.title) AS title, editions.text,
           EXISTS (SELECT 1 FROM redactions WHERE redactions.release_id = releases.id) AS redacted,
           (SELECT json_group_array(agency) FROM release_agencies
            WHERE release_id = releases.id) AS agencies,
           (SELECT json_group_object(lang, title) FROM editions AS copies
            WHERE copies.release_id = releases.id) AS titles
    FROM changes
    JOIN releases ON releases.id = changes.release_id
    LEFT JOIN editions ON editions.id = changes.edition_id
    LEFT JOIN revisions ON revisions.id = changes.revision_id
    WHERE changes.baseline = 0
      AND changes.kind IN (SELECT value FROM json_each(:kinds))
      AND (:languages IS NULL OR EXISTS (
          SELECT 1 FROM editions AS copies
          WHERE copies.release_id = changes.release_id
            AND copies.lang IN (SELECT value FROM json_each(:languages))
            AND (changes.edition_id IS NULL OR copies.id = changes.edition_id)))
      AND (:agencies IS NULL OR EXISTS (
          SELECT 1 FROM release_agencies
          WHERE release_agencies.release_id = changes.release_id
            AND release_agencies.agency IN (SELECT slug FROM line)))
    ORDER BY changes.id DESC
    LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class StoredEdition:
    """A release in one language, as it is held."""

    source: str
    source_id: str
    lang: str
    title: str
    text: str
    html: str
    url: str
    """The release's address at the portal, without a language."""
    agency: str
    """The agency that owns the release."""
    agencies: tuple[str, ...]
    """Every agency that lists it, the owner first."""
    languages: tuple[str, ...]
    """In which the portal lists it now; this edition's own among them unless it was removed."""
    attachments: tuple[Attachment, ...]
    published_at: datetime | None
    first_seen_at: datetime
    updated_at: datetime
    listing_changed_at: datetime | None
    """When it was last found to be removed or restored."""
    revisions: int
    edits: int
    """How often its words were found changed; a wording that only corrected an imported dump is no edit."""
    status: Status
    release_status: Status
    redacted_at: datetime | None = None
    """When its words were last taken out of the history."""


@dataclass(frozen=True, slots=True)
class StoredChange:
    """One row of the journal that was news, with what is needed to tell of it."""

    uid: str
    at: datetime
    kind: Kind
    weight: Weight
    detail: dict[str, Any]
    source_id: str
    url: str
    agency: str
    agencies: tuple[str, ...]
    lang: str | None
    """None where the change concerns the whole release."""
    title: str | None
    """As the change found it; None where the change concerns the whole release."""
    titles: dict[str, str]
    """The release's present title by language."""
    text: str
    """The present text of the edition; empty where the change concerns the whole release."""
    removed: bool
    """Whether the release, or the edition the change concerns, is removed by now."""
    redacted: bool = False
    """Whether its words were taken out of the history."""


def newest_editions(
    db: Database, *, agencies: Sequence[str] = (), languages: Sequence[str] = (), limit: int
) -> tuple[StoredEdition, ...]:
    """The newest editions the portal has shown, the newest first; no agency or language named means all."""
    parameters = {"agencies": _listed(agencies), "languages": _listed(languages), "limit": limit}
    return tuple(_edition(row) for row in _rows(db, _EDITIONS, parameters))


def newest_changes(
    db: Database,
    *,
    agencies: Sequence[str] = (),
    languages: Sequence[str] = (),
    kinds: Sequence[Kind] = KINDS,
    limit: int,
) -> tuple[StoredChange, ...]:
    """The newest changes that were news, the newest first; one of the whole release is in all its languages."""
    parameters = {
        "agencies": _listed(agencies),
        "languages": _listed(languages),
        "kinds": json.dumps(kinds),
        "limit": limit,
    }
    return tuple(_change(row) for row in _rows(db, _CHANGES, parameters))


def newest_change(db: Database) -> int:
    """The id of the newest change, baseline included; 0 where there is none."""
    return int(_value(db, "SELECT coalesce(max(id), 0) FROM changes"))


def data_version(db: Database) -> int:
    """A number that is another one once anything was committed through any other connection.

    It can be compared only with what the same connection said before. SQLite keeps it for exactly this, and it
    cannot forget a case: also a refreshed mark-up, a lifted suspicion or a further agency move it, of which the
    journal says nothing. It moves too often rather than too rarely (every reading writes its `crawls` row).
    """
    return int(_value(db, "PRAGMA data_version"))


def has_read_a_listing(db: Database) -> bool:
    """Whether any listing was ever read successfully."""
    sql = "SELECT EXISTS (SELECT 1 FROM crawls WHERE outcome IN (SELECT value FROM json_each(:read)))"
    return bool(_value(db, sql, {"read": json.dumps(sorted(READ))}))


def _edition(row: dict[str, Any]) -> StoredEdition:
    return StoredEdition(
        source=row["source"],
        source_id=row["source_id"],
        lang=row["lang"],
        title=row["title"],
        text=row["text"],
        html=unpack_markup(row["markup"], row["text"]),
        url=row["url"],
        agency=row["agency"],
        agencies=_owner_first(row),
        languages=tuple(sorted(json.loads(row["languages"]))),
        attachments=tuple(Attachment(**attachment) for attachment in json.loads(row["attachments"])),
        published_at=_moment(row["published_at"]),
        first_seen_at=from_text(row["first_seen_at"]),
        updated_at=from_text(row["updated_at"]),
        listing_changed_at=_moment(row["listing_changed_at"]),
        revisions=row["revisions"],
        edits=row["edits"],
        status=row["status"],
        release_status=row["release_status"],
        redacted_at=_moment(row["redacted_at"]),
    )


def _change(row: dict[str, Any]) -> StoredChange:
    return StoredChange(
        uid=row["uid"],
        at=from_text(row["at"]),
        kind=row["kind"],
        weight=row["weight"],
        detail=json.loads(row["detail"]),
        source_id=row["source_id"],
        url=row["url"],
        agency=row["agency"],
        agencies=_owner_first(row),
        lang=row["lang"],
        title=row["title"],
        titles=json.loads(row["titles"]),
        text=row["text"] or "",
        removed="removed" in (row["status"], row["release_status"]),
        redacted=bool(row["redacted"]),
    )


def _owner_first(row: dict[str, Any]) -> tuple[str, ...]:
    owner = row["agency"]
    return (owner, *sorted(set(json.loads(row["agencies"])) - {owner}))


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else from_text(stored)


def _listed(values: Sequence[str]) -> str | None:
    """A list as one parameter; NULL means that nothing was asked."""
    return json.dumps(list(values)) if values else None


def _rows(db: Database, sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        return list(db.query(sql, parameters))
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be read for the feeds: {error}") from error


def _value(db: Database, sql: str, parameters: dict[str, Any] | None = None) -> Any:
    try:
        return db.execute(sql, parameters or {}).fetchone()[0]
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be read for the feeds: {error}") from error

"""What feeds and the page read of the store, as frozen values; writes nothing and decides nothing."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from crawler.records import READ, Attachment
from monitor.changes import Kind, Weight
from monitor.detect import Status
from monitor.errors import StoreError
from monitor.store.database import from_text
from monitor.store.packing import unpack_markup

_EDITIONS = """
    SELECT editions.id, releases.source, releases.source_id, releases.url, releases.agency,
           releases.published_at, releases.date_doubt, releases.status AS release_status, feed_entries.place,
           editions.status, editions.lang, editions.title, editions.text, editions.markup,
           editions.attachments, editions.revisions,
           editions.first_seen_at, editions.updated_at,
           (SELECT json_group_array(agency) FROM release_agencies
            WHERE release_id = releases.id) AS agencies,
           (SELECT json_group_array(lang) FROM editions AS others
            WHERE others.release_id = releases.id AND others.status IN ('listed', 'suspected')) AS languages,
           (SELECT count(*) FROM changes JOIN revisions ON revisions.id = changes.revision_id
            WHERE changes.release_id = releases.id AND revisions.edition_id = editions.id
              AND kind IN ('edited', 'restored')) AS edits,
           (SELECT count(*) FROM changes JOIN revisions ON revisions.id = changes.revision_id
            WHERE changes.release_id = releases.id AND revisions.edition_id = editions.id
              AND revisions.number > 1
              AND (kind = 'edited' AND weight <> 'none' OR kind = 'restored' AND EXISTS (
                   SELECT 1 FROM json_each(detail, '$.classes') WHERE value <> 'typography'))) AS weighty_edits,
           (SELECT max(at) FROM changes
            WHERE changes.release_id = releases.id AND baseline = 0 AND weight <> 'none'
              AND (changes.edition_id IS NULL OR changes.edition_id = editions.id)) AS weighed_at,
           (SELECT json_group_array(json_object('agency', others.agency, 'source_id', others.source_id,
                        'url', others.url, 'first', others.id = stories.first_release_id, 'title',
                        coalesce(
                            (SELECT title FROM editions AS theirs
                             WHERE theirs.release_id = others.id AND theirs.lang = editions.lang),
                            (SELECT title FROM editions AS theirs
                             WHERE theirs.release_id = others.id ORDER BY theirs.id LIMIT 1))))
            FROM (SELECT * FROM releases AS told WHERE told.story_id = releases.story_id
                  AND told.id <> releases.id AND told.status <> 'unseen'
                  ORDER BY told.id <> (SELECT first_release_id FROM stories WHERE id = told.story_id),
                           told.published_at, told.id LIMIT :others) AS others
            JOIN stories ON stories.id = others.story_id) AS also,
           (SELECT max(at) FROM changes
            WHERE changes.release_id = releases.id AND kind IN ('removed', 'restored')
              AND (changes.edition_id IS NULL OR changes.edition_id = editions.id)) AS listing_changed_at,
           (SELECT max(at) FROM redactions WHERE release_id = releases.id) AS redacted_at
    FROM editions
    JOIN releases ON releases.id = editions.release_id
    LEFT JOIN feed_entries ON feed_entries.edition_id = editions.id
"""

_THESE = "WHERE editions.id IN (SELECT value FROM json_each(:ids))"

MOST_OTHERS = 20
"""Other releases of a story that an entry names, the first publisher's before all."""

_CHANGES = """
    SELECT changes.id, changes.uid, changes.at, changes.kind, changes.weight, changes.detail, releases.source,
           releases.source_id, releases.url, releases.status AS release_status,
           coalesce((SELECT json_extract(moved.detail, '$.from') FROM changes AS moved
                     WHERE moved.release_id = releases.id AND moved.kind = 'moved' AND moved.id > changes.id
                     ORDER BY moved.id LIMIT 1), releases.agency) AS agency,
           coalesce(editions.status, brought.status) AS status, editions.lang,
           coalesce(revisions.title, editions.title) AS title,
           coalesce(revisions.text, editions.text) AS text,
           (SELECT max(at) FROM redactions WHERE redactions.release_id = releases.id) AS redacted_at,
           (SELECT json_group_array(lang) FROM editions AS copies
            WHERE copies.release_id = releases.id AND copies.status = 'removed') AS gone,
           (SELECT json_group_array(agency) FROM release_agencies
            WHERE release_id = releases.id AND first_seen_at <= changes.at) AS agencies,
           (SELECT json_group_object(lang, coalesce(
                (SELECT title FROM revisions AS wordings
                 WHERE edition_id = copies.id AND seen_at <= changes.at ORDER BY number DESC LIMIT 1), title))
            FROM editions AS copies
            WHERE copies.release_id = releases.id AND copies.first_seen_at <= changes.at) AS titles
    FROM changes
    JOIN releases ON releases.id = changes.release_id
    LEFT JOIN editions ON editions.id = changes.edition_id
    LEFT JOIN revisions ON revisions.id = changes.revision_id
    LEFT JOIN editions AS brought ON brought.id = revisions.edition_id
    WHERE changes.id IN (SELECT value FROM json_each(:ids))
"""
"""As each found its release; what a wording has in common with the present one stands only there."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another release that carries the same text."""

    agency: str
    source_id: str
    url: str
    title: str
    """In the language of the entry, where it has that."""
    first: bool
    """Whether it was the first to be published."""


@dataclass(frozen=True, slots=True)
class StoredEdition:
    """A release in one language, as it is held."""

    id: int
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
    date_doubt: Literal["future", "past", "unreadable"] | None = None
    """Why the portal's date is not believed."""
    weighty_edits: int = 0
    """Those of its edits that changed more than typography."""
    weighed_at: datetime | None = None
    """When the last change of weight minor or more was noticed that concerns it; None where that was before the
    first reading."""
    also: tuple[Other, ...] = ()
    """Others that carry its text, the first publisher's before all."""
    place: int | None = None
    """Where it stands in feeds; None while it waits for its place."""


@dataclass(frozen=True, slots=True)
class StoredChange:
    """One row of the journal that was news, with what is needed to tell of it."""

    id: int
    uid: str
    at: datetime
    kind: Kind
    weight: Weight
    detail: dict[str, Any]
    source: str
    source_id: str
    url: str
    agency: str
    """The agency that owned the release then."""
    agencies: tuple[str, ...]
    """Every agency that had listed it by then, the owner first."""
    lang: str | None
    """None where the change concerns the whole release."""
    title: str | None
    """As the change found it; None where the change concerns the whole release."""
    titles: dict[str, str]
    """The titles that the release had then, by language."""
    text: str
    """Of the wording that the change brought, else of the present one; empty where the change concerns the whole
    release."""
    removed: bool
    """Whether the release, or the edition that the change concerns or brought words of, is removed by now."""
    redacted_at: datetime | None = None
    """When its words were last taken out of the history."""
    gone: frozenset[str] = frozenset()
    """The languages of the copies that are removed by now."""


def editions(db: Database, ids: Iterable[int]) -> dict[int, StoredEdition]:
    """These editions, by id; one that is not held is not in the answer."""
    rows = _rows(db, _EDITIONS + _THESE, {"ids": json.dumps(list(ids)), "others": MOST_OTHERS})
    return {row["id"]: _edition(row) for row in rows}


def changes(db: Database, ids: Iterable[int]) -> dict[int, StoredChange]:
    """These changes, by id; one that is not held is not in the answer."""
    return {row["id"]: _change(row) for row in _rows(db, _CHANGES, {"ids": json.dumps(list(ids))})}


def has_read_a_listing(db: Database) -> bool:
    """Whether any listing was ever read successfully."""
    sql = "SELECT EXISTS (SELECT 1 FROM crawls WHERE outcome IN (SELECT value FROM json_each(:read)))"
    return bool(_value(db, sql, {"read": json.dumps(sorted(READ))}))


def _edition(row: dict[str, Any]) -> StoredEdition:
    return StoredEdition(
        id=row["id"],
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
        date_doubt=row["date_doubt"],
        weighty_edits=row["weighty_edits"],
        weighed_at=_moment(row["weighed_at"]),
        also=tuple(Other(**other | {"first": bool(other["first"])}) for other in json.loads(row["also"])),
        place=row["place"],
    )


def _change(row: dict[str, Any]) -> StoredChange:
    return StoredChange(
        id=row["id"],
        uid=row["uid"],
        at=from_text(row["at"]),
        kind=row["kind"],
        weight=row["weight"],
        detail=json.loads(row["detail"]),
        source=row["source"],
        source_id=row["source_id"],
        url=row["url"],
        agency=row["agency"],
        agencies=_owner_first(row),
        lang=row["lang"],
        title=row["title"],
        titles=json.loads(row["titles"]),
        text=row["text"] or "",
        removed="removed" in (row["status"], row["release_status"]),
        redacted_at=_moment(row["redacted_at"]),
        gone=frozenset(json.loads(row["gone"])),
    )


def _owner_first(row: dict[str, Any]) -> tuple[str, ...]:
    owner = row["agency"]
    return (owner, *sorted(set(json.loads(row["agencies"])) - {owner}))


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else from_text(stored)


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

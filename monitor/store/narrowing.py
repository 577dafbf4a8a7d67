"""What narrows a search, and which editions are within it; writes nothing."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from sqlite_utils import Database

_MOST_AGENCIES = 8
"""Whose newest releases are looked up one agency after the other."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of the history is searched; nothing named means all of it."""

    agencies: tuple[str, ...] = ()
    """With what they took over from; a release is looked for under its owner."""
    languages: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    """Days of publication, as the portal's zone has them; both are within."""
    status: Literal["any", "listed", "removed", "edited"] = "any"

    @property
    def since_at(self) -> str:
        """A moment before that day in any zone; empty: there is none."""
        return (self.since - timedelta(days=1)).isoformat() if self.since and self.since > date.min else ""

    @property
    def until_at(self) -> str:
        """A moment after that day in any zone; empty: there is none."""
        return (self.until + timedelta(days=2)).isoformat() if self.until and self.until.year < 9999 else ""

    @property
    def parameters(self) -> dict[str, Any]:
        """As SQL is told it."""
        return {
            "agencies": json.dumps(self.agencies),
            "any_agency": not self.agencies,
            "languages": json.dumps(self.languages),
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "since_at": self.since_at,
            "until_at": self.until_at,
            "status": self.status,
        }


class Seen(NamedTuple):
    """What of a hit is needed to narrow, count and order; thousands are made for an answer."""

    edition_id: int
    release_id: int
    agency: str
    lang: str
    published_on: str | None
    at: str
    """When it was published, and no later than it was first seen: dates may be slips."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Editions among which all are that are asked for, or the newest of those."""

    ids: tuple[int, ...]
    """The newest first."""
    is_all: bool


def narrowed_to(db: Database, narrowed: Narrowed, ids: Collection[int]) -> list[Seen]:
    """Those of these editions that are asked for."""
    if not ids:
        return []
    edited = _EDITED if narrowed.status == "edited" else ""
    rows = db.execute(_COLUMNS + edited, {**narrowed.parameters, "ids": json.dumps(sorted(ids))})
    removed = _removed(db) if narrowed.status in {"listed", "removed"} else frozenset()
    spared = removed if narrowed.status == "listed" else frozenset()
    seen = map(Seen._make, rows)
    if narrowed.status == "removed":
        return [each for each in seen if each.edition_id in removed]
    return [each for each in seen if each.edition_id not in spared] if spared else list(seen)


def chosen(db: Database, narrowed: Narrowed, *, most: int) -> Chosen | None:
    """What narrowing alone leaves, where an index tells that; at most so many, the newest.

    Of what was edited those that were edited last. None: it leaves much of everything.
    """
    if narrowed.status == "removed":
        return Chosen(tuple(sorted(_removed(db), reverse=True)), is_all=True)
    found: set[tuple[str, int]] = set()
    is_all = True
    for sql, parameters in _sources(db, narrowed):
        rows = db.execute(f"{sql} LIMIT :most", {**parameters, "most": most}).fetchall()
        is_all = is_all and len(rows) < most
        found.update(rows)
    if not found and is_all and not _is_by_index(narrowed):
        return None
    newest = sorted(found, reverse=True)
    return Chosen(tuple(each for _, each in newest[:most]), is_all=is_all and len(newest) <= most)


def _is_by_index(narrowed: Narrowed) -> bool:
    return bool(
        narrowed.status == "edited"
        or 0 < len(narrowed.agencies) <= _MOST_AGENCIES
        or narrowed.since
        or narrowed.until
    )


def _sources(db: Database, narrowed: Narrowed) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each tells when, and of which edition; the newest first."""
    parameters = narrowed.parameters
    if narrowed.status == "edited":
        for kind in ("edited", "restored"):
            yield _CHANGED, {"kind": kind}
    elif 0 < len(narrowed.agencies) <= _MOST_AGENCIES:
        for (slug,) in db.execute(_SLUGS, parameters).fetchall():
            yield _OF_AGENCY, {**parameters, "slug": slug}
    elif narrowed.since or narrowed.until:
        for (lang,) in db.execute(_LANGUAGES).fetchall():
            if not narrowed.languages or lang in narrowed.languages:
                yield _OF_LANGUAGE, {**parameters, "lang": lang}


_LINE = """
    WITH RECURSIVE line (slug) AS (
        SELECT value FROM json_each(:agencies)
        UNION SELECT agencies.slug FROM agencies JOIN line ON agencies.successor = line.slug)
"""
_SLUGS = f"{_LINE} SELECT slug FROM line"  # noqa: S608 words of ours
# Of the rows of editions, which are long, only those are read that feeds do not know: imported and never shown.
_COLUMNS = f"""{_LINE}
    SELECT ids.value AS id, releases.id AS release_id, releases.agency,
           coalesce(feed_entries.lang, (SELECT lang FROM editions WHERE id = ids.value)) AS lang,
           releases.published_on,
           min(coalesce(releases.published_at, releases.first_seen_at), releases.first_seen_at) AS at
    FROM json_each(:ids) AS ids
    LEFT JOIN feed_entries ON feed_entries.edition_id = ids.value
    CROSS JOIN releases ON releases.id = coalesce(
        feed_entries.release_id, (SELECT release_id FROM editions WHERE id = ids.value))
    WHERE (:any_agency OR +releases.agency IN (SELECT slug FROM line))
      AND (:languages = '[]' OR lang IN (SELECT value FROM json_each(:languages)))
      AND (:since IS NULL OR releases.published_on >= :since)
      AND (:until IS NULL OR releases.published_on <= :until)
      AND (:status <> 'listed' OR feed_entries.edition_id IS NOT NULL)
"""  # noqa: S608 words of ours
_EDITED = """
      AND EXISTS (SELECT 1 FROM changes JOIN revisions ON revisions.id = changes.revision_id
                  WHERE changes.release_id = releases.id AND revisions.edition_id = ids.value
                    AND kind IN ('edited', 'restored') AND weight <> 'none')
"""
_CHANGED = """
    SELECT at, coalesce(edition_id, (SELECT edition_id FROM revisions WHERE id = revision_id)) FROM changes
    WHERE kind = :kind AND weight <> 'none' AND baseline = 0 AND kind <> 'published' AND kind <> 'translated'
      AND revision_id IS NOT NULL
    ORDER BY id DESC
"""
_WITHIN = "(:since_at = '' OR {0} >= :since_at) AND (:until_at = '' OR {0} <= :until_at)"
_OF_AGENCY = f"""
    SELECT coalesce(releases.published_at, ''), editions.id
    FROM releases CROSS JOIN editions ON editions.release_id = releases.id
    WHERE agency = :slug AND {_WITHIN.format("releases.published_at")} ORDER BY releases.published_at DESC
"""  # noqa: S608 words of ours
_OF_LANGUAGE = """
    SELECT published_at, id FROM editions
    WHERE lang = :lang AND published_at >= :since_at AND published_at <= iif(:until_at = '', '9', :until_at)
    ORDER BY published_at DESC
"""
_LANGUAGES = """
    WITH RECURSIVE spoken (lang) AS (
        SELECT min(lang) FROM editions
        UNION ALL SELECT (SELECT min(lang) FROM editions WHERE lang > spoken.lang) FROM spoken WHERE lang IS NOT NULL)
    SELECT lang FROM spoken WHERE lang IS NOT NULL
"""


def _removed(db: Database) -> frozenset[int]:
    """The editions that the portal has taken away."""
    rows = db.execute(
        """
        SELECT editions.id FROM changes
        CROSS JOIN releases ON releases.id = changes.release_id
        CROSS JOIN editions ON editions.release_id = releases.id
        WHERE kind = 'removed' AND baseline = 0 AND kind <> 'published' AND kind <> 'translated'
          AND (releases.status = 'removed' OR editions.status = 'removed')
        """
    )
    return frozenset(edition_id for (edition_id,) in rows)

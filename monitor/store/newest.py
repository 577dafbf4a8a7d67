"""The newest releases for a page: each once, in the order of feeds, the releases of one story as one; writes nothing.

A release stands where its first copy came. Only what is shown is touched, whatever is held.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.detect import Status
from monitor.errors import StoreError
from monitor.store.database import from_text
from monitor.store.selections import line_of

_TOP = 2**62
"""Above every place."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A release in one language."""

    lang: str
    title: str
    status: Status
    edits: int
    """Of its words, those of typography alone left out."""


@dataclass(frozen=True, slots=True)
class AlsoPublished:
    """Another release that carries the same text."""

    source_id: str
    agency: str


@dataclass(frozen=True, slots=True)
class NewRelease:
    """A release as the page of the newest tells of it."""

    place: int
    source_id: str
    url: str
    """At the portal, without a language."""
    agency: str
    status: Status
    came: datetime
    """When it was first seen; of history, when it was published."""
    published_at: datetime | None
    """None also where the portal's date is not believed."""
    is_to_the_minute: bool
    redacted: bool
    copies: tuple[Copy, ...]
    """The first to come before the others."""
    also: tuple[AlsoPublished, ...] = ()
    """The first publisher's before all; of a redacted release none, and none that is redacted."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some releases, the newest first, and the way to those beside them."""

    releases: tuple[NewRelease, ...]
    has_older: bool
    has_newer: bool
    newer_before: int | None
    """Where the stretch above ends; None: it is the newest of all."""


def newest_releases(
    db: Database, *, agency: str | None, lang: str | None, before: int | None, size: int
) -> Stretch:
    """The newest releases below a place (None: of all), of an agency or in a language where these are named.

    Stories are one only where no agency is named. Raises StoreError where the database cannot be read.
    """
    try:
        slugs = line_of(db, [agency]) if agency else []
        heads = _heads(db, slugs, lang, below=_TOP if before is None else before, limit=size + 1)
        above = [] if before is None else _heads(db, slugs, lang, above=before - 1, limit=size + 1)
        return Stretch(
            releases=tuple(_releases(db, heads[:size])),
            has_older=len(heads) > size,
            has_newer=bool(above),
            newer_before=above[size][0] if len(above) > size else None,
        )
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be read for the newest releases: {error}") from error


_Head = tuple[int, int, int]
"""Place, release, and the edition that stands there."""

_FIRST_COPY = """
    NOT EXISTS (SELECT 1 FROM editions AS copies JOIN feed_entries AS theirs ON theirs.edition_id = copies.id
                WHERE copies.release_id = mine.release_id AND theirs.place < mine.place)
"""

_NEWEST_OF_STORY = """
    NOT EXISTS (SELECT 1 FROM releases AS this
                JOIN releases AS other ON other.story_id = this.story_id AND other.id <> this.id
                WHERE this.id = mine.release_id
                  AND NOT EXISTS (SELECT 1 FROM redactions WHERE release_id IN (this.id, other.id))
                  AND (SELECT min(theirs.place) FROM editions AS copies
                       JOIN feed_entries AS theirs ON theirs.edition_id = copies.id
                       WHERE copies.release_id = other.id AND (:lang IS NULL OR copies.lang = :lang))
                      > mine.place)
"""

_OWN_NAME = """
    NOT EXISTS (SELECT 1 FROM release_agencies AS others
                WHERE others.release_id = mine.release_id AND others.agency < arrivals.agency
                  AND others.agency IN (SELECT value FROM json_each(:slugs)))
"""
"""What came under several names of one agency stands under one of them."""


def _heads(
    db: Database, slugs: list[str], lang: str | None, *, below: int = _TOP, above: int = -_TOP, limit: int
) -> list[_Head]:
    """The releases between two places: from `below` downwards, or where `above` is given, from there upwards."""
    upwards = above != -_TOP
    table = "arrivals" if slugs else "mine"
    wanted = [f"{table}.place < :below", f"{table}.place > :above"]
    wanted.append("mine.lang = :lang" if lang else _FIRST_COPY)
    if slugs:
        source = "arrivals CROSS JOIN feed_entries AS mine ON mine.edition_id = arrivals.edition_id"
        wanted.append("arrivals.agency = :agency")
        wanted += [_OWN_NAME] if len(slugs) > 1 else []
    else:
        source = "feed_entries AS mine"
        wanted.append(_NEWEST_OF_STORY)
    sql = (
        f"SELECT {table}.place, mine.release_id, mine.edition_id FROM {source} "  # noqa: S608 words of ours
        f"WHERE {' AND '.join(wanted)} ORDER BY {table}.place {'' if upwards else 'DESC'} LIMIT :limit"
    )
    values = {"below": below, "above": above, "lang": lang, "limit": limit, "slugs": json.dumps(slugs)}
    found = [row for slug in slugs or [""] for row in db.execute(sql, {**values, "agency": slug})]
    return sorted(found, reverse=not upwards)[:limit]


def edits_of(db: Database, releases: Collection[int]) -> dict[int, int]:
    """How often each edition of these releases was edited, those edits of typography alone left out."""
    return dict(db.execute(_EDITS, {"ids": json.dumps(sorted(releases))}).fetchall())


def _releases(db: Database, heads: list[_Head]) -> list[NewRelease]:
    ids = {"ids": json.dumps([release_id for _, release_id, _ in heads])}
    rows = {row["id"]: row for row in db.query(_RELEASES, ids)}
    copies: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in db.query(_COPIES, ids):
        copies[row["release_id"]].append(row)
    edits = edits_of(db, [release_id for _, release_id, _ in heads])
    told = [row["story_id"] for row in rows.values() if row["story_id"] and not row["redacted"]]
    stories: defaultdict[int, list[tuple[int, AlsoPublished]]] = defaultdict(list)
    for row in db.query(_STORIES, {"ids": json.dumps(told)}):
        stories[row["story_id"]].append((row["id"], AlsoPublished(row["source_id"], row["agency"])))
    found = []
    for place, release_id, edition_id in heads:
        row = rows[release_id]
        came = next(copy["ordered_at"] for copy in copies[release_id] if copy["id"] == edition_id)
        is_dated = row["published_at"] is not None and row["date_doubt"] is None
        found.append(
            NewRelease(
                place=place,
                source_id=row["source_id"],
                url=row["url"],
                agency=row["agency"],
                status=row["status"],
                came=from_text(came),
                published_at=from_text(row["published_at"]) if is_dated else None,
                is_to_the_minute=row["published_precision"] == "minute",
                redacted=bool(row["redacted"]),
                copies=tuple(
                    Copy(copy["lang"], copy["title"], copy["status"], edits.get(copy["id"], 0))
                    for copy in copies[release_id]
                ),
                also=()
                if row["redacted"]
                else tuple(also for key, also in stories[row["story_id"]] if key != release_id),
            )
        )
    return found


_RELEASES = """
    SELECT id, source_id, url, agency, status, published_at, published_precision, date_doubt, story_id,
           EXISTS (SELECT 1 FROM redactions WHERE release_id = releases.id) AS redacted
    FROM releases WHERE id IN (SELECT value FROM json_each(:ids))
"""

_COPIES = """
    SELECT editions.id, editions.release_id, editions.lang, title, status, ordered_at
    FROM editions LEFT JOIN feed_entries ON feed_entries.edition_id = editions.id
    WHERE editions.release_id IN (SELECT value FROM json_each(:ids)) AND status <> 'unseen'
    ORDER BY feed_entries.place IS NULL, feed_entries.place, editions.id
"""

_EDITS = """
    SELECT revisions.edition_id, count(*)
    FROM changes JOIN revisions ON revisions.id = changes.revision_id
    WHERE changes.release_id IN (SELECT value FROM json_each(:ids))
      AND revisions.number > 1
      AND (kind = 'edited' AND weight <> 'none' OR kind = 'restored' AND EXISTS (
           SELECT 1 FROM json_each(detail, '$.classes') WHERE value <> 'typography'))
    GROUP BY revisions.edition_id
"""

_STORIES = """
    SELECT releases.story_id, releases.id, source_id, agency
    FROM releases LEFT JOIN stories ON stories.id = releases.story_id
    WHERE releases.story_id IN (SELECT value FROM json_each(:ids)) AND status <> 'unseen'
      AND NOT EXISTS (SELECT 1 FROM redactions WHERE release_id = releases.id)
    ORDER BY releases.id IS NOT stories.first_release_id, published_at, releases.id
"""

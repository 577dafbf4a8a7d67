"""Answers which entries a feed holds: what a search selects, in its order, cut into the newest and into archives.

Whatever is asked, an entry is in its feed for good once it is there, and its place in it never changes: an edition
comes into the feeds of an agency when that lists its release, into those of a search when the first of its wordings
matches, into those of a kind of change with the first such change. So the cuts, counted from 0 upwards and downwards,
never move, and an archive named by its bounds always holds the same entries.
"""

import json
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from monitor.changes import WEIGHTS, Kind, Weight
from monitor.errors import StoreError
from monitor.store.database import from_text

MOST_IN_ARCHIVE = 500
"""The most entries that any configuration puts into one."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries a feed is made of; nothing named means everything."""

    topic: Literal["releases", "changes"] = "releases"
    agencies: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    match: str = ""
    """An expression of FTS5: an entry is in the feed once any wording it had has matched."""
    kinds: tuple[Kind, ...] = ()
    weight: Weight = "none"
    """The least that a change may weigh. Of releases: they had such a change."""
    stories: bool = False
    """Of releases of one story only the one that came first into this feed."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The places between which an archive stands, both its own."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry as far as a feed is put together of it."""

    key: int
    """The id of the edition, or of the change."""
    place: int
    version: int
    """Another number once anything that the entry shows may have changed."""


@dataclass(frozen=True, slots=True)
class Window:
    """What one document of a feed holds, and what stands beside it."""

    entries: tuple[Placed, ...]
    """The highest place first."""
    older: Bounds | None
    """The archive before it; None: there is none."""
    newer: Bounds | None
    """The archive after it; None: the subscription document follows, or this is it."""
    modified: datetime | None
    """When the newest change was noticed that concerns it; None: it holds nothing."""


def newest(db: Database, selection: Selection, *, size: int) -> Window:
    """The subscription document: from `size` to twice `size` less one entries, all that no archive holds.

    Raises StoreError where the database cannot be read.
    """
    with _reading():
        feed = _Feed(db, selection)
        rows = feed.top(held := _held(feed.news(), size), and_more=size)
        return Window(
            _placed(db, selection, rows[:held]), _bounds(rows[held:]), None, feed.modified(rows[:held])
        )


def archived(db: Database, selection: Selection, bounds: Bounds, *, size: int) -> Window | None:
    """The archive of these bounds; None where there is none.

    Also one that a configuration with another `size` has named, and one of the oldest history that was named
    before older came. Raises StoreError where the database cannot be read.
    """
    with _reading():
        feed = _Feed(db, selection)
        rows = feed.between(bounds)
        if not rows or len(rows) > MOST_IN_ARCHIVE:
            return None
        if (rows[-1][1], rows[0][1]) != (bounds.lowest, bounds.highest):
            return None
        current = feed.top(_held(feed.news(), size), and_more=0)
        if bounds.highest >= current[-1][1]:
            return None
        above = feed.above(bounds.highest, size)
        newer = _bounds(above[::-1]) if above[-1][1] < current[-1][1] else None
        older = _bounds(feed.below(bounds.lowest, size))
        return Window(_placed(db, selection, rows), older, newer, feed.modified(rows))


def feeds_version(db: Database) -> int:
    """A number that is another one once anything was committed that any feed shows."""
    with _reading():
        return int(db.execute("SELECT version FROM feed_state").fetchone()[0])


def data_version(db: Database) -> int:
    """A number that is another one once anything at all was committed through any other connection.

    It can be compared only with what the same connection said before. Every reading moves it by its `crawls` row.
    """
    with _reading():
        return int(db.execute("PRAGMA data_version").fetchone()[0])


Row = tuple[int, int]
"""The key and the place of an entry."""


def _held(news: int, size: int) -> int:
    """How many entries the subscription document of a feed has: all above the highest cut that leaves it `size`.

    Cuts stand at multiples of `size`, counted from 0: above it is news, below history.
    """
    return news - (news - size) // size * size


def _bounds(rows: Sequence[Row]) -> Bounds | None:
    return Bounds(rows[-1][1], rows[0][1]) if rows else None


class _Feed:
    """The rows (key, place) of one selection, the highest place first.

    Where an index has them in order only the few that are asked for are read. Else finding any costs as much as
    finding all, and they are found once.
    """

    def __init__(self, db: Database, selection: Selection) -> None:
        self._db = db
        self._selection = selection
        line = _line(db, selection.agencies)
        self._values: dict[str, Any] = {
            "agencies": json.dumps(line),
            "agency": line[0] if line else None,
            "languages": json.dumps(selection.languages),
            "lang": selection.languages[0] if selection.languages else None,
            "match": selection.match,
            "kinds": json.dumps(selection.kinds),
            "weights": json.dumps(WEIGHTS[WEIGHTS.index(selection.weight) :]),
        }
        self._sql = _query(selection, several=len(line) > 1)
        self._all = None if _is_in_order(selection, several=len(line) > 1) else self._read()

    def news(self) -> int:
        """How many entries stand above 0."""
        if self._all is not None:
            return bisect_left(self._all, 0, key=_down)
        rows = self._db.execute(f"{self._sql} SELECT count(*) FROM feed WHERE place > 0", self._values)  # noqa: S608
        return int(rows.fetchone()[0])

    def top(self, held: int, *, and_more: int) -> list[Row]:
        if self._all is not None:
            return self._all[: held + and_more]
        return self._rows("ORDER BY place DESC LIMIT :limit", {"limit": held + and_more})

    def between(self, bounds: Bounds) -> list[Row]:
        if self._all is not None:
            first = bisect_left(self._all, -bounds.highest, key=_down)
            last = bisect_right(self._all, -bounds.lowest, key=_down)
            return self._all[first : min(last, first + MOST_IN_ARCHIVE + 1)]
        return self._rows(
            "WHERE place BETWEEN :lowest AND :highest ORDER BY place DESC LIMIT :limit",
            {"lowest": bounds.lowest, "highest": bounds.highest, "limit": MOST_IN_ARCHIVE + 1},
        )

    def above(self, place: int, limit: int) -> list[Row]:
        """The nearest ones above, the lowest first; the cut at 0 is never crossed."""
        if self._all is not None:
            end = bisect_left(self._all, -place, key=_down)
            rows = self._all[max(0, end - limit) : end][::-1]
        else:
            nearest = "WHERE place > :place ORDER BY place LIMIT :limit"
            rows = self._rows(nearest, {"place": place, "limit": limit})
        return _on_one_side(rows)

    def below(self, place: int, limit: int) -> list[Row]:
        """The nearest ones below, the highest first; the cut at 0 is never crossed."""
        if self._all is not None:
            start = bisect_right(self._all, -place, key=_down)
            rows = self._all[start : start + limit]
        else:
            nearest = "WHERE place < :place ORDER BY place DESC LIMIT :limit"
            rows = self._rows(nearest, {"place": place, "limit": limit})
        return _on_one_side(rows)

    def modified(self, rows: Sequence[Row]) -> datetime | None:
        """When anything was last noticed of these entries."""
        sql = _MODIFIED_CHANGES if self._selection.topic == "changes" else _MODIFIED_RELEASES
        (at,) = self._db.execute(sql, [json.dumps([key for key, _ in rows])]).fetchone()
        return None if at is None else from_text(at)

    def _rows(self, rest: str, values: Mapping[str, Any]) -> list[Row]:
        sql = f"{self._sql} SELECT key, place FROM feed {rest}"  # noqa: S608 words of ours
        return self._db.execute(sql, {**self._values, **values}).fetchall()

    def _read(self) -> list[Row]:
        if not self._selection.stories:
            return self._rows("ORDER BY place DESC", {})
        sql = f"{self._sql} SELECT key, place, original FROM feed ORDER BY place DESC"  # noqa: S608 words of ours
        rows = self._db.execute(sql, self._values).fetchall()
        # Of those that carry one text the first that came to this feed: the original where it is among them.
        retold: dict[int, int] = {}
        for key, _, original in rows:
            if key != original:
                retold[original] = min(retold.get(original, key), key)
        told = {key for key, _, original in rows if key == original and key in retold} if retold else set()
        return [
            (key, place)
            for key, place, original in rows
            if key == original or (original not in told and retold[original] == key)
        ]


def _down(row: Row) -> int:
    """Sorts rows from the highest place down."""
    return -row[1]


def _on_one_side(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if (row[1] > 0) == (rows[0][1] > 0)]


def _is_in_order(selection: Selection, *, several: bool) -> bool:
    """Whether an index has the entries of a selection in the order of their places."""
    if selection.topic == "changes":
        return not (selection.agencies or selection.languages or selection.match)
    narrowed = selection.match or selection.kinds or selection.weight != "none" or selection.stories
    return not (several or narrowed)


def _line(db: Database, agencies: Sequence[str]) -> list[str]:
    """These agencies and all that they took over from: one history."""
    if not agencies:
        return []
    rows = db.execute(
        """
        WITH RECURSIVE line (slug) AS (
            SELECT value FROM json_each(?)
            UNION SELECT agencies.slug FROM agencies JOIN line ON agencies.successor = line.slug)
        SELECT slug FROM line
        """,
        [json.dumps(list(agencies))],
    )
    return [slug for (slug,) in rows]


def _placed(db: Database, selection: Selection, rows: Sequence[Row]) -> tuple[Placed, ...]:
    sql = _VERSIONS_OF_CHANGES if selection.topic == "changes" else _VERSIONS_OF_EDITIONS
    versions: dict[int, int] = dict(db.execute(sql, [json.dumps([key for key, _ in rows])]).fetchall())
    return tuple(Placed(key, place, versions.get(key, 0)) for key, place in rows)


def _query(selection: Selection, *, several: bool) -> str:
    """The common table expressions that end in `feed (key, place)`."""
    parts = []
    if selection.match:
        parts += [_HITS, _SAID]
    if selection.topic == "changes":
        parts.append(_changes(selection))
    else:
        narrowed = bool(selection.kinds) or selection.weight != "none"
        if narrowed:
            parts.append(_told(selection))
        parts.append(_arrived(selection, several=several))
        parts.append(_releases(selection, narrowed=narrowed))
    return f"WITH {', '.join(parts)}"


_HITS = """
    hits (edition_id, revision_id) AS MATERIALIZED (
        SELECT rowid, NULL FROM editions_fts WHERE editions_fts MATCH :match
        UNION ALL
        SELECT revisions.edition_id, revisions.id FROM former_words
        JOIN revisions ON revisions.id = former_words.rowid WHERE former_words MATCH :match)
"""
"""Wordings that match; without `revision_id` the present one."""

_SAID = """
    said (edition_id, since) AS MATERIALIZED (
        SELECT edition_id, min(coalesce(
            CASE WHEN EXISTS (SELECT 1 FROM revisions AS former
                              WHERE former.edition_id = hits.edition_id AND former.text IS NOT NULL)
            THEN (SELECT changes.id FROM revisions
                  JOIN editions ON editions.id = revisions.edition_id
                  JOIN changes ON changes.release_id = editions.release_id AND changes.revision_id = revisions.id
                  WHERE revisions.edition_id = hits.edition_id AND revisions.number > 1
                    AND changes.baseline = 0
                    AND iif(hits.revision_id IS NULL, revisions.text IS NULL, revisions.id = hits.revision_id))
            END, 0))
        FROM hits GROUP BY edition_id)
"""
"""Editions that match, and the change with which the first such wording came; 0: they came with it."""


def _told(selection: Selection) -> str:
    """Editions that had such a change, and the first one; 0: it is history."""
    of_kind = "changes.kind IN (SELECT value FROM json_each(:kinds))" if selection.kinds else "TRUE"
    parts = [_changed("changes.id", f"changes.baseline = 0 AND {of_kind}")]
    if not selection.kinds or {"published", "translated"} & set(selection.kinds):  # nothing else is history
        parts.append(_changed("0", f"changes.baseline = 1 AND {of_kind}"))
    return f"""
        told (edition_id, since) AS MATERIALIZED (
            SELECT edition_id, min(since) FROM ({" UNION ALL ".join(parts)}) GROUP BY edition_id)
    """  # noqa: S608 words of ours


def _changed(since: str, condition: str) -> str:
    return f"""
        SELECT editions.id AS edition_id, {since} AS since
        FROM changes
        JOIN editions ON editions.release_id = changes.release_id
            AND (changes.edition_id IS NULL OR changes.edition_id = editions.id)
        WHERE {condition} AND changes.weight IN (SELECT value FROM json_each(:weights))
    """  # noqa: S608 words of ours


def _arrived(selection: Selection, *, several: bool) -> str:
    """Editions in the languages and agencies asked for, with their places there."""
    spoken = ""
    if selection.languages:
        # Of one language an index has the entries in their order.
        one = len(selection.languages) == 1
        spoken = f"AND entries.lang {'= :lang' if one else 'IN (SELECT value FROM json_each(:languages))'}"  # noqa: S608 words of ours
    if not selection.agencies:
        return f"""
            arrived (edition_id, place, original) AS (
                SELECT edition_id, place, iif(retells, retells, edition_id) FROM feed_entries AS entries
                WHERE place IS NOT NULL {spoken})
        """  # noqa: S608 words of ours
    if not several:
        return f"""
            arrived (edition_id, place, original) AS (
                SELECT arrivals.edition_id, arrivals.place, iif(retells, retells, arrivals.edition_id)
                FROM arrivals CROSS JOIN feed_entries AS entries ON entries.edition_id = arrivals.edition_id
                WHERE agency = :agency {spoken})
        """  # noqa: S608 words of ours
    return f"""
        arrived (edition_id, place, original) AS (
            -- It came with the first of them: news stand higher the later they come, history lower.
            SELECT arrivals.edition_id, iif(min(arrivals.place) > 0, min(arrivals.place), max(arrivals.place)),
                   iif(retells, retells, arrivals.edition_id)
            FROM arrivals CROSS JOIN feed_entries AS entries ON entries.edition_id = arrivals.edition_id
            WHERE agency IN (SELECT value FROM json_each(:agencies)) {spoken}
            GROUP BY arrivals.edition_id)
    """  # noqa: S608 words of ours


def _releases(selection: Selection, *, narrowed: bool) -> str:
    """Editions that all of it is true of, placed where the last of it came true."""
    sources, since = ["arrived"], ["arrived.place"]
    if selection.match:
        sources = ["said JOIN arrived ON arrived.edition_id = said.edition_id"]
        since.append("iif(said.since, said.since, arrived.place)")
    if narrowed:
        sources.append("JOIN told ON told.edition_id = arrived.edition_id")
        since.append("iif(told.since, told.since, arrived.place)")
    place = f"max({', '.join(since)})" if len(since) > 1 else since[0]
    return f"""
        feed (key, place, original) AS (
            SELECT arrived.edition_id, {place}, original FROM {" ".join(sources)})
    """  # noqa: S608 words of ours


def _changes(selection: Selection) -> str:
    """Changes that were news; of a whole release in all the languages, and for all the agencies, it had then."""
    conditions = ["changes.baseline = 0"]
    if selection.kinds:
        conditions.append("changes.kind IN (SELECT value FROM json_each(:kinds))")
    if selection.weight != "none":
        conditions.append("changes.weight IN (SELECT value FROM json_each(:weights))")
    if selection.languages:
        conditions.append(
            "EXISTS (SELECT 1 FROM editions JOIN feed_entries AS entries ON entries.edition_id = editions.id "
            "WHERE editions.release_id = changes.release_id "
            "AND editions.lang IN (SELECT value FROM json_each(:languages)) "
            "AND coalesce(entries.place, 0) <= changes.id "
            "AND (changes.edition_id IS NULL OR editions.id = changes.edition_id))"
        )
    if selection.agencies:
        conditions.append(
            "EXISTS (SELECT 1 FROM release_agencies WHERE release_agencies.release_id = changes.release_id "
            "AND agency IN (SELECT value FROM json_each(:agencies)) "
            "AND release_agencies.first_seen_at <= changes.at)"
        )
    if selection.match:
        conditions.append(
            "EXISTS (SELECT 1 FROM editions JOIN said ON said.edition_id = editions.id "
            "WHERE editions.release_id = changes.release_id AND said.since <= changes.id "
            "AND (changes.edition_id IS NULL OR editions.id = changes.edition_id))"
        )
    return f"feed (key, place) AS (SELECT id, id FROM changes WHERE {' AND '.join(conditions)})"  # noqa: S608


_VERSIONS_OF_EDITIONS = """
    SELECT edition_id, version FROM feed_entries WHERE edition_id IN (SELECT value FROM json_each(?))
"""

_VERSIONS_OF_CHANGES = """
    SELECT changes.id, (SELECT sum(version) FROM editions
                        JOIN feed_entries ON feed_entries.edition_id = editions.id
                        WHERE editions.release_id = changes.release_id)
    FROM changes WHERE id IN (SELECT value FROM json_each(?))
"""
"""Of a release as it stands now: an entry shows its present titles, and whether it is removed or redacted."""

_MODIFIED_RELEASES = """
    WITH concerned (id) AS (
        SELECT DISTINCT release_id FROM feed_entries WHERE edition_id IN (SELECT value FROM json_each(?)))
    SELECT max(at) FROM (
        SELECT changes.at FROM concerned JOIN changes ON changes.release_id = concerned.id
        UNION ALL SELECT redactions.at FROM concerned JOIN redactions ON redactions.release_id = concerned.id
        UNION ALL SELECT releases.first_seen_at FROM concerned JOIN releases ON releases.id = concerned.id)
"""

_MODIFIED_CHANGES = """
    WITH concerned (id, at) AS (
        SELECT release_id, at FROM changes WHERE id IN (SELECT value FROM json_each(?)))
    SELECT max(at) FROM (
        SELECT at FROM concerned
        UNION ALL SELECT changes.at FROM concerned JOIN changes ON changes.release_id = concerned.id
            AND changes.baseline = 0
        UNION ALL SELECT redactions.at FROM concerned JOIN redactions ON redactions.release_id = concerned.id)
"""


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be read for the feeds: {error}") from error

"""Which editions an expression of FTS5 finds: all of them, or of a common word the newest; writes nothing."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from monitor.store.vocabulary import Vocabulary
from monitor.store.zones import BITS, Zone, newest_first, ranges_of, read_zones
from monitor.words.entries import Part
from monitor.words.expression import ANYTHING, NOTHING, Expression
from monitor.words.spread import Spread, spread

MOST_AT_ONCE = 5_000
"""Hits that are all looked at; of more, only the newest."""
NEWEST = 2_000
"""Hits that are looked at where there are more than that."""
_NEWEST_READ = 1_000
"""Where the index finds more than is asked for, and each text has to be read."""
_MOST_PASSED = 20_000
"""Hits that are passed over for what narrows them, before the search says that it has not looked at all."""
_FIRST_ZONES = 4
_MOST_ZONES = 64

Range = tuple[int, int]
EVERYWHERE: tuple[Range, ...] = ((0, 2**62),)


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
class Looked:
    """The hits that were looked at, the newest first."""

    seen: list[Seen]
    is_all: bool
    ranges: tuple[Range, ...]
    """Ids among which all of them are."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What of the history is searched; nothing named means all of it."""

    agencies: tuple[str, ...]
    languages: tuple[str, ...]
    since: date | None
    until: date | None
    status: Literal["any", "listed", "removed", "edited"]

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


class Known:
    """What is remembered of a database between two searches: its words, and where which dates are."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._state: tuple[int, int] | None = None
        self._vocabulary = Vocabulary(db)
        self._spreads: dict[Part, Spread] = {}
        self._zones: dict[int, Zone] = {}
        self._are_zones_fresh = False

    def refresh(self) -> None:
        """Forgets what a change to the database may have made untrue."""
        [(version,)] = self._db.execute("PRAGMA data_version").fetchall()
        state = (version, self._db.conn.total_changes)
        if state != self._state:
            self._state = state
            self._vocabulary = Vocabulary(self._db)
            self._spreads.clear()
            self._are_zones_fresh = False

    def spread(self, part: Part) -> Spread:
        """Every word of the index that may be this one."""
        if part not in self._spreads:
            self._spreads[part] = spread(part, self._vocabulary)
        return self._spreads[part]

    @property
    def zones(self) -> list[Zone]:
        """Where which dates are; of a database that has grown only the new part is read."""
        if not self._are_zones_fresh:
            last = max(self._zones, default=-1)
            after = self._zones[last].ids[0] if last >= 0 else -1
            self._zones |= read_zones(self._db, after=after)
            self._are_zones_fresh = True
        return list(self._zones.values())


_KNOWN: WeakKeyDictionary[Database, Known] = WeakKeyDictionary()


def known(db: Database) -> Known:
    """What is remembered of it, true as of now."""
    if db not in _KNOWN:
        _KNOWN[db] = Known(db)
    _KNOWN[db].refresh()
    return _KNOWN[db]


def look(db: Database, expression: Expression, narrowing: Narrowing, known: Known) -> Looked:
    """The hits within what `narrowing` says: all where they are few, else the newest."""
    asked = {expression.elsewhere, expression.in_kazakh}
    if asked == {NOTHING}:
        return Looked([], is_all=True, ranges=EVERYWHERE)
    some = _found(db, expression, EVERYWHERE, at_most=MOST_AT_ONCE + 1) if ANYTHING not in asked else None
    if some is not None and some.most <= MOST_AT_ONCE:
        seen = _in_order(_narrowed(db, some, narrowing))
        return _read(db, expression, Looked(seen, is_all=True, ranges=EVERYWHERE))
    return _read(db, expression, _newest(db, expression, narrowing, known, first=_zones_at_first(some)))


@dataclass(frozen=True, slots=True)
class _Found:
    """Ids of hits."""

    elsewhere: set[int]
    """Those that count where they are not in Kazakh."""
    in_kazakh: set[int]

    @property
    def most(self) -> int:
        return max(len(self.elsewhere), len(self.in_kazakh))

    @property
    def ids(self) -> set[int]:
        return self.elsewhere | self.in_kazakh


def _newest(
    db: Database, expression: Expression, narrowing: Narrowing, known: Known, *, first: int
) -> Looked:
    """The newest hits, stretch by stretch, until nothing newer can be left."""
    wanted = _NEWEST_READ if expression.is_read else NEWEST
    seen: list[Seen] = []
    ranges: list[Range] = []
    chosen = _chosen(db, narrowing)
    within = None if chosen is None else {edition_id >> BITS for edition_id in chosen}
    zones = newest_first(
        (zone for zone in known.zones if within is None or zone.number in within),
        since=narrowing.since_at,
        until=narrowing.until_at,
    )
    passed = visited = 0
    size = first
    while visited < len(zones):
        now = ranges_of(zones[visited : visited + size])
        visited += size
        found = _found(db, expression, now, at_most=-1)
        ranges += now
        passed += found.most
        if chosen is not None:
            found = _Found(found.elsewhere & chosen, found.in_kazakh & chosen)
        seen += _narrowed(db, found, narrowing)
        left = zones[visited].newest if visited < len(zones) else ""
        certain = sum(each.at >= left for each in seen)
        if left and (certain >= wanted or passed >= _MOST_PASSED):
            certainly = [each for each in seen if each.at >= left]
            return Looked(_in_order(certainly)[:wanted], is_all=False, ranges=tuple(ranges))
        size = _more(visited, found=certain, wanted=wanted)
    return Looked(_in_order(seen)[:wanted], is_all=len(seen) <= wanted, ranges=tuple(ranges))


def _more(visited: int, *, found: int, wanted: int) -> int:
    """How many stretches are likely to hold what is still wanted, as those visited did; at most as many again."""
    return max(_FIRST_ZONES, min(visited, visited * (wanted - found) // max(found, 1) + 1))


def _zones_at_first(some: _Found | None) -> int:
    """How many stretches are likely to hold as many hits as are wanted, as the first of all stand."""
    if some is None:
        return _FIRST_ZONES
    ids = some.ids
    density = len(ids) / (max(ids) - min(ids) + 1)
    return max(_FIRST_ZONES, min(_MOST_ZONES, int(NEWEST / density) >> BITS))


def _found(db: Database, expression: Expression, ranges: Sequence[Range], *, at_most: int) -> _Found:
    elsewhere = _ids(db, expression.elsewhere, ranges, at_most)
    if expression.elsewhere == expression.in_kazakh:
        return _Found(elsewhere, elsewhere)
    return _Found(elsewhere, _ids(db, expression.in_kazakh, ranges, at_most))


def _ids(db: Database, expression: str, ranges: Sequence[Range], at_most: int) -> set[int]:
    if expression == NOTHING:
        return set()
    sql = "SELECT rowid FROM editions_fts WHERE editions_fts MATCH :match AND rowid"
    if expression == ANYTHING:
        sql = "SELECT id FROM editions WHERE id"
    found: set[int] = set()
    for first, last in ranges:
        rows = db.execute(
            f"{sql} BETWEEN :first AND :last LIMIT :most",
            {"match": expression, "first": first, "last": last, "most": at_most},
        )
        found.update(edition_id for (edition_id,) in rows)
    return found


def _narrowed(db: Database, found: _Found, narrowing: Narrowing) -> list[Seen]:
    """Those of the hits that are asked for."""
    ids = found.ids
    if not ids:
        return []
    edited = _EDITED if narrowing.status == "edited" else ""
    rows = db.execute(_COLUMNS + edited, {**narrowing.parameters, "ids": json.dumps(sorted(ids))})
    spared = _removed(db) if narrowing.status == "listed" else frozenset()
    seen = map(Seen._make, rows)
    return [
        each
        for each in seen
        if each.edition_id in (found.in_kazakh if each.lang == "kk" else found.elsewhere)
        and each.edition_id not in spared
    ]


_LINE = """
    WITH RECURSIVE line (slug) AS (
        SELECT value FROM json_each(:agencies)
        UNION SELECT agencies.slug FROM agencies JOIN line ON agencies.successor = line.slug)
"""
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
                    AND kind IN ('edited', 'restored'))
"""


def _chosen(db: Database, narrowing: Narrowing) -> set[int] | None:
    """The editions that are asked for, where they are known to be few; None: they are many."""
    if narrowing.status == "removed":
        return set(_removed(db))
    if not narrowing.agencies:
        return None
    rows = db.execute(
        f"""{_LINE}
        SELECT editions.id FROM line
        CROSS JOIN releases ON releases.agency = line.slug
            AND (:since_at = '' OR releases.published_at >= :since_at)
            AND (:until_at = '' OR releases.published_at <= :until_at)
        CROSS JOIN editions ON editions.release_id = releases.id
        LIMIT :most""",  # noqa: S608 words of ours
        {**narrowing.parameters, "most": MOST_AT_ONCE + 1},
    ).fetchall()
    return {edition_id for (edition_id,) in rows} if len(rows) <= MOST_AT_ONCE else None


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


def _read(db: Database, expression: Expression, looked: Looked) -> Looked:
    """Those of the hits that are answers, as far as the index cannot tell."""
    if not expression.is_read:
        return looked
    newest = looked.seen[:_NEWEST_READ]
    texts = {
        edition_id: (title, text)
        for edition_id, title, text in db.execute(
            "SELECT id, title, text FROM editions WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps([each.edition_id for each in newest])],
        )
    }
    seen = [each for each in newest if expression.holds(*texts[each.edition_id], each.lang)]
    return Looked(seen, is_all=looked.is_all and len(newest) == len(looked.seen), ranges=looked.ranges)


def _in_order(seen: Iterable[Seen]) -> list[Seen]:
    return sorted(seen, key=lambda each: (each.at, each.edition_id), reverse=True)

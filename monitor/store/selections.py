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
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.changes import WEIGHTS
from monitor.errors import StoreError
from monitor.store.database import from_text
from monitor.store.selected import (
    MODIFIED_CHANGES,
    MODIFIED_RELEASES,
    VERSIONS_OF_CHANGES,
    VERSIONS_OF_EDITIONS,
    query,
)
from monitor.store.selected import Selection as Selection  # noqa: PLC0414 what is asked with stands beside it

MOST_IN_ARCHIVE = 500
"""The most entries that any configuration puts into one."""


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
    news: int | None = field(default=None, compare=False)
    """How many entries of the whole feed stand above 0, where they were counted."""


def newest(db: Database, selection: Selection, *, size: int, before: Window | None = None) -> Window:
    """The subscription document: from `size` to twice `size` less one entries, all that no archive holds.

    `before` is what the same feed of the same database held earlier: only what came since is counted then. Raises
    StoreError where the database cannot be read.
    """
    with _reading():
        feed = _Feed(db, selection)
        news = feed.news(before)
        rows = feed.top(held := _held(news, size), and_more=size)
        return Window(
            _placed(db, selection, rows[:held]), _bounds(rows[held:]), None, feed.modified(rows[:held]), news
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
        line = line_of(db, selection.agencies)
        self._values: dict[str, Any] = {
            "agencies": json.dumps(line),
            "agency": line[0] if line else None,
            "languages": json.dumps(selection.languages),
            "lang": selection.languages[0] if selection.languages else None,
            "match": selection.match,
            "kinds": json.dumps(selection.kinds),
            "weights": json.dumps(WEIGHTS[WEIGHTS.index(selection.weight) :]),
        }
        self._sql = query(selection, several=len(line) > 1)
        self._all = None if _is_in_order(selection, several=len(line) > 1) else self._read()

    def news(self, before: Window | None = None) -> int:
        """How many entries stand above 0; `before`: what was counted earlier, since none of them goes."""
        if self._all is not None:
            return bisect_left(self._all, 0, key=_down)
        counted, above = 0, 0
        if before is not None and before.news and before.entries:
            counted, above = before.news, before.entries[0].place
        sql = f"{self._sql} SELECT count(*) FROM feed WHERE place > :above"  # noqa: S608 words of ours
        return counted + int(self._db.execute(sql, {**self._values, "above": above}).fetchone()[0])

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
        sql = MODIFIED_CHANGES if self._selection.topic == "changes" else MODIFIED_RELEASES
        (at,) = self._db.execute(sql, [json.dumps([key for key, _ in rows])]).fetchone()
        return None if at is None else from_text(at)

    def _rows(self, rest: str, values: Mapping[str, Any]) -> list[Row]:
        sql = f"{self._sql} SELECT key, place FROM feed {rest}"  # noqa: S608 words of ours
        return self._db.execute(sql, {**self._values, **values}).fetchall()

    def _read(self) -> list[Row]:
        if not self._selection.stories:
            return self._rows("ORDER BY place DESC", {})
        sql = f"{self._sql} SELECT key, place, original, came FROM feed ORDER BY place DESC"  # noqa: S608 ours
        rows = self._db.execute(sql, self._values).fetchall()
        retold = {original for key, _, original, _ in rows if key != original}
        # Of those that carry one text the first that came to this feed: nothing that comes later takes its place.
        # With one number news came before history that was placed after it, and of history the higher one first.
        first: dict[int, tuple[int, bool, int]] = {}
        for _, place, original, came in rows:
            if original in retold:
                turn = (came, place <= 0, -place)
                first[original] = min(turn, first.get(original, turn))
        return [
            (key, place)
            for key, place, original, _ in rows
            if original not in retold or first[original][2] == -place
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


def line_of(db: Database, agencies: Sequence[str]) -> list[str]:
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
    sql = VERSIONS_OF_CHANGES if selection.topic == "changes" else VERSIONS_OF_EDITIONS
    versions: dict[int, int] = dict(db.execute(sql, [json.dumps([key for key, _ in rows])]).fetchall())
    return tuple(Placed(key, place, versions.get(key, 0)) for key, place in rows)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be read for the feeds: {error}") from error

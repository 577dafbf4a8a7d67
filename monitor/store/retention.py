"""Forgets, some rows at a time, what is older than somebody wants it kept: items, readings, deliveries.

Each function is one step: a short transaction, and how far it has come. No step ever takes a wording, a change, an
id, what is still owed, or what proves a removal, and `verify` finds a history whole afterwards.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from monitor.store.database import from_text, to_text, writing

GOOD = frozenset({"items", "unchanged", "empty"})
"""Outcomes of which each listing keeps its last reading."""
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
"""No reading goes before it is a month old, whatever is configured."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step has done."""

    gone: int
    at: Any
    """Where the next step begins; None: everything was looked at."""


def forget_items(db: Database, *, before: datetime, now: datetime, after: int, most: int) -> Step:
    """Empties the items, as they were received, of wordings that were replaced before that moment.

    `after`: the edition that the step before came to. The digest of an item stays, and with it the chain. So do the
    items of each last wording and all of a release that was ever missed: they are evidence.
    """
    editions = [
        edition
        for (edition,) in db.execute(
            "SELECT DISTINCT edition_id FROM revisions INDEXED BY revisions_former "
            "WHERE text IS NOT NULL AND edition_id > ? ORDER BY edition_id LIMIT ?",
            [after, most],
        )
    ]
    if not editions:
        return Step(0, None)
    found = db.execute(
        """
        SELECT DISTINCT raw_items.id
        FROM revisions
        JOIN editions ON editions.id = revisions.edition_id AND editions.status = 'listed'
        JOIN releases ON releases.id = editions.release_id AND releases.status = 'listed'
        JOIN raw_items ON raw_items.id = revisions.raw_id
        WHERE revisions.edition_id IN (SELECT value FROM json_each(:editions))
          AND raw_items.item IS NOT NULL AND raw_items.id IS NOT editions.raw_id
          AND NOT EXISTS (
              SELECT 1 FROM revisions AS same
              LEFT JOIN revisions AS next ON next.edition_id = same.edition_id AND next.number = same.number + 1
              WHERE same.edition_id = editions.id AND same.raw_id = raw_items.id
                AND (next.seen_at IS NULL OR next.seen_at >= :before))
          AND NOT EXISTS (
              SELECT 1 FROM changes WHERE changes.release_id = releases.id AND changes.kind IN ('removed', 'moved'))
        """,
        {"editions": json.dumps(editions), "before": to_text(before)},
    ).fetchall()
    if found:
        with writing(db, lasting=False):
            db.conn.executemany(
                "UPDATE raw_items SET item = NULL, thinned_at = ? WHERE id = ?",
                [(to_text(now), raw_id) for (raw_id,) in found],
            )
    return Step(len(found), editions[-1])


def forget_deliveries(db: Database, *, before: datetime, after: int, most: int) -> Step:
    """Deletes deliveries that were owed, and done with, before that moment; `after`: the last one looked at.

    What is owed stays, with all that stands in the same message, and so does the newest, for the sake of its id.
    """
    rows = db.execute(
        """
        SELECT deliveries.id, coalesce(changes.at, health.at) < :before,
               state <> 'owed' AND max(coalesce(sent_at, ''), coalesce(booked_at, '')) < :before
               AND deliveries.id < (SELECT max(id) FROM deliveries)
               AND NOT EXISTS (SELECT 1 FROM deliveries AS other
                               WHERE other.message_id = deliveries.message_id AND other.state = 'owed')
        FROM deliveries
        LEFT JOIN changes ON changes.id = change_id
        LEFT JOIN health ON health.id = health_id
        WHERE deliveries.id > :after ORDER BY deliveries.id LIMIT :most
        """,
        {"before": to_text(before), "after": after, "most": most},
    ).fetchall()
    old = [(number, done) for number, is_old, done in rows if is_old]
    gone = [(number,) for number, done in old if done]
    if gone:
        with writing(db, lasting=False):
            db.conn.executemany("DELETE FROM deliveries WHERE id = ? AND state <> 'owed'", gone)
    # They were owed in the order of their ids: behind the first that is not old there is none.
    return Step(len(gone), rows[-1][0] if rows and len(old) == len(rows) else None)


@dataclass(frozen=True, slots=True)
class Place:
    """How far the readings were looked through: from listing to listing, in each from its newest old reading on."""

    agency: str = ""
    lang: str = ""
    below: int | None = None
    """The reading of this listing to which the step before came; None: the listing is done with."""
    covered: str | None = None
    """How deep those behind that have looked; None: none of them covered a place."""
    kept_last: bool = False
    kept_good: bool = False


def forget_readings(db: Database, *, first_kept: int, proofs: frozenset[int], at: Place, most: int) -> Step:
    """Deletes readings below `first_kept` (`oldest_since` finds it) which nothing needs any more.

    What stays: `proofs`, and of each listing the last reading, the last good one, and of those that covered a place
    in it the last.
    """
    if at.below is None:
        listing = _next_listing(db, at)
        if listing is None:
            return Step(0, None)
        at = Place(*listing, first_kept)
    rows = db.execute(
        "SELECT id, outcome, covered_to FROM crawls WHERE agency = ? AND lang = ? AND id < ? "
        "ORDER BY id DESC LIMIT ?",
        [at.agency, at.lang, at.below, most],
    ).fetchall()
    gone, covered, kept_last, kept_good = [], at.covered, at.kept_last, at.kept_good
    for number, outcome, covered_to in rows:
        is_needed = not kept_last or (outcome in GOOD and not kept_good)
        if covered_to is not None and (covered is None or covered_to < covered):
            is_needed, covered = True, covered_to
        kept_last, kept_good = True, kept_good or outcome in GOOD
        if not is_needed and number not in proofs:
            gone.append((number,))
    if gone:
        with writing(db, lasting=False):
            db.conn.executemany("DELETE FROM crawls WHERE id = ?", gone)
    is_through = len(rows) < most
    below = None if is_through else rows[-1][0]
    return Step(len(gone), Place(at.agency, at.lang, below, covered, kept_last, kept_good))


def _next_listing(db: Database, at: Place) -> tuple[str, str] | None:
    """Two questions, because SQLite answers one for the pair by going through all readings of the agency."""
    row: tuple[str, str] | None = (
        db.execute(
            "SELECT agency, lang FROM crawls WHERE agency = ? AND lang > ? ORDER BY lang LIMIT 1",
            [at.agency, at.lang],
        ).fetchone()
        or db.execute(
            "SELECT agency, lang FROM crawls WHERE agency > ? ORDER BY agency, lang LIMIT 1", [at.agency]
        ).fetchone()
    )
    return row


def has_time_passed(db: Database, *, now: datetime) -> bool:
    """Whether readings stand before the last week that are not a month old, as they do where a daemon runs.

    Else the clock may have been set by years, and all would look old; or none has run, and it can wait for a week.
    """
    row = db.execute(
        "SELECT started_at FROM crawls WHERE id < ? ORDER BY id DESC LIMIT 1", [oldest_since(db, now - WEEK)]
    ).fetchone()
    return row is None or from_text(row[0]) >= now - MONTH


def oldest_since(db: Database, moment: datetime) -> int:
    """A number: the readings below it began before that moment, the others then or later."""
    low, high = db.execute("SELECT coalesce(min(id), 1), coalesce(max(id), 0) + 1 FROM crawls").fetchone()
    while low < high:
        middle = (low + high) // 2
        found = db.execute(
            "SELECT id, started_at < ? FROM crawls WHERE id >= ? ORDER BY id LIMIT 1",
            [to_text(moment), middle],
        ).fetchone()
        number, is_before = found or (high, False)
        if is_before:
            low = number + 1
        else:
            high = middle
    return int(low)


def proofs(db: Database, *, most: int) -> Iterator[frozenset[int]]:
    """The readings by which a suspicion, a removal or a move is proven, some rows at a time."""
    for kind in ("removed", "moved"):
        after = 0
        while ids := [
            number
            for (number,) in db.execute(
                "SELECT id FROM changes WHERE kind = ? AND id > ? ORDER BY id LIMIT ?", [kind, after, most]
            )
        ]:
            yield _named(
                db,
                """
                SELECT proof.value ->> '$.crawl'
                FROM changes
                JOIN json_each(changes.detail, '$.evidence') AS copy
                JOIN json_each(copy.value, '$.readings') AS proof
                WHERE changes.id IN (SELECT value FROM json_each(:ids))
                UNION
                SELECT crawl.value
                FROM changes
                JOIN json_each(changes.detail, '$.evidence') AS copy
                JOIN json_each(copy.value, '$.crawls') AS crawl
                WHERE changes.id IN (SELECT value FROM json_each(:ids))
                """,
                ids,
            )
            after = ids[-1]
    after = 0
    while ids := [
        number
        for (number,) in db.execute(
            "SELECT DISTINCT edition_id FROM absences WHERE edition_id > ? ORDER BY edition_id LIMIT ?",
            [after, most],
        )
    ]:
        yield _named(
            db,
            "SELECT proof.value ->> '$.crawl' FROM absences JOIN json_each(absences.evidence) AS proof "
            "WHERE edition_id IN (SELECT value FROM json_each(:ids))",
            ids,
        )
        after = ids[-1]


def _named(db: Database, query: str, ids: list[int]) -> frozenset[int]:
    rows = db.execute(query, {"ids": json.dumps(ids)})
    return frozenset(int(number) for (number,) in rows if number is not None)

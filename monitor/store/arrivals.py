"""Gives every edition its place in feeds, once and for ever: when it comes, and when a further agency lists it.

A place is a number, and no two editions have the same. What is news stands above 0, at the id of the change that
told of it, so that places and changes can be compared; a place that no change has is taken from the same numbers.
What was history when its listing was first read stands at 0 and below: first what the first pages of all listings
show, the newest first, then what the walks meet, further and further down. So nothing that comes ever stands between
what was there, and whoever has read down to a place has seen all that is above it.

With the place of history it is kept when that was given, as the last number taken by then; that of news says so by
itself. What befell an edition before it came to a feed is no reason to put it higher there, and of two that carry one
text the first to come is known.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.store.changes import next_change_id
from monitor.store.database import to_text
from monitor.store.held import SOURCE

FIRST_ROUND = timedelta(minutes=5)
"""How long history waits for the first pages of the other listings, so that the newest of all stands on top."""


def note_arrivals(db: Database, source_ids: Collection[str]) -> None:
    """Gives places to the copies of these releases that are news and have none; notes those that are history.

    Asked with the releases of a page, after their stories are known. Runs inside the caller's transaction.
    """
    if not source_ids:
        return
    releases = [
        release_id
        for (release_id,) in db.execute(
            "SELECT id FROM releases WHERE source = ? AND source_id IN (SELECT value FROM json_each(?))",
            [SOURCE, json.dumps(sorted(source_ids))],
        )
    ]
    come = db.execute(
        """
        SELECT editions.id, editions.release_id, editions.lang,
               (SELECT min(changes.id) FROM changes LEFT JOIN revisions ON revisions.id = changes.revision_id
                WHERE changes.release_id = editions.release_id AND changes.baseline = 0
                  AND coalesce(changes.edition_id, revisions.edition_id) = editions.id)
        FROM editions
        WHERE release_id IN (SELECT value FROM json_each(?)) AND status <> 'unseen'
          AND NOT EXISTS (SELECT 1 FROM feed_entries WHERE edition_id = editions.id)
        ORDER BY id
        """,
        [json.dumps(releases)],
    ).fetchall()
    for edition_id, release_id, lang, place in come:
        db.execute(
            "INSERT INTO feed_entries (edition_id, release_id, lang, place, retells, version) "
            "VALUES (?, ?, ?, ?, ?, abs(random() % 4294967296))",
            [edition_id, release_id, lang, place, _retold(db, edition_id, release_id, lang)],
        )
        if place is not None:
            _arrive(db, edition_id, release_id, place)
    _join(db, releases)


def settle(db: Database, *, all_begun: bool, now: datetime) -> None:
    """Gives places to the history that waits for them; `all_begun`: nothing that is worth waiting for comes now.

    Runs inside the caller's transaction.
    """
    oldest = db.execute(
        """
        SELECT editions.first_seen_at
        FROM feed_entries INDEXED BY feed_entries_waiting
        JOIN editions ON editions.id = feed_entries.edition_id
        WHERE feed_entries.place IS NULL ORDER BY feed_entries.edition_id LIMIT 1
        """
    ).fetchone()
    if oldest is None or not (all_begun or oldest[0] <= to_text(now - FIRST_ROUND)):
        return
    waiting = db.execute(
        """
        SELECT feed_entries.edition_id, feed_entries.release_id
        FROM feed_entries JOIN editions ON editions.id = feed_entries.edition_id
        WHERE feed_entries.place IS NULL
        ORDER BY editions.ordered_at DESC, editions.id DESC
        """
    ).fetchall()
    came = _last(db)
    for edition_id, release_id in waiting:
        place = _below(db)
        db.execute(
            "UPDATE feed_entries SET place = ?, came = ? WHERE edition_id = ?", [place, came, edition_id]
        )
        _arrive(db, edition_id, release_id, place, came=came)
    _join(db, [release_id for _, release_id in waiting])


def _retold(db: Database, edition_id: int, release_id: int, lang: str) -> int:
    """The edition whose text one carries that comes now: the first of its story in its language; 0: none."""
    (first,) = db.execute(
        """
        SELECT min(iif(others.retells, others.retells, others.edition_id))
        FROM releases AS mine
        JOIN releases AS theirs ON theirs.story_id = mine.story_id AND theirs.id <> mine.id
        JOIN editions ON editions.release_id = theirs.id AND editions.lang = ?
        JOIN feed_entries AS others ON others.edition_id = editions.id
        WHERE mine.id = ?
        """,
        [lang, release_id],
    ).fetchone()
    return 0 if first is None or first == edition_id else int(first)


def _arrive(db: Database, edition_id: int, release_id: int, place: int, *, came: int = 0) -> None:
    """An edition comes into the feeds of every agency that lists its release."""
    db.execute(
        "INSERT INTO arrivals (agency, place, edition_id, came) "
        "SELECT agency, ?, ?, ? FROM release_agencies WHERE release_id = ?",
        [place, edition_id, came, release_id],
    )


def _join(db: Database, releases: Collection[int]) -> None:
    """Editions that have places come into the feeds of agencies that list them now as well.

    What was history for one agency is history for the other, too.
    """
    some = json.dumps(sorted(set(releases)))
    joined = db.execute(
        """
        SELECT release_agencies.agency, feed_entries.edition_id, feed_entries.place
        FROM release_agencies
        JOIN editions ON editions.release_id = release_agencies.release_id
        JOIN feed_entries ON feed_entries.edition_id = editions.id
        WHERE release_agencies.release_id IN (SELECT value FROM json_each(?))
          AND release_agencies.arrived = 0 AND feed_entries.place IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM arrivals WHERE arrivals.agency = release_agencies.agency
                          AND arrivals.place = feed_entries.place)
        ORDER BY feed_entries.edition_id, release_agencies.agency
        """,
        [some],
    ).fetchall()
    for agency, edition_id, place in joined:
        there, came = (_above(db), 0) if place > 0 else (_below(db), _last(db))
        db.execute(
            "INSERT INTO arrivals (agency, place, edition_id, came) VALUES (?, ?, ?, ?)",
            [agency, there, edition_id, came],
        )
    db.execute(
        """
        UPDATE release_agencies SET arrived = 1
        WHERE arrived = 0 AND release_id IN (SELECT value FROM json_each(?)) AND EXISTS (
            SELECT 1 FROM editions JOIN feed_entries ON feed_entries.edition_id = editions.id
            WHERE editions.release_id = release_agencies.release_id AND feed_entries.place IS NOT NULL)
        """,
        [some],
    )


def _last(db: Database) -> int:
    """The last number that a change or a place above has taken."""
    return next_change_id(db) - 1


def _above(db: Database) -> int:
    """A place above all others, from the numbers that changes take as their ids."""
    place = next_change_id(db)
    db.execute("UPDATE feed_state SET reserved = ?", [place])
    return place


def _below(db: Database) -> int:
    """A place below all others."""
    (place,) = db.execute("UPDATE feed_state SET lowest = lowest - 1 RETURNING lowest").fetchone()
    return int(place)

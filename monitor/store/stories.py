"""Keeps the stories: releases of several agencies that carry one text, and releases that name several agencies.

Who was first, `monitor.stories` decides. What changes at a page is the stories of its releases, and of those that
links lead to.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from crawler.records import Sighting
from monitor.store.story_links import relink
from monitor.stories import Publication, first_of, gathered

Row = dict[str, Any]

# Not by `held`, which opens the database: a migration runs what stands here.
SOURCE = "gov.kz"


def note_sightings(db: Database, sightings: Sequence[Sighting], lang: str) -> None:
    """Brings the stories up to what was stored of these sightings; runs inside the caller's transaction."""
    if not sightings:
        return
    rows = db.execute(
        """
        SELECT releases.source_id, releases.id, editions.id
        FROM releases JOIN editions ON editions.release_id = releases.id AND editions.lang = ?
        WHERE releases.source = ? AND releases.source_id IN (SELECT value FROM json_each(?))
        """,
        [lang, SOURCE, json.dumps([seen.source_id for seen in sightings])],
    )
    held = {source_id: (release_id, edition_id) for source_id, release_id, edition_id in rows}
    named = {
        held[seen.source_id][0]: frozenset(seen.wording.agencies)
        for seen in sightings
        if seen.wording is not None and seen.source_id in held
    }
    joint = _note_joint(db, named, lang)
    note_editions(db, [edition_id for _, edition_id in held.values()], touched=joint)


def note_editions(db: Database, ids: Collection[int], *, touched: Collection[int] = ()) -> None:
    """Brings the stories up to what these editions say now; `touched`: releases whose story is to be made anew too.

    Runs inside the caller's transaction.
    """
    _regroup(db, relink(db, ids) | set(touched) | _in_stories(db, ids))


def story_of(db: Database, release_id: int) -> Row | None:
    """The story of a release: its kind, its releases, the first one first, and whom it names; None: it has none."""
    row = db.execute(
        "SELECT stories.id, kind, first_release_id, since FROM releases JOIN stories ON stories.id = story_id "
        "WHERE releases.id = ?",
        [release_id],
    ).fetchone()
    if row is None:
        return None
    story_id, kind, first_release_id, since = row
    releases = list(
        db.query(
            """
            SELECT agency, source_id, published_at, published_on, published_precision, status,
                   id = :first AS first, id = :this AS this,
                   (SELECT title FROM editions WHERE release_id = releases.id ORDER BY id LIMIT 1) AS title
            FROM releases WHERE story_id = :story
            ORDER BY id <> :first, published_at IS NULL, published_at, CAST(source_id AS INTEGER)
            """,
            {"first": first_release_id, "this": release_id, "story": story_id},
        )
    )
    for release in releases:
        release["first"], release["this"] = bool(release["first"]), bool(release["this"])
    named = db.execute(
        "SELECT DISTINCT agency FROM joint_releases WHERE release_id = ? ORDER BY agency", [release_id]
    )
    return {
        "id": story_id,
        "kind": kind,
        "since": since,
        "releases": releases,
        "named": [agency for (agency,) in named],
    }


def _note_joint(db: Database, named: dict[int, frozenset[str]], lang: str) -> set[int]:
    """Keeps whom releases of several agencies name; the releases of which that is new."""
    held: dict[int, set[str]] = {}
    for release_id, agency in db.execute(
        "SELECT release_id, agency FROM joint_releases "
        "WHERE release_id IN (SELECT value FROM json_each(?)) AND lang = ?",
        [json.dumps(list(named)), lang],
    ):
        held.setdefault(release_id, set()).add(agency)
    told = {release: agencies if len(agencies) > 1 else frozenset() for release, agencies in named.items()}
    changed = {release for release, agencies in told.items() if agencies != held.get(release, set())}
    for release in sorted(changed):
        db.execute("DELETE FROM joint_releases WHERE release_id = ? AND lang = ?", [release, lang])
        db.conn.executemany(
            "INSERT INTO joint_releases (release_id, lang, agency) VALUES (?, ?, ?)",
            [(release, lang, agency) for agency in sorted(told[release])],
        )
    return changed


def _in_stories(db: Database, edition_ids: Collection[int]) -> set[int]:
    """The releases of these editions that have a story: a date may have changed, and with it who was first."""
    rows = db.execute(
        "SELECT releases.id FROM editions JOIN releases ON releases.id = release_id "
        "WHERE editions.id IN (SELECT value FROM json_each(?)) AND story_id IS NOT NULL",
        [json.dumps(list(edition_ids))],
    )
    return {release for (release,) in rows}


def _regroup(db: Database, touched: Collection[int]) -> None:
    """Makes the stories of these releases anew, and of all that their links lead to."""
    if not touched:
        return
    links = db.execute(
        """
        WITH RECURSIVE reached (id) AS (
            SELECT value FROM json_each(?)
            UNION SELECT other_id FROM story_links JOIN reached ON release_id = reached.id)
        SELECT reached.id, other_id FROM reached LEFT JOIN story_links ON release_id = reached.id
        """,
        [json.dumps(sorted(touched))],
    ).fetchall()
    members = {release for release, _ in links}
    held = {row["id"]: row for row in _releases(db, members)}
    groups = gathered(((one, other) for one, other in links if other is not None), alone=members)
    given: set[int] = set()
    # The largest part of a story that fell apart keeps its id.
    for group in sorted(groups, key=lambda group: (-len(group), min(group))):
        rows = [held[release] for release in sorted(group)]
        story_id = None
        if len(group) > 1 or rows[0]["joint"]:
            free = {row["story_id"] for row in rows} - given - {None}
            story_id = _keep_story(db, min(free, default=None), rows)
            given.add(story_id)
        moved = [row["id"] for row in rows if row["story_id"] != story_id]
        db.conn.executemany(
            "UPDATE releases SET story_id = ? WHERE id = ?", [(story_id, release) for release in moved]
        )
    over = {row["story_id"] for row in held.values()} - given - {None}
    db.conn.executemany("DELETE FROM stories WHERE id = ?", [(story_id,) for story_id in sorted(over)])


def _releases(db: Database, ids: Collection[int]) -> Iterable[Row]:
    return db.query(
        """
        SELECT id, source_id, first_seen_at, published_at, published_on, published_precision, date_doubt, story_id,
               EXISTS (SELECT 1 FROM joint_releases WHERE release_id = releases.id) AS joint
        FROM releases WHERE id IN (SELECT value FROM json_each(?))
        """,
        [json.dumps(sorted(ids))],
    )


def _keep_story(db: Database, story_id: int | None, releases: Sequence[Row]) -> int:
    """Writes down a story of these releases; its id."""
    backdated = _backdated(db, [row["id"] for row in releases]) if len(releases) > 1 else set()
    first = first_of(_publication(row, backdated=row["id"] in backdated) for row in releases)
    column = "first_seen_at" if first.release_id in backdated else "published_at"
    [dated] = [row[column] for row in releases if row["id"] == first.release_id]
    since = dated if first.at is not None else None
    cursor = db.execute(
        """
        INSERT INTO stories (id, kind, first_release_id, since, releases) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, first_release_id = excluded.first_release_id,
            since = excluded.since, releases = excluded.releases
        """,
        [story_id, "repost" if len(releases) > 1 else "joint", first.release_id, since, len(releases)],
    )
    return story_id if story_id is not None else int(cursor.lastrowid or 0)


def _backdated(db: Database, ids: Sequence[int]) -> set[int]:
    """Those of these releases that were watched to appear long after their date: no first publisher by it."""
    rows = db.execute(
        "SELECT release_id FROM publications WHERE release_id IN (SELECT value FROM json_each(?)) AND backdated",
        [json.dumps(list(ids))],
    )
    return {release_id for (release_id,) in rows}


def _publication(row: Row, *, backdated: bool) -> Publication:
    if backdated:
        at = datetime.fromisoformat(row["first_seen_at"])
        return Publication(row["id"], row["source_id"], at=at, on=at.date(), to_the_minute=True)
    believed = row["published_at"] if row["date_doubt"] is None else None
    return Publication(
        release_id=row["id"],
        source_id=row["source_id"],
        at=datetime.fromisoformat(believed) if believed else None,
        on=date.fromisoformat(row["published_on"]) if row["published_on"] else None,
        to_the_minute=row["published_precision"] == "minute",
    )

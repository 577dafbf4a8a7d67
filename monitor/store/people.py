"""Answers what a person asks of the history and of the health of the listings; writes nothing."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from monitor.store.absences import evidence_of
from monitor.store.database import to_text
from monitor.store.held import DUMPED, SOURCE, flapping_from_text
from monitor.store.packing import unpack_markup
from monitor.store.redactions import redactions
from monitor.store.stories import story_of

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """All that is held of one release."""

    release: Row
    editions: list[Row]
    wordings: list[Row]
    changes: list[Row]
    carried: Row | None
    """Who else carries the same text, as `stories.story_of` tells it."""
    redactions: list[Row]
    """When its words were taken out, by whom and why."""


def story(db: Database, source_id: str) -> Story | None:
    """The release with its editions, wordings and changes; None where it is not held."""
    release = next(
        iter(
            db.query(
                "SELECT releases.*, agencies.name_kk, agencies.name_ru, agencies.name_en FROM releases "
                "JOIN agencies ON agencies.slug = releases.agency WHERE source = ? AND source_id = ?",
                [SOURCE, source_id],
            )
        ),
        None,
    )
    if release is None:
        return None
    key = [release["id"]]
    editions = list(db.query("SELECT * FROM editions WHERE release_id = ? ORDER BY id", key))
    for edition in editions:
        edition["html"] = unpack_markup(edition.pop("markup"), edition["text"])
        for column in ("attachments", "images", "marks"):
            edition[column] = json.loads(edition[column])
        edition["flapping"] = _flapping(db, edition) if edition["flapping"] else None
        edition["evidence"] = evidence_of(db, [edition["id"]]).get(edition["lang"])
    changes = list(
        db.query(
            "SELECT changes.*, editions.lang FROM changes LEFT JOIN editions ON editions.id = edition_id "
            "WHERE changes.release_id = ? ORDER BY changes.id",
            key,
        )
    )
    for change in changes:
        change["detail"] = json.loads(change["detail"])
    wordings = list(
        db.query(
            "SELECT id, lang, number, title, text, published_raw, attachments, images, seen_at, parser, digest, "
            "received, content, chain FROM wordings WHERE source_id = ? ORDER BY lang, number",
            [source_id],
        )
    )
    for wording in wordings:
        for column in ("attachments", "images"):
            wording[column] = json.loads(wording[column])
    for told in (*editions, *wordings):
        told["from_dump"] = told["digest"].startswith(DUMPED)
    this = release["id"]
    return Story(release, editions, wordings, changes, story_of(db, this), redactions(db, this))


def _flapping(db: Database, edition: Row) -> Row:
    """Since when an edition flips between wordings, and which of them, by its number, the portal showed last."""
    known = flapping_from_text(edition["flapping"])
    last = known.turns[known.shown_last]
    (number,) = db.execute(
        "SELECT max(number) FROM revisions WHERE edition_id = ? AND (digest = ? OR fingerprint = ?)",
        [edition["id"], last.digest, known.shown_last],
    ).fetchone()
    return {
        "since": to_text(known.since),
        "returns": known.returns,
        "shown_last": number,
        "shown_at": to_text(last.seen_at),
    }


# From listing to listing by their index: all readings of a year are not looked through.
_LAST_READ = """
    WITH RECURSIVE listed (agency, lang) AS (
        SELECT slug, (SELECT min(lang) FROM crawls WHERE agency = slug) FROM agencies
        UNION ALL
        SELECT agency, (SELECT min(lang) FROM crawls WHERE agency = listed.agency AND lang > listed.lang)
        FROM listed WHERE lang IS NOT NULL
    ),
    last (agency, read_at) AS (
        SELECT agency, (SELECT finished_at FROM crawls
                        WHERE agency = listed.agency AND lang = listed.lang
                          AND outcome IN ('items', 'unchanged', 'empty')
                        ORDER BY id DESC LIMIT 1)
        FROM listed WHERE lang IS NOT NULL
    )
    SELECT agency, max(read_at) AS read_at FROM last WHERE read_at IS NOT NULL GROUP BY agency
"""


def agency_rows(db: Database) -> dict[str, Row]:
    """For each agency that anything is held of: how many releases, the newest, the last reading.

    What an agency took over from is counted with it too: a renamed agency has one history.
    """
    held = {
        row["agency"]: row
        for row in db.query(
            """
            WITH RECURSIVE line (heir, slug) AS (
                SELECT slug, slug FROM agencies
                UNION SELECT line.heir, agencies.slug FROM agencies JOIN line ON agencies.successor = line.slug)
            SELECT line.heir AS agency, count(*) AS releases, max(published_on) AS newest
            FROM releases JOIN line ON line.slug = releases.agency GROUP BY line.heir
            """
        )
    }
    read = {row["agency"]: row for row in db.query(_LAST_READ)}
    return {slug: {**held.get(slug, {}), **read.get(slug, {})} for slug in held.keys() | read.keys()}


def listing_rows(db: Database) -> list[Row]:
    """Each listing with its last reading, last success, next reading, and how far its history is read."""
    return list(
        db.query(
            """
            SELECT listings.agency, listings.lang, crawls.outcome, crawls.reason, listings.route,
                   crawls.finished_at AS read_at,
                   (SELECT finished_at FROM crawls AS ok
                    WHERE ok.agency = listings.agency AND ok.lang = listings.lang
                      AND ok.outcome IN ('items', 'unchanged', 'empty')
                    ORDER BY id DESC LIMIT 1) AS success_at,
                   due.due_at AS next_at, due.due_at, due.ground, due.waiting,
                   listings.walk_page - 1 AS history_pages, listings.walked_at, listings.failures,
                   listings.paused_until
            FROM listings
            JOIN crawls ON crawls.id = (
                -- An empty page behind others is the end of a listing, and says nothing about it.
                SELECT id FROM crawls AS last
                WHERE last.agency = listings.agency AND last.lang = listings.lang
                  AND NOT (last.outcome = 'empty' AND last.page > 1)
                ORDER BY id DESC LIMIT 1)
            LEFT JOIN due ON due.agency = listings.agency AND due.lang = listings.lang
            ORDER BY listings.agency, listings.lang
            """
        )
    )


def totals(db: Database) -> Row:
    """How much is held, owed and kept aside."""
    counts = {
        "editions": "SELECT count(*) FROM editions",
        "wordings": "SELECT count(*) FROM revisions",
        "changes": "SELECT count(*) FROM changes WHERE baseline = 0",
        "off_the_list": "SELECT count(*) FROM lookups JOIN releases ON releases.id = release_id "
        "WHERE found = 'there' AND releases.status = 'suspected'",
        "flapping": "SELECT count(*) FROM editions WHERE flapping IS NOT NULL",
        "quarantined": "SELECT count(*) FROM quarantine",
        "owed": "SELECT count(*) FROM deliveries WHERE state = 'owed'",
        "sent": "SELECT count(*) FROM deliveries WHERE state = 'sent'",
        "failed": "SELECT count(*) FROM deliveries WHERE state = 'failed'",
        # From the end back to the first row of the day before.
        "requests_today": "WITH day AS (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day') AS begins) "
        "SELECT coalesce(sum(requests), 0) FROM crawls, day WHERE finished_at > day.begins AND id > coalesce("
        "(SELECT id FROM crawls WHERE finished_at <= day.begins ORDER BY id DESC LIMIT 1), 0)",
    }
    # Once through all of them, and not once for each status.
    by_status = Counter(dict(db.execute("SELECT status, count(*) FROM releases GROUP BY status").fetchall()))
    return {
        "releases": by_status.total(),
        **{status: by_status[status] for status in ("unseen", "suspected", "removed")},
        **{name: db.execute(query).fetchone()[0] for name, query in counts.items()},
    }


def quarantined(db: Database, *, limit: int) -> list[Row]:
    """The items kept aside last, with their reasons."""
    return list(
        db.query(
            "SELECT agency, lang, source_id, reason, seen_at FROM quarantine ORDER BY seen_at DESC LIMIT ?",
            [limit],
        )
    )

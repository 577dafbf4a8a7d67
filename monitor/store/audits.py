"""What audits found, and what they compare: ids that a listing should show. Decides nothing."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.audits import Audit, Audited, Result
from monitor.store.database import from_text, to_text
from monitor.store.held import SOURCE

NAMED = 200
"""Ids kept with an audit, of each sort; the counts are whole."""


def held_ids(
    db: Database, agency: str, lang: str, source_ids: Iterable[str], *, before: datetime | None = None
) -> set[str]:
    """Those of these releases that are held in this language as something that this agency has shown.

    `before`: had shown before that moment. One that was redacted takes in no further language: it counts as held.
    """
    rows = db.execute(
        """
        SELECT releases.source_id FROM redactions JOIN releases ON releases.id = redactions.release_id
        WHERE releases.source = :source AND releases.source_id IN (SELECT value FROM json_each(:ids))
        UNION
        SELECT releases.source_id FROM releases
        JOIN editions ON editions.release_id = releases.id AND editions.lang = :lang
        JOIN release_agencies ON release_agencies.release_id = releases.id
            AND release_agencies.agency = :agency
        WHERE releases.source = :source AND editions.status <> 'unseen'
          AND releases.source_id IN (SELECT value FROM json_each(:ids))
          AND (:before IS NULL OR max(editions.first_seen_at, release_agencies.first_seen_at) < :before)
        """,
        {
            "source": SOURCE,
            "agency": agency,
            "lang": lang,
            "ids": json.dumps(sorted(source_ids)),
            "before": to_text(before) if before else None,
        },
    )
    return {source_id for (source_id,) in rows}


def expected_ids(db: Database, agency: str, lang: str, *, before: datetime) -> set[str]:
    """The releases that this listing should show, of those held before that moment."""
    rows = db.execute(
        """
        SELECT releases.source_id
        FROM release_agencies
        JOIN releases ON releases.id = release_agencies.release_id
        JOIN editions ON editions.release_id = releases.id AND editions.lang = :lang
        WHERE releases.source = :source AND release_agencies.agency = :agency
          AND release_agencies.left_at IS NULL AND instr(release_agencies.langs, '"' || :lang || '"')
          AND editions.status IN ('listed', 'suspected')
          AND max(editions.first_seen_at, release_agencies.first_seen_at) < :before
        """,
        {"source": SOURCE, "agency": agency, "lang": lang, "before": to_text(before)},
    )
    return {source_id for (source_id,) in rows}


def in_doubt(db: Database, agency: str, lang: str, source_ids: Iterable[str]) -> bool:
    """Whether this listing misses any of these, and another reading has still to confirm it."""
    row = db.execute(
        """
        SELECT EXISTS (
            SELECT 1 FROM absences
            JOIN editions ON editions.id = absences.edition_id AND editions.lang = :lang
            JOIN releases ON releases.id = editions.release_id
            WHERE absences.agency = :agency AND absences.confirmed_at IS NULL
              AND releases.source = :source AND releases.source_id IN (SELECT value FROM json_each(:ids))
        )
        """,
        {"source": SOURCE, "agency": agency, "lang": lang, "ids": json.dumps(list(source_ids))},
    ).fetchone()
    return bool(row[0])


def repeats(db: Database, agency: str, lang: str) -> int:
    """How many audits of this listing in a row have left something in doubt, the last ones."""
    row = db.execute(
        """
        SELECT count(*) FROM audits WHERE agency = :agency AND lang = :lang AND listed IS NOT NULL AND id > (
            SELECT coalesce(max(id), 0) FROM audits
            WHERE agency = :agency AND lang = :lang AND listed IS NOT NULL AND again_at IS NULL
        )
        """,
        {"agency": agency, "lang": lang},
    ).fetchone()
    return int(row[0])


def keep_audit(
    db: Database,
    audit: Audit,
    result: Result | None,
    *,
    order: int,
    outcome: str,
    reason: str,
    again_at: datetime | None,
    now: datetime,
) -> None:
    """Keeps an audit; `result` None: it broke off and says nothing. Runs inside the caller's transaction."""
    detail = {} if result is None else result.detail(NAMED)
    figures = (None,) * 4 if result is None else (result.listed, result.held, result.missing, result.extra)
    db.execute(
        """
        INSERT INTO audits (order_id, agency, lang, started_at, finished_at, outcome, reason, listed, held,
            missing, extra, pages, requests, again_at, detail)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            order,
            audit.agency,
            audit.lang,
            to_text(audit.started_at),
            to_text(now),
            outcome,
            reason,
            *figures,
            audit.pages,
            audit.requests,
            to_text(again_at) if again_at else None,
            json.dumps(detail, ensure_ascii=False),
        ],
    )


def audit_history(db: Database) -> list[Audited]:
    """For each listing whose first reading has ended: when it was audited, and when it is wanted again."""
    rows = db.execute(
        """
        SELECT listings.agency, listings.lang, listings.walked_at,
            (SELECT max(finished_at) FROM audits
             WHERE audits.agency = listings.agency AND audits.lang = listings.lang AND listed IS NOT NULL),
            (SELECT max(finished_at) FROM audits
             WHERE audits.agency = listings.agency AND audits.lang = listings.lang),
            (SELECT again_at FROM audits
             WHERE audits.agency = listings.agency AND audits.lang = listings.lang AND listed IS NOT NULL
             ORDER BY id DESC LIMIT 1)
        FROM listings WHERE walked_at IS NOT NULL
        """
    )
    return [
        Audited(agency, lang, from_text(walked), _moment(proved), _moment(tried), _moment(again))
        for agency, lang, walked, proved, tried, again in rows
    ]


def last_audits(db: Database) -> dict[tuple[str, str], dict[str, Any]]:
    """The last audit of each listing that was ever audited."""
    rows = db.query(
        "SELECT * FROM audits WHERE id IN (SELECT max(id) FROM audits GROUP BY agency, lang) ORDER BY id"
    )
    return {(row["agency"], row["lang"]): _shown(row) for row in rows}


def audits_of(db: Database, orders: Iterable[int]) -> list[dict[str, Any]]:
    """The audits that these orders led to, in their order."""
    rows = db.query(
        "SELECT * FROM audits WHERE order_id IN (SELECT value FROM json_each(?)) ORDER BY order_id, id",
        [json.dumps(list(orders))],
    )
    return [_shown(row) for row in rows]


def listed_before(db: Database, listings: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How many releases each of these listings showed to its last audit that came to the end."""
    rows = db.execute(
        "SELECT agency, lang, listed FROM audits WHERE id IN "
        "(SELECT max(id) FROM audits WHERE listed IS NOT NULL GROUP BY agency, lang)"
    )
    wanted = set(listings)
    return {(agency, lang): listed for agency, lang, listed in rows if (agency, lang) in wanted}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "detail": json.loads(row["detail"])}


def _moment(stored: str | None) -> datetime | None:
    return from_text(stored) if stored else None

"""The releases that the portal is asked for by their numbers, and what it answered; decides nothing itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from crawler.records import Outcome
from monitor.lookups import Found, LookedUp
from monitor.store.database import from_text, to_text


@dataclass(frozen=True, slots=True)
class Wanted:
    """A release that the portal is to be asked for by its number."""

    release_id: int
    source_id: str
    agency: str
    lang: str
    other_titles: tuple[str, ...]
    """Those of its copies in other languages."""
    named: tuple[str, ...]
    """The agencies that the release named when it was listed, where its listing's was none of them."""
    whole: bool
    """Every copy of the release is missing."""
    was_there: bool
    """The portal told of it when it was asked for the time before."""
    tries: int
    next_at: datetime


def ask_for(db: Database, release_id: int, *, edition_id: int | None, now: datetime) -> None:
    """Has a release asked for, in the language of that copy (None: of the one that was seen first)."""
    (lang,) = db.execute(
        "SELECT lang FROM editions WHERE release_id = :release AND status = 'suspected' "
        "AND (:edition IS NULL OR id = :edition) ORDER BY id LIMIT 1",
        {"release": release_id, "edition": edition_id},
    ).fetchone()
    db.execute(
        """
        INSERT INTO lookups (release_id, lang, whole, asked_at, next_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (release_id) DO UPDATE SET
            lang = excluded.lang, whole = excluded.whole, asked_at = excluded.asked_at, next_at = excluded.next_at,
            was_there = CASE WHEN found IS NULL THEN was_there ELSE found = 'there' END,
            tries = 0, found = NULL, outcome = NULL, reason = '', answered_at = NULL, agencies = '[]'
        """,
        [release_id, lang, int(edition_id is None), to_text(now), to_text(now)],
    )


def wanted(db: Database) -> list[Wanted]:
    """Those that are still to be asked for, the first due first; such as are shown again by now are let go of."""
    rows = db.execute(
        """
        SELECT lookups.release_id, releases.source_id, releases.agency, lookups.lang,
               (SELECT json_group_array(title) FROM editions AS others
                WHERE others.release_id = lookups.release_id AND others.lang <> lookups.lang),
               releases.named, whole, was_there, tries, next_at
        FROM lookups INDEXED BY lookups_open
        JOIN releases ON releases.id = lookups.release_id
        JOIN editions ON editions.release_id = releases.id AND editions.lang = lookups.lang
        WHERE found IS NULL AND editions.status = 'suspected'
        ORDER BY next_at, lookups.release_id
        """
    )
    return [
        Wanted(
            release_id=release_id,
            source_id=source_id,
            agency=agency,
            lang=lang,
            other_titles=tuple(json.loads(titles)),
            named=tuple(json.loads(named)),
            whole=bool(whole),
            was_there=bool(was_there),
            tries=tries,
            next_at=from_text(next_at),
        )
        for release_id, source_id, agency, lang, titles, named, whole, was_there, tries, next_at in rows
    ]


def looked_up(db: Database, release_id: int) -> LookedUp | None:
    """The last look-up of a release that has ended; None: there is none, or one is still open."""
    row = db.execute(
        "SELECT found, answered_at FROM lookups WHERE release_id = ? AND found IS NOT NULL", [release_id]
    ).fetchone()
    return LookedUp(row[0], from_text(row[1])) if row else None


def is_open(db: Database, release_id: int) -> bool:
    """Whether a release is still to be asked for; once the copy in its language is shown it is not."""
    row = db.execute(
        "SELECT 1 FROM lookups JOIN editions USING (release_id, lang) "
        "WHERE release_id = ? AND found IS NULL AND editions.status = 'suspected'",
        [release_id],
    ).fetchone()
    return row is not None


def told(db: Database, release_id: int) -> dict[str, Any] | None:
    """What the portal said, as it is kept as evidence and shown; None: it was not asked."""
    row = db.execute(
        "SELECT lang, found, outcome, reason, answered_at, agencies, tries FROM lookups "
        "WHERE release_id = ? AND found IS NOT NULL",
        [release_id],
    ).fetchone()
    if row is None:
        return None
    lang, found, outcome, reason, answered_at, agencies, tries = row
    said = {"lang": lang, "found": found, "outcome": outcome, "at": answered_at, "tries": tries}
    more = {"reason": reason, "agencies": json.loads(agencies)}
    return said | {name: value for name, value in more.items() if value}


def ask_again_at(db: Database, release_id: int, moment: datetime) -> None:
    """Has a release that is still to be asked for wait until then; runs inside the caller's transaction."""
    db.execute(
        "UPDATE lookups SET next_at = ? WHERE release_id = ? AND found IS NULL", [to_text(moment), release_id]
    )


def try_later(db: Database, release_id: int, outcome: Outcome, reason: str, *, next_at: datetime) -> None:
    """Notes a try without an answer."""
    db.execute(
        "UPDATE lookups SET tries = tries + 1, outcome = ?, reason = ?, next_at = ? WHERE release_id = ?",
        [outcome, reason, to_text(next_at), release_id],
    )


def answered(
    db: Database,
    release_id: int,
    found: Found,
    outcome: Outcome,
    reason: str,
    *,
    agencies: Sequence[str],
    now: datetime,
) -> None:
    """Notes what came of a look-up."""
    db.execute(
        "UPDATE lookups SET tries = tries + 1, found = ?, outcome = ?, reason = ?, agencies = ?, answered_at = ? "
        "WHERE release_id = ?",
        [found, outcome, reason, json.dumps(list(agencies)), to_text(now), release_id],
    )

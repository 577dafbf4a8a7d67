"""What is thought of the whole portal's listing, and what it is compared with; decides nothing."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from monitor.store.database import from_text, to_text
from monitor.store.held import SOURCE
from monitor.whole import Standing


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of an item whose wording the worker left out."""

    agencies: tuple[str, ...]
    published_at: datetime | None


def load_standings(db: Database, base_url: str) -> dict[str, Standing]:
    """By language."""
    rows = db.execute(
        "SELECT lang, proved_at, reason, failures, tried_at, behind_since FROM whole_portal WHERE base_url = ?",
        [base_url],
    ).fetchall()
    return {
        lang: Standing(lang, _moment(proved_at), reason, failures, _moment(tried_at), _moment(behind_since))
        for lang, proved_at, reason, failures, tried_at, behind_since in rows
    }


def save_standing(db: Database, base_url: str, standing: Standing) -> None:
    """Keeps it; runs inside the caller's transaction."""
    db.execute(
        """
        INSERT INTO whole_portal (base_url, lang, proved_at, reason, failures, tried_at, behind_since)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (base_url, lang) DO UPDATE SET proved_at = excluded.proved_at, reason = excluded.reason,
            failures = excluded.failures, tried_at = excluded.tried_at, behind_since = excluded.behind_since
        """,
        [
            base_url,
            standing.lang,
            _text(standing.proved_at),
            standing.reason,
            standing.failures,
            _text(standing.tried_at),
            _text(standing.behind_since),
        ],
    )


def held_of(db: Database, lang: str, source_ids: Iterable[str]) -> dict[str, Held]:
    """The agencies that list each of these, and its date in this language."""
    rows = db.execute(
        """
        SELECT releases.source_id, editions.published_at,
               (SELECT json_group_array(agency) FROM release_agencies
                WHERE release_id = releases.id AND left_at IS NULL)
        FROM releases JOIN editions ON editions.release_id = releases.id AND editions.lang = ?
        WHERE releases.source = ? AND releases.source_id IN (SELECT value FROM json_each(?))
        """,
        [lang, SOURCE, json.dumps(list(source_ids))],
    )
    return {
        source_id: Held(tuple(json.loads(agencies)), _moment(published_at))
        for source_id, published_at, agencies in rows
    }


def held_between(
    db: Database, agencies: Iterable[str], lang: str, oldest: datetime, newest: datetime
) -> frozenset[str]:
    """The portal ids of what these agencies list in this language, dated between the two moments."""
    rows = db.execute(
        """
        SELECT releases.source_id
        FROM editions JOIN releases ON releases.id = editions.release_id
        WHERE editions.lang = :lang AND editions.published_at > :oldest AND editions.published_at < :newest
          AND editions.status = 'listed'
          AND releases.agency IN (SELECT value FROM json_each(:agencies))
        """,
        {
            "lang": lang,
            "agencies": json.dumps(sorted(agencies)),
            "oldest": to_text(oldest),
            "newest": to_text(newest),
        },
    )
    return frozenset(source_id for (source_id,) in rows)


def _moment(stored: str | None) -> datetime | None:
    return from_text(stored) if stored else None


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None

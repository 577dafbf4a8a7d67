"""What the store holds of how some agencies treated what they published lately. Writes nothing, decides nothing."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from monitor.store.database import from_text, to_text
from monitor.treatment import Event, Publication

# The long list of ids comes first: of the view, only their rows are made.
_PUBLICATIONS = """
    SELECT release_id, month, seen_at, baseline, backdated FROM publications
    WHERE release_id IN (
        SELECT release_agencies.release_id FROM release_agencies JOIN releases ON releases.id = release_id
        WHERE release_agencies.agency IN (SELECT value FROM json_each(:agencies))
          AND (published_at >= :since OR releases.first_seen_at >= :since))
      AND agency IN (SELECT value FROM json_each(:agencies)) AND month >= :month
"""
_EVENTS = """
    SELECT release_id, kind, at, weight, baseline,
           iif(edition_id IS NULL, NULL, (SELECT lang FROM editions
               WHERE editions.release_id = changes.release_id AND +editions.id = edition_id)),
           iif(kind = 'restored', coalesce(detail ->> '$.classes', '[]'), '[]')
    FROM changes
    WHERE release_id IN (SELECT value FROM json_each(:ids))
      AND kind IN ('translated', 'edited', 'removed', 'restored')
"""


def publications_and_events(
    db: Database, agencies: Sequence[str], *, month: str
) -> tuple[tuple[Publication, ...], tuple[Event, ...]]:
    """What these agencies were the first to list from a month on, as `2026-07`, and what became of it."""
    # No zone begins its month more than a day before UTC does.
    since = datetime.fromisoformat(f"{month}-01T00:00+00:00") - timedelta(days=1)
    chosen = {"agencies": json.dumps(list(agencies)), "since": to_text(since), "month": month}
    publications = tuple(
        Publication(
            release_id=release_id,
            month=month,
            seen_at=from_text(seen_at) if seen_at else None,
            is_news=baseline == 0,
            backdated=bool(backdated),
        )
        for release_id, month, seen_at, baseline, backdated in db.execute(_PUBLICATIONS, chosen)
    )
    ids = json.dumps([publication.release_id for publication in publications])
    return publications, tuple(_event(*row) for row in db.execute(_EVENTS, {"ids": ids}))


def _event(
    release_id: int, kind: Any, at: str, weight: Any, baseline: int, lang: str | None, classes: str
) -> Event:
    return Event(
        release_id=release_id,
        kind=kind,
        at=from_text(at),
        weight=weight,
        lang=lang,
        is_news=baseline == 0,
        classes=frozenset(json.loads(classes)),
    )

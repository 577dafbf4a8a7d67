"""What was noticed of the portal's forms: which a listing has, and which fields nobody has told of."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from crawler.records import Misfit, Sighting
from monitor.store.database import to_text
from monitor.store.redactions import redacted

MOST = 100
"""Forms kept of one listing: a portal that makes names up must not fill the table."""
_LONGEST_EXAMPLE = 200


def forms_noticed(db: Database, agency: str, lang: str, route: str) -> set[str]:
    """The forms that were met in this listing, by this route."""
    rows = db.execute(
        "SELECT form FROM noticed WHERE agency = ? AND lang = ? AND route = ?", [agency, lang, route]
    )
    return {form for (form,) in rows}


def note_forms(
    db: Database,
    forms: Iterable[str],
    records: Sequence[Sighting | Misfit],
    *,
    agency: str,
    lang: str,
    route: str,
    now: datetime,
) -> None:
    """Keeps forms that were met for the first time, each with an example from the page where there is one."""
    if not (new := list(forms)):
        return
    blank = redacted(db, [record.source_id for record in records if record.source_id is not None])
    records = [record for record in records if record.source_id not in blank]
    for form in new:
        db.execute(
            "INSERT INTO noticed (agency, lang, route, form, first_seen_at, example) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (agency, lang, route, form) DO NOTHING",
            [agency, lang, route, form, to_text(now), _example(form, records)],
        )


def noticed_rows(db: Database) -> list[dict[str, Any]]:
    """Everything noticed, the unknown fields first."""
    return list(
        db.query(
            "SELECT form, agency, lang, route, first_seen_at, example FROM noticed "
            "ORDER BY form NOT LIKE 'key:%', form, agency, lang, route"
        )
    )


def unknown_fields(db: Database) -> dict[str, int]:
    """The fields of items that nobody knows yet, each with the number of listings that have it."""
    rows = db.execute(
        "SELECT substr(form, 5), count(DISTINCT agency || '/' || lang) FROM noticed WHERE form LIKE 'key:%' "
        "GROUP BY form ORDER BY 2 DESC, 1"
    )
    return dict(rows.fetchall())


def _example(form: str, records: Sequence[Sighting | Misfit]) -> str | None:
    """What a field nobody knows held, where the page still has it."""
    what, _, name = form.partition(":")
    if what != "key":
        return None
    for item in map(_raw, records):
        if name in item:
            shown = json.dumps(item[name], ensure_ascii=False)
            return shown[:_LONGEST_EXAMPLE].encode("utf-8", "replace").decode()
    return None


def _raw(record: Sighting | Misfit) -> Mapping[str, Any]:
    """The item as it was received; empty where the worker left it out, or where it is no object."""
    raw = record.raw if isinstance(record, Misfit) else record.wording.raw if record.wording else ""
    try:
        item = json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        return {}  # a misfit may be anything
    return item if isinstance(item, dict) else {}

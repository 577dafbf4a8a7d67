"""Which rows of the journal a page of it shows, the newest first; writes nothing.

Only those that were news. Only what is shown is touched where an index has it in order; of an agency that has few
changes among the newest, all of its own are looked through instead.
"""

import json
import sqlite3
from dataclasses import dataclass

from sqlite_utils import Database

from monitor.changes import WEIGHTS, Kind, Weight
from monitor.errors import StoreError
from monitor.store.selections import line_of

_TOP = 2**62
_NEAREST = 5000
"""Changes that are looked at for those of an agency before its own are."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page of the journal is narrowed to; nothing named means everything."""

    kind: Kind | None = None
    agency: str | None = None
    weight: Weight = "none"
    """The least that a change weighs."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some changes by their ids, the newest first, and the way to those beside them."""

    ids: tuple[int, ...]
    has_older: bool
    has_newer: bool
    newer_before: int | None
    """Where the stretch above ends; None: it is the newest of all."""


def recent_changes(db: Database, wanted: Wanted, *, before: int | None, size: int) -> Stretch:
    """The newest changes that are older than the one of this id (None: of all).

    Raises StoreError where the database cannot be read.
    """
    try:
        slugs = line_of(db, [wanted.agency]) if wanted.agency else []
        found = _ids(db, wanted, slugs, below=_TOP if before is None else before, limit=size + 1)
        above = [] if before is None else _ids(db, wanted, slugs, above=before - 1, limit=size + 1)
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be read for the changes: {error}") from error
    return Stretch(
        ids=tuple(found[:size]),
        has_older=len(found) > size,
        has_newer=bool(above),
        newer_before=above[size] if len(above) > size else None,
    )


def _ids(
    db: Database, wanted: Wanted, slugs: list[str], *, below: int = _TOP, above: int = -_TOP, limit: int
) -> list[int]:
    """The ids between two: from `below` downwards, or where `above` is given, from there upwards."""
    comes = wanted.kind in {None, "published", "translated"}
    index = "changes_told" if comes else "changes_of_kind"
    terms = ["baseline = 0", "id < :below", "id > :above"]
    terms += [] if comes else ["kind <> 'published'", "kind <> 'translated'"]
    terms += ["kind = :kind"] if wanted.kind else []
    terms += ["weight IN (SELECT value FROM json_each(:weights))"] if wanted.weight != "none" else []
    order = f"ORDER BY id {'' if above != -_TOP else 'DESC'}"
    values = {
        "below": below,
        "above": above,
        "kind": wanted.kind,
        "weights": json.dumps(WEIGHTS[WEIGHTS.index(wanted.weight) :]),
        "slugs": json.dumps(slugs),
        "limit": limit,
        "nearest": _NEAREST,
    }
    newest = f"SELECT id, release_id FROM changes INDEXED BY {index} WHERE {' AND '.join(terms)} {order}"  # noqa: S608
    if not slugs:
        return [key for key, _ in db.execute(f"{newest} LIMIT :limit", values)]
    sql = f"SELECT near.id FROM ({newest} LIMIT :nearest) AS near WHERE {_OF_AGENCY} LIMIT :limit"  # noqa: S608 words of ours
    found = [key for (key,) in db.execute(sql, values)]
    if len(found) == limit:
        return found
    sql = (
        "SELECT DISTINCT changes.id FROM release_agencies "  # noqa: S608 words of ours
        "CROSS JOIN changes INDEXED BY changes_by_release ON changes.release_id = release_agencies.release_id "
        f"WHERE agency IN (SELECT value FROM json_each(:slugs)) AND {' AND '.join(terms)} {order} LIMIT :limit"
    )
    return [key for (key,) in db.execute(sql, values)]


_OF_AGENCY = """
    EXISTS (SELECT 1 FROM json_each(:slugs) JOIN release_agencies ON agency = value
            WHERE release_agencies.release_id = near.release_id)
"""

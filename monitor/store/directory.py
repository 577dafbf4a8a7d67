"""What the portal's own directory taught: kept, so that the next start does not undo it. Compares nothing."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from crawler.directory import Agency, of_the_file
from monitor.store.database import to_text, writing

_LEARNED = "SELECT slug, kind, name_kk, name_ru, name_en, coalesce(gone_at, '') FROM directory ORDER BY slug"


def learned_agencies(db: Database) -> list[Agency]:
    """The agencies as the portal's own directory named them when it was last read."""
    return [_agency(*row) for row in db.execute(_LEARNED)]


def learned_in(path: Path) -> list[Agency]:
    """The same of a database that may not be there, not be ours, or be older than this table: nothing then.

    It is asked before anything else is known to be sound; whoever opens the database properly says what is wrong.
    """
    return [_agency(*row) for row in _asked(path, _LEARNED)]


def gone_in(path: Path) -> list[str]:
    """The slugs that the portal's directory named no longer when it was last read; as `learned_in`."""
    return [slug for (slug,) in _asked(path, "SELECT slug FROM directory WHERE gone_at IS NOT NULL")]


def _asked(path: Path, query: str) -> list[tuple[str, ...]]:
    if not path.is_file():
        return []
    with suppress(sqlite3.Error), closing(_reader(path)) as connection:
        return connection.execute(query).fetchall()
    return []


def _reader(path: Path) -> sqlite3.Connection:
    """Not `mode=ro`: such a reader could not clear up after itself where it is the only one."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
    connection.execute("PRAGMA query_only = ON")
    return connection


def keep_learned(db: Database, agencies: Iterable[Agency], *, gone: Iterable[Agency], now: datetime) -> None:
    """Keeps agencies as the portal names them, and notes those that it names no longer."""
    with writing(db):
        for agency, left in [*((each, None) for each in agencies), *((each, to_text(now)) for each in gone)]:
            db.execute(
                """
                INSERT INTO directory (slug, name_kk, name_ru, name_en, kind, seen_at, gone_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (slug) DO UPDATE SET name_kk = excluded.name_kk, name_ru = excluded.name_ru,
                    name_en = excluded.name_en, gone_at = excluded.gone_at,
                    seen_at = CASE WHEN excluded.gone_at IS NULL THEN excluded.seen_at ELSE seen_at END
                """,
                [
                    agency.slug,
                    agency.name_kk,
                    agency.name_ru,
                    agency.name_en,
                    agency.kind,
                    to_text(now),
                    left,
                ],
            )


def _agency(slug: str, kind: str, name_kk: str, name_ru: str, name_en: str, gone_at: str) -> Agency:
    ours = of_the_file().get(slug)
    return Agency(
        slug=slug,
        kind=kind,
        name_kk=name_kk,
        name_ru=name_ru,
        name_en=name_en,
        since=ours.since if ours else "",
        until=gone_at[:10] or (ours.until if ours else ""),
        last_seen=ours.last_seen if ours else "",
        successor=ours.successor if ours else "",
        note=ours.note if ours else "",
        doubt=ours.doubt if ours else "",
    )

"""When each listing was last read, and when it is read next: one row a listing, so that a restart goes on there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from monitor.rhythm import Key
from monitor.store.database import from_text, to_text


@dataclass(frozen=True, slots=True)
class Due:
    """The next reading of a listing, as it was planned when something was last read of it."""

    agency: str
    lang: str
    read_at: datetime | None
    """When the last good reading from its first page on began; None: there was none."""
    wide_at: datetime | None
    """When the last one began that was to cover the rescan window too."""
    due_at: datetime
    ground: str = ""
    """Why it is read then; empty where nobody reckoned."""
    waiting: float = 0.0
    """Releases, copies and edits likely to wait there by then."""

    @property
    def key(self) -> Key:
        return self.agency, self.lang


def load_due(db: Database) -> dict[Key, Due]:
    """What is stored of all listings, the whole portal's among them."""
    rows = db.execute("SELECT agency, lang, read_at, wide_at, due_at, ground, waiting FROM due")
    return {
        (agency, lang): Due(agency, lang, _moment(read_at), _moment(wide_at), from_text(due_at), *rest)
        for agency, lang, read_at, wide_at, due_at, *rest in rows
    }


def save_due(db: Database, due: Iterable[Due]) -> None:
    """Puts these in the place of what was stored of their listings, inside the caller's transaction."""
    db.conn.executemany(
        """
        INSERT INTO due (agency, lang, read_at, wide_at, due_at, ground, waiting) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (agency, lang) DO UPDATE SET read_at = excluded.read_at, wide_at = excluded.wide_at,
            due_at = excluded.due_at, ground = excluded.ground, waiting = excluded.waiting
        """,
        [
            (
                one.agency,
                one.lang,
                _text(one.read_at),
                _text(one.wide_at),
                to_text(one.due_at),
                one.ground,
                one.waiting,
            )
            for one in due
        ],
    )


def note_reading(db: Database, crawl: int) -> None:
    """Brings the row of a listing up to an order that has ended, inside the transaction that ends it.

    An order that says nothing of when to look again leaves it as it is.
    """
    db.execute(
        """
        INSERT INTO due (agency, lang, read_at, wide_at, due_at)
        SELECT agency, lang, iif(good, started_at, NULL), iif(good AND purpose = 'wide', started_at, NULL), next_at
        FROM (SELECT *, page = 1 AND outcome IN ('items', 'unchanged', 'empty') AS good FROM crawls WHERE id = ?)
        WHERE next_at IS NOT NULL
        ON CONFLICT (agency, lang) DO UPDATE SET read_at = coalesce(excluded.read_at, due.read_at),
            wide_at = coalesce(excluded.wide_at, due.wide_at), due_at = excluded.due_at, ground = '', waiting = 0.0
        """,
        [crawl],
    )


def _moment(stored: str | None) -> datetime | None:
    return from_text(stored) if stored else None


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None

"""Readings that somebody asked for: written by `jarshy crawl`, carried out by whoever holds the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from crawler.records import Outcome
from monitor.schedule import Asked
from monitor.store.database import to_text, writing
from monitor.store.listings import Counts


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order has come."""

    id: int
    agency: str
    lang: str
    state: str
    """`open`, `done`, `failed` or `dropped`."""
    pages: int
    """Pages read so far."""
    outcome: Outcome | None
    reason: str
    listed: int
    new: int
    edited: int
    removed: int


def ask(
    db: Database,
    listings: Iterable[tuple[str, str]],
    *,
    pages: int | None,
    since: date | None,
    whole: bool,
    now: datetime,
) -> list[int]:
    """Writes an order for each listing (agency, language); their ids."""
    ids = []
    with writing(db):
        for agency, lang in listings:
            cursor = db.execute(
                "INSERT INTO orders (asked_at, agency, lang, pages, since, whole) VALUES (?, ?, ?, ?, ?, ?)",
                [to_text(now), agency, lang, pages, since.isoformat() if since else None, int(whole)],
            )
            ids.append(int(cursor.lastrowid or 0))
    return ids


def open_orders(db: Database) -> list[Asked]:
    """The orders that are not carried out yet, the oldest first."""
    rows = db.query("SELECT * FROM orders WHERE state = 'open' ORDER BY id")
    return [
        Asked(
            id=row["id"],
            agency=row["agency"],
            lang=row["lang"],
            pages=row["pages"],
            since=date.fromisoformat(row["since"]) if row["since"] else None,
            whole=bool(row["whole"]),
            next_page=row["next_page"],
        )
        for row in rows
    ]


def page_done(
    db: Database,
    order: int,
    *,
    page: int,
    listed: int,
    counts: Counts,
    outcome: Outcome,
    reason: str,
    state: str,
    now: datetime,
) -> None:
    """Notes one page of an order; `state` is `open` while there are more.

    An order that was taken back meanwhile stays so.
    """
    db.execute(
        """
        UPDATE orders SET next_page = :next, listed = listed + :listed, new = new + :new,
            edited = edited + :edited, removed = removed + :removed, reason = :reason, state = :state,
            -- An empty page behind others is the end of the listing, and not what came of it.
            outcome = CASE WHEN :outcome = 'empty' AND :page > 1 THEN coalesce(outcome, :outcome)
                ELSE :outcome END,
            finished_at = CASE WHEN :state = 'open' THEN NULL ELSE :now END
        WHERE id = :id AND state = 'open'
        """,
        {
            "id": order,
            "page": page,
            "next": page + 1 if state != "failed" else page,
            "listed": listed,
            "new": counts.new,
            "edited": counts.edited,
            "removed": counts.removed,
            "outcome": outcome,
            "reason": reason,
            "state": state,
            "now": to_text(now),
        },
    )


def drop(db: Database, ids: Iterable[int], *, reason: str, now: datetime) -> None:
    """Takes back orders that nobody waits for any more."""
    with writing(db):
        for order in ids:
            db.execute(
                "UPDATE orders SET state = 'dropped', reason = ?, finished_at = ? "
                "WHERE id = ? AND state = 'open'",
                [reason, to_text(now), order],
            )


def progress(db: Database, ids: Iterable[int]) -> list[Progress]:
    """How far these orders have come, in the order of their ids."""
    return [
        Progress(
            id=row["id"],
            agency=row["agency"],
            lang=row["lang"],
            state=row["state"],
            pages=row["next_page"] - 1,
            outcome=row["outcome"],
            reason=row["reason"],
            listed=row["listed"],
            new=row["new"],
            edited=row["edited"],
            removed=row["removed"],
        )
        for order in ids
        for row in db.query("SELECT * FROM orders WHERE id = ?", [order])
    ]

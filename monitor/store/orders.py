"""What somebody asked for: written by `jarshy crawl` and `audit`, carried out by whoever holds the database."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from crawler.records import Outcome
from monitor.schedule import Asked, Kind
from monitor.store.database import from_text, to_text, writing
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
    """The furthest page that was read."""
    outcome: Outcome | None
    reason: str
    listed: int
    new: int
    edited: int
    removed: int
    since: date | None = None
    newest_at: datetime | None = None
    oldest_at: datetime | None = None
    """Dates of the releases that it has come by."""


def ask(
    db: Database,
    listings: Iterable[tuple[str, str]],
    *,
    pages: int | None = None,
    since: date | None = None,
    whole: bool = False,
    kind: Kind = "reading",
    anew: bool = False,
    now: datetime,
) -> list[int]:
    """Writes an order for each listing (agency, language); their ids.

    Those to read listings to their end or back to a date take up the last of the same scope where they were not all
    finished, unless they are to begin `anew`.
    """
    scope = {"since": since.isoformat() if since else None, "whole": int(whole)}
    resumable = kind == "reading" and pages is None and (whole or since is not None) and not anew
    listings = list(listings)
    ids = []
    with writing(db):
        earlier = _interrupted(db, listings, scope) if resumable else {}
        for agency, lang in listings:
            if (agency, lang) in earlier:
                ids.append(earlier[agency, lang])
                continue
            cursor = db.execute(
                "INSERT INTO orders (asked_at, agency, lang, pages, since, whole, kind) "
                "VALUES (:now, :agency, :lang, :pages, :since, :whole, :kind)",
                {**scope, "now": to_text(now), "agency": agency, "lang": lang, "pages": pages, "kind": kind},
            )
            ids.append(int(cursor.lastrowid or 0))
        db.execute(
            "UPDATE orders SET state = 'open', reason = '', finished_at = NULL "
            "WHERE state IN ('failed', 'dropped') AND id IN (SELECT value FROM json_each(?))",
            [json.dumps(ids)],
        )
    return ids


def ask_for_cited(
    db: Database, wanted: Mapping[tuple[str, str], Iterable[tuple[str, date]]], *, now: datetime
) -> list[int]:
    """Writes an order for each listing that may show what dumps cite: ids, each with the day its dump names."""
    with writing(db):
        return [
            int(
                db.execute(
                    "INSERT INTO orders (asked_at, agency, lang, kind, wanted) VALUES (?, ?, ?, 'cited', ?)",
                    [to_text(now), agency, lang, json.dumps([(one, day.isoformat()) for one, day in cited])],
                ).lastrowid
                or 0
            )
            for (agency, lang), cited in wanted.items()
        ]


def ask_by_itself(db: Database, agency: str, lang: str, *, now: datetime) -> None:
    """Writes an order for an audit that nobody waits for."""
    with writing(db):
        db.execute(
            "INSERT INTO orders (asked_at, agency, lang, kind, by_itself) VALUES (?, ?, ?, 'audit', 1)",
            [to_text(now), agency, lang],
        )


def open_orders(db: Database) -> list[Asked]:
    """The orders that are not carried out yet, the oldest first.

    One that was begun goes on from the top, and jumps to the page that it read last. An audit begins again: what
    it proves it must have seen in one go.
    """
    rows = db.query("SELECT * FROM orders WHERE state = 'open' ORDER BY id")
    return [
        Asked(
            id=row["id"],
            agency=row["agency"],
            lang=row["lang"],
            pages=row["pages"],
            since=date.fromisoformat(row["since"]) if row["since"] else None,
            whole=bool(row["whole"]),
            kind=row["kind"],
            jump_to=row["reached"] if row["kind"] == "reading" and row["reached"] > 1 else None,
            resumed_at=from_text(row["resumed_at"]) if row["resumed_at"] else None,
            wanted=tuple((one, date.fromisoformat(day)) for one, day in json.loads(row["wanted"] or "[]")),
            by_itself=bool(row["by_itself"]),
        )
        for row in rows
    ]


def underway(db: Database) -> list[dict[str, Any]]:
    """The orders that are not carried out yet, the oldest first, and how far each is."""
    return list(
        db.query(
            """
            SELECT id, asked_at, agency, lang, kind, whole, since, by_itself, reached, listed
            FROM orders WHERE state = 'open' ORDER BY id
            """
        )
    )


def note_resumed(db: Database, orders: Iterable[int], *, now: datetime) -> None:
    """Notes since when these orders catch up, which were interrupted and have not done so yet."""
    with writing(db):
        db.execute(
            "UPDATE orders SET resumed_at = ? WHERE id IN (SELECT value FROM json_each(?))",
            [to_text(now), json.dumps(list(orders))],
        )


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
    dates: Iterable[datetime] = (),
    caught_up: bool = False,
) -> None:
    """Notes one page of an order and the dates it showed; `state` is `open` while there are more.

    `caught_up`: after an interruption it has met what was held, and goes on where it was.

    An order that was taken back meanwhile stays so.
    """
    shown = sorted(to_text(moment) for moment in dates)
    db.execute(
        """
        UPDATE orders SET next_page = :next, reached = max(reached, :reached),
            newest_at = coalesce(max(newest_at, :newest), newest_at, :newest),
            oldest_at = coalesce(min(oldest_at, :oldest), oldest_at, :oldest),
            -- A page that is read once more, after an interruption, lists nothing more.
            listed = listed + iif(:page > reached, :listed, 0), new = new + :new,
            edited = edited + :edited, removed = removed + :removed, reason = :reason, state = :state,
            -- An empty page behind others is the end of the listing, and not what came of it.
            outcome = CASE WHEN :outcome = 'empty' AND :page > 1 THEN coalesce(outcome, :outcome)
                ELSE :outcome END,
            resumed_at = CASE WHEN :caught_up THEN NULL ELSE resumed_at END,
            finished_at = CASE WHEN :state = 'open' THEN NULL ELSE :now END
        WHERE id = :id AND state = 'open'
        """,
        {
            "id": order,
            "page": page,
            "next": page + 1 if state != "failed" else page,
            "reached": page if state != "failed" else 0,
            # Of the newest the one before: a date typed into the future says nothing of the listing.
            "newest": shown[-2:][0] if shown else None,
            "oldest": shown[0] if shown else None,
            "listed": listed,
            "new": counts.new,
            "edited": counts.edited,
            "removed": counts.removed,
            "outcome": outcome,
            "reason": reason,
            "state": state,
            "caught_up": caught_up,
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
            pages=row["reached"],
            outcome=row["outcome"],
            reason=row["reason"],
            listed=row["listed"],
            new=row["new"],
            edited=row["edited"],
            removed=row["removed"],
            since=date.fromisoformat(row["since"]) if row["since"] else None,
            newest_at=from_text(row["newest_at"]) if row["newest_at"] else None,
            oldest_at=from_text(row["oldest_at"]) if row["oldest_at"] else None,
        )
        for order in ids
        for row in db.query("SELECT * FROM orders WHERE id = ?", [order])
    ]


def _interrupted(
    db: Database, listings: Iterable[tuple[str, str]], scope: Mapping[str, object]
) -> dict[tuple[str, str], int]:
    """By listing, the last orders of this scope, where they were not all carried out.

    What was asked for together and is done stays done; what is open may have been killed.
    """
    found = {
        (agency, lang): row
        for agency, lang in listings
        for row in db.execute(
            """
            SELECT id, state, asked_at FROM orders
            WHERE agency = :agency AND lang = :lang AND kind = 'reading' AND pages IS NULL
              AND whole = :whole AND since IS :since
            ORDER BY id DESC LIMIT 1
            """,
            {**scope, "agency": agency, "lang": lang},
        ).fetchall()
    }
    together = {asked_at for _, state, asked_at in found.values() if state != "done"}
    return {
        key: order
        for key, (order, state, asked_at) in found.items()
        if state != "done" or asked_at in together
    }

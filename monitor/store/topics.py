"""The feeds that a WebSub hub is told of: what each holds now, and what the hub was last told. Tells nobody.

A topic is owed an announcement while what it holds (`noted`) is not what the hub was told of (`announced`).
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.store.database import from_text, to_text, writing

_ASKED_AGAIN_HOURS = 12
"""A topic that is asked for every minute is not written every minute."""

_FURTHEST = timedelta(days=2)
"""No pause is as long: an attempt that is further ahead was set by a clock that was wrong, and has come."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A feed that has changed since the hub was last told of it."""

    address: str
    """From `/feeds` on, with its ending."""
    noted: str
    """A digest of what it holds."""
    attempts: int
    """Those that failed because of it since it was last told."""


@dataclass(frozen=True, slots=True)
class Debt:
    """What the hub has not been told of yet."""

    feeds: int
    next_attempt_at: datetime | None
    """The earliest; None where one is due as soon as somebody runs."""
    error: str | None
    """Why attempts failed so far; of feeds that the hub refused, where nothing else is owed."""
    refused: int = 0
    """Feeds that the hub would not hear of; they are not announced before they change again."""


def held(db: Database) -> dict[str, str]:
    """The addresses of all topics, each with the digest of what it was last seen to hold."""
    return dict(db.execute("SELECT address, noted FROM topics").fetchall())


def offer(db: Database, addresses: Collection[str], *, now: datetime) -> None:
    """From now on these are the topics that are never forgotten.

    One that is offered no longer may have subscribers: it is kept like one that somebody asked for today.
    """
    with writing(db):
        named = json.dumps(sorted(addresses))
        db.execute(
            "UPDATE topics SET asked_at = ? WHERE asked_at IS NULL "
            "AND address NOT IN (SELECT value FROM json_each(?))",
            [to_text(now), named],
        )
        db.execute(
            "UPDATE topics SET asked_at = NULL WHERE asked_at IS NOT NULL "
            "AND address IN (SELECT value FROM json_each(?))",
            [named],
        )


def note(db: Database, digests: Mapping[str, str], *, asked: Collection[str], now: datetime) -> None:
    """What topics hold now.

    A new one counts as announced, since nobody can have subscribed to it. `asked` are those of the new ones that
    may be forgotten.
    """
    with writing(db):
        for address, digest in digests.items():
            db.execute(
                "INSERT INTO topics (address, noted, announced, asked_at) "
                "VALUES (:address, :digest, :digest, :asked) "
                "ON CONFLICT (address) DO UPDATE SET noted = excluded.noted WHERE noted <> excluded.noted",
                {"address": address, "digest": digest, "asked": to_text(now) if address in asked else None},
            )


def ask(db: Database, addresses: Iterable[str], *, now: datetime) -> None:
    """These topics were asked for at this moment."""
    with writing(db):
        db.conn.executemany(
            "UPDATE topics SET asked_at = ?1 WHERE address = ?2 AND julianday(?1) - julianday(asked_at) > ?3 / 24.0",
            [(to_text(now), address, _ASKED_AGAIN_HOURS) for address in addresses],
        )


def forget(db: Database, *, keep: int, asked_before: datetime) -> None:
    """Lets go of topics that nobody has asked for since then, and of all but the `keep` that were asked for last."""
    with writing(db):
        db.execute(
            "DELETE FROM topics WHERE asked_at < ? OR address IN (SELECT address FROM topics "
            "WHERE asked_at IS NOT NULL ORDER BY asked_at DESC, address LIMIT -1 OFFSET ?)",
            [to_text(asked_before), keep],
        )


def drop(db: Database, addresses: Iterable[str]) -> None:
    """Lets go of topics that are no feeds any longer."""
    with writing(db):
        db.conn.executemany("DELETE FROM topics WHERE address = ?", [(address,) for address in addresses])


def owed(db: Database, *, now: datetime, most: int) -> list[Topic]:
    """Topics whose announcement may be attempted by now, those that failed least first."""
    rows = db.execute(
        "SELECT address, noted, attempts FROM topics WHERE noted <> announced "
        "AND (next_attempt_at IS NULL OR next_attempt_at NOT BETWEEN ? AND ?) ORDER BY attempts, address LIMIT ?",
        [to_text(now + timedelta(milliseconds=1)), to_text(now + _FURTHEST), most],
    )
    return [Topic(*row) for row in rows]


def debt(db: Database) -> Debt:
    """All that is owed, in sum."""
    (feeds, moment, error) = db.execute(
        "SELECT count(*), min(coalesce(next_attempt_at, '')), max(error) FROM topics WHERE noted <> announced"
    ).fetchone()
    (refused, refusal) = db.execute(
        "SELECT count(*), max(error) FROM topics WHERE noted = announced AND error IS NOT NULL"
    ).fetchone()
    return Debt(feeds, from_text(moment) if moment else None, error if feeds else refusal, refused)


def next_attempt_at(db: Database, *, now: datetime) -> datetime | None:
    """When an announcement may next be attempted (`now` at the earliest); None where none is owed."""
    (moment, any_owed) = db.execute(
        "SELECT min(iif(next_attempt_at <= ?, next_attempt_at, '')), count(*) FROM topics WHERE noted <> announced",
        [to_text(now + _FURTHEST)],
    ).fetchone()
    return max(from_text(moment), now) if moment else now if any_owed else None


def mark_told(db: Database, told: Iterable[Topic]) -> None:
    """The hub has taken these announcements."""
    with writing(db):
        db.conn.executemany(
            "UPDATE topics SET announced = ?, attempts = 0, next_attempt_at = NULL, error = NULL WHERE address = ?",
            [(topic.noted, topic.address) for topic in told],
        )


def mark_refused(db: Database, topic: Topic, *, error: str) -> None:
    """The hub will not hear of this; it is not told again until the feed holds something else."""
    with writing(db):
        db.execute(
            "UPDATE topics SET announced = ?, attempts = 0, next_attempt_at = NULL, error = ? WHERE address = ?",
            [topic.noted, error, topic.address],
        )


def mark_failed(db: Database, topic: Topic, *, next_attempt_at: datetime, error: str) -> None:
    """An attempt failed; there will be another."""
    with writing(db):
        db.execute(
            "UPDATE topics SET attempts = attempts + 1, next_attempt_at = ?, error = ? WHERE address = ?",
            [to_text(next_attempt_at), error, topic.address],
        )


def put_off(db: Database, *, until: datetime, error: str) -> None:
    """Nothing of what is owed is attempted before that moment."""
    with writing(db):
        db.execute(
            "UPDATE topics SET next_attempt_at = max(iif(next_attempt_at <= ?, next_attempt_at, ''), ?), error = ? "
            "WHERE noted <> announced",
            [to_text(until + _FURTHEST), to_text(until), error],
        )

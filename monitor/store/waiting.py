"""What waits for a person and is in no message yet, what they were told lately, and booking it into messages."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from monitor.changes import WEIGHTS
from monitor.store.database import from_text, to_text, writing
from monitor.store.lines import names_of
from monitor.waiting import Form, Lately, Told, Waiting


@dataclass(frozen=True, slots=True)
class Sign:
    """Another one when more, or something else, waits for an address."""

    count: int
    last: int
    """The id of the last delivery that waits; 0: none does."""


def sign_of_waiting(db: Database, address_key: str, *, up_to: int | None = None) -> Sign:
    """The sign of what waits for this address, or of those of it whose id is not above `up_to`."""
    count, last = db.execute(
        "SELECT count(*), coalesce(max(id), 0) FROM deliveries "
        "WHERE address_key = ? AND state = 'owed' AND form IS NULL AND id <= ?",
        [address_key, 2**62 if up_to is None else up_to],
    ).fetchone()
    return Sign(count, last)


def newest_edition(db: Database) -> int:
    """Another one when a further copy of any release is held."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM editions").fetchone()[0])


_WAITING = """
    SELECT deliveries.id, coalesce(deliveries.next_attempt_at, changes.at), rules, told_as, deliveries.weight,
           changes.release_id, editions.lang, changes.id,
           -- A look at the text first: reading the JSON of all that waits takes ten times as long.
           changes.kind <> 'edited' AND instr(changes.detail, '"late"') > 0
               AND changes.detail ->> '$.late' IS NOT NULL
"""
_OF_ALL = f"""{_WAITING}
    FROM deliveries
    JOIN changes ON changes.id = deliveries.change_id
    LEFT JOIN editions ON editions.id = changes.edition_id
    WHERE address_key = :key AND state = 'owed' AND form IS NULL ORDER BY deliveries.id
"""
_OF_THE_NEW = f"""{_WAITING}
    FROM changes
    CROSS JOIN deliveries ON deliveries.change_id = changes.id AND address_key = :key
    LEFT JOIN editions ON editions.id = changes.edition_id
    WHERE state = 'owed' AND form IS NULL AND changes.release_id IN (
        SELECT release_id FROM deliveries JOIN changes ON changes.id = change_id
        WHERE address_key = :key AND state = 'owed' AND form IS NULL AND deliveries.id > :after
    ) ORDER BY deliveries.id
"""  # noqa: S608 our own words


def waiting_for(
    db: Database,
    address_key: str,
    *,
    after: int | None = None,
    confirm: timedelta,
    within: timedelta,
    now: datetime,
    keep: bool = True,
) -> tuple[list[Waiting], Lately]:
    """What waits for one address, in the order of the journal, and what it was told before.

    That is all, or where `after` is given the deliveries behind it and whatever waits of the same releases.
    `within`: the longest time in which messages are counted. What a wrong clock noticed at a moment that lies ahead
    is owed since now, and that is kept; `keep` is False for who only looks.
    """
    rows = db.execute(
        _OF_ALL if after is None else _OF_THE_NEW, {"key": address_key, "after": after}
    ).fetchall()
    if keep:
        _reckon_from(db, now, [row[0] for row in rows if from_text(row[1]) > now])
    releases = json.dumps(sorted({row[5] for row in rows}))
    copies = _copies(db, releases)
    since = min((from_text(row[1]) for row in rows), default=now) - confirm
    told = _told(db, address_key, releases, min(since, now - confirm))
    again = {(each.release_id, each.kind) for each in told}
    # Only of what may say again what was told it matters of what classes it is.
    classes = _classes(db, [row[7] for row in rows if row[3] == "edited" and (row[5], row[3]) in again])
    waiting = [
        Waiting(
            id=delivery_id,
            at=min(from_text(at), now),
            rules=names_of(rules),
            kind=kind,
            weight=weight,
            classes=classes.get(change_id, ()),
            release_id=release_id,
            lang=lang,
            copies=copies.get(release_id, frozenset()),
            late=bool(late),
        )
        for delivery_id, at, rules, kind, weight, release_id, lang, change_id, late in rows
    ]
    return waiting, Lately(told, *_messages(db, address_key, since=now - 2 * within, now=now))


def book(db: Database, form: Form, parts: Sequence[Sequence[int]], *, now: datetime) -> bool:
    """Puts deliveries into messages: the parts of one bundle, each with the deliveries that stand in it.

    All in one transaction; False, and nothing done, where one of them waits no more.
    """
    with writing(db):
        ids = [each for part in parts for each in part]
        (waits,) = db.execute(
            "SELECT count(*) FROM deliveries "
            "WHERE id IN (SELECT value FROM json_each(?)) AND state = 'owed' AND form IS NULL",
            [json.dumps(ids)],
        ).fetchone()
        if waits < len(ids):
            return False
        for number, part in enumerate(parts, start=1):
            db.execute(
                "UPDATE deliveries SET form = ?, part = ?, parts = ?, booked_at = ?, next_attempt_at = NULL, "
                "message_id = (SELECT message_id FROM deliveries WHERE id = ?) "
                "WHERE id IN (SELECT value FROM json_each(?))",
                [form, number, len(parts), to_text(now), min(part), json.dumps(list(part))],
            )
    return True


def fold(db: Database, folded: Mapping[int, str], told_with: Mapping[int, str]) -> None:
    """Drops deliveries that only say again what was told: why, and the message that told of it, by delivery."""
    with writing(db):
        db.conn.executemany(
            "UPDATE deliveries SET state = 'dropped', next_attempt_at = NULL, error = ?, message_id = ? "
            "WHERE id = ? AND state = 'owed' AND form IS NULL",
            [(reason, told_with[each], each) for each, reason in folded.items()],
        )


def _reckon_from(db: Database, now: datetime, ahead: Sequence[int]) -> None:
    if ahead:
        with writing(db):
            db.execute(
                "UPDATE deliveries SET next_attempt_at = ? WHERE id IN (SELECT value FROM json_each(?))",
                [to_text(now), json.dumps(ahead)],
            )


def _copies(db: Database, releases: str) -> dict[int, frozenset[str]]:
    rows = db.execute(
        "SELECT release_id, group_concat(lang) FROM editions "
        "WHERE release_id IN (SELECT value FROM json_each(?)) AND status <> 'removed' GROUP BY release_id",
        [releases],
    )
    return {release_id: _langs(langs) for release_id, langs in rows}


@lru_cache(maxsize=256)
def _langs(joined: str) -> frozenset[str]:
    return frozenset(joined.split(","))


def _told(db: Database, address_key: str, releases: str, since: datetime) -> list[Told]:
    """What was told of these releases; what was folded stands with the message into which it was."""
    rows = db.execute(
        """
        SELECT deliveries.message_id, changes.release_id, told_as, editions.lang, changes.at, deliveries.weight,
               changes.id, form IS NOT NULL AND state IN ('owed', 'sent')
        FROM changes
        JOIN deliveries ON deliveries.change_id = changes.id AND address_key = ?
        LEFT JOIN editions ON editions.id = changes.edition_id
        WHERE changes.release_id IN (SELECT value FROM json_each(?)) AND changes.at >= ?
            AND (form IS NOT NULL OR state = 'dropped')
        ORDER BY deliveries.id
        """,
        [address_key, releases, to_text(since)],
    ).fetchall()
    classes = _classes(db, [row[6] for row in rows if row[2] == "edited" and row[7]])
    told: dict[tuple[str, int, str], Told] = {}
    for message_id, release_id, kind, lang, at, weight, change_id, is_told in rows:
        key, before = (message_id, release_id, kind), told.get((message_id, release_id, kind))
        if before is None and is_told:
            told[key] = Told(
                from_text(at),
                kind,
                weight,
                classes.get(change_id, ()),
                release_id,
                frozenset({lang}),
                message_id,
            )
        elif before is not None:
            told[key] = replace(
                before,
                at=min(before.at, from_text(at)),
                weight=max(before.weight, weight, key=WEIGHTS.index) if is_told else before.weight,
                classes=(*before.classes, *classes.get(change_id, ())),
                langs=before.langs | {lang},
            )
    return list(told.values())


def _classes(db: Database, changes: Sequence[int]) -> dict[int, tuple[str, ...]]:
    rows = db.execute(
        "SELECT id, detail -> '$.classes' FROM changes WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(changes)],
    )
    return {change_id: tuple(json.loads(classes)) for change_id, classes in rows if classes}


def _messages(
    db: Database, address_key: str, *, since: datetime, now: datetime
) -> tuple[list[datetime], list[datetime]]:
    """When this address was told something that no digest asked for, and when of a burst."""
    rows: list[tuple[Any, ...]] = db.execute(
        "SELECT min(booked_at), form FROM deliveries WHERE address_key = ? AND booked_at > ? AND booked_at <= ? "
        "AND form IN ('release', 'burst', 'late') AND part = 1 GROUP BY message_id",
        [address_key, to_text(since), to_text(now)],
    ).fetchall()
    moments = [(from_text(at), form) for at, form in rows]
    return [at for at, _ in moments], [at for at, form in moments if form == "burst"]

"""The facts by which it is judged what is wrong: orders, releases, items and messages as they are held.

Decides nothing, writes nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlite_utils import Database

from monitor.addresses import Address
from monitor.failing import Attempt
from monitor.field_shares import NEWEST, PAST_MOST, Field, Item
from monitor.store.database import from_text, to_text
from monitor.store.lines import names_of
from monitor.waiting import Waiting

_ITEMS = """
    SELECT {0}, editions.first_seen_at, editions.published_at IS NOT NULL, marks NOT LIKE '%"no_body"%', text <> '',
           images <> '[]', attachments <> '[]'
    FROM releases JOIN editions ON editions.release_id = releases.id AND editions.lang = :lang
    WHERE releases.agency = :agency AND {1} AND editions.status <> 'unseen'
    ORDER BY {0} DESC LIMIT :most
"""
_PUBLISHED_SINCE = """
    SELECT iif(published_precision = 'minute', published_at, first_seen_at) FROM json_each(:agencies) AS wanted
    CROSS JOIN releases INDEXED BY releases_by_agency ON agency = wanted.value
    WHERE published_at > :day_before AND published_at <= :now AND first_seen_at > :since AND status <> 'unseen'
      AND (published_at > :since OR published_precision = 'day')
    ORDER BY 1
"""


def last_attempt_before(db: Database, moment: datetime) -> int:
    """The id of the last order that had ended by then; 0: there is none."""
    row = db.execute(
        "SELECT id FROM crawls WHERE finished_at <= ? ORDER BY id DESC LIMIT 1", [to_text(moment)]
    ).fetchone()
    return int(row[0]) if row else 0


def attempts_after(db: Database, last: int) -> list[tuple[int, Attempt]]:
    """The orders that ended since, with their ids.

    One that failed and was tried at once by another route is left out: that it was tried again says how it is.
    """
    rows = db.execute(
        """
        SELECT id, agency, lang, page, finished_at, outcome, reason, listed FROM crawls
        WHERE id > ? AND outcome IS NOT NULL
          AND (next_at IS NOT NULL OR outcome IN ('items', 'unchanged', 'empty'))
        ORDER BY id
        """,
        [last],
    )
    return [
        (row[0], Attempt(row[1], row[2], row[3], from_text(row[4]), row[5], reason=row[6], listed=row[7]))
        for row in rows
    ]


def listings_read_whole(db: Database, agency: str) -> dict[str, datetime]:
    """By language, since when the history of a listing of this agency has been read."""
    rows = db.execute(
        "SELECT lang, walked_at FROM listings WHERE agency = ? AND walked_at IS NOT NULL", [agency]
    )
    return {lang: from_text(walked_at) for lang, walked_at in rows}


def published_hours(
    db: Database, agencies: Iterable[str], *, since: datetime, now: datetime
) -> dict[datetime, int]:
    """The hours in which these agencies published something, by the dates of their releases, the newest last.

    With each how many releases, those left out of which only a dump has told.
    """
    rows = db.execute(
        """
        SELECT substr(published_at, 1, 13), sum(status <> 'unseen') FROM json_each(:agencies) AS wanted
        CROSS JOIN releases INDEXED BY releases_by_agency ON agency = wanted.value
        WHERE published_at > :since AND published_at <= :now
        GROUP BY 1 ORDER BY 1
        """,
        {"agencies": json.dumps(list(agencies)), "since": to_text(since), "now": to_text(now)},
    )
    return {from_text(f"{hour}:00:00.000Z"): count for hour, count in rows}


def last_published(db: Database, agencies: Iterable[str], *, now: datetime) -> datetime | None:
    """When the newest release of these agencies was published."""
    (at,) = db.execute(
        """
        SELECT max(published_at) FROM json_each(:agencies) AS wanted
        CROSS JOIN releases INDEXED BY releases_by_agency ON agency = wanted.value
        WHERE published_at <= :now
        """,
        {"agencies": json.dumps(list(agencies)), "now": to_text(now)},
    ).fetchone()
    return from_text(at) if at else None


def published_since(
    db: Database, agencies: Iterable[str], *, since: datetime, now: datetime
) -> list[datetime]:
    """When these agencies published each release that was found since then and is dated since then, in their order.

    Of a release of which only the day is known, that or the day before, it is when it was first seen.
    """
    rows = db.execute(
        _PUBLISHED_SINCE,
        {
            "agencies": json.dumps(list(agencies)),
            "since": to_text(since),
            "day_before": to_text(since - timedelta(days=1)),
            "now": to_text(now),
        },
    )
    return [from_text(at) for (at,) in rows]


def last_first_seen(
    db: Database, agencies: Iterable[str], *, dated_after: datetime, until: datetime
) -> datetime | None:
    """When the last release of these agencies, of those dated after that moment, was first seen up to `until`."""
    (seen_at,) = db.execute(
        """
        SELECT max(first_seen_at) FROM json_each(:agencies) AS wanted
        CROSS JOIN releases INDEXED BY releases_by_agency ON agency = wanted.value
        WHERE published_at > :after AND first_seen_at <= :until AND status <> 'unseen'
        """,
        {"agencies": json.dumps(list(agencies)), "after": to_text(dated_after), "until": to_text(until)},
    ).fetchone()
    return from_text(seen_at) if seen_at else None


def newest_items(db: Database, agency: str, lang: str, *, watched_since: datetime) -> tuple[list[Item], int]:
    """Which fields the newest items of a listing carry, the newest first, and how many of them came since then.

    Those without a date, and those kept aside because they have not the shape of a release, stand where they came.
    """
    wanted = {"agency": agency, "lang": lang, "most": NEWEST + PAST_MOST}
    dated = db.execute(_ITEMS.format("releases.published_at", "releases.published_at IS NOT NULL"), wanted)
    found = [(at, seen_at, _carried(*rest)) for at, seen_at, *rest in dated]
    wanted["oldest"] = found[-1][0] if found else ""
    undated = db.execute(
        _ITEMS.format(
            "releases.first_seen_at", "releases.published_at IS NULL AND releases.first_seen_at >= :oldest"
        ),
        wanted,
    )
    found += [(at, seen_at, _carried(*rest)) for at, seen_at, *rest in undated]
    aside = db.execute(
        "SELECT seen_at, reason FROM quarantine WHERE agency = :agency AND lang = :lang AND seen_at >= :oldest",
        wanted,
    )
    found += [(seen_at, seen_at, _lacking(reason)) for seen_at, reason in aside]
    found.sort(key=lambda item: item[0], reverse=True)
    del found[NEWEST + PAST_MOST :]
    news = sum(seen_at > to_text(watched_since) for _, seen_at, _ in found)
    return [item for _, _, item in found], news


def made_up(
    db: Database, *, since: datetime, agency: str | None = None, lang: str | None = None
) -> dict[str, int]:
    """How many changes of each kind were found since then, history not counted: of all, an agency or a listing."""
    rows = db.execute(
        """
        SELECT changes.kind, count(*) FROM changes
        JOIN releases ON releases.id = changes.release_id
        LEFT JOIN editions ON editions.id = changes.edition_id
        WHERE changes.baseline = 0
          AND changes.id > coalesce((SELECT id FROM changes WHERE at <= :since ORDER BY id DESC LIMIT 1), 0)
          AND (:agency IS NULL OR releases.agency = :agency)
          AND (:lang IS NULL OR editions.lang IS NULL OR editions.lang = :lang)
        GROUP BY changes.kind
        """,
        {"since": to_text(since), "agency": agency, "lang": lang},
    )
    return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A message that its address did not take."""

    first: int
    """The lowest id of its deliveries."""
    error: str
    is_given_up: bool
    """It will not be tried again."""


def not_taken(db: Database, message_id: str) -> NotTaken:
    """What is written down of a message that its address did not take."""
    first, error, state = db.execute(
        "SELECT min(id), error, state FROM deliveries WHERE message_id = ?", [message_id]
    ).fetchone()
    return NotTaken(first, error or "", state == "failed")


def count_given_up(db: Database, address_key: str, *, since_id: int) -> int:
    """How many messages to an address were given up, from this delivery on."""
    (count,) = db.execute(
        "SELECT count(DISTINCT message_id) FROM deliveries "
        "WHERE id >= ? AND address_key = ? AND state = 'failed'",
        [since_id, address_key],
    ).fetchone()
    return int(count)


def taken_since(db: Database, address_key: str, *, since_id: int, moment: datetime) -> datetime | None:
    """When an address first took a message after that moment, from this delivery on; None: it took none."""
    (sent_at,) = db.execute(
        "SELECT min(sent_at) FROM deliveries "
        "WHERE id >= ? AND address_key = ? AND state = 'sent' AND sent_at > ?",
        [since_id, address_key, to_text(moment)],
    ).fetchone()
    return from_text(sent_at) if sent_at else None


def heads_due(db: Database, addresses: Iterable[Address], now: datetime) -> list[tuple[str, int]]:
    """The message that is next in the line of each of these addresses, if it may be attempted by now.

    With it how often it was attempted so far.
    """
    heads = []
    for address in addresses:
        order = "attempts > 0 DESC, booked_at, part, id" if address.person else "id"
        head = db.execute(
            "SELECT message_id, attempts, next_attempt_at FROM deliveries "  # noqa: S608 columns of ours
            f"WHERE address_key = ? AND state = 'owed' AND form IS NOT NULL ORDER BY {order} LIMIT 1",
            [address.key],
        ).fetchone()
        if head is not None and (head[2] is None or head[2] <= to_text(now)):
            heads.append((head[0], head[1]))
    return heads


def waiting_longest(db: Database, address_key: str) -> list[tuple[str, Waiting]]:
    """Of what waits for a person and is in no message yet the first of each rules and weight, with its message's id.

    Nothing is told of copies: what is waited for is reckoned without them.
    """
    rows = db.execute(
        """
        SELECT message_id, deliveries.id, coalesce(next_attempt_at, changes.at), rules, told_as, deliveries.weight,
               release_id
        FROM deliveries JOIN changes ON changes.id = change_id
        WHERE deliveries.id IN (
            SELECT min(id) FROM deliveries WHERE address_key = ? AND state = 'owed' AND form IS NULL
            GROUP BY rules, weight)
        """,
        [address_key],
    )
    return [
        (
            message_id,
            Waiting(
                id=number,
                at=from_text(at),
                rules=names_of(rules),
                kind=kind,
                weight=weight,
                classes=(),
                release_id=release_id,
                lang=None,
                copies=frozenset(),
                late=False,
            ),
        )
        for message_id, number, at, rules, kind, weight, release_id in rows
    ]


def count_owed(db: Database, *, waiting_for: Iterable[str]) -> int:
    """How many messages are owed by now; to these people also what is in no message yet."""
    (count,) = db.execute(
        "SELECT count(DISTINCT message_id) FROM deliveries WHERE state = 'owed' "
        "AND (form IS NOT NULL OR address_key IN (SELECT value FROM json_each(?)))",
        [json.dumps(list(waiting_for))],
    ).fetchone()
    return int(count)


def _carried(date: int, body: int, text: int, image: int, attachment: int) -> Item:
    fields = {"date": date, "body": body, "text": text, "image": image, "attachment": attachment}
    return {"title": True, **{cast("Field", name): bool(there) for name, there in fields.items()}}


def _lacking(reason: str) -> Item:
    """What is known of an item that was kept aside: the worker looks for its fields in this order."""
    if "no title" in reason:
        return {"title": False}
    if "body" in reason:
        return {"title": True, "body": False}
    if "created_date" in reason:
        return {"title": True, "body": True, "date": False}
    return {}

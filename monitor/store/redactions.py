"""Takes the words of a release out of every table and out of the file itself; what happened to it when stays.

Digests stay too, so that what is left can still be proved. Decides nothing, and asks nobody.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.fingerprint import compared
from monitor.store.chain import detail_digest, redacted_digest
from monitor.store.database import store_errors, to_text, writing
from monitor.store.held import SOURCE
from monitor.store.stories import note_editions
from monitor.store.wordings import raw_item

Row = dict[str, Any]

OWED_NO_MORE = "the release was redacted"
WITHOUT_WORDS = frozenset((
    "earlier", "evidence", "single", "mass", "lang", "from", "to", "fields", "classes", "back_to", "replaced",
    "flapping", "rested", "after", "late",
))  # fmt: skip
"""The parts of a change's detail that hold nothing of what the release said; any other one has the whole blanked."""

QUOTING = ("crawls", "routes", "portals", "whole_portal", "orders", "audits", "lookups")
"""The tables whose reasons may quote an answer."""
QUOTES = (". It began:", ". It said:")
OPENING = 40
"""Characters of a text by which an item without an id is known as the release's."""
LEAST_OF_A_TITLE = 8
"""A shorter title may be a part of many others."""
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


@dataclass(frozen=True, slots=True)
class Redacted:
    """What was taken out."""

    editions: int
    wordings: int
    items: int
    changes: int
    """Whose detail held words."""
    deliveries: int
    """That were still owed, and are dropped."""


def redact(db: Database, source_id: str, *, by: str, reason: str, now: datetime) -> Redacted | None:
    """Blanks all that a release said, in one transaction, and notes who asked for it and why; None: it is not held.

    The words still lie in what the file has given free, until `purge`. Whoever calls holds the daemon's lock.
    """
    db.execute("PRAGMA secure_delete = ON")
    with writing(db):
        found = db.execute(
            "SELECT id FROM releases WHERE source = ? AND source_id = ?", [SOURCE, source_id]
        ).fetchone()
        if found is None:
            return None
        key = {"id": found[0], "source_id": source_id}
        items = _items(db, key)
        _forget_examples(db, [raw for raw in items.values() if raw is not None])
        db.execute("DELETE FROM quarantine WHERE source_id = :source_id", key)
        _forget_nameless(db, key)
        _forget_quotes(db)
        for raw_id in items:
            db.execute("UPDATE raw_items SET item = NULL WHERE id = ?", [raw_id])
        wordings = db.execute(
            "UPDATE revisions SET title = iif(title IS NULL, NULL, ''), text = iif(text IS NULL, NULL, ''), "
            "attachments = iif(attachments IS NULL, NULL, '[]'), images = iif(images IS NULL, NULL, '[]') "
            "WHERE edition_id IN (SELECT id FROM editions WHERE release_id = :id)",
            key,
        ).rowcount
        editions = db.execute(
            "UPDATE editions SET title = '', text = '', markup = NULL, attachments = '[]', images = '[]', "
            "marks = '[]', title_lang = NULL, text_lang = NULL WHERE release_id = :id",
            key,
        ).rowcount
        copies = db.execute("SELECT id FROM editions WHERE release_id = :id", key).fetchall()
        db.conn.executemany("DELETE FROM story_sketches WHERE edition_id = ?", copies)
        note_editions(db, [edition_id for (edition_id,) in copies])  # nothing is like it any more
        db.execute("UPDATE lookups SET reason = '' WHERE release_id = :id", key)
        changes = _blank_details(db, key)
        deliveries = _let_go(db, key)
        # What was deleted stays in the index until its parts are merged.
        for index in ("editions_fts", "former_words"):
            db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608 words of ours
        db.execute(
            'INSERT INTO redactions (at, release_id, "by", reason) VALUES (:at, :id, :by, :reason)',
            {**key, "at": to_text(now), "by": by, "reason": reason},
        )
    return Redacted(editions, wordings, len(items), changes, deliveries)


def purge(db: Database) -> bool:
    """Writes the file anew, so that nothing lies in it that was deleted; False where another program, that reads it,
    keeps the log of the database from being emptied.

    Takes as much room again as the file has, and minutes for one of gigabytes.
    """
    with store_errors():
        db.execute("VACUUM")
        (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def redacted(db: Database, source_ids: Iterable[str]) -> set[str]:
    """Those of these releases that were redacted: they take in no words any more."""
    rows = db.execute(
        "SELECT source_id FROM redactions JOIN releases ON releases.id = release_id "
        "WHERE source = ? AND source_id IN (SELECT value FROM json_each(?))",
        [SOURCE, json.dumps(list(source_ids))],
    )
    return {source_id for (source_id,) in rows}


def redactions(db: Database, release_id: int) -> list[Row]:
    """When a release was redacted, who asked for it and why, in that order."""
    query = 'SELECT at, "by", reason FROM redactions WHERE release_id = ? ORDER BY id'
    return list(db.query(query, [release_id]))


def _items(db: Database, key: Row) -> dict[int, str | None]:
    """Every item in which the release was received; None: it was taken out before.

    Also those that nothing refers to any more: of an item whose words came again in others only those are known.
    """
    named = db.execute(
        """
        SELECT raw_id FROM editions WHERE release_id = :id AND raw_id IS NOT NULL
        UNION
        SELECT revisions.raw_id FROM revisions JOIN editions ON editions.id = edition_id
        WHERE release_id = :id AND revisions.raw_id IS NOT NULL
        """,
        key,
    ).fetchall()
    nobodys = db.execute(
        """
        SELECT id FROM raw_items
        WHERE item IS NOT NULL
          AND id NOT IN (SELECT raw_id FROM editions WHERE raw_id IS NOT NULL)
          AND id NOT IN (SELECT raw_id FROM revisions WHERE raw_id IS NOT NULL)
        """
    ).fetchall()
    items = {raw_id: raw_item(db, raw_id) for (raw_id,) in named}
    for (raw_id,) in nobodys:
        raw = raw_item(db, raw_id)
        if raw is not None and str(_fields(raw).get("id")) == key["source_id"]:
            items[raw_id] = raw
    return items


def _forget_examples(db: Database, items: list[str]) -> None:
    """What was kept of fields that nobody knew, where it may be of one of these items."""
    said = [_fields(raw) for raw in items]
    query = "SELECT DISTINCT form, example FROM noticed WHERE example IS NOT NULL"
    for form, example in db.execute(query).fetchall():
        name = form.partition(":")[2]
        if any(json.dumps(item.get(name), ensure_ascii=False).startswith(example) for item in said):
            db.execute("UPDATE noticed SET example = NULL WHERE form = ? AND example = ?", [form, example])


def _forget_nameless(db: Database, key: Row) -> None:
    """Items kept aside under no id of ours that have a title of the release, or the beginning of a text of it."""
    wordings = db.execute(
        """
        SELECT revisions.title, revisions.text FROM revisions JOIN editions ON editions.id = edition_id
        WHERE release_id = :id AND revisions.text IS NOT NULL
        UNION SELECT title, text FROM editions WHERE release_id = :id
        """,
        key,
    ).fetchall()
    titles = {compared(title) for title, _ in wordings} - {""}
    openings = {opening for _, text in wordings if len(opening := compared(text)[:OPENING]) == OPENING}
    rows = db.execute("SELECT raw, agency, lang, digest FROM quarantine").fetchall() if titles else []
    alike = [row for raw, *row in rows if _is_of(raw, titles, openings)]
    db.conn.executemany("DELETE FROM quarantine WHERE agency = ? AND lang = ? AND digest = ?", alike)


def _is_of(raw: str, titles: set[str], openings: set[str]) -> bool:
    said, own = _said(raw), _said(json.dumps(_fields(raw).get("title")))
    return any(words in said for words in (*titles, *openings)) or (
        len(own) >= LEAST_OF_A_TITLE and any(own in title for title in titles)
    )


def _said(raw: str) -> str:
    """All that an item says, as titles are compared."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        said = raw
    return compared(html.unescape(_TAG.sub(" ", " ".join(_strings(said)))))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _forget_quotes(db: Database) -> None:
    """What reasons quote of answers that could not be read: an earlier version quoted whatever they held."""
    for table in QUOTING:
        for quote in QUOTES:
            db.execute(
                f"UPDATE {table} SET reason = substr(reason, 1, instr(reason, :quote)) "  # noqa: S608 our own words
                "WHERE instr(reason, :quote)",
                {"quote": quote},
            )


def _fields(raw: str) -> dict[str, Any]:
    try:
        item = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return item if isinstance(item, dict) else {}


def _blank_details(db: Database, key: Row) -> int:
    rows = db.execute("SELECT id, detail FROM changes WHERE release_id = :id", key).fetchall()
    blanked = [
        (json.dumps({"redacted": detail_digest(detail)}, separators=(",", ":")), change_id)
        for change_id, detail in rows
        if redacted_digest(detail) is None and _has_words(json.loads(detail))
    ]
    db.conn.executemany("UPDATE changes SET detail = ? WHERE id = ?", blanked)
    return len(blanked)


def _has_words(detail: dict[str, Any]) -> bool:
    # The reason why an answer proved nothing quotes its beginning.
    answers = json.dumps([detail.get("evidence"), detail.get("single")])
    return not detail.keys() <= WITHOUT_WORDS or '"reason"' in answers


def _let_go(db: Database, key: Row) -> int:
    """Drops what is still owed. What a receiver answered may quote the message; that something failed stays."""
    of_the_release = "change_id IN (SELECT id FROM changes WHERE release_id = :id)"
    db.execute(
        "UPDATE deliveries SET error = iif(error IS NULL, NULL, :why), answer = iif(answer IS NULL, NULL, :why) "  # noqa: S608 our own words
        f"WHERE (error IS NOT NULL OR answer IS NOT NULL) AND {of_the_release}",
        {**key, "why": OWED_NO_MORE},
    )
    return db.execute(
        "UPDATE deliveries SET state = 'dropped', next_attempt_at = NULL, error = :why "  # noqa: S608 our own words
        f"WHERE state = 'owed' AND {of_the_release}",
        {**key, "why": OWED_NO_MORE},
    ).rowcount

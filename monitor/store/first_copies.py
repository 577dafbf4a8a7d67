"""Writes down what was seen for the first time: releases and editions, all of a page at once. Decides nothing.

Nearly all of a history is written here, so nothing is asked of the database about any single one.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, Literal

from sqlite_utils import Database

from crawler.records import Sighting, Wording
from monitor.changes import Kind
from monitor.detect import KnownRelease, Verdict
from monitor.store.absences import doubt_others
from monitor.store.changes import change_row, last_link, next_change_id
from monitor.store.database import to_text
from monitor.store.held import SOURCE
from monitor.store.told_before import is_any_told_before, uid_told_before
from monitor.store.wordings import Words, content, dates, languages, markup, raw_row, revision_row

Row = dict[str, Any]

AT_ONCE = 50
"""Rows of one statement: older builds of SQLite take 999 values."""


@dataclass(frozen=True, slots=True)
class FirstCopy:
    """A release as it was sighted in a language in which it was not held."""

    seen: Sighting
    verdict: Verdict
    before: KnownRelease | None
    """What is held of it in other languages; None: nothing."""

    @property
    def wording(self) -> Wording:
        """What it says; raises ValueError where the sighting left it out."""
        if self.verdict.wording is None:
            raise ValueError(f"release {self.seen.source_id} is seen for the first time and has no wording")
        return self.verdict.wording


def write_first_copies(
    db: Database,
    copies: Sequence[FirstCopy],
    *,
    agency: str,
    lang: str,
    now: datetime,
    status: Literal["listed", "unseen"] = "listed",
) -> list[int | None]:
    """Stores copies of different releases; the id of the change of each, None where nobody is told.

    `unseen` is what a dump brings: it neither dates nor lists what the portal itself has shown. Runs inside
    the caller's transaction, which must hold the write lock: ids are given here.
    """
    moment = to_text(now)
    ids = _next_ids(db)
    link = last_link(db)
    releases: list[Row] = []
    raw_items: list[Row] = []
    editions: list[Row] = []
    revisions: list[Row] = []
    changes: list[Row] = []
    told: list[int | None] = []
    remembers = is_any_told_before(db, now=now)
    for copy in copies:
        if copy.before is None:
            releases.append(_release(next(ids["releases"]), copy, agency, status, now))
        release_id = copy.before.id if copy.before else releases[-1]["id"]
        edition_id, revision_id, change_id = next(ids["editions"]), None, None
        words = None
        if copy.verdict.revises:
            revision_id = next(ids["revisions"])
            words = Words(revision_id, copy.wording.title, copy.wording.text)
        raw = raw_row(next(ids["raw_items"]), copy.wording.raw, words)
        raw_items.append(raw)
        editions.append(_edition(edition_id, release_id, lang, copy, status, raw["id"], now))
        if revision_id is not None:
            revisions.append(_revision(revision_id, edition_id, lang, copy, raw, moment))
        if copy.verdict.kind is not None:
            change_id = next(ids["changes"])
            row = change_row(
                link,
                copy.verdict.kind,
                release_id=release_id,
                source_id=copy.seen.source_id,
                edition_id=None if copy.verdict.whole else edition_id,
                revision_id=revision_id,
                weight=copy.verdict.weight,
                detail=copy.verdict.detail,
                baseline=copy.verdict.baseline,
                now=now,
                uid=_uid_before(db, copy, copy.verdict.kind, lang, now) if remembers else None,
            )
            changes.append({"id": change_id, **row})
            link = row["chain"]
        told.append(change_id)
    _insert(db, "releases", releases)
    # What a dump has said is listed nowhere.
    lists = lang if status == "listed" else None
    list_under(db, (edition["release_id"] for edition in editions), agency, lists, moment)
    _insert(db, "raw_items", raw_items)
    _insert(db, "editions", editions)
    _insert(db, "revisions", revisions)
    _insert(db, "changes", changes)
    if status == "listed":
        for copy, edition in zip(copies, editions, strict=True):
            if copy.verdict.whole and copy.before is not None:
                doubt_others(db, copy.before.id, but=edition["id"], moment=moment)
            if copy.before is not None:
                _show_release(db, copy.before, copy.wording, agency, now)
    return told


def names_others(wording: Wording, agency: str) -> str:
    """The agencies that an item names as owners, as JSON, where that in whose listing it stands is none of them."""
    return json.dumps([] if agency in wording.agencies else list(wording.agencies))


def list_under(db: Database, releases: Iterable[int], agency: str, lang: str | None, moment: str) -> None:
    """Notes that an agency lists these releases in a language (None: that it is said to have published them)."""
    langs = json.dumps([lang] if lang else [])
    db.conn.executemany(
        """
        INSERT INTO release_agencies (release_id, agency, first_seen_at, last_seen_at, langs)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (release_id, agency) DO UPDATE SET
            last_seen_at = excluded.last_seen_at, left_at = NULL,
            langs = CASE WHEN instr(langs, '"' || ? || '"') OR ? IS NULL THEN langs
                    ELSE json_insert(langs, '$[#]', ?) END
        """,
        [(release_id, agency, moment, moment, langs, lang, lang, lang) for release_id in releases],
    )


def _next_ids(db: Database) -> dict[str, Iterator[int]]:
    """The ids that SQLite itself would give, table by table."""
    tables = ("releases", "raw_items", "editions", "revisions")
    highest = (db.execute(f"SELECT max(id) FROM {table}").fetchone()[0] for table in tables)  # noqa: S608 ours
    ids = {table: count((last or 0) + 1) for table, last in zip(tables, highest, strict=True)}
    return {**ids, "changes": count(next_change_id(db))}


def _uid_before(db: Database, copy: FirstCopy, kind: Kind, lang: str, now: datetime) -> str | None:
    return uid_told_before(
        db,
        kind,
        source_id=copy.seen.source_id,
        lang=None if copy.verdict.whole else lang,
        fingerprint=copy.verdict.fingerprint,
        agency=None,
        now=now,
    )


def _insert(db: Database, table: str, rows: Sequence[Row]) -> None:
    """In one statement: the full-text index is written to the disk after each statement, not after each row."""
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        places = f"({', '.join('?' * len(some[0]))})"
        db.execute(
            f"INSERT INTO {table} ({', '.join(some[0])}) VALUES {', '.join([places] * len(some))}",  # noqa: S608
            [value for row in some for value in row.values()],
        )


def _release(release_id: int, copy: FirstCopy, agency: str, status: str, now: datetime) -> Row:
    moment = to_text(now)
    return {
        "id": release_id,
        "source": SOURCE,
        "source_id": copy.seen.source_id,
        "agency": agency,
        "url": copy.wording.url,
        "named": names_others(copy.wording, agency),
        **dates(copy.wording, now),
        "first_seen_at": moment,
        "last_seen_at": moment,
        "status": status,
        "origin": "dump" if status == "unseen" else "crawl",
    }


def _edition(
    edition_id: int, release_id: int, lang: str, copy: FirstCopy, status: str, raw_id: int, now: datetime
) -> Row:
    published = min(copy.wording.published_at or now, now)
    return {
        "id": edition_id,
        "release_id": release_id,
        "lang": lang,
        **content(copy.wording),
        **markup(copy.wording, text=copy.wording.text),
        "raw_id": raw_id,
        **languages(copy.wording, lang),
        "fingerprint": copy.verdict.fingerprint,
        "digest": copy.seen.digest,
        "revisions": int(copy.verdict.revises),
        "first_seen_at": to_text(now),
        "updated_at": to_text(published),
        # Feeds stand in the order of first sight, so that nobody misses a back-dated release; history has
        # only the portal's date to go by.
        "ordered_at": to_text(published if copy.verdict.baseline else now),
        "status": status,
    }


def _revision(revision_id: int, edition_id: int, lang: str, copy: FirstCopy, raw: Row, moment: str) -> Row:
    row = revision_row(
        "",
        copy.wording,
        edition_id=edition_id,
        source_id=copy.seen.source_id,
        lang=lang,
        number=1,
        fingerprint=copy.verdict.fingerprint,
        digest=copy.seen.digest,
        raw_id=raw["id"],
        received=raw["received"],
        moment=moment,
    )
    return {"id": revision_id, **row}


def _show_release(db: Database, before: KnownRelease, wording: Wording, agency: str, now: datetime) -> None:
    """A release held in other languages is listed; one that only a dump told of has a date and an owner now."""
    told = {**dates(wording, now), "agency": agency} if before.status == "unseen" else {}
    values = {**told, "status": "listed", "last_seen_at": to_text(now)}
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    db.execute(
        f"UPDATE releases SET {assignments} WHERE id = :id",  # noqa: S608 columns of ours
        {**values, "id": before.id},
    )

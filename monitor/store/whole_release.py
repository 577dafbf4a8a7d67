"""A release as programs are told it, with every wording and what happened to it. Writes nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.detect import Status
from monitor.store.absences import evidence_of
from monitor.store.database import from_text, store_errors
from monitor.store.held import DUMPED, SOURCE
from monitor.store.journal_lines import Happened, changes_of
from monitor.store.one_release import removals
from monitor.store.stories import story_of

Row = dict[str, Any]

MOST_CHANGES = 500
"""Of one release that are read; the newest."""

_RELEASE = """
    SELECT id, source_id, agency, url, status, origin, published_at, published_on, published_precision,
           published_raw, date_doubt, first_seen_at, last_seen_at,
           (SELECT max(at) FROM redactions WHERE release_id = releases.id) AS redacted_at
    FROM releases WHERE source = ? AND source_id = ?
"""

_WORDINGS = """
    SELECT revisions.number, revisions.seen_at, revisions.parser, revisions.digest, revisions.fingerprint,
           revisions.chain, coalesce(revisions.title, editions.title) AS title,
           coalesce(revisions.attachments, editions.attachments) AS attachments,
           coalesce(revisions.text, editions.text) AS text
    FROM revisions JOIN editions ON editions.id = revisions.edition_id
    WHERE revisions.edition_id = ? ORDER BY revisions.number DESC
"""


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording, with what proves it."""

    number: int
    title: str
    text: str | None
    """None where there was no room left for it."""
    attachments: list[Any]
    seen_at: datetime
    parser: int
    digest: str
    fingerprint: str
    chain: str
    from_dump: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """A release in one language."""

    lang: str
    status: Status
    first_seen_at: datetime
    updated_at: datetime
    evidence: dict[str, Any] | None
    """The readings that prove it missing."""
    wordings: tuple[Wording, ...]
    """The last one is the present one."""


@dataclass(frozen=True, slots=True)
class Lister:
    """An agency that lists a release, or did."""

    agency: str
    first_seen_at: datetime
    last_seen_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Release:
    """All that is held of one release."""

    source_id: str
    agency: str
    url: str
    status: Status
    origin: str
    published_at: datetime | None
    published_on: str | None
    published_precision: str | None
    published_raw: str
    date_doubt: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    redacted_at: datetime | None
    listers: tuple[Lister, ...]
    copies: tuple[Copy, ...]
    happened: tuple[Happened, ...]
    """The newest `MOST_CHANGES`, the oldest of them first."""
    earlier: int
    """How many changes are older than these."""
    story: Row | None
    """As `stories.story_of` tells it."""


def release_for_programs(db: Database, source_id: str, *, room: int) -> Release | None:
    """A release with every wording; None where it is not held. Raises StoreError.

    Texts are read as long as there is `room` for them, in characters, those of the newest wordings first.
    """
    with store_errors():
        row = next(iter(db.query(_RELEASE, [SOURCE, source_id])), None)
        if row is None:
            return None
        release_id = row["id"]
        happened = changes_of(db, release_id, most=MOST_CHANGES)
        (changes,) = db.execute("SELECT count(*) FROM changes WHERE release_id = ?", [release_id]).fetchone()
        return Release(
            source_id=row["source_id"],
            agency=row["agency"],
            url=row["url"],
            status=row["status"],
            origin=row["origin"],
            published_at=_moment(row["published_at"]),
            published_on=row["published_on"],
            published_precision=row["published_precision"],
            published_raw=row["published_raw"],
            date_doubt=row["date_doubt"],
            first_seen_at=from_text(row["first_seen_at"]),
            last_seen_at=from_text(row["last_seen_at"]),
            redacted_at=_moment(row["redacted_at"]),
            listers=tuple(_listers(db, release_id)),
            copies=tuple(_copies(db, release_id, room)),
            happened=happened,
            earlier=changes - len(happened),
            story=story_of(db, release_id),
        )


def _listers(db: Database, release_id: int) -> Iterator[Lister]:
    for agency, first, last, left in db.execute(
        "SELECT agency, first_seen_at, last_seen_at, left_at FROM release_agencies "
        "WHERE release_id = ? ORDER BY first_seen_at, agency",
        [release_id],
    ):
        yield Lister(agency, from_text(first), from_text(last), _moment(left))


def _copies(db: Database, release_id: int, room: int) -> Iterator[Copy]:
    copies = db.execute(
        "SELECT id, lang, status, first_seen_at, updated_at FROM editions WHERE release_id = ? ORDER BY id",
        [release_id],
    ).fetchall()
    gone: dict[str, dict[str, Any]] = {}
    removed = {lang for _, lang, status, *_ in copies if status == "removed"}
    for one in removals(db, release_id, removed):
        gone.setdefault(one.lang, {"readings": []})["readings"] += one.proof["readings"]
    for edition_id, lang, status, first_seen_at, updated_at in copies:
        wordings = []
        for row in db.query(_WORDINGS, [edition_id]):
            room -= len(row["text"])
            wordings.append(_wording(row, has_room=room >= 0))
        yield Copy(
            lang=lang,
            status=status,
            first_seen_at=from_text(first_seen_at),
            updated_at=from_text(updated_at),
            evidence=evidence_of(db, [edition_id]).get(lang) or gone.get(lang),
            wordings=tuple(reversed(wordings)),
        )


def _wording(row: Row, *, has_room: bool) -> Wording:
    return Wording(
        number=row["number"],
        title=row["title"],
        text=row["text"] if has_room else None,
        attachments=json.loads(row["attachments"]),
        seen_at=from_text(row["seen_at"]),
        parser=row["parser"],
        digest=row["digest"],
        fingerprint=row["fingerprint"],
        chain=row["chain"],
        from_dump=row["digest"].startswith(DUMPED),
    )


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else from_text(stored)

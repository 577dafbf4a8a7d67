"""What the API reads of the store, as frozen values; writes nothing and decides nothing."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.changes import Kind, Weight
from monitor.detect import Status
from monitor.store.absences import evidence_of
from monitor.store.database import from_text, store_errors
from monitor.store.held import DUMPED, SOURCE
from monitor.store.one_release import removals
from monitor.store.stories import story_of

Row = dict[str, Any]

MOST_CHANGES = 500
"""Of one release that are read; the newest."""

# The columns that stand before `detail` first: behind it may lie pages of text.
_CHANGES = """
    SELECT changes.id, changes.uid, changes.at, changes.kind, changes.weight, changes.baseline, changes.detail,
           releases.source_id, releases.url, releases.published_at, releases.status AS release_status,
           coalesce((SELECT json_extract(moved.detail, '$.from') FROM changes AS moved
                     WHERE moved.release_id = releases.id AND moved.kind = 'moved' AND moved.id > changes.id
                     ORDER BY moved.id LIMIT 1), releases.agency) AS agency,
           editions.lang, coalesce(editions.status, worded.status) AS status, brought.number,
           CASE WHEN changes.edition_id IS NOT NULL THEN coalesce(
               (SELECT coalesce(title, editions.title) FROM revisions WHERE id = coalesce(changes.revision_id, (
                    SELECT id FROM revisions WHERE edition_id = changes.edition_id AND seen_at <= changes.at
                    ORDER BY number DESC LIMIT 1))),
               editions.title)
           ELSE coalesce(
               (SELECT coalesce((SELECT coalesce(title, copies.title) FROM revisions
                                 WHERE edition_id = copies.id AND seen_at <= changes.at
                                 ORDER BY number DESC LIMIT 1), copies.title)
                FROM editions AS copies WHERE copies.release_id = releases.id ORDER BY copies.id LIMIT 1),
               '')
           END AS title,
           (SELECT max(at) FROM redactions WHERE redactions.release_id = releases.id) AS redacted_at
    FROM changes
    JOIN releases ON releases.id = changes.release_id
    LEFT JOIN editions ON editions.id = changes.edition_id
    LEFT JOIN revisions AS brought ON brought.id = changes.revision_id
    LEFT JOIN editions AS worded ON worded.id = brought.edition_id
"""

_AFTER = """
    WHERE changes.id > :since AND ({told})
      AND (:kinds = '[]' OR changes.kind IN (SELECT value FROM json_each(:kinds)))
      AND (:langs = '[]' OR editions.lang IN (SELECT value FROM json_each(:langs)) OR changes.edition_id IS NULL
           AND EXISTS (SELECT 1 FROM editions AS copies WHERE copies.release_id = changes.release_id
                       AND copies.lang IN (SELECT value FROM json_each(:langs))))
      AND (:agencies = '[]' OR EXISTS (
           WITH RECURSIVE line (slug) AS (
               SELECT value FROM json_each(:agencies)
               UNION SELECT agencies.slug FROM agencies JOIN line ON agencies.successor = line.slug)
           SELECT 1 FROM release_agencies
           WHERE release_id = changes.release_id AND agency IN (SELECT slug FROM line)))
    ORDER BY changes.id
"""

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
class Happened:
    """A row of the journal, as it found its release."""

    id: int
    uid: str
    at: datetime
    kind: Kind
    weight: Weight
    baseline: bool
    detail: dict[str, Any]
    source_id: str
    url: str
    """At the portal, without a language."""
    published_at: datetime | None
    agency: str
    """That owned the release then."""
    lang: str | None
    """None where it concerns the whole release."""
    title: str
    """Of the whole release that of the copy that came first."""
    number: int | None
    """Of the wording that it brought."""
    removed: bool
    """Whether the release, or the copy that it concerns or brought words of, is removed by now."""
    redacted: bool


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


def changes_after(
    db: Database,
    since: int,
    *,
    agencies: Collection[str] = (),
    languages: Collection[str] = (),
    kinds: Collection[Kind] = (),
    with_baseline: bool = False,
) -> Iterator[Happened]:
    """The journal behind the row `since`, in its order, read as it is asked for; what narrows it is empty for all.

    A change of the whole release is one of each of its languages. Raises StoreError.
    """
    # As a constant, so that SQLite walks the index of what was news and not every long row.
    told = "1" if with_baseline else "changes.baseline = 0"
    values = {
        "since": since,
        "agencies": json.dumps(sorted(agencies)),
        "langs": json.dumps(sorted(languages)),
        "kinds": json.dumps(sorted(kinds)),
    }
    with store_errors():
        for row in db.query(_CHANGES + _AFTER.format(told=told), values):
            yield _happened(row)


def release_for_programs(db: Database, source_id: str, *, room: int) -> Release | None:
    """A release with every wording; None where it is not held. Raises StoreError.

    Texts are read as long as there is `room` for them, in characters, those of the newest wordings first.
    """
    with store_errors():
        row = next(iter(db.query(_RELEASE, [SOURCE, source_id])), None)
        if row is None:
            return None
        release_id = row["id"]
        happened = [
            _happened(each)
            for each in db.query(
                f"{_CHANGES} WHERE changes.release_id = ? ORDER BY changes.id DESC LIMIT ?",
                [release_id, MOST_CHANGES],
            )
        ]
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
            happened=tuple(reversed(happened)),
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


def _happened(row: Row) -> Happened:
    return Happened(
        id=row["id"],
        uid=row["uid"],
        at=from_text(row["at"]),
        kind=row["kind"],
        weight=row["weight"],
        baseline=bool(row["baseline"]),
        detail=json.loads(row["detail"]),
        source_id=row["source_id"],
        url=row["url"],
        published_at=_moment(row["published_at"]),
        agency=row["agency"],
        lang=row["lang"],
        title=row["title"],
        number=row["number"],
        removed="removed" in (row["status"], row["release_status"]),
        redacted=row["redacted_at"] is not None,
    )


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else from_text(stored)

"""What the page of one release reads of the store, as frozen values; writes nothing and decides nothing.

Texts are read one wording at a time: a release may have hundreds of long ones.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import zstandard
from sqlite_utils import Database

from crawler.records import Attachment
from monitor.changes import Kind, Weight
from monitor.detect import Status
from monitor.errors import StoreError
from monitor.store.database import from_text, store_errors
from monitor.store.held import DUMPED, SOURCE
from monitor.store.lookups import told
from monitor.store.wordings import raw_item

_CHANGES = """
    SELECT changes.id, changes.at, kind, weight, baseline, detail, editions.lang, revisions.number,
           worded.lang AS words_lang
    FROM changes
    LEFT JOIN editions ON editions.id = changes.edition_id
    LEFT JOIN revisions ON revisions.id = changes.revision_id
    LEFT JOIN editions AS worded ON worded.id = revisions.edition_id
    WHERE changes.release_id = :release_id AND (:below IS NULL OR changes.id < :below)
      AND (:edition_id IS NULL
           OR baseline = 0 AND kind NOT IN ('published', 'translated')
              AND (changes.edition_id IS NULL OR changes.edition_id = :edition_id))
    ORDER BY changes.id DESC LIMIT :most
"""

_REMOVALS = "SELECT detail FROM changes WHERE release_id = ? AND kind = 'removed' ORDER BY id DESC LIMIT 12"

_WORDING = """
    SELECT revisions.id, number, coalesce(revisions.title, editions.title) AS title,
           coalesce(revisions.text, editions.text) AS text,
           coalesce(revisions.published_raw, editions.published_raw) AS published_raw,
           coalesce(revisions.attachments, editions.attachments) AS attachments,
           coalesce(revisions.images, editions.images) AS images, seen_at, parser, revisions.digest,
           revisions.fingerprint, content, chain, coalesce(received, '') AS received, item IS NOT NULL AS has_item
    FROM revisions
    JOIN editions ON editions.id = revisions.edition_id
    LEFT JOIN raw_items ON raw_items.id = revisions.raw_id
    WHERE revisions.edition_id = ? AND number = ?
"""


@dataclass(frozen=True, slots=True)
class Copy:
    """A release in one language, without its text."""

    id: int
    lang: str
    title: str
    status: Status
    revisions: int


@dataclass(frozen=True, slots=True)
class Held:
    """A release, without any text."""

    id: int
    source_id: str
    agency: str
    agencies: tuple[str, ...]
    """That list it now, the owner first; the owner alone where nobody does."""
    url: str
    status: Status
    published_at: datetime | None
    published_on: date | None
    precision: Literal["minute", "day"] | None
    published_raw: str
    date_doubt: Literal["future", "past", "unreadable"] | None
    first_seen_at: datetime
    copies: tuple[Copy, ...]
    """In the order in which they came."""
    redacted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Happened:
    """A row of the journal."""

    id: int
    at: datetime
    kind: Kind
    weight: Weight
    baseline: bool
    lang: str | None
    """None where it concerns the whole release."""
    number: int | None
    """Of the wording that it brought."""
    detail: dict[str, Any]
    words_lang: str | None = None
    """Of the copy whose wording it brought, the whole release concerned or not."""


@dataclass(frozen=True, slots=True)
class Reread:
    """What better code has read in the item of a wording since."""

    at: datetime
    parser: int
    content: str
    fingerprint: str
    chain: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording in full, with what proves it."""

    number: int
    title: str
    text: str
    published_raw: str
    attachments: tuple[Attachment, ...]
    images: tuple[str, ...]
    seen_at: datetime
    from_dump: bool
    parser: int
    digest: str
    received: str
    """The digest of its item; empty where none was kept."""
    fingerprint: str
    content: str
    chain: str
    has_item: bool
    """Its item can be read."""
    rereadings: tuple[Reread, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """A listing that should show a copy and does not."""

    lang: str
    agency: str
    suspected_at: datetime
    confirmed_at: datetime | None
    proof: dict[str, Any]
    """As the detail of a removal has it."""


def held_release(db: Database, source_id: str) -> Held | None:
    """The release; None where it is not held."""
    with store_errors():
        row = next(
            iter(
                db.query(
                    "SELECT *, (SELECT max(at) FROM redactions WHERE release_id = releases.id) AS redacted_at "
                    "FROM releases WHERE source = ? AND source_id = ?",
                    [SOURCE, source_id],
                )
            ),
            None,
        )
        if row is None:
            return None
        copies = db.query(
            "SELECT id, lang, title, status, revisions FROM editions WHERE release_id = ? ORDER BY id",
            [row["id"]],
        )
        agencies = db.execute(
            "SELECT agency FROM release_agencies WHERE release_id = ? AND left_at IS NULL AND agency <> ? "
            "ORDER BY agency",
            [row["id"], row["agency"]],
        )
        return Held(
            id=row["id"],
            source_id=row["source_id"],
            agency=row["agency"],
            agencies=(row["agency"], *(agency for (agency,) in agencies)),
            url=row["url"],
            status=row["status"],
            published_at=_moment(row["published_at"]),
            published_on=date.fromisoformat(row["published_on"]) if row["published_on"] else None,
            precision=row["published_precision"],
            published_raw=row["published_raw"],
            date_doubt=row["date_doubt"],
            first_seen_at=from_text(row["first_seen_at"]),
            copies=tuple(Copy(**copy) for copy in copies),
            redacted_at=_moment(row["redacted_at"]),
        )


def happened(
    db: Database, release_id: int, *, most: int, below: int | None = None, edition_id: int | None = None
) -> tuple[Happened, ...]:
    """What happened to a release, the newest first; `below` goes on behind a change that was read before.

    With an edition only what happened to that one since it appeared.
    """
    named = {"release_id": release_id, "below": below, "edition_id": edition_id, "most": most}
    with store_errors():
        return tuple(
            Happened(
                id=row["id"],
                at=from_text(row["at"]),
                kind=row["kind"],
                weight=row["weight"],
                baseline=bool(row["baseline"]),
                lang=row["lang"],
                number=row["number"],
                detail=json.loads(row["detail"]),
                words_lang=row["words_lang"],
            )
            for row in db.query(_CHANGES, named)
        )


def wording(db: Database, edition_id: int, number: int) -> Wording | None:
    """One wording of an edition; None where there is none of that number."""
    with store_errors():
        row = next(iter(db.query(_WORDING, [edition_id, number])), None)
        if row is None:
            return None
        rereadings = db.execute(
            "SELECT at, parser, content, fingerprint, chain FROM reparses WHERE revision_id = ? ORDER BY number",
            [row.pop("id")],
        ).fetchall()
    return Wording(
        **row
        | {
            "attachments": tuple(Attachment(**one) for one in json.loads(row["attachments"])),
            "images": tuple(json.loads(row["images"])),
            "seen_at": from_text(row["seen_at"]),
            "has_item": bool(row["has_item"]),
        },
        from_dump=row["digest"].startswith(DUMPED),
        rereadings=tuple(Reread(from_text(at), *rest) for at, *rest in rereadings),
    )


def absences(db: Database, release_id: int) -> tuple[Absence, ...]:
    """The listings that should show the release, or a copy of it, and do not, the first missed first."""
    with store_errors():
        rows = db.execute(
            "SELECT lang, agency, suspected_at, confirmed_at, mass, evidence FROM absences "
            "JOIN editions ON editions.id = edition_id WHERE release_id = ? "
            "ORDER BY suspected_at, edition_id, agency",
            [release_id],
        ).fetchall()
    return tuple(
        Absence(
            lang=lang,
            agency=agency,
            suspected_at=from_text(suspected_at),
            confirmed_at=_moment(confirmed_at),
            proof={"readings": json.loads(evidence)} | ({"mass": True} if mass else {}),
        )
        for lang, agency, suspected_at, confirmed_at, mass, evidence in rows
    )


def removals(db: Database, release_id: int, langs: Collection[str]) -> tuple[Absence, ...]:
    """The listings that proved the last removal of copies in these languages; as absences they are over."""
    with store_errors():
        rows = db.execute(_REMOVALS, [release_id]).fetchall()
    proved: dict[tuple[str, str], Absence] = {}
    for row in rows:
        detail = json.loads(row[0])
        here = {lang: proof for lang, proof in detail.get("evidence", {}).items() if lang in langs}
        earlier = {lang for lang, _ in proved}
        for lang, proof in here.items():
            for agency in (
                () if lang in earlier else dict.fromkeys(one["agency"] for one in proof["readings"])
            ):
                readings = [one for one in proof["readings"] if one["agency"] == agency]
                proved[lang, agency] = Absence(
                    lang=lang,
                    agency=agency,
                    suspected_at=from_text(readings[0]["at"]),
                    confirmed_at=from_text(readings[-1]["at"]),
                    proof={"readings": readings} | ({"mass": True} if proof.get("mass") else {}),
                )
    return tuple(proved.values())


def looked_up(db: Database, release_id: int) -> dict[str, Any] | None:
    """What the portal said when it was asked for the release by its number; None: it was not, or has not answered."""
    with store_errors():
        return told(db, release_id)


def item_of(db: Database, edition_id: int, number: int) -> str | None:
    """The item from which a wording was read, as it was received; None where none is kept."""
    with store_errors():
        row = db.execute(
            "SELECT raw_id FROM revisions WHERE edition_id = ? AND number = ? AND raw_id IS NOT NULL",
            [edition_id, number],
        ).fetchone()
        try:
            return None if row is None else raw_item(db, row[0])
        except zstandard.ZstdError as error:
            raise StoreError(f"the item of a wording is damaged: {error}") from error


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else from_text(stored)

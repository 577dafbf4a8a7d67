"""Wordings that older code has read: finds them, and puts what the present code reads in their place.

The row of a revision stays as it was first read, but for the words that people read: those are the last reading's,
whose digest `reparses` keeps. Where older code took two items for the same words, and they are not, what the portal
showed last becomes a revision of its own, as what it says beside a dump does. Writes no change.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from crawler.records import PARSER, Wording
from monitor.detect import print_of
from monitor.difference import Content
from monitor.fingerprint import VERSION, fingerprint
from monitor.store.chain import reparse_link
from monitor.store.database import from_text, to_text
from monitor.store.held import SOURCE
from monitor.store.stories import note_editions
from monitor.store.wordings import (
    STAND_IN_EDITION,
    content,
    dates,
    digest_of,
    items_kept,
    languages,
    markup,
    raw_item,
    revision_row,
)

Row = dict[str, Any]

BYTES_AT_ONCE = 4_000_000
"""Of items that are read, and stored, at once; one more than that goes alone."""

_OUTDATED = """
    FROM revisions
    JOIN editions ON editions.id = revisions.edition_id
    JOIN releases ON releases.id = editions.release_id
    LEFT JOIN reparses AS last ON last.revision_id = revisions.id
        AND last.number = (SELECT max(number) FROM reparses WHERE revision_id = revisions.id)
    WHERE (revisions.parser > 0
           AND (:everything OR coalesce(last.parser, revisions.parser) < :parser
                OR coalesce(last.fingerprint, revisions.fingerprint) NOT LIKE :rule)
           -- What the portal showed in the same words as a dump: nothing says which code has read it.
           OR revisions.parser = 0 AND revisions.number = editions.revisions
              AND editions.raw_id IS NOT revisions.raw_id)
"""
_OF_THESE = "AND releases.source = :source AND releases.source_id IN (SELECT value FROM json_each(:ids))"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which wordings are to be read anew."""

    source_ids: tuple[str, ...] = ()
    """Of these releases; empty: of all."""
    everything: bool = False
    """Also those that the present code has read."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A wording as it stands, and the items it is to be read from."""

    revision_id: int
    edition_id: int
    release_id: int
    source_id: str
    lang: str
    number: int
    seen_at: str
    stands_in_edition: bool
    is_last: bool
    """Its edition follows it."""
    items: tuple[str, ...]
    """Its own, then that of its edition where the same words came again in another item; none of what a dump has
    told. Empty: nothing can be read."""
    own_item: bool
    """The first of `items` is its own."""
    redacted: bool
    content: Content
    content_digest: str
    fingerprint: str
    parser: int
    readings: int
    """How often it was read anew already."""
    chain: str


def count_outdated(db: Database, scope: Scope) -> int:
    """How many wordings there are to be read anew."""
    query = f"SELECT count(*) {_OUTDATED} {_OF_THESE if scope.source_ids else ''}"
    return int(db.execute(query, _parameters(scope)).fetchone()[0])


def outdated(db: Database, scope: Scope, *, after: int, most: int) -> list[Kept]:
    """The next wordings to be read anew, in the order of their ids beyond `after`; none: that was all.

    `most`: of them at once; fewer where their items are long.
    """
    query = f"""
        SELECT revisions.id, revisions.edition_id, editions.release_id, releases.source_id, editions.lang,
               revisions.number, revisions.seen_at, revisions.text IS NULL, revisions.number = editions.revisions,
               revisions.parser, revisions.raw_id, editions.raw_id,
               coalesce(revisions.title, editions.title),
               coalesce(revisions.text, editions.text),
               coalesce(revisions.published_raw, editions.published_raw),
               coalesce(revisions.attachments, editions.attachments),
               coalesce(revisions.images, editions.images),
               coalesce(last.content, revisions.content), coalesce(last.fingerprint, revisions.fingerprint),
               coalesce(last.parser, revisions.parser), coalesce(last.number, 0),
               coalesce(last.chain, revisions.chain)
        {_OUTDATED} {_OF_THESE if scope.source_ids else ""} AND revisions.id > :after
        ORDER BY revisions.id LIMIT :most
    """
    found: list[Kept] = []
    size = 0
    for row in db.execute(query, {**_parameters(scope), "after": after, "most": most}).fetchall():
        kept = _kept(db, row)
        size += sum(map(len, kept.items))
        if found and size > BYTES_AT_ONCE:
            break
        found.append(kept)
    return found


def tells_apart(kept: Kept, readings: Sequence[Wording]) -> bool:
    """Whether the edition has shown other words since, that older code took for those of its last wording."""
    if not kept.is_last:
        return False
    held = kept.content
    own = (
        print_of(readings[0])
        if kept.own_item
        else fingerprint(
            held.title,
            held.text,
            published_raw=held.published_raw,
            attachments=held.attachments,
            images=held.images,
        )
    )
    return own != print_of(readings[-1])


def write_reading(db: Database, kept: Kept, readings: Sequence[Wording], *, now: datetime) -> None:
    """Puts a new reading (of each of the items, in their order) in the place of the one held.

    Runs inside the caller's transaction. Where the new reading says the same nothing but its row is written, and not
    even that where the same code has read it before.
    """
    said = readings[0] if kept.own_item else None
    parts = tells_apart(kept, readings)
    with items_kept(db, kept.edition_id):
        if said is not None:
            _note_reading(db, kept, said, now)
        if parts:
            _take_along(db, kept)
        if said is not None and (parts or not kept.stands_in_edition):
            words = content(said)
            _update(db, "revisions", kept.revision_id, {column: words[column] for column in STAND_IN_EDITION})
        if kept.is_last:
            _show(db, kept, said=readings[-1] if parts else said, shown=readings[-1])
        if parts:
            _append(db, kept, readings[-1], now)


def _parameters(scope: Scope) -> Row:
    named: Row = {"everything": int(scope.everything), "parser": PARSER, "rule": f"{VERSION}:%"}
    return named | ({"ids": json.dumps(scope.source_ids), "source": SOURCE} if scope.source_ids else {})


def _kept(db: Database, row: Sequence[Any]) -> Kept:
    (revision_id, edition_id, release_id, source_id, lang, number, seen_at, stands, is_last, *rest) = row
    (first_parser, own_id, shown_id, title, text, published_raw, attachments, images, *reading) = rest
    own = raw_item(db, own_id) if first_parser and own_id is not None else None
    differs = bool(is_last) and shown_id is not None and shown_id != own_id
    shown = raw_item(db, shown_id) if differs else None
    # An edition must not be read from an item of which its wording knows nothing.
    items = (own, shown) if first_parser else (shown,)
    readable = () if first_parser and own is None else tuple(item for item in items if item is not None)
    return Kept(
        revision_id,
        edition_id,
        release_id,
        source_id,
        lang,
        number,
        seen_at,
        bool(stands),
        bool(is_last),
        readable,
        bool(first_parser),
        _is_redacted(db, own_id if first_parser else shown_id),
        Content(
            title=title,
            text=text,
            published_raw=published_raw,
            attachments=tuple(attachment["url"] for attachment in json.loads(attachments)),
            images=tuple(json.loads(images)),
        ),
        *reading,
    )


def _is_redacted(db: Database, raw_id: int | None) -> bool:
    row = db.execute(
        "SELECT item IS NULL AND thinned_at IS NULL FROM raw_items WHERE id = ?", [raw_id]
    ).fetchone()
    return bool(row and row[0])


def _note_reading(db: Database, kept: Kept, said: Wording, now: datetime) -> None:
    reading: Row = {"parser": said.parser, "content": digest_of(said), "fingerprint": print_of(said)}
    held = {"parser": kept.parser, "content": kept.content_digest, "fingerprint": kept.fingerprint}
    if reading == held:
        return
    number, at = kept.readings + 1, to_text(now)
    link = reparse_link(kept.chain, number=number, at=at, **reading)
    _know_turns(db, kept, reading["fingerprint"])
    db.execute(
        "INSERT INTO reparses (revision_id, number, at, parser, content, fingerprint, chain) "
        "VALUES (:revision_id, :number, :at, :parser, :content, :fingerprint, :chain)",
        {"revision_id": kept.revision_id, "number": number, "at": at, **reading, "chain": link},
    )


def _know_turns(db: Database, kept: Kept, fingerprint: str) -> None:
    """An edition that flips between wordings knows them by their fingerprints."""
    db.execute(
        "UPDATE editions SET flapping = replace(flapping, :old, :new) WHERE id = :id AND flapping IS NOT NULL",
        {"id": kept.edition_id, "old": json.dumps(kept.fingerprint), "new": json.dumps(fingerprint)},
    )


def _take_along(db: Database, kept: Kept) -> None:
    """The words of a revision, from the edition in which another's are to stand."""
    columns = ", ".join(STAND_IN_EDITION)
    db.execute(
        f"UPDATE revisions SET ({columns}) = (SELECT {columns} FROM editions WHERE id = edition_id) "  # noqa: S608
        "WHERE id = ? AND text IS NULL",
        [kept.revision_id],
    )


def _append(db: Database, kept: Kept, shown: Wording, now: datetime) -> None:
    """A revision without a change: nobody saw when the portal first showed it, so it is as old as this reading."""
    raw_id, digest, received, previous = db.execute(
        """
        SELECT editions.raw_id, editions.digest, raw_items.received, revisions.chain
        FROM editions
        JOIN raw_items ON raw_items.id = editions.raw_id
        JOIN revisions ON revisions.edition_id = editions.id AND revisions.number = ?
        WHERE editions.id = ?
        """,
        [kept.number, kept.edition_id],
    ).fetchone()
    row = revision_row(
        previous,
        shown,
        edition_id=kept.edition_id,
        source_id=kept.source_id,
        lang=kept.lang,
        number=kept.number + 1,
        fingerprint=print_of(shown),
        digest=digest,
        raw_id=raw_id,
        received=received,
        moment=to_text(now),
    )
    places = ", ".join(f":{column}" for column in row)
    db.execute(f"INSERT INTO revisions ({', '.join(row)}) VALUES ({places})", row)  # noqa: S608 columns of ours
    db.execute("UPDATE editions SET revisions = ? WHERE id = ?", [kept.number + 1, kept.edition_id])


def _show(db: Database, kept: Kept, *, said: Wording | None, shown: Wording) -> None:
    """The edition of the last wording: its words are that one's (None: they stay), its mark-up that of what the
    portal showed last. So is its fingerprint, with which the next reading is compared."""
    values: Row = {}
    if said is not None:
        words = content(said)
        values = {column: words[column] for column in STAND_IN_EDITION}
        values |= languages(said, kept.lang)
    newest = content(shown)
    values |= {"marks": newest["marks"], "published_at": newest["published_at"]}
    text = kept.content.text if said is None else said.text
    values |= {**markup(shown, text=text), "fingerprint": print_of(shown)}
    _redate(db, kept, shown)
    _update(db, "editions", kept.edition_id, values)
    if text != kept.content.text:
        note_editions(db, [kept.edition_id])


def _redate(db: Database, kept: Kept, shown: Wording) -> None:
    """The date of a release follows that copy from which it was taken, as it stood when that was seen."""
    is_its_own = db.execute(
        "SELECT 1 FROM releases JOIN editions ON editions.release_id = releases.id WHERE editions.id = ? "
        "AND releases.published_raw = editions.published_raw AND releases.published_at IS editions.published_at",
        [kept.edition_id],
    ).fetchone()
    if is_its_own:
        _update(db, "releases", kept.release_id, dates(shown, from_text(kept.seen_at)))


def _update(db: Database, table: str, row_id: int, values: Row) -> None:
    """Writes what differs: an index is made anew for every column that is named."""
    row = db.execute(f"SELECT {', '.join(values)} FROM {table} WHERE id = ?", [row_id]).fetchone()  # noqa: S608
    changed = {name: value for (name, value), held in zip(values.items(), row, strict=True) if held != value}
    if changed:
        assignments = ", ".join(f"{column} = :{column}" for column in changed)
        db.execute(f"UPDATE {table} SET {assignments} WHERE id = :id", {**changed, "id": row_id})  # noqa: S608

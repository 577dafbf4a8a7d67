"""How a wording lies in the tables: its columns, its links in the chain, and the item it was read from."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from crawler.records import Wording
from monitor.dates import doubt
from monitor.language import other_language
from monitor.store.chain import content_digest, received_digest, revision_link
from monitor.store.database import to_text
from monitor.store.packing import pack_item, pack_markup, unpack_item

Row = dict[str, Any]

STAND_IN_EDITION = ("title", "text", "published_raw", "attachments", "images")
"""Columns of a revision that are null while its wording is the edition's: there they stand."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a revision, with which an item is packed."""

    revision_id: int
    title: str
    text: str

    @property
    def together(self) -> str:
        """As `packing` takes them."""
        return f"{self.title}\n{self.text}"


def raw_row(raw_id: int, raw: str, words: Words | None) -> Row:
    """An item as it was received, as a row of `raw_items`; without words it is packed by itself."""
    return {
        "id": raw_id,
        "received": received_digest(raw),
        "item": pack_item(raw, words.together if words else ""),
        "words_of": words.revision_id if words else None,
    }


def keep_raw(db: Database, raw: str, words: Words | None, *, over: int | None = None) -> int:
    """Keeps an item as it was received; `over`: in the place of that row. Its id."""
    (raw_id,) = (
        (over,)
        if over is not None
        else db.execute("SELECT coalesce(max(id), 0) + 1 FROM raw_items").fetchone()
    )
    db.execute(
        """
        INSERT INTO raw_items (id, received, item, words_of) VALUES (:id, :received, :item, :words_of)
        ON CONFLICT (id) DO UPDATE SET received = excluded.received, item = excluded.item,
            words_of = excluded.words_of
        """,
        raw_row(raw_id, raw, words),
    )
    return int(raw_id)


def raw_item(db: Database, raw_id: int) -> str | None:
    """An item as it was received; None where it is not held, was thinned or redacted.

    Raises zstandard.ZstdError where it is damaged, or the words that it was packed with were altered.
    """
    row = db.execute(
        """
        SELECT item, coalesce(revisions.title, editions.title), coalesce(revisions.text, editions.text)
        FROM raw_items
        LEFT JOIN revisions ON revisions.id = words_of
        LEFT JOIN editions ON editions.id = edition_id
        WHERE raw_items.id = ?
        """,
        [raw_id],
    ).fetchone()
    if row is None or row[0] is None:
        return None
    item, title, text = row
    return unpack_item(item, "" if title is None else f"{title}\n{text}")


@contextmanager
def items_kept(db: Database, edition_id: int) -> Iterator[None]:
    """Whatever alters a stored title or text in place does it in here: the items packed with it are packed anew.

    Runs inside the caller's transaction.
    """
    before = _words_of_items(db, edition_id)
    items = {raw_id: raw_item(db, raw_id) for raw_id in before}
    yield
    for raw_id, words in _words_of_items(db, edition_id).items():
        raw = items.get(raw_id)
        if raw is not None and words != before[raw_id]:
            packed = pack_item(raw, words.together)
            db.execute("UPDATE raw_items SET item = ? WHERE id = ?", [packed, raw_id])


def _words_of_items(db: Database, edition_id: int) -> dict[int, Words]:
    """The words with which the items of an edition are packed, by the ids of the items."""
    rows = db.execute(
        """
        SELECT raw_items.id, revisions.id, coalesce(revisions.title, editions.title),
               coalesce(revisions.text, editions.text)
        FROM raw_items
        JOIN revisions ON revisions.id = words_of
        JOIN editions ON editions.id = edition_id
        WHERE edition_id = :id
          AND raw_items.id IN (SELECT raw_id FROM revisions WHERE edition_id = :id
                               UNION SELECT raw_id FROM editions WHERE id = :id)
        """,
        {"id": edition_id},
    )
    return {raw_id: Words(*words) for raw_id, *words in rows}


def revision_row(
    previous: str,
    wording: Wording,
    *,
    edition_id: int,
    source_id: str,
    lang: str,
    number: int,
    fingerprint: str,
    digest: str,
    raw_id: int,
    received: str,
    moment: str,
) -> Row:
    """A wording as a row of `revisions`, without its id; `previous` is the chain digest of the one before."""
    digest_of_content = digest_of(wording)
    return {
        "edition_id": edition_id,
        "number": number,
        **dict.fromkeys(STAND_IN_EDITION),
        "fingerprint": fingerprint,
        "seen_at": moment,
        "parser": wording.parser,
        "digest": digest,
        "raw_id": raw_id,
        "content": digest_of_content,
        "chain": revision_link(
            previous,
            source_id=source_id,
            lang=lang,
            number=number,
            content=digest_of_content,
            fingerprint=fingerprint,
            digest=digest,
            received=received,
            seen_at=moment,
            parser=wording.parser,
        ),
    }


def digest_of(wording: Wording) -> str:
    """The digest of what a wording says."""
    said = content(wording)
    return content_digest(
        wording.title,
        wording.text,
        published_raw=wording.published_raw,
        attachments=said["attachments"],
        images=said["images"],
    )


def dates(wording: Wording, now: datetime) -> dict[str, str | None]:
    """The dates of a release, and what is doubted of them, as columns."""
    return {
        "published_at": to_text(wording.published_at) if wording.published_at else None,
        "published_on": _day(wording.published_on),
        "published_precision": wording.published_precision,
        "published_raw": wording.published_raw,
        "date_doubt": doubt(wording.published_at, now),
    }


def languages(wording: Wording, lang: str) -> dict[str, str | None]:
    """In which language title and text plainly are, where that is another than the edition's; as columns."""
    return {
        "title_lang": other_language(wording.title, lang),
        "text_lang": other_language(wording.text, lang),
    }


def content(wording: Wording) -> dict[str, str | None]:
    """What an edition says, as columns."""
    attachments = [{"url": a.url, "name": a.name, "size": a.size} for a in wording.attachments]
    return {
        "title": wording.title,
        "text": wording.text,
        "attachments": json.dumps(attachments, ensure_ascii=False) if attachments else "[]",
        "images": json.dumps(wording.images) if wording.images else "[]",
        "published_at": to_text(wording.published_at) if wording.published_at else None,
        "published_raw": wording.published_raw,
        "marks": json.dumps(wording.marks) if wording.marks else "[]",
    }


def markup(wording: Wording, *, text: str) -> Mapping[str, bytes]:
    """The mark-up of a wording as a column; `text` is the edition's, with which it is read again."""
    return {"markup": pack_markup(wording.html, text)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None

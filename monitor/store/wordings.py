"""How a wording lies in the tables: its columns, its digest in the chain, and the item it was read from."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import blake2b

import zstandard
from sqlite_utils import Database

from crawler.records import Wording
from monitor.dates import doubt
from monitor.language import other_language
from monitor.store.database import to_text

_compressor = zstandard.ZstdCompressor(level=1)
"""One for all: making one costs as much as compressing an item. Two levels more would save a fiftieth."""


def chained(previous: str, *, number: int, title: str, text: str, fingerprint: str, digest: str) -> str:
    """The chain digest of a revision: whoever alters a stored wording breaks every later one."""
    parts = "\0".join((previous, str(number), title, text, fingerprint, digest))
    return blake2b(parts.encode("utf-8"), digest_size=32).hexdigest()


def keep_raw(db: Database, items: Iterable[tuple[str, str]]) -> None:
    """Keeps items as they were received, by their digests."""
    db.conn.executemany(
        "INSERT INTO raw_items (digest, item) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
        [(digest, _compressor.compress(raw.encode("utf-8"))) for digest, raw in items],
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
        "html": wording.html,
        "attachments": json.dumps(attachments, ensure_ascii=False) if attachments else "[]",
        "images": json.dumps(wording.images) if wording.images else "[]",
        "published_at": to_text(wording.published_at) if wording.published_at else None,
        "published_raw": wording.published_raw,
        "marks": json.dumps(wording.marks) if wording.marks else "[]",
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None

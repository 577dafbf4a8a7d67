"""Says what of a stored row does not fit its digests, its chain or the rows it belongs to. Pure.

Each function takes a row as `verify` reads it and answers in words, or with None where everything fits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import zstandard

from monitor.store.chain import (
    change_link,
    content_digest,
    received_digest,
    redacted_digest,
    reparse_link,
    revision_link,
)
from monitor.store.packing import unpack_item, unpack_markup

Row = Mapping[str, Any]

_LINKED = ("source_id", "lang", "number", "content", "fingerprint", "digest", "seen_at", "parser")
_TOLD = ("uid", "at", "kind", "source_id", "edition_id", "revision_id", "weight", "detail", "baseline")
_READ = ("number", "at", "parser", "content", "fingerprint")


def revision_fault(row: Row, readings: Sequence[Row], *, redacted: bool) -> str | None:
    """Of a wording, and of what better code has read in its item since, in that order."""
    if row["release_id"] is None:
        return "its edition or its release is not there"
    if row["number"] != 1 and row["previous"] is None:
        return f"wording {row['number'] - 1}, on which it is built, is not there"
    if row["raw_id"] is not None and row["received"] is None:
        return f"its item, row {row['raw_id']} of raw_items, is not there"
    linked = {name: row[name] for name in _LINKED}
    if revision_link(row["previous"] or "", received=row["received"] or "", **linked) != row["chain"]:
        return "its chain digest does not follow from what it holds and from the wording before it"
    content, link = row["content"], row["chain"]
    for reading in readings:
        if reparse_link(link, **{name: reading[name] for name in _READ}) != reading["chain"]:
            return f"reading {reading['number']} of it does not follow from what it holds and from the one before"
        content, link = reading["content"], reading["chain"]
    if redacted and not row["title"] and not row["text"]:
        return None
    said = content_digest(
        row["title"],
        row["text"],
        published_raw=row["published_raw"],
        attachments=row["attachments"],
        images=row["images"],
    )
    if said == content:
        return None
    where = f" (they stand in row {row['edition_id']} of editions)" if row["stands_in_edition"] else ""
    return f"its title, text, date, files or pictures are not those of its digest `content`{where}"


def item_fault(row: Row, *, redacted: bool) -> str | None:
    """Of an item as it was received."""
    if row["item"] is None:
        explained = redacted or row["thinned_at"] is not None
        return None if explained else "the item is gone, and nothing says that it was redacted or thinned"
    if row["words_of"] is not None and row["words"] is None:
        return f"revision {row['words_of']}, with whose words it is packed, is not there"
    try:
        raw = unpack_item(row["item"], row["words"] or "")
    except (zstandard.ZstdError, UnicodeDecodeError):
        return "the item cannot be unpacked: it, or the words it is packed with, were altered"
    return (
        None if received_digest(raw) == row["received"] else "the item is not that of its digest `received`"
    )


def edition_fault(row: Row, readings: Sequence[Row]) -> str | None:
    """Of an edition beside its last wording, and what better code has read in the item of that since."""
    if row["source_id"] is None:
        return "its release is not there"
    if not row["revisions"] == row["count"] == (row["number"] or 0):
        return f"it counts {row['revisions']} wordings, and {row['count']} are there"
    if row["last_title"] not in {None, row["title"]}:
        return "its title is not that of its last wording"
    if row["raw_id"] is not None and row["received"] is None:
        return f"its item, row {row['raw_id']} of raw_items, is not there"
    if row["edition_of_item"] not in {None, row["id"]}:
        return f"its item, row {row['raw_id']} of raw_items, is another edition's"
    if row["thinned_at"] is not None:
        return "the item of its last wording is thinned, and only those of replaced wordings are"
    if (
        row["raw_id"] == row["last_raw_id"]
    ):  # another item of the same words may have been read by another rule
        if row["digest"] != row["last_digest"]:
            return "its digest is not that of its last wording"
        if row["fingerprint"] != (readings[-1]["fingerprint"] if readings else row["last_fingerprint"]):
            return "its fingerprint is not that of the last reading of its last wording"
    try:
        unpack_markup(row["markup"], row["text"])
    except (zstandard.ZstdError, UnicodeDecodeError):
        return "its mark-up cannot be unpacked: it, or the text it is packed with, were altered"
    return None


def change_fault(row: Row, *, redacted: bool) -> str | None:
    """Of a row of the journal."""
    if row["source_id"] is None:
        return "its release is not there"
    if row["edition_id"] is not None and row["release_of_edition"] != row["release_id"]:
        return "its edition is not there, or is another release's"
    if row["revision_id"] is not None and (
        row["release_of_revision"] != row["release_id"]
        or row["edition_id"] not in {None, row["edition_of_revision"]}
    ):
        return "its wording is not there, or is another edition's"
    try:
        blanked = redacted_digest(row["detail"]) is not None
        link = change_link(row["previous"] or "", **{name: row[name] for name in _TOLD})
    except (ValueError, KeyError, TypeError):
        return "its detail is garbled"
    if link != row["chain"]:
        return "its chain digest does not follow from what it holds and from the change before it"
    return (
        "its detail is blanked, and nothing says that it was redacted" if blanked and not redacted else None
    )

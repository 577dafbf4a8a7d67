"""Puts a feed together: what of the store it needs, its entries, and what stands around them."""

from collections.abc import Sequence

from feeds.entries import NEVER, Deleted, Entry, Feed, RemovedText, edition_entry
from feeds.ids import urn
from feeds.journal import change_entry, deletions
from feeds.phrases import phrases
from feeds.streams import Stream
from monitor.store.database import Database
from monitor.store.for_feeds import StoredChange, StoredEdition, changes, editions
from monitor.store.selections import newest

Rows = tuple[StoredEdition, ...] | tuple[StoredChange, ...]


def rows_of(db: Database, stream: Stream, *, limit: int) -> Rows:
    """What the store holds for a feed, the newest first."""
    keys = [entry.key for entry in newest(db, stream.selection, size=limit).entries]
    if stream.topic == "releases":
        held = editions(db, keys)
        return tuple(held[key] for key in keys)
    told = changes(db, keys)
    return tuple(told[key] for key in keys)


def entries_of(
    stream: Stream, rows: Rows, *, address: str, removed_text: RemovedText = "full"
) -> tuple[Entry, ...]:
    """The entries of these rows; `address` is the server's own, without a trailing slash."""
    return tuple(_entry(row, stream, address, removed_text) for row in rows)


def deleted_of(stream: Stream, rows: Rows) -> tuple[Deleted, ...]:
    """The entries that a feed of removals says are gone; no other feed says so."""
    if stream.topic != "removed":
        return ()
    changes = [row for row in rows if isinstance(row, StoredChange)]
    return deletions(changes, languages=stream.languages)


def feed_of(
    stream: Stream,
    entries: Sequence[Entry],
    *,
    ending: str,
    address: str,
    deleted: tuple[Deleted, ...] = (),
    hub: str | None = None,
) -> Feed:
    """The feed of these entries."""
    return Feed(
        id=urn(stream.uuid),
        title=stream.title,
        description=phrases(stream.lang).about,
        lang=stream.lang,
        updated=max((entry.updated for entry in entries), default=NEVER),
        self_url=address + stream.address(ending),
        page_url=f"{address}/",
        hub=hub,
        deleted=deleted,
    )


def _entry(
    row: StoredEdition | StoredChange, stream: Stream, address: str, removed_text: RemovedText
) -> Entry:
    if isinstance(row, StoredEdition):
        return edition_entry(row, address=address, removed_text=removed_text)
    return change_entry(row, address=address, languages=stream.languages, removed_text=removed_text)

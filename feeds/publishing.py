"""Puts a feed together: what of the store it needs, and the feed that comes of it."""

from feeds.entries import Entry, Feed, RemovedText, edition_entry
from feeds.ids import urn
from feeds.journal import change_entry
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


def feed_of(
    stream: Stream,
    rows: Rows,
    *,
    ending: str,
    address: str,
    removed_text: RemovedText = "full",
    hub: str | None = None,
) -> Feed:
    """The feed of these rows; `address` is the server's own, without a trailing slash."""
    return Feed(
        id=urn(stream.uuid),
        title=stream.title,
        description=phrases(stream.lang).about,
        lang=stream.lang,
        self_url=address + stream.address(ending),
        page_url=f"{address}/",
        hub=hub,
        entries=tuple(_entry(row, stream, removed_text) for row in rows),
    )


def _entry(row: StoredEdition | StoredChange, stream: Stream, removed_text: RemovedText) -> Entry:
    if isinstance(row, StoredEdition):
        return edition_entry(row, removed_text=removed_text)
    return change_entry(row, languages=stream.languages, removed_text=removed_text)

"""The feed formats: a further one is one small file and one line here."""

from collections.abc import Callable
from dataclasses import dataclass

from feeds.atom_rss import atom_entry, atom_envelope, rss_envelope, rss_item
from feeds.entries import Entry, Feed
from feeds.envelope import Envelope
from feeds.json_feed import json_envelope, json_item

__all__ = ["FORMATS", "Envelope", "Format"]


@dataclass(frozen=True, slots=True)
class Format:
    """How a feed is written, and what it is called.

    An entry is written without knowing in which feed it will stand. The fragments of the entries, joined by what the
    envelope has for it, and put between its head and its tail, are the document.
    """

    label: str
    media_type: str
    entry: Callable[[Entry], bytes]
    envelope: Callable[[Feed], Envelope]


FORMATS = {
    "atom": Format("Atom", "application/atom+xml", atom_entry, atom_envelope),
    "rss": Format("RSS", "application/rss+xml", rss_item, rss_envelope),
    "json": Format("JSON Feed", "application/feed+json", json_item, json_envelope),
}
"""By the ending of an address."""

"""The feed formats: a further one is one small file and one line here."""

from collections.abc import Callable
from dataclasses import dataclass

from feeds.atom_rss import atom, rss
from feeds.entries import Feed
from feeds.json_feed import json_feed


@dataclass(frozen=True, slots=True)
class Format:
    """How a feed is written, and what it is called."""

    label: str
    media_type: str
    write: Callable[[Feed], bytes]


FORMATS = {
    "atom": Format("Atom", "application/atom+xml", atom),
    "rss": Format("RSS", "application/rss+xml", rss),
    "json": Format("JSON Feed", "application/feed+json", json_feed),
}
"""By the ending of an address."""

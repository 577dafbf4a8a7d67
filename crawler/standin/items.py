"""One release as the stand-in portal keeps it, and the item that a listing shows of it."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.standin.copies import Copy, document

ZONE = ZoneInfo("Asia/Almaty")


@dataclass(slots=True)
class Edition:
    """A language copy and what the portal adds to it."""

    copy: Copy
    created: str
    slug: str
    listed: bool = True
    style: int = 0
    """Which mark-up: see `document`."""
    wire: bytes | None = None
    """The item as JSON up to its view counter, until something of it changes."""


@dataclass(slots=True)
class Release:
    """One id in its languages."""

    id: int
    agencies: tuple[str, ...]
    heropic: str | None
    views: int
    editions: dict[str, Edition] = field(default_factory=dict)

    def item(self, lang: str) -> bytes:
        """The item of the listing as JSON."""
        edition = self.editions[lang]
        if edition.wire is None:
            edition.wire = _without_views(self, edition)
        return edition.wire + b"%d}" % self.views


def written(when: datetime) -> str:
    """The portal's date: Kazakhstan's wall clock to the minute, with a Z that is not true.

    Raises ValueError for a moment without a zone.
    """
    if when.tzinfo is None:
        raise ValueError(f"the moment of publication must have a time zone: {when.isoformat()}")
    return when.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:00Z")


def _without_views(release: Release, edition: Edition) -> bytes:
    copy = edition.copy
    item = {
        "id": release.id,
        "title": copy.title,
        "slug": edition.slug,
        "body": document(copy, style=edition.style),
        "short_description": None,
        "created_date": edition.created,
        "heropic": release.heropic,
        "alt_image": None,
        "projects": release.agencies[0] if len(release.agencies) == 1 else list(release.agencies),
        "directions": [{"id": number, "title": title} for number, title in copy.directions],
    }
    text = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
    # a lone surrogate in a test's title cannot be UTF-8: it goes out as JSON's escape
    return text[:-1].encode(errors="backslashreplace") + b',"views":'

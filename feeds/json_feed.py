"""JSON Feed 1.1 from a feed and its entries. The same input gives the same bytes."""

import json
from datetime import UTC, datetime
from typing import Any

from feeds.entries import Entry, Feed
from feeds.envelope import Envelope


def json_item(entry: Entry) -> bytes:
    """An entry as an item, on one line, with what programs need under `_jarshy`."""
    return json.dumps(_item(entry), ensure_ascii=False, separators=(",", ":")).encode()


def json_envelope(feed: Feed) -> Envelope:
    """The feed but for its items."""
    body: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": feed.self_url,
        "description": feed.description,
        "language": feed.lang,
        "authors": [{"name": "Jarshy", "url": feed.page_url}],
    }
    if feed.older_url:
        body["next_url"] = feed.older_url
    if feed.hub:
        body["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    if feed.is_archive:
        # The format knows only the way back.
        body["_jarshy"] = {"archive": True, "current_url": feed.current_url, "newer_url": feed.newer_url}
    written = json.dumps(body, ensure_ascii=False, indent=1).removesuffix("\n}")
    return Envelope(head=f'{written},\n "items": [\n'.encode(), between=b",\n", tail=b"\n ]\n}\n")


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {"id": entry.id}
    if entry.url:
        item["url"] = entry.url
    item |= {
        "title": entry.title,
        "content_html": entry.html,
        "date_published": _moment(entry.published),
        "date_modified": _moment(entry.updated),
        "authors": [{"name": entry.author}],
        "tags": [category.label for category in entry.categories],
        "language": entry.lang,
    }
    if entry.summary:
        item["summary"] = entry.summary
    if entry.enclosures:
        item["attachments"] = [
            {"url": enclosure.url, "mime_type": enclosure.media_type}
            | ({"title": enclosure.name} if enclosure.name else {})
            | ({"size_in_bytes": enclosure.size} if enclosure.size is not None else {})
            for enclosure in entry.enclosures
        ]
    item["_jarshy"] = dict(entry.facts) | {
        "note": entry.note,
        "diff_url": entry.diff_url or None,
        "alternates": {other.lang: other.url for other in entry.alternates},
        "story": [
            {
                "agency": one.agency,
                "source_id": one.source_id,
                "url": one.url or None,
                "title": one.title,
                "first": one.first,
            }
            for one in entry.story
        ],
    }
    return item


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

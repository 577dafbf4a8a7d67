"""JSON Feed 1.1 from a feed. The same feed gives the same bytes."""

import json
from datetime import UTC, datetime
from typing import Any

from feeds.entries import Entry, Feed


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1, with what programs need under `_jarshy`."""
    body: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": feed.self_url,
        "description": feed.description,
        "language": feed.lang,
    }
    if feed.hub:
        body["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    body["items"] = [_item(entry) for entry in feed.entries]
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {"id": entry.id}
    if entry.url:
        item["url"] = entry.url
    item |= {
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "date_published": _moment(entry.published),
        "date_modified": _moment(entry.updated),
        "authors": [{"name": entry.author}],
        "tags": [category.label for category in entry.categories],
        "language": entry.lang,
    }
    if entry.enclosures:
        item["attachments"] = [
            {"url": enclosure.url, "mime_type": enclosure.media_type}
            | ({"title": enclosure.name} if enclosure.name else {})
            | ({"size_in_bytes": enclosure.size} if enclosure.size is not None else {})
            for enclosure in entry.enclosures
        ]
    item["_jarshy"] = dict(entry.facts) | {
        "alternates": {other.lang: other.url for other in entry.alternates}
    }
    return item


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

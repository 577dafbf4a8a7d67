"""What readers find in a feed, in one form: feedparser here, feedsmith by its own program, JSON by json.loads."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser

PROGRAM = Path(__file__).parent / "read.mjs"
FEEDSMITH = shutil.which("node") is not None and (PROGRAM.parent / "node_modules/feedsmith").is_dir()
"""Whether feedsmith can be asked; `.ci/readers` installs it."""


@dataclass(frozen=True)
class Item:
    """One entry as a reader shows it."""

    id: str
    title: str
    url: str
    lang: str
    author: str
    published: datetime
    updated: datetime
    tags: tuple[str, ...]
    html: str
    files: tuple[tuple[str, str, int | None], ...]
    """Address, media type and size."""
    others: tuple[tuple[str, str], ...] = ()
    """The other languages, and where."""


def by_feedparser(body: bytes) -> list[Item]:
    """What feedparser finds in Atom or RSS; it must have nothing to object to."""
    parsed = feedparser.parse(body)
    assert not parsed.bozo, parsed.bozo_exception
    return [
        Item(
            id=entry.id,
            title=entry.title,
            url=entry.link,
            lang=entry.get("language") or entry.title_detail.language,
            author=entry.author,
            published=datetime(*entry.published_parsed[:6], tzinfo=UTC),
            updated=datetime(*entry.updated_parsed[:6], tzinfo=UTC),
            tags=tuple(tag.label or tag.term for tag in entry.tags),
            html=entry.content[0].value if "content" in entry else entry.summary,
            files=tuple(
                (file.href, file.type, int(file.length) if "length" in file else None)
                for file in entry.enclosures
            ),
            others=_others(entry.links, entry.get("language") or entry.title_detail.language),
        )
        for entry in parsed.entries
    ]


def by_feedsmith(files: Sequence[Path]) -> list[list[Item]]:
    """What feedsmith finds in each file."""
    done = subprocess.run(["node", PROGRAM, *files], capture_output=True, check=True)  # noqa: S607 - whichever
    items = {"atom": _of_atom, "rss": _of_rss, "json": _of_json}
    return [
        [
            items[found["format"]](item)
            for item in found["feed"].get("entries") or found["feed"].get("items", [])
        ]
        for found in json.loads(done.stdout)
    ]


def by_json(body: bytes) -> list[Item]:
    """What stands in a JSON Feed."""
    return [_of_json(item) for item in json.loads(body)["items"]]


def _of_atom(entry: dict[str, Any]) -> Item:
    links = entry["links"]
    return Item(
        id=entry["id"],
        title=entry["title"]["value"],
        url=next(link["href"] for link in links if link["rel"] == "alternate"),
        lang=entry["xml"]["lang"],
        author=entry["authors"][0]["name"],
        published=datetime.fromisoformat(entry["published"]),
        updated=datetime.fromisoformat(entry["updated"]),
        tags=tuple(category["label"] for category in entry["categories"]),
        html=entry["content"]["value"],
        files=tuple(
            (link["href"], link["type"], link.get("length")) for link in links if link["rel"] == "enclosure"
        ),
        others=_others(links, entry["xml"]["lang"]),
    )


def _of_rss(item: dict[str, Any]) -> Item:
    links = item["atom"].get("links", [])
    return Item(
        id=item["guid"]["value"],
        title=item["title"],
        url=item["link"],
        lang=item["dc"]["languages"][0],
        author=item["dc"]["creators"][0],
        published=parsedate_to_datetime(item["pubDate"]),
        updated=datetime.fromisoformat(item["atom"]["updated"]),
        tags=tuple(category["name"] for category in item["categories"]),
        html=item["content"]["encoded"] if "content" in item else item["description"],
        files=(
            *((file["url"], file["type"], file["length"]) for file in item.get("enclosures", [])),
            *(
                (link["href"], link["type"], link.get("length"))
                for link in links
                if link["rel"] == "enclosure"
            ),
        ),
        others=_others(links, item["dc"]["languages"][0]),
    )


def _of_json(item: dict[str, Any]) -> Item:
    return Item(
        id=item["id"],
        title=item["title"],
        url=item["url"],
        lang=item["language"],
        author=item["authors"][0]["name"],
        published=datetime.fromisoformat(item["date_published"]),
        updated=datetime.fromisoformat(item["date_modified"]),
        tags=tuple(item["tags"]),
        html=item["content_html"],
        files=tuple(
            (file["url"], file["mime_type"], file.get("size_in_bytes"))
            for file in item.get("attachments", [])
        ),
        # feedsmith drops what it does not know.
        others=tuple(item.get("_jarshy", {}).get("alternates", {}).items()),
    )


def _others(links: Sequence[dict[str, Any]], lang: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (link["hreflang"], link["href"])
        for link in links
        if link["rel"] == "alternate" and link.get("hreflang", lang) != lang
    )

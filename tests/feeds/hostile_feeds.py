"""Feeds made of hostile releases, and all that is wrong with them: the same for the test and for the long run."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import feedparser
from lxml import etree

from crawler.records import Attachment
from feeds.entries import Entry, Feed, edition_entry
from feeds.formats import FORMATS
from feeds.journal import change_entry
from monitor.store.for_feeds import Other, StoredChange, StoredEdition
from tests.feeds.activity import activity, words_of
from tests.feeds.hostile import PORTAL, Hostile, hostile

HOST = "www.gov.kz"
SEEN = datetime(2031, 5, 14, 9, 30, tzinfo=UTC)

_SERVER = "https://herald.example"
_AGENCY = "</category>&<script>"
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ADDRESS = re.compile(
    r"https?://[a-z0-9._-]+(?::\d+)?(?:[/?#][!#-;=?-~]*)?|https?://\[[0-9a-f:.]+\][!#-;=?-~]*"
)
"""No space, quote, angle bracket or letter beyond ASCII, and nobody's name before the host."""


def entry_of(release: Hostile, number: int) -> Entry:
    """The entry that feeds carry of a hostile release."""
    return edition_entry(
        StoredEdition(
            id=number,
            source="gov.kz",
            source_id=str(number),
            lang="kk",
            title=release.title,
            text=release.text,
            html=release.html,
            url=f"{PORTAL}/memleket/entities/economy/press/news/details/{number}",
            agency="economy",
            agencies=("economy", _AGENCY),
            languages=("kk", "ru"),
            attachments=(Attachment(url=release.address, name=release.file_name, size=None),),
            published_at=SEEN,
            first_seen_at=SEEN,
            updated_at=SEEN,
            listing_changed_at=None,
            revisions=1,
            edits=1,
            weighty_edits=1,
            status="listed",
            release_status="listed",
            also=(Other(_AGENCY, str(number), release.address, release.title, first=True),),
        ),
        address=_SERVER,
    )


def change_of(release: Hostile, number: int) -> Entry:
    """The entry that the feed of changes carries of an edit of a hostile release."""
    replaced = {"field": "text", "before": release.title, "after": release.text, "classes": ["wording"]}
    parts = [["=", release.file_name], ["-", release.title], ["+", release.text]]
    return change_entry(
        StoredChange(
            id=number,
            source="gov.kz",
            uid=f"00000000-0000-4000-8000-{number:012d}",
            at=SEEN,
            kind="edited",
            weight="major",
            detail={
                "fields": ["text", release.title],
                "classes": ["wording", release.title],
                "words": [replaced],
                "diff": [{"field": "text", "paragraph": 1, "parts": parts}],
                "attachments": {
                    "removed": [release.address],
                    "added": [release.file_name],
                    "replaced": [{"before": release.address, "after": release.title}],
                },
                "earlier": [release.title],
            },
            source_id=str(number),
            url=release.address,
            agency=_AGENCY,
            agencies=(_AGENCY,),
            lang="kk",
            title=release.title,
            titles={"kk": release.title},
            text=release.text,
            removed=False,
        ),
        address=_SERVER,
    )


def documents(entries: Sequence[Entry]) -> dict[str, bytes]:
    """The feeds of these entries, by the ending of their address."""
    feed = Feed(
        id="urn:x",
        title="Арна",
        description="Сынақ арнасы",
        lang="kk",
        updated=SEEN,
        self_url=f"{_SERVER}/f",
        page_url=f"{_SERVER}/",
    )
    return {ending: form.envelope(feed).around(map(form.entry, entries)) for ending, form in FORMATS.items()}


def faults(numbers: Sequence[int], *, by_feedparser: bool) -> list[str]:
    """All that is wrong with the feeds of the hostile releases of these numbers."""
    found, entries = [], []
    for number in numbers:
        release = hostile(number)
        edition, change = entry_of(release, number), change_of(release, number)
        entries += [edition, change]
        found += [f"{number}: {fault}" for fault in _of_edition(release, edition)]
        found += [f"{number}: edit: {fault}" for fault in _of_entry(release, change)]
    for ending, document in documents(entries).items():
        try:
            found += [f"{numbers[0]}… {ending}: {fault}" for fault in _of_feed(ending, document, entries)]
        except (ValueError, etree.XMLSyntaxError) as error:
            found.append(f"{numbers[0]}… {ending}: {error}")
        if by_feedparser and ending != "json":
            read = feedparser.parse(document)
            if read.bozo or [item.id for item in read.entries] != [entry.id for entry in entries]:
                found.append(f"{numbers[0]}… {ending}: feedparser says {read.get('bozo_exception')}")
    return found


def _of_edition(release: Hostile, entry: Entry) -> Iterator[str]:
    yield from _of_entry(release, entry)
    if lost := _lost(release.words, words_of(entry.html)):
        yield f"lost of the text: {lost}"


def _of_entry(release: Hostile, entry: Entry) -> Iterator[str]:
    for active in activity(entry.html, host=HOST):
        yield f"active: {active}"
    if lost := _lost(release.title_words, entry.title):
        yield f"lost of the title: {lost}"
    for line in (
        entry.title,
        entry.author,
        entry.summary,
        *(enclosure.name for enclosure in entry.enclosures),
    ):
        if len(line.splitlines()) > 1 or _TURNING.search(line):
            yield f"not one line: {line!r}"
    for address in (entry.url, *(enclosure.url for enclosure in entry.enclosures)):
        if address and not _ADDRESS.fullmatch(address):
            yield f"no address: {address!r}"


def _lost(words: Sequence[str], shown: str) -> list[str]:
    """The words that are not shown, or not in their place."""
    lost, place = [], 0
    for word in words:
        found = shown.find(word, place)
        if found < 0:
            lost.append(word)
        else:
            place = found + len(word)
    return lost


def _of_feed(ending: str, document: bytes, entries: Sequence[Entry]) -> Iterator[str]:
    read = _read_json(document) if ending == "json" else _read_xml(document)
    if len(read) != len(entries):
        yield f"{len(read)} entries of {len(entries)}"
    for (title, content), entry in zip(read, entries, strict=False):
        if title != entry.title:
            yield f"the title {title!r} of {entry.title!r}"
        if content != entry.html:
            yield f"the text {content!r} of {entry.html!r}"


def _read_json(document: bytes) -> list[tuple[str | None, str | None]]:
    return [(item["title"], item["content_html"]) for item in json.loads(document)["items"]]


def _read_xml(document: bytes) -> list[tuple[str | None, str | None]]:
    root = etree.fromstring(
        document, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    )
    if root.getroottree().docinfo.doctype:
        raise ValueError("it declares a document type")
    if root.tag == "rss":
        return [(item.findtext("title"), item.findtext(_CONTENT)) for item in root.iter("item")]
    return [
        (entry.findtext(f"{_ATOM}title"), entry.findtext(f"{_ATOM}content"))
        for entry in root.iter(f"{_ATOM}entry")
    ]

"""Atom 1.0 and RSS 2.0 from a feed and its entries; the only door to feedgen. The same input gives the same bytes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.entries import NEVER, Enclosure, Entry, Feed
from feeds.envelope import Envelope

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_DC = "http://purl.org/dc/elements/1.1/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_ALONE = Feed(id="-", title="-", description="-", lang="en", updated=NEVER, self_url="-", page_url="-")
"""The feed that an entry stands in while it is written; nothing of it is kept."""


def atom_entry(entry: Entry) -> bytes:
    """An entry of Atom 1.0, with the white space that stands around it in a feed."""
    body = whole_atom(_ALONE, [entry])
    return _cut(body, b"  <entry ", b"</entry>\n")


def atom_envelope(feed: Feed) -> Envelope:
    """A feed of Atom 1.0 but for its entries."""
    return _envelope(whole_atom(feed, []), b"</feed>")


def rss_item(entry: Entry) -> bytes:
    """An item of RSS 2.0, with the white space that stands around it in a channel."""
    body = whole_rss(_ALONE, [entry])
    return _cut(body, b"    <item>", b"</item>\n")


def rss_envelope(feed: Feed) -> Envelope:
    """A channel of RSS 2.0 but for its items."""
    return _envelope(whole_rss(feed, []), b"  </channel>")


def whole_atom(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """All at once, which takes as long as all of the entries; they keep their order."""
    generator = _generator(feed, _around(feed, "application/atom+xml"))
    generator.register_extension("jarshy", lambda: _AtomExtension(feed), rss=False)
    for entry in entries:
        _add(generator, entry)
    return bytes(generator.atom_str(pretty=True))


def whole_rss(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """All at once, as above."""
    links = _around(feed, "application/rss+xml")
    generator = _generator(feed, links)
    generator.register_extension("jarshy", lambda: _RssExtension(feed, links), atom=False)
    for entry in entries:
        _add(generator, entry)
    return bytes(generator.rss_str(pretty=True))


def _generator(feed: Feed, links: Iterable[dict[str, str]]) -> FeedGenerator:
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.description(feed.description)
    generator.language(feed.lang)
    generator.author({"name": "Jarshy"})
    generator.generator("Jarshy")
    # Every date is given: what is left out, feedgen fills with the present moment.
    generator.updated(_second(feed.updated))
    for link in links:
        generator.link(link)
    # Last, because feedgen takes the last link for the channel's own.
    generator.link(href=feed.page_url, rel="alternate", type="text/html")
    return generator


def _add(generator: FeedGenerator, entry: Entry) -> None:
    made = generator.add_entry(order="append")
    made.id(entry.id)
    made.title(entry.title)
    made.published(_second(entry.published))
    made.updated(_second(entry.updated))
    made.author({"name": entry.author})
    made.category([{"term": category.term, "label": category.label} for category in entry.categories])
    made.content(entry.html, type="html")
    if entry.summary:
        made.summary(entry.summary)
    if entry.url:
        made.link(href=entry.url)
    made.register_extension("jarshy", lambda: _EntryExtension(entry))


class _AtomExtension:
    """What feedgen leaves out of a feed of Atom: that it is an archive, and what was deleted."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    def extend_ns(self) -> dict[str, str]:
        return _archived(self.feed) | ({"at": TOMBSTONES} if self.feed.deleted else {})

    def extend_atom(self, root: etree._Element) -> None:
        _mark(root, self.feed)
        for deleted in self.feed.deleted:
            attributes = {"ref": deleted.ref, "when": _rfc3339(deleted.when)}
            tombstone = etree.SubElement(root, f"{{{TOMBSTONES}}}deleted-entry", attributes)
            comment = etree.SubElement(tombstone, f"{{{TOMBSTONES}}}comment", {_XML_LANG: deleted.lang})
            comment.text = deleted.comment


class _RssExtension:
    """What feedgen leaves out of a channel of RSS: all links but two, and that it is an archive."""

    def __init__(self, feed: Feed, links: Iterable[dict[str, str]]) -> None:
        self.feed = feed
        self.links = links

    def extend_ns(self) -> dict[str, str]:
        return {"dc": _DC} | _archived(self.feed)

    def extend_rss(self, root: etree._Element) -> None:
        (channel,) = root
        for attributes in self.links:
            if attributes["rel"] != "self":
                etree.SubElement(channel, f"{{{ATOM}}}link", attributes)
        _mark(channel, self.feed)


class _EntryExtension:
    """What feedgen leaves out of an entry, or gets wrong.

    Its Atom links lose everything but their address; it knows neither a language nor an author's name in RSS.
    """

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def extend_atom(self, element: etree._Element) -> None:
        entry = self.entry
        element.set(_XML_LANG, entry.lang)
        for link in element.findall("link"):
            element.remove(link)
        own = _page("alternate", entry.url, entry.lang)
        if entry.url:
            etree.SubElement(element, "link", own)
        for other in entry.alternates:
            etree.SubElement(element, "link", _page("alternate", other.url, other.lang))
        if entry.url and entry.alternates:
            # Of several alternates some readers take the first, feedparser and newsboat the last. So the entry's own
            # stands at both ends; the second time without a language, as no two may be alike in type and language.
            etree.SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": entry.url})
        if entry.diff_url:
            etree.SubElement(element, "link", _page("related", entry.diff_url, entry.lang))
        for enclosure in entry.enclosures:
            etree.SubElement(element, "link", _enclosure(enclosure))

    def extend_rss(self, element: etree._Element) -> None:
        entry = self.entry
        summary = element.find("description")
        if summary is not None and entry.summary:
            # Readers take it for mark-up, and a text may well speak of <b>.
            summary.text = escape(entry.summary, quote=False)
        _text(element, f"{{{_DC}}}creator", entry.author)
        _text(element, f"{{{_DC}}}language", entry.lang)
        _text(element, f"{{{ATOM}}}updated", _rfc3339(entry.updated))
        # RSS has room for one file; readers that meet a second take either or neither.
        for enclosure in entry.enclosures[:1]:
            attributes = {
                "url": enclosure.url,
                "length": str(enclosure.size or 0),
                "type": enclosure.media_type,
            }
            etree.SubElement(element, "enclosure", attributes)
        links = [_page("alternate", other.url, other.lang) for other in entry.alternates]
        if entry.url and entry.alternates:
            # Again: feedparser takes the last, of whichever namespace it is.
            links.append(_page("alternate", entry.url, entry.lang))
        if entry.diff_url:
            links.append(_page("related", entry.diff_url, entry.lang))
        links += [_enclosure(enclosure) for enclosure in entry.enclosures[1:]]
        for attributes in links:
            etree.SubElement(element, f"{{{ATOM}}}link", attributes)


def _archived(feed: Feed) -> dict[str, str]:
    return {"fh": HISTORY} if feed.is_archive else {}


def _around(feed: Feed, media_type: str) -> list[dict[str, str]]:
    """The links of a feed but for that to the page, with their attributes."""
    feeds = {
        "self": feed.self_url,
        "current": feed.current_url,
        "prev-archive": feed.older_url,
        "next-archive": feed.newer_url,
    }
    links = [{"href": url, "rel": relation, "type": media_type} for relation, url in feeds.items() if url]
    return [*links, {"href": feed.hub, "rel": "hub"}] if feed.hub else links


def _mark(element: etree._Element, feed: Feed) -> None:
    if feed.is_archive:
        etree.SubElement(element, f"{{{HISTORY}}}archive")


def _page(relation: str, url: str, lang: str) -> dict[str, str]:
    return {"rel": relation, "type": "text/html", "href": url, "hreflang": lang}


def _enclosure(enclosure: Enclosure) -> dict[str, str]:
    link = {"rel": "enclosure", "type": enclosure.media_type, "href": enclosure.url}
    if enclosure.name:
        link["title"] = enclosure.name
    if enclosure.size is not None:
        link["length"] = str(enclosure.size)
    return link


def _text(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = text


def _second(moment: datetime) -> datetime:
    """The same moment in every format, and RSS knows no part of a second."""
    return moment.astimezone(UTC).replace(microsecond=0)


def _rfc3339(moment: datetime) -> str:
    return _second(moment).isoformat()


def _envelope(body: bytes, end: bytes) -> Envelope:
    """The bytes of a feed without entries, parted where they belong."""
    at = body.rindex(end)
    return Envelope(head=body[:at], between=b"", tail=body[at:])


def _cut(body: bytes, begins: bytes, ends: bytes) -> bytes:
    """The one entry of a feed; in its texts and attributes no `<` is left to begin another."""
    return body[body.index(begins) : body.rindex(ends) + len(ends)]

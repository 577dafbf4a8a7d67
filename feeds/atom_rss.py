"""Atom 1.0 and RSS 2.0 from a feed; the only door to feedgen. The same feed gives the same bytes."""

from html import escape

from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.entries import Alternate, Entry, Feed

ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def atom(feed: Feed) -> bytes:
    """The feed as Atom 1.0."""
    generator = _generator(feed, media_type="application/atom+xml")
    return bytes(generator.atom_str(pretty=True))


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0."""
    generator = _generator(feed, media_type="application/rss+xml")
    return bytes(generator.rss_str(pretty=True))


def _generator(feed: Feed, *, media_type: str) -> FeedGenerator:
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.description(feed.description)
    generator.language(feed.lang)
    generator.author({"name": "Jarshy"})
    generator.generator("Jarshy")
    # Every date is given: what is left out, feedgen fills with the present moment.
    generator.updated(feed.updated)
    if feed.hub:
        generator.link(href=feed.hub, rel="hub")
    generator.link(href=feed.self_url, rel="self", type=media_type)
    # Last, because feedgen takes the last link for the channel's own.
    generator.link(href=feed.page_url, rel="alternate", type="text/html")
    generator.register_extension("jarshy", lambda: _FeedExtension(feed), atom=False)
    for entry in feed.entries:
        _add(generator, entry)
    return generator


def _add(generator: FeedGenerator, entry: Entry) -> None:
    made = generator.add_entry(order="append")
    made.id(entry.id)
    made.title(entry.title)
    made.published(entry.published)
    made.updated(entry.updated)
    made.author({"name": entry.author})
    made.category([{"term": category.term, "label": category.label} for category in entry.categories])
    made.content(entry.html, type="html")
    if entry.summary:
        made.summary(entry.summary)
    if entry.url:
        made.link(href=entry.url)
    made.register_extension("jarshy", lambda: _EntryExtension(entry))


class _FeedExtension:
    """What feedgen leaves out of an RSS channel."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    def extend_ns(self) -> dict[str, str]:
        return {"dc": _DC}

    def extend_rss(self, root: etree._Element) -> None:
        if self.feed.hub:
            etree.SubElement(root[0], f"{{{ATOM}}}link", {"rel": "hub", "href": self.feed.hub})


class _EntryExtension:
    """What feedgen leaves out of an entry, or gets wrong.

    Its Atom links lose everything but their address; it knows neither a language nor an author's name in RSS.
    """

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def extend_atom(self, element: etree._Element) -> None:
        element.set(_XML_LANG, self.entry.lang)
        for link in element.findall("link"):
            element.remove(link)
        for attributes in self._links():
            etree.SubElement(element, "link", attributes)

    def extend_rss(self, element: etree._Element) -> None:
        summary = element.find("description")
        if summary is not None and self.entry.summary:
            # Readers take it for mark-up, and a text may well speak of <b>.
            summary.text = escape(self.entry.summary, quote=False)
        _text(element, f"{{{_DC}}}creator", self.entry.author)
        _text(element, f"{{{_DC}}}language", self.entry.lang)
        # RSS has room for one file; readers that meet a second take either or neither.
        for enclosure in self.entry.enclosures[:1]:
            attributes = {
                "url": enclosure.url,
                "length": str(enclosure.size or 0),
                "type": enclosure.media_type,
            }
            etree.SubElement(element, "enclosure", attributes)
        for other in self.entry.alternates:
            etree.SubElement(element, f"{{{ATOM}}}link", _related(other))

    def _links(self) -> list[dict[str, str]]:
        entry = self.entry
        page = {"rel": "alternate", "type": "text/html", "href": entry.url, "hreflang": entry.lang}
        links = [page] if entry.url else []
        links += [_related(other) for other in entry.alternates]
        for enclosure in entry.enclosures:
            link = {"rel": "enclosure", "type": enclosure.media_type, "href": enclosure.url}
            if enclosure.name:
                link["title"] = enclosure.name
            if enclosure.size is not None:
                link["length"] = str(enclosure.size)
            links.append(link)
        return links


def _related(other: Alternate) -> dict[str, str]:
    """A link to another language; not `alternate`, since of several such readers take the first, or the last."""
    return {"rel": "related", "type": "text/html", "href": other.url, "hreflang": other.lang}


def _text(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = text

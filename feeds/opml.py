"""The list of all feeds as OPML 2.0, which every reader can import."""

from collections.abc import Iterable

from lxml import etree

from feeds.streams import Stream


def opml(streams: Iterable[Stream], *, address: str) -> bytes:
    """An outline of the feeds as Atom; `address` is the server's own, without a trailing slash."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Jarshy"
    body = etree.SubElement(root, "body")
    for stream in streams:
        attributes = {
            "type": "rss",  # what OPML calls a feed of any format
            "text": stream.title,
            "title": stream.title,
            "xmlUrl": address + stream.address("atom"),
            "htmlUrl": f"{address}/",
        }
        etree.SubElement(body, "outline", attributes)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)

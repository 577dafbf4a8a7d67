"""What RFC 5005 asks of a feed that is kept in archives, in Atom and in RSS alike."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree

HISTORY = "{http://purl.org/syndication/history/1.0}"
_PAGED = ("first", "last", "previous", "next")


def faults_of_archives(head: etree._Element, links: Sequence[etree._Element]) -> Iterator[str]:
    """`head` is the element that holds the marks of an archive, `links` those of the whole feed."""
    to = {link.get("rel", ""): link.get("href", "") for link in links}
    counts = Counter(link.get("rel", "") for link in links)
    for rel in ("self", "current", "prev-archive", "next-archive", *_PAGED):
        if counts[rel] > 1:
            yield f"there are {counts[rel]} links {rel}"
    if any(rel in to for rel in _PAGED):
        yield "an archived feed is none of pages"
    marks = head.findall(f"{HISTORY}archive")
    if len(marks) > 1 or any(len(mark) or mark.text for mark in marks):
        yield "fh:archive is one empty element"
    if head.find(f"{HISTORY}complete") is not None and (marks or "prev-archive" in to):
        yield "a feed with archives is not complete in itself"
    own = to.get("self")
    if marks and to.get("current") in {None, own}:
        yield "an archive leads to no current document"
    if not marks and "next-archive" in to:
        yield "what is no archive has an archive after it"
    if not marks and to.get("current", own) != own:
        yield "what is no archive says that another document is current"
    for rel in ("prev-archive", "next-archive"):
        if rel in to and to[rel] in {own, to.get("current")}:
            yield f"{rel} leads to no archive"

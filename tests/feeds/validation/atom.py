"""What is wrong with an Atom document: the grammar of RFC 4287, and what its prose, RFC 5005 and RFC 6721 add."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from tests.feeds.validation.archives import faults_of_archives
from tests.feeds.validation.grammar import faults_of_form, root_of
from tests.feeds.validation.terms import (
    faults_of_markup,
    is_language,
    is_media_type,
    is_uri,
    is_web_address,
    moment_of_rfc_3339,
)

ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def faults_of_atom(body: bytes) -> list[str]:
    """Sentences, each naming the entry and what is wrong with it; none where nothing is."""
    try:
        root = root_of(body)
    except etree.XMLSyntaxError as error:
        return [f"not well-formed: {error}"]
    faults = faults_of_form(root, "atom.rnc")
    faults += _of_feed(root)
    faults += faults_of_archives(root, root.findall(f"{ATOM}link"))
    for entry in root.iterfind(f"{ATOM}entry"):
        name = entry.findtext(f"{ATOM}id") or "an entry without id"
        faults += [f"{name}: {fault}" for fault in _of_entry(entry, of_feed=root)]
    for tombstone in root.iterfind(f"{TOMBSTONE}deleted-entry"):
        faults += [f"deleted-entry: {fault}" for fault in _of_tombstone(tombstone, root)]
    return faults


def _of_feed(root: etree._Element) -> Iterator[str]:
    ids = [one.text or "" for one in root.iterfind(f"{ATOM}entry/{ATOM}id")]
    yield from (f"the id {one!r} stands {count} times" for one, count in Counter(ids).items() if count > 1)
    if root.findtext(f"{ATOM}id") in ids:
        yield "the feed has the id of an entry"
    if not is_language(root.get(XML_LANG, "")):
        yield "the feed does not say its language"
    own = [link for link in root.iterfind(f"{ATOM}link") if link.get("rel") == "self"]
    if len(own) != 1:
        yield f"the feed has {len(own)} links to itself"
    yield from _of_what_feeds_and_entries_share(root)
    moments = [moment for one in root.iterfind(f"{ATOM}entry/{ATOM}updated") if (moment := _moment(one))]
    updated = _moment(root.find(f"{ATOM}updated"))
    if updated and moments and max(moments) > updated:
        yield f"the feed was last changed at {updated}, an entry after that, at {max(moments)}"


def _of_entry(entry: etree._Element, *, of_feed: etree._Element) -> Iterator[str]:
    yield from _of_what_feeds_and_entries_share(entry)
    if not any(place.find(f"{ATOM}author") is not None for place in (entry, of_feed)):
        yield "nobody is its author"
    content, summary = entry.find(f"{ATOM}content"), entry.find(f"{ATOM}summary")
    links = entry.findall(f"{ATOM}link")
    if content is None and not any(link.get("rel", "alternate") == "alternate" for link in links):
        yield "it has neither content nor a page"
    if content is not None:
        kind = content.get("type", "text")
        if (content.get("src") or "/" in kind) and summary is None:
            yield "its content is elsewhere or no text, and there is no summary"
        if kind in {"text", "html"} and len(content):
            yield f"its content is of type {kind} and holds elements"
        if kind == "html":
            yield from faults_of_markup(content.text or "")
    published, updated = (_moment(entry.find(f"{ATOM}{name}")) for name in ("published", "updated"))
    if published and updated and published > updated:
        yield f"it was updated at {updated}, before it was published, at {published}"


def _of_what_feeds_and_entries_share(place: etree._Element) -> Iterator[str]:
    identifier = place.findtext(f"{ATOM}id") or ""
    if not is_uri(identifier):
        yield f"the id {identifier!r} is no absolute URI"
    for name in ("title", "author/{}name"):
        for element in place.iterfind(f"{ATOM}{name.format(ATOM)}"):
            if not (element.text or "").strip():
                yield f"{name.format('')} is empty"
    for name in ("published", "updated"):
        element = place.find(f"{ATOM}{name}")
        if element is not None and _moment(element) is None:
            yield f"{name} is no moment of RFC 3339 with its zone: {element.text!r}"
    terms = Counter((one.get("scheme"), one.get("term")) for one in place.iterfind(f"{ATOM}category"))
    if any(not term for _, term in terms) or any(count > 1 for count in terms.values()):
        yield "a category is empty or stands twice"
    yield from _of_links(place.findall(f"{ATOM}link"))


def _of_links(links: list[etree._Element]) -> Iterator[str]:
    pages = Counter(
        (link.get("type"), link.get("hreflang"))
        for link in links
        if link.get("rel", "alternate") == "alternate"
    )
    for (kind, lang), count in pages.items():
        if count > 1:
            yield f"{count} alternate links are of type {kind} and language {lang}"
    same = Counter((link.get("rel", "alternate"), link.get("href"), link.get("hreflang")) for link in links)
    yield from (
        f"the {rel} link to {href} stands twice" for (rel, href, _), count in same.items() if count > 1
    )
    for link in links:
        rel, href = link.get("rel", "alternate"), link.get("href", "")
        if not is_web_address(href):
            yield f"the {rel} link leads to {href!r}, no absolute address"
        if ":" in rel and not is_uri(rel):
            yield f"{rel!r} is no relation of links"
        if "type" in link.attrib and not is_media_type(link.get("type", "")):
            yield f"the {rel} link has the type {link.get('type')!r}"
        if "hreflang" in link.attrib and not is_language(link.get("hreflang", "")):
            yield f"the {rel} link has the language {link.get('hreflang')!r}"
        if not link.get("length", "0").isdecimal():
            yield f"the {rel} link has the length {link.get('length')!r}"


def _of_tombstone(tombstone: etree._Element, root: etree._Element) -> Iterator[str]:
    ref, when = tombstone.get("ref", ""), tombstone.get("when", "")
    if not is_uri(ref):
        yield f"the ref {ref!r} is no absolute URI"
    if moment_of_rfc_3339(when) is None:
        yield f"when is no moment of RFC 3339 with its zone: {when!r}"
    for name in ("by", "comment"):
        if len(tombstone.findall(f"{TOMBSTONE}{name}")) > 1:
            yield f"there is more than one {name}"
    if ref in {one.text for one in root.iterfind(f"{ATOM}entry/{ATOM}id")}:
        yield f"{ref} is an entry of the same feed"
    same = [one for one in root.iterfind(f"{TOMBSTONE}deleted-entry") if one.get("ref") == ref]
    if same[0] is not tombstone:
        yield f"{ref} is deleted twice"


def _moment(element: etree._Element | None) -> datetime | None:
    return None if element is None else moment_of_rfc_3339(element.text or "")

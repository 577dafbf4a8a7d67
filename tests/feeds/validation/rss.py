"""What is wrong with an RSS document: the grammar of RSS 2.0, and what its specification and the Profile add."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from tests.feeds.validation.archives import faults_of_archives
from tests.feeds.validation.grammar import faults_of_form, root_of
from tests.feeds.validation.terms import (
    faults_of_markup,
    is_language,
    is_media_type,
    is_web_address,
    moment_of_rfc_822,
    moment_of_rfc_3339,
)

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+(?: \(.+\))?")


def faults_of_rss(body: bytes) -> list[str]:
    """Sentences, each naming the item and what is wrong with it; none where nothing is."""
    try:
        root = root_of(body)
    except etree.XMLSyntaxError as error:
        return [f"not well-formed: {error}"]
    faults = faults_of_form(root, "rss.rnc")
    channel = root.find("channel")
    if channel is None:
        return faults
    faults += _of_channel(channel)
    faults += faults_of_archives(channel, channel.findall(f"{ATOM}link"))
    for item in channel.iterfind("item"):
        faults += [f"{item.findtext('guid') or 'an item without guid'}: {fault}" for fault in _of_item(item)]
    return faults


def _of_channel(channel: etree._Element) -> Iterator[str]:
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield f"the channel's {name} is empty"
    if not is_web_address(channel.findtext("link", "")):
        yield f"the channel's link {channel.findtext('link')!r} is no absolute address"
    if not is_language(channel.findtext("language", "")):
        yield "the channel does not say its language"
    own = [link for link in channel.iterfind(f"{ATOM}link") if link.get("rel") == "self"]
    if len(own) != 1 or own[0].get("type") != "application/rss+xml":
        yield "the channel has not the one link to itself, of the type of RSS"
    for name in ("managingEditor", "webMaster"):
        for element in channel.iterfind(name):
            if not _MAIL.fullmatch(element.text or ""):
                yield f"{name} is no address of mail"
    guids = [guid.text or "" for guid in channel.iterfind("item/guid")]
    yield from (
        f"the guid {one!r} stands {count} times" for one, count in Counter(guids).items() if count > 1
    )
    yield from _of_dates_and_links(channel, "lastBuildDate", "pubDate")


def _of_item(item: etree._Element) -> Iterator[str]:
    if not any((item.findtext(name) or "").strip() for name in ("title", "description")):
        yield "it has neither title nor description"
    guid = item.find("guid")
    if guid is None or not (guid.text or "").strip():
        yield "it has no guid"
    elif guid.get("isPermaLink", "true") == "true" and not is_web_address(guid.text or ""):
        yield f"its guid {guid.text!r} is no address, and does not say so"
    for link in item.iterfind("link"):
        if not is_web_address(link.text or ""):
            yield f"its link {link.text!r} is no absolute address"
    for author in item.iterfind("author"):
        if not _MAIL.fullmatch(author.text or ""):
            yield "its author is no address of mail; a name alone is dc:creator"
    for name in (f"{DC}creator", f"{DC}language", f"{CONTENT}encoded"):
        if len(item.findall(name)) > 1:
            yield f"{etree.QName(name).localname} stands twice"
    for creator in item.iterfind(f"{DC}creator"):
        if not (creator.text or "").strip():
            yield "its creator is empty"
    for enclosure in item.iterfind("enclosure"):
        if not is_web_address(enclosure.get("url", "")):
            yield f"its enclosure {enclosure.get('url')!r} has no absolute address"
        if not is_media_type(enclosure.get("type", "")):
            yield f"its enclosure has the type {enclosure.get('type')!r}"
    for category in item.iterfind("category"):
        if not (category.text or "").strip():
            yield "a category is empty"
    for markup in (item.findtext("description"), item.findtext(f"{CONTENT}encoded")):
        yield from faults_of_markup(markup or "")
    yield from _of_dates_and_links(item, "pubDate")
    updated = item.find(f"{ATOM}updated")
    if updated is not None and moment_of_rfc_3339(updated.text or "") is None:
        yield f"atom:updated is no moment of RFC 3339 with its zone: {updated.text!r}"


def _of_dates_and_links(place: etree._Element, *dates: str) -> Iterator[str]:
    for name in dates:
        for element in place.iterfind(name):
            if moment_of_rfc_822(element.text or "") is None:
                yield f"{name} is no moment of RFC 822 with a full year: {element.text!r}"
    for link in place.iterfind(f"{ATOM}link"):
        if not is_web_address(link.get("href", "")):
            yield f"the {link.get('rel')} link leads to {link.get('href')!r}, no absolute address"
        if "hreflang" in link.attrib and not is_language(link.get("hreflang", "")):
            yield f"the {link.get('rel')} link has the language {link.get('hreflang')!r}"

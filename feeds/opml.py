"""The list of all feeds as OPML 2.0, which every reader can import; pure.

No date stands in it: the same feeds make the same bytes.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from lxml import etree

from crawler.directory import KINDS, agencies
from feeds.addresses import AddressOf, of_server
from feeds.entries import agency_name
from feeds.phrases import is_spoken, phrases
from feeds.streams import Refusal, Stream

MEDIA_TYPE = "text/x-opml"
LANGUAGES = ("en", "kk", "ru")
"""In which the list is to be had, the one that it speaks unasked first."""


def opml_address(lang: str) -> str:
    """The list's own address, from `/` on."""
    return "/feeds.opml" + (f"?lang={lang}" if lang != LANGUAGES[0] else "")


def opml_lang(query: str) -> str | Refusal:
    """The language that a query (as it stood in the address) asks the list in."""
    asked = [
        (name, value.strip()) for name, value in parse_qsl(query, keep_blank_values=True, errors="replace")
    ]
    for name, _ in asked:
        if name != "lang":
            return Refusal(400, f"There is no parameter {name[:40]!r}; the list of feeds takes lang=.")
    langs = {value for _, value in asked if value} or {LANGUAGES[0]}
    lang = min(langs)
    if len(langs) > 1 or not is_spoken(lang):
        hint = " Kazakh is kk." if lang == "kz" else ""
        return Refusal(400, f"The list of feeds is to be had in one of {', '.join(LANGUAGES)}.{hint}")
    return lang


def opml(streams: Iterable[Stream], *, lang: str, address: str, address_of: AddressOf = of_server) -> bytes:
    """An outline of the feeds as Atom: the general ones, then those of each agency under the kind of it.

    `lang` is that of the names; `address` is the server's own, without a trailing slash.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = phrases(lang).list_of_feeds
    body = etree.SubElement(root, "body")
    of_kind: dict[str, list[Stream]] = {kind: [] for kind in KINDS}
    for stream in streams:
        if len(stream.agencies) == 1:
            of_kind[_kind(stream.agencies[0])].append(stream)
        else:
            etree.SubElement(body, "outline", _feed(stream, stream.title_in(lang), address, address_of))
    for kind, of_agencies in of_kind.items():
        if of_agencies:
            name = phrases(lang).agency_kinds[kind]
            group = etree.SubElement(body, "outline", {"text": name, "title": name})
            for stream in of_agencies:
                named = agency_name(stream.agencies[0], lang)
                etree.SubElement(group, "outline", _feed(stream, named, address, address_of))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _kind(slug: str) -> str:
    """The kind of an agency; of one that the directory does not know, the kind of those that are of no other."""
    agency = agencies().get(slug)
    return agency.kind if agency and agency.kind in KINDS else "body"


def _feed(stream: Stream, name: str, address: str, address_of: AddressOf) -> dict[str, str]:
    attributes = {
        "type": "rss",  # what OPML calls a feed of any format
        "text": name,
        "title": name,
        "xmlUrl": address + address_of(stream.address("atom")),
        "htmlUrl": f"{address}/",
    }
    if len(stream.languages) == 1:
        attributes["language"] = stream.languages[0]
    return attributes

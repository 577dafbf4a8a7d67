"""What in mark-up is not plainly harmless, as two parsers see it; the list of what is allowed is its own."""

from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

_TAGS = frozenset(
    {
        "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "blockquote", "br", "caption",
        "center", "cite", "code", "col", "colgroup", "data", "dd", "del", "details", "dfn", "div", "dl", "dt",
        "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr",
        "i", "img", "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "rp", "rt", "rtc",
        "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table",
        "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
    }
)  # fmt: skip
_ATTRIBUTES = frozenset(
    {
        "alt", "colspan", "datetime", "href", "hreflang", "lang", "open", "rel", "reversed", "rowspan", "scope",
        "span", "src", "start", "title", "type", "value",
    }
)  # fmt: skip
_SCHEMES = {"href": {"http", "https", "mailto", "tel"}, "src": {"http", "https"}}


def activity(markup: str, *, host: str) -> list[str]:
    """What is there besides plain text elements, links, and pictures of the host; nothing where it is harmless."""
    found = [*_of(_by_standard_library(markup), host), *_of(_by_libxml(markup), host)]
    return list(dict.fromkeys(found))


_Element = tuple[str, Sequence[tuple[str, str | None]]]


def _of(elements: Iterable[_Element], host: str) -> Iterator[str]:
    for tag, attributes in elements:
        if tag not in _TAGS:
            yield f"<{tag}>"
        for name, value in attributes:
            if name not in _ATTRIBUTES:
                yield f"{tag} {name}={value!r}"
            if name in _SCHEMES and not _is_allowed(name, value or "", host):
                yield f"{tag} {name}={value!r}"


def _is_allowed(name: str, value: str, host: str) -> bool:
    # As a browser reads an address: what it ignores goes.
    read = "".join(value.split()).strip("".join(map(chr, range(33))))
    try:
        parts = urlsplit(read)
    except ValueError:
        return False
    if parts.scheme not in _SCHEMES[name] or (name == "src" and parts.netloc != host):
        return False
    # Without its host an address would be one of the page that shows it.
    return parts.scheme not in {"http", "https"} or bool(parts.netloc)


def _by_standard_library(markup: str) -> list[_Element]:
    parser = _Collecting()
    parser.feed(markup)
    parser.close()
    return parser.elements


class _Collecting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[_Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))

    def handle_comment(self, data: str) -> None:
        self.elements.append(("!--", [("comment", data)]))

    def handle_decl(self, decl: str) -> None:
        self.elements.append(("!", [("declaration", decl)]))

    def handle_pi(self, data: str) -> None:
        self.elements.append(("?", [("instruction", data)]))

    def unknown_decl(self, data: str) -> None:
        self.elements.append(("![", [("declaration", data)]))


def _by_libxml(markup: str) -> Iterator[_Element]:
    for element in _tree(markup).iterdescendants():
        tag = element.tag if isinstance(element.tag, str) else "!--"
        yield tag, [(str(name), str(value)) for name, value in element.attrib.items()]


def words_of(markup: str) -> str:
    """All text of cleaned mark-up, in its order."""
    return " ".join(str(piece) for piece in _tree(markup).itertext())


def _tree(markup: str) -> etree._Element:
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = lxml_html.document_fromstring(
        f"<html><body><div>{markup}</div></body></html>".encode(errors="replace"), parser=parser
    )
    div: etree._Element = root[0][0]
    body: etree._Element = root[0]
    return body if len(body) > 1 else div

"""Writing a body's mark-up anew from its elements: few tags, absolute addresses, nothing empty, nh3 last. Pure."""

from collections.abc import Callable
from html import escape
from urllib.parse import urljoin, urlsplit

import nh3

from crawler.flow import BLOCKS, whole
from crawler.plain import clean
from crawler.tree import Element

UNREAD = frozenset(
    {
        "script", "style", "head", "title", "template", "noscript", "svg", "math", "iframe", "object", "select",
        "xml",  # what a paste from Word says of itself
    }
)  # fmt: skip
"""Elements whose contents are not for a reader."""

_TAGS = frozenset(
    {
        "p", "br", "strong", "b", "em", "i", "u", "s", "sup", "sub", "ul", "ol", "li", "table", "caption",
        "thead", "tbody", "tr", "td", "th", "a", "img", "h2", "h3", "h4", "h5", "h6", "blockquote",
    }
)  # fmt: skip
# Wherever the mark-up is shown, the title is the release's own.
_NAMES = {name: name for name in _TAGS} | {"h1": "h2", "strike": "s", "del": "s"}
EMBEDDED = frozenset({"iframe", "frame", "embed", "video", "audio", "source"})
"""Elements that show what lies at another address; a link to it is left of them."""
_VOID = frozenset({"br", "img"})
_KEPT_EMPTY = frozenset({"td", "th", "tr", "li", "br", "img"})
"""An empty cell keeps the others in their columns, an empty item the others their numbers."""
_OF_TABLES = {"caption": "p", "thead": "", "tbody": "", "tr": "", "td": "p", "th": "p"}
"""What they are outside a table, where the sanitiser would drop them and glue their words."""
_PARTING = BLOCKS | _OF_TABLES.keys()
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_FRAMES = frozenset({"body", "html"})
_SCHEMES = ("http", "https", "mailto", "tel")


class Markup:
    """Collects the sanitised mark-up of one document.

    Every element written is closed again, so that the sanitiser never meets the badly nested formatting
    that HTML5 makes it repeat: 4,000 unclosed `<b id=…>` took 12 s and gave 56 MB.
    """

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._pieces: list[str] = []
        self._opened: list[tuple[str, int, int]] = []
        """Of each open element its name, the pieces before it and what was there to see before it."""
        self._seen = 0
        self._tables = self._headings = 0

    def open(self, name: str, element: Element) -> None:
        """An element begins."""
        if name in _PLAIN and not self._headings:
            self._opened.append((name, len(self._pieces), self._seen))
            self._pieces.append(_PLAIN[name])
            return
        written = _NAMES.get(name) or self._frame(name, element)
        if written in _OF_TABLES and not self._tables:
            written = _OF_TABLES[written]
        if self._headings and written in BLOCKS:
            written = ""  # libxml2 ends a heading where a paragraph begins
        if not written and name in _PARTING:
            self.space("\n")
        self._opened.append((written, len(self._pieces), self._seen))
        if not written:
            return
        self._tables += written == "table"
        self._headings += written in _HEADINGS
        kept = ""
        for attribute, read in _ATTRIBUTES.get(written, ()):
            value = element.get(attribute)
            if value is not None and (value := read(value, self._base_url)):
                kept += f' {attribute}="{escape(value)}"'
        if written == "img" or written == "a":
            if "src=" not in kept and "href=" not in kept:  # no picture; an anchor leads nowhere
                self._opened[-1] = ("", len(self._pieces), self._seen)
                return
            self._seen += written == "img"
        self._pieces.append(f"<{written}{kept}>")

    def space(self, words: str) -> None:
        """White space; a line's end stays one, for whoever reads the source."""
        if self._pieces and not self._pieces[-1][-1:].isspace():
            self._pieces.append("\n" if "\n" in words else " ")

    def write(self, line: str, *, before: bool, after: bool) -> None:
        """Words of the element that is open, on one line."""
        self._seen += 1
        if "&" in line or "<" in line or ">" in line:
            line = escape(line, quote=False)
        before = before and bool(self._pieces) and not self._pieces[-1][-1:].isspace()
        self._pieces.append(f"{' ' if before else ''}{line}{' ' if after else ''}")

    def line(self) -> None:
        """What follows stands on a line of its own."""
        self._pieces.append("<br>")

    def embedded(self, element: Element) -> None:
        """What an element shows of another address; within a link there is no room for another."""
        found = address(element.get("src") or "", self._base_url) or ""
        parts = urlsplit(found)
        within = any(name == "a" for name, _, _ in self._opened)
        if within or parts.scheme not in {"http", "https"} or _is_beacon(element):
            return
        self.space(" ")
        self._seen += 1
        words = escape(f"{parts.netloc}{parts.path}".rstrip("/"), quote=False)
        self._pieces.append(f'<a href="{escape(found)}">{words}</a> ')

    def close(self, element: str) -> None:
        """The element opened last ends; of one that showed nothing only the gap stays."""
        name, place, seen = self._opened.pop()
        if not name:
            if element in _PARTING:
                self.space("\n")
            return
        self._tables -= name == "table"
        self._headings -= name in _HEADINGS
        if seen == self._seen and name not in _KEPT_EMPTY:
            left = [piece for piece in self._pieces[place:] if piece == "<br>" or piece.isspace()]
            del self._pieces[place:]
            if element in _PARTING:
                self.space("\n")
            else:
                self._pieces += left
        elif name not in _VOID:
            self._pieces.append(f"</{name}>")

    def html(self) -> str:
        """All that was written, sanitised."""
        return clean(_CLEANER.clean("".join(self._pieces))).strip()

    def _frame(self, name: str, element: Element) -> str:
        # A block that is not kept would glue its words to the next one's.
        if name not in BLOCKS or name in _FRAMES or any(child.tag in BLOCKS for child in element):
            return ""
        return "p"


def _is_beacon(element: Element) -> bool:
    """Whether it is there to be fetched, not to be seen."""
    return any(
        (element.get(side) or "").strip().removesuffix("px") in {"0", "1"} for side in ("width", "height")
    )


def address(value: str, base_url: str) -> str | None:
    """The absolute address, or None where there is none a reader could follow (an anchor, a script, data)."""
    value = clean("".join(value.split()) if "\n" in value or "\t" in value else value.strip())
    if not value or value.startswith("#"):
        return None
    try:
        absolute = urljoin(base_url + "/", value)
        scheme = urlsplit(absolute).scheme
    except ValueError:  # a broken IPv6 literal
        return None
    return absolute if scheme in _SCHEMES else None


def _span(value: str, _base_url: str) -> str:
    number = whole(value) or 1
    return str(number) if 1 < number <= 1000 else ""


def _number(value: str, _base_url: str) -> str:
    number = whole(value)
    return "" if number is None else str(number)


def _kind(value: str, _base_url: str) -> str:
    return value if value in {"a", "A", "i", "I"} else ""


def _words(value: str, _base_url: str) -> str:
    return value.strip()


_Read = Callable[[str, str], str | None]
# In this order, which a set would choose anew in each process: the same body is the same mark-up.
_ATTRIBUTES: dict[str, tuple[tuple[str, _Read], ...]] = {
    "a": (("href", address),),
    "img": (("src", address), ("alt", _words)),
    "ol": (("start", _number), ("type", _kind), ("reversed", lambda _value, _base_url: "reversed")),
    "li": (("value", _number),),
    "td": (("colspan", _span), ("rowspan", _span)),
    "th": (("colspan", _span), ("rowspan", _span)),
}

_PLAIN = {
    name: f"<{name}>" for name in _TAGS - _ATTRIBUTES.keys() - _OF_TABLES.keys() - {"table"} - _HEADINGS
}
"""Elements that are written just so, wherever they stand."""

_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(UNREAD - {"head", "xml"}),
    attributes={name: {attribute for attribute, _ in kept} for name, kept in _ATTRIBUTES.items()},
    url_schemes=set(_SCHEMES),
    link_rel="noopener noreferrer nofollow",
)

"""Writing a body's mark-up anew from its elements: few tags, absolute addresses, nh3 last. Pure."""

from html import escape
from urllib.parse import urljoin, urlsplit

import nh3

from crawler.flow import BLOCKS, Element
from crawler.plain import clean

UNREAD = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "svg", "math", "iframe", "object", "select"}
)
"""Elements whose contents are not for a reader."""

_TAGS = frozenset(
    {
        "p", "br", "strong", "b", "em", "i", "u", "sup", "sub", "ul", "ol", "li", "table", "thead", "tbody",
        "tr", "td", "th", "a", "img", "h2", "h3", "h4", "h5", "h6", "blockquote",
    }
)  # fmt: skip
_VOID = frozenset({"br", "img"})
_ICON = frozenset({"i", "em", "b"})
_FRAMES = frozenset({"body", "html", "caption", "summary", "legend"})
# In this order, which a set would choose anew in each process: the same body is the same mark-up.
_ATTRIBUTES = {
    "a": ("href",), "img": ("src", "alt"), "ol": ("start",),
    "td": ("colspan", "rowspan"), "th": ("colspan", "rowspan"),
}  # fmt: skip
_SCHEMES = ("http", "https", "mailto", "tel")


class Markup:
    """Collects the sanitised mark-up of one document.

    Every element written is closed again, so that the sanitiser never meets the badly nested formatting
    that HTML5 makes it repeat: 4,000 unclosed `<b id=…>` took 12 s and gave 56 MB.
    """

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._pieces: list[str] = []
        self._opened: list[str] = []

    def open(self, element: Element) -> None:
        """An element begins."""
        name = self._written(element)
        self._opened.append(name)
        if name:
            self._pieces.append(f"<{name}{self._kept(name, element)}>")

    def write(self, words: str) -> None:
        """Text of the element that is open."""
        self._pieces.append(escape(words.replace("\xa0", " "), quote=False))

    def close(self) -> None:
        """The element opened last ends; one that held nothing and only ever shows an icon is forgotten."""
        name = self._opened.pop()
        if name in _ICON and self._pieces[-1] == f"<{name}>":
            self._pieces.pop()
        elif name and name not in _VOID:
            self._pieces.append(f"</{name}>")

    def _written(self, element: Element) -> str:
        """The name that stands for the element; empty where only its contents are kept."""
        name = element.name
        if name in _TAGS:
            return name
        if name == "h1":  # wherever the mark-up is shown, the title is the release's own
            return "h2"
        # A block that is not kept would glue its words to the next one's.
        holds_blocks = any(getattr(child, "name", None) in BLOCKS for child in element.children)
        return "p" if name in BLOCKS and not holds_blocks and name not in _FRAMES else ""

    def html(self) -> str:
        """All that was written, sanitised."""
        return clean(_CLEANER.clean("".join(self._pieces))).strip()

    def _kept(self, name: str, element: Element) -> str:
        kept = ""
        for attribute in _ATTRIBUTES.get(name, ()):
            value = element.get(attribute)
            if isinstance(value, str) and attribute in {"href", "src"}:
                value = address(value, self._base_url)
            if isinstance(value, str):
                kept += f' {attribute}="{escape(value)}"'
        return kept


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


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(UNREAD - {"head"}),
    attributes={name: set(kept) for name, kept in _ATTRIBUTES.items()},
    url_schemes=set(_SCHEMES),
    link_rel="noopener noreferrer nofollow",
)

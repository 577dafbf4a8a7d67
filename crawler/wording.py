"""The one door to BeautifulSoup: from a release's HTML document to its text, mark-up, files and pictures.

Pure. It does not compare wordings, and it never fetches what a body points to.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from crawler.flow import Flow
from crawler.markup import UNREAD, Markup, address
from crawler.plain import clean, squeeze, strip_markup
from crawler.records import Attachment

MOST_SIGNS = 50_000
"""Tags and entities: about a second of parsing. libxml2's time grows with the square of the entities
that follow one another; the largest body known has some 2,000 tags."""
MOST_CHARACTERS = 8_000_000
DEEPEST = 200
"""The sanitiser's time grows with the square of the depth: 33 s for 100,000 open elements."""

_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".bmp", ".tif", ".tiff", ".heic"})
_UPLOAD_DIGEST = re.compile(r"([0-9a-fA-F]{32})_")
_UPLOAD_SIZE = re.compile(r"_original\.(\d{1,15})\.[^./]+$")


@dataclass(frozen=True, slots=True)
class Body:
    """What the body of a release says; the fields are those of `records.Wording`."""

    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    images: tuple[str, ...] = ()


def read_body(document: str | None, base_url: str) -> Body:
    """The body of a release, read; a null or empty one says nothing.

    Addresses become absolute against `base_url`. Of a document too large or too deep to parse in a few
    seconds only the words are kept.
    """
    document = clean(document or "")
    if "<" not in document:
        return _bare(unescape(document))
    if len(document) > MOST_CHARACTERS or document.count("<") + document.count("&") > MOST_SIGNS:
        return _bare(strip_markup(document))
    try:
        return _parsed(document, base_url)
    except _TooDeepError:
        return _bare(strip_markup(document))


class _TooDeepError(Exception):
    """Raised where elements nest deeper than any editor makes them."""


def _bare(words: str) -> Body:
    lines = (squeeze(line) for line in clean(words).splitlines())
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    paragraphs = filter(None, text.split("\n\n"))
    return Body(text=text, html="".join(f"<p>{escape(each, quote=False)}</p>" for each in paragraphs))


def _parsed(document: str, base_url: str) -> Body:
    if document.lstrip().startswith("<?xml"):  # bs4 would warn of XML read as HTML
        document = "<!doctype html>" + document
    soup = BeautifulSoup(document, "lxml", multi_valued_attributes=None)
    flow, markup = Flow(), Markup(base_url)
    attachments: dict[str, Attachment] = {}
    images: dict[str, None] = {}
    link: _Link | None = None
    for event, node in _events(soup):
        if isinstance(node, NavigableString):
            words = clean(node)  # again: an entity may stand for what was cleaned away
            flow.write(words)
            markup.write(words)
            if link is not None:
                link.words.append(words)
        elif event == "open":
            flow.open(node)
            markup.open(node)
            if node.name == "img" and (image := _image(_attribute(node, "src"), base_url)):
                images[image] = None
            elif node.name == "a":
                link = _Link(_attribute(node, "href"), download=node.has_attr("download"), words=[])
        else:
            flow.close(node)
            markup.close()
            if node.name == "a" and link is not None:
                if attachment := link.attachment(base_url):
                    attachments.setdefault(attachment.url, attachment)
                link = None
    return Body(
        text=flow.text(), html=markup.html(), attachments=tuple(attachments.values()), images=tuple(images)
    )


def _events(root: Tag) -> Iterator[tuple[Literal["open", "close", "text"], Tag | NavigableString]]:
    """Every element and text below `root` in reading order, without recursion."""
    path = [(root, iter(root.contents))]
    while path:
        node, children = path[-1]
        child = next(children, None)
        if child is None:
            path.pop()
            if path:
                yield "close", node
        elif isinstance(child, Tag):
            if child.name in UNREAD:
                continue
            if len(path) > DEEPEST:
                raise _TooDeepError
            yield "open", child
            path.append((child, iter(child.contents)))
        elif type(child) is NavigableString:  # its subclasses are comments, doctypes and the like
            yield "text", child


def _image(src: str, base_url: str) -> str | None:
    absolute = address(src, base_url)
    if absolute is None:
        return None
    path = urlsplit(absolute).path
    digest = _UPLOAD_DIGEST.match(path.rpartition("/")[2]) if "/uploads/" in path else None
    return digest[1].lower() if digest else absolute


@dataclass(frozen=True, slots=True)
class _Link:
    href: str
    download: bool
    words: list[str]

    def attachment(self, base_url: str) -> Attachment | None:
        absolute = address(self.href, base_url)
        if absolute is None or not absolute.startswith(("http:", "https:")):
            return None
        path = PurePosixPath(urlsplit(absolute).path)
        uploaded = "/uploads/" in str(path) and path.suffix.lower() not in _PICTURES
        if not (self.download or uploaded):
            return None
        size = _UPLOAD_SIZE.search(path.name)
        name = squeeze("".join(self.words)) or clean(unquote(path.name))
        return Attachment(url=absolute, name=name, size=int(size[1]) if size else None)


def _attribute(node: Tag, name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""

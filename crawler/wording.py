"""From a release's HTML document to its text, mark-up, files and pictures; BeautifulSoup's door in the worker.

Pure. It does not compare wordings, and it never fetches what a body points to.
"""

import re
from dataclasses import dataclass
from html import escape, unescape
from html.entities import html5
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup

from crawler.flow import Flow
from crawler.markup import EMBEDDED, UNREAD, Markup, address
from crawler.mojibake import MARK, repaired
from crawler.plain import clean, squeeze, strip_markup
from crawler.records import Attachment
from crawler.tree import Element, tree

MOST_SIGNS = 50_000
"""Tags and entities: about a second of parsing. libxml2's time grows with the square of the entities
that follow one another; the largest body known has some 2,000 tags."""
MOST_CHARACTERS = 8_000_000
DEEPEST = 200
"""The sanitiser's time grows with the square of the depth: 33 s for 100,000 open elements."""

_DEAREST = 100_000_000
"""Length times tags: the parser of Python's own takes the square where comments are never closed."""

_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".bmp", ".tif", ".tiff", ".heic"})
_UPLOAD_DIGEST = re.compile(r"([0-9a-fA-F]{32})_")
_UPLOAD_SIZE = re.compile(r"_original\.(\d{1,15})\.[^./]+$")
_HIDDEN = re.compile(r"\bdisplay\s*:\s*none\b|\bmso-hide\s*:\s*all\b", re.IGNORECASE)
_SPECIAL = frozenset({"a", "img", "pre"})
_HIDES = ("hidden", "HIDDEN", "display", "Display", "DISPLAY", "mso-hide")
"""Without one of these nothing of a document is hidden."""
_HIDING = re.compile(
    "&(?:#|"
    + "|".join(sorted({name.rstrip(";") for name, sign in html5.items() if clean(sign) != sign}))
    + ")"
)
"""An entity that may stand for what was cleaned away."""


@dataclass(frozen=True, slots=True)
class Body:
    """What the body of a release says; the fields are those of `records.Wording`."""

    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    images: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


def read_body(document: str | None, base_url: str) -> Body:
    """The body of a release, read; a null or empty one says nothing.

    Addresses become absolute against `base_url`. Of a document too large or too deep to parse in a few
    seconds only the words are kept.
    """
    document = document or ""
    if len(document) > MOST_CHARACTERS:
        return _bare(strip_markup(clean(document)))
    mended = repaired(document)
    marks = () if mended is None else (MARK,)
    document = clean(document if mended is None else mended)
    if "<" not in document:
        return _bare(unescape(document), marks)
    if document.count("<") + document.count("&") > MOST_SIGNS:
        return _bare(strip_markup(document), marks)
    try:
        return _parsed(document, base_url, marks)
    except _TooDeepError:
        return _bare(strip_markup(document), marks)


class _TooDeepError(Exception):
    """Raised where elements nest deeper than any editor makes them."""


def _bare(words: str, marks: tuple[str, ...] = ()) -> Body:
    lines = (squeeze(line) for line in clean(words).splitlines())
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    paragraphs = filter(None, text.split("\n\n"))
    html = "".join(f"<p>{escape(each, quote=False)}</p>" for each in paragraphs)
    return Body(text=text, html=html, marks=marks)


def _parsed(document: str, base_url: str, marks: tuple[str, ...]) -> Body:
    root = tree(document)
    reading = _Reading(
        base_url, cleans=_HIDING.search(document) is not None, hides=any(sign in document for sign in _HIDES)
    )
    body = reading.of(root, marks)
    if (
        body.html
        or body.attachments
        or (root is not None and any(words.strip() for words in root.itertext()))
    ):
        return body
    # lxml gives up everything behind a quotation mark that is never closed.
    return _bare(_second_opinion(document), marks)


def _second_opinion(document: str) -> str:
    """The words of a document in which lxml finds none; unlike `strip_markup` it knows comments and attributes."""
    if len(document) * document.count("<") > _DEAREST:
        return strip_markup(document)
    try:
        # Begun as HTML, because bs4 would warn of XML read as such.
        soup = BeautifulSoup(f"<html>{document}", "html.parser")
    except ParserRejectedMarkup:
        return strip_markup(document)
    return strip_markup(soup.get_text("\n"))


class _Reading:
    """One walk through the tree of a document."""

    def __init__(self, base_url: str, *, cleans: bool, hides: bool) -> None:
        self._base_url = base_url
        self._cleans, self._hides = cleans, hides
        self._flow, self._markup = Flow(), Markup(base_url)
        self._files: dict[str, Attachment] = {}
        self._images: dict[str, None] = {}
        self._link: _Link | None = None
        self._preformatted = 0

    def of(self, root: Element | None, marks: tuple[str, ...]) -> Body:
        """What was met; raises _TooDeepError."""
        if root is not None:
            self._write(root.text or "")
            self._walk(root, 1)
        return Body(
            text=self._flow.text(),
            html=self._markup.html(),
            attachments=tuple(each if each.name else _named(each) for each in self._files.values()),
            images=tuple(self._images),
            marks=marks,
        )

    def _walk(self, parent: Element, depth: int) -> None:
        if depth > DEEPEST:
            raise _TooDeepError
        flow, markup = self._flow, self._markup
        for element in parent:
            name = element.tag
            hidden = self._hides and _is_hidden(element)
            if name in EMBEDDED and not hidden:
                markup.embedded(element)
            if name not in UNREAD and not hidden:
                flow.open(name, element)
                markup.open(name, element)
                if name in _SPECIAL:
                    self._begin(name, element)
                if words := element.text:
                    self._write(words)
                if len(element):
                    self._walk(element, depth + 1)
                flow.close(name)
                markup.close(name)
                if name in _SPECIAL:
                    self._end(name)
            if words := element.tail:
                self._write(words)

    def _begin(self, name: str, element: Element) -> None:
        if name == "a":
            self._link = _Link(element.get("href") or "", element.get("download") is not None, [])
        elif name == "pre":
            self._preformatted += 1
        elif image := _image(element.get("src") or "", self._base_url):
            self._images[image] = None

    def _end(self, name: str) -> None:
        if name == "a":
            self._file()
        elif name == "pre":
            self._preformatted -= 1

    def _write(self, words: str) -> None:
        if words == "\n" and not self._preformatted:
            self._flow.space()
            self._markup.space(words)
            return
        if self._cleans:
            words = clean(words)
        if self._preformatted and "\n" in words:
            first, *rest = words.split("\n")
            self._say(first)
            for line in rest:
                self._flow.line()
                self._markup.line()
                self._say(line)
        else:
            self._say(words)

    def _say(self, words: str) -> None:
        line = " ".join(words.split())
        if line:
            before, after = words[0].isspace(), words[-1].isspace()
            self._flow.write(line, before=before, after=after)
            self._markup.write(line, before=before, after=after)
            if self._link is not None:
                self._link.words.append(words)
        elif words:
            self._flow.space()
            self._markup.space(words)

    def _file(self) -> None:
        link, self._link = self._link, None
        found = link.attachment(self._base_url) if link else None
        if found is None:
            return
        held = self._files.get(found.url)
        if held is None or (found.name and not held.name):
            self._files[found.url] = found


def _named(file: Attachment) -> Attachment:
    name = clean(unquote(PurePosixPath(urlsplit(file.url).path).name))
    return Attachment(url=file.url, name=name, size=file.size)


def _is_hidden(element: Element) -> bool:
    style = element.get("style")
    if style is not None and _HIDDEN.search(style):
        return True
    return element.get("hidden") is not None


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
        if not self.download and "/uploads/" not in self.href:
            return None
        absolute = address(self.href, base_url)
        if absolute is None or not absolute.startswith(("http:", "https:")):
            return None
        path = PurePosixPath(urlsplit(absolute).path)
        uploaded = "/uploads/" in str(path) and path.suffix.lower() not in _PICTURES
        if not (self.download or uploaded):
            return None
        size = _UPLOAD_SIZE.search(path.name)
        return Attachment(
            url=absolute, name=squeeze("".join(self.words)), size=int(size[1]) if size else None
        )

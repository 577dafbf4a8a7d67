"""The text of a release, ready to stand in a page under the page's own headings; a long one in parts. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from feeds.cleaning import paragraphs
from feeds.markup import safe_html

_HEADING = re.compile(r"<h([1-6])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
_IMAGE = re.compile("<img", re.IGNORECASE)
_EMPTY_LINK = re.compile(r"<a\b[^>]*>((?:\s|&nbsp;|<br>)*)</a>")
_LANG = re.compile(r' lang="(?![A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")[^"]*"')
"""A language that is none."""
_TAG = re.compile(r"<[^>]*>")
_WORTH_CLEANING = 4
"""How often longer mark-up may be than what it comes to in a page."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text, or one part of it."""

    html: str
    part: int
    parts: int
    has_pictures: bool
    """Whether the portal shows pictures in it."""
    is_plain: bool = False
    """Its lines end where the text's do."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it stands elsewhere."""
        return self.parts == 1


def body_of(
    markup: str, text: str, url: str, *, origin: str, pictures: bool, level: int, part: int, room: int
) -> Body | None:
    """The text of a release of that address at the portal; None where it has no such part.

    `origin` is the portal's, whose `pictures` may be shown; `level` is that of its first headings, `room` how many
    bytes it may take. A text too long for it loses its mark-up and stands in parts.
    """
    if markup and len(markup) <= room * _WORTH_CLEANING:
        clean = safe_html(markup, url, pictures=origin if pictures else "")
        has_pictures = bool(_IMAGE.search(markup)) and "<img" in safe_html(markup, url, pictures=origin)
        fit = _wide(_LANG.sub("", _EMPTY_LINK.sub(r"\1", below(clean, level))))
        if len(fit.encode()) <= room:
            return Body(fit, 1, 1, has_pictures) if part == 1 else None
    return text_in_parts(text, part=part, room=room)


def text_in_parts(text: str, *, part: int, room: int) -> Body | None:
    """One part of a text, as paragraphs; None where it has no such part."""
    parts = list(_parts(text, room))
    if not 1 <= part <= len(parts):
        return None
    return Body(paragraphs(parts[part - 1]), part, len(parts), has_pictures=False, is_plain=True)


def below(clean: str, level: int) -> str:
    """Cleaned mark-up with its headings at `level` and below it, none skipped; one without words is none."""
    levels = sorted({int(found[1]) for found in _HEADING.finditer(clean) if _says(found[3])})
    last = level - 1

    def moved(heading: re.Match[str]) -> str:
        nonlocal last
        if not _says(heading[3]):
            return f"<div>{heading[3]}</div>" if heading[3].strip() else ""
        last = min(level + levels.index(int(heading[1])), last + 1, 6)
        return f"<h{last}{heading[2]}>{heading[3]}</h{last}>"

    return _HEADING.sub(moved, clean)


def _wide(clean: str) -> str:
    """Each table in a box of its own, which scrolls, also by keyboard, where the table is wider than the page."""
    boxed = clean.replace("<table", '<div class="wide" tabindex="0"><table')
    return boxed.replace("</table>", "</table></div>")


def _says(inside: str) -> bool:
    return bool(_TAG.sub("", inside).replace("&nbsp;", " ").strip())


def _parts(text: str, room: int) -> Iterator[str]:
    """The text cut between lines where it can be, so that each part takes at most so many bytes."""
    held: list[str] = []
    taken = 0
    for line in text.split("\n"):
        for piece in _pieces(line, room):
            needs = _bytes(piece)
            if held and taken + needs > room:
                yield "\n".join(held)
                held, taken = [], 0
            held.append(piece)
            taken += needs
    yield "\n".join(held)


def _pieces(line: str, room: int) -> Iterator[str]:
    """A line cut between words where it can be, into such as surely have room."""
    most = room // 8  # no letter takes more than six bytes in mark-up, and few take as much
    first = 0
    while len(line) - first > most:
        space = line.rfind(" ", first + most // 2, first + most)
        last = first + most if space < 0 else space
        yield line[first:last]
        first = last if space < 0 else space + 1
    yield line[first:]


_PARAGRAPH = len("<p></p>\n")


def _bytes(line: str) -> int:
    return len(escape(line).encode()) + _PARAGRAPH

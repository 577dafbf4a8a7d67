"""From elements that open and close to the text a reader sees: lines, paragraphs, numbers, cells.

Pure. Knows the roles of HTML's elements, not how they were parsed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from crawler.plain import squeeze

_NOTHING, _SPACE, _LINE, _PARAGRAPH = 0, 1, 2, 3
_BETWEEN = ("", " ", "\n", "\n\n")

_PARAGRAPHS = frozenset(
    {
        "p", "div", "ul", "ol", "dl", "table", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6",
        "section", "article", "main", "header", "footer", "aside", "nav", "figure", "address", "center",
        "form", "fieldset", "body", "html", "details",
    }
)  # fmt: skip
_LINES = frozenset({"li", "tr", "dt", "dd", "caption", "figcaption", "summary", "legend"})
BLOCKS = _PARAGRAPHS | _LINES
"""Elements whose words stand apart from what is around them."""
_CELLS = frozenset({"td", "th"})


class Element(Protocol):
    """What is asked of an element: its name, its attributes, its children."""

    name: str

    @property
    def children(self) -> Iterator[object]: ...

    def get(self, key: str, default: None = None, /) -> object: ...


@dataclass(slots=True)
class _Row:
    bars: int = -1
    """Cells opened since the last word; the first cell of a row has nothing before it."""
    begun: bool = False


class Flow:
    """Collects the text of one document.

    Paragraphs are parted by one blank line; list items and rows of a table stand on a line each,
    cells parted by « | ». Within a cell a paragraph is no more than a space, within a list item a line.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._gap = _NOTHING
        self._number = ""
        self._counters: list[int | None] = []
        self._rows: list[_Row | None] = []
        self._items = 0

    def text(self) -> str:
        """All that was written so far."""
        return "".join(self._pieces)

    def write(self, words: str) -> None:
        """Adds words of one text node; white space at their ends counts, inside them it is one space."""
        line = squeeze(words)
        if not line:
            self._part(_SPACE if words else _NOTHING)
            return
        if words[0].isspace():
            self._part(_SPACE)
        self._pieces += [self._before(), self._number, line]
        self._number = ""
        self._gap = _SPACE if words[-1].isspace() else _NOTHING

    def open(self, element: Element) -> None:
        """An element begins."""
        name = element.name
        if name == "br":
            self._part(_SPACE if self._in_cell() else _LINE if self._gap < _LINE else _PARAGRAPH)
        elif name in _CELLS:
            self._cell()
        elif name == "tr":
            self._block(_LINE)
            self._rows.append(self._row_of(element))
        elif name in _PARAGRAPHS or name in _LINES:
            self._block(_LINE if name in _LINES else _PARAGRAPH)
            self._begin_list(element)

    def close(self, element: Element) -> None:
        """An element ends."""
        name = element.name
        if name == "tr" and self._rows:
            self._rows.pop()
        elif name in {"ol", "ul"} and self._counters:
            self._counters.pop()
        elif name == "li":
            self._items -= 1
            self._number = ""
        if name in _PARAGRAPHS or name in _LINES:
            self._block(_LINE if name in _LINES else _PARAGRAPH)

    def _begin_list(self, element: Element) -> None:
        if element.name == "ol":
            self._counters.append(_whole(element.get("start"), otherwise=1))
        elif element.name == "ul":
            self._counters.append(None)
        elif element.name == "li":
            self._items += 1
            counter = self._counters[-1] if self._counters else None
            if counter is not None:
                number = _whole(element.get("value"), otherwise=counter)
                self._counters[-1] = number + 1
                self._number += f"{number}. "

    def _row_of(self, element: Element) -> _Row | None:
        # A row of one cell is a frame around text, and a table within a cell is that cell's words.
        cells = sum(1 for child in element.children if getattr(child, "name", None) in _CELLS)
        return _Row() if cells > 1 and not self._in_cell() else None

    def _cell(self) -> None:
        row = self._row()
        if row is None or self._rows[-1] is not row:
            self._block(_LINE)
            return
        row.bars += 1
        self._part(_SPACE)

    def _block(self, gap: int) -> None:
        if self._in_cell():
            gap = _SPACE
        elif self._items:
            gap = min(gap, _LINE)
        self._part(gap)

    def _row(self) -> _Row | None:
        return next((row for row in self._rows if row is not None), None)

    def _in_cell(self) -> bool:
        # A row counts once its first cell has opened: the line before the row itself is wanted.
        row = self._row()
        return row is not None and row.bars >= 0

    def _part(self, gap: int) -> None:
        self._gap = max(self._gap, gap)

    def _before(self) -> str:
        row = self._row()
        if row is None or row.bars < 1:
            between = _BETWEEN[self._gap] if self._pieces else ""
        elif row.begun:
            between = " |" * row.bars + " "
        else:
            between = (_BETWEEN[self._gap] if self._pieces else "") + "| " * row.bars
        if row is not None:
            row.bars, row.begun = 0, True
        return between


def _whole(value: object, *, otherwise: int) -> int:
    text = str(value).strip() if value is not None else ""
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 10 else otherwise

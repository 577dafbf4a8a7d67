"""From elements that open and close to the text a reader sees: lines, paragraphs, numbers, cells.

Pure. Knows the roles of HTML's elements, not how they were parsed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from crawler.tree import Element

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
_PLAIN = frozenset({"a", "b", "strong", "i", "em", "u", "span", "font"})
"""The commonest of those that part nothing."""
_GAPS = dict.fromkeys(_PARAGRAPHS, _PARAGRAPH) | dict.fromkeys(_LINES, _LINE)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(slots=True)
class _Row:
    bars: int = -1
    """Cells opened since the last word; the first cell of a row has nothing before it."""
    begun: bool = False


@dataclass(slots=True)
class _List:
    next: int
    step: int
    written: Callable[[int], str]
    """How a number of this list is shown."""


class Flow:
    """Collects the text of one document.

    Paragraphs are parted by one blank line; list items and rows of a table stand on a line each,
    cells parted by « | ». Within a cell a paragraph is no more than a space, within a list item a line.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._gap = _NOTHING
        self._number = ""
        self._lists: list[_List | None] = []
        self._rows: list[_Row | None] = []
        self._items = 0
        self._raised = 0

    def text(self) -> str:
        """All that was written so far."""
        return "".join(self._pieces)

    def space(self) -> None:
        """White space, which counts once and only between words."""
        if self._gap < _SPACE:
            self._gap = _SPACE

    def write(self, line: str, *, before: bool, after: bool) -> None:
        """Adds words of one text node: on one line, with or without white space before and after them."""
        if before and self._gap < _SPACE:
            self._gap = _SPACE
        # «м» and a raised «2» are no «м2», «10» and a raised «3» no «103».
        if self._raised and line.isascii() and line.isdigit():
            line = line.translate(_RAISED)
        between = self._before() if self._rows else _BETWEEN[self._gap] if self._pieces else ""
        self._pieces.append(f"{between}{self._number}{line}")
        self._number = ""
        self._gap = _SPACE if after else _NOTHING

    def line(self) -> None:
        """What follows stands on a line of its own."""
        self._block(_LINE)

    def open(self, name: str, element: Element) -> None:
        """An element begins."""
        gap = _GAPS.get(name)
        if gap is not None:
            self._block(gap)
            if name == "tr":
                self._rows.append(self._row_of(element))
            elif name == "ol" or name == "ul" or name == "li":
                self._begin_list(name, element)
        elif name in _PLAIN:
            return
        elif name == "br":
            self._part(_SPACE if self._in_cell() else _LINE if self._gap < _LINE else _PARAGRAPH)
        elif name in _CELLS:
            self._cell()
        elif name == "sup":
            self._raised += 1
        elif name == "img":
            self._part(_SPACE)

    def close(self, name: str) -> None:
        """An element ends."""
        if name in _PLAIN:
            return
        if name == "tr":
            self._rows.pop()
        elif name == "ol" or name == "ul":
            self._lists.pop()
        elif name == "li":
            self._items -= 1
            self._number = ""
        elif name == "sup":
            self._raised -= 1
        elif name in _CELLS and not self._is_of_row():
            self._block(_LINE)
        gap = _GAPS.get(name)
        if gap is not None:
            self._block(gap)

    def _begin_list(self, name: str, element: Element) -> None:
        if name == "ul":
            self._lists.append(None)
        elif name == "ol":
            step = 1 if element.get("reversed") is None else -1
            first = 1 if step > 0 else sum(child.tag == "li" for child in element)
            start = whole(element.get("start"))
            written = _NUMBERS.get((element.get("type") or "").strip(), str)
            self._lists.append(_List(first if start is None else start, step, written))
        else:
            self._items += 1
            counted = self._lists[-1] if self._lists else None
            if counted is not None:
                own = whole(element.get("value"))
                number = counted.next if own is None else own
                counted.next = number + counted.step
                self._number += f"{counted.written(number)}. "

    def _row_of(self, element: Element) -> _Row | None:
        # A row of one cell is a frame around text, and a table within a cell is that cell's words.
        cells = sum(child.tag in _CELLS for child in element)
        return _Row() if cells > 1 and not self._in_cell() else None

    def _cell(self) -> None:
        row = self._row()
        if row is None or not self._is_of_row():
            self._block(_LINE)
            return
        row.bars += 1
        self._part(_SPACE)

    def _block(self, gap: int) -> None:
        if self._rows and self._in_cell():
            gap = _SPACE
        elif self._items and gap > _LINE:
            gap = _LINE
        if self._gap < gap:
            self._gap = gap

    def _is_of_row(self) -> bool:
        """Whether a cell that begins or ends here is one of several in its row, and not a frame or a stray."""
        row = self._row()
        return row is not None and self._rows[-1] is row

    def _row(self) -> _Row | None:
        return next((row for row in self._rows if row is not None), None) if self._rows else None

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


def whole(value: str | None) -> int | None:
    """The whole number that an attribute names, if it names one of fewer than ten digits."""
    text = value.strip() if value else ""
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 10 else None


def _letters(number: int) -> str:
    letters = ""
    left = number
    while left > 0:
        left, place = divmod(left - 1, 26)
        letters = chr(ord("a") + place) + letters
    return letters or str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    numeral = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        numeral += letters * times
    return numeral


_NUMBERS: dict[str, Callable[[int], str]] = {
    "a": _letters,
    "A": lambda number: _letters(number).upper(),
    "i": _roman,
    "I": lambda number: _roman(number).upper(),
}

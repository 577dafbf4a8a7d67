"""Lays two whole texts side by side, paragraph by paragraph: what stayed, what went and what came. Pure.

What differs, `monitor.matching` finds, within its bounds; here the paragraphs that stayed are put between.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from feeds.cleaning import upright
from monitor.fingerprint import normalised
from monitor.matching import Part, apart, blocks

_KEPT = 2
"""Paragraphs that stayed and are shown on each side of such as did not."""
_AROUND = 40
"""Words that stayed and are shown on each side of a replaced place."""
_PIECE = 4000
"""Letters of one piece: what is longer stands in several."""
_BESIDE = 40
"""Bytes of mark-up around a piece."""


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph of both texts, or several that differ together; `skipped` alone: so many that stayed, not shown."""

    pieces: tuple[Part, ...] = ()
    skipped: int = 0

    @property
    def differs(self) -> bool:
        """Whether anything went or came in it."""
        return any(sign != "=" for sign, _ in self.pieces)

    @property
    def size(self) -> int:
        """Bytes that it takes in a page."""
        return _BESIDE + sum(len(escape(text).encode()) + _BESIDE for _, text in self.pieces)


def laid(before: str, after: str, *, is_another: bool = False) -> list[Row]:
    """All of both texts. `is_another`: they are no wordings of one, so the whole old one stands before the new.

    The pieces that stayed or came are the new text, those that stayed or went the old one, but for quotes and dashes.
    """
    if is_another:
        gone, come = apart("text", before, after)
        return [Row(tuple(block.parts())) for block in (*gone, *come)]
    lines = [line for line in after.splitlines() if normalised(line)]
    rows: list[Row] = []
    at = 0
    for block in blocks("text", before, after):
        rows += (Row((("=", line.strip()),)) for line in lines[at : block.paragraph - 1])
        rows.append(Row(tuple(block.parts())))
        at = block.paragraph - 1 + (block.new.text.count("\n") + 1 if block.new.words else 0)
    return [*rows, *(Row((("=", line.strip()),)) for line in lines[at:])]


def folded(rows: Sequence[Row]) -> list[Row]:
    """Without the paragraphs that stayed, but for such as stand beside one that did not."""
    differing = [number for number, row in enumerate(rows) if row.differs]
    near = {
        place
        for number in differing
        for place in range(max(0, number - _KEPT), min(len(rows), number + _KEPT + 1))
    }
    # To say that one paragraph is left out takes as much room as its beginning.
    near |= {
        place
        for place in range(len(rows))
        if all(beside in near or not 0 <= beside < len(rows) for beside in (place - 1, place + 1))
    }
    shown: list[Row] = []
    for number, row in enumerate(rows):
        if number in near:
            shown.append(_shortened(row))
        elif shown and shown[-1].skipped:
            shown[-1] = Row(skipped=shown[-1].skipped + 1)
        else:
            shown.append(Row(skipped=1))
    return shown


def in_parts(rows: Iterable[Row], room: int) -> list[list[Row]]:
    """The rows, parted so that each part takes at most so many bytes; a row that is too long is parted too."""
    parts: list[list[Row]] = [[]]
    taken = 0
    for row in (piece for whole in rows for piece in _cut(whole, room)):
        if parts[-1] and taken + row.size > room:
            parts.append([])
            taken = 0
        parts[-1].append(row)
        taken += row.size
    return parts


def fit(row: Row) -> Row:
    """The row without the characters that no page may carry."""
    return Row(tuple((sign, upright(text)) for sign, text in row.pieces), row.skipped)


def _shortened(row: Row) -> Row:
    last = len(row.pieces) - 1
    if last < 0:
        return row
    return Row(
        tuple(
            (sign, text if sign != "=" else _stretch(text, at > 0, at < last))
            for at, (sign, text) in enumerate(row.pieces)
        )
    )


def _stretch(text: str, follows: bool, goes_on: bool) -> str:  # noqa: FBT001
    """The ends of what stayed that stand beside a replaced place; of a paragraph that stayed, its beginning."""
    left = _AROUND if follows or not goes_on else 0
    right = _AROUND if goes_on else 0
    words = text.split(" ")
    if len(words) <= left + right + _AROUND:
        return text
    return " ".join([*words[:left], "…", *words[len(words) - right :]])


def _cut(row: Row, room: int) -> Iterator[Row]:
    if row.size <= room:
        yield row
        return
    held: list[Part] = []
    taken = _BESIDE
    for sign, text in row.pieces:
        for first in range(0, len(text), _PIECE):
            piece = text[first : first + _PIECE]
            needs = len(escape(piece).encode()) + _BESIDE
            if held and taken + needs > room:
                yield Row(tuple(held))
                held, taken = [], _BESIDE
            held.append((sign, piece))
            taken += needs
    yield Row(tuple(held))

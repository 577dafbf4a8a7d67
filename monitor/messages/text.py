"""Plain text of one line and of a bounded length, whatever a release says. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_JOINER = "\u200d"
_MARKS = 4
"""Combining marks that one letter keeps: no script here needs more, and a storm of them covers other lines."""
_SENTENCE_ENDS = re.compile(r"[.!?…;](?= )")
_ELLIPSIS = "…"
_ORDINARY = re.compile(
    r"[ -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482\u048a-\u052f\u2013\u2014\u2018-\u201e\u2026\u2116]*"
)
"""Letters, figures and signs of Latin and Cyrillic texts, none of which needs a closer look."""
_NEAR = 8
"""Characters looked at for each that is shown; a title of a million spaces is no reason to read them all."""
_DROPPED = frozenset({"Cc", "Cf", "Cs"})
_COMBINING = frozenset({"Mn", "Mc", "Me"})
_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


@dataclass(frozen=True, slots=True)
class Limit:
    """How long the text of one message may be, as its channel counts."""

    length: int
    unit: Literal["characters", "utf-16", "bytes"]

    def size(self, text: str) -> int:
        """The length of the text in this unit."""
        if self.unit == "bytes":
            return len(text.encode("utf-8"))
        if self.unit == "utf-16":
            return len(text.encode("utf-16-le")) // 2
        return len(text)

    def holds(self, text: str) -> bool:
        """Whether the text is short enough."""
        return self.size(text) <= self.length


def one_line(text: str) -> str:
    """The text without line breaks, controls and invisible characters, one space between words."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    # Nearly every line is of these, and a look at each character takes fifty times as long.
    return line if _ORDINARY.fullmatch(line) else " ".join("".join(_seen(line)).split())


def shortened(text: str, length: int) -> str:
    """The beginning of a text as one line of at most so many characters; what comes far behind is not looked at."""
    near = text[: length * _NEAR]
    line = one_line(near)
    return characters(line if len(near) == len(text) else f"{line} {_ELLIPSIS}", length)


def cut(text: str, limit: Limit) -> str:
    """A line as far as there is room, with «…» where it was cut: behind a sentence, else a word.

    What is one character to a reader (a letter with its marks, an emoji of several) is never parted.
    """
    if limit.holds(text):
        return text
    room = limit.length - limit.size(_ELLIPSIS)
    if room < 0:
        return ""
    head = ""
    for cluster in _clusters(text):
        room -= limit.size(cluster)
        if room < 0:
            break
        head += cluster
    ends = [end.end() for end in _SENTENCE_ENDS.finditer(head) if end.end() > len(head) * 2 // 3]
    space = head.rfind(" ")
    if ends:
        return _ended(head[: ends[-1]])
    return _ended(head[:space] if space > len(head) // 2 else head)


def characters(text: str, length: int) -> str:
    """`cut` by characters."""
    return cut(text, Limit(length, "characters"))


def _ended(head: str) -> str:
    return head.rstrip(" ,;:—….") + _ELLIPSIS


def _seen(text: str) -> Iterator[str]:
    """The characters that somebody sees; of joiners those that make one emoji of two."""
    marks, shown = 0, ""
    for place, c in enumerate(text):
        category = unicodedata.category(c)
        marks = marks + 1 if category in _COMBINING else 0
        if c == _JOINER:
            if shown and _is_picture(shown) and _is_picture(text[place + 1 : place + 2]):
                yield c
            continue
        if category in _DROPPED or marks > _MARKS or _is_no_character(ord(c)):
            continue
        # A selector or a tone belongs to the picture before it.
        shown = shown if category in _COMBINING or ord(c) in _TONES else c
        yield c


def _is_picture(c: str) -> bool:
    return c != "" and unicodedata.category(c) == "So"


def _is_no_character(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _clusters(text: str) -> Iterator[str]:
    """The text in pieces that a reader takes for one character each."""
    cluster, flags = "", 0
    for c in text:
        is_flag = ord(c) in _FLAG_LETTERS
        belongs = (
            unicodedata.category(c) in _COMBINING
            or c == _JOINER
            or cluster.endswith(_JOINER)
            or ord(c) in _TONES
            or (is_flag and flags % 2 == 1)
        )
        if cluster and not belongs:
            yield cluster
            cluster, flags = "", 0
        cluster += c
        flags += is_flag
    if cluster:
        yield cluster

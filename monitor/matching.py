"""Lays two wordings of a text side by side: the paragraphs that differ, and the words in them that do. Pure.

Paragraphs are matched first and words only inside those that differ: over all words at once it costs a hundred
times as much.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from monitor.fingerprint import normalised

_MOST_PAIRS = 100_000
"""Pairs of equal words beyond which matching them takes seconds: a table of 200 rows took eleven."""

Part = tuple[str, str]
"""A sign and what it is said of: `=` stayed, `-` was there, `+` is there now."""


class Side:
    """The words of some paragraphs, as they stand in one wording."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.text = "\n".join(paragraphs)
        self.words: list[str] = self.text.split()

    @cached_property
    def starts(self) -> list[int]:
        """Where each word begins in the text."""
        starts, at = [], 0
        for word in self.words:
            at = self.text.index(word, at)
            starts.append(at)
            at += len(word)
        return starts

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the words from `first` up to `last` stand; an empty place where there are none."""
        if first == last:
            place = self.starts[first] if first < len(self.words) else len(self.text)
            return place, place
        return self.starts[first], self.starts[last - 1] + len(self.words[last - 1])

    def word_at(self, place: int) -> int:
        """The number of the word that stands at a place of the text."""
        return max(0, bisect_right(self.starts, place) - 1)

    def slice(self, first: int, last: int) -> str:
        """The words from `first` up to `last`, each with the space before it."""
        begin = self.starts[first - 1] + len(self.words[first - 1]) if first else 0
        end = self.starts[last - 1] + len(self.words[last - 1]) if last else 0
        return self.text[begin:end] if first < last else ""

    def said(self, first: int, last: int) -> str:
        """The words from `first` up to `last` in one line."""
        return " ".join(self.words[first:last])


@dataclass(frozen=True, slots=True)
class Run:
    """Words `old_first`…`old_last` that stand in the place of `new_first`…`new_last`; either may be none."""

    old_first: int
    old_last: int
    new_first: int
    new_last: int


@dataclass(frozen=True, slots=True)
class Block:
    """Paragraphs that differ, side by side."""

    field: str
    paragraph: int
    """The number of the first of them in the wording of now, from 1."""
    old: Side
    new: Side
    runs: tuple[Run, ...]

    def parts(self) -> list[Part]:
        """All that stayed, went and came, in its order: `=` and `-` are the old text, `=` and `+` the new."""
        parts: list[Part] = []
        old_at, new_at = 0, 0
        for run in (*self.runs, None):
            old_to = run.old_first if run else len(self.old.words)
            new_to = run.new_first if run else len(self.new.words)
            for old_word, new_word in zip(range(old_at, old_to), range(new_at, new_to), strict=True):
                stayed, came = self.old.slice(old_word, old_word + 1), self.new.slice(new_word, new_word + 1)
                if stayed != came:  # the space before it became the end of a paragraph, or the other way
                    word = self.old.words[old_word]
                    parts += [("-", stayed[: -len(word)]), ("+", came[: -len(word)]), ("=", word)]
                else:
                    parts.append(("=", stayed))
            if run:
                parts += _two_sided(
                    self.old.slice(run.old_first, run.old_last), self.new.slice(run.new_first, run.new_last)
                )
                old_at, new_at = run.old_last, run.new_last
        return _joined(parts)


def blocks(field: str, before: str, after: str) -> Iterator[Block]:
    """The paragraphs of two texts that differ, in their order."""
    old, new = _paragraphs(before), _paragraphs(after)
    for run in _runs(old, new):
        gone, come = old[run.old_first : run.old_last], new[run.new_first : run.new_last]
        pairs = [(gone, come)]
        if len(gone) == len(come) > 1 and (
            _are_rows(gone, come) or _pairs(_words(gone), _words(come)) > _MOST_PAIRS
        ):
            # A table with all its figures changed: row by row is quick, and what a reader would do.
            pairs = [([a], [b]) for a, b in zip(gone, come, strict=True)]
        for number, (a, b) in enumerate(pairs, run.new_first + 1):
            left, right = Side(a), Side(b)
            runs = tuple(_word_by_word(left.words, right.words) or _runs(left.words, right.words))
            if runs:
                yield Block(field, number, left, right, runs)


def _word_by_word(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """The runs that differ, place by place; none where words came or went, or most differ.

    Most edits put one word in the place of another; a row of a table costs a tenth of what matching it would.
    """
    if len(old) != len(new):
        return []
    apart = [place for place, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if len(apart) * 2 > len(old):
        return []
    runs: list[Run] = []
    for place in apart:
        first = runs.pop().old_first if runs and runs[-1].old_last == place else place
        runs.append(Run(first, place + 1, first, place + 1))
    return runs


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """The runs that differ; all between the ends that agree, where finding more would take seconds."""
    head = 0
    if _pairs(old, new) > _MOST_PAIRS:
        fewer = min(len(old), len(new))
        head = next((i for i in range(fewer) if old[i] != new[i]), fewer)
        tail = next((i for i in range(fewer - head) if old[-1 - i] != new[-1 - i]), fewer - head)
        old, new = old[head : len(old) - tail], new[head : len(new) - tail]
        if _pairs(old, new) > _MOST_PAIRS:
            yield Run(head, head + len(old), head, head + len(new))
            return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Run(head + a, head + b, head + c, head + d)


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pairs of equal entries there are: what each step of the matching looks through."""
    there = Counter(new)
    return sum(count * there[entry] for entry, count in Counter(old).items())


def _are_rows(gone: Sequence[str], come: Sequence[str]) -> bool:
    """Each paragraph shares half of its words with the one that stands in its place."""
    return all(_shared(a.split(), b.split()) for a, b in zip(gone, come, strict=True))


def _shared(old: Sequence[str], new: Sequence[str]) -> bool:
    common = sum((Counter(old) & Counter(new)).values())
    return common * 2 >= max(len(old), len(new))


def _words(paragraphs: Sequence[str]) -> list[str]:
    return " ".join(paragraphs).split()


def _paragraphs(text: str) -> list[str]:
    return [paragraph for line in text.splitlines() if (paragraph := normalised(line))]


def _two_sided(gone: str, came: str) -> list[Part]:
    """What went and what came; white space that begins both stayed."""
    space = ""
    if gone and came and gone[0] == came[0] and gone[0].isspace():
        space, gone, came = gone[0], gone[1:], came[1:]
    return [("=", space), ("-", gone), ("+", came)]


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Neighbours of the same sign put together, the empty ones left out."""
    joined: list[Part] = []
    for sign, text in parts:
        if text and joined and joined[-1][0] == sign:
            joined[-1] = (sign, joined[-1][1] + text)
        elif text:
            joined.append((sign, text))
    return joined

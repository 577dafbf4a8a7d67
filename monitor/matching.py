"""Lays two wordings of a text side by side: the paragraphs that differ, and the words in them that do. Pure.

Paragraphs are matched first and words only inside those that differ: over all words at once it costs a hundred
times as much.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from operator import add
from typing import NamedTuple

from monitor.fingerprint import normalised, stretches

_MOST_PAIRS = 100_000
"""Pairs of equal words beyond which matching them takes seconds: a table of 200 rows took eleven."""
_STEPS = 1_000_000
"""Steps that the matching of one text may take, of which a million are a tenth of a second."""
_STEPS_BETWEEN = 40_000
"""Steps that the matching of what stands between two anchors may take."""
_ANCHORED = 3
"""How often what stands between two anchors is anchored in its turn."""

Part = tuple[str, str]
"""A sign and what it is said of: `=` stayed, `-` was there, `+` is there now."""


class Side:
    """Some paragraphs of one wording: the words by which it is compared, and what it shows for each of them."""

    def __init__(self, paragraphs: Sequence["Paragraph"]) -> None:
        self._paragraphs = paragraphs
        self.text = "\n".join(paragraph.words for paragraph in paragraphs)
        self.words: list[str] = self.text.split()

    @cached_property
    def shown(self) -> list[str]:
        """What stands in the original for each word: with its quotes and dashes, «налоги», – сказал» for one word."""
        return [shown for paragraph in self._paragraphs for shown in paragraph.shown()]

    @cached_property
    def original(self) -> str:
        """The paragraphs as the original shows them."""
        return self.original_slice(0, len(self.words)).lstrip()

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

    def original_slice(self, first: int, last: int) -> str:
        """What the original shows for the words from `first` up to `last`, each with the space before it."""
        return "".join(map(add, self.spaces[first:last], self.shown[first:last]))

    @cached_property
    def spaces(self) -> list[str]:
        """What stands before each word: a space, the end of a paragraph, or nothing before the first."""
        spaces: list[str] = []
        for paragraph in self._paragraphs:
            spaces.append("\n" if spaces else "")
            spaces += [" "] * paragraph.words.count(" ")
        return spaces

    def said(self, first: int, last: int) -> str:
        """The words from `first` up to `last` in one line, as they are compared."""
        return " ".join(self.words[first:last])

    def quoted(self, first: int, last: int) -> str:
        """The words from `first` up to `last` in one line, as the original shows them."""
        return " ".join(self.shown[first:last])

    def cut(self, first: int, last: int) -> "Side":
        """The words from `first` up to `last` as a side of their own."""
        if first == last:
            return Side([])
        words = self.slice(first, last).lstrip().split("\n")
        shown = self.original_slice(first, last).lstrip().split("\n")
        return Side([Paragraph(*lines) for lines in zip(words, shown, strict=True)])


class Paragraph(NamedTuple):
    """A paragraph by its normalised words, with the line of the original that it is."""

    words: str
    line: str

    def shown(self) -> list[str]:
        """What stands in the original for each word."""
        return self.line.split() if self.words == self.line else stretches(self.line)


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
    """The number of the first of them in the wording of now, from 1; of what is `apart`, in its own."""
    old: Side
    new: Side
    runs: tuple[Run, ...]

    def parts(self) -> list[Part]:
        """All that stayed, went and came, in its order, as the originals show it: `=` and `+` are the new text.

        `=` and `-` are the old one but for quotes and dashes, which in what stayed are those of now.
        """
        parts: list[Part] = []
        old_at, new_at = 0, 0
        for run in (*self.runs, None):
            old_to = run.old_first if run else len(self.old.words)
            new_to = run.new_first if run else len(self.new.words)
            for old_word, new_word in zip(range(old_at, old_to), range(new_at, new_to), strict=True):
                before, now, word = (
                    self.old.spaces[old_word],
                    self.new.spaces[new_word],
                    self.new.shown[new_word],
                )
                if before != now:  # the space before it became the end of a paragraph, or the other way
                    parts += [("-", before), ("+", now), ("=", word)]
                else:
                    parts.append(("=", now + word))
            if run:
                parts += _two_sided(
                    self.old.original_slice(run.old_first, run.old_last),
                    self.new.original_slice(run.new_first, run.new_last),
                )
                old_at, new_at = run.old_last, run.new_last
        return _joined(parts)

    def around(self, number: int, words: int) -> "Block":
        """The block cut down to one run with at most so many words that stayed on each side of it."""
        run = self.runs[number]
        before = min(words, run.old_first - (self.runs[number - 1].old_last if number else 0))
        following = self.runs[number + 1].old_first if number + 1 < len(self.runs) else len(self.old.words)
        after = min(words, following - run.old_last)
        old = self.old.cut(run.old_first - before, run.old_last + after)
        new = self.new.cut(run.new_first - before, run.new_last + after)
        cut = Run(
            before, before + run.old_last - run.old_first, before, before + run.new_last - run.new_first
        )
        return Block(self.field, self.paragraph, old, new, (cut,))

    def left_out(self, share: float) -> Iterator[str]:
        """The paragraphs of the old wording of whose words at least a share did not stay where they were."""
        replaced = {word for run in self.runs for word in range(run.old_first, run.old_last)}
        first = 0
        for paragraph in self.old.text.split("\n"):
            last = first + len(paragraph.split())
            if sum(word in replaced for word in range(first, last)) >= (last - first) * share:
                yield paragraph
            first = last


def blocks(field: str, before: str, after: str) -> Iterator[Block]:
    """The paragraphs of two texts that differ, in their order."""
    old, new = _paragraphs(before), _paragraphs(after)
    matching = Matching()
    for run in matching.runs([paragraph.words for paragraph in old], [paragraph.words for paragraph in new]):
        gone, come = old[run.old_first : run.old_last], new[run.new_first : run.new_last]
        pairs = [(gone, come)]
        if len(gone) == len(come) > 1 and (
            _are_rows(gone, come) or _pairs(_words(gone), _words(come)) > _MOST_PAIRS
        ):
            # A table with all its figures changed: row by row is quick, and what a reader would do.
            pairs = [([a], [b]) for a, b in zip(gone, come, strict=True)]
        for number, (a, b) in enumerate(pairs, run.new_first + 1):
            left, right = Side(a), Side(b)
            runs = tuple(_word_by_word(left.words, right.words) or matching.runs(left.words, right.words))
            if runs:
                yield Block(field, number, left, right, runs)


def apart(field: str, before: str, after: str) -> tuple[list[Block], list[Block]]:
    """The paragraphs of two texts that are no wordings of one: all of them went, and all of them came."""
    nothing = Side([])
    gone = [
        Block(field, number, side, nothing, (Run(0, len(side.words), 0, 0),))
        for number, side in enumerate((Side([paragraph]) for paragraph in _paragraphs(before)), 1)
    ]
    come = [
        Block(field, number, nothing, side, (Run(0, 0, 0, len(side.words)),))
        for number, side in enumerate((Side([paragraph]) for paragraph in _paragraphs(after)), 1)
    ]
    return gone, come


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


class Matching:
    """Finds the runs that differ within bounds: exactly while its steps last, then between words that stand once."""

    def __init__(self, steps: int = _STEPS) -> None:
        self._left = steps

    def runs(self, old: Sequence[str], new: Sequence[str]) -> list[Run]:
        """The runs that differ, in their order; one, where finding more would take seconds."""
        return list(_put_together(self._between(old, new, Run(0, len(old), 0, len(new)), 0)))

    def _between(self, old: Sequence[str], new: Sequence[str], gap: Run, depth: int) -> Iterator[Run]:
        gap = _trimmed(old, new, gap)
        gone, come = old[gap.old_first : gap.old_last], new[gap.new_first : gap.new_last]
        if not gone or not come:
            if gone or come:
                yield gap
            return
        if self._affords(gone, come, depth):
            for tag, a, b, c, d in SequenceMatcher(None, gone, come, autojunk=False).get_opcodes():
                if tag != "equal":
                    yield Run(gap.old_first + a, gap.old_first + b, gap.new_first + c, gap.new_first + d)
            return
        anchors = _anchors(gone, come) if depth < _ANCHORED else []
        if not anchors:
            yield gap
            return
        old_at, new_at = gap.old_first, gap.new_first
        for a, b in [*anchors, (len(gone), len(come))]:
            old_to, new_to = gap.old_first + a, gap.new_first + b
            yield from self._between(old, new, Run(old_at, old_to, new_at, new_to), depth + 1)
            old_at, new_at = old_to + 1, new_to + 1

    def _affords(self, gone: Sequence[str], come: Sequence[str], depth: int) -> bool:
        """Whether both can be matched exactly; what that may take is taken off what is left."""
        steps = len(gone) * len(come)
        if steps > (_STEPS_BETWEEN if depth else _STEPS) or steps > self._left:
            return False
        if not depth and _pairs(gone, come) > _MOST_PAIRS:
            return False
        self._left -= steps
        return True


def _trimmed(old: Sequence[str], new: Sequence[str], gap: Run) -> Run:
    """What differs of a gap without the ends that agree."""
    fewer = min(gap.old_last - gap.old_first, gap.new_last - gap.new_first)
    head = 0
    while head < fewer and old[gap.old_first + head] == new[gap.new_first + head]:
        head += 1
    tail = 0
    while tail < fewer - head and old[gap.old_last - 1 - tail] == new[gap.new_last - 1 - tail]:
        tail += 1
    return Run(gap.old_first + head, gap.old_last - tail, gap.new_first + head, gap.new_last - tail)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The places of entries that stand once on both sides: the most of them that are in one order."""
    here, there = Counter(old), Counter(new)
    place = {entry: at for at, entry in enumerate(new) if there[entry] == 1}
    pairs = [(at, place[entry]) for at, entry in enumerate(old) if here[entry] == 1 and entry in place]
    ends: list[int] = []  # the least place at which a row of so many anchors can end
    last: list[int] = []  # the pair that ends it
    before: list[int] = []
    for number, (_, at) in enumerate(pairs):
        length = bisect_left(ends, at)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(at)
            last.append(number)
        else:
            ends[length], last[length] = at, number
    row: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]


def _put_together(runs: Iterable[Run]) -> Iterator[Run]:
    """Runs that touch made one."""
    held: Run | None = None
    for run in runs:
        if held and (held.old_last, held.new_last) == (run.old_first, run.new_first):
            held = Run(held.old_first, run.old_last, held.new_first, run.new_last)
            continue
        if held:
            yield held
        held = run
    if held:
        yield held


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pairs of equal entries there are: what each step of the matching looks through."""
    there = Counter(new)
    return sum(count * there[entry] for entry, count in Counter(old).items())


def _are_rows(gone: Sequence[Paragraph], come: Sequence[Paragraph]) -> bool:
    """Each paragraph shares half of its words with the one that stands in its place."""
    return all(_shared(a.words.split(), b.words.split()) for a, b in zip(gone, come, strict=True))


def _shared(old: Sequence[str], new: Sequence[str]) -> bool:
    common = sum((Counter(old) & Counter(new)).values())
    return common * 2 >= max(len(old), len(new))


def _words(paragraphs: Sequence[Paragraph]) -> list[str]:
    return " ".join(paragraph.words for paragraph in paragraphs).split()


def _paragraphs(text: str) -> list[Paragraph]:
    return [Paragraph(words, line) for line in text.splitlines() if (words := normalised(line))]


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

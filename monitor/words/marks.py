"""Where in a text the words stand that a search asked for, and the piece of it that shows them best. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from monitor.words.entries import WORD
from monitor.words.letters import folded
from monitor.words.question import Question
from monitor.words.text import Text

_RUN = re.compile(
    # A word as it is written: within it may stand a stress, a soft hyphen, an apostrophe.
    r"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff'’ʼ`´]+(?=[^\W_])|[\u0300-\u036f])*(?:[+#]+(?![^\W_]))?"
)
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_MOST_SHOWN = 60_000
"""Characters of a text that are looked through for a piece to show."""
_CUT = "…"

Place = tuple[int, int]


def marked(question: Question, text: str) -> tuple[Place, ...]:
    """The places in `text` of the words that the question's wanted entries find, in order; none overlap.

    Where a word may be of another language and nothing else of the entry is there, it is marked all the same.
    """
    return tuple(_sorts_of(question, text))


def _sorts_of(question: Question, text: str) -> dict[Place, int]:
    """The places in their order, and by which entry each was found first."""
    places, read = _read(text)
    found: dict[Place, int] = {}
    for sort, entry in enumerate(dict.fromkeys(entry for group in question.wanted for entry in group)):
        stands = list(read.places(entry))
        sure = [place for place in stands if place[-1]]
        for line, begin, end, _ in sure or stands:
            for place in places[line][begin:end]:
                found.setdefault(place, sort)
    return dict(sorted(found.items()))


def snippet(question: Question, text: str, *, length: int) -> tuple[tuple[str, bool], ...]:
    """About `length` characters of `text` around the places that show most of what was asked, in pieces.

    True: the piece is a word found. Line breaks become spaces, and … stands where something was left out; a text
    without such a word is shown from its beginning.
    """
    shown = text[:_MOST_SHOWN]
    sorts = _sorts_of(question, shown)
    marks = list(sorts)
    return tuple(_pieces(text, marks, _windows(shown, marks, list(sorts.values()), length)))


def _windows(text: str, marks: Sequence[Place], said: Sequence[int], length: int) -> list[Place]:
    """The stretches to show: one where it holds all that was found, else two of half the length."""
    first = _best(text, marks, said, length, frozenset())
    there = _said_in(first, marks, said)
    if len(there) == len(set(said)):
        return [first]
    half = _best(text, marks, said, length // 2, frozenset())
    other = _best(text, marks, said, length // 2, _said_in(half, marks, said))
    if len(_said_in(half, marks, said) | _said_in(other, marks, said)) <= len(there):
        return [first]
    one, two = sorted((half, other))
    return [(one[0], two[1])] if two[0] <= one[1] + 1 else [one, two]


def _best(
    text: str, marks: Sequence[Place], said: Sequence[int], length: int, known: frozenset[int]
) -> Place:
    """The earliest stretch that holds most of the words not yet known, then most of all places."""
    best, chosen = (0, 0), (0, 0)
    last = 0
    for first, (begin, _) in enumerate(marks):
        while last < len(marks) and marks[last][1] <= begin + length:
            last += 1
        value = (len(set(said[first:last]) - known), last - first)
        if value > best:
            best, chosen = value, (begin, marks[max(first, last - 1)][1])
    return _widened(text, chosen, length)


def _widened(text: str, place: Place, length: int) -> Place:
    """A stretch of `length` with this one in it, from a sentence's beginning where one is near, cut between words."""
    begin, end = place
    spare = max(0, length - (end - begin))
    earliest = max(0, min(begin - spare // 2, len(text) - length)) if spare else begin
    if earliest > 0:
        lead = text[earliest:begin]
        sentence = max((match.end() for match in re.finditer(r"[.!?…\n]\s+(?=[^\W\d_])", lead)), default=-1)
        space = re.search(r"\s+", lead)
        earliest += sentence if sentence >= 0 else space.end() if space else len(lead)
    latest = min(len(text), max(end, earliest + length))
    if latest < len(text) and not text[latest].isspace():
        tail = text[end:latest]
        cut = max(tail.rfind(" "), tail.rfind("\n"))
        latest = end + cut if cut >= 0 else end if place != (0, 0) else latest
    return earliest, latest


def _said_in(window: Place, marks: Sequence[Place], said: Sequence[int]) -> frozenset[int]:
    first = bisect_left(marks, window[0], key=lambda mark: mark[0])
    last = bisect_left(marks, window[1] + 1, key=lambda mark: mark[1])
    return frozenset(said[first:last])


def _pieces(text: str, marks: Sequence[Place], windows: Sequence[Place]) -> Iterator[tuple[str, bool]]:
    for number, (begin, end) in enumerate(windows):
        lead = f" {_CUT} " if number else f"{_CUT} " if text[:begin].strip() else ""
        at = begin
        for first, last in marks:
            if first < begin or last > end:
                continue
            if between := lead + _one_line(text[at:first]):
                yield between, False
            yield _one_line(text[first:last]), True
            lead, at = "", last
        if between := lead + _one_line(text[at:end]):
            yield between, False
    if windows and text[windows[-1][1] :].strip():
        yield f" {_CUT}", False


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@lru_cache(maxsize=4)
def _read(text: str) -> tuple[list[list[Place]], Text]:
    """Each line's words as they are compared, and where each stands in the text."""
    places: list[list[Place]] = []
    lines: list[list[str]] = []
    for line in _LINE.finditer(text):
        begin = line.start()
        runs = [(begin + run.start(), begin + run.end()) for run in _RUN.finditer(line[0])]
        words = WORD.findall(folded(line[0]))
        if len(words) != len(runs):  # such as where a quote within a word was left out
            pairs = [(word, run) for run in runs for word in WORD.findall(folded(text[run[0] : run[1]]))]
            words, runs = [word for word, _ in pairs], [run for _, run in pairs]
        places.append(runs)
        lines.append(words)
    return places, Text(lines)

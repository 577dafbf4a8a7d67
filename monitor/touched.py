"""Which facts and names of two wordings a replaced run of words touches. Pure."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

from monitor.facts import Fact, facts
from monitor.matching import Run, Side
from monitor.names import Name, names

NUMERIC = frozenset(("amount", "number", "date"))
"""Kinds of facts that are told in figures."""
_Found = TypeVar("_Found", Fact, Name)


class ReadSide:
    """One side of a block with its facts and names."""

    def __init__(self, side: Side, named: Callable[[str], bool]) -> None:
        """`named`: whether a word is known to be a name; asked where a sentence begins with it."""
        self.side = side
        self._named = named

    @cached_property
    def _facts(self) -> list[Fact]:
        return facts(self.side.text)

    @cached_property
    def _fact_ends(self) -> list[int]:
        return [fact.end for fact in self._facts]

    @cached_property
    def _names(self) -> list[Name]:
        return [name for name in names(self.side.text, self._named) if not self._in_a_fact(name)]

    @cached_property
    def _name_ends(self) -> list[int]:
        return [name.end for name in self._names]

    def _in_a_fact(self, name: Name) -> bool:
        """«March» of a date, «МРП» of an amount."""
        following = bisect_right(self._fact_ends, name.start)
        return following < len(self._facts) and self._facts[following].start <= name.start

    def span(self, run: Run, *, old: bool) -> tuple[int, int]:
        if old:
            return self.side.span(run.old_first, run.old_last)
        return self.side.span(run.new_first, run.new_last)

    def facts_in(self, run: Run, *, old: bool) -> list[Fact]:
        """The facts that the words of a run are part of."""
        start, end = self.span(run, old=old)
        return _standing(self._facts, bisect_right(self._fact_ends, start), end)

    def names_in(self, run: Run, *, old: bool) -> list[Name]:
        start, end = self.span(run, old=old)
        return _standing(self._names, bisect_right(self._name_ends, start), end)


def _standing(found: Sequence[_Found], first: int, end: int) -> list[_Found]:
    """Those from one on that begin before a place of the text."""
    last = first
    while last < len(found) and found[last].start < end:
        last += 1
    return list(found[first:last])


def touched(
    run: Run, old: ReadSide, new: ReadSide, *, left: int, right: int
) -> tuple[Run, list[Fact], list[Fact]]:
    """The run with the rest of the facts it cuts through, as far as both sides agree there; and the facts of each."""
    gone, come = old.facts_in(run, old=True), new.facts_in(run, old=False)
    for _ in range(2):  # what one side takes in may belong to a fact of the other
        before, after = 0, 0
        for side, found, first, last in (
            (old.side, gone, run.old_first, run.old_last),
            (new.side, come, run.new_first, run.new_last),
        ):
            numeric = [fact for fact in found if fact.kind in NUMERIC]
            if numeric:
                before = max(before, first - side.word_at(numeric[0].start))
                after = max(after, side.word_at(numeric[-1].end - 1) + 1 - last)
        before, after = min(before, left), min(after, right)
        if not before and not after:
            break
        left, right = left - before, right - after
        run = Run(run.old_first - before, run.old_last + after, run.new_first - before, run.new_last + after)
        gone, come = old.facts_in(run, old=True), new.facts_in(run, old=False)
    return run, gone, come

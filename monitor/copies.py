"""The copies of one release against each other: do their numbers and dates differ from language to language? Pure.

It would rather miss a difference than report one that is none. Left aside are numbers written as words, ordinals,
hours, telephones, the counting of lists, figures within names, and whatever a much shorter copy does not say.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from monitor.difference import Content
from monitor.facts import Fact, facts
from monitor.fingerprint import normalised

_SHORTER = 0.7
"""A copy with less than this share of the other's letters leaves things out, and says nothing by it."""
_LONGEST = 30_000
"""Characters of a copy beyond which it is a book or a table, and not compared."""
_SMALL = 10
"""Whole numbers up to this are as often written in words, as an article, or not at all."""
_ROUNDED = 3
"""Figures that have to agree before one number is taken for the other, rounded."""
_NUMBER = re.compile(r"-?[0-9.]{1,30}")
"""Hours are none, and what has more figures is a code."""
_TOLD = 20
"""Numbers, and dates, that are told of a copy at most: more is a table."""
_SAID_OTHERWISE = {
    "24": ("around the clock", "round-the-clock", "круглосуточн", "тәулік бойы"),
    "50": ("half of", "half the", "a half", "половин", "жартысы"),
}
"""Numbers for which there are words that count nothing."""
_RELATIVE = (
    "сегодня", "вчера", "завтра", "накануне", "бүгін", "кеше", "ертең", "today", "yesterday", "tomorrow",
)  # fmt: skip


def against(here: Content, there: Mapping[str, Content]) -> dict[str, Any]:
    """How the numbers and dates of one copy differ from those of the others, by language.

    Languages from which nothing differs are left out: empty is no difference found. Numbers are in plain digits,
    dates as `2026-03-12`, or `03-12` where no year was said; of each the first twenty.
    """
    ours = _Copy(here)
    told = {lang: _compared(ours, _Copy(content)) for lang, content in there.items()}
    return {lang: found for lang, found in told.items() if found}


def _compared(here: "_Copy", there: "_Copy") -> dict[str, Any]:
    if max(here.size, there.size) > _LONGEST:
        return {}
    dates_here, dates_there = _apart(_days_not_in(here, there), _days_not_in(there, here), here, there)
    numbers_here, numbers_there = _apart(
        _numbers_not_in(here, there), _numbers_not_in(there, here), here, there
    )
    if not (numbers_here and numbers_there):
        # What one copy alone says may stand in words in the other.
        numbers_here, numbers_there = _telling(numbers_here, there), _telling(numbers_there, here)
    if not (dates_here or dates_there or numbers_here or numbers_there):
        return {}
    return {
        "numbers": {"only_here": numbers_here[:_TOLD], "only_there": numbers_there[:_TOLD]},
        "dates": {"only_here": dates_here[:_TOLD], "only_there": dates_there[:_TOLD]},
    }


def _apart(
    only_here: list[str], only_there: list[str], here: "_Copy", there: "_Copy"
) -> tuple[list[str], list[str]]:
    """Both, without what is lacking in a copy that leaves things out."""
    if there.size < here.size * _SHORTER:
        only_here = only_here if only_there else []
    if here.size < there.size * _SHORTER:
        only_there = only_there if only_here else []
    return only_here, only_there


def _telling(only: Sequence[str], other: "_Copy") -> list[str]:
    """Of numbers that one copy alone has, those that the other would not have in words, nor leave out."""
    return [number for number in only if not _is_small(number) and not _is_year(number) and not other.scales]


def _numbers_not_in(one: "_Copy", other: "_Copy") -> list[str]:
    known = other.numbers | other.in_words | other.parts_of_dates
    apart = one.numbers - known
    if len(apart) <= _TOLD * 2:  # else it is a table, and rounded or not
        apart = frozenset(number for number in apart if not _is_rounded(number, other.numbers))
    return sorted(apart, key=_as_sorted)


def _is_rounded(number: str, others: Iterable[str]) -> bool:
    """«412 535» is «412,5 мың», and the other way round: three figures or more of one are the other's."""
    return any(
        len(_figures(short)) >= _ROUNDED and _rounds(long, short)
        for other in others
        if _size(other) == _size(number)
        for short, long in ((number, other), (other, number))
    )


def _rounds(long: str, short: str) -> bool:
    head, whole = _figures(short), _figures(long)
    if len(whole) <= len(head) or not (head + whole).isdecimal():
        return False
    cut = len(whole) - len(head)
    return abs(int(whole) - int(head) * 10**cut) * 2 <= 10**cut or whole.startswith(head)


def _figures(number: str) -> str:
    """The figures that say something: without the zeros at the end, and the point."""
    return number.replace(".", "").rstrip("0")


def _size(number: str) -> int:
    return len(number.partition(".")[0])


def _days_not_in(one: "_Copy", other: "_Copy") -> list[str]:
    if other.relative and len(other.days) < len(one.days):
        return []
    return sorted(
        f"{year}-{day}" if year else day
        for day, years in one.days.items()
        if not _in_pieces(day, other)
        for year in years
        if not _agrees(year, other.days.get(day, frozenset()))
    )


def _agrees(year: str, known: Iterable[str]) -> bool:
    """A day without its year agrees with that day of any."""
    return any(year == other or not year or not other for other in known)


def _in_pieces(day: str, other: "_Copy") -> bool:
    """The day and the month stand apart there: «с 12 по 20 число марта»."""
    month, number = day.split("-")
    return number.lstrip("0") in other.numbers and month in other.months


class _Copy:
    """What one copy says in figures."""

    def __init__(self, content: Content) -> None:
        paragraphs = [content.title, *content.text.splitlines()]
        text = "\n".join(filter(None, map(normalised, paragraphs)))
        self.size = len(text)
        self._text = text

    @cached_property
    def _facts(self) -> list[Fact]:
        return facts(self._text)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers that are told in figures, without their signs."""
        return frozenset(
            fact.value.lstrip("-")
            for fact in self._facts
            if fact.kind in {"number", "amount"} and fact.form == "figure" and _NUMBER.fullmatch(fact.value)
        ) | frozenset(fact.value for fact in self._facts if fact.kind == "date" and len(fact.value) == 4)

    @cached_property
    def in_words(self) -> frozenset[str]:
        """Numbers that stand in words, as ordinals or in names."""
        said = self._text.casefold()
        return frozenset(
            fact.value for fact in self._facts if fact.kind in {"number", "amount"} and fact.form != "figure"
        ) | {number for number, words in _SAID_OTHERWISE.items() if any(word in said for word in words)}

    @cached_property
    def scales(self) -> bool:
        """Whether there are thousands or millions in words."""
        return any(fact.form == "word" and len(fact.value) > 3 for fact in self._facts)

    @cached_property
    def days(self) -> dict[str, set[str]]:
        """Days as `03-12`, with the years in which they are told; "" where none was said."""
        days: dict[str, set[str]] = {}
        for fact in self._facts:
            if fact.kind == "date" and len(fact.value) in {5, 10}:
                days.setdefault(fact.value[-5:], set()).add(fact.value[:-6])
        return days

    @cached_property
    def parts_of_dates(self) -> frozenset[str]:
        """Days, months and years that the dates here are made of."""
        return frozenset(
            part.lstrip("0") for fact in self._facts if fact.kind == "date" for part in fact.value.split("-")
        )

    @cached_property
    def months(self) -> frozenset[str]:
        """Months that are named, with a day or without."""
        return frozenset(
            part
            for fact in self._facts
            if fact.kind == "date"
            for part in fact.value.split("-")
            if len(part) == 2
        )

    @cached_property
    def relative(self) -> bool:
        """Whether days are named by «today» and the like."""
        words = self._text.casefold()
        return any(word in words for word in _RELATIVE)


def _is_small(number: str) -> bool:
    return number.isdecimal() and len(number) <= 2 and int(number) <= _SMALL


def _is_year(number: str) -> bool:
    return number.isdecimal() and len(number) == 4 and number[:2] in {"19", "20"}


def _as_sorted(number: str) -> tuple[int, str]:
    """By size, for a reader; numbers may have any length."""
    return _size(number), number

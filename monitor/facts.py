"""Finds in a text what a release is quoted for: numbers, amounts, dates, denials, addresses. Pure.

Each is found with its place and with a value that is the same however it was written and in whichever of the three
languages: «12 млрд тенге», «12 миллиард теңге» and «12 billion tenge» are one amount. It takes text as
`fingerprint.normalised` leaves it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from monitor.fact_words import (
    BEFORE_YEAR,
    BETWEEN_DAYS,
    KAZAKH_ENDINGS,
    KAZAKH_ONLY,
    NOT_ALONE,
    ONLY,
    RANK_ENDINGS,
    WORDS,
    Sort,
)

Kind = Literal["amount", "number", "date", "negation", "link"]
Form = Literal["figure", "word", "rank", "part"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a text, from `start` to `end`."""

    kind: Kind
    value: str
    """A number in plain digits; a date as `2026-03-12`, `03-12`, `2026-03`, `03` (a month) or `2026`."""
    start: int
    end: int
    unit: str = ""
    """Of a number or an amount: `KZT`, `%`, `km` …"""
    form: Form = "figure"
    """`rank`: which one, not how many. `part`: of a name, as in «COVID-19»."""


def facts(text: str) -> list[Fact]:
    """All facts of a text, in their order."""
    return list(_Reading(text).facts())


def same(one: Fact, other: Fact) -> bool:
    """Whether two facts say the same; a year or a unit that only one of them names is no contradiction."""
    numeric = {"amount", "number", "date"}
    if one.kind != other.kind and not {one.kind, other.kind} <= numeric:
        return False
    if one.value != other.value:
        return one.kind == other.kind == "date" and _same_day(one.value, other.value)
    return one.unit == other.unit or not one.unit or not other.unit


def _same_day(one: str, other: str) -> bool:
    return len({len(one), len(other)} & {5, 10}) == 2 and one[-5:] == other[-5:]


class _Token(NamedTuple):
    sort: Literal["link", "number", "word", "sign"]
    text: str
    start: int
    end: int


class _Meaning(NamedTuple):
    sort: Sort
    value: str


_TOKEN = re.compile(
    # Bounded, so that a text of dots and hyphens is not searched anew from each of them.
    r"(?P<link>(?:https?://|www\.)[^\s<>()]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}"
    r"|(?<![\w.-])[a-zA-Z][\w-]{0,40}(?:\.[\w-]{1,40}){0,3}\.(?:kz|com|org|ru|net|info|қаз)\b(?:/[^\s<>()]*)?)"
    r"|(?P<number>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?:[.,][0-9]+)?"
    r"|[0-9]+(?:[.,:/][0-9]+)*)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<sign>[^\w\s]|_)"
)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_MARK = re.compile(r"[0-9]{1,2}(?:\)|\.(?=\s|[^\W\d_]))")
_ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DOTTED_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?")
_DECIMAL = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_END_OF_LINK = ".,;:!?»\"'/"


def _by_form() -> tuple[dict[str, _Meaning], dict[str, _Meaning], dict[str, _Meaning]]:
    whole: dict[str, _Meaning] = {}
    opened: dict[str, _Meaning] = {}
    kazakh: dict[str, _Meaning] = {}
    for sort, value, forms in WORDS:
        for form in forms.split():
            table = {"*": opened, "~": kazakh}.get(form[-1], whole)
            table[form.rstrip("*~")] = _Meaning(sort, value)
    return whole, opened, kazakh


_WHOLE, _OPENED, _ENDED = _by_form()


@lru_cache(maxsize=16_384)  # the same words come again and again
def _meaning(word: str) -> _Meaning | None:
    word = word.casefold().replace("ё", "е")
    if word in _WHOLE:
        return _WHOLE[word]
    if word in _ENDED:
        return _ENDED[word]
    for length in range(min(len(word), 12), 2, -1):
        stem = word[:length]
        if stem in _OPENED:
            return _OPENED[stem]
        if stem in _ENDED and word[length:] in KAZAKH_ENDINGS:
            return _ENDED[stem]
    short = word[:2]  # «ай»: no other word of two letters takes an ending
    return _ENDED[short] if short in _ENDED and word[2:] in KAZAKH_ENDINGS else None


class _Reading:
    """One text on its way to its facts."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [
            _Token(found.lastgroup, found[0], found.start(), found.end())  # type: ignore[arg-type]
            for found in _TOKEN.finditer(text)
        ]
        self._latin = _CYRILLIC.search(text) is None
        self._kazakh = _KAZAKH.search(text) is not None

    def facts(self) -> Iterator[Fact]:
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            if token.sort == "number" or token.sort == "word":
                found, after = self._at(at)
                yield from found
                at = max(after, at + 1)
            else:
                if token.sort == "link":
                    yield Fact("link", _address(token.text), token.start, token.end)
                at += 1

    def _at(self, at: int) -> tuple[Sequence[Fact], int]:
        """The facts that begin at a token, and where what follows them begins."""
        token = self._tokens[at]
        if token.sort == "number":
            if self._is_mark(at):
                return (), at + 1
            return self._date(at) or self._quantity(at)
        means = self._means(at)
        if means is None:
            if len(token.text) > 1 and _ROMAN.fullmatch(token.text):
                return (Fact("number", _roman(token.text), token.start, token.end, form="rank"),), at + 1
            return (), at + 1
        if means.sort == "month":
            return self._month_first(at, means.value)
        if means.sort == "denial":
            return self._denial(at)
        if means.sort in {"count", "scale"}:
            return self._quantity(at)
        return (), at + 1

    def _means(self, at: int, *, sort: Sort | None = None) -> _Meaning | None:
        """What a word or a sign says here; None: nothing, or not what was asked for."""
        if not 0 <= at < len(self._tokens) or self._tokens[at].sort not in {"word", "sign"}:
            return None
        text = self._tokens[at].text
        means = _meaning(text)
        if means is None or (sort and means.sort != sort):
            return None
        if means.sort == "month" and (
            (text.isascii() and not text[0].isupper()) or (self._kazakh and text.casefold() == "май")
        ):
            return None
        if means.sort == "count" and text.casefold() in KAZAKH_ONLY and not self._kazakh:
            return None
        return means

    def _is(self, at: int, *texts: str) -> bool:
        return 0 <= at < len(self._tokens) and self._tokens[at].text.casefold() in texts

    def _touch(self, at: int) -> bool:
        """No space stands before the token."""
        return 0 < at < len(self._tokens) and self._tokens[at - 1].end == self._tokens[at].start

    def _is_mark(self, at: int) -> bool:
        """The number of an entry in a list: «1. …», «2) …»."""
        token = self._tokens[at]
        found = _MARK.match(self._text, token.start)
        if found is None or found.end() <= token.end or self._is(at - 1, "("):
            return False
        line_begins = (
            not self._text[: token.start].rsplit("\n", 1)[-1].strip()
            if token.start < 400
            else ("\n" in self._text[self._tokens[at - 1].end : token.start])
        )
        return line_begins or (found[0].endswith(")") and not self._inside_brackets(at))

    def _inside_brackets(self, at: int) -> bool:
        return any(self._is(place, "(") for place in range(max(0, at - 12), at))

    # Dates

    def _date(self, at: int) -> tuple[Sequence[Fact], int] | None:
        token = self._tokens[at]
        for pattern, order in ((_DAY_FIRST, (3, 2, 1)), (_YEAR_FIRST, (1, 2, 3))):
            if found := pattern.fullmatch(token.text):
                year, month, day = (found[group].zfill(2) for group in order)
                if not ("01" <= month <= "12" and "01" <= day <= "31"):
                    return None
                after = self._after_year(at + 1)
                return (
                    Fact("date", f"{year}-{month}-{day}", token.start, self._tokens[after - 1].end),
                ), after
        if _YEAR.fullmatch(token.text):
            return self._year_first(at)
        return self._days_and_month(at, year="", start=token.start)

    def _year_first(self, at: int) -> tuple[Sequence[Fact], int] | None:
        token = self._tokens[at]
        after = self._after_year(at + 1)
        if after > at + 1:
            if found := self._days_and_month(after, year=token.text, start=token.start):
                return found
            if month := self._means(after, sort="month"):
                value = f"{token.text}-{month.value}"
                return (Fact("date", value, token.start, self._tokens[after].end),), after + 1
            return (Fact("date", token.text, token.start, self._tokens[after - 1].end),), after
        # «2026-2028 годы»: the word stands after the last of them.
        spans = self._is(at + 1, "-", "/") and at + 2 < len(self._tokens)
        if spans and _YEAR.fullmatch(self._tokens[at + 2].text) and self._after_year(at + 3) > at + 3:
            return (Fact("date", token.text, token.start, token.end),), at + 1
        if at and self._tokens[at - 1].text.casefold() in BEFORE_YEAR and self._latin:
            return (Fact("date", token.text, token.start, token.end),), at + 1
        return None

    def _days_and_month(self, at: int, *, year: str, start: int) -> tuple[Sequence[Fact], int] | None:
        days, after = self._days(at)
        if not days:
            return None
        if self._is(after, "of") or (self._is(after, "-") and self._means(after + 1, sort="month")):
            after += 1
        month = self._means(after, sort="month")
        if month is None:
            return None
        after += 1
        if not year:
            year, after = self._year_after(after)
        end = self._tokens[after - 1].end
        return [_day(year, month.value, day, start, end) for day in days], after

    def _days(self, at: int) -> tuple[list[str], int]:
        """Days of a month that follow one another: «12», «12-14», «с 12 по 14», «12-го»."""
        days: list[str] = []
        while at < len(self._tokens) and self._tokens[at].sort == "number":
            text = self._tokens[at].text
            if len(text) > 2 or not 1 <= int(text) <= 31 or (days and int(text) <= int(days[-1])):
                break
            days.append(text.zfill(2))
            at = self._after_ending(at + 1)
            between = len(self._tokens) > at + 1 and self._tokens[at].text.casefold() in BETWEEN_DAYS
            if between and self._tokens[at + 1].sort == "number":
                at += 1
        return days, at

    def _month_first(self, at: int, month: str) -> tuple[Sequence[Fact], int]:
        token = self._tokens[at]
        if token.text.isascii():
            days, after = self._days(at + 1)
            if days:
                year, after = self._year_after(after)
                end = self._tokens[after - 1].end
                return [_day(year, month, day, token.start, end) for day in days], after
            if token.text in {"May", "March"} and not (
                at and self._tokens[at - 1].text.casefold() in BEFORE_YEAR
            ):
                year, after = self._year_after(at + 1)
                if not year:
                    return (), at + 1
        year, after = self._year_after(at + 1)
        value = f"{year}-{month}" if year else month
        return (Fact("date", value, token.start, self._tokens[after - 1].end),), after

    def _year_after(self, at: int) -> tuple[str, int]:
        """The year that follows a month, "" where none does, and where what follows begins."""
        place = at + 1 if self._is(at, ",") else at
        if place < len(self._tokens) and _YEAR.fullmatch(self._tokens[place].text):
            return self._tokens[place].text, self._after_year(place + 1)
        return "", at

    def _after_year(self, at: int) -> int:
        """Past the word «year», where it stands there."""
        place = at + 1 if self._is(at, "-") and self._touch(at) else at
        if not self._means(place, sort="year"):
            return at
        short = self._tokens[place].text.casefold() in {"г", "гг", "ж", "жж"}
        return place + 2 if short and self._is(place + 1, ".") else place + 1

    # Numbers and amounts

    def _quantity(self, at: int) -> tuple[Sequence[Fact], int]:
        token = self._tokens[at]
        form: Form = "figure"
        if token.sort == "number":
            value, after = self._value(token.text), at + 1
            if after < len(self._tokens) and self._touch(after) and self._tokens[after].sort == "word":
                ending = self._tokens[after].text.casefold()
                if ending in RANK_ENDINGS and not self._means(after):
                    form, after = "rank", after + 1
                elif not self._means(after):
                    form = "part"
            elif self._is(after, "-") and self._touch(after) and self._touch(after + 1):
                form = "rank" if self._tokens[after + 1].text.casefold() in RANK_ENDINGS else form
                after = self._after_ending(after)
            if self._stands_in_a_name(at):
                form = "part"
        else:
            value, after = self._counted(at)
            form = "word"
            if value in NOT_ALONE and not self._means(after, sort="scale"):
                return (), after
        value, after, scaled = self._scaled(value, after)
        unit, kind, after = self._unit(after)
        if self._means(at - 1, sort="currency") and self._tokens[at - 1].sort == "sign" and not unit:
            unit, kind = self._means(at - 1, sort="currency").value, "amount"  # type: ignore[union-attr]
        if self._means(after, sort="rank") and not unit and not scaled:
            form = "rank"
        if not scaled and not unit and token.sort == "number":
            value_then, unit, kind = self._of_the_span(after, value)
            value = value_then
        if self._is_minus(at):
            value = f"-{value}"
        start = self._tokens[at - 1].start if self._means(at - 1, sort="currency") and unit else token.start
        return (Fact(kind, value, start, self._tokens[after - 1].end, unit=unit, form=form),), after

    def _value(self, text: str) -> str:
        text = text.replace(" ", "")
        if _THOUSANDS.fullmatch(text) and (self._latin or text.count(",") > 1):
            text = text.replace(",", "")
        elif _DOTTED_THOUSANDS.fullmatch(text):
            text = text.replace(".", "")
        found = _DECIMAL.fullmatch(text)
        return _plain(found[1], found[2] or "") if found else text

    def _counted(self, at: int) -> tuple[str, int]:
        """A number in words; a scale without one counts once."""
        total = 0
        while (means := self._means(at, sort="count")) is not None:
            value = int(means.value)
            if value == 100 and 2 <= total <= 9:
                total *= 100
            elif not total or (total % 100 == 0 and value < 100) or (total % 10 == 0 and value < 10):
                total += value
            else:
                break
            at += 1
        return str(total or 1), at

    def _scaled(self, value: str, at: int) -> tuple[str, int, bool]:
        scale = self._means(at, sort="scale")
        if scale is None:
            return value, at, False
        after = self._after_ending(at + 1)
        if self._is(after, ".") and (self._means(after + 1, sort="currency") or self._shortened(at)):
            after += 1
        value = _shifted(value, int(scale.value))
        # «12 млрд 500 млн»: one number in two steps.
        if after < len(self._tokens) and self._tokens[after].sort == "number" and len(value) < 20:
            smaller = self._means(after + 1, sort="scale")
            if smaller is not None and int(smaller.value) < int(scale.value) and self._is_whole(after):
                rest, end, _ = self._scaled(self._value(self._tokens[after].text), after + 1)
                return _sum(value, rest), end, True
        return value, after, True

    def _shortened(self, at: int) -> bool:
        return self._tokens[at].text.casefold() in {"тыс", "млн", "млрд", "трлн"}

    def _is_whole(self, at: int) -> bool:
        return self._tokens[at].text.isdecimal()

    def _unit(self, at: int) -> tuple[str, Kind, int]:
        place = at + 1 if self._is(at, "-") and self._touch(at) else at
        if self._is(place, "ақш", "us", "сша", "american", "америк"):
            place += 1
        if (means := self._means(place, sort="currency")) is not None:
            after = self._after_ending(place + 1)
            return means.value, "amount", after + 1 if self._is(after, "сша") else after
        if self._is(at, "per") and self._is(at + 1, "cent"):
            return "%", "number", at + 2
        if (means := self._means(place, sort="unit")) is not None:
            return means.value, "number", self._after_ending(place + 1)
        if self._means(at, sort="year") and self._tokens[at].text.casefold() not in {"г", "ж", "гг", "жж"}:
            return "year", "number", at + 1
        return "", "number", at

    def _of_the_span(self, at: int, value: str) -> tuple[str, str, Kind]:
        """«5-7 млрд тенге»: the first number takes the scale and the unit of the second."""
        if self._is(at, "-", "до", "to") and at + 1 < len(self._tokens):
            second = at + 1
            if self._tokens[second].sort == "number" and not _YEAR.fullmatch(value):
                _, after, scaled = self._scaled("1", self._after_ending(second + 1))
                unit, kind, _ = self._unit(after)
                if scaled and (scale := self._means(self._after_ending(second + 1), sort="scale")):
                    value = _shifted(value, int(scale.value))
                return value, unit, kind
        return value, "", "number"

    def _after_ending(self, at: int) -> int:
        """Past an ending put to a figure or a short word: «12-ден», «млрд-тан», «5-го», «12th»."""
        if at >= len(self._tokens) or not self._touch(at):
            return at
        if self._tokens[at].text.casefold() in {"st", "nd", "rd", "th"}:
            return at + 1
        if not self._is(at, "-") or not self._touch(at + 1) or self._tokens[at + 1].sort != "word":
            return at
        return at if self._means(at + 1) else at + 2

    def _stands_in_a_name(self, at: int) -> bool:
        """«COVID-19», «G20»: letters stand before it without a space."""
        if not self._touch(at):
            return False
        if self._tokens[at - 1].sort == "word":
            return True
        return self._is(at - 1, "-") and self._touch(at - 1) and self._tokens[at - 2].sort == "word"

    def _is_minus(self, at: int) -> bool:
        if at < 2 or not self._is(at - 1, "-") or not self._touch(at) or self._touch(at - 1):
            return False
        return "\n" not in self._text[self._tokens[at - 2].end : self._tokens[at - 1].start]

    def _denial(self, at: int) -> tuple[Sequence[Fact], int]:
        token = self._tokens[at]
        number_sign = token.text == "No" and (self._is(at + 1, ".") or self._at_number(at + 1))
        only = at + 1 < len(self._tokens) and self._tokens[at + 1].text.casefold() in ONLY
        if number_sign or only or self._is(at - 1, "ғана"):
            return (), at + 1
        return (Fact("negation", "", token.start, token.end),), at + 1

    def _at_number(self, at: int) -> bool:
        return at < len(self._tokens) and self._tokens[at].sort == "number"


def _day(year: str, month: str, day: str, start: int, end: int) -> Fact:
    return Fact("date", f"{year}-{month}-{day}" if year else f"{month}-{day}", start, end)


def _address(text: str) -> str:
    text = text.rstrip(_END_OF_LINK)
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", text, flags=re.IGNORECASE)


def _plain(whole: str, part: str) -> str:
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    return f"{whole}.{part}" if part else whole


def _shifted(value: str, places: int) -> str:
    """`value` times ten to the `places`, without arithmetic: a number may have any length."""
    whole, _, part = value.partition(".")
    part = part.ljust(places, "0")
    return _plain(whole + part[:places], part[places:]) if whole.isdecimal() else value


def _sum(one: str, other: str) -> str:
    whole, _, part = format(Decimal(one) + Decimal(other), "f").partition(".")
    return _plain(whole, part)


def _roman(text: str) -> str:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in text]
    following = [*values[1:], 0]
    return str(sum(-one if one < after else one for one, after in zip(values, following, strict=True)))

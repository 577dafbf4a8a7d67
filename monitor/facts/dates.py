"""Dates in a text: a day, a month with its year, a year, in figures or words. Pure.

A reading answers with what it found and where what follows begins; None: no date stands there.
"""

import re
from collections.abc import Sequence

from monitor.facts.fact import Fact
from monitor.facts.tokens import Tokens
from monitor.facts.words import BEFORE_YEAR, BETWEEN_DAYS, SHORT_MONTHS

_DAY_FIRST = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4}|[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def date_at(tokens: Tokens, at: int) -> tuple[Sequence[Fact], int] | None:
    token = tokens.all[at]
    for pattern, order in ((_DAY_FIRST, (3, 2, 1)), (_YEAR_FIRST, (1, 2, 3))):
        if found := pattern.fullmatch(token.text):
            year, month, day = (found[group].zfill(2) for group in order)
            year = year if len(year) == 4 else f"20{year}"
            if not ("01" <= month <= "12" and "01" <= day <= "31"):
                return None
            after = _after_year(tokens, at + 1)
            return (Fact("date", f"{year}-{month}-{day}", token.start, tokens.all[after - 1].end),), after
    if _YEAR.fullmatch(token.text):
        return _year_first(tokens, at)
    return _days_and_month(tokens, at, year="", start=token.start)


def _year_first(tokens: Tokens, at: int) -> tuple[Sequence[Fact], int] | None:
    token = tokens.all[at]
    after = _after_year(tokens, at + 1)
    if after > at + 1:
        if found := _days_and_month(tokens, after, year=token.text, start=token.start):
            return found
        if month := tokens.means(after, sort="month"):
            value = f"{token.text}-{month.value}"
            return (Fact("date", value, token.start, tokens.all[after].end),), after + 1
        return (Fact("date", token.text, token.start, tokens.all[after - 1].end),), after
    # «2026-2028 годы»: the word stands after the last of them.
    spans = tokens.says(at + 1, "-", "/") and at + 2 < len(tokens.all)
    if spans and _YEAR.fullmatch(tokens.all[at + 2].text) and _after_year(tokens, at + 3) > at + 3:
        return (Fact("date", token.text, token.start, token.end),), at + 1
    if at and tokens.all[at - 1].text.casefold() in BEFORE_YEAR and tokens.latin:
        return (Fact("date", token.text, token.start, token.end),), at + 1
    return None


def _days_and_month(tokens: Tokens, at: int, *, year: str, start: int) -> tuple[Sequence[Fact], int] | None:
    days, after = _days(tokens, at)
    if not days:
        return None
    if tokens.says(after, "of") or (tokens.says(after, "-") and tokens.means(after + 1, sort="month")):
        after += 1
    month = tokens.means(after, sort="month")
    if month is None:
        return None
    after += 1
    if not year:
        year, after = _year_after(tokens, after)
    end = tokens.all[after - 1].end
    return [_day(year, month.value, day, start, end) for day in days], after


def _days(tokens: Tokens, at: int) -> tuple[list[str], int]:
    """Days of a month that follow one another: «12», «12-14», «с 12 по 14», «12-го»."""
    days: list[str] = []
    while at < len(tokens.all) and tokens.all[at].sort == "number":
        text = tokens.all[at].text
        if len(text) > 2 or not 1 <= int(text) <= 31 or (days and int(text) <= int(days[-1])):
            break
        days.append(text.zfill(2))
        at = tokens.after_ending(at + 1)
        between = len(tokens.all) > at + 1 and tokens.all[at].text.casefold() in BETWEEN_DAYS
        if between and tokens.all[at + 1].sort == "number":
            at += 1
    return days, at


def month_first(tokens: Tokens, at: int, month: str) -> tuple[Sequence[Fact], int]:
    token = tokens.all[at]
    if token.text.isascii():
        short = token.text.casefold() in SHORT_MONTHS
        days, after = _days(tokens, at + 1 + (short and tokens.says(at + 1, ".")))
        if days:
            year, after = _year_after(tokens, after)
            end = tokens.all[after - 1].end
            return [_day(year, month, day, token.start, end) for day in days], after
        if short:
            return (), at + 1
        if token.text in {"May", "March"} and not (at and tokens.all[at - 1].text.casefold() in BEFORE_YEAR):
            year, after = _year_after(tokens, at + 1)
            if not year:
                return (), at + 1
    year, after = _year_after(tokens, at + 1)
    value = f"{year}-{month}" if year else month
    return (Fact("date", value, token.start, tokens.all[after - 1].end),), after


def _year_after(tokens: Tokens, at: int) -> tuple[str, int]:
    """The year that follows a month, "" where none does, and where what follows begins."""
    place = at + 1 if tokens.says(at, ",") else at
    if place < len(tokens.all) and _YEAR.fullmatch(tokens.all[place].text):
        return tokens.all[place].text, _after_year(tokens, place + 1)
    return "", at


def _after_year(tokens: Tokens, at: int) -> int:
    """Past the word «year», where it stands there."""
    place = at + 1 if tokens.says(at, "-") and tokens.touch(at) else at
    if not tokens.means(place, sort="year"):
        return at
    short = tokens.all[place].text.casefold() in {"г", "гг", "ж", "жж"}
    return place + 2 if short and tokens.says(place + 1, ".") else place + 1


# Numbers and amounts


def _day(year: str, month: str, day: str, start: int, end: int) -> Fact:
    return Fact("date", f"{year}-{month}-{day}" if year else f"{month}-{day}", start, end)

"""Rhythms of agencies over weekends and long holidays. All agencies are invented."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest

from monitor.silence import silence
from monitor.working_days import is_working_day

LONG_AGO = date(2024, 1, 1)


def days(first: date, last: date, on: Callable[[date], bool]) -> list[date]:
    every = (first + timedelta(days=passed) for passed in range((last - first).days + 1))
    return [day for day in every if on(day)]


def ministry(first: date, last: date) -> list[date]:
    """Every working day, whatever the holidays."""
    return days(first, last, is_working_day)


def akimat(first: date, last: date, weekday: int = 3) -> list[date]:
    """Once a week."""
    return days(first, last, lambda day: day.weekday() == weekday)


def first_told(published: Iterable[date], *, until: date) -> date | None:
    """The first day on which somebody who looks every day is told; releases after that day are not seen yet."""
    published = list(published)
    for passed in range((until - published[0]).days + 1):
        today = published[0] + timedelta(days=passed)
        seen = [day for day in published if day <= today]
        if silence(Counter(seen), watched_since=LONG_AGO, today=today) is not None:
            return today
    return None


RHYTHMS: dict[str, tuple[list[date], date, date | None]] = {
    "a ministry that works through two years of holidays": (
        ministry(date(2024, 10, 1), date(2026, 5, 29)),
        date(2026, 5, 29),
        None,
    ),
    "an akimat that speaks every Thursday": (
        akimat(date(2025, 10, 2), date(2026, 11, 26)),
        date(2026, 11, 30),
        None,
    ),
    "an akimat that speaks every other Thursday": (
        akimat(date(2025, 10, 2), date(2026, 11, 26))[::2],
        date(2026, 11, 30),
        None,
    ),
    "a ministry that is given the 5th, 6th and 8th of January off as well as the holidays": (
        [*ministry(date(2025, 9, 1), date(2025, 12, 31)), *ministry(date(2026, 1, 8), date(2026, 2, 27))],
        date(2026, 2, 27),
        None,
    ),
    "a ministry for which two days around Nauryz are moved": (
        [*ministry(date(2025, 11, 3), date(2026, 3, 18)), *ministry(date(2026, 3, 27), date(2026, 5, 29))],
        date(2026, 5, 29),
        None,
    ),
    "a newsroom that works at weekends too": (
        days(date(2026, 1, 1), date(2026, 11, 30), lambda day: day.toordinal() % 2 == 0),
        date(2026, 11, 30),
        None,
    ),
    "one that publishes on Sundays only": (
        akimat(date(2026, 1, 4), date(2026, 11, 29), weekday=6),
        date(2026, 12, 4),
        None,
    ),
    "a ministry that stops on a Friday: told after three working days": (
        ministry(date(2026, 8, 3), date(2026, 11, 20)),
        date(2026, 12, 31),
        date(2026, 11, 26),
    ),
    "a ministry that stops before the New Year: the holidays do not count": (
        ministry(date(2025, 8, 4), date(2025, 12, 31)),
        date(2026, 2, 1),
        date(2026, 1, 9),
    ),
    "a ministry that stops before Nauryz": (
        ministry(date(2025, 11, 3), date(2026, 3, 20)),
        date(2026, 5, 1),
        date(2026, 3, 31),
    ),
    "an akimat that stops: four Thursdays have passed, of which none used to": (
        akimat(date(2026, 5, 7), date(2026, 10, 8)),
        date(2026, 12, 31),
        date(2026, 11, 6),
    ),
    "an akimat that is silent for two Thursdays in summer for the first time": (
        [*akimat(date(2026, 5, 7), date(2026, 7, 9)), *akimat(date(2026, 7, 30), date(2026, 9, 24))],
        date(2026, 11, 5),
        None,
    ),
    "one with too few days to have a rhythm": (
        akimat(date(2026, 5, 7), date(2026, 6, 25)),
        date(2026, 12, 31),
        None,
    ),
    "one that is known for a fortnight": (
        ministry(date(2026, 10, 5), date(2026, 10, 26)),
        date(2026, 12, 31),
        None,
    ),
}


@pytest.mark.parametrize(("published", "until", "told"), RHYTHMS.values(), ids=RHYTHMS)
def test_a_rhythm(published: list[date], until: date, told: date | None) -> None:
    assert first_told(published, until=until) == told


def test_what_was_before_anybody_watched_is_no_silence() -> None:
    published = ministry(date(2026, 6, 1), date(2026, 9, 30))
    assert silence(Counter(published), watched_since=date(2026, 10, 28), today=date(2026, 10, 30)) is None
    found = silence(Counter(published), watched_since=date(2026, 10, 28), today=date(2026, 11, 4))
    assert found is not None
    assert (found.last_on, found.working_days) == (date(2026, 9, 30), 4)


def test_a_silence_says_what_is_usual() -> None:
    published = [*akimat(date(2026, 5, 7), date(2026, 7, 9)), *akimat(date(2026, 7, 23), date(2026, 9, 24))]
    found = silence(Counter(published), watched_since=LONG_AGO, today=date(2026, 11, 6))
    assert found is not None
    assert found.usual == timedelta(days=14)
    assert found.usual_working_days == 9


def test_what_was_so_once_in_half_a_year_is_so_twice_as_long_before_it_is_told() -> None:
    published = [*akimat(date(2026, 4, 23), date(2026, 7, 9)), *akimat(date(2026, 7, 30), date(2026, 9, 24))]
    assert silence(Counter(published), watched_since=LONG_AGO, today=date(2026, 11, 5)) is None
    assert silence(Counter(published), watched_since=LONG_AGO, today=date(2026, 11, 6)) is not None


def test_a_date_that_lies_ahead_is_no_sign_of_life() -> None:
    published = [*ministry(date(2026, 8, 3), date(2026, 11, 20)), date(2027, 1, 1)]
    assert silence(Counter(published), watched_since=LONG_AGO, today=date(2026, 11, 26)) is not None
    assert silence({}, watched_since=LONG_AGO, today=date(2026, 11, 26)) is None


@pytest.mark.parametrize(("first", "told"), [(date(2026, 9, 29), True), (date(2026, 9, 30), False)])
def test_thirty_days_are_enough_to_know_a_rhythm_and_one_less_is_not(first: date, told: bool) -> None:
    published = ministry(first, date(2026, 10, 29))
    found = silence(Counter(published), watched_since=LONG_AGO, today=date(2026, 12, 1))
    assert (found is not None) is told


@pytest.mark.parametrize(("days_ago", "told"), [(180, False), (181, True)])
def test_a_silence_of_half_a_year_ago_explains_one_of_today(days_ago: int, told: bool) -> None:
    last = date(2026, 11, 20)
    published = [last - timedelta(days=days_ago), *ministry(date(2026, 7, 20), last)]
    found = silence(Counter(published), watched_since=LONG_AGO, today=date(2026, 12, 11))
    assert (found is not None) is told

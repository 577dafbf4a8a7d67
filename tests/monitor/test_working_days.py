"""Working days of real years, and of years so far away that no calendar knows them."""

from datetime import date, timedelta

import pytest

from monitor.working_days import FRIDAY, SUNDAY, acts_as, is_working_day, working_days_between
from tests.monitor.working_days_table import TABLE, table

OPEN: dict[str, tuple[date, bool]] = {
    "a Friday": (date(2026, 11, 27), True),
    "a Saturday": (date(2026, 11, 28), False),
    "New Year": (date(2026, 1, 1), False),
    "the second of January": (date(2026, 1, 2), False),
    "the day after the New Year's weekend": (date(2026, 1, 5), True),
    "Christmas on a Wednesday": (date(2026, 1, 7), False),
    "the Monday after a Christmas on a Saturday": (date(2023, 1, 9), True),
    "the second day after a New Year on a Sunday": (date(2023, 1, 3), False),
    "the third": (date(2023, 1, 4), True),
    "the eighth of March on a Sunday": (date(2026, 3, 9), False),
    "Nauryz on a Saturday and Sunday, moved": (date(2026, 3, 24), False),
    "the second day to which it is moved": (date(2026, 3, 25), False),
    "the day after that": (date(2026, 3, 26), True),
    "Nauryz from Friday to Sunday, moved": (date(2025, 3, 25), False),
    "the ninth of May on a Saturday, moved": (date(2026, 5, 11), False),
    "the seventh of May": (date(2026, 5, 7), False),
    "the day between": (date(2026, 5, 8), True),
    "Kurban Ait of 2025": (date(2025, 6, 6), False),
    "the working day before it": (date(2025, 6, 5), True),
    "Kurban Ait of 2024, on a Sunday, is not moved": (date(2024, 6, 17), True),
    "a Friday that a decree gave off": (date(2025, 1, 3), False),
    "the Sunday that was worked for it": (date(2025, 1, 5), True),
    "the Saturday before": (date(2025, 1, 4), False),
    "the eighth of May 2024, off by decree": (date(2024, 5, 8), False),
    "the Saturday that was worked for it": (date(2024, 5, 4), True),
    "a Saturday worked for a day of the next year": (date(2013, 12, 28), True),
    "Republic Day, on a Sunday, moved": (date(2026, 10, 26), False),
}


@pytest.mark.parametrize(("day", "working"), OPEN.values(), ids=OPEN)
def test_a_working_day(day: date, working: bool) -> None:
    assert is_working_day(day) is working


@pytest.mark.parametrize(
    ("day", "acts"),
    [
        (date(2025, 1, 3), SUNDAY),
        (date(2025, 1, 5), FRIDAY),
        (date(2024, 5, 4), FRIDAY),
        (date(2025, 6, 6), SUNDAY),
        (date(2025, 3, 25), SUNDAY),
        (date(2026, 11, 28), 5),
        (date(2026, 3, 22), SUNDAY),
        (date(2026, 11, 30), 0),
        (date(2026, 11, 26), 3),
    ],
    ids=str,
)
def test_a_day_behaves_as_a_day_of_the_week(day: date, acts: int) -> None:
    assert acts_as(day) == acts


def test_neither_end_is_counted() -> None:
    assert working_days_between(date(2026, 11, 27), date(2026, 11, 30)) == 0
    assert working_days_between(date(2026, 11, 27), date(2026, 12, 1)) == 1
    assert working_days_between(date(2026, 11, 27), date(2026, 11, 27)) == 0
    assert working_days_between(date(2026, 11, 30), date(2026, 11, 27)) == 0


@pytest.mark.parametrize("year", [1, 1900, 1990, 2101, 9999])
def test_a_year_of_which_nothing_is_known_has_weekends_and_no_holidays(year: int) -> None:
    week = [date(year, 1, 1) + timedelta(days=passed) for passed in range(7)]
    assert [is_working_day(day) for day in week] == [day.weekday() < 5 for day in week]
    assert [acts_as(day) for day in week] == [day.weekday() for day in week]


@pytest.mark.parametrize("year", [1991, 2100])
def test_the_first_and_the_last_year_that_are_known_have_holidays(year: int) -> None:
    assert not is_working_day(date(year, 1, 1))


def test_the_table_says_what_the_library_says_now() -> None:
    assert TABLE.read_text(encoding="ascii") == table(), (
        "python tests/monitor/working_days_table.py writes it"
    )

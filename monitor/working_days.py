"""Which days the offices of Kazakhstan work, as far as a calendar that is fixed by law can tell. Pure.

The days that the government moves by a decree of its own each year, and the first day of Kurban Ait, which follows
the moon, count as working days here: whoever reckons with these days must leave room for two of them.
"""

from datetime import date, timedelta
from functools import lru_cache

_HOLIDAYS = (
    (1, 1),
    (1, 2),
    (3, 8),
    (3, 21),
    (3, 22),
    (3, 23),
    (5, 1),
    (5, 7),
    (5, 9),
    (7, 6),
    (8, 30),
    (10, 25),
    (12, 16),
)
"""Month and day of the national and state holidays (law «On holidays in the Republic of Kazakhstan»)."""
_CHRISTMAS = (1, 7)
"""A day off that is no holiday: where it falls on a weekend, no other day takes its place."""
_SATURDAY = 5
_LONGEST_STAY = 5
"""Days back from which a holiday may be moved here: Nauryz, three days over a weekend, reaches no further."""


@lru_cache(maxsize=2048)
def is_working_day(day: date) -> bool:
    """Whether offices are open, by the five-day week and the Labour Code (article 85)."""
    return not (day.weekday() >= _SATURDAY or _is_off(day) or day in _moved_near(day))


def working_days_between(first: date, last: date) -> int:
    """The working days that lie between two days, neither of them counted."""
    whole = (last - first).days - 1
    return sum(is_working_day(first + timedelta(days=1 + passed)) for passed in range(whole))


def _is_off(day: date) -> bool:
    return (day.month, day.day) in {*_HOLIDAYS, _CHRISTMAS}


def _moved_near(day: date) -> set[date]:
    """The days that are off because a holiday within the days before fell on a weekend."""
    moved: set[date] = set()
    for back in range(_LONGEST_STAY, -1, -1):
        holiday = day - timedelta(days=back)
        if (holiday.month, holiday.day) in _HOLIDAYS and holiday.weekday() >= _SATURDAY:
            takes = holiday
            while takes.weekday() >= _SATURDAY or _is_off(takes) or takes in moved:
                takes += timedelta(days=1)
            moved.add(takes)
    return moved

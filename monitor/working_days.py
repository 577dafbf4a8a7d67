"""Which days the offices of Kazakhstan work, by the calendar of the library `holidays` (vacanza). Pure once loaded.

It knows the holidays of each year's law, the days to which they move from a weekend, Kurban Ait and the days that a
decree of the government swapped. Two things it cannot know: the swaps of a year whose decree it has not read yet (its
last is that of 2025), and, for years to come, the very day of Kurban Ait, which follows the moon and may be one day
off. Whoever reckons with these days must leave room for two of them.

What it says is kept in `working_days.csv`, 1991 to 2100; other years have weekends and no holidays. The library
itself would take ten megabytes of a daemon for good, and a third of a second of each start.
"""

import csv
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

FRIDAY, SATURDAY, SUNDAY = 4, 5, 6


def is_working_day(day: date) -> bool:
    """Whether offices are open."""
    return (day.weekday() < SATURDAY) is not (day in _unlike_their_week())


def working_days_between(first: date, last: date) -> int:
    """The working days that lie between two days, neither of them counted."""
    whole = (last - first).days - 1
    return sum(is_working_day(first + timedelta(days=1 + passed)) for passed in range(whole))


def acts_as(day: date) -> int:
    """As which day of the week, 0 for Monday, offices behave: a weekday off as Sunday, a worked weekend as Friday.

    Whoever works at a weekend does so in exchange for a day off, and such a day is the last of a long week.
    """
    weekday = day.weekday()
    if day not in _unlike_their_week():
        return weekday
    return SUNDAY if weekday < SATURDAY else FRIDAY


@cache
def _unlike_their_week() -> frozenset[date]:
    """From Monday to Friday the days off, of weekends the days that are worked in place of others."""
    text = files("monitor").joinpath("working_days.csv").read_text(encoding="ascii")
    return frozenset(date.fromisoformat(row["day"]) for row in csv.DictReader(text.splitlines()))

"""Parts what a page lists into days; pure."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")

LONGEST_TITLE = 240
"""Characters of a title in a list; the page of the release has all of it."""


def by_day(items: Iterable[T], moment: Callable[[T], datetime], zone: ZoneInfo) -> list[tuple[date, list[T]]]:
    """The items by the day of their moment in a zone, the newest first; those of one moment keep their order."""
    ordered = sorted(items, key=moment, reverse=True)
    parted = groupby(ordered, key=lambda item: moment(item).astimezone(zone).date())
    return [(day, list(of_day)) for day, of_day in parted]

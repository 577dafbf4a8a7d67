"""Decides whether a release's date can be believed. Pure.

The date is an editor's to choose, and typed by hand. One that cannot be right is kept, shown and marked, and
nothing is concluded from it: neither how far a reading goes, nor in which order a listing came, nor what it covered.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

Doubt = Literal["future", "past", "unreadable"]
"""Why a date is not believed."""

FUTURE = timedelta(days=2)
"""How far ahead of now a date may be: clocks differ, and editors date tomorrow's release."""
PAST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before this no state body of Kazakhstan had a site to publish on."""


def plausible(at: datetime, now: datetime) -> bool:
    """Whether a release may have been published then."""
    return PAST <= at <= now + FUTURE


def doubt(at: datetime | None, now: datetime) -> Doubt | None:
    """Why the date is not believed; None: it is. `at` None: the portal's date could not be read."""
    if at is None:
        return "unreadable"
    if plausible(at, now):
        return None
    return "past" if at < PAST else "future"


def believed(dates: Iterable[datetime | None], now: datetime) -> list[datetime]:
    """Those of the dates that may be right."""
    return [date for date in dates if date is not None and plausible(date, now)]

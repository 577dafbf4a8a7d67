"""Decides whether an agency has been silent for longer than its own past explains. Pure.

Silence is counted in whole working days, because a ministry that publishes twenty releases a day says nothing over
the New Year, and nobody should hear of that. It is too long when it is more than twice the longest one of the half
year before, and at least three working days: two may be days that the government moved, which no calendar knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from monitor.working_days import working_days_between

PAST = timedelta(days=180)
"""How far back the past of an agency is looked at, counted from its newest release."""
ENOUGH_DAYS = 10
"""An agency with fewer days of publication than that has no rhythm that anybody could know."""
ENOUGH_SPAN = timedelta(days=30)
"""Between the first and the last of those days: a fortnight shows no holiday."""
SHORTEST = 3
"""Working days; less is never called a silence."""
TIMES = 2
"""A silence is too long when it is more than so many times the longest one before."""


@dataclass(frozen=True, slots=True)
class Silence:
    """An agency that says nothing for longer than it ever did lately."""

    last_on: date
    working_days: int
    """Whole ones without a release."""
    usual: timedelta
    """The longest time between two days of publication in its past."""
    usual_working_days: int
    """The most working days without a release in its past."""


def silence(days: Iterable[date], *, watched_since: date, today: date) -> Silence | None:
    """The silence of an agency that published on these days; None: it is none, or nobody can tell.

    It counts from `watched_since` where the last release is older: what was before nobody was waiting for.
    """
    published = sorted({day for day in days if day <= today})
    if not published:
        return None
    last = published[-1]
    past = [day for day in published if day >= last - PAST]
    if len(past) < ENOUGH_DAYS or last - past[0] < ENOUGH_SPAN:
        return None
    quiet = working_days_between(max(last, watched_since), today)
    longest = max(working_days_between(one, other) for one, other in pairwise(past))
    if quiet < SHORTEST or quiet <= TIMES * longest:
        return None
    usual = max(other - one for one, other in pairwise(past))
    return Silence(last, quiet, usual, longest)

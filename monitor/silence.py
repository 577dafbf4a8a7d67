"""Decides whether an agency has been silent for longer than its own past explains. Pure.

Silence is counted in whole working days, because a ministry that publishes twenty releases a day says nothing over
the New Year, and nobody should hear of that. It is too long when it is more than twice the longest one of the half
year before, at least three working days (two may be days off that the calendar has not learned yet), and so seldom
that an agency which publishes as it did would hardly ever be silent for so long.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from monitor.daily_counts import learned, once_in_years
from monitor.working_days import working_days_between

SHORTEST = 3
"""Working days; less is never called a silence."""
TIMES = 2
"""A silence is too long when it is more than so many times the longest one before."""
RARE = 1 / 5000
"""Of the times that an agency falls silent, so few may last so long. Seldomer than once in fifty years an agency is
then called silent that only fares as it did (`benchmarks/silence_flood.py`)."""


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
    chance: float
    """How likely it is silent for so long after it has spoken, if it publishes as it did."""
    once_in_years: float


def silence(published: Mapping[date, int], *, watched_since: date, today: date) -> Silence | None:
    """The silence of an agency that published so many releases on these days; None: it is none, or nobody can tell.

    A day without a release is another sign of life. It counts from `watched_since` where the last of them is older:
    what was before nobody was waiting for.
    """
    last = max((day for day in published if day <= today), default=None)
    if last is None or (past := learned(published, until=last)) is None:
        return None
    since = max(last, watched_since)
    quiet = working_days_between(since, today)
    longest = max(working_days_between(one, other) for one, other in pairwise(past.days))
    if quiet < SHORTEST or quiet <= TIMES * longest:
        return None
    chance = past.chance_of_none(
        since + timedelta(days=1 + passed) for passed in range((today - since).days - 1)
    )
    if chance >= RARE:
        return None
    return Silence(
        last_on=last,
        working_days=quiet,
        usual=max(other - one for one, other in pairwise(past.days)),
        usual_working_days=longest,
        chance=chance,
        once_in_years=once_in_years(chance, chances_a_year=past.days_a_year),
    )

"""Decides whether an agency has published more within a day than its own past explains. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.daily_counts import learned, once_in_years

WINDOW = timedelta(days=1)
FEWEST = 10
"""Releases; fewer are read by whoever follows the agency, and are no flood."""
TIMES = 1.5
"""A flood is more than so many times the largest day before."""
RARE = 1 / 20_000
"""Of days, so few may bring so many. Seldomer than once in fifty years a flood is then told of an agency that only
fares as it did, though every moment ends a day of its own (`benchmarks/silence_flood.py`)."""
_DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Flood:
    """An agency that publishes much more than it ever did lately."""

    since: datetime
    """When the first of these releases was published."""
    releases: int
    most: int
    """Releases on one day of its past."""
    chance: float
    """How likely so many are published within a day, if it publishes as it did."""
    once_in_years: float


def flood(
    published: Mapping[date, int], lately: Sequence[datetime], *, begins: date, today: date
) -> Flood | None:
    """The flood of an agency that published so many releases on these days; None: it is none, or nobody can tell.

    `lately` are the moments of the releases of the last `WINDOW`, in their order; it began on the day `begins`. Of
    the days on which it lies the one counts on which more is usual.
    """
    count = len(lately)
    if count < FEWEST:
        return None
    past = learned(published, until=begins - timedelta(days=1))
    if past is None or count <= TIMES * past.most:
        return None
    chance = max(past.chance_of_as_many(count, day) for day in (begins, today))
    if chance >= RARE:
        return None
    return Flood(
        since=lately[0],
        releases=count,
        most=past.most,
        chance=chance,
        once_in_years=once_in_years(chance, chances_a_year=_DAYS_A_YEAR),
    )

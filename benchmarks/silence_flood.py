"""How often agencies are called silent or flooding that only fare as they did, and how soon those that do not.

    python benchmarks/silence_flood.py [--agencies 300] [--seed 0] [--json]

Invents agencies as unequal as real ones (the middle one publishes eight releases a week, one in a hundred over a
hundred), most on weekdays only, some at weekends too, some nearly always on Thursdays; in working hours, in bursts,
in good and bad weeks, less in the first half of August, three times as much on one day in ninety; by the holidays of
Kazakhstan. Each lives for three years, of which the first half year is only learned from. Whatever is found is false.
Then each stops for good, or publishes at once what a number of its largest days would: how soon, or at how many,
is that found?

With 400 agencies, that is 998 agency-years that were judged, and the seeds 0 and 1:

                                                          seed 0          seed 1
    false silences an agency-year                         0.016           0.014
    false floods an agency-year                           0.017           0.013
    agencies that stop and are told within half a year    396 of 400      398 of 400
    working days until they are told (quarters)           7, 11, 21       7, 11, 19
    flood, of the largest day before (quarters)           2.1, 2.8, 3.3   2.2, 2.7, 3.4

Without the rarity that `monitor.silence` and `monitor.flood` ask for, there were about 0.08 and 0.2 false ones.
"""

import argparse
import json
import math
import random
import statistics
import sys
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from monitor.daily_counts import PAST
from monitor.flood import FEWEST, TIMES, WINDOW, flood
from monitor.silence import SHORTEST, silence
from monitor.working_days import acts_as, working_days_between

FIRST, YEARS = date(2024, 1, 1), 3
TUESDAY = 1
LAST = FIRST + timedelta(days=365 * YEARS - 1)
OFFICE = (1, 1, 1, 1, 1, 0.1, 0.03)
WEEKS = (OFFICE, OFFICE, OFFICE, OFFICE, (1, 1, 1, 1, 1, 0.6, 0.5), (0.05, 0.05, 0.05, 1, 0.1, 0.01, 0.01))
"""Shapes of a week; offices are the most common."""
HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 5, 6, 5, 3, 4, 5, 5, 4, 2, 1, 0.5, 0.3, 0.1, 0)
SHAPES = (0.7, 1.5, 3.0, 6.0)
"""Of the gamma distribution of days: the smaller, the more uneven."""
MIDDLE, UNLIKE = 8, 1.2
"""Releases a week, and the deviation of their logarithm."""


@dataclass(frozen=True, slots=True)
class Agency:
    """When it published, in order; by the clock of a zone without a name."""

    moments: tuple[datetime, ...]
    days: Counter[date]


@dataclass(slots=True)
class Found:
    """What was found where nothing was out of the ordinary, and how soon what was."""

    years: float = 0
    silences: int = 0
    floods: int = 0
    told_after: list[int] = field(default_factory=list)
    """Working days after an agency stopped."""
    told_at: list[float] = field(default_factory=list)
    """Releases, as a share of the largest day before."""


def agency(seed: int) -> Agency:
    """An invented one, the same for the same seed."""
    draw = random.Random(seed)
    week, shape = draw.choice(WEEKS), draw.choice(SHAPES)
    scale = math.exp(draw.gauss(math.log(MIDDLE), UNLIKE)) / sum(week)
    mood = 0.0
    moments = []
    for passed in range(365 * YEARS):
        day = FIRST + timedelta(days=passed)
        mood = 0.9 * mood + draw.gauss(0, 0.12)
        rate = scale * week[acts_as(day)] * math.exp(mood)
        rate *= 0.6 if day.month == 8 and day.day <= 15 else 1
        rate *= 3 if draw.random() < 1 / 90 else 1
        for _ in range(poisson(draw, draw.gammavariate(shape, rate / shape))):
            hour = draw.choices(range(24), HOURS)[0]
            begins = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            moments.append(begins + timedelta(seconds=draw.randrange(3600)))
    moments.sort()
    return Agency(tuple(moments), Counter(moment.date() for moment in moments))


def poisson(draw: random.Random, mean: float) -> int:
    """A count with that mean."""
    count, waited = 0, draw.expovariate(1)
    while waited < mean:
        count, waited = count + 1, waited + draw.expovariate(1)
    return count


def judged(one: Agency, found: Found) -> None:
    """Adds what is found of an agency that fares as it did, and how soon it is found that it does not."""
    days = sorted(one.days)
    if len(days) < 2:
        return
    judged_from = days[0] + PAST
    found.years += max(0.0, (LAST - judged_from).days / 365)
    for last, next_ in pairwise(days):
        if last >= judged_from and (next_ - last).days > SHORTEST:
            found.silences += _is_silent(one, last, next_)
    for _ in floods(one, judged_from):
        found.floods += 1
    _stop(one, days[-1], found)
    _burst(one, days[-1], found)


def floods(one: Agency, since: date) -> Iterator[datetime]:
    """When floods begin; as in the daemon, one is over when there was none for a day."""
    window: deque[datetime] = deque()
    last: datetime | None = None
    for moment in one.moments:
        window.append(moment)
        while window[0] <= moment - WINDOW:
            window.popleft()
        if len(window) < FEWEST or moment.date() < since:
            continue
        begins = (moment - WINDOW).date()
        # Asked first because it is quick; the same is asked by what is measured.
        if len(window) <= TIMES * most_before(one, begins):
            continue
        if flood(one.days, window, begins=begins, today=moment.date()) is None:
            continue
        if last is None or moment - last > 2 * WINDOW:
            yield moment
        last = moment


def most_before(one: Agency, day: date) -> int:
    """Releases on one day of the half year before."""
    past = (day - timedelta(days=1 + passed) for passed in range(PAST.days + 1))
    return max(one.days.get(each, 0) for each in past)


def _is_silent(one: Agency, last: date, until: date) -> bool:
    known = {day: count for day, count in one.days.items() if last - PAST <= day <= last}
    return silence(known, watched_since=FIRST, today=until) is not None


def _stop(one: Agency, last: date, found: Found) -> None:
    for passed in range(1, 181):
        if _is_silent(one, last, last + timedelta(days=passed)):
            found.told_after.append(working_days_between(last, last + timedelta(days=passed)))
            return


def _burst(one: Agency, last: date, found: Found) -> None:
    today = next(day for passed in range(2, 9) if (day := last + timedelta(days=passed)).weekday() == TUESDAY)
    most = most_before(one, today)
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    counts = range(FEWEST, 20 * most + FEWEST)
    at = bisect_left(
        counts, 1, key=lambda count: flood(one.days, [noon] * count, begins=today, today=today) is not None
    )
    if at < len(counts):
        found.told_at.append(counts[at] / most)


def main() -> None:
    """Prints how often something is found that is not there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--agencies", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = Found()
    for number in range(asked.agencies):
        judged(agency(1_000_000 * asked.seed + number), found)
    if asked.json:
        print(json.dumps(asdict(found)))
        return
    print(f"{found.years:.0f} agency-years in which nothing was out of the ordinary")
    print(f"false silences an agency-year: {found.silences / found.years:.4f}")
    print(f"false floods an agency-year:   {found.floods / found.years:.4f}")
    quarters = [round(each) for each in statistics.quantiles(found.told_after, n=4)]
    print(f"{len(found.told_after)} of {asked.agencies} agencies that stop are told within half a year")
    print(f"working days until an agency that stops is told (quarters): {quarters}")
    quarters_at = [round(each, 1) for each in statistics.quantiles(found.told_at, n=4)]
    print(f"releases at which a flood is told, of the largest day before (quarters): {quarters_at}")


if __name__ == "__main__":
    main()

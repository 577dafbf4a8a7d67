"""How many releases an agency publishes on a day, by its past: what silences and floods are judged by. Pure.

Days are told apart by the day of the week as which offices behave. How likely such a day passes without a release is
the share of those that did, drawn towards that of all weekdays, or of all weekends, by Laplace's rule of succession:
it holds for the newsroom that publishes twenty a day and for the akimat that speaks every Thursday alike. How far
counts reach upwards must be drawn further than the past shows, and they come in bursts: they are negative binomial,
with a mean for each day of the week and one spread, found by the method of moments (C. I. Bliss and R. A. Fisher,
«Fitting the Negative Binomial Distribution to Biological Data», Biometrics 9, 1953).

The numbers that are not the past's own are those of `benchmarks/silence_flood.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, lgamma, log, log1p

from monitor.working_days import SATURDAY, SUNDAY, acts_as

PAST = timedelta(days=180)
"""How far back the past of an agency is looked at."""
ENOUGH_DAYS = 10
"""An agency with fewer days of publication than that has no rhythm that anybody could know."""
ENOUGH_SPAN = timedelta(days=30)
"""Between the first and the last of those days: a fortnight shows no holiday."""
SEEN_SHARE = 0.4
"""Of the spread of counts that half a year shows: the greatest bursts come less often than that."""
LEAST_SPREAD = 0.4
"""A past that shows less was quiet by luck."""
LIKENESS = 0.8
"""Quiet days come in rows: ten of them say no more than eight that had nothing to do with each other."""
LONGEST_KNOWN = 100
"""Years; what is seldomer than once in so many, nobody can tell how seldom it is."""
_PRIOR_DAYS = 2
"""Days of the average that are counted in with those of each day of the week."""
_NEGLIGIBLE = 1e-9
_WEEKDAYS, _WEEKENDS = range(SATURDAY), range(SATURDAY, SUNDAY + 1)


@dataclass(frozen=True, slots=True)
class DailyCounts:
    """What the past of an agency says of a day."""

    days: tuple[date, ...]
    """Those with a sign of life, in their order."""
    means: tuple[float, ...]
    """Releases on a day, by the day of the week as which it acts."""
    empty: tuple[float, ...]
    """How likely none is published, likewise."""
    spread: float
    """Of the variance of counts what is more than their mean, as a share of the squared mean."""
    most: int
    """Releases on one day."""
    days_a_year: float
    """On which it publishes."""

    def chance_of_none(self, days: Iterable[date]) -> float:
        """How likely an agency that publishes as it did says nothing on all of these days, once it has spoken."""
        return exp(LIKENESS * sum(log(self.empty[acts_as(day)]) for day in days))

    def chance_of_as_many(self, count: int, day: date) -> float:
        """How likely it publishes so many releases, at least one, or more on that day."""
        size, mean = 1 / self.spread, self.means[acts_as(day)]
        more = mean / (size + mean)
        here = exp(
            lgamma(count + size) - lgamma(size) - lgamma(count + 1) + size * log1p(-more) + count * log(more)
        )
        found = 0.0
        while here > _NEGLIGIBLE * found:
            found += here
            here *= (count + size) / (count + 1) * more
            count += 1
        return min(found, 1.0)


def learned(published: Mapping[date, int], *, until: date) -> DailyCounts | None:
    """What the half year up to that day says; None: too little to tell by.

    A day in `published` is a sign of life, even where it counts no release.
    """
    past = sorted(day for day in published if until - PAST <= day <= until)
    if len(past) < ENOUGH_DAYS or past[-1] - past[0] < ENOUGH_SPAN:
        return None
    counts: list[list[int]] = [[] for _ in range(7)]
    for passed in range((until - past[0]).days + 1):
        day = past[0] + timedelta(days=passed)
        counts[acts_as(day)].append(published.get(day, 0))
    means = _means(counts)
    return DailyCounts(
        days=tuple(past),
        means=means,
        empty=tuple(_empty(counts)),
        spread=max(LEAST_SPREAD, _spread(counts, means) / SEEN_SHARE),
        most=max(published[day] for day in past),
        days_a_year=365 * len(past) / ((until - past[0]).days + 1),
    )


def once_in_years(chance: float, *, chances_a_year: float) -> float:
    """Every how many years something so seldom comes about; more than `LONGEST_KNOWN` is not told."""
    return min(LONGEST_KNOWN, 1 / max(chance * chances_a_year, 1 / LONGEST_KNOWN))


def _means(counts: Sequence[Sequence[int]]) -> tuple[float, ...]:
    # One release at least: of a past that shows none, nothing would follow.
    average = max(sum(map(sum, counts)), 1) / sum(map(len, counts))
    return tuple((sum(each) + _PRIOR_DAYS * average) / (len(each) + _PRIOR_DAYS) for each in counts)


def _empty(counts: Sequence[Sequence[int]]) -> Iterator[float]:
    for alike in (_WEEKDAYS, _WEEKENDS):
        of_all = [count for weekday in alike for count in counts[weekday]]
        share = (of_all.count(0) + 1) / (len(of_all) + 2)
        for weekday in alike:
            each = counts[weekday]
            yield (each.count(0) + _PRIOR_DAYS * share) / (len(each) + _PRIOR_DAYS)


def _spread(counts: Sequence[Sequence[int]], means: Sequence[float]) -> float:
    pairs = [(count, mean) for each, mean in zip(counts, means, strict=True) for count in each]
    return sum((count - mean) ** 2 - mean for count, mean in pairs) / sum(mean**2 for _, mean in pairs)

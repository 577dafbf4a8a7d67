"""What the past says of a day: chances that stand beside sums worked out by hand. All agencies are invented."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from math import comb, log

import pytest

from monitor.daily_counts import LEAST_SPREAD, LIKENESS, DailyCounts, learned, once_in_years
from monitor.working_days import is_working_day

MONDAY, SATURDAY = date(2026, 9, 7), date(2026, 9, 12)
EVEN = DailyCounts(
    days=(),
    means=(3.0, 3.0, 3.0, 3.0, 3.0, 1.0, 1.0),
    empty=(0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 0.5),
    spread=0.5,
    most=9,
    days_a_year=250,
)


def ministry(last: date, *, days: int = 180, count: int = 4) -> Counter[date]:
    """So many releases on every working day."""
    every = (last - timedelta(days=back) for back in range(days + 1))
    return Counter({day: count for day in every if is_working_day(day)})


def test_so_many_or_more_is_all_that_is_not_fewer() -> None:
    # Two failures before the trial ends, each with the chance 0.6: the binomial numbers are whole.
    fewer = sum(comb(count + 1, count) * 0.4**2 * 0.6**count for count in range(8))
    assert EVEN.chance_of_as_many(8, MONDAY) == pytest.approx(1 - fewer)
    assert EVEN.chance_of_as_many(1, MONDAY) == pytest.approx(1 - 0.4**2)


def test_more_is_always_less_likely_and_no_chance_is_lost_far_out() -> None:
    chances = [EVEN.chance_of_as_many(count, MONDAY) for count in (1, 2, 10, 100, 1000, 10_000)]
    assert all(0 <= later < one <= 1 for one, later in pairwise(chances))
    assert replace(EVEN, means=(200.0,) * 7).chance_of_as_many(1, MONDAY) == pytest.approx(1, abs=1e-3)


def test_a_day_at_the_weekend_counts_as_one() -> None:
    assert EVEN.chance_of_as_many(8, SATURDAY) < EVEN.chance_of_as_many(8, MONDAY) / 10
    assert EVEN.chance_of_none([SATURDAY]) == pytest.approx(0.5**LIKENESS)


def test_quiet_days_say_less_than_if_they_had_nothing_to_do_with_each_other() -> None:
    week = [MONDAY + timedelta(days=passed) for passed in range(7)]
    assert log(EVEN.chance_of_none(week)) == pytest.approx(LIKENESS * log(0.1**5 * 0.5**2))
    assert EVEN.chance_of_none([]) == 1


def test_a_holiday_is_like_a_sunday_in_the_past_and_now() -> None:
    past = learned(ministry(date(2026, 5, 29)), until=date(2026, 5, 29))
    assert past is not None
    assert past.means[0] > 3.5, "Mondays on which offices were closed are not Mondays"
    assert past.means[6] < 0.3
    assert past.most == 4
    victory_day_moved = date(2026, 5, 11)
    assert past.chance_of_none([victory_day_moved]) > 0.9
    assert past.chance_of_none([victory_day_moved + timedelta(days=1)]) < 0.01


def test_one_weekday_learns_from_the_others() -> None:
    """Of each of them a month shows four or five; of all of them together that none is ever without a release."""
    past = learned(ministry(date(2026, 9, 11), days=32), until=date(2026, 9, 11))
    assert past is not None
    assert max(past.empty[:5]) < 0.05


def test_an_uneven_past_has_a_greater_spread_and_an_even_one_none_of_its_own() -> None:
    even = learned(ministry(date(2026, 9, 11)), until=date(2026, 9, 11))
    days = sorted(ministry(date(2026, 9, 11)))
    uneven = learned(Counter({d: 1 if n % 5 else 16 for n, d in enumerate(days)}), until=days[-1])
    assert even is not None
    assert uneven is not None
    assert even.spread == LEAST_SPREAD
    assert uneven.spread > 1
    assert uneven.chance_of_as_many(30, MONDAY) > 5 * even.chance_of_as_many(30, MONDAY)


def test_signs_without_a_release_are_days_without_one() -> None:
    past = learned(Counter(dict.fromkeys(ministry(date(2026, 9, 11)), 0)), until=date(2026, 9, 11))
    assert past is not None
    assert past.most == 0
    assert 0 < past.chance_of_as_many(10, MONDAY) < 1e-6
    assert past.chance_of_none([MONDAY]) > 0.95


def test_half_a_year_counts_and_what_was_before_or_comes_after_does_not() -> None:
    last = date(2026, 9, 11)
    counts = ministry(last) | Counter({last - timedelta(days=181): 500, last + timedelta(days=3): 500})
    assert learned(counts, until=last) == learned(ministry(last), until=last)


@pytest.mark.parametrize(
    ("chance", "a_year", "years"), [(1 / 1000, 100, 10), (1 / 5000, 250, 20), (1e-9, 250, 100), (0.0, 1, 100)]
)
def test_seldom_is_said_in_years_up_to_a_hundred(chance: float, a_year: float, years: float) -> None:
    assert once_in_years(chance, chances_a_year=a_year) == pytest.approx(years)

"""How much a request must end: against plain loops over every listing and every 24 hours."""

from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.hours import CELLS, HOUR
from monitor.price import HIGHEST, LOWEST, Budget, Demand, lowest


def steady(rate: float) -> tuple[float, ...]:
    return (rate,) * CELLS


def test_an_hour_asks_for_the_square_roots_of_the_rates_within_the_bounds() -> None:
    demand = Demand([steady(0.0), steady(0.5), steady(2.0), steady(1e6)], shortest=120, longest=3600)
    # at a price of 225 release-seconds a rate of one asks for sqrt(3600 / 450) = 2.83 readings an hour
    of_one = sqrt(3600 / (2 * 225))
    assert demand.readings(0, 225) == pytest.approx(1 + sqrt(0.5) * of_one + sqrt(2) * of_one + 30)


def test_nobody_asks_for_nothing() -> None:
    assert Demand([], shortest=120, longest=3600).readings(5, 100) == 0


def test_cells_differ() -> None:
    rates = tuple(2.0 if cell == 9 else 0.0 for cell in range(CELLS))
    demand = Demand([rates], shortest=60, longest=3600)
    assert demand.readings(8, 100) == 1
    assert demand.readings(9, 100) == pytest.approx(6)


rates_of_many = st.lists(st.sampled_from([0.0, 1e-6, 0.02, 0.3, 1.0, 7.0, 1e6]), max_size=30)
prices = st.floats(LOWEST, HIGHEST)


@given(rates=rates_of_many, price=prices, shortest=st.floats(1, 3600), more=st.floats(0, 86_400))
def test_readings_are_the_sum_over_all_listings(
    rates: list[float], price: float, shortest: float, more: float
) -> None:
    longest = shortest + more
    plainly = sum(
        min(HOUR / shortest, max(HOUR / longest, sqrt(rate * HOUR / (2 * price)))) for rate in rates
    )
    demand = Demand([steady(rate) for rate in rates], shortest=shortest, longest=longest)
    assert demand.readings(3, price) == pytest.approx(plainly, abs=1e-9)


@given(rates=rates_of_many, low=prices, high=prices)
def test_the_dearer_the_fewer(rates: list[float], low: float, high: float) -> None:
    demand = Demand([steady(rate) for rate in rates], shortest=120, longest=3600)
    low, high = sorted((low, high))
    assert demand.readings(0, high) <= demand.readings(0, low) + 1e-9


@pytest.mark.parametrize(
    ("last", "ahead", "spare"),
    [
        ([], [], 100),
        ([], [1.0] * 96, 4),
        ([1.0] * 96, [1.0] * 96, 3),  # the oldest does not go before the quarter under way has ended
        ([10.0] + [0.0] * 95, [1.0] * 96, -6),  # the ten count for another 24 hours: 100 - 10 - 96
        ([0.0] * 95 + [10.0], [1.0] * 96, 4),  # and here they are gone when the quarter ends
        ([0.0] * 48 + [50.0] + [0.0] * 47, [0.0] * 46 + [70.0] + [0.0] * 49, -20),
        ([0.0] * 48 + [50.0] + [0.0] * 47, [0.0] * 48 + [70.0] + [0.0] * 47, 30),
    ],
)
def test_what_is_spare_beside_what_was_and_will_be(
    last: list[float], ahead: list[float], spare: float
) -> None:
    assert Budget(100, last).spare(ahead) == pytest.approx(spare)


counts = st.lists(st.integers(0, 50).map(float), min_size=96, max_size=96)


@settings(max_examples=30)
@given(last=counts, ahead=counts)
def test_every_24_hours_are_looked_at(last: list[float], ahead: list[float]) -> None:
    quarters = [*reversed(last), *ahead]
    most = max(sum(quarters[at : at + 97]) for at in range(96))  # whole quarters, of which two are begun
    assert Budget(1000, last).spare(ahead) == pytest.approx(1000 - most)


@given(limit=st.floats(LOWEST, HIGHEST), near=st.none() | st.floats(LOWEST, HIGHEST))
def test_the_lowest_that_fits_is_found_wherever_it_was_before(limit: float, near: float | None) -> None:
    found = lowest(lambda price: price >= limit, LOWEST, HIGHEST, near=near)
    assert limit <= found <= limit * 1.002


def test_one_that_lies_near_the_one_before_is_found_in_fewer_steps() -> None:
    tried: list[float] = []

    def fits(price: float) -> bool:
        tried.append(price)
        return price >= 100

    lowest(fits, LOWEST, HIGHEST)
    anywhere, tried = len(tried), []
    lowest(fits, LOWEST, HIGHEST, near=90)
    assert len(tried) < anywhere


def test_the_ends_are_said_where_all_or_none_fits() -> None:
    assert lowest(lambda _: True, LOWEST, HIGHEST) == LOWEST
    assert lowest(lambda _: False, LOWEST, HIGHEST) == HIGHEST
    assert lowest(lambda _: False, LOWEST, HIGHEST, near=90) == HIGHEST

"""How much waits at a listing and when that is worth a reading: against plain sums in small steps."""

from datetime import UTC, datetime
from math import isfinite, sqrt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.expecting import Expected
from monitor.hours import CELLS, HOUR, Hours
from monitor.prospect import LATER, Prospect, _until

HOURS = Hours(ZoneInfo("Asia/Almaty"))
NINE = datetime(2026, 7, 13, 4, tzinfo=UTC).timestamp()
"""A Monday in Almaty."""
NOBODY = (0.0,) * CELLS
STEADY = (1.0,) * CELLS
MORNING = tuple(6.0 if cell == 10 else 1.0 if cell == 9 else 0.0 for cell in range(CELLS))
"""One an hour on Mondays from nine, six from ten to eleven, else nothing."""


def test_at_a_steady_rate_waiting_grows_with_the_square_of_time() -> None:
    prospect = Prospect(STEADY, read_at=NINE)
    number, gathered = prospect.waiting(HOURS, now=NINE + 2 * HOUR)
    assert number == pytest.approx(2)
    assert gathered == pytest.approx(2 * HOUR)  # an hour each, on average


def test_hours_count_by_what_is_usual_in_each() -> None:
    prospect = Prospect(MORNING, read_at=NINE + HOUR / 2)
    # half a release by ten, then six, then none: a quarter of an hour each, and an hour; half an hour each; an hour
    number, gathered = prospect.waiting(HOURS, now=NINE + 3 * HOUR)
    assert number == pytest.approx(6.5)
    assert gathered == pytest.approx((0.5 * 2.25 + 6 * 1.5) * HOUR)


@pytest.mark.parametrize(
    ("rates", "price", "due", "ground"),
    [
        # rate x t x t / 2 = price
        (STEADY, 450.0, 1800.0, "news"),
        (STEADY, 1800.0, 3600.0, "news"),
        (STEADY, 7200.0, 7200.0, "news"),
        (STEADY, 1e8, 4 * HOUR, "longest"),
        (STEADY, 1e-2, 120.0, "news"),
        (NOBODY, 1e-2, 4 * HOUR, "longest"),
        # one by ten o'clock, which makes 1800; then another 1800 + 1 x t + t x t / 1200
        (MORNING, 1800 + 600 + 300, HOUR + 600, "news"),
        # at eleven 1800 + 3600 + 10800 with seven waiting, and nothing comes
        (MORNING, 16_200 + 7 * 300, 2 * HOUR + 300, "news"),
    ],
)  # fmt: skip
def test_when_a_reading_is_worth_its_price(
    rates: tuple[float, ...], price: float, due: float, ground: str
) -> None:
    prospect = Prospect(rates, read_at=NINE)
    found = prospect.due(HOURS, price=price, shortest=120, longest=4 * HOUR, now=NINE)
    assert found.at - NINE == pytest.approx(due, abs=1e-3)
    assert found.ground == ground


def test_intervals_go_by_the_square_root_of_the_rate() -> None:
    often, seldom = (
        Prospect((rate,) * CELLS, read_at=NINE).due(HOURS, price=5000, shortest=1, longest=1e6, now=NINE).at
        - NINE
        for rate in (4.0, 1.0)
    )
    assert seldom / often == pytest.approx(2)


def test_what_another_listing_lacked_is_not_here_either() -> None:
    prospect = Prospect(STEADY, read_at=NINE)
    prospect.elsewhere(0.75, HOURS, at=NINE + HOUR)
    number, gathered = prospect.waiting(HOURS, now=NINE + HOUR)
    assert (number, gathered) == (pytest.approx(0.25), pytest.approx(0.25 * HOUR / 2))
    assert prospect.waiting(HOURS, now=NINE + 2 * HOUR)[0] == pytest.approx(1.25)


def test_a_doubt_is_settled_when_it_may_be_and_forgotten_when_it_was() -> None:
    prospect = Prospect(NOBODY, read_at=NINE)
    bounds = {"price": 1e8, "shortest": 120.0, "longest": 4 * HOUR}
    prospect.confirm_at = NINE + HOUR
    due = prospect.due(HOURS, **bounds, now=NINE)
    assert (due.at, due.ground) == (NINE + HOUR, "doubt")
    prospect.confirm_at = NINE + 60
    assert prospect.due(HOURS, **bounds, now=NINE).at == NINE + 120
    prospect.confirm_at = NINE + 9 * HOUR
    assert prospect.due(HOURS, **bounds, now=NINE).ground == "longest"
    prospect.read(NINE + HOUR)
    assert prospect.confirm_at == NINE + 9 * HOUR
    prospect.read(NINE + 9 * HOUR)
    assert prospect.confirm_at is None


def test_copies_bring_a_reading_forward_and_say_so() -> None:
    prospect = Prospect(NOBODY, read_at=NINE)
    prospect.later.add(1.0, since=NINE, now=NINE)
    due = prospect.due(HOURS, price=300, shortest=120, longest=4 * HOUR, now=NINE)
    assert due.ground == "copies"
    # Within an hour they are taken to come evenly: 1 - exp(-2) of one, so that 0.865 x t x t / 7200 = 300.
    assert due.at - NINE == pytest.approx(1580, abs=1)
    assert due.waiting == pytest.approx(0.3796, abs=1e-3)
    # In truth the first come sooner.
    assert prospect.later.standing(due.at)[1] > 300


def test_edits_are_named_where_they_are_most() -> None:
    prospect = Prospect(NOBODY, read_at=NINE)
    prospect.edits.add(0.9, since=NINE, now=NINE)
    assert prospect.due(HOURS, price=300, shortest=120, longest=4 * HOUR, now=NINE).ground == "edits"


def test_a_clock_set_back_by_a_day_puts_no_reading_off() -> None:
    prospect = Prospect(STEADY, read_at=NINE)
    prospect.waiting(HOURS, now=NINE + 600)
    yesterday = NINE + 600 - 24 * HOUR
    prospect.not_after(yesterday)
    assert prospect.read_at == yesterday - 600
    assert prospect.waiting(HOURS, now=yesterday)[0] == pytest.approx(1 / 6)
    assert prospect.due(HOURS, price=1e8, shortest=120, longest=HOUR, now=yesterday).at == yesterday + 3000
    prospect.not_after(yesterday + 5)
    assert prospect.read_at == yesterday - 600


def test_whoever_was_not_read_for_years_is_due_without_counting_every_hour() -> None:
    prospect = Prospect(STEADY, read_at=0.0)
    due = prospect.due(HOURS, price=100, shortest=120, longest=HOUR, now=NINE)
    assert due.at == NINE
    assert due.waiting == pytest.approx(7 * 24)


def plainly(prospect: Prospect, price: float, *, longest: float, step: float = 20.0) -> float:
    """When the price is reached, in small steps; the release-seconds of each step are those that waited before it."""
    at, number, gathered = prospect.read_at, 0.0, 0.0
    while gathered < price and at < prospect.read_at + longest:
        came = prospect.rates[HOURS.cell(int(at // HOUR))] * step / HOUR
        gathered += number * step + came * step / 2
        number += came
        at += step
    return at


some_rates = st.lists(st.sampled_from([0.0, 0.01, 0.3, 2.0, 11.0]), min_size=7, max_size=7).map(
    lambda few: tuple(few[cell % 7] for cell in range(CELLS))
)


@settings(max_examples=40)
@given(rates=some_rates, begins=st.integers(0, 7 * 180), price=st.sampled_from([3.0, 300.0, 5000.0]))
def test_it_is_due_when_small_steps_say_so(rates: tuple[float, ...], begins: int, price: float) -> None:
    read_at = NINE + begins * 480  # whole steps, so that none of them lies in two hours
    prospect = Prospect(rates, read_at=read_at)
    due = prospect.due(HOURS, price=price, shortest=0, longest=4 * HOUR, now=read_at)
    assert due.at == pytest.approx(plainly(prospect, price, longest=4 * HOUR), abs=20.0)


@given(rates=some_rates, looks=st.lists(st.floats(0, 8 * HOUR), max_size=6), after=st.floats(0, HOUR))
def test_looking_in_between_changes_nothing(
    rates: tuple[float, ...], looks: list[float], after: float
) -> None:
    once, often = Prospect(rates, read_at=NINE), Prospect(rates, read_at=NINE)
    for look in sorted(looks):
        often.waiting(HOURS, now=NINE + look)
    now = NINE + 8 * HOUR + after
    assert often.waiting(HOURS, now=now) == pytest.approx(once.waiting(HOURS, now=now))
    due = [each.due(HOURS, price=900, shortest=60, longest=12 * HOUR, now=now).at for each in (once, often)]
    assert due[0] == pytest.approx(due[1], abs=1e-3)


@settings(max_examples=50)
@given(
    rate=st.sampled_from([0.0, 1e-300, 1e-9, 1.0, 1e6]),
    likelihood=st.floats(0, 1),
    read=st.sampled_from([-1e9, -86_400.0, -3600.0, -61.5, 0.0, 7200.0, 86_400.0, 1e9]),
    now=st.sampled_from([-1e9, -86_400.0, -3600.0, -61.5, 0.0, 7200.0, 86_400.0, 1e9]),
    price=st.sampled_from([1e-2, 1.0, 1e8]),
    shortest=st.sampled_from([0.0, 1.0, 120.0, 3600.0]),
)
def test_nothing_brings_it_out_of_its_bounds(
    rate: float, likelihood: float, read: float, now: float, price: float, shortest: float
) -> None:
    prospect = Prospect((rate,) * CELLS, read_at=NINE + read)
    prospect.soon.add(likelihood, since=NINE + now, now=NINE + now)
    due = prospect.due(HOURS, price=price, shortest=shortest, longest=3600, now=NINE + now)
    assert max(NINE + now, prospect.read_at + shortest) <= due.at <= max(NINE + now, prospect.read_at + 3600)
    assert all(isfinite(each) and each >= 0 for each in (due.waiting, due.number, due.gathered))


@given(missing=st.floats(1e-9, 1e9), number=st.floats(1e-9, 1e6), rate=st.floats(0, 1e3))
def test_the_time_until_the_price_is_the_root_of_its_equation(
    missing: float, number: float, rate: float
) -> None:
    passed = _until(missing, number, rate)
    assert number * passed + rate * passed * passed / 2 == pytest.approx(missing, rel=1e-9)


def test_a_seldom_rate_loses_no_digits() -> None:
    """The plain formula says 0 or twice as much here: root and number are the same but for the last digits."""
    assert _until(100.0, 3.0, 1e-13) == pytest.approx(100 / 3)
    assert _until(100.0, 0.0, 1e-13) == pytest.approx(sqrt(2e15))


def test_expected_copies_add_to_what_the_rhythm_brings() -> None:
    prospect = Prospect(STEADY, read_at=NINE)
    prospect.later.add(0.8, since=NINE, now=NINE)
    alone = Expected(LATER, read_at=NINE)
    alone.add(0.8, since=NINE, now=NINE)
    number, gathered = prospect.waiting(HOURS, now=NINE + HOUR)
    came, waited, _ = alone.standing(NINE + HOUR)
    assert number == pytest.approx(1 + came)
    assert gathered == pytest.approx(HOUR / 2 + waited)


@given(
    price=st.floats(1.0, 1e5),
    other=st.floats(1.0, 1e5),
    since=st.floats(0.0, 3000.0),
    later=st.floats(0.0, 1000.0),
    copies=st.integers(0, 3),
)
@settings(max_examples=60)
def test_at_another_price_what_was_reckoned_is_gone_on_with(
    price: float, other: float, since: float, later: float, copies: int
) -> None:
    prospect = Prospect(MORNING, read_at=NINE)
    told, now = NINE + since, NINE + since + later
    for _ in range(copies):
        prospect.later.add(0.5, since=told, now=told)
    bounds = {"shortest": 120.0, "longest": HOUR}
    known = prospect.due(HOURS, price=price, now=told, **bounds)
    found = prospect.due(HOURS, price=other, now=now, known=known, **bounds)
    anew = prospect.due(HOURS, price=other, now=now, **bounds)
    assert found.at == pytest.approx(anew.at, abs=1e-3)
    assert (found.ground, found.waiting) == (anew.ground, pytest.approx(anew.waiting, abs=1e-3))
    if known.stands(other) and not copies and now <= known.at:
        assert (known.at, known.ground) == (found.at, found.ground)

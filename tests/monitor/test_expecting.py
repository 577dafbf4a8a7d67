"""What is expected because of what is known: four numbers say the same as every single thing by itself."""

from math import exp, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.expecting import Expected

NOW = 1_784_000_000.0
MEAN = 1800.0


def test_nothing_is_expected_at_first() -> None:
    expected = Expected(MEAN, read_at=NOW)
    assert not expected.is_any
    assert expected.standing(NOW + 3600)[:2] == (0.0, 0.0)


def test_half_of_what_comes_has_come_after_the_half_life() -> None:
    expected = Expected(MEAN, read_at=NOW)
    expected.add(0.8, since=NOW, now=NOW)
    assert expected.is_any
    at = NOW + MEAN * 0.6931471805599453
    came, waited, _ = expected.standing(at)
    assert came == pytest.approx(0.4)
    # 0.8 x (T - mean x (1 - 1/2)), T = 1247.66 s
    assert waited == pytest.approx(0.8 * (1247.66495 - 900), rel=1e-6)
    assert expected.to_come(at) == pytest.approx(0.4)


def test_a_reading_sees_what_came_and_the_rest_is_still_expected() -> None:
    expected = Expected(MEAN, read_at=NOW)
    expected.add(1.0, since=NOW, now=NOW)
    expected.read(NOW + MEAN)
    assert expected.standing(NOW + MEAN)[:2] == (0.0, 0.0)
    assert expected.to_come(NOW + MEAN) == pytest.approx(exp(-1))
    came, _, _ = expected.standing(NOW + 2 * MEAN)
    assert came == pytest.approx(exp(-1) - exp(-2))


def test_what_was_expected_before_the_last_reading_counts_for_what_that_left() -> None:
    expected = Expected(MEAN, read_at=NOW)
    expected.add(1.0, since=NOW - MEAN, now=NOW + 60)
    assert expected.to_come(NOW + MEAN) == pytest.approx(exp(-2))
    assert expected.standing(NOW + MEAN)[0] == pytest.approx(exp(-1) - exp(-2))


def test_after_days_nothing_is_expected_any_more() -> None:
    expected = Expected(MEAN, read_at=NOW)
    expected.add(1.0, since=NOW, now=NOW)
    expected.read(NOW + 3 * 86_400)
    assert not expected.is_any


times = st.floats(0, 20_000)
things = st.lists(st.tuples(st.floats(0.01, 1), times, st.floats(0, 5_000)), max_size=8)


def singly(known: list[tuple[float, float]], *, read_at: float, at: float) -> tuple[float, float]:
    """Those that came between `read_at` and `at`, and the seconds they wait, each thing by itself."""
    came = waited = 0.0
    for likelihood, since in known:
        begins = max(read_at, since)
        left = likelihood * exp(-(begins - since) / MEAN)
        passed = at - begins
        came += left * (1 - exp(-passed / MEAN))
        waited += left * (passed - MEAN * (1 - exp(-passed / MEAN)))
    return came, waited


@given(things=things, readings=st.lists(times, max_size=4), after=st.floats(0, 100_000))
def test_all_together_are_the_sum_of_each_by_itself(
    things: list[tuple[float, float, float]], readings: list[float], after: float
) -> None:
    """Told in any order with readings between; some are told long after they were first to be expected."""
    expected, known, read_at = Expected(MEAN, read_at=NOW), [], NOW
    told = [(now, likelihood, now - before) for likelihood, now, before in things]
    events: list[tuple[float, ...]] = sorted([*told, *((at,) for at in readings)])
    at = NOW
    for offset, *thing in events:
        at = NOW + offset
        if thing:
            expected.add(thing[0], since=NOW + thing[1], now=at)
            known.append((thing[0], NOW + thing[1]))
        else:
            expected.read(at)
            read_at = at
        came, waited = singly(known, read_at=read_at, at=at)
        assert expected.standing(at)[:2] == (pytest.approx(came, abs=1e-9), pytest.approx(waited, abs=2e-3))
    came, waited = singly(known, read_at=read_at, at=at + after)
    assert expected.standing(at + after)[:2] == (
        pytest.approx(came, abs=1e-9),
        pytest.approx(waited, abs=2e-3),
    )


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["add", "read", "back", "look"]), st.floats(-1e8, 1e8)), max_size=20
    )
)
def test_no_clock_brings_it_out_of_reason(steps: list[tuple[str, float]]) -> None:
    expected, now = Expected(60.0, read_at=NOW), NOW
    for what, jump in steps:
        now += jump
        if what == "add":
            expected.add(0.5, since=now, now=now)
        elif what == "read":
            expected.read(now)
        elif what == "back":
            expected.move(-abs(jump))
        came, waited, _ = expected.standing(now)
        assert 0 <= came <= 20
        assert waited >= 0
        assert isfinite(waited)
        assert 0 <= expected.to_come(now) <= 20


def test_a_clock_set_back_keeps_what_was_expected() -> None:
    lived, set_back = Expected(MEAN, read_at=NOW), Expected(MEAN, read_at=NOW)
    for each in (lived, set_back):
        each.add(0.7, since=NOW, now=NOW)
    set_back.move(-86_400)
    for passed in (0.0, 600.0, 7200.0):
        assert set_back.standing(NOW - 86_400 + passed)[:2] == pytest.approx(
            lived.standing(NOW + passed)[:2], abs=1e-4
        )

"""Readings agree that something is missing where they follow each other closely, and one day apart they do not."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.agreement import Doubt, Look, agreed_for, closeness, is_unwatched
from monitor.clock_jumps import Forward

NOW = datetime(2026, 7, 13, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CLOSELY = closeness(confirm=HOUR, longest=HOUR)
DATED = NOW - timedelta(days=3)
DOUBT = Doubt(DATED, NOW - 30 * HOUR)


def look(ago: float, *, covered_to: datetime | None = None, wide: bool = False) -> Look:
    return Look(NOW - ago * HOUR, covered_to, wide)


ABOVE = DATED + HOUR
"""A reading that ended there did not cover the place."""


@pytest.mark.parametrize(
    ("said", "ago", "hours"),
    [
        ("nobody looked since", [], 0),
        ("one look on the way", [15], 0),
        ("looks every nine hours", [3, 12, 21], 30),
        ("a silence of ten hours, then looks", [3, 12, 22], 12),
        ("looks until nine hours ago", [9, 18, 27], 30),
        ("looks until ten hours ago", [10, 19, 28], 0),
        ("looks before it was suspected", [3, 12, 21, 35], 30),
        ("a look by a clock that was put back since", [-5, 3, 12, 21], 30),
    ],
)
def test_readings_agree_as_long_as_they_follow_each_other(said: str, ago: list[float], hours: float) -> None:
    assert agreed_for(DOUBT, map(look, ago), now=NOW, closely=CLOSELY) == hours * HOUR, said


def test_a_reading_that_did_not_reach_the_place_says_nothing_of_it() -> None:
    looks = [look(3), look(12, covered_to=ABOVE), look(21)]
    assert agreed_for(DOUBT, looks, now=NOW, closely=CLOSELY) == 3 * HOUR


def test_what_no_wide_reading_reaches_agrees_from_audit_to_audit() -> None:
    looks = [look(hours, covered_to=ABOVE, wide=True) for hours in (6, 12, 18, 24)]
    assert agreed_for(DOUBT, looks, now=NOW, closely=CLOSELY) == 30 * HOUR
    assert agreed_for(DOUBT, [look(35, covered_to=ABOVE, wide=True)], now=NOW, closely=CLOSELY) == timedelta()


def test_what_has_no_date_is_covered_by_readings_to_the_end_alone() -> None:
    undated = Doubt(None, NOW - 10 * HOUR)
    dated_looks = [look(5, covered_to=DATED)]
    assert agreed_for(undated, dated_looks, now=NOW, closely=CLOSELY) == timedelta()
    assert agreed_for(undated, [look(5)], now=NOW, closely=CLOSELY) == 10 * HOUR


def test_time_that_a_clock_left_out_is_no_silence_and_no_agreement() -> None:
    forward = [Forward(NOW - 4 * HOUR, 20 * HOUR)]
    doubt = Doubt(DATED, NOW - 27 * HOUR)
    assert agreed_for(doubt, [look(3), look(25)], now=NOW, closely=CLOSELY, put_forward=forward) == 7 * HOUR


@pytest.mark.parametrize(
    ("said", "looks", "wanted"),
    [
        ("nobody has looked since", [], True),
        ("somebody looked lately", [look(5.9)], False),
        ("somebody looked a while ago", [look(6), look(12)], True),
        ("a reading did not reach it", [look(1, covered_to=ABOVE)], True),
        ("a wide reading did not reach it", [look(1, covered_to=ABOVE, wide=True)], False),
    ],
)
def test_a_wide_reading_is_wanted_now_and_then(said: str, looks: list[Look], wanted: bool) -> None:
    assert is_unwatched(DOUBT, looks, now=NOW, confirm=HOUR) is wanted, said

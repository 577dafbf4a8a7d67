"""Which clock was set and who slept, told from two looks at three clocks; and what moments mean after that."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.clock_jumps import (
    STEP,
    Clocks,
    Forward,
    Jump,
    Passed,
    left_out,
    passed,
    past,
    really,
    waited_for,
)
from monitor.schedule import NEVER, Listing, after_clock_set

SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
NONE = timedelta()
START = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)


def after(*, ran: timedelta = SECOND, slept: timedelta = NONE, put: timedelta = NONE) -> Passed:
    """What is told after so long at work, asleep, and with the clock put so far from where it would be."""
    before = Clocks(START, 5000.0, 4000.0)
    machine = ran + slept
    now = Clocks(
        START + machine + put, before.machine + machine.total_seconds(), before.running + ran.total_seconds()
    )
    return passed(before, now, meant=SECOND)


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        ({}, Passed()),
        ({"put": 2 * SECOND}, Passed()),
        ({"put": -2 * SECOND}, Passed()),
        ({"put": 4 * SECOND}, Passed(set_by=4 * SECOND)),
        ({"put": HOUR}, Passed(set_by=HOUR)),
        ({"put": -HOUR}, Passed(set_by=-HOUR)),
        ({"put": DAY}, Passed(set_by=DAY)),
        ({"put": -DAY}, Passed(set_by=-DAY)),
        ({"put": -20_000 * DAY}, Passed(set_by=-20_000 * DAY)),
        ({"slept": 10 * HOUR}, Passed(stood=10 * HOUR)),
        ({"slept": 10 * HOUR, "put": -HOUR}, Passed(set_by=-HOUR, stood=10 * HOUR)),
        ({"ran": 121 * SECOND}, Passed(stood=120 * SECOND)),
        ({"ran": 30 * SECOND}, Passed()),
        ({"ran": 121 * SECOND, "slept": HOUR}, Passed(stood=HOUR + 2 * MINUTE)),
    ],
    ids=str,
)
def test_what_two_looks_tell(happened: dict[str, timedelta], told: Passed) -> None:
    assert after(**happened) == told


def test_sleep_that_no_clock_counts_looks_like_a_clock_put_forward() -> None:
    before, now = Clocks(START, 50.0, 50.0), Clocks(START + 10 * HOUR, 51.0, 51.0)
    assert passed(before, now, meant=SECOND) == Passed(set_by=10 * HOUR - SECOND)


def test_a_step_is_no_jump_in_either_direction() -> None:
    assert after(put=STEP) == after(put=-STEP) == Passed()


def test_what_is_past_goes_back_with_the_clock_and_never_forward() -> None:
    assert past(START, -HOUR) == START - HOUR
    assert past(START, HOUR) == START
    assert past(None, -HOUR) is None
    assert past(NEVER, -HOUR) == NEVER
    assert past(datetime(1, 1, 2, tzinfo=UTC), -20_000 * DAY) == NEVER


def test_a_rest_goes_along_with_the_clock() -> None:
    assert waited_for(START, -HOUR) == START - HOUR
    assert waited_for(START, DAY) == START + DAY
    assert waited_for(None, DAY) is None


def test_what_the_clock_has_left_out_did_not_pass() -> None:
    forward = (Forward(START, DAY), Forward(START + 3 * HOUR, 2 * HOUR))
    assert really(START - DAY - HOUR, START + 30 * MINUTE, forward) == HOUR + 30 * MINUTE
    assert really(START - DAY - HOUR, START + 4 * HOUR, forward) == 3 * HOUR
    assert really(START + MINUTE, START + 5 * HOUR, forward) == 3 * HOUR - MINUTE
    assert really(START + 3 * HOUR, START + 5 * HOUR, forward) == 2 * HOUR
    assert really(START - HOUR, START + HOUR, ()) == 2 * HOUR


def test_what_was_left_out_goes_back_with_a_clock_that_is_put_back() -> None:
    forth, back = Jump(START, DAY), Jump(START + 2 * HOUR - DAY, -DAY)
    assert left_out([forth]) == (Forward(START, DAY),)
    assert left_out([forth, back]) == ()
    again = Jump(START, HOUR)
    assert left_out([forth, back, again]) == (Forward(START, HOUR),)
    half = Jump(START - 10 * HOUR, -DAY / 2)
    assert left_out([forth, half]) == (Forward(START - 10 * HOUR, DAY / 2),)
    assert left_out([Jump(START - DAY, HOUR), forth, half, half]) == (Forward(START - DAY, HOUR),)
    assert left_out([Jump(START, HOUR), Jump(START, -DAY), again]) == (Forward(START, HOUR),)


def test_what_was_noted_before_the_clock_fell_behind_counts_from_when_it_was_put_right() -> None:
    put_right = (Forward(START, 2000 * DAY),)
    assert really(START - DAY, START + HOUR, put_right) == HOUR


def test_a_listing_is_due_at_once_after_a_clock_put_forward_and_rests_for_as_long_as_it_would_have() -> None:
    listing = Listing(
        "economy",
        "kk",
        due_at=START + HOUR,
        paused_until=START + MINUTE,
        behind_since=START - HOUR,
        behind_to=START - MINUTE,
        walk_read_at=START - SECOND,
    )
    forward, back = after_clock_set(listing, DAY), after_clock_set(listing, -DAY)
    assert forward.paused_until == START + MINUTE + DAY
    assert (forward.due_at, forward.behind_since, forward.behind_to, forward.walk_read_at) == (
        listing.due_at,
        listing.behind_since,
        listing.behind_to,
        listing.walk_read_at,
    )
    assert after_clock_set(forward, -DAY).paused_until == listing.paused_until
    assert back.due_at == START + HOUR - DAY
    assert back.paused_until == START + MINUTE - DAY
    assert back.behind_since == START - HOUR - DAY
    assert back.behind_to == START - MINUTE - DAY
    assert back.walk_read_at == START - SECOND - DAY

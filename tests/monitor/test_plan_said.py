"""The plan in words: what is read next, why, and what bounds it."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from crawler.records import WHOLE
from monitor.allowance import Bounds
from monitor.foresight import Ahead, Step
from monitor.plan_said import (
    clock_said,
    listing_said,
    longest_said,
    plan_said,
    reason_said,
    too_little_said,
    wait_said,
    wanted_said,
)
from monitor.price import HIGHEST, LOWEST
from monitor.spending import Spent
from tests.monitor.shelf import START

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ALMATY = ZoneInfo("Asia/Almaty")
STEP = Step(START, "news", ("economy", "kk"))
BOUNDS = Bounds(2 * MINUTE, HOUR, timedelta(seconds=2))
SPENT = Spent(0, 0, (0,) * 25, 812, None, next_in=0, left_alone_for=0)
AHEAD = Ahead((STEP,), price=600.0, longest=HOUR, listings=57, has_room=True)


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        (replace(STEP, waiting=0.1), "news: a release waits by then with a chance of 10 %"),
        (replace(STEP, waiting=0.62), "news: a release waits by then with a chance of 46 %"),
        (replace(STEP, waiting=1.4), "news: a release waits by then with a chance of 75 %"),
        (replace(STEP, waiting=2.0), "news is likely: 2 releases are expected to wait by then"),
        (replace(STEP, waiting=12.4), "news is likely: 12 releases are expected to wait by then"),
        (replace(STEP, waiting=0.01), "in its turn: hardly any news is expected by then"),
        (replace(STEP, why="copies", waiting=0.7), "a copy is awaited in this language"),
        (replace(STEP, why="copies", waiting=2.2), "2 copies are awaited in this language"),
        (replace(STEP, why="edits"), "edits of new releases are likely"),
        (replace(STEP, why="longest", read_at=START - HOUR), "not read for 1 h by then"),
        (replace(STEP, why="longest"), "not read yet"),
        (
            replace(STEP, why="doubt", wide=True),
            "something is missing there: to be confirmed; older pages too",
        ),
        (replace(STEP, why="history", page=7), "its history, page 7; it goes on between the others"),
        (replace(STEP, why="failed", failures=1), "tried again after a failure"),
        (replace(STEP, why="failed", failures=3), "tried again after 3 failures in a row"),
        (
            replace(STEP, why="single", source_id="1257347"),
            "release 1257347 is asked for by its number: no listing shows it",
        ),
        (
            replace(STEP, why="quiet", key=None, until=START + 2 * HOUR),
            "nothing is asked by itself: quiet hours until 11:00",
        ),
        (
            replace(STEP, why="portal", key=None, until=START + 20 * HOUR),
            "nothing is asked: the portal rests until 07-14 05:00",
        ),
    ],
)
def test_why_it_is_read(step: Step, wanted: str) -> None:
    assert reason_said(step, now=START, zone=ALMATY) == wanted


@pytest.mark.parametrize(
    ("ahead", "wanted"),
    [
        (timedelta(seconds=-40), ("08:59", "now")),
        (timedelta(seconds=20), ("09:00", "now")),
        (timedelta(seconds=50), ("09:00", "in 1 min")),
        (4 * MINUTE + timedelta(seconds=50), ("09:04", "in 4 min")),
        (90 * MINUTE, ("10:30", "in 1 h 30 min")),
        (16 * HOUR, ("07-14 01:00", "in 16 h")),
    ],
)
def test_when_it_is_read_the_clock_and_the_wait_agree(ahead: timedelta, wanted: tuple[str, str]) -> None:
    at = START + ahead
    assert (clock_said(at, now=START, zone=ALMATY), wait_said(at, now=START)) == wanted


def test_which_listing_it_is() -> None:
    assert listing_said(STEP) == "economy/kk"
    assert listing_said(replace(STEP, key=(WHOLE, "ru"))) == "whole portal/ru"
    assert listing_said(replace(STEP, key=None)) == "-"


def test_what_bounds_it_without_a_budget() -> None:
    runs, budget, price, bounds = plan_said(AHEAD, BOUNDS, SPENT, running=True)
    assert runs == "A daemon runs; it reads in this order, and plans anew after every reading."
    assert budget == (
        "Budget: 812 requests in the last 24 hours. [schedule] per_day is not set; about 4104 readings a day are "
        "meant for 57 listings."
    )
    assert price == (
        "A reading is made when about 10 min of waiting have gathered: one release that waits for so long, or two "
        "that wait for half of it."
    )
    assert bounds == "Each listing is read every 1 h at the least, never sooner than after 2 min."


def test_what_bounds_it_with_one() -> None:
    bounds, spent = replace(BOUNDS, per_day=2000), replace(SPENT, per_day=2000)
    said = plan_said(AHEAD, bounds, spent, running=False)
    assert said[:2] == [
        "No daemon runs on this database; this is what one would read if it began now.",
        "Budget: 812 of 2000 requests in the last 24 hours, 1188 left.",
    ]
    tight = plan_said(replace(AHEAD, has_room=False, price=HIGHEST), bounds, spent, running=False)
    assert "Until older ones count no more, only what must not wait is read." in tight[1]
    assert tight[2] == "Nothing is left for when news is likely: listings are read in turn."
    assert (
        "There are requests to spare"
        in plan_said(replace(AHEAD, price=LOWEST), bounds, spent, running=True)[2]
    )


def test_a_stretched_longest_is_told_with_its_remedy() -> None:
    [said] = longest_said(57, replace(BOUNDS, per_day=500), stretched=3 * HOUR)
    assert said == (
        "The budget does not reach for a reading of each listing every 1 h (`longest`): for now that is stretched to "
        "3 h. Set [schedule] per_day to more than 1368, or longest to more than 165m."
    )


def test_a_budget_that_reaches_is_not_told_to_be_raised_to_what_it_is() -> None:
    [said] = longest_said(57, replace(BOUNDS, per_day=1500), stretched=65 * MINUTE)
    assert said == (
        "The budget does not reach for a reading of each listing every 1 h (`longest`), with what was asked in the "
        "last 24 hours and what older pages take: for now that is stretched to 1 h 5 min."
    )


@pytest.mark.parametrize(
    ("per_day", "every", "remedy"),
    [(100, "13 h 41 min", "14h"), (20, "2 days 20 h", "69h"), (5, "11 days 10 h", "12d")],
)
def test_a_budget_for_days_is_told_in_days(per_day: int, every: str, remedy: str) -> None:
    bounds = replace(BOUNDS, per_day=per_day)
    [said] = longest_said(57, bounds, stretched=HOUR * 12)
    noted = too_little_said(57, bounds)
    assert f"stretched to {every}. " in said
    assert noted is not None
    assert f"about every {every} instead. " in noted
    assert all(
        text.endswith(f"per_day to more than 1368, or longest to more than {remedy}.")
        for text in (said, noted)
    )


def test_check_says_what_longest_asks_for_beside_the_budget() -> None:
    asks = "To read 57 listings every 1 h (`longest`) takes 1368 requests a day, and to look over older pages up to"
    said = wanted_said(57, BOUNDS, wide_per_day=684)
    assert said == (
        f"{asks} 684 more. [schedule] per_day is not set: about 4104 readings a day are meant, 72 of each listing on "
        "average, most of them when news is likely."
    )
    ample = wanted_said(57, replace(BOUNDS, per_day=5000), wide_per_day=500)
    assert ample == f"{asks} 500 more; that leaves 3132 of per_day = 5000 for when news is likely."
    scarce = wanted_said(57, replace(BOUNDS, per_day=1400), wide_per_day=140)
    assert scarce.endswith("; of per_day = 1400 little or nothing is left for when news is likely.")


def test_check_warns_only_where_the_budget_does_not_reach() -> None:
    assert too_little_said(57, BOUNDS) is None
    assert too_little_said(57, replace(BOUNDS, per_day=1368)) is None
    assert too_little_said(6, replace(BOUNDS, per_day=100)) == (
        "[schedule] per_day = 100 is less than one reading of 6 listings every 1 h (`longest`) takes, 144 requests a "
        "day: each will be read about every 1 h 26 min instead. Set [schedule] per_day to more than 144, or longest "
        "to more than 87m."
    )

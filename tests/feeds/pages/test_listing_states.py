"""Which listings are late: due for long, though they could have been read."""

from datetime import UTC, datetime, time, timedelta
from typing import get_args

import pytest

from feeds.pages.listing_states import Rest, listing_of, rests_of
from feeds.pages.phrases.listings import words
from monitor.prospect import Ground
from monitor.quiet import Quiet
from monitor.store.database import to_text
from monitor.store.listings import PortalState

NOW = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUIET = Quiet(time(1), time(8, 50), "Asia/Almaty")
"""Until ten minutes before `NOW`, which is nine in the morning."""


def state(due_ago: int, *rests: Rest, outcome: str = "items") -> str:
    row = {
        "agency": "economy", "lang": "kk", "outcome": outcome, "reason": "", "failures": 0, "ground": "news",
        "walked_at": to_text(NOW), "read_at": None, "success_at": None, "paused_until": None, "history_pages": 1,
        "next_at": to_text(NOW - due_ago * MINUTE),
    }  # fmt: skip
    return listing_of(row, rests=rests, now=NOW).state


def rest(begun: int, ended: int) -> Rest:
    return NOW - begun * MINUTE, NOW - ended * MINUTE


@pytest.mark.parametrize(
    ("due_ago", "rests", "wanted"),
    [
        (14, (), "fine"),
        (16, (), "late"),
        (-30, (), "fine"),
        pytest.param(300, (rest(400, 10),), "fine", id="a rest has just ended"),
        pytest.param(300, (rest(400, 20),), "late", id="a rest has ended a while ago"),
        pytest.param(300, (rest(290, -60),), "fine", id="it rests since it was due"),
        pytest.param(300, (rest(280, -60),), "late", id="it was late before the rest"),
        pytest.param(300, (rest(400, 150), rest(145, -5)), "fine", id="one rest after another"),
        pytest.param(300, (rest(400, -5), rest(145, 100)), "fine", id="one rest within another"),
        pytest.param(20, (rest(400, 300),), "late", id="a rest of long ago"),
    ],
)
def test_what_waits_because_all_rest_is_not_late(due_ago: int, rests: tuple[Rest, ...], wanted: str) -> None:
    assert state(due_ago, *rests) == wanted


def test_quiet_hours_and_refusals_are_rests() -> None:
    refused = PortalState("https://portal.example", "refused", "403", NOW - MINUTE, 1, NOW + MINUTE)
    well = PortalState("https://portal.example")
    night = (datetime(2026, 7, 12, 20, 0, tzinfo=UTC), NOW - 10 * MINUTE)
    assert rests_of(QUIET, refused, now=NOW) == [night, (NOW - MINUTE, NOW + MINUTE)]
    assert rests_of(None, well, now=NOW) == []
    assert state(300, *rests_of(QUIET, well, now=NOW)) == "fine"
    assert state(300, *rests_of(QUIET, well, now=NOW + 10 * MINUTE)) == "fine"


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_reason_of_the_plan_has_its_words(lang: str) -> None:
    assert set(words(lang).grounds) == set(get_args(Ground))

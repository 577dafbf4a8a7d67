"""Two thousand hostile releases: every feed stays well-formed, nothing active is left, nothing visible is lost.

`python benchmarks/hostile.py` does the same with a hundred thousand.
"""

import pytest

from feeds.markup import safe_html
from tests.feeds.activity import activity
from tests.feeds.hostile import PORTAL, hostile
from tests.feeds.hostile_feeds import HOST, faults

BATCH = 50


@pytest.mark.parametrize("first", range(0, 2_000, BATCH * 10))
def test_feeds_of_hostile_releases_are_well_formed_and_harmless(first: int) -> None:
    found = [
        fault
        for batch in range(first, first + BATCH * 10, BATCH)
        for fault in faults(range(batch, batch + BATCH), by_feedparser=batch == first)
    ]
    assert found == []


def test_what_was_cleaned_is_settled() -> None:
    once = [safe_html(hostile(number).html, PORTAL) for number in range(500)]
    assert [safe_html(markup, PORTAL) for markup in once] == once


def test_what_was_not_cleaned_is_seen_to_be_active() -> None:
    active = [number for number in range(500) if activity(hostile(number).html, host=HOST)]
    assert len(active) > 450


def test_a_number_is_always_the_same_release() -> None:
    assert [hostile(number) for number in range(50)] == [hostile(number) for number in range(50)]
    assert len({hostile(number).html for number in range(500)}) == 500

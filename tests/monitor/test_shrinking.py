"""A listing that shrinks at once is not believed: told as stories to the watch."""

from datetime import timedelta

import pytest

from monitor.reach import PAGE_SIZE, looks_shrunken
from monitor.schedule import Purpose, Task
from tests.monitor.shelf import House, past

HOUR = timedelta(hours=1)


async def watched(count: int) -> House:
    house = House()
    house.portal.show("economy", "ru", *past(count))
    await house.live(3 * HOUR)
    assert house.news == []
    return house


def outcomes(house: House, *, since: int) -> list[str]:
    return [str(row[0]) for row in house.rows("SELECT outcome FROM crawls WHERE id > ? ORDER BY id", since)]


def crawls(house: House) -> int:
    return len(house.rows("SELECT id FROM crawls"))


@pytest.mark.parametrize("count", [12, 18, 40])
@pytest.mark.parametrize("which", ["every second", "the older half", "the newer half"])
async def test_half_of_a_listing_that_goes_is_called_shrunken_at_the_next_reading_and_nothing_is_removed(
    count: int, which: str
) -> None:
    house = await watched(count)
    ids = range(100, 100 + count)
    gone = {
        "every second": ids[::2],
        "the older half": ids[: count // 2],
        "the newer half": ids[count // 2 :],
    }
    for number in gone[which]:
        house.portal.hide(number)
    before = crawls(house)
    # of forty, the first page still is full where only the older half went: a wide reading sees it
    await house.live(12 * HOUR if (count, which) == (40, "the older half") else HOUR + timedelta(minutes=1))
    assert "shrunken" in outcomes(house, since=before)
    await house.live(12 * HOUR)
    assert house.news == []

    house.portal.show("economy", "ru", *past(count))
    await house.live(12 * HOUR)
    assert house.news == []
    assert house.rows("SELECT DISTINCT status FROM editions") == [("listed",)]
    # the page behind the last one, which a wide reading or an audit asks for, is empty
    assert [outcome for outcome in outcomes(house, since=before) if outcome != "empty"][-1] == "unchanged"


async def test_half_of_a_listing_that_stays_away_is_believed_after_a_day() -> None:
    house = await watched(12)
    for number in range(100, 106):
        house.portal.hide(number)
    await house.live(30 * HOUR)
    assert {(change.kind, change.source_id) for change in house.news} == {
        ("removed", str(number)) for number in range(100, 106)
    }


async def test_a_short_listing_that_is_whole_costs_one_request_a_reading() -> None:
    house = await watched(12)
    house.portal.orders.clear()
    await house.live(3 * HOUR)
    ordinary = [order for order in house.portal.orders if order.page == 1]
    # only a wide reading, every sixth, looks at the second page
    assert len(house.portal.orders) - len(ordinary) <= len(ordinary) / 6 + 1


async def test_a_few_that_go_from_a_short_listing_are_removed_as_ever() -> None:
    house = await watched(40)
    house.portal.hide(120)
    await house.live(12 * HOUR)
    assert [(change.kind, change.source_id) for change in house.news] == [("removed", "120")]


@pytest.mark.parametrize(
    ("purpose", "page", "listed", "held", "suspicious"),
    [
        ("ordinary", 1, 6, 12, True),
        ("wide", 1, 9, 12, True),
        ("ordinary", 1, 10, 12, False),
        ("ordinary", 1, PAGE_SIZE, 400, False),
        ("ordinary", 1, 0, 12, False),
        ("ordinary", 2, 6, 12, False),
        ("asked", 1, 6, 12, False),
        ("walk", 1, 6, 12, False),
        ("first", 1, 6, 0, False),
    ],
)
def test_when_a_first_page_looks_shrunken(
    purpose: Purpose, page: int, listed: int, held: int, suspicious: bool
) -> None:
    assert looks_shrunken(Task("economy", "ru", page, purpose), listed=listed, held=held) is suspicious

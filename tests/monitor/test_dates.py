"""Dates that cannot be right: they are kept and marked, and no reading goes by them."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.dates import FUTURE, PAST, believed, doubt, plausible
from monitor.store.orders import ask
from tests.monitor.shelf import START, House, Item, past

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR = datetime(2099, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param(START, None, id="now"),
        pytest.param(START + FUTURE, None, id="the day after tomorrow"),
        pytest.param(START + FUTURE + timedelta(seconds=1), "future", id="later than that"),
        pytest.param(FAR, "future", id="2099"),
        pytest.param(datetime.max.replace(tzinfo=UTC), "future", id="the last day there is"),
        pytest.param(PAST, None, id="the first day of 2000"),
        pytest.param(PAST - timedelta(seconds=1), "past", id="the last second of 1999"),
        pytest.param(LONG_AGO, "past", id="1970"),
        pytest.param(None, "unreadable", id="none that could be read"),
    ],
)
def test_a_date_is_doubted(at: datetime | None, expected: str | None) -> None:
    assert doubt(at, START) == expected
    if at is not None:
        assert plausible(at, START) is (expected is None)
    assert believed([at], START) == ([at] if expected is None else [])


def stray(at: datetime, number: int = 900) -> Item:
    return Item(number, "Қате күн", "Мәтін.", at)


STRAYS = [pytest.param(FAR, id="2099"), pytest.param(LONG_AGO, id="1970")]


def placed(house: House, item: Item, at: datetime) -> None:
    """Shows an item in the place that `at` would give it, whatever its own date."""
    house.portal.places[item.source_id] = at
    house.portal.show("economy", "ru", item)


async def watched(count: int = 60, history: timedelta | None = 90 * DAY) -> House:
    house = House(history=history)
    house.portal.show("economy", "ru", *past(count))
    await house.live(HOUR)
    assert house.news == []
    return house


@pytest.mark.parametrize("at", STRAYS)
async def test_a_stray_date_on_page_1_moves_no_bound_of_the_first_reading(at: datetime) -> None:
    bounds: list[tuple[object, ...]] = []
    for strays in (False, True):
        house = House(history=10 * DAY)
        house.portal.show("economy", "ru", *past(400))
        if strays:
            for number in range(5):  # more than the one that was forgiven before
                placed(house, stray(at, 900 + number), START - timedelta(minutes=number))
        await house.live(HOUR)
        bounds += house.rows("SELECT walked_at IS NOT NULL, walk_until, walk_page FROM listings")
    assert bounds[0][0] == 1
    assert bounds[0] == bounds[1]


@pytest.mark.parametrize("at", STRAYS)
async def test_a_stray_date_neither_ends_an_ordinary_reading_early_nor_keeps_it_going(at: datetime) -> None:
    house = await watched(count=200)
    placed(house, stray(at), START + HOUR)
    await house.live(HOUR)
    assert [(change.kind, change.source_id) for change in house.news] == [("published", "900")]
    house.portal.orders.clear()
    await house.live(12 * HOUR)
    assert max(order.page for order in house.portal.orders) == 3, (
        "fourteen days of the listing lie on three pages"
    )
    assert 1 in {order.page for order in house.portal.orders}
    assert [change.kind for change in house.news] == ["published"]


@pytest.mark.parametrize("at", STRAYS)
async def test_a_stray_date_does_not_hide_that_another_release_was_taken_down(at: datetime) -> None:
    house = await watched()
    placed(house, stray(at), START - 7 * HOUR)
    await house.live(HOUR)
    house.portal.hide(150)
    await house.live(8 * HOUR)
    assert [(change.kind, change.source_id) for change in house.news] == [
        ("published", "900"),
        ("removed", "150"),
    ]


@pytest.mark.parametrize("at", STRAYS)
async def test_many_stray_dates_are_no_wrong_order(at: datetime) -> None:
    house = await watched()
    for number in range(15):
        placed(house, stray(at + number * DAY, 900 + number), START - timedelta(hours=6 * number))
    await house.live(2 * HOUR)
    assert len(house.news) == 15
    assert ("broken",) not in house.rows("SELECT DISTINCT outcome FROM crawls")


async def test_a_release_dated_into_the_future_and_put_right_far_below_is_not_called_removed() -> None:
    house = await watched(count=400)
    house.portal.show("economy", "ru", stray(FAR))
    await house.live(HOUR)
    house.portal.show("economy", "ru", stray(START - 30 * DAY))
    await house.live(3 * DAY)
    assert "removed" not in {change.kind for change in house.news}


async def test_a_release_dated_into_the_future_is_called_removed_by_readings_to_the_end() -> None:
    house = await watched()
    house.portal.show("economy", "ru", stray(FAR))
    await house.live(HOUR)
    house.portal.hide(900)
    await house.live(10 * HOUR)
    assert [change.kind for change in house.news] == ["published"], (
        "no place was covered where it should stand"
    )
    for _ in range(2):
        ask(house.db, [("economy", "ru")], pages=None, since=None, whole=True, now=house.now)
        house.watch.look_for_orders()
        await house.live(8 * HOUR)
    assert [change.kind for change in house.news] == ["published", "removed"]


@pytest.mark.parametrize(("at", "expected"), [(FAR, "future"), (LONG_AGO, "past"), (START, None)])
async def test_the_doubt_is_stored_and_goes_when_the_date_is_put_right(
    at: datetime, expected: str | None
) -> None:
    house = await watched()
    placed(house, stray(at), START)
    await house.live(HOUR)
    doubts = "SELECT date_doubt, published_raw FROM releases WHERE source_id = '900'"
    assert house.rows(doubts) == [(expected, at.isoformat())]
    placed(house, stray(START - HOUR), START)
    await house.live(HOUR)
    assert house.rows(doubts) == [(None, (START - HOUR).isoformat())]

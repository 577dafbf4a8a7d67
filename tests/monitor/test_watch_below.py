"""Stories of what lies below page 1: pages that stay bad, answers that are empty once, orders that turn round."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from crawler.records import Order, Report
from monitor.allowance import UNHURRIED
from monitor.store.orders import ask
from monitor.worker import Answer
from tests.monitor.shelf import START, FakePortal, House, Item, past

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def tampered(house: House, tamper: Callable[[Order, Answer], Answer]) -> None:
    """The portal's answers pass through `tamper` from now on."""

    async def read_tampered(order: Order) -> Answer:
        return tamper(order, await FakePortal.read(house.portal, order))

    house.portal.read = read_tampered  # type: ignore[method-assign]


def bad(house: House, *, first: int, last: int = 1000, agency: str = "economy") -> None:
    """These pages of a listing are broken from now on."""

    def broken(order: Order, answer: Answer) -> Answer:
        if order.agency == agency and first <= order.page <= last:
            return Answer((), Report(order.id, "broken", reason="not JSON"))
        return answer

    tampered(house, broken)


def empty_once(house: House, *, page: int) -> list[Order]:
    """This page comes empty once; the orders that met it so."""
    met: list[Order] = []

    def empty(order: Order, answer: Answer) -> Answer:
        if order.page != page or met:
            return answer
        met.append(order)
        return Answer((), Report(order.id, "empty", requests=1))

    tampered(house, empty)
    return met


async def watched(count: int = 200, **options: object) -> House:
    house = House(**options)  # type: ignore[arg-type]
    house.portal.show("economy", "ru", *past(count))
    await house.live(HOUR)
    assert house.news == []
    return house


async def silent(**options: object) -> House:
    """Nothing was published for a hundred days."""
    house = House(history=None, **options)  # type: ignore[arg-type]
    for agency in house.config.portal.agencies:
        house.portal.show(agency, "ru", *past(40, newest=START - 100 * DAY))
    await house.live(HOUR)
    return house


def told(*houses: House) -> set[str]:
    return {change.source_id for house in houses for change in house.news if change.kind == "published"}


async def test_a_page_that_stays_bad_hides_no_news_above_it() -> None:
    house = await watched()
    bad(house, first=3)
    await house.live(DAY)  # wide readings have met it
    house.portal.show("economy", "ru", Item(900, "Жаңа", "Жаңа хабар.", house.now + MINUTE))
    await house.live(2 * HOUR)
    assert told(house) == {"900"}


async def test_a_page_that_stays_bad_is_not_asked_for_every_two_minutes() -> None:
    house = await watched()
    bad(house, first=3)
    house.portal.orders.clear()
    await house.live(DAY)
    assert sum(order.page >= 3 for order in house.portal.orders) <= 12
    assert 24 <= sum(order.page == 1 for order in house.portal.orders) <= 1.25 * UNHURRIED


async def test_an_order_has_its_turn_beside_a_reading_that_meets_a_bad_page() -> None:
    house = await watched()
    bad(house, first=3)
    await house.live(DAY)
    ids = ask(house.db, [("economy", "ru")], pages=1, now=house.now)
    house.watch.look_for_orders()
    await house.live(HOUR)
    assert house.rows("SELECT state FROM orders WHERE id = ?", *ids) == [("done",)]


async def test_a_bad_page_of_a_history_hides_no_news() -> None:
    house = House(history=None)
    house.portal.show("economy", "ru", *past(200))
    bad(house, first=3)
    await house.live(DAY)
    house.portal.show("economy", "ru", Item(900, "Жаңа", "Жаңа хабар.", house.now + MINUTE))
    await house.live(DAY)
    assert told(house) == {"900"}


async def test_a_catching_up_that_meets_a_bad_page_hides_no_later_news_and_ends_when_it_is_mended() -> None:
    house = await silent()
    missed = past(100, first_id=1000)
    house.portal.show("economy", "ru", *missed)
    bad(house, first=4, last=4)
    await house.live(2 * HOUR)
    house.portal.show("economy", "ru", Item(5000, "Жаңа", "Жаңа хабар.", house.now + MINUTE))
    await house.live(2 * HOUR)
    assert "5000" in told(house)
    del house.portal.read
    await house.live(2 * HOUR)
    assert told(house) == {"5000", *(str(item.source_id) for item in missed)}


async def test_one_empty_answer_ends_no_catching_up() -> None:
    house = await silent()
    missed = past(300, first_id=1000)
    house.portal.show("economy", "ru", *missed)
    met = empty_once(house, page=8)
    await house.live(2 * HOUR)
    assert met
    assert len(told(house)) == len(missed)


async def test_an_end_below_a_full_page_is_believed_only_when_it_is_met_a_second_time() -> None:
    house = await silent()
    missed = past(300, first_id=1000)
    house.portal.show("economy", "ru", *missed)

    def empty(order: Order, answer: Answer) -> Answer:
        return Answer((), Report(order.id, "empty", requests=1)) if order.page == 8 else answer

    tampered(house, empty)
    while not told(house):
        await house.live(MINUTE)
    assert house.rows("SELECT behind_since IS NOT NULL FROM listings") == [(1,)]
    del house.portal.read
    await house.live(2 * HOUR)
    assert len(told(house)) == len(missed)


async def test_one_empty_answer_ends_no_first_reading() -> None:
    house = House(history=None)
    house.portal.show("economy", "ru", *past(200))
    assert empty_once(house, page=5) == []
    await house.live(HOUR)
    assert house.rows("SELECT count(*) FROM releases") == [(200,)]


async def test_one_empty_answer_ends_no_order() -> None:
    house = House(history=DAY)
    house.portal.show("economy", "ru", *past(200))
    await house.live(HOUR)
    met = empty_once(house, page=5)
    ids = ask(house.db, [("economy", "ru")], whole=True, now=house.now)
    house.watch.look_for_orders()
    await house.live(HOUR)
    assert met
    page_5 = house.rows("SELECT requests FROM crawls WHERE page = 5 AND purpose = 'asked'")
    assert page_5 == [(2,)]  # both are counted
    assert house.rows("SELECT state, listed FROM orders WHERE id = ?", *ids) == [("done", 200)]


async def test_a_listing_that_turns_oldest_first_is_noticed_also_where_wordings_are_left_out() -> None:
    house = await watched(60, history=None)
    house.portal.forgetful = True
    items = past(60)
    house.portal.places = {
        item.source_id: START + (items[-1].published_at - item.published_at) for item in items
    }
    await house.live(HOUR)
    assert house.rows("SELECT outcome FROM crawls ORDER BY id DESC LIMIT 1") == [("unsorted",)]


async def test_joint_releases_that_another_listing_brought_end_no_catching_up() -> None:
    both = ("economy", "enbek")
    house = await silent(agencies_followed=both)
    own = past(20, first_id=1000, newest=START - 60 * DAY)
    joint = past(130, first_id=2000)
    house.portal.show("economy", "ru", *joint)
    await house.live(HOUR)
    house.portal.show("enbek", "ru", *joint, *own)
    bad(house, first=6, agency="enbek")
    await house.live(HOUR)
    del house.portal.read
    again = House(db=house.db, portal=house.portal, now=house.now, agencies_followed=both, history=None)
    await again.live(2 * HOUR)
    assert {str(item.source_id) for item in own} <= told(house, again)


@pytest.mark.parametrize("wrong", [False, True])
async def test_a_clock_that_ran_ahead_once_makes_nobody_impolite(wrong: bool) -> None:
    house = House(agencies_followed=("economy", "enbek", "almaty"), languages=("ru", "kk", "en"))
    for agency, lang in list(house.watch.state.listings):
        house.portal.show(agency, lang, *past(40, lang=lang))
    await house.live(HOUR)
    right = house.now
    house.portal.fault = Report(0, "blocked", reason="a block page")
    if wrong:
        house.now = right + 30 * DAY
        await house.live(MINUTE)
        house.now = right
    house.portal.orders.clear()
    await house.live(6 * HOUR)
    assert len(house.portal.orders) <= 12

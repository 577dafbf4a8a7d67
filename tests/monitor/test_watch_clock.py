"""The watch goes on by a clock that was set, and after sleep: nothing waits for days, nothing is lost or hurried."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from crawler.records import Order, Report
from monitor.clock_jumps import Jump
from monitor.schedule import Listing
from monitor.store.clock_jumps import load_jumps
from monitor.store.database import to_text
from monitor.store.listings import load_listing, load_portal
from monitor.store.lookups import wanted
from monitor.store.orders import ask, progress
from monitor.store.verify import verify
from monitor.worker import Answer
from tests.monitor.shelf import START, FakePortal, House, Item, past

SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
AGENCIES = ("economy", "mfa", "almaty")
KEY = "economy", "ru"


async def settled(**options: object) -> House:
    """A house whose listings have been watched for hours."""
    house = House(agencies_followed=AGENCIES, **options)  # type: ignore[arg-type]
    for number, agency in enumerate(AGENCIES):
        house.portal.show(agency, "ru", *past(40, first_id=1000 * (number + 1)))
    await house.live(4 * HOUR)
    house.portal.orders.clear()
    return house


def forget_readings(house: House) -> None:
    """From here on they are counted."""
    house.db.execute("DELETE FROM crawls")


def put(house: House, jump: timedelta) -> None:
    """The clock is set, and the watch is told."""
    house.now += jump
    house.watch.clock_was_set(jump)


def looked_at(house: House) -> Counter[str]:
    """How often each listing was read by itself since the clock was set; audits, of which some are due, left out."""
    rows = house.rows("SELECT agency FROM crawls WHERE page = 1 AND purpose IN ('ordinary', 'wide')")
    return Counter(str(agency) for (agency,) in rows)


@pytest.mark.parametrize(
    ("jump", "most"),
    [(-HOUR, 2), (-20 * HOUR, 2), (-DAY, 2), (-3650 * DAY, 8)],  # of ten years ago no hours were learned
    ids=str,
)
async def test_no_listing_waits_longer_than_before_where_the_clock_was_put_back(
    jump: timedelta, most: int
) -> None:
    house = await settled()
    forget_readings(house)
    put(house, jump)
    await house.live(HOUR + MINUTE)
    assert set(looked_at(house)) == set(AGENCIES)
    assert max(looked_at(house).values()) <= most


@pytest.mark.parametrize("jump", [2 * HOUR, DAY, 3650 * DAY], ids=str)
async def test_each_listing_is_read_once_where_the_clock_was_put_forward(jump: timedelta) -> None:
    house = await settled()
    forget_readings(house)
    put(house, jump)
    await house.live(MINUTE)
    assert looked_at(house) == Counter(AGENCIES)


@pytest.mark.parametrize("length", [10 * HOUR, 30 * DAY], ids=str)
async def test_after_sleep_each_listing_is_read_once(length: timedelta) -> None:
    house = await settled()
    forget_readings(house)
    house.now += length
    await house.live(MINUTE)
    assert looked_at(house) == Counter(AGENCIES)


@pytest.mark.parametrize(
    ("jump", "restarts"),
    [(DAY, False), (-DAY, False), (6 * HOUR, False), (DAY, True), (-HOUR, True)],
    ids=str,
)
async def test_a_rest_that_the_portal_asked_for_lasts_as_long_by_whatever_clock(
    jump: timedelta, restarts: bool
) -> None:
    house = await settled()
    house.portal.fault = Report(0, "overloaded", reason="503", retry_after=6 * 3600)
    await house.live(HOUR + MINUTE)
    until = load_portal(house.db, house.config.portal.base_url).paused_until
    assert until is not None
    left = until - house.now
    house.portal.fault = None
    house.portal.orders.clear()
    put(house, jump)
    if restarts:
        house = House(agencies_followed=AGENCIES, db=house.db, portal=house.portal, now=house.now)
    await house.live(left - MINUTE)
    assert house.portal.orders == []
    await house.live(2 * MINUTE)
    assert house.portal.orders != []


@pytest.mark.parametrize("jump", [DAY, -6 * HOUR], ids=str)
async def test_a_route_that_was_refused_rests_as_long_by_whatever_clock(jump: timedelta) -> None:
    house = await settled(routes=("rest", "graphql"))
    house.portal.by_route["rest"] = Report(0, "refused", reason="403", retry_after=5 * 3600)
    await house.live(HOUR)
    house.portal.by_route.clear()
    house.portal.orders.clear()
    put(house, jump)
    await house.live(3 * HOUR)
    assert {order.route for order in house.portal.orders} == {"graphql"}
    await house.live(3 * HOUR)
    assert {order.route for order in house.portal.orders} == {"graphql", "rest"}


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_clock_put_forward_proves_no_removal(restarts: bool) -> None:
    house = await settled()
    house.portal.hide(1038)
    while house.rows("SELECT status FROM releases WHERE source_id = '1038'") != [("suspected",)]:
        await house.live(10 * MINUTE)
    forget_readings(house)
    for jump in (DAY, 3 * DAY):
        put(house, jump)
        if restarts:
            house = House(
                agencies_followed=AGENCIES,
                db=house.db,
                portal=house.portal,
                now=house.now,
            )
        await house.live(MINUTE)
    assert looked_at(house)["economy"] == 2
    assert house.rows("SELECT status FROM releases WHERE source_id = '1038'") == [("suspected",)]
    await house.live(12 * HOUR)
    assert [(change.kind, change.source_id) for change in house.news] == [("removed", "1038")]


async def test_when_the_clock_was_set_is_written_soon_where_it_could_not_be_at_once() -> None:
    house = await settled()
    house.db.execute("PRAGMA query_only = ON")
    put(house, DAY)
    at = house.now
    house.db.execute("PRAGMA query_only = OFF")
    assert house.rows("SELECT * FROM clock_jumps") == []
    for _ in range(2):
        house.watch.look_for_orders()
    assert house.rows("SELECT at, seconds FROM clock_jumps") == [(to_text(at), 86400.0)]
    assert load_jumps(house.db) == [Jump(at, DAY)]


@pytest.mark.parametrize("jump", [DAY, -HOUR], ids=str)
async def test_what_came_in_while_a_reading_broke_off_hides_nothing_below_it(jump: timedelta) -> None:
    """The second page cannot be read, so that what came in at the top is all that is known."""
    house = await settled()

    async def only_first_pages(order: Order) -> Answer:
        if order.page > 1 and order.agency == "economy":
            return Answer((), Report(order.id, "timeout", reason="no answer came"))
        return await FakePortal.read(house.portal, order)

    def publish(count: int, first: int) -> set[str]:
        house.portal.show(
            "economy",
            "ru",
            *(Item(first + n, f"Жаңа {n}", "Өнім көлемі ұлғайды.", house.now) for n in range(count)),
        )
        return {str(first + n) for n in range(count)}

    house.portal.read = only_first_pages  # type: ignore[method-assign]
    published = publish(25, 5000)
    await house.live(HOUR + MINUTE)
    put(house, jump)
    published |= publish(25, 6000)
    await house.live(HOUR + MINUTE)
    del house.portal.read
    await house.live(2 * HOUR)
    held = {str(one) for (one,) in house.rows("SELECT source_id FROM releases")}
    assert published <= held


@pytest.mark.parametrize("jump", [-HOUR, -DAY], ids=str)
async def test_a_listing_stays_behind_over_a_clock_put_back_and_a_restart(jump: timedelta) -> None:
    house = await settled()
    began = house.now - MINUTE
    house.watch.state.listings[KEY] = Listing(*KEY, walked=True, behind_since=began)
    put(house, jump)
    assert load_listing(house.db, *KEY).behind_since == began + jump


async def test_a_release_that_is_asked_for_by_its_number_waits_as_long_by_whatever_clock() -> None:
    house = await settled()

    async def no_single(order: Order) -> Answer:
        if order.source_id is not None:
            return Answer((), Report(order.id, "timeout", reason="no answer came"))
        return await FakePortal.read(house.portal, order)

    house.portal.read = no_single  # type: ignore[method-assign]
    house.portal.hide(1038)
    while not (waiting := [one for one in wanted(house.db) if one.tries]):
        await house.live(10 * MINUTE)
    put(house, -DAY)
    assert [one.next_at for one in wanted(house.db)] == [waiting[0].next_at - DAY]


@pytest.mark.parametrize("jump", [DAY, -HOUR], ids=str)
async def test_a_long_order_goes_on_where_it_was(jump: timedelta) -> None:
    house = await settled()
    house.portal.show("economy", "ru", *past(400, first_id=20_000))
    [order] = ask(house.db, [KEY], whole=True, now=house.now)
    house.watch.look_for_orders()
    pages: list[int] = []

    async def set_at_page_9(asked: Order) -> Answer:
        if asked.agency != "economy" or asked.page < 5:
            return await FakePortal.read(house.portal, asked)
        pages.append(asked.page)
        if asked.page == 9 and pages.count(9) == 1:
            put(house, jump)
        return await FakePortal.read(house.portal, asked)

    house.portal.read = set_at_page_9  # type: ignore[method-assign]
    await house.live(10 * MINUTE)
    [come] = progress(house.db, [order])
    assert (come.state, come.listed) == ("done", 440)
    assert house.rows("SELECT count(*) FROM release_agencies WHERE agency = 'economy'") == [(440,)]
    assert {*pages} >= {*range(5, 23)}


async def test_the_store_that_cannot_be_written_keeps_the_watch_from_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = await settled()
    house.portal.fault = Report(0, "refused", reason="403")
    await house.live(HOUR + MINUTE)
    house.portal.fault = None
    house.db.execute("PRAGMA query_only = ON")
    put(house, -DAY)
    house.db.execute("PRAGMA query_only = OFF")
    assert "After a restart" in caplog.text
    house.portal.orders.clear()
    await house.live(2 * HOUR)
    assert house.portal.orders != []


async def test_the_clock_may_be_put_back_while_a_page_is_on_its_way() -> None:
    house = await settled()
    forget_readings(house)
    began: list[datetime] = []

    async def put_back_meanwhile(order: Order) -> Answer:
        if not began:
            put(house, -HOUR)
        began.append(house.now)
        return await FakePortal.read(house.portal, order)

    house.portal.read = put_back_meanwhile  # type: ignore[method-assign]
    house.portal.show("economy", "ru", Item(7000, "Жаңа", "Мәтін.", house.now))
    await house.live(HOUR)
    rows = house.rows("SELECT started_at, finished_at FROM crawls")
    assert len(rows) >= len(AGENCIES)
    assert all(str(started) <= str(finished) for started, finished in rows)


@pytest.mark.parametrize("jump", [timedelta(days=-20_600), timedelta(days=3653)])
async def test_a_daemon_that_starts_by_a_clock_that_is_years_off_reads_on_when_it_starts_by_the_right_one(
    jump: timedelta,
) -> None:
    house = House(now=START + jump)
    house.portal.show("economy", "ru", *past(5))
    await house.live(timedelta(hours=3))
    assert house.rows("SELECT count(*) FROM releases") == [(5,)]
    assert house.news == []
    again = House(db=house.db, portal=house.portal, now=START + timedelta(days=1))
    again.portal.show("economy", "ru", Item(900, "Жаңа зауыт", "Мәтін.", START + timedelta(days=1)))
    await again.live(timedelta(hours=3))
    assert [(change.kind, change.source_id) for change in again.news] == [("published", "900")]
    assert verify(again.db).fault is None

"""Stories of the ladder: a gate closes, another way is found, the better one is tried again, a restart remembers."""

import logging
from datetime import datetime, timedelta

import pytest

from crawler.records import Order, Report
from monitor.worker import Answer
from tests.monitor.shelf import START, House, Item, past

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
REFUSED = Report(0, "refused", reason="HTTP 400 notAllowed")
WAYS = ("rest", "graphql", "rest-session")


def two_listings(**options: object) -> House:
    house = House(languages=("ru", "kk"), routes=WAYS, **options)  # type: ignore[arg-type]
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(10, lang=lang))
    return house


def asked(house: House) -> list[str]:
    return [order.route for order in house.portal.orders]


async def test_a_closed_gate_leads_to_the_next_route_at_once(caplog: pytest.LogCaptureFixture) -> None:
    house = two_listings()
    house.portal.by_route["rest"] = REFUSED
    with caplog.at_level(logging.INFO, logger="jarshy"):
        await house.live(MINUTE)
    assert house.rows("SELECT count(*) FROM editions") == [(20,)]
    assert house.rows("SELECT DISTINCT route FROM listings") == [("graphql",)]
    said = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(said) == 1
    assert "route rest" in said[0]
    assert "notAllowed" in said[0]
    assert "graphql is tried instead" in said[0]
    # Both listings were in hand when the gate closed; from then on nobody knocks there.
    assert asked(house).count("rest") <= 2


async def test_a_refused_route_is_tried_again_now_and_then_and_not_at_every_poll() -> None:
    house = two_listings()
    house.portal.by_route["rest"] = REFUSED
    await house.live(timedelta(days=2))
    polls = asked(house).count("graphql")
    assert polls > 80
    # 2 min doubling to 6 h: about 8 within the first six hours, then one in six hours.
    assert 8 <= asked(house).count("rest") <= 18
    assert house.news == []


async def test_a_gate_that_opens_again_is_found_and_everybody_goes_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = two_listings()
    house.portal.by_route["rest"] = REFUSED
    await house.live(5 * HOUR)
    house.portal.by_route.clear()
    with caplog.at_level(logging.INFO, logger="jarshy"):
        await house.live(12 * HOUR)
    assert sum("route rest works again" in record.message for record in caplog.records) == 1
    assert house.rows("SELECT DISTINCT route FROM listings") == [("rest",)]
    assert asked(house)[-4:] == ["rest"] * 4


async def test_a_restart_does_not_knock_at_a_route_that_rests() -> None:
    house = two_listings()
    house.portal.by_route["rest"] = REFUSED
    while asked(house).count("rest") < 9:  # from then on it rests for hours; when that is the plan says
        await house.live(10 * MINUTE)
        assert house.now < START + timedelta(days=1)
    knocks, readings = asked(house).count("rest"), asked(house).count("graphql")
    ((rests_until,),) = house.rows("SELECT paused_until FROM routes WHERE route = 'rest' AND agency = ''")
    assert datetime.fromisoformat(str(rests_until)) > house.now + 2 * HOUR
    again = House(languages=("ru", "kk"), routes=WAYS, db=house.db, portal=house.portal, now=house.now)
    await again.live(2 * HOUR)
    assert asked(again).count("rest") == knocks
    assert asked(again).count("graphql") >= readings + 2 * 2  # both listings, once an hour at least


async def test_where_every_gate_is_closed_the_portal_rests_and_it_is_said_now_and_then(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = two_listings()
    for route in WAYS:
        house.portal.by_route[route] = REFUSED
    with caplog.at_level(logging.INFO, logger="jarshy"):
        await house.live(timedelta(days=1))
        knocks = len(house.portal.orders)
        house.portal.by_route.clear()
        await house.live(12 * HOUR)
    assert knocks <= 3 * 14
    said = [record.message for record in caplog.records if record.name == "jarshy.portal"]
    assert [line.count("refused") for line in said] == [1, 1, 1, 1, 1, 0]
    assert [line.partition(" It has been so for ")[2] for line in said[1:-1]] == [
        "62 min (6 times).", "4 h (8 times).", "8 h (9 times).", "20 h (11 times)."
    ]  # fmt: skip
    assert house.rows("SELECT count(*) FROM editions") == [(20,)]


async def test_a_listing_that_a_route_does_not_sort_is_read_by_the_next_and_the_others_stay() -> None:
    house = two_listings()
    read = house.portal.read

    async def shuffled(order: Order) -> Answer:
        answer = await read(order)
        if (order.route, order.lang) == ("rest", "kk"):
            return Answer(answer.records[::-1], answer.report)
        return answer

    house.portal.read = shuffled  # type: ignore[method-assign]
    await house.live(3 * HOUR)
    assert house.rows("SELECT lang, route FROM listings ORDER BY lang") == [("kk", "graphql"), ("ru", "rest")]
    assert ("unsorted",) in house.rows("SELECT outcome FROM crawls WHERE lang = 'kk'")
    assert house.rows("SELECT count(*) FROM editions") == [(20,)]


async def test_an_overloaded_portal_is_no_reason_for_a_more_intrusive_route() -> None:
    house = two_listings()
    await house.live(HOUR)
    house.portal.by_route["rest"] = Report(0, "overloaded", reason="503")
    await house.live(6 * HOUR)
    assert set(asked(house)) == {"rest"}


async def test_a_route_that_never_worked_and_only_times_out_is_passed_over() -> None:
    house = two_listings()
    house.portal.by_route["rest"] = REFUSED
    house.portal.by_route["graphql"] = Report(0, "overloaded", reason="504")
    await house.live(HOUR)
    assert house.rows("SELECT DISTINCT route FROM listings") == [("rest-session",)]


async def test_news_is_told_once_whichever_route_brings_it() -> None:
    house = two_listings()
    await house.live(HOUR)
    house.portal.show("economy", "ru", Item(900, "Жаңа", "12 млрд теңге.", START + HOUR))
    house.portal.by_route["rest"] = REFUSED
    await house.live(3 * HOUR)
    house.portal.by_route.clear()
    await house.live(12 * HOUR)
    assert [(change.kind, change.source_id) for change in house.news] == [("published", "900")]


async def test_every_try_has_its_row_with_its_route_and_outcome() -> None:
    house = two_listings()
    house.portal.by_route["rest"] = REFUSED
    await house.live(MINUTE)
    rows = house.rows("SELECT DISTINCT route, outcome FROM crawls WHERE outcome <> 'empty' ORDER BY route")
    assert rows == [("graphql", "items"), ("rest", "refused")]


async def several_agencies(*, alone: bool) -> House:
    agencies = ("economy", "almaty", "mfa", "moa")
    house = House(agencies_followed=agencies, routes=("graphql",))
    house.portal.alone = alone
    for place, agency in enumerate(agencies):
        house.portal.show(agency, "ru", *past(10, first_id=100 * (place + 1)))
    await house.live(6 * HOUR)
    assert house.rows("SELECT count(*) FROM editions") == [(40,)]
    assert house.news == []
    return house


async def test_listings_that_are_due_together_are_asked_for_together() -> None:
    house = await several_agencies(alone=False)
    assert house.rows("SELECT together FROM routes WHERE route = 'graphql'") == [(1,)]
    assert max(len(batch.orders) for batch in house.portal.batches) >= 4
    # The plan spreads the listings over the hour: those that it has read at one moment come in one batch.
    at_once = house.rows(
        "SELECT group_concat(agency) FROM crawls WHERE agency <> '*' AND outcome <> 'empty'"
        " GROUP BY started_at HAVING count(*) > 1"
    )
    first_pages = [
        {order.agency for order in batch.orders if order.page == 1 and order.agency != "*"}
        for batch in house.portal.batches
    ]
    assert [set(str(together).split(",")) for (together,) in at_once] == [
        each for each in first_pages if each
    ]
    before, asked_before = len(house.portal.batches), len(house.portal.orders)
    house.now += 3 * HOUR  # asleep for so long that all are due
    await house.live(timedelta(seconds=1))
    new = [batch for batch in house.portal.batches[before:] if any(order.page == 1 for order in batch.orders)]
    assert len(new) == 1
    assert {order.agency for order in new[0].orders} >= {"economy", "almaty", "mfa", "moa"}
    first = [order for order in house.portal.orders[asked_before:] if order.page == 1 and order.agency != "*"]
    assert len(first) == 4
    assert all(
        len({(o.agency, o.lang) for o in batch.orders}) == len(batch.orders) for batch in house.portal.batches
    )


async def test_a_route_that_answers_for_one_listing_only_is_tried_together_once() -> None:
    house = await several_agencies(alone=True)
    assert len(house.portal.batches) == 1
    assert house.rows("SELECT together FROM routes WHERE route = 'graphql'") == [(0,)]
    agencies_only = "WHERE outcome <> 'empty' AND agency <> '*'"
    assert house.rows(f"SELECT DISTINCT outcome FROM crawls {agencies_only}") == [("items",), ("unchanged",)]
    again = House(
        agencies_followed=("economy", "almaty"),
        routes=("graphql",),
        db=house.db,
        portal=house.portal,
        now=house.now,
    )
    await again.live(2 * HOUR)
    assert len(house.portal.batches) == 1


async def test_a_portal_that_blocks_a_request_for_several_listings_is_not_asked_for_each() -> None:
    agencies = ("economy", "almaty", "mfa", "moa")
    house = House(agencies_followed=agencies, routes=("graphql",))
    house.portal.fault = Report(0, "blocked", reason="the block page")
    await house.live(timedelta(seconds=1))
    asked_for = {order.id for batch in house.portal.batches for order in batch.orders}
    assert house.portal.batches
    assert [order for order in house.portal.orders if order.id not in asked_for] == []
    assert house.rows("SELECT together FROM routes WHERE together IS NOT NULL") == []


async def test_our_own_budget_says_nothing_of_requests_for_several_listings() -> None:
    agencies = ("economy", "almaty", "mfa", "moa")
    house = House(agencies_followed=agencies, routes=("graphql",))
    for place, agency in enumerate(agencies):
        house.portal.show(agency, "ru", *past(10, first_id=100 * (place + 1)))
    house.portal.fault = Report(0, "budget", reason="spent", retry_after=3600.0)
    await house.live(2 * HOUR)
    house.portal.fault = None
    house.portal.batches.clear()
    await house.live(6 * HOUR)
    assert house.portal.batches
    assert house.rows("SELECT count(*) FROM editions") == [(40,)]

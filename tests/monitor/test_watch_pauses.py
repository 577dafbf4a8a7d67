"""Pauses of our own, slices and long orders: nothing slips through between two pages, and nobody is kept waiting."""

import itertools
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from crawler.records import Misfit, Order, Report
from monitor import portal_health
from monitor.errors import StoreError
from monitor.noticed import Noticed
from monitor.schedule import Task
from monitor.store.orders import ask, progress
from monitor.worker import Answer
from tests.monitor.shelf import START, FakePortal, House, Item, failing_once, past

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
Read = Callable[[FakePortal, Order], Awaitable[Answer]]


def answered_by(house: House, read: Read) -> None:
    """Orders come to `read` from now on, which may hand them on to the portal."""

    async def instead(order: Order) -> Answer:
        return await read(house.portal, order)

    house.portal.read = instead  # type: ignore[method-assign]


def read_by_the_portal(portal: FakePortal, order: Order) -> Awaitable[Answer]:
    return FakePortal.read(portal, order)


def held(house: House) -> set[int]:
    return {int(str(source_id)) for (source_id,) in house.rows("SELECT source_id FROM releases")}


async def test_our_own_budget_in_the_midst_of_a_first_reading_loses_nothing() -> None:
    house, items, spent = House(history=None), past(200), []
    house.portal.show("economy", "ru", *items)

    async def spent_at_page_7(portal: FakePortal, order: Order) -> Answer:
        if order.page != 7 or spent:
            return await read_by_the_portal(portal, order)
        spent.append(order)
        portal.orders.append(order)
        portal.hide(items[-1].source_id)  # while we wait for the next day all below it move up by one
        return Answer((), Report(order.id, "budget", reason="spent", retry_after=20_000))

    answered_by(house, spent_at_page_7)
    await house.live(13 * HOUR)
    assert held(house) == {item.source_id for item in items}


async def test_a_quiet_window_in_the_midst_of_a_first_reading_loses_nothing() -> None:
    house, items = House(history=None, quiet="09:01-17:00"), past(200)  # the story begins at nine
    house.portal.show("economy", "ru", *items)

    async def until_the_window(portal: FakePortal, order: Order) -> Answer:
        if order.page == 6:
            house.now = max(house.now, START + 2 * MINUTE)
        return await read_by_the_portal(portal, order)

    answered_by(house, until_the_window)
    await house.live(10 * MINUTE)
    assert len(held(house)) < len(items)
    house.portal.hide(items[-1].source_id)
    await house.live(13 * HOUR)
    assert held(house) == {item.source_id for item in items}


async def unhurried(house: House, *, seconds: float, log: list[tuple[datetime, str, int]]) -> None:
    """A page takes so long from now on, and is noted when it has come."""

    async def slowly(portal: FakePortal, order: Order) -> Answer:
        answer = await read_by_the_portal(portal, order)
        house.now += timedelta(seconds=seconds)
        log.append((house.now, order.agency, order.page))
        return answer

    answered_by(house, slowly)


async def test_long_orders_do_not_keep_a_reading_waiting_that_brings_news() -> None:
    house, log = House(agencies_followed=("economy", "mfa", "almaty")), []
    for place, agency in enumerate(("economy", "mfa", "almaty")):
        house.portal.show(agency, "ru", *past(60 if place == 2 else 4000, first_id=10_000 * (place + 1)))
    await house.live(3 * HOUR)
    ask(house.db, [("economy", "ru"), ("mfa", "ru")], whole=True, now=house.now)
    house.watch.look_for_orders()
    news = [Item(95_000 + number, f"Жаңа {number}", "Мәтін.", house.now) for number in range(50)]
    house.portal.show("almaty", "ru", *news)
    await unhurried(house, seconds=20, log=log)
    await house.live(3 * HOUR)
    first, second = (next(at for at, agency, page in log if (agency, page) == ("almaty", n)) for n in (1, 2))
    assert second - first < 5 * MINUTE


async def test_a_listing_of_which_somebody_reads_the_whole_is_still_looked_at() -> None:
    house, log = House(agencies_followed=("economy", "mfa")), []
    house.portal.show("economy", "ru", *past(8000, first_id=10_000))
    house.portal.show("mfa", "ru", *past(60, first_id=90_000))
    await house.live(3 * HOUR)
    ask(house.db, [("economy", "ru")], whole=True, now=house.now)
    house.watch.look_for_orders()
    await unhurried(house, seconds=8, log=log)
    await house.live(3 * HOUR)
    looked = [at for at, agency, page in log if (agency, page) == ("economy", 1)]
    assert max(later - sooner for sooner, later in itertools.pairwise(looked)) < HOUR + MINUTE


@pytest.mark.parametrize("below", [3, 23], ids=["a few", "a page and more"])
async def test_a_portal_that_shows_no_more_than_so_many_pages_takes_nothing_down(below: int) -> None:
    house = House(history=None)
    house.portal.show("economy", "ru", *past(100 + below))
    await house.live(13 * HOUR)

    async def five_pages(portal: FakePortal, order: Order) -> Answer:
        if order.page <= 5:
            return await read_by_the_portal(portal, order)
        portal.orders.append(order)
        return Answer((), Report(order.id, "empty"))

    answered_by(house, five_pages)
    for _ in range(3):
        ask(house.db, [("economy", "ru")], kind="audit", now=house.now)
        house.watch.look_for_orders()
        await house.live(30 * HOUR)
    assert house.news == []
    assert house.rows("SELECT DISTINCT status FROM editions") == [("listed",)]
    assert house.rows("SELECT listed, extra FROM audits ORDER BY id DESC LIMIT 1") == [(100, below)]
    assert house.rows("SELECT count(*) > 0 FROM crawls WHERE outcome = 'shrunken'") == [(1,)]


async def test_what_goes_from_the_bottom_of_a_listing_is_called_removed_once_its_last_page_is_short() -> None:
    house, items = House(history=None), past(43)
    house.portal.show("economy", "ru", *items)
    await house.live(13 * HOUR)
    house.portal.hide(items[0].source_id)
    await house.live(HOUR)
    for _ in range(2):
        ask(house.db, [("economy", "ru")], kind="audit", now=house.now)
        house.watch.look_for_orders()
        await house.live(2 * HOUR)
    assert [(change.kind, change.source_id) for change in house.news] == [("removed", "100")]


async def test_a_reading_that_goes_on_in_the_middle_misses_nothing_above() -> None:
    """An order goes on at the page where it broke off: it has not looked at all that stands above."""
    house = House(history=timedelta(days=1))
    house.portal.show("economy", "ru", *past(200))
    await house.live(3 * HOUR)
    [order] = ask(house.db, [("economy", "ru")], whole=True, now=house.now)

    async def down_after_page_6(portal: FakePortal, asked: Order) -> Answer:
        if asked.page <= 6:
            return await read_by_the_portal(portal, asked)
        return Answer((), Report(asked.id, "timeout", reason="no answer"))

    answered_by(house, down_after_page_6)
    await house.watch.carry_out([order])
    again = House(history=timedelta(days=1), db=house.db, now=house.now + HOUR)
    again.portal.listings = house.portal.listings
    ask(again.db, [("economy", "ru")], whole=True, now=again.now)
    await again.watch.carry_out([order])
    assert [one.page for one in again.portal.orders] == [1, 6, 7, 8, 9, 10, 11, 11]
    [done] = progress(again.db, [order])
    assert (done.state, done.listed) == ("done", 200)
    assert again.rows("SELECT DISTINCT status FROM editions") == [("listed",)]


async def test_an_order_whose_failure_could_not_be_stored_is_still_known_as_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = House()
    house.portal.show("economy", "ru", *past(60))
    await house.live(HOUR)
    ids = ask(house.db, [("economy", "ru")], pages=2, now=house.now)
    house.portal.fault = Report(0, "broken", reason="x")
    failing_once(monkeypatch, Noticed, "note", StoreError("the disk is full"))
    await house.watch.carry_out(ids)
    assert progress(house.db, ids)[0].state == "failed"


@pytest.mark.parametrize("error", [StoreError("the disk is full"), RuntimeError("a fault of ours")], ids=str)
async def test_a_route_whose_success_could_not_be_stored_is_written_down_with_the_next(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House()
    house.portal.show("economy", "ru", *past(12))
    failing_once(monkeypatch, Noticed, "note", error)
    await house.live(MINUTE)
    assert house.rows("SELECT * FROM routes") == []
    await house.live(HOUR)
    assert house.rows("SELECT route, outcome FROM routes WHERE agency = ''") == [("rest", None)]


async def test_a_failure_of_the_portal_that_could_not_be_stored_is_not_counted_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = House()
    house.portal.show("economy", "ru", *past(12))
    await house.live(HOUR)
    house.portal.fault = Report(0, "blocked", reason="the gateway's page")
    left = failing_once(monkeypatch, portal_health, "save_portal", StoreError("the disk is full"))
    while house.rows("SELECT outcome FROM portals") != [("blocked",)]:
        await house.live(MINUTE)
    assert left == []
    assert house.rows("SELECT failures FROM portals") == [(1,)]


async def test_where_no_route_is_left_after_all_nobody_asks_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = House()
    house.portal.show("economy", "ru", *past(12))
    asked: list[Task] = []
    monkeypatch.setattr(house.watch._readings, "route_for", asked.append)  # which gives None
    await house.live(HOUR)
    assert 10 < len(asked) < 40

    monkeypatch.undo()
    await house.live(HOUR)
    assert house.rows("SELECT count(*) FROM editions") == [(12,)]


async def test_a_full_disk_does_not_shorten_a_pause_that_the_portal_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = House()
    house.portal.show("economy", "ru", *past(12))
    await house.live(HOUR)
    house.portal.fault = Report(0, "overloaded", reason="busy", retry_after=6 * 3600.0)
    await house.live(HOUR)
    house.watch._readings.rest()
    house.portal.orders.clear()
    await house.live(4 * HOUR)
    assert house.portal.orders == []


async def test_an_item_out_of_its_place_has_no_audit_repeated_for_ever() -> None:
    house, items = House(history=None), past(30)
    house.portal.show("economy", "ru", *items)
    house.portal.places[110] = (
        items[20].published_at + MINUTE
    )  # as one that is pinned, or whose date was put right
    await house.live(5 * HOUR)
    house.portal.hide(105)
    await house.live(timedelta(days=40))
    assert house.rows("SELECT count(*) BETWEEN 2 AND 9, max(extra) FROM audits") == [(1, 1)]


async def test_what_an_agency_no_longer_shows_that_another_took_over_has_no_audit_repeated() -> None:
    house = House(history=None, agencies_followed=("economy", "mfa"))
    house.portal.show("economy", "ru", *past(30))
    house.portal.show("mfa", "ru", *past(30, first_id=500))
    await house.live(5 * HOUR)
    house.db.execute("UPDATE agencies SET successor = 'mfa' WHERE slug = 'economy'")
    house.portal.hide(105)
    await house.live(timedelta(days=40))
    assert all(int(str(n)) < 10 for (n,) in house.rows("SELECT count(*) FROM audits GROUP BY agency"))


async def test_an_item_without_an_id_has_no_audit_repeated_for_ever() -> None:
    house = House(history=None)
    house.portal.show("economy", "ru", *past(60))
    await house.live(5 * HOUR)
    house.portal.hide(105)

    async def with_a_nameless_one(portal: FakePortal, order: Order) -> Answer:
        answer = await read_by_the_portal(portal, order)
        if order.page != 3:
            return answer
        nameless = Misfit(order.id, 20, None, "The item has no id.", "{}")
        return Answer((*answer.records, nameless), answer.report)

    answered_by(house, with_a_nameless_one)
    await house.live(timedelta(days=10))
    assert int(str(house.rows("SELECT count(*) FROM audits")[0][0])) < 10


@pytest.mark.parametrize("gone", ["en", "economy"])
async def test_an_agency_or_a_language_that_is_gone_keeps_no_other_listing_from_being_read(gone: str) -> None:
    agencies, languages = ("economy", "mfa", "almaty", "moa"), ("kk", "ru", "en")
    house = House(agencies_followed=agencies, languages=languages)
    for number, agency in enumerate(agencies):
        for place, lang in enumerate(languages):
            items = past(5, first_id=1000 * number + 100 * place + 1, lang=lang)
            house.portal.show(agency, lang, *items)
    await house.live(2 * HOUR)

    async def read(portal: FakePortal, order: Order) -> Answer:
        if gone in {order.agency, order.lang}:
            return Answer((), Report(order.id, "broken", reason="no JSON"))
        return await FakePortal.read(portal, order)

    answered_by(house, read)
    read_by_then = len(house.portal.orders)
    await house.live(12 * HOUR)
    times = Counter(
        (order.agency, order.lang) for order in house.portal.orders[read_by_then:] if order.page == 1
    )
    others = [(agency, lang) for agency in agencies for lang in languages if gone not in {agency, lang}]
    assert min(times[key] for key in others) >= 11

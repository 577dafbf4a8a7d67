"""Stories of the whole portal's listing: it proves itself, spares requests, and is dropped where it lacks one."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.records import WHOLE, Order, Report, Sighting
from monitor import conclusions, portal_health
from monitor.errors import StoreError
from monitor.outlook import Outlook
from monitor.plan import Planned
from monitor.store.database import from_text, to_text
from monitor.store.listings import load_listing
from monitor.worker import Answer
from tests.monitor.shelf import START, House, Item, failing_once, past

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AGENCIES = ("economy", "almaty", "mfa", "moa", "enbek", "mam")
CAUGHT = "SELECT count(*) FROM releases WHERE CAST(source_id AS INTEGER) BETWEEN 50000 AND 60000"


def house_of(**options: object) -> House:
    house = House(agencies_followed=AGENCIES, **options)  # type: ignore[arg-type]
    for place, agency in enumerate(AGENCIES):
        # Interleaved in time, as releases of many agencies are.
        house.portal.show(
            agency, "ru", *past(12, first_id=1000 * (place + 1), newest=START - place * 10 * MINUTE)
        )
    house.portal.show("tsm", "ru", *past(12, first_id=9000, newest=START - 5 * MINUTE))  # nobody follows it
    return house


def orders(house: House, *, whole: bool) -> int:
    return sum((order.agency == WHOLE) is whole for order in house.portal.orders)


async def proved(**options: object) -> House:
    house = house_of(**options)
    house.portal.whole = True
    await house.live(3 * HOUR)
    assert house.rows("SELECT proved_at IS NOT NULL FROM whole_portal") == [(1,)]
    assert house.news == []
    house.portal.orders.clear()
    return house


async def test_a_portal_that_answers_for_all_is_read_by_one_listing_and_the_others_seldom() -> None:
    house = await proved()
    await house.live(6 * HOUR)
    # Each agency's own at least once an hour, and once in six the rescan window.
    assert 6 * 6 <= orders(house, whole=False) <= 6 * 6 * 2
    assert orders(house, whole=True) >= 6
    assert house.rows("SELECT count(*) FROM releases WHERE agency = 'tsm'") == [(0,)]


async def test_news_of_every_agency_comes_by_the_one_listing_and_is_told_once() -> None:
    house = await proved()
    house.portal.show("mfa", "ru", Item(99_001, "Жаңа хабар", "Үкімет отырысы өтті.", house.now))
    house.portal.show("tsm", "ru", Item(99_002, "Бөтен хабар", "Ешкім бақыламайды.", house.now))
    await house.live(HOUR)
    assert [(change.kind, change.source_id, change.agency) for change in house.news] == [
        ("published", "99001", "mfa")
    ]
    await house.live(12 * HOUR)
    assert len(house.news) == 1
    first = house.rows("SELECT agency FROM crawls WHERE new = 1 AND started_at > ?", "2026-07-13T06")
    assert first[-1:] == [("*",)]


async def test_a_listing_that_lacks_something_is_dropped_and_the_agencies_are_read_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = await proved()
    house.portal.left_out.add(99_001)
    at = house.now
    house.portal.show("mfa", "ru", Item(99_001, "Жасырын хабар", "Тізімде жоқ.", at))
    house.portal.show("moa", "ru", Item(99_005, "Көрінген хабар", "Тізімде бар.", at + MINUTE))
    with caplog.at_level(logging.WARNING):
        await house.live(3 * HOUR)
    assert {change.source_id for change in house.news} == {"99001", "99005"}
    assert sum("not trusted any more" in record.message for record in caplog.records) == 1
    assert house.rows("SELECT proved_at, failures > 0 FROM whole_portal") == [(None, 1)]


async def test_a_portal_that_has_no_such_listing_costs_a_trial_now_and_then() -> None:
    house = house_of()
    await house.live(timedelta(days=2))
    assert orders(house, whole=True) <= 14
    assert house.rows("SELECT proved_at FROM whole_portal") == [(None,)]
    assert house.rows("SELECT count(*) FROM releases") == [(72,)]
    assert house.news == []


async def test_an_outage_proves_nothing_against_it() -> None:
    house = await proved()
    house.portal.dead = True
    await house.live(6 * HOUR)
    house.portal.dead = False
    await house.live(12 * HOUR)
    assert house.rows("SELECT proved_at IS NOT NULL FROM whole_portal") == [(1,)]
    assert house.news == []


async def test_a_removal_is_proved_by_the_agency_s_own_listing() -> None:
    house = await proved()
    house.portal.hide(3005)
    await house.live(timedelta(days=2))
    assert [(change.kind, change.source_id) for change in house.news] == [("removed", "3005")]


async def test_a_restart_remembers_that_it_was_proved() -> None:
    house = await proved()
    again = House(agencies_followed=AGENCIES, db=house.db, portal=house.portal, now=house.now)
    await again.live(2 * HOUR)
    assert orders(again, whole=True) > 0
    assert orders(again, whole=False) <= 6 * 2 * 2


async def test_few_agencies_are_not_worth_it() -> None:
    house = House(agencies_followed=("economy", "mfa"))
    house.portal.whole = True
    house.portal.show("economy", "ru", *past(12))
    await house.live(6 * HOUR)
    assert orders(house, whole=True) == 0


@pytest.mark.parametrize("year", [1970, 2099])
async def test_a_date_that_cannot_be_right_does_not_disprove_the_one_listing(year: int) -> None:
    house = house_of()
    house.portal.show("mfa", "ru", *past(150, first_id=20_000, newest=START - 4 * timedelta(days=1)))
    house.portal.whole = True
    await house.live(3 * HOUR)
    house.portal.places[99_003] = house.now
    house.portal.show("mfa", "ru", Item(99_003, "Қате күн", "Мәтін.", START.replace(year=year)))
    await house.live(6 * HOUR)
    assert [change.source_id for change in house.news] == ["99003"]
    assert house.rows("SELECT proved_at IS NOT NULL, reason FROM whole_portal") == [(1, "")]


async def test_our_own_budget_proves_nothing_against_it() -> None:
    house = await proved()
    house.portal.fault = Report(0, "budget", reason="the day's budget is spent", retry_after=3600)
    await house.live(6 * HOUR)
    house.portal.fault = None
    await house.live(3 * HOUR)
    assert house.rows("SELECT proved_at IS NOT NULL, failures FROM whole_portal") == [(1, 0)]


async def test_where_an_agency_s_own_listing_disproves_it_all_are_read_as_before() -> None:
    house = await proved()
    house.portal.left_out.add(99_001)
    house.portal.show("mfa", "ru", Item(99_001, "Жасырын хабар", "Тізімде жоқ.", house.now))
    await house.live(MINUTE)
    house.portal.show("moa", "ru", Item(99_005, "Көрінген хабар", "Тізімде бар.", house.now))
    await house.live(HOUR)
    assert house.rows("SELECT proved_at FROM whole_portal") == [(None,)]
    never = house_of()
    await never.live(house.now - START)
    for each in (house, never):
        each.portal.orders.clear()
        await each.live(2 * HOUR)
    assert orders(house, whole=False) >= orders(never, whole=False) > 2 * len(AGENCIES)


async def test_one_that_never_answers_while_the_agencies_do_is_dropped() -> None:
    house = await proved()
    read = house.portal.read

    async def silent(order: Order) -> Answer:
        if order.agency == WHOLE:
            return Answer((), Report(order.id, "overloaded", reason="busy"))
        return await read(order)

    house.portal.read = silent  # type: ignore[method-assign]
    await house.live(timedelta(days=1))
    assert house.rows("SELECT proved_at FROM whole_portal") == [(None,)]


async def test_where_it_is_disproved_in_the_midst_of_catching_up_the_agencies_go_on() -> None:
    house = await proved()
    house.portal.dead = True
    await house.live(timedelta(days=61))
    since = house.now - timedelta(days=60)
    missed = [Item(50_000 + n, f"Өткен {n}", "Мәтін.", since + n * 6 * HOUR) for n in range(240)]
    house.portal.show("economy", "ru", *missed)
    house.portal.dead = False
    read = house.portal.read

    async def broken_at_page_3(order: Order) -> Answer:
        if (order.agency, order.page) == (WHOLE, 3):
            return Answer((), Report(order.id, "broken", reason="not JSON"))
        return await read(order)

    house.portal.read = broken_at_page_3  # type: ignore[method-assign]
    await house.live(12 * HOUR)
    assert house.rows(CAUGHT) == [(240,)]


async def test_where_an_agency_s_own_listing_disproves_it_the_others_are_looked_at_at_once() -> None:
    house = await proved()
    house.portal.left_out.add(99_001)
    house.portal.show("mfa", "ru", Item(99_001, "Жасырын хабар", "Тізімде жоқ.", house.now))
    house.portal.show("moa", "ru", Item(99_005, "Көрінген хабар", "Тізімде бар.", house.now + MINUTE))
    put_off(house, whole=MINUTE, own=HOUR)
    await house.live(2 * MINUTE)
    assert [change.source_id for change in house.news] == ["99005"]

    put_off(house, whole=HOUR, own=HOUR, mfa=timedelta())
    house.portal.orders.clear()
    await house.live(MINUTE)
    assert house.rows("SELECT proved_at, reason FROM whole_portal") == [
        (None, "it lacked 99001, which its agency's listing shows")
    ]
    assert {order.agency for order in house.portal.orders} == set(AGENCIES)


async def test_one_that_was_dropped_over_a_removal_is_trusted_again() -> None:
    house = await proved()
    house.portal.hide(3010)
    await house.live(timedelta(days=2))
    assert [(change.kind, change.source_id) for change in house.news] == [("removed", "3010")]
    assert house.rows("SELECT proved_at IS NOT NULL, reason FROM whole_portal") == [(1, "")]


def put_off(house: House, *, whole: timedelta, own: timedelta, **otherwise: timedelta) -> None:
    """The whole portal's listing is due after so long, the agencies' own after so long, or as is said of them by
    name; then, and where a doubt has to be settled, as they are planned."""
    outlook, since = house.watch.state.outlook, house.now

    def planned(key: tuple[str, str]) -> Planned | None:
        found = Outlook.planned(outlook, key)
        if found is None or found.read_at >= since or found.ground == "doubt":
            return found
        return replace(found, at=since + otherwise.get(key[0], whole if key[0] == WHOLE else own))

    outlook.planned = planned  # type: ignore[method-assign]


async def caught_in_the_midst() -> House:
    """Its page 1 has shown the newest of 240 releases at once, and page 2 is not to be had."""
    house = await proved()
    put_off(house, whole=MINUTE, own=HOUR)
    at_once = [
        Item(50_000 + n, f"Бірден {n}", "Мәтін.", house.now - (240 - n) * MINUTE / 8) for n in range(240)
    ]
    house.portal.show("economy", "ru", *at_once)
    read = house.portal.read

    async def page_1_alone(order: Order) -> Answer:
        if order.agency == WHOLE and order.page > 1:
            return Answer((), Report(order.id, "timeout", reason="no answer"))
        return await read(order)

    house.portal.read = page_1_alone  # type: ignore[method-assign]
    await house.live(2 * MINUTE)
    assert 0 < int(str(house.rows(CAUGHT)[0][0])) < 60
    return house


async def test_what_it_brought_in_the_midst_of_catching_up_ends_no_reading_of_an_agency() -> None:
    house = await caught_in_the_midst()
    put_off(house, whole=HOUR, own=MINUTE)
    await house.live(2 * MINUTE)
    assert house.rows("SELECT proved_at IS NOT NULL FROM whole_portal") == [(1,)]
    assert house.rows(CAUGHT) == [(240,)]


async def test_a_restart_in_the_midst_of_catching_up_goes_on_with_it() -> None:
    house = await caught_in_the_midst()
    del house.portal.read
    again = House(agencies_followed=AGENCIES, db=house.db, portal=house.portal, now=house.now)
    put_off(again, whole=MINUTE, own=HOUR)
    await again.live(2 * MINUTE)
    assert again.rows(CAUGHT) == [(240,)]


async def test_its_page_tells_that_the_portal_answers_again() -> None:
    house = await proved()
    house.portal.fault = Report(0, "unreachable", reason="cut")
    put_off(house, whole=MINUTE, own=HOUR)
    await house.live(2 * MINUTE)
    assert house.rows("SELECT outcome FROM portals") == [("unreachable",)]
    house.portal.fault = None
    await house.live(10 * MINUTE)
    assert house.rows("SELECT agency, outcome FROM crawls ORDER BY id DESC LIMIT 1") == [("*", "items")]
    assert house.rows("SELECT outcome FROM portals") == [(None,)]


async def test_what_brings_news_is_read_again_soon() -> None:
    house = await proved()
    for number in range(18):
        house.portal.show("mfa", "ru", Item(80_000 + number, f"Хабар {number}", "Мәтін.", house.now - MINUTE))
        await house.live(10 * MINUTE)
    assert len({change.source_id for change in house.news}) >= 17


async def test_one_that_misnames_an_agency_is_not_trusted_because_its_wording_is_left_out_later() -> None:
    house = house_of()
    house.portal.whole = True
    read, sent = house.portal.read, set[str]()

    async def misnamed(order: Order) -> Answer:
        answer = await read(order)
        if order.agency != WHOLE:
            return answer
        records = []
        for seen in answer.records:
            assert isinstance(seen, Sighting)
            assert seen.wording is not None
            owners = ("almaty",) if seen.source_id == "3011" else seen.wording.agencies  # it is of mfa
            left_out = seen.source_id in sent and not order.in_full
            sent.add(seen.source_id)
            records.append(
                replace(seen, wording=None if left_out else replace(seen.wording, agencies=owners))
            )
        return replace(answer, records=tuple(records))

    house.portal.read = misnamed  # type: ignore[method-assign]
    await house.live(timedelta(days=2))
    [(proved_at, reason)] = house.rows("SELECT proved_at, reason FROM whole_portal")
    assert proved_at is None
    assert "almaty as the agency of 3011" in str(reason)


async def disproved_in_the_midst(house: House) -> None:
    """Moa's own listing shows what the whole portal's lacks, while that is still catching up."""
    put_off(house, whole=HOUR, own=HOUR, moa=timedelta())
    house.portal.left_out.add(5_500)
    house.portal.show("moa", "ru", Item(5_500, "Жасырын хабар", "Тізімде жоқ.", house.now))
    own = house.watch.state.listings
    own["moa", "ru"] = replace(own["moa", "ru"], failures=2, due_at=house.now)
    await house.live(MINUTE / 4)
    assert house.rows("SELECT proved_at IS NULL FROM whole_portal") == [(1,)]


async def test_a_hand_over_is_in_memory_what_it_is_in_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    house = await caught_in_the_midst()
    left = failing_once(monkeypatch, portal_health, "save_portal", StoreError("the disk is full"))
    portal = house.watch.state.portal
    portal.state = replace(portal.state, outcome="unreachable", since=house.now)
    await disproved_in_the_midst(house)
    assert left == []
    for agency in AGENCIES:
        stored, known = load_listing(house.db, agency, "ru"), house.watch.state.listings[agency, "ru"]
        assert known.behind_since is not None
        assert stored.behind_since == from_text(to_text(known.behind_since))
        assert (stored.failures, stored.paused_until) == (known.failures, known.paused_until)


async def test_a_disproof_that_could_not_be_stored_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    house = await proved()
    house.portal.left_out.add(3_011)  # which its agency's own listing has shown
    put_off(house, whole=MINUTE, own=HOUR)
    left = failing_once(monkeypatch, conclusions, "end_crawl", StoreError("the disk is full"))
    await house.live(2 * MINUTE)
    assert left == []
    assert house.rows("SELECT proved_at IS NOT NULL FROM whole_portal") == [(1,)]
    assert house.watch.state.whole.proved("ru")
    await house.live(HOUR)
    assert house.rows("SELECT proved_at IS NULL FROM whole_portal") == [(1,)]

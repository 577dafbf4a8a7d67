"""Walks that are interrupted: what goes on where, and that nothing slips through between two pages."""

from datetime import date, timedelta

from crawler.records import Report
from monitor.progress import how_far, time_left
from monitor.store.orders import Progress, ask, drop, progress
from tests.monitor.shelf import START, House, past

DOWN = Report(0, "timeout", reason="no answer")


async def broken_off(house: House, orders: list[int], *, after: int) -> None:
    """Carries orders out until the portal has answered so many pages, then fails."""
    read = house.portal.read
    house.portal.orders.clear()

    async def failing(order):  # type: ignore[no-untyped-def]
        if len(house.portal.orders) >= after:
            house.portal.fault = DOWN
        return await read(order)

    house.portal.read = failing  # type: ignore[method-assign]
    await house.watch.carry_out(orders)
    house.portal.read, house.portal.fault = read, None  # type: ignore[method-assign]


def again(house: House) -> House:
    """The same database and portal after a restart."""
    new = House(
        history=timedelta(days=5), db=house.db, portal=house.portal, now=house.now + timedelta(days=1)
    )
    new.portal.orders.clear()
    return new


def pages(house: House) -> list[int]:
    return [order.page for order in house.portal.orders]


async def test_a_backfill_that_broke_off_catches_up_and_goes_on_one_page_back() -> None:
    house = House(history=timedelta(days=5))
    house.portal.show("economy", "ru", *past(200))
    [order] = ask(house.db, [("economy", "ru")], whole=True, now=house.now)
    await broken_off(house, [order], after=6)
    assert [(one.state, one.pages) for one in progress(house.db, [order])] == [("failed", 6)]
    house.portal.hide(299)  # the newest: all below it move up by one
    house = again(house)
    house.portal.show("economy", "ru", *past(1, first_id=400, newest=house.now))
    assert ask(house.db, [("economy", "ru")], whole=True, now=house.now) == [order]
    await house.watch.carry_out([order])
    assert pages(house) == [1, 2, 6, 7, 8, 9, 10, 11, 11]
    assert house.rows("SELECT count(*) FROM releases") == [(201,)]
    assert progress(house.db, [order])[0].state == "done"
    assert [change.kind for change in house.news] == ["published"]
    # Done, the same command begins a new one.
    assert ask(house.db, [("economy", "ru")], whole=True, now=house.now) != [order]


async def test_what_moves_up_over_the_border_while_a_backfill_rests_is_read() -> None:
    house = House(history=timedelta(days=5))
    house.portal.show("economy", "ru", *past(200))
    [order] = ask(house.db, [("economy", "ru")], whole=True, now=house.now)
    await broken_off(house, [order], after=4)
    for gone in range(281, 300):  # nineteen: no more than a page
        house.portal.hide(gone)
    house = again(house)
    ask(house.db, [("economy", "ru")], whole=True, now=house.now)
    await house.watch.carry_out([order])
    assert house.rows("SELECT count(*) FROM releases") == [(200,)]


async def test_an_order_left_open_by_a_daemon_that_was_killed_goes_on_in_the_next_one() -> None:
    house = House(history=timedelta(days=5))
    house.portal.show("economy", "ru", *past(200))
    [order] = ask(house.db, [("economy", "ru")], whole=True, now=house.now)
    await broken_off(house, [order], after=6)
    house.db.execute("UPDATE orders SET state = 'open' WHERE id = ?", [order])  # as a kill leaves it
    house = again(house)
    house.portal.show("economy", "ru", *past(30, first_id=400, newest=house.now))
    house.watch.look_for_orders()
    await house.live(timedelta(minutes=1))
    assert progress(house.db, [order])[0].state == "done"
    assert house.rows("SELECT count(*) FROM releases") == [(230,)]
    walked = house.rows("SELECT page FROM crawls WHERE purpose = 'asked' AND id > 7 ORDER BY id")
    # The thirty new ones stand among older ones down to the third page; the fourth is known.
    assert [page for (page,) in walked][:6] == [1, 2, 3, 4, 6, 7]


async def test_a_catching_up_that_broke_off_too_begins_again_and_loses_nothing() -> None:
    house = House(history=timedelta(days=5))
    house.portal.show("economy", "ru", *past(200))
    [order] = ask(house.db, [("economy", "ru")], whole=True, now=house.now)
    await broken_off(house, [order], after=6)
    house = again(house)
    house.portal.show("economy", "ru", *past(70, first_id=400, newest=house.now))
    ask(house.db, [("economy", "ru")], whole=True, now=house.now)
    await broken_off(house, [order], after=1)
    house = again(house)
    ask(house.db, [("economy", "ru")], whole=True, now=house.now)
    await house.watch.carry_out([order])
    assert house.rows("SELECT count(*) FROM releases") == [(270,)]
    assert pages(house)[:4] == [1, 2, 3, 4]


async def test_an_order_of_another_scope_or_anew_is_another_order() -> None:
    house = House()
    listing = [("economy", "ru")]
    [whole] = ask(house.db, listing, whole=True, now=house.now)
    [since] = ask(house.db, listing, since=date(2026, 1, 1), now=house.now)
    drop(house.db, [whole, since], reason="stopped", now=house.now)
    assert ask(house.db, listing, whole=True, now=house.now) == [whole]
    assert ask(house.db, listing, since=date(2026, 1, 1), now=house.now) == [since]
    assert ask(house.db, listing, since=date(2026, 1, 2), now=house.now) not in ([whole], [since])
    assert ask(house.db, listing, whole=True, anew=True, now=house.now) not in ([whole], [since])


async def test_what_an_interrupted_command_has_finished_it_does_not_read_again() -> None:
    house = House()
    listings = [("economy", "ru"), ("mfa", "ru")]
    first, second = ask(house.db, listings, whole=True, now=house.now)
    await house.watch.carry_out([first])
    drop(house.db, [second], reason="stopped", now=house.now)
    later = house.now + timedelta(hours=1)
    assert ask(house.db, listings, whole=True, now=later) == [first, second]
    assert [one.state for one in progress(house.db, [first, second])] == ["done", "open"]
    await house.watch.carry_out([second])
    assert ask(house.db, listings, whole=True, now=later) == [second + 1, second + 2]


async def test_a_first_reading_goes_on_one_page_back_after_an_outage() -> None:
    house = House(history=None)
    house.portal.show("economy", "ru", *past(200))
    running = house.portal.read

    async def failing(order):  # type: ignore[no-untyped-def]
        house.portal.fault = DOWN if len(house.portal.orders) == 5 else None
        return await running(order)

    house.portal.read = failing  # type: ignore[method-assign]
    await house.live(timedelta(seconds=10))
    house.portal.hide(295)
    await house.live(timedelta(minutes=10))
    walked = [order.page for order in house.portal.orders]
    assert walked[:6] == [1, 2, 3, 4, 5, 6]
    assert 5 in walked[6:8]
    assert house.rows("SELECT count(*) FROM releases") == [(200,)]
    assert house.rows("SELECT count(*) FROM listings WHERE walked_at IS NOT NULL") == [(1,)]


async def test_a_catching_up_goes_on_one_page_back_after_an_outage() -> None:
    house = House(history=timedelta(days=1))
    house.portal.show("economy", "ru", *past(20))
    await house.live(timedelta(minutes=1))
    house.portal.show("economy", "ru", *past(100, first_id=1000, newest=house.now))
    before, running = len(house.portal.orders), house.portal.read

    async def failing(order):  # type: ignore[no-untyped-def]
        house.portal.fault = DOWN if len(house.portal.orders) == before + 3 else None
        return await running(order)

    house.portal.read = failing  # type: ignore[method-assign]
    while len(house.portal.orders) < before + 4:
        await house.live(timedelta(minutes=1))
    house.portal.hide(1099)
    await house.live(timedelta(hours=2))
    assert [order.page for order in house.portal.orders][before : before + 6] == [1, 2, 3, 4, 3, 4]
    assert house.rows("SELECT count(*) FROM releases") == [(120,)]


def order(*, state: str = "open", listed: int = 0, days: int | None = None, lang: str = "kk") -> Progress:
    """Of a listing that is read back 100 days, the last `days` of them so far."""
    return Progress(
        1,
        "economy",
        lang,
        state,
        1,
        None,
        "",
        listed,
        0,
        0,
        0,
        since=(START - timedelta(days=100)).date() if days is not None else None,
        newest_at=START,
        oldest_at=START - timedelta(days=days) if days is not None else None,
    )


def test_the_time_left_is_told_by_dates_by_an_audit_or_not_at_all() -> None:
    assert time_left([order(days=0)], [order(days=50)], {}, seconds=600) == "about 10 min left"
    counted = {("economy", "kk"): 1000}
    assert time_left([order(listed=500)], [order(listed=750)], counted, seconds=600) == "about 10 min left"
    assert time_left([order()], [order(listed=9)], {}, seconds=600).startswith("time left unknown")
    assert time_left([order(days=0)], [order(days=50)], {}, seconds=3) == "time left not known yet"
    assert how_far([order(state="done"), order(days=0)], {}) == 0.5

"""When the day's budget is spent: everything waits, nobody has failed, and a person is told why."""

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.ledger import Entry, Ledger, beside, this_moment
from crawler.records import Order, Report
from monitor.store.orders import ask, progress
from monitor.worker import Answer
from tests.monitor.desk import Desk
from tests.monitor.shelf import FakePortal, House, past

HOUR = timedelta(hours=1)
SPENT = Report(0, "budget", "The day's budget of 500 requests is spent.", retry_after=6 * 3600.0)


async def test_a_spent_budget_stops_all_listings_until_the_next_day_and_is_nobodys_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = House(languages=("kk", "ru"))
    for lang in ("kk", "ru"):
        house.portal.show("economy", lang, *past(10, lang=lang))
    await house.live(HOUR)
    read, budget = len(house.portal.orders), 2

    async def read_within_the_budget(order: Order) -> Answer:
        nonlocal budget
        budget -= 1
        if budget < 0:
            house.portal.orders.append(order)
            return Answer((), replace(SPENT, order=order.id))
        return await FakePortal.read(house.portal, order)

    house.portal.read = read_within_the_budget  # type: ignore[method-assign]
    with caplog.at_level(logging.INFO):
        await house.live(5 * HOUR)
    # two were in hand when the budget ended
    assert read + 2 < len(house.portal.orders) <= read + 4
    said = [record for record in caplog.records if "budget of 500" in record.getMessage()]
    assert [record.levelname for record in said] == ["INFO"]
    assert house.rows("SELECT DISTINCT outcome FROM portals WHERE outcome IS NOT NULL") == []
    assert house.rows("SELECT MAX(failures) FROM listings") == [(0,)]
    assert ("budget", 0) in house.rows("SELECT outcome, requests FROM crawls")

    del house.portal.read
    before = len(house.portal.orders)
    await house.live(3 * HOUR)
    assert len(house.portal.orders) > before


async def test_an_order_in_hand_waits_for_the_next_day_as_well() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(50))
    await house.live(HOUR)
    house.portal.fault = SPENT
    [order] = ask(house.db, [("economy", "ru")], pages=2, since=None, whole=False, now=house.now)
    house.watch.look_for_orders()
    await house.live(HOUR)
    assert progress(house.db, [order])[0].state == "open"
    house.portal.fault = None
    await house.live(6 * HOUR)
    assert (progress(house.db, [order])[0].state, progress(house.db, [order])[0].pages) == ("done", 2)


async def test_whoever_waits_for_an_order_is_told_that_the_budget_is_spent() -> None:
    house = House()
    house.portal.fault = SPENT
    ids = ask(house.db, [("economy", "ru")], pages=1, since=None, whole=False, now=house.now)
    await house.watch.carry_out(ids)
    [order] = progress(house.db, ids)
    assert (order.state, order.outcome, order.reason) == ("failed", "budget", SPENT.reason)


def test_status_says_what_the_portal_was_asked(desk: Desk) -> None:
    desk.store()
    desk.configure("[schedule]\nper_day = 3\n")
    ledger, entry, now = Ledger(beside(desk.database)), Entry(), this_moment()
    yesterday = replace(now, ticks=0.0, wall=now.wall - 86_400)
    for moment in (yesterday, now, now):
        entry = entry.asked(moment, by=1, delay=0.0)
    ledger.enter()
    ledger.write(entry.answered(now, now, closed_for=3600.0))
    ledger.leave()
    said = desk.type("status").stdout
    assert "Asked of the portal by all processes: 2 of 3 today (UTC), 1 yesterday." in said
    assert "The portal asked to be left alone for another 60 min." in said
    assert "budget is spent" not in said
    requests = json.loads(desk.type("status", "--json").stdout)["requests"]
    assert (requests["today"], requests["yesterday"], requests["per_day"]) == (2, 1, 3)

    ledger.enter()
    ledger.write(entry.asked(now, by=1, delay=0.0))
    ledger.leave()
    assert "The day's budget is spent; reading goes on at 00:00 UTC." in desk.type("status").stdout


def test_status_of_a_portal_that_was_never_asked(desk: Desk) -> None:
    desk.store()
    said = desk.type("status").stdout
    assert "Asked of the portal by all processes: 0 today (UTC), 0 yesterday." in said


def test_check_says_when_the_budget_is_too_small_for_the_day(desk: Desk) -> None:
    desk.configure('[portal]\nagencies = ["economy", "mfa"]\n[schedule]\nper_day = 100\n')
    said = " ".join(desk.type("check").stdout.split())
    assert "At most 100 requests a day (UTC)." in said
    assert "per_day = 100 is spent before the day is over" in said
    assert "is 144 requests" in said
    desk.configure('[portal]\nagencies = ["economy", "mfa"]\n[schedule]\nper_day = 500\n')
    assert "is spent before" not in desk.type("check").stdout


@pytest.mark.parametrize("per_day", ["0", "-1", '"many"', "1.5", "true"])
def test_a_budget_that_is_no_number_of_requests_is_refused(desk: Desk, per_day: str) -> None:
    desk.configure(f"[schedule]\nper_day = {per_day}\n")
    result = desk.type("check")
    assert result.exit_code == 2
    assert "schedule.per_day" in result.output

"""When the budget of 24 hours is spent: everything waits, nobody has failed, and a person is told why."""

import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.ledger import Ledger, beside
from crawler.ledger.entry import Entry
from crawler.ledger.moments import Moment, this_moment
from crawler.records import Order, Report
from monitor.spending import counted, spending
from monitor.store.orders import ask, progress
from monitor.worker import Answer
from tests.monitor.desk import Desk
from tests.monitor.shelf import FakePortal, House, past

HOUR = timedelta(hours=1)
SPENT = Report(0, "budget", "The budget of 500 requests in any 24 hours is spent.", retry_after=6 * 3600.0)


async def test_a_spent_budget_stops_all_listings_until_it_allows_more_and_is_nobodys_failure(
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


async def test_a_rest_of_a_whole_day_ends_with_the_daemon_so_that_a_larger_budget_holds_at_once() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(10))
    house.portal.fault = replace(SPENT, retry_after=24 * 3600.0)
    await house.live(20 * HOUR)
    assert len(house.portal.orders) == 1
    house.portal.fault = None
    again = House(db=house.db, portal=house.portal, now=house.now)
    await again.live(timedelta(minutes=1))
    assert len(house.portal.orders) > 1
    assert house.rows("SELECT COUNT(*) FROM editions") == [(10,)]


async def test_an_order_in_hand_waits_as_well() -> None:
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


def kept(desk: Desk, entry: Entry) -> None:
    """Writes the ledger beside the desk's database."""
    ledger = Ledger(beside(desk.database))
    ledger.enter()
    ledger.write(entry)
    ledger.leave()


def ago(hours: float) -> Moment:
    return this_moment().before(3600 * hours)


def asked_at(*moments: Moment) -> Entry:
    entry = Entry()
    for moment in moments:
        entry = entry.asked(moment, by=1, delay=0.0).answered(moment, moment)
    return entry


def test_status_says_what_the_portal_was_asked(desk: Desk) -> None:
    desk.store()
    desk.configure("[schedule]\nper_day = 3\n")
    entry, now = asked_at(ago(30), ago(2.5), this_moment()), this_moment()
    kept(desk, entry.answered(now, now, closed_for=3600.0))
    said = " ".join(desk.type("status").stdout.split())
    assert "Asked of the portal by all processes: 2 of 3 in the last 24 hours; " in said
    assert "The portal asked to be left alone for another 60 min." in said
    assert "is spent" not in said
    requests = json.loads(desk.type("status", "--json").stdout)["requests"]
    assert set(requests) == {
        "today", "yesterday", "per_day", "left_alone_for", "last_hours", "last_day", "next_in"
    }  # fmt: skip
    assert (requests["last_day"], requests["per_day"], requests["next_in"]) == (2, 3, 0)
    assert requests["last_hours"] == [1, 0, 1] + 21 * [0]

    kept(desk, entry.asked(now, by=1, delay=0.0))
    # The quarters began 30 hours ago; that of the request of 2.5 hours ago leaves the last 24 in 21.75 hours.
    minute = ceil(now.wall / 60 + 21.75 * 60)
    moments = [datetime.fromtimestamp(60 * (minute + late), ZoneInfo("Asia/Almaty")) for late in (0, 1)]
    said = " ".join(desk.type("status").stdout.split())
    assert any(
        f"The budget of 24 hours is spent; reading goes on at {at:%Y-%m-%d %H:%M}." in said for at in moments
    )


def test_a_budget_is_reckoned_by_the_quarters_of_the_ledger(tmp_path: Path) -> None:
    database = tmp_path / "jarshy.db"
    assert (sum(counted(database).last_quarters), counted(database).quarter_left) == (
        0,
        timedelta(minutes=15),
    )
    ledger = Ledger(beside(database))
    ledger.enter()
    ledger.write(asked_at(ago(2.1), ago(2.1), ago(0.7)))  # the quarters began 2.1 hours ago
    ledger.leave()
    spent = counted(database)
    assert spent.last_quarters == (0, 0, 0, 1, 0, 0, 0, 0, 2) + 88 * (0,)
    assert timedelta(minutes=8) < spent.quarter_left <= timedelta(minutes=9)
    assert spending(database, 5).last_hours == (1, 2) + 22 * (0,)


def test_what_was_spent_is_told_though_the_ledger_is_missing_spoilt_or_half_written(tmp_path: Path) -> None:
    database = tmp_path / "jarshy.db"
    file = beside(database)
    assert spending(database, 5).last_day == 0
    file.mkdir()
    assert spending(database, 5).last_day == 0
    file.rmdir()
    ledger, now = Ledger(file), this_moment()
    ledger.enter()
    wholes = []
    for requests in (1, 2):
        ledger.write(asked_at(*[now] * requests))
        wholes.append(file.read_bytes())
    ledger.leave()
    before, after = wholes
    for first, second in ((before, after), (after, before)):
        for cut in (1024, 4096):
            file.write_bytes(first[:cut] + second[cut:])
            assert spending(database, 5).last_day == 2
    for length in (0, 1, 100, 1024, 4096, 4200, len(after)):
        file.write_bytes(after[:length])
        assert spending(database, 5).last_day == (0 if length < 1024 else 2)


def test_status_of_a_portal_that_was_never_asked(desk: Desk) -> None:
    desk.store()
    said = " ".join(desk.type("status").stdout.split())
    assert "by all processes: 0 in the last 24 hours; 0 today (UTC), 0 yesterday." in said


def test_check_says_whether_the_budget_reaches_for_the_day(desk: Desk) -> None:
    agencies = '[portal]\nagencies = ["economy", "mfa"]\n'
    desk.configure(f"{agencies}[schedule]\nper_day = 100\n")
    said = " ".join(desk.type("check").stdout.split())
    assert "At most 100 requests in any 24 hours." in said
    assert "Note: [schedule] per_day = 100 is less than one reading of 6 listings every 1 h" in said
    assert "144 requests a day: each will be read about every 1 h 26 min instead." in said
    assert "To read 6 listings" not in said
    desk.configure(f"{agencies}[schedule]\nper_day = 500\n")
    said = " ".join(desk.type("check").stdout.split())
    assert "is less than" not in said
    assert "takes 144 requests a day, and to look over older pages up to 50 more; that leaves 306 of" in said
    desk.configure(agencies)
    assert "about 432 readings a day are meant, 72 of each listing" in desk.type("check").stdout


@pytest.mark.parametrize("per_day", ["0", "-1", '"many"', "1.5", "true"])
def test_a_budget_that_is_no_number_of_requests_is_refused(desk: Desk, per_day: str) -> None:
    desk.configure(f"[schedule]\nper_day = {per_day}\n")
    result = desk.type("check")
    assert result.exit_code == 2
    assert "schedule.per_day" in result.output

"""The plan where the database cannot be read for a moment, and over a restart: nothing of it is lost or made up."""

import sqlite3
from collections import Counter
from datetime import datetime, timedelta

import pytest

from crawler.records import Order, Report
from monitor import outlook
from monitor.store.appearances import appeared
from monitor.store.database import Database
from monitor.worker import Answer
from tests.monitor.shelf import House, failing_once, past

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
UNREADABLE = sqlite3.OperationalError("disk I/O error")


async def test_the_past_that_cannot_be_read_for_a_moment_ends_no_watch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = House()
    house.portal.show("economy", "ru", *past(30))
    await house.live(HOUR)
    left = failing_once(monkeypatch, outlook, "appeared", UNREADABLE)
    await house.live(6 * HOUR)
    assert left == []
    since = house.now
    await house.live(HOUR + MINUTE)
    assert house.rows("SELECT count(*) > 0 FROM crawls WHERE started_at > ?", since.isoformat()) == [(1,)]


@pytest.mark.parametrize("name", ["load_due", "recent_news", "to_confirm"])
async def test_a_plan_that_cannot_be_made_anew_is_kept(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    house.portal.show("economy", "ru", *past(30))
    await house.live(3 * HOUR)
    left = failing_once(monkeypatch, outlook, name, UNREADABLE)
    house.watch.state.recall()
    assert left == []
    asked = len(house.portal.orders)
    await house.live(HOUR)
    assert 1 <= len(house.portal.orders) - asked <= 31


async def test_after_a_restart_all_agencies_are_learned_from_at_once_though_nothing_can_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agencies = ("economy", "mfa", "almaty", "abay", "enbek", "adilet", "moa", "mam", "bko", "tsm")
    house = House(agencies_followed=agencies)
    await house.live(HOUR)
    house.portal.fault = Report(0, "overloaded", retry_after=1800.0)
    await house.live(10 * MINUTE)
    learned_from: list[str] = []

    def noted(db: Database, agency: str, *, since: datetime, until: datetime) -> dict[str, Counter[int]]:
        learned_from.append(agency)
        return appeared(db, agency, since=since, until=until)

    monkeypatch.setattr(outlook, "appeared", noted)
    again = House(agencies_followed=agencies, db=house.db, portal=house.portal, now=house.now)
    await again.live(timedelta())
    assert learned_from == list(agencies)


async def test_of_a_listing_that_was_never_read_the_table_says_so() -> None:
    house = House(agencies_followed=("economy", "mfa"))
    house.portal.show("economy", "ru", *past(30))
    read = house.portal.read

    async def gone(order: Order) -> Answer:
        if order.agency == "mfa":
            return Answer((), Report(order.id, "broken", reason="not JSON"))
        return await read(order)

    house.portal.read = gone
    await house.live(HOUR)
    assert house.rows("SELECT agency, read_at IS NULL FROM due ORDER BY agency") == [
        ("economy", 0),
        ("mfa", 1),
    ]

"""What would be read next: the same as a daemon then reads, found without writing anything."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crawler.records import Order
from monitor.config import Config
from monitor.foresight import Ahead, Step, look_ahead
from monitor.spending import Counted, Spent
from monitor.store.database import Database, to_text, writing
from monitor.store.listings import PortalState, save_portal
from monitor.store.orders import ask
from monitor.worker import Answer
from tests.monitor.shelf import START, FakePortal, House, past

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
NOTHING = Spent(0, 0, (0,) * 24, 0, None, next_in=0, left_alone_for=0)
UNASKED = Counted((0,) * 97, 15 * MINUTE)
NOON = START + 3 * HOUR
"""A Monday, at midday."""


@pytest.fixture
def house() -> Iterator[House]:
    one = House(agencies_followed=("economy", "mfa"), languages=("ru", "kk"), now=NOON)
    for agency in ("economy", "mfa"):
        for lang in ("ru", "kk"):
            first = 100 if agency == "economy" else 500
            count = 30 if agency == "economy" else 12  # of two alike a second would decide which comes first
            one.portal.show(agency, lang, *past(count, first_id=first, newest=NOON, lang=lang))
    yield one
    one.db.conn.close()


def ahead(
    house: House,
    count: int = 20,
    *,
    config: Config | None = None,
    spent: Spent = NOTHING,
    counted: Counted = UNASKED,
) -> Ahead:
    return look_ahead(house.db, config or house.config, spent, counted, count=count, now=house.now)


def scheduled(house: House, **changes: object) -> Config:
    schedule = house.config.schedule.model_copy(update=changes)
    return house.config.model_copy(update={"schedule": schedule})


def whys(steps: tuple[Step, ...]) -> list[str]:
    return [step.why for step in steps]


async def test_a_daemon_that_begins_then_reads_just_so_and_nothing_was_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.live(2 * HOUR)
    house.db.execute("PRAGMA query_only = ON")
    foreseen = ahead(house, 16).steps
    house.db.execute("PRAGMA query_only = OFF")
    monkeypatch.setattr("monitor.watch.READERS", 1)  # of two, one begins while the other has not concluded
    anew = House(
        agencies_followed=("economy", "mfa"),
        languages=("ru", "kk"),
        now=house.now,
        db=house.db,
        portal=house.portal,
    )
    anew.watch.state.outlook.learn_all(anew.now)
    read: list[tuple[tuple[str, str], datetime]] = []

    async def read_at_the_pace(order: Order) -> Answer:
        if order.page == 1:
            read.append(((order.agency, order.lang), anew.now))
        answer = await FakePortal.read(house.portal, order)
        anew.now += 2 * SECOND
        return answer

    monkeypatch.setattr(house.portal, "read", read_at_the_pace)
    await anew.live(foreseen[-1].at - anew.now + MINUTE)
    assert {step.why for step in foreseen} <= {"news", "longest"}
    # Neighbours a few seconds apart may swap: nobody foresees how many pages a wide reading takes.
    for key in {step.key for step in foreseen}:
        meant = [step.at for step in foreseen if step.key == key]
        begun = [at for each, at in read if each == key][: len(meant)]
        assert len(begun) == len(meant)
        assert all(abs(at - due) < MINUTE for at, due in zip(begun, meant, strict=True))


async def test_what_was_never_read_comes_first_then_histories_each_named_once(house: House) -> None:
    steps = ahead(house).steps
    assert whys(steps)[:4] == ["first"] * 4
    assert {step.key for step in steps[:4]} == {
        (agency, lang) for agency in ("economy", "mfa") for lang in ("ru", "kk")
    }
    histories = [step for step in steps if step.why == "history"]
    assert [step.page for step in histories] == [2, 2, 2, 2]
    assert len({step.key for step in histories}) == 4


async def test_every_reading_has_its_ground_and_they_are_in_order(house: House) -> None:
    await house.live(2 * HOUR)
    steps = ahead(house, 40).steps
    assert len(steps) == 40
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert {"news", "longest"} & set(whys(steps))
    for step in steps:
        if step.why in {"news", "longest"}:
            assert step.read_at is not None
            # A look at a sibling, or the pace, may make it a little later.
            assert timedelta() <= step.at - step.read_at <= house.config.schedule.longest + MINUTE


async def test_copies_that_are_awaited_are_a_ground(house: House) -> None:
    await house.live(HOUR)
    house.portal.show("economy", "ru", past(1, first_id=900, newest=house.now + 6 * HOUR)[0])
    await house.live(HOUR)
    awaited = [step.key for step in ahead(house).steps if step.why == "copies"]
    assert awaited
    assert set(awaited) == {("economy", "kk")}


async def test_what_somebody_asks_for_stands_in_the_same_queue(house: House) -> None:
    await house.live(2 * HOUR)
    ask(house.db, [("economy", "ru")], whole=True, now=house.now)
    ask(house.db, [("moa", "kk")], kind="audit", now=house.now)
    steps = ahead(house).steps
    asked = {step.why: step.key for step in steps if step.why in {"asked", "audit"}}
    assert asked == {"asked": ("economy", "ru"), "audit": ("moa", "kk")}


async def test_an_audit_of_the_night_has_its_turn(house: House) -> None:
    await house.live(2 * HOUR)
    house.now = START.replace(hour=20)  # one in the morning in Almaty
    assert "audited by itself" in whys(ahead(house).steps)


async def test_what_is_missing_is_confirmed(house: House) -> None:
    await house.live(2 * HOUR)
    house.portal.hide(129, "ru")
    house.portal.hide(129, "kk")
    await house.live(HOUR)
    assert house.rows("SELECT count(*) FROM absences WHERE confirmed_at IS NULL") != [(0,)]
    doubts = [step for step in ahead(house).steps if step.why == "doubt"]
    assert doubts
    assert {step.key[0] for step in doubts if step.key} == {"economy"}
    assert all(step.wide for step in doubts)


async def test_quiet_hours_a_rest_and_a_spent_budget_are_said_where_they_stand_in_the_way(
    house: House,
) -> None:
    await house.live(2 * HOUR)
    quiet = ahead(house, config=scheduled(house, quiet="13:30-15:00")).steps
    assert quiet[0].why == "quiet"
    assert quiet[0].key is None
    assert quiet[0].until == START.replace(hour=10)
    assert all(step.at >= START.replace(hour=10) for step in quiet[1:])

    spent = replace(NOTHING, per_day=10, last_day=10, next_in=1800)
    told = ahead(house, config=scheduled(house, per_day=10), spent=spent).steps
    assert (told[0].why, told[0].until) == ("budget", house.now + HOUR / 2)

    with writing(house.db):
        rests = PortalState(
            house.config.portal.base_url, "refused", "403", house.now, 1, house.now + 30 * MINUTE
        )
        save_portal(house.db, rests)
    rested = ahead(house).steps
    assert (rested[0].why, rested[0].until) == ("portal", house.now + 30 * MINUTE)
    assert rested[1].key is not None
    assert rested[1].at >= house.now + 30 * MINUTE


async def test_a_listing_that_failed_is_tried_again_after_its_pause(house: House) -> None:
    await house.live(2 * HOUR)
    until = house.now + 20 * MINUTE
    house.db.execute(
        "UPDATE listings SET failures = 3, paused_until = ? WHERE agency = 'mfa' AND lang = 'kk'",
        [to_text(until)],
    )
    steps = [step for step in ahead(house, 60).steps if step.key == ("mfa", "kk")]
    assert (steps[0].why, steps[0].failures) == ("failed", 3)
    assert steps[0].at >= until


async def test_a_release_is_asked_for_by_its_number(house: House) -> None:
    await house.live(2 * HOUR)
    [(release, agency, source_id)] = house.rows(
        "SELECT id, agency, source_id FROM releases WHERE agency = 'economy' ORDER BY id LIMIT 1"
    )
    house.db.execute("UPDATE editions SET status = 'suspected' WHERE release_id = ?", [release])
    house.db.execute(
        "INSERT INTO lookups (release_id, lang, whole, asked_at, next_at) VALUES (?, 'ru', 1, ?, ?)",
        [release, to_text(house.now), to_text(house.now)],
    )
    step = ahead(house).steps[0]
    assert (step.why, step.key, step.source_id) == ("single", (agency, "ru"), source_id)


async def test_a_budget_that_does_not_reach_stretches_longest(house: House) -> None:
    await house.live(2 * HOUR)
    config = scheduled(house, per_day=40)
    spent = replace(NOTHING, per_day=40, last_day=20)
    counted = Counted((0,) * 20 + (1,) * 20 + (0,) * 57, 7 * MINUTE)
    found = ahead(house, config=config, spent=spent, counted=counted)
    assert found.longest > config.schedule.longest
    assert found.listings == 4
    # What comes then keeps to it: no more than the budget in any day that is looked at.
    steps = ahead(house, 200, config=config, spent=spent, counted=counted).steps
    within = [step for step in steps if step.key and step.at < house.now + 23 * HOUR]
    assert len(within) <= 40


async def test_what_was_spent_counts_in_what_is_foreseen_for_a_whole_day(house: House) -> None:
    await house.live(2 * HOUR)
    config = scheduled(house, per_day=300, longest=4 * HOUR)
    spent = replace(NOTHING, per_day=300, last_day=240)
    counted = Counted((0,) * 4 + (24,) * 10 + (0,) * 83, 4 * MINUTE)  # all of it within the last four hours
    steps = ahead(house, 400, config=config, spent=spent, counted=counted).steps
    within = [step for step in steps if step.key and step.at < house.now + 20 * HOUR]
    assert sum(3 if step.wide else 1 for step in within) <= 60
    assert sum(1 for step in steps if step.key) > len(within) + 60  # and not for longer


def test_of_a_store_without_a_reading_it_says_the_same_twice(house: House) -> None:
    db: Database = house.db
    before = db.execute("SELECT total_changes()").fetchone()
    assert ahead(house) == ahead(house)
    assert db.execute("SELECT total_changes()").fetchone() == before

"""Stories told to the watch: what the journal says after a release appears, is edited, goes and comes back."""

import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crawler.records import Order, Report
from monitor.config import Alert
from monitor.detect import detect
from monitor.store.orders import ask, drop, progress
from monitor.words.russian import open_dictionary
from monitor.worker import Answer
from tests.monitor.shelf import START, FakePortal, House, Item, past

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def news(number: int = 900, *, at: timedelta = MINUTE, text: str = "Выделят 12 млрд тенге.") -> Item:
    return Item(number, "Новый выпуск", text, START + at)


async def watched(**options: object) -> House:
    """A house whose only listing has forty releases, read to the end of its history."""
    house = House(**options)  # type: ignore[arg-type]
    for lang in house.config.portal.languages:
        house.portal.show("economy", lang, *past(40, lang=lang))
    await house.live(HOUR)
    assert house.news == []
    return house


async def test_a_first_reading_is_history_and_told_to_nobody() -> None:
    hook = Alert(name="all", to=("http://127.0.0.1:9/hook",))
    house = await watched(alerts=[hook])
    assert len(house.changes) == 40
    assert all(change.baseline and change.kind == "published" for change in house.changes)
    assert house.rows("SELECT count(*) FROM deliveries") == [(0,)]
    assert house.rows("SELECT watermark, walked_at IS NOT NULL FROM listings") == [(139, 1)]


def test_the_dictionary_of_words_is_opened_before_anything_is_read() -> None:
    open_dictionary.cache_clear()
    House(alerts=[Alert(name="tax", to=("http://127.0.0.1:9/hook",), words=("налог",))])
    assert open_dictionary.cache_info().misses == 1


async def test_a_first_reading_goes_back_as_far_as_history_says_and_no_further() -> None:
    house = House(history=timedelta(days=10))
    house.portal.show("economy", "ru", *past(400))
    await house.live(HOUR)
    [(held,)] = house.rows("SELECT count(*) FROM releases")
    assert 40 <= int(str(held)) <= 60
    assert house.rows("SELECT walked_at IS NOT NULL FROM listings") == [(1,)]


async def test_what_is_published_while_history_is_read_is_news() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(40))
    read = house.portal.read

    async def read_and_publish(order: object) -> object:
        if len(house.portal.orders) == 1:
            house.portal.show("economy", "ru", news())
        return await read(order)  # type: ignore[arg-type]

    house.portal.read = read_and_publish  # type: ignore[assignment, method-assign]
    await house.live(HOUR)
    assert [(change.kind, change.source_id) for change in house.news] == [("published", "900")]


async def test_the_journal_reads_like_the_story() -> None:
    house = await watched(languages=("ru", "kk"))
    house.portal.show("economy", "ru", news())
    await house.live(HOUR)
    house.portal.show("economy", "kk", Item(900, "Жаңа шығарылым", "12 млрд теңге.", START + MINUTE))
    await house.live(HOUR)
    house.portal.show("economy", "ru", news(text="Выделят 21 млрд тенге."))
    await house.live(HOUR)
    house.portal.hide(900)
    await house.live(4 * HOUR)
    house.portal.show("economy", "ru", news(text="Выделят 21 млрд тенге."))
    house.portal.show("economy", "kk", Item(900, "Жаңа шығарылым", "12 млрд теңге.", START + MINUTE))
    await house.live(4 * HOUR)
    assert [(change.kind, change.lang, change.weight) for change in house.news] == [
        ("published", "ru", "major"),
        ("translated", "kk", "minor"),
        ("edited", "ru", "major"),
        ("removed", None, "major"),
        ("restored", None, "major"),
    ]
    assert house.news[1].earlier == ("ru",)
    assert house.news[2].detail["words"] == [
        {"field": "text", "before": "12 млрд тенге.", "after": "21 млрд тенге.", "classes": ["amount"]}
    ]
    assert house.rows("SELECT status FROM editions") == [("listed",)] * len(
        house.rows("SELECT 1 FROM editions")
    )
    assert house.rows("SELECT number, text FROM wordings WHERE source_id = '900' AND lang = 'ru'") == [
        (1, "Выделят 12 млрд тенге."),
        (2, "Выделят 21 млрд тенге."),
    ]


async def test_one_copy_that_goes_is_a_removal_of_that_copy_alone() -> None:
    house = await watched(languages=("ru", "kk"))
    house.portal.hide(138, "kk")
    await house.live(6 * HOUR)
    assert [(change.kind, change.lang) for change in house.news] == [("removed", "kk")]
    assert house.rows("SELECT status FROM releases WHERE source_id = '138'") == [("listed",)]


async def test_nothing_is_removed_on_one_observation() -> None:
    house = await watched()
    house.portal.hide(138)
    await house.live(30 * MINUTE)
    assert house.news == []
    assert house.rows("SELECT status FROM releases WHERE source_id = '138'") == [("suspected",)]
    house.portal.show("economy", "ru", *past(40))
    await house.live(6 * HOUR)
    assert house.news == []
    assert house.rows("SELECT status FROM releases WHERE source_id = '138'") == [("listed",)]


@pytest.mark.parametrize("outcome", ["refused", "shell", "blocked", "overloaded", "broken", "unreachable"])
async def test_no_failure_of_any_length_removes_anything(outcome: str) -> None:
    house = await watched()
    house.portal.fault = Report(0, outcome, reason="a reason")  # type: ignore[arg-type]
    await house.live(timedelta(days=3))
    house.portal.fault = None
    await house.live(timedelta(hours=12))
    assert house.news == []
    assert house.rows("SELECT DISTINCT status FROM editions") == [("listed",)]


async def test_an_empty_listing_that_had_releases_is_called_shrunken() -> None:
    house = await watched()
    house.portal.listings.clear()
    await house.live(timedelta(days=2))
    assert house.news == []
    assert ("shrunken",) in house.rows("SELECT DISTINCT outcome FROM crawls")


async def test_many_that_go_at_once_are_not_believed_until_a_day_of_agreeing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = await watched()
    for number in range(130, 136):
        house.portal.hide(number)
    with caplog.at_level(logging.WARNING):
        await house.live(12 * HOUR)
    assert house.news == []
    assert [record.message.count("suspected") for record in caplog.records] == [1]
    await house.live(24 * HOUR)
    assert {(change.kind, change.source_id) for change in house.news} == {
        ("removed", str(number)) for number in range(130, 136)
    }


async def test_a_refusal_is_said_now_and_then_and_the_pauses_grow(caplog: pytest.LogCaptureFixture) -> None:
    house = await watched()
    house.portal.fault = Report(0, "refused", reason="HTTP 400 notAllowed")
    asked = len(house.portal.orders)
    with caplog.at_level(logging.INFO, logger="jarshy"):
        await house.live(timedelta(days=1))
        house.portal.fault = None
        await house.live(timedelta(hours=12))
    said = [record.message for record in caplog.records]
    lasting = [line.partition(" It has been so for ")[2] for line in said if "refused" in line]
    assert lasting == ["", "62 min (6 times).", "4 h (8 times).", "8 h (9 times).", "20 h (11 times)."]
    assert "route rest" in said[0]
    assert "HTTP 400 notAllowed" in said[0]
    assert sum("answers again" in line for line in said) == 1
    refusals = house.rows("SELECT count(*) FROM crawls WHERE outcome = 'refused'")
    assert refusals < [(15,)]  # 2 min doubling to 6 h, in a day
    assert len(house.portal.orders) > asked


async def test_a_portal_that_asks_for_longer_is_left_alone_longer() -> None:
    house = await watched()
    house.portal.fault = Report(0, "overloaded", retry_after=36000)
    await house.live(2 * HOUR)
    asked = len(house.portal.orders)
    await house.live(7 * HOUR)
    assert len(house.portal.orders) == asked


async def test_a_pause_survives_a_restart() -> None:
    house = await watched()
    house.portal.fault = Report(0, "refused", retry_after=36000)
    await house.live(HOUR)
    again = House(db=house.db, portal=house.portal, now=house.now)
    asked = len(house.portal.orders)
    await again.live(HOUR)
    assert len(house.portal.orders) == asked


async def test_a_restart_reads_and_tells_nothing_anew() -> None:
    house = await watched()
    house.portal.show("economy", "ru", news())
    await house.live(HOUR)
    again = House(db=house.db, portal=house.portal, now=house.now)
    await again.live(2 * HOUR)
    assert again.changes == []
    assert house.rows("SELECT count(*) FROM changes WHERE baseline = 0") == [(1,)]


async def test_a_back_dated_release_deep_in_the_list_is_found_by_a_wide_reading() -> None:
    house = await watched()
    house.portal.show("economy", "ru", news(at=timedelta(days=-6)))
    await house.live(8 * HOUR)
    assert [(change.kind, change.source_id) for change in house.news] == [("published", "900")]


async def test_after_an_outage_it_reads_back_until_it_meets_known_releases() -> None:
    house = await watched()
    house.portal.fault = Report(0, "unreachable")
    await house.live(timedelta(days=2))
    house.portal.show("economy", "ru", *past(90, first_id=1000, newest=START + timedelta(days=30)))
    house.portal.fault = None
    await house.live(12 * HOUR)
    assert len([change for change in house.news if change.kind == "published"]) == 90


def late(house: House) -> dict[str, bool]:
    """By id, whether each release that is news was found late."""
    return {change.source_id: "late" in change.detail for change in house.news}


async def test_what_a_broken_listing_could_not_show_for_days_is_found_late_but_for_what_is_new_by_date() -> (
    None
):
    house = await watched()
    house.portal.fault = Report(0, "broken")
    await house.live(timedelta(days=4))
    fresh = [news(900 + number, at=house.now - START - number * HOUR) for number in range(3)]
    # More than a page of them: the second page of the reading is as late as the first.
    older = past(120, first_id=1000, newest=house.now - timedelta(days=2))
    house.portal.show("economy", "ru", *fresh, *older)
    house.portal.fault = None
    await house.live(12 * HOUR)
    assert late(house) == dict.fromkeys(["900", "901", "902"], False) | {
        str(item.source_id): item.published_at < house.now - timedelta(days=1) for item in older
    }
    [said] = {json.dumps(change.detail["late"]) for change in house.news if "late" in change.detail}
    assert START < datetime.fromisoformat(json.loads(said)["unread_since"]) < START + timedelta(days=1)


async def test_while_it_is_read_in_time_nothing_is_found_late_however_far_back_it_is_dated() -> None:
    house = await watched()
    house.portal.fault = Report(0, "broken")
    await house.live(20 * HOUR)
    house.portal.show("economy", "ru", news(at=timedelta(days=-6)))
    house.portal.fault = None
    await house.live(30 * HOUR)
    assert late(house) == {"900": False}


async def test_what_comes_after_a_standstill_of_our_own_is_late_too() -> None:
    house = await watched()
    house.now += timedelta(days=5)
    house.portal.show("economy", "ru", news(at=timedelta(days=2)), news(901, at=timedelta(days=4, hours=23)))
    again = House(db=house.db, portal=house.portal, now=house.now)
    await again.live(12 * HOUR)
    assert late(again) == {"900": True, "901": False}


async def test_wordings_that_the_worker_left_out_and_we_do_not_hold_are_asked_for_in_full() -> None:
    house = House(portal=FakePortal(forgetful=True))
    house.portal.show("economy", "ru", *past(5))
    await house.live(HOUR)
    assert house.rows("SELECT count(*) FROM editions") == [(5,)]
    assert [order.in_full for order in house.portal.orders[:2]] == [False, True]
    orders = len([order for order in house.portal.orders if order.in_full])
    await house.live(6 * HOUR)
    assert len([order for order in house.portal.orders if order.in_full]) == orders


async def test_a_dead_worker_is_an_outcome_and_the_watch_goes_on() -> None:
    house = await watched()
    house.portal.dead = True
    await house.live(HOUR)
    house.portal.dead = False
    house.portal.show("economy", "ru", news())
    await house.live(12 * HOUR)
    assert ("timeout",) in house.rows("SELECT DISTINCT outcome FROM crawls")
    assert [change.kind for change in house.news] == ["published"]


async def test_a_reading_with_nothing_new_writes_its_crawl_row_and_nothing_else() -> None:
    house = await watched()
    await house.live(HOUR)
    tables = ("releases", "release_agencies", "editions", "revisions", "changes", "listings", "raw_items")

    def everything() -> list[object]:
        return [house.rows(f"SELECT * FROM {table}") for table in tables]

    before, [(crawls,)] = everything(), house.rows("SELECT count(*) FROM crawls")
    written = house.db.conn.total_changes
    await house.live(2 * HOUR)
    assert everything() == before
    [(more, covering)] = house.rows("SELECT count(*), count(covered_to) FROM crawls WHERE id > ?", crawls)
    assert more > 0
    # Its row is opened, closed and told what it covered, and the next reading is noted twice: as it stood when the
    # order ended, and as it is planned; nothing else is written, not even with what it holds already.
    assert house.db.conn.total_changes - written == 3 * more + covering
    assert house.rows("SELECT outcome FROM crawls ORDER BY id DESC LIMIT 1") == [("unchanged",)]


async def test_an_edit_and_its_undoing_are_two_changes_and_three_wordings() -> None:
    house = await watched()
    first = house.portal.listings["economy", "ru"][139]
    for text in ("Другой текст.", first.text):
        house.portal.show("economy", "ru", replace(first, text=text))
        await house.live(HOUR)
    assert [change.kind for change in house.news] == ["edited", "edited"]
    assert house.rows("SELECT revisions FROM editions JOIN releases ON releases.id = release_id "
                      "WHERE source_id = '139'") == [(3,)]  # fmt: skip


async def test_a_change_and_what_it_owes_are_written_together() -> None:
    rules = [
        Alert(name="тенге", to=("http://127.0.0.1:9/a",), words=("тенге",)),
        Alert(name="both", to=("http://127.0.0.1:9/a", "http://127.0.0.1:9/b"), agencies=("economy",)),
        Alert(name="others", to=("http://127.0.0.1:9/c",), agencies=("mfa",)),
    ]
    house = await watched(alerts=rules)
    house.portal.show("economy", "ru", news())
    await house.live(HOUR)
    owed = house.rows("SELECT rules, state FROM deliveries ORDER BY id")
    assert owed == [('["тенге", "both"]', "owed"), ('["both"]', "owed")]


async def test_what_somebody_asks_for_is_carried_out_and_counted() -> None:
    house = await watched(history=timedelta(days=2))
    [(held,)] = house.rows("SELECT count(*) FROM releases")
    ids = ask(house.db, [("economy", "ru")], pages=None, since=None, whole=True, now=house.now)
    await house.watch.carry_out(ids)
    [order] = progress(house.db, ids)
    assert (order.state, order.pages, order.listed) == ("done", 3, 40)
    assert order.new == 40 - int(str(held))
    assert house.news == []  # what lies below the watermark is history, whichever order finds it


async def test_an_order_to_a_refusing_portal_fails_with_its_reason() -> None:
    house = House(languages=("ru", "kk"))
    house.portal.fault = Report(0, "refused", reason="HTTP 400 notAllowed")
    listings = [("economy", "ru"), ("economy", "kk"), ("economy", "en")]
    ids = ask(house.db, listings, pages=1, since=None, whole=False, now=house.now)
    await house.watch.carry_out(ids)
    orders = progress(house.db, ids)
    assert [(order.state, order.outcome, order.reason) for order in orders] == [
        ("failed", "refused", "HTTP 400 notAllowed")
    ] * 3
    assert len(house.portal.orders) <= 2


async def test_a_listing_that_somebody_asks_for_is_not_followed_because_of_it() -> None:
    house = await watched()
    house.portal.show("minfin", "ru", *past(3, first_id=500))
    ask(house.db, [("minfin", "ru")], pages=1, since=None, whole=False, now=house.now)
    house.watch.look_for_orders()
    await house.live(12 * HOUR)
    orders = [order for order in house.portal.orders if order.agency == "minfin"]
    assert len(orders) == 1
    assert house.rows("SELECT state FROM orders") == [("done",)]


async def test_an_order_that_is_taken_back_is_read_no_further() -> None:
    house = await watched()
    house.portal.show("minfin", "ru", *past(200, first_id=500))
    ids = ask(house.db, [("minfin", "ru")], pages=None, since=None, whole=True, now=house.now)
    read = house.portal.read

    async def read_and_lose_interest(order: Order) -> Answer:
        if order.agency == "minfin" and order.page == 3:
            drop(house.db, ids, reason="nobody waits", now=house.now)
            house.watch.look_for_orders()
        return await read(order)

    house.portal.read = read_and_lose_interest  # type: ignore[method-assign]
    house.watch.look_for_orders()
    await house.live(12 * HOUR)
    assert max(order.page for order in house.portal.orders if order.agency == "minfin") == 3


async def test_a_fault_of_our_own_in_one_listing_does_not_end_the_watch(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house = await watched(languages=("ru", "kk"))
    house.portal.show("economy", "ru", news(text="яд"))
    house.portal.show("economy", "kk", Item(901, "Жаңа", "12 млрд теңге.", START + MINUTE))

    def poisoned(*arguments: object, **named: object) -> object:
        if "яд" in str(arguments):
            raise KeyError("a bug")
        return detect(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("monitor.intake.detect", poisoned)
    await house.live(6 * HOUR)
    assert [(change.kind, change.lang) for change in house.news] == [("published", "kk")]
    assert "a fault of Jarshy itself" in caplog.text
    monkeypatch.undo()
    await house.live(6 * HOUR)
    assert [(change.kind, change.lang) for change in house.news][1:] == [("published", "ru")]


async def test_a_copy_too_deep_to_have_been_looked_for_parts_no_removal_in_two() -> None:
    """The release is gone in both languages, but its Russian copy stood below the pages usually read."""
    house = House(languages=("ru", "kk"))
    both = past(1, first_id=500, newest=START - timedelta(days=3))
    house.portal.show("economy", "ru", *past(70, first_id=600), *both)
    house.portal.show("economy", "kk", *past(25, first_id=400, newest=START - timedelta(days=4)), *both)
    await house.live(12 * HOUR)
    house.portal.hide(500)
    await house.live(timedelta(days=4))
    assert [(change.kind, change.lang, change.source_id) for change in house.news] == [
        ("removed", None, "500")
    ]


async def test_what_is_missing_in_one_agency_makes_no_other_listing_suspect(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = House(agencies_followed=("economy", "mfa"))
    for number, agency in ((100, "economy"), (300, "mfa")):
        house.portal.show(agency, "ru", *past(40, first_id=number))
    await house.live(HOUR)
    for number in range(330, 336):
        house.portal.hide(number)
    with caplog.at_level(logging.INFO, logger="jarshy"):
        await house.live(6 * HOUR)
        house.portal.show("mfa", "ru", *past(40, first_id=300))
        await house.live(6 * HOUR)
    assert house.rows("SELECT DISTINCT agency FROM crawls WHERE outcome = 'shrunken'") == [("mfa",)]
    suspicions = [
        record.message
        for record in caplog.records
        if "suspi" in record.message or "suspected" in record.message
    ]
    assert [message.split(":")[0] for message in suspicions] == ["mfa/ru", "mfa/ru"]
    assert "suspicion is over" in suspicions[1]
    assert house.news == []


async def test_two_wordings_of_one_id_on_one_page_do_not_take_turns() -> None:
    house = await watched()
    double = house.portal.listings["economy", "ru"][139]
    read = house.portal.read

    async def read_twice(order: Order) -> Answer:
        answer = await read(order)
        other = replace(double, text="Другой текст.").sighting(order, 99)
        return Answer((*answer.records, other), answer.report) if order.page == 1 else answer

    house.portal.read = read_twice  # type: ignore[method-assign]
    await house.live(6 * HOUR)
    assert house.news == []


async def test_a_fault_that_every_listing_shows_is_said_once_as_the_portals(
    caplog: pytest.LogCaptureFixture,
) -> None:
    agencies = ("economy", "mfa", "almaty", "moa", "enbek", "ecogeo")
    house = House(agencies_followed=agencies)
    for number, agency in enumerate(agencies):
        house.portal.show(agency, "ru", *past(5, first_id=1000 * number))
    await house.live(HOUR)
    house.portal.fault = Report(0, "broken", reason="the answer is cut short")
    with caplog.at_level(logging.INFO, logger="jarshy"):
        await house.live(12 * HOUR)
        house.portal.fault = None
        await house.live(12 * HOUR)
    said = [record.message for record in caplog.records if "could not be read" in record.message]
    begun = [message for message in said if "It has been so for" not in message]
    assert sum("127.0.0.1" in message for message in begun) == 1
    assert len(begun) <= 3
    assert all("127.0.0.1" in message for message in said if message not in begun)
    assert len(said) - len(begun) == 3
    assert sum("answers again" in record.message for record in caplog.records) == 1

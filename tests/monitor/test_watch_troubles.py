"""Stories of trouble told to the watch: nothing is lost, nothing is told that did not happen."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from crawler.records import Misfit, Order, Report, Sighting
from monitor import conclusions
from monitor.changes import Change
from monitor.dumps import DumpedRelease
from monitor.errors import CrawlFailed, StoreError
from monitor.store.database import writing
from monitor.store.dumped import keep_dumped
from monitor.store.journal import load_change
from monitor.store.orders import ask
from monitor.worker import Answer
from tests.monitor.shelf import START, FakePortal, House, Item, past

HOUR = timedelta(hours=1)
Tamper = Callable[[Order, Answer], Answer]


def tampered(house: House, tamper: Tamper) -> None:
    """The portal's answers pass through `tamper` from now on."""
    read = FakePortal.read

    async def read_tampered(order: Order) -> Answer:
        return tamper(order, await read(house.portal, order))

    house.portal.read = read_tampered  # type: ignore[method-assign]


def honest(house: House) -> None:
    del house.portal.read


def shortened(record: Sighting | Misfit) -> Sighting | Misfit:
    return replace(record, wording=None) if isinstance(record, Sighting) else record


def malformed(seen: Sighting) -> Misfit:
    return Misfit(seen.order, seen.position, seen.source_id, "The item has no title.", "{}")


async def watched(count: int = 40, **options: object) -> House:
    house = House(**options)  # type: ignore[arg-type]
    for lang in house.config.portal.languages:
        house.portal.show("economy", lang, *past(count, lang=lang))
    await house.live(HOUR)
    assert house.news == []
    return house


def told(changes: list[Change], kind: str = "published") -> set[str]:
    return {change.source_id for change in changes if change.kind == kind}


async def test_a_worker_that_cannot_be_started_is_said_now_and_then_and_when_it_works_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = await watched()
    begun_at = house.now

    async def breaks(_: Order) -> Answer:
        raise CrawlFailed("the crawl worker cannot be started: no memory")

    house.portal.read = breaks  # type: ignore[method-assign]
    with caplog.at_level(logging.INFO, "jarshy.watch"):
        await house.live(10 * HOUR)
        honest(house)
        await house.live(12 * HOUR)
    said = [message for message in caplog.messages if "worker" in message and "economy/" not in message]
    begins = "Nothing was read: the crawl worker cannot be started: no memory. The next order starts another."
    assert said[0] == begins
    assert 2 <= len(said) <= 6
    assert all(" It has been so for " in message for message in said[1:-1])
    assert said[-1].startswith("The crawl worker is at work again, after ")
    assert house.now == begun_at + 22 * HOUR


async def test_a_store_that_cannot_be_written_is_said_once_an_hour_and_when_it_can_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await watched()
    with caplog.at_level(logging.INFO, "jarshy.watch"):
        with monkeypatch.context() as full:
            full.setattr(conclusions, "end_crawl", _disk_is_full)
            await house.live(2 * HOUR)
        await house.live(HOUR)
    lost = [message for message in caplog.messages if "is not lost" in message]
    assert lost[0] == "the disk is full. What was read is not lost: it is read again once it can be stored."
    assert 1 <= len(lost) <= 3
    assert sum("What is read is stored again, after " in message for message in caplog.messages) == 1


def _disk_is_full(*_: object, **__: object) -> None:
    raise StoreError("the disk is full")


async def test_a_worker_that_leaves_out_wordings_even_when_asked_in_full_is_not_asked_for_ever() -> None:
    house = await watched()
    tries: list[datetime] = []

    def left_out(order: Order, answer: Answer) -> Answer:
        if not order.in_full:
            tries.append(house.now)
        return replace(answer, records=tuple(map(shortened, answer.records)))

    tampered(house, left_out)
    house.portal.show("economy", "ru", *past(1, first_id=1000, newest=START + HOUR))
    house.portal.orders.clear()
    await house.live(HOUR)
    # Every try asks in full once, and each waits about twice as long as the one before: 2, 4, 8, 16 minutes.
    assert [order.in_full for order in house.portal.orders] == [False, True] * len(tries)
    assert 3 <= len(tries) <= 6
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert waits[0] >= timedelta(minutes=2)
    assert all(later >= 1.5 * earlier for earlier, later in pairwise(waits))
    assert house.rows("SELECT DISTINCT outcome FROM crawls WHERE started_at > ?", "2026-07-13T05:00") == [
        ("broken",)
    ]

    honest(house)
    await house.live(2 * HOUR)
    assert told(house.news) == {"1000"}


@pytest.mark.parametrize("restarted", [False, True], ids=["a failed page", "a restart"])
async def test_a_catching_up_that_breaks_off_loses_nothing(restarted: bool) -> None:
    house = await watched()
    missed = past(300, first_id=1000, newest=START + timedelta(days=90))
    house.portal.show("economy", "ru", *missed)
    failed: list[Order] = []

    def break_off(order: Order, answer: Answer) -> Answer:
        if order.page >= 8 and (restarted or not failed):
            failed.append(order)
            return Answer((), Report(order.id, "broken", reason="cut short"))
        return answer

    tampered(house, break_off)
    await house.live(12 * HOUR)
    assert failed
    honest(house)
    again = House(db=house.db, portal=house.portal, now=house.now) if restarted else house
    await again.live(timedelta(days=2))
    kinds = [*house.news, *again.news] if restarted else house.news
    assert told(kinds) == {str(item.source_id) for item in missed}
    assert len(kinds) == len(missed)


async def test_an_order_of_one_page_hides_no_news_below_it() -> None:
    house = await watched()
    missed = past(100, first_id=1000, newest=START + timedelta(days=25))
    house.portal.fault = Report(0, "unreachable")
    await house.live(12 * HOUR)
    house.portal.fault = None
    house.portal.show("economy", "ru", *missed)
    by_hand = House(db=house.db, portal=house.portal, now=house.now)
    ids = ask(house.db, [("economy", "ru")], pages=1, since=None, whole=False, now=house.now)
    by_hand.watch.follow([("economy", "ru")], at_once=True)
    await by_hand.watch.carry_out(ids)
    assert len(by_hand.news) == 20
    again = House(db=house.db, portal=house.portal, now=house.now)
    await again.live(timedelta(days=1))
    assert told([*by_hand.news, *again.news]) == {str(item.source_id) for item in missed}


async def test_an_item_that_turns_malformed_is_not_removed() -> None:
    house = await watched()

    def spoil(_order: Order, answer: Answer) -> Answer:
        spoilt = (
            malformed(seen) if isinstance(seen, Sighting) and seen.source_id == "138" else seen
            for seen in answer.records
        )
        return Answer(tuple(spoilt), answer.report)

    tampered(house, spoil)
    await house.live(timedelta(days=3))
    assert house.news == []
    assert house.rows("SELECT source_id, count(*) FROM quarantine") == [("138", 1)]


async def test_a_page_of_nothing_but_malformed_items_is_neither_an_end_nor_a_beginning() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(60))
    spoilt_page = 1

    def spoil(order: Order, answer: Answer) -> Answer:
        if order.page != spoilt_page:
            return answer
        seen = (malformed(one) for one in answer.records if isinstance(one, Sighting))
        return Answer(tuple(seen), answer.report)

    tampered(house, spoil)
    await house.live(12 * HOUR)
    assert house.rows("SELECT DISTINCT outcome FROM crawls") == [("broken",)]
    honest(house)
    await house.live(12 * HOUR)
    spoilt_page = 2
    tampered(house, spoil)
    await house.live(timedelta(days=4))
    assert house.news == []
    assert house.rows("SELECT DISTINCT status FROM editions") == [("listed",)]


async def test_a_listing_that_shows_nothing_at_first_contact_makes_no_news_of_its_past() -> None:
    house = House(agencies_followed=("economy", "mfa"))
    house.portal.show("economy", "ru", *past(40))
    house.portal.show("mfa", "ru", *past(40, first_id=300))

    def nothing(order: Order, answer: Answer) -> Answer:
        return Answer((), Report(order.id, "empty")) if order.agency == "economy" else answer

    tampered(house, nothing)
    await house.live(HOUR)
    honest(house)
    await house.live(12 * HOUR)
    assert house.news == []
    assert house.rows("SELECT count(*) FROM releases") == [(80,)]
    house.portal.show("economy", "ru", Item(900, "Жаңа", "Мәтін.", START + HOUR))
    await house.live(12 * HOUR)
    assert told(house.news) == {"900"}


async def test_an_absurd_id_on_the_first_page_silences_nothing() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(40), Item(2**62, "Ғажап", "Мәтін.", START - HOUR))
    await house.live(HOUR)
    house.portal.show("economy", "ru", Item(900, "Жаңа", "Мәтін.", START + HOUR))
    await house.live(6 * HOUR)
    assert "900" in told(house.news)


async def test_a_listing_that_comes_oldest_first_is_not_believed() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(60))

    def turned(order: Order, answer: Answer) -> Answer:
        return Answer(answer.records[::-1], answer.report)

    tampered(house, turned)
    await house.live(HOUR)
    assert ("unsorted",) in house.rows("SELECT outcome FROM crawls")
    assert house.rows("SELECT count(*) FROM releases") == [(0,)]
    honest(house)
    await house.live(12 * HOUR)
    assert house.news == []


async def test_copies_with_dates_of_their_own_do_not_move_each_other() -> None:
    house = await watched(languages=("ru", "kk"))
    russian = house.portal.listings["economy", "ru"][101]
    house.portal.show("economy", "ru", replace(russian, published_at=START + HOUR))
    await house.live(timedelta(days=3))
    assert [(change.kind, change.lang) for change in house.news] == [("edited", "ru")]
    assert house.news[0].detail["fields"] == ["date"]
    dated = house.rows("SELECT published_at FROM releases WHERE source_id = '101'")
    kazakh = house.portal.listings["economy", "kk"][101]
    house.portal.show("economy", "kk", replace(kazakh, text="Басқа мәтін."))
    await house.live(timedelta(days=1))
    assert house.news[-1].lang == "kk"
    assert house.rows("SELECT published_at FROM releases WHERE source_id = '101'") == dated


async def test_what_only_a_dump_has_said_is_never_taken_away() -> None:
    house = await watched()
    dumped = DumpedRelease(
        line=2,
        category="Law",
        title="An invented title",
        on=START.date(),
        text="An invented text.",
        url="https://portal.example/138",
        agency="economy",
        source_id="138",
        lang="en",
        text_lang=None,
        address_lang=None,
    )
    with writing(house.db):
        keep_dumped(house.db, dumped, zone="Asia/Almaty", now=house.now)
    house.portal.hide(138)
    await house.live(timedelta(days=1))
    house.portal.show("economy", "ru", *past(40))
    await house.live(timedelta(days=1))
    assert [(change.kind, change.lang) for change in house.news] == [("removed", None), ("restored", None)]
    assert house.rows("SELECT status FROM editions WHERE lang = 'en'") == [("unseen",)]


async def test_one_release_missing_in_each_of_many_agencies_is_a_fault_of_the_portal() -> None:
    agencies = ("economy", "mfa", "almaty", "moa", "enbek", "ecogeo", "abay", "mps")
    house = House(agencies_followed=agencies)
    for number, agency in enumerate(agencies):
        house.portal.show(agency, "ru", *past(40, first_id=1000 * (number + 1)))
    await house.live(3 * HOUR)
    for number in range(len(agencies)):
        house.portal.hide(1000 * (number + 1) + 38)
    await house.live(12 * HOUR)
    assert house.news == []


async def test_a_clock_that_ran_ahead_silences_nothing() -> None:
    house = await watched()
    right = house.now
    house.now = right + timedelta(days=3650)
    await house.live(HOUR)
    house.now = right + HOUR
    asked = len(house.portal.orders)
    await house.live(12 * HOUR)
    assert len(house.portal.orders) > asked
    again = House(db=house.db, portal=house.portal, now=house.now)
    asked = len(house.portal.orders)
    await again.live(12 * HOUR)
    assert len(house.portal.orders) > asked


async def test_a_full_disk_stops_the_reading_and_loses_nothing() -> None:
    house = await watched()
    house.portal.show("economy", "ru", Item(900, "Жаңа", "Ұзақ мәтін. " * 3_000, START + HOUR))
    [(pages,)] = house.rows("PRAGMA page_count")
    house.rows(f"PRAGMA max_page_count = {pages}")
    before = house.rows("SELECT * FROM listings"), house.rows("SELECT * FROM due")
    await house.live(HOUR)
    assert house.news == []
    assert house.rows("SELECT count(*) FROM quarantine") == [(0,)]
    assert (house.rows("SELECT * FROM listings"), house.rows("SELECT * FROM due")) == before
    house.rows("PRAGMA max_page_count = 1000000")
    await house.live(HOUR)
    assert told(house.news) == {"900"}


async def test_a_poisoned_item_holds_up_none_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from monitor.detect import detect

    house = await watched()
    house.portal.show(
        "economy", "ru", Item(900, "Жаңа", "у", START + HOUR), Item(901, "Тағы", "м", START + HOUR)
    )

    def poisoned(*arguments: object) -> object:
        if "'900'" in str(arguments):
            raise KeyError("a bug")
        return detect(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("monitor.intake.detect", poisoned)
    await house.live(6 * HOUR)
    assert told(house.news) == {"901"}
    assert house.rows("SELECT source_id, reason FROM quarantine") == [
        ("900", "A fault of Jarshy itself: KeyError.")
    ]


async def test_a_counter_that_nobody_knows_keeps_no_copy_of_each_reading() -> None:
    house = await watched(count=5)
    count = 0

    def counted(_order: Order, answer: Answer) -> Answer:
        nonlocal count
        count += 1
        seen = (
            replace(one, digest=f"{one.digest}-{count}") if isinstance(one, Sighting) else one
            for one in answer.records
        )
        return Answer(tuple(seen), answer.report)

    tampered(house, counted)
    await house.live(timedelta(days=1))
    assert count > 10
    assert house.news == []
    assert int(str(house.rows("SELECT count(*) FROM raw_items")[0][0])) <= 10


async def test_what_was_asked_of_a_stranger_leaves_no_watermark_behind() -> None:
    house = House()
    house.portal.show("minfin", "ru", *past(40, first_id=500))
    ids = ask(house.db, [("minfin", "ru")], pages=1, since=None, whole=False, now=house.now)
    await house.watch.carry_out(ids)
    house.portal.show("minfin", "ru", *past(40, first_id=700, newest=START + timedelta(days=60)))
    later = House(agencies_followed=("minfin",), db=house.db, portal=house.portal)
    later.now = START + timedelta(days=60)
    await later.live(timedelta(days=1))
    assert later.news == []


async def test_a_change_is_told_in_the_words_of_its_own_moment() -> None:
    house = await watched()
    first = house.portal.listings["economy", "ru"][139]
    for number, text in ((1, "Бірінші түзету."), (2, "Екінші түзету.")):
        house.portal.show("economy", "ru", replace(first, title=f"Тақырып {number}", text=text))
        await house.live(2 * HOUR)
    edits = [load_change(house.db, change.id) for change in house.news]
    assert [(change.title, change.text) for change in edits] == [
        ("Тақырып 1", "Бірінші түзету."),
        ("Тақырып 2", "Екінші түзету."),
    ]


async def test_what_comes_back_moves_the_date_of_its_last_change() -> None:
    house = await watched()
    updated = (
        "SELECT updated_at FROM editions JOIN releases ON releases.id = release_id WHERE source_id = '138'"
    )
    before = house.rows(updated)
    house.portal.hide(138)
    await house.live(timedelta(days=1))
    house.portal.show("economy", "ru", *past(40))
    await house.live(timedelta(days=1))
    assert [change.kind for change in house.news] == ["removed", "restored"]
    assert house.rows(updated) > before


async def test_a_fault_of_whoever_hears_of_changes_is_none_of_the_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = House()

    def deaf(_changes: object) -> None:
        raise BrokenPipeError

    house.watch.state._on_changes = deaf
    house.portal.show("economy", "ru", *past(40))
    await house.live(HOUR)
    assert house.rows("SELECT count(*) FROM releases") == [(40,)]
    outcomes = {outcome for (outcome,) in house.rows("SELECT DISTINCT outcome FROM crawls")}
    assert outcomes <= {"items", "unchanged", "empty"}
    assert "could not be passed on" in caplog.text

"""Where a removal, a move or a return is easily told wrongly, twice, or never."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler.records import Misfit, Order, Outcome, Report, Sighting
from monitor.lookups import TRIES
from monitor.store.absences import forget_those_of_predecessors
from monitor.store.redactions import redact
from monitor.worker import Answer
from tests.monitor.replay import assert_tables_follow
from tests.monitor.shelf import START, House, Item, past
from tests.monitor.test_departures import item, statuses, told, watched

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def off_the_list(house: House, source_id: int, *, agency: str = "economy", lang: str | None = None) -> None:
    """No listing shows it any more, and it is still told of by its number."""
    house.portal.unlisted[source_id] = item(house, source_id, agency=agency)
    house.portal.hide(source_id, lang)


def silent_of_singles(house: House, outcome: Outcome = "timeout", **more: Any) -> Callable[[], None]:
    """No answer comes for a release by its number until the function that is returned is called."""
    read = house.portal.read

    async def silent(order: Order) -> Answer:
        if order.source_id is None:
            answer: Answer = await read(order)
            return answer
        return Answer((), Report(order.id, outcome, reason="nothing came", **more))

    house.portal.read = silent

    def speak() -> None:
        house.portal.read = read

    return speak


def broken_in_kazakh(house: House) -> Callable[[], None]:
    """The listing of economy in Kazakh cannot be read until the function that is returned is called."""
    read = house.portal.read

    async def without_kazakh(order: Order) -> Answer:
        if (order.agency, order.lang, order.source_id) == ("economy", "kk", None):
            return Answer((), Report(order.id, "broken", reason="a reason"))
        answer: Answer = await read(order)
        return answer

    house.portal.read = without_kazakh

    def mended() -> None:
        house.portal.read = read

    return mended


async def until(house: House, query: str, *, minutes: int = 1000) -> None:
    for _ in range(minutes):
        if house.rows(query):
            return
        await house.live(MINUTE / 2)
    raise AssertionError(query)


async def test_releases_that_still_answer_are_never_declared_because_they_are_many() -> None:
    house = await watched()
    for pair in ((1040, 1038), (1036, 1034)):
        for source_id in pair:
            off_the_list(house, source_id)
        await house.live(8 * HOUR)
    house.now += 2 * DAY  # nobody watched: all are to be asked for anew at one reading
    await house.live(6 * HOUR)
    assert told(house) == []


async def test_many_that_waited_for_another_language_are_asked_for_one_by_one() -> None:
    house = await watched(languages=("ru", "kk"))
    mended = broken_in_kazakh(house)
    for pair in ((1040, 1038), (1036, 1034)):
        for source_id in pair:
            off_the_list(house, source_id, lang="ru")
        await house.live(10 * HOUR)
    mended()
    await house.live(3 * DAY)
    assert told(house) == []
    assert house.rows("SELECT DISTINCT found FROM lookups") == [("there",)]


async def test_old_doubts_make_no_mass_of_one_removal() -> None:
    house = await watched()
    for agency, ids in (("moa", (2040, 2038)), ("economy", (1030,)), ("moa", (2036, 2034))):
        for source_id in ids:
            off_the_list(house, source_id, agency=agency)
        await house.live(10 * HOUR)
    await house.live(2 * DAY)
    house.portal.hide(1040)
    await house.live(12 * HOUR)
    assert told(house) == [("removed", "1040", None)]


async def test_a_release_has_not_moved_to_where_nobody_has_looked_since() -> None:
    house = House(agencies_followed=("economy", "moa"))
    house.portal.show("economy", "ru", *past(45, first_id=1000))
    house.portal.show("moa", "ru", *past(45, first_id=2000), house.portal.listings["economy", "ru"][1040])
    await house.live(12 * HOUR)
    # So much that ordinary readings no longer reach its place.
    news = (Item(3000 + n, f"Жаңа {n}", f"Мәтін {n}", START - 18 * HOUR + n * MINUTE) for n in range(90))
    house.portal.show("moa", "ru", *news)
    await house.live(6 * HOUR)
    before = len(house.news)
    house.portal.hide(1040)
    await house.live(5 * DAY)
    assert told(house)[before:] == [("removed", "1040", None)]


@pytest.mark.parametrize("left", ["economy", "moa"])
async def test_an_agency_that_is_followed_no_more_has_no_say(left: str) -> None:
    house = await watched()
    house.portal.show("moa", "ru", item(house, 1040))
    await house.live(6 * HOUR)
    again = House(agencies_followed=(left,), db=house.db, portal=house.portal, now=house.now)
    house.portal.hide(1040)
    await again.live(3 * DAY)
    assert told(again) == [("removed", "1040", None)]


@pytest.mark.parametrize("silent", [False, True])
async def test_what_an_heir_takes_down_is_removed_though_the_old_slug_listed_it(silent: bool) -> None:
    house = House(agencies_followed=("mdai", "maidd"))
    for slug in ("mdai", "maidd"):
        house.portal.show(slug, "ru", *past(40))
    await house.live(12 * HOUR)
    if silent:
        house.portal.listings["mdai", "ru"].clear()
    house.portal.hide(135)
    await house.live(5 * DAY)
    assert told(house) == [("removed", "135", None)]


async def test_a_suspicion_ends_where_a_successor_is_learned_of() -> None:
    house = await watched()
    house.portal.hide(1040)
    await house.live(HOUR / 2)
    assert statuses(house, 1040)[0] == "suspected"
    house.db.execute("UPDATE agencies SET successor = 'moa' WHERE slug = 'economy'")
    forget_those_of_predecessors(house.db)
    await house.live(5 * DAY)
    assert statuses(house, 1040) == ("listed", "economy", "ru:listed")
    assert told(house) == []


async def test_who_has_left_is_not_taken_for_having_looked() -> None:
    house = await watched(languages=("ru", "kk"))
    for lang in ("ru", "kk"):
        house.portal.show("moa", lang, item(house, 1040, lang=lang))
    await house.live(6 * HOUR)
    for lang in ("ru", "kk"):
        house.portal.listings["economy", lang].pop(1040)
    await house.live(DAY)
    assert told(house) == [("moved", "1040", None)]
    for first in (3000, 4000):  # in Kazakh its place is out of reach of ordinary readings
        news = (Item(first + n, f"Жаңа {n}", f"Мәтін {n}", house.now + n * MINUTE / 60) for n in range(90))
        house.portal.show("moa", "kk", *news)
        await house.live(6 * HOUR)
    house.portal.hide(1040)
    await house.live(DAY / 2)
    assert ("removed", "1040", "ru") not in told(house)


async def test_a_copy_dated_into_the_future_parts_no_removal_in_two() -> None:
    house = await watched(languages=("ru", "kk"))
    house.portal.show("economy", "ru", Item(5000, "Хабар", "Мәтін бес.", house.now))
    house.portal.show("economy", "kk", Item(5000, "Жаңа", "Жаңа мәтін бес.", house.now + 300 * DAY))
    await house.live(6 * HOUR)
    before = len(house.news)
    house.portal.hide(5000)
    await house.live(DAY / 2)
    assert ("removed", "5000", "ru") not in told(house)[before:]


async def test_what_an_agency_lacked_before_it_left_is_forgotten_when_the_next_one_shows_it() -> None:
    house = await watched(languages=("ru", "kk"))
    kazakh = item(house, 1040, lang="kk")
    house.portal.show("moa", "ru", item(house, 1040))
    await house.live(6 * HOUR)
    house.portal.unlisted[1040] = kazakh
    for lang in ("ru", "kk"):
        house.portal.listings["economy", lang].pop(1040)
    await house.live(DAY / 2)
    house.portal.show("moa", "kk", kazakh)
    await house.live(3 * DAY)
    assert told(house) == [("moved", "1040", None)]
    assert house.rows("SELECT * FROM absences") == []


async def test_a_copy_off_the_list_moves_nothing_while_another_is_listed() -> None:
    house = await watched(languages=("ru", "kk"))
    house.portal.unlisted[1040] = replace(item(house, 1040), agency="enbek")
    house.portal.listings["economy", "ru"].pop(1040)
    await house.live(3 * DAY)
    assert told(house) == []


@pytest.mark.parametrize("name", ["enbek", "Министерство"])
async def test_a_release_that_always_named_its_owner_otherwise_has_not_moved(name: str) -> None:
    house = House(agencies_followed=("economy", "moa"))
    house.portal.show("economy", "ru", *(replace(one, agency=name) for one in past(45, first_id=1000)))
    house.portal.show("moa", "ru", *past(45, first_id=2000))
    await house.live(12 * HOUR)
    off_the_list(house, 1040)
    await house.live(3 * DAY)
    assert told(house) == []


async def test_a_name_that_is_no_slug_of_an_agency_is_no_agency() -> None:
    house = await watched()
    house.portal.unlisted[1040] = replace(item(house, 1040), agency="Министерство")
    house.portal.hide(1040)
    await house.live(3 * DAY)
    assert told(house) == []
    assert house.rows("SELECT slug FROM agencies WHERE slug = 'Министерство'") == []


async def test_who_is_named_first_owns_what_the_whole_portal_shows() -> None:
    followed = ("economy", "moa", "mfa", "enbek", "almaty")
    house = House(agencies_followed=followed)
    for number, agency in enumerate(followed):
        apart = (
            replace(one, published_at=one.published_at - number * MINUTE)
            for one in past(20, first_id=1000 * (number + 1))
        )
        house.portal.show(agency, "ru", *apart)
    house.portal.whole = True
    read = house.portal.read

    def named(record: Any) -> Any:
        if not isinstance(record, Sighting) or record.source_id != "9000" or record.wording is None:
            return record
        return replace(record, wording=replace(record.wording, agencies=("moa", "economy")))

    async def joint(order: Order) -> Answer:
        answer = await read(order)
        return Answer(tuple(map(named, answer.records)), answer.report)

    house.portal.read = joint
    await house.live(2 * DAY)
    house.portal.show("moa", "ru", Item(9000, "Бірлескен", "Бірлескен мәтін.", house.now))
    await house.live(6 * HOUR)
    house.portal.whole = False
    await house.live(4 * DAY)
    assert told(house) == [("published", "9000", "ru")]
    assert statuses(house, 9000)[1] == "moa"


async def test_a_language_that_is_read_no_more_holds_up_a_removal_for_a_day() -> None:
    house = await watched(languages=("ru", "kk"))
    again = House(agencies_followed=("economy", "moa"), db=house.db, portal=house.portal, now=house.now)
    house.portal.hide(1040)
    await again.live(12 * HOUR)
    assert told(again) == []
    await again.live(2 * DAY)
    assert told(again) == [("removed", "1040", "ru")]


async def test_a_copy_that_one_reading_lost_with_many_others_parts_no_removal_in_two() -> None:
    house = await watched(languages=("ru", "kk"))
    mended = broken_in_kazakh(house)
    house.portal.hide(1040)
    await until(house, "SELECT 1 FROM absences WHERE confirmed_at IS NOT NULL")
    half = [item(house, source_id, lang="kk") for source_id in range(1020, 1040, 2)]
    for one in half:
        house.portal.hide(one.source_id, "kk")
    mended()
    await until(house, "SELECT 1 FROM absences JOIN editions ON editions.id = edition_id WHERE lang = 'kk'")
    house.portal.show("economy", "kk", *half)
    await house.live(3 * DAY)
    assert told(house) == [("removed", "1040", None)]


async def test_a_release_that_came_back_in_one_language_can_be_removed_again() -> None:
    house = await watched(languages=("ru", "kk"))
    back = item(house, 1040)
    house.portal.show("moa", "ru", back)
    await house.live(6 * HOUR)
    for lang in ("ru", "kk"):
        house.portal.listings["economy", lang].pop(1040)
    await house.live(3 * DAY)
    house.portal.hide(1040)
    await house.live(2 * DAY)
    house.portal.show("moa", "ru", back)
    await house.live(5 * DAY)
    assert_tables_follow(house.db)
    before = len(house.news)
    house.portal.hide(1040)
    await house.live(3 * DAY)
    assert ("removed", "1040", None) in told(house)[before:]
    assert_tables_follow(house.db)


@pytest.mark.parametrize("dumped", [False, True])
async def test_a_removed_release_that_comes_back_in_another_language_is_restored(dumped: bool) -> None:
    house = await watched(languages=("ru", "kk"))
    russian = Item(5000, "Хабар", "Мәтін бес мың.", house.now)
    house.portal.show("economy", "ru", russian)
    await house.live(6 * HOUR)
    house.portal.hide(5000)
    await house.live(2 * DAY)
    assert told(house) == [("published", "5000", "ru"), ("removed", "5000", None)]
    if dumped:
        columns = [str(column) for _, column, *_ in house.rows("PRAGMA table_info(editions)")]
        own = {"id": "(SELECT max(id) + 1 FROM editions)", "lang": "'kk'", "status": "'unseen'"}
        own |= {"digest": "'dump:x'", "fingerprint": "'x'"}
        house.db.execute(
            f"INSERT INTO editions ({', '.join(columns)}) SELECT {', '.join(own.get(c, c) for c in columns)} "
            "FROM editions WHERE release_id = (SELECT id FROM releases WHERE source_id = '5000')"
        )
    house.portal.show("economy", "kk", replace(russian, title="Жаңа", text="Жаңа мәтін."))
    await house.live(3 * DAY)
    assert told(house)[2] == ("restored", "5000", None)
    assert statuses(house, 5000)[0] == "listed"
    # That the other one did not come back is told, too.
    assert told(house)[3:] == [("removed", "5000", "ru")]
    proofs = house.news[3].detail["evidence"]["ru"]["readings"]
    assert len(proofs) == 2


@pytest.mark.parametrize("lang", [None, "kk"])
async def test_a_look_up_that_is_moot_holds_up_none_that_is_due_later(lang: str | None) -> None:
    house = await watched(languages=("ru", "kk"))
    shown = item(house, 1040)
    speak = silent_of_singles(house)
    house.portal.hide(1040)
    await until(house, "SELECT 1 FROM lookups")
    house.portal.show("economy", "ru", shown)
    await house.live(2 * HOUR)
    assert statuses(house, 1040)[0] == "listed"
    house.watch.state.recall()
    speak()
    if lang is None:
        house.portal.hide(1040)
    again = House(
        agencies_followed=("economy", "moa"),
        languages=("ru", "kk"),
        db=house.db,
        portal=house.portal,
        now=house.now,
    )
    await again.live(3 * DAY)
    assert [*told(house), *told(again)][-1] == ("removed", "1040", lang)


async def test_a_fault_while_declaring_ends_no_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    house = await watched()

    def faulty(*_arguments: object, **_named: object) -> int:
        raise KeyError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr("monitor.store.removals.write_removal", faulty)
        house.portal.hide(1040)
        house.portal.show("moa", "ru", Item(9000, "Жаңа хабар", "Мәтін.", house.now + 8 * HOUR))
        await house.live(DAY)
    assert told(house) == [("published", "9000", "ru")]
    await house.live(DAY)
    assert ("removed", "1040", None) in told(house)


async def test_a_portal_that_asks_for_time_is_given_it() -> None:
    house = await watched()
    silent_of_singles(house, "overloaded", retry_after=6 * 3600)
    house.portal.hide(1040)
    await until(house, "SELECT 1 FROM lookups WHERE tries = 1")
    [(asked, next_at)] = house.rows("SELECT julianday(asked_at), julianday(next_at) FROM lookups")
    assert float(str(next_at)) - float(str(asked)) > 0.24


async def test_what_has_no_date_is_missed_by_a_reading_to_the_end() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(15, first_id=1000))
    await house.live(12 * HOUR)
    house.db.execute(
        "UPDATE editions SET published_at = NULL "
        "WHERE release_id = (SELECT id FROM releases WHERE source_id = '1010')"
    )
    house.portal.hide(1010)
    await house.live(3 * DAY)
    assert told(house) == [("removed", "1010", None)]


async def test_a_redacted_copy_that_still_answers_is_not_taken_down() -> None:
    house = await watched(languages=("ru", "kk"))
    shown = item(house, 1040)
    redact(house.db, "1040", by="the desk", reason="a court order", now=house.now)
    house.portal.unlisted[1040] = shown
    house.portal.listings["economy", "ru"].pop(1040)
    await house.live(3 * DAY)
    assert told(house) == []


async def test_an_item_that_lost_its_id_is_not_taken_for_a_removal() -> None:
    house = await watched(agencies=("economy",))
    read = house.portal.read

    async def nameless(order: Order) -> Answer:
        answer = await read(order)
        records = (
            Misfit(order.id, one.position, None, "The item has no id.", "{}")
            if one.source_id == "1040"
            else one
            for one in answer.records
        )
        return Answer(tuple(records), answer.report)

    house.portal.read = nameless
    await house.live(3 * DAY)
    assert told(house) == []


async def test_what_only_a_dump_has_said_is_not_removed_with_the_rest() -> None:
    house = await watched()
    columns = [str(column) for _, column, *_ in house.rows("PRAGMA table_info(editions)")]
    own = {
        "id": "(SELECT max(id) + 1 FROM editions)",
        "lang": "'kk'",
        "status": "'unseen'",
        "digest": "'dump:x'",
    }
    house.db.execute(
        f"INSERT INTO editions ({', '.join(columns)}) SELECT {', '.join(own.get(c, c) for c in columns)} "
        "FROM editions WHERE release_id = (SELECT id FROM releases WHERE source_id = '1040')"
    )
    house.portal.hide(1040)
    await house.live(DAY)
    assert told(house) == [("removed", "1040", None)]
    assert set(str(statuses(house, 1040)[2]).split(",")) == {"ru:removed", "kk:unseen"}


async def test_what_flips_and_is_taken_down_flips_no_more() -> None:
    house = await watched()
    shown = item(house, 1040)
    for turn in range(5):
        house.portal.show("economy", "ru", replace(shown, text=("Бір.", "Екі.")[turn % 2]))
        await house.live(2 * HOUR)
    flipping = "SELECT count(*) FROM editions WHERE flapping IS NOT NULL"
    assert house.rows(flipping) == [(1,)]
    house.portal.hide(1040)
    await house.live(2 * DAY)
    assert house.rows(flipping) == [(0,)]
    house.portal.show("economy", "ru", replace(shown, text="Бір."))
    await house.live(DAY)
    assert [kind for kind, _, _ in told(house)][-2:] == ["removed", "restored"]


async def test_each_asking_has_tries_of_its_own() -> None:
    house = await watched()
    off_the_list(house, 1040)
    await house.live(DAY / 2)
    assert house.rows("SELECT found, tries FROM lookups") == [("there", 1)]
    silent_of_singles(house)
    await house.live(2 * DAY)
    # No answer is no sign that what was there has gone.
    assert house.rows("SELECT found, tries, outcome FROM lookups") == [("there", TRIES, "timeout")]
    assert told(house) == []

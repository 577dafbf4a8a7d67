"""What is said of a release that a listing shows no more: gone, moved, or nothing; and what proves it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler.records import Report
from monitor.lookups import TRIES
from monitor.store.people import totals
from tests.monitor.shelf import START, House, Item, past

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def watched(
    *, agencies: tuple[str, ...] = ("economy", "moa"), languages: tuple[str, ...] = ("ru",)
) -> House:
    """Agencies with a past of their own in these languages, all of it read."""
    house = House(agencies_followed=agencies, languages=languages)
    for number, agency in enumerate(agencies):
        for lang in languages:
            house.portal.show(agency, lang, *past(45, first_id=1000 * (number + 1), lang=lang))
    await house.live(12 * HOUR)
    assert house.news == []
    return house


def item(house: House, source_id: int, *, lang: str = "ru", agency: str = "economy") -> Item:
    return house.portal.listings[agency, lang][source_id]


def told(house: House) -> list[tuple[str, str, str | None]]:
    return [(change.kind, change.source_id, change.lang) for change in house.news]


def statuses(house: House, source_id: int) -> tuple[object, ...]:
    [row] = house.rows(
        "SELECT releases.status, releases.agency, group_concat(editions.lang || ':' || editions.status) "
        "FROM releases JOIN editions ON editions.release_id = releases.id WHERE source_id = ?",
        str(source_id),
    )
    return row


async def test_a_removal_carries_the_readings_that_prove_it_and_between_which_releases_it_stood() -> None:
    house = await watched()
    house.portal.hide(1040)
    await house.live(DAY)
    assert told(house) == [("removed", "1040", None)]
    [first, second, *_] = house.news[0].detail["evidence"]["ru"]["readings"]
    for proof in (first, second):
        assert (proof["agency"], proof["above"], proof["below"]) == ("economy", "1041", "1039")
        assert house.rows("SELECT agency, lang FROM crawls WHERE id = ?", proof["crawl"]) == [
            ("economy", "ru")
        ]
    assert first["at"] < second["at"]
    single = house.news[0].detail["evidence"]["ru"]["single"]
    assert (single["outcome"], single["found"], single["lang"]) == ("empty", "gone", "ru")
    assert house.rows("SELECT * FROM absences") == []


async def test_the_release_itself_is_asked_for_once_before_it_is_called_removed() -> None:
    house = await watched()
    house.portal.hide(1040)
    await house.live(DAY)
    asked = [order for order in house.portal.orders if order.source_id is not None]
    assert [(order.source_id, order.agency, order.lang, order.in_full) for order in asked] == [
        ("1040", "economy", "ru", True)
    ]


async def test_what_still_answers_by_its_number_is_off_the_list_and_not_taken_down() -> None:
    house = await watched()
    house.portal.unlisted[1040] = replace(item(house, 1040), agency="economy")
    house.portal.hide(1040)
    await house.live(3 * DAY)
    assert told(house) == []
    assert statuses(house, 1040) == ("suspected", "economy", "ru:suspected")
    assert (totals(house.db)["suspected"], totals(house.db)["off_the_list"]) == (1, 1)
    asked = [order for order in house.portal.orders if order.source_id == "1040"]
    assert 2 <= len(asked) <= 4  # again every 24 × `confirm`
    del house.portal.unlisted[1040]
    await house.live(2 * DAY)
    assert told(house) == [("removed", "1040", None)]
    assert (totals(house.db)["suspected"], totals(house.db)["off_the_list"]) == (0, 0)


async def test_what_the_portal_tells_of_another_agency_has_moved_there() -> None:
    house = await watched()
    house.portal.unlisted[1040] = replace(item(house, 1040), agency="enbek")
    house.portal.hide(1040)
    await house.live(3 * DAY)
    assert told(house) == [("moved", "1040", None)]
    detail = house.news[0].detail
    assert (detail["from"], detail["to"]) == ("economy", "enbek")
    assert detail["single"]["agencies"] == ["enbek"]
    assert len(detail["evidence"]["ru"]["readings"]) == 2
    assert statuses(house, 1040) == ("listed", "enbek", "ru:listed")
    assert {"economy", "enbek"} <= set(house.news[0].agencies)


@pytest.mark.parametrize("singles", ["told", "broken"])
async def test_a_portal_that_tells_of_no_release_by_itself_is_taken_at_its_listings_word(
    singles: Any,
) -> None:
    house = await watched()
    house.portal.singles = singles
    house.portal.hide(1040)
    await house.live(DAY)
    assert told(house) == [("removed", "1040", None)]
    assert house.rows("SELECT outcome, tries FROM lookups") == [
        ("empty" if singles == "told" else "broken", 1)
    ]


async def test_a_release_that_no_answer_comes_for_is_asked_for_so_often_and_no_more() -> None:
    house = await watched()
    read, tries = house.portal.read, []

    async def hanging(order: Any) -> Any:
        if order.source_id is None:
            return await read(order)
        tries.append(house.now)
        return type(await read(order))((), Report(order.id, "timeout", reason="nothing came"))

    house.portal.read = hanging
    house.portal.hide(1040)
    await house.live(2 * DAY)
    assert told(house) == [("removed", "1040", None)]
    assert len(tries) == TRIES
    assert tries == sorted(set(tries))
    assert house.news[0].detail["evidence"]["ru"]["single"]["tries"] == TRIES


async def test_an_answer_outlives_a_restart() -> None:
    house = await watched()
    house.portal.hide(1040)
    read = house.portal.read

    async def no_singles(order: Any) -> Any:
        if order.source_id is not None:
            raise RuntimeError("the machine is switched off")
        return await read(order)

    house.portal.read = no_singles
    with pytest.raises(BaseExceptionGroup):
        await house.live(DAY)
    assert told(house) == []
    assert house.rows("SELECT found FROM lookups") == [(None,)]
    house.portal.read = read
    again = House(agencies_followed=("economy", "moa"), db=house.db, portal=house.portal, now=house.now)
    await again.live(HOUR)
    assert told(again) == [("removed", "1040", None)]


async def test_what_is_listed_again_while_it_is_being_asked_for_is_nothing() -> None:
    house = await watched()
    shown = item(house, 1040)
    house.portal.unlisted[1040] = shown
    house.portal.hide(1040)
    await house.live(DAY)
    house.portal.show("economy", "ru", shown)
    await house.live(2 * DAY)
    assert told(house) == []
    assert statuses(house, 1040) == ("listed", "economy", "ru:listed")
    assert house.rows("SELECT * FROM absences") == []


async def test_a_release_moves_when_its_old_listing_lacks_it_twice_and_another_shows_it() -> None:
    house = await watched()
    moved = item(house, 1040)
    house.portal.show("moa", "ru", moved)
    await house.live(6 * HOUR)
    assert told(house) == []  # two agencies list it: nothing to tell
    house.portal.listings["economy", "ru"].pop(1040)
    await house.live(DAY)
    assert told(house) == [("moved", "1040", None)]
    detail = house.news[0].detail
    assert (detail["from"], detail["to"]) == ("economy", "moa")
    proofs = detail["evidence"]["ru"]["readings"]
    assert [(proof["agency"], proof["above"], proof["below"]) for proof in proofs] == [
        ("economy", "1041", "1039")
    ] * 2
    assert statuses(house, 1040) == ("listed", "moa", "ru:listed")
    assert set(house.news[0].agencies) == {"economy", "moa"}
    await house.live(2 * DAY)
    assert len(house.news) == 1
    house.portal.hide(1040)
    await house.live(2 * DAY)
    assert told(house) == [("moved", "1040", None), ("removed", "1040", None)]


async def test_a_release_that_moves_at_once_is_never_called_removed() -> None:
    house = await watched()
    moved = item(house, 1040)
    house.portal.listings["economy", "ru"].pop(1040)
    await house.live(HOUR / 2)
    house.portal.show("moa", "ru", moved)
    await house.live(2 * DAY)
    assert told(house) == [("moved", "1040", None)]


async def test_an_agency_that_only_joined_leaves_without_a_word() -> None:
    house = await watched()
    house.portal.show("moa", "ru", item(house, 1040))
    await house.live(6 * HOUR)
    house.portal.listings["moa", "ru"].pop(1040)
    await house.live(2 * DAY)
    assert told(house) == []
    assert statuses(house, 1040) == ("listed", "economy", "ru:listed")
    here = house.rows(
        "SELECT release_agencies.agency FROM release_agencies JOIN releases ON releases.id = release_id "
        "WHERE source_id = '1040' AND left_at IS NULL"
    )
    assert here == [("economy",)]
    house.portal.hide(1040)
    await house.live(2 * DAY)
    assert told(house) == [("removed", "1040", None)]


async def test_a_joint_release_is_removed_when_every_listing_lacks_it() -> None:
    house = await watched()
    house.portal.show("moa", "ru", item(house, 1040))
    await house.live(6 * HOUR)
    house.portal.hide(1040)
    await house.live(2 * DAY)
    assert told(house) == [("removed", "1040", None)]
    readings = house.news[0].detail["evidence"]["ru"]["readings"]
    assert {proof["agency"] for proof in readings} == {"economy", "moa"}
    house.portal.show("economy", "ru", *past(45, first_id=1000))
    await house.live(2 * DAY)
    assert told(house)[1:] == [("restored", "1040", None)]
    assert statuses(house, 1040) == ("listed", "economy", "ru:listed")


async def test_a_copy_that_one_agency_never_had_is_not_missed_there() -> None:
    house = await watched(languages=("ru", "kk"))
    for source_id in range(1030, 1040):  # more than an editor takes down
        house.portal.show("moa", "ru", item(house, source_id))
    await house.live(2 * DAY)
    assert told(house) == []
    assert house.rows("SELECT * FROM absences") == []
    assert {outcome for (outcome,) in house.rows("SELECT DISTINCT outcome FROM crawls")} <= {
        "items", "unchanged", "empty",
    }  # fmt: skip


async def test_a_copy_that_goes_while_the_release_moves_is_told_of_beside_the_move() -> None:
    house = await watched(languages=("ru", "kk"))
    house.portal.show("moa", "ru", item(house, 1040))
    await house.live(6 * HOUR)
    for lang in ("ru", "kk"):
        house.portal.listings["economy", lang].pop(1040)
    await house.live(3 * DAY)
    assert sorted(told(house)) == [("moved", "1040", None), ("removed", "1040", "kk")]
    assert statuses(house, 1040)[:2] == ("listed", "moa")


async def test_a_listing_that_loses_many_joint_releases_at_once_moves_none_of_them() -> None:
    house = await watched()
    for source_id in range(1036, 1043):
        house.portal.show("moa", "ru", item(house, source_id))
    await house.live(6 * HOUR)
    for source_id in range(1036, 1043):
        house.portal.listings["economy", "ru"].pop(source_id)
    await house.live(12 * HOUR)
    assert told(house) == []
    house.portal.show("economy", "ru", *past(45, first_id=1000))
    await house.live(2 * DAY)
    assert told(house) == []
    assert house.rows("SELECT * FROM absences") == []


async def test_a_dumped_agency_that_never_listed_a_release_is_not_left() -> None:
    house = await watched()
    house.db.execute(
        "INSERT INTO releases (source, source_id, agency, url, published_at, published_raw, first_seen_at, "
        "last_seen_at, status, origin) SELECT source, '7777', 'enbek', '', published_at, published_raw, "
        "first_seen_at, last_seen_at, 'unseen', 'dump' FROM releases LIMIT 1"
    )
    house.portal.show("moa", "ru", Item(7777, "Хабар", "Мәтін.", START + HOUR))
    await house.live(DAY)
    assert statuses(house, 7777) == ("listed", "moa", "ru:listed")
    assert "moved" not in {kind for kind, _, _ in told(house)}

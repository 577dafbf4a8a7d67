"""The releases of a renamed agency stay one history: in the watch, in feeds, in searches, in rules."""

from datetime import timedelta

import pytest

from crawler.directory import agencies, learn, lineage, of_the_file
from monitor.changes import Change
from monitor.config import Alert
from monitor.rules import matches
from monitor.store.for_feeds import changes, editions
from monitor.store.people import agency_rows
from monitor.store.selections import Selection, newest
from tests.monitor.printed import found_in
from tests.monitor.shelf import START, House, Item, past

HOUR = timedelta(hours=1)
OLD, HEIR = "mdai", "maidd"


async def both(count: int = 40) -> House:
    """A house that follows an agency and its successor, whose listing shows what the old one showed."""
    house = House(agencies_followed=(OLD, HEIR))
    for slug in (OLD, HEIR):
        house.portal.show(slug, "ru", *past(count))
    await house.live(HOUR)
    return house


async def test_what_both_list_is_one_release_and_no_news() -> None:
    house = await both()
    assert house.news == []
    assert house.rows("SELECT count(*), count(DISTINCT source_id) FROM releases") == [(40, 40)]
    assert house.rows("SELECT count(*) FROM revisions") == [(40,)]


async def test_the_successor_tells_of_nothing_that_its_predecessor_held() -> None:
    house = House(agencies_followed=(OLD, HEIR))
    house.portal.show(OLD, "ru", *past(40))
    await house.live(HOUR)
    house.portal.show(HEIR, "ru", *past(40))
    await house.live(3 * HOUR)
    assert house.news == []
    new = Item(900, "Жаңа шығарылым", "Жаңа мәтін.", house.now)
    house.portal.show(HEIR, "ru", new)
    await house.live(3 * HOUR)
    assert [(change.kind, change.source_id, change.agency) for change in house.news] == [
        ("published", "900", HEIR)
    ]


@pytest.mark.parametrize("left", [0, 1, 20], ids=["silent", "all but one gone", "half gone"])
async def test_nothing_is_removed_when_the_old_listing_falls_silent(left: int) -> None:
    house = House(agencies_followed=(OLD, HEIR))
    house.portal.show(OLD, "ru", *past(40))
    await house.live(HOUR)
    shown = house.portal.listings[OLD, "ru"]
    for source_id in sorted(shown)[: len(shown) - left]:
        del shown[source_id]
    await house.live(timedelta(days=3))
    assert house.news == []
    assert house.rows("SELECT DISTINCT status FROM editions") == [("listed",)]


async def test_another_agency_still_loses_what_it_takes_away() -> None:
    house = House(agencies_followed=("economy",))
    house.portal.show("economy", "ru", *past(40))
    await house.live(HOUR)
    house.portal.hide(138)
    await house.live(6 * HOUR)
    assert [change.kind for change in house.news] == ["removed"]


async def held() -> House:
    """A release under the old slug, one under the new."""
    house = House(agencies_followed=(OLD, HEIR, "economy"))
    house.portal.show(OLD, "ru", Item(1, "Ескі хабар", "Үкімет шешім қабылдады.", START - 9 * HOUR))
    house.portal.show(HEIR, "ru", Item(2, "Жаңа хабар", "Үкімет шешім қабылдады.", START - 8 * HOUR))
    house.portal.show("economy", "ru", Item(3, "Басқа хабар", "Үкімет шешім қабылдады.", START - 7 * HOUR))
    await house.live(HOUR)
    return house


@pytest.mark.parametrize(
    ("asked", "found"),
    [([HEIR], {"1", "2"}), ([OLD], {"1"}), ([HEIR, "economy"], {"1", "2", "3"}), ([], {"1", "2", "3"})],
    ids=["the heir shows both", "the old one its own", "with another", "nobody named"],
)
async def test_feeds_show_what_is_held_under_the_predecessor(asked: list[str], found: set[str]) -> None:
    house = await held()
    shown = newest(house.db, Selection(agencies=tuple(asked)), size=9).entries
    held_there = editions(house.db, [entry.key for entry in shown])
    assert {row.source_id for row in held_there.values()} == found


async def test_changes_under_the_predecessor_are_in_the_feed_of_the_successor() -> None:
    house = await held()
    late = Item(9, "Кешіккен хабар", "Мәтін.", house.now)
    house.portal.show(OLD, "ru", late)
    await house.live(3 * HOUR)
    [told] = newest(house.db, Selection("changes", (HEIR,)), size=9).entries
    assert changes(house.db, [told.key])[told.key].source_id == "9"
    assert newest(house.db, Selection("changes", ("economy",)), size=9).entries == ()


@pytest.mark.parametrize(
    ("agency", "ids"), [(HEIR, ["2", "1"]), (OLD, ["1"]), (None, ["3", "2", "1"]), ("economy", ["3"])]
)
async def test_a_search_finds_what_is_held_under_the_predecessor(agency: str | None, ids: list[str]) -> None:
    house = await held()
    assert sorted(found_in(house.db, "үкімет", *([agency] if agency else []))) == sorted(ids)


async def test_the_row_of_the_successor_counts_both() -> None:
    rows = agency_rows((await held()).db)
    assert {slug: rows[slug]["releases"] for slug in (OLD, HEIR, "economy")} == {
        OLD: 1,
        HEIR: 2,
        "economy": 1,
    }


@pytest.mark.parametrize(
    ("named", "owner", "hears"), [(HEIR, OLD, True), (HEIR, HEIR, True), (OLD, HEIR, False), (OLD, OLD, True)]
)
def test_a_rule_for_the_successor_hears_of_the_predecessor(*, named: str, owner: str, hears: bool) -> None:
    rule = Alert(name="a", to=("http://127.0.0.1:9/",), agencies=(named,))
    change = Change(
        id=1, uid="u", at=START, kind="edited", weight="major", baseline=False, detail={}, source_id="1",
        agency=owner, agencies=(owner,), url="https://portal.example/1", published_at=START, lang="ru",
        title="Тақырып", text="Мәтін",
    )  # fmt: skip
    assert (matches(rule, change, agency_kind="ministry", person=False) is not None) == hears


def test_a_line_holds_all_predecessors_and_no_circle() -> None:
    assert lineage(HEIR) == (HEIR, OLD)
    assert set(lineage("mam")) == {"mam", "qogam", "mcs"}
    assert lineage("nobody") == ("nobody",)


def test_what_is_learned_stands_before_the_file_until_something_else_is() -> None:
    from dataclasses import replace

    try:
        learn(
            [replace(of_the_file()["mfa"], name_en="Renamed"), replace(of_the_file()["mfa"], slug="mfa-new")]
        )
        assert agencies()["mfa"].name("en") == "Renamed"
        assert "mfa-new" in agencies()
        assert len(agencies()) == len(of_the_file()) + 1
    finally:
        learn([])
    assert agencies() == of_the_file()

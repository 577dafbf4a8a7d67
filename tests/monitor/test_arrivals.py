"""When an edition comes into feeds, and where it stands there: told as stories of a portal that is watched."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.store.database import Database
from monitor.store.for_feeds import changes, editions
from monitor.store.selections import Bounds, Selection, archived, feeds_version, newest
from tests.monitor.feed_witness import Witness, chain
from tests.monitor.shelf import START, House, Item, past

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ids(db: Database, selection: Selection = Selection(), *, size: int = 50) -> list[str]:  # noqa: B008 frozen
    """The portal ids of a subscription document, from the top."""
    keys = [entry.key for entry in newest(db, selection, size=size).entries]
    held = editions(db, keys) if selection.topic == "releases" else changes(db, keys)
    return [held[key].source_id for key in keys]  # type: ignore[index]


def item(number: int, title: str = "Хабар", *, hours: int = 0, text: str = "", agency: str = "") -> Item:
    return Item(number, title, text or f"{title} {number}: мәтін.", START - hours * HOUR, agency)


async def test_history_stands_by_date_however_the_listings_were_walked() -> None:
    house = House(agencies_followed=("economy", "almaty", "mfa"))
    for number, agency in enumerate(("economy", "almaty", "mfa")):
        house.portal.show(
            agency, "ru", *(item(100 + 3 * nth + number, hours=100 - 3 * nth - number) for nth in range(8))
        )
    await house.live(HOUR)
    assert ids(house.db) == [str(number) for number in range(123, 99, -1)]
    assert all(place <= 0 for (place,) in house.rows("SELECT place FROM feed_entries"))


async def test_a_back_dated_release_comes_on_top() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(10))
    await house.live(HOUR)
    house.portal.show("economy", "ru", item(200), item(201, hours=30))
    await house.live(3 * HOUR)
    assert set(ids(house.db)[:2]) == {"200", "201"}
    assert ids(house.db)[2:] == [str(number) for number in range(109, 99, -1)]


async def test_deeper_history_goes_below_and_moves_nothing() -> None:
    house = House(agencies_followed=("economy", "almaty"), history=None)
    house.portal.show("economy", "ru", *past(70))
    house.portal.show("almaty", "ru", *past(70, first_id=300))
    witness = Witness()
    for _ in range(30):
        await house.live(timedelta(minutes=2))
        witness.look(house.db)
    assert len([entry for document in chain(house.db, Selection()) for entry in document.entries]) == 140


async def test_history_waits_for_the_other_listings_no_longer_than_five_minutes() -> None:
    house = House(agencies_followed=("economy", "almaty"))
    house.portal.show("economy", "ru", *past(3))
    house.db.execute("UPDATE feed_state SET version = version")  # the table is there
    listing = house.watch.state.listings["almaty", "ru"]
    house.watch.state.listings["almaty", "ru"] = replace(listing, due_at=START + DAY)
    await house.live(timedelta(minutes=1))
    assert ids(house.db) == []
    await house.live(timedelta(minutes=9))
    assert ids(house.db) == ["102", "101", "100"]


async def test_a_further_agency_gets_the_release_on_top_of_its_feed_and_others_keep_its_place() -> None:
    house = House(agencies_followed=("economy", "almaty"))
    house.portal.show("economy", "ru", *past(3))
    house.portal.show("almaty", "ru", *past(3, first_id=300))
    await house.live(HOUR)
    for number in (500, 501):
        house.portal.show("economy", "ru", item(number))
        await house.live(2 * HOUR)
    house.portal.show("almaty", "ru", item(502))
    await house.live(2 * HOUR)
    house.portal.show("almaty", "ru", item(500))
    await house.live(2 * HOUR)
    assert ids(house.db, Selection(agencies=("almaty",)))[:2] == ["500", "502"]
    assert ids(house.db, Selection(agencies=("economy",)))[:2] == ["501", "500"]
    assert ids(house.db)[:3] == ["502", "501", "500"]
    assert ids(house.db, Selection(agencies=("almaty", "economy")))[:3] == ["502", "501", "500"]
    house.portal.show("economy", "ru", item(503))
    await house.live(2 * HOUR)
    [(change,)] = house.rows("SELECT max(id) FROM changes")
    [(reserved,)] = house.rows("SELECT reserved FROM feed_state")
    assert int(str(change)) > int(str(reserved))


async def test_what_only_a_dump_told_comes_as_history_when_the_portal_shows_it() -> None:
    house = House(history=None)
    house.portal.show("economy", "ru", *past(3))
    await house.live(HOUR)
    before = newest(house.db, Selection(), size=50)
    house.db.execute(
        "INSERT INTO releases (source, source_id, agency, url, first_seen_at, last_seen_at, status, origin) "
        "VALUES ('gov.kz', '90', 'economy', 'https://portal.example/90', '2026', '2026', 'unseen', 'dump')"
    )
    assert newest(house.db, Selection(), size=50) == before


async def test_a_search_gets_an_edition_when_the_word_comes_and_keeps_it_when_it_goes() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(3))
    await house.live(HOUR)
    for number in (200, 201):
        house.portal.show("economy", "ru", item(number, "Көмір бағасы" if number == 201 else "Бюджет"))
        await house.live(2 * HOUR)
    coal = Selection(match='"көмір"*')
    assert ids(house.db, coal) == ["201"]
    house.portal.show("economy", "ru", item(200, "Көмірдің қоры"))
    await house.live(7 * HOUR)
    assert ids(house.db, coal) == ["200", "201"]
    house.portal.show("economy", "ru", item(200, "Мұнай қоры"), item(201, "Мұнай бағасы"))
    await house.live(7 * HOUR)
    assert ids(house.db, coal) == ["200", "201"]
    assert ids(house.db, Selection(match='"мұнай"*')) == ids(house.db, Selection(kinds=("edited",)))[:2]


async def test_what_had_no_place_in_a_search_by_kind_comes_with_its_first_such_change() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(3))
    await house.live(HOUR)
    assert ids(house.db, Selection(kinds=("edited",))) == []
    house.portal.show("economy", "ru", replace(past(3)[0], title="Басқа тақырып"))
    await house.live(7 * HOUR)
    edited = newest(house.db, Selection(kinds=("edited",)), size=9).entries
    assert ids(house.db, Selection(kinds=("edited",))) == ["100"]
    assert edited[0].place > 0
    assert ids(house.db, Selection(kinds=("edited",), weight="major")) == ["100"]
    assert ids(house.db, Selection(kinds=("published",))) == ["102", "101", "100"]


LONG = " ".join(
    f"Өңірде {number} шақырым жол, {number * 7} үй және {number * 3} мектеп салынады." for number in range(20)
)


async def test_of_a_story_the_reader_gets_the_first_that_came_and_each_agency_its_own() -> None:
    house = House(agencies_followed=("economy", "almaty", "mfa"))
    for agency in ("economy", "almaty", "mfa"):
        house.portal.show(agency, "ru", item({"economy": 1, "almaty": 2, "mfa": 3}[agency]))
    await house.live(HOUR)
    for number, agency in ((500, "economy"), (501, "almaty"), (502, "mfa")):
        house.portal.show(agency, "ru", Item(number, "Жол салынады", LONG, house.now))
        await house.live(2 * HOUR)
    assert ids(house.db)[:3] == ["502", "501", "500"]
    assert ids(house.db, Selection(stories=True))[:2] == ["500", "3"]
    assert ids(house.db, Selection(agencies=("almaty", "mfa"), stories=True))[:2] == ["501", "3"]
    assert ids(house.db, Selection(agencies=("mfa",), stories=True))[:2] == ["502", "3"]


async def test_a_poll_with_nothing_new_leaves_the_version_of_feeds_and_an_edit_moves_it() -> None:
    house = House()
    house.portal.show("economy", "ru", *past(3))
    await house.live(HOUR)
    before = feeds_version(house.db)
    await house.live(DAY)
    assert feeds_version(house.db) == before
    house.portal.show("economy", "ru", replace(past(3)[0], title="Басқа тақырып"))
    await house.live(7 * HOUR)
    assert feeds_version(house.db) > before


@pytest.mark.parametrize("bounds", [Bounds(-3, 0), Bounds(-99, 0), Bounds(1, 9), Bounds(-9, -9)])
async def test_what_is_no_archive_is_none(bounds: Bounds) -> None:
    house = House()
    house.portal.show("economy", "ru", *past(9))
    await house.live(HOUR)
    assert newest(house.db, Selection(), size=3).older == Bounds(-5, -3)
    assert archived(house.db, Selection(), bounds, size=3) is None

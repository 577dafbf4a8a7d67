"""Which pages have to be sent in full: those with a wording that was left out and is not held."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.records import Order, Sighting
from monitor.intake import LacksWordings, check_wordings, look_up
from tests.monitor.shelf import House, Item, past

HOUR = timedelta(hours=1)


def sighting(item: Item, *, short: bool = True) -> Sighting:
    seen = item.sighting(Order(1, "economy", "kk"), 0)
    return replace(seen, wording=None) if short else seen


def lacks_wordings(house: House, sightings: list[Sighting]) -> bool:
    """What is said of a page of the listing; of the same items in the whole portal's it has to be the same."""
    try:
        look_up(house.db, sightings, "economy", "kk", now=house.now)
        lacks = False
    except LacksWordings:
        lacks = True
    try:
        check_wordings(house.db, sightings, "kk", not_needed={})
    except LacksWordings:
        assert lacks
    else:
        assert not lacks
    return lacks


@pytest.fixture
async def house() -> House:
    house = House(agencies_followed=("economy",), languages=("kk", "ru"))
    house.portal.show("economy", "kk", *past(3, lang="kk"))
    house.portal.show("economy", "ru", *past(5))
    await house.live(HOUR)
    return house


async def test_what_is_held_is_not_asked_for(house: House) -> None:
    kk = [sighting(item) for item in past(3, lang="kk")]
    assert not lacks_wordings(house, kk)
    assert not lacks_wordings(house, [])


async def test_one_that_is_not_held_has_the_page_sent_in_full(house: House) -> None:
    held = past(3, lang="kk")
    other_wording = replace(held[0], text="Басқа мәтін, өңделген.")
    only_in_russian = past(5)[4]
    nowhere = replace(held[0], source_id=999_999)
    for lacking in (other_wording, only_in_russian, nowhere):
        assert lacks_wordings(house, [*map(sighting, held[1:]), sighting(lacking)])
        assert not lacks_wordings(house, [*map(sighting, held[1:]), sighting(lacking, short=False)])


async def test_what_was_taken_away_is_held_all_the_same(house: House) -> None:
    house.portal.hide(past(3)[1].source_id)
    await house.live(48 * HOUR)
    assert [change.kind for change in house.news] == ["removed"]
    assert not lacks_wordings(house, [sighting(past(3, lang="kk")[1])])


async def test_of_an_id_that_stands_there_twice_the_first_decides(house: House) -> None:
    first = past(3, lang="kk")[0]
    second = replace(first, text="Сол нөмір, басқа мәтін.")
    assert not lacks_wordings(house, [sighting(first), sighting(second)])
    assert lacks_wordings(house, [sighting(second), sighting(first)])


async def test_a_wording_of_before_an_edit_is_not_what_is_held_now(house: House) -> None:
    before = past(3, lang="kk")[0]
    house.portal.show("economy", "kk", replace(before, text="Түзетілген мәтін: үш мектеп."))
    await house.live(HOUR)
    assert lacks_wordings(house, [sighting(before)])

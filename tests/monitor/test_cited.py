"""Which page is read next to find what a dump cites, and searches as the watch carries them out."""

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.cited import Shown, next_page, with_shown
from monitor.dumps import read_dump
from monitor.store.dumped import cited, keep_dumped, still_unseen
from monitor.store.orders import ask_for_cited, progress
from monitor.store.redactions import redact
from tests.monitor.shelf import START, House, Item, past

NEWEST = date(2026, 7, 13)
REAL = Path(__file__).parents[3] / "shared" / "dumps"


def listing(count: int, *, size: int = 20, seed: int = 1, backdated: int = 0) -> dict[int, Shown]:
    """A listing newest first, ids 1 to `count` one a day; some dated back by weeks."""
    dice = random.Random(seed)
    items = [(NEWEST - timedelta(days=count - one), one) for one in range(1, count + 1)]
    for place in dice.sample(range(count), backdated):
        items[place] = (items[place][0] - timedelta(days=dice.randint(10, 90)), items[place][1])
    items.sort(reverse=True)
    cut = [items[start : start + size] for start in range(0, count, size)]
    return {
        number: Shown(tuple(one for _, one in page), max(page)[0], min(page)[0])
        for number, page in enumerate(cut, 1)
    }


def search(wanted: dict[int, date], portal: dict[int, Shown]) -> dict[int, Shown]:
    """The pages that a search reads."""
    read: dict[int, Shown] = {}
    while (page := next_page(wanted, read)) is not None:
        assert page not in read
        assert len(read) < 60
        read = with_shown(read, page, portal.get(page, Shown(())))
    return read


@pytest.mark.parametrize("source_id", [1, 17, 999, 1000, 1983, 2000])
def test_a_release_is_found_in_a_few_requests(source_id: int) -> None:
    day = NEWEST - timedelta(days=2000 - source_id)
    read = search({source_id: day}, listing(2000))
    assert any(source_id in shown.ids for shown in read.values())
    assert len(read) <= 16


def test_several_are_found_together() -> None:
    wanted = {one: NEWEST - timedelta(days=2000 - one) for one in range(1000, 1060)}
    read = search(wanted, listing(2000, backdated=20))
    assert sum(one in wanted for shown in read.values() for one in shown.ids) >= 57
    assert len(read) <= 20


def test_what_is_not_listed_is_looked_for_as_far_as_its_dates_go_and_no_further() -> None:
    portal = listing(2000)
    gone = {
        number: Shown(tuple(i for i in s.ids if i != 1000), s.newest, s.oldest)
        for number, s in portal.items()
    }
    read = search({1000: NEWEST - timedelta(days=995)}, gone)
    assert len(read) <= 18


def test_an_empty_listing_and_one_that_never_ends_are_given_up() -> None:
    assert len(search({5: NEWEST}, {})) == 1
    endless = dict.fromkeys(range(1, 100_000), Shown((900, 899), NEWEST, NEWEST))
    assert len(search({5: NEWEST}, endless)) <= 4


def dump(source_id: int, on: date, *, lang: str = "kk") -> bytes:
    title = {"kk": "Өңірде жаңа көпір ашылды", "ru": "Открыт новый мост", "en": "A new bridge is open"}[lang]
    address = f"https://www.gov.kz/memleket/entities/enbek/press/news/details/{source_id}?lang={lang}"
    return f"Law\n{title} {on:%d.%m.%Y}\nМәтін.\nSource : {address}\n".encode()


def keep(house: House, content: bytes) -> None:
    for release in read_dump(content, name="dump"):
        keep_dumped(house.db, release, zone="Asia/Almaty", now=START)


async def carry_out(house: House, lang: str) -> None:
    wanted = [(one.source_id, one.on) for one in cited(house.db)]
    [order] = ask_for_cited(house.db, {("enbek", lang): wanted}, now=house.now)
    await house.watch.carry_out([order])
    assert progress(house.db, [order])[0].state == "done"


async def test_a_cited_release_is_found_linked_and_told_to_nobody() -> None:
    house = House(agencies_followed=("economy",), languages=("kk",))
    house.portal.show("enbek", "kk", *past(400, lang="kk"))
    day = (START - timedelta(hours=6 * 200)).date()
    keep(house, dump(300, day))
    await carry_out(house, "kk")
    assert still_unseen(house.db, ["300"]) == set()
    assert house.rows(
        "SELECT title, revisions FROM editions JOIN releases ON releases.id = release_id WHERE source_id = '300'"
    ) == [("Шығарылым 200", 2)]
    assert house.news == []
    assert len(house.portal.orders) <= 12
    # Of a listing that is not followed nothing is remembered, and nothing of it counts as missing.
    assert house.rows("SELECT count(*) FROM listings WHERE agency = 'enbek'") == [(0,)]
    assert house.rows("SELECT count(*) FROM editions WHERE status = 'suspected'") == [(0,)]
    held = house.rows("SELECT count(*), min(baseline) FROM changes")
    # All of those pages is kept, and what the dump had cited comes without a change.
    assert held[0][0] == len({order.page for order in house.portal.orders}) * 20 - 1
    assert held[0][1] == 1


async def test_a_cited_release_that_is_gone_stays_unseen() -> None:
    house = House(agencies_followed=("economy",), languages=("kk",))
    house.portal.show("enbek", "kk", *past(60, lang="kk"))
    house.portal.hide(120)
    keep(house, dump(120, START.date()))
    await carry_out(house, "kk")
    assert still_unseen(house.db, ["120"]) == {"120"}


def test_a_cited_release_that_was_redacted_is_looked_for_no_more() -> None:
    house = House(languages=("kk",))
    for source_id in (120, 121):
        keep(house, dump(source_id, START.date()))
    assert redact(house.db, "120", by="сот", reason="жеке деректер", now=START) is not None
    assert [one.source_id for one in cited(house.db)] == ["121"]


def real_dumps() -> list[bytes]:
    return [file.read_bytes() for file in sorted(REAL.glob("*.txt"))]


@pytest.mark.skipif(not REAL.is_dir(), reason="the real dumps are not here")
async def test_the_releases_that_the_real_dumps_cite_are_found() -> None:
    house = House(agencies_followed=("economy",), languages=("ru",))
    for content in real_dumps():
        keep(house, content)
    sought = cited(house.db)
    assert len(sought) > 50
    agencies = {one.agency for one in sought}
    for agency in agencies:
        ours = [one for one in sought if one.agency == agency]
        for one in ours:
            at = datetime.combine(one.on - timedelta(days=int(one.source_id) % 3), START.timetz())
            house.portal.show(agency, "ru", Item(int(one.source_id), "Ойдан шығарылған", "Мәтін.", at))
        base, since = max(int(one.source_id) for one in ours), max(one.on for one in ours)
        for later in range(1, 300):
            at = datetime.combine(since, START.timetz()) + timedelta(days=1, hours=later)
            house.portal.show(agency, "ru", Item(base + later * 50, "Кейінгі", "Мәтін.", at))
    ids = ask_for_cited(
        house.db,
        {
            (agency, "ru"): [(one.source_id, one.on) for one in sought if one.agency == agency]
            for agency in agencies
        },
        now=house.now,
    )
    await house.watch.carry_out(ids)
    assert cited(house.db) == []
    assert len(house.portal.orders) <= 12 * len(agencies)

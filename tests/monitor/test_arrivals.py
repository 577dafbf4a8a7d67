"""When an edition comes into feeds, and where it stands there: told as stories of a portal that is watched."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.records import Order, Report
from monitor.store.database import Database
from monitor.store.for_feeds import changes, editions
from monitor.store.orders import ask
from monitor.store.selections import Bounds, Selection, archived, feeds_version, newest
from monitor.worker import Answer
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
    house.watch.state.listings["almaty", "ru"] = replace(listing, paused_until=START + DAY)
    await house.live(timedelta(minutes=1))
    assert ids(house.db) == []
    await house.live(timedelta(minutes=59))  # until a page is stored again
    assert ids(house.db) == ["102", "101", "100"]


@pytest.mark.parametrize("fails", [False, True])
async def test_what_a_crawl_by_hand_read_stands_by_date_once_that_has_ended(
    monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    house = House(agencies_followed=("economy", "almaty", "mfa"))
    for number, agency in enumerate(("economy", "almaty", "mfa")):
        house.portal.show(
            agency, "ru", *(item(100 + 3 * nth + number, hours=200 - 3 * nth - number) for nth in range(30))
        )
    if fails:
        reads = house.portal.read

        async def refuses(order: Order) -> Answer:
            refused = Answer((), Report(order.id, "refused", reason="a reason"))
            return refused if order.agency == "mfa" else await reads(order)

        monkeypatch.setattr(house.portal, "read", refuses)
    listings = [(agency, "ru") for agency in ("economy", "almaty", "mfa")]
    orders = ask(house.db, listings, pages=2, since=None, whole=False, now=house.now)
    await house.watch.carry_out(orders)
    read = [number for number in range(189, 99, -1) if not fails or number % 3 != 0]
    assert ids(house.db, size=200) == [str(number) for number in read]


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


async def test_the_first_of_a_story_to_come_to_a_feed_stays_in_it_when_an_earlier_one_comes_after_it() -> (
    None
):
    house = House(agencies_followed=("economy", "mfa"))
    for number, agency in enumerate(("economy", "mfa")):
        house.portal.show(agency, "ru", item(1 + number))
    await house.live(HOUR)
    for number, agency, title in ((500, "economy", "Жол салынады"), (501, "mfa", "Жол көпірмен")):
        house.portal.show(agency, "ru", Item(number, title, LONG, house.now))
        await house.live(2 * HOUR)
    of_agency = Selection(agencies=("mfa",), stories=True)
    of_word = Selection(match='"көпірмен"*', stories=True)
    assert ids(house.db, of_agency) == ["501", "2"]
    assert ids(house.db, of_word) == ["501"]
    first = house.portal.listings["economy", "ru"][500]
    house.portal.show("mfa", "ru", first)  # which lists it now as well
    house.portal.show("economy", "ru", replace(first, title="Жол көпірмен бірге"))  # which has the word now
    await house.live(7 * HOUR)
    assert ids(house.db, of_agency) == ["501", "2"]
    assert ids(house.db, of_word) == ["501"]
    assert ids(house.db, Selection(agencies=("mfa",)))[:2] == ["500", "501"]


async def test_a_further_agency_gets_history_that_was_edited_below_what_it_has() -> None:
    house = House(agencies_followed=("economy", "almaty"))
    house.portal.show("economy", "ru", *past(5))
    house.portal.show("almaty", "ru", *past(5, first_id=300))
    await house.live(HOUR)
    for agency, number in (("economy", 102), ("almaty", 302)):
        edited = replace(house.portal.listings[agency, "ru"][number], title="Көмір бағасы")
        house.portal.show(agency, "ru", edited)
        await house.live(7 * HOUR)
    house.portal.show("almaty", "ru", house.portal.listings["economy", "ru"][102])
    await house.live(7 * HOUR)
    for narrowed in (Selection(kinds=("edited",)), Selection(match='"көмір"*')):
        places = {
            entry.key: entry.place
            for entry in newest(house.db, replace(narrowed, agencies=("almaty",)), size=50).entries
        }
        keys = {held.source_id: key for key, held in editions(house.db, places).items()}
        assert places[keys["102"]] <= 0 < places[keys["302"]]


async def test_the_copies_of_a_release_that_is_removed_have_places_of_their_own_in_feeds_by_kind() -> None:
    house = House(languages=("kk", "ru"))
    for lang in ("kk", "ru"):
        house.portal.show("economy", lang, *past(30))
    await house.live(HOUR)
    for number in (127, 128, 129):
        house.portal.hide(number)
        await house.live(6 * HOUR)
    of_kind = Selection(kinds=("removed",))
    assert [kind for (kind,) in house.rows("SELECT kind FROM changes WHERE baseline = 0")] == ["removed"] * 3
    Witness().look(house.db)
    documents = chain(house.db, of_kind, size=1)
    assert [len(document.entries) for document in documents] == [1] * 6


async def test_a_copy_that_comes_later_puts_no_earlier_change_into_the_feed_of_its_words() -> None:
    house = House(agencies_followed=("economy", "almaty"), languages=("ru", "kk"))
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(25))
        house.portal.show("almaty", lang, *past(25, first_id=300))
    await house.live(3 * HOUR)
    house.portal.show("economy", "ru", item(500, "Бюджет"))
    await house.live(2 * HOUR)
    moving = house.portal.listings["economy", "ru"].pop(500)
    house.portal.show("almaty", "ru", moving)
    await house.live(DAY)
    assert [kind for (kind,) in house.rows("SELECT kind FROM changes WHERE baseline = 0")] == [
        "published",
        "moved",
    ]
    house.portal.show("almaty", "kk", replace(moving, title="Көмір"))
    await house.live(3 * HOUR)
    [(translated,)] = house.rows("SELECT max(id) FROM changes")
    for narrowed in (Selection("changes", match='"көмір"*'), Selection("changes", languages=("kk",))):
        assert [entry.place for entry in newest(house.db, narrowed, size=50).entries] == [translated]


async def test_an_entry_has_another_version_when_the_title_of_another_of_its_story_changes() -> None:
    house = House(agencies_followed=("economy", "mfa"), languages=("ru", "kk"))
    for number, agency in enumerate(("economy", "mfa")):
        house.portal.show(agency, "ru", item(1 + number))
    await house.live(HOUR)
    for number, agency in ((500, "economy"), (501, "mfa")):
        house.portal.show(agency, "ru", Item(number, "Жол салынады", LONG, house.now))
        await house.live(2 * HOUR)
    first = house.portal.listings["economy", "ru"][500]
    versions = [_version(house, "501")]
    house.portal.show("economy", "ru", replace(first, title="Жол бөгелді"))
    await house.live(7 * HOUR)
    versions.append(_version(house, "501"))
    house.portal.show("economy", "kk", replace(first, title="Қазақша", text="Мүлде басқа мәтін."))
    await house.live(7 * HOUR)
    versions.append(_version(house, "501"))
    assert len(set(versions)) == 3


def _version(house: House, source_id: str) -> int:
    top = newest(house.db, Selection(), size=50).entries
    held = editions(house.db, [entry.key for entry in top])
    [version] = [entry.version for entry in top if held[entry.key].source_id == source_id]
    return version


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


async def test_a_search_reads_of_the_journal_what_its_words_and_kinds_lead_to() -> None:
    house = House()
    for agency in ("economy", "almaty"):
        house.portal.show(agency, "ru", *past(3))
    await house.live(HOUR)
    asked: list[str] = []
    house.db.conn.set_trace_callback(asked.append)
    several = Selection(match='"хабар"', agencies=("almaty", "economy"), weight="minor")
    for selection in (
        several,
        Selection(kinds=("edited",)),
        Selection("changes", kinds=("removed", "restored")),
    ):
        newest(house.db, selection, size=3)
    house.db.conn.set_trace_callback(None)
    plans = [
        " ".join(step[3] for step in house.db.execute(f"EXPLAIN QUERY PLAN {sql}"))
        for sql in asked
        if "feed (key, place" in sql
    ]
    assert "SCAN changes" not in plans[0]
    assert all("changes USING INDEX changes_of_kind" in plan for plan in plans[1:])


async def test_an_edit_in_one_language_changes_nothing_in_the_feeds_of_another() -> None:
    house = House(languages=("kk", "ru"))
    for lang in ("kk", "ru"):
        house.portal.show("economy", lang, *past(3, lang=lang))
    await house.live(HOUR)
    for lang in ("kk", "ru"):
        house.portal.show("economy", lang, item(200))
    await house.live(2 * HOUR)
    feeds = [
        Selection(topic, languages=(lang,)) for topic in ("releases", "changes") for lang in ("kk", "ru")
    ]
    before = [newest(house.db, feed, size=50) for feed in feeds]
    house.portal.show("economy", "ru", item(200, "Басқа тақырып"))
    await house.live(7 * HOUR)
    after = [newest(house.db, feed, size=50) for feed in feeds]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True, False]

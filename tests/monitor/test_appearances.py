"""When editions came into their listings, told from what the watch has stored of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.records import Order, Sighting
from monitor.dumps import read_dump
from monitor.habits import Treated, learned
from monitor.hours import hour_of
from monitor.store import appearances
from monitor.store.appearances import Recent, appeared, habits, recent_news, watched_since
from monitor.store.database import Database, to_text, writing
from monitor.store.dumped import keep_dumped
from tests.monitor.shelf import START, House, Item, past

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONG_AGO = START - timedelta(weeks=26)
DUMP = """Құқық

Салық төлеу мерзімі ұзартылды 12.07.2026
Әкімдік өтініштерді қабылдады.
Source : https://www.gov.kz/memleket/entities/economy/press/news/details/950?lang=kk
"""


@dataclass(frozen=True)
class OfADay(Item):
    """What the portal dates by the day alone."""

    def sighting(self, order: Order, position: int) -> Sighting:
        seen = super().sighting(order, position)
        assert seen.wording is not None
        return replace(seen, wording=replace(seen.wording, published_precision="day"))


def news(number: int, at: datetime, words: str = "Жаңалық: ұлттық өңір") -> Item:
    return Item(number, f"{words} {number}", f"{words} туралы мәтін, №{number}.", at)


async def settled(**options: Any) -> House:
    """A house whose listings, in Kazakh and Russian, were read to their ends an hour ago."""
    house = House(**{"languages": ("kk", "ru"), **options})
    for agency in options.get("agencies_followed", ("economy",)):
        for lang in ("kk", "ru"):
            house.portal.show(
                agency, lang, *past(30, lang=lang, first_id=100 if agency == "economy" else 200)
            )
    await house.live(HOUR)
    return house


def came(house: House, *, agency: str = "economy", since: datetime = LONG_AGO) -> dict[str, Counter[int]]:
    return appeared(house.db, agency, since=since, until=house.now + HOUR)


def hours(*moments: datetime) -> Counter[int]:
    return Counter(hour_of(moment) for moment in moments)


async def test_what_was_there_at_first_came_when_its_date_says_in_every_language() -> None:
    house = await settled()
    dates = hours(*(item.published_at for item in past(30)))
    assert came(house) == {"kk": dates, "ru": dates}
    newest = {hour: count for hour, count in dates.items() if hour >= hour_of(START - DAY)}
    assert 0 < len(newest) < 30
    assert came(house, since=START - DAY) == {"kk": newest, "ru": newest}
    assert appeared(house.db, "economy", since=LONG_AGO, until=START - DAY)["kk"] == dates - Counter(newest)
    assert came(house, agency="mfa") == {}


async def test_where_only_the_day_is_known_it_came_in_the_hours_of_an_office_in_turns() -> None:
    house = House(languages=("kk",))
    midnight = datetime(2026, 7, 9, 19, tzinfo=UTC)
    dated = [OfADay(number, f"Күні ғана белгілі {number}", "Мәтін.", midnight) for number in range(100, 118)]
    house.portal.show("economy", "kk", *dated)
    await house.live(HOUR)
    begins = hour_of(midnight)
    assert came(house) == {"kk": {begins + 9 + hour: 2 for hour in range(9)}}


async def test_what_was_seen_to_come_came_when_its_date_says_where_that_can_be() -> None:
    house = await settled()
    before = came(house)["ru"]
    house.now = START + 9 * HOUR
    in_time, dated_back, ahead = START + 8 * HOUR, START - 3 * DAY, START + 30 * HOUR
    house.portal.show("economy", "ru", news(901, in_time), news(902, dated_back), news(903, ahead))
    house.portal.show("economy", "ru", OfADay(904, "Күні", "Мәтін.", START - 10 * HOUR))
    await house.live(HOUR)
    assert len(house.news) == 4
    [(seen,)] = set(house.rows("SELECT first_seen_at FROM releases WHERE source_id > '900'"))
    at = datetime.fromisoformat(str(seen))
    assert hour_of(at) > hour_of(in_time)
    assert came(house)["ru"] - before == hours(in_time, at, at, at)


async def test_a_copy_that_follows_came_when_it_was_seen_unless_it_was_history() -> None:
    house = await settled()
    before = came(house)
    house.portal.show("economy", "ru", news(901, START + HOUR))
    await house.live(2 * HOUR)
    house.portal.show("economy", "kk", news(901, START + HOUR), news(50, START - 20 * DAY))
    await house.live(4 * HOUR)
    assert [(change.kind, change.lang) for change in house.news] == [
        ("published", "ru"),
        ("translated", "kk"),
    ]
    assert came(house)["ru"] - before["ru"] == hours(START + HOUR)
    assert came(house)["kk"] - before["kk"] == hours(house.news[1].at, START - 20 * DAY)
    assert hour_of(house.news[1].at) > hour_of(START + 2 * HOUR)


async def test_what_came_while_the_portal_could_not_be_read_came_when_its_date_says() -> None:
    house = await settled()
    before = came(house)
    house.portal.dead = True
    await house.live(HOUR)
    moments = [START + 3 * HOUR, START + DAY, START + 2 * DAY]
    for number, at in enumerate(moments):
        house.portal.show("economy", "kk", news(900 + number, at))
    house.now = START + 3 * DAY
    house.portal.dead = False
    await house.live(6 * HOUR)
    assert len(house.news) == 3
    assert came(house)["kk"] - before["kk"] == hours(*moments)


async def test_an_edit_of_the_date_does_not_move_when_a_release_came() -> None:
    house = await settled()
    known = came(house)
    shown = house.portal.listings["economy", "kk"]
    shown[129] = replace(shown[129], published_at=shown[129].published_at + 3 * HOUR)
    await house.live(2 * HOUR)
    assert [change.kind for change in house.news] == ["edited"]
    assert came(house) == known


async def test_a_release_of_two_agencies_came_to_both_and_to_the_second_when_it_was_seen_there() -> None:
    house = await settled(agencies_followed=("economy", "mfa"))
    before = came(house), came(house, agency="mfa")
    house.portal.show("economy", "kk", news(901, START + HOUR), news(902, START + HOUR))
    house.portal.show("mfa", "kk", news(901, START + HOUR))
    await house.live(2 * HOUR)
    house.now = START + 3 * DAY
    house.portal.show("mfa", "kk", news(902, START + HOUR))
    await house.live(2 * HOUR)
    assert came(house)["kk"] - before[0]["kk"] == hours(START + HOUR, START + HOUR)
    at = house.rows(
        "SELECT here.first_seen_at FROM release_agencies AS here JOIN releases ON id = release_id "
        "WHERE here.agency = 'mfa' AND source_id = '902'"
    )
    joined = datetime.fromisoformat(str(at[0][0]))
    assert hour_of(joined) >= hour_of(START + 3 * DAY)
    assert came(house, agency="mfa")["kk"] - before[1]["kk"] == hours(START + HOUR, joined)


async def test_what_an_agency_listed_already_when_it_was_followed_is_history_there_though_news_elsewhere() -> (
    None
):
    house = await settled()
    house.now = START + 3 * DAY
    house.portal.show("economy", "kk", news(901, START + 3 * DAY))
    await house.live(HOUR)
    house.now = START + 6 * DAY
    later = House(
        agencies_followed=("economy", "mfa"),
        languages=("kk",),
        db=house.db,
        portal=house.portal,
        now=house.now,
    )
    later.portal.show("mfa", "kk", news(901, START + 3 * DAY))
    await later.live(HOUR)
    assert came(later, agency="mfa") == {"kk": hours(START + 3 * DAY)}


async def test_what_only_a_dump_tells_of_does_not_count_until_the_portal_shows_it() -> None:
    house = House(languages=("kk",))
    [release] = read_dump(DUMP.encode(), name="dump")
    with writing(house.db):
        assert keep_dumped(house.db, release, zone="Asia/Almaty", now=START)
    assert came(house) == {}
    at = START - 2 * DAY
    house.portal.show("economy", "kk", Item(950, "Салық төлеу мерзімі ұзартылды", "Әкімдік.", at))
    await house.live(HOUR)
    assert came(house) == {"kk": hours(at)}


@pytest.mark.parametrize("history", [timedelta(days=3), None])
async def test_a_listing_is_known_from_where_its_history_was_read_to(history: timedelta | None) -> None:
    house = await settled(history=history)
    first = START - 30 * 6 * HOUR
    begins = {lang: house.watch.state.listings["economy", lang].walk_until or first for lang in ("kk", "ru")}
    assert all(START - DAY < at + history < START if history else at == first for at in begins.values())
    assert watched_since(house.db, "economy") == begins
    assert watched_since(house.db, "mfa") == {}


async def test_a_listing_whose_history_was_not_read_is_known_since_its_first_reading() -> None:
    house = House(languages=("kk", "ru"))
    house.portal.show("economy", "kk", *past(10, lang="kk"))
    house.db.execute(
        "INSERT INTO listings (agency, lang, route, walk_page) VALUES ('economy', 'ru', 'rest', 2), "
        "('economy', 'en', 'rest', 1)"
    )
    house.db.execute(
        "INSERT INTO crawls (started_at, agency, lang, page, purpose, route) VALUES (?, 'economy', 'ru', 1, '', '')",
        [to_text(START)],
    )
    assert watched_since(house.db, "economy") == {"ru": START}


def test_a_listing_in_which_nothing_was_found_to_its_end_is_known_since_then() -> None:
    house = House(languages=("kk",))
    house.db.execute(
        "INSERT INTO listings (agency, lang, route, walk_page, walked_at) VALUES ('economy', 'kk', 'rest', 2, ?)",
        [to_text(START)],
    )
    assert watched_since(house.db, "economy") == {"kk": START}


async def test_habits_tell_in_which_languages_an_agency_publishes_and_how_soon_it_edits() -> None:
    house = await settled(agencies_followed=("economy", "mfa"))
    for number in range(8):
        at = house.now
        house.portal.show("economy", "ru", news(900 + number, at, "Новость"))
        if number % 4 == 0:
            house.portal.show("economy", "kk", news(900 + number, at))
        await house.live(2 * HOUR)
        if number % 2 == 0:
            house.portal.show(
                "economy", "ru", replace(news(900 + number, at, "Новость"), text="Қате түзетілді.")
            )
    house.portal.show("mfa", "ru", news(950, house.now))
    await house.live(2 * DAY)
    house.portal.show(
        "economy", "ru", replace(house.portal.listings["economy", "ru"][901], text="Кейін түзетілді.")
    )
    await house.live(2 * HOUR)
    house.now += 2 * DAY
    edits = [change for change in house.news if change.kind == "edited"]
    assert len(edits) == 5
    known = habits(house.db, ["economy", "mfa"], since=LONG_AGO, until=house.now)
    assert known == learned(
        {
            ("economy", "kk"): Treated(38, 32, 2, 0),
            ("economy", "ru"): Treated(38, 38, 8, 4),
            ("mfa", "kk"): Treated(31, 30, 0, 0),
            ("mfa", "ru"): Treated(31, 31, 1, 0),
        }
    )


async def test_of_what_is_new_it_is_not_said_yet_that_it_has_no_copies() -> None:
    house = await settled()
    before = habits(house.db, ["economy"], since=LONG_AGO, until=START + 2 * DAY)
    for number in range(20):
        house.portal.show("economy", "ru", news(900 + number, house.now))
    await house.live(HOUR)
    assert habits(house.db, ["economy"], since=LONG_AGO, until=START + 2 * DAY) == before
    later = habits(house.db, ["economy"], since=LONG_AGO, until=house.now + 3 * DAY)
    assert later["economy", "kk"].share < before["economy", "kk"].share - 0.1


@pytest.mark.parametrize(
    ("said", "treated", "lowest", "highest"),
    [
        ("nothing is known", {}, (0.79, 0.04), (0.81, 0.06)),
        ("a few releases prove little", {"releases": 2, "copied": 0}, (0.3, 0.04), (0.7, 0.06)),
        ("many prove more", {"releases": 400, "copied": 0}, (0.0001, 0.04), (0.02, 0.06)),
        (
            "edits by the hundred",
            {"releases": 400, "copied": 400, "watched": 400, "edited": 400},
            (0.98, 0.9),
            (0.99999, 0.9999),
        ),
    ],
)
def test_a_share_is_never_none_or_all(
    said: str, treated: Mapping[str, int], lowest: tuple[float, float], highest: tuple[float, float]
) -> None:
    [known] = learned({("economy", "kk"): Treated(**treated)}).values()
    assert lowest[0] < known.share < highest[0], said
    assert lowest[1] < known.edited < highest[1], said


def test_a_listing_of_which_little_is_known_leans_on_those_of_its_language() -> None:
    known = learned(
        {
            ("economy", "kk"): Treated(400, 390, 0, 0),
            ("economy", "en"): Treated(400, 10, 0, 0),
            ("abay", "kk"): Treated(),
            ("abay", "en"): Treated(),
        }
    )
    assert known["abay", "kk"].share > 0.9
    assert known["abay", "en"].share < 0.1


async def test_recent_news_is_what_was_seen_to_come_since_then_with_its_languages() -> None:
    house = await settled(agencies_followed=("economy", "mfa"))
    house.portal.show("economy", "ru", news(901, START + HOUR))
    await house.live(2 * HOUR)
    since = house.now
    assert recent_news(house.db, ["economy", "mfa"], since=since) == []
    house.portal.show("economy", "ru", news(902, since))
    house.portal.show("economy", "kk", news(902, since))
    house.portal.show("mfa", "kk", news(903, START + timedelta(weeks=60)))
    await house.live(2 * HOUR)
    seen = {change.source_id: change.at for change in house.news if change.kind == "published"}
    first = Recent("economy", since, frozenset({"kk", "ru"}), seen["902"])
    other = Recent("mfa", None, frozenset({"kk"}), seen["903"])
    assert {(one.agency, one) for one in recent_news(house.db, ["economy", "mfa"], since=since)} == {
        ("economy", first),
        ("mfa", other),
    }
    assert recent_news(house.db, ["economy"], since=since) == [first]
    assert len(recent_news(house.db, ["economy", "mfa"], since=START)) == 3, "history is no news"


QUESTIONS = {
    name: text
    for name, text in vars(appearances).items()
    if name in {"_LISTED", "_TOLD", "_TREATED", "_EDITED", "_RECENT"}
}
WANTED = {"agency": "economy", "first": 1, "since": "", "until": "", "walked": "", "agencies": "[]"}


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_looks_through_a_whole_table(name: str) -> None:
    db: Database = House().db
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {QUESTIONS[name]}", WANTED)]
    assert len(QUESTIONS) == 5
    assert any(step.startswith("SEARCH") for step in plan)
    assert not [step for step in plan if step.startswith("SCAN") and "json_each" not in step]
    assert not [step for step in plan if "SEARCH copies" in step and "COVERING" not in step]


def test_the_first_release_since_a_moment_is_found_by_halves() -> None:
    db = House().db
    with writing(db):
        for number in (1, 2, 5, 6, 9):
            at = to_text(START + number * DAY)
            db.execute(
                "INSERT INTO releases "
                "(id, source, source_id, agency, url, first_seen_at, last_seen_at, status, origin) "
                "VALUES (?, 'gov.kz', ?, 'economy', '', ?, ?, 'listed', 'crawl')",
                [number, str(number), at, at],
            )
    found = [appearances._first_seen_since(db, START + number * DAY) for number in range(11)]
    first = [min((n for n in (1, 2, 5, 6, 9) if n >= number), default=10) for number in range(11)]
    # Any id does between the last one before and the first one after.
    assert all(
        before < id_ <= after
        for before, id_, after in zip([0, 0, 1, 2, 2, 2, 5, 6, 6, 6, 9], found, first, strict=True)
    )

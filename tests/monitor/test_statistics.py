"""How agencies treat what they published, month by month: told as stories, and by rows made by hand. Invented."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.records import Report
from monitor.meaning import WEIGHT_OF_CLASS
from monitor.sentences import exact_span
from monitor.store.database import Database, open_store, to_text
from monitor.store.migrations import m024_statistics
from monitor.store.statistics import quiet_edits
from tests.monitor.desk import Desk, left_by, plain
from tests.monitor.shelf import START, House, Item, past

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MONTH = "2026-07"


def row_of(db: Database, agency: str, month: str = MONTH) -> dict[str, Any]:
    [row] = [row for row in quiet_edits(db, [agency], since=None) if row["month"] == month]
    return row


async def begun(**options: Any) -> House:
    """A house that has read the history of its listings, and watches for news."""
    house = House(languages=("ru", "kk"), **options)
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(40, lang=lang))
    await house.live(6 * HOUR)
    return house


async def told(house: House) -> House:
    """Release 200 is published, translated three hours later and edited a day later; 201 bears an old date."""
    house.portal.show("economy", "ru", Item(200, "Дороги", "Выделено 12 млрд тенге.", house.now))
    await house.live(3 * HOUR)
    house.portal.show("economy", "kk", Item(200, "Жолдар", "Өңірге 12 млрд теңге бөлінді.", house.now))
    await house.live(21 * HOUR)
    house.portal.show("economy", "ru", Item(200, "Дороги", "Выделено 21 млрд тенге.", START + 6 * HOUR))
    house.portal.show("economy", "ru", Item(201, "Мосты", "Мост открыт.", house.now - 2 * DAY))
    await house.live(3 * HOUR)
    house.portal.hide(137)
    await house.live(40 * HOUR)
    return house


async def test_what_an_agency_does_afterwards_is_counted_in_the_month_of_publication() -> None:
    house = await told(await begun())
    row = row_of(house.db, "economy")
    assert (row["published"], row["edited"], row["edited_majorly"]) == (42, 1, 1)
    assert (row["removed"], row["backdated"]) == (1, 1)
    assert 3 * HOUR - HOUR < timedelta(seconds=row["median_kk"]) < 3 * HOUR + HOUR
    assert DAY - HOUR < timedelta(seconds=row["median_first_edit"]) < DAY + HOUR
    assert (row["median_ru"], row["median_en"]) == (None, None)
    languages = {copy["lang"]: copy for copy in row["languages"]}
    assert languages["kk"]["timed"] == 1
    assert languages["kk"]["median_translated"] == row["median_kk"]
    assert languages["ru"]["copies"] == 42
    assert sum(copy["came_first"] for copy in languages.values()) == 42


async def test_which_release_bears_an_old_date_can_be_asked() -> None:
    house = await told(await begun())
    assert house.rows("SELECT source_id, lang FROM publications WHERE backdated") == [("201", "ru")]


async def test_what_was_there_before_the_watch_began_says_nothing_of_delays() -> None:
    house = House(languages=("ru", "kk"))
    house.portal.show("economy", "ru", *past(12))
    house.portal.show("economy", "kk", *past(12, lang="kk"))
    house.portal.show("economy", "ru", Item(90, "Старое", "Выпуск с датой задним числом.", START - 9 * DAY))
    await house.live(3 * HOUR)
    house.portal.show("economy", "ru", Item(111, "Выпуск 11", "Другой текст.", START - 6 * HOUR))
    await house.live(3 * HOUR)
    row = row_of(house.db, "economy")
    assert (row["published"], row["edited"], row["backdated"]) == (13, 1, 0)
    assert [row[f"median_{what}"] for what in ("first_edit", "kk", "ru", "en")] == [None] * 4
    assert [copy["timed"] for copy in row["languages"]] == [0, 0]


async def test_what_was_published_during_an_outage_of_ours_is_not_back_dated() -> None:
    house = await begun()
    house.portal.fault = Report(0, "unreachable", reason="no route to the portal")
    since = house.now
    await house.live(3 * DAY)
    house.portal.fault = None
    house.portal.show("economy", "ru", Item(200, "Дороги", "Дорога открыта.", since + HOUR))
    await house.live(DAY)
    assert house.rows("SELECT baseline, backdated FROM publications WHERE source_id = '200'") == [(0, 0)]


@pytest.fixture
async def watched_for_days() -> House:
    house = await begun()
    await house.live(5 * DAY)
    return house


async def test_of_a_quiet_agency_the_readings_alone_prove_that_a_release_was_not_there() -> None:
    house = await begun()
    await house.live(5 * DAY)
    house.portal.show("economy", "ru", Item(200, "Дороги", "Дорога открыта.", house.now - 2 * DAY))
    await house.live(2 * HOUR)
    assert house.rows("SELECT backdated FROM publications WHERE source_id = '200'") == [(1,)]
    house.db.execute("DELETE FROM crawls")
    assert house.rows("SELECT backdated FROM publications WHERE source_id = '200'") == [(0,)]


async def test_a_date_that_was_put_right_is_still_one_that_was_old(watched_for_days: House) -> None:
    house = watched_for_days
    house.portal.show("economy", "ru", Item(200, "Дороги", "Дорога открыта.", house.now - 2 * DAY))
    await house.live(2 * HOUR)
    assert house.rows("SELECT backdated FROM publications WHERE source_id = '200'") == [(1,)]
    for later in (house.now, house.now + HOUR):
        house.portal.show("economy", "ru", Item(200, "Дороги", "Дорога открыта.", later))
        await house.live(2 * HOUR)
    assert house.rows("SELECT backdated FROM publications WHERE source_id = '200'") == [(1,)]


async def test_a_date_that_is_edited_back_is_no_back_dating_and_no_other_month(
    watched_for_days: House,
) -> None:
    house = watched_for_days
    house.portal.show("economy", "ru", Item(200, "Дороги", "Дорога открыта.", house.now))
    await house.live(2 * HOUR)
    before = house.rows("SELECT month, published_at, backdated FROM publications WHERE source_id = '200'")
    house.portal.show("economy", "ru", Item(200, "Дороги", "Дорога открыта.", house.now - 20 * DAY))
    await house.live(3 * DAY)
    after = house.rows("SELECT month, published_at, backdated FROM publications WHERE source_id = '200'")
    assert before == after
    assert after[0][0] == MONTH
    assert row_of(house.db, "economy")["edited"] == 1


async def test_an_older_history_knows_the_first_dates_by_its_first_wordings(watched_for_days: House) -> None:
    house = watched_for_days
    for number, earlier in ((200, house.now - 2 * DAY), (201, house.now)):
        house.portal.show("economy", "ru", Item(number, "Дороги", f"Дорога {number} открыта.", earlier))
    house.portal.show("economy", "kk", Item(201, "Жолдар", "Жол ашылды.", house.now - DAY))
    await house.live(2 * HOUR)
    house.portal.show("economy", "ru", Item(200, "Дороги", "Дорога 200 открыта.", house.now))
    await house.live(2 * HOUR)
    columns = "release_id, published_on, published_precision, date_doubt"
    kept = house.rows(f"SELECT {columns} FROM first_dates")
    told = house.rows("SELECT source_id, month, backdated FROM publications")
    assert len(kept) == 1
    without_first_dates(house.db)
    m024_statistics(house.db)
    assert house.rows(f"SELECT {columns} FROM first_dates") == kept
    assert house.rows("SELECT source_id, month, backdated FROM publications") == told


async def test_other_words_with_which_a_release_comes_back_are_an_edit() -> None:
    house = await begun()
    house.portal.hide(137)
    await house.live(40 * HOUR)
    house.portal.show("economy", "ru", Item(137, "Выпуск 37", "Выделено 5 млрд тенге.", START))
    await house.live(2 * HOUR)
    assert house.rows("SELECT kind FROM changes WHERE kind IN ('edited', 'restored')") == [("restored",)]
    row = row_of(house.db, "economy")
    assert (row["edited"], row["edited_majorly"], row["removed"]) == (1, 1, 1)


FIRST_DATES: dict[str, tuple[str, tuple[str | None, ...]]] = {
    "of a minute, with the false Z of the portal": (
        "2026-07-01T00:10:00Z",
        ("2026-06-30T19:10:00.000Z", "2026-07-01", "minute", None),
    ),
    "of a day": ("2026-07-01", ("2026-06-30T19:00:00.000Z", "2026-07-01", "day", None)),
    "of another offset": (
        "2026-07-01T09:00:00+03:00",
        ("2026-07-01T06:00:00.000Z", "2026-07-01", "minute", None),
    ),
    "that cannot be read": ("1 шілде", (None, None, None, "unreadable")),
    "that cannot be right": ("1970-01-01", ("1969-12-31T18:00:00.000Z", "1970-01-01", "day", "past")),
}


@pytest.mark.parametrize(("raw", "read"), FIRST_DATES.values(), ids=FIRST_DATES)
async def test_a_first_date_is_read_from_the_first_wording(
    watched_for_days: House, raw: str, read: tuple[str | None, ...]
) -> None:
    house = watched_for_days
    house.portal.show("economy", "ru", Item(200, "Дороги", "Дорога открыта.", house.now))
    await house.live(2 * HOUR)
    house.portal.show("economy", "ru", Item(200, "Дороги", "Дорога закрыта.", house.now))
    await house.live(2 * HOUR)
    house.db.execute("UPDATE revisions SET published_raw = ? WHERE number = 1 AND text IS NOT NULL", [raw])
    without_first_dates(house.db)
    m024_statistics(house.db)
    assert house.rows(
        "SELECT published_at, published_on, published_precision, date_doubt FROM first_dates"
    ) == [read]


def without_first_dates(db: Database) -> None:
    """As the schema was before."""
    for view in ("quiet_edits", "quiet_edits_by_language", "publications", "first_shown"):
        db.execute(f"DROP VIEW {view}")
    db.execute("DROP TABLE first_dates")


RETURNED: dict[str, tuple[dict[str, Any], tuple[int, int]]] = {
    "as it was": ({}, (0, 0)),
    "with other signs": ({"fields": ["text"], "classes": ["typography"]}, (0, 0)),
    "with other words": ({"fields": ["text"], "classes": ["wording", "typography"]}, (1, 0)),
}
RETURNED |= {
    f"with another {name}": ({"fields": ["text"], "classes": [name]}, (1, 1))
    for name, weight in WEIGHT_OF_CLASS.items()
    if weight == "major"
}


@pytest.mark.parametrize(("detail", "counted"), RETURNED.values(), ids=RETURNED)
def test_what_comes_back_is_edited_by_the_weight_of_its_words(
    db: Database, detail: dict[str, Any], counted: tuple[int, int]
) -> None:
    release(db)
    journal(db, 1, None, "removed", START + DAY, weight="major")
    journal(db, 1, None, "restored", START + 2 * DAY, weight="major", detail=detail)
    row = row_of(db, "economy")
    assert (row["edited"], row["edited_majorly"]) == counted
    assert row["median_first_edit"] == (2 * 86400 if counted[0] else None)


def test_a_comma_is_no_edit_and_the_first_edit_is_the_first_that_weighs_something(db: Database) -> None:
    release(db, edits=[(HOUR, "none")])
    release(db, edits=[(HOUR, "none"), (5 * HOUR, "minor")])
    row = row_of(db, "economy")
    assert (row["edited"], row["edited_majorly"], row["median_first_edit"]) == (1, 0, 5 * 3600)


@pytest.fixture
def db() -> Iterator[Database]:
    db = open_store(":memory:")
    for slug, successor in (("economy", ""), ("mfa", ""), ("old", "economy")):
        db.execute(
            "INSERT INTO agencies (slug, name_kk, name_ru, name_en, kind, successor) "
            "VALUES (?, '', '', '', 'body', ?)",
            [slug, successor],
        )
    for lang in ("ru", "kk", "en"):
        db.execute(
            "INSERT INTO listings (agency, lang, route, walked_at) VALUES ('economy', ?, 'rest', ?)",
            [lang, to_text(START - 30 * DAY)],
        )
    db.execute(
        "INSERT INTO listings (agency, lang, route, walked_at) VALUES ('mfa', 'ru', 'rest', ?)",
        [to_text(START + 30 * DAY)],
    )
    yield db
    db.conn.close()


def release(
    db: Database,
    *,
    seen: datetime = START,
    agency: str = "economy",
    date: datetime | None = START,
    precision: str = "minute",
    doubt: str | None = None,
    baseline: bool | None = False,
    edits: Sequence[tuple[timedelta, str]] = (),
    copies: Mapping[str, tuple[timedelta, bool]] = {},
    status: str = "listed",
) -> None:
    """A release first seen in Russian; each copy in another language with its delay and whether it is a baseline.

    `baseline` None: nothing was said of its publication, because a dump knew it before.
    """
    key = db.table("releases").count + 1
    db.execute(
        "INSERT INTO releases (id, source, source_id, agency, url, published_at, published_on, published_precision, "
        "first_seen_at, last_seen_at, status, origin, date_doubt) "
        "VALUES (?, 'gov.kz', ?, ?, '', ?, ?, ?, ?, ?, ?, 'crawl', ?)",
        [
            key,
            str(key),
            agency,
            to_text(date) if date else None,
            date.date().isoformat() if date else None,
            precision if date else None,
            to_text(seen),
            to_text(seen),
            status,
            doubt,
        ],
    )
    first = edition(db, key, "ru", seen)
    if baseline is not None:
        journal(db, key, first, "published", seen, baseline=baseline)
    for after, weight in edits:
        journal(db, key, first, "edited", seen + after, weight=weight)
    for lang, (after, known) in copies.items():
        journal(db, key, edition(db, key, lang, seen + after), "translated", seen + after, baseline=known)


def edition(db: Database, release_id: int, lang: str, at: datetime) -> int:
    cursor = db.execute(
        "INSERT INTO editions (release_id, lang, title, text, fingerprint, digest, first_seen_at, updated_at, "
        "ordered_at, status) VALUES (?, ?, 'Тақырып', 'Мәтін', '', '', ?, ?, ?, 'listed')",
        [release_id, lang, *[to_text(at)] * 3],
    )
    return int(cursor.lastrowid or 0)


def journal(
    db: Database,
    release_id: int,
    edition_id: int | None,
    kind: str,
    at: datetime,
    *,
    weight: str = "minor",
    baseline: bool = False,
    detail: Mapping[str, Any] = {},
) -> None:
    db.execute(
        "INSERT INTO changes (uid, at, kind, release_id, edition_id, weight, baseline, detail) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            str(db.table("changes").count),
            to_text(at),
            kind,
            release_id,
            edition_id,
            weight,
            int(baseline),
            json.dumps(detail),
        ],
    )


def reading(db: Database, at: datetime, *, agency: str, lang: str, covered_to: datetime | None) -> None:
    db.table("crawls").insert(
        {
            "started_at": to_text(at),
            "finished_at": to_text(at),
            "agency": agency,
            "lang": lang,
            "page": 1,
            "purpose": "poll",
            "route": "rest",
            "outcome": "unchanged",
            "covered_to": to_text(covered_to) if covered_to else None,
        }
    )


MEDIANS: dict[str, tuple[list[timedelta], timedelta | None]] = {
    "of none": ([], None),
    "of one": ([5 * HOUR], 5 * HOUR),
    "of two, between them": ([5 * HOUR, 2 * HOUR], 3.5 * HOUR),
    "of three, the middle": ([50 * DAY, HOUR, 3 * HOUR], 3 * HOUR),
    "of four, between the middle ones": ([9 * DAY, HOUR, 4 * HOUR, 2 * HOUR], 3 * HOUR),
    "of equals": ([HOUR, HOUR, HOUR, 9 * HOUR], HOUR),
    "of a part of a second": ([timedelta(milliseconds=1400)], timedelta(seconds=1)),
}


@pytest.mark.parametrize(("delays", "median"), MEDIANS.values(), ids=MEDIANS)
def test_a_median_is_that_of_what_happened(
    db: Database, delays: list[timedelta], median: timedelta | None
) -> None:
    release(db)
    for delay in delays:
        release(db, edits=[(delay + DAY, "major"), (delay, "minor")], copies={"kk": (delay, False)})
    seconds = None if median is None else median.total_seconds()
    row = row_of(db, "economy")
    assert (row["median_first_edit"], row["median_kk"], row["median_en"]) == (seconds, seconds, None)
    assert (row["published"], row["edited"], row["edited_majorly"]) == (
        len(delays) + 1,
        len(delays),
        len(delays),
    )
    [timed] = [copy["timed"] for copy in row["languages"] if copy["lang"] == "kk"] or [0]
    assert timed == len(delays)


def test_each_agency_and_month_has_a_median_of_its_own(db: Database) -> None:
    release(db, edits=[(HOUR, "minor")])
    release(db, edits=[(3 * HOUR, "minor")], date=START - 40 * DAY)
    release(db, edits=[(7 * HOUR, "minor")], agency="mfa")
    rows = quiet_edits(db, [], since=None)
    assert [(row["month"], row["agency"], row["median_first_edit"]) for row in rows] == [
        ("2026-07", "economy", 3600),
        ("2026-07", "mfa", 7 * 3600),
        ("2026-06", "economy", 3 * 3600),
    ]


def test_only_what_was_watched_from_its_first_day_enters_a_delay(db: Database) -> None:
    release(db, baseline=True, edits=[(9 * DAY, "major")], copies={"kk": (9 * DAY, False)})
    release(db, copies={"kk": (9 * DAY, True)})
    release(db, baseline=None, edits=[(9 * DAY, "minor")], copies={"en": (9 * DAY, False)})
    release(db, edits=[(HOUR, "minor")], copies={"kk": (2 * HOUR, False), "tr": (4 * HOUR, False)})
    row = row_of(db, "economy")
    assert (row["published"], row["edited"], row["edited_majorly"]) == (4, 3, 1)
    assert (row["median_first_edit"], row["median_kk"], row["median_en"]) == (3600, 7200, None)
    assert {
        copy["lang"]: (copy["copies"], copy["came_first"], copy["timed"], copy["median_translated"])
        for copy in row["languages"]
    } == {"ru": (4, 3, 0, None), "kk": (3, 0, 1, 7200), "en": (1, 0, 0, None), "tr": (1, 0, 1, 4 * 3600)}


def test_a_release_is_removed_when_all_of_it_is_and_unpublished_until_the_portal_shows_it(
    db: Database,
) -> None:
    release(db)
    journal(db, 1, 1, "removed", START + DAY, weight="major")
    release(db)
    journal(db, 2, None, "removed", START + DAY, weight="major")
    journal(db, 2, None, "restored", START + 2 * DAY, weight="major")
    release(db, baseline=None, status="unseen")
    row = row_of(db, "economy")
    assert (row["published"], row["removed"]) == (2, 1)


def test_a_release_that_was_moved_stays_with_the_agency_that_published_it(db: Database) -> None:
    release(db, agency="mfa")
    for agency, at in (("economy", START), ("mfa", START + DAY)):
        db.execute(
            "INSERT INTO release_agencies (release_id, agency, first_seen_at, last_seen_at) VALUES (1, ?, ?, ?)",
            [agency, to_text(at), to_text(at)],
        )
    assert [row["agency"] for row in quiet_edits(db, [], since=None)] == ["economy"]


LATE = START + 10 * DAY
BACKDATED: dict[str, tuple[dict[str, Any], int]] = {
    "by more than a day": ({"seen": LATE, "date": LATE - 25 * HOUR}, 1),
    "by less than a day": ({"seen": LATE, "date": LATE - 23 * HOUR}, 0),
    "to a day that has hardly ended": (
        {"seen": LATE, "date": LATE - 47 * HOUR, "precision": "day"},
        0,
    ),
    "to a day that ended a day ago": ({"seen": LATE, "date": LATE - 49 * HOUR, "precision": "day"}, 1),
    "as a baseline": ({"seen": LATE, "date": LATE - 5 * DAY, "baseline": True}, 0),
    "to before there were sites": (
        {"seen": LATE, "date": datetime(1998, 1, 1, tzinfo=UTC), "doubt": "past"},
        0,
    ),
    "to no date at all": ({"seen": LATE, "date": None, "doubt": "unreadable"}, 0),
    "while its listing was walked": ({"seen": LATE, "date": LATE - 5 * DAY, "agency": "mfa"}, 0),
}


@pytest.mark.parametrize(("said", "backdated"), BACKDATED.values(), ids=BACKDATED)
@pytest.mark.parametrize("proof", ["a reading", "a later release"])
def test_when_a_release_counts_as_back_dated(
    db: Database, said: dict[str, Any], backdated: int, proof: str
) -> None:
    shortly = LATE - MINUTE
    for agency in ("economy", "mfa"):
        if proof == "a reading":
            reading(db, shortly, agency=agency, lang="ru", covered_to=START)
        else:
            release(db, seen=shortly, date=shortly, agency=agency)
    release(db, **said)
    assert db.execute("SELECT backdated FROM publications ORDER BY release_id DESC").fetchone() == (
        backdated,
    )


def test_a_reading_that_showed_no_place_or_another_language_proves_no_back_dating(db: Database) -> None:
    reading(db, LATE - HOUR, agency="economy", lang="ru", covered_to=None)
    reading(db, LATE - HOUR, agency="economy", lang="kk", covered_to=START)
    release(db, seen=LATE, date=LATE - 5 * DAY)
    assert db.execute("SELECT backdated FROM publications").fetchone() == (0,)


def test_without_a_date_to_believe_the_month_is_that_of_the_first_sight_in_kazakhstan(db: Database) -> None:
    evening = datetime(2026, 7, 31, 19, 30, tzinfo=UTC)  # half past midnight there
    release(db, seen=evening, date=None, doubt="unreadable")
    release(db, seen=evening, date=datetime(2062, 7, 1, tzinfo=UTC), doubt="future")
    release(db, seen=evening, date=None, doubt="unreadable", baseline=True)
    assert [(row["month"], row["published"]) for row in quiet_edits(db, [], since=None)] == [
        ("2026-08", 2),
        (None, 1),
    ]


def test_a_renamed_agency_is_found_with_what_it_took_over_and_months_can_be_left_out(db: Database) -> None:
    for agency, date in (("economy", START), ("old", START - 40 * DAY), ("mfa", START)):
        release(db, agency=agency, date=date)
    assert [row["agency"] for row in quiet_edits(db, ["economy"], since=None)] == ["economy", "old"]
    assert [row["agency"] for row in quiet_edits(db, ["economy", "mfa"], since=MONTH)] == ["economy", "mfa"]


def test_the_views_cost_no_more_a_release_where_there_are_more(db: Database) -> None:
    steps = {}
    for count in (400, 1600):
        for number in range(db.table("releases").count, count):
            at = START + number * HOUR
            edits = [(DAY, "minor")] if number % 5 == 0 else []
            late = LATE if number % 50 == 0 else at
            release(db, seen=max(at, late), date=at, edits=edits, copies={"kk": (HOUR, False)})
        for view in ("quiet_edits", "quiet_edits_by_language"):
            met = [0]
            db.conn.set_progress_handler(lambda met=met: met.__setitem__(0, met[0] + 1), 100)
            db.execute(f"SELECT * FROM {view}").fetchall()
            db.conn.set_progress_handler(None, 0)
            steps[view, count] = met[0] / count
    for view in ("quiet_edits", "quiet_edits_by_language"):
        assert steps[view, 1600] < 1.5 * steps[view, 400]


SPANS = {
    0: "0 s",
    59.4: "59 s",
    59.6: "1 min",
    300: "5 min",
    3599: "1 h",
    12_000: "3 h 20 min",
    86_399: "1 day",
    90_000: "1 day 1 h",
    187_200: "2 days 4 h",
    -5: "0 s",
}


@pytest.mark.parametrize(("seconds", "words"), SPANS.items())
def test_a_length_of_time_is_said_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert exact_span(timedelta(seconds=seconds)) == words


@pytest.fixture
def watched(desk: Desk, watched_once: Path) -> Desk:
    """A desk with the story of `told`."""
    return desk.given(watched_once)


@pytest.fixture(scope="module")
def watched_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return left_by(tmp_path_factory.mktemp("watched"), _watched)


async def _watched(desk: Desk) -> None:
    house = await told(await begun(db=desk.store()))
    house.db.conn.close()


def test_the_command_prints_a_table(watched: Desk) -> None:
    result = watched.type("stats")
    assert result.exit_code == 0
    assert plain(result.stdout)
    head, row = (line.split("\t") for line in result.stdout.splitlines())
    said = dict(zip(head, row, strict=True))
    assert {name: said[name] for name in head[:7]} == {
        "month": MONTH,
        "agency": "economy",
        "shown": "42",
        "edited": "1",
        "major": "1",
        "removed": "1",
        "back-dated": "1",
    }
    assert re.fullmatch(r"23h\d*m?|1d\d?h?", said["first edit"])
    assert re.fullmatch(r"[23]h(\d+m)?", said["kk"])
    assert said["ru"] == said["en"] == ""


@pytest.mark.parametrize("width", [80, 100])
def test_on_a_terminal_no_word_of_the_table_is_broken_and_no_column_is_empty(
    watched: Desk, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    for name in ("shared", "statistics"):
        monkeypatch.setattr(f"monitor.commands.{name}.on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    lines = watched.type("stats").stdout.splitlines()
    above, head, _, row = (line.split() for line in lines)
    assert (above, head) == (
        ["back-", "first"],
        ["month", "agency", "shown", "edited", "major", "removed", "dated", "edit", "kk"],
    )
    assert row[:7] == [MONTH, "economy", "42", "1", "1", "1", "1"]
    assert len(row) == len(head)
    assert max(map(len, lines)) <= width


def test_the_command_gives_a_script_seconds_and_every_language(watched: Desk) -> None:
    [row] = json.loads(watched.type("stats", "economy", "--since", "2026-07", "--json").stdout)
    assert row["median_kk"] == next(
        copy["median_translated"] for copy in row["languages"] if copy["lang"] == "kk"
    )


def test_where_nothing_is_held_the_command_says_so(watched: Desk) -> None:
    result = watched.type("stats", "mfa", "--since", "2026-08")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "No release of mfa since 2026-08 is held" in result.stderr
    assert json.loads(watched.type("stats", "mfa", "--json").stdout) == []


def test_the_views_are_opened_by_sqlite_utils(watched: Desk) -> None:
    from click.testing import CliRunner
    from sqlite_utils.cli import cli

    shown = CliRunner().invoke(cli, ["rows", str(watched.database), "quiet_edits"])
    assert [row["published"] for row in json.loads(shown.output)] == [42]

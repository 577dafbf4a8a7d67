"""Days on which an agency publishes more than it ever did. All agencies are invented."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.flood import FEWEST, RARE, flood
from monitor.store.database import Database, open_store
from monitor.store.symptoms import _PUBLISHED_SINCE, published_hours, published_since
from monitor.working_days import is_working_day

BEGINS, TODAY = date(2026, 9, 8), date(2026, 9, 9)
NOON = datetime(2026, 9, 9, 7, 0, tzinfo=UTC)


def past(counts: tuple[int, ...], *, days: int = 180) -> Counter[date]:
    """Working days on which it published so many, one after the other and again from the beginning."""
    every = [TODAY - timedelta(days=back) for back in range(days, 1, -1)]
    working = [day for day in every if is_working_day(day)]
    return Counter({day: counts[number % len(counts)] for number, day in enumerate(working)})


def lately(count: int) -> list[datetime]:
    return [NOON - timedelta(minutes=count - number) for number in range(count)]


def least(counts: tuple[int, ...]) -> int:
    """The fewest releases that are a flood after such a past."""
    published = past(counts)
    return next(
        count
        for count in range(1, 1000)
        if flood(published, lately(count), begins=BEGINS, today=TODAY) is not None
    )


@pytest.mark.parametrize(
    ("counts", "from_", "to"),
    [
        ((0, 1, 0, 0, 0), FEWEST, FEWEST),
        ((2,), 14, 22),
        ((1, 3, 2, 6), 16, 30),
        ((20,), 75, 130),
        ((5, 40, 10, 20), 130, 260),
    ],
    ids=["one a week", "two a day", "a few", "twenty a day", "an uneven newsroom"],
)
def test_a_flood_is_many_times_the_usual_and_more_where_days_differ(
    counts: tuple[int, ...], from_: int, to: int
) -> None:
    assert from_ <= least(counts) <= to
    assert least(counts) > 1.5 * max(counts)


def test_a_flood_says_since_when_how_many_and_how_seldom() -> None:
    found = flood(past((2,)), lately(40), begins=BEGINS, today=TODAY)
    assert found is not None
    assert (found.since, found.releases, found.most) == (NOON - timedelta(minutes=40), 40, 2)
    assert 0 < found.chance < RARE
    assert found.once_in_years == 100


def test_of_two_days_the_one_counts_on_which_more_is_usual() -> None:
    sunday, monday = date(2026, 9, 6), date(2026, 9, 7)
    count = least((2,)) - 1
    assert flood(past((2,)), lately(count), begins=sunday, today=monday) is None
    assert flood(past((2,)), lately(count), begins=sunday, today=sunday) is not None


def test_a_day_as_large_as_half_a_year_ago_is_no_flood() -> None:
    published = past((2,)) | Counter({TODAY - timedelta(days=150): 60})
    assert flood(published, lately(90), begins=BEGINS, today=TODAY) is None


def test_what_lies_in_the_day_itself_is_no_past() -> None:
    published = past((2,)) | Counter({BEGINS: 60, TODAY: 60})
    assert flood(published, lately(60), begins=BEGINS, today=TODAY) is not None


@pytest.mark.parametrize("published", [past((2,), days=29), Counter[date]()], ids=["a month", "nothing"])
def test_of_whom_too_little_is_known_nobody_can_tell(published: Counter[date]) -> None:
    assert flood(published, lately(200), begins=BEGINS, today=TODAY) is None


def store() -> Database:
    db = open_store(":memory:")
    db.execute(
        "INSERT INTO agencies (slug, name_kk, name_ru, name_en, kind, followed) VALUES ('a','','','','',1)"
    )
    return db


def put(
    db: Database, number: int, at: str, *, seen: str, precision: str = "minute", status: str = "listed"
) -> None:
    db.execute(
        "INSERT INTO releases (source, source_id, agency, url, published_at, published_precision, first_seen_at, "
        "last_seen_at, status, origin) VALUES ('gov.kz', ?, 'a', '', ?, ?, ?, ?, ?, 'crawl')",
        [str(number), at, precision, seen, seen, status],
    )


def test_a_release_counts_by_its_own_date_and_by_when_it_was_seen_where_only_the_day_is_known() -> None:
    db = store()
    put(db, 1, "2026-09-09T06:00:00.000Z", seen="2026-09-09T06:05:00.000Z")
    put(db, 2, "2026-09-07T06:00:00.000Z", seen="2026-09-09T06:05:00.000Z")  # dated back
    put(db, 3, "2026-09-09T06:00:00.000Z", seen="2026-09-07T06:05:00.000Z")  # was there before
    put(db, 4, "2026-09-09T06:00:00.000Z", seen="2026-09-09T06:05:00.000Z", status="unseen")
    put(db, 5, "2026-09-07T19:00:00.000Z", seen="2026-09-09T06:10:00.000Z", precision="day")
    put(db, 6, "2026-09-06T19:00:00.000Z", seen="2026-09-09T06:10:00.000Z", precision="day")
    put(db, 7, "2026-09-10T06:00:00.000Z", seen="2026-09-09T06:05:00.000Z")  # ahead
    put(db, 8, "2026-09-09T05:00:00.000Z", seen="2026-09-09T06:05:00.000Z", status="removed")
    found = published_since(db, ["a", "b"], since=NOON - timedelta(days=1), now=NOON)
    assert [f"{moment:%d %H:%M}" for moment in found] == ["09 05:00", "09 06:00", "09 06:10"]


def test_the_hours_count_what_the_portal_showed() -> None:
    db = store()
    put(db, 1, "2026-09-09T06:05:00.000Z", seen="2026-09-09T06:05:00.000Z")
    put(db, 2, "2026-09-09T06:50:00.000Z", seen="2026-09-09T06:55:00.000Z")
    put(db, 3, "2026-09-08T06:50:00.000Z", seen="2026-09-09T06:55:00.000Z", status="unseen")
    hours = published_hours(db, ["a"], since=NOON - timedelta(days=9), now=NOON)
    assert [(f"{hour:%d %H}", count) for hour, count in hours.items()] == [("08 06", 0), ("09 06", 2)]


def test_only_the_last_days_of_an_agency_are_gone_through() -> None:
    db = store()
    plan = " ".join(
        str(step[3])
        for step in db.execute(
            f"EXPLAIN QUERY PLAN {_PUBLISHED_SINCE}",
            {"agencies": "[]", "since": "", "day_before": "", "now": ""},
        )
    )
    assert "releases USING INDEX releases_by_agency (agency=? AND published_at>? AND published_at<?)" in plan
    assert "SCAN releases" not in plan

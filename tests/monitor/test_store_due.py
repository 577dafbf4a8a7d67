"""The table of when listings are read next: kept with every reading, made from what an older version left."""

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.records import WHOLE, Report
from monitor.schedule import Task
from monitor.store.database import Database, from_text, open_store, to_text, writing
from monitor.store.due import Due, load_due, note_reading, save_due
from monitor.store.listings import Counts, begin_crawl, end_crawl, load_listing
from monitor.store.migrations import APPLICATION_ID, migrations
from monitor.store.people import listing_rows
from tests.monitor.shelf import START, House, past

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def db() -> Iterator[Database]:
    opened = open_store(":memory:")
    yield opened
    opened.conn.close()


def test_what_was_planned_is_loaded_as_it_was_saved_and_is_there_once(db: Database) -> None:
    planned = [
        Due("economy", "kk", START, None, START + HOUR, "news", 1.25),
        Due(WHOLE, "kk", None, None, START + MINUTE, "longest", 0.0),
    ]
    with writing(db):
        save_due(db, planned)
        save_due(db, [later := Due("economy", "kk", START + MINUTE, START, START + 2 * HOUR, "copies", 0.5)])
    assert load_due(db) == {(WHOLE, "kk"): planned[1], ("economy", "kk"): later}


def test_it_is_as_lasting_as_the_page_that_it_came_of(db: Database) -> None:
    with pytest.raises(KeyError), writing(db):
        save_due(db, [Due("economy", "kk", START, START, START + HOUR)])
        raise KeyError
    assert load_due(db) == {}


def test_every_order_says_when_its_listing_is_read_next_and_a_good_one_when_it_was(db: Database) -> None:
    read(db, "wide", minutes=0)
    first = Due("economy", "kk", START, START, START + HOUR)
    assert load_due(db) == {("economy", "kk"): first}
    read(db, "ordinary", minutes=5)
    read(db, "wide", minutes=10, outcome="refused")
    read(db, "walk", minutes=15, page=2)
    assert load_due(db)["economy", "kk"] == Due(
        "economy", "kk", START + 5 * MINUTE, START, START + 15 * MINUTE + HOUR
    )
    read(db, "ordinary", minutes=20, next_minutes=None)
    assert load_due(db)["economy", "kk"].due_at == START + 15 * MINUTE + HOUR
    assert load_listing(db, "economy", "kk").due_at is None, (
        "nothing is kept of a listing that was never saved"
    )


async def test_a_watch_keeps_it_in_step_with_its_readings_and_people_are_shown_the_same() -> None:
    house = House(languages=("ru", "kk"))
    for lang in ("ru", "kk"):
        house.portal.show("economy", lang, *past(30, lang=lang))
    await house.live(12 * HOUR + 10 * MINUTE)  # and not at a moment in which it learns
    listings = house.watch.state.listings
    due = load_due(house.db)
    assert due.keys() == listings.keys()
    for key, one in due.items():
        due_at = listings[key].due_at
        assert due_at is not None
        assert one.due_at == load_listing(house.db, *key).due_at == from_text(to_text(due_at))
        assert one.wide_at is not None
        assert one.read_at is not None
        assert START < one.wide_at <= one.read_at <= house.now < one.due_at
    shown = {(row["agency"], row["lang"]): row["next_at"] for row in listing_rows(house.db)}
    assert shown == {key: to_text(one.due_at) for key, one in due.items()}


def test_an_older_database_tells_when_each_listing_was_read_and_is_due(tmp_path: Path) -> None:
    older = Database(tmp_path / "older.db")
    migrations.apply(older, stop_before="m033_due")
    older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    older.execute(f"PRAGMA user_version = {len(migrations.applied(older))}")
    for agency, lang, minutes, page, purpose, outcome, next_minutes in [
        ("economy", "kk", 0, 1, "first", "items", 2),
        ("economy", "kk", 2, 1, "wide", "items", None),
        ("economy", "kk", 3, 2, "wide", "items", 4),
        ("economy", "kk", 10, 1, "ordinary", "unchanged", 20),
        ("economy", "kk", 12, 3, "walk", "items", 20),
        ("economy", "kk", 20, 1, "wide", "refused", None),
        ("economy", "kk", 20, 1, "wide", "broken", 30),
        ("economy", "ru", 1, 1, "first", "blocked", 9),
        ("abay", "kk", 1, 1, "asked", "items", None),
        (WHOLE, "kk", 5, 1, "ordinary", "items", 6),
    ]:
        older.execute(
            "INSERT INTO crawls (started_at, finished_at, agency, lang, page, purpose, route, outcome, next_at) "
            "VALUES (?, ?, ?, ?, ?, ?, 'rest', ?, ?)",
            [
                to_text(START + minutes * MINUTE),
                to_text(START + minutes * MINUTE),
                agency,
                lang,
                page,
                purpose,
                outcome,
                None if next_minutes is None else to_text(START + next_minutes * MINUTE),
            ],
        )
    older.conn.close()
    db = open_store(tmp_path / "older.db")
    assert load_due(db) == {
        one.key: one
        for one in [
            Due("economy", "kk", START + 10 * MINUTE, START + 2 * MINUTE, START + 30 * MINUTE),
            Due("economy", "ru", None, None, START + 9 * MINUTE),
            Due(WHOLE, "kk", START + 5 * MINUTE, None, START + 6 * MINUTE),
        ]
    }
    db.conn.close()


def test_of_an_older_database_of_very_many_readings_only_the_last_are_looked_at(tmp_path: Path) -> None:
    older = Database(tmp_path / "older.db")
    migrations.apply(older, stop_before="m033_due")
    keys = json.dumps([[f"a{number}", lang] for number in range(10) for lang in ("kk", "ru", "en")])
    older.execute(
        """
        WITH RECURSIVE turns (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM turns WHERE n < 1000)
        INSERT INTO crawls (started_at, finished_at, agency, lang, page, purpose, route, outcome, next_at)
        SELECT '2026-07-13T04:00:00.000Z', '2026-07-13T04:00:00.000Z', value ->> 0, value ->> 1, 1, 'wide',
               'rest', 'items', '2026-07-13T05:00:00.000Z'
        FROM turns, json_each(?)
        """,
        [keys],
    )
    steps = itertools.count()
    older.conn.set_progress_handler(lambda: next(steps) < 0, 100)
    migrations.apply(older)
    assert len(load_due(older)) == 30
    assert 100 * next(steps) < 30_000, "of SQLite's machine, less than one for each reading"
    older.conn.close()


def read(
    db: Database,
    purpose: str,
    *,
    minutes: int,
    page: int = 1,
    outcome: str = "items",
    next_minutes: int | None = 60,
) -> None:
    """One order of a listing, as it is written down."""
    at = START + minutes * MINUTE
    task = Task("economy", "kk", page, purpose)  # type: ignore[arg-type]
    with writing(db):
        crawl = begin_crawl(db, task, "rest", started_at=at)
        next_at = None if next_minutes is None else at + next_minutes * MINUTE
        end_crawl(db, crawl, Report(1, outcome), Counts(), outcome=outcome, finished_at=at, next_at=next_at)  # type: ignore[arg-type]
        note_reading(db, crawl)

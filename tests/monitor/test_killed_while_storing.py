"""Killed between any two statements, a page is stored whole or not at all."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from crawler.directory import agencies
from monitor.config import Alert
from monitor.store.database import Database, open_store
from monitor.store.listings import write_directory
from tests.monitor.killing import killed_before_each
from tests.monitor.shelf import START, FakePortal, House, Item, past

HOUR = timedelta(hours=1)
CONTENT = {
    "releases": "source_id, agency, status, last_seen_at",
    "release_agencies": "release_id, agency, langs, left_at",
    "editions": "id, title, text, markup, fingerprint, raw_id, revisions, status, updated_at, flapping",
    "editions_fts": "rowid",
    "revisions": "id, edition_id, number, title, text, content, raw_id",
    "raw_items": "id, received",
    "changes": "id, kind, release_id, edition_id, revision_id, detail",
    "deliveries": "change_id, address_key, state",
    "absences": "edition_id, agency, confirmed_at, evidence",
    "lookups": "release_id, found",
    "crawls": "id, agency, lang, page, outcome, new, edited, removed, covered_to",
    "listings": "agency, lang, failures, behind_since",
}
HALVES = """
    SELECT id FROM crawls WHERE outcome IS NULL
    UNION ALL
    SELECT id FROM changes WHERE baseline = 0 AND id NOT IN (SELECT change_id FROM deliveries)
    UNION ALL
    SELECT id FROM editions WHERE revisions <> (SELECT count(*) FROM revisions WHERE edition_id = editions.id)
"""
"""What no commit may leave: a reading without outcome, news owed to nobody, a revision unknown to its edition."""
ALERT = Alert.model_validate({"name": "all", "to": ["http://127.0.0.1:1/hook"]})


def content(db: Database) -> str:
    """All that the tables hold, but for random ids and what follows from them."""
    return repr([db.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall() if "," in columns else
                 db.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()
                 for table, columns in CONTENT.items()])  # fmt: skip


def house_on(path: Path, portal: FakePortal, *, later: timedelta = timedelta(0)) -> House:
    db = open_store(path)
    write_directory(db, agencies().values(), followed=["economy", "moa"])
    return House(
        agencies_followed=("economy", "moa"),
        languages=("ru", "kk"),
        alerts=[ALERT],
        db=db,
        portal=portal,
        now=START + later,
    )


def readings_to_come(path: Path, portal: FakePortal, trace: Callable[[str], None]) -> House:
    """Everything happens at once: an edit, a translation, a restoration, something new, a removal and a move."""
    house = house_on(path, portal, later=5 * 24 * HOUR)
    house.db.conn.set_trace_callback(trace)
    asyncio.run(house.live(HOUR))
    house.db.conn.set_trace_callback(None)
    return house


async def before(path: Path) -> FakePortal:
    """A past, of which one release was removed, one is missed, and one is about to have moved."""
    house = house_on(path, FakePortal())
    portal = house.portal
    portal.show("economy", "ru", *past(24))
    portal.show("economy", "kk", *past(22, lang="kk"))
    portal.show("moa", "ru", *past(20, first_id=500), *past(24)[10:11])
    await house.live(12 * HOUR)
    portal.hide(118)
    portal.show("economy", "ru", Item(900, "Жаңа", "Мәтін.", house.now))
    await house.live(4 * 24 * HOUR)
    portal.hide(116)
    portal.listings["economy", "ru"].pop(110)
    await house.live(12 * HOUR - HOUR / 2)
    edited = Item(109, "Выпуск 9", "Бюджет 12 млрд теңге.", past(24)[9].published_at)
    portal.show("economy", "ru", *past(24)[18:19], edited, Item(901, "Жаңа", "Тағы.", house.now))
    portal.show("economy", "kk", Item(900, "Жаңа", "Мәтін қазақша.", START + 12 * HOUR))
    house.db.conn.close()
    return portal


def within_transactions_that_say_something(statements: list[str]) -> list[int]:
    """The places of their statements that write; those of readings with nothing new are like each other."""
    places: list[int] = []
    begun, says = 0, False
    for number, statement in enumerate(statements):
        begun, says = (number, False) if statement.startswith("BEGIN") else (begun, says)
        says = says or any(f"INTO {table}" in statement for table in ("changes", "absences", "lookups"))
        if statement == "COMMIT" and says:
            places += [
                place
                for place in range(begun, number + 1)
                if not statements[place].lstrip().startswith(("SELECT", "WITH", "--"))
            ]
    return places


def test_killed_between_any_two_statements_it_holds_all_of_a_page_or_nothing(tmp_path: Path) -> None:
    base, copy = tmp_path / "base.db", tmp_path / "copy.db"
    portal = asyncio.run(before(base))
    shutil.copy(base, copy)
    states = [content(open_store(base))]
    reader = open_store(copy)
    statements: list[str] = []

    def watch(statement: str) -> None:
        if statements and statements[-1] == "COMMIT":
            states.append(content(reader))
            assert not reader.execute(HALVES).fetchall()
        statements.append(statement)

    house = readings_to_come(copy, portal, watch)
    states.append(content(house.db))
    kinds = {change.kind for change in house.news}
    assert kinds >= {"edited", "translated", "restored", "published"}
    assert len(set(states)) > 5
    house.db.conn.close()

    places = within_transactions_that_say_something(statements)
    assert len(places) > 60
    acting = killed_before_each(places, base, copy, lambda path, kill: readings_to_come(path, portal, kill))
    for place, db in acting:
        assert content(db) in states, f"killed before {statements[place][:80]}"

"""Killed between any two statements, a page of wordings read anew is stored whole or not at all."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.directory import agencies
from monitor import reparse as reparse_module
from monitor.reparse import reparse
from monitor.store.database import Database, open_store
from monitor.store.listings import write_directory
from monitor.store.reparses import Scope, count_outdated
from monitor.store.verify import verify
from tests.monitor.kept import Portal, blind_code, release
from tests.monitor.killing import Trace, killed_before_each
from tests.monitor.replay import assert_tables_follow
from tests.monitor.shelf import House

HOUR = timedelta(hours=1)
LATER = datetime(2026, 8, 1, tzinfo=UTC)
TABLES = ("releases", "editions", "editions_fts", "revisions", "raw_items", "reparses", "changes")


def content(db: Database) -> str:
    return repr([db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in TABLES])


async def older(path: Path) -> None:
    """A history that blind code has read: a figure that changed unseen, an edit, and a wording that stayed."""
    db, portal = open_store(path), Portal()
    write_directory(db, agencies().values(), followed=["economy"])
    house = House(db=db, portal=portal)
    portal.show("economy", "ru", *(release(n, f"Мектеп {n} оқушыға арналған.") for n in (98, 99, 100)))
    await house.live(3 * HOUR)
    for body in ("Мектеп 300 балаға арналған.", "Мектеп 900 балаға арналған."):
        portal.show("economy", "ru", release(100, body))
        await house.live(3 * HOUR)
    db.conn.close()


def read_anew(db: Database) -> None:
    asyncio.run(reparse(db, Portal(), Scope(), keep=True, now=lambda: LATER))


def read_anew_and_tell(path: Path, hears: Trace) -> None:
    db = open_store(path)
    db.conn.set_trace_callback(hears)
    read_anew(db)


def test_killed_between_any_two_statements_it_holds_all_of_a_page_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, copy = tmp_path / "base.db", tmp_path / "copy.db"
    with pytest.MonkeyPatch.context() as patch:
        blind_code(patch)
        asyncio.run(older(base))
    monkeypatch.setattr(reparse_module, "AT_ONCE", 2)
    shutil.copy(base, copy)
    db, reader = open_store(copy), open_store(copy)
    states = [content(reader)]
    statements: list[str] = []

    def watch(statement: str) -> None:
        if statements and statements[-1] == "COMMIT":
            states.append(content(reader))
        statements.append(statement)

    db.conn.set_trace_callback(watch)
    read_anew(db)
    db.conn.set_trace_callback(None)
    states.append(content(db))
    end = states[-1]
    assert len(set(states)) == 3
    assert db.execute("SELECT text FROM wordings WHERE source_id = '100' ORDER BY number").fetchall() == [
        ("Мектеп 100 оқушыға арналған.",),
        ("Мектеп 300 балаға арналған.",),
        ("Мектеп 900 балаға арналған.",),
    ]
    db.conn.close()
    reader.conn.close()

    places = [
        number
        for number, statement in enumerate(statements)
        if not statement.lstrip().startswith(("SELECT", "WITH", "--", "PRAGMA"))
    ]
    assert len(places) > 20
    for place, db in killed_before_each(places, base, copy, read_anew_and_tell):
        assert content(db) in states, f"killed before {statements[place][:80]}"
        assert verify(db).fault is None
        read_anew(db)
        assert content(db) == end, f"killed before {statements[place][:80]}"
        assert count_outdated(db, Scope()) == 0
        assert_tables_follow(db)

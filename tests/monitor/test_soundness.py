"""A file that is damaged, missing, not ours to write, or taken away while in use; and one that others hold."""

import asyncio
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from monitor.config import Config, Retention
from monitor.daemon import watch_over
from monitor.errors import StoreError
from monitor.lifetime import Lifetime
from monitor.standstill import Standstill, check_file
from monitor.store.database import BUSY_MS, Database, only_daemon, open_reader, open_store, writing
from monitor.store.room import may_write, try_to_store
from monitor.store.soundness import OpenFile, find_damage
from monitor.store.tidying import tidy
from monitor.thinning import thin

NOON = datetime(2026, 7, 13, 7, 0, tzinfo=UTC)
PAGE = 16384


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with some rows, closed."""
    path = tmp_path_factory.mktemp("made") / "jarshy.db"
    db = open_store(path)
    write(db, 300)
    db.close()
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(made, tmp_path / "jarshy.db"))


def write(db: Database, count: int) -> None:
    with writing(db):
        db.conn.executemany(
            "INSERT INTO crawls (started_at, agency, lang, page, purpose, route, reason) "
            "VALUES ('2026-07-13T07:00:00.000Z', 'economy', 'kk', 1, 'ordinary', 'rest', ?)",
            [("жаңа " * 40,)] * count,
        )


def held(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM crawls").fetchone()[0])


def garble(path: Path, *, page: int) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(b"\xa5" * PAGE)


def page_of_rows(path: Path) -> int:
    """One that holds rows of the table, counted from 0."""
    db = sqlite3.connect(path)
    (page,) = db.execute("SELECT max(pageno) FROM dbstat WHERE name = 'crawls'").fetchone()
    db.close()
    return int(page) - 1


def test_a_sound_file_has_nothing_wrong(path: Path) -> None:
    assert find_damage(path) is None


def test_a_garbled_page_is_found_and_the_table_named(path: Path) -> None:
    garble(path, page=page_of_rows(path))
    found = find_damage(path)
    assert found is not None
    assert "crawls" in found or "malformed" in found


def test_a_look_that_is_over_says_nothing(path: Path) -> None:
    db = open_store(path)
    write(db, 5000)
    db.close()
    assert find_damage(path, is_over=lambda: True) is None


def test_a_garbled_beginning_stops_the_start_in_one_line_that_says_what_to_do(path: Path) -> None:
    garble(path, page=0)
    with pytest.raises(
        StoreError, match=r"file is not a database; put a copy in its place: `jarshy restore FILE`"
    ):
        open_store(path)
    with pytest.raises(StoreError, match="`jarshy restore FILE`"):
        open_reader(path)


def test_a_ledger_alone_is_no_sign_of_a_database(tmp_path: Path) -> None:
    (tmp_path / "jarshy.db.ledger").write_text("of `jarshy doctor`")
    open_store(tmp_path / "jarshy.db").close()


@pytest.mark.parametrize("left", ["jarshy.db-wal", "jarshy.db.newest"])
@pytest.mark.parametrize("empty", [False, True])
def test_no_empty_database_is_made_in_the_place_of_one_that_is_gone(
    tmp_path: Path, left: str, *, empty: bool
) -> None:
    (tmp_path / left).write_text("something")
    if empty:
        (tmp_path / "jarshy.db").touch()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(
        StoreError, match=rf"is missing or empty, and {left} beside it says that there was one"
    ):
        open_store(tmp_path / "jarshy.db")
    with pytest.raises(StoreError, match=rf"is missing or empty, and {left} beside it"):
        open_reader(tmp_path / "jarshy.db")  # else `status` would call it one that is still to be made
    assert sorted(tmp_path.iterdir()) == before
    (tmp_path / left).unlink()
    open_store(tmp_path / "jarshy.db").close()


def test_a_file_of_somebody_else_stops_the_start_in_one_line(made: Path) -> None:
    # Not below pytest's own folder, which nobody else may enter.
    with TemporaryDirectory() as folder:
        path = Path(shutil.copyfile(made, Path(folder, "jarshy.db")))
        Path(folder).chmod(0o777)
        path.chmod(0o444)
        with (
            another_user(),
            pytest.raises(StoreError, match="cannot be written by this user: see who owns it"),
        ):
            open_store(path)
        Path(folder).chmod(0o555)
        with another_user(), pytest.raises(StoreError, match="cannot be written"), only_daemon(path):
            pass


class another_user:  # noqa: N801 it reads like the function that it is
    """Who has no rights beyond those of files; whoever is not root has none anyway."""

    def __enter__(self) -> None:
        if os.getuid() == 0:
            os.seteuid(65534)

    def __exit__(self, *_: object) -> None:
        if os.getuid() == 0:
            os.seteuid(0)


def test_a_garbled_index_of_the_log_costs_nothing(path: Path, tmp_path: Path) -> None:
    db = open_store(path)
    write(db, 50)
    killed = tmp_path / "killed"
    killed.mkdir()
    for name in ("jarshy.db", "jarshy.db-wal", "jarshy.db-shm"):
        shutil.copyfile(tmp_path / name, killed / name)  # as a kill would leave them
    db.close()
    shm = killed / "jarshy.db-shm"
    shm.write_bytes(b"\xa5" * shm.stat().st_size)
    again = open_store(killed / "jarshy.db")
    assert held(again) == 350
    again.close()
    assert find_damage(killed / "jarshy.db") is None


def test_a_log_that_is_deleted_at_rest_costs_what_stood_in_it_and_nothing_else(
    path: Path, tmp_path: Path
) -> None:
    db = open_store(path)
    write(db, 50)
    killed = tmp_path / "killed"
    killed.mkdir()
    shutil.copyfile(path, killed / "jarshy.db")
    db.close()
    again = open_store(killed / "jarshy.db")
    assert held(again) == 300
    again.close()
    assert find_damage(killed / "jarshy.db") is None


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    db = open_store(path)
    yield db
    db.close()


def test_whoever_moves_replaces_or_deletes_the_file_or_its_log_is_noticed(
    made: Path, path: Path, tmp_path: Path
) -> None:
    for takes_away in (
        lambda: path.rename(tmp_path / "moved.db"),
        path.unlink,
        lambda: shutil.copyfile(path, tmp_path / "copy.db") and (tmp_path / "copy.db").replace(path),
        (tmp_path / "jarshy.db-wal").unlink,
    ):
        (tmp_path / "jarshy.db-wal").unlink(missing_ok=True)
        shutil.copyfile(made, path)
        db = open_store(path)
        file = OpenFile(db)
        write(db, 1)
        assert file.what_became_of_it() is None
        takes_away()
        assert "in use" in (file.what_became_of_it() or "")
        db.close()


def test_what_lasts_is_said_once_and_each_hour_and_when_it_is_over(
    db: Database, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    now = NOON
    standstill = Standstill(db, now=lambda: now)
    assert not standstill.lasts()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # as a long VACUUM does
    with pytest.raises(StoreError) as locked:
        try_to_store(db)
    began = time.monotonic()
    for _ in range(5):
        standstill.begin(locked.value)
        assert standstill.lasts()
    assert time.monotonic() - began < BUSY_MS / 1000  # nothing waits for the lock
    assert len(caplog.records) == 1
    now += timedelta(hours=1)
    assert standstill.lasts()
    assert "It has been so for 60 min" in caplog.messages[-1]
    other.execute("ROLLBACK")
    other.close()
    assert not standstill.lasts()
    standstill.stored()
    standstill.stored()
    assert caplog.messages[-1] == "What is read is stored again, after 60 min."
    assert len(caplog.records) == 3


def test_what_lasts_while_the_configuration_is_read_anew_is_said_to_be_over(
    db: Database, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    lifetime, now = Lifetime(NOON), NOON

    def live() -> Standstill:
        return Standstill(db, now=lambda: now, mentions=lifetime.mentions("storing"))

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as locked:
            try_to_store(db)
        live().begin(locked.value)
        now += timedelta(minutes=20)
        assert live().lasts()  # known before anybody is asked for what could not be stored
        other.execute("ROLLBACK")
    following = live()
    assert not following.lasts()
    following.stored()
    assert [line.split(".")[0] for line in caplog.messages] == [
        "the database cannot be used: database is locked",
        "What is read is stored again, after 20 min",
    ]


async def test_a_file_that_was_replaced_is_found_before_another_configuration_takes_it_for_its_own(
    db: Database, path: Path
) -> None:
    config = Config.model_validate(
        {"database": {"path": path}, "portal": {"base_url": "http://127.0.0.1:1", "agencies": ["economy"]}}
    )
    stop = asyncio.Event()
    living = asyncio.ensure_future(watch_over(db, config, stop=stop, now=lambda: NOON))
    for _ in range(10):
        await asyncio.sleep(0)  # until all of it waits for its worker, and nobody looks at the file
    shutil.copyfile(path, path.with_name("copy.db"))
    path.with_name("copy.db").replace(path)
    stop.set()
    await living
    assert not may_write(db)
    assert Standstill(db, now=lambda: NOON).for_good


async def test_a_file_that_is_damaged_is_written_no_more(
    db: Database, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    garble(path, page=page_of_rows(path))
    standstill = Standstill(db, now=lambda: NOON)
    lifetime = Lifetime(NOON)
    await check_file(standstill, lifetime)
    assert standstill.for_good
    assert standstill.lasts()
    assert "jarshy restore FILE" in caplog.messages[-1]
    with pytest.raises(StoreError, match="readonly"):
        write(db, 1)
    tidy(db)  # does nothing, and says nothing
    assert str(await thin(db, Retention(), now=lambda: NOON + timedelta(days=9000))) == ""
    following = Standstill(db, now=lambda: NOON)
    assert following.lasts()  # nor does a configuration that is read anew change that
    await check_file(following, lifetime)
    assert len(caplog.records) == 1


async def test_a_file_is_gone_through_once_however_often_the_configuration_is_read_anew(
    db: Database, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lifetime, standstill = Lifetime(NOON), Standstill(db, now=lambda: NOON)
    await check_file(standstill, lifetime)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    garble(path, page=page_of_rows(path))
    await check_file(standstill, lifetime)
    assert not standstill.for_good
    await check_file(standstill, Lifetime(NOON))
    assert standstill.for_good
    assert len(caplog.records) == 1


def test_a_page_that_turns_out_to_be_garbled_in_use_ends_all_writing(db: Database, path: Path) -> None:
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    garble(path, page=page_of_rows(path))
    standstill = Standstill(db, now=lambda: NOON)
    with pytest.raises(StoreError) as found, writing(db):
        db.execute("UPDATE crawls SET reason = upper(reason)")
    standstill.begin(found.value)
    assert standstill.for_good


def test_a_reader_that_holds_its_moment_makes_the_log_grow_by_what_is_written_and_that_is_said(
    db: Database, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = path.with_name("jarshy.db-wal")
    tidy(db)
    reader = open_reader(path)
    reader.execute("BEGIN")
    assert held(reader) == 300
    for _ in range(200):
        write(db, 1)
    tidy(db, said_from=1_000_000)
    assert 1_000_000 < log.stat().st_size < 200 * 4 * PAGE
    assert held(reader) == 300
    [message] = caplog.messages
    assert "somebody has been reading" in message
    reader.close()
    tidy(db, said_from=1_000_000)
    assert log.stat().st_size == 0
    assert len(caplog.messages) == 1


def test_trying_for_room_leaves_nothing_behind(db: Database, path: Path) -> None:
    before = sorted(path.parent.iterdir())
    try_to_store(db)
    assert sorted(path.parent.iterdir()) == before
    assert not db.conn.in_transaction


@pytest.mark.parametrize("jump", [timedelta(days=-20_000), timedelta(days=3653)])
def test_a_clock_that_is_wrong_at_the_start_says_nothing_for_longer_than_it_is(
    jump: timedelta, db: Database
) -> None:
    now = NOON + jump
    standstill = Standstill(db, now=lambda: now)
    standstill.begin(StoreError("the database cannot be used: database is locked"))
    now = NOON
    assert not standstill.lasts()

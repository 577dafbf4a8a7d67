"""Every migration, on a database that the schema before it has made and that holds rows; and one that is killed."""

import os
import shutil
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import zstandard

from monitor.errors import StoreError
from monitor.store.backup import examine
from monitor.store.database import Database, open_reader, open_store
from monitor.store.migrations import APPLICATION_ID, migrations

AT = "2026-07-13T04:00:00.000Z"
NAMES = [migration.name for migration in migrations._migrations]
WORDS = {"kk": "Өңірде жаңа мектеп ашылды", "ru": "В области открыта новая школа"}
GROWING = {"editions_fts", "stories", "noticed"}


NEWEST = open_store(":memory:").schema


def insert(db: Database, table: str, **row: Any) -> None:
    """A row, as far as the table has such columns by now; what else it needs is empty."""
    empty: dict[str, Any] = {"TEXT": "", "INTEGER": 0, "REAL": 0.0, "BLOB": b""}
    held = {
        column.name: row.get(column.name, empty[column.type])
        for column in db.table(table).columns
        if column.name in row or (column.notnull and column.default_value is None and not column.is_pk)
    }
    db.table(table).insert(held)


def fill(db: Database, number: int) -> None:
    """A release of that number in two languages, its second wording, its removal, readings and what is owed."""
    if number == 1:
        for slug in ("economy", "moa"):
            insert(db, "agencies", slug=slug, name_kk="", name_ru="", name_en="", kind="ministry", followed=1)
    insert(
        db,
        "releases",
        id=number,
        source="gov.kz",
        source_id=str(900 + number),
        agency="economy",
        url="https://portal.example/entities/economy/1",
        published_at=AT,
        published_on="2026-07-13",
        published_precision="minute",
        published_raw=AT,
        first_seen_at=AT,
        last_seen_at=AT,
        status="listed",
        origin="crawl",
    )
    insert(
        db,
        "release_agencies",
        release_id=number,
        agency="economy",
        first_seen_at=AT,
        last_seen_at=AT,
        langs='["kk", "ru"]',
    )
    for place, (lang, said) in enumerate(WORDS.items()):
        edition = 2 * number - 1 + place
        digests = [f"{edition:016x}{wording:016x}" for wording in (1, 2)]
        for digest in digests:
            packed = zstandard.compress(f"{said} {digest}".encode())
            insert(db, "raw_items", digest=digest, received=digest, item=packed)
        insert(
            db,
            "editions",
            id=edition,
            release_id=number,
            lang=lang,
            title=said,
            text=f"{said}: 12 млрд.",
            html=f"<p>{said}: 12 млрд.</p>",
            published_at=AT,
            published_raw=AT,
            fingerprint="f2",
            digest=digests[1],
            revisions=2,
            first_seen_at=AT,
            updated_at=AT,
            ordered_at=AT,
            status="listed",
        )
        for wording in (1, 2):
            insert(
                db,
                "revisions",
                id=2 * edition - 2 + wording,
                edition_id=edition,
                number=wording,
                title=said,
                text=f"{said}: 21 млрд." if wording == 1 else None,
                fingerprint=f"f{wording}",
                seen_at=AT,
                parser=1,
                digest=digests[wording - 1],
                chain="",
            )


def journal(db: Database, number: int) -> None:
    """What was decided of the release of that number, and who is owed word of it."""
    for place, kind in enumerate(("published", "translated", "edited", "removed", "restored")):
        change = 5 * number - 4 + place
        revision = {"published": 4 * number - 3, "edited": 4 * number - 2}.get(kind)
        insert(
            db,
            "changes",
            id=change,
            uid=f"{change:08d}-0000-4000-8000-000000000000",
            at=AT,
            kind=kind,
            release_id=number,
            edition_id=2 * number - 1,
            revision_id=revision,
            weight="major",
            detail="{}",
            baseline=0,
            chain="",
        )
        insert(
            db,
            "deliveries",
            change_id=change,
            rules='["ереже"]',
            address_key="k",
            address_shown="mailto:a@example.kz",
            message_id=f"m{change}",
            state="sent",
            attempts=1,
            sent_at=AT,
        )


def readings(db: Database) -> None:
    """What was read and asked for."""
    for lang in WORDS:
        insert(db, "listings", agency="economy", lang=lang, route="rest", watermark=900, walked_at=AT)
        insert(
            db,
            "crawls",
            agency="economy",
            lang=lang,
            route="rest",
            started_at=AT,
            finished_at=AT,
            page=1,
            purpose="wide",
            outcome="items",
            listed=1,
            next_at=AT,
            reason="",
        )
    insert(
        db,
        "quarantine",
        agency="economy",
        lang="kk",
        source_id="77",
        digest="77",
        reason="күні жоқ",
        raw="{}",
        seen_at=AT,
    )


def as_file(db: Database) -> None:
    """Signs the database as the program of its schema did."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {len(migrations.applied(db))}")


def migrate(db: Database, *, before: str | None) -> None:
    """As a program did whose last migration is the one before that; None: as the newest does."""
    db.execute("BEGIN IMMEDIATE")
    migrations.apply(db, stop_before=before)
    as_file(db)
    db.execute("COMMIT")


def counts(db: Database) -> dict[str, int]:
    tables = (
        "agencies",
        "releases",
        "editions",
        "revisions",
        "changes",
        "deliveries",
        "crawls",
        "listings",
        "quarantine",
    )
    there = set(db.table_names())
    return {table: db.table(table).count for table in tables if table in there}


@pytest.fixture(scope="module")
def each_schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By the name of each migration a database of the schema before it, to which each until then has written."""
    folder, made = tmp_path_factory.mktemp("schemas"), {}
    path = folder / "growing.db"
    db = Database(sqlite3.connect(path, isolation_level=None))
    db.execute("PRAGMA synchronous = OFF")
    for number, name in enumerate(NAMES):
        migrate(db, before=name)
        if number:
            fill(db, number)
        if number > 1:
            journal(db, number)
        if number == 3:
            readings(db)
        made[name] = folder / f"{name}.db"
        db.conn.close()
        shutil.copy(path, made[name])
        db = Database(sqlite3.connect(path, isolation_level=None))
        db.execute("PRAGMA synchronous = OFF")
    db.conn.close()
    return made


@pytest.mark.parametrize(("name", "following"), list(zip(NAMES[1:], [*NAMES[2:], None], strict=True)))
def test_a_migration_keeps_what_the_schema_before_it_held(
    each_schema: dict[str, Path], tmp_path: Path, name: str, following: str | None
) -> None:
    path = tmp_path / "jarshy.db"
    shutil.copy(each_schema[name], path)
    db = Database(sqlite3.connect(path, isolation_level=None))
    db.execute("PRAGMA synchronous = OFF")
    held = counts(db)
    migrate(db, before=following)
    assert len(migrations.applied(db)) == NAMES.index(name) + 1
    assert counts(db).items() >= held.items()
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.conn.close()


@pytest.mark.parametrize("name", ["m003_readings", NAMES[-1]])
def test_an_older_database_is_brought_to_the_newest_schema_and_kept_as_it_was(
    each_schema: dict[str, Path], tmp_path: Path, name: str
) -> None:
    path = tmp_path / "jarshy.db"
    shutil.copy(each_schema[name], path)
    db = open_store(path)
    assert db.schema == NEWEST
    [kept] = [each for each in tmp_path.iterdir() if ".before-schema-" in each.name]
    assert kept.name == f"jarshy.db.before-schema-{len(NAMES)}"
    assert examine(kept).schema == NAMES.index(name)
    assert counts(db).items() >= counts(Database(kept)).items()
    db.conn.close()


def killed_before(statement: int, path: Path) -> bool:
    """Whether so many statements were made; before the next of them a process was killed that opened the database."""
    child = os.fork()
    if child == 0:
        left, connect = [statement], sqlite3.connect

        def kill(_statement: str) -> None:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def traced(*where: Any, **options: Any) -> sqlite3.Connection:
            connection = connect(*where, **options)
            connection.set_trace_callback(kill)
            return connection

        sqlite3.connect = traced  # type: ignore[assignment]
        open_store(path)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_killed_anywhere_in_its_migrations_it_is_as_it_was_and_takes_them_up_again(
    each_schema: dict[str, Path], tmp_path: Path
) -> None:
    before = each_schema["m027_places_in_feeds"]
    schema, statement, seen = NAMES.index("m027_places_in_feeds"), 0, set()
    path = tmp_path / "jarshy.db"
    while True:
        for each in tmp_path.iterdir():
            each.unlink()
        shutil.copy(before, path)
        if not killed_before(statement, path):
            break
        found = examine(path)
        assert found.schema in {schema, len(NAMES)}
        seen.add(found.schema)
        for kept in tmp_path.glob("jarshy.db.before-schema-*"):
            assert examine(kept).schema == schema
        if statement % 3 == 0:
            db = open_store(path)
            assert db.schema == NEWEST
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert db.table("releases").count == found.rows["releases"]
            db.conn.close()
        statement += 7 if statement < 60 else 36
    assert statement > 200
    assert schema in seen


def test_a_copy_is_kept_of_what_an_older_program_may_be_needed_for(
    each_schema: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "jarshy.db"
    shutil.copy(each_schema["m033_due"], path)
    (tmp_path / "jarshy.db.before-schema-7").write_bytes(b"of the time before")
    usage = shutil.disk_usage(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
        with pytest.raises(
            StoreError, match=r"schema \d+ is not altered, because it could not be kept: there is no room"
        ):
            open_store(path)
    with pytest.raises(StoreError, match="has an older schema"):
        open_reader(path)
    assert examine(path).schema == NAMES.index("m033_due")
    with caplog.at_level("INFO"):
        open_store(path).conn.close()
    assert "a copy is kept as" in caplog.text
    names = {each.name for each in tmp_path.iterdir()}
    assert names == {"jarshy.db", f"jarshy.db.before-schema-{len(NAMES)}"}
    open_store(path).conn.close()
    open_store(tmp_path / "new.db").conn.close()
    assert {each.name for each in tmp_path.iterdir()} == {*names, "new.db"}

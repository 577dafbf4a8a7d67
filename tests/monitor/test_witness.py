"""An older state of the database is noticed by what was noted beside it, and nothing else is taken for one."""

import resource
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store.backup import back_up
from monitor.store.database import Database, only_daemon, open_store
from monitor.store.soundness import find_damage, find_missing
from monitor.store.witness import Witness
from tests.filled import filled
from tests.monitor.desk import Desk


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """The database of a daemon that was killed when the newest change stood in the log alone."""
    path = tmp_path / "lived" / "jarshy.db"
    path.parent.mkdir()
    filled(path)
    db = open_store(path)
    Witness(path).note(*write(db, "жаңа"))
    for suffix in ("", "-wal", "-shm", ".newest"):
        shutil.copyfile(f"{path}{suffix}", tmp_path / f"jarshy.db{suffix}")
    db.close()
    return tmp_path / "jarshy.db"


def write(db: Database, said: str) -> tuple[int, str]:
    """One more change, of which only the id matters: how it is noted."""
    uid = said.encode("utf-8").hex()
    number = db.execute(
        "INSERT INTO changes (uid, at, kind, release_id, edition_id, weight) "
        "SELECT ?, at, kind, release_id, edition_id, weight FROM changes WHERE id = 1",
        [uid],
    ).lastrowid
    return int(number or 0), uid


def missing(path: Path) -> bool:
    """Whether the next daemon says that something is missing."""
    with only_daemon(path):
        db = open_store(path)
        said = find_missing(db, Witness(path).noted)
        db.close()
    assert said is None or said.startswith("The database is older than what was stored in it: change ")
    return said is not None


def test_a_daemon_that_was_killed_misses_nothing(killed: Path) -> None:
    assert not missing(killed)


def test_a_log_that_was_deleted_is_missed_by_the_next_start(killed: Path) -> None:
    killed.with_name("jarshy.db-wal").unlink()
    killed.with_name("jarshy.db-shm").write_bytes(b"\xa5" * 32768)
    assert missing(killed)
    assert find_damage(killed) is None


def test_a_change_that_came_under_the_number_of_one_that_is_missing_does_not_hide_it(killed: Path) -> None:
    killed.with_name("jarshy.db-wal").unlink()
    db = open_store(killed)
    write(db, "басқа")
    db.close()
    assert missing(killed)


def test_one_that_was_moved_away_after_a_clean_end_is_not_begun_anew_in_silence(
    killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(killed).close()
    assert not Path(f"{killed}-wal").exists()
    moved, copy = (killed.with_name(name) for name in ("moved.db", "copy.db"))
    back_up(killed, copy)
    killed.rename(moved)
    with pytest.raises(StoreError, match=r"jarshy\.db\.newest beside it says that there was one"):
        open_store(killed)
    monkeypatch.chdir(killed.parent)
    assert Desk(killed.parent).type("restore", copy.name).exit_code == 0
    assert not missing(killed)


def test_a_database_that_is_begun_anew_lacks_nothing(killed: Path) -> None:
    for suffix in ("", "-wal", "-shm", ".newest"):
        Path(f"{killed}{suffix}").unlink()
    assert not missing(killed)


def test_a_backup_that_somebody_wished_back_lacks_nothing(
    killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed.with_name("jarshy.db-wal").unlink()
    copy = killed.with_name("copy.db")
    back_up(killed, copy)
    assert missing(killed)
    monkeypatch.chdir(killed.parent)
    assert Desk(killed.parent).type("restore", copy.name).exit_code == 0
    assert not missing(killed)


def test_nor_does_one_whose_restore_was_interrupted_and_is_brought_to_its_end(killed: Path) -> None:
    killed.with_name("jarshy.db-wal").unlink()
    back_up(killed, killed.with_name("jarshy.db.restoring"))
    assert not missing(killed)


def test_a_note_that_cannot_be_written_trips_nobody_up(killed: Path) -> None:
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most[1]))  # as on a full disk
    try:
        Witness(killed).note(9000, "кейін".encode().hex())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert not missing(killed)


@pytest.mark.parametrize(
    "half", [b"", b"\xff\xfe", b"\0" * 58, b"000000", b"00000000000000000007 ", b"9" * 20 + b" c0ffee\n"]
)
def test_half_a_note_says_nothing(killed: Path, half: bytes) -> None:
    killed.with_name("jarshy.db-wal").unlink()
    killed.with_name("jarshy.db.newest").write_bytes(half)
    assert not missing(killed)


@pytest.mark.parametrize(
    ("deleted", "said"),
    [
        pytest.param(("-wal",), "The database is older than what was stored in it", id="the log"),
        pytest.param(("", "-wal", "-shm"), "beside it says that there was one", id="all of it"),
    ],
)
def test_a_daemon_says_so_when_it_starts(killed: Path, deleted: Sequence[str], said: str) -> None:
    for suffix in deleted:
        killed.with_name(f"jarshy.db{suffix}").unlink()
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that it ends by itself
        done = Desk(killed.parent).run("run", JARSHY_SERVER__PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert done.stderr.count(said) == 1


def test_a_log_that_was_deleted_before_any_of_it_went_to_the_file_is_missed(tmp_path: Path) -> None:
    lived, path = tmp_path / "lived.db", tmp_path / "jarshy.db"
    db = open_store(lived)
    shutil.copyfile(lived, path)  # a page without a table
    db.close()
    Witness(path).note(7, "c0ffee")
    noted = Witness(path).noted
    db = open_store(path)
    assert (find_missing(db, noted) or "").startswith(
        "The database holds no change, though change 7 was stored"
    )
    db.close()

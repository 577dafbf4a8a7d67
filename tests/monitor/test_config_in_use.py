"""Which configuration a daemon lives by is known beside it, and whether the file has changed since."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config_in_use import InUse, in_use, look_at, note
from monitor.errors import StoreError
from monitor.store.database import lock_of, only_daemon
from tests.monitor.desk import Desk

NOW = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)
SAID = "The configuration was read at 2026-07-13 09:00; "


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "баптау.toml"
    file.write_text('[schedule]\nlongest = "1h"\n', "utf-8")
    return file


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "jarshy.db"


def test_a_file_is_the_same_until_somebody_writes_it(file: Path, database: Path) -> None:
    with only_daemon(database):
        assert in_use(database) is None
        note(database, look_at(file, now=NOW))
        assert in_use(database) == InUse(file, NOW, has_changed=False)
        written = file.stat()
        file.write_text('[schedule]\nlongest = "30m"\n', "utf-8")
        os.utime(
            file, ns=(written.st_atime_ns, written.st_mtime_ns)
        )  # as a file that is put in its place may be
        assert in_use(database) == InUse(file, NOW, has_changed=True)
        note(database, look_at(file, now=NOW))
        os.utime(file, ns=(0, 0))
        assert in_use(database) == InUse(file, NOW, has_changed=True)
        file.unlink()
        assert in_use(database) == InUse(file, NOW, has_changed=True)
        note(database, None)
        assert in_use(database) is None
        assert lock_of(database).read_text("ascii") == f"{os.getpid()}\n"


def test_a_file_that_came_after_none_was_read_is_a_change(file: Path, database: Path) -> None:
    with only_daemon(database):
        file.unlink()
        note(database, look_at(file, now=NOW))
        assert in_use(database) == InUse(file, NOW, has_changed=False)
        file.write_text('[schedule]\nlongest = "1h"\n', "utf-8")
        assert in_use(database) == InUse(file, NOW, has_changed=True)


def test_a_file_in_a_folder_that_is_not_here_is_not_said_to_be_gone(tmp_path: Path, database: Path) -> None:
    file = tmp_path / "of the container" / "jarshy.toml"
    assert look_at(file, now=NOW) is None
    file.parent.mkdir()
    file.write_text("", "utf-8")
    with only_daemon(database):
        note(database, look_at(file, now=NOW))
        file.unlink()
        file.parent.rmdir()
        assert in_use(database) == InUse(file, NOW, has_changed=False)


def test_whoever_is_shut_out_is_told_the_process_and_nothing_of_the_note(file: Path, database: Path) -> None:
    with only_daemon(database):
        note(database, look_at(file, now=NOW))
        with pytest.raises(StoreError, match=rf"\(process {os.getpid()}\) already"), only_daemon(database):
            pytest.fail("there are two")
    with only_daemon(database):
        assert in_use(database) is None, "the next one has read nothing yet"


@pytest.mark.parametrize("written", ["", "7\n", "7\n{", '7\n{"file": "x"}\n', "7\n[1]\n", "7\nnull\n"])
def test_half_a_note_is_none(database: Path, written: str) -> None:
    lock_of(database).write_text(written, "utf-8")
    assert in_use(database) is None


def test_a_note_that_cannot_be_written_trips_nobody_up(
    file: Path, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lock_of(database).mkdir()
    note(database, look_at(file, now=NOW))
    assert "jarshy.db.lock cannot be written: Is a directory." in caplog.text


def test_status_says_that_the_file_has_changed_while_a_daemon_lives_by_it(file: Path, desk: Desk) -> None:
    desk.store().conn.close()
    with only_daemon(desk.database):
        note(desk.database, look_at(file, now=NOW))
        assert SAID not in desk.type("status", "--config", str(file)).stdout
        os.utime(file, ns=(0, 0))
        said = " ".join(desk.type("status", "--config", str(file)).stdout.split())
        assert f"{SAID}{file} has changed since. Send SIGHUP" in said
        assert "Nothing is wrong" not in said
    assert SAID not in desk.type("status").stdout


@pytest.mark.parametrize("ours", ["the built-in defaults", "jarshy.toml"])
def test_status_says_that_the_daemon_goes_by_another_file(file: Path, desk: Desk, ours: str) -> None:
    desk.store().conn.close()
    if ours == "jarshy.toml":
        desk.configure("")
    with only_daemon(desk.database):
        note(desk.database, look_at(file, now=NOW))
        said = " ".join(desk.type("status").stdout.split())
        assert f"The daemon goes by {file}, and what is said here by {ours}: name its file with" in said
        assert "Nothing is wrong" not in said

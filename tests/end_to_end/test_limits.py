"""One daemon on a small machine: few descriptors, little memory, a disk that is full, a file that goes under it."""

import resource
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.standin import Copy, Portal, Server
from tests.end_to_end.house import Daemon, eventually

DESCRIPTORS = 64
MEMORY = 256 * 1024 * 1024
"""Of data, in the daemon and in its worker; what is only mapped (programs, the database) is not counted in it."""

LARGEST = 64 * 1024
"""Bytes of a file where no disk can be filled: its log is shorter, the database and the database's log are longer."""


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


@contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """A disk of 20 MB at this place, where this user may have one; says whether."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None:
        yield False
        return
    of_ours = ["-t", "tmpfs", "-o", "size=20m", "none", str(place)]
    is_there = subprocess.run([mount, *of_ours], check=False, capture_output=True).returncode == 0
    try:
        yield is_there
    finally:
        if is_there:
            subprocess.run([umount, "--lazy", str(place)], check=True)


@pytest.fixture
def small(tmp_path: Path, standin: Server) -> Iterator[tuple[Daemon, bool]]:
    """The daemon, its history read, and whether its disk can be filled."""
    config = (
        f'[portal]\nbase_url = "{standin.base_url}"\nagencies = ["economy"]\nlanguages = ["ru"]\nroutes = ["rest"]\n'
        'requests_per_minute = 3000\ncontact = "tests"\n'
        '[schedule]\nshortest = "1s"\nlongest = "1s"\nconfirm = "3s"\n'
    )
    with small_disk(tmp_path) as is_small:
        daemon = Daemon(tmp_path, config)
        daemon.start(preexec_fn=limited)
        try:
            walked = "SELECT 1 FROM listings WHERE walked_at IS NOT NULL"
            eventually(lambda: daemon.rows(walked), "the history is read")
            yield daemon, is_small
        finally:
            daemon.end()


def publish(portal: Portal, title: str) -> None:
    copy = Copy(title=title, paragraphs=(f"{title}.",))
    portal.publish("economy", {"ru": copy}, when=datetime.now(UTC) - timedelta(hours=1))


def comes(daemon: Daemon, title: str) -> None:
    eventually(lambda: daemon.rows("SELECT 1 FROM editions WHERE title = ?", title), f"«{title}» is stored")


def said(daemon: Daemon, words: str) -> int:
    return daemon.log.read_text("utf-8").count(words)


@contextmanager
def full(daemon: Daemon, *, is_small: bool) -> Iterator[None]:
    """No file of the daemon can grow: its disk is full, or where none can be filled its files are limited."""
    assert daemon.process is not None
    if is_small:
        ballast = daemon.folder / "ballast"
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while True:
                file.write(b"x" * 65536)
        yield
        ballast.unlink()
        return
    before = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (LARGEST, before[1]))
    yield
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, before)


def test_a_daemon_at_its_limits_refuses_readers_first_waits_for_room_and_writes_into_no_file_that_went(
    small: tuple[Daemon, bool], portal: Portal
) -> None:
    daemon, is_small = small
    assert daemon.process is not None

    # A hundred readers, of whom none says anything, and 64 descriptors: the monitor goes on, and so does who asks.
    with ExitStack() as readers:
        for _ in range(100):
            readers.enter_context(socket.create_connection(("127.0.0.1", daemon.port), 10))
        publish(portal, "При ста читателях")
        comes(daemon, "При ста читателях")
    eventually(lambda: daemon.answers("/feeds/all.atom"), "who asks is answered")
    assert said(daemon, "readers are connected at once") == 1
    assert said(daemon, "Traceback") == 0

    # The disk is full for as long as three readings would take.
    with full(daemon, is_small=is_small):
        publish(portal, "Места нет")
        eventually(lambda: said(daemon, "What was read is not lost"), "it is said that there is no room")
        asked, end = len(portal.requests), time.monotonic() + 3
        eventually(
            lambda: not daemon.answers("/feeds/all.atom") or time.monotonic() > end, "three readings' time"
        )
        assert daemon.answers("/feeds/all.atom")
        assert len(portal.requests) - asked <= 1  # one was on its way
        assert not daemon.rows("SELECT 1 FROM editions WHERE title = 'Места нет'")
    comes(daemon, "Места нет")
    eventually(lambda: said(daemon, "What is read is stored again") == 1, "it is said that it goes on")
    assert said(daemon, "What was read is not lost") == 1
    assert daemon.rows("SELECT count(*) FROM changes WHERE kind = 'published' AND baseline = 0") == [(2,)]

    # Somebody puts another file in its place: nothing more is written, and that is said once.
    database, away = daemon.folder / "jarshy.db", daemon.folder / "away.db"
    database.rename(away)
    shutil.copyfile(away, database)
    eventually(lambda: said(daemon, "was moved, deleted or replaced while it was in use"), "it is noticed")
    asked = len(portal.requests)
    assert daemon.answers("/healthz")
    assert daemon.stop() == 0
    assert len(portal.requests) - asked <= 1
    assert said(daemon, "was moved, deleted or replaced while it was in use") == 1
    assert said(daemon, "Traceback") == 0

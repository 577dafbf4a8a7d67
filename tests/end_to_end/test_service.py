"""The daemon as systemd has it: what it tells its supervisor from its start to its end, and the unit itself."""

import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.config_sources import DEFAULT_FILE
from tests.end_to_end.house import Daemon, eventually

UNIT = Path(__file__).resolve().parents[2] / "examples" / "jarshy.service"
EXPOSURE = 20
"""Tenths, of what `systemd-analyze security` says at most: what it calls «OK» ends at 50."""

HELD_UP = """
import os, pathlib, signal, time

def hold_up(*_):  # in the main thread, and so within the loop, as a call that does not come back would
    pathlib.Path(os.environ["HELD"]).touch()
    time.sleep(1.8)

signal.signal(signal.SIGUSR1, hold_up)
"""
"""A sitecustomize that lets a signal hold up the loop."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed (apt install systemd)"
)


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket of a supervisor that waits for a watchdog's beat within a second."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "1000000")
        yield supervisor


def test_a_supervisor_hears_of_the_start_the_beats_and_the_end(
    daemon: Callable[..., Daemon],
    supervisor: socket.socket,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "sitecustomize.py").write_text(HELD_UP, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("HELD", str(tmp_path / "held"))
    running = daemon(cold=True)
    heard = Heard(supervisor)
    heard.until("READY=1")
    heard.until("WATCHDOG=1")
    assert running.process is not None

    running.process.send_signal(signal.SIGUSR1)
    eventually((tmp_path / "held").exists, "the loop is held up")
    heard.all_so_far()
    supervisor.settimeout(1.2)
    with pytest.raises(TimeoutError):  # more than twice as long as between two beats
        supervisor.recv(4096)
    heard.until("WATCHDOG=1")  # it turns again

    eventually(lambda: running.get("/readyz")[0] == 200, "the daemon does its work")
    assert running.get("/healthz")[1].startswith(b"Alive.\n")

    heard.all_so_far()
    running.process.send_signal(signal.SIGHUP)
    for wanted in ("RELOADING=1", "READY=1"):
        heard.until(wanted)
    assert running.stop() == 0
    heard.until("STOPPING=1")


class Heard:
    """What came to the socket."""

    def __init__(self, supervisor: socket.socket) -> None:
        self._socket = supervisor

    def until(self, wanted: str) -> None:
        """Waits for a message with a line that begins so."""
        self._socket.settimeout(15)
        while not any(line.startswith(wanted) for line in self._socket.recv(4096).decode().split("\n")):
            pass

    def all_so_far(self) -> None:
        """Leaves nothing behind of what has come."""
        self._socket.settimeout(0)
        try:
            while self._socket.recv(4096):
                pass
        except BlockingIOError:
            return


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program in it that there is here."""
    text = re.sub(
        r"^ExecStart=\S+", f"ExecStart={sys.executable}", UNIT.read_text("utf-8"), flags=re.MULTILINE
    )
    (tmp_path / UNIT.name).write_text(text, "utf-8")
    return tmp_path / UNIT.name


@needs_systemd
def test_systemd_understands_every_line_of_the_unit(unit: Path) -> None:
    said = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)  # noqa: S607
    assert (said.returncode, said.stderr) == (0, "")


@needs_systemd
def test_the_unit_lets_the_daemon_do_little_else_than_its_work(unit: Path) -> None:
    words = [
        "systemd-analyze",
        "security",
        "--offline=yes",
        f"--threshold={EXPOSURE}",
        "--no-pager",
        str(unit),
    ]
    said = subprocess.run(words, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout


def test_the_unit_runs_the_command_that_there_is() -> None:
    text = UNIT.read_text("utf-8")
    assert "Type=notify\n" in text
    assert f"/jarshy run --config /etc/jarshy/{DEFAULT_FILE}\n" in text


def test_the_unit_leaves_in_proc_what_is_read_there() -> None:
    # With ProcSubset=pid there is no /proc/stat and no /proc/sys: the metrics of both processes vanish without a
    # word, and the ledger cannot tell that the machine was started anew.
    assert not re.search(r"^#?\s*ProcSubset=", UNIT.read_text("utf-8"), re.MULTILINE)

"""An optional check of its own: examples/jarshy.service under a true systemd, in a container that boots.

    python tests/check_service.py              about three minutes, as root; «skipped» where a tool is missing

Debian is made by debootstrap; Jarshy is installed there as the head of the unit says. The portal that it reads is the
stand-in on this machine's loopback. The daemon is read, reloaded with a sound and with an unsound configuration, held
still until the watchdog comes, killed, and stopped.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crawler.standin import Portal, populate, serve  # noqa: E402
from tests.container_image import attempt, packages, run, show  # noqa: E402
from tests.end_to_end.house import free_port  # noqa: E402

TOOLS = ("debootstrap", "systemd-nspawn", "nsenter", "git")
UNIT = "jarshy.service"
CONFIG = "etc/jarshy/jarshy.toml"
BOOTS_WITHIN, ACTS_WITHIN, STOPS_WITHIN = 60.0, 60.0, 10.0
WATCHDOG = 10
"""Seconds in place of minutes, so that somebody may wait for it."""
HARDER = f"[Service]\nWatchdogSec={WATCHDOG}s\nRestartSec=2s\n"
MOST_EXPOSED = 2.0
"""By `systemd-analyze security`, of ten."""


def main() -> int:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return _skip(
            f"needs {', '.join(missing)}; on Debian: apt-get install debootstrap systemd-container git"
        )
    if os.geteuid() != 0:
        return _skip("debootstrap and a container that boots need root")
    with tempfile.TemporaryDirectory(prefix="jarshy-service-") as scratch:
        tree = Path(scratch) / "tree"
        portal = Portal()
        populate(portal, ("economy", "almaty"), 50, ("kk", "ru"), until=datetime.now(UTC) - timedelta(days=1))
        try:
            with serve(portal) as there:
                port = free_port()
                _install(Path(scratch), tree, there.base_url, port)
                with _booted(tree) as machine:
                    _check(machine, tree, port)
        except subprocess.CalledProcessError as error:
            print(f"service: failed: {error.cmd[0]} {error.cmd[1]} ended with {error.returncode}")
            return 1
        except AssertionError as error:
            print(f"service: failed: {error}")
            return 1
    print("service: passed")
    return 0


def _skip(reason: str) -> int:
    print(f"service: skipped: {reason}")
    return 0


def _install(scratch: Path, tree: Path, portal: str, port: int) -> None:
    """Follows the head of the unit."""
    _say("making Debian with debootstrap")
    wanted = "systemd,dbus,python3,python3-venv,ca-certificates,procps"
    run("debootstrap", "--variant=minbase", f"--include={wanted}", "bookworm", str(tree))
    _say("installing Jarshy")
    run("git", "clone", "--quiet", str(ROOT), str(tree / "srv/jarshy"))
    mounts = [f"--bind-ro={path}:{inside}" for path, inside in packages(scratch)]
    for command in (
        "useradd --system --home-dir /var/lib/jarshy --shell /usr/sbin/nologin jarshy",
        "install -d -m 750 -o jarshy -g jarshy /var/lib/jarshy",
        "python3 -m venv /opt/jarshy",
        "/opt/jarshy/bin/pip install --quiet /srv/jarshy",
        "install -D -m 644 /srv/jarshy/examples/jarshy.service /etc/systemd/system/jarshy.service",
        "install -d -m 750 -g jarshy /etc/jarshy",
    ):
        run(
            "systemd-nspawn",
            "--quiet",
            "--register=no",
            "--keep-unit",
            f"--directory={tree}",
            *mounts,
            *command.split(),
        )
    _configure(tree, portal, port, longest="20s")
    run(
        "systemd-nspawn",
        "--quiet",
        "--register=no",
        "--keep-unit",
        f"--directory={tree}",
        "systemctl",
        "enable",
        UNIT,
    )
    harder = tree / f"etc/systemd/system/{UNIT}.d/watchdog.conf"
    harder.parent.mkdir()
    harder.write_text(HARDER, "ascii")


def _configure(tree: Path, portal: str, port: int, *, longest: str) -> None:
    (tree / CONFIG).write_text(
        f'[portal]\nagencies = ["economy", "almaty"]\nlanguages = ["kk", "ru"]\nbase_url = "{portal}"\n'
        f'requests_per_minute = 600\ncontact = "tests"\n[schedule]\nshortest = "5s"\nlongest = "{longest}"\n'
        f"[server]\nport = {port}\n",
        "utf-8",
    )


class Machine:
    """The container, from outside."""

    def __init__(self, first: int) -> None:
        self._enter = ("nsenter", "--target", str(first), "--mount", "--uts", "--ipc", "--pid")

    def does(self, *command: str) -> str:
        """Runs a command in there; what it printed."""
        return run(*self._enter, *command)

    def tries(self, *command: str) -> subprocess.CompletedProcess[str]:
        """The same of one that may fail."""
        return attempt(*self._enter, *command)

    def property(self, name: str) -> str:
        """Of the unit."""
        return self.does("systemctl", "show", "--property", name, "--value", UNIT)

    def log(self, last: int) -> str:
        """The end of the unit's journal."""
        return self.does("journalctl", "--unit", UNIT, "--no-pager", "--output", "cat", "--lines", str(last))

    def signal(self, name: str) -> None:
        """To the daemon itself."""
        self.does("kill", f"-{name}", self.property("MainPID"))


@contextmanager
def _booted(tree: Path) -> Iterator[Machine]:
    command = ("systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", f"--directory={tree}")
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as outside:
        try:
            children = Path(f"/proc/{outside.pid}/task/{outside.pid}/children")
            _wait(lambda: bool(children.read_text().split()), "the container begins", BOOTS_WITHIN)
            machine = Machine(int(children.read_text().split()[0]))
            _wait(lambda: _is_active(machine), "systemd calls the daemon ready", BOOTS_WITHIN)
            yield machine
            machine.tries("systemctl", "poweroff")
            outside.wait(BOOTS_WITHIN)
        finally:
            outside.kill()


def _check(machine: Machine, tree: Path, port: int) -> None:
    try:
        _is_ready(machine, port)
        _is_confined(machine)
        _reloads(machine, tree)
        _is_watched(machine)
        _is_restarted(machine)
        _stops(machine)
        _leaves_an_unsound_configuration_alone(machine, tree)
    except AssertionError:
        show(machine.tries("journalctl", "--unit", UNIT, "--no-pager", "--lines", "15"))
        raise


def _is_ready(machine: Machine, port: int) -> None:
    def says() -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    _wait(lambda: says().startswith("Ready"), "a listing is read", ACTS_WITHIN)
    assert "Watching 2 agencies" in machine.property("StatusText"), machine.property("StatusText")
    _say("systemd was told that it is ready, and what it watches")


def _is_confined(machine: Machine) -> None:
    pid = machine.property("MainPID")
    for place in ("/etc/x", "/opt/jarshy/x", "/srv/x"):
        refused = machine.tries("nsenter", "--target", pid, "--mount", "touch", place)
        assert "Read-only" in refused.stderr, f"{place} can be written: {refused.stderr}"
    last = machine.does("systemd-analyze", "security", UNIT, "--no-pager").splitlines()[-1]
    exposed = float(next(word for word in last.split() if word[0].isdigit()))
    assert exposed < MOST_EXPOSED, last
    _say(f"nothing outside of its folder can be written; exposure {exposed}")


def _reloads(machine: Machine, tree: Path) -> None:
    file, pid = tree / CONFIG, machine.property("MainPID")
    sound = file.read_text("utf-8")
    file.write_text(sound.replace('longest = "20s"', 'longest = "30s"'), "utf-8")
    machine.does("systemctl", "reload", UNIT)
    _wait(lambda: "longest 20s -> 30s" in machine.log(8), "the change is taken", ACTS_WITHIN)
    file.write_text(sound.replace("longest", "longst"), "utf-8")
    machine.does("systemctl", "reload", UNIT)
    _wait(lambda: "did you mean: longest?" in machine.log(8), "the unsound one is refused", ACTS_WITHIN)
    file.write_text(sound, "utf-8")
    assert _is_active(machine)
    assert machine.property("MainPID") == pid, "it was started anew"
    _say("reload took a change, refused a typing error, and went on")


def _is_watched(machine: Machine) -> None:
    before = int(machine.property("NRestarts"))
    began = time.monotonic()
    machine.signal("STOP")
    _wait(lambda: int(machine.property("NRestarts")) > before, "the watchdog comes", ACTS_WITHIN)
    took = time.monotonic() - began
    _wait(lambda: _is_active(machine), "it runs again", ACTS_WITHIN)
    assert "Watchdog timeout" in machine.log(60)
    assert _workers(machine) <= 1, "the worker of before was left behind"
    _say(f"held still, it was started anew after {took:.0f} s (watchdog {WATCHDOG} s, pause 2 s)")


def _is_restarted(machine: Machine) -> None:
    before = int(machine.property("NRestarts"))
    machine.signal("KILL")
    _wait(lambda: int(machine.property("NRestarts")) > before, "systemd notices", ACTS_WITHIN)
    _wait(lambda: _is_active(machine), "it runs again", ACTS_WITHIN)
    assert _workers(machine) <= 1, "the worker of before was left behind"
    _say("killed, it was started anew")


def _stops(machine: Machine) -> None:
    _wait(lambda: _workers(machine) == 1, "its worker reads", ACTS_WITHIN)
    began = time.monotonic()
    machine.does("systemctl", "stop", UNIT)
    took = time.monotonic() - began
    assert took < STOPS_WITHIN, f"it took {took:.0f} s to stop"
    assert machine.property("Result") == "success"
    assert _workers(machine) == 0
    assert "Ended; everything is stored." in machine.log(6)
    _say(f"stopped after {took:.1f} s, with all that it had started")


def _leaves_an_unsound_configuration_alone(machine: Machine, tree: Path) -> None:
    file = tree / CONFIG
    sound = file.read_text("utf-8")
    file.write_text(sound.replace("longest", "longst"), "utf-8")
    assert machine.tries("systemctl", "start", UNIT).returncode != 0
    _wait(lambda: machine.property("ActiveState") == "failed", "systemd gives up", ACTS_WITHIN)
    assert machine.property("ExecMainStatus") == "2"
    file.write_text(sound, "utf-8")
    machine.does("systemctl", "start", UNIT)
    assert _is_active(machine)
    _say("an unsound configuration was tried once and no more; put right, it starts")


def _is_active(machine: Machine) -> bool:
    return machine.tries("systemctl", "is-active", UNIT).stdout.strip() == "active"


def _workers(machine: Machine) -> int:
    return machine.does("ps", "-eo", "args").count("-m crawler ")


def _wait(truth: Callable[[], bool], what: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.2)  # other processes act


def _say(what: str) -> None:
    print(f"service: {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

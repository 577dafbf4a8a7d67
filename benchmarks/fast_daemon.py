"""`jarshy run` as a process of its own, which may be killed at any moment and started again."""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LANGS = ("kk", "ru", "en")
_CONFIG = """
[database]
path = "{folder}/days.db"
[portal]
base_url = "{base_url}"
agencies = {agencies}
languages = {langs}
requests_per_minute = {plan.per_minute}
contact = "benchmark"
history = "{plan.history}"
[schedule]
shortest = "{plan.shortest}"
longest = "{plan.longest}"
confirm = "{plan.confirm}"
per_day = {plan.per_day}
[server]
port = 0
"""
_FAREWELL = 5.0
"""Seconds, by the true clock, that it may take to end."""
_PROGRAM = "from jarshy import main; main()"


@dataclass(frozen=True, slots=True)
class Plan:
    """The part of its configuration that decides when it reads; durations as they are written there."""

    per_day: int
    per_minute: float
    shortest: str
    longest: str
    history: str
    confirm: str = "1h"


class Daemon:
    """Started by `daemon`."""

    def __init__(self, folder: Path, *, speed: float) -> None:
        self.database, self.log = folder / "days.db", folder / "days.log"
        self._folder = folder
        self.speed = speed
        self._process = self._started()

    def look(self) -> None:
        """Raises RuntimeError, with the end of its log, where it has ended by itself."""
        if self._process.poll() is not None:
            raise RuntimeError(f"the daemon ended:\n{self.log.read_text()[-2000:]}")

    def kill_and_start(self) -> None:
        """Ends it as a power cut would, and starts it again at once."""
        self.kill()
        self.start()

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._process.kill()
        self._process.wait()

    def start(self) -> None:
        """Begins another life."""
        self._process = self._started()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def stop(self) -> None:
        """Asks it to end and waits until it has; one that does not is killed. A second call does nothing."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_FAREWELL * self.speed)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _started(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-P", "-c", _PROGRAM, "run", "--config", "jarshy.toml"]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)


@contextmanager
def daemon(
    base_url: str, agencies: Sequence[str], plan: Plan, *, speed: float, alerts: str = ""
) -> Iterator[Daemon]:
    """One that reads this portal; it ends with the block, and its folder goes. `speed`: of the clock.

    `alerts`: the end of its configuration, as it is written there.
    """
    with tempfile.TemporaryDirectory(prefix="jarshy-days-") as name:
        folder = Path(name)
        config = _CONFIG.format(
            folder=folder,
            base_url=base_url,
            agencies=json.dumps(agencies),
            langs=json.dumps(LANGS),
            plan=plan,
        )
        folder.joinpath("jarshy.toml").write_text(config + alerts, encoding="utf-8")
        running = Daemon(folder, speed=speed)
        try:
            yield running
        finally:
            running.stop()

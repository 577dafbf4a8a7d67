"""Daemons that are killed and a `try` beside them: the portal counts one guest, who keeps the pace."""

import os
import signal
import subprocess
from collections.abc import Callable
from itertools import pairwise

import pytest

from crawler.ledger import beside, look
from crawler.standin import Portal
from tests.end_to_end.house import JARSHY, Daemon, eventually

PACE = 0.3


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every process of the test keeps the same pace."""
    monkeypatch.setenv("JARSHY_PORTAL__REQUESTS_PER_MINUTE", str(60 / PACE))


@pytest.mark.usefixtures("slowly")
def test_a_daemon_that_is_killed_in_mid_request_and_started_at_once_stays_one_guest(
    daemon: Callable[[], Daemon], portal: Portal
) -> None:
    house = daemon()
    eventually(lambda: len(portal.requests) >= 4, "the daemon reads")
    slow = portal.misbehave("delay", times=1, seconds=2.0)
    eventually(lambda: slow.shown == 1, "a request is in flight")
    assert house.process is not None
    os.kill(house.process.pid, signal.SIGKILL)  # its worker is an orphan now, and waits for its answer
    house.process.wait()
    before = len(portal.requests)
    house.start()
    tried = subprocess.run(
        [JARSHY, "try", "economy", "--config", "jarshy.toml"],
        cwd=house.folder,
        capture_output=True,
        timeout=60,
    )
    assert tried.returncode == 0, tried.stderr.decode()
    eventually(lambda: len(portal.requests) >= before + 6, "the new daemon reads")
    house.stop()
    assert portal.most_in_flight == 1
    assert min(later.at - earlier.at for earlier, later in pairwise(portal.requests)) >= PACE
    entry = look(beside(house.folder / "jarshy.db"))
    assert entry is not None
    assert sum(entry.days.values()) == len(portal.requests)

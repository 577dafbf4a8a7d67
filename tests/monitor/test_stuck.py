"""A daemon whose loop stands still ends by itself and says where it stood; one that lives does not."""

import fcntl
import logging
import os
import subprocess
import sys
import threading

import pytest

from monitor.pulse import Pulse
from monitor.stuck import ended_when_stuck

HELD_UP = """
import logging, threading
from monitor.pulse import Pulse
from monitor.stuck import ended_when_stuck

def reads_a_disk_that_does_not_answer():
    threading.Event().wait()

logging.basicConfig()
with ended_when_stuck(Pulse(), looks=3, every=0.01):
    reads_a_disk_that_does_not_answer()
"""
HELD_UP_BY_ITS_LOG = """
import logging
from monitor import logs, stuck
from monitor.pulse import Pulse

stuck.FAREWELL = 0.1
logs.for_daemon("json", "info")
with stuck.ended_when_stuck(Pulse(), looks=3, every=0.05):
    while True:
        logging.getLogger("jarshy").warning("x" * 10_000)
"""


def test_a_loop_that_stands_still_ends_the_process_and_the_log_says_where() -> None:
    done = subprocess.run([sys.executable, "-c", HELD_UP], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "The loop of the daemon has stood still" in done.stderr
    assert "reads_a_disk_that_does_not_answer" in done.stderr


def test_one_that_is_held_up_by_its_own_log_ends_too() -> None:
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
    held = subprocess.Popen([sys.executable, "-c", HELD_UP_BY_ITS_LOG], stderr=write)
    try:
        assert held.wait(60) == 1
    finally:
        held.kill()
        os.close(read)
        os.close(write)


def test_as_long_as_the_pulse_beats_nothing_ends(caplog: pytest.LogCaptureFixture) -> None:
    """The pulse beats at each look but the third, and then no more."""
    looks, ended = 0, threading.Event()

    class Beating(Pulse):
        @property
        def beat_at(self) -> float:
            nonlocal looks
            looks += 1
            return min(looks, 50) - (looks == 3)

    caplog.set_level(logging.CRITICAL)
    with ended_when_stuck(Beating(), looks=20, every=0.001, end=lambda code: ended.set()):
        assert ended.wait(60)
    assert looks == 50 + 20
    assert len(caplog.records) == 1


def test_whoever_ends_in_order_is_left_alone() -> None:
    ended: list[int] = []
    with ended_when_stuck(Pulse(), looks=1000, every=0.001, end=ended.append):
        watching = [each for each in threading.enumerate() if each.name == "stuck"]
        assert len(watching) == 1
    watching[0].join(60)
    assert not watching[0].is_alive()
    assert ended == []

"""The commands that kill find nothing lost and nothing twice, tried small; they are run in full by hand."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent


def run(command: str, *arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, TESTS / command, *arguments], capture_output=True, text=True, timeout=240
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_a_daemon_that_is_killed_at_random_moments_tells_everybody_once(tmp_path: Path) -> None:
    said = run("crash_alerts.py", "--kills", "3", "--life", "4", "--seed", "5", "--folder", str(tmp_path))
    told = dict(re.findall(r"^(all|some|mail|chat) +(\d[\d ]+)$", said, re.MULTILINE))
    for name in ("all", "mail"):
        deliveries, messages, folded, came, *_ = map(int, told[name].split())
        assert deliveries >= messages + folded
        assert came >= messages > 0
    assert re.search(r"^3 kills, [1-9]\d* changes", said, re.MULTILINE)
    assert said.endswith("0 faults\n")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_run_that_ends_at_any_system_call_tells_everybody_once() -> None:
    said = run("crash_points.py", "--points", "8", "--seed", "2")
    counted = {call: int(n) for n, call in re.findall(r"(\d+) (\w+)", said.splitlines()[0])}
    assert min(counted["pwrite64"], counted["fdatasync"], counted["sendto"]) > 10
    assert re.search(r"^8 points in .* 0 faults$", said, re.MULTILINE)

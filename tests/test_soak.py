"""Minutes of the soak, as CI runs it: faults, kills and news all the time, and nothing is lost or doubled.

JARSHY_SOAK_MINUTES says how many; without it the soak is left to `tests/soak.py`, which takes an hour.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fast_clock import library

MINUTES = float(os.environ.get("JARSHY_SOAK_MINUTES", "0"))
SPEED = 240
"""Half of what a machine can do that does nothing else: the other tests run beside it."""
SETTLES_WITHIN = 900
"""Seconds besides: the first readings, and until nothing is owed."""

pytestmark = [
    pytest.mark.skipif(not MINUTES, reason="takes minutes; JARSHY_SOAK_MINUTES=10 runs it"),
    pytest.mark.skipif(library() is None, reason="libfaketime is not installed (apt install libfaketime)"),
]


@pytest.fixture(scope="module")
def soak(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the soak found, by its own names."""
    folder = tmp_path_factory.mktemp("soak")
    command = [sys.executable, "tests/soak.py", "--minutes", str(MINUTES), "--speed", str(SPEED), "--json"]
    ran = subprocess.run(
        command,
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60 * MINUTES + SETTLES_WITHIN,
    )
    assert ran.stdout, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_nothing_is_lost_invented_or_doubled(soak: dict[str, Any]) -> None:
    assert soak["differences"] == []


def test_it_lived_through_kills_faults_and_news(soak: dict[str, Any]) -> None:
    assert soak["kills"] >= MINUTES / 2
    assert len(soak["faults"]) >= 10
    assert soak["acts"].keys() == {"publish", "edit", "translate", "remove", "restore"}
    assert soak["changes"].keys() >= {"published", "translated", "edited", "removed", "restored"}


def test_descriptors_stay_what_they_were(soak: dict[str, Any]) -> None:
    lives = [life["descriptors"] for life in soak["footprints"] if life["processes"] > 1]
    third = max(1, len(lives) // 3)
    assert statistics.median(lives[-third:]) <= statistics.median(lives[:third]) + 2

"""What several tests of the monitor are given."""

from pathlib import Path

import pytest

from tests.monitor.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk in an empty folder, which is also where this process stands."""
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)

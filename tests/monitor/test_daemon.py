"""The rooms of a daemon by themselves, where what lies around them is held still."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import daemon
from monitor.config import Config
from monitor.errors import StoreError
from monitor.lifetime import Lifetime
from monitor.mentions import Mentions
from monitor.metrics import Metrics
from monitor.pulse import Pulse
from monitor.store.database import open_store

FULL = "the database cannot be used: database or disk is full"


async def test_a_daemon_is_ready_again_once_what_is_owed_can_be_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in quiet hours, when no reading comes that would say so."""
    pulse, owed, stop, known = Pulse(), asyncio.Event(), asyncio.Event(), []

    async def dispatch(*_: Any, **__: Any) -> None:
        known.append(pulse.signs().store)
        if len(known) == 1:
            raise StoreError(FULL)
        asyncio.get_running_loop().call_soon(stop.set)
        owed.set()

    monkeypatch.setattr(daemon, "dispatch", dispatch)
    monkeypatch.setattr(daemon, "TROUBLE_PAUSE", timedelta())
    telling = daemon._tell(
        open_store(tmp_path / "jarshy.db"),
        Config(),
        owed,
        stop,
        lambda: datetime.now(UTC),
        on_gave_up=lambda *_: None,
        metrics=Metrics(),
        pulse=pulse,
        mentions=Mentions(),
    )
    await asyncio.wait_for(telling, 5)
    assert known == ["", FULL]
    assert pulse.signs().store == ""


async def test_a_trouble_of_telling_that_ends_while_the_configuration_is_read_anew_is_said_to_be_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    db, lifetime = open_store(tmp_path / "jarshy.db"), Lifetime(datetime.now(UTC))
    config = Config.model_validate({"portal": {"base_url": "http://127.0.0.1:1", "agencies": ["economy"]}})
    for is_full in (True, False):
        stop = asyncio.Event()

        async def dispatch(*_: Any, is_full: bool = is_full, stop: asyncio.Event = stop, **__: Any) -> None:
            stop.set()
            if is_full:
                raise StoreError(FULL)

        monkeypatch.setattr(daemon, "dispatch", dispatch)
        life = daemon.watch_over(db, config, stop=stop, now=lambda: datetime.now(UTC), lifetime=lifetime)
        await asyncio.wait_for(life, 10)
    said = [record.getMessage() for record in caplog.records if record.name == "jarshy.daemon"]
    assert said[0].startswith(f"{FULL}. What is owed stays owed.")
    assert said[1].startswith("What is owed is sent again, after ")

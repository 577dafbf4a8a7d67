"""Real receivers on loopback that are busy, broken, slow, gone for hours or hostile: each line for itself."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.channels import open_channels
from monitor.checkup import Checkup
from monitor.daemon import _tell
from monitor.mentions import Mentions
from monitor.metrics import Metrics
from monitor.pulse import Pulse
from monitor.store.database import open_store
from tests.monitor.owing import START, Newsroom, rule, whole
from tests.monitor.receivers import (
    CLOSES_AFTER_TAKING,
    CLOSES_BEFORE_TAKING,
    Answer,
    Receivers,
    hangs,
    receivers,
    too_many,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def there() -> AsyncIterator[Receivers]:
    async with receivers() as there:
        yield there


def mail_to(there: Receivers, *people: str) -> str:
    return f"mailto://127.0.0.1:{there.mail.port}?from=a@b.kz&to={','.join(people)}"


def opened(there: Receivers, room: Newsroom) -> Any:
    return open_channels(["webhook", "mail", "telegram"], now=room.clock, telegram=there.bot.base)


def numbers(there: Receivers, path: str) -> list[int]:
    """Of the releases that a path of the webhook took, in order, each once."""
    taken = [message for message in there.hook.taken if message.to == path]
    once = dict.fromkeys((message.id, message.json["release"]["source_id"]) for message in taken)
    return [int(number) - 900000 for _, number in once]


async def test_busy_broken_and_closed_receivers_get_everything_once_and_in_order(there: Receivers) -> None:
    room = Newsroom()
    there.hook.next(too_many(30), Answer(500), CLOSES_AFTER_TAKING, to="/bad")
    there.hook.next(CLOSES_BEFORE_TAKING, Answer(503), to="/worse")
    room.alerts = [rule(to=[there.hook.url("/good"), there.hook.url("/bad"), there.hook.url("/worse")])]
    room.publish(1, 2, 3)
    async with opened(there, room) as channels:
        first = await room.dispatch(channels)
        assert first == START + timedelta(seconds=5)
        assert (numbers(there, "/good"), numbers(there, "/bad")) == ([1, 2, 3], [])
        await room.live(channels, 25 * timedelta(seconds=1))
        assert len([each for each in there.hook.received if each.to == "/bad"]) == 1, (
            "429 asked for 30 seconds"
        )
        await room.live(channels, 10 * MINUTE)
    assert numbers(there, "/bad") == numbers(there, "/worse") == [1, 2, 3]
    first_id = whole(room.db)[1]["message_id"]
    assert there.hook.repeats == {("/bad", first_id): 1}, (
        "only what closed after taking was taken twice, under one key"
    )
    assert room.states() == {"sent": 9}
    assert whole(room.db)[0]["answer"].startswith("HTTP 200")


async def test_six_hours_down_one_refused_for_good_and_nobody_else_waits(there: Receivers) -> None:
    room = Newsroom()
    there.mail.always(Answer(550, "no such user"), to="gone@c.kz", at="RCPT")
    room.alerts = [
        rule("people", to=[mail_to(there, "desk@c.kz", "gone@c.kz"), "tgram://1:planted/77"], lang="kk"),
        rule("programs", to=[there.hook.url("/hook")]),
    ]
    gave_up: list[str] = []
    async with opened(there, room) as channels:
        await there.mail.down()
        for number in range(1, 7):
            room.publish(number)
            await room.live(channels, HOUR)
        assert numbers(there, "/hook") == [1, 2, 3, 4, 5, 6]
        assert len(there.bot.taken) == 6
        await there.mail.up()
        await room.live(
            channels, 6 * HOUR, on_gave_up=lambda _db, message, _now: gave_up.append(message.address_shown)
        )
    told = [message.mail["Subject"] for message in there.mail.taken]
    assert len(told) == len(set(there.mail.ids)) == 6
    assert [f"Өңір {number} kk" in subject for number, subject in enumerate(told, start=1)] == [True] * 6
    assert room.states() == {"sent": 18, "failed": 6}
    assert set(gave_up) == {whole(room.db)[1]["address_shown"]}
    assert len(gave_up) == 6


async def test_one_that_hangs_holds_up_nobody(there: Receivers) -> None:
    room = Newsroom()
    silent = hangs()
    there.hook.always(silent, to="/hangs")
    room.alerts = [
        rule(to=[there.hook.url("/hangs"), there.hook.url("/hook"), mail_to(there, "desk@c.kz")], lang="kk")
    ]
    room.publish(1, 2)
    async with opened(there, room) as channels:
        running = asyncio.create_task(room.dispatch(channels))
        await there.hook.came(3)
        await there.mail.came(2)
        room.publish(3)
        others = asyncio.create_task(room.dispatch(channels))
        await there.hook.came(4)
        await there.mail.came(3)
        await others
        assert numbers(there, "/hook") == [1, 2, 3]
        assert silent.held is not None
        silent.held.set()
        await running
    # What was taken at last counts, though the answer came late; it is the same to the receiver as any other.
    assert [message.to for message in there.hook.received].count("/hangs") == 3
    assert room.states() == {"sent": 9}


async def test_no_secret_stays_in_tables_or_log(there: Receivers, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    room = Newsroom()
    hook = there.hook.url("/hook?key=planted-key", user="u:planted-password")
    room.alerts = [rule(to=[hook, "tgram://1:planted-token/77"], secret="planted-secret", lang="kk")]
    room.publish(1)
    there.hook.next(Answer(500, echoes=True), Answer(200, "planted-secret and planted-key"))
    there.bot.next(Answer(500, "planted-token"))
    async with opened(there, room) as channels:
        await room.live(channels, MINUTE)
    assert room.states() == {"sent": 2}
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("monitor")]
    assert any("answered 500" in line for line in logged)
    assert "planted" not in json.dumps(whole(room.db)) + str(logged)


@asynccontextmanager
async def telling(room: Newsroom) -> AsyncIterator[asyncio.Event]:
    """The daemon's telling at work; the event by which it hears that something is owed."""
    owed, stop = asyncio.Event(), asyncio.Event()
    gave_up = Checkup(room.db, room.config, space=lambda: (10**12, 10**12), now=room.clock()).gave_up
    task = asyncio.create_task(
        _tell(
            room.db,
            room.config,
            owed,
            stop,
            room.clock,
            on_gave_up=gave_up,
            metrics=Metrics(),
            pulse=Pulse(),
            mentions=Mentions(),
        )
    )
    try:
        yield owed
    finally:
        stop.set()
        owed.set()
        await asyncio.wait_for(task, 10)


async def until(holds: Callable[[], bool]) -> None:
    """Looks until it is so; ten seconds at most."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 a database tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.daemon.LOOK_EVERY", timedelta(milliseconds=50))


@pytest.mark.usefixtures("soon")
async def test_what_another_process_puts_back_and_what_the_clock_makes_due_is_sent(
    there: Receivers, tmp_path: Path
) -> None:
    room = Newsroom(path=tmp_path / "jarshy.db")
    room.alerts = [rule(to=[there.hook.url()])]
    there.hook.next(Answer(410), Answer(500))
    room.publish(1)

    def put_back() -> None:
        """As `jarshy alerts retry` does."""
        other = open_store(room.path)
        other.execute("UPDATE deliveries SET state = 'owed', attempts = 0, next_attempt_at = NULL")
        other.close()

    async with telling(room):
        await until(lambda: room.states() == {"failed": 1})
        put_back()
        await until(lambda: "answered 500" in str(whole(room.db)[0]["error"]))
        room.clock.on(HOUR)
        await until(lambda: room.states() == {"sent": 1})
    assert len({message.id for message in there.hook.received}) == 1


@pytest.mark.usefixtures("soon")
async def test_a_database_that_cannot_be_written_is_said_once_leaves_all_owed_and_is_tried_again(
    there: Receivers, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.daemon.TROUBLE_PAUSE", timedelta(milliseconds=50))
    room = Newsroom(path=tmp_path / "jarshy.db")
    room.alerts = [rule(to=[there.hook.url()])]
    room.publish(1)
    room.db.execute("PRAGMA busy_timeout = 20")
    other = open_store(room.path)
    other.execute("BEGIN IMMEDIATE")
    refused = "the database cannot be used: database is locked. What is owed stays owed."
    async with telling(room) as owed:
        for _ in range(3):
            await until(lambda: not owed.is_set() and refused in caplog.text)
            owed.set()
        assert [record.getMessage() for record in caplog.records].count(refused) == 1
        assert (room.states(), there.hook.received) == ({"owed": 1}, [])
        other.execute("ROLLBACK")
        await until(lambda: room.states() == {"sent": 1})
    other.close()

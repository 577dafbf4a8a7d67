"""One configuration after another: what ends, what begins, and what a signal means."""

import asyncio
import logging
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from monitor.config import Config
from monitor.errors import ConfigError
from monitor.reload import live_on

SLOW, FAST = (Config.model_validate({"schedule": {"longest": longest}}) for longest in ("1h", "10m"))
ELSEWHERE = Config.model_validate({"server": {"port": 9000}})
SCRIPT = """
import asyncio
from monitor.hangup import asked_by_hangup

async def main():
    stop = asyncio.Event()
    with asked_by_hangup(stop) as asked:
        print("ready", flush=True)
        waits = [asyncio.ensure_future(event.wait()) for event in (asked, stop)]
        while not stop.is_set():
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            print("stop" if stop.is_set() else "asked", flush=True)
            asked.clear()
            waits[0] = asyncio.ensure_future(asked.wait())

asyncio.run(main())
"""
ON_A_TERMINAL = """
import fcntl, os, signal, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGHUP, signal.Handlers(int(sys.argv[1])))
os.execv(sys.executable, [sys.executable, "-c", sys.argv[2]])
"""
STARTS = """
import asyncio, os, signal, sys
from monitor.hangup import asked_by_hangup, hangups_put_off

async def main():
    with asked_by_hangup(asyncio.Event()) as asked:
        await asked.wait()

signal.signal(signal.SIGHUP, signal.SIG_DFL)
with hangups_put_off():
    os.kill(os.getpid(), signal.SIGHUP)
    print("begun", flush=True)
    asyncio.run(main())
    print("asked")
assert signal.SIGHUP not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
"""


class House:
    """Lives as it is told, and says what happens."""

    def __init__(self) -> None:
        self.asked, self.stop = asyncio.Event(), asyncio.Event()
        self.found: Config | Exception = SLOW
        self.happened: asyncio.Queue[str] = asyncio.Queue()
        self.ending: Callable[[], None] = lambda: None

    def read(self) -> Config:
        self.happened.put_nowait("read")
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    async def live(self, config: Config, over: asyncio.Event) -> None:
        name = "slow" if config == SLOW else "fast"
        self.happened.put_nowait(f"{name} begins")
        try:
            await over.wait()
            self.ending()
            await asyncio.sleep(0)  # what ends takes a turn of the loop
        finally:
            self.happened.put_nowait(f"{name} ends")

    @contextmanager
    def reloading(self) -> Iterator[None]:
        self.happened.put_nowait("reloading")
        yield
        self.happened.put_nowait("reloaded")

    def open(self) -> "asyncio.Task[None]":
        return asyncio.create_task(
            live_on(
                SLOW, self.live, read=self.read, asked=self.asked, stop=self.stop, reloading=self.reloading
            )
        )

    async def sees(self, *happening: str) -> None:
        """Waits until as much has happened, and looks whether it is this."""
        assert [await asyncio.wait_for(self.happened.get(), 5) for _ in happening] == [*happening]

    async def ends(self, living: "asyncio.Task[None]", *happening: str) -> None:
        """Has it end, with this and nothing else on the way."""
        self.stop.set()
        await asyncio.wait_for(living, 5)
        assert [self.happened.get_nowait() for _ in range(self.happened.qsize())] == [*happening]


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level(logging.INFO)
    return lambda: [record.getMessage() for record in caplog.records]


async def test_one_life_ends_before_the_next_begins(said: Callable[[], list[str]]) -> None:
    house = House()
    living = house.open()
    await house.sees("slow begins")
    house.found = FAST
    house.asked.set()
    await house.sees("reloading", "read", "slow ends", "reloaded", "fast begins")
    await house.ends(living, "fast ends")
    assert said()[0] == "[schedule] longest 1h -> 10m"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            ConfigError("server.port: no port"),
            "server.port: no port\nThe configuration that is in use stays.",
        ),
        (
            RecursionError(),
            "The configuration could not be read again: a fault of Jarshy itself; please report it.",
        ),
        (SLOW, "The configuration was read again; nothing changes by it."),
        (ELSEWHERE, "[server] port 8080 -> 9000: this needs a restart, and stays as it is until then."),
    ],
)
async def test_what_changes_nothing_ends_nothing(
    said: Callable[[], list[str]], found: Config | Exception, words: str
) -> None:
    house = House()
    living = house.open()
    house.found = found
    await house.sees("slow begins")
    for _ in range(2):
        house.asked.set()
        await house.sees("reloading", "read", "reloaded")
    await house.ends(living, "slow ends")
    assert [line.startswith(words) for line in said()].count(True) == 2


async def test_who_asks_while_a_life_ends_is_heard_in_the_next() -> None:
    house = House()
    house.ending = house.asked.set
    living = house.open()
    await house.sees("slow begins")
    house.found = FAST
    house.asked.set()
    await house.sees("reloading", "read", "slow ends", "reloaded", "fast begins")
    await house.sees("reloading", "read", "reloaded")
    house.ending = lambda: None
    await house.ends(living, "fast ends")


async def test_a_life_that_breaks_is_not_lived_on() -> None:
    async def live(*_: object) -> None:
        raise OSError("broken")

    house = House()
    with pytest.raises(OSError, match="broken"):
        await live_on(SLOW, live, read=house.read, asked=house.asked, stop=house.stop)


async def test_who_is_cancelled_ends_the_life_too() -> None:
    house = House()
    living = house.open()
    await house.sees("slow begins")
    living.cancel()
    await asyncio.wait({living})
    await house.sees("slow ends")


@pytest.mark.parametrize(
    ("handler", "when_it_goes"), [(signal.SIG_DFL, "stop"), (signal.SIG_IGN, "asked")], ids=["plain", "nohup"]
)
def test_a_terminal_that_is_closed_ends_what_ran_there_unless_told_otherwise(
    handler: signal.Handlers, when_it_goes: str
) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL, str(int(handler)), SCRIPT],
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(theirs)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            process.send_signal(signal.SIGHUP)
            assert process.stdout.readline() == "asked\n"
            os.close(ours)
            assert process.stdout.readline() == f"{when_it_goes}\n"
        finally:
            process.kill()


@pytest.mark.parametrize("on_terminal", [False, True])
def test_a_hangup_during_the_start_waits_for_its_end_but_on_a_terminal(on_terminal: bool) -> None:
    ours, theirs = pty.openpty()
    words = [ON_A_TERMINAL, str(int(signal.SIG_DFL)), STARTS] if on_terminal else [STARTS]
    done = subprocess.run(
        [sys.executable, "-c", *words],
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        start_new_session=not on_terminal,
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == (-signal.SIGHUP if on_terminal else 0)
    assert done.stdout == ("" if on_terminal else "begun\nasked\n")

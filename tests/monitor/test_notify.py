"""What systemd is told, read from a real socket of its kind, in a folder and in none."""

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from monitor.notify import Notifier, status_of
from monitor.pulse import Pulse, Signs

WELL = Signs(beat_age=0.4, has_read=True, unread_for=0, read_within=3600)


class Systemd:
    """Its side of the socket."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
        self.socket.settimeout(5)

    def hears(self) -> list[str]:
        return self.socket.recv(4096).decode("utf-8").split("\n")

    def notifier(self, **environ: str) -> Notifier:
        return Notifier({"NOTIFY_SOCKET": self.address} | environ, pid=7)


@pytest.fixture(params=["in a folder", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    address = f"@jarshy-{os.getpid()}" if request.param == "abstract" else str(tmp_path / "notify")
    systemd = Systemd(address)
    yield systemd
    systemd.socket.close()


async def test_each_state_is_told_in_its_words(systemd: Systemd) -> None:
    notifier = systemd.notifier()
    notifier.ready("Watches 19 agencies\nof https://www.gov.kz.")
    well = ["READY=1", "STATUS=Watches 19 agencies of https://www.gov.kz."]
    assert systemd.hears() == well
    with notifier.reloading():
        [first, moment] = systemd.hears()
    assert first == "RELOADING=1"
    assert moment.removeprefix("MONOTONIC_USEC=").isdecimal()
    assert systemd.hears() == well
    stop = asyncio.Event()
    stop.set()
    await notifier.keep(Pulse(), stop=stop)
    assert systemd.hears()[0] == "STOPPING=1"


def test_nothing_is_told_where_nobody_listens(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Notifier({}, pid=7).ready("Watches.")
    assert not caplog.records
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}, pid=7).ready("Watches.")
    assert "systemd was not told READY=1" in caplog.text


def test_a_systemd_that_does_not_listen_is_said_once_and_when_it_does(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")}, pid=7)
    for _ in range(5):
        notifier.ready("Watches.")
    [said] = caplog.messages
    assert said == "systemd was not told READY=1: [Errno 2] No such file or directory."
    systemd = Systemd(str(tmp_path / "notify"))
    notifier.ready("Watches.")
    assert systemd.hears()[0] == "READY=1"
    assert caplog.messages[1].startswith("systemd is told again how we are, after ")
    systemd.socket.close()


@pytest.mark.parametrize(
    ("environ", "late", "told"),
    [
        ({"WATCHDOG_USEC": "20000", "WATCHDOG_PID": "7"}, 0.0, True),
        ({"WATCHDOG_USEC": "20000"}, 0.0, True),
        ({"WATCHDOG_USEC": "20000"}, 60.0, False),
        ({"WATCHDOG_USEC": "20000", "WATCHDOG_PID": "8"}, 0.0, False),  # meant for another process
        ({"WATCHDOG_USEC": "often"}, 0.0, False),
        ({}, 0.0, False),
    ],
)
async def test_the_watchdog_is_fed_while_the_pulse_beats(
    systemd: Systemd, environ: dict[str, str], late: float, *, told: bool
) -> None:
    moment = 100.0
    pulse = Pulse(clock=lambda: moment)
    moment += late
    notifier = systemd.notifier(**environ)
    notifier.ready("Watches.")
    assert systemd.hears()[0] == "READY=1"
    systemd.socket.setblocking(False)
    keeping = asyncio.create_task(notifier.keep(pulse, stop=asyncio.Event()))
    heard: list[str] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(0.1):
            while heard.count("WATCHDOG=1") < 3:
                heard += (
                    (await asyncio.get_running_loop().sock_recv(systemd.socket, 4096)).decode().split("\n")
                )
    keeping.cancel()
    assert heard.count("WATCHDOG=1") >= 3 if told else "WATCHDOG=1" not in heard
    assert len([line for line in heard if line.startswith("STATUS=")]) == 1  # once, as long as it is the same


def test_the_status_says_what_is_wrong_first() -> None:
    assert status_of(WELL, otherwise="Watches.") == "Watches."
    worker = Signs(
        0.4, has_read=True, unread_for=0, read_within=3600, worker="the crawl worker ended (code 1)"
    )
    assert status_of(worker, otherwise="Watches.").startswith("The crawl worker ended (code 1).")
    both = Signs(
        0.4, has_read=False, unread_for=0, read_within=3600, worker="the crawl worker ended (code 1)"
    )
    assert status_of(both, otherwise="Watches.").endswith(" And 1 more; /readyz names all.")

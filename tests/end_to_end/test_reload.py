"""SIGHUP: a daemon goes on by another configuration, refuses an unsound one, and keeps no reader waiting."""

import asyncio
import http.client
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from crawler.standin import Copy, Portal, Server
from monitor.config_in_use import in_use
from tests.end_to_end.house import Daemon, Receiver, eventually, free_port

RULE = '[[alerts]]\nname = "{name}"\nto = ["{to}"]\nkinds = ["published", "removed"]\n'
USED = "is used from now on"


def config(standin: Server, *, agencies: str = '"economy"', rate: int = 3000, more: str = "") -> str:
    """One way only, and a reading a second."""
    return (
        f'[portal]\nbase_url = "{standin.base_url}"\nagencies = [{agencies}]\nroutes = ["rest"]\n'
        f'languages = ["kk"]\nrequests_per_minute = {rate}\ncontact = "tests"\n'
        f'[schedule]\nshortest = "1s"\nlongest = "1s"\nconfirm = "2s"\n{more}'
    )


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Callable[[str], Daemon]]:
    """Starts a daemon with this configuration; ends it with the test."""
    started: list[Daemon] = []

    def start(configured: str) -> Daemon:
        started.append(Daemon(tmp_path, configured))
        return started[-1].start()

    yield start
    for one in started:
        one.end()


class Reader(threading.Thread):
    """Asks on one connection over and over; keeps what was not answered as it should be."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port, self.asked, self.ends = port, 0, threading.Event()
        self.refused: list[object] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.connect()
        first = connection.sock
        while not self.ends.wait(0.05):
            try:
                connection.request("GET", ("/feeds/all.atom", "/feeds.opml", "/ru/")[self.asked % 3])
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200 or connection.sock is not first:
                    self.refused.append(answer.status)
            except OSError as error:
                self.refused.append(error)
                return
            self.asked += 1
        connection.close()


def workers_of(daemon: Daemon) -> list[int]:
    """The processes of its crawl workers."""
    assert daemon.process is not None
    children = Path(f"/proc/{daemon.process.pid}/task/{daemon.process.pid}/children").read_text("ascii")
    return [int(pid) for pid in children.split()]


def has_changed(daemon: Daemon) -> bool:
    """Whether `status` would say that its file is another one than it lives by."""
    used = in_use(daemon.folder / "jarshy.db")
    assert used is not None
    return used.has_changed


def publish(portal: Portal, agency: str, number: int) -> None:
    copy = Copy(title=f"Көмір {number}", paragraphs=("Көмір арзандады.",))
    portal.publish(agency, {"kk": copy}, when=datetime.now(UTC))


def walked(daemon: Daemon, listings: int) -> bool:
    return daemon.rows("SELECT count(*) FROM listings WHERE walked_at IS NOT NULL") == [(listings,)]


class SlowMail:
    """A mail server that answers nobody until it may; keeps what arrives."""

    def __init__(self) -> None:
        self.asked, self.go_on = threading.Event(), threading.Event()
        self.arrived: list[str] = []

    async def handle_RCPT(  # noqa: N802 as aiosmtpd calls it
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        envelope.rcpt_tos.append(address)
        self.asked.set()
        await asyncio.to_thread(self.go_on.wait)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        self.arrived.append(envelope.content.decode())
        return "250 OK"


@pytest.fixture
def mail() -> Iterator[tuple[SlowMail, str]]:
    """The server, and the address of somebody there."""
    slow = SlowMail()
    server = Controller(slow, hostname="127.0.0.1", port=free_port())
    server.start()
    yield slow, f"mailto://127.0.0.1:{server.port}?from=jarshy@example.kz&to=desk@example.kz"
    slow.go_on.set()
    server.stop()


def test_a_daemon_goes_on_by_what_it_reads_and_no_reader_notices(
    daemon: Callable[[str], Daemon],
    standin: Server,
    portal: Portal,
    receiver: Receiver,
    mail: tuple[SlowMail, str],
) -> None:
    slow, to = mail
    rules = f"{RULE.format(name='бот', to=receiver.url)}{RULE.format(name='өнім', to=to)}"
    house = daemon(config(standin))
    reader = Reader(house.port)
    reader.start()
    both = '"economy", "almaty"'
    house.configure(config(standin, agencies=both, more=rules))
    house.reload()  # in the middle of the first reading
    eventually(lambda: house.said(USED) == 1, "it is read")
    eventually(lambda: walked(house, 2), "both agencies are read")
    assert house.said("[portal] agencies economy -> economy, almaty") == 1
    assert house.said("[[alerts]] «өнім» is new") == 1
    [worker] = workers_of(house)
    assert not has_changed(house)

    publish(portal, "almaty", 1)
    eventually(lambda: receiver.messages, "the new rule tells of the new agency")
    eventually(slow.asked.is_set, "the mail is on its way, and hangs")

    house.configure(config(standin, agencies='"economy", "almatty"', more=rules))
    house.reload()
    eventually(lambda: house.said("The configuration that is in use stays.") == 1, "it is refused")
    assert house.said("portal.agencies.1: unknown agency 'almatty' (did you mean: almaty") == 1
    assert has_changed(house), "what was refused is not in use"
    (house.folder / "jarshy.toml").unlink()
    house.reload()
    eventually(lambda: house.said("there is no configuration file jarshy.toml") == 1, "it is missed")

    house.configure(config(standin, agencies=both, more=f'{rules}lang = "kk"\n'))
    house.reload()
    house.reload()
    eventually(lambda: house.said("[[alerts]] «өнім»: lang en -> kk") == 1, "the words are others")
    publish(portal, "economy", 2)
    eventually(lambda: len(receiver.messages) == 2, "it reads on while the mail hangs")
    assert workers_of(house) == [worker]

    slow.go_on.set()
    port, house.port = house.port, free_port()
    house.configure(config(standin, agencies=both, rate=2000, more=f'{rules}lang = "kk"\n'))
    house.port = port
    house.reload()
    eventually(lambda: house.said("[portal] requests_per_minute 3000 -> 2000") == 1, "the pace is another")
    assert house.said("this needs a restart, and stays as it is until then.") == 1
    assert has_changed(house), "what waits for a restart is not in use"
    publish(portal, "economy", 3)
    eventually(lambda: len(receiver.messages) == 3, "another worker reads")
    assert worker not in workers_of(house)
    eventually(lambda: len(slow.arrived) == 3, "a person is told of all three")

    reader.ends.set()
    reader.join()
    assert reader.refused == []
    assert reader.asked > 10
    assert house.stop() == 0
    assert house.rows("SELECT count(*) FROM deliveries WHERE state = 'sent'") == [(6,)]
    assert len({message["id"] for message in receiver.messages}) == len(receiver.messages) == 3
    assert house.said("Traceback") == 0


def test_a_daemon_outlives_a_reload_while_nothing_can_be_stored(
    daemon: Callable[[str], Daemon], standin: Server, portal: Portal
) -> None:
    house = daemon(config(standin))
    eventually(lambda: walked(house, 1), "the agency is read")
    held = sqlite3.connect(house.folder / "jarshy.db", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    eventually(lambda: house.said("What was read is not lost") == 1, "another program writes")
    house.configure(config(standin, agencies='"economy", "almaty"'))
    house.reload()
    eventually(
        lambda: house.said("Who is followed is written down once that can be done.") == 1, "it goes on"
    )
    assert house.answers("/healthz")
    held.execute("ROLLBACK")
    held.close()
    eventually(lambda: walked(house, 2), "the new agency is read too")
    assert house.said("What was read is not lost") == 1
    assert house.said("What is read is stored again, after") == 1

    (house.folder / "jarshy.db").rename(house.folder / "elsewhere.db")
    eventually(lambda: b"was moved" in house.get("/readyz")[1], "it stands still")
    house.configure(config(standin))
    house.reload()
    eventually(lambda: house.said("the configuration is not read again: the database") == 1, "it is refused")
    assert house.answers("/healthz")
    assert house.said("Traceback") == 0
    assert house.stop() == 0


def test_a_file_that_is_written_after_the_start_is_read(tmp_path: Path, standin: Server) -> None:
    house = Daemon(tmp_path, "")
    (tmp_path / "jarshy.toml").unlink()
    start = {
        "PORTAL__BASE_URL": standin.base_url,
        "SERVER__PORT": str(house.port),
        "SCHEDULE__QUIET": "00:00-23:59",
    }
    try:
        house.start("run", env={**os.environ, **{f"JARSHY_{key}": value for key, value in start.items()}})
        assert not has_changed(house)
        (tmp_path / "jarshy.toml").write_text('[portal]\nagencies = ["mfa"]\n', "utf-8")
        assert has_changed(house)
        house.reload()
        eventually(lambda: house.said(USED) == 1, "it is read")
        assert not has_changed(house)
    finally:
        house.end()

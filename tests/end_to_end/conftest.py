"""The real thing: daemon and worker as processes against the stand-in portal."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.standin import Copy, Portal, Server, serve
from tests.end_to_end.house import Daemon, Receiver


@pytest.fixture
def portal() -> Portal:
    """Two agencies with a past of twelve releases each, in three languages."""
    portal = Portal()
    past = datetime.now(UTC) - timedelta(days=3)
    for number in range(12):
        for agency in ("economy", "almaty"):
            copies = {
                lang: Copy(title=f"{word} {number} {agency}", paragraphs=(f"{word} {number}.",))
                for lang, word in (("kk", "Өткен күн"), ("ru", "Прошедший день"), ("en", "A day gone by"))
            }
            portal.publish(agency, copies, when=past + timedelta(hours=number))
    return portal


@pytest.fixture
def standin(portal: Portal) -> Iterator[Server]:
    with serve(portal) as server:
        yield server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
def daemon(tmp_path: Path, standin: Server) -> Iterator[Callable[..., Daemon]]:
    """Starts a daemon on the stand-in with this addition to its configuration; ends it with the test."""
    started: list[Daemon] = []

    def start(alerts: str = "", *, cold: bool = False) -> Daemon:
        config = (
            f'[portal]\nbase_url = "{standin.base_url}"\nagencies = ["economy", "almaty"]\n'
            # one way only: what is refused there is refused
            'routes = ["rest"]\nrequests_per_minute = 3000\ncontact = "tests"\n'
            '[schedule]\nshortest = "1s"\nlongest = "1s"\nconfirm = "2s"\n'
            f"{alerts}"
        )
        started.append(Daemon(tmp_path, config))
        return started[-1].start(cold=cold)

    yield start
    for one in started:
        if one.process is not None and one.process.poll() is None:
            one.process.send_signal(signal.SIGKILL)
            one.process.wait()


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests reaches the daemon."""
    for name in os.environ:
        if name.startswith("JARSHY_"):
            monkeypatch.delenv(name)

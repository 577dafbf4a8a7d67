"""What a supervisor is told at `/healthz` and `/readyz`, over HTTP, whatever the database does."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from feeds.vital_signs import wants_json
from monitor.errors import StoreError
from monitor.pulse import Pulse
from tests.feeds.conftest import Stored
from tests.feeds.test_server import Site, config_for, running


@dataclass
class Daemon:
    """What a daemon would tell, its clock, and the site beside it."""

    pulse: Pulse
    site: Site
    now: float = 0.0

    async def says(self, path: str) -> tuple[int, list[str]]:
        response, body = await self.site.get(path)
        return response.status, body.decode().splitlines()


@pytest.fixture
async def daemon(golden: Stored) -> AsyncIterator[Daemon]:
    moment: list[Daemon] = []
    pulse = Pulse(clock=lambda: moment[0].now if moment else 0.0)
    pulse.expect(timedelta(hours=1), has_read=True)
    async with running(config_for(golden.path), pulse=pulse) as site:
        moment.append(Daemon(pulse, site))
        yield moment[0]


async def test_a_daemon_whose_loop_turns_lives(daemon: Daemon) -> None:
    daemon.now = 0.4
    status, [first, second] = await daemon.says("/healthz")
    assert (status, first) == (200, "Alive.")
    assert second.startswith("The loop that reads, stores and serves last kept time 0.4 s ago.")


async def test_a_daemon_that_keeps_no_time_does_not(daemon: Daemon) -> None:
    daemon.now = 45
    assert await daemon.says("/healthz") == (
        503,
        [
            "The loop of the daemon last kept time 45.0 s ago; more than 30 s say that something holds it up.",
        ],
    )
    daemon.pulse.beat()
    assert (await daemon.says("/healthz"))[0] == 200


async def test_all_that_is_wrong_is_said_a_line_each_and_in_json(daemon: Daemon) -> None:
    assert await daemon.says("/readyz") == (200, ["Ready."])
    daemon.pulse.worker_is("the crawl worker ended (code 1)")
    daemon.pulse.store_failed(StoreError("the database cannot be used: database or disk is full"))
    status, lines = await daemon.says("/readyz")
    assert status == 503
    assert [line.split(":")[0] for line in lines] == ["Not ready", "Not ready"]
    response, body = await daemon.site.get("/readyz", Accept="application/json")
    said = json.loads(body)
    assert response.headers["Content-Type"] == "application/json"
    assert (response.status, said["ready"], len(said["wrong"])) == (503, False, 2)
    assert said["signs"]["worker"] == "the crawl worker ended (code 1)"
    health = json.loads((await daemon.site.get("/healthz", Accept="application/json"))[1])
    assert health == {"alive": True, "beat_age": 0.0}


async def test_metrics_say_the_same(daemon: Daemon) -> None:
    reasons = ("loop", "database", "worker", "listings")
    _, lines = await daemon.says("/metrics")
    assert "jarshy_ready 1.0" in lines
    assert {f'jarshy_unready{{reason="{reason}"}} 0.0' for reason in reasons} <= set(lines)
    daemon.pulse.store_failed(StoreError("the database cannot be used: database or disk is full"))
    _, lines = await daemon.says("/metrics")
    assert "jarshy_ready 0.0" in lines
    said = [line for line in lines if line.startswith("jarshy_unready{")]
    assert said == [f'jarshy_unready{{reason="{each}"}} {float(each == "database")}' for each in reasons]


async def test_a_server_alone_says_nothing_of_a_daemon(golden: Stored) -> None:
    async with running(config_for(golden.path)) as site:
        assert b"jarshy_ready" not in (await site.get("/metrics"))[1]


async def test_neither_asks_the_database_which_may_be_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "garbled.db"
    path.write_bytes(b"SQLite? By no means.")
    pulse = Pulse()
    pulse.expect(timedelta(hours=1), has_read=True)
    async with running(config_for(path), pulse=pulse) as site:
        assert (await site.get("/feeds/all.atom"))[0].status == 503
        assert (await site.get("/healthz"))[0].status == 200
        assert (await site.get("/readyz"))[1] == b"Ready.\n"


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", True),
        ("Application/JSON;q=0.9, */*", True),
        ("text/plain, application/json", False),
        ("text/html", False),
    ],
)
def test_who_is_answered_in_json(accept: str, *, is_json: bool) -> None:
    assert wants_json(accept) == is_json

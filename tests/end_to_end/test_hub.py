"""A WebSub hub is told of what a daemon stores, and is waited for by nobody."""

import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from crawler.standin import Copy, Portal
from tests.end_to_end.house import Daemon, Hub, eventually

CONCERNED = ("/feeds/all", "/feeds/all?lang=kk", "/feeds/agencies/economy", "/feeds/changes")

SEARCH = "%D0%BA%D3%A9%D0%BC%D1%96%D1%80"
"""«көмір»"""


@pytest.fixture
def hubs() -> Iterator[list[Hub]]:
    """Those that a test has opened."""
    hubs: list[Hub] = []
    yield hubs
    for hub in hubs:
        hub.stop()


def read_all(daemon: Daemon) -> None:
    """Waits until every listing's history is read and has its place."""
    eventually(
        lambda: (
            daemon.rows("SELECT count(*) FROM listings WHERE walked_at IS NOT NULL") == [(6,)]
            and daemon.rows("SELECT count(*) FROM feed_entries WHERE place IS NULL") == [(0,)]
        ),
        "first readings end",
    )


def publish(portal: Portal, number: int) -> None:
    copy = Copy(title=f"Көмір бағасы {number} рет төмендейді", paragraphs=("Осылай болды.",))
    portal.publish("economy", {"kk": copy}, when=datetime.now(UTC))


def topics(daemon: Daemon) -> set[str]:
    """Of a Kazakh release of the ministry."""
    address = f"http://127.0.0.1:{daemon.port}"
    return {f"{address}/feeds/all.atom?q={SEARCH}"} | {
        address + "?".join([f"{path}.{ending}", *query])
        for path, *query in (feed.split("?") for feed in CONCERNED)
        for ending in ("atom", "rss", "json")
    }


def test_a_release_is_told_to_the_hub_and_what_was_not_told_after_a_kill(
    daemon: Callable[[str], Daemon], portal: Portal, hubs: list[Hub]
) -> None:
    hubs.append(Hub())
    house = daemon(f'[feeds]\nhub = "{hubs[0].url}"\n')
    read_all(house)
    for words in (SEARCH, "%D0%B1%D0%B8%D0%B4%D0%B0%D0%B9"):  # «бидай» is in none of them
        assert house.get(f"/feeds/all.atom?q={words}")[0] == 200
    eventually(
        lambda: house.rows("SELECT count(*) FROM topics WHERE asked_at > ''") == [(2,)], "both are kept"
    )
    before = len(hubs[0].told)
    publish(portal, 1)
    # And, it may be, of the end of history.
    eventually(lambda: topics(house) <= set(hubs[0].told[before:]), "the hub is told")

    hub = hubs.pop()
    hub.stop()
    publish(portal, 2)
    eventually(
        lambda: house.rows("SELECT count(*) FROM topics WHERE noted <> announced") == [(13,)], "it is owed"
    )
    eventually(lambda: "takes no announcements" in house.log.read_text("utf-8"), "it is said")
    house.stop(signal.SIGKILL)
    hubs.append(Hub(hub.port))
    house.start()
    eventually(lambda: set(hubs[0].told) == topics(house), "the hub is told after all")
    assert house.stop() == 0
    assert "Traceback" not in house.log.read_text("utf-8")


def test_a_hub_that_hangs_holds_up_neither_feeds_nor_the_end(
    daemon: Callable[[str], Daemon], portal: Portal, hubs: list[Hub]
) -> None:
    hubs.append(Hub(hangs=True))
    house = daemon(f'[feeds]\nhub = "{hubs[0].url}"\n')
    publish(portal, 1)
    eventually(lambda: hubs[0].told, "the hub is told")
    publish(portal, 2)
    eventually(lambda: "2 рет төмендейді" in house.get("/feeds/changes.atom")[1].decode(), "feeds go on")
    assert f'href="{hubs[0].url}" rel="hub"' in house.get("/feeds/all.atom")[1].decode()
    assert house.stop() == 0

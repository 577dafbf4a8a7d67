"""A daemon whose clock is set while it runs, and one that stands still for hours; by Debian's libfaketime."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.standin import Copy, Portal, Server
from tests.end_to_end.house import Daemon, eventually

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
LISTINGS = {(agency, lang) for agency in ("economy", "almaty") for lang in ("kk", "ru", "en")}

HOUR, LONGEST = timedelta(hours=1), timedelta(minutes=4)

pytestmark = pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed (apt install faketime)")

Start = Callable[[str], Daemon]


class Clock:
    """That of a daemon: as far from the right one, and as fast, as this says."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def put(self, said: str) -> None:
        """Such as `-1h` from the right time, or `+10h x60`; the daemon sees it at once."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{said}\n", "ascii")
        new.replace(self._file)


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The one that whatever is started from now on goes by."""
    monkeypatch.setenv("LD_PRELOAD", str(LIBRARY))
    monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(tmp_path / "clock"))
    monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
    return Clock(tmp_path / "clock")


@pytest.fixture
def start(tmp_path: Path, standin: Server) -> Iterator[Start]:
    """Starts a daemon with these times between two readings; ends it with the test."""
    started: list[Daemon] = []

    def start(schedule: str) -> Daemon:
        config = (
            f'[portal]\nbase_url = "{standin.base_url}"\nagencies = ["economy", "almaty"]\n'
            f'routes = ["rest"]\nrequests_per_minute = 3000\ncontact = "tests"\n[schedule]\n{schedule}\n'
        )
        started.append(Daemon(tmp_path, config))
        return started[-1].start(cold=True)  # the clock is given to a program as it starts

    yield start
    for one in started:
        one.end()


def publish(portal: Portal) -> int:
    copy = Copy(title="Өнім көлемі ұлғайды", paragraphs=("Көлемі 4 пайызға ұлғайды.",))
    return portal.publish("economy", {"kk": copy}, when=datetime.now(UTC) - timedelta(hours=1))


def holds(daemon: Daemon, release: int) -> bool:
    return bool(daemon.rows("SELECT 1 FROM releases WHERE source_id = ?", str(release)))


def all_read(daemon: Daemon) -> bool:
    walked = daemon.rows("SELECT count(*) FROM listings WHERE walked_at IS NOT NULL")
    return walked == [(len(LISTINGS),)]


def test_a_daemon_whose_clock_is_set_goes_on_reading(
    clock: Clock, start: Start, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    clock.put("+0")
    daemon = start('shortest = "1s"\nlongest = "1s"\nconfirm = "1h"')
    eventually(lambda: all_read(daemon), "first readings end")
    for said, told in (("-1h", "back by 1 h;"), ("+1d", "forward by 1 day 1 h;"), ("-1d", "back by 2 days;")):
        clock.put(said)
        eventually(lambda told=told: f"The clock was put {told}" in daemon.log.read_text("utf-8"), told)
        release = publish(portal)
        eventually(lambda release=release: holds(daemon, release), f"a release is found at {said}")
    assert daemon.stop() == 0
    log = daemon.log.read_text("utf-8")
    assert log.count("The clock was put") == 3
    assert '"level": "error"' not in log
    assert daemon.rows("SELECT kind FROM changes WHERE kind NOT IN ('published', 'translated')") == []
    assert daemon.rows("SELECT key FROM health WHERE key <> 'earlier'") == []
    assert portal.most_in_flight == 1


def test_a_daemon_that_stood_still_for_ten_hours_reads_each_listing_once(
    clock: Clock, start: Start, portal: Portal
) -> None:
    clock.put("+0 x60")
    daemon = start('shortest = "4m"\nlongest = "4m"\nconfirm = "1h"')
    eventually(lambda: all_read(daemon), "first readings end")
    clock.put("+10h x60")
    release = publish(portal)
    eventually(lambda: holds(daemon, release), "the release is found")
    eventually(lambda: _looked_at(daemon, within=HOUR).keys() >= LISTINGS, "each listing is read")
    assert daemon.stop() == 0
    assert max(_looked_at(daemon, within=LONGEST).values()) == 1
    log = daemon.log.read_text("utf-8")
    assert log.count("Nothing ran here for 10 h") == 1
    assert "The clock was put" not in log
    assert '"level": "error"' not in log
    assert daemon.rows("SELECT key FROM health WHERE key <> 'earlier'") == []
    assert portal.most_in_flight == 1


def _looked_at(daemon: Daemon, *, within: timedelta) -> Counter[tuple[str, str]]:
    """How often the top of each listing was read in that time after hours without a reading."""
    rows = daemon.rows("SELECT started_at, agency, lang, page, purpose FROM crawls ORDER BY id")
    read = [(datetime.fromisoformat(at), agency, lang, page, why) for at, agency, lang, page, why in rows]
    woke = next((later for (at, *_), (later, *_) in pairwise(read) if later - at > timedelta(hours=9)), None)
    return Counter(
        (agency, lang)
        for at, agency, lang, page, why in read
        if woke is not None and timedelta() <= at - woke < within and page == 1
        if why in {"ordinary", "wide"}
    )

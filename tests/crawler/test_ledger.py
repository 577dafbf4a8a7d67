"""The ledger by itself: moments, pauses and counts that outlive processes, restarts and clocks that jump."""

import json
import os
import stat
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.ledger import Ledger, LedgerError, beside, look
from crawler.ledger.entry import DAYS_KEPT, Entry
from crawler.ledger.moments import Moment, this_moment
from crawler.ledger.text import SIZE

NOON = 1_783_944_000.0
"""2026-07-13 12:00 UTC."""
DAY = 86_400.0
WALL = Moment("first", 1_000.0, NOON)


def later(seconds: float, *, boot: str = "first", jump: float = 0.0) -> Moment:
    """So many seconds after WALL; `jump`: the clock on the wall was moved by so many."""
    ticks = WALL.ticks + seconds if boot == "first" else 5.0
    return Moment(boot, ticks, WALL.wall + seconds + jump)


@pytest.mark.parametrize("jump", [0.0, 3600.0, -3600.0, 10 * 365 * DAY, -NOON])
def test_a_clock_that_jumps_neither_freezes_nor_hurries(jump: float) -> None:
    entry = Entry().asked(WALL, by=1, delay=0.0).answered(WALL, WALL, closed_for=60.0)
    assert entry.due(later(1.0, jump=jump), delay=2.0) == pytest.approx(59.0)
    assert entry.due(later(60.5, jump=jump), delay=2.0) == 0.0
    paced = replace(entry, closed_at=None)
    assert paced.due(later(0.5, jump=jump), delay=2.0) == pytest.approx(1.5)
    assert paced.due(later(2.0, jump=jump), delay=2.0) == 0.0


@pytest.mark.parametrize(
    ("passed", "jump", "left"),
    [(10.0, 0.0, 50.0), (100.0, 0.0, 0.0), (10.0, -3600.0, 60.0), (10.0, -NOON, 60.0), (10.0, 3600.0, 0.0)],
)
def test_after_a_restart_of_the_machine_the_clock_on_the_wall_counts_and_no_pause_grows(
    passed: float, jump: float, left: float
) -> None:
    entry = Entry().asked(WALL, by=1, delay=0.0).answered(WALL, WALL, closed_for=60.0)
    assert entry.due(later(passed, boot="second", jump=jump), delay=2.0) == pytest.approx(left)


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    entry = Entry().answered(WALL, WALL, closed_for=100.0)
    assert entry.answered(WALL, later(10.0), closed_for=5.0).closed(later(20.0)) == pytest.approx(80.0)
    assert entry.answered(WALL, later(10.0), closed_for=200.0).closed(later(20.0)) == pytest.approx(190.0)


def test_requests_are_counted_by_day_and_old_days_and_days_to_come_are_forgotten() -> None:
    entry = Entry(days={"2036-01-01": 7})
    for day in range(DAYS_KEPT + 3):
        for _ in range(2):
            entry = entry.asked(later(day * DAY), by=1, delay=0.0)
    assert len(entry.days) == DAYS_KEPT
    assert set(entry.days.values()) == {2}
    assert entry.spent("2026-07-13") == 0
    assert entry.spent(later((DAYS_KEPT + 2) * DAY).day) == 2


def test_what_is_written_is_read_by_the_next_process(tmp_path: Path) -> None:
    file = beside(tmp_path / "jarshy.db")
    ledger = Ledger(file)
    assert ledger.enter() == Entry()
    written = Entry().asked(this_moment(), by=7, delay=1.5)
    ledger.write(written)
    ledger.leave()
    assert look(file) == written
    assert file.name == "jarshy.db.ledger"
    assert file.stat().st_size == SIZE


def test_processes_that_take_turns_read_what_the_others_wrote(tmp_path: Path) -> None:
    ours, theirs = (Ledger(tmp_path / "jarshy.db.ledger", clock=lambda: WALL) for _ in range(2))
    for count in range(1, 7):
        ledger = ours if count in {1, 2, 4} else theirs
        entry = ledger.enter()
        assert entry is not None
        assert entry.spent(WALL.day) == count - 1
        ledger.write(entry.asked(WALL, by=count, delay=0.0).answered(WALL, WALL))
        ledger.leave()
    entry = ours.enter()
    assert entry is not None
    assert (entry.by, entry.spent(WALL.day)) == (6, 6)
    ours.leave()


def test_only_one_may_be_inside_and_a_request_that_nobody_lived_to_see_answered_counts_from_now(
    tmp_path: Path,
) -> None:
    file = tmp_path / "ledger"
    first, second = Ledger(file), Ledger(file, clock=lambda: later(5.0))
    entry = first.enter()
    assert entry is not None
    first.write(entry.asked(WALL, by=1, delay=0.0))
    assert second.enter() is None
    first._close()  # as the kernel does with what a killed process held open
    found = second.enter()
    assert found is not None
    assert (found.last, found.in_flight) == (later(5.0), False)


@pytest.mark.parametrize(
    "spoilt",
    [
        b"\0" * 1024,
        b"{",
        b"[]",
        b"SQLite format 3\0",
        b'{"jarshy_ledger":2}',
        b'{"jarshy_ledger":1}',
        json.dumps({"jarshy_ledger": 1, "last": 5, "closed_at": None, "days": {}}).encode(),
        json.dumps(
            {
                "jarshy_ledger": 1,
                "last": None,
                "closed_at": None,
                "closed_for": float("inf"),
                "delay": 0,
                "in_flight": False,
                "by": 0,
                "waiting": 0,
                "days": {},
            }
        ).encode(),
        b"\xff" * 100_000,
    ],
)
def test_a_spoilt_ledger_is_begun_anew_after_a_full_pause_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, spoilt: bytes
) -> None:
    file = tmp_path / "ledger"
    file.write_bytes(spoilt)
    assert look(file) is None
    ledger = Ledger(file, clock=lambda: WALL)
    entry = ledger.enter()
    assert entry is not None
    assert entry.due(WALL, delay=2.0) == 2.0
    ledger.leave()
    assert look(file) == entry
    file.write_bytes(spoilt)
    ledger.enter()
    assert [record.getMessage() for record in caplog.records] == [
        f"The ledger of requests {file} cannot be read; it is begun anew, after a full pause."
    ]


WHOLE = {
    "jarshy_ledger": 1,
    "last": {"boot": "first", "ticks": 1.0, "wall": NOON},
    "closed_at": None,
    "closed_for": 0.0,
    "in_flight": False,
    "delay": 0.0,
    "by": 0,
    "waiting": 0,
    "days": {"2026-07-13": 1},
}
WHOLE_BYTES = json.dumps(WHOLE).encode()
QUARTERS = {"jarshy_quarters": 1, "began": WHOLE["last"], "counts": [1] + 96 * [0], "days": WHOLE["days"]}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@given(
    st.binary(max_size=60)
    | st.just(b"[" * 4096)
    | json_values.map(lambda value: json.dumps(value).encode())
    | st.tuples(st.sampled_from(sorted(WHOLE)), json_values).map(
        lambda change: json.dumps({**WHOLE, change[0]: change[1]}).encode()
    )
    | st.tuples(
        st.sampled_from(sorted(QUARTERS)), json_values | st.lists(st.integers(), min_size=97, max_size=97)
    ).map(lambda change: WHOLE_BYTES.ljust(4096) + json.dumps({**QUARTERS, change[0]: change[1]}).encode())
)
@settings(deadline=None, max_examples=250)
def test_whatever_stands_in_the_file_nobody_waits_for_more_than_a_day(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ledger"
        file.write_bytes(content)
        ledger = Ledger(file, clock=lambda: WALL)
        entry = ledger.enter()
        assert entry is not None
        assert 0.0 <= entry.due(WALL, delay=max(2.0, entry.delay)) <= DAY
        assert 0.0 <= entry.room_in(WALL, 1) <= DAY
        ledger.write(entry.asked(WALL, by=1, delay=0.0))
        ledger._close()
        assert (look(file) or Entry()).in_flight


def test_a_ledger_that_was_taken_away_is_made_again_and_guards_again(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    first = Ledger(file)
    first.enter()
    first.leave()
    file.unlink()
    assert first.enter() is None  # what it held open guarded nothing
    assert first.enter() == Entry()
    assert Ledger(file).enter() is None


def test_a_ledger_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    with pytest.raises(
        LedgerError, match=r"ledger cannot be written \(No such file or directory\), so nothing"
    ):
        Ledger(tmp_path / "nowhere" / "ledger").enter()
    with pytest.raises(LedgerError, match="Is a directory"):
        Ledger(tmp_path).enter()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_ledger_of_somebody_else_says_why(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    file.touch()
    file.chmod(stat.S_IRUSR)
    with pytest.raises(LedgerError, match="Permission denied"):
        Ledger(file).enter()


def test_a_full_disk_is_said_and_stops_the_request(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    file = tmp_path / "ledger"
    file.symlink_to("/dev/full")
    with pytest.raises(LedgerError, match="No space left"):
        Ledger(file).enter()


def test_the_lock_is_not_inherited_by_a_process_that_is_started_meanwhile(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    ledger.enter()
    child = subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        close_fds=False,
    )
    try:
        assert child.stdout is not None
        child.stdout.readline()
        ledger._close()
        assert Ledger(tmp_path / "ledger").enter() is not None
    finally:
        child.communicate(b"\n")


def test_without_a_file_it_is_kept_in_memory() -> None:
    ledger = Ledger(None)
    entry = ledger.enter()
    assert entry is not None
    ledger.write(entry.asked(this_moment(), by=1, delay=0.0))
    ledger.leave()
    assert (ledger.enter() or Entry()).in_flight

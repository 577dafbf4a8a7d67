"""What the budget promises: no 24 hours hold more requests than it names, whatever befalls clocks and processes."""

import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.ledger import Ledger, look
from crawler.ledger.entry import Entry
from crawler.ledger.moments import Moment
from crawler.ledger.quarters import DAY, NOTHING, QUARTER, QUARTERS_KEPT
from crawler.ledger.text import SIZE
from tests.crawler import older_ledger

NOON = 1_783_944_000.0
"""2026-07-13 12:00 UTC."""
HOUR = 4 * QUARTER
PACE = 20.0
"""Seconds between two requests: three a minute."""


@dataclass(slots=True)
class World:
    """A machine whose true time only the test knows, and what the portal was really asked."""

    file: Path
    per_day: int
    true: float = 0.0
    started: float = -1_000.0
    """When the machine was started last."""
    runs: int = 0
    ahead: float = NOON
    """How far the clock on the wall is ahead of true time."""
    seen: float = NOON
    """The same when a process last looked into the ledger."""
    looked: bool = True
    """One has since the machine was started."""
    sent: list[float] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)
    """When each request went, and when its answer began."""
    ledgers: list[Ledger] = field(default_factory=list)

    def now(self) -> Moment:
        return Moment(f"run {self.runs}", self.true - self.started, self.true + self.ahead)

    def start(self, processes: int = 2) -> None:
        """Begins all processes anew."""
        self.end()
        self.ledgers = [Ledger(self.file, clock=self.now) for _ in range(processes)]

    def end(self) -> None:
        """Ends all processes."""
        for ledger in self.ledgers:
            ledger._close()

    @contextmanager
    def inside(self, process: int) -> Iterator[Entry]:
        ledger = self.ledgers[process]
        entry = ledger.enter()
        assert entry is not None
        self.seen, self.looked = self.ahead, True
        yield entry
        ledger.leave()

    def wait_for(self, process: int) -> float:
        """Seconds until this process may ask."""
        with self.inside(process) as entry:
            return max(entry.due(self.now(), delay=PACE), entry.room_in(self.now(), self.per_day))

    def try_to_ask(self, process: int, *, until_sent: float, until_begun: float, dies: bool) -> None:
        """As the worker does: written down, sent a little later, answered later still, or its asker dies."""
        if self.wait_for(process) > 0:
            return
        ledger = self.ledgers[process]
        with self.inside(process) as entry:
            asked = entry.asked(self.now(), by=process + 1, delay=0.0)
            ledger.write(asked)
            self.true += until_sent
            self.sent.append(self.true)
            self.true += until_begun
            self.begun.append(self.true)
            if not dies:
                begun = self.now()
                self.true += until_begun
                ledger.write(asked.answered(begun, self.now()))
        if dies:
            ledger._close()

    def set_clock(self, ahead: float) -> None:
        """Moves the clock on the wall; across a restart, while nobody looks, it is never moved ahead."""
        self.ahead = ahead if self.looked else min(ahead, self.seen)

    def reboot(self, off: float, back: float) -> None:
        """The machine is off for a while, and wakes with a clock that is so far back."""
        self.true += off
        self.started, self.runs, self.looked = self.true - 3.0, self.runs + 1, False
        self.set_clock(self.ahead - back)
        self.start()

    def most_within(self, seconds: float) -> int:
        """Requests in the window of that length that holds most."""
        return max(
            (bisect_right(self.sent, at + seconds - 1e-6) - i for i, at in enumerate(self.sent)), default=0
        )


spans = (
    st.floats(0.0, 120.0)
    | st.floats(0.0, 5 * HOUR)
    | st.sampled_from([QUARTER, QUARTER - 20, HOUR, DAY - QUARTER, DAY - 20, DAY, 3 * DAY])
)
steps = st.one_of(
    st.tuples(
        st.just("ask"), st.integers(1, 12), st.integers(0, 1), spans, st.floats(0.0, 50.0), st.booleans()
    ),
    st.tuples(st.just("pass"), spans),
    st.tuples(st.just("set"), st.floats(-400 * DAY, 400 * DAY) | st.sampled_from([-DAY, -HOUR, HOUR, DAY])),
    st.tuples(st.just("restart")),
    st.tuples(st.just("reboot"), spans, st.just(0.0) | st.floats(0.0, 10 * 365 * DAY)),
)


@given(st.integers(1, 9), st.lists(steps, max_size=25))
@settings(deadline=None, max_examples=150)
def test_no_24_hours_hold_more_than_the_budget_and_no_minute_more_than_the_pace(
    per_day: int, story: list[tuple[object, ...]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder) / "ledger", per_day)
        world.start()
        for step in story:
            match step:
                case ("ask", int(times), int(process), float(apart), float(slow), bool(dies)):
                    for _ in range(times):
                        world.try_to_ask(process, until_sent=slow, until_begun=slow / 9, dies=dies)
                        world.true += apart / times
                case ("pass", float(seconds)):
                    world.true += seconds
                case ("set", float(seconds)):
                    world.set_clock(world.ahead + seconds)
                case ("restart",):
                    world.start()
                case ("reboot", float(off), float(back)):
                    world.reboot(off, back)
        assert world.most_within(DAY) <= per_day
        assert world.most_within(60.0) <= 60 / PACE
        # between the beginning of an answer and the next request
        assert all(
            after - before >= PACE - 1e-6 for before, after in zip(world.begun, world.sent[1:], strict=False)
        )
        # a day of the machine's time after somebody looked, everything is free again
        assert world.wait_for(0) <= DAY
        world.true += DAY + 0.001
        with world.inside(1) as entry:
            assert entry.due(world.now(), delay=PACE) == 0.0
            assert entry.room_in(world.now(), 1) == 0.0
            assert entry.by_quarter(world.now()) == (0,) * QUARTERS_KEPT
        # what is told without the lock is what stands there
        assert (look(world.file) or Entry()) == entry
        world.end()


@given(st.lists(st.floats(0.0, 3 * HOUR), max_size=60), st.integers(1, 30))
@settings(deadline=None, max_examples=100)
def test_the_next_request_is_let_go_when_it_was_promised_and_no_earlier(
    gaps: list[float], per_day: int
) -> None:
    entry, at = Entry(), 50.0
    for gap in gaps:
        at += gap
        moment = Moment("run", at, NOON + at)
        if entry.room_in(moment, per_day) == 0:
            entry = entry.asked(moment, by=1, delay=0.0).answered(moment, moment)
    now = Moment("run", at, NOON + at)
    if wait := entry.room_in(now, per_day):
        assert 0 < wait <= DAY
        assert sum(entry.by_quarter(now)) >= per_day
        assert entry.room_in(now.before(-wait / 2), per_day) == pytest.approx(wait / 2)
        assert entry.room_in(now.before(-wait - 0.001), per_day) == 0.0
    else:
        assert sum(entry.by_quarter(now)) < per_day


def test_quarters_are_told_the_newest_first_and_count_whole() -> None:
    quarters, began = NOTHING, Moment("run", 1_000.0, NOON)
    for age, requests in ((0.0, 3), (1.5, 2), (95.9, 1)):
        quarters = quarters.asked(began.before(-age * QUARTER), requests)
    assert quarters.counts == (1, *(0,) * 93, 2, 3, 0)
    later = began.before(-96.9 * QUARTER)
    assert quarters.at(later).counts == (0, 1, *(0,) * 93, 2, 3)
    assert quarters.ends_in(later) / QUARTER == pytest.approx(0.1)
    assert [quarters.room_in(later, limit) / QUARTER for limit in (7, 6, 3, 1)] == pytest.approx(
        [0, 0.1, 1.1, 95.1]
    )
    assert quarters.at(began.before(-97 * QUARTER)).counts == (0, 0, 1, *(0,) * 93, 2)
    assert quarters.at(began.before(-999 * QUARTER)).counts == (0,) * QUARTERS_KEPT
    assert NOTHING.ends_in(began) == QUARTER


def test_a_request_that_spans_two_quarters_counts_in_the_later_one() -> None:
    began = Moment("run", 1_000.0, NOON)
    entry = Entry().asked(began, by=1, delay=0.0).answered(began, began)
    late, end = began.before(-QUARTER + 1), began.before(-QUARTER - 5)
    asked = entry.asked(late, by=1, delay=0.0)
    assert asked.by_quarter(late)[0] == 2
    assert asked.answered(end, end).by_quarter(end)[:3] == (1, 1, 0)
    assert asked.given_up(end).by_quarter(end)[:3] == (1, 1, 0)


@pytest.mark.parametrize("jump", [DAY, -DAY, 400 * DAY, -400 * DAY, -NOON])
def test_a_clock_on_the_wall_that_was_set_frees_nothing_and_keeps_nothing(
    tmp_path: Path, jump: float
) -> None:
    world = World(tmp_path / "ledger", per_day=1)
    world.start()
    world.try_to_ask(0, until_sent=0.0, until_begun=0.0, dies=False)
    world.ahead += jump
    assert world.wait_for(1) == pytest.approx(DAY)
    world.true += HOUR
    world.reboot(off=HOUR, back=0.0)  # whoever looked since has told the ledger by the clock as it is now
    assert world.wait_for(1) == pytest.approx(DAY - 2 * HOUR)


def test_a_machine_that_wakes_with_a_clock_of_years_ago_waits_a_day_and_no_longer(tmp_path: Path) -> None:
    world = World(tmp_path / "ledger", per_day=1)
    world.start()
    world.try_to_ask(0, until_sent=0.0, until_begun=0.0, dies=False)
    with world.inside(0) as entry:
        world.ledgers[0].write(entry.answered(world.now(), world.now(), closed_for=HOUR))
    world.reboot(off=HOUR, back=10 * 365 * DAY)
    assert world.wait_for(0) == pytest.approx(DAY)
    world.true += HOUR
    with world.inside(0) as entry:
        assert entry.closed(world.now()) == 0.0
    assert world.wait_for(0) == pytest.approx(DAY - HOUR)


def test_a_ledger_from_before_is_carried_over_with_the_day_of_its_last_request(tmp_path: Path) -> None:
    file, now = tmp_path / "ledger", Moment("run", 9 * DAY, NOON)
    for ago in (13 * HOUR, 3 * HOUR, 2 * HOUR, 2 * HOUR):  # the first on the day before
        older_ledger.ask(file, now.before(ago))
    assert file.stat().st_size == older_ledger.BYTES
    ledger = Ledger(file, clock=lambda: now)
    entry = ledger.enter()
    assert entry is not None
    assert entry.by_quarter(now)[7:10] == (0, 3, 0)
    assert entry.room_in(now, 3) == pytest.approx(DAY - 2 * HOUR)
    ledger.write(entry.asked(now, by=1, delay=0.0).answered(now, now))
    assert file.stat().st_size == SIZE
    assert look(file) == ledger.enter()


@given(st.lists(st.tuples(st.booleans(), st.floats(1.0, 10 * HOUR)), max_size=30))
@settings(deadline=None, max_examples=60)
def test_beside_a_program_from_before_no_request_is_lost_by_either(story: list[tuple[bool, float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, at = Path(folder) / "ledger", 9 * DAY
        times: list[float] = []
        now = Moment("run", at, NOON)
        ledger = Ledger(file, clock=lambda: now)
        first = ledger.enter()
        assert first is not None
        ledger.write(first.asked(now, by=1, delay=0.0).answered(now, now))
        ledger.leave()
        times.append(at)
        for is_older, gap in story:
            at += gap
            now = Moment("run", at, NOON + at - 9 * DAY)
            times.append(at)
            if is_older:
                older_ledger.ask(file, now)
            else:
                entry = ledger.enter()
                assert entry is not None
                ledger.write(entry.asked(now, by=1, delay=0.0).answered(now, now))
                ledger.leave()
        ledger._close()
        found, old = look(file), older_ledger.read(file)
        assert found is not None
        assert old is not None
        assert old["days"] == found.days
        # what the older one asked between two of ours counts with the last of it: never too early
        within = sum(at - time < DAY for time in times)
        assert sum(found.by_quarter(now)) >= within


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"{",
        b'{"jarshy_quarters":2}',
        b"[]",
        b'{"jarshy_quarters":1,"counts":[1],"began":null,"days":{}}',
        b'{"jarshy_hours":1,"counts":[1],"began":null,"days":{}}',
    ],
)
def test_quarters_that_cannot_be_read_are_those_of_the_last_day(tmp_path: Path, spoilt: bytes) -> None:
    file, now = tmp_path / "ledger", Moment("run", 9 * DAY, NOON)
    ledger = Ledger(file, clock=lambda: now)
    entry = ledger.enter()
    assert entry is not None
    ledger.write(entry.asked(now, by=1, delay=0.0).asked(now, by=1, delay=0.0).answered(now, now))
    ledger.leave()
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + spoilt)
    found = look(file)
    assert found is not None
    assert found.by_quarter(now)[0] == 2
    assert ledger.enter() == found

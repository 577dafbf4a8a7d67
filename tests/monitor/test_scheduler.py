"""APScheduler at work while the clock is set and the machine sleeps: nothing stands still, nothing is done twice."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base

from monitor import scheduler as room
from monitor.clock_jumps import Clocks
from monitor.scheduler import Scheduler, these_clocks

MOMENT, HOUR, DAY = timedelta(milliseconds=20), timedelta(hours=1), timedelta(days=1)
PATIENCE = 20.0
"""Seconds; what does not come by then never will."""


@dataclass
class Machine:
    """One whose clock can be set and that can sleep, with what its scheduler told."""

    put: timedelta = timedelta()
    slept: timedelta = timedelta()
    set_by: list[timedelta] = field(default_factory=list)
    stood: list[timedelta] = field(default_factory=list)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    runs: dict[str, int] = field(default_factory=dict)
    ran: asyncio.Event = field(default_factory=asyncio.Event)

    def wall(self) -> datetime:
        return datetime.now(UTC) + self.put + self.slept

    def clocks(self) -> Clocks:
        running = time.monotonic()
        return Clocks(self.wall(), running + self.slept.total_seconds(), running)

    def hear_set(self, jump: timedelta, now: datetime) -> None:
        assert abs(now - self.wall()) < timedelta(seconds=5)
        self.set_by.append(jump)
        self.told.set()

    def hear_woken(self, stood: timedelta, now: datetime) -> None:
        assert abs(now - self.wall()) < timedelta(seconds=5)
        self.stood.append(stood)
        self.told.set()

    def run(self, name: str) -> None:
        self.runs[name] = self.runs.get(name, 0) + 1
        self.ran.set()

    async def until(self, name: str, *, times: int) -> None:
        """Waits until that alarm has been called so often."""
        async with asyncio.timeout(PATIENCE):
            while self.runs.get(name, 0) < times:
                self.ran.clear()
                await self.ran.wait()

    async def until_told(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.told.wait()
        self.told.clear()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Whose clock APScheduler goes by too, and which is looked at often."""
    machine = Machine()

    class Wall(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return machine.wall().astimezone(tz)

    monkeypatch.setattr(base, "datetime", Wall)
    monkeypatch.setattr(room, "LOOK_EVERY", MOMENT)
    return machine


@asynccontextmanager
async def at_work(machine: Machine) -> AsyncIterator[Scheduler]:
    """One with an alarm every moment, one every hour, and one in an hour."""
    scheduler = Scheduler(clocks=machine.clocks)
    scheduler.start(
        on_clock_set=machine.hear_set, on_wake=machine.hear_woken, on_look=lambda: machine.run("look")
    )
    now = machine.wall()
    scheduler.every("often", MOMENT, lambda: machine.run("often"), first=now)
    scheduler.every("hourly", HOUR, lambda: machine.run("hourly"), first=now + HOUR)
    scheduler.at("once", now + HOUR, lambda: machine.run("once"))
    try:
        await machine.until("often", times=2)
        yield scheduler
    finally:
        scheduler.stop()


async def test_every_look_is_heard_for_as_long_as_the_loop_turns(machine: Machine) -> None:
    async with at_work(machine):
        await machine.until("look", times=3)
    looked = machine.runs["look"]
    await asyncio.sleep(3 * MOMENT.total_seconds())
    assert machine.runs["look"] == looked


JUMPS = [HOUR, -HOUR, DAY, -DAY, 15_000 * DAY, -15_000 * DAY]


@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_nothing_stands_still_or_is_done_twice_where_the_clock_is_set(
    machine: Machine, jump: timedelta
) -> None:
    async with at_work(machine):
        machine.put += jump
        await machine.until_told()
        await machine.until("often", times=machine.runs["often"] + 5)
        await machine.until("once", times=1)
        assert machine.runs["once"] == 1
        assert machine.runs.get("hourly", 0) <= int(jump > timedelta())
        [heard] = machine.set_by
        assert abs(heard - jump) < timedelta(seconds=1)
        assert machine.stood == []


@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_after_a_clock_was_set_an_hour_is_an_hour(machine: Machine, jump: timedelta) -> None:
    async with at_work(machine):
        machine.put += jump
        await machine.until_told()
        await machine.until("often", times=machine.runs["often"] + 2)
        before = machine.runs.get("hourly", 0)
        machine.slept += HOUR + timedelta(minutes=1)
        await machine.until_told()
        await machine.until("hourly", times=before + 1)
        await machine.until("often", times=machine.runs["often"] + 2)
        assert machine.runs["hourly"] == before + 1


@pytest.mark.parametrize("length", [10 * HOUR, 10 * DAY, 3650 * DAY], ids=str)
async def test_what_came_due_in_sleep_is_done_once(machine: Machine, length: timedelta) -> None:
    async with at_work(machine):
        machine.slept += length
        await machine.until_told()
        await machine.until("hourly", times=1)
        await machine.until("once", times=1)
        await machine.until("often", times=machine.runs["often"] + 5)
        assert machine.runs["hourly"] == machine.runs["once"] == 1
        assert machine.set_by == []
        [heard] = machine.stood
        assert abs(heard - length) < timedelta(seconds=1)


async def test_a_clock_put_there_and_back_leaves_everything_as_it_was(machine: Machine) -> None:
    async with at_work(machine):
        for jump in (-DAY, DAY, -HOUR, HOUR):
            machine.put += jump
            await machine.until_told()
            await machine.until("often", times=machine.runs["often"] + 2)
        assert machine.runs.get("hourly", 0) <= 2
        assert len(machine.set_by) == 4


async def test_nobody_is_called_after_the_end(machine: Machine) -> None:
    async with at_work(machine) as scheduler:
        pass
    runs = dict(machine.runs)
    machine.put -= DAY
    scheduler.stop()
    for _ in range(10):
        await asyncio.sleep(0)
    assert machine.runs == runs
    assert machine.set_by == []


async def test_an_alarm_that_comes_due_as_the_scheduler_ends_is_no_error(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(machine) as scheduler:
        scheduler.at("late", machine.wall(), lambda: machine.run("late"))
        scheduler.stop()
        for _ in range(10):
            await asyncio.sleep(0)
    assert "late" not in machine.runs
    assert caplog.records == []


def test_the_clocks_of_this_machine_tell_one_moment() -> None:
    before, clocks = time.monotonic(), these_clocks()
    assert before <= clocks.running <= time.monotonic()
    assert clocks.machine >= clocks.running - 1
    assert abs(clocks.wall - datetime.now(UTC)) < timedelta(seconds=5)

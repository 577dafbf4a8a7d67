"""APScheduler's one door: calls back at a moment, or every so often, inside the daemon's event loop.

What is due is decided elsewhere and kept in our own tables, so the jobs live in memory and are made anew at each
start. APScheduler goes by the clock on the wall but waits by one that stands still while the machine sleeps; so we
look every second whether they have parted.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.clock_jumps import Clocks, passed

Action = Callable[[], None]
Listener = Callable[[timedelta, datetime], None]
"""Hears by how much the clock was set (below zero: back) or for how long nothing ran, and what time it is now."""

LOOK_EVERY = timedelta(seconds=1)
"""How soon it is noticed that the clock was set, or that the machine slept."""
_MACHINE = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def these_clocks() -> Clocks:
    """The clocks of this machine, read at one moment."""
    while True:
        running = time.monotonic()
        wall, machine = time.time(), time.clock_gettime(_MACHINE)
        if time.monotonic() - running < 0.1:  # else we were held up between them, and they tell two moments
            return Clocks(datetime.fromtimestamp(wall, UTC), machine, running)


class Scheduler:
    """Named alarms; setting one again moves it."""

    def __init__(self, *, clocks: Callable[[], Clocks] = these_clocks) -> None:
        # Its own log names every job at every run; ours says what came of it.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        logging.getLogger("apscheduler.executors.default").addFilter(_went_wrong)
        self._jobs = AsyncIOScheduler(
            timezone="UTC",
            # A job that is a second late would be skipped by default: late is better than never, once.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._clocks = clocks
        self._looked = clocks()
        self._next_look: asyncio.TimerHandle | None = None
        self._on_clock_set: Listener | None = None
        self._on_wake: Listener | None = None
        self._on_look: Action = lambda: None

    def start(
        self,
        *,
        on_clock_set: Listener | None = None,
        on_wake: Listener | None = None,
        on_look: Action = lambda: None,
    ) -> None:
        """Begins to call back; needs a running event loop.

        `on_clock_set` hears of a clock that was set by more than a step, `on_wake` that nothing ran for a while;
        by then everything here is set anew. `on_look` is called at every look, for as long as the loop turns.
        """
        self._on_clock_set, self._on_wake, self._on_look = on_clock_set, on_wake, on_look
        self._jobs.start()
        self._looked = self._clocks()
        self._look_again()

    def stop(self) -> None:
        """Calls nobody back any more, had it ever begun or not."""
        if self._next_look is not None:
            self._next_look.cancel()
        if self._jobs.running:
            self._jobs.shutdown(wait=False)

    def at(self, name: str, moment: datetime, action: Action) -> None:
        """Calls `action` at `moment`, at once where that has passed; an earlier alarm of that name is moved.

        Where the clock is set meanwhile it is called at once, since nobody can tell what moment is meant now.
        """
        self._jobs.add_job(_in_loop, "date", args=(action,), run_date=moment, id=name, replace_existing=True)

    def every(self, name: str, interval: timedelta, action: Action, *, first: datetime) -> None:
        """Calls `action` at `first` and then every `interval`; what was missed is made up for once."""
        self._jobs.add_job(
            _in_loop,
            _Every(interval),
            args=(action,),
            next_run_time=first,
            id=name,
            replace_existing=True,
        )

    def _look_again(self) -> None:
        self._next_look = asyncio.get_running_loop().call_later(LOOK_EVERY.total_seconds(), self._look)

    def _look(self) -> None:
        self._look_again()
        before, self._looked = self._looked, self._clocks()
        found, now = passed(before, self._looked, meant=LOOK_EVERY), self._looked.wall
        if found.set_by:
            self._set_anew(found.set_by, now)
            if self._on_clock_set is not None:
                self._on_clock_set(found.set_by, now)
        if found.stood:
            self._jobs.wakeup()
            if self._on_wake is not None:
                self._on_wake(found.stood, now)
        self._on_look()

    def _set_anew(self, jump: timedelta, now: datetime) -> None:
        for job in self._jobs.get_jobs():
            if isinstance(job.trigger, _Every):
                # As far off as it was. One that has run since, by the new clock, is an interval off and stays so.
                wait = job.next_run_time - now + jump
                job.modify(next_run_time=now + min(max(wait, timedelta()), job.trigger.interval))
            else:
                job.modify(next_run_time=now)


class _Every(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """Again after an interval; its own trigger counts every run that a jump of the clock has left out, one by one."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        if previous_fire_time is None:
            return now
        following = previous_fire_time + self.interval
        return following if following > now else now + self.interval


def _went_wrong(record: logging.LogRecord) -> bool:
    """False for an alarm that was about to be called when its scheduler ended, which the library calls an error."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


async def _in_loop(action: Action) -> None:
    """A plain function would be run in a thread, and a SQLite connection belongs to the thread that opened it."""
    action()

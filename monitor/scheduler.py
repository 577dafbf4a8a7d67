"""APScheduler's one door: calls back at a moment, or every so often, inside the daemon's event loop.

What is due is decided elsewhere and kept in our own tables, so the jobs live in memory and are made anew at each
start.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Action = Callable[[], None]


class Scheduler:
    """Named alarms; setting one again moves it."""

    def __init__(self) -> None:
        # Its own log names every job at every run; ours says what came of it.
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._jobs = AsyncIOScheduler(
            timezone="UTC",
            # A job that is a second late would be skipped by default: late is better than never, once.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begins to call back; needs a running event loop."""
        self._jobs.start()

    def stop(self) -> None:
        """Calls nobody back any more."""
        self._jobs.shutdown(wait=False)

    def at(self, name: str, moment: datetime, action: Action) -> None:
        """Calls `action` at `moment`, at once where that has passed; an earlier alarm of that name is moved."""
        self._jobs.add_job(_in_loop, "date", args=(action,), run_date=moment, id=name, replace_existing=True)

    def every(self, name: str, interval: timedelta, action: Action, *, first: datetime) -> None:
        """Calls `action` at `first` and then every `interval`."""
        self._jobs.add_job(
            _in_loop,
            "interval",
            args=(action,),
            seconds=interval.total_seconds(),
            next_run_time=first,
            id=name,
            replace_existing=True,
        )


async def _in_loop(action: Action) -> None:
    """A plain function would be run in a thread, and a SQLite connection belongs to the thread that opened it."""
    action()

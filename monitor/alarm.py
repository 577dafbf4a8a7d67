"""One moment by the clock, waited for by a counter that nobody can set; when the two part, the scheduler says so."""

import asyncio
from collections.abc import Callable
from datetime import datetime

_LONGEST = 86400.0
"""Seconds; a call that comes too early does no harm."""


class Alarm:
    """Calls back at a moment by the clock."""

    def __init__(self, action: Callable[[], None], *, now: Callable[[], datetime]) -> None:
        self._action = action
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None

    def at(self, moment: datetime) -> None:
        """Calls back then, at once where that has passed; an earlier call is moved."""
        self.stop()
        wait = max(0.0, (moment - self._now()).total_seconds())
        self._handle = self._loop.call_later(min(wait, _LONGEST), self._action)

    def stop(self) -> None:
        """Calls back no more."""
        if self._handle is not None:
            self._handle.cancel()

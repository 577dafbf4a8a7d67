"""A moment by two clocks: what counts time though the clock on the wall jumps and the machine restarts.

Standard library only.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_APART = 1.0
"""Seconds by which the two clocks may come to differ before the one on the wall counts as moved."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment by two clocks, so that neither a clock that jumps nor a restart of the machine shifts it."""

    boot: str
    """Names the run of the machine in which `ticks` count."""
    ticks: float
    """Seconds since the machine started, those asleep included."""
    wall: float
    """Seconds since 1970, as the clock on the wall says."""

    def since(self, earlier: "Moment") -> float:
        """Seconds from `earlier` to this moment; never negative.

        Within a run of the machine its own count decides, across a restart the clock on the wall.
        """
        if self.follows(earlier):
            return self.ticks - earlier.ticks
        return max(0.0, self.wall - earlier.wall)

    def follows(self, earlier: "Moment") -> bool:
        """Whether `earlier` lies in the same run of the machine, as far as can be told."""
        return self.boot == earlier.boot and self.ticks >= earlier.ticks

    def agrees(self, earlier: "Moment") -> bool:
        """Whether it is the same run, and the clock on the wall was not moved since `earlier`."""
        moved = (self.wall - earlier.wall) - (self.ticks - earlier.ticks)
        return self.follows(earlier) and abs(moved) <= _APART

    def before(self, seconds: float) -> "Moment":
        """The moment so many seconds ago, by the clocks of now."""
        return Moment(self.boot, self.ticks - seconds, self.wall - seconds)

    @property
    def day(self) -> str:
        """The day in UTC."""
        return datetime.fromtimestamp(self.wall, UTC).date().isoformat()


def this_moment() -> Moment:
    """Now, by the clocks of this machine."""
    return Moment(_boot(), time.clock_gettime(_TICKS), time.time())


def _boot() -> str:
    global _BOOT  # noqa: PLW0603 (it does not change while we live, and is read before every request)
    if _BOOT is None:
        try:
            _BOOT = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        except OSError:  # another system; there `ticks` that count back tell of a restart
            _BOOT = ""
    return _BOOT


_BOOT: str | None = None
_TICKS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

"""A clock that runs faster than time, for a command and every process that it starts: Debian's libfaketime.

What sleeps, waits for a socket or looks at any clock goes by it, in Python and below. Two things do not: the time
limit of a lock, an event or a thread of `threading`, which never comes, and the dates of files, which stay true.
"""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

MISSING = "libfaketime is not here, and a fast clock needs it: apt-get install libfaketime"

_PLACES: Sequence[str] = ("/usr/lib", "/usr/local/lib", "/usr/lib64")
_PRELOADED = "LD_PRELOAD"


def library() -> Path | None:
    """Where libfaketime lies; None: it is not installed."""
    found = (file for place in _PLACES for file in Path(place).glob("**/faketime/libfaketime.so.1"))
    return next(found, None)


def is_fast() -> bool:
    """Does this process go by a fast clock?"""
    return "libfaketime" in os.environ.get(_PRELOADED, "")


def begin_again(start: datetime, speed: float) -> None:
    """Runs the command of this process anew, from its beginning, by a clock that starts at `start`.

    Raises FileNotFoundError where there is no libfaketime.
    """
    there = library()
    if there is None:
        raise FileNotFoundError(MISSING)
    fast = {
        _PRELOADED: str(there),
        "FAKETIME": f"@{start.astimezone(UTC):%Y-%m-%d %H:%M:%S} x{speed:g}",
        "FAKETIME_DONT_RESET": "1",  # children share the beginning of the first process, however late they start
        "NO_FAKE_STAT": "1",
        "TZ": "UTC",  # the beginning is read as local time
    }
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **fast})  # noqa: S606

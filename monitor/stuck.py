"""Ends a daemon whose loop stands still: whoever keeps it starts it again, and nobody else can mend that.

systemd's watchdog does the same sooner; around a container nobody does: a failed health check is only written down.
"""

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from monitor.pulse import Pulse

log = logging.getLogger("jarshy")

LOOKS = 300
"""So many looks in a row without a beat end it. They are counted, and not timed: a process that was stopped, or whose
machine slept, did not look."""
EVERY = 1.0
"""Seconds between two looks."""
FAREWELL = 5.0
"""Seconds in which the log may take the last sentence."""


@contextmanager
def ended_when_stuck(
    pulse: Pulse,
    *,
    looks: int = LOOKS,
    every: float = EVERY,
    end: Callable[[int], object] = os._exit,
) -> Iterator[None]:
    """Within this block the process ends with code 1, by `end`, after so many looks, `every` seconds apart, without
    a beat of the pulse; the log says where the thread that entered the block stood."""
    over, thread = threading.Event(), threading.get_ident()

    def look() -> None:
        seen, still = pulse.beat_at, 0
        while not over.wait(every):
            before, seen = seen, pulse.beat_at
            still = still + 1 if seen == before else 0
            if still >= looks:
                # In a thread of its own: the loop may stand still because nobody takes what the log says.
                saying = threading.Thread(target=_say, args=(looks * every, thread), daemon=True)
                try:
                    saying.start()
                    saying.join(FAREWELL)
                finally:  # there may be no room for another thread
                    end(1)
                return

    threading.Thread(target=look, name="stuck", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _say(seconds: float, thread: int) -> None:
    log.critical(
        "The loop of the daemon has stood still for %d s. It ends, to be started again: what was stored is whole, "
        "what is owed stays owed. It stood here:\n%s",
        seconds,
        _where(thread),
    )


def _where(thread: int) -> str:
    frame = sys._current_frames().get(thread)  # noqa: SLF001 documented, and the only way to another's frame
    return "".join(traceback.format_stack(frame)) if frame is not None else "nowhere: its thread has ended"

"""What a process leaves that is killed before any statement of its database, as by a power cut."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from monitor.store.database import Database, open_store

Trace = Callable[[str], None]
"""Hears of each statement before it is carried out."""


def killed_before_each(
    places: Sequence[int], base: Path, copy: Path, act: Callable[[Path, Trace], object]
) -> Iterator[tuple[int, Database]]:
    """Acts on a copy of `base`, and is killed before the statement at each place, in rising order.

    `act` opens the copy and has `Trace` hear of its statements. The place, and the database that was left, sound.
    A process that is killed leaves what its files hold then: one process stands still at each place while these are
    copied, and is killed at the last.
    """
    for suffix in ("", "-wal", "-shm"):
        copy.with_name(copy.name + suffix).unlink(missing_ok=True)
    shutil.copy(base, copy)
    left = copy.with_name("left.db")
    child = os.fork()
    if child == 0:
        _stand_still(places, lambda hear: act(copy, hear))
    ended = False
    try:
        for place in places:
            _, status = os.waitpid(child, os.WUNTRACED)
            ended = not os.WIFSTOPPED(status)
            assert ended == (place == places[-1])
            assert not ended or os.waitstatus_to_exitcode(status) == -signal.SIGKILL
            for suffix in ("", "-wal"):  # whoever opens the database makes the index of the log anew
                shutil.copy(copy.with_name(copy.name + suffix), left.with_name(left.name + suffix))
            db = open_store(left)
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            yield place, db
            db.conn.close()
            if not ended:
                os.kill(child, signal.SIGCONT)
    finally:
        if not ended:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _stand_still(places: Sequence[int], act: Callable[[Trace], object]) -> NoReturn:
    """Before each statement at these places until it is sent on; before the last it kills itself."""
    heard = 0

    def hear(_statement: str) -> None:
        nonlocal heard
        if heard in places:
            os.kill(os.getpid(), signal.SIGKILL if heard == places[-1] else signal.SIGSTOP)
        heard += 1

    act(hear)
    os._exit(0)

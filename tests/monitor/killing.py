"""Kills a process before any statement of its database, as a power cut would, and leaves what it has stored."""

import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from monitor.store.database import Database, open_store

Trace = Callable[[str], None]
"""Hears of each statement before it is carried out."""


def killed_before_each(
    places: Iterable[int], base: Path, copy: Path, act: Callable[[Path, Trace], object]
) -> Iterator[tuple[int, Database]]:
    """Acts on a copy of `base`, anew for each place, and is killed before the statement there.

    `act` opens the copy and has `Trace` hear of its statements. The place, and the database that was left, sound.
    """
    for place in places:
        for suffix in ("", "-wal", "-shm"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
        shutil.copy(base, copy)
        child = os.fork()
        if child == 0:
            left = [place]

            def kill(_statement: str, left: list[int] = left) -> None:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            act(copy, kill)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        db = open_store(copy)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        yield place, db
        db.conn.close()

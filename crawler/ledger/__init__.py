"""The ledger of requests: what every process that reads one portal for one database knows of its budget.

Workers are replaced, daemons are killed, and a `crawl` stands beside a daemon; the portal counts them as one
guest. So whoever has a request in flight holds an exclusive lock on a small file beside the database, which the
kernel lets go of however a process dies, and writes there when it asked. Standard library only: `jarshy status`
reads the same file. Nothing is forced to the disk: after a power cut the pause of a few seconds is over anyway, and
the requests of the last half minute may be forgotten.
"""

import fcntl
import logging
import os
from collections.abc import Callable
from pathlib import Path
from secrets import randbits

from crawler.ledger.entry import Entry
from crawler.ledger.moments import Moment, this_moment
from crawler.ledger.text import SIZE, SPOILT, read, written

SUFFIX = ".ledger"
"""Added to the name of the database."""

log = logging.getLogger(__name__)


class LedgerError(Exception):
    """Raised where the ledger cannot be written: nothing may be asked then, since nobody would know of it."""


class Ledger:
    """The open ledger; without a file it is kept in memory, for one process alone."""

    def __init__(self, file: Path | None, *, clock: Callable[[], Moment] = this_moment) -> None:
        """Opens nothing yet: the first `enter` does."""
        self._file = file
        self._clock = clock
        self._descriptor: int | None = None
        self._kept = Entry()
        self._written = b""
        """What stands in the file if nobody has written since we did; it says what is `kept`."""
        self._complained = False
        self.name = randbits(48)
        """Who we are among those that share the ledger."""

    @property
    def shared(self) -> bool:
        """Other processes may stand in the same ledger."""
        return self._file is not None

    def now(self) -> Moment:
        """The moment, by the clocks of the ledger."""
        return self._clock()

    def enter(self) -> Entry | None:
        """Takes the lock and reads; None: somebody else has a request in flight, come again.

        Whoever gets an entry calls `leave`. A request that its asker did not live to see answered counts as made
        at this moment: nobody knows when it reached the portal. Raises LedgerError.
        """
        if self._file is None:
            return self._kept
        descriptor = self._opened(self._file)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        if not _is_still(descriptor, self._file):  # somebody took the file away: the lock guards nothing
            self._close()
            return None
        found, now = self._read(descriptor, self._file), self._clock()
        entry = (found.given_up(now) if found.in_flight else found).here(now)
        if entry is not found:
            self.write(entry)
        return entry

    def write(self, entry: Entry) -> None:
        """Writes; only while the lock is held. Raises LedgerError."""
        self._kept = entry
        if self._file is None or self._descriptor is None:
            return
        text = written(entry)
        self._written = b""
        try:
            os.pwrite(self._descriptor, text, 0)
        except OSError as error:
            raise _unwritable(self._file, error) from error
        self._written = text

    def leave(self) -> None:
        """Lets go of the lock."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _opened(self, file: Path) -> int:
        if self._descriptor is None:
            try:
                self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except OSError as error:
                raise _unwritable(file, error) from error
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _read(self, descriptor: int, file: Path) -> Entry:
        text = os.pread(descriptor, SIZE, 0)
        if not text:  # nobody has asked anything yet
            return Entry()
        if text == self._written:
            return self._kept
        try:
            return read(text)
        except SPOILT:
            if not self._complained:
                log.warning(
                    "The ledger of requests %s cannot be read; it is begun anew, after a full pause.", file
                )
                self._complained = True
            entry = Entry(last=self._clock())
            self.write(entry)
            os.ftruncate(descriptor, SIZE)
            return entry


def beside(database: Path) -> Path:
    """The ledger of a database."""
    return database.with_name(database.name + SUFFIX)


def look(file: Path) -> Entry | None:
    """What stands in the ledger, for whoever only wants to show it; None: nothing that can be read."""
    try:
        with file.open("rb") as stream:
            return read(stream.read(SIZE))
    except (OSError, *SPOILT):
        return None


def _is_still(descriptor: int, file: Path) -> bool:
    try:
        there, ours = file.stat(), os.fstat(descriptor)
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)


def _unwritable(file: Path, error: OSError) -> LedgerError:
    return LedgerError(
        f"The ledger of requests {file} cannot be written ({error.strerror}), so nothing is asked: "
        "its folder must be writable for whoever runs Jarshy."
    )

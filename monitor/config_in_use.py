"""Notes which configuration file a daemon has read, for those who ask beside it whether the file has changed since.

The note stands in the lock beside the database, below the number of the process: it needs no database that can be
written, and means nothing once nobody holds the lock. Nothing of what the file says is in it.
"""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from monitor.store.database import from_text, lock_of, to_text

log = logging.getLogger("jarshy")


@dataclass(frozen=True, slots=True)
class InUse:
    """The file that a daemon lives by."""

    file: Path
    """Where there was none: the one that is looked for."""
    read_at: datetime
    has_changed: bool
    """Whether it is another one now, gone, or there for the first time; False too where it cannot be looked at from
    here."""

    def is_another(self, file: Path | None) -> bool:
        """Whether somebody who reads `file`, or none, sees that the daemon reads another one."""
        try:
            return file is None or not self.file.samefile(file) if self.file.exists() else False
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was at one moment."""

    file: str
    read_at: str
    modified: int | None
    """In nanoseconds, as its disk keeps them; None: there was no such file."""
    bytes: int | None


def look_at(file: Path, *, now: datetime) -> Seen | None:
    """How it is before it is read; None where nobody can tell from here."""
    try:
        found = file.stat()
    except FileNotFoundError:
        # Without its folder too it may well be there for the daemon, in a container of its own.
        return (
            Seen(str(file.absolute()), to_text(now), None, None) if file.absolute().parent.is_dir() else None
        )
    except OSError:  # whoever reads it says why it cannot be
        return None
    return Seen(str(file.absolute()), to_text(now), found.st_mtime_ns, found.st_size)


def note(database: Path, seen: Seen | None) -> None:
    """Writes down what was read; for who holds the lock of the database."""
    lock = lock_of(database)
    try:
        with lock.open("r+", encoding="utf-8") as written:
            written.readline()
            written.seek(written.tell())
            written.truncate()
            if seen is not None:
                written.write(f"{json.dumps(asdict(seen))}\n")
    except OSError as error:
        log.warning(
            "%s cannot be written: %s. `jarshy status` may say wrongly that the configuration has changed.",
            lock,
            error.strerror,
        )


def in_use(database: Path) -> InUse | None:
    """What the daemon that holds the lock lives by; None where nobody can tell."""
    try:
        lines = lock_of(database).read_text("utf-8").splitlines()
        seen = Seen(**json.loads(lines[1]))
    except (OSError, ValueError, TypeError, IndexError):  # no note, or half of one
        return None
    now = look_at(Path(seen.file), now=from_text(seen.read_at))
    return InUse(Path(seen.file), from_text(seen.read_at), has_changed=now is not None and now != seen)

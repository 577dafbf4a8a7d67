"""The newest change that was stored, noted beside the database: only by it can an older state of the file be told.

SQLite opens a file whose log was deleted, or a copy of last week, without a word. A note that is missing says
nothing, and of one that fell behind comes only that less is noticed.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

_NOTE = re.compile(r"(\d{1,20}) (\S+)\n?", re.ASCII)
_LARGEST = 2**63 - 1
"""Of what SQLite counts."""


class Witness:
    """What was noted in earlier runs, and is noted from now on; of the one daemon that works on the database."""

    def __init__(self, database: Path) -> None:
        self._file = _beside(database)
        self.noted = _read(self._file)
        """Number and id of the newest change; None: nothing is known."""

    def note(self, number: int, uid: str) -> None:
        """A change was committed."""
        self.noted = number, uid
        with suppress(OSError):  # the disk is full or gone: the note falls behind, and others say why
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o644)
            try:
                # Of one length, and over what stands there: it takes no more room than it has.
                os.pwrite(handle, f"{number:020} {uid}\n".encode("ascii"), 0)
            finally:
                os.close(handle)


def forget(database: Path) -> None:
    """Another database takes the place of this one. Raises OSError."""
    _beside(database).unlink(missing_ok=True)


def _beside(database: Path) -> Path:
    return Path(f"{os.path.realpath(database)}.newest")


def _read(file: Path) -> tuple[int, str] | None:
    try:
        found = _NOTE.fullmatch(file.read_text("ascii"))
    except (OSError, ValueError):
        return None
    return (int(found[1]), found[2]) if found and int(found[1]) <= _LARGEST else None

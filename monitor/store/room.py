"""Whether a page could be stored at this moment, tried without writing one; and the end of all writing."""

import os
from pathlib import Path

from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.store.soundness import OpenFile
from monitor.store.trying import try_to_begin

ROOM_BYTES = 4_000_000
"""What a page of long releases may take, in the log and then in the file."""


def try_to_store(db: Database) -> None:
    """Raises StoreError where a page could not be stored now: no room, not to be written, or another one writes."""
    try_to_begin(db)
    if path := OpenFile(db).path:
        _try_for_room(path)


def write_no_more(db: Database) -> None:
    """From now on whatever this connection is asked to write raises StoreError: so nothing is sent, either, of which
    could not be noted that it was."""
    db.execute("PRAGMA query_only = ON")


def may_write(db: Database) -> bool:
    """Whether nobody has called `write_no_more`."""
    return not db.execute("PRAGMA query_only").fetchone()[0]


def _try_for_room(path: Path) -> None:
    """By having the system set as much aside: only so is a quota known, too."""
    trial = path.with_name(f"{path.name}.room")
    try:
        handle = os.open(trial, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(handle, 0, ROOM_BYTES)
        finally:
            os.close(handle)
            trial.unlink()
    except OSError as error:
        raise StoreError(f"the database {path} cannot grow: {error.strerror}") from error

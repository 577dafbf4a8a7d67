"""Puts another database in the place of the present one, so that whoever is killed on the way loses neither.

As soon as the other has its name of a coming one, it is whole, and the present one is only to be put aside. Until
that has been done nobody may open what lies there: a log of the one would be applied to the other.
"""

import fcntl
from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.backup import sync_folder
from monitor.store.witness import forget

BESIDE = ("", "-wal", "-shm", "-journal")
"""A database, and what SQLite keeps of it beside it."""

SHARED_FIRST, SHARED_BYTES = 0x40000002, 510
"""Where in a file SQLite notes, by locks, who has it open: part of its format."""


def coming(database: Path) -> Path:
    """The name of a database that is whole and is to take the place of this one."""
    return database.with_name(f"{database.name}.restoring")


def check_settled(database: Path) -> None:
    """Raises StoreError where another database is about to take the place of this one."""
    if coming(database).exists():
        raise StoreError(
            f"a restore of {database} was interrupted; `jarshy run`, or `jarshy restore` once more, ends it"
        )


def check_unused(database: Path) -> None:
    """Raises StoreError where another process has the database open: what it wrote after another one has taken its
    place would be lost, and nobody would say so. Whoever calls has it open nowhere.
    """
    if not database.exists():
        return
    try:
        with database.open("rb+") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, SHARED_BYTES, SHARED_FIRST)
    except BlockingIOError as error:
        raise StoreError(
            f"another program has {database} open; end it first (an import, a shell, Datasette, a replication)"
        ) from error
    except OSError as error:
        raise StoreError(f"{database} cannot be replaced: {error.strerror}") from error


def put_in_place(database: Path) -> Path | None:
    """Puts the present database aside and the coming one in its place; where the present one lies now, if any was.

    Does nothing where none is coming, and ends what was begun by somebody who was killed. Whoever calls holds the
    daemon's lock.
    """
    there = coming(database)
    if not there.exists():
        return None
    # The same name however often this is begun anew, and another one for another restore.
    second, rest = divmod(there.stat().st_mtime_ns, 1_000_000_000)
    at = datetime.fromtimestamp(second, UTC)
    aside = database.with_name(f"{database.name}.replaced-{at:%Y%m%dT%H%M%S}.{rest // 1_000_000:03}Z")
    try:
        forget(database)
        for suffix in BESIDE:
            present = database.with_name(database.name + suffix)
            if not present.exists():
                continue
            if suffix == "-shm" or (suffix == "-wal" and not present.stat().st_size):
                present.unlink()  # made anew by whoever opens the database
            else:
                present.rename(aside.with_name(aside.name + suffix))
        sync_folder(database)
        there.rename(database)
        sync_folder(database)
    except OSError as error:
        raise StoreError(f"{database} cannot be replaced: {error.strerror}") from error
    return aside if aside.exists() else None

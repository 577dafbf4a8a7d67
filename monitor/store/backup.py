"""Copies a database while others write to it, and proves the copy before it gets its name.

The copy is of one moment, however long it takes, and holds nobody up: who writes goes on in the log, which grows by
that much meanwhile. Nothing that is half done ever has the final name. When copies are made is decided elsewhere.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.ours import check_ours, is_empty, schema_of

STEP_BYTES = 4_000_000
"""Copied between two words of progress; takes some milliseconds."""
FLUSH_BYTES = 32_000_000
"""After so many they go to the disk, so that the writer never waits there behind all of them."""
BUSY_MS = 5000
NOT_WRITTEN = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_FSYNC"})
COUNTED = ("releases", "editions", "revisions", "changes", "deliveries")

Progress = Callable[[int, int], None]
"""Hears of pages that are still to be copied, and of all. What it raises ends the copy, and nothing is left of it."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a database holds, as far as it can be counted."""

    schema: int
    rows: dict[str, int]
    """By table, of those in `COUNTED`; 0 where an older schema has no such table."""
    last_change_at: str | None
    """When the newest change was noticed, as stored; None: there is none."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was proved."""

    path: Path
    bytes: int
    holdings: Holdings


def back_up(
    database: Path,
    target: Path,
    *,
    replace: bool = False,
    thorough: bool = False,
    progress: Progress = lambda _left, _all: None,
) -> Backup:
    """Copies the database to `target`, which is there only once the copy was opened and proved.

    `thorough` also compares every index with its table, and every reference with what it names. Raises StoreError,
    with nothing left behind, where there is no database, no room, a file of that name (unless `replace`), or a copy
    that is not sound.
    """
    _check_places(database, target, replace=replace)
    with _opened(database) as source, _part(target) as (part, handle):
        source.execute("BEGIN")  # with the first question after it the moment of the copy is fixed
        check_ours(source, database)
        if is_empty(source):
            raise StoreError(f"{database} holds nothing yet")
        holdings = _holdings(source)
        _check_room(source, target)
        with _write_errors(target):
            _copy(source, part, handle, progress)
        source.execute("COMMIT")  # while the copy is proved the log can be given back
        _prove(part, holdings, thorough=thorough, of=database)
        os.fsync(handle)
        size = part.stat().st_size
        _name(part, target, replace=replace)
    return Backup(target, size, holdings)


def examine(file: Path) -> Holdings:
    """What a database that nobody writes to holds. Raises StoreError where it is none, or a newer one."""
    if not file.is_file():
        raise StoreError(f"there is no file {file}")
    with _opened(file) as connection:
        check_ours(connection, file)
        if is_empty(connection):
            raise StoreError(f"{file} is empty; it is no backup")
        return _holdings(connection)


def forget_half(part: Path) -> None:
    """Deletes what is left of a copy that was killed; one that somebody is at stays."""
    with part.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        part.unlink(missing_ok=True)
        _forget_journals(part)


def sync_folder(file: Path) -> None:
    """Has the disk know the names in the folder of a file as they are now."""
    handle = os.open(file.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_places(database: Path, target: Path, *, replace: bool) -> None:
    if not database.exists():
        raise StoreError(f"there is no database {database} yet")
    folder = target.absolute().parent
    if not folder.is_dir():
        raise StoreError(f"there is no folder {folder}; make it, or name another file")
    if target.is_dir():
        raise StoreError(f"{target} is a folder; name a file in it")
    theirs = {Path(f"{os.path.realpath(database)}{suffix}") for suffix in ("", "-wal", "-shm", ".lock")}
    if Path(os.path.realpath(target)) in theirs or (target.exists() and target.samefile(database)):
        raise StoreError(f"{target} belongs to the database itself; name another file")
    if not replace:
        for there in (target, *_journals_of(target)):
            if there.exists():
                raise StoreError(f"{there} is there already; name another file, or replace it with --force")


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(
            sqlite3.connect(
                f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
            )
        ) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            yield connection
    except sqlite3.Error as error:
        raise StoreError(f"the database {file} cannot be copied: {error}") from error


@contextmanager
def _part(target: Path) -> Iterator[tuple[Path, int]]:
    """An empty file beside the target, for its owner alone; gone afterwards, unless it got the target's name.

    What a copy left that was killed is overwritten; one that is under way is not.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        handle = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{target.absolute().parent} cannot be written: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(f"another process is writing {target} at this moment") from error
        try:
            os.fchmod(handle, 0o600)
            os.truncate(handle, 0)
            _forget_journals(part)
            yield part, handle
        finally:
            part.unlink(missing_ok=True)
            _forget_journals(part)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        os.close(handle)


def _journals_of(file: Path) -> list[Path]:
    return [file.with_name(file.name + suffix) for suffix in ("-journal", "-wal", "-shm")]


def _forget_journals(file: Path) -> None:
    for journal in _journals_of(file):
        journal.unlink(missing_ok=True)


def _check_room(source: sqlite3.Connection, target: Path) -> None:
    (pages,), (page_bytes,) = (
        source.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size")
    )
    needed, free = pages * page_bytes, shutil.disk_usage(target.absolute().parent).free
    if needed > free:
        raise StoreError(
            f"there is no room for {target}: it takes {needed / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free"
        )


@contextmanager
def _write_errors(target: Path) -> Iterator[None]:
    """Only the copy is written: that its disk is full says nothing of the database."""
    try:
        yield
    except sqlite3.Error as error:
        if error.sqlite_errorname in NOT_WRITTEN:
            raise StoreError(f"{target} cannot be written: {error}") from error
        raise


def _copy(source: sqlite3.Connection, part: Path, handle: int, progress: Progress) -> None:
    (page_bytes,) = source.execute("PRAGMA page_size").fetchone()
    flushed = 0

    def stepped(_status: int, left: int, all_: int) -> None:
        nonlocal flushed
        if (all_ - left - flushed) * page_bytes >= FLUSH_BYTES:
            flushed = all_ - left
            os.fsync(handle)
        progress(left, all_)

    with closing(sqlite3.connect(part, isolation_level=None, check_same_thread=False)) as copy:
        copy.execute("PRAGMA synchronous = OFF")  # flushed by us, at the latest before it gets its name
        # The reading above is still open: another's commit would else begin the copy anew, again and again.
        source.backup(copy, pages=max(1, STEP_BYTES // page_bytes), progress=stepped)
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        # One file, to be moved and opened as it is: a log beside it could be lost on the way.
        copy.execute("PRAGMA journal_mode = DELETE")


def _prove(part: Path, holdings: Holdings, *, thorough: bool, of: Path) -> None:
    with _opened(part) as copy:
        check = "integrity_check" if thorough else "quick_check"
        (said,) = copy.execute(f"PRAGMA {check}(1)").fetchone()
        if said == "ok" and thorough and (row := copy.execute("PRAGMA foreign_key_check").fetchone()):
            said = f"a row of {row[0]} names one of {row[2]} that is not there"
        if said != "ok":
            raise StoreError(f"the copy of {of} is not sound, and was not kept: {said}")
        if _holdings(copy) != holdings:
            raise StoreError(f"the copy of {of} does not hold what that holds, and was not kept")


def _holdings(connection: sqlite3.Connection) -> Holdings:
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def count(table: str) -> int:
        if table not in there:
            return 0
        (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 words of ours
        return int(rows)

    last = (
        connection.execute("SELECT at FROM changes ORDER BY id DESC LIMIT 1").fetchone()
        if "changes" in there
        else None
    )
    return Holdings(
        schema_of(connection), {table: count(table) for table in COUNTED}, str(last[0]) if last else None
    )


def _name(part: Path, target: Path, *, replace: bool) -> None:
    if replace:
        # SQLite would apply what somebody who was killed left of the former file to this one, and garble it.
        _forget_journals(target)
        part.replace(target)
    else:
        try:
            os.link(part, target)  # unlike a renaming it fails where a file of that name came meanwhile
        except FileExistsError as error:
            raise StoreError(f"{target} is there already; name another file") from error
        except OSError:  # a file system that has one name for each file
            part.rename(target)
    sync_folder(target)

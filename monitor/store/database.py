"""Opens the SQLite file: pragmas, schema, transactions, and the lock that lets one daemon in."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from sqlite_utils import Database as Database  # noqa: PLC0414 the door through which others name it

from monitor.errors import StoreError, TookTooLong
from monitor.store.migrations import APPLICATION_ID, migrations
from monitor.store.older import keep_older
from monitor.store.ours import check_ours, known_schema, schema_of
from monitor.store.putting_in_place import check_settled, put_in_place

BUSY_MS = 5000
IMPATIENT_MS = 100
"""After a lock was waited for in vain, until it is had again: whoever waits is the loop in which all else runs."""
LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED")
"""How the names of errors begin that mean: another process holds the database."""
_EFFECTIVE = os.access in os.supports_effective_ids
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_STEPS = 5000
"""Of SQLite's machine, between two looks at the clock; less than a millisecond."""
PAGE_BYTES = 16384
"""Of a new file: most rows of a text weigh 2 to 8 kB, and behind them pages of 4 kB stay empty by half."""
CACHE_BYTES = 2_000_000
"""Of pages that the writer keeps. SQLite's own 2 MB become 8 with pages of 16 kB: it counts pages of 4 kB."""
CHECKPOINT_BYTES = 16_000_000
"""Of the write-ahead log, after which it goes to the database: what a history writes over and over goes there less
often than by SQLite's own 1000 pages of 4 kB."""


def open_store(path: Path | str, *, keeps_older: bool = True) -> Database:
    """The database for its one writer, made if there is none, brought to the newest schema.

    Before an older one is altered a copy of it is kept beside it, unless `keeps_older` is false. `":memory:"` serves
    tests. Raises StoreError when the file is not ours, is newer than this program,
    or cannot be used; nothing is changed then.
    """
    _check_place(path)
    _check_nothing_is_lost(path)
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        with _closed_on_failure(connection):
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            check_ours(connection, path)
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode = WAL")
            # FULL: an alert leaves only after its change is on the disk. One transaction a page makes it cheap.
            connection.execute("PRAGMA synchronous = FULL")
            (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
            connection.execute(f"PRAGMA cache_size = {CACHE_BYTES // page_bytes}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_BYTES // page_bytes}")
            connection.execute("PRAGMA foreign_keys = ON")
            db = Database(connection)
            if migrations.pending(db):
                _migrate(db, Path(path) if keeps_older and path != ":memory:" else None)
    except sqlite3.Error as error:
        raise StoreError(f"the database {path} cannot be used: {error}{_remedy(error)}") from error
    return db


def open_reader(path: Path | str) -> Database:
    """A connection that only reads, and never holds up the writer.

    It belongs to the thread that opened it. Raises StoreError when there is no database yet.
    """
    _check_nothing_is_lost(path)
    if not Path(path).exists():
        raise StoreError(f"there is no database {path} yet; `jarshy run` or `jarshy import` makes it")
    _check_place(path)
    try:
        connection = sqlite3.connect(
            f"{Path(path).absolute().as_uri()}?mode=rw", uri=True, isolation_level=None
        )
        with _closed_on_failure(connection):
            connection.execute("PRAGMA query_only = ON")
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            check_ours(connection, path)
            db = Database(connection)
            if migrations.pending(db):
                raise StoreError(f"the database {path} has an older schema; run `jarshy run` or `crawl` once")
    except sqlite3.Error as error:
        raise StoreError(f"the database {path} cannot be read: {error}{_remedy(error)}") from error
    return db


def is_damaged(error: BaseException | None) -> bool:
    """Whether SQLite says that the file itself is garbled: no waiting mends that."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorname", "").startswith(_DAMAGED)


def _remedy(error: sqlite3.Error) -> str:
    return "; put a copy in its place: `jarshy restore FILE`" if is_damaged(error) else ""


@contextmanager
def _closed_on_failure(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _check_place(path: Path | str) -> None:
    if path != ":memory:":
        _check_folder(path)
        check_settled(Path(os.path.realpath(path)))


def _check_folder(path: Path | str) -> None:
    """SQLite itself says only «unable to open database file»."""
    folder = Path(path).absolute().parent
    if not folder.is_dir():
        raise StoreError(f"there is no folder {folder}; make it, or name another file under [database] path")
    if Path(path).is_dir():
        raise StoreError(f"{path} is a folder; name a file in it under [database] path")
    if Path(path).exists() and not os.access(path, os.W_OK, effective_ids=_EFFECTIVE):
        raise StoreError(
            f"the database {path} cannot be written by this user: see who owns it, and whether its disk is mounted "
            "to be read only"
        )


def _check_nothing_is_lost(path: Path | str) -> None:
    """An empty database in the place of one that is missing would look as if nothing had ever been published."""
    if path == ":memory:" or (Path(path).exists() and Path(path).stat().st_size):
        return
    # The ledger says nothing: `jarshy doctor`, `try` and others write it where there never was a database. The log
    # is gone after a clean end, and the note of the newest change is not.
    for left in (Path(f"{path}-wal"), Path(f"{os.path.realpath(path)}.newest")):
        if left.exists() and left.stat().st_size:
            raise StoreError(
                f"the database {path} is missing or empty, and {left.name} beside it says that there was one; put it "
                "back (is its disk there? `jarshy restore FILE` takes a copy), or delete that file to begin anew"
            )


def _migrate(db: Database, kept: Path | None) -> None:
    """Brings the database to the newest schema; `kept` is its file, of which a copy is kept first."""
    with writing(db):
        if not migrations.pending(db):
            return  # another process has done it meanwhile
        if kept is not None and schema_of(db.conn):
            keep_older(kept, schema=schema_of(db.conn), newer=known_schema())
        migrations.apply(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(migrations.applied(db))}")


@contextmanager
def writing(db: Database, *, lasting: bool = True) -> Iterator[None]:
    """One transaction that holds the write lock from its start; inside another one it joins that.

    What is not `lasting` outlives this process, but not a power cut until the next transaction that is; it waits for
    no disk. Raises StoreError, with nothing written, when SQLite cannot write (disk full, locked for too long).
    """
    if db.conn.in_transaction:
        yield
        return
    with store_errors():
        if not lasting:
            db.execute("PRAGMA synchronous = NORMAL")
        try:
            _begin(db)
            try:
                yield
                db.execute("COMMIT")
            except BaseException:
                db.conn.rollback()
                raise
        finally:
            if not lasting:
                db.execute("PRAGMA synchronous = FULL")


def _begin(db: Database) -> None:
    """Takes the write lock; raises `sqlite3.OperationalError` where another process holds it for too long."""
    (patience,) = db.execute("PRAGMA busy_timeout").fetchone()
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(LOCKED):
            db.execute(f"PRAGMA busy_timeout = {IMPATIENT_MS}")
        raise
    if patience != BUSY_MS:
        db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")


@contextmanager
def reading(db: Database, *, is_over: Callable[[], bool] | None = None) -> Iterator[None]:
    """One moment of the database for several questions, whatever is committed meanwhile.

    `is_over` is asked now and then, and ends a question that is still being answered. Raises TookTooLong then, and
    StoreError when SQLite cannot read.
    """
    ended = False

    def look() -> bool:
        nonlocal ended
        ended = is_over is not None and is_over()
        return ended

    if is_over is not None:
        db.conn.set_progress_handler(look, _STEPS)
    try:
        with store_errors():
            db.execute("BEGIN")
            yield
    except (StoreError, sqlite3.Error) as error:
        if ended:
            raise TookTooLong("the question took too long to answer") from error
        raise
    finally:
        db.conn.set_progress_handler(None, 0)
        if db.conn.in_transaction:
            db.conn.rollback()


@contextmanager
def store_errors() -> Iterator[None]:
    """Turns whatever SQLite says of the file itself (full, locked, garbled, gone) into a StoreError.

    A row that does not fit is a fault of ours or of one item, and stays what it is.
    """
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.InterfaceError):
        raise
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be used: {error}") from error


@contextmanager
def apart(db: Database) -> Iterator[None]:
    """A part of a transaction that can fail by itself: its error undoes it, and nothing else of the transaction."""
    db.execute("SAVEPOINT apart")
    try:
        yield
    except BaseException:
        if db.conn.in_transaction:  # a full disk ends the whole transaction by itself
            db.execute("ROLLBACK TO apart")
            db.execute("RELEASE apart")
        raise
    db.execute("RELEASE apart")


@contextmanager
def only_daemon(path: Path) -> Iterator[None]:
    """Holds the database for one daemon; the kernel lets go of it however the process ends.

    A restore that was interrupted is brought to its end first. Raises StoreError naming the process that has it. The
    lock lies beside the database and not on it, because closing any handle of the database file would drop SQLite's
    own locks.
    """
    _check_folder(path)
    try:
        handle = os.open(lock_of(path), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"{lock_of(path)} cannot be written: {error.strerror}") from error
    try:
        if os.geteuid() == 0:  # a restore that root types is not to shut out the user of the daemon
            owner = (path if path.exists() else path.absolute().parent).stat()
            os.fchown(handle, owner.st_uid, owner.st_gid)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            [holder, *_] = os.read(handle, 20).decode("ascii", "replace").splitlines() or ["unknown"]
            raise StoreError(
                f"another Jarshy (process {holder}) already works on {path}; "
                "stop it first, or name another file under [database] path"
            ) from error
        os.truncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        put_in_place(Path(os.path.realpath(path)))
        yield
    finally:
        os.close(handle)


def held_by_daemon(path: Path) -> bool:
    """Whether a daemon, or a crawl by hand, works on the database at this moment."""
    try:
        handle = os.open(lock_of(path), os.O_RDONLY)
    except OSError:
        return False  # whoever works on a database has made the lock beside it
    try:
        # Shared: two that look at the same moment are not to take each other for a daemon.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def lock_of(path: Path) -> Path:
    """The file that whoever works on the database holds; its first line is the number of the process."""
    return path.with_name(path.name + ".lock")


def to_text(moment: datetime) -> str:
    """The form in which times are stored: UTC, ISO 8601, milliseconds, ending in Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=4096)
def from_text(stored: str) -> datetime:
    """The aware moment that `to_text` wrote; remembered, because every poll reads the same ones."""
    return datetime.fromisoformat(stored)

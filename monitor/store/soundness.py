"""Whether the file of the database is sound, whole, and still the one that was opened; repairs nothing."""

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from monitor.errors import StoreError, TookTooLong
from monitor.store.database import open_reader, reading, store_errors

Ids = tuple[int, int]


def find_damage(path: Path, *, is_over: Callable[[], bool] = lambda: False) -> str | None:
    """What SQLite finds wrong with the file, in its words; None: nothing, or `is_over` ended the look.

    It goes through all of the file (some 300 MB a second where that lies in memory), one table after the other, so
    that the log can be given back in between. To be called in a thread: it opens a connection of its own. Raises
    StoreError where the file cannot even be opened.
    """
    db = open_reader(path)
    try:
        tables = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        for (table,) in tables.fetchall():
            with reading(db, is_over=is_over):
                (found,) = db.execute(f"PRAGMA quick_check('{table}')").fetchone()
            if found != "ok":
                return f"table {table}: {' '.join(str(found).split())[:200]}"
    except TookTooLong:
        return None
    except StoreError as error:
        return str(error)
    finally:
        db.close()
    return None


def find_missing(db: Database, noted: tuple[int, str] | None) -> str | None:
    """What to say where the database lacks the change that was noted as its newest; None: nothing is known to be
    missing."""
    if noted is None:
        return None
    try:
        with store_errors():
            newest = db.execute("SELECT max(id) FROM changes").fetchone()[0]
            held = db.execute("SELECT 1 FROM changes WHERE id = ? AND uid = ?", noted).fetchone()
    except StoreError:  # whoever goes through the whole file says it better
        return None
    if held:
        return None
    if newest is None:
        return (
            f"The database holds no change, though change {noted[0]} was stored: its -wal file was deleted. "
            "All that the portal shows now counts as history, and nobody is told of it. Where that is not wished, "
            "end this program and put a backup in its place: `jarshy restore FILE`."
        )
    return (
        f"The database is older than what was stored in it: change {noted[0]} is missing, and perhaps others. Its "
        "-wal file was deleted, or a copy was put in its place by hand. What was published since is found anew, and "
        "told again. Where a newer backup knows more, end this program and put that in its place: "
        "`jarshy restore FILE`."
    )


class OpenFile:
    """The file that a connection has open: looks whether another one lies in its place by now.

    Whoever moves or deletes the file, or its log, takes it from under a connection that goes on writing to what
    nobody will ever open again.
    """

    def __init__(self, db: Database) -> None:
        row = next((row for row in db.execute("PRAGMA database_list").fetchall() if row[1] == "main"), None)
        self.path = Path(row[2]) if row and row[2] else None
        """None: it is in memory."""
        self._ids = None if self.path is None else _ids_of(self.path)
        self._log: Ids | None = None

    def what_became_of_it(self) -> str | None:
        """A sentence where the file or its log was taken away; None: they are there."""
        if self.path is None:
            return None
        if _ids_of(self.path) != self._ids:
            return f"the database {self.path} was moved, deleted or replaced while it was in use"
        log = _ids_of(self.path.with_name(f"{self.path.name}-wal"))
        if self._log is not None and log != self._log:
            return (
                f"{self.path.name}-wal, in which the newest of {self.path} stands, was deleted while in use"
            )
        self._log = log
        return None


def _ids_of(path: Path) -> Ids | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino

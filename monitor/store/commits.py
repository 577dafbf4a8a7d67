"""Says, without ever waiting, whether anything was committed to the database; reads no row of it."""

import sqlite3
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.database import Database, open_reader
from monitor.store.selections import data_version


class Commits:
    """A number that is another one after every commit of anybody else; for one thread.

    It holds a connection of its own, because what SQLite says of this can be compared only with what it said to
    the same connection before. To ask takes some microseconds, and nobody who writes is in the way of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: Database | None = None
        self._opened = 0

    def version(self) -> tuple[int, int] | None:
        """The number; None where the database cannot say it at this moment."""
        try:
            if self._db is None:
                if not self._path.exists():
                    return (0, 0)
                self._db = open_reader(self._path)
                self._db.execute("PRAGMA busy_timeout = 0")  # who asks here has others waiting
                self._opened += 1
            return (self._opened, data_version(self._db))
        except (StoreError, sqlite3.Error):
            self.close()
            return None

    def close(self) -> None:
        """Lets go of the connection; the next question opens another."""
        if self._db is not None:
            self._db.close()
            self._db = None

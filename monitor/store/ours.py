"""Says whether a database file is Jarshy's, and of a schema that this program knows; alters nothing."""

import sqlite3
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.migrations import APPLICATION_ID, migrations


def known_schema() -> int:
    """The number of the newest schema that this program knows."""
    return len(migrations._migrations)  # noqa: SLF001 the library offers no count


def schema_of(connection: sqlite3.Connection) -> int:
    """The number of the schema that the file has; 0: it has none yet."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether nobody has written to the file yet."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(application == 0 and tables == 0)


def check_ours(connection: sqlite3.Connection, path: Path | str) -> None:
    """Raises StoreError for a database of another program, or of a newer Jarshy; an empty one may become ours."""
    if is_empty(connection):
        return
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise StoreError(f"{path} is a database of another program; name a file of its own for Jarshy")
    if (version := schema_of(connection)) > (known := known_schema()):
        raise StoreError(
            f"{path} was written by a newer Jarshy (schema {version}, this program knows {known}); "
            "install that version again"
        )

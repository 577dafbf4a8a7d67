"""Tries whether the database can be written at this moment, without writing and without waiting."""

import sqlite3

from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.store.database import LOCKED, store_errors


def try_to_begin(db: Database) -> None:
    """Takes the write lock and lets go of it. Raises StoreError where that cannot be had now.

    A full disk is found only by who writes.
    """
    if db.conn.in_transaction:
        return
    with store_errors():
        (patience,) = db.execute("PRAGMA busy_timeout").fetchone()
        db.execute("PRAGMA busy_timeout = 0")
        try:
            db.execute("BEGIN IMMEDIATE")
            db.conn.rollback()
        finally:
            db.execute(f"PRAGMA busy_timeout = {patience}")


def is_locked(error: StoreError) -> bool:
    """Whether another process held the database: that passes by itself, and is seen to have passed."""
    cause = error.__cause__
    return isinstance(cause, sqlite3.Error) and cause.sqlite_errorname.startswith(LOCKED)

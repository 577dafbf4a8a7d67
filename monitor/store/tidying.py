"""Keeps the file in shape while the daemon runs: plans stay true, the log is given back."""

import logging

from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.store.database import BUSY_MS, CHECKPOINT_BYTES, store_errors
from monitor.store.room import may_write

SAID_FROM = 10 * CHECKPOINT_BYTES
"""Bytes of the log: a large import takes less, and so does whoever reads for a minute."""

log = logging.getLogger("jarshy.daemon")


def tidy(db: Database, *, said_from: int = SAID_FROM) -> None:
    """Cheap enough for every hour. While somebody reads, the log stays; once that is `said_from` long, it is said."""
    if not may_write(db):
        return
    try:
        with store_errors():
            size = _give_back(db)
    except StoreError as error:
        log.warning("%s. The file is put in shape an hour later.", error)
        return
    if size >= said_from:
        log.warning(
            "The log beside the database has %d MB and cannot be given back, because somebody has been reading the "
            "database since it was shorter. End what has it open (a shell, Datasette, a copy that hangs).",
            size // 1_000_000,
        )


def _give_back(db: Database) -> int:
    """How many bytes the log has afterwards."""
    db.execute("PRAGMA optimize")
    db.execute("PRAGMA busy_timeout = 0")  # else it waits for readers, and with it all that this thread does
    try:
        _, frames, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    (page_bytes,) = db.execute("PRAGMA page_size").fetchone()
    return int(frames) * int(page_bytes)

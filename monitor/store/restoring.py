"""Puts a backup in the place of the present database, after it was checked wholly; the present one is kept aside."""

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.backup import Holdings, Progress, back_up, examine, sync_folder
from monitor.store.database import open_store, to_text, writing
from monitor.store.putting_in_place import BESIDE, check_unused, coming, put_in_place
from monitor.store.redactions import purge
from monitor.store.taking_over import TakenOver, take_over

ASSUMED_TOLD = "owed when the backup was made, and told since, as whoever restored it has said"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done."""

    holdings: Holdings
    """Of the backup."""
    replaced: Path | None
    """Where the database lies that was there before; None: there was none."""
    taken_over: TakenOver


def restore(
    database: Path,
    backup: Path,
    *,
    now: datetime,
    assume_told: bool = False,
    progress: Progress = lambda _left, _all: None,
) -> Restored:
    """Puts a copy of the backup in the place of the database; the backup itself stays where and as it is.

    `assume_told`: where the present database does not say who was told what, nobody is told of what was published
    before `now`, nor of what was owed when the backup was made; else it is told, perhaps once more.
    Until all of it was checked, brought to the newest schema and told what the present database knows of who was told
    what, nothing is touched. Raises StoreError, with everything as it was. Whoever calls holds the daemon's lock.
    """
    database = Path(os.path.realpath(database))
    if backup.exists() and database.exists() and backup.samefile(database):
        raise StoreError(f"{backup} is the database itself; name a backup of it")
    check_unused(database)
    holdings = examine(backup)
    made = database.with_name(f"{database.name}.restored")
    try:
        back_up(backup, made, replace=True, thorough=True, progress=progress)
        taken = _complete(made, database, backup, holdings, now, assume_told=assume_told)
        _as_before(made, database)
        check_unused(database)  # somebody may have come while it was copied
        made.rename(coming(database))
        sync_folder(database)
    except OSError as error:
        raise StoreError(f"{made} cannot be written: {error.strerror}") from error
    finally:
        for suffix in BESIDE:
            made.with_name(made.name + suffix).unlink(missing_ok=True)
    return Restored(holdings, put_in_place(database), taken)


def _complete(
    made: Path, database: Path, backup: Path, holdings: Holdings, now: datetime, *, assume_told: bool
) -> TakenOver:
    """Brings the copy to the newest schema, and takes over into it what must not be told twice."""
    db = open_store(made, keeps_older=False)
    try:
        taken = TakenOver()
        if database.exists():
            try:
                with closing(_read_only(database)) as replaced:
                    taken = take_over(db, replaced, now=now)
            except sqlite3.Error:
                taken = TakenOver()  # as it says of itself, and as people are told
        if taken.redacted:
            purge(db)
        counts_as_told = assume_told and not taken.kin
        with writing(db):
            if counts_as_told:
                db.execute(
                    "UPDATE deliveries SET state = 'dropped', next_attempt_at = NULL, error = ? WHERE state = 'owed'",
                    [ASSUMED_TOLD],
                )
            db.execute(
                "INSERT INTO restores (at, backup, last_change_at, replaced, told_until, detail) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                [
                    to_text(now),
                    str(backup),
                    holdings.last_change_at,
                    str(database) if database.exists() else None,
                    to_text(now) if counts_as_told else None,
                    json.dumps(asdict(taken), ensure_ascii=False),
                ],
            )
        db.execute("PRAGMA journal_mode = DELETE")  # all of it is in the one file that gets the name
    finally:
        db.conn.close()
    return taken


def _read_only(database: Path) -> sqlite3.Connection:
    """The database that is replaced, which stays as it is, its log included."""
    connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _as_before(made: Path, database: Path) -> None:
    """Gives the copy the owner and the rights of the database, so that the daemon may open it when root restores."""
    if database.exists():
        was = database.stat()
        made.chmod(was.st_mode & 0o777)
    else:
        was = database.absolute().parent.stat()
    if os.geteuid() == 0:
        os.chown(made, was.st_uid, was.st_gid)
    handle = os.open(made, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

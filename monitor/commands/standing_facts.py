"""What `status` tells of, as it is at one moment: from the store, the ledger and the disk."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from monitor.backups import LastBackup, last_backup_soon
from monitor.config import Config
from monitor.config_in_use import InUse, in_use
from monitor.ladder import Rung
from monitor.listing_standing import Listed, judged
from monitor.spending import Spent, spending
from monitor.store.audits import last_audits
from monitor.store.database import Database, held_by_daemon
from monitor.store.health import open_troubles
from monitor.store.listings import PortalState, load_portal
from monitor.store.noticed import noticed_rows, unknown_fields
from monitor.store.orders import underway
from monitor.store.people import listing_rows, quarantined, totals
from monitor.store.routes import load_rungs
from monitor.store.status import oldest_owed, schema
from monitor.store.told import not_taken
from monitor.store.topics import Debt, debt
from monitor.store.whole import load_standings
from monitor.troubles import HealthEvent
from monitor.whole import Standing

ASIDE = 10
"""Items kept aside that are read, the newest first."""


@dataclass(frozen=True, slots=True)
class Machine:
    """This program, its files and their disk."""

    version: str
    schema: str
    """The name of the last migration."""
    bytes: int
    wal_bytes: int
    """Of the write-ahead log beside the database."""
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Facts:
    """How everything stands."""

    now: datetime
    running: bool
    portal: PortalState
    troubles: list[HealthEvent]
    not_taken: list[dict[str, Any]]
    """Deliveries whose receivers did not take them yet."""
    oldest_owed: datetime | None
    rungs: list[tuple[tuple[str, str] | None, Rung]]
    standings: dict[str, Standing]
    spent: Spent
    orders: list[dict[str, Any]]
    announcements: Debt
    quiet_until: datetime | None
    totals: dict[str, Any]
    listings: list[Listed]
    """The worst first."""
    untried: int
    """Followed listings that nobody has asked for yet."""
    aside: list[dict[str, Any]]
    noticed: list[dict[str, Any]]
    unknown_fields: dict[str, int]
    machine: Machine
    config: InUse | None
    """The file that the daemon lives by, where one runs that tells."""
    file: Path | None
    """The file that was read to say this."""
    backup: LastBackup | None
    """The newest that the daemon made and that is there still."""
    backups_unknown: str
    """Why it cannot be said which that is; empty: it can."""


def gather(db: Database, config: Config, *, file: Path | None, now: datetime) -> Facts:
    """Reads them; writes nothing."""
    followed = {(agency, lang) for agency in config.portal.agencies for lang in config.portal.languages}
    audits, rows = last_audits(db), listing_rows(db)
    for row in rows:
        key = (row["agency"], row["lang"])
        # What is planned for who is followed no more stands there as it was when the last daemon ended.
        row["followed"] = key in followed
        row["audit"] = audits.get(key)
    running = held_by_daemon(config.database.path)
    backup, backups_unknown = _backup(config, now)
    portal, quiet = load_portal(db, config.portal.base_url), config.schedule.quiet_window
    return Facts(
        now=now,
        running=running,
        portal=portal,
        troubles=open_troubles(db),
        not_taken=not_taken(db),
        oldest_owed=oldest_owed(db),
        rungs=list(load_rungs(db, config.portal.base_url)),
        standings=load_standings(db, config.portal.base_url),
        spent=spending(config.database.path, config.schedule.per_day),
        orders=underway(db),
        announcements=debt(db),
        quiet_until=quiet.until(now) if quiet else None,
        totals=totals(db),
        listings=judged(rows, portal=portal.outcome),
        untried=len(followed - {(row["agency"], row["lang"]) for row in rows}),
        aside=quarantined(db, limit=ASIDE),
        noticed=noticed_rows(db),
        unknown_fields=unknown_fields(db),
        machine=_machine(db, config.database.path),
        config=in_use(config.database.path) if running else None,
        file=file,
        backup=backup,
        backups_unknown=backups_unknown,
    )


def _backup(config: Config, now: datetime) -> tuple[LastBackup | None, str]:
    try:
        return last_backup_soon(config, now=now), ""
    except TimeoutError as error:
        return None, str(error)


def _machine(db: Database, path: Path) -> Machine:
    usage, log = shutil.disk_usage(path.absolute().parent), path.with_name(f"{path.name}-wal")
    try:
        ours = version("jarshy")
    except PackageNotFoundError:
        ours = "unknown"
    return Machine(
        version=ours,
        schema=schema(db),
        bytes=path.stat().st_size,
        wal_bytes=log.stat().st_size if log.exists() else 0,
        free=usage.free,
        total=usage.total,
    )

"""Names and words of the metrics, and what each is made of; pure, and knows no library that writes them down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.pulse import REASONS, Reason
from monitor.spending import Spent
from monitor.store.measured import Owed, Stock
from monitor.tallies import Histogram

Sort = Literal["counter", "gauge", "histogram", "info"]


@dataclass(frozen=True, slots=True)
class Family:
    """All series of one name."""

    name: str
    """Without the endings that a sort brings along: `_total`, `_bucket`, `_info`."""
    sort: Sort
    says: str
    labels: tuple[str, ...]
    series: Sequence[tuple[tuple[str, ...], float | Histogram]]
    """The values of its labels, and its own."""


def counter(name: str, says: str, labels: Sequence[str], counts: Mapping[tuple[str, ...], float]) -> Family:
    """What only grows, from the start of the daemon on."""
    return Family(name, "counter", says, tuple(labels), sorted(counts.items()))


def gauge(name: str, says: str, value: float) -> Family:
    """One number of this moment."""
    return Family(name, "gauge", says, (), [((), value)])


def histogram(name: str, says: str, labels: Sequence[str], by: Mapping[tuple[str, ...], Histogram]) -> Family:
    """How long something took, from the start of the daemon on."""
    return Family(name, "histogram", says, tuple(labels), sorted(by.items(), key=lambda one: one[0]))


def of_program(version: str, schema: str) -> Family:
    """Which program this is."""
    says = "Version of the program and the last migration of its database."
    return Family("jarshy_build", "info", says, ("version", "schema"), [((version, schema), 1)])


def of_readiness(wrong: Mapping[Reason, str]) -> list[Family]:
    """Whether the daemon does its work, and what keeps it from that, by the decision of `/readyz`."""
    return [
        gauge("jarshy_ready", "1 where the daemon does its work, as /readyz judges it.", float(not wrong)),
        Family(
            "jarshy_unready",
            "gauge",
            "1 for each thing that keeps it from its work.",
            ("reason",),
            [((reason,), float(reason in wrong)) for reason in REASONS],
        ),
    ]


def of_stock(stock: Stock, *, followed: int, now: datetime) -> list[Family]:
    """What is held, owed and behind its time."""
    last = stock.last_reading.timestamp() if stock.last_reading else 0
    stages = (("waiting", stock.waiting), ("booked", stock.booked))
    return [
        gauge("jarshy_releases", "Releases held, those that were taken away too.", stock.releases),
        gauge("jarshy_editions", "Editions held: a release in one language.", stock.editions),
        gauge("jarshy_revisions", "Wordings held of all editions.", stock.revisions),
        gauge("jarshy_quarantined_items", "Items of the portal that could not be read.", stock.quarantined),
        gauge(
            "jarshy_last_reading_timestamp_seconds", "Start of the newest good reading; 0: none yet.", last
        ),
        gauge("jarshy_listings_followed", "Listings that are watched.", followed),
        gauge("jarshy_listings_failing", "Of them, those whose last readings failed.", stock.failing),
        gauge(
            "jarshy_listings_overdue",
            "Of them, those not read within 15 minutes of their time.",
            stock.overdue,
        ),
        Family(
            "jarshy_deliveries_owed",
            "gauge",
            "Deliveries owed: waiting for their message, or booked into one.",
            ("stage",),
            [((stage,), owed.count) for stage, owed in stages],
        ),
        Family(
            "jarshy_deliveries_oldest_owed_seconds",
            "gauge",
            "Age of the oldest of them; 0: there is none.",
            ("stage",),
            [((stage,), _age(owed, now)) for stage, owed in stages],
        ),
    ]


def of_troubles(open_: Mapping[str, int]) -> Family:
    """What is wrong, as the daemon itself judges it."""
    says = "Troubles that have begun and are not over."
    return Family("jarshy_troubles", "gauge", says, ("kind",), [((kind,), n) for kind, n in open_.items()])


def of_budget(spent: Spent) -> list[Family]:
    """What the portal was asked; no limit where none is set."""
    limit = [] if spent.per_day is None else [((), float(spent.per_day))]
    return [
        gauge("jarshy_portal_requests_last_day", "Requests to the portal in 24 hours.", spent.last_day),
        Family(
            "jarshy_portal_requests_limit", "gauge", "How many there may be; absent: no limit.", (), limit
        ),
        gauge(
            "jarshy_portal_rest_seconds",
            "How long the portal asked to be left alone from now on.",
            spent.left_alone_for,
        ),
    ]


def of_backups(
    newest: datetime | None, *, has_looked: bool, every: timedelta | None, failing: bool
) -> list[Family]:
    """The newest copy of the database, unless nobody `has_looked` yet, and whether copies can be made; nothing where
    there are none to be."""
    found = [_newest(newest)] if has_looked and (every is not None or newest is not None) else []
    if every is None:
        return found
    return [
        *found,
        gauge("jarshy_backup_interval_seconds", "How often one is made.", every.total_seconds()),
        gauge(
            "jarshy_backup_failing", "1 where the last attempt made none, or does not end.", float(failing)
        ),
    ]


def of_files(*, database: int, log: int, free: int, total: int, needed: int) -> list[Family]:
    """How large the database is, and what room there is."""
    return [
        gauge("jarshy_database_bytes", "Size of the database file.", database),
        gauge("jarshy_wal_bytes", "Size of its write-ahead log.", log),
        gauge("jarshy_disk_free_bytes", "Room left where the database lies.", free),
        gauge("jarshy_disk_size_bytes", "All the room there.", total),
        gauge(
            "jarshy_disk_needed_bytes", "With less room left the daemon calls the disk nearly full.", needed
        ),
    ]


def with_all(counts: Mapping[str, int], names: Iterable[str]) -> dict[tuple[str, ...], float]:
    """The counts by these names: what has not happened yet is said too, or its first time could not be told."""
    return {(name,): counts.get(name, 0) for name in names}


def _newest(backup: datetime | None) -> Family:
    says = "When the newest backup was made; 0: there is none yet."
    return gauge("jarshy_backup_newest_timestamp_seconds", says, backup.timestamp() if backup else 0)


def _age(owed: Owed, now: datetime) -> float:
    return max(0.0, (now - owed.since).total_seconds()) if owed.since else 0.0

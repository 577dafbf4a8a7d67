"""What a daemon says of itself to Prometheus; the only door to its client library.

What happens only in memory is counted here, as plain numbers; what is stored is counted in the database when somebody
asks. `docs/metrics.md` says what each name means.
"""

import shutil
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from monitor.backups import Backups
from monitor.config import Config
from monitor.errors import StoreError
from monitor.families import (
    Family,
    counter,
    gauge,
    histogram,
    of_backups,
    of_budget,
    of_files,
    of_program,
    of_readiness,
    of_stock,
    of_troubles,
    with_all,
)
from monitor.growing import Growing
from monitor.health import room_needed
from monitor.pulse import Signs, unready
from monitor.spending import spending
from monitor.store import measured
from monitor.store.database import Database, open_reader, reading
from monitor.store.health import open_troubles
from monitor.store.measured import Stock
from monitor.store.status import schema
from monitor.tallies import Histogram
from monitor.troubles import HEALTH_KINDS
from monitor.worker import RESTARTS

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

Fate = Literal["sent", "failed", "dropped"]
FATES: tuple[Fate, ...] = get_args(Fate)

STOCK_SECONDS = 5.0
"""That what was counted in the database is good for: whoever asks more often has the same answer."""
LATE = timedelta(minutes=15)
"""A listing that waits so long behind its time is overdue: others were before it, or nobody reads."""

_ENDINGS = {"counter": "_total", "info": "_info"}
_OF_ANSWERS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_OF_ALERTS = (1, 5, 15, 60, 120, 300, 600, 1800, 3600, 21600, 86400, 604800)


class Worker(Protocol):
    """The keeper of the crawl worker."""

    @property
    def pid(self) -> int | None:
        """The process that reads, while there is one."""

    @property
    def restarts(self) -> Mapping[str, int]:
        """How often another took its place, by why."""


@dataclass(slots=True)
class _Stored:
    """What was counted in the database when somebody asked last."""

    stock: Stock
    schema: str
    troubles: Counter[str]


class Metrics:
    """One for as long as the daemon runs. Whoever counts does so on the event loop; other threads may ask."""

    def __init__(self) -> None:
        self._answers: Counter[tuple[str, int]] = Counter()
        self._answer_seconds: defaultdict[str, Histogram] = defaultdict(lambda: Histogram(_OF_ANSWERS))
        self._fates: Counter[str] = Counter()
        self._retries = 0
        self._alert_seconds: defaultdict[str, Histogram] = defaultdict(lambda: Histogram(_OF_ALERTS))
        self._worker: Worker | None = None
        self._backups: Backups | None = None
        self._growing = Growing()
        self._stored: _Stored | None = None
        self._stored_at = float("-inf")
        self._asking = threading.Lock()
        """Two servers ask at once while one takes the place of the other; no row is to be counted twice."""

    def begin(self, db: Database, worker: Worker, backups: Backups | None = None) -> None:
        """Counts what is read and noticed from now on, or goes on doing so with other keepers."""
        self._growing.begin(db)
        self._worker, self._backups = worker, backups

    def answered(self, form: str, status: int, seconds: float) -> None:
        """Somebody was answered over HTTP."""
        self._answers[form, status] += 1
        self._answer_seconds[form].add(seconds)

    def told(self, form: str, seconds: Iterable[float]) -> None:
        """A message of that form was taken; of each delivery in it, how long after it was noticed."""
        for each in seconds:
            self._fates["sent"] += 1
            self._alert_seconds[form].add(each)

    def not_told(self, fate: Literal["failed", "dropped"], deliveries: int) -> None:
        """So many deliveries will not be sent."""
        self._fates[fate] += deliveries

    def put_off(self) -> None:
        """A message was not taken and will be tried again."""
        self._retries += 1

    def exposition(
        self, config: Config, accept: str, *, now: datetime, signs: Signs | None = None
    ) -> tuple[bytes, str]:
        """All metrics of this moment and their media type: OpenMetrics where `accept` names it, else plain text.

        `signs` are those of the daemon, where there is one beside the server.
        It reads the database and loads a library: not to be called on the event loop.
        """
        from prometheus_client.exposition import choose_encoder
        from prometheus_client.process_collector import ProcessCollector
        from prometheus_client.registry import CollectorRegistry

        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collected(self._families(config, signs, now=now)))
        ProcessCollector(registry=registry)
        pid = self._worker.pid if self._worker else None
        if pid is not None:
            ProcessCollector(namespace="jarshy_worker", pid=lambda: pid, registry=registry)
        # Not in the words of whoever asks: a version that nobody has would come back in our answer.
        wanted = "application/openmetrics-text" if "application/openmetrics-text" in accept else "text/plain"
        encode, media_type = choose_encoder(wanted)
        return encode(registry), media_type

    def _families(self, config: Config, signs: Signs | None, *, now: datetime) -> list[Family]:
        path = config.database.path
        with self._asking:
            try:
                self._look(path, config, now)
            except StoreError:
                self._stored = None
            stored = self._stored
        found = [
            of_program(_version(), stored.schema if stored else ""),
            gauge("jarshy_database_readable", "1 where the database can be read.", float(stored is not None)),
            *(of_readiness(unready(signs)) if signs is not None else ()),
            *self._counted_in_memory(),
            *self._growing.families(),
            *of_budget(spending(path, config.schedule.per_day)),
            *self._of_backups(config),
            *_of_files(path),
        ]
        if stored is not None:
            found += of_stock(stored.stock, followed=len(_followed(config)), now=now)
            found.append(of_troubles({kind: stored.troubles[kind] for kind in HEALTH_KINDS}))
        return found

    def _of_backups(self, config: Config) -> list[Family]:
        """As they were last looked at: their folder may lie on a disk that does not answer."""
        if self._backups is None:
            return of_backups(None, has_looked=False, every=config.backup.every, failing=False)
        newest, failing = self._backups.newest, self._backups.failure is not None
        has_looked = self._backups.has_looked
        at = newest.at if newest else None
        return of_backups(at, has_looked=has_looked, every=config.backup.every, failing=failing)

    def _look(self, path: Path, config: Config, now: datetime) -> None:
        """Asks the database, unless it was asked a moment ago. Raises StoreError."""
        if self._stored is not None and time.monotonic() < self._stored_at + STOCK_SECONDS:
            return
        with closing(open_reader(path)) as db, reading(db):
            self._growing.take(db)
            quiet = config.schedule.quiet_window
            due_before = now - LATE if quiet is None else quiet.before(now, LATE)
            stock = measured.stock(db, _followed(config), due_before=due_before)
            troubles: Counter[str] = Counter(event.kind for event in open_troubles(db))
            self._stored = _Stored(stock, schema(db), troubles)
        self._stored_at = time.monotonic()

    def _counted_in_memory(self) -> list[Family]:
        return [
            counter(
                "jarshy_http_responses",
                "Answers over HTTP, by what was asked for and status.",
                ("format", "status"),
                {(form, str(status)): count for (form, status), count in dict(self._answers).items()},
            ),
            histogram(
                "jarshy_http_response_seconds",
                "From a request to the head of its answer.",
                ("format",),
                {(form,): taken for form, taken in dict(self._answer_seconds).items()},
            ),
            counter(
                "jarshy_deliveries",
                "Deliveries that were sent, given up, or dropped because nothing is to be told any more.",
                ("state",),
                with_all(self._fates, FATES),
            ),
            counter(
                "jarshy_delivery_retries",
                "Messages that were not taken and are tried again.",
                (),
                {(): self._retries},
            ),
            histogram(
                "jarshy_alert_delay_seconds",
                "From noticing a change or trouble to the moment a receiver took the message, by its form.",
                ("form",),
                {(form,): taken for form, taken in dict(self._alert_seconds).items()},
            ),
            counter(
                "jarshy_worker_restarts",
                "Crawl workers replaced: renewed after many orders, ended by themselves, or stuck.",
                ("reason",),
                with_all(self._worker.restarts if self._worker else {}, RESTARTS),
            ),
        ]


class _Collected:
    """The families, as the library wants them."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = families

    def collect(self) -> "Iterator[Metric]":
        from prometheus_client.metrics_core import Metric

        for family in self._families:
            metric = Metric(family.name, family.says, family.sort)
            for values, value in family.series:
                labels = dict(zip(family.labels, values, strict=True))
                if isinstance(value, Histogram):
                    buckets = value.cumulative()
                    for bound, count in buckets:
                        metric.add_sample(f"{family.name}_bucket", {**labels, "le": bound}, count)
                    metric.add_sample(f"{family.name}_count", labels, buckets[-1][1])
                    metric.add_sample(f"{family.name}_sum", labels, value.sum)
                else:
                    metric.add_sample(family.name + _ENDINGS.get(family.sort, ""), labels, value)
            yield metric


def _followed(config: Config) -> list[tuple[str, str]]:
    return [(agency, lang) for agency in config.portal.agencies for lang in config.portal.languages]


def _of_files(path: Path) -> list[Family]:
    """Nothing where the folder of the database is gone."""
    try:
        usage = shutil.disk_usage(path.absolute().parent)
    except OSError:
        return []
    return of_files(
        database=_size(path),
        log=_size(path.with_name(f"{path.name}-wal")),
        free=usage.free,
        total=usage.total,
        needed=room_needed(usage.total),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _version() -> str:
    try:
        return version("jarshy")
    except PackageNotFoundError:
        return "unknown"

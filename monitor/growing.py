"""Counts in the tables that only grow, from the start of a daemon on: what was read, and what was noticed.

So whatever writes them is counted, a crawl by hand too, and nobody who writes has to think of it.
"""

from collections import Counter, defaultdict

from monitor.changes import KINDS
from monitor.families import Family, counter, histogram, with_all
from monitor.store import measured
from monitor.store.database import Database
from monitor.store.measured import Marks
from monitor.tallies import Histogram

_OF_READINGS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
_OF_SIGHTINGS = (30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400, 604800)


class Growing:
    """What was counted so far, and up to which row."""

    def __init__(self) -> None:
        self._marks: Marks | None = None
        self._readings: Counter[tuple[str, ...]] = Counter()
        self._reading_seconds: defaultdict[str, Histogram] = defaultdict(lambda: Histogram(_OF_READINGS))
        self._received = 0
        self._changes: Counter[str] = Counter()
        self._sighting_seconds = Histogram(_OF_SIGHTINGS)

    def begin(self, db: Database) -> None:
        """Leaves out what is there already, the first time that it is told to."""
        if self._marks is None:
            self._marks = measured.marks(db)

    def take(self, db: Database) -> None:
        """Counts what was added since; the first time without `begin`, nothing."""
        since = self._marks or measured.marks(db)
        last_reading, readings = measured.readings_after(db, since.reading)
        last_change, noticed = measured.noticed_after(db, since.change)
        self._marks = Marks(last_reading, last_change)
        for each in readings:
            self._readings[each.outcome, each.route] += 1
            self._reading_seconds[each.route].add(each.seconds)
            self._received += each.bytes
        for change in noticed:
            self._changes[change.kind] += 1
            if change.delay is not None:
                self._sighting_seconds.add(change.delay)

    def families(self) -> list[Family]:
        """The metrics of it."""
        return [
            counter(
                "jarshy_readings",
                "Pages of listings asked for, by what came of it and by the route.",
                ("outcome", "route"),
                self._readings,
            ),
            histogram(
                "jarshy_reading_seconds",
                "From handing such an order to the worker until its page was stored.",
                ("route",),
                {(route,): taken for route, taken in self._reading_seconds.items()},
            ),
            counter("jarshy_portal_received_bytes", "Bytes of these answers.", (), {(): self._received}),
            counter(
                "jarshy_changes",
                "Changes noticed, without baselines.",
                ("kind",),
                with_all(self._changes, KINDS),
            ),
            histogram(
                "jarshy_sighting_delay_seconds",
                "From publication to the first sight of a release whose date tells the minute.",
                (),
                {(): self._sighting_seconds},
            ),
        ]

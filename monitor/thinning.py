"""Thins what is kept longer than configured, in the background: a step of milliseconds, a pause, the next step.

What may go and what never does is decided in `store.retention`. Nothing is remembered of how far a round has come,
because the next one finds what is left.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.config import Retention
from monitor.errors import StoreError
from monitor.store.database import Database, store_errors
from monitor.store.retention import (
    Place,
    Step,
    forget_deliveries,
    forget_items,
    forget_readings,
    has_time_passed,
    oldest_since,
    proofs,
)
from monitor.store.room import may_write
from monitor.store.told_before import forget_told_before

log = logging.getLogger("jarshy.daemon")

EVERY = timedelta(hours=6)
FIRST = timedelta(minutes=1)
"""After the start; a daemon that never lives for six hours thins as well."""
PAUSE = timedelta(milliseconds=200)
"""Between two steps, in which pages are stored and feeds served."""
AT_ONCE = 100
"""Rows that a step looks at."""


@dataclass(slots=True)
class Thinned:
    """What a round has taken away."""

    items: int = 0
    readings: int = 0
    deliveries: int = 0

    def __str__(self) -> str:
        said = ((self.items, "received items"), (self.readings, "readings"), (self.deliveries, "deliveries"))
        return ", ".join(f"{count} {what}" for count, what in said if count)


def steps(db: Database, kept: Retention, thinned: Thinned, *, now: datetime) -> Iterator[None]:
    """One round, step by step; `thinned` counts along. Each step takes milliseconds."""
    while forget_told_before(db, now=now, most=AT_ONCE):
        yield
    if kept.readings is not None:
        named: set[int] = set()
        for some in proofs(db, most=AT_ONCE):
            named |= some
            yield
        first_kept, at, known = oldest_since(db, now - kept.readings), Place(), frozenset(named)
        while at is not None:
            step = forget_readings(db, first_kept=first_kept, proofs=known, at=at, most=AT_ONCE)
            thinned.readings, at = thinned.readings + step.gone, step.at
            yield
    if (age := kept.deliveries) is not None:
        for step in _walk(lambda at: forget_deliveries(db, before=now - age, after=at, most=AT_ONCE)):
            thinned.deliveries += step.gone
            yield
    if (raw := kept.raw) is not None:
        for step in _walk(lambda at: forget_items(db, before=now - raw, now=now, after=at, most=AT_ONCE)):
            thinned.items += step.gone
            yield


def _walk(take: Callable[[int], Step]) -> Iterator[Step]:
    at: int | None = 0
    while at is not None:
        step = take(at)
        at = step.at
        yield step


async def thin(
    db: Database, kept: Retention, *, now: Callable[[], datetime], pause: timedelta = PAUSE
) -> Thinned:
    """One round, until it is through or cancelled.

    A page that comes while a step is taken waits for its milliseconds, and is stored in the pause behind it. A
    database that cannot be written ends the round with a line in the log; the next one finds the rest.
    """
    thinned = Thinned()
    if not may_write(db):
        return thinned
    try:
        with store_errors():
            if not has_time_passed(db, now=now()):
                log.info(
                    "Nothing is thinned within a week after the clock was set far, or a month without readings."
                )
                return thinned
            for _ in steps(db, kept, thinned, now=now()):
                await asyncio.sleep(pause.total_seconds())
    except StoreError as error:
        log.warning("%s. What is older than [retention] says goes at the next round.", error)
    except Exception:
        log.exception("Thinning: a fault of Jarshy itself; please report it.")
    if said := str(thinned):
        log.info("Thinned what is older than [retention] says: %s.", said)
    return thinned


async def thin_when_asked(
    db: Database, kept: Retention, asked: asyncio.Event, *, now: Callable[[], datetime]
) -> None:
    """A round whenever `asked` is set, for as long as the daemon runs; never two at once."""
    while True:
        await asked.wait()
        asked.clear()
        await thin(db, kept, now=now)

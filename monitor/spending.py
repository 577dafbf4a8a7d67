"""Says what the portal was asked, by the ledger that all processes share; every request counts, tries too."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawler.ledger import Entry, beside, look, this_moment


@dataclass(frozen=True, slots=True)
class Spent:
    """Requests by day (UTC), and for how long the portal wants none."""

    today: int
    yesterday: int
    per_day: int | None
    """How many there may be in a day; None: there is no limit."""
    left_alone_for: int
    """Seconds for which the portal asked to be left alone; 0: it did not."""


def spending(database: Path, per_day: int | None) -> Spent:
    """As it is at this moment, by the clocks that the ledger goes by."""
    now = this_moment()
    entry = look(beside(database)) or Entry()
    yesterday = (datetime.fromisoformat(now.day) - timedelta(days=1)).date().isoformat()
    return Spent(
        today=entry.spent(now.day),
        yesterday=entry.spent(yesterday),
        per_day=per_day,
        left_alone_for=round(entry.closed(now)),
    )

"""Says what the portal was asked, by the ledger that all processes share; every request counts, tries too."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from crawler.ledger import beside, look
from crawler.ledger.entry import Entry
from crawler.ledger.moments import this_moment


@dataclass(frozen=True, slots=True)
class Spent:
    """Requests by day (UTC) and in the last 24 hours, and for how long none may go."""

    today: int
    yesterday: int
    last_hours: tuple[int, ...]
    """Of each of the last 24 hours, the newest first; that takes in the quarter of an hour under way too."""
    last_day: int
    """All of them; since quarters count whole, some may have been made up to a quarter of an hour before."""
    per_day: int | None
    """How many there may be in any 24 hours; None: there is no limit."""
    next_in: int
    """Seconds until `per_day` lets the next one go; 0: now."""
    left_alone_for: int
    """Seconds for which the portal asked to be left alone; 0: it did not."""

    def next_at(self, now: datetime) -> datetime | None:
        """The minute in which `per_day` lets the next one go for certain; None: it may go now."""
        if not self.next_in:
            return None
        minutes = ceil((now + timedelta(seconds=self.next_in)).timestamp() / 60)
        return datetime.fromtimestamp(60 * minutes, UTC)


@dataclass(frozen=True, slots=True)
class Counted:
    """Requests as a budget of 24 hours counts them."""

    last_quarters: tuple[int, ...]
    """Of each quarter of an hour that counts: that under way first, then the 96 before it."""
    quarter_left: timedelta
    """How long that under way goes on; when it ends, the last of them counts no more."""


def spending(database: Path, per_day: int | None) -> Spent:
    """As it is at this moment, by the clocks that the ledger goes by.

    One short file is read, without waiting for whoever has a request in flight. Where it is missing or cannot be
    read, nothing was asked yet.
    """
    now = this_moment()
    entry = look(beside(database)) or Entry()
    yesterday = (datetime.fromisoformat(now.day) - timedelta(days=1)).date().isoformat()
    counts = entry.by_quarter(now)
    return Spent(
        today=entry.spent(now.day),
        yesterday=entry.spent(yesterday),
        last_hours=_by_hour(counts),
        last_day=sum(counts),
        per_day=per_day,
        next_in=0 if per_day is None else ceil(entry.room_in(now, per_day)),
        left_alone_for=round(entry.closed(now)),
    )


def counted(database: Path) -> Counted:
    """What a budget has to reckon with at this moment, from the same file."""
    now = this_moment()
    entry = look(beside(database)) or Entry()
    return Counted(entry.by_quarter(now), timedelta(seconds=entry.quarters.ends_in(now)))


def _by_hour(counts: tuple[int, ...]) -> tuple[int, ...]:
    """Four quarters each, and the first with that under way."""
    return (sum(counts[:5]), *(sum(counts[at : at + 4]) for at in range(5, len(counts), 4)))

"""What stands in the ledger: who asked last and when, what the portal wishes, how much was asked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler.ledger.moments import Moment
from crawler.ledger.quarters import DAY, NOTHING, QUARTERS_KEPT, Quarters

DAYS_KEPT = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the ledger."""

    last: Moment | None = None
    """When the last request went, or its answer began."""
    in_flight: bool = False
    """Its answer is not whole. Whoever finds it so while holding the lock knows that the asker died."""
    closed_at: Moment | None = None
    """When the portal last asked to be left alone, for `closed_for` seconds."""
    closed_for: float = 0.0
    delay: float = 0.0
    """Seconds between two requests that robots.txt asks for."""
    by: int = 0
    """Who asked last: a number that each process gives itself, since containers share process ids."""
    waiting: int = 0
    """Who waits for their turn; 0: nobody."""
    days: Mapping[str, int] = field(default_factory=dict)
    """Requests by day (UTC), of the last days: for people, no budget goes by them."""
    quarters: Quarters = NOTHING
    """The same requests by the quarter of an hour, of the last day."""

    def spent(self, day: str) -> int:
        """Requests of a day."""
        return self.days.get(day, 0)

    def by_quarter(self, now: Moment) -> tuple[int, ...]:
        """Requests that count against the budget of 24 hours, by the quarter of an hour, that under way first."""
        return self.quarters.at(now).counts if self._left(now) > 0 else (0,) * QUARTERS_KEPT

    def room_in(self, now: Moment, per_day: int) -> float:
        """Seconds until fewer than `per_day` requests count, so that the next may go; 0: now. A day at most."""
        return min(self.quarters.room_in(now, per_day), self._left(now))

    def closed(self, now: Moment) -> float:
        """Seconds for which the portal still wants to be left alone."""
        return 0.0 if self.closed_at is None else max(0.0, self.closed_for - now.since(self.closed_at))

    def due(self, now: Moment, *, delay: float) -> float:
        """Seconds until the next request may go."""
        paced = 0.0 if self.last is None else delay - now.since(self.last)
        return max(0.0, paced, self.closed(now))

    def asked(self, now: Moment, *, by: int, delay: float) -> "Entry":
        """With one more request, in flight from now on."""
        first = (datetime.fromisoformat(now.day) - timedelta(days=DAYS_KEPT - 1)).date().isoformat()
        days = {day: count for day, count in self.days.items() if first <= day <= now.day}
        days[now.day] = days.get(now.day, 0) + 1
        return replace(
            self,
            last=now,
            in_flight=True,
            by=by,
            waiting=0,
            delay=delay,
            days=days,
            quarters=self.quarters.asked(now),
        )

    def answered(self, at: Moment, now: Moment, *, closed_for: float = 0.0) -> "Entry":
        """With the request done, whose answer began `at`; the portal asked for `closed_for` seconds of rest."""
        closes = closed_for > self.closed(now)
        return replace(
            self,
            last=at,
            in_flight=False,
            closed_at=now if closes else self.closed_at,
            closed_for=closed_for if closes else self.closed_for,
            quarters=self.quarters.answered(now),
        )

    def given_up(self, now: Moment) -> "Entry":
        """With the request done, whose asker died: it counts as made now, since nobody knows when it went."""
        return replace(self, last=now, in_flight=False, quarters=self.quarters.answered(now))

    def here(self, now: Moment) -> "Entry":
        """The same told by the clocks of now, where it was told by those of another run of the machine or where the
        clock on the wall was moved: from then on nothing that befalls that clock makes a difference."""
        moments = (self.last, self.closed_at, self.quarters.began)
        if all(moment is None or now.agrees(moment) for moment in moments):
            return self
        return replace(
            self,
            last=_told_by(now, self.last),
            closed_at=_told_by(now, self.closed_at),
            quarters=self.quarters.at(now),
        )

    def _left(self, now: Moment) -> float:
        """Seconds until nothing that was asked lies within the last 24 hours."""
        return 0.0 if self.last is None else max(0.0, DAY - now.since(self.last))


def _told_by(now: Moment, moment: Moment | None) -> Moment | None:
    return None if moment is None else now.before(now.since(moment))

"""Requests by the quarter of an hour, of the last day and a little more: so a budget for any 24 hours is counted.

Pure. The quarters are those of a clock of their own, which begins with the first request and goes by `Moment`: a
clock on the wall that is set forward frees nothing, one that is set back keeps nothing. Whole quarters count, so that
a request counts for 24 hours and up to a quarter of an hour more. Standard library only.
"""

from dataclasses import dataclass

from crawler.ledger.moments import Moment

QUARTER = 900.0
"""Seconds."""
DAY = 96 * QUARTER
QUARTERS_KEPT = 97
"""The quarter under way, and as many before it as the last 24 hours may touch."""


@dataclass(frozen=True, slots=True)
class Quarters:
    """How often the portal was asked, quarter by quarter."""

    counts: tuple[int, ...] = (0,) * QUARTERS_KEPT
    """Requests of each quarter, that under way first."""
    began: Moment | None = None
    """When the quarter under way began; None: nothing was asked yet."""

    def at(self, now: Moment) -> "Quarters":
        """The same requests as the quarters are now, told by the clocks of now."""
        if self.began is None:
            return Quarters(began=now)
        passed = self._passed(now)
        into = now.since(self.began) - passed * QUARTER
        began = now.before(into)
        if now.follows(self.began):  # the count itself goes on, so that nothing is lost by rounding
            began = Moment(now.boot, self.began.ticks + passed * QUARTER, began.wall)
        return Quarters(((0,) * min(passed, QUARTERS_KEPT) + self.counts)[:QUARTERS_KEPT], began)

    def asked(self, now: Moment, requests: int = 1) -> "Quarters":
        """With requests made at this moment."""
        moved = self.at(now)
        return Quarters((moved.counts[0] + requests, *moved.counts[1:]), moved.began)

    def answered(self, now: Moment) -> "Quarters":
        """With the last request counted at its end: nobody knows when between the two it reached the portal.

        Nothing else was counted since it was asked.
        """
        passed = 0 if self.began is None else self._passed(now)
        if passed == 0 or self.counts[0] == 0:
            return self
        return Quarters((self.counts[0] - 1, *self.counts[1:]), self.began).asked(now)

    def room_in(self, now: Moment, per_day: int) -> float:
        """Seconds until the quarters that count hold fewer than `per_day` requests; 0: they do."""
        moved = self.at(now)
        left = sum(moved.counts)
        if moved.began is None or left < per_day:
            return 0.0
        age = QUARTERS_KEPT
        while left >= per_day:
            age -= 1
            left -= moved.counts[age]
        return (QUARTERS_KEPT - age) * QUARTER - now.since(moved.began)

    def ends_in(self, now: Moment) -> float:
        """Seconds until the quarter under way ends, and the oldest that counts does so no more."""
        moved = self.at(now)
        return QUARTER if moved.began is None else QUARTER - now.since(moved.began)

    def _passed(self, now: Moment) -> int:
        """Whole quarters since that under way began."""
        return 0 if self.began is None else int(now.since(self.began) // QUARTER)


NOTHING = Quarters()
"""Nobody has asked anything yet."""

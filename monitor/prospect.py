"""Decides how much is likely to wait at a listing, and when that is worth a reading. Pure.

What waits is a release that came since the listing was last read; how much waiting there is, is counted in
release-seconds: the releases that are likely to wait, each times the seconds since it came. A reading is worth as
much as the waiting that has gathered, for that is what it ends. For a listing whose rate does not change this is the
rule of Sia, Cho and Cho (see `rhythm`): listings are read in intervals by the square root of their rates; for one
whose rate changes over the day the intervals do so too.
"""

from collections.abc import Iterable
from math import sqrt
from typing import Literal, NamedTuple

from monitor.expecting import Expected
from monitor.hours import HOUR, Hours
from monitor.rhythm import Rates

Ground = Literal["news", "copies", "edits", "longest", "doubt"]
"""Why a listing is read next: news is likely, copies in its language, edits of what is new, it was not read for
`longest`, or a doubt is to be settled."""

SOON, LATER = 60.0, 1800.0
"""Seconds after which the copies of a release come on average that come at once, and the others."""
AT_ONCE = 0.4
"""Of the copies that come, the part that comes with the first one."""
YOUNG = 3 * HOUR
"""Seconds after which, on average, a release is edited that is edited at all: most edits come in the first hours."""

_LONG_AGO = 7 * 24 * HOUR
"""What came by the rhythm before that is left out: whoever was not read for so long is overdue without it."""


class Due(NamedTuple):
    """When a listing is read next, and why."""

    at: float
    """Seconds since 1970."""
    ground: Ground
    waiting: float
    """Releases, copies and edits likely to wait then."""
    reckoned_at: float
    number: float
    """Those likely to wait when that was reckoned."""
    gathered: float
    """Their waiting, in release-seconds."""
    by_then: float
    """The same at `at`."""

    def stands(self, price: float) -> bool:
        """Whether it is so at this price too, for one that was not worth a reading before the bound."""
        return self.ground in ("longest", "doubt") and self.by_then < price

    def worth(self, now: float) -> float:
        """The waiting that a reading would end now; what comes after the reckoning is left out."""
        return self.gathered + self.number * (now - self.reckoned_at)


class Prospect:
    """One listing as the plan sees it. Moments are seconds since 1970, rates editions an hour."""

    __slots__ = (
        "_at",
        "_gathered",
        "_number",
        "_to_come",
        "confirm_at",
        "edits",
        "later",
        "rates",
        "read_at",
        "soon",
    )

    def __init__(self, rates: Rates, *, read_at: float) -> None:
        self.rates = rates
        self.read_at = read_at
        self.confirm_at: float | None = None
        """From then on a reading may settle a doubt."""
        self.soon = Expected(SOON, read_at=read_at)
        """Copies that come at once, with those in other languages."""
        self.later = Expected(LATER, read_at=read_at)
        """Copies that take their time."""
        self.edits = Expected(YOUNG, read_at=read_at)
        self._to_come = (self.soon, self.later, self.edits)
        self._at, self._number, self._gathered = read_at, 0.0, 0.0
        """Up to when what comes by the rhythm is reckoned, how many wait, and their waiting."""

    def read(self, at: float) -> None:
        """The listing was read: nothing waits any more."""
        self.read_at = self._at = at
        self._number = self._gathered = 0.0
        for each in self._to_come:
            each.read(at)
        if self.confirm_at is not None and self.confirm_at <= at:
            self.confirm_at = None

    def move(self, seconds: float) -> None:
        """Moves all that is remembered by so much, because the clock was set."""
        self.read_at += seconds
        self._at += seconds
        if self.confirm_at is not None:
            self.confirm_at += seconds
        for each in self._to_come:
            each.move(seconds)

    def begin_anew(self) -> None:
        """Forgets what was shown elsewhere since the last reading."""
        self._at, self._number, self._gathered = self.read_at, 0.0, 0.0

    def not_after(self, now: float) -> bool:
        """The clock may have been set back to `now`: what was told of later moments is taken to have been told just
        now; whether anything was."""
        back = self._at - now
        if back <= 0:
            return False
        self._at, self.read_at = now, self.read_at - back
        for each in self._to_come:
            each.move(-back)
        return True

    def expect_copy(self, likelihood: float, *, since: float, now: float) -> None:
        """A release has come whose copy comes here with this likelihood, after `since`."""
        self.soon.add(likelihood * AT_ONCE, since=since, now=now)
        self.later.add(likelihood * (1 - AT_ONCE), since=since, now=now)

    def elsewhere(self, share: float, hours: Hours, *, at: float) -> None:
        """Another listing was read, and what it lacked has, in that part, not come here either."""
        self._reckon(hours, at)
        self._number *= 1 - share
        self._gathered *= 1 - share

    def waiting(self, hours: Hours, *, now: float) -> tuple[float, float]:
        """How many are likely to wait now, and the waiting that has gathered, in release-seconds."""
        number, gathered, _ = self._waiting(hours, [each for each in self._to_come if each.is_any], now)
        return number, gathered

    def due(
        self,
        hours: Hours,
        *,
        price: float,
        shortest: float,
        longest: float,
        now: float,
        known: Due | None = None,
    ) -> Due:
        """When the waiting that gathers reaches `price`, in release-seconds, within the bounds; never before now.

        `known`: what was reckoned at another price, and nothing else has changed since.
        """
        read_at = self.read_at
        earliest, latest = max(now, read_at + shortest), max(now, read_at + longest)
        if self.confirm_at is not None and self.confirm_at < latest:
            latest = max(earliest, self.confirm_at)
        to_come = [each for each in self._to_come if each.is_any]
        if to_come or known is None:
            # Copies and edits are taken to come evenly until the hour ends, from now on.
            at, (number, gathered, left) = now, self._waiting(hours, to_come, now)
        else:
            at, number, gathered, left = known.reckoned_at, known.number, known.gathered, 0.0
        then = at, number, gathered
        while gathered < price:
            if at >= latest:
                ground: Ground = "longest" if latest == read_at + longest else "doubt"
                return Due(latest, ground, number, *then, gathered)
            hour = int(at // HOUR)
            end = (hour + 1) * HOUR
            if end > latest:
                end = latest
            length = end - at
            rate = self.rates[hours.cell(hour)] / HOUR
            if to_come:
                before, left = left, 0.0
                for each in to_come:
                    left += each.to_come(end)
                rate += (before - left) / length
            by_end = gathered + number * length + rate * length * length / 2
            if by_end >= price:
                passed = _until(price - gathered, number, rate)
                at, number, gathered = at + passed, number + rate * passed, price
            else:
                at, number, gathered = end, number + rate * length, by_end
        if at < now:  # it was worth it before
            number = self._waiting(hours, to_come, now)[0]
        ground = self._ground(at, number) if to_come else "news"
        return Due(max(earliest, at), ground, number, *then, gathered)

    def _waiting(self, hours: Hours, to_come: Iterable[Expected], now: float) -> tuple[float, float, float]:
        """The same two, and how many copies and edits are still to come."""
        self._reckon(hours, now)
        number, gathered, left = self._number, self._gathered, 0.0
        for each in to_come:
            came, waited, still = each.standing(now)
            number, gathered, left = number + came, gathered + waited, left + still
        return number, gathered, left

    def _reckon(self, hours: Hours, until: float) -> None:
        """Takes in what came by the rhythm since that was done last."""
        at, number, gathered = max(self._at, until - _LONG_AGO), self._number, self._gathered
        while at < until:
            hour = int(at // HOUR)
            end = min(until, (hour + 1) * HOUR)
            length, rate = end - at, self.rates[hours.cell(hour)] / HOUR
            gathered += number * length + rate * length * length / 2
            number += rate * length
            at = end
        self._at, self._number, self._gathered = max(self._at, at), number, gathered

    def _ground(self, at: float, number: float) -> Ground:
        edits = self.edits.came(at)
        copies = self.soon.came(at) + self.later.came(at)
        news = number - copies - edits
        return "news" if news >= max(copies, edits) else "copies" if copies >= edits else "edits"


def _until(missing: float, number: float, rate: float) -> float:
    """Seconds until so many release-seconds more have gathered, where `number` wait and `rate` come a second."""
    # Not (root - number) / rate, which loses all its digits where the rate is small.
    return 2 * missing / (number + sqrt(number * number + 2 * rate * missing))

"""Stands for the daemon before a plan: keeps the pace, the ledger and the pauses, reads what it is told to."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from monitor.allowance import Bounds
from monitor.habits import Habits
from monitor.hours import HOUR, Hours
from monitor.plan import News, Plan, Planned
from monitor.price import QUARTER
from monitor.rhythm import Key, Rates

DAY = 24 * HOUR
START = datetime(2026, 7, 13, 4, tzinfo=UTC)
"""A Monday, nine o'clock in Almaty."""
ALMATY = Hours(ZoneInfo("Asia/Almaty"))
ANY = ("anything", "ru")
"""What is asked for and is followed by nobody."""
_SLACK = 60.0
"""Seconds before a rest that are too few to keep a deadline in."""
_PATIENCE = 200_000
"""Steps after which a watchman that gets nowhere is stopped."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reading is like."""

    requests: int = 1
    took: float = 0.5
    """Seconds for each request."""
    news: tuple[News, ...] = ()


Portal = Callable[[Key, datetime], Answer]


@dataclass(slots=True)
class Watchman:
    """One plan, the listings it is for, and all that was asked."""

    bounds: Bounds
    rates: Mapping[Key, Rates]
    portal: Portal = lambda _key, _now: Answer()
    habits: Mapping[Key, Habits] = field(default_factory=dict)
    buckets: bool = False
    """The ledger tells requests by full quarters of the clock and counts all that the last 24 hours touch."""
    now: float = START.timestamp()
    read_at: dict[Key, float] = field(default_factory=dict)
    requests: list[float] = field(default_factory=list)
    readings: dict[Key, list[float]] = field(default_factory=dict)
    refused: int = 0
    paused_until: float = 0.0
    skew: float = 0.0
    """By how many seconds the clock on the wall, which the plan goes by, is ahead of the time that passed."""
    rests: list[tuple[float, float]] = field(default_factory=list)
    """When nothing was asked, because of the portal or of the quiet window."""
    busy: dict[Key, float] = field(default_factory=dict)
    """Listings that somebody else has in hand, and until when."""
    held: dict[Key, float] = field(default_factory=dict)
    """When each was last in the hands of somebody else."""
    told: list[tuple[datetime, News]] = field(default_factory=list)
    steps: int = 0
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    @property
    def moment(self) -> datetime:
        """Now, as the plan is told it."""
        return self._wall(self.now)

    def restart(self) -> None:
        """Makes the plan anew from what a daemon finds stored."""
        self.plan = Plan(ALMATY, self.bounds)
        self.follow(self.rates)

    def follow(self, rates: Mapping[Key, Rates]) -> None:
        """Hands the plan other rates; new listings are followed from now on."""
        self.rates = rates
        for key, each in rates.items():
            read_at = self.read_at.get(key)
            self.plan.follow(
                key,
                each,
                self.habits.get(key, Habits()),
                read_at=None if read_at is None else datetime.fromtimestamp(read_at, UTC),
                now=self.moment,
            )

    def last_quarters(self) -> list[float]:
        """What the ledger says of the last day, the newest quarter of an hour first."""
        quarters = [0.0] * (97 if self.buckets else 96)
        for at in self.requests[bisect_left(self.requests, self.now - DAY - 2 * QUARTER) :]:
            back = self.now // QUARTER - at // QUARTER if self.buckets else (self.now - at) // QUARTER
            if back < len(quarters):
                quarters[int(back)] += 1
        return quarters

    def reprice(self) -> None:
        """Hands the plan what the ledger says."""
        left = QUARTER - self.now % QUARTER if self.buckets else QUARTER
        self.plan.reprice(self.last_quarters(), now=self.moment, quarter_left=timedelta(seconds=left))

    def ask(self, took: float = 0.5) -> bool:
        """One request, when the pace allows it; False: the ledger refuses."""
        if self.requests:
            self.now = max(self.now, self.requests[-1] + self.bounds.between.total_seconds())
        if self.bounds.per_day is not None and self._spent() >= self.bounds.per_day:
            self.refused += 1
            self.now += 60
            return False
        self.requests.append(self.now)
        self.now += took
        return True

    def audit(self, requests: int) -> None:
        """Asks for something that is none of the plan's, one request after another."""
        for _ in range(requests):
            if self.plan.has_room and self.ask():
                self.plan.asked(ANY, 1, took=timedelta(0), planned=False, now=self.moment)

    def hold(self, key: Key, seconds: float) -> None:
        """Somebody else has this listing in hand."""
        self.busy[key] = self.held[key] = self.now + seconds

    def live(self, seconds: float) -> None:
        """Reads what the plan says for so long."""
        until = self.now + seconds
        while self.now < until:
            self.steps += 1
            assert self.steps < _PATIENCE, "the plan gets nowhere"
            if (rests := self._rests_until()) > self.now:
                self.rests.append((self.now, min(until, rests)))
                self.now = min(until, rests)
                continue
            self.step(until)

    def step(self, until: float) -> None:
        """Reads what is to be read now, or waits."""
        if self.requests:  # the worker takes an order when the pace lets it ask
            self.now = max(self.now, self.requests[-1] + self.bounds.between.total_seconds())
        if self.plan.is_stale(self.moment):
            self.reprice()
        free = {key for key in self.rates if self.busy.get(key, 0.0) <= self.now}
        found = self.plan.next(free, self.moment)
        if isinstance(found, Planned):
            self.read(found.key)
            return
        again = [self.plan.stale_at(self.moment).timestamp() - self.skew]
        again += [each for each in self.busy.values() if each > self.now]
        if found is not None:
            assert found.timestamp() > self.moment.timestamp() - 1e-3
            again.append(found.timestamp() - self.skew)
        # A timer is never early, and a moment of the plan's is rounded to the microsecond.
        self.now = min(until, max(min(again), self.now + 1e-3))

    def read(self, key: Key) -> None:
        """A reading, to its end."""
        began = self.now
        answer = self.portal(key, self.moment)
        made = sum(self.ask(answer.took) for _ in range(answer.requests))
        if not made:
            return
        self.read_at[key] = began + self.skew
        self.readings.setdefault(key, []).append(began)
        took = timedelta(seconds=self.now - began)
        self.plan.asked(key, made, took=took, planned=True, now=self.moment)
        self.plan.read(key, at=self._wall(began), now=self.moment)
        if answer.news:
            self.told += [(self.moment, news) for news in answer.news]
            self.plan.news(answer.news, now=self.moment)

    def late(self, *, longest: float) -> float:
        """By how much the latest reading came after its deadline, or after the rest in which that lay, in seconds.

        A listing that was not read again counts as though it were read now.
        """
        worst = 0.0
        for key in self.rates:
            begun = self.readings.get(key, [])
            for earlier, later in pairwise([*begun, self.now]):
                deadline = earlier + longest
                for began, ended in self.rests:
                    if began <= deadline + _SLACK and ended > deadline:
                        deadline = ended
                worst = max(worst, later - max(deadline, self.held.get(key, 0.0)))
        return worst

    def most(self, seconds: float) -> int:
        """The most requests that any stretch of so many seconds holds, its end left out."""
        return max(
            (bisect_left(self.requests, at + seconds) - number for number, at in enumerate(self.requests)),
            default=0,
        )

    def gaps(self) -> list[float]:
        """Seconds between two readings of a listing that follow on each other, of all."""
        return [later - earlier for each in self.readings.values() for earlier, later in pairwise(each)]

    def _spent(self) -> int:
        if self.buckets:
            return int(sum(self.last_quarters()))
        return len(self.requests) - bisect_right(self.requests, self.now - DAY)

    def _rests_until(self) -> float:
        quiet = None if self.bounds.quiet is None else self.bounds.quiet.until(self.moment)
        return max(self.paused_until, 0.0 if quiet is None else quiet.timestamp() - self.skew)

    def _wall(self, at: float) -> datetime:
        return datetime.fromtimestamp(at + self.skew, UTC)

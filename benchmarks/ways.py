"""Ways of looking: each says which listing to read now or when to ask again, and is told what was read."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heapify, heapreplace
from typing import Protocol

from publishing import Publication, World

from crawler.records import WHOLE
from monitor.allowance import Bounds
from monitor.habits import Habits
from monitor.hours import HOUR, Hours
from monitor.plan import REPRICED_AFTER, News, Plan, Planned
from monitor.price import DAY, QUARTER
from monitor.rhythm import Key, Rates, learn, tally

_A_WEEK = 7 * DAY * HOUR
_LEARNED_AFTER, _LEARNED_AFTER_A_WEEK = timedelta(hours=3), timedelta(days=1)
_DOUBT = 1.0
"""Releases for which the guess counts that all come in every language."""


class Way(Protocol):
    """Moments are seconds since 1970."""

    @property
    def keys(self) -> Sequence[Key]:
        """The listings that are to be read."""

    def next(self, now: float) -> Key | float:
        """The listing to read now, or the moment to ask again."""

    def read(self, key: Key, now: float, shown: Sequence[Publication], requests: int = 1) -> None:
        """It was read by so many requests, and showed so much that was not seen before."""


class Ledger:
    """Requests by quarters of an hour of its own, from the first on, as the worker's counts them: whole quarters."""

    def __init__(self, *, start: float) -> None:
        self._start = start
        self._counts: dict[int, int] = defaultdict(int)

    def asked(self, now: float, requests: int = 1) -> None:
        self._counts[self._quarter(now)] += requests

    def last_quarters(self, now: float) -> list[int]:
        """Those that count against the budget of a day, that under way first."""
        quarter = self._quarter(now)
        return [self._counts.get(quarter - ago, 0) for ago in range(round(DAY * HOUR / QUARTER) + 1)]

    def quarter_left(self, now: float) -> float:
        """Seconds that the quarter under way goes on."""
        return self._start + (self._quarter(now) + 1) * QUARTER - now

    def _quarter(self, now: float) -> int:
        return int((now - self._start) // QUARTER)


class RoundRobin:
    """One listing after another, in steps of the same length."""

    def __init__(self, keys: Sequence[Key], *, start: float, step: float) -> None:
        self.keys, self._start, self._step, self._made = keys, start, step, 0

    def next(self, now: float) -> Key | float:
        at = self._start + self._made * self._step
        return self.keys[self._made % len(self.keys)] if at <= now else at

    def read(self, key: Key, now: float, shown: Sequence[Publication], requests: int = 1) -> None:
        self._made += 1


class ByFrequency:
    """As miniflux does by `entry_frequency`: a week divided by the entries of the last week, within bounds.

    `factor` multiplies the readings, so that a whole budget is used.
    """

    def __init__(
        self, keys: Sequence[Key], *, start: float, shortest: float, longest: float, factor: float
    ) -> None:
        self._queue = [(start, number) for number in range(len(keys))]
        heapify(self._queue)
        self.keys, self._factor = keys, factor
        self._shortest, self._longest = shortest, longest
        self._seen: dict[Key, deque[float]] = {key: deque() for key in keys}

    def next(self, now: float) -> Key | float:
        at, number = self._queue[0]
        return self.keys[number] if at <= now else at

    def read(self, key: Key, now: float, shown: Sequence[Publication], requests: int = 1) -> None:
        seen = self._seen[key]
        seen.extend(now for one in shown if not one.edit)
        while seen and seen[0] < now - _A_WEEK:
            seen.popleft()
        interval = _A_WEEK / (len(seen) * self._factor) if seen else self._longest
        at = now + min(self._longest, max(self._shortest, interval))
        heapreplace(self._queue, (at, self._queue[0][1]))


@dataclass(frozen=True, slots=True)
class Past:
    """What first readings showed, and when they ended."""

    publications: Sequence[Publication]
    since: datetime
    read_at: Mapping[Key, datetime]


class ByPlan:
    """Ours: the plan that the daemon holds, handed the same things at the same times."""

    def __init__(
        self,
        keys: Sequence[Key],
        hours: Hours,
        bounds: Bounds,
        *,
        start: datetime,
        ledger: Ledger,
        told: World | None = None,
        took: timedelta | None = None,
        past: Past | None = None,
    ) -> None:
        """`told`: the world whose true rates it is told; else it learns them, from nothing or from a `past`. `took`:
        what a reading takes, where that is more than the pace."""
        past = past or Past((), since=start, read_at={})
        self.keys, self._free, self._hours = keys, frozenset(keys), hours
        self._start, self._since, self._read_at = start, past.since, past.read_at
        self._told, self._learns_at = told, start
        self._plan = Plan(hours, bounds)
        self._took = max(took or bounds.between, bounds.between)
        self._ledger = ledger
        self._appeared: dict[Key, dict[int, int]] = {key: defaultdict(int) for key in keys}
        self._known: dict[int, set[str]] = {}
        self._releases: dict[str, float] = defaultdict(lambda: _DOUBT)
        self._copies: dict[Key, float] = defaultdict(lambda: _DOUBT)
        for one in past.publications:
            if not one.edit:
                self._note(one, appeared=one.published_at)

    def next(self, now: float) -> Key | float:
        moment = datetime.fromtimestamp(now, UTC)
        if moment >= self._learns_at:
            self._learn(moment)
        if self._plan.is_stale(moment):
            left = timedelta(seconds=self._ledger.quarter_left(now))
            self._plan.reprice(self._ledger.last_quarters(now), now=moment, quarter_left=left)
        found = self._plan.next(self._free, moment)
        if isinstance(found, Planned):
            return found.key
        stale = now + REPRICED_AFTER.total_seconds() / 3
        # A moment in whole microseconds, which may lie a little before the one that was asked for.
        return max(now + 1e-3, min(stale, found.timestamp())) if found is not None else stale

    def read(self, key: Key, now: float, shown: Sequence[Publication], requests: int = 1) -> None:
        moment = datetime.fromtimestamp(now, UTC)
        news = []
        for one in (each for each in shown if not each.edit):
            appeared = moment
            if one.release not in self._known:
                news.append(News(one.agency, one.published_at, frozenset({one.lang}), moment))
                if moment - timedelta(days=1) < one.published_at:
                    appeared = one.published_at
            self._note(one, appeared=appeared)
        self._plan.asked(key, requests, took=self._took, planned=True, now=moment)
        self._plan.read(key, at=moment, now=moment)
        if news:
            self._plan.news(news, now=moment)

    def _note(self, one: Publication, *, appeared: datetime) -> None:
        if one.release not in self._known:
            self._known[one.release] = set()
            self._releases[one.agency] += 1
        self._known[one.release].add(one.lang)
        self._copies[one.agency, one.lang] += 1
        self._appeared[one.agency, one.lang][int(appeared.timestamp() // HOUR)] += 1

    def _learn(self, now: datetime) -> None:
        rates = self._rates(now)
        for key in self.keys:
            share = self._copies[key] / self._releases[key[0]]
            habits = Habits(share=min(1.0, share))
            self._plan.follow(key, rates[key], habits, read_at=self._read_at.get(key), now=now)
        first_week = now - self._start < timedelta(weeks=1)
        self._learns_at = now + (_LEARNED_AFTER if first_week else _LEARNED_AFTER_A_WEEK)

    def _rates(self, now: datetime) -> dict[Key, Rates]:
        if self._told is not None:
            return {key: self._told.rates(key) for key in self.keys}
        seen = {key: tally(self._appeared[key], self._hours, since=self._since, now=now) for key in self.keys}
        return learn(seen, {})


class WholePortal:
    """The listing of the whole portal in one language after another, one request every `shortest`."""

    def __init__(self, langs: Sequence[str], *, start: float, shortest: float) -> None:
        self.keys = [(WHOLE, lang) for lang in langs]
        self._turns = RoundRobin(self.keys, start=start, step=shortest)

    def next(self, now: float) -> Key | float:
        return self._turns.next(now)

    def read(self, key: Key, now: float, shown: Sequence[Publication], requests: int = 1) -> None:
        self._turns.read(key, now, shown, requests)

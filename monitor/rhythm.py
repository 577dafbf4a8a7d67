"""Estimates how many new editions a listing shows in each hour of the week, from when they came. Pure.

The rates of a Poisson process that changes over the week, as K. C. Sia, J. Cho and H.-K. Cho learn them («Efficient
Monitoring Algorithm for Fast News Alerts», IEEE Transactions on Knowledge and Data Engineering 19 (2007) 7). Theirs
need weeks of each source; here each estimate leans on a wider one until it has seen enough to stand by itself, as in
an empirical Bayes model with gamma priors: the hours of a listing on its own level and the hours of all listings, its
level on that of its kind of agency, that on the whole portal's, and the portal's hours on those of any office. The
plain alternative is `entry_frequency` of the feed reader miniflux: the time between two readings is a week divided by
the entries of the last week, whatever the hour.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from monitor.hours import CELLS, HOUR, Hours, hour_of

Key = tuple[str, str]
"""Agency and language."""
Rates = tuple[float, ...]
"""New editions an hour, by cell of the week."""

PAST = timedelta(weeks=26)
"""What came earlier says nothing any more."""
HALVED = timedelta(weeks=8)
"""In that time what came counts half as much."""
_WORKDAYS = 5
_A_WEEK = 10.0
"""Editions a week of a listing of which nothing at all is known."""
_DOUBT_PORTAL = 0.2
"""Weeks for which the guess above counts."""
_DOUBT_HOURS = 10.0
"""Editions for which an office's day counts against the hours of all listings."""
_DOUBT_LEVEL = 0.5
"""Editions for which the level of its kind counts against a listing's own."""
_DOUBT_CELL = 1.0
"""Editions for which the common hours count against a listing's own, in each cell."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a listing showed in the time that it was watched, the older the less it counts."""

    shown: tuple[float, ...]
    """Editions, by cell."""
    watched: tuple[float, ...]
    """Hours, by cell."""

    @property
    def total(self) -> float:
        """Editions."""
        return sum(self.shown)


def tally(appeared: Mapping[int, int], hours: Hours, *, since: datetime, now: datetime) -> Tally:
    """Counts what appeared, given by hour from 1970, in a listing that was watched from `since` to `now`."""
    shown, last = [0.0] * CELLS, hour_of(now)
    first = max(hour_of(since), last - int(PAST.total_seconds() // HOUR))
    for hour, count in appeared.items():
        if first <= hour <= last:
            shown[hours.cell(hour)] += count * _weight(last - hour)
    return Tally(tuple(shown), watched(hours, first=first, last=last))


@lru_cache(maxsize=32)  # most listings were watched alike
def watched(hours: Hours, *, first: int, last: int) -> tuple[float, ...]:
    """How many hours of each cell lie from hour `first` to before hour `last`, the older the less they count."""
    found = [0.0] * CELLS
    for begin in range(first, last, 24):
        weight = _weight(last - begin)
        day, of_day = divmod(begin, 24)
        cells = (*hours.day(day)[of_day:], *hours.day(day + 1)[:of_day])
        for cell in cells[: last - begin]:
            found[cell] += weight
    return tuple(found)


def learn(tallies: Mapping[Key, Tally], kinds: Mapping[str, str]) -> dict[Key, Rates]:
    """The rates of every listing; `kinds` tells the kind of each agency, all listings of a portal at once."""
    common = _common_hours(tallies.values())
    seen = {key: _weeks(one.watched, common) for key, one in tallies.items()}
    of_all = _level(
        ((tallies[key].total, seen[key]) for key in tallies), _A_WEEK, doubt=_A_WEEK * _DOUBT_PORTAL
    )
    hours = {one.watched: _smooth(one.watched) for one in tallies.values()}  # most were watched alike
    by_kind: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for agency, lang in tallies:
        by_kind[kinds.get(agency, ""), lang].append((agency, lang))
    found: dict[Key, Rates] = {}
    for keys in by_kind.values():
        of_kind = _level(((tallies[key].total, seen[key]) for key in keys), of_all, doubt=_DOUBT_LEVEL)
        for key in keys:
            own = _level([(tallies[key].total, seen[key])], of_kind, doubt=_DOUBT_LEVEL)
            found[key] = _rates(tallies[key], hours[tallies[key].watched], own, common)
    return found


def _rates(one: Tally, hours: Sequence[float], level: float, common: Sequence[float]) -> Rates:
    shown = _smooth(one.shown)
    return tuple(
        (shown[cell] + _DOUBT_CELL) / (hours[cell] + _DOUBT_CELL / (level * common[cell]))
        for cell in range(CELLS)
    )


def _common_hours(tallies: Iterable[Tally]) -> list[float]:
    """The share of a week's editions that each cell has, over all listings."""
    shown, hours = [0.0] * CELLS, [0.0] * CELLS
    for one in tallies:
        weeks = _weeks(one.watched, _OFFICE)
        weight = one.total / weeks if weeks else 0.0  # hours of a busy listing prove more
        for cell in range(CELLS):
            shown[cell] += one.shown[cell]
            hours[cell] += one.watched[cell] * weight
    total = sum(shown)
    if not total:
        return list(_OFFICE)
    # In units of what an average listing shows in a week.
    shown, hours = _smooth(shown), _smooth(hours)
    raw = [
        (shown[cell] + _DOUBT_HOURS * _OFFICE[cell]) / (hours[cell] + _DOUBT_HOURS) for cell in range(CELLS)
    ]
    return [share / sum(raw) for share in raw]


def _weeks(watched_hours: Sequence[float], common: Sequence[float]) -> float:
    """How many weeks were watched, weighed by how much appears in each hour."""
    return sum(hours * share for hours, share in zip(watched_hours, common, strict=True))


def _level(seen: Iterable[tuple[float, float]], guess: float, *, doubt: float) -> float:
    """Editions a week of one listing, from pairs of editions and weeks; the guess counts as `doubt` editions."""
    pairs = list(seen)
    return (sum(shown for shown, _ in pairs) + doubt) / (sum(weeks for _, weeks in pairs) + doubt / guess)


def _smooth(cells: Sequence[float]) -> list[float]:
    """What an hour shares with its neighbours, and with the same hour of the other days of its sort."""
    days = [cells[begin : begin + 24] for begin in range(0, CELLS, 24)]
    week = [sum(alike) / _WORKDAYS for alike in zip(*days[:_WORKDAYS], strict=True)]
    weekend = [sum(alike) / (7 - _WORKDAYS) for alike in zip(*days[_WORKDAYS:], strict=True)]
    found: list[float] = []
    for number, day in enumerate(days):
        alike = week if number < _WORKDAYS else weekend
        own = [(mine + others) / 2 for mine, others in zip(day, alike, strict=True)]
        before, after = own[-1:] + own[:-1], own[1:] + own[:1]
        found += [(one + 2 * mine + other) / 4 for one, mine, other in zip(before, own, after, strict=True)]
    return found


def _weight(hours_ago: int) -> float:
    return math.exp2(-hours_ago * HOUR / HALVED.total_seconds())


def _office() -> tuple[float, ...]:
    """The share of each cell in a week of an office: from nine to six on working days, little else."""
    day = [3.0 if 9 <= hour < 18 else 1.0 if 7 <= hour < 21 else 0.1 for hour in range(24)]
    week = [part * (1.0 if number < _WORKDAYS else 0.2) for number in range(7) for part in day]
    return tuple(part / sum(week) for part in week)


_OFFICE = _office()

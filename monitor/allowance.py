"""How often may be asked: what the configuration says of it, and the budget of a day that comes of that. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.price import Budget
from monitor.quiet import Quiet

UNHURRIED = 72
"""Readings a day of a listing, on average, where nobody says how many requests a day there may be."""
_ROOM = 1.5
"""Then there are at least so many times as many as `longest` asks for."""
_UNFORESEEN = 0.01
"""Of a day's budget, the part that is not planned with: there may be more news, and more pages, than is usual."""
_UNFORESEEN_LEAST, _UNFORESEEN_MOST = 12.0, 0.1
"""Requests that this is at least, but no more than that part of the budget."""
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the configuration says of when to look."""

    shortest: timedelta
    longest: timedelta
    between: timedelta
    """Between two requests."""
    per_day: int | None = None
    quiet: Quiet | None = None


def budgets(bounds: Bounds, listings: int, last_quarters: Sequence[float]) -> tuple[Budget, Budget]:
    """What may be planned with, for so many listings, and what there is for the deadlines alone."""
    if bounds.per_day is not None:
        left_out = max(_UNFORESEEN * bounds.per_day, kept_back(bounds))
        return Budget(bounds.per_day - left_out, last_quarters), Budget(bounds.per_day, last_quarters)
    return Budget(meant_per_day(bounds, listings)), Budget(_paced(bounds))


def kept_back(bounds: Bounds) -> float:
    """Requests for the further pages of a reading that has begun."""
    return 0.0 if bounds.per_day is None else min(_UNFORESEEN_LEAST, _UNFORESEEN_MOST * bounds.per_day)


def meant_per_day(bounds: Bounds, listings: int) -> float:
    """Readings a day of so many listings that are meant where nobody says how many there may be."""
    asked = listings * _ROOM * (_A_DAY / bounds.longest)
    return min(max(listings * UNHURRIED, asked), _paced(bounds))


def _paced(bounds: Bounds) -> float:
    """Requests a day that the pace allows."""
    return _A_DAY / bounds.between if bounds.between else float("inf")

"""Decides how much waiting a request must end, so that the requests of a day are spent where they end the most. Pure.

One price for all listings and hours: were it higher for one than for another, a request of the one would do more good
at the other. The dearer a request, the fewer are made, each listing by the square root (see `prospect`); the price is
the lowest at which no 24 hours hold more requests than they may.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain, repeat
from math import sqrt
from operator import add

from monitor.hours import HOUR
from monitor.rhythm import Rates

DAY = 24
"""Hours for which one looks ahead, as many as count against the budget."""
QUARTER = HOUR / 4
"""Seconds of the steps in which that is counted."""
LOWEST, HIGHEST = 5.0, 1e8
"""Release-seconds. Less than the first no request is worth, however many may be made: a listing that shows a release
an hour is then read every three minutes, and at night now and then."""
_NEARLY = 1.002
"""How much higher the price found may be than the lowest, as a factor."""
_NEAR = 1.25
"""Most prices are within this factor of the one before."""


class Demand:
    """How many readings an hour are asked for at a price."""

    def __init__(self, rates: Iterable[Rates], *, shortest: float, longest: float) -> None:
        """`shortest` and `longest` bound the time between two readings of a listing, in seconds."""
        self._rates = tuple(rates)
        self._fewest, self._most = HOUR / longest, HOUR / shortest
        self._cells: dict[int, tuple[list[float], list[float]]] = {}

    def readings(self, cell: int, price: float) -> float:
        """Readings of all listings in one hour of this cell, at a price in release-seconds."""
        roots, sums = self._of(cell)
        scale = HOUR / sqrt(2 * price * HOUR)  # readings an hour of a listing: its root times this
        rare = bisect_left(roots, self._fewest / scale)
        often = bisect_left(roots, self._most / scale)
        between = (sums[often] - sums[rare]) * scale
        return rare * self._fewest + between + (len(roots) - often) * self._most

    def _of(self, cell: int) -> tuple[list[float], list[float]]:
        """Square roots of the rates in this cell, rising, and their sums from the first on."""
        if cell not in self._cells:
            roots = sorted(sqrt(rates[cell]) for rates in self._rates)
            self._cells[cell] = roots, list(accumulate(roots, initial=0.0))
        return self._cells[cell]


class Budget:
    """Requests that may be made in any 24 hours, and those that were made, by the quarters of the ledger."""

    def __init__(self, per_day: float, last_quarters: Sequence[float] = ()) -> None:
        """`last_quarters`: requests in each quarter of an hour that counts, that under way first.

        When that ends, the last of them counts no more.
        """
        self.per_day = per_day
        self.asked = sum(last_quarters)
        """Requests that count now."""
        self._still = [
            *accumulate(reversed(last_quarters), lambda left, gone: left - gone, initial=self.asked)
        ]
        """Those of them that count yet after each quarter, none first."""

    def spare(self, ahead: Iterable[float]) -> float:
        """How many requests may be made now, beside so many in what is left of this quarter, and in each to come.

        Negative: too many.
        """
        counted: Iterable[float] = map(add, accumulate(ahead), chain(self._still, repeat(0.0)))
        return self.per_day - max([self.asked, *counted])


def lowest(fits: Callable[[float], bool], low: float, high: float, *, near: float | None = None) -> float:
    """The lowest value, nearly, from which on `fits` holds; `high` where it holds for none.

    `near`: where it was before; it is found the sooner for that.
    """
    if fits(low):
        return low
    for middle in () if near is None else (near / _NEAR, near * _NEAR):
        if low < middle < high:
            low, high = (low, middle) if fits(middle) else (middle, high)
    while high > low * _NEARLY:
        middle = sqrt(low * high)
        low, high = (low, middle) if fits(middle) else (middle, high)
    return high

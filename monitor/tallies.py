"""Counts how often and how long, as plain numbers: to count costs a microsecond, and no library is loaded. Pure."""

from bisect import bisect_left
from collections.abc import Sequence


class Histogram:
    """How many of what was measured were at most as large as each bound."""

    def __init__(self, bounds: Sequence[float]) -> None:
        """`bounds` rise; what is larger than the last of them is counted too."""
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """One more measurement; below zero, where a clock was set back, it counts as zero."""
        value = max(0.0, value)
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    @property
    def sum(self) -> float:
        """Of all that was measured."""
        return self._sum

    def cumulative(self) -> list[tuple[str, int]]:
        """By bound, in its text form, how many were at most as large; `+Inf` is how many there were."""
        found, so_far = [], 0
        bounds = [*(f"{bound:g}" for bound in self._bounds), "+Inf"]
        for bound, count in zip(bounds, tuple(self._counts), strict=True):
            so_far += count
            found.append((bound, so_far))
        return found

"""What is expected to come to a listing because of what is already known: copies in its language, edits. Pure.

Each thing expected comes, if it comes at all, after a time that is exponentially distributed. All with the same mean
are summed up in four numbers, however many they are.
"""

from math import exp

_NOTHING = 1e-3
"""So few are none."""


class Expected:
    """Things that may have come to a listing since it was last read. Moments are seconds since 1970.

    Each of them was expected, when it was told of, with a likelihood that falls off exponentially with time.
    """

    __slots__ = ("_began", "_coming", "_coming_at", "_open", "_read_at", "mean")

    def __init__(self, mean: float, *, read_at: float) -> None:
        """`mean`: seconds after which, on average, one comes that comes at all."""
        self.mean = mean
        self._read_at = read_at
        self._coming, self._coming_at = 0.0, read_at
        """How many are still to come after that moment."""
        self._open, self._began = 0.0, 0.0
        """How many were to come after the last reading, or since they are expected; and each times that moment."""

    def add(self, likelihood: float, *, since: float, now: float) -> None:
        """One more, which comes with this likelihood, after `since`."""
        begins = max(self._read_at, since)
        open_ = likelihood * exp(-(begins - since) / self.mean)
        now = max(now, self._coming_at)
        self._coming = self.to_come(now) + likelihood * exp(-max(0.0, now - since) / self.mean)
        self._coming_at = now
        self._open += open_
        self._began += open_ * begins

    @property
    def is_any(self) -> bool:
        """Whether anything is expected, or may have come."""
        return self._open > _NOTHING

    def read(self, at: float) -> None:
        """The listing was read: what has come was seen, the rest is still expected."""
        self._coming = self._open = self.to_come(at)
        self._coming_at = self._read_at = at
        self._began = self._open * at

    def move(self, seconds: float) -> None:
        """Moves all moments by so much, because the clock was set."""
        self._read_at += seconds
        self._coming_at += seconds
        self._began += self._open * seconds

    def to_come(self, at: float) -> float:
        """How many are still to come after a moment; of one before the last that was told, as at that."""
        passed = at - self._coming_at
        return self._coming * exp(-passed / self.mean) if passed > 0 else self._coming

    def came(self, at: float) -> float:
        """How many have come since the last reading."""
        return max(0.0, self._open - self.to_come(at))

    def standing(self, at: float) -> tuple[float, float, float]:
        """How many have come since the last reading, for how many seconds, all taken together, they wait, and how
        many are still to come."""
        to_come = self.to_come(at)
        came = self._open - to_come
        if came <= 0:
            return 0.0, 0.0, to_come
        return came, max(0.0, self._open * at - self._began - self.mean * came), to_come

"""How often something may be done; pure, and told the time."""


class Bucket:
    """So many at once, and after that so many a second."""

    def __init__(self, *, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left = float(burst)
        self._looked: float | None = None

    def take(self, now: float) -> float:
        """Takes one and returns 0; else the seconds until there is one again."""
        if self._looked is not None:
            passed = max(0.0, now - self._looked)
            self._left = min(float(self._burst), self._left + passed * self._per_second)
        self._looked = now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._per_second

"""How often something may be done; pure, and told the time."""

from collections import OrderedDict

HOSTS = 4096
"""Whose buckets are remembered."""


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


class Shares:
    """A bucket for each who asks, and one for all of them together, that holds as much as `hosts` of theirs.

    So that whoever asks without end is told to wait, and nobody else has to wait for it.
    """

    def __init__(self, *, per_second: float, burst: int, hosts: int) -> None:
        self._per_second, self._burst = per_second, burst
        self._all = Bucket(per_second=per_second * hosts, burst=burst * hosts)
        self._of: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, host: str, now: float) -> float:
        """Takes one for this host and returns 0; else the seconds until there is one again."""
        bucket = self._of.pop(host, None) or Bucket(per_second=self._per_second, burst=self._burst)
        self._of[host] = bucket
        if len(self._of) > HOSTS:
            self._of.popitem(last=False)
        return bucket.take(now) or self._all.take(now)

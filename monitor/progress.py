"""Decides what to say of how far readings have come and how long they will take. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from monitor.sentences import span
from monitor.store.orders import Progress

AT_LEAST_SECONDS = 10.0
AT_LEAST_DONE = 0.02
"""Before so much has passed and been done, any time left would be a guess."""

Expected = Mapping[tuple[str, str], int]
"""How many releases a listing showed to its last audit."""


def how_far(orders: Sequence[Progress], expected: Expected) -> float | None:
    """The part of all these orders that is done, each counting alike; None: it cannot be told."""
    parts = [_part(order, expected) for order in orders]
    known = [part for part in parts if part is not None]
    return sum(known) / len(known) if known and len(known) == len(parts) else None


def how_far_said(first: Sequence[Progress], orders: Sequence[Progress], *, seconds: float) -> str:
    """Listings done, releases, rate; `first` is how it stood when it began so many seconds ago."""
    done = sum(order.state != "open" for order in orders)
    listed, new = sum(order.listed for order in orders), sum(order.new for order in orders)
    rate = (listed - sum(order.listed for order in first)) / max(seconds, 1.0) * 60
    return f"{done} of {len(orders)} listings: {listed} releases, {new} new, {rate:.0f} a minute"


def time_left(
    first: Sequence[Progress], orders: Sequence[Progress], expected: Expected, *, seconds: float
) -> str:
    """The time left, in words; by the pace since it began."""
    before, now = how_far(first, expected), how_far(orders, expected)
    if before is None or now is None:
        return "time left unknown, for no audit has counted all these listings yet"
    if seconds < AT_LEAST_SECONDS or now - before < AT_LEAST_DONE:
        return "time left not known yet"
    return f"about {span(timedelta(seconds=seconds * (1 - now) / (now - before)))} left"


def _part(order: Progress, expected: Expected) -> float | None:
    if order.state != "open":
        return 1.0
    if order.since is not None:
        if order.newest_at is None or order.oldest_at is None:
            return 0.0
        whole = order.newest_at - datetime.combine(order.since, time.min, UTC)
        read = order.newest_at - order.oldest_at
        return max(0.0, min(read / whole, 0.99)) if whole > timedelta() else 0.99
    count = expected.get((order.agency, order.lang))
    return min(order.listed / count, 0.99) if count else None

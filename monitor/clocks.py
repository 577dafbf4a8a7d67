"""Where the clocks of a zone stood how far from UTC, within a span of time. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_NO_TIME = timedelta()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of time in which the clocks of a zone are as far from UTC all along."""

    since: datetime
    until: datetime
    """The first moment that is no more of it."""
    ahead: timedelta
    """Of UTC."""


def stretches(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Stretch]:
    """The span from `since` to before `until` (aware), cut wherever the clocks are set."""
    begin, end = since.astimezone(UTC), until.astimezone(UTC)
    while begin < end:
        ahead = _ahead(zone, begin)
        changed = _changed(zone, begin, end)
        yield Stretch(begin, changed, ahead)
        begin = changed


def _changed(zone: ZoneInfo, begin: datetime, end: datetime) -> datetime:
    """The first minute after `begin` at which the clocks are set; `end` where none is before that."""
    ahead, last = _ahead(zone, begin), begin
    while last < end:
        later = min(last + timedelta(days=1), end)
        if _ahead(zone, later) != ahead:
            break
        last = later
    else:
        return end
    while later - last > timedelta(minutes=1):
        middle = last + timedelta(minutes=(later - last) // timedelta(minutes=2))
        last, later = (middle, later) if _ahead(zone, middle) == ahead else (last, middle)
    return min(later.replace(second=0, microsecond=0), end)


def _ahead(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or _NO_TIME

"""Which hour of the week a moment lies in, by the clock of a zone and the calendar of its offices. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.working_days import acts_as

CELLS = 7 * 24
"""Hours of a week, that of Monday at midnight first."""
HOUR = 3600.0
"""Seconds."""


def hour_of(moment: datetime) -> int:
    """The hour that a moment lies in, counted from 1970 in UTC."""
    return int(moment.timestamp() // HOUR)


class Hours:
    """Knows of each hour, counted from 1970 in UTC, which cell of the week it is.

    A day off counts as a Sunday, a weekend day that is worked as a Friday. Where the clocks of a zone are half an
    hour away from the full ones of UTC, a cell begins that much late.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._days: dict[int, tuple[int, ...]] = {}

    def cell(self, hour: int) -> int:
        """The cell, from 0 to `CELLS` - 1."""
        day, of_day = divmod(hour, 24)
        return self.day(day)[of_day]

    def day(self, day: int) -> tuple[int, ...]:
        """The cells of the 24 hours of a day of UTC, counted from 1970."""
        known = self._days.get(day)
        if known is None:
            if len(self._days) > 1000:
                self._days.clear()  # nobody asks for so many days, but one whose clock jumps about
            known = self._days[day] = tuple(self._cell(day * 24 + each) for each in range(24))
        return known

    def _cell(self, hour: int) -> int:
        local = (datetime.fromtimestamp(0, UTC) + timedelta(hours=hour)).astimezone(self._zone)
        return acts_as(local.date()) * 24 + local.hour

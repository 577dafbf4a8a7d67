"""When a digest is due: every hour, every day or every week, by the clock of a zone. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_REMEDY = "write `hourly`, `daily 09:00` or `weekly mon 09:00`"
_WRITTEN = re.compile(
    r"(?P<every>hourly|daily|weekly)(?:\s+(?P<day>[a-z]+))?(?:\s+(?P<hour>\d\d?):(?P<minute>\d\d))?"
)


@dataclass(frozen=True, slots=True)
class Digest:
    """The moments at which what has gathered is told as one list."""

    every: Literal["hourly", "daily", "weekly"]
    at: time = time(0)
    """The hour of the day; of an hourly one nothing."""
    weekday: int = 0
    """0 is Monday; of a weekly one."""

    def after(self, moment: datetime, zone: str) -> datetime:
        """The first moment after this one at which the digest is due, in UTC.

        Reckoned from the hours of each day by itself: an hour that a clock skips makes the digest come that much
        later, and one that it shows twice makes no second one.
        """
        local = moment.astimezone(ZoneInfo(zone))
        if self.every == "hourly":
            # In UTC, whose hours begin with those of nearly every zone; the others have them at half past.
            offset = (local.utcoffset() or timedelta()) % timedelta(hours=1)
            since = (moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC) + offset) % timedelta(hours=1)
            return moment.astimezone(UTC) + timedelta(hours=1) - since
        step = timedelta(days=7 if self.every == "weekly" else 1)
        day = local.date()
        if self.every == "weekly":
            day -= timedelta(days=(day.weekday() - self.weekday) % 7)
        while (due := self._on(day, zone)) <= moment:
            day += step
        return due

    def _on(self, day: date, zone: str) -> datetime:
        return datetime.combine(day, self.at, ZoneInfo(zone)).astimezone(UTC)


def read_digest(text: str) -> Digest:
    """The digest of a text such as `daily 09:00`. Raises ValueError with the remedy."""
    match = _WRITTEN.fullmatch(" ".join(text.lower().split()))
    if match is None:
        raise ValueError(f"{text!r} is no digest; {_REMEDY}")
    every, day, hour, minute = match.group("every", "day", "hour", "minute")
    if every == "hourly":
        if day or hour:
            raise ValueError(f"{text!r}: an hourly digest comes at every full hour; write `hourly` alone")
        return Digest("hourly")
    if hour is None or int(hour) > 23 or int(minute) > 59:
        raise ValueError(f"{text!r} names no hour of the day; {_REMEDY}")
    at = time(int(hour), int(minute))
    if every == "daily":
        if day:
            raise ValueError(f"{text!r}: a daily digest has no weekday; {_REMEDY}")
        return Digest("daily", at)
    if day is None or day[:3] not in WEEKDAYS:
        raise ValueError(f"{text!r} names no day of the week ({', '.join(WEEKDAYS)}); {_REMEDY}")
    return Digest("weekly", at, WEEKDAYS.index(day[:3]))

"""The quiet window: hours of the day in which nothing is asked of the portal by itself. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `begins` to `ends` each day, by the clock of `zone`; over midnight where it ends before it begins."""

    begins: time
    ends: time
    zone: str

    def until(self, now: datetime) -> datetime | None:
        """When the window that `now` lies in ends; None: it lies in none."""
        begun, ended = self.latest(now)
        return ended if begun <= now < ended else None

    def latest(self, now: datetime) -> tuple[datetime, datetime]:
        """The latest window that has begun by `now`: when it began, and when it ends or ended.

        Reckoned in UTC from the hours of each day by itself: an hour that a clock skips or shows twice makes a
        window shorter or longer and never loses one.
        """
        today = now.astimezone(ZoneInfo(self.zone)).date()
        over_midnight = timedelta(days=self.ends <= self.begins)
        for back in (0, 1, 2):
            day = today - timedelta(days=back)
            begun = datetime.combine(day, self.begins, ZoneInfo(self.zone)).astimezone(UTC)
            if begun <= now:
                break
        ended = datetime.combine(day + over_midnight, self.ends, ZoneInfo(self.zone)).astimezone(UTC)
        return begun, max(begun, ended)

    def before(self, now: datetime, length: timedelta) -> datetime:
        """The moment since which so much time has passed by `now`, that within windows left out."""
        left = length
        while True:
            begun, ended = self.latest(now)
            awake = max(timedelta(), now - ended)
            if awake >= left:
                return now - left
            left, now = left - awake, begun - timedelta.resolution


def read_quiet(text: str, zone: str) -> Quiet:
    """The window of a text such as `23:00-07:00`. Raises ValueError with the remedy."""
    match = re.fullmatch(r"(\d\d):(\d\d)\s*[-\u2013]\s*(\d\d):(\d\d)", text.strip())
    hours = [int(part) for part in match.groups()] if match else []
    if not hours or max(hours[::2]) > 23 or max(hours[1::2]) > 59:
        raise ValueError(f"{text!r} is no window of the day; write one such as 23:00-07:00")
    begins, ends = time(hours[0], hours[1]), time(hours[2], hours[3])
    if begins == ends:
        raise ValueError(f"{text!r} would be the whole day or none of it; write a window such as 23:00-07:00")
    return Quiet(begins, ends, zone)

"""The quiet window: hours of the day in which nothing is asked of the portal by itself. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `begins` to `ends` each day, by the clock of `zone`; over midnight where it ends before it begins."""

    begins: time
    ends: time
    zone: str

    def until(self, now: datetime) -> datetime | None:
        """When the window that `now` lies in ends; None: it lies in none."""
        begun, ended = self._latest(now)
        return ended if begun <= now < ended else None

    def ended(self, now: datetime) -> datetime:
        """When the latest window that has begun by `now` ends or ended."""
        return self._latest(now)[1]

    def _latest(self, now: datetime) -> tuple[datetime, datetime]:
        """The latest window that has begun by `now`.

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


def moved(due: datetime, quiet: Quiet, *, key: tuple[str, str], spread: timedelta, now: datetime) -> datetime:
    """When something is due that was due at `due`: after the latest window, if that came between.

    Each at a moment of its own within `spread`, always the same, so that they do not all come at once.
    """
    ended = quiet.ended(now)
    return ended + spread * _share(key) if due < ended else due


def _share(key: tuple[str, str]) -> float:
    """A part of 1 that belongs to a listing."""
    return int.from_bytes(blake2b("/".join(key).encode(), digest_size=4).digest()) / 2**32

"""Reading the portal's dates: its trailing Z is Kazakhstan's wall clock, not UTC. Pure; no other format."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from crawler.records import Precision

_FORM = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[T ](?P<clock>\d\d:\d\d(?::\d\d)?)(?P<fraction>[.,]\d+)?)?"
    r"\s*(?P<offset>Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PortalDate:
    """A release's date as the portal means it."""

    at: datetime
    """The moment, aware, in UTC; midnight in Kazakhstan where only the day is known."""
    on: date
    """The day in Kazakhstan."""
    precision: Precision


def read_date(raw: str) -> PortalDate | None:
    """The moment that a `created_date` of the portal names; None where it cannot be read.

    `Z`, `+0000`, `+00:00` and no offset at all mean Almaty's wall clock; any other offset is believed.
    Midnight on the wall clock means that only the day is known. Of the hour that came twice, when the clocks
    were put back at midnight before 2024-03-01, the first is meant.
    """
    found = _FORM.fullmatch(raw.strip())
    if found is None:
        return None
    try:
        day = date.fromisoformat(found["day"])
        clock = time.fromisoformat(found["clock"] or "00:00")
        written = datetime.combine(day, clock, _zone(found["offset"]))
        local = written.astimezone(almaty())
        at = local.astimezone(UTC)
    except (ValueError, OverflowError):  # 30 February; the year 1
        return None
    return PortalDate(at=at, on=local.date(), precision="minute" if local.time() > time() else "day")


def date_form(raw: object) -> str:
    """Which of the forms of a date this is, as `z-fraction`, `offset0` or `none`; `other` where it cannot be read."""
    if not isinstance(raw, str):
        return "null" if raw is None else "other"
    found = _FORM.fullmatch(raw.strip())
    if found is None:
        return "other"
    if found["clock"] is None:
        return "day"
    offset = found["offset"]
    if offset is None:
        form = "none"
    elif offset.upper() == "Z":
        form = "z"
    else:
        form = "offset" if offset.strip("+-0:") else "offset0"
    return f"{form}-fraction" if found["fraction"] else form


@cache
def almaty() -> ZoneInfo:
    """Kazakhstan's time zone: UTC+6 until the end of February 2024, UTC+5 since.

    Read from the tzdata package, because zoneinfo prefers the system's data and an old image still says +6.
    Raises RuntimeError where that package is too old to know of the change.
    """
    with files("tzdata.zoneinfo").joinpath("Asia", "Almaty").open("rb") as data:
        zone = ZoneInfo.from_file(data, key="Asia/Almaty")
    if datetime(2024, 6, 1, tzinfo=zone).utcoffset() != timedelta(hours=5):
        raise RuntimeError(
            "The time zone data of this Python are older than 2024: install a newer tzdata package."
        )
    return zone


def _zone(offset: str | None) -> ZoneInfo | timezone:
    if offset is None or offset.upper() == "Z":
        return almaty()
    hours, minutes = int(offset[1:3]), int(offset[3:].lstrip(":") or 0)
    if hours == minutes == 0:
        return almaty()
    sign = -1 if offset[0] == "-" else 1
    return timezone(sign * timedelta(hours=hours, minutes=minutes))

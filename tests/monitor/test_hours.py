"""Which hour of the week a moment lies in: against the clock of each zone, whatever is done to it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.hours import CELLS, Hours, hour_of
from monitor.working_days import acts_as

ZONES = (
    "Asia/Almaty", "Asia/Kolkata", "Asia/Kathmandu", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "UTC",
)  # fmt: skip


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "moment", "day", "hour"),
    [
        ("Asia/Almaty", "2026-07-13 04:00", 0, 9),  # a Monday
        ("Asia/Almaty", "2026-07-13 04:59:59.999", 0, 9),
        ("Asia/Almaty", "2026-07-12 18:59", 6, 23),
        ("Asia/Almaty", "2026-07-12 19:00", 0, 0),
        # Kazakhstan had six hours until 2024-03-01, a Friday: its midnight came twice
        ("Asia/Almaty", "2024-02-29 17:30", 3, 23),
        ("Asia/Almaty", "2024-02-29 18:30", 3, 23),
        ("Asia/Almaty", "2024-02-29 19:00", 4, 0),
        ("Asia/Almaty", "2024-02-28 18:00", 3, 0),
        # Nauryz is a Sunday, 2026-03-25 the day off in place of its Sunday
        ("Asia/Almaty", "2026-03-23 04:00", 6, 9),
        ("Asia/Almaty", "2026-03-25 04:00", 6, 9),
        ("Asia/Almaty", "2026-03-26 04:00", 3, 9),
        # 2024-05-04, a Saturday, was worked in place of 2024-05-08
        ("Asia/Almaty", "2024-05-04 04:00", 4, 9),
        ("Asia/Almaty", "2024-05-08 04:00", 6, 9),
        # half an hour off the full one: the cell of the moment at which the hour of UTC begins
        ("Asia/Kolkata", "2026-07-13 04:00", 0, 9),  # 09:30 there
        ("Asia/Kolkata", "2026-07-13 04:59", 0, 9),  # 10:29 there
        # clocks go forward: the second hour is not there; and back: it is there twice
        ("Europe/Berlin", "2026-03-29 00:30", 6, 1),
        ("Europe/Berlin", "2026-03-29 01:30", 6, 3),
        ("Europe/Berlin", "2026-10-25 00:30", 6, 2),
        ("Europe/Berlin", "2026-10-25 01:30", 6, 2),
        ("Europe/Berlin", "2026-10-25 02:30", 6, 3),
    ],
)
def test_the_cell_of_a_moment(zone: str, moment: str, day: int, hour: int) -> None:
    assert Hours(ZoneInfo(zone)).cell(hour_of(utc(moment))) == day * 24 + hour


@given(
    zone=st.sampled_from(ZONES),
    moment=st.integers(1_672_531_200, 1_830_297_600).map(lambda at: datetime.fromtimestamp(at, UTC)),
)
def test_a_cell_is_what_the_clock_of_the_zone_says(zone: str, moment: datetime) -> None:
    begun = moment.replace(minute=0, second=0, microsecond=0)
    local = begun.astimezone(ZoneInfo(zone))
    cell = Hours(ZoneInfo(zone)).cell(hour_of(moment))
    assert 0 <= cell < CELLS
    assert cell == acts_as(local.date()) * 24 + local.hour


def test_a_clock_that_jumps_about_fills_no_memory() -> None:
    hours = Hours(ZoneInfo("Asia/Almaty"))
    begin = hour_of(utc("2022-01-01"))
    cells = [hours.cell(begin + 24 * day) for day in range(1100)]
    assert cells[:10] == [hours.cell(begin + 24 * day) for day in range(10)]
    assert len(hours._days) <= 1001


def test_a_plain_week_has_every_cell_once() -> None:
    hours, begin = Hours(ZoneInfo("Asia/Almaty")), utc("2026-07-12 19:00")
    week = [hours.cell(hour_of(begin + timedelta(hours=passed))) for passed in range(CELLS)]
    assert week == list(range(CELLS))

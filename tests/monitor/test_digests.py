"""A digest comes at its moments, by the clock of its zone, whatever that clock does."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.digests import read_digest


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "zone", "moment", "due"),
    [
        # 2026-03-02 is a Monday; Almaty is five hours ahead.
        ("daily 09:00", "Asia/Almaty", "2026-03-02 03:59", "2026-03-02 04:00"),
        ("daily 09:00", "Asia/Almaty", "2026-03-02 04:00", "2026-03-03 04:00"),
        ("daily 02:00", "Asia/Almaty", "2026-03-02 20:59", "2026-03-02 21:00"),
        ("weekly mon 09:00", "Asia/Almaty", "2026-03-02 03:00", "2026-03-02 04:00"),
        ("weekly mon 09:00", "Asia/Almaty", "2026-03-02 04:00", "2026-03-09 04:00"),
        ("Weekly  Sunday 9:00", "Asia/Almaty", "2026-03-02 04:00", "2026-03-08 04:00"),
        ("weekly mon 01:00", "Asia/Almaty", "2026-03-01 19:30", "2026-03-01 20:00"),
        ("daily 23:59", "Asia/Almaty", "2026-03-02 18:58", "2026-03-02 18:59"),
        ("hourly", "Asia/Almaty", "2026-03-02 04:00", "2026-03-02 05:00"),
        ("hourly", "Asia/Almaty", "2026-03-02 04:59:59", "2026-03-02 05:00"),
        ("hourly", "Asia/Kolkata", "2026-03-02 04:00", "2026-03-02 04:30"),
        # In Berlin 02:30 did not exist on 2026-03-29 and came twice on 2026-10-25.
        ("daily 02:30", "Europe/Berlin", "2026-03-28 12:00", "2026-03-29 01:30"),
        ("daily 02:30", "Europe/Berlin", "2026-03-29 01:30", "2026-03-30 00:30"),
        ("daily 02:30", "Europe/Berlin", "2026-10-24 12:00", "2026-10-25 00:30"),
        ("daily 02:30", "Europe/Berlin", "2026-10-25 00:30", "2026-10-26 01:30"),
    ],
)
def test_a_digest_is_due(written: str, zone: str, moment: str, due: str) -> None:
    assert read_digest(written).after(utc(moment), zone) == utc(due)


@pytest.mark.parametrize("written", ["hourly", "daily 02:30", "weekly sun 02:30"])
@pytest.mark.parametrize("zone", ["Asia/Almaty", "Europe/Berlin", "Asia/Kolkata"])
def test_the_next_one_is_always_ahead_and_never_far(written: str, zone: str) -> None:
    digest, moment = read_digest(written), utc("2026-03-20 00:00")
    longest = {"h": timedelta(hours=1), "d": timedelta(hours=25), "w": timedelta(days=7, hours=1)}[written[0]]
    while moment < utc("2026-04-10 00:00"):
        due = digest.after(moment, zone)
        assert moment < due <= moment + longest
        assert digest.after(moment + (due - moment) / 2, zone) == due
        moment = due - timedelta(minutes=17) if due - timedelta(minutes=17) > moment else due


@pytest.mark.parametrize(
    "written",
    [
        "",
        "daily",
        "weekly 09:00",
        "weekly foo 09:00",
        "daily 24:00",
        "daily 09:60",
        "hourly 09:00",
        "daily mon 09:00",
    ],
)
def test_what_is_no_digest_is_refused_with_the_remedy(written: str) -> None:
    with pytest.raises(ValueError, match="write `hourly`"):
        read_digest(written)

"""The quiet window: when it is, what waits for its end, and what a person is told."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Schedule
from monitor.quiet import Quiet, read_quiet
from monitor.store.database import to_text
from monitor.store.orders import ask, progress
from tests.monitor.desk import Desk
from tests.monitor.shelf import House, past

HOUR = timedelta(hours=1)
NIGHT = read_quiet("23:00-07:00", "Asia/Almaty")
"""18:00 to 02:00 in UTC."""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("window", "now", "length", "before"),
    [
        ("23:00-07:00", "2026-07-13 12:00", 15, "2026-07-13 11:45"),
        ("23:00-07:00", "2026-07-13 18:00", 15, "2026-07-13 17:45"),  # it begins
        ("23:00-07:00", "2026-07-14 01:30", 15, "2026-07-13 17:45"),
        ("23:00-07:00", "2026-07-14 02:05", 15, "2026-07-13 17:50"),  # it has ended five minutes ago
        ("23:00-07:00", "2026-07-14 02:15", 15, "2026-07-14 02:00"),
        ("07:10-07:00", "2026-07-14 02:05", 24, "2026-07-12 02:01"),  # awake for ten minutes a day
    ],
)
def test_time_is_reckoned_back_without_quiet_hours(window: str, now: str, length: int, before: str) -> None:
    found = read_quiet(window, "Asia/Almaty").before(utc(now), timedelta(minutes=length))
    assert abs(found - utc(before)) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("window", "zone", "now", "until"),
    [
        ("23:00-07:00", "Asia/Almaty", "2026-07-13 17:59:59", None),
        ("23:00-07:00", "Asia/Almaty", "2026-07-13 18:00", "2026-07-14 02:00"),
        ("23:00-07:00", "Asia/Almaty", "2026-07-13 19:30", "2026-07-14 02:00"),
        ("23:00-07:00", "Asia/Almaty", "2026-07-14 01:59:59", "2026-07-14 02:00"),
        ("23:00-07:00", "Asia/Almaty", "2026-07-14 02:00", None),
        ("12:00-13:30", "Asia/Almaty", "2026-07-13 07:00", "2026-07-13 08:30"),
        ("12:00-13:30", "Asia/Almaty", "2026-07-13 08:30", None),
        ("00:00-06:00", "Asia/Almaty", "2026-07-13 19:00", "2026-07-14 01:00"),
        ("22:00-00:00", "Asia/Almaty", "2026-07-13 18:59", "2026-07-13 19:00"),
        ("22:00-00:00", "Asia/Almaty", "2026-07-13 19:00", None),
        # Kazakhstan had six hours until 2024-03-01
        ("23:00-07:00", "Asia/Almaty", "2024-02-28 17:00", "2024-02-29 01:00"),
        ("23:00-07:00", "Asia/Almaty", "2024-02-29 17:00", "2024-03-01 02:00"),
        # where clocks change, an hour more or less
        ("23:00-07:00", "Europe/Berlin", "2026-03-28 22:00", "2026-03-29 05:00"),
        ("23:00-07:00", "Europe/Berlin", "2026-10-24 21:00", "2026-10-25 06:00"),
        # the whole window lies in the hour that is skipped: it has no length
        ("02:15-02:45", "Europe/Berlin", "2026-03-29 01:20", "2026-03-29 01:45"),
    ],
)
def test_when_it_is_quiet(window: str, zone: str, now: str, until: str | None) -> None:
    quiet = read_quiet(window, zone)
    assert quiet.until(utc(now)) == (None if until is None else utc(until))


moments = st.integers(1_672_531_200, 1_830_297_600).map(lambda at: datetime.fromtimestamp(at, UTC))
times = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@given(
    now=moments,
    begins=times,
    ends=times,
    zone=st.sampled_from(["Asia/Almaty", "Europe/Berlin", "America/New_York", "UTC", "Pacific/Apia"]),
)
def test_a_window_ends_within_a_day_or_so_and_another_begins_then_only_if_it_is_the_whole_day(
    now: datetime, begins: time, ends: time, zone: str
) -> None:
    quiet = Quiet(begins, ends, zone)
    until = quiet.until(now)
    assert until is None or now < until <= now + timedelta(hours=26)
    if until is not None:
        assert quiet.until(until) is None or begins == ends


@pytest.mark.parametrize(
    "text",
    ["", "23-7", "23:00", "25:00-07:00", "23:60-07:00", "23:00-23:00", "at night", "23:00-07:00-08:00"],
)
def test_what_is_no_window_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ValueError, match="23:00-07:00"):
        read_quiet(text, "Asia/Almaty")


def quiet_house(**how: object) -> House:
    """A house that is quiet from 18:00 to 02:00 in UTC; its clock stands at noon."""
    house = House(now=utc("2026-07-13 12:00"), quiet="23:00-07:00", **how)  # type: ignore[arg-type]
    for lang in house.config.portal.languages:
        for agency in house.config.portal.agencies:
            house.portal.show(agency, lang, *past(20, lang=lang))
    return house


async def test_nothing_is_asked_in_the_window_and_each_listing_is_read_once_after_it() -> None:
    agencies = ("economy", "mfa", "almaty", "moa")
    house = quiet_house(agencies_followed=agencies, languages=("kk", "ru"))
    asked_at: list[datetime] = []
    read = house.portal.read

    async def noted(order: object) -> object:
        asked_at.append(house.now)
        return await read(order)  # type: ignore[arg-type]

    house.portal.read = noted  # type: ignore[method-assign, assignment]
    await house.live(20 * HOUR)
    begins, ends = utc("2026-07-13 18:00"), utc("2026-07-14 02:00")
    assert not [moment for moment in asked_at if begins <= moment < ends]
    assert [moment for moment in asked_at if begins - HOUR <= moment < begins]
    looked = """
        SELECT agency, lang FROM crawls WHERE page = 1 AND purpose IN ('ordinary', 'wide') AND agency <> '*'
        AND started_at >= ? AND started_at < ? ORDER BY agency, lang
    """
    at_once = house.rows(looked, to_text(ends), to_text(ends + timedelta(minutes=2)))
    assert at_once == sorted((agency, lang) for agency in agencies for lang in ("kk", "ru"))


async def test_a_reading_under_way_waits_for_the_morning() -> None:
    house = quiet_house(history=None)
    house.now = utc("2026-07-13 17:59:59")
    house.portal.show("economy", "ru", *past(400))
    house.now = utc("2026-07-13 18:00")
    await house.live(7 * HOUR)
    assert house.portal.orders == []
    await house.live(2 * HOUR)
    assert len(house.portal.orders) > 20


async def test_what_a_person_asks_for_is_read_in_the_window_too() -> None:
    house = quiet_house()
    await house.live(5 * HOUR)
    house.now = utc("2026-07-13 20:00")
    house.portal.orders.clear()
    ids = ask(house.db, [("economy", "ru")], pages=2, since=None, whole=False, now=house.now)
    house.watch.look_for_orders()
    await house.live(timedelta(minutes=5))
    assert [order.page for order in house.portal.orders] == [1, 2, 2]  # an end is asked for twice
    assert progress(house.db, ids)[0].state == "done"


def test_status_and_check_say_when_it_is_quiet(desk: Desk) -> None:
    desk.store()
    desk.configure('[schedule]\nquiet = "23:00-07:00"\n')
    assert "Nothing is asked from 23:00 to 07:00 (Asia/Almaty)" in desk.type("check").stdout
    always = Schedule(quiet="23:00-07:00").quiet_window
    assert always == NIGHT
    now = datetime.now(UTC).astimezone(UTC)
    begins = (now + timedelta(hours=4)).strftime("%H:00")
    ends = (now + timedelta(hours=7)).strftime("%H:00")
    desk.configure(f'[schedule]\nquiet = "{begins}-{ends}"\nzone = "Asia/Almaty"\n')
    said = desk.type("status").stdout
    assert f"It is the quiet window until {ends}" in said
    assert json.loads(desk.type("status", "--json").stdout)["quiet_until"].endswith("Z")
    desk.configure("")
    assert "quiet" not in desk.type("status").stdout


def test_whoever_orders_a_reading_is_told_that_it_is_quiet(desk: Desk) -> None:
    hour = (datetime.now(UTC) + timedelta(hours=5)).hour
    desk.configure(f'[schedule]\nquiet = "{(hour - 1) % 24:02}:00-{(hour + 2) % 24:02}:00"\n')
    said = desk.run("crawl", "economy", "--lang", "ru").stderr
    assert f"It is the quiet window until {(hour + 2) % 24:02}:00 (Asia/Almaty)" in said
    assert "read all the same" in said


def test_a_window_that_is_none_stops_the_start_with_the_remedy(desk: Desk) -> None:
    desk.configure('[schedule]\nquiet = "23-7"\n')
    result = desk.type("check")
    assert result.exit_code == 2
    assert "schedule" in result.output
    assert "write one such as 23:00-07:00" in result.output


def test_a_day_has_one_window_whatever_the_date() -> None:
    ends = {NIGHT.until(datetime(2026, 7, 1, 19, tzinfo=UTC) + timedelta(days=day)) for day in range(40)}
    assert len(ends) == 40
    assert date(2026, 7, 2) in {moment.date() for moment in ends}

"""What charts are drawn of, and that they say what the store holds."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from feeds.pages.charts import LEVELS, WIDTH, Week, bars, busiest_block, heat_map, lengths, small_week
from feeds.pages.dates import month_said
from feeds.pages.figures import days_until, length_said, number_said, share_said, size_said
from monitor.store.database import to_text
from monitor.store.rhythm import edits_by_day, newest_of, published_by_day, published_by_hour
from tests.feeds.conftest import Stored
from tests.feeds.pages.conftest import LATER, Show

ALMATY = ZoneInfo("Asia/Almaty")
WEEKDAYS = ("дс", "сс", "ср", "бс", "жм", "сб", "жс")
DAYS = days_until(date(2031, 5, 20), 90)
FULL: Week = {(day, hour): day * 24 + hour + 1 for day in range(7) for hour in range(24)}


def publish(stored: Stored, number: int, at: datetime, precision: str = "minute", **columns: str) -> int:
    local = at.astimezone(ALMATY)
    return stored.release(
        str(910_000 + number),
        published_at=to_text(at),
        published_on=local.date().isoformat(),
        published_precision=precision,
        **columns,
    )


@pytest.mark.parametrize(
    ("week", "counts"),
    [
        ({(0, 9): 1}, {4: (1, 1)}),
        ({(0, 9): 2, (1, 9): 1}, {2: (1, 1), 4: (2, 2)}),
        ({(0, 9): 13, (1, 9): 1, (2, 9): 4, (3, 9): 8}, {1: (1, 3), 2: (4, 6), 3: (7, 9), 4: (10, 13)}),
    ],
)
def test_each_size_of_a_dot_stands_for_counts(week: Week, counts: dict[int, tuple[int, int]]) -> None:
    chart = heat_map(week, WEEKDAYS)
    assert {level.number: (level.least, level.most) for level in chart.levels} == counts


def test_every_hour_with_a_release_has_one_dot_of_the_size_of_its_count() -> None:
    chart = heat_map(FULL | {(3, 3): 0}, WEEKDAYS)
    drawn = [
        (level, dot) for level in chart.levels for dot in re.findall(r"M([\d.]+) ([\d.]+)h0", level.path)
    ]
    assert len(drawn) == len({dot for _, dot in drawn}) == 167
    assert Counter(level.number for level, _ in drawn) == Counter(
        next(level.number for level in chart.levels if level.least <= count <= level.most)
        for place, count in FULL.items()
        if place != (3, 3)
    )
    assert (
        sum(count for _, counts in chart.table for count in counts) == chart.total == sum(FULL.values()) - 76
    )
    assert chart.busiest == (6, 23)
    assert all(float(x) < WIDTH and float(y) < chart.height for _, (x, y) in drawn)


def test_a_week_without_a_release_has_no_dot() -> None:
    chart = heat_map({(0, 1): 0}, WEEKDAYS)
    assert (chart.levels, chart.busiest, chart.total, chart.table) == ((), None, 0, ())
    assert small_week({}) == ()
    assert busiest_block({}) is None


def test_a_small_week_counts_three_hours_together() -> None:
    week = {(2, 9): 3, (2, 11): 2, (2, 12): 1}
    assert small_week(week) == ((1, "M18 10h0"), (LEVELS, "M14 10h0"))
    assert busiest_block(week) == (2, 9)


def test_bars_are_as_high_as_their_counts_on_one_scale() -> None:
    above, below = {DAYS[0]: 6, DAYS[1]: 3, date(2000, 1, 1): 9}, {DAYS[1]: 2}
    chart = bars(above, below, DAYS, named={DAYS[10]: "1.03"})
    heights = [float(height) for height in re.findall(r"v-([\d.]+)", chart.above)]
    assert heights == [90.0, 45.0]
    assert re.findall(r"v([\d.]+)", chart.below) == ["30.0"]
    assert chart.totals == (9, 2)
    assert chart.table == ((DAYS[1], 3, 2), (DAYS[0], 6, 0))
    assert [label.said for label in chart.values] == ["6", "0", "2"]


def test_one_edit_beside_many_releases_can_still_be_seen() -> None:
    chart = bars({DAYS[0]: 400}, {DAYS[0]: 1}, DAYS, named={})
    assert re.findall(r"v([\d.]+)", chart.below) == ["1.5"]


def test_lengths_are_drawn_in_proportion() -> None:
    chart = lengths(
        [("А", timedelta(hours=1), "1 ч"), ("Ә", timedelta(hours=4), "4 ч"), ("б", timedelta(0), "0")]
    )
    assert [row.width for row in chart.rows] == [WIDTH / 4, WIDTH, 1.5]
    assert lengths([]).rows == ()


def test_a_release_late_in_the_evening_falls_on_its_day_and_hour_in_the_zone(stored: Stored) -> None:
    evening = datetime(2031, 5, 14, 23, 30, tzinfo=ALMATY)
    publish(stored, 1, evening)
    publish(stored, 2, evening.replace(hour=0, minute=0), "day")
    chosen = {"since": evening - timedelta(days=7), "until": evening + timedelta(days=1), "zone": ALMATY}
    assert published_by_hour(stored.db, ["economy"], **chosen) == {"economy": {(2, 23): 1}}
    assert published_by_day(stored.db, ["economy"], **chosen) == {"economy": {date(2031, 5, 14): 2}}


@pytest.mark.parametrize(
    ("utc", "hour"),
    [("2024-02-29T17:30", (3, 23)), ("2024-02-29T18:30", (3, 23)), ("2024-02-29T19:30", (4, 0))],
)
def test_the_clocks_were_put_back_on_the_first_of_march_2024(
    stored: Stored, utc: str, hour: tuple[int, int]
) -> None:
    at = datetime.fromisoformat(f"{utc}+00:00")
    publish(stored, 1, at)
    found = published_by_hour(
        stored.db, ["economy"], since=at - timedelta(days=30), until=at + timedelta(days=30), zone=ALMATY
    )
    assert found == {"economy": {hour: 1}}


def test_what_no_portal_has_shown_and_what_is_dated_ahead_is_not_counted(stored: Stored) -> None:
    publish(stored, 1, LATER - timedelta(days=3))
    publish(stored, 2, LATER - timedelta(days=2), status="unseen")
    publish(stored, 3, LATER + timedelta(days=400))
    chosen = {"since": LATER - timedelta(days=90), "until": LATER, "zone": ALMATY}
    (days,) = published_by_day(stored.db, ["economy"], **chosen).values()
    assert days.total() == 1
    assert newest_of(stored.db, ["economy", "moa"], until=LATER)["economy"].source_id == "910001"


def test_edits_are_counted_on_the_day_they_were_noticed(stored: Stored) -> None:
    release = publish(stored, 1, LATER - timedelta(days=5))
    edition = stored.edition(release, "kk", "Өңір")
    at = datetime(2031, 6, 10, 0, 30, tzinfo=ALMATY)
    stored.change("edited", release, edition, at=at - timedelta(days=200))
    stored.change("edited", release, edition, at=at)
    stored.change("edited", release, edition, at=at, weight="none")
    found = edits_by_day(
        stored.db, ["economy"], since=LATER - timedelta(days=90), until=LATER.astimezone(UTC), zone=ALMATY
    )
    assert found == {"economy": {date(2031, 6, 10): 1}}


def test_the_numbers_in_a_chart_are_those_of_its_table(stored: Stored, show: Show) -> None:
    for number in range(60):
        at = LATER - timedelta(days=number % 11, hours=number % 7, minutes=number + 1)
        release = publish(stored, number, at)
        edition = stored.edition(release, "ru", f"Өзен {number}")
        stored.change("published", release, edition, at=at)
        copy = stored.edition(release, "kk", f"Өзен {number}")
        stored.change("translated", release, copy, at=at + timedelta(hours=2), weight="minor")
        if number % 5 == 0:
            stored.change("edited", release, edition, at=at + timedelta(hours=1))
    for lang in ("kk", "ru", "en"):
        page = show("/agencies/economy", lang)
        drawn = re.findall(r"<svg class=\"chart\".*?</svg>", page.text, re.DOTALL)
        pictures = [etree.fromstring(svg) for svg in drawn]
        assert [picture.get("role") for picture in pictures] == ["img"] * 3
        for picture in pictures:
            ids = picture.get("aria-labelledby").split()
            assert [len(page.tree.xpath(f"//*[@id='{each}']")) for each in ids] == [1, 1]
            assert len(etree.tostring(picture)) < 6000
        week, days, _ = page.tree.xpath("//figure")
        assert sum(int(cell.text_content()) for cell in week.xpath(".//td")) == 60
        assert (
            sum(len(path.get("d").split("h0")) - 1 for path in week.xpath(".//svg//path"))
            == len([cell for cell in week.xpath(".//td") if cell.text_content() != "0"])
            + len(week.xpath(".//svg//path")) / 2
        )
        released = [int(cell.text_content()) for cell in days.xpath(".//td[1]")]
        assert sum(released) == 60
        assert len(re.findall("M", days.xpath(".//path[@class='up']/@d")[0])) == len(released)
        assert "60" in days.xpath("string(.//figcaption)")


def test_a_copy_that_came_at_once_is_not_told_in_seconds(stored: Stored, show: Show) -> None:
    at = LATER - timedelta(days=2)
    release = publish(stored, 1, at)
    stored.change("published", release, stored.edition(release, "ru", "Река"), at=at)
    stored.change("translated", release, stored.edition(release, "kk", "Өзен"), at=at, weight="minor")
    [row] = show("/agencies/economy", "kk").tree.xpath("//figure[last()]//tbody/tr")
    assert [cell.text_content() for cell in row] == ["Аудармасы: Қазақша", "бір минуттан аз", "1"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (share_said(0, 0, "ru"), "–"),
        (share_said(0, 7, "en"), "0%"),
        (share_said(1, 1000, "kk"), "<1\u00a0%"),
        (share_said(999, 1000, "ru"), ">99\u00a0%"),
        (share_said(7, 7, "ru"), "100\u00a0%"),
        (number_said(12345, "ru"), "12\u00a0345"),
        (number_said(12345, "en"), "12,345"),
        (size_said(999, "en"), "999\u00a0B"),
        (size_said(1_250_000, "ru"), "1,2\u00a0МБ"),
        (size_said(694_140_928, "kk"), "694\u00a0МБ"),
        (month_said(date(2031, 5, 1), "kk"), "2031\u00a0жылғы мамыр"),
        (month_said(date(2031, 5, 1), "ru"), "май 2031"),
        (length_said(timedelta(minutes=200), "en"), "3\u00a0hours\u00a020\u00a0minutes"),
    ],
)
def test_figures_are_written_as_people_write_them(said: str, expected: str) -> None:
    assert said == expected

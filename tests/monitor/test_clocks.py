"""Where the clocks of a zone stand how far from UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.clocks import Stretch, stretches

ALMATY = ZoneInfo("Asia/Almaty")
CHANGED = datetime(2024, 2, 29, 18, 0, tzinfo=UTC)
"""The beginning of 1 March in Almaty, when its clocks were put back by an hour."""


def test_a_span_without_a_change_is_one_stretch() -> None:
    since, until = datetime(2031, 1, 1, tzinfo=UTC), datetime(2031, 7, 1, tzinfo=UTC)
    assert list(stretches(ALMATY, since, until)) == [Stretch(since, until, timedelta(hours=5))]


def test_a_span_is_cut_where_the_clocks_are_set() -> None:
    since, until = CHANGED - timedelta(days=3, hours=1, minutes=7), CHANGED + timedelta(days=2, seconds=5)
    assert list(stretches(ALMATY, since, until)) == [
        Stretch(since, CHANGED, timedelta(hours=6)),
        Stretch(CHANGED, until, timedelta(hours=5)),
    ]


def test_every_change_of_a_year_is_found() -> None:
    since, until = datetime(2031, 1, 1, tzinfo=UTC), datetime(2032, 1, 1, tzinfo=UTC)
    found = list(stretches(ZoneInfo("Europe/Berlin"), since, until))
    assert [stretch.ahead for stretch in found] == [timedelta(hours=hours) for hours in (1, 2, 1)]
    assert [stretch.since for stretch in found[1:]] == [
        datetime(2031, 3, 30, 1, 0, tzinfo=UTC),
        datetime(2031, 10, 26, 1, 0, tzinfo=UTC),
    ]


def test_an_empty_span_has_no_stretch() -> None:
    assert list(stretches(ALMATY, CHANGED, CHANGED)) == []

"""Reading the portal's dates: wall-clock time of Kazakhstan, whatever the letter at its end says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.portal_time import almaty, read_date


@pytest.mark.parametrize(
    ("raw", "at", "precision"),
    [
        pytest.param("2026-06-09T11:48:00Z", "2026-06-09T06:48", "minute", id="the Z is not UTC"),
        pytest.param("2026-06-09T11:48:00.000Z", "2026-06-09T06:48", "minute", id="with a fraction"),
        pytest.param(
            "2026-06-09T11:48:00.123456789Z", "2026-06-09T06:48", "minute", id="with a long fraction"
        ),
        pytest.param("2026-06-09T11:48:00+0000", "2026-06-09T06:48", "minute", id="zero offset, no colon"),
        pytest.param("2026-06-09T11:48:00.000+00:00", "2026-06-09T06:48", "minute", id="zero offset"),
        pytest.param("2026-06-09T11:48:00", "2026-06-09T06:48", "minute", id="no offset"),
        pytest.param("2026-06-09T11:48Z", "2026-06-09T06:48", "minute", id="no seconds"),
        pytest.param(" 2026-06-09 11:48:00 ", "2026-06-09T06:48", "minute", id="a blank for the T"),
        pytest.param("2026-06-09T11:48:00+05:00", "2026-06-09T06:48", "minute", id="an honest offset"),
        pytest.param("2026-06-09T11:48:00+0300", "2026-06-09T08:48", "minute", id="another honest offset"),
        pytest.param("2023-06-09T11:48:00Z", "2023-06-09T05:48", "minute", id="UTC+6 before March 2024"),
        pytest.param("2024-03-01T00:30:00Z", "2024-02-29T19:30", "minute", id="UTC+5 since March 2024"),
        pytest.param("2026-06-09T00:00:00Z", "2026-06-08T19:00", "day", id="midnight means the day only"),
        pytest.param("2026-06-09", "2026-06-08T19:00", "day", id="a bare day"),
    ],
)
def test_reads(raw: str, at: str, precision: str) -> None:
    found = read_date(raw)
    assert found is not None
    assert found.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert found.at.tzinfo is UTC
    assert found.precision == precision


def test_the_day_is_the_one_in_kazakhstan() -> None:
    found = read_date("2026-06-09T02:10:00Z")
    assert found is not None
    assert (found.at.date(), found.on) == (date(2026, 6, 8), date(2026, 6, 9))


@pytest.mark.parametrize(
    "raw",
    ["", "yesterday", "2026-02-30T10:00:00Z", "2026-06-09T25:00:00Z", "09.06.2026", "0001-01-01T00:00:00Z",
     "2026-06-09T11:48:00+99:99", "٢٠٢٦-٠٦-٠٩", "2026-06-09T11:48:00Zulu"],
)  # fmt: skip
def test_what_is_no_date_is_none(raw: str) -> None:
    assert read_date(raw) is None


def test_the_zone_knows_that_the_clocks_changed() -> None:
    assert datetime(2024, 2, 29, tzinfo=almaty()).utcoffset() == timedelta(hours=6)
    assert datetime(2024, 3, 1, tzinfo=almaty()).utcoffset() == timedelta(hours=5)

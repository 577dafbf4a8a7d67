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
        pytest.param("2026-06-09T11:48:00z", "2026-06-09T06:48", "minute", id="a small z"),
        pytest.param("2026-06-09T11:48:00,5Z", "2026-06-09T06:48", "minute", id="a fraction behind a comma"),
        pytest.param(
            "2026-06-09T11:48:00+0500", "2026-06-09T06:48", "minute", id="an offset without a colon"
        ),
        pytest.param("2026-06-09T11:48:00-00:00", "2026-06-09T06:48", "minute", id="minus nothing"),
        pytest.param("2026-06-09 11:48", "2026-06-09T06:48", "minute", id="a blank, and no seconds"),
        pytest.param(
            "2026-06-09T00:00:00+05:00", "2026-06-08T19:00", "day", id="midnight by an honest offset"
        ),
        pytest.param(
            "2026-06-08T19:00:00+0000", "2026-06-08T14:00", "minute", id="19:00 is no midnight in UTC"
        ),
        pytest.param("2024-02-29T00:00:00Z", "2024-02-28T18:00", "day", id="the last midnight of UTC+6"),
        pytest.param(
            "2024-02-29T22:59:00Z", "2024-02-29T16:59", "minute", id="before the hour that came twice"
        ),
        pytest.param(
            "2024-02-29T23:30:00Z", "2024-02-29T17:30", "minute", id="in it: the first time is meant"
        ),
        pytest.param("2024-02-29T23:30:00+05:00", "2024-02-29T18:30", "minute", id="in it, the second time"),
        pytest.param("2024-03-01T00:00:00Z", "2024-02-29T19:00", "day", id="the first midnight of UTC+5"),
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
     "2026-06-09T11:48:00+99:99", "٢٠٢٦-٠٦-٠٩", "2026-06-09T11:48:00Zulu",
     "1780991280", "2026-06-09T", "2026-6-9", "2026-06-09T11:48:00ZZ"],
)  # fmt: skip
def test_what_is_no_date_is_none(raw: str) -> None:
    assert read_date(raw) is None


def test_the_zone_knows_that_the_clocks_changed() -> None:
    assert datetime(2024, 2, 29, tzinfo=almaty()).utcoffset() == timedelta(hours=6)
    assert datetime(2024, 3, 1, tzinfo=almaty()).utcoffset() == timedelta(hours=5)

"""A trouble that lasts is mentioned as it begins, now and then, and as it ends."""

from datetime import UTC, datetime, timedelta

from monitor.mentions import MOST, MOST_FORMS, Mentions

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_it_is_said_at_once_then_after_an_hour_and_twice_as_long_each_time_up_to_a_day() -> None:
    mentions = Mentions()
    said = {
        minute: more
        for minute in range(0, 5 * 24 * 60, 2)
        if (more := mentions.note("disk", "full", now=START + minute * MINUTE)) is not None
    }
    hours = [minute / 60 for minute in said]
    assert hours == [0, 1, 3, 7, 15, 31, 55, 79, 103]
    assert said[0] == ""
    assert said[60] == " It has been so for 60 min (31 times)."
    assert said[55 * 60] == " It has been so for 2 days (1651 times)."


def test_it_is_over_once_and_how_long_it_lasted_is_known() -> None:
    mentions = Mentions()
    assert mentions.over("disk", now=START) is None
    mentions.note("disk", "full", now=START)
    assert mentions.over("disk", now=START + 3 * HOUR) == 3 * HOUR
    assert mentions.over("disk", now=START + 3 * HOUR) is None
    assert mentions.note("disk", "full", now=START + 4 * HOUR) == ""


def test_one_trouble_says_nothing_of_another() -> None:
    mentions = Mentions()
    assert mentions.note("disk", "full", now=START) == ""
    assert mentions.note(("economy", "kk"), "full", now=START) == ""
    assert mentions.note("disk", "full", now=START) is None


def test_another_form_of_it_is_news_and_to_and_fro_is_none() -> None:
    mentions = Mentions()
    assert mentions.note("disk", "full", now=START) == ""
    assert mentions.note("disk", "read-only", now=START + MINUTE) == " It has been so for 60 s (2 times)."
    assert mentions.note("disk", "full", now=START + 2 * MINUTE) is None
    assert mentions.note("disk", "read-only", now=START + 3 * MINUTE) is None


def test_what_nobody_calls_over_is_over_after_a_while_without_it() -> None:
    mentions = Mentions(fades=DAY)
    assert mentions.note("trace", "", now=START) == ""
    assert mentions.note("trace", "", now=START + DAY) == " It has been so for 24 h (2 times)."
    assert mentions.note("trace", "", now=START + 23 * DAY) == ""


def test_an_error_that_names_a_new_number_each_time_does_not_fill_the_log() -> None:
    mentions = Mentions()
    said = [
        mentions.note("page", f"page {number}", now=START + timedelta(seconds=number))
        for number in range(1000)
    ]
    assert len([more for more in said if more is not None]) == MOST_FORMS


def test_a_clock_that_is_put_back_silences_nothing() -> None:
    mentions = Mentions()
    mentions.note("disk", "full", now=START)
    assert mentions.note("disk", "full", now=START - 3650 * DAY) is None
    assert (
        mentions.note("disk", "full", now=START - 3650 * DAY + HOUR)
        == " It has been so for 60 min (3 times)."
    )
    assert mentions.over("disk", now=START - 3651 * DAY) == timedelta()


def test_names_without_end_do_not_fill_the_memory() -> None:
    mentions = Mentions()
    for number in range(MOST + 1):
        mentions.note(number, "", now=START)
    assert mentions.note(MOST, "", now=START) is None
    assert mentions.note(0, "", now=START) == ""

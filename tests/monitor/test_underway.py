"""Readings under way, page by page, and what is concluded from where they stand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.quiet import Quiet
from monitor.reach import caught_up, ending
from monitor.removal import Cover, HeldEdition, below
from monitor.schedule import (
    A_WHILE,
    LONG,
    Asked,
    Listing,
    Purpose,
    Reading,
    Seen,
    Task,
    next_task,
    page_after_a_while,
)
from monitor.underway import Underway

NOW = datetime(2026, 7, 13, 18, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def items(*ids: int, known: bool = True) -> tuple[Seen, ...]:
    return tuple(Seen(str(number), NOW - number * HOUR, known) for number in ids)


def task(page: int, purpose: Purpose = "wide", asked: Asked | None = None) -> Task:
    return Task("economy", "kk", page, purpose, asked)


def read(underway: Underway, step: Task, page: tuple[Seen, ...], *, at: datetime = NOW) -> Reading:
    """Adds a page, and goes on at the next one."""
    reading = underway.with_page(step, page, news=False, started_at=at, now=at)
    underway.keep(reading, page, next_page=step.page + 1, asked=step.asked)
    return reading


def test_pages_of_one_reading_add_up() -> None:
    underway = Underway()
    read(underway, task(1), items(1, 2))
    reading = read(underway, task(2), items(3), at=NOW + MINUTE)
    assert [seen.source_id for seen in reading.seen] == ["1", "2", "3"]
    assert (reading.from_top, reading.began_at, reading.read_at) == (True, NOW, NOW + MINUTE)
    assert [one.task.page for one in underway] == [3]


def test_a_page_that_is_read_a_second_time_is_noted() -> None:
    underway = Underway()
    for page in (1, 2, 3):
        read(underway, task(page), items(page))
    assert read(underway, task(3), items(3, 4)).read_to == 3
    assert read(underway, task(4), items(5)).read_to == 3


def test_a_reading_that_goes_back_to_the_top_begins_anew() -> None:
    underway = Underway()
    read(underway, task(1), items(1))
    again = read(underway, task(1), items(2), at=NOW + HOUR)
    assert (again.seen, again.began_at, again.read_to) == (items(2), NOW + HOUR, 1)


def test_a_reading_that_begins_in_the_middle_covers_nothing_above() -> None:
    assert not read(Underway(), task(4), items(1)).from_top


def test_two_audits_of_one_listing_do_not_mix() -> None:
    underway = Underway()
    nightly = Asked(1, "economy", "kk", kind="audit", by_itself=True)
    by_hand = Asked(2, "economy", "kk", kind="audit")
    for page in (1, 2, 3):
        read(underway, task(page, "audit", nightly), items(page))
    read(underway, task(1, "audit", by_hand), items(1))
    assert read(underway, task(4, "audit", nightly), items(4)).seen == items(1, 2, 3, 4)
    assert read(underway, task(2, "audit", by_hand), items(2)).seen == items(1, 2)


def test_readings_of_three_sorts_go_on_beside_each_other() -> None:
    underway, order, audit = Underway(), Asked(1, "economy", "kk"), Asked(2, "economy", "kk", kind="audit")
    read(underway, task(1), items(1))
    read(underway, task(1, "asked", order), items(2))
    read(underway, task(1, "audit", audit), items(3))
    assert sorted(one.task.purpose for one in underway) == ["asked", "audit", "wide"]
    underway.only([2])
    assert sorted(one.task.purpose for one in underway) == ["audit", "wide"]
    underway.drop(task(2))
    assert [one.task.purpose for one in underway] == ["audit"]


def test_a_reading_ends_where_no_next_page_is_wanted_or_its_order_was_taken_back() -> None:
    underway, order = Underway(), Asked(1, "economy", "kk")
    reading = read(underway, task(1, "asked", order), items(1))
    underway.keep(reading, items(1), next_page=2, asked=None)
    assert list(underway) == []
    underway.keep(read(underway, task(1), items(1)), items(1), next_page=None, asked=None)
    assert list(underway) == []


@pytest.mark.parametrize(
    ("said", "page", "read_to", "passed", "wanted"),
    [
        ("straight on", 5, 0, MINUTE, 5),
        ("a while later, one back", 5, 0, A_WHILE, 4),
        ("a while later, at page 1", 1, 0, LONG, 1),
        ("the page that was to be read a second time", 5, 5, LONG, 5),
        ("what was just read a second time is left behind", 5, 4, A_WHILE, 5),
        ("unless much later", 5, 4, LONG, 4),
        ("after a restart", 5, 0, None, 4),
        ("a clock that was put back", 5, 0, -A_WHILE, 4),
    ],
)
def test_the_page_at_which_a_reading_goes_on(
    said: str, page: int, read_to: int, passed: timedelta | None, wanted: int
) -> None:
    read_at = None if passed is None else NOW - passed
    assert page_after_a_while(page, read_to=read_to, read_at=read_at, now=NOW) == wanted, said


WALKED = Listing("economy", "kk", walked=True)


def reading(began: datetime, purpose: Purpose = "wide", *, from_top: bool = True) -> Reading:
    return Reading(task(1, purpose), began_at=began, from_top=from_top)


def test_a_listing_is_behind_from_what_was_not_known_until_a_reading_has_met_what_was() -> None:
    behind = caught_up(WALKED, reading(NOW), items(1, known=False), more=True)
    assert behind.behind_since == NOW
    assert caught_up(behind, reading(NOW), items(2), more=True).behind_since == NOW
    assert caught_up(behind, reading(NOW), items(2), more=False).behind_since is None


def test_a_reading_that_ends_says_nothing_of_one_that_began_after_it_and_broke_off() -> None:
    earlier = caught_up(WALKED, reading(NOW), items(1, known=False), more=True)
    later = caught_up(earlier, reading(NOW + HOUR), items(9, known=False), more=True)
    ended = caught_up(later, reading(NOW), items(2), more=False)
    assert ended.behind_since == NOW + HOUR
    assert caught_up(ended, reading(NOW + HOUR), items(2), more=False).behind_since is None


@pytest.mark.parametrize("purpose", ["first", "walk", "cited"])
def test_a_reading_that_looks_for_no_news_catches_up_with_nothing(purpose: Purpose) -> None:
    behind = replace(WALKED, behind_since=NOW)
    assert caught_up(behind, reading(NOW + HOUR, purpose), items(1), more=False) == behind


def test_a_reading_from_the_middle_catches_up_with_nothing() -> None:
    behind = replace(WALKED, behind_since=NOW)
    assert caught_up(behind, reading(NOW + HOUR, from_top=False), items(1), more=False) == behind


@pytest.mark.parametrize(
    ("page", "full", "audited", "wanted"),
    [
        (items(1), True, False, "above"),
        ((), False, False, "end"),
        ((), True, False, "cut"),
        (items(1), False, True, "end"),
        (items(1), True, True, "cut"),
    ],
)
def test_how_a_reading_ends(page: tuple[Seen, ...], full: bool, audited: bool, wanted: str) -> None:
    assert ending(replace(reading(NOW), full=full), page, audited=audited) == wanted


def test_what_is_held_below_all_that_was_seen() -> None:
    cover = Cover((("1", NOW), ("2", NOW - HOUR)), to_the_end=False)

    def held(number: int, at: datetime | None) -> HeldEdition:
        return HeldEdition(number, str(number), at, "listed", None, None)

    assert below(cover, [held(3, NOW - 2 * HOUR)])
    assert below(cover, [held(3, NOW - HOUR)])
    assert not below(cover, [held(2, NOW - HOUR), held(3, NOW - MINUTE), held(4, None)])


def test_what_nobody_waits_for_waits_for_the_end_of_the_quiet_window() -> None:
    by_night = Quiet(NOW.time(), (NOW + HOUR).time(), "UTC")
    settled = Listing("economy", "kk", watermark=1, walk_page=2, walked=True, due_at=NOW + 9 * HOUR)

    def chosen(order: Asked) -> Task | datetime | None:
        return next_task(
            [settled], [], [order], busy=(), portal_paused_until=None, since_walk=0, now=NOW, quiet=by_night
        )

    audit = Asked(1, "economy", "kk", kind="audit")
    assert isinstance(chosen(audit), Task)
    assert chosen(replace(audit, by_itself=True)) == NOW + HOUR

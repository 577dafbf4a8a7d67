"""A text that flips between wordings is told of, marked, and left alone until it rests."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.flapping import CAP, OFTEN_ENOUGH, REST, WITHIN, Flapping, Revised, Turn, came_back_to, flaps
from monitor.store.people import story
from tests.monitor.shelf import START, House, Item, past

MORE = 20 if os.environ.get("JARSHY_LONG_PROPERTIES") else 1
NOW = datetime(2026, 7, 13, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def revisions(marks: str, *, every: timedelta = 2 * HOUR) -> list[Revised]:
    """One revision a letter, the last of them `every` before now."""
    first = NOW - every * len(marks)
    return [Revised(n + 1, mark, f"item {mark}", first + every * n) for n, mark in enumerate(marks)]


@pytest.mark.parametrize(
    ("before", "mark", "wanted"),
    [("A", "B", None), ("AB", "A", 1), ("ABA", "A", 3), ("ABC", "B", 2), ("", "A", None)],
)
def test_which_revision_a_wording_goes_back_to(before: str, mark: str, wanted: int | None) -> None:
    assert came_back_to(mark, revisions(before)) == wanted


@pytest.mark.parametrize(
    ("before", "mark", "returns"),
    [
        ("A", "B", None),
        ("AB", "A", None),
        ("ABA", "B", 2),
        ("ABAB", "A", 3),
        ("ABA", "C", None),
        ("ABAC", "A", 2),
        ("ABC", "A", None),
        ("AABB", "A", None),
        ("ABCDEF", "A", None),
    ],
)
def test_from_how_many_returns_on_a_text_flips(before: str, mark: str, returns: int | None) -> None:
    known = flaps(mark, f"item {mark}", revisions(before), NOW)
    assert (known and known.returns) == returns
    if known is not None:
        assert {"A", "B"} <= known.turns.keys() if "B" in before + mark else True
        assert known.turns[mark] == Turn(f"item {mark}", NOW)
        assert known.since > NOW - WITHIN


def test_a_correction_a_month_does_not_flip() -> None:
    assert flaps("B", "b", revisions("ABA", every=10 * DAY), NOW) is None


def test_it_rests_where_no_other_wording_was_seen_for_a_day() -> None:
    seen = {"A": Turn("a", NOW - REST), "B": Turn("b", NOW - HOUR)}
    flapping = Flapping(NOW - DAY, 2, seen)
    assert flapping.rests_at("B", NOW)
    assert not flapping.rests_at("A", NOW)
    assert not flapping.rests_at("B", NOW - HOUR / 60)


def test_a_wording_that_was_just_noted_is_not_noted_again() -> None:
    flapping = Flapping(NOW, 2, {"A": Turn("a", NOW)})
    assert not flapping.needs_note("A", NOW + OFTEN_ENOUGH - HOUR / 60)
    turned = flapping.with_turn("B", "b", NOW + HOUR / 60)
    assert turned.shown_last == "B"
    assert turned.needs_note("A", NOW + HOUR / 30)
    assert flapping.needs_note("A", NOW + OFTEN_ENOUGH)
    assert flapping.needs_note("A", NOW - HOUR)  # a clock that went back
    assert flapping.needs_note("B", NOW)


@given(st.text("AB", max_size=40), st.sampled_from("AB"))
def test_what_flips_has_gone_back_and_names_both_wordings(before: str, mark: str) -> None:
    known = flaps(mark, mark, revisions(before, every=HOUR), NOW)
    turns = sum(a != b for a, b in zip(before, before[1:] + mark, strict=False)) if before else 0
    # The first change of all brings the second wording; each other one goes back.
    assert (known is not None) == (turns - 1 >= CAP and before[-1:] != mark)


async def settled() -> House:
    house = House()
    house.portal.show("economy", "ru", *past(40))
    await house.live(12 * HOUR)
    return house


def worded(house: House, text: str) -> None:
    shown = house.portal.listings["economy", "ru"][130]
    house.portal.show("economy", "ru", replace(shown, text=text))


def edits(house: House) -> list[dict[str, object]]:
    return [change.detail for change in house.news if change.kind == "edited"]


async def test_a_text_that_goes_back_within_one_period_is_nothing() -> None:
    house = await settled()
    house.now += HOUR / 60
    worded(house, "Бюджет 12 млрд.")
    worded(house, "Выпуск 30: мәтін.")
    await house.live(DAY)
    assert house.news == []


async def test_a_text_that_goes_back_over_three_periods_is_two_changes_and_two_more_revisions() -> None:
    house = await settled()
    for text in ("Бюджет 12 млрд.", "Выпуск 30: мәтін."):
        worded(house, text)
        await house.live(2 * HOUR)
    assert [change.kind for change in house.news] == ["edited", "edited"]
    assert [detail.get("back_to") for detail in edits(house)] == [None, 1]
    assert house.rows("SELECT count(*) FROM revisions") == [(42,)]


async def test_a_text_that_flips_is_told_of_once_and_then_left_alone_until_it_rests() -> None:
    house = await settled()
    for turn in range(20):
        worded(house, ("Бір.", "Екі.")[turn % 2])
        await house.live(2 * HOUR)
    # To the first, to the second, and back to the first; back to the second it flips.
    assert [detail.get("back_to") for detail in edits(house)] == [None, None, 2, 3]
    flapping = edits(house)[-1]["flapping"]
    assert isinstance(flapping, dict)
    assert (flapping["returns"], flapping["cap"]) == (CAP, CAP)
    assert "2 times within 7 days" in flapping["reason"]
    assert house.rows("SELECT text FROM editions WHERE flapping IS NOT NULL") == [("Екі.",)]

    await house.live(2 * DAY)  # it rests at the wording held
    assert len(edits(house)) == 4
    assert house.rows("SELECT count(*) FROM editions WHERE flapping IS NOT NULL") == [(0,)]

    await house.live(10 * DAY)
    worded(house, "Үш.")
    await house.live(2 * HOUR)
    assert len(edits(house)) == 5


async def test_a_text_that_rests_at_another_wording_is_told_once_more() -> None:
    house = await settled()
    for text in ("Бір.", "Екі.", "Бір.", "Екі.", "Бір."):
        worded(house, text)
        await house.live(2 * HOUR)
    assert len(edits(house)) == 4
    await house.live(2 * DAY)
    assert len(edits(house)) == 5
    assert (edits(house)[-1]["rested"], edits(house)[-1]["back_to"]) == (True, 4)
    assert house.rows("SELECT text FROM editions WHERE text IN ('Бір.', 'Екі.')") == [("Бір.",)]
    assert house.rows("SELECT count(*) FROM editions WHERE flapping IS NOT NULL") == [(0,)]


async def test_a_third_wording_is_news_while_a_text_flips() -> None:
    house = await settled()
    for text in ("Бір.", "Екі.", "Бір.", "Екі.", "Үш."):
        worded(house, text)
        await house.live(2 * HOUR)
    assert len(edits(house)) == 5
    assert house.rows("SELECT text FROM editions WHERE flapping IS NOT NULL") == [("Үш.",)]
    worded(house, "Бір.")
    await house.live(2 * HOUR)
    [told] = [one for one in story(house.db, "130").editions if one["flapping"]]  # type: ignore[union-attr]
    assert (told["flapping"]["shown_last"], told["flapping"]["returns"]) == (4, 2)
    worded(house, "Төрт.")
    await house.live(2 * HOUR)
    # Held was the third wording, shown last the first: that is what was replaced.
    assert [run["before"] for run in edits(house)[-1]["words"]] == ["Бір."]  # type: ignore[index,attr-defined]


async def test_two_listings_that_show_two_wordings_make_no_edit_of_every_reading() -> None:
    house = House(agencies_followed=("economy", "moa"))
    house.portal.show("economy", "ru", *past(40))
    house.portal.show(
        "moa", "ru", *past(40, first_id=500), Item(130, "Выпуск 30", "Басқа мәтін.", START - 60 * HOUR)
    )
    await house.live(10 * DAY)
    told = edits(house)
    assert len(told) <= 3
    assert "flapping" in told[-1]
    revised = house.rows("SELECT max(revisions) FROM editions")
    assert revised == [(len(told) + 1,)]


async def test_a_wording_that_the_worker_leaves_out_is_not_asked_for_again_at_every_turn() -> None:
    house = await settled()
    house.portal.forgetful = True
    for turn in range(4):
        worded(house, ("Бір.", "Екі.")[turn % 2])
        await house.live(2 * HOUR)
    house.portal.orders.clear()
    for turn in range(10):
        worded(house, ("Бір.", "Екі.")[turn % 2])
        await house.live(2 * HOUR)
    assert not [order for order in house.portal.orders if order.in_full]


@settings(max_examples=8 * MORE, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABAB"), st.integers(1, 40)), min_size=4, max_size=24))
def test_however_often_a_text_flips_the_notices_are_bounded(turns: list[tuple[str, int]]) -> None:
    async def story() -> House:
        house = await settled()
        for text, hours in turns:
            worded(house, f"{text}.")
            await house.live(hours * HOUR)
        return house

    house = asyncio.run(story())
    days = sum(hours for _, hours in turns) / 24
    # Those before it flips; then at most one at each rest, and one where it begins anew.
    assert len(edits(house)) <= CAP + 2 + 2 * days

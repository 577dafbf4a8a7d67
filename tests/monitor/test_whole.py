"""When the listing of the whole portal may stand in for those of the agencies."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.records import WHOLE
from monitor.reach import page_size
from monitor.whole import (
    Shown,
    Standing,
    Verdict,
    after,
    due,
    goes_on,
    judge,
    overlooked,
    span_of,
)

NOW = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def page(*owners: str) -> list[Shown]:
    return [
        Shown(str(100 - place), (owner,) if owner else (), NOW - place * MINUTE)
        for place, owner in enumerate(owners)
    ]


TWO = ("economy", "mfa", "economy", "mfa", "economy", "mfa")


@pytest.mark.parametrize(
    ("shown", "held", "proved", "reason"),
    [
        (page(*TWO), {"100", "99", "98", "97", "96"}, True, ""),
        (page(*TWO), {"100", "99"}, None, "too little"),
        (page(*TWO), {"100", "99", "98", "97", "96", "42"}, False, "lacks"),
        (page(*TWO), {"42"}, False, "(42)"),
        (page("economy", "", "mfa"), set(), False, "do not name"),
        (page(*["economy"] * 6), {"100", "99", "98", "97", "96"}, None, "one agency"),
        ([], set(), None, "one agency"),
    ],
)
def test_what_a_page_proves(shown: list[Shown], held: set[str], proved: bool | None, reason: str) -> None:
    verdict = judge(shown, held, listed_by={})
    assert verdict.proved is proved
    assert reason in verdict.reason


def test_nothing_may_be_missing_between_the_oldest_and_the_newest_date() -> None:
    assert span_of(page(*TWO)) == (NOW - 5 * MINUTE, NOW)
    assert span_of(page("economy")) is None
    assert span_of([Shown("1", ("economy",), None), Shown("2", ("mfa",), NOW)]) is None


def test_proof_lasts_until_it_is_disproved_and_trials_grow_rarer() -> None:
    standing = after(Standing("ru"), Verdict(proved=True), NOW)
    assert standing.proved_at == NOW
    standing = after(standing, Verdict(proved=True), NOW + HOUR)
    assert standing.proved_at == NOW
    standing = after(standing, Verdict(proved=None, reason="too little"), NOW + HOUR)
    assert standing.proved
    assert standing.reason == ""
    lengths = []
    for _ in range(5):
        standing = after(standing, Verdict(proved=False, reason="it lacks 42"), NOW)
        assert not standing.proved
        moment = due(standing, shortest=2 * MINUTE, longest=HOUR, pause=6 * HOUR)
        assert moment is not None
        lengths.append((moment - NOW) / HOUR)
    assert lengths == [2, 4, 6, 6, 6]


def test_a_listing_never_tried_is_tried_at_once_and_a_proved_one_as_often_as_news_come() -> None:
    assert due(Standing("ru"), shortest=MINUTE, longest=HOUR, pause=HOUR) is None
    proved = Standing("ru", proved_at=NOW, tried_at=NOW)
    assert due(proved, shortest=MINUTE, longest=HOUR, pause=HOUR) == NOW + MINUTE


@pytest.mark.parametrize(
    ("number", "unknown", "known", "more"),
    [(1, 0, 3, False), (1, 1, 3, True), (1, 0, 0, True), (5, 2, 0, True), (100, 2, 0, False)],
)
def test_how_far_it_is_read(number: int, unknown: int, known: int, more: bool) -> None:
    assert goes_on(page=number, unknown=unknown, known=known) is more


@pytest.mark.parametrize(
    ("source_id", "at", "expected"),
    [
        ("90", NOW, True),
        ("110", NOW, False),
        ("90", NOW - HOUR, False),
        ("90", None, False),
    ],
)
def test_what_it_should_have_shown(source_id: str, at: datetime | None, expected: bool) -> None:
    assert overlooked(source_id, at, shown_from=NOW - MINUTE, highest=100) is expected


def test_without_a_page_nothing_was_overlooked() -> None:
    assert not overlooked("90", NOW, shown_from=None, highest=None)


def test_a_listing_that_names_other_agencies_than_list_its_items_proves_nothing() -> None:
    held = {"100", "99", "98", "97", "96"}
    assert judge(page(*TWO), held, listed_by={"100": ("economy",), "99": ("mfa", "moa")}).proved
    verdict = judge(page(*TWO), held, listed_by={"99": ("moa",)})
    assert (verdict.proved, "99" in verdict.reason) == (False, True)


@pytest.mark.parametrize(
    ("agency", "route", "size"),
    [(WHOLE, "rest", 50), (WHOLE, "rest-session", 50), (WHOLE, "graphql", 20), ("mfa", "rest", 20)],
)
def test_more_is_asked_for_at_once_where_a_listing_is_known_to_answer_for_more(
    agency: str, route: str, size: int
) -> None:
    assert page_size(agency, route) == size

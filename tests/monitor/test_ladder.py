"""Which route is taken when: the least intrusive that does not rest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.records import Outcome
from monitor.ladder import (
    Rung,
    are_enough,
    believed,
    brings_together,
    choose,
    failed,
    next_after,
    speaks_of_route,
    worked,
)
from monitor.schedule import Policy

NOW = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
POLICY = Policy(shortest=2 * MINUTE, longest=HOUR, longest_pause=6 * HOUR, history=None)
ALL = ("rest", "graphql", "rest-session")


def resting(route: str, minutes: float) -> Rung:
    return Rung(route, outcome="refused", failures=1, paused_until=NOW + minutes * MINUTE)


def rungs(**minutes: float) -> dict[str, Rung]:
    return {(name := route.replace("_", "-")): resting(name, length) for route, length in minutes.items()}


@pytest.mark.parametrize(
    ("portal", "listing", "expected"),
    [
        ({}, {}, "rest"),
        (rungs(rest=5), {}, "graphql"),
        (rungs(rest=0), {}, "rest"),
        (rungs(rest=-5, graphql=5), {}, "rest"),
        (rungs(rest=5, graphql=9), {}, "rest-session"),
        (rungs(rest=5, graphql=9, rest_session=7), {}, NOW + 5 * MINUTE),
        ({}, rungs(rest=5), "graphql"),
        (rungs(graphql=5), rungs(rest=5), "rest-session"),
        # Nothing is free for this listing alone: the one that wakes first.
        ({}, rungs(rest=5, graphql=3, rest_session=4), "graphql"),
        (rungs(graphql=9), rungs(rest=5, graphql=3, rest_session=4), "rest-session"),
    ],
)
def test_the_least_intrusive_route_that_does_not_rest_is_taken(
    portal: dict[str, Rung], listing: dict[str, Rung], expected: str | datetime
) -> None:
    assert choose(ALL, portal, listing, NOW) == expected


@pytest.mark.parametrize(
    ("route", "portal", "listing", "expected"),
    [
        ("rest", {}, {}, "graphql"),
        ("rest", rungs(graphql=5), {}, "rest-session"),
        ("rest", rungs(graphql=5), rungs(rest_session=5), None),
        ("rest-session", rungs(rest=5, graphql=5), {}, None),
        # One that stands above and has slept out is tried too.
        ("graphql", rungs(rest=0), {}, "rest"),
    ],
)
def test_what_is_tried_at_once_when_a_route_fails(
    route: str, portal: dict[str, Rung], listing: dict[str, Rung], expected: str | None
) -> None:
    assert next_after(route, ALL, portal, listing, NOW) == expected


def test_an_only_route_has_no_other() -> None:
    assert next_after("rest", ("rest",), {}, {}, NOW) is None


@pytest.mark.parametrize("outcome", ["refused", "shell", "robots"])
@pytest.mark.parametrize("rung", [None, Rung("rest"), Rung("rest", worked_at=NOW)])
def test_a_closed_gate_is_the_route_s_whatever_it_did_before(outcome: Outcome, rung: Rung | None) -> None:
    assert speaks_of_route(outcome, rung)


@pytest.mark.parametrize("outcome", ["overloaded", "timeout"])
def test_overload_is_the_route_s_only_where_it_never_worked(outcome: Outcome) -> None:
    assert speaks_of_route(outcome, None)
    assert speaks_of_route(outcome, Rung("graphql"))
    assert not speaks_of_route(outcome, Rung("graphql", worked_at=NOW - HOUR))


@pytest.mark.parametrize("outcome", ["blocked", "unreachable", "shrunken", "items"])
def test_what_no_route_mends_is_no_route_s_fault(outcome: Outcome) -> None:
    assert not speaks_of_route(outcome, None)


def test_rests_double_up_to_the_longest_pause_and_an_answer_ends_them() -> None:
    rung, lengths = None, []
    for _ in range(9):
        rung = failed(rung, "rest", "refused", "no", retry_after=None, policy=POLICY, now=NOW)
        assert rung.paused_until is not None
        lengths.append((rung.paused_until - NOW) / MINUTE)
    assert lengths == [2, 4, 8, 16, 32, 64, 128, 256, 360]
    assert rung is not None
    assert rung.since == NOW
    mended = worked(replace(rung, together=True), "rest", NOW + HOUR)
    assert mended == Rung("rest", worked_at=NOW + HOUR, together=True)


def test_the_portal_s_own_retry_after_may_be_longer() -> None:
    rung = failed(None, "rest", "refused", "no", retry_after=36_000, policy=POLICY, now=NOW)
    assert rung.paused_until == NOW + 10 * HOUR


def test_a_rest_that_a_wrong_clock_set_is_over() -> None:
    far = Rung("rest", paused_until=NOW + timedelta(days=4000))
    near = Rung("graphql", paused_until=NOW + HOUR)
    kept = believed([far, near], NOW + timedelta(days=1))
    assert kept["rest"].paused_until is None
    assert kept["graphql"] == near


@pytest.mark.parametrize(
    ("outcomes", "before", "wanted"),
    [
        (["items", "broken"], None, True),
        (["empty", "unchanged"], False, True),
        (["broken", "broken"], None, False),
        (["broken", "broken"], True, False),
        (["blocked", "blocked"], None, None),
        (["refused", "refused"], True, True),
        (["budget", "budget"], None, None),
        (["overloaded", "overloaded"], None, False),
        (["timeout", "timeout"], True, True),
    ],
)
def test_whether_a_route_brings_several_listings_at_once(
    outcomes: list[Outcome], before: bool | None, wanted: bool | None
) -> None:
    assert brings_together(outcomes, before=before) is wanted


def test_a_gate_that_was_shut_and_opened_is_tried_for_several_listings_anew() -> None:
    alone = Rung("graphql", worked_at=NOW, together=False)
    assert worked(alone, "graphql", NOW).together is False
    assert worked(replace(alone, outcome="refused"), "graphql", NOW).together is None
    assert worked(replace(alone, outcome="overloaded"), "graphql", NOW).together is False


OF_TWO = [(agency, lang) for agency in ("economy", "mfa") for lang in ("kk", "ru")]


@pytest.mark.parametrize(
    ("failing", "followed", "enough"),
    [
        (OF_TWO, OF_TWO, True),
        (OF_TWO[:3], OF_TWO, True),
        (OF_TWO[1:3], OF_TWO, False),
        ([("economy", lang) for lang in ("kk", "ru", "en")], OF_TWO, False),
        ([(agency, "en") for agency in ("economy", "mfa", "mps")], OF_TWO, False),
        ([(agency, "ru") for agency in ("economy", "mfa", "mps")], [("economy", "ru"), ("mfa", "ru")], True),
        ([("economy", lang) for lang in ("kk", "ru", "en")], OF_TWO[:2], True),
        ([*OF_TWO[:2], ("*", "ru")], OF_TWO, False),
    ],
)
def test_what_fails_alike_says_something_of_all(
    failing: list[tuple[str, str]], followed: list[tuple[str, str]], enough: bool
) -> None:
    assert are_enough(failing, followed) is enough

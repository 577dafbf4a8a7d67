"""How the routes stand, in sentences for a person."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.ladder import Rung
from monitor.standing import hub_said, routes_said, whole_said
from monitor.store.topics import Debt
from monitor.whole import Standing

NOW = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WAYS = ("rest", "graphql", "rest-session")
WORKS = Rung("graphql", worked_at=NOW)
RESTS = Rung("rest", outcome="refused", since=NOW - HOUR, failures=3, paused_until=NOW + HOUR)


def said(*rungs: tuple[tuple[str, str] | None, Rung], in_use: dict[str, int] | None = None) -> list[str]:
    return routes_said(WAYS, rungs, in_use or {}, now=NOW, zone="Asia/Almaty")


def test_nothing_is_said_of_what_was_never_tried() -> None:
    assert said() == []
    assert said((None, Rung("rest"))) == []


def test_the_rung_on_which_we_stand_and_those_that_rest() -> None:
    assert said((None, RESTS), (None, WORKS), in_use={"graphql": 57}) == [
        "Route rest: the portal refused to answer since 2026-07-13 08:00; tried again at 2026-07-13 10:00.",
        "Route graphql works: 57 listings are read by it.",
    ]


@pytest.mark.parametrize(
    ("rung", "ending"),
    [
        (Rung("graphql", worked_at=NOW, together=True), "1 listing is read by it, several by one request."),
        (Rung("graphql", worked_at=NOW, together=False), "1 listing is read by it."),
        (Rung("graphql", outcome="shell", since=NOW, paused_until=NOW - HOUR), "due to be tried again."),
    ],
)
def test_how_a_route_is_used(rung: Rung, ending: str) -> None:
    [line] = said((None, rung), in_use={"graphql": 1})
    assert line.endswith(ending)


def test_a_listing_that_needs_another_route_is_named() -> None:
    odd = Rung("rest", outcome="unsorted", failures=1)
    lines = said((None, Rung("rest", worked_at=NOW)), (("economy", "kk"), odd), in_use={"rest": 3})
    assert lines[-1] == (
        "Cannot be read by one of the routes: economy/kk by rest (the listing did not come newest first)."
    )


def test_whether_one_listing_serves_for_all() -> None:
    standings = {
        "ru": Standing("ru", proved_at=NOW),
        "kk": Standing("kk", reason="its items do not name their agencies (7)", failures=2),
    }
    proved, refused = whole_said(standings, ("kk", "ru", "en"), agencies=19)
    assert proved.startswith("One listing of the whole portal brings the news in ru;")
    assert (
        refused == "The whole portal's listing in kk is not used: its items do not name their agencies (7)."
    )
    assert whole_said(standings, ("kk", "ru"), agencies=2) == []
    assert whole_said({}, ("kk", "ru"), agencies=19) == []


@pytest.mark.parametrize(
    ("debt", "said"),
    [
        (Debt(0, None, None), "0 owed, 0 refused."),
        (Debt(9, None, None), "9 owed, 0 refused."),
        (
            Debt(9, NOW, "it is down"),
            "9 owed, 0 refused. The reason: it is down. Next try at 2026-07-13 09:00.",
        ),
        (Debt(0, None, "403", refused=2), "0 owed, 2 refused. The reason: 403."),
    ],
)
def test_what_a_hub_is_owed_and_what_it_refused(debt: Debt, said: str) -> None:
    (line,) = hub_said("https://hub.example.org/", debt, zone="Asia/Almaty")
    assert line == f"Announcements to the hub https://hub.example.org/: {said}"


def test_nothing_is_said_of_a_hub_where_there_is_none() -> None:
    assert hub_said(None, Debt(3, None, None), zone="Asia/Almaty") == []

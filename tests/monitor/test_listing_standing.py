"""How listings are, which are the worst, and what is said of the others."""

from typing import Any

import pytest

from crawler.records import Outcome
from monitor.listing_standing import State, judged, on_screen, said_of_all

EARLY, LATE, NEXT = "2026-07-13T04:00:00.000Z", "2026-07-13T05:30:00.000Z", "2026-07-13T06:00:00.000Z"


def row(agency: str = "economy", outcome: str = "unchanged", **other: Any) -> dict[str, Any]:
    return {
        "agency": agency,
        "lang": "kk",
        "outcome": outcome,
        "failures": 0,
        "success_at": EARLY,
        "next_at": NEXT,
        "followed": True,
        **other,
    }


def when(stored: str | None) -> str:
    return (stored or "")[:16].replace("T", " ")


@pytest.mark.parametrize(
    ("outcome", "other", "portal", "state"),
    [
        ("unchanged", {}, None, "well"),
        ("budget", {}, None, "well"),
        ("budget", {"success_at": None}, None, "unread"),
        ("broken", {}, None, "failing"),
        ("items", {"failures": 2}, None, "failing"),
        ("items", {}, "refused", "waiting"),
        ("refused", {"failures": 3}, "refused", "waiting"),
        ("shrunken", {"failures": 3}, "refused", "failing"),
        ("broken", {"followed": False}, None, "left"),
    ],
)
def test_the_state_of_a_listing(
    outcome: str, other: dict[str, Any], portal: Outcome | None, state: State
) -> None:
    [one] = judged([row(outcome=outcome, **other)], portal=portal)
    assert (one.name, one.state) == ("economy/kk", state)


def test_the_worst_come_first() -> None:
    rows = [
        row("abay", followed=False),
        row("almaty", success_at=LATE),
        row("bko"),
        row("mfa", "budget", success_at=None),
        row("moa", "broken", failures=1),
        row("tsm", "broken", failures=7),
    ]
    listed = judged(rows, portal=None)
    assert [one.row["agency"] for one in listed] == ["tsm", "moa", "mfa", "bko", "almaty", "abay"]
    assert on_screen(listed, room=6) == listed
    assert [one.name for one in on_screen(listed, room=5)] == ["tsm/kk", "moa/kk", "mfa/kk"]
    assert [one.name for one in on_screen(listed, room=2)] == ["tsm/kk", "moa/kk"]
    assert on_screen(listed, room=-3) == []


def test_what_is_said_of_all() -> None:
    rows = [
        row(),
        row("almaty", success_at=LATE),
        row("moa", "broken", failures=1),
        row("mam", followed=False),
    ]
    listed = judged(rows, portal=None)
    assert said_of_all(listed, untried=2, running=True, when=when) == [
        "5 listings are followed: 1 cannot be read, 2 well, 1 not followed any more, 2 not asked for yet.",
        f"Those that are well were read last between {when(EARLY)} and 05:30; the next one is due at {when(NEXT)}.",
    ]
    assert said_of_all(judged([row()], portal=None), untried=0, running=False, when=when) == [
        "1 listing is followed: 1 well.",
        "Those that are well were read last at 2026-07-13 04:00.",
    ]
    assert said_of_all(judged([row()], portal="refused"), untried=0, running=True, when=when)[1:] == [
        "Those that wait were read last at 2026-07-13 04:00."
    ]

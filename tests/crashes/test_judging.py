"""The judge of the crash tests finds what it is there to find, and excuses what may be excused."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from tests.crashes.judging import Life, judge
from tests.crashes.receivers import Receipt, Said

KILLED = Life(awake=10.0, killed=20.0, unsent=frozenset({"a"}))
LAST = Life(awake=30.0, killed=float("inf"), unsent=frozenset())
LIVES = (KILLED, LAST)


def owed(
    key: str, uid: str, *, state: str = "sent", error: str | None = None, lang: str = "ru", number: int = 1
) -> dict[str, Any]:
    """A row of what is owed: change `uid` of release 7, told by message `key`."""
    return {
        "id": number,
        "message_id": key, "address_key": "one", "uid": uid, "state": state, "error": error, "source_id": "7",
        "kind": "edited", "told_as": "edited", "lang": lang, "at": "2026-03-02T09:30:00.000Z",
    }  # fmt: skip


def came(key: str, uid: str, begun: float, said: Said = "taken") -> Receipt:
    content = {
        "change": {"id": uid, "kind": "edited"},
        "release": {"source_id": "7"},
        "edition": {"lang": "ru"},
    }
    return Receipt("one", key, content, said, begun, begun + 0.1)


def wanted(change: Mapping[str, Any]) -> bool:
    return True


def test_what_came_once_is_as_it_should_be() -> None:
    found = judge([came("a", "x", 31.0)], [owed("a", "x")], "one", wanted, LIVES)
    assert (found.faults, found.deliveries, found.messages) == ([], 1, 1)
    assert (found.after_kill, found.after_failure, found.in_flight) == (0, 0, 0)


def test_what_was_in_flight_at_a_kill_may_come_again() -> None:
    found = judge([came("a", "x", 19.5), came("a", "x", 31.0)], [owed("a", "x")], "one", wanted, LIVES)
    assert (found.faults, found.in_flight, found.after_kill) == ([], 1, 1)


def test_what_was_owed_first_has_to_come_first() -> None:
    rows = [owed("a", "x"), owed("b", "y", number=2)]
    refused = [came("a", "x", 31.0, "500"), came("a", "x", 36.0), came("b", "y", 37.0)]
    assert judge(refused, rows, "one", wanted, LIVES).faults == []
    for receipts in ([came("b", "y", 31.0), came("a", "x", 32.0)], [refused[0], refused[2], refused[1]]):
        (fault,) = judge(receipts, rows, "one", wanted, LIVES).faults
        assert "while another was owed before it" in fault


def test_what_the_sender_waited_for_in_vain_may_come_again_as_often() -> None:
    twice, thrice = (
        [came("a", "x", 31.0 + at) for at in range(2)],
        [came("a", "x", 31.0 + at) for at in range(3)],
    )
    rows = [owed("a", "x")]
    found = judge(twice, rows, "one", wanted, LIVES, unanswered={"a": 1, "b": 7})
    assert (found.faults, found.after_failure, found.after_kill) == ([], 1, 0)
    (fault,) = judge(thrice, rows, "one", wanted, LIVES, unanswered={"a": 1}).faults
    assert "repeated without need" in fault


@pytest.mark.parametrize("said", ["hung up", "429", "500"])
def test_what_a_receiver_did_not_say_yes_to_may_come_again(said: Said) -> None:
    found = judge([came("a", "x", 31.0, said), came("a", "x", 36.0)], [owed("a", "x")], "one", wanted, LIVES)
    assert (found.faults, found.after_failure, found.after_kill) == ([], 1, 0)


@pytest.mark.parametrize(
    ("receipts", "rows", "fault"),
    [
        ([], [owed("a", "x")], "never came: a"),
        ([came("a", "x", 31.0), came("a", "x", 36.0)], [owed("a", "x")], "repeated without need"),
        # Long before the kill, and so with time to be marked; after it; of a life that knew it was sent.
        ([came("a", "x", 12.0), came("a", "x", 31.0)], [owed("a", "x")], "repeated without need"),
        ([came("b", "x", 19.5), came("b", "x", 31.0)], [owed("b", "x")], "repeated without need"),
        ([came("a", "x", 19.0), came("a", "x", 19.5)], [owed("a", "x")], "repeated without need"),
        ([came("a", "x", 31.0), came("b", "x", 32.0)], [owed("a", "x")], "belongs to no delivery: b"),
        (
            [came("a", "x", 31.0), came("b", "x", 32.0)],
            [owed("a", "x"), owed("b", "y")],
            "a change with 2 keys",
        ),
        ([came("a", "x", 31.0), came("a", "y", 31.0, "500")], [owed("a", "x")], "several contents"),
        ([came("a", "y", 31.0)], [owed("a", "x")], "tells of another change than it is owed for: a"),
        ([came("a", "x", 31.0)], [owed("a", "x", lang="kk")], "tells of another change"),
        ([came("a", "x", 31.0)], [owed("a", "x") | {"told_as": "removed"}], "tells of another change"),
        ([came("a", "x", 31.0, "500")], [owed("a", "x")], "though the receiver said 500"),
        ([], [owed("a", "x", state="owed")], "owed (None)"),
        ([], [owed("a", "x", state="failed", error="no")], "failed (no)"),
        ([], [owed("a", "x", state="dropped", error="told")], "dropped (told)"),
        ([], [owed("a", "x") | {"address_key": "other"}], "not owed"),
    ],
)
def test_anything_else_is_a_fault(receipts: list[Receipt], rows: list[dict[str, Any]], fault: str) -> None:
    found = judge(receipts, rows, "one", wanted, LIVES)
    assert any(fault in said for said in found.faults), found.faults


def test_what_nobody_wished_for_is_a_fault() -> None:
    found = judge([came("a", "x", 31.0)], [owed("a", "x")], "one", lambda _change: False, LIVES)
    assert "owed to nobody's wish" in found.faults[0]


def test_a_copy_that_was_folded_into_what_was_told_of_another_is_counted() -> None:
    rows = [owed("a", "x"), owed("b", "y", state="dropped", error="told of this release", lang="kk")]
    found = judge([came("a", "x", 31.0)], rows, "one", wanted, LIVES)
    assert (found.faults, found.folded) == ([], 1)


def chatted(text: str, begun: float) -> Receipt:
    return Receipt("one", "", text, "taken", begun, begun + 0.1)


def test_a_list_names_every_release_of_which_it_tells() -> None:
    rows = [owed("a", "x"), owed("a", "y") | {"source_id": "8"}]
    mail = Receipt("one", "a", "https://x.kz/details/7\nhttps://x.kz/details/8", "taken", 31.0, 31.1)
    assert judge([mail], rows, "one", wanted, LIVES).faults == []
    short = Receipt("one", "a", "https://x.kz/details/7", "taken", 31.0, 31.1)
    assert judge([short], rows, "one", wanted, LIVES).faults == ["a message that leaves out ['8']: a"]


def test_a_repeat_is_known_by_its_text_where_no_key_is_given() -> None:
    said = ["new: https://x.kz/details/7", "edited: https://x.kz/details/7", "new: https://x.kz/details/8"]
    rows = [owed("b", "x"), owed("a", "y"), owed("c", "z") | {"source_id": "8"}]
    receipts = [chatted(said[0], 15), chatted(said[1], 19.5), chatted(said[1], 31), chatted(said[2], 32)]
    found = judge(receipts, rows, "one", wanted, LIVES)
    assert (found.faults, found.after_kill, found.in_flight) == ([], 1, 1)
    assert Counter(
        fault.split(":")[0] for fault in judge(receipts[:3], rows, "one", wanted, LIVES).faults
    ) == {"never came": 1}
    assert judge([receipts[3], *receipts[:3]], rows, "one", wanted, LIVES).faults
    worded_anew = [*receipts[:2], chatted(f"{said[1]} (also in Kazakh)", 31), receipts[3]]
    found = judge(worded_anew, rows, "one", wanted, LIVES)
    assert (found.faults, found.after_kill) == ([], 1)
    no_doubt = [
        chatted(said[0], 31),
        chatted(said[1], 32),
        chatted(f"{said[1]} again", 33),
        chatted(said[2], 34),
    ]
    assert "repeated without need" in judge(no_doubt, rows, "one", wanted, LIVES).faults[0]

"""Every way in which an answer can fail has its outcome, its sentence, and costs no other order.

`tests/test_faults.py` says which row of the table of faults is shown where.
"""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.records import Sighting
from crawler.standin import Portal

Start = Callable[..., Any]


Rig = tuple[Portal, Any]


@pytest.fixture(scope="module")
def warm(rig: Callable[..., Rig]) -> Rig:
    """One worker that meets all the faults, one after another."""
    return rig()


@pytest.fixture(scope="module")
def impatient(rig: Callable[..., Rig]) -> Rig:
    """One that waits a second for an answer."""
    return rig(timeout=1.0)


@pytest.mark.parametrize(
    ("fault", "how", "outcome", "said"),
    [
        ("close", {}, "unreachable", "closed before an answer came"),
        ("reset", {}, "broken", "cut short"),
        ("truncate", {}, "broken", "cut short"),
        ("wronglen", {}, "broken", "cut short"),
        ("dupheaders", {}, "broken", "breaks the rules of HTTP"),
        ("badjson", {}, "broken", "not JSON"),
        ("nested", {}, "broken", "nested too deeply"),
        ("badutf8", {}, "broken", "not UTF-8"),
        ("cp1251", {}, "broken", "not UTF-8"),
        ("shell", {}, "shell", "only a browser can fill"),
        ("html", {}, "broken", "a page instead of data"),
        ("blocked", {}, "blocked", "national gateway"),
        ("error", {}, "refused", "an error instead of a listing"),
        ("empty", {}, "empty", ""),
        ("status", {"status": 404}, "broken", "no such listing"),
        ("status", {"status": 403}, "refused", "not granted"),
        ("status", {"status": 500}, "overloaded", "cannot serve this now"),
        ("redirect", {}, "broken", "redirected more than 5 times"),
        ("redirect", {"to": "http://elsewhere.invalid/"}, "off_site", "elsewhere.invalid"),
        ("redirect", {"to": "//127.0.0.1:1/"}, "off_site", "127.0.0.1:1"),
        ("redirect", {"to": "file:///etc/passwd"}, "off_site", "file:///etc/passwd"),
        ("redirect", {"to": "http://[::1"}, "off_site", "[::1"),
        ("unmodified", {}, "broken", "answered 304: not changed, though nobody asked"),
        ("status", {"status": 410}, "broken", "no such listing"),
        ("status", {"status": 401}, "refused", "not granted"),
        ("status", {"status": 504}, "overloaded", "cannot serve this now"),
        ("huge", {}, "too_large", "larger than this program reads"),
        ("bomb", {}, "too_large", "unpacked, is larger than this program reads"),
    ],
)
def test_a_fault_has_its_outcome(warm: Rig, fault: str, how: dict[str, Any], outcome: str, said: str) -> None:
    _meets(warm, fault, how, outcome, said)


@pytest.mark.parametrize(
    ("fault", "how"),
    [("hang", {}), ("drip", {}), ("drip", {"seconds": 1.0})],
    ids=["hang", "drip", "slow drip"],
)
def test_an_answer_that_takes_too_long_is_given_up(impatient: Rig, fault: str, how: dict[str, Any]) -> None:
    _meets(impatient, fault, how, "timeout", "did not come in time")


def _meets(rig: Rig, fault: str, how: dict[str, Any], outcome: str, said: str) -> None:
    portal, worker = rig
    portal.misbehave(fault, **how)
    seen, report = worker.read()
    portal.behave()
    assert (seen, report.outcome) == ([], outcome)
    assert said in report.reason

    seen, report = worker.read("mfa")
    assert (len(seen), report.outcome) == (12, "items")


def test_a_listing_that_wants_a_ticket_is_refused_and_asked_for_once(worker: Any, portal: Portal) -> None:
    portal.demand_ticket()
    _, report = worker.read()
    assert (report.outcome, report.requests) == ("refused", 2)
    assert "answered 400" in report.reason
    assert "notAllowed" in report.reason
    assert {request.place for request in portal.requests} == {"robots", "news"}


def test_characters_that_no_store_takes_are_replaced_at_the_door(worker: Any, portal: Portal) -> None:
    portal.misbehave("nul", times=1)
    seen, _ = worker.read()
    wording = seen[0].wording
    assert wording.title.startswith("\ufffd")
    assert not {"\x00", "\x07"} & set(wording.title)
    assert "\\ud800" in wording.raw


def test_what_lost_characters_is_sent_whole_again_and_again(worker: Any, portal: Portal) -> None:
    spoilt, lost, asking, linking = portal.ids("economy")[:4]
    portal.edit(spoilt, "ru", title="Ал?а жоспар")
    portal.edit(lost, "ru", title="????? 2026 ???????")
    portal.edit(asking, "ru", title="Кто виноват?")
    portal.edit(linking, "ru", title="Запись: https://video.example/watch?v=7 и gov.example/press?lang=kk")
    worker.read()
    seen, report = worker.read()
    assert report.outcome == "items"
    assert [each.source_id for each in seen if each.wording is not None] == [str(spoilt), str(lost)]
    for _ in range(2):
        portal.misbehave("nul", times=1)
        seen, report = worker.read()
        assert report.outcome == "items"
        assert all(each.wording is not None for each in seen)


@pytest.mark.parametrize("fault", ["wrapped", "bom", "shuffled"])
def test_other_forms_of_a_listing_are_read(warm: Rig, fault: str) -> None:
    portal, worker = warm
    portal.misbehave(fault, times=1)
    seen, report = worker.read()
    assert (report.outcome, len(seen)) == ("items", 12)


def test_a_redirect_on_the_portal_is_followed(worker: Any, portal: Portal) -> None:
    portal.misbehave("redirect", times=1)
    _, report = worker.read()
    assert (report.outcome, report.requests) == ("items", 3)


def test_a_hostile_body_costs_nothing_else(worker: Any, portal: Portal) -> None:
    spoilt = portal.ids("economy")[0]
    portal.edit(spoilt, "ru", body="<div>" * 50_000 + "<script>alert(1)</script>соңы")
    seen, report = worker.read()
    assert report.outcome == "items"
    assert all(isinstance(record, Sighting) for record in seen)
    assert seen[0].wording.text.endswith("соңы")
    assert "<script" not in seen[0].wording.html


def test_a_portal_that_is_not_there_is_unreachable(start_worker: Start) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    _, report = start_worker(at=address).read()
    assert report.outcome == "unreachable"
    assert address in report.reason
    assert "refused" in report.reason


@pytest.mark.parametrize(
    ("place", "text"),
    [(0, ""), (1, ""), (2, ""), (3, ""), (4, "ұ\ufffdр\ufffd \ufffd \ufffd\u202eғ")],
    ids=["null", "empty", "white space", "mark-up alone", "what no store takes"],
)
def test_a_body_that_says_nothing_is_a_release_all_the_same(
    odd_bodies: list[Sighting], place: int, text: str
) -> None:
    wording = odd_bodies[place].wording
    assert wording is not None
    assert wording.title
    assert not {"\x00", "\x07", "\ud800", "\ufffe"} & set(wording.text + wording.html)
    assert [letter for letter in wording.text if letter.isalpha()] == [one for one in text if one.isalpha()]


@pytest.fixture(scope="module")
def odd_bodies(rig: Callable[..., Rig]) -> list[Sighting]:
    portal, worker = rig()
    portal.misbehave("bodies", times=1)
    seen, report = worker.read()
    assert (report.outcome, len(seen)) == ("items", 12)
    assert all(isinstance(record, Sighting) for record in seen)
    return seen


def test_an_id_that_stands_twice_on_a_page_is_seen_twice_and_breaks_nothing(warm: Rig) -> None:
    portal, worker = warm
    portal.misbehave("twice", times=1)
    seen, report = worker.read(in_full=True)
    assert (report.outcome, report.listed) == ("items", 13)
    assert seen[0].source_id == seen[-1].source_id
    assert [seen[-1].wording.title] == [f"{seen[0].wording.title}: екінші рет"]


@pytest.mark.parametrize(
    "title",
    [
        "\u202eөңірдегі жаңалық",
        "Жаңа \U0001f468\u200d\U0001f469\u200d\U0001f467 жарлық",
        "Қ" + "\u0301" * 5_000,
        "<script>alert(1)</script>Жаңа ереже",
        "Жаңа\r\nBcc: somebody@example.org",
        "Ұзақ " * 200_000,
    ],
    ids=["turned round", "joined emoji", "a storm of marks", "mark-up", "a mail header", "a megabyte"],
)
def test_a_hostile_title_is_one_line_of_text(warm: Rig, title: str) -> None:
    portal, worker = warm
    spoilt = portal.ids("economy")[0]
    before = portal.copy(spoilt, "ru").title
    portal.edit(spoilt, "ru", title=title)
    seen, report = worker.read()
    portal.edit(spoilt, "ru", title=before)
    assert (report.outcome, len(seen)) == ("items", 12)
    said = next(record.wording.title for record in seen if record.source_id == str(spoilt))
    assert said
    assert not {"\r", "\n", "\x00"} & set(said)


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 100_000 + "соңы",
        f'<p class="{"a" * 1_000_000}">соңы</p>',
        "<p>" + "<b><i>" * 20_000 + "соңы",
        "<table><tr><td>" * 5_000 + "соңы",
        "<p>" + "&" * 500_000 + "соңы</p>",
    ],
    ids=["open tags", "a long attribute", "crossed marks", "tables in tables", "entities without end"],
)
def test_a_body_that_makes_parsers_slow_keeps_its_words_and_costs_no_other_order(
    warm: Rig, body: str
) -> None:
    portal, worker = warm
    spoilt = portal.ids("economy")[1]
    portal.edit(spoilt, "ru", body=body)
    seen, report = worker.read()
    portal.edit(spoilt, "ru", body="<p>Сөз.</p>")
    assert (report.outcome, len(seen)) == ("items", 12)
    said = next(record.wording.text for record in seen if record.source_id == str(spoilt))
    assert said.endswith("соңы")
    assert worker.read("mfa")[1].outcome in {"items", "unchanged"}


def test_page_0_is_page_1_and_neither_is_the_end(warm: Rig) -> None:
    _, worker = warm
    pages = [worker.read(page=page, size=5)[0] for page in (0, 1, 2)]
    ids = [[record.source_id for record in page] for page in pages]
    assert ids[0] == ids[1]
    assert not set(ids[1]) & set(ids[2])


@pytest.fixture(scope="module")
def measured(rig: Callable[..., Rig]) -> tuple[Portal, Any, int]:
    """A worker whose memory is looked at, and its peak over ordinary orders in bytes."""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("this system does not say what a process took at most")
    portal, worker = rig()
    for agency in ("economy", "mfa") * 3:
        worker.read(agency, in_full=True)
    return portal, worker, peak(worker)


def peak(worker: Any) -> int:
    """Bytes that the worker took at most since this was last asked."""
    place = Path("/proc") / str(worker.process.pid)
    [line] = [row for row in (place / "status").read_text().splitlines() if row.startswith("VmHWM")]
    (place / "clear_refs").write_text("5")
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("fault", ["huge", "bomb"])
def test_what_is_too_large_takes_little_more_memory_than_ordinary_orders(
    measured: tuple[Portal, Any, int], fault: str
) -> None:
    portal, worker, ordinary = measured
    for _ in range(3):
        portal.misbehave(fault, times=1)
        assert worker.read()[1].outcome == "too_large"
        assert worker.read()[1].outcome == "items"
    assert peak(worker) <= 1.5 * ordinary


@pytest.mark.parametrize(("releases", "megabytes"), [(1, 5.0), (2, 5.0)])
def test_the_largest_page_that_is_read_stays_under_300_megabytes(
    measured: tuple[Portal, Any, int], releases: int, megabytes: float
) -> None:
    portal, worker, _ = measured
    sentence = "Құрметті оқырман, бұл сөйлем ойдан шығарылған. "
    body = f"<p>{sentence * int(megabytes * 1_000_000 / len(sentence.encode()))}</p>"
    for spoilt in portal.ids("economy")[:releases]:
        portal.edit(spoilt, "ru", body=body)
    seen, report = worker.read()
    for spoilt in portal.ids("economy")[:releases]:
        portal.edit(spoilt, "ru", body="<p>Сөз.</p>")
    assert (report.outcome, len(seen)) == ("items", 12)
    assert max(len(record.wording.text) for record in seen if record.wording) > 2_000_000
    assert peak(worker) < 300 * 1_000_000

"""The real worker process before the stand-in portal: orders in, records out, and how it ends."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from crawler.records import Misfit, Reparse, Sighting, to_line
from crawler.standin import Portal

Start = Callable[..., Any]


def full(seen: list[Sighting | Misfit]) -> list[str]:
    return [record.source_id for record in seen if isinstance(record, Sighting) and record.wording]


def test_an_order_brings_its_page_and_one_report(worker: Any, portal: Portal, base_url: str) -> None:
    seen, report = worker.read("economy", "kk", size=5)
    assert [record.source_id for record in seen] == [
        str(number) for number in portal.ids("economy", "kk")[:5]
    ]
    assert [record.position for record in seen] == [0, 1, 2, 3, 4]
    assert (report.outcome, report.listed, report.requests, report.reason) == ("items", 5, 2, "")
    assert report.bytes > 1000
    wording = seen[0].wording
    assert wording.title == portal.copy(int(seen[0].source_id), "kk").title
    assert wording.url == f"{base_url}/memleket/entities/economy/press/news/details/{seen[0].source_id}"
    assert wording.published_at is not None


def test_the_request_is_plain_and_says_who_asks(worker: Any, portal: Portal) -> None:
    worker.read("economy", "kk", page=2, size=7)
    robots, news = portal.requests
    assert robots.place == "robots"
    assert (news.method, news.agency, news.lang, news.page, news.query["size"]) == (
        "GET",
        "economy",
        "kk",
        2,
        "7",
    )
    assert news.query["sort-by"] == "created_date:DESC"
    assert news.headers["accept"] == "application/json"
    assert news.headers["user-agent"].startswith("jarshy/")
    assert news.headers["user-agent"].endswith(" (+ops@example.org)")
    assert not {"cookie", "origin", "referer"} & news.headers.keys()


def test_an_unchanged_item_is_sent_whole_once(worker: Any, portal: Portal) -> None:
    first, _ = worker.read()
    again, report = worker.read()
    assert len(full(first)) == 12
    assert full(again) == []
    assert [record.digest for record in again] == [record.digest for record in first]
    assert (report.outcome, report.requests) == ("items", 1)

    edited = portal.ids("economy")[3]
    portal.edit(edited, "ru", title="Совсем другое название")
    assert full(worker.read()[0]) == [str(edited)]
    assert len(full(worker.read(in_full=True)[0])) == 12
    assert full(worker.read()[0]) == []
    assert len(full(worker.read(lang="kk")[0])) == 12


def test_the_forms_of_a_page_are_told_with_it_and_not_again_while_nothing_changes(
    worker: Any, portal: Portal
) -> None:
    assert worker.read()[1].forms == (
        "envelope:array",
        "id:number",
        "projects:text",
        "date:z",
        "body:document",
    )
    assert worker.read()[1].forms == ()
    assert worker.read(page=99)[1].forms == ("envelope:array",)
    portal.misbehave("misfits", times=1)
    assert {"id:absent", "date:null", "date:other", "body:object"} <= set(worker.read()[1].forms)
    portal.misbehave("shell", times=1)
    assert worker.read()[1].forms == ()


def test_orders_are_read_one_after_another(worker: Any, portal: Portal) -> None:
    numbers = [worker.order(agency, lang) for lang in ("ru", "kk") for agency in ("economy", "mfa")]
    answers = [worker.answer() for _ in numbers]
    assert [report.order for _, report in answers] == numbers
    for seen, report in answers:
        assert {record.order for record in seen} == {report.order}
    assert portal.most_in_flight == 1


def test_the_end_of_a_listing_is_empty(worker: Any) -> None:
    assert worker.read(page=9)[1].outcome == "empty"


def test_what_is_no_release_is_set_aside_and_the_rest_is_kept(worker: Any, portal: Portal) -> None:
    portal.misbehave("misfits", times=1)
    seen, report = worker.read()
    assert (report.outcome, report.listed) == ("items", len(seen))
    aside = [record for record in seen if isinstance(record, Misfit)]
    kept = {record.source_id for record in seen if isinstance(record, Sighting)}
    assert kept >= {str(number) for number in portal.ids("economy")}
    assert len(aside) > 5
    assert all(record.reason and record.raw for record in aside)


def test_an_order_for_a_route_we_lack_is_reported(worker: Any, portal: Portal) -> None:
    _, report = worker.read(route="teleport")
    assert (report.outcome, report.requests) == ("broken", 0)
    assert "teleport" in report.reason
    assert portal.requests == []


def test_a_line_that_is_no_order_is_passed_over_and_said(worker: Any) -> None:
    for line in (
        b"\n",
        b"rubbish\n",
        b"{}\n",
        b'{"record":"order","id":1}\n',
        b'{"record":"order","size":-1}\n',
        b'{"record":"report","order":1,"outcome":"items"}\n',
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
    ):
        worker.send(line)
    assert worker.read()[1].outcome == "items"
    assert worker.log().count("no order was passed over") == 7


@pytest.mark.cold
def test_it_ends_with_0_when_stdin_closes_after_the_orders_it_was_given(worker: Any) -> None:
    numbers = [worker.order(lang=lang) for lang in ("ru", "kk")]
    worker.close_stdin()
    assert [worker.answer()[1].order for _ in numbers] == numbers
    assert worker.ended() == 0


@pytest.mark.cold
def test_it_ends_with_0_when_it_was_given_nothing(worker: Any) -> None:
    worker.close_stdin()
    assert worker.ended() == 0


@pytest.mark.cold
def test_sigterm_ends_it_with_0_though_an_answer_hangs(start_worker: Start, portal: Portal) -> None:
    worker = start_worker(timeout=600)
    worker.read()
    portal.misbehave("hang")
    asked = len(portal.requests)
    worker.order()
    _until(lambda: len(portal.requests) > asked)
    worker.process.send_signal(signal.SIGTERM)
    assert worker.ended() == 0


@pytest.mark.cold
def test_sigint_is_left_to_the_daemon(worker: Any) -> None:
    worker.read()
    worker.process.send_signal(signal.SIGINT)
    assert worker.read()[1].outcome == "items"


@pytest.mark.cold
def test_it_ends_when_nobody_reads_its_lines(worker: Any) -> None:
    worker.read()
    worker.process.stdout.close()
    worker.order(in_full=True)
    assert worker.ended() == 0
    assert "Nobody reads" in worker.log()


@pytest.mark.cold
def test_only_records_come_out_and_the_log_is_quiet(worker: Any, portal: Portal) -> None:
    for fault in ("shell", "misfits", "nul", "close"):
        portal.misbehave(fault, times=1)
        worker.read()
    worker.close_stdin()
    assert worker.ended() == 0
    assert os.read(worker.process.stdout.fileno(), 1) == b""
    lines = worker.log().splitlines()
    assert "INFO The crawl worker reads http://127.0.0.1" in lines[0]
    assert [line for line in lines if "Traceback" in line or "WARNING" in line or "ERROR" in line] == []
    assert len(lines) < 4


def _until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, "it did not come true in time"
        os.sched_yield()


def test_kept_items_are_read_anew_and_the_portal_is_asked_nothing(worker: Any, portal: Portal) -> None:
    kept = (
        '{"id":7,"title":"Жаңа мектеп","body":"<p>Мектеп ашылды.</p>","created_date":"2026-07-12T09:00:00"}',
        '{"id":8}',
        "{",
    )
    worker.send(to_line(Reparse(41, kept)).encode())
    seen, report = worker.answer()
    assert [type(record) for record in seen] == [Sighting, Misfit, Misfit]
    assert [(record.order, record.position) for record in seen] == [(41, 0), (41, 1), (41, 2)]
    assert seen[0].wording.text == "Мектеп ашылды."
    assert (report.order, report.outcome, report.listed, report.requests) == (41, "items", 3, 0)
    assert portal.requests == []
    assert len(full(worker.read()[0])) == 12  # and orders go on after it


def test_nothing_to_read_anew_is_answered_too(worker: Any) -> None:
    worker.send(to_line(Reparse(41, ())).encode())
    seen, report = worker.answer()
    assert (seen, report.outcome) == ([], "empty")

"""One budget over all processes, counted by the portal: workers beside workers, workers that are killed."""

import re
import time
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.ledger import Ledger, look
from crawler.ledger.moments import this_moment
from crawler.standin import Portal

Start = Callable[..., Any]
PACE = 0.15


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "jarshy.db.ledger"


def gaps(portal: Portal) -> list[float]:
    return [later.at - earlier.at for earlier, later in pairwise(portal.requests)]


def asked(portal: Portal, count: int) -> None:
    """Waits until the portal has been asked that often."""
    until = time.monotonic() + 20
    while len(portal.requests) < count:
        assert time.monotonic() < until, f"the portal was asked {len(portal.requests)} times"
        time.sleep(0.005)  # the worker works; this keeps the looking from costing it the processor


def today(file: Path) -> int:
    entry = look(file)
    assert entry is not None
    return entry.spent(this_moment().day)


def test_two_workers_are_one_guest_and_neither_starves(
    start_worker: Start, portal: Portal, ledger: Path
) -> None:
    portal.misbehave("delay", times=3, after=2, seconds=2 * PACE)
    workers = [start_worker(f"--ledger={ledger}", pace=PACE) for _ in range(2)]
    for worker in workers:
        for _ in range(8):
            worker.order()
    reports = [[worker.answer()[1] for _ in range(8)] for worker in workers]
    assert {report.outcome for each in reports for report in each} == {"items"}
    assert portal.most_in_flight == 1
    assert min(gaps(portal)) >= PACE
    assert len(portal.requests) == today(ledger) == 2 * (1 + 8)


def test_two_workers_with_slow_answers_take_turns(start_worker: Start, portal: Portal, ledger: Path) -> None:
    # Slower than the pace, so that the next request may go the moment an answer is whole.
    first, second = (start_worker(f"--ledger={ledger}", pace=0.02) for _ in range(2))
    first.read(), second.read()
    portal.misbehave("delay", seconds=0.1)
    for _ in range(12):
        first.order("economy")
    for _ in range(4):
        second.order("mfa")
    for _ in range(4):
        second.answer()
    mine = [request.agency for request in portal.requests if request.place == "news"][2:]
    assert mine.count("economy") <= 10, "the second waited until the first was done"
    assert portal.most_in_flight == 1


def test_a_worker_that_is_killed_in_mid_request_leaves_its_pause_behind(
    start_worker: Start, portal: Portal, ledger: Path
) -> None:
    pace = 1.0
    first = start_worker(f"--ledger={ledger}", pace=pace)
    portal.misbehave("hang", times=1)
    first.order()
    second = start_worker(f"--ledger={ledger}", pace=pace)
    asked(portal, 2)
    second.order()
    killed_at = time.monotonic()
    first.kill()
    _, report = second.answer()
    assert report.outcome == "items"
    assert portal.requests[2].at - killed_at >= pace
    assert min(gaps(portal)) >= pace
    assert portal.most_in_flight == 1
    assert today(ledger) == len(portal.requests)


def test_a_retry_after_outlives_the_worker_that_was_told(
    start_worker: Start, portal: Portal, ledger: Path
) -> None:
    first = start_worker(f"--ledger={ledger}")
    first.read()
    portal.misbehave("status", times=1, status=503, retry_after=100)
    assert first.read()[1].retry_after == 100.0
    first.kill()
    count = len(portal.requests)
    _, report = start_worker(f"--ledger={ledger}").read()
    assert (report.outcome, report.requests) == ("overloaded", 0)
    assert 60 < report.retry_after <= 100
    assert "asked to be left alone" in report.reason
    assert len(portal.requests) == count


def test_a_short_retry_after_holds_for_every_process(
    start_worker: Start, portal: Portal, ledger: Path
) -> None:
    first, second = (start_worker(f"--ledger={ledger}") for _ in range(2))
    first.read(), second.read()
    portal.misbehave("status", times=1, status=429, retry_after=1)
    first.order()
    asked(portal, 5)
    second.read()
    first.answer()
    answered_at = portal.requests[4].at
    assert min(request.at for request in portal.requests[5:]) - answered_at >= 1.0


def test_a_crawl_delay_holds_from_the_first_request_of_the_next_worker(
    start_worker: Start, portal: Portal, ledger: Path
) -> None:
    portal.robots = "User-agent: *\nCrawl-delay: 0.4\n"
    first = start_worker(f"--ledger={ledger}")
    first.read()
    first.kill()
    start_worker(f"--ledger={ledger}").read()
    assert [request.place for request in portal.requests] == ["robots", "news"] * 2
    assert min(gaps(portal)) >= 0.4


def test_every_request_counts_robots_retries_and_redirects_too(
    start_worker: Start, portal: Portal, ledger: Path
) -> None:
    worker = start_worker(f"--ledger={ledger}")
    for fault in ("close", "redirect", "truncate", "status"):
        portal.misbehave(fault, times=1, status=503)
        assert worker.read()[1].outcome == "items"
    assert len(portal.requests) == today(ledger) == 1 + 4 + 4


def test_the_budget_of_24_hours_ends_the_asking_in_every_process(
    start_worker: Start, portal: Portal, ledger: Path
) -> None:
    options = (f"--ledger={ledger}", "--per-day=5")
    first = start_worker(*options)
    assert [first.read()[1].outcome for _ in range(5)] == ["items"] * 4 + ["budget"]
    _, report = first.read()
    assert report.requests == 0
    said = re.fullmatch(
        r"The budget of 5 requests in any 24 hours is spent; the next one may go at ([0-9: -]{16}) UTC\.",
        report.reason,
    )
    assert said is not None
    assert 86_400 - 60 < report.retry_after <= 86_400
    again = datetime.fromisoformat(said[1] + "Z").timestamp() - time.time()
    assert report.retry_after - 1 < again <= report.retry_after + 60
    _, report = start_worker(*options).read()
    assert (report.outcome, report.requests) == ("budget", 0)
    assert len(portal.requests) == 5
    # a larger budget, or none, holds at once
    assert [start_worker(f"--ledger={ledger}", more).read()[1].outcome for more in ("--per-day=7",) * 2] == [
        "items",
        "budget",
    ]
    assert len(portal.requests) == 7
    assert start_worker(f"--ledger={ledger}").read()[1].outcome == "items"


def test_what_was_asked_within_24_hours_counts_whatever_the_day(
    start_worker: Start, portal: Portal, ledger: Path
) -> None:
    kept, hour = Ledger(ledger), 3600.0
    entry = kept.enter()
    assert entry is not None
    for hours, requests in ((30, 50), (23, 2), (1, 1)):
        moment = this_moment().before(hours * hour)
        for _ in range(requests):
            entry = entry.asked(moment, by=1, delay=0.0).answered(moment, moment)
    kept.write(entry)
    kept.leave()
    worker = start_worker(f"--ledger={ledger}", "--per-day=5")
    assert [worker.read()[1].outcome for _ in range(2)] == ["items", "budget"]
    _, report = worker.read()
    # the quarters began 30 hours ago, so that of the oldest that count ended 23 hours ago less a quarter
    assert report.retry_after == pytest.approx(1.25 * hour, abs=60)
    assert len(portal.requests) == 2


def test_a_ledger_that_cannot_be_written_lets_no_request_go(
    start_worker: Start, portal: Portal, tmp_path: Path
) -> None:
    _, report = start_worker(f"--ledger={tmp_path}/nowhere/ledger").read()
    assert (report.outcome, report.requests, report.retry_after) == ("budget", 0, 60.0)
    assert "cannot be written (No such file or directory), so nothing is asked" in report.reason
    assert portal.requests == []


def test_a_spoilt_ledger_costs_a_pause_and_is_said_once(
    start_worker: Start, portal: Portal, ledger: Path
) -> None:
    ledger.write_bytes(b"\0" * 300)
    worker = start_worker(f"--ledger={ledger}", pace=PACE)
    assert [worker.read()[1].outcome for _ in range(2)] == ["items", "items"]
    assert min(gaps(portal)) >= PACE
    assert worker.log().count("begun anew, after a full pause") == 1

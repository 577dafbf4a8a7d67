"""Probes by the real worker before the stand-in portal: sent as they stand, answered as they came."""

import gzip
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from crawler.records import Answered, Order, Probe, Report, to_line
from crawler.standin import Portal

NEWS = "/api/v1/public/content-manager/news"


def sent(worker: Any, probe: Probe) -> tuple[Answered | None, Report]:
    worker.send(to_line(probe).encode())
    first = worker.record()
    if isinstance(first, Report):
        return None, first
    assert isinstance(first, Answered)
    report = worker.record()
    assert isinstance(report, Report)
    return first, report


def test_a_probe_is_sent_as_it_stands_and_its_answer_is_shown(worker: Any, portal: Portal) -> None:
    body = '{"query":"{ news(projects: \\"eq:economy\\", _size: 2) { id title } }"}'
    headers = (("Content-Type", "application/json"), ("Accept-Language", "kk"), ("Cookie", "a=b"))
    answered, report = sent(worker, Probe(1, "POST", "/graphql", headers, body))
    assert answered is not None
    assert (answered.order, answered.status, report.order, report.outcome) == (1, 200, 1, "items")
    assert (report.listed, report.requests) == (2, 2)  # robots.txt first
    assert len(json.loads(answered.body)["data"]["news"]) == 2
    assert answered.size == len(answered.body.encode())
    assert dict(answered.headers)["content-type"] == "application/json"
    assert answered.seconds > 0
    asked = portal.requests[-1]
    assert (asked.method, asked.body.decode(), asked.lang) == ("POST", body, "kk")
    assert asked.headers["cookie"] == "a=b"
    assert asked.headers["user-agent"].startswith("jarshy/")


def test_robots_txt_is_asked_for_once_though_it_is_itself_the_probe(worker: Any, portal: Portal) -> None:
    answered, report = sent(worker, Probe(1, "GET", "/robots.txt"))
    assert answered is not None
    assert answered.body == portal.robots
    assert (report.outcome, report.requests) == ("items", 1)


def test_what_robots_txt_forbids_is_not_probed(worker: Any, portal: Portal) -> None:
    answered, report = sent(worker, Probe(1, "GET", "/uploads/2026/7/1/a.pdf"))
    assert (answered, report.outcome) == (None, "robots")
    assert [request.path for request in portal.requests] == ["/robots.txt"]


def test_an_error_is_shown_and_not_tried_again(worker: Any, portal: Portal) -> None:
    answered, report = sent(worker, Probe(1, "GET", f"{NEWS}?created_date=gte:2026-01-01"))
    assert answered is not None
    assert (answered.status, report.outcome, report.requests) == (500, "overloaded", 2)


@pytest.mark.parametrize(
    ("fault", "how", "outcome"),
    [
        ("blocked", {}, "blocked"),
        ("shell", {}, "shell"),
        ("refused", {}, "refused"),
        ("status", {"status": 429, "retry_after": "7"}, "overloaded"),
    ],
)
def test_the_outcome_is_that_of_a_listing(
    worker: Any, portal: Portal, fault: str, how: dict[str, Any], outcome: str
) -> None:
    portal.misbehave(fault, **how)
    answered, report = sent(worker, Probe(1, "GET", NEWS))
    assert answered is not None
    assert report.outcome == outcome
    assert report.retry_after == (7 if fault == "status" else None)


def test_a_long_answer_is_cut_and_its_whole_size_told(worker: Any) -> None:
    answered, _ = sent(
        worker, Probe(1, "GET", f"{NEWS}?projects=eq:economy", (("Accept-Language", "ru"),), keep=100)
    )
    assert answered is not None
    assert len(answered.body.encode()) <= 104 < answered.size


class Packing(BaseHTTPRequestHandler):
    """Answers everything with a packed empty list."""

    def do_GET(self) -> None:
        body = gzip.compress(b"[]")
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def test_a_packed_answer_is_unpacked_and_said_to_have_been_packed(start_worker: Any) -> None:
    with HTTPServer(("127.0.0.1", 0), Packing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        worker = start_worker(at=f"http://127.0.0.1:{server.server_address[1]}")
        answered, report = sent(worker, Probe(1, "GET", NEWS))
        server.shutdown()
    assert answered is not None
    assert (answered.body, answered.size, report.outcome) == ("[]", 2, "empty")
    assert dict(answered.headers)["jarshy-packed"] == "gzip"


@pytest.mark.parametrize("path", ["news", "/a b", "/a\nb"])
def test_what_is_no_request_is_reported(worker: Any, portal: Portal, path: str) -> None:
    answered, report = sent(worker, Probe(1, "GET", path))
    assert (answered, report.outcome, report.requests) == (None, "broken", 0)
    worker.send(to_line(Order(2, "economy", "ru")).encode())
    assert worker.answer()[1].outcome == "items"

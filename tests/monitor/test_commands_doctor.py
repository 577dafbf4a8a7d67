"""`jarshy doctor` as a real process with a real worker, before the stand-in portal in each of its states."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.standin import Portal, Server, populate, serve
from monitor.doctor.steps import STEPS
from tests.monitor.desk import Desk, plain

CONFIG = """
[portal]
agencies = ["economy"]
requests_per_minute = 6000
contact = "ops@example.org"
"""


@pytest.fixture
def portal() -> Portal:
    portal = Portal()
    agencies = ["economy", "mdai", "maidd", "tsm", "sport"]
    populate(portal, agencies, 45, ["kk", "ru", "en"], until=datetime.now(UTC))
    return portal


@pytest.fixture
def standin(portal: Portal, desk: Desk) -> Iterator[Server]:
    with serve(portal) as server:
        desk.base_url = server.base_url
        desk.configure(CONFIG)
        yield server


def open_(portal: Portal) -> None:
    """As it is."""


def gated(portal: Portal) -> None:
    portal.demand_ticket()


def refused(portal: Portal) -> None:
    portal.misbehave("refused")
    portal.ways.graphql = False


def graphql_only(portal: Portal) -> None:
    portal.misbehave("refused")
    portal.ways.slug_field = "alias"


def blocked(portal: Portal) -> None:
    portal.misbehave("blocked")


def odd(portal: Portal) -> None:
    portal.misbehave("wrapped")
    portal.ways.ids = "text"
    portal.ways.single = "list"


def forbidden(portal: Portal) -> None:
    portal.robots = "User-agent: *\nDisallow: /api/\nCrawl-delay: 0.01\n"


State = Callable[[Portal], None]
SAME, OTHER, UNTOLD = "found as written", "different", "unknown"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            open_,
            {"rest": SAME, "envelope": SAME, "end": SAME, "ticket": SAME, "ticket-opens": UNTOLD, "gte": SAME,
             "graphql": SAME, "graphql-upper": SAME, "directory-slug": SAME, "page": SAME, "lang-query": SAME},
        ),
        (
            gated,
            {"rest": OTHER, "refusal": SAME, "ticket": SAME, "ticket-opens": SAME, "envelope": SAME, "pages": SAME,
             "language": SAME, "graphql": SAME, "gte": SAME},
        ),
        (refused, {"rest": OTHER, "ticket-opens": OTHER, "envelope": UNTOLD, "gte": UNTOLD, "graphql": OTHER,
                   "directory": UNTOLD, "page": SAME}),
        (graphql_only, {"rest": OTHER, "ticket-opens": OTHER, "envelope": UNTOLD, "graphql": SAME,
                        "graphql-order": SAME, "directory": SAME, "directory-slug": OTHER}),
        (blocked, {"robots.txt": SAME, "rest": OTHER, "end": UNTOLD, "ticket": UNTOLD, "graphql": UNTOLD}),
        (odd, {"rest": SAME, "envelope": OTHER, "id": OTHER, "single": SAME, "order": SAME}),
        (forbidden, {"robots.txt": OTHER, "crawl-delay": OTHER, "rest": UNTOLD, "ticket": UNTOLD,
                     "graphql": SAME, "page": SAME}),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)  # fmt: skip
def test_the_report_fits_the_state_of_the_portal(
    desk: Desk, portal: Portal, standin: Server, state: State, expected: dict[str, str]
) -> None:
    state(portal)
    said = desk.run("doctor", "--json")
    assert said.returncode == 0, said.stderr
    value = json.loads(said.stdout)
    found = {fact["name"]: fact["verdict"] for fact in value["facts"]}
    seen = {fact["name"]: fact["seen"] for fact in value["facts"]}
    assert {name: found[name] for name in expected} == expected, seen
    assert value["requests"] == len(portal.requests) <= len(STEPS) + 1
    assert portal.most_in_flight == 1
    assert not desk.database.exists()
    asked = [
        (request.method, request.path, *request.query.items(), *request.headers.items(), request.body)
        for request in portal.requests
        if request.path != "/robots.txt"
    ]
    assert len(set(asked)) == len(asked), "nothing was asked twice"


def test_a_refusal_is_not_knocked_at(desk: Desk, portal: Portal, standin: Server) -> None:
    refused(portal)
    desk.run("doctor")
    paths = [request.path for request in portal.requests]
    assert [sum(place in path for path in paths) for place in ("/news", "/graphql", "/k6")] == [3, 1, 1]
    # the listing, the page for people, and once more with the ticket


def test_a_block_page_ends_it(desk: Desk, portal: Portal, standin: Server) -> None:
    blocked(portal)
    said = desk.run("doctor", "--save", "kept")
    assert "It ended early: the national Internet gateway answered with its block page" in said.stdout
    assert [request.place for request in portal.requests][-1] == "news"
    kept = (desk.folder / "kept" / "list.response.html").read_text("utf-8")
    assert "support.sts.kz" in kept
    assert "192.0.2.17" not in kept


def test_the_first_lines_tell_a_person_what_to_do(desk: Desk, portal: Portal, standin: Server) -> None:
    gated(portal)
    portal.ways.graphql = False
    said = desk.run("doctor")
    assert said.stderr.startswith(
        f"Asking {standin.base_url} about economy: at most {len(STEPS) + 1} requests at 6000 "
    )
    lines = said.stdout.splitlines()
    assert lines[0].endswith(" unknown.")
    assert any(line.startswith("- rest: refused: status 400 «notAllowed»") for line in lines[:8])
    assert any(line.startswith("Next: the listing opens with the cookie") for line in lines)
    assert plain(said.stdout)


def test_what_is_kept_holds_no_ticket_and_no_contact(desk: Desk, portal: Portal, standin: Server) -> None:
    gated(portal)
    desk.run("doctor", "--save", "kept")
    tickets = {
        request.headers["cookie"].partition("=")[2]
        for request in portal.requests
        if "cookie" in request.headers
    }
    assert len(tickets) == 1
    files = sorted((desk.folder / "kept").iterdir())
    texts = [path.read_text("utf-8") for path in files]
    assert len(files) > 40
    assert not [
        path for path, text in zip(files, texts, strict=True) if any(ticket in text for ticket in tickets)
    ]
    assert not [path for path, text in zip(files, texts, strict=True) if "ops@example.org" in text]
    about: dict[str, Any] = json.loads(Path(desk.folder, "kept", "ticket.meta.json").read_text("utf-8"))
    assert about["headers"]["set-cookie"] == "ticket=masked"


def test_a_portal_that_cannot_be_reached_is_1(desk: Desk) -> None:
    said = desk.run("doctor")
    assert said.returncode == 1
    assert "Next: nothing answered" in said.stdout
    assert "Traceback" not in said.stderr


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_asked(
    desk: Desk, portal: Portal, standin: Server
) -> None:
    Path(desk.folder, "kept").write_text("a file", encoding="utf-8")
    said = desk.run("doctor", "--save", "kept/answers")
    assert said.returncode == 2
    assert "name another folder" in " ".join(said.stderr.split())
    assert "Traceback" not in said.stderr
    assert portal.requests == []


def test_answers_that_cannot_be_kept_cost_no_report(desk: Desk, portal: Portal, standin: Server) -> None:
    Path(desk.folder, "kept", "list.meta.json").mkdir(parents=True)
    said = desk.run("doctor", "--save", "kept")
    assert said.returncode == 1
    assert "fact\tverdict\tseen\tas written" in said.stdout
    assert "could not all be kept in kept" in said.stderr


def test_of_a_portal_that_does_not_answer_nothing_is_found(desk: Desk) -> None:
    told = json.loads(desk.run("doctor", "--json").stdout)
    assert {fact["verdict"] for fact in told["facts"]} == {"unknown"}

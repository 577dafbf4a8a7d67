"""The ways to the portal, by the real worker and counted from the portal's side: GraphQL, the ticket, one release."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.failures import NotAskedError
from crawler.records import WHOLE, Order
from crawler.routes import ROUTES
from crawler.standin import Copy, Portal
from crawler.tickets import ASKED_AGAIN_AFTER, PATH, Tickets

Start = Callable[..., Any]
LATER = datetime(2026, 7, 20, 6, tzinfo=UTC)
REST = ("rest", "rest-session")


def places(portal: Portal) -> list[str]:
    """Where requests went, robots.txt left out."""
    return [request.place for request in portal.requests if request.place != "robots"]


def ids(seen: Any) -> list[int]:
    return [int(record.source_id) for record in seen]


# every route


@pytest.mark.parametrize("route", ["rest", "graphql", "rest-session"])
def test_each_route_brings_the_same_releases(worker: Any, portal: Portal, route: str) -> None:
    seen, report = worker.read("mfa", "kk", route=route, size=5, page=2)
    assert (report.outcome, report.listed) == ("items", 5)
    assert ids(seen) == portal.ids("mfa", "kk")[5:10]
    for record in seen:
        title = portal.copy(int(record.source_id), "kk").title
        assert record.wording.title.split() == title.split()
        assert record.wording.agencies == ("mfa",)
        assert record.wording.text
    assert report.requests == len(portal.requests)


@pytest.mark.parametrize("route", ["rest", "graphql", "rest-session"])
def test_each_route_reads_the_whole_portal(worker: Any, portal: Portal, route: str) -> None:
    seen, report = worker.read(WHOLE, "ru", route=route)
    assert (report.outcome, ids(seen)) == ("items", portal.ids(None, "ru")[:20])
    assert {record.wording.agencies for record in seen} == {("mfa",), ("economy",)}
    assert all(f"/entities/{record.wording.agencies[0]}/press/" in record.wording.url for record in seen)
    assert portal.requests[-1].agency is None


@pytest.mark.parametrize("route", ["rest", "graphql", "rest-session"])
def test_each_route_ends_with_an_empty_page(worker: Any, route: str) -> None:
    assert worker.read(route=route, page=9)[1].outcome == "empty"


@pytest.mark.parametrize("place", ["graphql", "ticket"])
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("close", "unreachable"), ("truncate", "broken"), ("blocked", "blocked"), ("status", "overloaded"),
        ("redirect", "broken"), ("huge", "too_large"),
    ],
)  # fmt: skip
def test_a_post_that_fails_is_named_and_never_becomes_another_question(
    start_worker: Start, portal: Portal, place: Any, fault: str, outcome: str
) -> None:
    worker = start_worker("--max-bytes=200000")
    portal.misbehave(fault, place=place)
    _, report = worker.read(route="graphql" if place == "graphql" else "rest-session")
    assert report.outcome == outcome
    assert report.reason
    assert {request.method for request in portal.requests if request.place == place} == {"POST"}
    assert set(places(portal)) == {place}
    assert portal.most_in_flight == 1


def test_a_post_follows_a_redirect_that_keeps_it_whole(worker: Any, portal: Portal) -> None:
    portal.misbehave("redirect", status=308, to="/graphql?again=1", place="graphql", times=1)
    seen, report = worker.read(route="graphql")
    assert (report.outcome, len(seen)) == ("items", 12)
    first, second = portal.requests[-2:]
    assert (first.body, first.method) == (second.body, second.method)


# graphql


def test_the_query_names_the_agency_exactly_and_the_order_in_lower_case(worker: Any, portal: Portal) -> None:
    portal.publish("economy-eco", {"ru": Copy("Сосед", ("Абзац.",))}, when=LATER)
    seen, _ = worker.read("economy", "ru", route="graphql", size=3)
    assert ids(seen) == portal.ids("economy")[:3]
    request = portal.requests[-1]
    assert (request.method, request.path) == ("POST", "/graphql")
    query = json.loads(request.body)["query"]
    assert '_sort: "created_date:desc"' in query
    assert 'projects: "eq:economy"' in query
    assert '_lang: "ru"' in query
    assert not {"cookie", "origin", "referer"} & request.headers.keys()


def test_an_order_that_the_portal_drops_is_reported_as_it_came(worker: Any, portal: Portal) -> None:
    newest = portal.publish("economy", {"ru": Copy("Сегодня", ("Абзац.",))}, when=LATER)
    portal.ways.set(graphql_sorts=False)
    seen, report = worker.read(route="graphql", size=5)
    assert report.outcome == "items"
    assert newest not in ids(seen)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("errors", {"refused", "overloaded"}),
        ("shell", {"shell"}),
        ("badjson", {"broken"}),
        ("empty", {"broken"}),
        ("refused", {"refused"}),
    ],
)
def test_an_answer_of_graphql_that_is_no_listing(
    worker: Any, portal: Portal, fault: str, outcome: set[str]
) -> None:
    portal.misbehave(fault, place="graphql")
    seen, report = worker.read(route="graphql")
    assert report.outcome in outcome
    assert not seen
    assert report.reason


def test_a_gateway_timeout_of_graphql_is_overloaded(worker: Any, portal: Portal) -> None:
    portal.ways.set(graphql_most=20)
    _, report = worker.read(route="graphql")
    assert (report.outcome, places(portal)) == ("overloaded", ["graphql"] * 3)


def test_graphql_behind_the_gate_is_refused(worker: Any, portal: Portal) -> None:
    portal.demand_ticket()
    assert worker.read(route="graphql")[1].outcome == "items"
    portal.ways.set(graphql_gated=True)
    assert worker.read(route="graphql")[1].outcome == "refused"


def test_graphql_that_is_gone_is_no_empty_listing(worker: Any, portal: Portal) -> None:
    portal.ways.set(graphql=False)
    assert worker.read(route="graphql")[1].outcome == "broken"


@pytest.mark.parametrize("order", [{"size": 50}, {"source_id": "5"}])
def test_what_graphql_is_not_asked_for(worker: Any, portal: Portal, order: Any) -> None:
    _, report = worker.read(route="graphql", **order)
    assert (report.outcome, report.requests, len(portal.requests)) == ("broken", 0, 0)
    assert "graphql" in report.reason


# several listings in one request


def batch(*listings: tuple[str, str], route: str = "graphql", **more: Any) -> list[Order]:
    return [
        Order(number, agency, lang, route=route, **more)
        for number, (agency, lang) in enumerate(listings, 101)
    ]


def test_several_listings_come_by_one_post_and_the_first_bears_the_cost(worker: Any, portal: Portal) -> None:
    worker.read()
    orders = batch(("economy", "ru"), ("mfa", "kk"), ("nobody", "ru"))
    answers = worker.read_together(*orders)
    assert [report.order for _, report in answers] == [101, 102, 103]
    assert [report.outcome for _, report in answers] == ["items", "items", "empty"]
    assert ids(answers[0][0]) == portal.ids("economy", "ru")
    assert ids(answers[1][0]) == portal.ids("mfa", "kk")
    assert {record.order for record in answers[1][0]} == {102}
    assert [report.requests for _, report in answers] == [1, 0, 0]
    assert [report.bytes > 0 for _, report in answers] == [True, False, False]
    assert places(portal) == ["news", "graphql"]


def test_a_listing_that_fails_does_not_cost_the_others(worker: Any, portal: Portal) -> None:
    portal.ways.set(graphql_fails="mfa")
    answers = worker.read_together(*batch(("economy", "ru"), ("mfa", "ru"), ("economy", "kk")))
    outcomes = [report.outcome for _, report in answers]
    assert (outcomes[0], outcomes[2]) == ("items", "items")
    assert outcomes[1] in {"refused", "overloaded"}
    assert answers[1][1].reason
    assert not answers[1][0]
    assert places(portal) == ["graphql"]


def test_a_batch_that_gets_no_answer_is_reported_order_by_order(worker: Any, portal: Portal) -> None:
    portal.misbehave("close", place="graphql")
    answers = worker.read_together(*batch(("economy", "ru"), ("mfa", "ru")))
    assert [report.outcome for _, report in answers] == ["unreachable", "unreachable"]
    assert sum(report.requests for _, report in answers) == len(portal.requests)
    portal.behave()
    assert worker.read(route="graphql")[1].outcome == "items"


def test_orders_that_cannot_go_together_go_one_after_another(worker: Any, portal: Portal) -> None:
    worker.read()
    orders = [
        *batch(("economy", "ru"), ("mfa", "ru"), route="rest"),
        Order(110, "mfa", "kk", route="graphql"),
        Order(111, "mfa", "kk", route="graphql", size=50),
        Order(112, "mfa", "ru", route="nowhere"),
        Order(113, "mfa", "ru", route="graphql"),
    ]
    reports = [report for _, report in worker.read_together(*orders)]
    assert [report.order for report in reports] == [101, 102, 110, 111, 112, 113]
    assert [report.outcome for report in reports] == ["items", "items", "items", "broken", "broken", "items"]
    assert places(portal) == ["news", "news", "news", "graphql", "graphql"]
    assert portal.most_in_flight == 1


def test_a_large_batch_is_parted(worker: Any, portal: Portal) -> None:
    most = ROUTES["graphql"].together
    answers = worker.read_together(*batch(*[("economy", "ru")] * (most + 1)))
    assert {report.outcome for _, report in answers} == {"items"}
    assert places(portal) == ["graphql", "graphql"]


# the ticket


def test_the_ticket_is_asked_for_once_and_by_our_own_name(worker: Any, portal: Portal) -> None:
    portal.demand_ticket()
    portal.ways.set(ticket_name="any-name")
    reports = [worker.read(route="rest-session", page=page)[1] for page in (1, 2)]
    assert [report.outcome for report in reports] == ["items", "empty"]
    assert [report.requests for report in reports] == [3, 1]
    assert places(portal) == ["ticket", "news", "news"]
    asked = next(request for request in portal.requests if request.place == "ticket")
    assert (asked.method, asked.path, asked.body) == ("POST", PATH, b"{}")
    assert asked.headers["user-agent"].startswith("jarshy/")
    assert asked.headers.keys() == {
        "accept", "accept-encoding", "content-length", "content-type", "host", "user-agent",
    }  # fmt: skip
    assert portal.requests[-1].headers["cookie"].startswith("any-name=")


def test_no_other_route_carries_the_ticket(worker: Any, portal: Portal) -> None:
    worker.read(route="rest-session")
    worker.read(route="graphql")
    worker.read(route="rest")
    assert ["cookie" in request.headers for request in portal.requests[-3:]] == [True, False, False]


def test_a_ticket_that_expires_is_renewed_and_nothing_is_skipped(worker: Any, portal: Portal) -> None:
    portal.demand_ticket(uses=2)
    read = [worker.read(route="rest-session", size=3, page=page) for page in (1, 2, 3, 4)]
    assert [number for seen, _ in read for number in ids(seen)] == portal.ids("economy")
    assert places(portal) == ["ticket", "news", "news", "news", "ticket", "news", "news"]
    assert [report.requests for _, report in read] == [3, 1, 3, 1]


def test_a_ticket_that_does_not_help_is_not_asked_for_again(worker: Any, portal: Portal) -> None:
    portal.demand_ticket()
    fault = portal.misbehave("refused", place="news")
    reports = [worker.read(agency, route="rest-session")[1] for agency in ("economy", "mfa", "economy")]
    assert [report.outcome for report in reports] == ["refused"] * 3
    assert places(portal) == ["ticket", "news", "news", "news"]
    assert fault.shown == 3
    assert "no ticket is asked for within the next hour" in worker.log()


def test_a_ticket_may_be_asked_for_again_once_a_page_has_come(worker: Any, portal: Portal) -> None:
    portal.demand_ticket()
    portal.misbehave("refused", place="news", times=1)
    assert worker.read(route="rest-session")[1].outcome == "refused"
    portal.demand_ticket(on=False)
    assert worker.read(route="rest-session")[1].outcome == "items"
    portal.demand_ticket()
    assert worker.read(route="rest-session")[1].outcome == "items"
    assert places(portal) == ["ticket", "news", "news", "ticket", "news"]


def test_a_portal_that_gives_no_ticket_is_left_alone(worker: Any, portal: Portal) -> None:
    portal.demand_ticket()
    portal.misbehave("error", place="ticket")
    _, report = worker.read(route="rest-session")
    assert report.outcome == "refused"
    assert "No ticket was given" in report.reason
    assert worker.read("mfa", route="rest-session")[1].outcome == "refused"
    assert places(portal) == ["ticket", "news"]


def test_robots_txt_holds_for_the_ticket_too(worker: Any, portal: Portal) -> None:
    portal.robots = "User-agent: *\nDisallow: /api/v1/public/_/\n"
    _, report = worker.read(route="rest-session")
    assert (report.outcome, places(portal)) == ("robots", [])


def test_a_ticket_keeps_the_pace(start_worker: Start, portal: Portal) -> None:
    worker = start_worker(pace=0.15)
    portal.demand_ticket(uses=1)
    for page in (1, 2, 3):
        assert worker.read(route="rest-session", size=3, page=page)[1].outcome == "items"
    gaps = [later.at - earlier.at for earlier, later in pairwise(portal.requests)]
    assert places(portal) == ["ticket", "news", "news", "ticket", "news", "news", "ticket", "news"]
    assert min(gaps) >= 0.15
    assert portal.most_in_flight == 1


class Giver:
    """An engine whose portal sets these cookies, or none."""

    def __init__(self, *cookies: str) -> None:
        self.cookies = cookies
        self.asked = 0

    async def download_async(self, request: Request) -> Response:
        self.asked += 1
        return Response(request.url, headers={"Set-Cookie": list(self.cookies)}, body=b"{}")


def page() -> Request:
    return Request("https://portal/api/v1/public/content-manager/news", meta={"holds_ticket": True})


async def test_after_an_hour_a_ticket_is_asked_for_again() -> None:
    now = 0.0
    engine = Giver()
    tickets = Tickets(SimpleNamespace(engine=engine), clock=lambda: now)  # type: ignore[arg-type]
    with pytest.raises(NotAskedError):
        await tickets.process_request(page())
    now = ASKED_AGAIN_AFTER - 1
    await tickets.process_request(page())
    assert engine.asked == 1
    now = ASKED_AGAIN_AFTER
    engine.cookies = ("a=1",)
    request = page()
    await tickets.process_request(request)
    assert (engine.asked, request.headers["Cookie"]) == (2, b"a=1")


@pytest.mark.parametrize(
    ("cookies", "sent"),
    [
        (("a=1; Path=/; HttpOnly", "b=x=y; Secure"), b"a=1; b=x=y"),
        (("a=1", "a=2"), b"a=2"),
        (("gone=; Max-Age=0", "kept=1"), b"kept=1"),
        (("nonsense", "=5", f"long={'x' * 5000}", "kept=1"), b"kept=1"),
    ],
)
async def test_whatever_cookies_come_are_sent_back(cookies: tuple[str, ...], sent: bytes) -> None:
    tickets = Tickets(SimpleNamespace(engine=Giver(*cookies)))  # type: ignore[arg-type]
    request = page()
    await tickets.process_request(request)
    assert request.headers["Cookie"] == sent


# one release


@pytest.mark.parametrize("route", REST)
@pytest.mark.parametrize("form", ["object", "list"])
def test_a_release_by_itself(worker: Any, portal: Portal, route: str, form: str) -> None:
    portal.ways.set(single=form, ids="text")
    wanted = str(portal.ids("economy")[7])
    seen, report = worker.read(route=route, source_id=wanted)
    assert (report.outcome, report.listed) == ("items", 1)
    assert [record.source_id for record in seen] == [wanted]
    assert portal.requests[-1].path.endswith(f"/news/{wanted}")


@pytest.mark.parametrize("route", REST)
@pytest.mark.parametrize("form", ["absent", "empty", "list"])
def test_a_release_that_the_portal_does_not_give(worker: Any, portal: Portal, route: str, form: str) -> None:
    portal.ways.set(single=form)
    seen, report = worker.read(route=route, source_id="5")
    assert (report.outcome, report.listed, seen) == ("empty", 0, [])

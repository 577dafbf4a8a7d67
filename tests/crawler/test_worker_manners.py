"""How the worker behaves, counted from the portal's side: pace, retries, Retry-After, robots.txt."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.failures import NotAskedError
from crawler.politeness import Pace
from crawler.robots import ASKED_AGAIN_AFTER, GOOD_FOR, Robots
from crawler.settings import WorkerOptions, scrapy_settings
from crawler.standin import Portal

Start = Callable[..., Any]


def places(portal: Portal) -> list[str]:
    return [request.place for request in portal.requests]


def gaps(portal: Portal) -> list[float]:
    return [later.at - earlier.at for earlier, later in pairwise(portal.requests)]


def test_never_faster_than_the_pace_and_never_two_at_once(start_worker: Start, portal: Portal) -> None:
    worker = start_worker(pace=0.15)
    faults = [
        portal.misbehave("close", times=1, after=1),
        portal.misbehave("status", times=1, after=1),
        portal.misbehave("delay", times=1, after=1, seconds=0.3),
        portal.misbehave("redirect", times=1, after=1),
    ]
    reports = [worker.read()[1] for _ in range(5)]
    assert {report.outcome for report in reports} == {"items"}
    assert [fault.shown for fault in faults] == [1, 1, 1, 1]
    # robots.txt, the orders, and one request more for the broken, the overloaded and the redirected one
    assert sum(report.requests for report in reports) == len(portal.requests) == 1 + 5 + 3
    assert min(gaps(portal)) >= 0.15
    assert portal.most_in_flight == 1


def test_nothing_is_asked_before_retry_after_ends(worker: Any, portal: Portal) -> None:
    worker.read()
    portal.misbehave("status", times=1, status=503, retry_after=1)
    _, report = worker.read()
    assert (report.outcome, report.requests) == ("items", 2)
    assert gaps(portal)[-1] >= 1.0


def test_a_long_retry_after_is_reported_and_kept(worker: Any, portal: Portal) -> None:
    worker.read()
    portal.misbehave("status", times=1, status=429, retry_after=100)
    _, report = worker.read()
    assert (report.outcome, report.requests, report.retry_after) == ("overloaded", 1, 100.0)
    asked = len(portal.requests)
    _, report = worker.read("mfa")
    assert (report.outcome, report.requests) == ("overloaded", 0)
    assert 60 < report.retry_after <= 100
    assert len(portal.requests) == asked


@pytest.mark.parametrize("retry_after", ["soon", "-1", "Mon, 13 Jul 2020 12:00:00 GMT"])
def test_a_retry_after_that_asks_for_nothing_is_passed_over(
    worker: Any, portal: Portal, retry_after: str
) -> None:
    portal.misbehave("status", times=1, status=429, retry_after=retry_after)
    assert worker.read()[1].outcome == "items"


def test_an_overloaded_portal_is_asked_three_times_after_growing_pauses(
    start_worker: Start, portal: Portal
) -> None:
    worker = start_worker("--first-pause=0.2")
    portal.misbehave("status", status=503)
    _, report = worker.read()
    assert (report.outcome, report.requests, report.retry_after) == ("overloaded", 4, None)
    assert places(portal) == ["robots", "news", "news", "news"]
    _, first, second = gaps(portal)
    assert first >= 0.2
    assert second >= 0.4


@pytest.mark.parametrize(
    ("fault", "tries"), [("close", 2), ("truncate", 2), ("hang", 1), ("shell", 1), ("badjson", 1)]
)
def test_what_is_tried_again_and_how_often(
    start_worker: Start, portal: Portal, fault: str, tries: int
) -> None:
    portal.misbehave(fault)
    _, report = start_worker(timeout=1.0).read()
    assert report.requests == len(portal.requests) == 1 + tries


def test_robots_txt_is_read_once_for_all_orders(worker: Any, portal: Portal) -> None:
    for _ in range(3):
        worker.read()
    assert places(portal) == ["robots", "news", "news", "news"]


@pytest.mark.parametrize(
    "robots",
    [
        "User-agent: *\nDisallow: /api/\n",
        "User-agent: other\nAllow: /\n\nUser-agent: Jarshy\nDisallow: /\n",
        "\ufeffUser-agent: *\nDisallow: /*content-manager\n",
    ],
)
def test_robots_txt_is_obeyed(worker: Any, portal: Portal, robots: str) -> None:
    portal.robots = robots
    _, report = worker.read()
    assert (report.outcome, report.requests) == ("robots", 1)
    assert "robots.txt forbids" in report.reason
    assert worker.read()[1].requests == 0
    assert places(portal) == ["robots"]


@pytest.mark.parametrize("robots", [None, "", "User-agent: *\nDisallow: /uploads\nDisallow: /search\n"])
def test_what_robots_txt_does_not_forbid_is_read(worker: Any, portal: Portal, robots: str | None) -> None:
    portal.robots = robots
    assert worker.read()[1].outcome == "items"


def test_crawl_delay_slows_the_pace(worker: Any, portal: Portal) -> None:
    portal.robots = "User-agent: *\nCrawl-delay: 0.4\n"
    worker.read()
    worker.read()
    assert min(gaps(portal)) >= 0.4


@pytest.mark.parametrize(
    ("fault", "how", "outcome"),
    [
        ("status", {"status": 503}, "overloaded"),
        ("status", {"status": 429, "retry_after": 100}, "overloaded"),
        ("hang", {}, "timeout"),
        ("close", {}, "unreachable"),
        ("blocked", {}, "blocked"),
        ("redirect", {"to": "http://elsewhere.invalid/robots.txt"}, "off_site"),
    ],
)
def test_nothing_is_asked_while_robots_txt_is_unknown(
    start_worker: Start, portal: Portal, fault: str, how: dict[str, Any], outcome: str
) -> None:
    worker = start_worker(timeout=1.0)
    portal.misbehave(fault, place="robots", **how)
    _, report = worker.read()
    assert report.outcome == outcome
    assert "robots.txt could not be read, so nothing was asked" in report.reason
    assert set(places(portal)) == {"robots"}
    portal.behave()
    if "retry_after" not in how:
        assert worker.read()[1].outcome == "items"


class Site:
    """What stands behind the robots middleware: answers to robots.txt in their order, and a clock."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.now = 0.0
        self.asked = 0
        self._answers = list(answers)
        crawler: Any = SimpleNamespace(engine=self, get_downloader_middleware=lambda _: Pace(0.0))
        self.robots = Robots(crawler, clock=lambda: self.now)

    async def download_async(self, request: Request) -> Response:
        self.asked += 1
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def allows(self, method: str = "GET") -> bool:
        try:
            await self.robots.process_request(Request("http://portal.example/api/news", method=method))
        except NotAskedError:
            return False
        return True


def answer(status: int, body: bytes = b"") -> Response:
    return Response("http://portal.example/robots.txt", status=status, body=body)


FORBIDDEN = answer(200, b"User-agent: *\nDisallow: /api")
ALLOWED = answer(200, b"User-agent: *\nDisallow: /search")


async def test_robots_txt_is_obeyed_by_every_kind_of_request() -> None:
    site = Site(FORBIDDEN)
    assert not await site.allows("POST")
    assert not await site.allows("GET")
    assert site.asked == 1


async def test_whoever_does_not_go_through_scrapy_takes_turns_with_whoever_does() -> None:
    pace = Pace(0.0)
    request = Request("http://portal.example/api/news")
    await pace.process_request(request)
    other = asyncio.create_task(pace.begin("http://portal.example/page"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not other.done()
    pace.process_response(request, answer(200))
    await asyncio.wait_for(other, 5)
    third = asyncio.create_task(pace.process_request(request))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not third.done()
    pace.end()
    await asyncio.wait_for(third, 5)


async def test_a_turn_that_is_given_up_while_waiting_holds_up_nobody() -> None:
    pace = Pace(30.0)
    await pace.begin("http://portal.example/1")
    pace.end()
    waiting = asyncio.create_task(pace.begin("http://portal.example/2"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    quick = asyncio.create_task(pace.begin("http://portal.example/3"))
    await asyncio.sleep(0)
    assert not quick.done()  # it waits for its time, not for the turn
    assert pace._turn.locked()
    quick.cancel()


async def test_robots_txt_is_read_anew_after_a_day() -> None:
    site = Site(ALLOWED, FORBIDDEN)
    assert await site.allows()
    site.now = GOOD_FOR - 1
    assert await site.allows()
    site.now = GOOD_FOR + 1
    assert not await site.allows()
    assert site.asked == 2


@pytest.mark.parametrize("failure", [answer(503), answer(429), OSError("down")])
async def test_the_rules_known_last_go_on_to_hold_while_robots_txt_is_away(
    failure: Response | Exception,
) -> None:
    site = Site(FORBIDDEN, failure, ALLOWED)
    assert not await site.allows()
    site.now = GOOD_FOR + 1
    assert not await site.allows()
    assert not await site.allows()
    assert site.asked == 2
    site.now += ASKED_AGAIN_AFTER
    assert await site.allows()


async def test_a_missing_robots_txt_forbids_nothing_for_a_day() -> None:
    site = Site(answer(404), FORBIDDEN)
    assert await site.allows()
    site.now = GOOD_FOR - 1
    assert await site.allows()
    assert site.asked == 1


def test_the_settings_that_must_not_be_forgotten() -> None:
    settings = scrapy_settings(
        WorkerOptions("https://portal.example", 30, contact="a\r\nX-Evil: 1", version="1")
    )
    wanted = {
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "ROBOTSTXT_OBEY": True,
        "DOWNLOADER_MIDDLEWARES_BASE": {},  # with cookies and a cache
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},  # with a console that anybody on this machine could enter
        "AUTOTHROTTLE_ENABLED": True,
        "DOWNLOAD_DELAY": 2.0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_TIMEOUT": 45.0,
        "DOWNLOAD_MAXSIZE": 12_582_912,
        "USER_AGENT": "jarshy/1 (+a X-Evil: 1)",
    }
    assert {name: settings[name] for name in wanted} == wanted

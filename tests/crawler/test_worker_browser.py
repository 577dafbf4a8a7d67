"""The route `browser` with a real browser and the real worker, counted from the portal's side."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.browser import NAMES, Browser
from crawler.failures import NotAskedError
from crawler.settings import WorkerOptions
from crawler.standin import Portal

Start = Callable[..., Any]
needs_browser = pytest.mark.skipif(
    find_spec("scrapy_playwright") is None or not any(map(shutil.which, NAMES)),
    reason="there is no Chromium here, or no extra `browser`: install both to test that route",
)
PAGE = "https://portal/memleket/entities/economy/press/news/1?lang=kk"


def places(portal: Portal) -> list[str]:
    return [request.place for request in portal.requests]


def ids(seen: Any) -> list[int]:
    return [int(record.source_id) for record in seen]


@pytest.fixture(scope="module")
def impatient(rig: Callable[..., tuple[Portal, Any]]) -> tuple[Portal, Any]:
    """A portal and a worker that waits eight seconds at most."""
    return rig(timeout=8.0)


@needs_browser
def test_the_page_asks_and_what_rest_gave_it_is_read(start_worker: Start, portal: Portal) -> None:
    portal.demand_ticket()
    worker = start_worker(pace=0.2)
    seen, report = worker.read("economy", "kk", route="browser", size=20)
    assert (report.outcome, report.listed) == ("items", 12)
    assert ids(seen) == portal.ids("economy", "kk")
    assert all(record.wording.text for record in seen)
    # the script with a digest in its name is fetched once; no picture, no style
    assert places(portal) == ["robots", "page", "script", "ticket", "news", "page", "ticket", "news"]
    assert report.requests == len(portal.requests)
    assert report.bytes > 0
    assert {request.headers["user-agent"].partition("/")[0] for request in portal.requests} == {"jarshy"}
    assert {request.headers["accept-language"] for request in portal.requests[1:]} == {"kk"}
    assert portal.most_in_flight == 1
    assert min(later.at - earlier.at for earlier, later in pairwise(portal.requests)) >= 0.2


@needs_browser
def test_a_page_of_the_order_is_the_pages_that_hold_it(impatient: tuple[Portal, Any]) -> None:
    portal, worker = impatient
    portal.traffic.forget()
    seen, report = worker.read(route="browser", size=10, page=2)
    assert (report.outcome, ids(seen)) == ("items", portal.ids("economy")[10:])
    assert worker.read(route="browser", page=2)[1].outcome == "empty"
    pages = [request.path.rpartition("/")[2] for request in portal.requests if request.place == "page"]
    assert pages == ["2", "3"]


@needs_browser
def test_a_list_that_is_only_drawn_is_never_a_release(impatient: tuple[Portal, Any]) -> None:
    portal, worker = impatient
    portal.ways.set(page="embeds", page_seconds=1)
    seen, report = worker.read(route="browser")
    assert (report.outcome, seen, report.listed) == ("shell", [], 0)
    assert (
        f"drew 10 releases without their texts, the first being {portal.ids('economy')[0]}" in report.reason
    )
    portal.ways.set(page="asks")
    assert worker.read(route="browser", size=10)[1].outcome == "items"


@needs_browser
@pytest.mark.parametrize(
    ("place", "fault", "settings", "outcome"),
    [
        ("news", "refused", {}, "refused"),
        ("news", "status", {"status": 503}, "overloaded"),
        ("news", "close", {}, "unreachable"),
        ("news", "hang", {}, "timeout"),
        ("page", "blocked", {}, "blocked"),
        ("page", "html", {}, "broken"),
        ("page", "close", {}, "unreachable"),
        ("page", "redirect", {"to": "https://example.org/"}, "off_site"),
        ("page", "redirect", {}, "broken"),
    ],
)
def test_what_goes_wrong_has_a_name_and_the_next_order_is_served(
    impatient: tuple[Portal, Any], place: Any, fault: str, settings: Any, outcome: str
) -> None:
    portal, worker = impatient
    portal.traffic.forget()
    portal.misbehave(fault, place=place, **settings)
    seen, report = worker.read(route="browser", size=10)
    assert (report.outcome, seen) == (outcome, [])
    assert report.reason
    assert report.requests == len(portal.requests)
    assert portal.most_in_flight == 1
    portal.behave()
    assert worker.read(route="browser", size=10)[1].outcome == "items"


@needs_browser
def test_a_page_that_draws_nothing_is_a_shell(start_worker: Start, portal: Portal) -> None:
    worker = start_worker(timeout=4.0)
    portal.misbehave("status", status=404, place="script")
    seen, report = worker.read(route="browser")
    assert (report.outcome, seen) == ("shell", [])
    portal.behave()
    assert worker.read(route="browser", size=10)[1].outcome == "items"


@needs_browser
def test_a_long_retry_after_is_kept_for_every_route(worker: Any, portal: Portal) -> None:
    portal.misbehave("status", place="page", status=429, retry_after=100)
    _, report = worker.read(route="browser")
    assert (report.outcome, report.retry_after) == ("overloaded", 100.0)
    assert places(portal) == ["robots", "page"]
    assert worker.read(route="rest")[1].requests == 0


@needs_browser
@pytest.mark.parametrize(
    ("rule", "asked"), [("/memleket/", []), ("/api/v1/public/content-manager/", ["page"])]
)
def test_robots_txt_holds_in_the_browser(worker: Any, portal: Portal, rule: str, asked: list[str]) -> None:
    portal.robots = f"User-agent: *\nDisallow: {rule}\n"
    _, report = worker.read(route="browser")
    assert report.outcome == "robots"
    assert "news" not in places(portal)
    assert [place for place in places(portal) if place == "page"] == asked


@needs_browser
def test_a_browser_that_ends_is_an_outcome_and_another_is_started(worker: Any, portal: Portal) -> None:
    fault = portal.misbehave("hang", place="news", times=1)
    worker.order(route="browser", size=10)
    eventually(lambda: fault.shown == 1)
    for pid in browsers(worker.process.pid):
        os.kill(pid, signal.SIGKILL)
    _, report = worker.answer()
    assert report.outcome in {"broken", "unreachable"}
    assert report.reason
    portal.behave()
    assert worker.read(route="browser", size=10)[1].outcome == "items"


@needs_browser
def test_an_idle_browser_is_closed_and_started_anew(start_worker: Start) -> None:
    worker = start_worker("--browser-idle=0.3")
    assert worker.read(route="browser", size=10)[1].outcome == "items"
    eventually(lambda: not browsers(worker.process.pid))
    assert worker.read(route="browser", size=10)[1].outcome == "items"


@needs_browser
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, None])
def test_no_browser_outlives_its_worker(worker: Any, how: signal.Signals | None) -> None:
    assert worker.read(route="browser", size=10)[1].outcome == "items"
    left = browsers(worker.process.pid)
    assert left
    if how is None:
        worker.close_stdin()
    else:
        worker.process.send_signal(how)
    worker.ended()
    eventually(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in left))


@pytest.mark.parametrize(
    "order", [{"agency": "*"}, {"agency": "economy", "source_id": "5"}, {"agency": "economy", "size": 15}]
)
def test_what_no_page_holds_is_not_asked_for(impatient: tuple[Portal, Any], order: Any) -> None:
    portal, worker = impatient
    portal.traffic.forget()
    _, report = worker.read(route="browser", **order)
    assert (report.outcome, portal.requests) == ("broken", [])
    assert "browser" in report.reason


def test_the_browser_is_loaded_by_nobody_else() -> None:
    code = (
        "import sys, crawler.__main__, crawler.spider, crawler.browser, crawler.tickets; "
        "sys.exit(any(name.startswith(('playwright', 'scrapy_playwright')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0


def middleware(**options: Any) -> Browser:
    settings = {"JARSHY_OPTIONS": WorkerOptions("https://portal", **options)}
    return Browser(SimpleNamespace(settings=settings))  # type: ignore[arg-type]


async def test_without_chromium_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(NotAskedError) as caught:
        await middleware().process_request(Request(PAGE, meta={"views": (PAGE,), "lang": "kk"}))
    assert "pip install 'jarshy[browser]'" in caught.value.failed.reason
    assert "apt install chromium" in caught.value.failed.reason


async def test_without_the_extra_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "crawler.chromium", None)
    with pytest.raises(NotAskedError) as caught:
        await middleware().process_request(Request(PAGE, meta={"views": (PAGE,), "lang": "kk"}))
    assert caught.value.failed.outcome == "broken"
    assert "pip install 'jarshy[browser]'" in caught.value.failed.reason


async def test_a_request_without_views_is_none_of_the_browsers() -> None:
    assert await middleware().process_request(Request(PAGE)) is None


class Pages:
    """A browser whose pages bring these bodies, one after another."""

    def __init__(self, *bodies: bytes) -> None:
        self.bodies = list(bodies)
        self.closed = 0

    async def view(self, url: str, _lang: str) -> Any:
        return SimpleNamespace(url=url, status=200, body=self.bodies.pop(0), retry_after="")

    async def close(self) -> None:
        self.closed += 1


def listing(*numbers: int) -> bytes:
    return b" [" + b",".join(b'{"id":%d}' % number for number in numbers) + b"]\n"


@pytest.mark.parametrize(
    ("bodies", "read"),
    [
        ((listing(*range(10)), listing(10, 11)), list(range(12))),
        ((listing(*range(10)), listing()), list(range(10))),
        ((listing(1, 2), listing()), [1, 2]),
        ((listing(*range(9)), listing(*range(9, 19))), list(range(19))),
        ((listing(),), []),
        ((b'{"content":' + listing(*range(10)) + b"}", listing(10)), list(range(11))),
    ],
)
async def test_the_lists_of_two_pages_are_one(bodies: tuple[bytes, ...], read: list[int]) -> None:
    browser = middleware()
    browser._chromium = Pages(*bodies)  # type: ignore[assignment]
    reply = await browser.process_request(Request(PAGE, meta={"views": (PAGE, PAGE), "lang": "kk"}))
    assert isinstance(reply, Response)
    assert [item["id"] for item in json.loads(reply.body)] == read


async def test_a_second_page_that_fails_is_no_end_of_the_list() -> None:
    browser = middleware()
    browser._chromium = Pages(listing(*range(10)), b'{"message":"notAllowed"}')  # type: ignore[assignment]
    reply = await browser.process_request(Request(PAGE, meta={"views": (PAGE, PAGE), "lang": "kk"}))
    assert isinstance(reply, Response)
    assert reply.body == b'{"message":"notAllowed"}'


async def test_the_browser_is_closed_after_its_idle_time_and_not_sooner() -> None:
    now = 0.0
    browser = middleware(browser_idle=300.0)
    browser._clock = lambda: now
    browser._chromium = pages = Pages(listing(1))  # type: ignore[assignment]
    await browser.process_request(Request(PAGE, meta={"views": (PAGE,), "lang": "kk"}))
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        nonlocal now
        assert pages.closed == 0
        now += seconds
        paused.append(seconds)
        await asyncio.sleep(0)

    await browser.rest_when_idle(pause)
    assert (sum(paused), pages.closed) == (300.0, 1)


def browsers(worker: int) -> list[int]:
    """The processes of a browser below a worker."""
    parents: dict[int, int] = {}
    names: dict[int, str] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, rest = status.read_text().partition("(")[2].rsplit(")", 1)
        except OSError:  # it has just ended
            continue
        pid = int(status.parent.name)
        names[pid], parents[pid] = name, int(rest.split()[1])
    return [pid for pid in parents if "chrom" in names[pid] and worker in _above(pid, parents)]


def _above(pid: int, parents: dict[int, int]) -> Iterator[int]:
    while pid := parents.get(pid, 0):
        yield pid


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.02)  # the browser works; this only keeps the looking from costing it the processor

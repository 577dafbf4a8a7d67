"""The one door to Playwright: one page of the portal at a time in the system's own Chromium, and what REST gave it.

Nothing goes out but the page, its scripts and its own questions to the portal, one at a time and in our pace; no
picture, font or style, nothing of another host. Our User-Agent stands in every request.
"""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from urllib.parse import parse_qs, urljoin, urlsplit

from playwright.async_api import APIResponse, Page
from playwright.async_api import Error as BrowserError
from playwright.async_api import Request as Asked
from playwright.async_api import Route as Passage
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from crawler.answers import classify, retry_after
from crawler.failures import Failed, NotAskedError
from crawler.politeness import OVERLOADED, pace_of
from crawler.redirects import MOST_HOPS
from crawler.robots import Robots
from crawler.settings import WorkerOptions

LISTING = "/content-manager/news"
CARD = ".card-news-list__item"

_ASKED_FOR = frozenset({"document", "script", "xhr", "fetch"})
"""Kinds of requests that a list needs; the page goes without pictures, fonts, styles and all else."""
_FLAGS = (
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_GLANCE = 0.1
_QUIET = 3.0
"""Seconds that a page may take to ask again after a refusal: it may have asked for its ticket late."""
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True)
class View:
    """What one page brought: the answer that REST gave it, else the page itself."""

    url: str
    status: int
    body: bytes
    retry_after: str = ""


@dataclass(slots=True)
class _Seen:
    """What happened in one page so far."""

    agency: str
    number: str
    listing: View | None = None
    """The list that it asked for."""
    refusal: View | None = None
    """The last answer to its question that held no list."""
    document: View | None = None
    """The page itself, before its scripts ran, where it is no shell."""
    failed: Failed | None = None
    over: bool = False
    """Nothing is to go out for it any more."""
    last_heard: float = field(default_factory=monotonic)


class Chromium(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # it comes without types
    """A headless browser; started by `start`, ended by `close`. One `view` at a time."""

    def __init__(self, crawler: Crawler, executable: str) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._options: WorkerOptions = crawler.settings["JARSHY_OPTIONS"]
        self._pace = pace_of(crawler)
        self._turn = asyncio.Lock()
        self._scripts: dict[str, tuple[dict[str, str], bytes]] = {}
        self.process_request_headers = None  # the page's own
        self.config.launch_options = {
            "executable_path": executable,
            "headless": True,
            "args": list(_FLAGS),
            "chromium_sandbox": os.geteuid() != 0,  # Chromium has none for root
        }
        self.config.target_closed_max_retries = 1  # a page is not opened again behind our back
        self.config.max_pages_per_context = 1

    async def start(self) -> None:
        """Starts what starts the browser."""
        await self._launch()

    async def view(self, url: str, lang: str) -> View:
        """Opens a page and waits for its list.

        Raises NotAskedError where the page could not be had, and whatever Playwright raises where the browser ends.
        """
        seen = _Seen(agency=url.partition("/entities/")[2].partition("/")[0], number=_last(url))

        async def prepare(page: Page, _request: Request) -> None:
            async def pass_on(passage: Passage) -> None:
                await self._pass_on(passage, seen)

            await page.route("**/*", pass_on)
            await page.route_web_socket("**/*", lambda socket: socket.close())

        async def settle(page: Page) -> None:
            await self._settled(page, seen)
            async with self._turn:  # what is under way ends before the page does
                seen.over = True

        request = Request(
            url,
            meta={
                "playwright": True,
                "playwright_context": lang,
                "playwright_context_kwargs": {
                    "user_agent": self._options.user_agent,
                    "locale": lang,
                    "service_workers": "block",
                    "accept_downloads": False,
                },
                "playwright_page_init_callback": prepare,
                "playwright_page_goto_kwargs": {
                    "wait_until": "commit",
                    "timeout": self._options.timeout * 1000,
                },
                "playwright_page_methods": [PageMethod(settle)],
            },
        )
        drawn = None
        try:
            response = await self.download_request(request)
            drawn = View(url, 200, response.body)
        except Exception:
            if not (seen.listing or seen.failed or seen.document):
                raise
        finally:
            seen.over = True
        if seen.failed is not None and seen.listing is None:
            raise NotAskedError(seen.failed)
        found = seen.listing or seen.refusal or seen.document or drawn
        if found is None:
            raise NotAskedError(Failed("broken", f"{url}: the browser showed nothing."))
        return found

    async def _settled(self, page: Page, seen: _Seen) -> None:
        """Waits until the list has come, or was drawn, or nothing more is to be expected."""
        until = monotonic() + self._options.timeout
        while monotonic() < until and not (seen.listing or seen.document or seen.failed):
            quiet = not self._turn.locked() and monotonic() - seen.last_heard > _QUIET
            if (seen.refusal and quiet) or await page.locator(CARD).count():
                return
            await asyncio.sleep(_GLANCE)

    async def _pass_on(self, passage: Passage, seen: _Seen) -> None:
        """Lets a request of the page go, when its turn has come, or not at all."""
        asked = passage.request
        if asked.resource_type not in _ASKED_FOR or not self._is_of_portal(asked.url):
            await _refuse(passage)
            return
        try:
            if asked.url in self._scripts:
                headers, body = self._scripts[asked.url]
                await passage.fulfill(status=200, headers=headers, body=body)
                return
            async with self._turn:
                if seen.over:
                    await _refuse(passage)
                    return
                answer, body = await self._fetched(passage, asked)
                seen.last_heard = monotonic()
            self._note(asked, answer, body, seen)
            await passage.fulfill(response=answer, body=body)
        except NotAskedError as error:
            self._note_failure(asked, error.failed, seen)
            await _refuse(passage)
        except BrowserError as error:
            self._note_failure(asked, _failed(error, asked.url), seen)
            await _refuse(passage)

    async def _fetched(self, passage: Passage, asked: Asked) -> tuple[APIResponse, bytes]:
        """The answer; a redirect is followed by further turns, as long as it stays on the portal."""
        url = asked.url
        for _ in range(MOST_HOPS + 1):
            answer, body = await self._once(passage, url)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return answer, body
            if asked.method != "GET":
                raise NotAskedError(
                    Failed("broken", f"{url}: a redirect that would change the page's question.")
                )
            target = urljoin(url, location)
            if not self._is_of_portal(target):
                what = f"{url} redirects off the portal, which is not followed: {location[:200]}"
                raise NotAskedError(Failed("off_site", what))
            url = target
        raise NotAskedError(Failed("broken", f"{asked.url}: redirected more than {MOST_HOPS} times."))

    async def _once(self, passage: Passage, url: str) -> tuple[APIResponse, bytes]:
        """One request in its turn, counted like those of every other route."""
        robots = self._crawler.get_downloader_middleware(Robots)
        if robots is not None:
            await robots.process_request(Request(url))
        await self._pace.begin(url)
        closed = 0.0
        try:
            answer = await passage.fetch(url=url, max_redirects=0, timeout=self._options.timeout * 1000)
            body = await answer.body()
            if answer.status in OVERLOADED:
                closed = retry_after(answer.headers.get("retry-after", ""), now=datetime.now(UTC)) or 0.0
        finally:
            self._pace.end(closed_for=closed)
        if len(body) > self._options.max_bytes:
            raise NotAskedError(Failed("too_large", f"{url}: the answer is larger than this program reads."))
        return answer, body

    def _note(self, asked: Asked, answer: APIResponse, body: bytes, seen: _Seen) -> None:
        view = View(asked.url, answer.status, body, answer.headers.get("retry-after", ""))
        if self._is_listing(asked, seen):
            outcome = classify(view.status, {}, body, view.url, now=datetime.now(UTC)).outcome
            if outcome in {"items", "empty"}:
                seen.listing = seen.listing or view
            else:
                seen.refusal = view
            return
        # of the listing, and of nothing else, the middleware behind us counts the bytes
        self._pace.spent.bytes += len(body)
        if asked.resource_type == "script" and answer.status == 200:
            self._scripts[asked.url] = (answer.headers, body)
        elif asked.is_navigation_request():
            outcome = classify(view.status, {}, body, view.url, now=datetime.now(UTC)).outcome
            if outcome != "shell" and CARD[1:].encode() not in body:
                seen.document = view

    def _note_failure(self, asked: Asked, what: Failed, seen: _Seen) -> None:
        """What the page cannot do without has failed; a lesser script may."""
        if not seen.over and (asked.is_navigation_request() or self._is_listing(asked, seen)):
            seen.failed = what

    def _is_listing(self, asked: Asked, seen: _Seen) -> bool:
        """Whether the page asks for the list of its own agency and number, not for one that stands beside it."""
        parts = urlsplit(asked.url)
        query = parse_qs(parts.query)
        owner = query.get("projects", [""])[0].rpartition(":")[2]
        return (
            asked.method == "GET"
            and parts.path.rstrip("/").endswith(LISTING)
            and owner == seen.agency
            and query.get("page", [seen.number])[0] == seen.number
        )

    def _is_of_portal(self, url: str) -> bool:
        here, there = urlsplit(self._options.base_url), urlsplit(url)
        return (here.scheme, here.hostname, here.port) == (there.scheme, there.hostname, there.port)


def _last(url: str) -> str:
    """The number of a page, the last part of its path."""
    return urlsplit(url).path.rpartition("/")[2]


async def _refuse(passage: Passage) -> None:
    with suppress(BrowserError):  # the page has gone
        await passage.abort()


def _failed(error: BrowserError, url: str) -> Failed:
    words = error.message.partition("\n")[0][:200]
    if "timeout" in words.lower():
        return Failed("timeout", f"{url}: the whole answer did not come in time.")
    return Failed("unreachable", f"{url}: the connection failed ({words}).")

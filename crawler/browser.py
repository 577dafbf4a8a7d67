"""Opens pages for people in a browser, where an order names the route that does; loads none until then.

The browser belongs to the optional extra `browser`; without it, or without Chromium, the order says so.
"""

import asyncio
import json
import logging
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from crawler.answers import Answer, classify
from crawler.failures import Failed, NotAskedError
from crawler.settings import WorkerOptions

if TYPE_CHECKING:
    from crawler.chromium import Chromium, View

NAMES = ("chromium", "chromium-browser", "google-chrome")
REMEDY = (
    "The route browser needs more than this installation has: {what}. "
    "Install it by pip install 'jarshy[browser]' and, on Debian, apt install chromium; "
    "or leave browser out of [portal] routes."
)
_GLANCES = 10
"""How often within the idle time it is looked whether the browser is still needed."""

log = logging.getLogger(__name__)


class Browser:
    """A downloader middleware that answers in the portal's place for requests whose meta names `views`.

    Each request of a page takes its turn in our pace and is counted like every other.
    """

    def __init__(self, crawler: Crawler, clock: Callable[[], float] = monotonic) -> None:
        self._crawler = crawler
        self._clock = clock
        self._options: WorkerOptions = crawler.settings["JARSHY_OPTIONS"]
        self._chromium: Chromium | None = None
        self._used_at = 0.0
        self._busy = False
        self._watch: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make it."""
        browser = cls(crawler)
        crawler.signals.connect(browser.close, signals.spider_closed)
        return browser

    async def process_request(self, request: Request) -> Response | None:
        """What the pages brought; raises NotAskedError where they could not be opened."""
        views: Sequence[str] = request.meta.get("views", ())
        if not views:
            return None
        self._busy = True
        try:
            return await self._read(request, views)
        finally:
            self._busy = False
            self._used_at = self._clock()

    async def close(self) -> None:
        """Ends the browser, where there is one."""
        if self._watch is not None and self._watch is not asyncio.current_task():
            self._watch.cancel()
        chromium, self._chromium, self._watch = self._chromium, None, None
        if chromium is not None:
            with suppress(Exception):  # it has crashed: then it is closed
                await chromium.close()

    async def rest_when_idle(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Closes the browser once nobody has used it for the idle time."""
        while self._busy or self._clock() - self._used_at < self._options.browser_idle:
            await pause(self._options.browser_idle / _GLANCES)
        log.info("The browser is closed: it had nothing to do for %g s.", self._options.browser_idle)
        await self.close()

    async def _read(self, request: Request, views: Sequence[str]) -> Response:
        lists: list[tuple[bytes, Answer]] = []
        for url in views:
            view = await self._view(url, request.meta["lang"])
            answer = classify(view.status, {}, view.body, view.url, now=datetime.now(UTC))
            if answer.outcome not in {"items", "empty"}:
                return _response(request, view)
            lists.append((view.body, answer))
            if answer.outcome == "empty":
                break  # a page that shows fewer than it might is not the last one
        return Response(view.url, body=_joined(lists), request=request)

    async def _view(self, url: str, lang: str) -> "View":
        chromium = await self._started()
        try:
            return await chromium.view(url, lang)
        except NotAskedError:
            raise
        except Exception as error:  # whatever ended the browser, the next order gets another
            await self.close()
            first = str(error).partition("\n")[0][:200]
            raise NotAskedError(Failed("broken", f"{url}: the browser failed ({first}).")) from error

    async def _started(self) -> "Chromium":
        if self._chromium is None:
            executable = next(filter(None, map(shutil.which, NAMES)), None)
            try:
                from crawler.chromium import Chromium
            except ImportError as error:
                raise NotAskedError(Failed("broken", REMEDY.format(what=f"no {error.name}"))) from error
            if executable is None:
                raise NotAskedError(Failed("broken", REMEDY.format(what="no Chromium")))
            chromium = Chromium(self._crawler, executable)
            await chromium.start()
            self._chromium = chromium
            self._watch = asyncio.ensure_future(self.rest_when_idle())
        return self._chromium


def _response(request: Request, view: "View") -> Response:
    kind = HtmlResponse if view.body.lstrip()[:1] == b"<" else Response
    headers = {"Retry-After": view.retry_after} if view.retry_after else {}
    return kind(view.url, status=view.status, headers=headers, body=view.body, request=request)


def _joined(lists: Sequence[tuple[bytes, Answer]]) -> bytes:
    """The lists of several views as one; as they came where they are bare lists, which nearly all are."""
    if len(lists) == 1:
        return lists[0][0]
    bare = [body.lstrip(b"\xef\xbb\xbf \t\r\n").rstrip() for body, _ in lists]
    if all(body.startswith(b"[") and body.endswith(b"]") for body in bare):
        return b"[" + b",".join(inner for body in bare if (inner := body[1:-1].strip())) + b"]"
    items = [item for _, answer in lists for item in answer.items]
    return json.dumps(items).encode()

"""How the worker behaves towards the portal: its pace, its retries, the pauses it is asked for.

Scrapy has none of them. Reads no answer beyond status and Retry-After.
"""

import asyncio
import logging
from datetime import UTC, datetime
from random import uniform
from time import monotonic
from typing import Any, Self

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, IgnoreRequest, ResponseDataLossError
from scrapy.http import Response

from crawler.answers import retry_after
from crawler.failures import Failed, NotAskedError, is_untrusted
from crawler.settings import WorkerOptions

LONGEST_WAIT = 30.0
"""Seconds; a longer Retry-After is handed to the monitor instead of being waited for within an order."""
LONGEST_CRAWL_DELAY = 300.0
OVERLOADED = frozenset({408, 429, 500, 502, 503, 504, 522, 524})

log = logging.getLogger(__name__)


class Pace:
    """Lets a request go when its time has come; stands nearest to the wire and so sees every one.

    The pause is counted from the moment the last answer began: counted from the sending, a slow connect
    followed by a quick one would bring two requests to the portal closer together than was promised.
    """

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._last = float("-inf")
        self._held_until = 0.0
        self._closed_until = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make it."""
        options: WorkerOptions = crawler.settings["JARSHY_OPTIONS"]
        pace = cls(options.pace)
        crawler.signals.connect(pace.answered, signals.headers_received)
        return pace

    async def process_request(self, request: Request) -> None:
        """Waits for its turn."""
        await self.begin(request.url)

    async def begin(self, url: str) -> None:
        """Waits until a request to `url` may go; raises NotAskedError where that is longer than an order may wait."""
        away = self._closed_until - monotonic()
        if away > LONGEST_WAIT:
            raise NotAskedError(
                Failed("overloaded", f"{url}: the portal asked to be left alone for {away:.0f} s.", away)
            )
        earliest = max(self._last + self._delay, self._held_until, self._closed_until)
        await asyncio.sleep(max(0.0, earliest - monotonic()))
        self._last = monotonic()

    def end(self, *, closed_for: float = 0.0) -> None:
        """The answer is whole, or none will come; `closed_for`: seconds that the portal asked to be left alone."""
        self.answered()
        if closed_for:
            self.close_for(closed_for)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """The pause after a request that brought no answer counts from its end."""
        if not isinstance(exception, IgnoreRequest):
            self.answered()

    def answered(self, **_: Any) -> None:
        """An answer has begun."""
        self._last = monotonic()

    def slow_to(self, delay: float) -> None:
        """Keeps at least `delay` seconds between requests from now on; never less than before."""
        slower = min(delay, LONGEST_CRAWL_DELAY)
        if slower > self._delay:
            log.info("The portal's robots.txt asks for %g s between requests; waiting %g s.", delay, slower)
            self._delay = slower

    def hold_off(self, seconds: float) -> None:
        """No request for so long; waited for."""
        self._held_until = max(self._held_until, monotonic() + seconds)

    def close_for(self, seconds: float) -> None:
        """The portal asked to be left alone for so long."""
        self._closed_until = max(self._closed_until, monotonic() + seconds)


class Retries:
    """Tries again after growing pauses, and notes every Retry-After.

    An overloaded portal is asked `retries` more times, a connection that broke once more. Nothing is tried
    again when a request has already taken `timeout` seconds: the monitor's schedule has its own pauses.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._options: WorkerOptions = crawler.settings["JARSHY_OPTIONS"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Notes when a request was first made."""
        request.meta.setdefault("first_made", monotonic())

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The answer, or the request again where the portal was overloaded."""
        self._crawler.stats.inc_value("jarshy/bytes", len(response.body))
        if response.status not in OVERLOADED:
            return response
        header = (response.headers.get("Retry-After") or b"").decode("latin-1")
        asked = retry_after(header, now=datetime.now(UTC))
        if asked is not None:
            pace_of(self._crawler).close_for(asked)
        why = f"The portal answered {response.status}"
        return self._again(request, why, tries=self._options.retries, asked=asked or 0.0) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The request again where the connection broke; None leaves the exception as it is."""
        broke = isinstance(exception, DownloadFailedError | ResponseDataLossError)
        if not broke or is_untrusted(exception):
            return None
        return self._again(request, "The connection broke", tries=1)

    def _again(self, request: Request, why: str, *, tries: int, asked: float = 0.0) -> Request | None:
        tried = request.meta.get("tried", 0)
        spent = monotonic() - request.meta.get("first_made", monotonic())
        if tried >= tries or asked > LONGEST_WAIT or spent > self._options.timeout:
            return None
        pause = max(asked, self._options.first_pause * 2**tried * uniform(1.0, 1.5))  # noqa: S311 (jitter)
        pace_of(self._crawler).hold_off(pause)
        log.info("%s; asking again in %.1f s: %s", why, pause, request.url)
        return request.replace(meta={**request.meta, "tried": tried + 1}, dont_filter=True)


class OneTryHandler(HTTP11DownloadHandler):
    """Scrapy's handler without Twisted's silent second try on a kept connection, which nobody would count."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False


def pace_of(crawler: Crawler) -> Pace:
    """The one pace of this crawl."""
    pace = crawler.get_downloader_middleware(Pace)
    if pace is None:
        raise RuntimeError("The crawl has no pace: the settings lack crawler.politeness.Pace.")
    return pace

"""Obeys robots.txt as RFC 9309 has it and reads it anew each day; Scrapy's own keeps the first for ever.

- read: its rules hold for a day, its Crawl-delay slows the pace;
- 4xx but 429: there is none, everything is allowed, for a day;
- 5xx, 429, a block page, no answer: the rules known last go on to hold, however old, and it is asked for
  again after an hour; where none are known yet, nothing is asked of the portal: silence is no permission.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Self
from urllib.parse import urljoin

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.answers import classify, is_block_page
from crawler.failures import Failed, NotAskedError, failed
from crawler.politeness import pace_of
from crawler.settings import NAME

GOOD_FOR = 24 * 3600.0
ASKED_AGAIN_AFTER = 3600.0
_LARGEST = 512 * 1024
"""RFC 9309 asks for at least 500 KiB."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Rules:
    parsed: Protego
    ask_again_at: float


class Robots:
    """A downloader middleware: no request before its rules are known, none against them."""

    def __init__(self, crawler: Crawler, clock: Callable[[], float] = monotonic) -> None:
        self._crawler = crawler
        self._clock = clock
        self._rules: _Rules | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises NotAskedError where robots.txt forbids the request, or cannot be read for the first time."""
        if request.meta.get("is_robots"):
            return
        url = urljoin(request.url, "/robots.txt")
        rules = await self._current(url)
        if not rules.can_fetch(request.url, NAME):
            raise NotAskedError(Failed("robots", f"{url} forbids {request.url}."))

    async def _current(self, url: str) -> Protego:
        known = self._rules
        if known is not None and self._clock() < known.ask_again_at:
            return known.parsed
        read = await self._read(url)
        if isinstance(read, Protego):
            self._rules = _Rules(read, self._clock() + GOOD_FOR)
            pace_of(self._crawler).slow_to(read.crawl_delay(NAME) or 0.0)
            return read
        if known is None:
            reason = f"robots.txt could not be read, so nothing was asked. {read.reason}"
            raise NotAskedError(Failed(read.outcome, reason, read.retry_after))
        log.warning("robots.txt could not be read; the rules known before go on to hold. %s", read.reason)
        self._rules = _Rules(known.parsed, self._clock() + ASKED_AGAIN_AFTER)
        return known.parsed

    async def _read(self, url: str) -> Protego | Failed:
        request = Request(url, callback=NO_CALLBACK, meta={"is_robots": True}, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 (whatever happened, robots.txt was not read)
            return failed(error, url)
        return _meaning(response, url)


def headers_of(response: Response) -> Mapping[str, str]:
    """The headers by their names in lower case."""
    return {str(name).lower(): value for name, value in response.headers.to_unicode_dict().items()}


def _meaning(response: Response, url: str) -> Protego | Failed:
    if response.status == 200 and not is_block_page(response.body):
        return Protego.parse(response.body[:_LARGEST].decode("utf-8-sig", "replace"))
    if 400 <= response.status < 500 and response.status != 429 and not is_block_page(response.body):
        return Protego.parse("")
    answer = classify(response.status, headers_of(response), response.body, url, now=datetime.now(UTC))
    outcome = answer.outcome if answer.outcome in {"overloaded", "blocked"} else "broken"
    return Failed(outcome, answer.reason, answer.retry_after)

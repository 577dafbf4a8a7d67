"""How the worker behaves towards the portal: its pace, its retries, the pauses it is asked for.

Scrapy has none of them. Reads no answer beyond status and Retry-After.
"""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from random import uniform
from time import monotonic
from typing import Any, Self

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, ResponseDataLossError
from scrapy.http import Response

from crawler.answers import retry_after
from crawler.failures import Failed, NotAskedError, is_untrusted
from crawler.ledger import Ledger, LedgerError
from crawler.ledger.entry import Entry
from crawler.ledger.moments import Moment
from crawler.settings import WorkerOptions

LONGEST_WAIT = 30.0
"""Seconds; a longer Retry-After is handed to the monitor instead of being waited for within an order."""
LONGEST_CRAWL_DELAY = 300.0
LEDGER_AGAIN_AFTER = 60.0
"""Seconds until a ledger that cannot be written is tried again."""
OVERLOADED = frozenset({408, 429, 500, 502, 503, 504, 522, 524})

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Spent:
    """What the portal has had to answer since the worker began."""

    requests: int = 0
    bytes: int = 0
    """Of the answers, decoded."""


class Pace:
    """Lets a request go when its time has come; stands nearest to the wire and so sees every one.

    The pause is counted from the moment the last answer began: counted from the sending, a slow connect
    followed by a quick one would bring two requests to the portal closer together than was promised. It holds
    over every process that writes in the same ledger, and so does «one at a time».

    What does not go through Scrapy's downloader takes its turn by `begin` and gives it back by `end`.
    """

    def __init__(self, delay: float, *, ledger: Ledger | None = None, per_day: int | None = None) -> None:
        self.spent = Spent()
        self._delay = delay
        self._per_day = per_day
        self._ledger = ledger or Ledger(None)
        self._crawl_delay: float | None = None
        self._held_until = 0.0
        self._turn = asyncio.Lock()
        self._entry = Entry()
        self._answered_at: Moment | None = None
        self._left_at = float("-inf")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make it."""
        options: WorkerOptions = crawler.settings["JARSHY_OPTIONS"]
        ledger = Ledger(Path(options.ledger) if options.ledger else None)
        pace = cls(options.pace, ledger=ledger, per_day=options.per_day)
        crawler.signals.connect(pace.answered, signals.headers_received)
        return pace

    async def begin(self, url: str) -> None:
        """Waits for the turn of a request to `url` and takes it; `end` must follow.

        Raises NotAskedError where no request may go for longer than an order may wait: the portal asked to be
        left alone, the budget of 24 hours is spent, or the ledger cannot be written.
        """
        await self._turn.acquire()
        try:
            # the kernel wakes no event loop when another process lets go of its lock
            while (wait := self._tried(url)) > 0:  # noqa: ASYNC110
                await asyncio.sleep(wait)
        except BaseException:
            self._turn.release()
            raise
        self.spent.requests += 1

    def end(self, *, closed_for: float = 0.0) -> None:
        """The answer is whole, or none will come; `closed_for`: seconds that the portal asked to be left alone."""
        now = self._ledger.now()
        try:
            self._ledger.write(self._entry.answered(self._answered_at or now, now, closed_for=closed_for))
        except LedgerError as error:  # whoever comes next finds the request in flight and pauses
            log.warning("%s", error)
        finally:
            self._answered_at = None
            self._left_at = monotonic()
            self._ledger.leave()
            self._turn.release()

    async def process_request(self, request: Request) -> None:
        """Waits for its turn."""
        await self.begin(request.url)
        request.meta["has_turn"] = True

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer is whole. A Retry-After is noted before anybody else can have their turn."""
        asked = None
        if response.status in OVERLOADED:
            asked = asked_pause(response)
        self._over(request, closed_for=asked or 0.0)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """The pause after a request that brought no answer counts from its end."""
        self._answered_at = None
        self._over(request)

    def answered(self, **_: Any) -> None:
        """An answer has begun."""
        self._answered_at = self._ledger.now()

    def slow_to(self, delay: float) -> None:
        """Keeps at least `delay` seconds between requests, as robots.txt asks; never less than we were told."""
        slower = min(delay, LONGEST_CRAWL_DELAY)
        if slower > max(self._delay, self._crawl_delay or 0.0):
            log.info("The portal's robots.txt asks for %g s between requests; waiting %g s.", delay, slower)
        self._crawl_delay = slower

    def hold_off(self, seconds: float) -> None:
        """No request of ours for so long; waited for."""
        self._held_until = max(self._held_until, monotonic() + seconds)

    def _over(self, request: Request, *, closed_for: float = 0.0) -> None:
        if request.meta.pop("has_turn", False):
            self.end(closed_for=closed_for)

    def _tried(self, url: str) -> float:
        """Takes the turn and gives 0, or says in how many seconds to try again."""
        held = max(self._held_until - monotonic(), 0.0)
        if held:
            return held
        try:
            entry = self._ledger.enter()
        except LedgerError as error:
            raise NotAskedError(Failed("budget", str(error), LEDGER_AGAIN_AFTER)) from error
        if entry is None:
            return self._glance
        taken = False
        try:
            wait = self._due(entry, url)
            if wait <= 0:
                delay = entry.delay if self._crawl_delay is None else self._crawl_delay
                self._entry = entry.asked(self._ledger.now(), by=self._ledger.name, delay=delay)
                self._ledger.write(self._entry)
                taken = True
            elif self._ledger.shared and entry.waiting != self._ledger.name:
                self._ledger.write(replace(entry, waiting=self._ledger.name))
        except LedgerError as error:
            raise NotAskedError(Failed("budget", str(error), LEDGER_AGAIN_AFTER)) from error
        finally:
            if not taken:
                self._ledger.leave()
        return wait

    def _due(self, entry: Entry, url: str) -> float:
        now = self._ledger.now()
        away = entry.closed(now)
        if away > LONGEST_WAIT:
            reason = f"{url}: the portal asked to be left alone for {away:.0f} s."
            raise NotAskedError(Failed("overloaded", reason, away))
        if self._per_day is not None and (wait := entry.room_in(now, self._per_day)) > 0:
            raise NotAskedError(Failed("budget", _spent(self._per_day, now.wall + wait), wait))
        crawl_delay = entry.delay if self._crawl_delay is None else self._crawl_delay
        due = entry.due(now, delay=max(self._delay, crawl_delay))
        if not self._ledger.shared or entry.by != self._ledger.name:
            return due
        # We went last: another process that waits goes first, also where answers are slower than the pace.
        courtesy = min(0.02, self._delay / 20)
        others = entry.waiting not in {0, self._ledger.name}
        return max(due + (courtesy if others and due else 0.0), self._left_at + courtesy - monotonic())

    @property
    def _glance(self) -> float:
        """Seconds between two looks at whether the others are done."""
        return min(0.01, max(0.0005, self._delay / 40))


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
        pace_of(self._crawler).spent.bytes += len(response.body)
        if response.status not in OVERLOADED:
            return response
        asked = asked_pause(response)
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
        about = {"order": orders[0].id} if (orders := request.cb_kwargs.get("orders")) else {}
        log.info("%s; asking again in %.1f s: %s", why, pause, request.url, extra=about)
        return request.replace(meta={**request.meta, "tried": tried + 1}, dont_filter=True)


class OneTryHandler(HTTP11DownloadHandler):
    """Scrapy's handler without Twisted's silent second try on a kept connection, which nobody would count."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False


def asked_pause(response: Response) -> float | None:
    """Seconds that an answer asks to be left alone; None where it asks for nothing."""
    header = (response.headers.get("Retry-After") or b"").decode("latin-1")
    return retry_after(header, now=datetime.now(UTC))


def _spent(per_day: int, again_at: float) -> str:
    again = datetime.fromtimestamp(ceil(again_at / 60) * 60, UTC)
    return (
        f"The budget of {per_day} requests in any 24 hours is spent; the next one may go at "
        f"{again:%Y-%m-%d %H:%M} UTC."
    )


def pace_of(crawler: Crawler) -> Pace:
    """The one pace of this crawl."""
    pace = crawler.get_downloader_middleware(Pace)
    if pace is None:
        raise RuntimeError("The crawl has no pace: the settings lack crawler.politeness.Pace.")
    return pace

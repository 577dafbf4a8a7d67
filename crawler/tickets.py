"""The cookie that the portal gives every visitor's browser, asked for by name and kept in memory; nothing else.

It is asked for as what we are: our own User-Agent, no Origin, no Referer. Its name and its lifetime are the
portal's business: whatever cookie comes is sent back, to the portal alone, until a listing is refused.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Self
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.answers import Answer, classify
from crawler.failures import Failed, NotAskedError, failed
from crawler.robots import headers_of

PATH = "/api/v1/public/_/c/k6"
ASKED_AGAIN_AFTER = 3600.0
"""Seconds without another request for a ticket, once one has not helped."""
MOST_COOKIES = 10
LONGEST_COOKIE = 4096
"""Characters of a name and its value; browsers keep no more either."""

log = logging.getLogger(__name__)


class Tickets:
    """A downloader middleware for requests whose meta says `holds_ticket`.

    A ticket is asked for before the first page, and once more for a page that is refused with one that has
    served before: never twice for the same page, and not again for an hour when it did not help.
    """

    def __init__(self, crawler: Crawler, clock: Callable[[], float] = monotonic) -> None:
        self._crawler = crawler
        self._clock = clock
        self._cookies: dict[str, str] = {}
        self._barred_until = float("-inf")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Gives the request our ticket; raises NotAskedError where the portal gives none."""
        if not request.meta.get("holds_ticket"):
            return
        if not self._cookies and self._may_ask():
            request.meta["renewed"] = True
            await self._renew(request)
        if self._cookies:
            request.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The answer, or the request again with a new ticket where the old one was refused."""
        if not request.meta.get("holds_ticket"):
            return response
        if not _is_refusal(response):
            if response.status in {200, 304}:
                self._barred_until = float("-inf")
            return response
        self._cookies = {}
        if request.meta.get("renewed"):
            self._bar(f"{response.url} was refused with a new ticket too")
            return response
        if not self._may_ask():
            return response
        await self._renew(request)
        return request.replace(meta={**request.meta, "renewed": True}, dont_filter=True)

    def _may_ask(self) -> bool:
        return self._clock() >= self._barred_until

    def _bar(self, why: str) -> None:
        self._barred_until = self._clock() + ASKED_AGAIN_AFTER
        log.warning("%s; no ticket is asked for within the next hour.", why)

    async def _renew(self, page: Request) -> None:
        """Asks for a ticket; raises NotAskedError where none was given."""
        got = await self._given(urljoin(page.url, PATH))
        if isinstance(got, Failed):
            self._bar(got.reason.rstrip("."))
            raise NotAskedError(got)
        self._cookies = got

    async def _given(self, url: str) -> dict[str, str] | Failed:
        request = Request(
            url,
            method="POST",
            body=b"{}",
            headers={"Accept": "application/json", "Content-Type": "application/json"},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except NotAskedError:
            raise  # by a rule of ours: the portal was not asked, so that it has not refused either
        except Exception as error:  # noqa: BLE001 (whatever happened, there is no ticket)
            what = failed(error, url)
            return Failed(what.outcome, f"No ticket was given. {what.reason}", what.retry_after)
        if 200 <= response.status < 300 and (cookies := _cookies(response)):
            return cookies
        answer = _answer(response)
        outcome = answer.outcome if answer.outcome in {"overloaded", "blocked"} else "refused"
        reason = answer.reason or f"{url} answered {response.status} without a cookie."
        return Failed(outcome, f"No ticket was given. {reason}", answer.retry_after)


def _is_refusal(response: Response) -> bool:
    if response.status == 200 and response.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return False  # a listing, as nearly always: not parsed for this
    return _answer(response).outcome == "refused"


def _answer(response: Response) -> Answer:
    return classify(response.status, headers_of(response), response.body, response.url, now=datetime.now(UTC))


def _cookies(response: Response) -> dict[str, str]:
    """The cookies that an answer sets, without what a browser is told about them; one taken back is none."""
    found: dict[str, str] = {}
    for header in response.headers.getlist("Set-Cookie"):
        pair, *attributes = header.decode("latin-1").split(";")
        name, equals, value = (part.strip() for part in pair.partition("="))
        ended = any(each.strip().lower().replace(" ", "") == "max-age=0" for each in attributes)
        if equals and name and not ended and len(pair) <= LONGEST_COOKIE and len(found) < MOST_COOKIES:
            found[name] = value
    return found

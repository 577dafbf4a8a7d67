"""The endless crawl: an order in, its sightings and its report out. Decides nothing about what was seen."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.answers import Answer, classify
from crawler.failures import failed
from crawler.inbox import orders
from crawler.items import digest, identify, misfit, read_identified
from crawler.memory import Memory
from crawler.pages import ASKED_WITH, Pages, Pairs
from crawler.records import Misfit, Order, Outcome, Record, Report, Sighting, Unchanged, to_line
from crawler.robots import headers_of
from crawler.routes import ROUTES
from crawler.settings import WorkerOptions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """All that is said of one order, its report last: one item for Scrapy, whose way through an item is long."""

    records: tuple[Record, ...]


class WorkerSpider(Spider):
    """One warm crawl: `start()` yields a request for each order, the next one when its report is written.

    The wait is what keeps orders one after another through retries and robots.txt; Scrapy's settings alone
    would fetch the next page while one is being parsed.
    """

    name = "worker"

    def __init__(
        self,
        *,
        options: WorkerOptions,
        descriptor: int,
        output: BinaryIO,
        stop: Callable[[], None],
        **kwargs: Any,
    ) -> None:
        """`descriptor` is where orders come in, `output` where records go, `stop` ends the worker."""
        super().__init__(**kwargs)
        self.options, self.output, self.stop = options, output, stop
        self._descriptor = descriptor
        self._memory = Memory()
        self._pages = Pages(whole_every=options.whole_every)
        self._reported = asyncio.Event()
        self._before = (0, 0)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's way to make it."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.written, signals.item_scraped)
        return spider

    async def start(self) -> AsyncIterator[Request | Said]:
        """A request for each order; a report at once for an order that names no route we have."""
        log.info(
            "The crawl worker reads %s, at most %g requests a minute.",
            self.options.base_url,
            self.options.requests_per_minute,
        )
        async for order in orders(self._descriptor):
            self._reported.clear()
            self._before = self._spent()
            yield self._begin(order)
            await self._reported.wait()

    def answered(self, response: Response, order: Order) -> Iterator[Said]:
        """The sightings of an answer, then the report."""
        headers, page = headers_of(response), _page(order)
        known = self._known(response, headers, order, page)
        if known is not None:
            report = self._report(order, "items", "", listed=len(known))
            yield Said((Unchanged(order.id, 0, known), report))
            return
        answer = self._classified(response, headers)
        seen = [self._seen(item, order=order, position=place) for place, item in enumerate(answer.items)]
        pairs = tuple((each.source_id, each.digest) for each in seen if isinstance(each, Sighting))
        if pairs and len(pairs) == len(seen):
            self._pages.note(page, response.body, headers, answer.items, pairs)
        else:
            self._pages.forget(page)
        report = self._report(
            order, answer.outcome, answer.reason, listed=len(answer.items), retry_after=answer.retry_after
        )
        yield Said((*seen, report))

    def unanswered(self, failure: Failure) -> Iterator[Said]:
        """The report of an order to which no answer came."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value or RuntimeError("no reason was given")
        what = failed(error, request.url)
        order: Order = request.cb_kwargs["order"]
        yield Said((self._report(order, what.outcome, what.reason, retry_after=what.retry_after),))

    def written(self, item: Said) -> None:
        """All about an order was written; the next one may begin."""
        self._reported.set()

    def _begin(self, order: Order) -> Request | Said:
        route = ROUTES.get(order.route)
        if route is None:
            return Said((self._report(order, "broken", f"This program has no route named {order.route!r}."),))
        try:
            ask = route(order, self.options.base_url)
            return Request(
                ask.url,
                headers={**ask.headers, **self._conditions(order)},
                callback=self.answered,
                errback=self.unanswered,
                cb_kwargs={"order": order},
                dont_filter=True,
            )
        except Exception:
            log.exception("Order %d could not be turned into a request.", order.id)
            return Said((self._report(order, "broken", "The order could not be turned into a request."),))

    def _conditions(self, order: Order) -> Mapping[str, str]:
        """What makes a page of a listing come only if it has changed."""
        return {} if order.in_full or order.source_id else self._pages.conditions(_page(order))

    def _known(
        self, response: Response, headers: Mapping[str, str], order: Order, page: Hashable
    ) -> Pairs | None:
        """The items of a page that is as it was, known without reading it."""
        if order.in_full:
            return None
        if response.status == 200:
            return self._pages.known(page, response.body, headers)
        asked = response.request is not None and any(name in response.request.headers for name in ASKED_WITH)
        return self._pages.confirmed(page) if response.status == 304 and asked else None

    def _classified(self, response: Response, headers: Mapping[str, str]) -> Answer:
        if response.status == 304:
            reason = f"{response.url} answered 304: not changed, though nobody asked whether it had."
            return Answer("broken", reason=reason)
        try:
            return classify(response.status, headers, response.body, response.url, now=datetime.now(UTC))
        except Exception:
            log.exception("The answer of %s could not be read: a fault of this program.", response.url)
            return Answer("broken", reason=f"{response.url}: a fault of this program, see its log.")

    def _seen(self, item: object, *, order: Order, position: int) -> Sighting | Misfit:
        """One bad item never costs the others: a fault of ours in reading it sets it aside like a misfit."""
        try:
            found = identify(item)
            if isinstance(found, str):
                return misfit(item, order=order, position=position, reason=found)
            raw, source_id = found
            key, mark = f"{order.agency}/{order.lang}/{source_id}", digest(raw)
            if not order.in_full and self._memory.holds(key, mark):
                return Sighting(order.id, position, source_id, mark, wording=None)
            record = read_identified(
                raw, source_id, mark, order=order, position=position, base_url=self.options.base_url
            )
            if isinstance(record, Sighting):
                self._memory.note(key, mark)
        except Exception as error:
            log.exception(
                "Item %d of order %d could not be read: a fault of this program.", position, order.id
            )
            reason = f"A fault of this program: {type(error).__name__}."
            return misfit(item, order=order, position=position, reason=reason)
        return record

    def _report(
        self,
        order: Order,
        outcome: Outcome,
        reason: str,
        *,
        listed: int = 0,
        retry_after: float | None = None,
    ) -> Report:
        requests, size = self._spent()
        return Report(
            order=order.id,
            outcome=outcome,
            reason=reason,
            listed=listed,
            requests=requests - self._before[0],
            bytes=size - self._before[1],
            retry_after=retry_after,
        )

    def _spent(self) -> tuple[int, int]:
        """Requests sent and bytes read since the start."""
        stats = self.crawler.stats
        return stats.get_value("downloader/request_count", 0), stats.get_value("jarshy/bytes", 0)


def _page(order: Order) -> Hashable:
    """What an order reads, the same for every order that reads it."""
    return order.route, order.agency, order.lang, order.page, order.size, order.source_id


class Lines:
    """The pipeline that writes each record as one line, those of an order at once."""

    def __init__(self, output: BinaryIO, stop: Callable[[], None]) -> None:
        self._output = output
        self._stop = stop

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make it; the spider was given where to write."""
        if not isinstance(crawler.spider, WorkerSpider):
            raise TypeError("Only the worker's own spider writes lines.")
        return cls(crawler.spider.output, crawler.spider.stop)

    def process_item(self, item: Said) -> Said:
        """Writes the records."""
        try:
            self._output.write("".join(map(to_line, item.records)).encode())
            self._output.flush()
        except OSError:
            log.warning("Nobody reads what the worker writes any more; it stops.")
            self._stop()
        return item

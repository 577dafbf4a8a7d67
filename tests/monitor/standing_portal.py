"""The stand-in portal read without a wire: its answers, classified and parsed by the worker's own code."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawler.answers import classify
from crawler.items import read_item
from crawler.records import WHOLE, Batch, Order, Report
from crawler.single import read_single
from crawler.standin import Portal
from monitor.errors import CrawlFailed
from monitor.worker import Answer

BASE = "http://127.0.0.1:1"


@dataclass
class Wireless:
    """Carries out orders from a stand-in portal in this process, by whichever route."""

    portal: Portal
    orders: list[Order] = field(default_factory=list)
    closed: dict[str, Report] = field(default_factory=dict)
    """What a route answers in place of the listing."""
    dead: bool = False
    """The worker dies with every order."""
    between_pages: list[Callable[[], object]] = field(default_factory=list)
    """Happen one by one before a page that is not the first: what shifts while it is being read."""

    async def read(self, order: Order) -> Answer:
        self.orders.append(order)
        await asyncio.sleep(0)
        if self.dead:
            raise CrawlFailed("the crawl worker ended (code -9)")
        if order.route in self.closed:
            return Answer((), self._report(order, self.closed[order.route]))
        if order.source_id is not None:
            return self._single(order, int(order.source_id))
        if order.page > 1 and self.between_pages:
            self.between_pages.pop(0)()
        agency = None if order.agency == WHOLE else order.agency
        body = self.portal.listing(agency, order.lang, page=order.page, size=order.size)
        answer = classify(200, {}, body, BASE, now=datetime(2026, 7, 13, tzinfo=UTC))
        records = tuple(
            read_item(item, order=order, position=place, base_url=BASE)
            for place, item in enumerate(answer.items)
        )
        report = Report(
            order.id, answer.outcome, answer.reason, listed=len(records), requests=1, bytes=len(body)
        )
        return Answer(records, report)

    def _single(self, order: Order, release: int) -> Answer:
        shown = order.lang in self.portal.languages(release)
        body = json.dumps(self.portal.item(release, order.lang) if shown else {}).encode()
        now = datetime(2026, 7, 13, tzinfo=UTC)
        answer = read_single(200, {}, body, BASE, now=now, wanted=str(release))
        records = tuple(read_item(item, order=order, position=0, base_url=BASE) for item in answer.items)
        return Answer(
            records, Report(order.id, answer.outcome, answer.reason, listed=len(records), requests=1)
        )

    async def read_together(self, batch: Batch) -> list[Answer]:
        return [await self.read(order) for order in batch.orders]

    def _report(self, order: Order, said: Report) -> Report:
        return Report(order.id, said.outcome, said.reason, retry_after=said.retry_after)

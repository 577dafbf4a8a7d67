"""The endless crawl: an order in, its sightings and its report out. Decides nothing about what was seen."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.answers import Answer
from crawler.failures import failed
from crawler.forms import forms_of
from crawler.inbox import orders
from crawler.items import digest, identify, misfit, read_identified, read_kept
from crawler.memory import Memory
from crawler.pages import ASKED_WITH, Pages
from crawler.politeness import pace_of
from crawler.probing import made_of, outcome_of, seen_of
from crawler.records import (
    Batch,
    Misfit,
    Order,
    Outcome,
    Probe,
    Record,
    Reparse,
    Report,
    Sighting,
    Unchanged,
    to_line,
)
from crawler.robots import headers_of
from crawler.routes import ROUTES
from crawler.routes.asking import Ask, CannotAskError, Reply
from crawler.settings import WorkerOptions

log = logging.getLogger(__name__)


class WorkerSpider(Spider):
    """One warm crawl: `start()` yields a request for each order, the next one when its report is written.

    The wait is what keeps orders one after another through retries and robots.txt; Scrapy's settings alone
    would fetch the next page while one is being parsed. What is said of an order is written here, all of it at
    once and its report last: as items it would go a long way through Scrapy for nothing.
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
        self.options, self._output, self._stop = options, output, stop
        self._descriptor = descriptor
        self._memory = Memory()
        self._pages = Pages(whole_every=options.whole_every)
        self._reported = asyncio.Event()
        self._before = (0, 0)

    async def start(self) -> AsyncIterator[Request]:
        """A request for each order; a report at once for an order that names no route we have."""
        log.info(
            "The crawl worker reads %s, at most %g requests a minute.",
            self.options.base_url,
            self.options.requests_per_minute,
        )
        async for record in orders(self._descriptor):
            if isinstance(record, Reparse):
                self._say(self._read_anew(record))
                continue
            for group in [record] if isinstance(record, Probe) else _groups(record):
                self._reported.clear()
                self._before = self._spent()
                request = self._probe(group) if isinstance(group, Probe) else self._begin(group)
                if request is not None:
                    yield request
                await self._reported.wait()

    def answered(self, response: Response, orders: Sequence[Order]) -> None:
        """Says the sightings of each order in an answer, then its report."""
        try:
            self._say(self._unchanged(response, orders) or self._all_told(response, orders))
        except Exception:  # whatever it is, the orders have to be reported, or no other one would ever begin
            log.exception(
                "What %s says could not be told: a fault of this program.",
                response.url,
                extra={"order": orders[0].id},
            )
            self._report_each(orders, "broken", f"{response.url}: a fault of this program, see its log.")

    def unanswered(self, failure: Failure) -> None:
        """Says the reports of orders to which no answer came."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value or RuntimeError("no reason was given")
        what = failed(error, request.url)
        self._report_each(
            request.cb_kwargs["orders"], what.outcome, what.reason, retry_after=what.retry_after
        )

    def probed(self, response: Response, orders: Sequence[Probe]) -> None:
        """Says what came back for a probe, then its report."""
        [probe] = orders
        outcome, reason, listed, retry_after = outcome_of(response, now=datetime.now(UTC))
        report = self._report(probe, outcome, reason, listed=listed, retry_after=retry_after)
        self._say([seen_of(response, probe), report])

    def _read_anew(self, reparse: Reparse) -> list[Record]:
        """What kept items say by the present code, and the report; nothing is asked."""
        seen = [self._kept(raw, reparse.id, position) for position, raw in enumerate(reparse.items)]
        return [*seen, Report(reparse.id, "items" if seen else "empty", listed=len(seen))]

    def _kept(self, raw: str, order: int, position: int) -> Sighting | Misfit:
        try:
            return read_kept(raw, order=order, position=position, base_url=self.options.base_url)
        except Exception as error:
            log.exception("A kept item could not be read: a fault of this program.", extra={"order": order})
            return Misfit(order, position, None, f"A fault of this program: {type(error).__name__}.", "")

    def _say(self, records: Sequence[Record]) -> None:
        """Writes all about the orders in hand, each record as one line; the next order may begin."""
        try:
            self._output.write("".join(map(to_line, records)).encode())
            self._output.flush()
        except OSError:
            log.warning("Nobody reads what the worker writes any more; it stops.")
            self._stop()
        self._reported.set()

    def _probe(self, probe: Probe) -> Request | None:
        try:
            return made_of(probe, self.options.base_url, callback=self.probed, errback=self.unanswered)
        except ValueError as error:
            self._report_each([probe], "broken", f"The probe is no request: {error}.")
            return None

    def _begin(self, orders: Sequence[Order]) -> Request | None:
        """The request for orders that go together; None where their reports could be said at once."""
        name = orders[0].route
        route = ROUTES.get(name)
        if route is None:
            self._report_each(orders, "broken", f"This program has no route named {name!r}.")
            return None
        try:
            ask = route.ask(orders, self.options.base_url)
            return Request(
                ask.url,
                method=ask.method,
                body=ask.body,
                headers={**ask.headers, **self._conditions(orders, ask)},
                callback=self.answered,
                errback=self.unanswered,
                cb_kwargs={"orders": orders},
                meta={"holds_ticket": route.holds_ticket, "views": ask.views, "lang": orders[0].lang},
                dont_filter=True,
            )
        except CannotAskError as error:
            self._report_each(orders, "broken", str(error))
        except Exception:
            log.exception("An order could not be turned into a request.", extra={"order": orders[0].id})
            self._report_each(orders, "broken", "The order could not be turned into a request.")
        return None

    def _conditions(self, orders: Sequence[Order], ask: Ask) -> Mapping[str, str]:
        """What makes a page of a listing come only if it has changed."""
        [first, *others] = orders
        if others or first.in_full or first.source_id or ask.method != "GET":
            return {}
        return self._pages.conditions(_page(first))

    def _unchanged(self, response: Response, orders: Sequence[Order]) -> Sequence[Record] | None:
        """What is said of a page that is as it was, known without reading it."""
        [order, *others] = orders
        if others or order.in_full:
            return None
        page, known = _page(order), None
        if response.status == 200:
            known = self._pages.known(page, response.body, headers_of(response))
        elif response.status == 304 and _asked_with_validators(response):
            known = self._pages.confirmed(page)
        if known is None:
            return None
        return [Unchanged(order.id, 0, known), self._report(order, "items", "", listed=len(known))]

    def _remember(self, response: Response, order: Order, answer: Answer, said: Sequence[Record]) -> None:
        """Keeps a page that was read whole, to know it again."""
        sightings = [record for record in said if isinstance(record, Sighting)]
        pairs = tuple((seen.source_id, seen.digest) for seen in sightings)
        if pairs and len(pairs) == len(answer.items) and not any(map(_is_doubtful, sightings)):
            self._pages.note(_page(order), response.body, headers_of(response), answer.items, pairs)
        else:
            self._pages.forget(_page(order))

    def _all_told(self, response: Response, orders: Sequence[Order]) -> list[Record]:
        """What is said of all the orders that an answer is for."""
        answers = self._read(response, orders)
        said = [self._told(order, answer) for order, answer in zip(orders, answers, strict=True)]
        if len(orders) == 1:
            self._remember(response, orders[0], answers[0], said[0])
        return [record for records in said for record in records]

    def _told(self, order: Order, answer: Answer) -> list[Record]:
        """What is said of one order: what was seen, and the report."""
        seen = [self._seen(item, order=order, position=place) for place, item in enumerate(answer.items)]
        report = self._report(
            order,
            answer.outcome,
            answer.reason,
            listed=len(answer.items),
            retry_after=answer.retry_after,
            forms=_forms(answer, seen),
        )
        return [*seen, report]

    def _read(self, response: Response, orders: Sequence[Order]) -> Sequence[Answer]:
        if response.status == 304:
            reason = f"{response.url} answered 304: not changed, though nobody asked whether it had."
            return [Answer("broken", reason=reason)] * len(orders)
        try:
            reply = Reply(
                response.status, headers_of(response), response.body, response.url, datetime.now(UTC)
            )
            return ROUTES[orders[0].route].read(orders, reply)
        except Exception:
            log.exception(
                "The answer of %s could not be read: a fault of this program.",
                response.url,
                extra={"order": orders[0].id},
            )
            fault = Answer("broken", reason=f"{response.url}: a fault of this program, see its log.")
            return [fault] * len(orders)

    def _report_each(
        self,
        orders: Sequence[Order | Probe],
        outcome: Outcome,
        reason: str,
        *,
        retry_after: float | None = None,
    ) -> None:
        self._say([self._report(order, outcome, reason, retry_after=retry_after) for order in orders])

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
            if isinstance(record, Sighting) and not _is_doubtful(record):
                self._memory.note(key, mark)
        except Exception as error:
            log.exception(
                "%s/%s, item %d of page %d could not be read: a fault of this program.",
                order.agency,
                order.lang,
                position + 1,
                order.page,
                extra={"order": order.id},
            )
            reason = f"A fault of this program: {type(error).__name__}."
            return misfit(item, order=order, position=position, reason=reason)
        return record

    def _report(
        self,
        order: Order | Probe,
        outcome: Outcome,
        reason: str,
        *,
        listed: int = 0,
        retry_after: float | None = None,
        forms: tuple[str, ...] = (),
    ) -> Report:
        # of orders that go together, the first bears the cost
        before, self._before = self._before, self._spent()
        return Report(
            order=order.id,
            outcome=outcome,
            reason=reason,
            listed=listed,
            requests=self._before[0] - before[0],
            bytes=self._before[1] - before[1],
            retry_after=retry_after,
            forms=forms,
        )

    def _spent(self) -> tuple[int, int]:
        """Requests sent and bytes read since the start."""
        spent = pace_of(self.crawler).spent
        return spent.requests, spent.bytes


def _is_doubtful(seen: Sighting) -> bool:
    """Whether the monitor may not believe it, and then wants it whole whenever it is shown."""
    return seen.wording is not None and seen.wording.may_lack_characters


def _page(order: Order) -> Hashable:
    """What an order reads, the same for every order that reads it."""
    return order.route, order.agency, order.lang, order.page, order.size, order.source_id


def _forms(answer: Answer, seen: Sequence[Sighting | Misfit]) -> tuple[str, ...]:
    """Which forms the page has; nothing for a page that was all told before, as most are."""
    if seen and all(isinstance(record, Sighting) and record.wording is None for record in seen):
        return ()
    try:
        return forms_of(answer.items, envelope=answer.envelope)
    except Exception:
        log.exception("The forms of a page could not be told: a fault of this program.")
        return ()


def _asked_with_validators(response: Response) -> bool:
    request = response.request
    return request is not None and any(name in request.headers for name in ASKED_WITH)


def _groups(record: Order | Batch) -> list[tuple[Order, ...]]:
    """Orders that one request may bring, in their order."""
    groups: list[tuple[Order, ...]] = []
    for order in record.orders if isinstance(record, Batch) else (record,):
        if groups and _may_join(order, groups[-1]):
            groups[-1] += (order,)
        else:
            groups.append((order,))
    return groups


def _may_join(order: Order, group: tuple[Order, ...]) -> bool:
    """Whether an order goes with others; an order that its route has no request for must not cost them theirs."""
    first, route = group[0], ROUTES.get(order.route)
    return (
        route is not None
        and len(group) < route.together
        and (order.route, order.size) == (first.route, first.size)
        and order.source_id is None is first.source_id
    )

"""Keeps the crawl worker: starts it, hands it orders, gives them a deadline, ends and replaces it.

The daemon never imports Scrapy: the worker is a child process that speaks JSON lines on its pipes.
"""

import asyncio
import contextlib
import itertools
import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import IO, Literal, get_args

from crawler.records import (
    Answered,
    Batch,
    Misfit,
    Order,
    Probe,
    Reparse,
    Report,
    Sighting,
    Unchanged,
    from_line,
    to_line,
)
from monitor.errors import CrawlFailed
from monitor.mentions import LONGEST, Mentions
from monitor.worker_log import pass_on

log = logging.getLogger("jarshy.worker")

Restart = Literal["renewed", "ended", "stuck"]
"""Why a worker was replaced: after many orders, because it ended by itself, or because it had to be killed."""
RESTARTS: tuple[Restart, ...] = get_args(Restart)
LINE_LIMIT = 64 * 1024 * 1024
"""Bytes of one line from the worker; an item's body is bounded far below by the worker itself."""
LAST_WORDS = 0.5
"""Seconds for what it logged at its end; a browser of its own may hold the pipe for longer."""
GRACE = 2.0
"""Seconds a worker has to end by itself once its stdin is closed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the worker said about one order."""

    records: tuple[Sighting | Misfit, ...]
    report: Report
    answered: Answered | None = None
    """What came back for a probe; None for every other order, and where nothing came."""


@dataclass(slots=True)
class _Waiting:
    done: "asyncio.Future[Answer]"
    records: list[Sighting | Misfit] = field(default_factory=list)
    answered: Answered | None = None


@dataclass(slots=True, eq=False)
class _Worker:
    """One process with the orders in its hands: while it ends, the next may be at work already."""

    process: asyncio.subprocess.Process
    waiting: dict[int, _Waiting] = field(default_factory=dict)
    orders: int = 0
    answers: int = 0
    told_to_end: bool = False
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    listener: "asyncio.Task[None] | None" = None
    log: "asyncio.Task[None] | None" = None
    """Passes on what it logs, where nobody else was handed that."""


def command(
    base_url: str, *, requests_per_minute: float, contact: str, options: Sequence[str] = ()
) -> list[str]:
    """How the worker is started: -P keeps a folder named `crawler` where somebody stands from being run."""
    return [
        *(sys.executable, "-P", "-m", "crawler"),
        *("--base-url", base_url),
        *("--requests-per-minute", str(requests_per_minute)),
        *("--contact", contact),
        *options,
    ]


class CrawlWorker:
    """One warm worker at a time; started by the first order, renewed after `renew_after` of them."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        deadline: float,
        renew_after: int = 20_000,
        stderr: IO[bytes] | None = None,
        on_trouble: Callable[[str], None] = lambda _trouble: None,
    ) -> None:
        """`deadline`: seconds an order may take before the worker is killed. `stderr`: where its log goes; None: into
        ours, line by line.

        `on_trouble` hears why workers do not work: one cannot be started, or ended without a single answer. It hears
        an empty text once one answers.
        """
        self.command = tuple(command)
        """How it is started; two that are started alike do the same."""
        self.numbers = itertools.count(1)
        """For orders: what was given up is still answered, and must not be taken for the answer to another."""
        self._deadline = deadline
        self._renew_after = renew_after
        self._stderr = stderr
        self._on_trouble = on_trouble
        self.restarts: Counter[str] = Counter()
        """How often another worker has taken the place of one, by why (`Restart`)."""
        self._worker: _Worker | None = None
        self._newest: asyncio.subprocess.Process | None = None
        """Also while it ends; the one before has ended, or was killed."""
        self._gone: Restart | None = None
        """Why there is none in the place of one that there was."""
        self._starting = asyncio.Lock()
        self._mentions = Mentions(fades=LONGEST)

    @property
    def pid(self) -> int | None:
        """The process that reads, while there is one."""
        return self._worker.process.pid if self._worker else None

    async def read(self, order: Order | Probe | Reparse) -> Answer:
        """What came of the order.

        Raises CrawlFailed when the worker cannot be started, dies, or misses its deadline; the next order
        starts another.
        """
        [answer] = await self._ask(order, (order.id,))
        return answer

    async def read_together(self, batch: Batch) -> list[Answer]:
        """What came of each order of the batch, in their order. Raises CrawlFailed as `read` does."""
        return await self._ask(batch, tuple(order.id for order in batch.orders))

    async def _ask(self, record: Order | Probe | Batch | Reparse, ids: Sequence[int]) -> list[Answer]:
        worker = await self._running()
        loop = asyncio.get_running_loop()
        waiting = {number: _Waiting(loop.create_future()) for number in ids}
        worker.waiting |= waiting
        worker.idle.clear()
        worker.orders += 1
        try:
            if worker.process.stdin is None:
                raise CrawlFailed("the crawl worker was started without a stdin")
            worker.process.stdin.write(to_line(record).encode("utf-8"))
            await worker.process.stdin.drain()
            async with asyncio.timeout(self._deadline):
                return [await waiting[number].done for number in ids]
        except TimeoutError as error:
            await self._kill(worker)
            raise self._failed(
                worker, f"no answer within {self._deadline:.0f} s; the worker was replaced"
            ) from error
        except ConnectionError as error:
            await self._kill(worker)
            raise self._failed(worker, "the crawl worker closed its pipe; it is replaced") from error
        finally:
            for number in ids:
                left = worker.waiting.pop(number)
                if left.done.done() and not left.done.cancelled():
                    left.done.exception()  # one of several that failed alike: it has been said once
            if not worker.waiting:
                worker.idle.set()

    async def close(self) -> None:
        """Lets the worker end, and makes it end where it does not."""
        worker, self._worker = self._worker, None
        if worker is not None:
            await _end(worker)

    def end_soon(self) -> None:
        """Has the worker end by itself within its grace, also in the midst of an order; waits for nothing."""
        if self._newest is not None and self._newest.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._newest.terminate()

    async def replaced_by(self, following: "CrawlWorker") -> "CrawlWorker":
        """This one, where `following` would be started alike; else that one, once this one has ended."""
        if following.command == self.command:
            return self
        await self.close()
        following.restarts.update(self.restarts)
        return following

    async def _running(self) -> _Worker:
        async with self._starting:
            worker = self._worker
            if worker is not None and worker.orders >= self._renew_after:
                await worker.idle.wait()  # whoever comes next waits too, or there would never be a pause
                self._gone = "renewed"
                await self.close()
            if self._worker is not None and self._worker.process.returncode is None:
                return self._worker
            if self._worker is not None:
                self._gone = "ended"
                await self.close()
            try:
                worker = self._worker = await self._started()
            except OSError as error:
                self._on_trouble(said := f"the crawl worker cannot be started: {error}")
                raise CrawlFailed(said) from error
            if self._gone is not None:
                self.restarts[self._gone] += 1
                self._gone = None
            # In a context of its own: what it says is not all about the order that had it started.
            worker.listener = asyncio.create_task(self._listen(worker), context=Context())
            return worker

    async def _started(self) -> _Worker:
        if self._stderr is not None:
            return _Worker(await self._process(self._stderr))
        # Not a pipe of asyncio's: a browser that outlives the worker holds it, and the end would not be seen.
        ours, theirs = os.pipe()
        log_end = os.fdopen(ours, "rb", buffering=0)
        try:
            with os.fdopen(theirs, "wb") as their_end:
                process = await self._process(their_end)
        except BaseException:
            log_end.close()
            raise
        return _Worker(process, log=asyncio.create_task(pass_on(log_end, self._mentions), context=Context()))

    async def _process(self, stderr: IO[bytes]) -> asyncio.subprocess.Process:
        self._newest = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            limit=LINE_LIMIT,
        )
        return self._newest

    async def _listen(self, worker: _Worker) -> None:
        """Sorts what the worker says by order, until its stdout ends."""
        process = worker.process
        if process.stdout is None:
            return
        reason = "the crawl worker ended"
        try:
            while line := await process.stdout.readline():
                self._take(line, worker)
        except ValueError:
            reason = f"the crawl worker sent a line of more than {LINE_LIMIT} bytes and was ended"
            process.kill()
            while await process.stdout.read(2**16):
                pass  # asyncio does not see the end of a process as long as a full pipe stands
        await process.wait()
        reason += f" (code {process.returncode})"
        if not worker.told_to_end:
            self._failed(worker, reason)
        for waiting in worker.waiting.values():
            if not waiting.done.done():
                waiting.done.set_exception(CrawlFailed(reason))

    def _failed(self, worker: _Worker, reason: str) -> CrawlFailed:
        """What its orders fail with; one that had answered before is replaced, and that is all."""
        if not worker.answers:
            self._on_trouble(reason)
        return CrawlFailed(reason)

    def _take(self, line: bytes, worker: _Worker) -> None:
        try:
            record = from_line(line)
            waiting = worker.waiting.get(getattr(record, "order", 0))
        except (ValueError, TypeError, KeyError) as error:  # no JSON; or a record with other fields than ours
            log.warning("The crawl worker said something that is no record: %s", error)
            return
        if waiting is None or isinstance(record, Order | Batch | Probe | Reparse):
            return  # its order was given up
        if isinstance(record, Report):
            worker.answers += 1
            self._on_trouble("")
            if not waiting.done.done():
                waiting.done.set_result(Answer(tuple(waiting.records), record, waiting.answered))
        elif isinstance(record, Answered):
            waiting.answered = record
        elif isinstance(record, Unchanged):
            waiting.records += record.sightings()
        else:
            waiting.records.append(record)

    async def _kill(self, worker: _Worker) -> None:
        if self._worker is worker:
            self._worker, self._gone = None, "stuck" if worker.process.returncode is None else "ended"
        if worker.process.returncode is None:
            worker.told_to_end = True
            with contextlib.suppress(ProcessLookupError):
                worker.process.kill()
        await _end(worker)


async def _end(worker: _Worker) -> None:
    process = worker.process
    worker.told_to_end |= process.returncode is None
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(GRACE):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if worker.listener is not None:
        await worker.listener
    if worker.log is not None:
        await asyncio.wait({worker.log}, timeout=LAST_WORDS)
        worker.log.cancel()

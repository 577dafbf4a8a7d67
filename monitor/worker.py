"""Keeps the crawl worker: starts it, hands it orders, gives them a deadline, ends and replaces it.

The daemon never imports Scrapy: the worker is a child process that speaks JSON lines on its pipes.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

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

log = logging.getLogger("jarshy.worker")

LINE_LIMIT = 64 * 1024 * 1024
"""Bytes of one line from the worker; an item's body is bounded far below by the worker itself."""
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
    ) -> None:
        """`deadline`: seconds an order may take before the worker is killed. `stderr`: None shares ours."""
        self._command = command
        self._deadline = deadline
        self._renew_after = renew_after
        self._stderr = stderr
        self._process: asyncio.subprocess.Process | None = None
        self._listener: asyncio.Task[None] | None = None
        self._waiting: dict[int, _Waiting] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._orders = 0
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process that reads, while there is one."""
        return self._process.pid if self._process else None

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
        process = await self._running()
        loop = asyncio.get_running_loop()
        waiting = {number: _Waiting(loop.create_future()) for number in ids}
        self._waiting |= waiting
        self._idle.clear()
        self._orders += 1
        try:
            if process.stdin is None:
                raise CrawlFailed("the crawl worker was started without a stdin")
            process.stdin.write(to_line(record).encode("utf-8"))
            await process.stdin.drain()
            async with asyncio.timeout(self._deadline):
                return [await waiting[number].done for number in ids]
        except TimeoutError as error:
            await self._kill()
            raise CrawlFailed(f"no answer within {self._deadline:.0f} s; the worker was replaced") from error
        except ConnectionError as error:
            await self._kill()
            raise CrawlFailed("the crawl worker closed its pipe; it is replaced") from error
        finally:
            for number in ids:
                left = self._waiting.pop(number)
                if left.done.done() and not left.done.cancelled():
                    left.done.exception()  # one of several that failed alike: it has been said once
            if not self._waiting:
                self._idle.set()

    async def close(self) -> None:
        """Lets the worker end, and makes it end where it does not."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(GRACE):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if self._listener is not None:
            await self._listener
            self._listener = None

    async def _running(self) -> asyncio.subprocess.Process:
        async with self._starting:
            if self._orders >= self._renew_after:
                await self._idle.wait()  # whoever comes next waits too, or there would never be a pause
                await self.close()
            if self._process is not None and self._process.returncode is None:
                return self._process
            await self.close()
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=self._stderr,
                    limit=LINE_LIMIT,
                )
            except OSError as error:
                raise CrawlFailed(f"the crawl worker cannot be started: {error}") from error
            self._orders = 0
            self._listener = asyncio.create_task(self._listen(self._process))
            return self._process

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Sorts what the worker says by order, until its stdout ends."""
        if process.stdout is None:
            return
        reason = "the crawl worker ended"
        try:
            while line := await process.stdout.readline():
                self._take(line)
        except ValueError:
            reason = f"the crawl worker sent a line of more than {LINE_LIMIT} bytes and was ended"
            process.kill()
            while await process.stdout.read(2**16):
                pass  # asyncio does not see the end of a process as long as a full pipe stands
        await process.wait()
        for waiting in self._waiting.values():
            if not waiting.done.done():
                waiting.done.set_exception(CrawlFailed(f"{reason} (code {process.returncode})"))

    def _take(self, line: bytes) -> None:
        try:
            record = from_line(line)
            waiting = self._waiting.get(getattr(record, "order", 0))
        except (ValueError, TypeError, KeyError) as error:  # no JSON; or a record with other fields than ours
            log.warning("The crawl worker said something that is no record: %s", error)
            return
        if waiting is None or isinstance(record, Order | Batch | Probe | Reparse):
            return  # its order was given up
        if isinstance(record, Report):
            if not waiting.done.done():
                waiting.done.set_result(Answer(tuple(waiting.records), record, waiting.answered))
        elif isinstance(record, Answered):
            waiting.answered = record
        elif isinstance(record, Unchanged):
            waiting.records += record.sightings()
        else:
            waiting.records.append(record)

    async def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self.close()

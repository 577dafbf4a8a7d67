"""Orders as they come in, one JSON line each, read beside the event loop. Knows nothing of Scrapy."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import suppress

from crawler.records import Batch, Order, Probe, Reparse, from_line

log = logging.getLogger(__name__)


async def orders(descriptor: int) -> AsyncIterator[Order | Batch | Probe | Reparse]:
    """The orders and probes that come in at a file descriptor, in their order, until it is closed at the other end.

    A line that is no order is logged and passed over. A thread reads, since an event loop cannot wait for
    every kind of file: a redirected file or /dev/null is refused by epoll.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes | None] = asyncio.Queue()

    def read() -> None:
        # RuntimeError: the loop has closed, nobody wants further lines.
        with suppress(RuntimeError), open(descriptor, "rb", closefd=False) as stream:
            for line in stream:
                loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, name="orders", daemon=True).start()
    while (line := await lines.get()) is not None:
        order = _order(line)
        if order is not None:
            yield order


def _order(line: bytes) -> Order | Batch | Probe | Reparse | None:
    if not line.strip():
        return None
    try:
        record = from_line(line)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        log.warning("A line that is no order was passed over: %s", error)
        return None
    if not isinstance(record, Order | Batch | Probe | Reparse):
        log.warning("A line that is no order was passed over: a %s.", type(record).__name__.lower())
        return None
    return record

"""`python -m crawler`: the warm crawl worker; orders come in at stdin, sightings and reports go out at stdout.

Both are JSON lines, see `crawler.records`. It ends with 0 when stdin closes, after the orders it was given, and at
once on SIGTERM. SIGINT is left to whoever started it, since a terminal sends it to the whole group.
"""

import argparse
import asyncio
import contextlib
import fcntl
import logging
import os
import signal
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from crawler.logged import logged
from crawler.settings import WorkerOptions, scrapy_settings

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerProcess

_PIPE_BYTES = 1 << 20
GRACE = 2.0
"""Seconds that what is under way may take after SIGTERM."""


def main(arguments: list[str] | None = None) -> None:
    """Runs the worker until its stdin closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    options, as_json = _options(arguments)
    output = _own_stdout()
    logging.getLogger().addHandler(logged(as_json=as_json))
    _run(options, output)


def _options(arguments: list[str] | None) -> tuple[WorkerOptions, bool]:
    """What was asked for; and whether its log is read by a program."""
    parser = argparse.ArgumentParser(prog="python -m crawler", description=__doc__)
    default = WorkerOptions(base_url="")
    parser.add_argument("--base-url", type=_base_url, required=True, help="the portal: https://www.gov.kz")
    parser.add_argument("--requests-per-minute", type=_positive, default=default.requests_per_minute)
    parser.add_argument("--contact", default="", help="an address or page for whoever runs the portal")
    parser.add_argument("--timeout", type=_positive, default=default.timeout, help="seconds for one answer")
    parser.add_argument("--max-bytes", type=int, default=default.max_bytes, help="of one answer, decoded")
    parser.add_argument("--retries", type=int, default=default.retries)
    parser.add_argument(
        "--first-pause", type=_positive, default=default.first_pause, help="seconds before the first retry"
    )
    parser.add_argument(
        "--browser-idle", type=_positive, default=default.browser_idle, help="seconds before it is closed"
    )
    parser.add_argument(
        "--whole-every",
        type=_positive,
        default=default.whole_every,
        help="seconds after which a page is fetched whole, whatever its validators say",
    )
    parser.add_argument("--ledger", default="", metavar="FILE", help="shares one budget with other processes")
    parser.add_argument("--per-day", type=int, help="requests in any 24 hours")
    parser.add_argument("--log-json", action="store_true", help="logs JSON lines for whoever started it")
    given = vars(parser.parse_args(arguments))
    as_json = given.pop("log_json")
    return WorkerOptions(**given, version=_version()), as_json


def _own_stdout() -> BinaryIO:
    """Keeps the real stdout for records; whatever else prints, even from C, goes to stderr from now on."""
    with contextlib.suppress(OSError):  # not a pipe, or not on Linux
        # A page is larger than a pipe holds by itself; we would wait while the monitor stores the one before.
        fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return output


def _run(options: WorkerOptions, output: BinaryIO) -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # nothing has been asked for while Scrapy loads
    from scrapy.crawler import AsyncCrawlerProcess

    # Installs the reactor; nothing may import one before.
    process = AsyncCrawlerProcess(scrapy_settings(options))
    logging.getLogger("scrapy").setLevel(logging.ERROR)  # its records of every request are not even made

    from twisted.internet import reactor

    from crawler.spider import WorkerSpider

    stop = _stopper(process)
    signal.signal(signal.SIGTERM, lambda *_: reactor.callFromThread(stop))
    process.crawl(WorkerSpider, options=options, descriptor=0, output=output, stop=stop)
    process.start(install_signal_handlers=False)


def _stopper(process: "AsyncCrawlerProcess") -> Callable[[], None]:
    tasks: set[asyncio.Task[None]] = set()  # a task that nobody holds may vanish before it has run

    def stop() -> None:
        # An answer that hangs must not hold up the end; every line is written whole, so nothing is torn.
        asyncio.get_running_loop().call_later(GRACE, os._exit, 0)
        tasks.add(asyncio.ensure_future(process.stop()))

    return stop


def _version() -> str:
    try:
        return version("jarshy")
    except PackageNotFoundError:
        return "0"


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise argparse.ArgumentTypeError(f"not the address of a portal: {text!r} (try https://www.gov.kz)")
    return text.rstrip("/")


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"not a number above 0: {text}")
    return number


if __name__ == "__main__":
    main()

"""What the crawl worker alone costs: a release of a backfill, and a poll with nothing new, beside bare Scrapy.

    .venv/bin/python benchmarks/worker.py [--runs N] [--releases N] [--polls N]

No daemon, no database: whoever hands out the orders here only throws the lines away. Processor time, medians.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ladder import Row, Shelf, Table, cpu_seconds, in_child, middle, over, portal_of
from limits import asks, bare_scrapy

from crawler.directory import FOLLOWED
from crawler.records import Order, to_line

PAGE_SIZE = 20
LANGS = ("kk", "ru", "en")
AT_ONCE = 50
"""Orders handed over together, so that the worker never waits for the next one."""
UNHURRIED = "60000000"


class Reader:
    """A worker of its own and the pages it read."""

    def __init__(self, base_url: str) -> None:
        command = [sys.executable, "-P", "-m", "crawler", "--base-url", base_url]
        command += ["--requests-per-minute", UNHURRIED]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._orders = 0

    def read(self, pages: Sequence[tuple[str, str, int]]) -> float:
        """Processor time that these pages took; raises RuntimeError where one could not be read."""
        before = cpu_seconds(self._process.pid)
        for first in range(0, len(pages), AT_ONCE):
            self._read(pages[first : first + AT_ONCE])
        return cpu_seconds(self._process.pid) - before

    def _read(self, pages: Sequence[tuple[str, str, int]]) -> None:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the worker has no pipes")
        for agency, lang, page in pages:
            self._orders += 1
            order = Order(self._orders, agency, lang, page=page, size=PAGE_SIZE)
            self._process.stdin.write(to_line(order).encode())
        self._process.stdin.flush()
        left = len(pages)
        while left:
            line = self._process.stdout.readline()
            if line.startswith(b'{"record":"report"'):
                left -= 1
                if b'"outcome":"items"' not in line and b'"outcome":"empty"' not in line:
                    raise RuntimeError(line.decode())
            elif not line:
                raise RuntimeError("the worker ended")

    def close(self) -> None:
        """Ends the worker."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def reader(base_url: str) -> Iterator[Reader]:
    """A worker that has loaded everything and read robots.txt."""
    worker = Reader(base_url)
    try:
        worker.read([("nobody", "ru", 1)])
        yield worker
    finally:
        worker.close()


def main() -> None:
    asked = _asked()
    per_listing = max(1, asked.releases // (PAGE_SIZE * len(FOLLOWED)))
    backfilled = [Shelf(agency, ("ru",), per_listing * PAGE_SIZE) for agency in FOLLOWED]
    polled = [Shelf(agency, LANGS, PAGE_SIZE) for agency in FOLLOWED]
    print(backfill_table(backfilled, pages=per_listing, runs=asked.runs).text())
    print(f"\n{poll_table(polled, polls=asked.polls, runs=asked.runs).text()}")


def backfill_table(shelves: Sequence[Shelf], *, pages: int, runs: int) -> Table:
    """Every page of these listings by a fresh worker, so many times."""
    keys = [key for shelf in shelves for key in shelf.listings]
    wanted = [(*key, page) for key in keys for page in range(1, pages + 1)]
    releases = len(wanted) * PAGE_SIZE
    ours: list[float] = []
    bare: list[float] = []
    with portal_of(shelves) as base_url:
        for _ in range(runs):
            requests = asks(base_url, keys, pages=pages, size=PAGE_SIZE)
            bare += [spent.cpu for spent in in_child(bare_scrapy, requests, rounds=1)]
            with reader(base_url) as worker:
                ours.append(worker.read(wanted))
    title = f"A release of 4 kB in a backfill of {releases:,}, {runs} runs:"
    return Table(title, ("CPU ms", "× bare Scrapy"), _rows(ours, bare, scale=releases))


def poll_table(shelves: Sequence[Shelf], *, polls: int, runs: int) -> Table:
    """The first pages of these listings again and again."""
    keys = [key for shelf in shelves for key in shelf.listings]
    ours: list[float] = []
    bare: list[float] = []
    with portal_of(shelves) as base_url:
        for _ in range(runs):
            requests = asks(base_url, keys, pages=1, size=PAGE_SIZE)
            bare += [spent.cpu for spent in in_child(bare_scrapy, requests, rounds=polls)]
            with reader(base_url) as worker:
                worker.read([(*key, 1) for key in keys])
                ours += [worker.read([(*key, 1) for key in keys]) for _ in range(polls)]
    title = f"A poll of {len(keys)} listings of {PAGE_SIZE} items with nothing new, {len(ours)} polls:"
    return Table(title, ("CPU ms", "× bare Scrapy"), _rows(ours, bare, scale=1))


def _rows(ours: Sequence[float], bare: Sequence[float], *, scale: int) -> list[Row]:
    limit = middle(bare)
    return [
        (name, (over(middle(spent), scale / 1000), over(middle(spent), limit)))
        for name, spent in (("bare Scrapy and json.loads", bare), ("the worker", ours))
    ]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, default, what in (
        ("runs", 3, "fresh workers"),
        ("releases", 2280, "of a backfill, about"),
        ("polls", 10, "of each worker"),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{what} (default: {default})")
    asked = parser.parse_args()
    if min(asked.runs, asked.releases, asked.polls) < 1:
        parser.error("every number must be at least 1")
    return asked


if __name__ == "__main__":
    main()

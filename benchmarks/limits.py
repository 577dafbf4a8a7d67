"""The limits that figures stand beside: the same pages and rows with nothing of ours between. Judges nothing.

Each function is meant for a process of its own (`ladder.in_child`).
"""

import asyncio
import http.client
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.records import Order
from crawler.routes.asking import Ask
from crawler.routes.rest import ask


@dataclass(frozen=True, slots=True)
class Spent:
    """What one round took."""

    seconds: float
    cpu: float
    items: int


def asks(base_url: str, listings: Sequence[tuple[str, str]], *, pages: int, size: int) -> list[Ask]:
    """The requests for the first pages of these listings."""
    return [
        ask([Order(0, agency, lang, page=page, size=size)], base_url)
        for agency, lang in listings
        for page in range(1, pages + 1)
    ]


def bare_answers(wanted: Sequence[Ask]) -> Spent:
    """The stand-in alone: one kept connection, the answers thrown away."""
    connection = http.client.HTTPConnection(urlsplit(wanted[0].url).netloc)
    with closing(connection):
        started, cpu = time.perf_counter(), time.process_time()
        for each in wanted:
            connection.request("GET", each.url, headers=dict(each.headers))
            connection.getresponse().read()
        return Spent(time.perf_counter() - started, time.process_time() - cpu, 0)


def bare_scrapy(wanted: Sequence[Ask], *, rounds: int) -> list[Spent]:
    """A Scrapy spider with nothing but `json.loads`, one request at a time; a first round is not counted."""
    from scrapy.crawler import AsyncCrawlerProcess

    process = AsyncCrawlerProcess(
        {
            "CONCURRENT_REQUESTS": 1,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_ENABLED": False,
        }
    )
    spent: list[Spent] = []
    process.crawl(_spider(), wanted=wanted, rounds=rounds, spent=spent)
    process.start()
    return spent[1:]


def bare_sqlite(source: Path, target: Path) -> Spent:
    """All releases of one database into a fresh one: the same tables and indexes, `executemany`, one commit."""
    from crawler.directory import agencies
    from monitor.store.database import open_store, writing
    from monitor.store.listings import write_directory

    held: dict[str, list[Any]] = {}
    with closing(sqlite3.connect(source)) as connection:
        for name in ("releases", "release_agencies", "editions", "revisions", "raw_items", "changes"):
            held[name] = connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 our tables
    db = open_store(target)
    write_directory(db, agencies().values(), followed=())
    started, cpu = time.perf_counter(), time.process_time()
    with writing(db):
        for name, rows in held.items():
            places = ", ".join("?" * len(rows[0]))
            db.conn.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608 our tables
    return Spent(time.perf_counter() - started, time.process_time() - cpu, len(held["editions"]))


def _spider() -> type[Any]:
    """Made in the child: the parent needs no Scrapy."""
    from scrapy import Request, Spider
    from scrapy.http import Response

    class Bare(Spider):
        name = "bare"
        wanted: Sequence[Ask]
        rounds: int
        spent: list[Spent]

        async def start(self) -> AsyncIterator[Request]:
            for _ in range(self.rounds + 1):
                self.items, self.open, self.over = 0, len(self.wanted), asyncio.Event()
                started, cpu = time.perf_counter(), time.process_time()
                for each in self.wanted:
                    yield Request(each.url, headers=dict(each.headers), dont_filter=True)
                await self.over.wait()
                took, used = time.perf_counter() - started, time.process_time() - cpu
                self.spent.append(Spent(took, used, self.items))

        def parse(self, response: Response) -> None:
            self.items += len(json.loads(response.body))
            self.open -= 1
            if not self.open:
                self.over.set()

    return Bare

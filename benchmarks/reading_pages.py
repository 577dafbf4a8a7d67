"""How soon a page is there while the store is written, in one process as the daemon does both.

    .venv/bin/python benchmarks/reading_pages.py [--editions 100000] [--sightings 200] [--seconds 20]

The newest page over real HTTP on this machine, by readers who keep their connections, in a process of their own.
Meanwhile the server's process takes in pages of twenty sightings, each in a transaction as `monitor.conclusions` has
it: with nothing new; with one new release each, more in a minute than all followed agencies publish in a day; with
nothing but new ones, as in a first reading. `--database` names a store that `benchmarks/serving.py` has kept; it is
copied. It says what it measured and beside it what was aimed at, and judges nothing.
"""

import argparse
import asyncio
import json
import logging
import re
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any

from ladder import Table, middle, over, say
from prose import Press
from serving import LANGUAGES, fill

from crawler.directory import FOLLOWED
from crawler.records import PARSER, Report, Sighting, Wording
from feeds.server import app, serve
from monitor.config import Config
from monitor.intake import look_up, take_page
from monitor.schedule import Listing, Task
from monitor.store.arrivals import settle
from monitor.store.database import Database, open_store, writing
from monitor.store.listings import begin_crawl, end_crawl

PAGE_SIZE = 20
PAGES = ("/ru/", "/feeds/all.atom")
AIM_MS = 100.0
FIRST_ID = 50_000_000
WRITTEN = {-1: "nothing written", 0: "nothing new", 1: "one new a page", PAGE_SIZE: "all new"}
"""By how many of the twenty releases of each page are new."""
SPARE_SECONDS = 5
Page = tuple[Listing, list[Sighting]]


@dataclass
class Served:
    """What the process of the server says of itself."""

    made: int = 0
    """How often a page was made anew, for one reader or many."""
    locked: int = 0
    """How often its log says that the database was locked."""
    sightings: int = 0
    seconds: float = 0.0
    write_ms: list[float] = field(default_factory=list)
    """How long each transaction kept the loop."""


@dataclass
class Run:
    """What the readers of one page met while something was written."""

    page: str
    written: str
    spent_ms: list[float]
    refused: int
    """Answers other than 200."""
    served: Served


class Newsroom:
    """Pages of listings as the worker would have sent them; no two releases have a text in common."""

    def __init__(self) -> None:
        self._press = Press()
        self._numbers = count()

    def known(self) -> list[Page]:
        """A page of each followed agency, in one of the languages."""
        return [
            self._page(agency, LANGUAGES[at % len(LANGUAGES)], [], PAGE_SIZE)
            for at, agency in enumerate(FOLLOWED)
        ]

    def later(self, page: Page, *, new: int) -> Page:
        """The same listing's page with so many new releases at its top."""
        listing, seen = page
        return self._page(*listing.key, seen, new)

    def _page(self, agency: str, lang: str, before: Sequence[Sighting], new: int) -> Page:
        fresh = [self._sighting(next(self._numbers), agency, lang) for _ in range(new)]
        seen = [replace(each, position=place) for place, each in enumerate([*fresh, *before][:PAGE_SIZE])]
        return Listing(agency, lang, walked=True, watermark=FIRST_ID - 1), seen

    def _sighting(self, number: int, agency: str, lang: str) -> Sighting:
        said, at, source_id = self._press.release(number, lang), datetime.now(UTC), str(FIRST_ID + number)
        html = "".join(f"<p>{paragraph}</p>" for paragraph in said.paragraphs)
        wording = Wording(
            url=f"https://portal.example/{agency}/{source_id}",
            agencies=(agency,),
            title=said.title,
            text=said.text,
            html=html,
            published_raw=at.isoformat(),
            published_at=at,
            published_on=at.date(),
            published_precision="minute",
            attachments=(),
            images=(),
            raw=json.dumps({"id": source_id, "title": said.title, "body": html}, ensure_ascii=False),
            parser=PARSER,
        )
        mark = blake2b(source_id.encode(), digest_size=16).hexdigest()
        return Sighting(0, 0, source_id, mark, wording)


def take(db: Database, listing: Listing, seen: Sequence[Sighting], *, now: datetime) -> None:
    """One page, and its row of `crawls`."""
    with writing(db):
        found = look_up(db, seen, *listing.key, now=now)
        crawl = begin_crawl(db, Task(*listing.key, 1, "ordinary"), "rest", started_at=now)
        taken = take_page(db, seen, listing, found, alerts=(), started_at=now, now=now)
        outcome = "items" if taken.changes else "unchanged"
        report = Report(0, outcome, listed=len(seen), requests=1)
        end_crawl(db, crawl, report, taken.counts, outcome=outcome, finished_at=now, next_at=None)
        settle(db, all_begun=True, now=now)


async def write(served: Served, path: Path, pages: Sequence[Page], *, per_second: float) -> None:
    """Takes in so many sightings a second, until no more are left or it is cancelled."""
    with closing(open_store(path)) as db:
        began, pause = time.perf_counter(), PAGE_SIZE / per_second
        try:
            for number, (listing, seen) in enumerate(pages):
                await asyncio.sleep(max(0.0, began + number * pause - time.perf_counter()))
                started = time.perf_counter()
                take(db, listing, seen, now=datetime.now(UTC))
                served.write_ms.append((time.perf_counter() - started) * 1000)
                served.sightings += len(seen)
        finally:
            served.seconds = time.perf_counter() - began


def serve_and_write(path: Path, new: int, asked: argparse.Namespace) -> None:
    """The child: says its port, writes and serves until its input closes, then says what it did."""
    served, newsroom = Served(), Newsroom()
    known = newsroom.known()
    with closing(open_store(path)) as db:
        for listing, seen in known:
            take(db, listing, seen, now=datetime.now(UTC))
    needed = int((asked.seconds + SPARE_SECONDS) * asked.sightings / PAGE_SIZE) if new >= 0 else 0
    pages = [newsroom.later(known[number % len(known)], new=new) for number in range(needed)]

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            served.locked += "locked" in record.getMessage()

    def counted(make: Callable[..., Any]) -> Callable[..., Any]:
        def making(*given: Any, **named: Any) -> Any:
            made = make(*given, **named)
            served.made += made is not None and all(made is not each for each in given)
            return made

        return making

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), stop.set)
        site = app(Config.model_validate({"database": {"path": path}, "server": {"port": 0}}))
        for name in ("view", "feed"):
            setattr(site.site, name, counted(getattr(site.site, name)))
        writing_on = asyncio.create_task(write(served, path, pages, per_second=asked.sightings))
        await serve(site, "127.0.0.1", 0, stop=stop, ready=lambda port: print(port, flush=True))
        writing_on.cancel()
        await asyncio.wait({writing_on})
        if not writing_on.cancelled():
            writing_on.result()

    logging.getLogger().addHandler(Listening())
    asyncio.run(run())
    print(json.dumps(asdict(served)), flush=True)


async def measure(path: Path, page: str, new: int, asked: argparse.Namespace) -> Run:
    """Readers in this process, server and writer in a child."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--serve", str(path), "--new", str(new), "--seconds", str(asked.seconds),
        "--sightings", str(asked.sightings), stdin=PIPE, stdout=PIPE, limit=2**26,
    )  # fmt: skip
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child has no pipes")
    port = int(await child.stdout.readline())
    spent: list[float] = []
    await asyncio.gather(*(read(port, page, asked, place, spent) for place in range(asked.readers)))
    child.stdin.close()
    served = Served(**json.loads(await child.stdout.readline()))
    await child.wait()
    good = [each for each in spent if each >= 0]
    return Run(page, WRITTEN[new], good, len(spent) - len(good), served)


async def read(port: int, page: str, asked: argparse.Namespace, place: int, spent: list[float]) -> None:
    """One reader on one connection, who asks so many times a second, by the clock and not by the last answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {page} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    pause, loop = 1 / asked.per_second, asyncio.get_running_loop()
    writer.write(request)
    await _answer(reader)  # the first of all is made with a cold cache
    began = loop.time() + pause * place / asked.readers
    for number in range(int(asked.seconds * asked.per_second)):
        due = began + number * pause
        await asyncio.sleep(max(0.0, due - loop.time()))
        writer.write(request)
        status = await _answer(reader)
        spent.append((loop.time() - due) * 1000 if status == b"200" else -1)
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    if length is None:
        raise RuntimeError(f"an answer without a length: {head!r}")
    await reader.readexactly(int(length[1]))
    return head.split(b" ", 2)[1]


def table(runs: Sequence[Run], asked: argparse.Namespace, editions: int) -> Table:
    """What was measured, and beside it what was aimed at."""
    return Table(
        f"{asked.readers} readers who ask {asked.per_second:g} times a second each, {editions:,} editions, "
        f"{asked.sightings:g} sightings a second (aim: p99 {AIM_MS:g} ms, none locked):",
        (
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "slowest",
            "answers",
            "not made",
            "refused",
            "locked",
            "sightings/s",
            "write ms",
        ),
        [(f"{run.page}, {run.written}", _figures(run)) for run in runs],
    )


def _figures(run: Run) -> tuple[float | None, ...]:
    served, cuts = run.served, quantiles(run.spent_ms, n=100, method="inclusive")
    return (
        cuts[49], cuts[94], cuts[98], max(run.spent_ms), len(run.spent_ms), len(run.spent_ms) - served.made,
        run.refused, served.locked, over(served.sightings, served.seconds), middle(served.write_ms),
    )  # fmt: skip


def main() -> None:
    asked = _asked()
    if asked.serve:
        serve_and_write(asked.serve, asked.new[0], asked)
        return
    with tempfile.TemporaryDirectory(prefix="jarshy-pages-") as folder:
        kept = asked.database or Path(folder) / "kept.db"
        if not kept.exists():
            say(f"writing {asked.editions:,} editions")
            fill(kept, asked.editions)
        runs = []
        for page in asked.page or PAGES:
            for new in asked.new or WRITTEN:
                say(f"{page}, {WRITTEN[new]}")
                path = Path(folder) / "jarshy.db"
                path.unlink(missing_ok=True)
                shutil.copyfile(kept, path)
                with closing(open_store(path).conn) as db:
                    (editions,) = db.execute("SELECT count(*) FROM editions").fetchone()
                runs.append(asyncio.run(measure(path, page, new, asked)))
    if asked.json:
        print(json.dumps({"editions": editions, "runs": [asdict(run) for run in runs]}, indent=1))
        return
    print(table(runs, asked, editions).text())


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, default, what in (
        ("editions", 100_000, "that the history has"),
        ("sightings", 200, "that are taken in each second"),
        ("readers", 16, "who keep their connections"),
        ("per-second", 5, "times that each of them asks"),
        ("seconds", 20, "of each run"),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{what} (default: {default})")
    parser.add_argument(
        "--page", action="append", help=f"that is read; several times (default: {', '.join(PAGES)})"
    )
    parser.add_argument("--database", type=Path, help="of an earlier run of serving.py; it is copied")
    parser.add_argument("--json", action="store_true", help="print every answer as JSON")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument(
        "--new",
        type=int,
        action="append",
        choices=WRITTEN,
        help="releases of a page, several times (default: all)",
    )
    asked = parser.parse_args()
    if min(asked.editions, asked.sightings, asked.readers, asked.per_second, asked.seconds) < 1:
        parser.error("every number must be at least 1")
    return asked


if __name__ == "__main__":
    main()

"""What a long history costs: a sighting at few and at many releases, and what of the file goes to what.

    .venv/bin/python benchmarks/history.py [--releases 1000000] [--few 10000] [--pages N] [--json]

Invented releases of 2 kB go through the real path (read by the worker's parser, decided and stored page by page in
a real file), and every tenth has a second wording. The same texts in bare SQLite stand beside. It says what it
measured and judges nothing.
"""

import argparse
import json
import os
import platform
import sqlite3
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from statistics import mean

from ladder import Row, Table, middle, over, say
from prose import Invented, Press, edited

from crawler.directory import FOLLOWED, agencies
from crawler.items import read_item
from crawler.records import Order, Report, Sighting
from crawler.standin.copies import Copy, document, slug_of, upload
from monitor.intake import look_up, take_page
from monitor.schedule import Listing, Task
from monitor.store.database import Database, open_store, writing
from monitor.store.listings import begin_crawl, end_crawl, write_directory

PAGE = 20
GROWN_BY = 100
"""Items of a page while the file only grows: the same path, with fewer commits to wait for."""
FIRST_ID = 900_000
STARTED = datetime(2016, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(minutes=5)
"""From one release to the next: some 300 a day, a million in ten years."""
PAGES_AHEAD = 8
BASE = "https://portal.example"
ALL_SAID = timedelta(minutes=1)


@dataclass
class Spent:
    """What one sighting took, page by page; a page's cost shared among its items."""

    cpu_ms: list[float] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    wal_pages: list[float] = field(default_factory=list)
    checkpoint_ms: float = 0.0
    """Bringing all of it from the log to the file, shared as well."""


@dataclass
class Figures:
    """All that was measured."""

    new: dict[int, Spent] = field(default_factory=dict)
    """By the number of releases held."""
    edits: dict[int, Spent] = field(default_factory=dict)
    unchanged: dict[int, Spent] = field(default_factory=dict)
    bare: Spent = field(default_factory=Spent)
    rows_of_an_unchanged_page: int = 0
    """Rows that a poll with nothing new writes: that of `crawls`, opened and closed, and that of `due`."""
    parts: dict[str, int] = field(default_factory=dict)
    """Bytes by table and index."""
    file_bytes: int = 0
    page_bytes: int = 0
    text_bytes: int = 0
    """UTF-8 of title and text of every wording."""
    current_bytes: int = 0
    """The same of the latest wordings alone."""
    bare_bytes: int = 0
    releases: int = 0
    revisions: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a listing, when its releases are new and after every tenth was edited."""

    listing: Listing
    new: list[Sighting]
    edited: list[Sighting]
    """The others as the worker sends what it has sent before."""

    @property
    def as_it_stands(self) -> list[Sighting]:
        """The edited page once more, as the worker sends it then."""
        return [replace(seen, wording=None) for seen in self.edited]


def written_page(first: int, count: int) -> Page:
    """The page of so many releases after the first so many; always the same."""
    turn = first // PAGE
    lang, agency = ("ru", "kk")[turn % 2], FOLLOWED[turn // 2 % len(FOLLOWED)]
    new, again = [], []
    for place, number in enumerate(range(first + count, first, -1)):
        release = _press().release(number, lang)
        new.append(_sighting(agency, number, release, position=place))
        if number % 10 == 0:
            again.append(_sighting(agency, number, edited(release), position=place))
        else:
            again.append(replace(new[-1], wording=None))
    return Page(Listing(agency, lang, watermark=FIRST_ID, walked=True), new, again)


@cache
def _press() -> Press:
    return Press()


class Grown:
    """A database that grows, page by page."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = open_store(path)
        self.held = 0
        self._order = 0
        write_directory(self.db, agencies().values(), followed=FOLLOWED)

    def grow(self, releases: int) -> None:
        """Until it holds so many; another process writes the pages meanwhile."""
        firsts = range(self.held, releases, GROWN_BY)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as press:
            ahead: deque[Future[Page]] = deque()
            for first in firsts:
                ahead.append(press.submit(written_page, first, min(GROWN_BY, releases - first)))
                if len(ahead) > PAGES_AHEAD:
                    self._add(ahead.popleft().result())
            while ahead:
                self._add(ahead.popleft().result())

    def measure(self, pages: int) -> tuple[Spent, Spent, Spent]:
        """So many pages of new sightings, of edits and of what is held, each as a poll would bring them."""
        self._checkpoint()
        [often] = self.db.execute("PRAGMA wal_autocheckpoint").fetchone()
        self.db.execute("PRAGMA wal_autocheckpoint = 0")
        new, edits, unchanged = Spent(), Spent(), Spent()
        came = [written_page(self.held + place * PAGE, PAGE) for place in range(pages)]
        for page in came:
            self._add(page, new, edits)
        for page in came:
            self.take(page.listing, page.as_it_stands, unchanged)
        started = time.perf_counter()
        self._checkpoint()
        new.checkpoint_ms = (time.perf_counter() - started) * 1000 / (pages * PAGE)
        self.db.execute(f"PRAGMA wal_autocheckpoint = {often}")
        return new, edits, unchanged

    def _add(self, page: "Page", new: Spent | None = None, edits: Spent | None = None) -> None:
        """A page of new releases, then the same page after every tenth of them was edited."""
        self.held += len(page.new)
        self.take(page.listing, page.new, new)
        self.take(
            page.listing, page.edited, edits, share=sum(seen.wording is not None for seen in page.edited)
        )

    def take(
        self, listing: Listing, seen: Sequence[Sighting], spent: Spent | None, *, share: int | None = None
    ) -> None:
        """What the daemon does with a page that it was sent, all in one transaction.

        `share`: among so many of its items the cost is shared.
        """
        now = STARTED + self.held * BETWEEN + timedelta(hours=1)
        self._order += 1
        task = Task(listing.agency, listing.lang, page=1, purpose="ordinary")
        report = Report(self._order, "items", listed=len(seen), requests=1, bytes=90_000)
        before = self._wal_bytes()
        started, cpu = time.perf_counter(), time.process_time()
        with writing(self.db):
            found = look_up(self.db, seen, *listing.key, now=now)
            crawl = begin_crawl(self.db, task, "rest", started_at=now)
            taken = take_page(self.db, seen, listing, found, alerts=(), started_at=now, now=now)
            end_crawl(
                self.db, crawl, report, taken.counts, outcome="items", finished_at=now, next_at=now + ALL_SAID
            )
        used, took = time.process_time() - cpu, time.perf_counter() - started
        if spent is not None:
            items = len(seen) if share is None else share
            spent.cpu_ms.append(used * 1000 / items)
            spent.ms.append(took * 1000 / items)
            frame = self._page_bytes() + 24
            spent.wal_pages.append((self._wal_bytes() - before) / frame / items)

    def _wal_bytes(self) -> int:
        log = self.path.with_name(f"{self.path.name}-wal")
        return log.stat().st_size if log.exists() else 0

    def _page_bytes(self) -> int:
        [size] = self.db.execute("PRAGMA page_size").fetchone()
        return int(size)

    def _checkpoint(self) -> None:
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def main() -> None:
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="jarshy-history-") as folder:
        if asked.keep:
            Path(asked.keep).mkdir(parents=True, exist_ok=True)
        figures = measure(Path(asked.keep or folder), few=asked.few, many=asked.releases, pages=asked.pages)
    machine = (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} processors"
    )
    tables = [cost_table(figures), size_table(figures), parts_table(figures)]
    if asked.json:
        said = {"machine": machine, "tables": [asdict(table) for table in tables], "figures": asdict(figures)}
        print(json.dumps(said, ensure_ascii=False, indent=1))
        return
    print(f"Medians over {asked.pages} pages of {PAGE} items; {machine}.")
    for table in tables:
        print(f"\n{table.text()}")


def measure(folder: Path, *, few: int, many: int, pages: int) -> Figures:
    """Grows a database from nothing to `many` releases; measures on the way at `few`, and at the end."""
    figures = Figures()
    grown = Grown(folder / "history.db")
    for size in dict.fromkeys((few, many)):
        say(f"growing to {size:,} releases")
        grown.grow(size)
        say(f"{pages} pages of each kind at {grown.held:,} releases")
        figures.new[size], figures.edits[size], figures.unchanged[size] = grown.measure(pages)
    figures.rows_of_an_unchanged_page = _rows_of_an_unchanged_page(grown)
    say("what of the file goes to what")
    _weigh(figures, grown.db)
    grown.db.close()
    say("the same in bare SQLite")
    _bare(figures, folder, pages=pages)
    return figures


def _rows_of_an_unchanged_page(grown: Grown) -> int:
    page = written_page(grown.held - PAGE, PAGE)
    before = grown.db.conn.total_changes
    grown.take(page.listing, page.as_it_stands, None)
    return grown.db.conn.total_changes - before


def _weigh(figures: Figures, db: Database) -> None:
    [figures.page_bytes] = db.execute("PRAGMA page_size").fetchone()
    [pages] = db.execute("PRAGMA page_count").fetchone()
    figures.file_bytes = pages * figures.page_bytes
    figures.parts = dict(
        db.execute(
            "SELECT name, sum(pgsize) FROM dbstat WHERE aggregate = TRUE GROUP BY name ORDER BY 2 DESC"
        )
    )
    [free] = db.execute("PRAGMA freelist_count").fetchone()
    figures.parts["free pages"] = free * figures.page_bytes
    figures.text_bytes, figures.revisions = db.execute(
        "SELECT sum(length(CAST(title AS BLOB)) + length(CAST(text AS BLOB))), count(*) FROM wordings"
    ).fetchone()
    figures.current_bytes, figures.releases = db.execute(
        "SELECT sum(length(CAST(title AS BLOB)) + length(CAST(text AS BLOB))), count(*) FROM editions"
    ).fetchone()


def _bare(figures: Figures, folder: Path, *, pages: int) -> None:
    """Title and text of every wording in one table: all at once, then the last pages as a poll would bring them."""
    path = folder / "bare.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {figures.page_bytes}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL)")
        db.execute("ATTACH ? AS ours", [f"{folder / 'history.db'}"])
        db.execute("INSERT INTO texts (title, text) SELECT title, text FROM ours.wordings")
        last = db.execute("SELECT title, text FROM texts ORDER BY id DESC LIMIT ?", [pages * PAGE]).fetchall()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        [figures.bare_bytes] = db.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).fetchone()
        db.execute("PRAGMA wal_autocheckpoint = 0")
        log = path.with_name("bare.db-wal")
        for first in range(0, len(last), PAGE):
            some, before = last[first : first + PAGE], log.stat().st_size
            started, cpu = time.perf_counter(), time.process_time()
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT INTO texts (title, text) VALUES (?, ?)", some)
            db.execute("COMMIT")
            used, took = time.process_time() - cpu, time.perf_counter() - started
            figures.bare.cpu_ms.append(used * 1000 / len(some))
            figures.bare.ms.append(took * 1000 / len(some))
            pages_written = (log.stat().st_size - before) / (figures.page_bytes + 24)
            figures.bare.wal_pages.append(pages_written / len(some))


def cost_table(figures: Figures) -> Table:
    """What one sighting costs at either size, and how much more at the greater."""
    few, many = min(figures.new), max(figures.new)

    def rows(name: str, at: dict[int, Spent]) -> Iterator[Row]:
        for what, here, there in (
            ("CPU ms, median", middle(at[few].cpu_ms), middle(at[many].cpu_ms)),
            ("CPU ms, mean", mean(at[few].cpu_ms), mean(at[many].cpu_ms)),
            ("ms, median", middle(at[few].ms), middle(at[many].ms)),
            ("ms, mean", mean(at[few].ms), mean(at[many].ms)),
            ("pages to the log, median", middle(at[few].wal_pages), middle(at[many].wal_pages)),
            ("pages to the log, mean", mean(at[few].wal_pages), mean(at[many].wal_pages)),
        ):
            yield f"{name}: {what}", (here, there, over(there, here))
        if at[few].checkpoint_ms:
            here, there = at[few].checkpoint_ms, at[many].checkpoint_ms
            yield "  from the log to the file, with its edit and poll: ms", (here, there, over(there, here))

    bare = figures.bare
    return Table(
        f"What a sighting costs, pages of {figures.page_bytes:,} bytes; a poll with nothing new writes "
        f"{figures.rows_of_an_unchanged_page} rows a page (that of `crawls`, opened and closed):",
        (f"at {few:,}", f"at {many:,}", "ratio"),
        [
            *rows("new", figures.new),
            *rows("edited", figures.edits),
            *rows("unchanged", figures.unchanged),
            ("bare SQLite, text alone: CPU ms", (None, middle(bare.cpu_ms), None)),
            ("bare SQLite, text alone: ms", (None, middle(bare.ms), None)),
            ("bare SQLite, text alone: pages to the log", (None, middle(bare.wal_pages), None)),
        ],
    )


def size_table(figures: Figures) -> Table:
    """The file beside the text that it holds."""
    text, wordings = figures.text_bytes, figures.revisions

    def row(name: str, size: int) -> Row:
        return name, (size / 1e6, over(size, wordings), over(size, text))

    return Table(
        f"What {wordings:,} wordings of {figures.releases:,} releases weigh:",
        ("MB", "bytes a wording", "× the text"),
        [
            row("title and text in UTF-8", text),
            row("  of the latest wordings alone", figures.current_bytes),
            row("bare SQLite, one table, plain", figures.bare_bytes),
            row("Jarshy's file", figures.file_bytes),
        ],
    )


def parts_table(figures: Figures) -> Table:
    """The share of each table and index."""
    return Table(
        "What of the file goes to what:",
        ("bytes a release", "% of the file", "× the text"),
        [
            (
                name,
                (
                    over(size, figures.releases),
                    over(size * 100, figures.file_bytes),
                    over(size, figures.text_bytes),
                ),
            )
            for name, size in figures.parts.items()
            if size * 2000 > figures.file_bytes
        ],
    )


def _sighting(agency: str, number: int, release: Invented, *, position: int) -> Sighting:
    """What the worker makes of an item as the portal has it."""
    when = STARTED + number * BETWEEN
    source_id = FIRST_ID + number
    item = {
        "id": source_id,
        "title": release.title,
        "slug": slug_of(release.title),
        "body": document(Copy(release.title, release.paragraphs, bold_lead=number % 3 == 0)),
        "short_description": None,
        "created_date": when.strftime("%Y-%m-%dT%H:%M:00Z"),
        "heropic": upload(
            f"{source_id}", year=2026, month=when.month, day=when.day, ext="jpg", size=90_000 + number
        ),
        "alt_image": None,
        "projects": agency,
        "directions": [],
        "views": number % 977,
    }
    asked = Order(0, agency, release.lang)
    seen = read_item(item, order=asked, position=position, base_url=BASE)
    if not isinstance(seen, Sighting):
        raise TypeError(f"release {source_id} cannot be read: {seen.reason}")
    return seen


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, default, what in (
        ("releases", 1_000_000, "that the file has at last"),
        ("few", 10_000, "that it has when it is measured first"),
        ("pages", 100, "of each kind that are measured at either size"),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{what} (default: {default})")
    parser.add_argument("--keep", metavar="FOLDER", help="leave the database there")
    parser.add_argument("--json", action="store_true", help="print tables and every page as JSON")
    asked = parser.parse_args()
    if min(asked.releases, asked.few, asked.pages) < 1:
        parser.error("every number must be at least 1")
    return asked


if __name__ == "__main__":
    main()

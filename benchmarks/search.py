"""What searches cost among many editions: each of a named set of them, by date and by relevance, cold and warm.

    .venv/bin/python benchmarks/search.py [--editions 100000] [--runs 20] [--database FILE] [--json]

The store is invented (benchmarks/searched.py), or one that an earlier run left with `--database`. Cold is the first
search of a connection but for the dictionary; between two warm ones of a query all the others were asked. Beside them
stands the same full-text expression as SQLite ranks it by itself: `ORDER BY rank LIMIT 20`. It says what it measured
and judges nothing.
"""

import argparse
import json
import os
import platform
import sqlite3
import tempfile
import time
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from statistics import median, quantiles

from ladder import Table, say
from searched import build

from monitor.store.database import Database, open_reader
from monitor.store.found import Narrowed, Order, search
from monitor.store.remembered import known
from monitor.words.expression import ANYTHING, expressed
from monitor.words.question import read_question
from monitor.words.russian import open_dictionary

ON_PAGE = 20
_PLAIN_RUNS = 3


@dataclass(frozen=True, slots=True)
class Query:
    """A search that is measured."""

    name: str
    typed: str
    narrowed: Narrowed = field(default_factory=Narrowed)
    first: int = 0


_MARCH = Narrowed(since=date(2020, 3, 1), until=date(2020, 3, 31))
QUERIES = (
    Query("common word, ru", "министерство"),
    Query("common word, kk", "министрлік"),
    Query("common word, en", "ministry"),
    Query("forms, ru", "налог"),
    Query("forms, kk", "салық"),
    Query("forms, en", "tax"),
    Query("short Kazakh word", "су"),
    Query("typed plainly, kk", "укимет"),
    Query("rarer word, ru", "ёлка"),
    Query("rarer word, kk", "жиһаз"),
    Query("rare number", "12345"),
    Query("word that is nowhere", "неттакогослова"),
    Query("two words", "налог кодекс"),
    Query("three common words", "министерство закон налог"),
    Query("common and rare word", "министерство ёлка"),
    Query("exact phrase", '"налога кодекса"'),
    Query("phrase in any form, ru", '~"вода кодекс"'),
    Query("phrase in any form, kk", '~"салық кодекс"'),
    Query("exclusion", "министрлік -салық"),
    Query("exclusion of a common word", "налог -министерство"),
    Query("short beginning", "ми*"),
    Query("long beginning", "министе*"),
    Query("one or the other", "налог | пошлина"),
    Query("common word, one agency", "министерство", Narrowed(agencies=("mfa",))),
    Query("common word, small agency", "министерство", Narrowed(agencies=("akimvko",))),
    Query("common word, one language", "министерство", Narrowed(languages=("ru",))),
    Query("common word, one month", "министерство", _MARCH),
    Query("common word, removed", "министерство", Narrowed(status="removed")),
    Query("common word, edited", "министерство", Narrowed(status="edited")),
    Query("common word, page 10", "министерство", first=9 * ON_PAGE),
)
ORDERS: tuple[Order, ...] = ("date", "relevance")


@dataclass
class Spent:
    """Milliseconds of one query."""

    cold: dict[Order, float] = field(default_factory=dict)
    warm: dict[Order, list[float]] = field(default_factory=dict)
    cpu: dict[Order, list[float]] = field(default_factory=dict)
    """The same as the processor was busy with it, which no other program makes longer."""
    plain: list[float] = field(default_factory=list)
    total: int = 0
    is_all: bool = True


def main() -> None:
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="jarshy-search-") as folder:
        path = Path(asked.database or Path(folder) / "searched.db")
        if not path.exists():
            say(f"building {asked.editions:,} editions")
            build(path, asked.editions)
        figures = measure(path, runs=asked.runs)
        with sqlite3.connect(path) as bare:
            [editions] = bare.execute("SELECT count(*) FROM editions").fetchone()
        size = path.stat().st_size
    machine = (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} processors"
    )
    if asked.json:
        said = {"machine": machine, "editions": editions, "bytes": size,
                "queries": {name: asdict(spent) for name, spent in figures.items()}}  # fmt: skip
        print(json.dumps(said, ensure_ascii=False, indent=1))
        return
    print(f"{editions:,} editions, {size / 1e6:,.0f} MB; {machine}; {asked.runs} runs of each, in ms\n")
    print(table(figures).text())


def measure(path: Path, *, runs: int) -> dict[str, Spent]:
    """What each query takes."""
    open_dictionary()
    figures = {query.name: Spent() for query in QUERIES}
    for query in QUERIES:
        for order in ORDERS:
            db = open_reader(path)
            figures[query.name].cold[order] = _took(db, query, order)
            db.conn.close()
    db = open_reader(path)
    for order in ORDERS:
        for run in range(runs + 1):
            for query in QUERIES:
                busy = time.process_time()
                took = _took(db, query, order)
                if run:
                    figures[query.name].cpu.setdefault(order, []).append((time.process_time() - busy) * 1000)
                    figures[query.name].warm.setdefault(order, []).append(took)
    for query in QUERIES:
        found = search(db, read_question(query.typed), query.narrowed, order="date", first=0, size=1)
        figures[query.name].total, figures[query.name].is_all = found.total, found.is_all
        figures[query.name].plain = _plainly(db, query)
    db.conn.close()
    return figures


def table(figures: dict[str, Spent]) -> Table:
    """A row for each query, and one for all of them."""
    rows = []
    for name, spent in figures.items():
        by_date, by_relevance = spent.warm["date"], spent.warm["relevance"]
        hits = f"{spent.total:,}{'' if spent.is_all else '+'}"
        rows.append((f"{name} ({hits})", (*_said(by_date), *_said(by_relevance), max(spent.cold.values()),
                                         median(spent.plain) if spent.plain else None)))  # fmt: skip
    of_all = [[took for spent in figures.values() for took in spent.warm[order]] for order in ORDERS]
    busy = [[took for spent in figures.values() for took in spent.cpu[order]] for order in ORDERS]
    cold = [took for spent in figures.values() for took in spent.cold.values()]
    rows.append(("all of them", (*_said(of_all[0]), *_said(of_all[1]), max(cold), None)))
    rows.append(("all of them, time of the processor", (*_said(busy[0]), *_said(busy[1]), None, None)))
    columns = ("date: median", "p95", "worst", "fit: median", "p95", "worst", "cold", "plain rank")
    return Table("The query, and how many hits were looked at (+: there are more):", columns, rows)


def _said(times: list[float]) -> tuple[float, float, float]:
    p95 = quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
    return median(times), p95, max(times)


def _took(db: Database, query: Query, order: Order) -> float:
    started = time.perf_counter()
    search(db, read_question(query.typed), query.narrowed, order=order, first=query.first, size=ON_PAGE)
    return (time.perf_counter() - started) * 1000


def _plainly(db: Database, query: Query) -> list[float]:
    """The same expression as SQLite ranks it, over everything; none where the index alone cannot say."""
    expression = expressed(read_question(query.typed), known(db).spread)
    match = expression.in_kazakh
    if match in {ANYTHING, ""}:
        return []
    times = []
    for _ in range(_PLAIN_RUNS):
        started = time.perf_counter()
        db.execute(
            "SELECT rowid FROM editions_fts WHERE editions_fts MATCH ? ORDER BY rank LIMIT 20", [match]
        ).fetchall()
        times.append((time.perf_counter() - started) * 1000)
    return times


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--editions", type=int, default=100_000, help="to invent (default: 100000)")
    parser.add_argument("--runs", type=int, default=20, help="of each query and order (default: 20)")
    parser.add_argument("--database", metavar="FILE", help="search this one; it is made where there is none")
    parser.add_argument("--json", action="store_true", help="print every figure as JSON")
    asked = parser.parse_args()
    if min(asked.editions, asked.runs) < 1:
        parser.error("every number must be at least 1")
    return asked


if __name__ == "__main__":
    main()

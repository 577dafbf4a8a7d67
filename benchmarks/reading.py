"""How quickly and cheaply Jarshy reads: a backfill, a poll with nothing new, memory, and the time to a webhook.

    .venv/bin/python benchmarks/reading.py [--runs N] [--releases N] [--polls N] [--json]

Everything runs on this machine (Linux), in processes of their own, beside limits that it cannot beat. It says
what it measured and judges nothing.
"""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ladder import Row, Shelf, Table, in_child, middle, over, portal_of, say
from limits import Spent, asks, bare_answers, bare_scrapy, bare_sqlite
from machinery import Backfill, Poll, backfill, polls
from news import seconds_to_webhook

from crawler.directory import FOLLOWED, agencies
from monitor.reach import PAGE_SIZE

SOME = ("economy", "almaty", "enbek", "moa", "mps", "adilet", "zhambyl", "karaganda", "mam", "aktobe")
POLLED = tuple(dict.fromkeys([*FOLLOWED, *agencies()]))
BARE_ROUNDS = 10


@dataclass
class Figures:
    """Everything that was measured, run by run."""

    releases: int
    listings: int
    """That are polled."""
    answers: list[Spent] = field(default_factory=list)
    scrapy: list[Spent] = field(default_factory=list)
    sqlite: list[Spent] = field(default_factory=list)
    backfills: list[Backfill] = field(default_factory=list)
    scrapy_polls: list[Spent] = field(default_factory=list)
    polls: list[Poll] = field(default_factory=list)
    webhook_seconds: list[float] = field(default_factory=list)


def main() -> None:
    asked = _asked()
    each = -(-asked.releases // len(SOME))
    polled = [Shelf(agency, ("kk", "ru", "en"), PAGE_SIZE) for agency in POLLED[: asked.agencies]]
    figures = Figures(each * len(SOME), sum(len(shelf.langs) for shelf in polled))
    with tempfile.TemporaryDirectory(prefix="jarshy-reading-") as folder:
        measure_backfill(figures, Path(folder), runs=asked.runs, each=each)
        measure_polls(figures, Path(folder), polled, count=asked.polls)
        say(f"{asked.news} releases until they are told by webhook")
        figures.webhook_seconds = seconds_to_webhook(Path(folder), times=asked.news)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} processors"
    tables = [backfill_table(figures), poll_table(figures), memory_table(figures), webhook_table(figures)]
    if asked.json:
        said = {"machine": machine, "medians": [asdict(table) for table in tables], "runs": asdict(figures)}
        print(json.dumps(said, ensure_ascii=False, indent=1))
        return
    print(f"Medians; {machine}; portal, worker and daemon on the same machine.")
    for table in tables:
        print(f"\n{table.text()}")


def measure_backfill(figures: Figures, folder: Path, *, runs: int, each: int) -> None:
    """Everything into a fresh database, and by the bare means; in turn, so that they share the noise."""
    shelves = [Shelf(agency, (("ru", "kk")[at % 2],), each) for at, agency in enumerate(SOME)]
    listings = [key for shelf in shelves for key in shelf.listings]
    with portal_of(shelves) as base_url:
        wanted = asks(base_url, listings, pages=-(-each // PAGE_SIZE), size=PAGE_SIZE)
        for run in range(1, runs + 1):
            say(f"backfill of {figures.releases:,} releases, run {run} of {runs}")
            path = folder / f"backfill-{run}.db"
            figures.answers.append(in_child(bare_answers, wanted))
            figures.scrapy += in_child(bare_scrapy, wanted, rounds=1)
            figures.backfills.append(in_child(backfill, base_url, listings, path))
            figures.sqlite.append(in_child(bare_sqlite, path, path.with_suffix(".copy")))


def measure_polls(figures: Figures, folder: Path, shelves: Sequence[Shelf], *, count: int) -> None:
    """The same unchanged listings again and again."""
    say(f"{count} polls of {figures.listings} listings")
    listings = [key for shelf in shelves for key in shelf.listings]
    with portal_of(shelves) as base_url:
        wanted = asks(base_url, listings, pages=1, size=PAGE_SIZE)
        figures.scrapy_polls = in_child(bare_scrapy, wanted, rounds=min(count, BARE_ROUNDS))
        figures.polls = in_child(polls, base_url, listings, count, folder / "polls.db")


def backfill_table(figures: Figures) -> Table:
    """Speed and cost of a backfill beside what is possible."""
    runs, releases = figures.backfills, figures.releases
    ours = middle([run.seconds for run in runs])

    def row(name: str, seconds: Sequence[float], cpu: Sequence[float]) -> Row:
        took, used = middle(seconds), middle(cpu)
        speed = over(releases, took)
        return name, (speed, over(used, releases / 1000), over(ours, took))

    def bare(name: str, spent: Sequence[Spent]) -> Row:
        return row(name, [each.seconds for each in spent], [each.cpu for each in spent])

    return Table(
        f"Backfill of {releases:,} releases of 4 kB from {len(SOME)} listings into a fresh database, "
        f"{len(runs)} runs:",
        ("releases/s", "CPU ms/release", "× Jarshy's speed"),
        [
            bare("answers of the portal, thrown away", figures.answers),
            bare("bare Scrapy and json.loads", figures.scrapy),
            bare("bare SQLite, executemany of the same rows", figures.sqlite),
            row("Jarshy", [r.seconds for r in runs], [r.worker_cpu + r.daemon_cpu for r in runs]),
            row("  its worker", [], [run.worker_cpu for run in runs]),
            row("  its daemon", [], [run.daemon_cpu for run in runs]),
        ],
    )


def poll_table(figures: Figures) -> Table:
    """Cost of a poll that brings nothing; every sixth, which asks for more pages, is left out."""
    ordinary = [poll for poll in figures.polls if poll.orders == figures.listings] or figures.polls
    bare = [spent.cpu for spent in figures.scrapy_polls]

    def row(name: str, cpu: Sequence[float]) -> Row:
        used = middle(cpu)
        return name, (over(used, 0.001), over(used, middle(bare)))

    return Table(
        f"A poll of {figures.listings} listings of {PAGE_SIZE} items with nothing new, "
        f"{len(ordinary)} polls:",
        ("CPU ms", "× bare Scrapy"),
        [
            row("bare Scrapy and json.loads", bare),
            row("Jarshy", [poll.worker_cpu + poll.daemon_cpu for poll in ordinary]),
            row("  its worker", [poll.worker_cpu for poll in ordinary]),
            row("  its daemon", [poll.daemon_cpu for poll in ordinary]),
        ],
    )


def memory_table(figures: Figures) -> Table:
    """Memory after the first poll, half-way and at the end."""
    shown = [figures.polls[0], figures.polls[len(figures.polls) // 2], figures.polls[-1]]
    worker, daemon = [poll.worker_mb for poll in shown], [poll.daemon_mb for poll in shown]
    return Table(
        f"Resident memory over {len(figures.polls)} polls, the daemon without its server of feeds:",
        ("MB after the first", "half-way", "at the end", "grown by"),
        [
            ("worker", (*worker, worker[-1] - worker[0])),
            ("daemon", (*daemon, daemon[-1] - daemon[0])),
        ],
    )


def webhook_table(figures: Figures) -> Table:
    """The time from publication to receipt."""
    told, half_a_pause = figures.webhook_seconds, 0.5
    return Table(
        f"From publication to a webhook's receipt, a poll each second, {len(told)} releases:",
        ("seconds", "× the limit"),
        [
            ("half the pause between two polls", (half_a_pause, 1.0)),
            ("Jarshy, median", (middle(told), over(middle(told), half_a_pause))),
            ("Jarshy, slowest", (max(told, default=None), over(max(told, default=None), half_a_pause))),
        ],
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, default, what in (
        ("runs", 5, "of the backfill"),
        ("releases", 20_000, "of a backfill"),
        ("polls", 200, "of listings that do not change"),
        ("agencies", 20, "whose listings are polled, three of each"),
        ("news", 10, "releases told by webhook"),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{what} (default: {default})")
    parser.add_argument("--json", action="store_true", help="print medians and every run as JSON")
    asked = parser.parse_args()
    if min(asked.runs, asked.releases, asked.polls, asked.agencies, asked.news) < 1:
        parser.error("every number must be at least 1")
    return asked


if __name__ == "__main__":
    main()

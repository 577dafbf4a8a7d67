"""What every benchmark stands on: processes of their own, what a process has used, a portal to read, a table.

Measures nothing itself, and judges nothing.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import ParamSpec, TypeVar

from crawler.standin import Copy, Portal, invent, serve
from crawler.standin.control import control
from crawler.standin.copies import document

Given = ParamSpec("Given")
Result = TypeVar("Result")

BODY_BYTES = 4_000
"""A release's body in UTF-8, mark-up included: what the portal's own weigh on the whole."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """So many releases of one agency, each with a copy in these languages."""

    agency: str
    langs: tuple[str, ...]
    releases: int

    @property
    def listings(self) -> list[tuple[str, str]]:
        return [(self.agency, lang) for lang in self.langs]


def in_child(function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """What the function returns, run in a fresh process: nothing of an earlier run is warm, or counted."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
        return child.submit(function, *args, **kwargs).result()


@contextmanager
def portal_of(shelves: Sequence[Shelf]) -> Iterator[str]:
    """The address of a stand-in portal with these releases, in a process that ends with the block."""
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    child = context.Process(target=_stand_in, args=(shelves, its), daemon=True)
    child.start()
    its.close()
    try:
        yield ours.recv()
    finally:
        ours.close()
        child.join(5)
        child.kill()
        child.join()


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used so far, of all its threads; in steps of 10 ms (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Memory of a process that is in RAM now, in units of 1,000,000 bytes (Linux)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def say(what: str) -> None:
    """Tells whoever waits what is being measured, apart from what is printed at the end."""
    print(f"measuring: {what}", file=sys.stderr, flush=True)


def middle(numbers: Sequence[float]) -> float | None:
    """The median, or None of nothing."""
    return median(numbers) if numbers else None


def over(number: float | None, by: float | None) -> float | None:
    """One number divided by another, or None where that says nothing."""
    return number / by if number is not None and by else None


Row = tuple[str, Sequence[float | None]]
"""What was measured, and its figures."""


@dataclass(frozen=True, slots=True)
class Table:
    """Figures under each other; the first column is their names."""

    title: str
    columns: tuple[str, ...]
    rows: list[Row]

    def text(self) -> str:
        """The table for a terminal."""
        cells = [("", *self.columns), *((name, *map(_written, figures)) for name, figures in self.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = (
            "  ".join([f"  {line[0]:{widths[0]}}", *map(str.rjust, line[1:], widths[1:])]) for line in cells
        )
        return "\n".join([self.title, *lines])


def _written(number: float | None) -> str:
    """With three digits that count; a dash where there is no figure."""
    if number is None:
        return "–"
    places = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2 if abs(number) >= 1 else 3
    return f"{number:,.{places}f}"


def _stand_in(shelves: Sequence[Shelf], pipe: Connection) -> None:
    portal = Portal()
    started = datetime.now(UTC) - timedelta(days=1)
    for shelf in shelves:
        for number in range(shelf.releases):
            when = started - timedelta(hours=shelf.releases - number)
            copies = {lang: _release(shelf.agency, lang, when=when, seed=number) for lang in shelf.langs}
            portal.publish(shelf.agency, copies, when=when)
    with serve(portal, control=control) as server:
        pipe.send(server.base_url)
        pipe.poll(None)  # until the other end is closed


def _release(agency: str, lang: str, *, when: datetime, seed: int) -> Copy:
    """Invented releases put together until the body weighs enough."""
    copy = invent(agency, (lang,), when=when, seed=seed)[lang]
    further = 0
    while len(document(copy).encode()) < BODY_BYTES:
        further += 1
        more = invent(agency, (lang,), when=when, seed=seed + 100_000 * further)[lang]
        copy = Copy(copy.title, (*copy.paragraphs, *more.paragraphs), attachment=copy.attachment)
    return copy

"""The simulated days beside the true ones: the same publications, and the plan handed what the daemon measured.

Simulated is what begins when the first readings of the daemon have ended, with what these have shown, when each
listing was read last and all that the portal was asked until then. A reading takes as long as one of the daemon's
took. What the daemon asked beside first pages (second pages, wide readings, histories, audits) counts in the ledger
when it was asked; that it kept readings waiting is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from delays import COLUMNS, EDITIONS, Figures, Run, delays, row
from ladder import Table, over
from looking import PACE, Asked, trace
from publishing import ZONE
from ways import ByPlan, Ledger, Past

from monitor.allowance import Bounds
from monitor.hours import Hours

FIFTH = 0.2
"""The most by which the true delays may differ from the simulated ones."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the simulation of a run came to."""

    figures: dict[str, Sequence[float | None]]
    """By what was seen, as in `delays.COLUMNS`."""
    readings_a_day: float
    longest_gap: float
    """Minutes."""
    refused: int
    ratio: float | None
    """The true mean delay of editions, divided by the simulated one."""


def simulated(run: Run, found: Figures, asked: Asked) -> Beside:
    """`asked.start` is the beginning of the span, `found` what the true days came to."""
    before = [one for one in run.told if one.appears_at < run.span.since]
    ledger = Ledger(start=min(run.asked_at).timestamp())
    for moment in run.asked_at:
        if moment < run.span.since:
            ledger.asked(moment.timestamp())
    read_at: dict[tuple[str, str], datetime] = {}
    for reading in run.held.readings:
        if reading.started_at < run.span.since:
            read_at[reading.agency, reading.lang] = reading.started_at
    way = ByPlan(
        run.listings,
        Hours(ZONE),
        Bounds(asked.shortest, asked.longest, PACE, per_day=asked.per_day),
        start=asked.start,
        ledger=ledger,
        took=asked.took,
        past=Past(before, since=min(one.published_at for one in before), read_at=read_at),
    )
    of_span = [one for one in run.told if one.appears_at in run.span]
    others = [at.timestamp() for at in run.held.others if at >= run.span.since]
    came = trace(way, of_span, asked, ledger, per_day=asked.per_day, others=others)
    seen = [(one, datetime.fromtimestamp(at, UTC)) for at, one in came.seen]
    figures = delays(seen, run.told)
    return Beside(
        {name: row(of) for name, of in figures.items()},
        came.requests_a_day,
        came.longest / 60,
        came.refused,
        over(found.delays[EDITIONS].mean, figures[EDITIONS].mean),
    )


def text(beside: Beside, found: Figures) -> str:
    """The figures for a terminal, with how many times as long the true delays are."""
    rows: list[tuple[str, Sequence[float | None]]] = []
    for name, simulated_row in beside.figures.items():
        true = row(found.delays[name])
        ratios = [over(one, other) for one, other in zip(true, simulated_row, strict=True)]
        rows += [(name, simulated_row), ("  true, of it", ratios)]
    lines = (
        f"readings: {beside.readings_a_day:.0f} a day, refused {beside.refused}",
        f"longest time between two readings of a listing: {beside.longest_gap:.1f} min",
    )
    return "\n".join([Table("The same simulated", COLUMNS, rows).text(), *lines])


def told(run: Run, found: Figures, *, per_day: int, shortest: timedelta, longest: timedelta) -> Asked:
    """What the simulator is asked for, so that it stands beside this run."""
    return Asked(
        days=run.span.days,
        per_day=per_day,
        shortest=shortest,
        longest=longest,
        start=run.span.since,
        took=timedelta(seconds=found.reading_seconds),
    )

"""What a run of fast days came to: how late each publication was seen, and what looking for it took."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from pathlib import Path
from statistics import fmean, median
from typing import Any

from ladder import Table
from publishing import Publication

from crawler.records import READ, WHOLE

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
EDITIONS, FIRST, LATER = "editions", "first copies", "later copies"
"""Of releases dated within a day: they stand high up in their listing."""
OLDER, EDITS = "of older releases", "edits"
COLUMNS = ("count", "mean", "median", "95%", "longest")
_TRUE = {"published", "translated", "edited"}

_EDITIONS = """
SELECT source_id, lang, editions.first_seen_at FROM editions JOIN releases ON releases.id = release_id
"""
_EDITS = """
SELECT source_id, lang, min(at), count(*) FROM changes
JOIN editions ON editions.id = edition_id JOIN releases ON releases.id = editions.release_id
WHERE kind = 'edited' AND baseline = 0 GROUP BY source_id, lang
"""
_CHANGES = "SELECT kind, count(*) FROM changes WHERE baseline = 0 GROUP BY kind"
_DOUBLED = """
SELECT count(*) FROM (
    SELECT 1 FROM changes WHERE kind IN ('published', 'translated') GROUP BY edition_id HAVING count(*) > 1
    UNION ALL SELECT 1 FROM changes WHERE kind = 'published' GROUP BY release_id HAVING count(*) > 1
)
"""
_FIRST_PAGES = """
SELECT agency, lang, started_at, finished_at, outcome FROM crawls
WHERE page = 1 AND purpose <> 'single' AND outcome IS NOT NULL ORDER BY id
"""
_OTHERS = """
SELECT finished_at, requests - (page = 1 AND purpose IN ('ordinary', 'wide')) FROM crawls
WHERE requests > 0 AND finished_at IS NOT NULL ORDER BY finished_at
"""


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to before another."""

    since: datetime
    until: datetime

    @property
    def days(self) -> float:
        return (self.until - self.since) / DAY

    def __contains__(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


@dataclass(frozen=True, slots=True)
class Reading:
    """A good reading of the first page of a listing."""

    agency: str
    lang: str
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What the database holds of a run."""

    seen: Mapping[tuple[str, str], datetime]
    """When each edition was first seen, by the portal's id and its language."""
    edits: Mapping[tuple[str, str], tuple[datetime, int]]
    """When an edit of each edition was first told of, and how many were."""
    changes: Mapping[str, int]
    """News by its kind."""
    doubled: int
    """Editions and releases of which it was told more than once that they are there."""
    readings: Sequence[Reading]
    failed: Mapping[str, int]
    """Readings of a first page that were none, by their outcome."""
    others: Sequence[datetime]
    """When anything but the first page of a listing was asked for."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run left behind."""

    told: Sequence[Publication]
    source_ids: Mapping[int, str]
    listings: Sequence[tuple[str, str]]
    held: Held
    span: Span
    """From the end of the first readings to the end of the last day."""
    asked_at: Sequence[datetime]
    """When the portal was asked."""
    killed: Sequence[datetime]
    cpu_seconds: float
    """Processor time of the daemons and of their workers; a worker whose daemon was killed is left out."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Minutes from the appearance of editions, or of edits, to their first sighting."""

    count: int
    mean: float | None = None
    median: float | None = None
    p95: float | None = None
    longest: float | None = None


Sighting = tuple[Publication, datetime]
"""What appeared, and when that was first seen."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a run, those of time in minutes where nothing else is said."""

    days: float
    delays: Mapping[str, Delays]
    """By what was seen."""
    missed: int
    """Editions of releases dated within a day."""
    not_yet: int
    """What stands further down and awaits a wide reading: editions of older releases, and edits."""
    doubled: int
    false: int
    """Changes told of what never changed: nothing is moved or taken away, and no edition is edited twice."""
    requests_a_day: float
    most_in_a_day: int
    """In any 24 hours; the first readings count."""
    most_in_a_minute: int
    longest_gap: float
    """Between the beginnings of two readings of one listing."""
    readings: int
    """In all, the first ones too."""
    requests_for_one: float
    """Requests for each reading of a first page, of all that were made, whatever they were for."""
    failed_readings: Mapping[str, int]
    reading_seconds: float
    kills: int
    longest_outage: float
    """From a kill to the next request."""
    cpu_seconds: float


def walked(database: Path) -> int:
    """Listings whose first reading is over; 0 while there is no schema."""
    try:
        return int(_rows(database, "SELECT count(*) FROM listings WHERE walked_at IS NOT NULL")[0][0])
    except sqlite3.OperationalError:
        return 0


def held(database: Path) -> Held:
    """Reads a database that may be in use."""
    moment = datetime.fromisoformat
    readings: list[Reading] = []
    failed: Counter[str] = Counter()
    for agency, lang, started, finished, outcome in _rows(database, _FIRST_PAGES):
        if outcome in READ:
            readings.append(Reading(agency, lang, moment(started), moment(finished)))
        else:
            failed[outcome] += 1
    return Held(
        seen={(id_, lang): moment(at) for id_, lang, at in _rows(database, _EDITIONS)},
        edits={(id_, lang): (moment(at), count) for id_, lang, at, count in _rows(database, _EDITS)},
        changes=dict(_rows(database, _CHANGES)),
        doubled=_rows(database, _DOUBLED)[0][0],
        readings=readings,
        failed=dict(failed),
        others=[moment(at) for at, count in _rows(database, _OTHERS) for _ in range(count)],
    )


def figures(run: Run) -> Figures:
    """What there is to say of a run."""
    of_span = [one for one in run.told if one.appears_at in run.span]
    seen = sightings(run)
    found = {one for one, _ in seen}
    edited = {key_of(run, one) for one in run.told if one.edit}
    readings = [one for one in run.held.readings if one.started_at in run.span]
    requests = sum(moment in run.span for moment in run.asked_at)
    return Figures(
        days=run.span.days,
        delays=delays(seen, run.told),
        missed=sum(stands_high(one) and one not in found for one in of_span),
        not_yet=sum(not stands_high(one) and one not in found for one in of_span),
        doubled=run.held.doubled,
        false=sum(run.held.changes[kind] for kind in run.held.changes.keys() - _TRUE)
        + sum(count - (key in edited) for key, (_, count) in run.held.edits.items()),
        requests_a_day=requests / run.span.days,
        most_in_a_day=most_within(run.asked_at, DAY),
        most_in_a_minute=most_within(run.asked_at, MINUTE),
        longest_gap=longest_gap(run.listings, run.held.readings, run.span) / MINUTE,
        readings=len(run.held.readings),
        requests_for_one=requests / max(1, len(readings)),
        failed_readings=run.held.failed,
        reading_seconds=fmean((one.finished_at - one.started_at).total_seconds() for one in readings),
        kills=len(run.killed),
        longest_outage=max((_next(run.asked_at, kill) - kill for kill in run.killed), default=timedelta())
        / MINUTE,
        cpu_seconds=run.cpu_seconds,
    )


def stands_high(one: Publication) -> bool:
    """An edition that appears near the top of its listing, where any reading sees it."""
    return not one.edit and one.appears_at - one.published_at <= DAY


def key_of(run: Run, one: Publication) -> tuple[str, str]:
    """The edition by the portal's id and its language."""
    return run.source_ids.get(one.release, ""), one.lang


def sightings(run: Run) -> list[Sighting]:
    """What appeared in the span and was seen; an edit that came before its edition was seen is seen with it."""
    found = []
    for one in run.told:
        key = key_of(run, one)
        at = run.held.seen.get(key)
        if one.edit and at is not None and at < one.appears_at:
            at = run.held.edits[key][0] if key in run.held.edits else None
        if at is not None and one.appears_at in run.span:
            found.append((one, at))
    return found


def delays(seen: Iterable[Sighting], told: Iterable[Publication]) -> dict[str, Delays]:
    """Of these sightings, by what was seen; `told` is all that appeared."""
    first: dict[int, Publication] = {}
    for one in told:
        first.setdefault(one.release, one)
    groups: dict[str, list[float]] = {name: [] for name in (EDITIONS, FIRST, LATER, OLDER, EDITS)}
    for one, at in seen:
        minutes = (at - one.appears_at) / MINUTE
        if one.edit:
            groups[EDITS].append(minutes)
        elif not stands_high(one):
            groups[OLDER].append(minutes)
        else:
            groups[EDITIONS].append(minutes)
            groups[FIRST if first[one.release] is one else LATER].append(minutes)
    return {name: _summed(sorted(minutes)) for name, minutes in groups.items()}


def longest_gap(listings: Iterable[tuple[str, str]], readings: Iterable[Reading], span: Span) -> timedelta:
    """The longest time within a span for which no reading of a listing, or of the whole portal, was begun."""
    begun: dict[tuple[str, str], list[datetime]] = {}
    for reading in readings:
        if reading.started_at in span:
            begun.setdefault((reading.agency, reading.lang), []).append(reading.started_at)
    return max(
        later - earlier
        for agency, lang in listings
        for earlier, later in pairwise(
            [
                span.since,
                *sorted([*begun.get((agency, lang), []), *begun.get((WHOLE, lang), [])]),
                span.until,
            ]
        )
    )


def most_within(moments: Sequence[datetime], time: timedelta) -> int:
    """The most of these rising moments that lie within so much time."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= time:
            first += 1
        most = max(most, last - first + 1)
    return most


def text(found: Figures, *, per_day: int, per_minute: float, longest: str) -> str:
    """The figures for a terminal, beside what was allowed."""
    table = Table(
        "Minutes from appearing at the portal to being seen",
        COLUMNS,
        [(name, row(of)) for name, of in found.delays.items()],
    )
    failed = ", ".join(f"{count} {outcome}" for outcome, count in found.failed_readings.items()) or "none"
    lines = (
        f"missed {found.missed}, doubled {found.doubled}, told to have changed {found.false}",
        f"editions of older releases and edits that await a wide reading: {found.not_yet}",
        f"requests: {found.requests_a_day:.0f} a day over {found.days:.2f} days",
        f"  the most in any 24 hours {found.most_in_a_day} of {per_day}",
        f"  the most in any minute {found.most_in_a_minute} of {per_minute:g}",
        f"longest time between two readings of a listing: {found.longest_gap:.1f} min of {longest}",
        f"requests for one reading of a first page {found.requests_for_one:.3f}",
        f"a reading took {found.reading_seconds:.2f} s by the fast clock; failed readings: {failed}",
        f"killed {found.kills} times, at most {found.longest_outage:.1f} min without a request after it",
        f"daemon and worker took {found.cpu_seconds:.1f} s of processor time",
    )
    return "\n".join([table.text(), *lines])


def row(of: Delays) -> tuple[float | None, ...]:
    """The figures of `COLUMNS`."""
    return of.count, of.mean, of.median, of.p95, of.longest


def _summed(minutes: Sequence[float]) -> Delays:
    if not minutes:
        return Delays(0)
    p95 = minutes[ceil(0.95 * len(minutes)) - 1]
    return Delays(len(minutes), fmean(minutes), median(minutes), p95, minutes[-1])


def _next(moments: Iterable[datetime], after: datetime) -> datetime:
    return next((moment for moment in moments if moment > after), after)


def _rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()

"""Decides how an agency treated what it published: shares by month, and how long things took. Pure.

The same as the views `quiet_edits` and `quiet_edits_by_language` say of all agencies, of a few releases and so
without looking through all of them; `store/statistics.py` tells what the words mean.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from monitor.changes import Kind, Weight

_MAJOR = frozenset({"replaced", "cut", "amount", "number", "date", "negation", "name", "attachment"})
"""Classes that make what came back with other words weigh `major`."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A release as it was first shown."""

    release_id: int
    month: str | None
    """As `2026-11`; None: its date says nothing."""
    seen_at: datetime | None
    is_news: bool
    """Whether both its coming and what followed were watched."""
    backdated: bool


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a release afterwards."""

    release_id: int
    kind: Kind
    at: datetime
    weight: Weight
    lang: str | None
    """Of the copy concerned; None: all of the release."""
    is_news: bool
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Month:
    """How what was published in a month was treated since; counts of releases."""

    month: str
    published: int
    edited: int
    edited_majorly: int
    removed: int
    backdated: int


@dataclass(frozen=True, slots=True)
class Delay:
    """How long something took: the median, and of how many releases."""

    median: timedelta
    count: int


def by_month(publications: Iterable[Publication], events: Iterable[Event]) -> tuple[Month, ...]:
    """A row for each month in which something was published, the newest first."""
    happened = _by_release(events)
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for publication in publications:
        if publication.month is None:
            continue
        of_it = happened.get(publication.release_id, ())
        weights = {_weight(event) for event in of_it}
        told = (
            True,
            bool(weights & {"minor", "major"}),
            "major" in weights,
            any(event.kind == "removed" and event.lang is None for event in of_it),
            publication.backdated,
        )
        counts[publication.month] = [
            count + is_so for count, is_so in zip(counts[publication.month], told, strict=True)
        ]
    return tuple(Month(month, *counts[month]) for month in sorted(counts, reverse=True))


def first_edits(publications: Iterable[Publication], events: Iterable[Event]) -> Delay | None:
    """From first sight to the first edit, of those that were edited; None where none was."""
    happened = _by_release(events)
    lengths = []
    for publication in publications:
        edits = [
            event.at
            for event in happened.get(publication.release_id, ())
            if _weight(event) in {"minor", "major"}
        ]
        if publication.is_news and publication.seen_at and edits:
            lengths.append(min(edits) - publication.seen_at)
    return _delay(lengths)


def translations(publications: Iterable[Publication], events: Iterable[Event]) -> dict[str, Delay]:
    """By language, from the first sight of a release in another one to that of this copy."""
    seen = {each.release_id: each.seen_at for each in publications if each.is_news}
    lengths: dict[str, list[timedelta]] = defaultdict(list)
    for event in events:
        since = seen.get(event.release_id)
        if event.kind == "translated" and event.is_news and event.lang and since:
            lengths[event.lang].append(event.at - since)
    return {lang: delay for lang in sorted(lengths) if (delay := _delay(lengths[lang]))}


def _weight(event: Event) -> Weight:
    if event.kind == "edited":
        return event.weight
    if event.kind != "restored" or not event.classes - {"typography"}:
        return "none"
    # It has come back: that is its weight, and its words have one of their own.
    return "major" if event.classes & _MAJOR else "minor"


def _by_release(events: Iterable[Event]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        found[event.release_id].append(event)
    return found


def _delay(lengths: list[timedelta]) -> Delay | None:
    if not lengths:
        return None
    seconds = median(length.total_seconds() for length in lengths)
    return Delay(timedelta(seconds=round(seconds)), len(lengths))

"""What charts are drawn of: where each mark stands, and the numbers that it stands for. Pure.

A template writes them as SVG; every size is in units of its `viewBox`, so that a chart is as wide as there is room.
What a mark says is said by its size, its place or a number, and by its colour only besides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

LEVELS = 4
WIDTH = 340
"""Units; about as many as pixels on a phone, so that letters there are as large as they are said to be."""

_LEFT = 28
_CELL = 13
_HOURS_SHOWN = 3
_TOP = 16
_BARS = 90
"""Units of height for the highest bar."""
_LEAST = 1.5
"""What is there at all can be seen."""
_ROW = 38

Week = Mapping[tuple[int, int], int]
"""Counts by day of the week (0 is Monday) and hour."""


@dataclass(frozen=True, slots=True)
class Label:
    """A word or number at a place."""

    x: float
    y: float
    said: str


@dataclass(frozen=True, slots=True)
class Level:
    """All the dots of one size, and which counts they stand for."""

    number: int
    """From 1, the smallest."""
    least: int
    most: int
    path: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A week: a dot for each hour in which anything was published, the larger the more that was."""

    levels: tuple[Level, ...]
    days: tuple[Label, ...]
    hours: tuple[Label, ...]
    height: float
    total: int
    busiest: tuple[int, int] | None
    """Day of the week and hour; None where nothing was."""
    table: tuple[tuple[int, tuple[int, ...]], ...]
    """The hours in which anything was, each with the counts of the seven days."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Two counts for each day, one upwards and one downwards from a line."""

    above: str
    below: str
    line: float
    height: float
    thickness: float
    values: tuple[Label, ...]
    """What the highest and the lowest bar reach."""
    days: tuple[Label, ...]
    totals: tuple[int, int]
    table: tuple[tuple[date, int, int], ...]
    """The days on which anything was, the newest first."""


@dataclass(frozen=True, slots=True)
class Length:
    """One line of a chart of lengths."""

    name: Label
    value: Label
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Lengths:
    """Lengths of time below each other, each as a bar under its name."""

    rows: tuple[Length, ...]
    height: float


def heat_map(week: Week, weekdays: Sequence[str]) -> HeatMap:
    """The chart of a week; `weekdays` are the names of its days, short."""
    found = {place: count for place, count in week.items() if count}
    most = max(found.values(), default=0)
    dots: dict[int, list[str]] = {number: [] for number in range(1, LEVELS + 1)}
    for (day, hour), count in sorted(found.items()):
        x, y = _LEFT + _CELL * (hour + 0.5), _TOP + _CELL * (day + 0.5)
        dots[_level(count, most)].append(f"M{x:g} {y:g}h0")
    hours = sorted({hour for _, hour in found})
    return HeatMap(
        levels=tuple(
            Level(number, *_counts(number, most), "".join(path)) for number, path in dots.items() if path
        ),
        days=tuple(Label(0, _TOP + _CELL * day + 11, name) for day, name in enumerate(weekdays)),
        hours=tuple(
            Label(_LEFT + _CELL * (hour + 0.5), 11, str(hour)) for hour in range(0, 24, _HOURS_SHOWN)
        ),
        height=_TOP + _CELL * 7 + 2,
        total=sum(found.values()),
        busiest=max(sorted(found), key=lambda place: found[place]) if found else None,
        table=tuple((hour, tuple(found.get((day, hour), 0) for day in range(7))) for hour in hours),
    )


def small_week(week: Week) -> tuple[tuple[int, str], ...]:
    """A week as a few dots, by days and blocks of three hours: each size with its path, 4 units from dot to dot."""
    blocks: dict[tuple[int, int], int] = {}
    for (day, hour), count in week.items():
        blocks[day, hour // 3] = blocks.get((day, hour // 3), 0) + count
    most = max(blocks.values(), default=0)
    dots: dict[int, str] = {}
    for (day, block), count in sorted(blocks.items()):
        if count:
            level = _level(count, most)
            dots[level] = dots.get(level, "") + f"M{4 * block + 2} {4 * day + 2}h0"
    return tuple(sorted(dots.items()))


def busiest_block(week: Week) -> tuple[int, int] | None:
    """The day of the week and the first of three hours in which most was published; None where nothing was."""
    blocks: dict[tuple[int, int], int] = {}
    for (day, hour), count in week.items():
        blocks[day, hour // 3 * 3] = blocks.get((day, hour // 3 * 3), 0) + count
    return max(sorted(blocks), key=lambda place: blocks[place]) if sum(blocks.values()) else None


def bars(
    above: Mapping[date, int], below: Mapping[date, int], days: Sequence[date], *, named: Mapping[date, str]
) -> Bars:
    """The chart of two counts by day, on one scale; `named` are the days that are said under it."""
    highest = max((above.get(day, 0) for day in days), default=0)
    lowest = max((below.get(day, 0) for day in days), default=0)
    unit = _BARS / max(highest, lowest, 1)
    step = (WIDTH - _LEFT) / max(len(days), 1)
    line = _TOP / 2 + max(highest * unit, _LEAST)
    depth = max(lowest * unit, _LEAST) if lowest else 0
    middle = {day: round(_LEFT + step * (number + 0.5), 1) for number, day in enumerate(days)}
    values = [Label(_LEFT - 5, line + 4, "0")]
    if highest * unit > 12:
        values.insert(0, Label(_LEFT - 5, _TOP / 2 + 4, str(highest)))
    if depth > 12:
        values.append(Label(_LEFT - 5, line + depth + 4, str(lowest)))
    return Bars(
        above="".join(_bar(middle[day], line, -above.get(day, 0) * unit) for day in days),
        below="".join(_bar(middle[day], line, below.get(day, 0) * unit) for day in days),
        line=round(line, 1),
        height=round(line + depth + 20, 1),
        thickness=round(step * 0.72, 1),
        values=tuple(values),
        days=tuple(
            Label(middle[day], line + depth + 16, said) for day, said in named.items() if day in middle
        ),
        totals=(sum(above.get(day, 0) for day in days), sum(below.get(day, 0) for day in days)),
        table=tuple(
            (day, above.get(day, 0), below.get(day, 0))
            for day in reversed(days)
            if above.get(day, 0) or below.get(day, 0)
        ),
    )


def lengths(named: Iterable[tuple[str, timedelta, str]]) -> Lengths:
    """The chart of lengths of time: the name of each, the length, and how it is said."""
    rows = list(named)
    longest = max((length.total_seconds() for _, length, _ in rows), default=0) or 1
    return Lengths(
        rows=tuple(
            Length(
                name=Label(0, _ROW * number + 13, name),
                value=Label(WIDTH, _ROW * number + 13, said),
                y=_ROW * number + 19,
                width=round(max(WIDTH * length.total_seconds() / longest, _LEAST), 1),
            )
            for number, (name, length, said) in enumerate(rows)
        ),
        height=_ROW * len(rows),
    )


def _bar(x: float, y: float, height: float) -> str:
    """A stroke from the line; nothing where there is nothing."""
    if not height:
        return ""
    seen = max(abs(height), _LEAST) * (1 if height > 0 else -1)
    return f"M{x:g} {y:.1f}v{seen:.1f}"


def _level(count: int, most: int) -> int:
    return ceil(count * LEVELS / most)


def _counts(level: int, most: int) -> tuple[int, int]:
    """The least and the greatest count of a level."""
    return most * (level - 1) // LEVELS + 1, most * level // LEVELS

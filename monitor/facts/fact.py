"""One fact of a text, and when two of them say the same. Pure."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["amount", "number", "date", "negation", "link"]
Form = Literal["figure", "word", "rank", "part"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a text, from `start` to `end`."""

    kind: Kind
    value: str
    """A number in plain digits; a date as `2026-03-12`, `03-12`, `2026-03`, `03` (a month) or `2026`."""
    start: int
    end: int
    unit: str = ""
    """Of a number or an amount: `KZT`, `%`, `km` …"""
    form: Form = "figure"
    """`rank`: which one, not how many. `part`: of a name, as in «COVID-19»."""


def same(one: Fact, other: Fact) -> bool:
    """Whether two facts say the same; a year or a unit that only one of them names is no contradiction."""
    numeric = {"amount", "number", "date"}
    if one.kind != other.kind and not {one.kind, other.kind} <= numeric:
        return False
    if one.value != other.value:
        return one.kind == other.kind == "date" and _same_day(one.value, other.value)
    return one.unit == other.unit or not one.unit or not other.unit


def _same_day(one: str, other: str) -> bool:
    return len({len(one), len(other)} & {5, 10}) == 2 and one[-5:] == other[-5:]

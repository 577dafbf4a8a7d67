"""How an entry is written in the file and read again; pure.

The file is two pieces. The first is all that programs knew which counted by the day (UTC): one of them may stand
beside us, reads that piece and writes it over. The second lies where they do not look. It tells the requests by the
quarter of an hour, and which days they account for, so that what such a program asked shows as the difference.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from math import isfinite

from crawler.ledger.entry import Entry
from crawler.ledger.moments import Moment
from crawler.ledger.quarters import NOTHING, QUARTERS_KEPT, Quarters

_FORM = 1
_QUARTERS_FORM = 1
_FIRST = 1024
"""Bytes of the first piece, always."""
_SECOND_AT = 4096
"""Where the second piece lies: programs that know the first alone read as far as this, and blanks to it."""
SIZE = _SECOND_AT + 2048
"""The file's size, always: it is written over at once, so that a reader hardly sees half of it."""
_LONGEST = 86_400.0
"""Seconds; nobody who writes here waits longer, so that a longer pause is a fault of the file."""
SPOILT = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)
_FIELDS = tuple(one.name for one in fields(Entry) if one.name != "quarters")
"""Of the first piece."""
_MOST = 10**9
"""More requests in a day than can be; such a count is a fault of the file."""


def written(entry: Entry) -> bytes:
    """The whole file."""
    told = {name: getattr(entry, name) for name in _FIELDS}
    kept = entry.quarters
    quarters = {"began": kept.began, "counts": kept.counts, "days": entry.days}
    first = _ENCODER.encode({"jarshy_ledger": _FORM, **told}).encode().ljust(_FIRST - 1) + b"\n"
    second = _ENCODER.encode({"jarshy_quarters": _QUARTERS_FORM, **quarters}).encode()
    return first.ljust(_SECOND_AT) + second.ljust(SIZE - _SECOND_AT - 1) + b"\n"


def read(text: bytes) -> Entry:
    """What stands in the file. Raises one of SPOILT where it is none of ours or is spoilt."""
    told = json.loads(text[:_SECOND_AT])
    if told.pop("jarshy_ledger") != _FORM:
        raise ValueError("a ledger of another form")
    for name in ("last", "closed_at"):
        told[name] = _moment(told[name])
    entry = Entry(**{**told, "days": _days(told["days"])})
    if not (0.0 <= entry.closed_for <= _LONGEST and 0.0 <= entry.delay <= _LONGEST):
        raise ValueError("a pause that is none")
    return replace(entry, quarters=_quarters(text[_SECOND_AT:], entry))


def _plain(value: object) -> dict[str, object]:
    if isinstance(value, Moment):
        return {"boot": value.boot, "ticks": value.ticks, "wall": value.wall}
    raise TypeError(f"{type(value).__name__} does not belong in the ledger")


_ENCODER = json.JSONEncoder(default=_plain, separators=(",", ":"))


def _quarters(text: bytes, entry: Entry) -> Quarters:
    """The requests by the quarter: those of the second piece, and what a program that knows only days asked since.

    Where there is no second piece such a program has kept the ledger so far: all that it asked on the day of its last
    request counts as asked with that.
    """
    try:
        told = json.loads(text)
        if told["jarshy_quarters"] != _QUARTERS_FORM:
            raise ValueError("quarters of another form")
        counts, began = tuple(map(_count, told["counts"])), _moment(told["began"])
        quarters, known = Quarters(counts, began), _days(told["days"])
        if len(counts) != QUARTERS_KEPT or (began is None and any(counts)):
            raise ValueError("quarters of another number, or of no time")
    except SPOILT:
        if entry.last is None:
            return NOTHING
        return NOTHING.asked(entry.last, entry.spent(entry.last.day))
    more = sum(max(0, count - known.get(day, 0)) for day, count in entry.days.items())
    return quarters.asked(entry.last, more) if more and entry.last is not None else quarters


def _days(told: Mapping[str, object]) -> dict[str, int]:
    return {str(datetime.fromisoformat(day).date()): _count(count) for day, count in told.items()}


def _count(told: object) -> int:
    if not isinstance(told, int) or not 0 <= told <= _MOST:
        raise ValueError("a count that is none")
    return told


def _moment(told: Mapping[str, object] | None) -> Moment | None:
    if told is None:
        return None
    boot, ticks, wall = told["boot"], told["ticks"], told["wall"]
    if not isinstance(boot, str) or not isinstance(ticks, int | float) or not isinstance(wall, int | float):
        raise TypeError("not a moment")
    if not (isfinite(ticks) and isfinite(wall)):
        raise ValueError("a moment that never comes")
    return Moment(boot, float(ticks), float(wall))

"""Decides whether fewer items of a listing carry a field than used to, as when the portal changed its form. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Literal, get_args

Field = Literal["title", "date", "body", "text", "image", "attachment"]
FIELDS: tuple[Field, ...] = get_args(Field)
"""`body` is there where the portal sent one, `text` where there are words in it."""

NEWEST = 100
"""Items that are compared with those before them."""
FEWEST = 20
"""Where the field is gone altogether, so many say it as well: a listing of three a day need not wait a month."""
PAST_NEEDED = 100
PAST_MOST = 300
USUAL = 0.5
"""A field that fewer items carried before is not judged: it comes and goes with the subject."""
HALF = 0.5
GONE = 0.1
BY_CHANCE = 1e-6
"""How likely so few may be among so many by chance alone, at most: some hundred thousand looks are made in a year."""
BACK = 0.75

Item = Mapping[Field, bool]
"""Which fields an item carries; one that nobody knows of it is left out."""


@dataclass(frozen=True, slots=True)
class Drop:
    """A field that fewer items carry than before."""

    field: Field
    before: float
    now: float
    items: int
    """How many of the newest items `now` was found in."""


def drops(items: Sequence[Item], *, news: int) -> list[Drop]:
    """The fields that the newest of these items lack; `items` begin with the newest, a few hundred are enough.

    Only the first `news` of them came while somebody watched: what was lacking before is how it is.
    """
    found = []
    for field in FIELDS:
        carried = [item[field] for item in items if field in item]
        fresh = sum(field in item for item in items[:news])
        drop = _dropped(field, carried, min(fresh, NEWEST), HALF)
        drop = drop or _dropped(field, carried, min(fresh, FEWEST), GONE)
        if drop is not None:
            found.append(drop)
    return found


def is_back(items: Sequence[Item], field: Field, *, before: float) -> bool:
    """Whether the newest items carry a field again as they did before it dropped."""
    newest = [item[field] for item in items if field in item][:FEWEST]
    return len(newest) == FEWEST and _share(newest) >= BACK * before


def is_usual(items: Sequence[Item], field: Field, *, before: float) -> bool:
    """Whether the past of a listing is by now without the field too, so that this is how it is."""
    past = [item[field] for item in items if field in item][NEWEST:]
    return len(past) >= PAST_NEEDED and _share(past) < HALF * before


def _dropped(field: Field, carried: Sequence[bool], newest: int, at_most: float) -> Drop | None:
    recent, past = carried[:newest], carried[newest : newest + PAST_MOST]
    if len(recent) < FEWEST or len(past) < PAST_NEEDED:
        return None
    before, now = _share(past), _share(recent)
    if before < USUAL or now > at_most * before or _so_few(sum(recent), len(recent), before) > BY_CHANCE:
        return None
    return Drop(field, before, now, len(recent))


def _share(carried: Sequence[bool]) -> float:
    return sum(carried) / len(carried)


def _so_few(count: int, of: int, share: float) -> float:
    """The chance that of so many items `count` or fewer carry what that share of all carries."""
    if share >= 1.0:
        share = 1 - 1 / (PAST_MOST + 1)  # that none lacked it does not say that none can
    return sum(
        exp(lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1) + k * log(share) + (of - k) * log(1 - share))
        for k in range(count + 1)
    )

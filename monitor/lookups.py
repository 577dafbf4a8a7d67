"""Decides what the portal's answer for one release by its number says of a removal. Pure.

Listings prove that a release is gone; before that is said, the portal is asked for the release itself. Nobody has
recorded what it answers, so an empty answer proves nothing by itself, and none at all holds nothing up for ever.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler.records import Outcome
from monitor.fingerprint import compared
from monitor.removal import PATIENCE

TRIES = 3
"""So often a release is asked for that no answer comes for; then the listings' word is enough."""
NO_ANSWER: frozenset[Outcome] = frozenset({"timeout", "unreachable", "overloaded", "blocked", "budget"})
"""Outcomes that say nothing of the release, nor whether the portal tells of single releases at all."""

Found = Literal["there", "elsewhere", "gone", "unknown"]
"""What a look-up found: the release in its old place, or under other agencies; nothing; or no answer to go by."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the portal said of one release by its number."""

    outcome: Outcome
    title: str | None = None
    """None where it sent no release."""
    agencies: tuple[str, ...] = ()
    """Those that the release itself names."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A look-up that has ended."""

    found: Found
    at: datetime


def found(
    answer: Answered,
    *,
    listed_by: Collection[str],
    other_titles: Collection[str],
    whole: bool,
    was_there: bool = False,
) -> Found:
    """What an answer says; `whole`: every copy of the release is missing, and not only the one asked for.

    `listed_by` are the agencies that list the release, have listed it, or were named by it then; `other_titles`
    those of its copies in other languages: where a copy is gone a portal may answer with another one, and that is
    no sign of it. Where no answer comes it is where it `was_there` the time before.
    """
    if answer.outcome == "empty":
        return "gone"
    if answer.outcome in NO_ANSWER and was_there:
        return "there"
    if answer.outcome != "items" or answer.title is None:
        return "unknown"
    if whole:
        return "there" if not answer.agencies or set(answer.agencies) & set(listed_by) else "elsewhere"
    return "unknown" if compared(answer.title) in map(compared, other_titles) else "there"


def tries_again(outcome: Outcome, *, tries: int) -> bool:
    """Whether to ask once more, after so many tries of which the last had this outcome."""
    return outcome in NO_ANSWER and tries < TRIES


def next_step(
    looked_up: LookedUp | None, confirmed: Sequence[datetime], *, now: datetime, confirm: timedelta
) -> Literal["declare", "ask", "wait"]:
    """What is to be done about a removal that the listings have proved at these moments.

    A release that its listings lack and that still answers is taken off the lists, and not taken down: it stays
    suspected, and is asked for again after 24 × `confirm`.
    """
    if looked_up is None or any(looked_up.at < moment for moment in confirmed):
        return "ask"
    if looked_up.found in {"there", "elsewhere"}:
        return "ask" if now - looked_up.at >= PATIENCE * confirm else "wait"
    return "declare"

"""Decides when a text flips between wordings, and when it has come to rest. Pure.

Two listings that show two wordings of one release by turns, or a portal that answers from two caches, would make an
edit of every reading. It is told that the text flips; then nothing is, until one wording has stood for a day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

CAP = 2
"""An edition that goes back to an earlier wording so often within `WITHIN` is flapping."""
WITHIN = timedelta(days=7)
REST = timedelta(hours=24)
"""A wording that alone was seen for so long is the one that stays."""
OFTEN_ENOUGH = timedelta(hours=1)
"""A sighting of the same wording as the last one, so lately, is not written down."""


@dataclass(frozen=True, slots=True)
class Revised:
    """One revision of an edition, as far as its flapping goes."""

    number: int
    fingerprint: str
    digest: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the wordings between which an edition flips."""

    digest: str
    seen_at: datetime
    """When it was seen last; while it alone is shown, to the hour."""


@dataclass(frozen=True, slots=True)
class Flapping:
    """An edition that flips: since when, how often it went back, and between which wordings, by fingerprint."""

    since: datetime
    returns: int
    turns: Mapping[str, Turn]

    def by_digest(self, digest: str) -> str | None:
        """The fingerprint of the wording of that item, where it is one of those between which the edition flips."""
        return next((mark for mark, turn in self.turns.items() if turn.digest == digest), None)

    def with_turn(self, fingerprint: str, digest: str, now: datetime) -> "Flapping":
        """The same, after a wording was seen."""
        return replace(self, turns={**self.turns, fingerprint: Turn(digest, now)})

    @property
    def shown_last(self) -> str:
        """The fingerprint of the wording that was seen last."""
        return max(self.turns, key=lambda mark: self.turns[mark].seen_at)

    def needs_note(self, fingerprint: str, now: datetime) -> bool:
        """Whether a sighting of this wording is worth writing down: it is another than the last, or some time on."""
        turn = self.turns.get(fingerprint)
        if turn is None or fingerprint != self.shown_last:
            return True
        return not timedelta(0) <= now - turn.seen_at < OFTEN_ENOUGH

    def rests_at(self, fingerprint: str, now: datetime) -> bool:
        """Whether no other wording was seen for so long that this one stays."""
        others = (turn.seen_at for mark, turn in self.turns.items() if mark != fingerprint)
        return all(now - seen_at >= REST for seen_at in others)


def came_back_to(fingerprint: str, revisions: Iterable[Revised]) -> int | None:
    """The number of the latest revision that said the same; None: none did."""
    return max((one.number for one in revisions if one.fingerprint == fingerprint), default=None)


def flaps(fingerprint: str, digest: str, revisions: Iterable[Revised], now: datetime) -> Flapping | None:
    """What there is to remember where this wording makes its edition one that flips; None: it does not.

    `revisions` are those before it, in their order.
    """
    told = [*revisions, Revised(0, fingerprint, digest, now)]
    met = accumulate(({one.fingerprint} for one in told), set.union, initial=set[str]())
    # Not at once after itself: that is another mark-up, or a reading by a newer rule.
    follows = {id(b) for a, b in pairwise(told) if a.fingerprint == b.fingerprint}
    returns = [
        one
        for one, before in zip(told, met, strict=False)
        if one.fingerprint in before and id(one) not in follows and now - one.seen_at <= WITHIN
    ]
    if len(returns) < CAP or returns[-1] is not told[-1]:
        return None
    lately = {one.fingerprint: Turn(one.digest, one.seen_at) for one in told if now - one.seen_at <= WITHIN}
    return Flapping(since=returns[0].seen_at, returns=len(returns), turns=lately)

"""Decides by which route a listing is read: the least intrusive one that is not resting. Pure.

The routes stand in the order of the configuration, the least intrusive first. One that was refused rests, longer each
time, for the whole portal; one that one listing cannot be read by rests for that listing alone. When a rest is over
the route is tried again before the more intrusive ones below it, so that we come back up by ourselves.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.records import READ, WHOLE, Outcome
from monitor.schedule import Policy, pause

OF_THE_ROUTE: frozenset[Outcome] = frozenset({"refused", "shell", "robots"})
"""Outcomes that speak of a route and of every listing: another route may be open."""
OF_THE_PAIR: frozenset[Outcome] = frozenset({"broken", "unsorted", "too_large", "off_site"})
"""Outcomes that speak of one listing by one route: another route may read it."""
OF_THE_MOMENT: frozenset[Outcome] = frozenset({"overloaded", "timeout"})
"""Outcomes that a route which has worked will recover from; one that never has may be the reason itself."""
SEVERAL = 3
"""Listings that cannot be read, with none read well in between: it is the route, or the portal."""
TOGETHER = frozenset({"graphql"})
"""Routes by which one request can ask for several listings."""
MOST_TOGETHER = 5


@dataclass(frozen=True, slots=True)
class Rung:
    """How a route fares: for the whole portal, or for one listing."""

    route: str
    outcome: Outcome | None = None
    """Why it rests, or rested last; None: it was never refused, or works again."""
    reason: str = ""
    since: datetime | None = None
    failures: int = 0
    paused_until: datetime | None = None
    worked_at: datetime | None = None
    """When it was last found to work."""
    together: bool | None = None
    """Whether it answered for several listings at once; None: not tried."""

    def rests(self, now: datetime) -> bool:
        """Whether it is not to be tried at this moment."""
        return self.paused_until is not None and self.paused_until > now


Rungs = Mapping[str, Rung]
"""By route; one that is missing has never been tried."""


def choose(routes: Sequence[str], portal: Rungs, listing: Rungs, now: datetime) -> str | datetime:
    """The route to read a listing by; where all rest for the portal, the moment when the first one wakes.

    Where all that are open to the portal rest for this listing, the one that wakes first is tried all the same: the
    listing has a pause of its own.
    """
    open_ones = [route for route in routes if not _rests(portal, route, now)]
    if not open_ones:
        return min(until for route in routes if (until := portal[route].paused_until) is not None)
    free = [route for route in open_ones if not _rests(listing, route, now)]
    return free[0] if free else min(open_ones, key=lambda route: _wakes(listing, route, now))


def next_after(route: str, routes: Sequence[str], portal: Rungs, listing: Rungs, now: datetime) -> str | None:
    """The route to try at once when `route` has just failed; None: no other is free."""
    others = [r for r in routes if r != route]
    return next((r for r in others if not _rests(portal, r, now) and not _rests(listing, r, now)), None)


def are_enough(failing: Collection[tuple[str, str]], followed: Collection[tuple[str, str]]) -> bool:
    """Whether listings that fail alike say something of all: they are several, and not of one agency or one language.

    An agency that is gone, or a language that is, would have all others wait with it. Where one agency or language is
    all that is `followed`, nothing better can be known.
    """
    parts = range(2)
    seen = [{key[part] for key in failing if key[0] != WHOLE} for part in parts]
    there = [{key[part] for key in followed} for part in parts]
    return len(failing) >= SEVERAL and all(len(seen[part]) > 1 or len(there[part]) == 1 for part in parts)


def speaks_of_route(outcome: Outcome, rung: Rung | None) -> bool:
    """Whether a failure is the route's, so that the others may be open."""
    unproved = rung is None or rung.worked_at is None
    return outcome in OF_THE_ROUTE or (outcome in OF_THE_MOMENT and unproved)


def failed(
    rung: Rung | None,
    route: str,
    outcome: Outcome,
    reason: str,
    *,
    retry_after: float | None,
    policy: Policy,
    now: datetime,
) -> Rung:
    """The rung after one more failure: it rests, longer each time."""
    before = rung or Rung(route)
    failures = before.failures + 1
    return replace(
        before,
        outcome=outcome,
        reason=reason,
        since=before.since or now,
        failures=failures,
        paused_until=now + pause(failures, retry_after=retry_after, policy=policy),
    )


def worked(rung: Rung | None, route: str, now: datetime) -> Rung:
    """The rung after an answer that could be read.

    A gate that was shut and has opened may be another one: whether it brings several listings is tried anew.
    """
    together = rung.together if rung else None
    if rung is not None and rung.outcome in OF_THE_ROUTE and not together:
        together = None
    return Rung(route, worked_at=now, together=together)


def is_no_batch(outcomes: Collection[Outcome]) -> bool:
    """Whether an answer for several listings says that this form of asking is not understood."""
    return all(outcome in OF_THE_PAIR for outcome in outcomes)


def brings_together(outcomes: Collection[Outcome], *, before: bool | None) -> bool | None:
    """Whether a route brings several listings at once, by what came of each; `before`: as was known (None: untried).

    A portal that refuses, blocks or is silent says nothing of it. Only where it has never worked may so much at once
    be what overloads it.
    """
    if any(outcome in READ for outcome in outcomes):
        return True
    if is_no_batch(outcomes) or (before is None and all(outcome in OF_THE_MOMENT for outcome in outcomes)):
        return False
    return before


def believed(rungs: Iterable[Rung], last: datetime) -> dict[str, Rung]:
    """The rungs by route; a rest that ends after `last` was set by a clock that was wrong, and is over."""
    return {
        rung.route: replace(rung, paused_until=None)
        if rung.paused_until is not None and rung.paused_until > last
        else rung
        for rung in rungs
    }


def _rests(rungs: Rungs, route: str, now: datetime) -> bool:
    rung = rungs.get(route)
    return rung is not None and rung.rests(now)


def _wakes(rungs: Rungs, route: str, now: datetime) -> datetime:
    rung = rungs.get(route)
    return (rung.paused_until if rung else None) or now

"""Decides what the page of the present state says, the worst first; pure. No address of a receiver is in it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from crawler.records import READ, Outcome
from feeds.pages.listing_states import STATES, Listing, State, worst_first
from feeds.pages.plain_reasons import plain_reason
from monitor.ladder import Rung
from monitor.messages.health import heading_of
from monitor.standing import WORST_FIRST
from monitor.troubles import HealthEvent

RouteState = Literal["rests", "due", "works", "untried"]
ROUTE_STATES: tuple[RouteState, ...] = get_args(RouteState)
"""The worst first."""
MOST_LISTINGS = 40
"""Bad ones that are named; the pages of the agencies have them all."""
MOST_TROUBLES = 20


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong."""

    said: str
    """In the language of the reader; empty where messages do not arrive, since the address is nobody's business."""
    agency: str | None
    since: datetime
    reason: str
    """What a machine said of it, in English."""


@dataclass(frozen=True, slots=True)
class Route:
    """How one way to read the portal stands."""

    name: str
    state: RouteState
    outcome: Outcome | None
    """What it answered last, where it was refused."""
    since: datetime | None
    until: datetime | None
    """When it is tried again."""
    listings: int
    """How many were read by it last."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """What came of the readings of the last day."""

    readings: int
    failed: tuple[tuple[Outcome, int], ...]
    """Those that came to nothing, by outcome, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Listings:
    """How all listings stand."""

    counts: tuple[tuple[State, int], ...]
    """The worst first; those that there are none of are left out."""
    bad: tuple[Listing, ...]
    further: int
    """Bad ones that are not named."""
    paused: int


def troubles_of(open_: Iterable[HealthEvent], lang: str) -> tuple[list[Trouble], int]:
    """What is wrong, the worst first, and how much more there is."""
    ordered = sorted(open_, key=lambda event: (WORST_FIRST.index(event.kind), event.at))
    told = [
        Trouble(
            said="" if event.kind == "delivery" else heading_of(event, lang),
            agency=event.agency,
            since=event.at,
            reason="" if event.kind == "delivery" else plain_reason(str(event.detail.get("reason") or "")),
        )
        for event in ordered[:MOST_TROUBLES]
    ]
    return told, max(0, len(ordered) - MOST_TROUBLES)


def routes_of(
    routes: Sequence[str],
    rungs: Iterable[tuple[tuple[str, str] | None, Rung]],
    in_use: Mapping[str, int],
    *,
    now: datetime,
) -> list[Route]:
    """Each route that the portal may be read by, the worst first; `in_use` counts the listings read by each."""
    known = {rung.route: rung for listing, rung in rungs if listing is None}
    told = [_route(name, known.get(name), in_use.get(name, 0), now=now) for name in routes]
    return sorted(told, key=lambda route: ROUTE_STATES.index(route.state))


def refusals_of(outcomes: Mapping[Outcome, int]) -> Refusals:
    """What came of readings, by how often each outcome was met."""
    failed = [(outcome, count) for outcome, count in outcomes.items() if outcome not in READ]
    return Refusals(
        readings=sum(outcomes.values()), failed=tuple(sorted(failed, key=lambda pair: (-pair[1], pair[0])))
    )


def listings_of(listings: Iterable[Listing]) -> Listings:
    """How all listings stand, and which are read late or not at all."""
    ordered = worst_first(listings)
    counts = Counter(listing.state for listing in ordered)
    bad = [listing for listing in ordered if listing.state in {"failing", "late"}]
    return Listings(
        counts=tuple((state, counts[state]) for state in STATES if counts[state]),
        bad=tuple(bad[:MOST_LISTINGS]),
        further=max(0, len(bad) - MOST_LISTINGS),
        paused=sum(listing.paused_until is not None for listing in ordered),
    )


def _route(name: str, rung: Rung | None, listings: int, *, now: datetime) -> Route:
    if rung is None or (rung.outcome is None and rung.worked_at is None):
        return Route(name, "untried", None, None, None, listings)
    if rung.outcome is None:
        return Route(name, "works", None, None, None, listings)
    rests = rung.rests(now)
    return Route(
        name,
        "rests" if rests else "due",
        rung.outcome,
        rung.since,
        rung.paused_until if rests else None,
        listings,
    )

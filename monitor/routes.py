"""What is known of the routes to the portal, kept over restarts: which rests until when, and what is said of it."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.records import Report
from monitor.clock_jumps import past, waited_for
from monitor.ladder import (
    OF_THE_PAIR,
    TOGETHER,
    Rung,
    are_enough,
    believed,
    choose,
    failed,
    next_after,
    speaks_of_route,
    worked,
)
from monitor.mentions import Mentions
from monitor.schedule import Policy
from monitor.sentences import OUTCOMES, span
from monitor.store import routes as route_store
from monitor.store.database import Database, writing

log = logging.getLogger("jarshy.routes")

Key = tuple[str, str]


class Routes:
    """The ladder of one portal; see `monitor.ladder` for what it decides."""

    def __init__(
        self,
        db: Database,
        base_url: str,
        routes: Sequence[str],
        *,
        followed: Collection[Key],
        policy: Policy,
        furthest: timedelta,
    ) -> None:
        """A rest longer than `furthest` was set by a clock that was wrong."""
        self._db = db
        self._base_url = base_url
        self._routes = tuple(routes)
        self._followed = followed
        self._policy = policy
        self._furthest = furthest
        self._portal: dict[str, Rung] = {}
        self._listings: dict[Key, dict[str, Rung]] = {}
        self._failed_at: dict[str, datetime] = {}
        self._alike: dict[str, set[Key]] = {}
        self._knocking: dict[str, Key] = {}
        self._mentions = Mentions()
        self.recall()

    def recall(self) -> None:
        """Knows again what the file says: what was learned last was not stored."""
        self._portal, self._listings = {}, {}
        for key, rung in route_store.load_rungs(self._db, self._base_url):
            (self._portal if key is None else self._listings.setdefault(key, {}))[rung.route] = rung

    def take(self, key: Key, now: datetime) -> str | None:
        """The route to read this listing by now; None where every route rests.

        At one that was refused only one listing knocks at a time, until `fails`, `works` or `leave`.
        """
        chosen = self._chosen(key, now)
        if isinstance(chosen, datetime):
            return None
        if self.rung(chosen).outcome is not None:
            self._knocking[chosen] = key
        return chosen

    def has_one_for(self, key: Key, now: datetime) -> bool:
        """Whether this listing may be read by some route now; not, for one, while another knocks at the only one."""
        return isinstance(self._chosen(key, now), str)

    def leave(self, key: Key) -> None:
        """This listing is no longer being read."""
        self._knocking = {route: knocking for route, knocking in self._knocking.items() if knocking != key}

    def all_rest_until(self, now: datetime) -> datetime | None:
        """When the first route wakes, where all of them rest; None: one is open."""
        wakes = choose(self._routes, believed(self._portal.values(), now + self._furthest), {}, now)
        return wakes if isinstance(wakes, datetime) else None

    def rung(self, route: str) -> Rung:
        """How a route fares for the whole portal."""
        return self._portal.get(route, Rung(route))

    def fails(self, key: Key, route: str, report: Report, *, started_at: datetime, now: datetime) -> bool:
        """Notes a failure where it speaks of the route; whether another one is to be tried at once.

        Runs inside the caller's transaction.
        """
        self.leave(key)
        known = self._portal.get(route)
        of_the_route = speaks_of_route(report.outcome, known)
        if report.outcome in OF_THE_PAIR:
            alike = self._alike.setdefault(route, set())
            if route not in self._listings.get(key, {}):
                alike.add(key)  # one that goes on failing says nothing of the others
            of_the_route = are_enough(alike, self._followed)
            self._note_pair(key, route, report, now)
        if not (of_the_route or report.outcome in OF_THE_PAIR):
            return False
        instead = next_after(route, self._routes, self._portal, self._listings.get(key, {}), now)
        failed_at = self._failed_at.get(route)
        if of_the_route and not (failed_at is not None and started_at <= failed_at <= now):
            # An order that was in hand when the route failed already tells nothing new.
            self._failed_at[route] = now
            rung = self._failed(known, route, report, now)
            self._portal[route] = rung
            route_store.save_rung(self._db, self._base_url, None, rung)
            more = self._mentions.note(route, report.outcome, now=now) if instead is not None else None
            if instead is not None and more is not None:
                log.warning("%s%s", _refused(self._base_url, rung, instead=instead, now=now), more)
        return instead is not None

    def works(self, key: Key, route: str, now: datetime) -> None:
        """A listing was read by this route. Runs inside the caller's transaction."""
        self.leave(key)
        self._alike.pop(route, None)
        known = self._portal.get(route)
        rung = self._portal[route] = worked(known, route, now)
        if known is None or known.outcome is not None or known.worked_at is None:
            route_store.save_rung(self._db, self._base_url, None, rung)
        if known is not None and known.outcome is not None and len(self._routes) > 1:
            gone_for = span(now - known.since) if known.since else "some time"
            log.info("%s: route %s works again after %s.", self._base_url, route, gone_for)
            self._mentions.over(route, now=now)
        if self._listings.get(key, {}).pop(route, None) is not None:
            route_store.forget_rung(self._db, self._base_url, key, route)

    def asks_together(self, key: Key, now: datetime) -> bool:
        """Whether this listing is to be read by a route that may bring others along, and is not known not to."""
        route = self._chosen(key, now)
        if not isinstance(route, str) or route not in TOGETHER:
            return False
        rung = self.rung(route)
        return rung.together is not False and rung.outcome is None

    def note_together(self, route: str, *, together: bool) -> None:
        """Whether this route answered for several listings at once."""
        rung = self._portal[route] = replace(self.rung(route), together=together)
        with writing(self._db):
            route_store.save_rung(self._db, self._base_url, None, rung)

    def forgive(self) -> None:
        """Forgets every rest, because a person wants to see now."""
        self._portal = _awake(self._portal)
        self._listings = {key: _awake(rungs) for key, rungs in self._listings.items()}

    def clock_was_set(self, jump: timedelta) -> None:
        """Every rest lasts as long as it would have, after the clock was set by `jump`."""
        self._failed_at = {route: past(moment, jump) for route, moment in self._failed_at.items()}
        self._portal = _after_clock_set(self._portal, jump)
        self._listings = {key: _after_clock_set(rungs, jump) for key, rungs in self._listings.items()}

    def keep(self) -> None:
        """Writes down which routes rest, inside the caller's transaction."""
        for key, rungs in [(None, self._portal), *self._listings.items()]:
            for rung in rungs.values():
                if rung.outcome is not None:
                    route_store.save_rung(self._db, self._base_url, key, rung)

    def _chosen(self, key: Key, now: datetime) -> str | datetime:
        last = now + self._furthest
        portal = believed(self._portal.values(), last)
        for route, knocking in self._knocking.items():
            if knocking != key:
                portal[route] = replace(portal[route], paused_until=last)
        return choose(self._routes, portal, believed(self._listings.get(key, {}).values(), last), now)

    def _note_pair(self, key: Key, route: str, report: Report, now: datetime) -> None:
        rungs = self._listings.setdefault(key, {})
        rung = self._failed(rungs.get(route), route, report, now)
        rungs[route] = rung
        route_store.save_rung(self._db, self._base_url, key, rung)

    def _failed(self, known: Rung | None, route: str, report: Report, now: datetime) -> Rung:
        return failed(
            known,
            route,
            report.outcome,
            report.reason,
            retry_after=report.retry_after,
            policy=self._policy,
            now=now,
        )


def _awake(rungs: Mapping[str, Rung]) -> dict[str, Rung]:
    return {route: replace(rung, paused_until=None) for route, rung in rungs.items()}


def _after_clock_set(rungs: Mapping[str, Rung], jump: timedelta) -> dict[str, Rung]:
    return {
        route: replace(
            rung,
            since=past(rung.since, jump),
            paused_until=waited_for(rung.paused_until, jump),
            worked_at=past(rung.worked_at, jump),
        )
        for route, rung in rungs.items()
    }


def _refused(base_url: str, rung: Rung, *, instead: str, now: datetime) -> str:
    outcome = OUTCOMES[rung.outcome] if rung.outcome else "it failed"
    wait = span(rung.paused_until - now) if rung.paused_until else "a while"
    said = f" ({rung.reason.rstrip('.')})" if rung.reason else ""
    return (
        f"{base_url} by route {rung.route}: {outcome}{said}. Route {instead} is tried instead, and "
        f"{rung.route} again in {wait}."
    )

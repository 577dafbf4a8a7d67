"""Goes ahead through what a daemon would read, by the daemon's own choices; asks and writes nothing.

Every reading is taken as done in the moment in which it begins, and as one that brings nothing new.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from crawler.records import WHOLE
from monitor.audits import Audited, next_audit
from monitor.config import Config
from monitor.outlook import as_planned
from monitor.price import QUARTER
from monitor.prospect import Ground
from monitor.readings import Readings
from monitor.rhythm import Key
from monitor.schedule import WIDE_COST, Asked, Task, after_success
from monitor.spending import Counted, Spent
from monitor.state import State
from monitor.store.audits import audit_history
from monitor.store.database import Database

AS_FAR_AS = timedelta(days=2)
"""Nothing is looked for beyond."""
_TRIES = 20
"""For each reading, moments that may be gone through in which nothing is to be read."""
_A_QUARTER = timedelta(seconds=QUARTER)

Why = Literal[
    Ground,
    "first",
    "history",
    "asked",
    "audit",
    "audited by itself",
    "cited",
    "single",
    "failed",
    "trial",
    "quiet",
    "portal",
    "budget",
]
"""Why something is read: by the plan; for the first time, its history, an order, an audit that somebody asked for or
that comes by itself, what dumps cite, one release by its number, after a failure, the whole portal's listing on
trial. Or why nothing is: the quiet window, a rest after refusals, the budget of 24 hours."""


@dataclass(frozen=True, slots=True)
class Step:
    """A reading to come, or a time in which there is none."""

    at: datetime
    why: Why
    key: Key | None = None
    """None: nothing is read, until `until`."""
    until: datetime | None = None
    waiting: float = 0.0
    """Releases, copies and edits likely to wait there by then."""
    read_at: datetime | None = None
    page: int = 1
    source_id: str | None = None
    wide: bool = False
    """It goes on over the rescan window."""
    failures: int = 0
    """In a row, before it."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is planned as things stand."""

    steps: tuple[Step, ...]
    price: float
    """Release-seconds that must have gathered before a listing is read."""
    longest: timedelta
    """The most time between two readings of a listing, as far as the budget reaches."""
    listings: int
    """Followed ones."""
    has_room: bool
    """Whether more may be asked for now than what deadlines ask for."""


def look_ahead(
    db: Database, config: Config, spent: Spent, counted: Counted, *, count: int, now: datetime
) -> Ahead:
    """The next readings, at most so many, as a daemon would make them that begins or goes on now."""
    way = _Way(db, config, spent, counted, now=now)
    steps = way.go(count)
    return Ahead(
        steps=steps,
        price=way.price,
        longest=way.longest,
        listings=len(config.portal.agencies) * len(config.portal.languages),
        has_room=way.has_room,
    )


class _Way:
    """A watch without a portal, whose clock is put forward from one reading to the next."""

    def __init__(
        self, db: Database, config: Config, spent: Spent, counted: Counted, *, now: datetime
    ) -> None:
        self._now = self._began = now
        self._spent, self._counted = spent, counted
        self._between = timedelta(minutes=1 / config.portal.requests_per_minute)
        self._zone = ZoneInfo(config.schedule.zone)
        self._made: dict[int, int] = {}
        """Requests by quarter, from that under way on."""
        self._state = State(db, config, now=lambda: self._now, on_changes=lambda changes: None)
        self._readings = Readings(self._state)
        self._readings.follow(
            (agency, lang) for agency in config.portal.agencies for lang in config.portal.languages
        )
        self._readings.know_orders()
        self._state.outlook.learn_all(now)
        plan = self._state.outlook.plan
        self.price, self.longest, self.has_room = plan.price, plan.longest, plan.has_room
        self._audits: list[Audited] | None = None
        self._db = db

    def go(self, count: int) -> tuple[Step, ...]:
        """The next steps, at most so many."""
        steps: list[Step] = []
        if self._spent.next_in:
            until = self._now + timedelta(seconds=self._spent.next_in)
            steps.append(Step(self._now, "budget", until=until))
            self._now = until
        tries = _TRIES * (count + 1)
        while len(steps) < count and tries > 0 and self._now - self._began <= AS_FAR_AS:
            tries -= 1
            self._reprice()
            found = self._readings.scheduled(self._now)
            if not isinstance(found, Task):
                found = self._audit(found)
            if isinstance(found, Task):
                steps.append(self._step(found))
                self._readings.take_turn(found)
                took = self._ask(found)
                self._as_done(found)
                self._now += took
            elif found is None:
                break
            else:
                if (rest := self._rests()) is not None and (not steps or steps[-1].why != rest.why):
                    steps.append(rest)
                self._now = max(found, self._now + self._between)
        return tuple(steps)

    def _reprice(self) -> None:
        """As the daemon does it, with a ledger that has gone on by so many quarters of an hour and requests."""
        plan = self._state.outlook.plan
        if not plan.is_stale(self._now):
            return
        if self._spent.per_day is None:
            plan.reprice((), now=self._now)
            return
        quarter, before = self._quarter(), self._counted.last_quarters
        made = [self._made.get(each, 0) for each in range(quarter, -1, -1)]
        counts = [*made[:-1], made[-1] + before[0], *before[1:]][: len(before)]
        left = self._began + self._counted.quarter_left + quarter * _A_QUARTER - self._now
        plan.reprice(counts, now=self._now, quarter_left=left)

    def _quarter(self) -> int:
        """How many quarters of the ledger have ended since we began."""
        return (self._now - self._began - self._counted.quarter_left) // _A_QUARTER + 1

    def _audit(self, otherwise: datetime | None) -> Task | datetime | None:
        """The audit that comes by itself now; else when something is to be looked for again."""
        state = self._state
        followed = {key for key, one in state.listings.items() if one.followed and key[0] != WHOLE}
        if not followed or not state.outlook.has_room or self._rests() is not None:
            return otherwise
        if any(asked.by_itself for asked in state.orders.open):
            return otherwise
        if self._audits is None:
            self._audits = [one for one in audit_history(self._db) if one.key in followed]
        chosen = next_audit(self._audits, now=self._now, zone=self._zone)
        if isinstance(chosen, datetime):
            return chosen if otherwise is None else min(chosen, otherwise)
        return Task(*chosen, 1, "audit", Asked(0, *chosen, kind="audit", by_itself=True))

    def _rests(self) -> Step | None:
        """The rest that lasts now, where nothing is asked by itself."""
        until, quiet = self._readings.nobody_asks_before(self._now), self._state.policy.quiet
        if until is not None and until > self._now:
            return Step(self._now, "portal", until=until)
        until = quiet.until(self._now) if quiet is not None else None
        return Step(self._now, "quiet", until=until) if until is not None else None

    def _step(self, task: Task) -> Step:
        listing = self._state.listings[task.key]
        step = Step(self._now, _why(task), task.key, page=task.page, source_id=task.source_id)
        if task.purpose not in {"ordinary", "wide"}:
            return step
        planned = self._state.outlook.planned(task.key)
        step = replace(step, wide=task.purpose == "wide", failures=listing.failures)
        if planned is None:
            return step
        why: Why = "failed" if listing.failures else planned.ground
        return replace(step, why=why, waiting=planned.waiting, read_at=planned.read_at)

    def _ask(self, task: Task) -> timedelta:
        """Counts the requests of a task; the time that they take at the pace."""
        older_pages = WIDE_COST if task.purpose == "wide" else 0
        requests = 1 + older_pages
        quarter, took = self._quarter(), self._between * requests
        self._made[quarter] = self._made.get(quarter, 0) + requests
        planned = task.purpose in {"ordinary", "wide"}
        plan = self._state.outlook.plan
        plan.asked(task.key, 1, took=self._between, planned=planned, now=self._now)
        if older_pages:
            plan.asked(task.key, older_pages, took=took - self._between, planned=False, now=self._now)
        return took

    def _as_done(self, task: Task) -> None:
        """Each history and each order is shown once, though it has many pages: it goes on between the others."""
        state = self._state
        if task.source_id is not None:
            state.lookups.leave(task.source_id)
            return
        listing = state.listings[task.key]
        if task.asked is not None and task.asked.id:
            state.orders.failed(task.asked)
        elif task.purpose == "audit" and self._audits is not None:
            self._audits = [
                replace(one, tried_at=self._now, proved_at=self._now, again_at=None)
                if one.key == task.key
                else one
                for one in self._audits
            ]
        elif task.purpose == "walk":
            listing = replace(listing, walked=True)
        else:
            listing = after_success(listing, task, began_at=self._now)
            if task.purpose == "first":
                listing = replace(listing, walk_page=2)
            state.outlook.read(task.key, (), began_at=self._now, now=self._now)
            planned = state.outlook.planned(task.key)
            if planned is None:
                listing = replace(listing, due_at=self._now + state.policy.longest)
            listing = as_planned(listing, planned)
        state.listings[task.key] = listing


_OF_TASKS: Mapping[str, Why] = {
    "first": "first",
    "walk": "history",
    "asked": "asked",
    "audit": "audit",
    "cited": "cited",
    "single": "single",
}


def _why(task: Task) -> Why:
    if task.asked is not None and task.asked.by_itself:
        return "audited by itself"
    return _OF_TASKS.get(task.purpose, "trial")  # what the plan knows nothing of is that listing

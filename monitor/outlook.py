"""When to look: keeps the plan of the followed listings up with what is stored, read and spent.

Synchronous. What is decided lies in `plan`; here the past is read for it, one agency at a time, and what it says is
handed on. All that it needs stands in the database and in the ledger, so that a restart loses nothing of it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.directory import agencies
from crawler.records import WHOLE, Report
from monitor.allowance import Bounds
from monitor.changes import Change
from monitor.config import Config
from monitor.habits import Habits
from monitor.hours import Hours
from monitor.plan import News, Plan, Planned
from monitor.rhythm import PAST, Key, Rates, Tally, learn, tally
from monitor.schedule import Listing, Task
from monitor.spending import counted
from monitor.store.appearances import appeared, habits, recent_news, watched_since
from monitor.store.database import Database
from monitor.store.due import Due, load_due
from monitor.store.suspicions import to_confirm

LEARNED_AFTER = timedelta(hours=3)
YOUNG = timedelta(days=1)
"""Of a release that was seen so lately copies and edits may still come, as far as a restart has to know."""


class Outlook:
    """The plan, and what it was told."""

    def __init__(self, db: Database, config: Config) -> None:
        self._db = db
        self._database, self._per_day = config.database.path, config.schedule.per_day
        self._confirm = config.schedule.confirm
        self._hours = Hours(ZoneInfo(config.schedule.zone))
        self._bounds = bounds_of(config)
        self._kinds = {agency.slug: agency.kind for agency in agencies().values()}
        self.plan = Plan(self._hours, self._bounds)
        self._followed: tuple[Key, ...] = ()
        self._rates: Mapping[Key, Rates] = {}
        self._tallies: dict[Key, Tally] = {}
        self._habits: dict[Key, Habits] = {}
        self._to_learn: list[str] = []
        self._learned_at: datetime | None = None
        self._hastened: set[Key] = set()
        self._reported_at: datetime | None = None
        self._kept: dict[Key, Due] = {}
        self._never_read: set[Key] = set()

    def follow(self, listings: Iterable[Key], *, trusted: Collection[str] = (), now: datetime) -> None:
        """Plans for these listings from now on, by what was read of them before; in the languages that are `trusted`
        the listing of the whole portal stands in for them."""
        self._followed = tuple(listings)
        self._tallies = {key: tally({}, self._hours, since=now, now=now) for key in self._followed}
        self._rates = learn(self._tallies, self._kinds)
        self.recall(now, trusted=trusted)

    def recall(self, now: datetime, *, trusted: Collection[str]) -> None:
        """Makes the plan anew of what is stored: what was read last was not.

        Where the database cannot be read the plan stays as it is: without one nothing would ever be read, or one
        listing again and again.
        """
        kept = load_due(self._db)
        recent = recent_news(self._db, self._agencies, since=now - YOUNG)
        doubts = to_confirm(self._db, confirm=self._confirm)
        self.plan, self._kept = Plan(self._hours, self._bounds), kept
        last = {key: due.read_at for key, due in kept.items()}
        self._never_read = {key for key in self._followed if last.get(key) is None}
        for key in sorted(self._followed, key=lambda one: (last.get(one) or now, one)):
            self._plan_for(key, read_at=last.get(key), now=now)
        for lang in trusted:  # before the news, whose copies are then awaited there
            self.trust_whole(lang, trusted=True, now=now)
        self.plan.news(
            (News(one.agency, one.published_at, one.langs, one.first_seen_at) for one in recent), now=now
        )
        self._confirm_from(doubts, now)

    def refresh(self, now: datetime) -> None:
        """Learns from one more agency where it is time to, and finds the price anew."""
        if self._learned_at is None or abs(now - self._learned_at) >= LEARNED_AFTER:
            self._learned_at, self._to_learn = now, self._agencies
        try:
            if self._to_learn:
                self._learn_of(self._to_learn.pop(0), now)
        finally:
            if self.plan.is_stale(now):
                self._reprice(now)

    def stale_at(self, now: datetime) -> datetime:
        """When it is to be refreshed; now, at the latest, where it is to learn from more agencies."""
        return now if self._to_learn else self.plan.stale_at(now)

    def learn_soon(self) -> None:
        """More of the past is held than was learned from."""
        self._learned_at = None

    def learn_all(self, now: datetime) -> None:
        """Learns from all agencies at once, for who looks at the plan and does not wait for it."""
        for agency in self._agencies:
            self._look_back(agency, now)
        self._learn(now)
        self._reprice(now)

    def read(self, key: Key, changes: Sequence[Change], *, began_at: datetime, now: datetime) -> None:
        """A reading of a listing from its top to where it met what was known has ended."""
        self._hastened.discard(key)
        self._never_read.discard(key)
        self.plan.read(key, at=began_at, now=now)
        self.learned(key, changes, now=now)

    def learned(self, key: Key, changes: Sequence[Change], *, now: datetime) -> None:
        """A listing showed these, though its reading goes on."""
        self.plan.news(
            (
                News(change.agency, change.published_at, frozenset({*change.earlier, key[1]}), now)
                for change in changes
                if change.kind == "published" and not change.baseline
            ),
            now=now,
        )

    def asked(self, task: Task, report: Report, *, started_at: datetime, now: datetime) -> None:
        """Requests were made for a task."""
        since = max(started_at, self._reported_at or started_at)
        self._reported_at = now
        # Older pages are looked over now and then, many at once at first: they say nothing of what news costs.
        planned = task.purpose == "ordinary" or (task.purpose == "wide" and task.page == 1)
        self.plan.asked(
            task.key, report.requests, took=max(now - since, timedelta()), planned=planned, now=now
        )

    @property
    def has_room(self) -> bool:
        """Whether more may be asked for now than what deadlines ask for."""
        return self.plan.has_room or not self.is_any

    @property
    def is_any(self) -> bool:
        """Whether anything is planned."""
        return bool(self._followed)

    def look_for_doubts(self, now: datetime) -> None:
        """Learns which listings are to be read to settle a doubt."""
        self._confirm_from(to_confirm(self._db, confirm=self._confirm), now)

    def _confirm_from(self, doubts: Mapping[Key, datetime], now: datetime) -> None:
        for key in self._followed:
            self.plan.confirm(key, now if key in self._hastened else doubts.get(key), now=now)

    def trust_whole(self, lang: str, *, trusted: bool, now: datetime) -> None:
        """The listing of the whole portal stands in for those of the agencies from now on, or no more."""
        key = (WHOLE, lang)
        self.plan.cover(lang, trusted=trusted)
        if trusted and key not in self.plan:
            known = self._kept.get(key)
            read_at = known.read_at if known is not None else None
            self.plan.follow(key, self._rates_of_all(lang), Habits(), read_at=read_at, now=now)
            if read_at is not None:  # what it lacked then the agencies' own listings lacked too
                self.plan.read(key, at=min(read_at, now), now=now)
        elif not trusted:
            self.plan.leave(key)

    def hasten(self, key: Key, now: datetime) -> None:
        """This listing is to be read as soon as can be."""
        self._hastened.add(key)
        self.plan.confirm(key, now, now=now)

    def clock_was_set(self, jump: timedelta, now: datetime) -> None:
        """Goes on by the new clock, after it was set by `jump` (below zero: back)."""
        self.plan.clock_was_set(jump, now=now)

    def planned(self, key: Key) -> Planned | None:
        """The next reading of a listing; None: nothing is planned for it."""
        return self.plan.planned(key) if key in self.plan else None

    def first(self, due: Collection[Key], now: datetime) -> Key:
        """Which of these listings, all of them due, is read first."""
        return self.plan.first(due, now=now)

    def changed(self, wide_at: Mapping[Key, datetime | None], *, touched: Key) -> list[Due]:
        """The rows of what is planned otherwise than is stored, and that of a listing which was just stored.

        `wide_at` tells of every followed listing when it was read wide.
        """
        self._kept.pop(touched, None)
        rows = [
            Due(
                *planned.key,
                read_at=None if planned.key in self._never_read else planned.read_at,
                wide_at=wide_at.get(planned.key),
                due_at=planned.at,
                ground=planned.ground,
                waiting=round(planned.waiting, 3),
            )
            for planned in self.plan.all_planned()
        ]
        found = [row for row in rows if row != self._kept.get(row.key)]
        self._kept.update((row.key, row) for row in found)
        return found

    @property
    def _agencies(self) -> list[str]:
        return list(dict.fromkeys(agency for agency, _ in self._followed))

    def _plan_for(self, key: Key, *, read_at: datetime | None, now: datetime) -> None:
        self.plan.follow(key, self._rates[key], self._habits.get(key, Habits()), read_at=read_at, now=now)

    def _learn_of(self, agency: str, now: datetime) -> None:
        """Looks back at an agency; after the last one finds the rates of all."""
        try:
            self._look_back(agency, now)
        finally:  # of one that cannot be looked back at now, what is known from before is good enough
            if not self._to_learn:
                self._learn(now)

    def _look_back(self, agency: str, now: datetime) -> None:
        since = now - PAST
        shown = appeared(self._db, agency, since=since, until=now)
        watched = watched_since(self._db, agency)
        for key in self._followed:
            if key[0] == agency:
                known = max(watched.get(key[1], now), since)
                self._tallies[key] = tally(shown.get(key[1], {}), self._hours, since=known, now=now)

    def _learn(self, now: datetime) -> None:
        self._rates = learn(self._tallies, self._kinds)
        self._habits = habits(self._db, self._agencies, since=now - PAST, until=now)
        for key in self._followed:
            self._plan_for(key, read_at=None, now=now)
        for lang in {lang for _, lang in self._followed}:
            if (WHOLE, lang) in self.plan:
                self.plan.follow((WHOLE, lang), self._rates_of_all(lang), Habits(), read_at=None, now=now)

    def _rates_of_all(self, lang: str) -> Rates:
        of_lang = [rates for key, rates in self._rates.items() if key[1] == lang]
        return tuple(map(sum, zip(*of_lang, strict=True)))

    def _reprice(self, now: datetime) -> None:
        if self._per_day is None:
            self.plan.reprice((), now=now)
            return
        spent = counted(self._database)
        self.plan.reprice(spent.last_quarters, now=now, quarter_left=spent.quarter_left)


def bounds_of(config: Config) -> Bounds:
    """What the configuration says of when to look."""
    return Bounds(
        shortest=config.schedule.shortest,
        longest=config.schedule.longest,
        between=timedelta(minutes=1 / config.portal.requests_per_minute),
        per_day=config.schedule.per_day,
        quiet=config.schedule.quiet_window,
    )


def as_planned(listing: Listing, planned: Planned | None) -> Listing:
    """The listing, due when the plan says so; None: it plans nothing.

    One that failed is tried when its rest is over.
    """
    if planned is None or listing.failures or (listing.due_at == planned.at and planned.ground != "doubt"):
        return listing
    return replace(listing, due_at=planned.at, owes_wide=listing.owes_wide or planned.ground == "doubt")

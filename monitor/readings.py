"""What is being read: the state between pages, and what each page does to it and to the store.

Synchronous: it waits for nothing. What a page means is decided in `schedule`, `detect` and `removal`; here their
answers are written down, all of a page in one transaction.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.records import Misfit, Outcome, Report, Sighting
from monitor.asked import Orders
from monitor.bulletin import Bulletin
from monitor.changes import Change
from monitor.config import Config
from monitor.errors import StoreError
from monitor.intake import Taken, lacks_wordings, take_absences, take_page
from monitor.portal_health import PortalHealth
from monitor.reach import (
    begin,
    goes_on,
    in_order,
    interrupted,
    met_the_known,
    walk_interrupted,
    walked_on,
)
from monitor.removal import PATIENCE
from monitor.schedule import (
    LONGEST_RETRY_AFTER,
    WIDE_EVERY,
    Listing,
    Policy,
    Reading,
    Task,
    after_failure,
    after_success,
    is_success,
    next_task,
)
from monitor.store.database import Database, store_errors, writing
from monitor.store.held import highest_id
from monitor.store.listings import (
    Counts,
    begin_crawl,
    end_crawl,
    load_listing,
    must_be_saved,
    save_listing,
)

log = logging.getLogger("jarshy.watch")


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was read."""

    task: Task
    route: str
    started_at: datetime
    records: tuple[Sighting | Misfit, ...]
    report: Report


class Readings:
    """Listings, the readings under way, and the orders that somebody waits for."""

    def __init__(
        self,
        db: Database,
        config: Config,
        *,
        now: Callable[[], datetime],
        on_changes: Callable[[Sequence[Change]], None],
    ) -> None:
        """`on_changes` hears of what was committed, baseline included."""
        self._db = db
        self._config = config
        self._now = now
        self._on_changes = on_changes
        self._policy = Policy(
            shortest=config.schedule.shortest,
            longest=config.schedule.longest,
            longest_pause=config.schedule.longest_pause,
            history=config.portal.history,
        )
        self._portal = PortalHealth(db, config.portal.base_url, policy=self._policy)
        self._listings: dict[tuple[str, str], Listing] = {}
        self._underway: dict[tuple[str, str, bool], Reading] = {}
        self._orders = Orders(db, zone=config.schedule.zone, confirm=config.schedule.confirm)
        self._bulletin = Bulletin(believed_after=PATIENCE * config.schedule.confirm)
        self._since_walk = 0
        self.busy: set[tuple[str, str]] = set()
        """Listings with an order in hand."""

    def follow(self, listings: Iterable[tuple[str, str]], *, at_once: bool = False) -> None:
        """Reads these listings (agency, language) by itself from now on.

        `at_once` forgets the pauses of an earlier run: a person stands before it and wants to see.
        """
        for agency, lang in listings:
            listing = load_listing(self._db, agency, lang)
            self._listings[agency, lang] = replace(listing, paused_until=None) if at_once else listing
        if at_once:
            self._portal.forgive()

    def look_for_orders(self) -> bool:
        """Takes up what somebody asked for since, and lets go of what was taken back; whether it was anything."""
        new = self._orders.take_up(self._now())
        self._underway = {
            slot: reading
            for slot, reading in self._underway.items()
            if reading.task.asked is None or reading.task.asked.id in self._orders
        }
        for asked in new:
            key = (asked.agency, asked.lang)
            if key not in self._listings:
                self._listings[key] = replace(load_listing(self._db, *key), followed=False)
        return bool(new)

    def only(self, orders: Sequence[int]) -> None:
        """Leaves every other order, and all that nobody asked for, to the daemon."""
        self._orders.only(orders)
        self._listings = {key: replace(listing, followed=False) for key, listing in self._listings.items()}

    def next(self) -> Task | datetime | None:
        """The page to read now; else the moment to ask again; None: nothing comes due by itself."""
        task = self._next()
        followed = {listing.key for listing in self._listings.values() if listing.followed}
        if isinstance(task, Task) or not followed:
            return task
        try:
            with store_errors():
                again_at = self._orders.plan_audit(followed, self._now())
                if again_at is None:
                    self.look_for_orders()
                    return self._next()
        except StoreError as error:
            log.warning("%s. The audit of this night waits.", error)
            return task
        return again_at if task is None else min(task, again_at)

    def _next(self) -> Task | datetime | None:
        return next_task(
            self._listings.values(),
            self._underway.values(),
            self._orders.open,
            busy=self.busy,
            portal_paused_until=self._portal.paused_until,
            since_walk=self._since_walk,
            now=self._now(),
            furthest=max(LONGEST_RETRY_AFTER, self._policy.longest, self._policy.longest_pause),
        )

    def begin(self, task: Task) -> Listing:
        """Takes a task in hand; the listing it is about."""
        self.busy.add(task.key)
        self._since_walk = 0 if task.purpose in {"first", "walk"} else self._since_walk + 1
        return self._listings[task.key]

    def lacks_wordings(self, task: Task, records: Iterable[Sighting | Misfit]) -> bool:
        """Whether the worker left out wordings that are not held: the page has to be sent in full."""
        sightings = [record for record in records if isinstance(record, Sighting)]
        with store_errors():
            return lacks_wordings(self._db, sightings, self._listings[task.key])

    def take(self, page: Page) -> None:
        """Stores a page and decides how its reading goes on.

        Raises StoreError where the database cannot be written; nothing of the page is kept then.
        """
        doubt = self._doubt(page) if is_success(page.report.outcome) else None
        if doubt is not None:
            outcome, reason = doubt
            page = replace(page, report=replace(page.report, outcome=outcome, reason=reason))
        if is_success(page.report.outcome):
            self._take_success(page)
        else:
            self._take_failure(page)

    def take_our_fault(self, page: Page) -> None:
        """A page that tripped us up: its listing rests, the others go on."""
        reason = "a fault of Jarshy itself; its log says more"
        self._take_failure(replace(page, report=replace(page.report, outcome="broken", reason=reason)))

    def rest(self) -> None:
        """Reads nothing for a while, because nothing can be stored."""
        self._portal.rest(self._now() + self._policy.shortest)

    def give_up_orders(self) -> None:
        """What is still asked for fails with what the portal last said."""
        state = self._portal.state
        for asked in tuple(self._orders.open):
            with writing(self._db):
                self._orders.fail(asked, state.outcome or "timeout", state.reason, now=self._now())

    def _doubt(self, page: Page) -> tuple[Outcome, str] | None:
        """Why an answer that could be read is not believed; None: it is."""
        listing, report = self._listings[page.task.key], page.report
        sightings = [record for record in page.records if isinstance(record, Sighting)]
        if report.listed == 0 and page.task.page == 1 and listing.last_listed:
            return "shrunken", "the listing is empty and was not before"
        if report.listed and not sightings:
            return "broken", "no item of the page has the shape of a release"
        if not in_order(seen.wording.published_at for seen in sightings if seen.wording):
            return "broken", "the items did not come newest first, as they were asked for"
        return None

    def _is_ours(self, key: tuple[str, str]) -> bool:
        """Whether the configuration follows a listing; of others nothing is remembered that would outlive it."""
        agency, lang = key
        return agency in self._config.portal.agencies and lang in self._config.portal.languages

    def _take_success(self, page: Page) -> None:
        task, now = page.task, self._now()
        before = self._listings[task.key]
        listing = before
        if not before.begun and task.page == 1:
            listing = _first_page(before, page, highest_id(self._db), self._policy)
        with writing(self._db):
            crawl = begin_crawl(self._db, task, page.route, started_at=page.started_at)
            audit = self._orders.audit_page(task, page.records, page.report, started_at=page.started_at)
            taken = take_page(self._db, page.records, listing, alerts=self._config.alerts, now=now)
            reading = self._reading(task, taken)
            next_page = self._orders.page_after(task, taken, more=goes_on(reading, taken.seen, listing))
            more = next_page is not None
            end = self._orders.audit_end(audit) if audit is not None and not more else None
            wider = False
            gone: tuple[Change, ...] = ()
            mass: bool | None = None  # None: this page ends no reading that could tell
            if not more and listing.walked and reading.from_top and task.purpose not in {"walk", "cited"}:
                gone, mass, wider = take_absences(
                    self._db,
                    reading,
                    listing,
                    to_the_end=not taken.seen or (end is not None and end.result is not None),
                    crawl=crawl,
                    alerts=self._config.alerts,
                    confirm=self._config.schedule.confirm,
                    now=now,
                )
            taken = replace(taken, changes=(*taken.changes, *gone))
            news = reading.news or taken.news
            listing = _caught_up(listing, reading, taken, page, more=more)
            listing = self._moved_on(listing, task, taken, news=news, more=more, now=now)
            if wider:
                listing = replace(listing, since_wide=WIDE_EVERY)
            end_crawl(
                self._db,
                crawl,
                page.report,
                taken.counts,
                outcome=_outcome(page, taken, mass=bool(mass)),
                finished_at=now,
                next_at=listing.due_at,
            )
            self._orders.write(task, page.report, taken, next_page=next_page, end=end, now=now)
            if end is not None:
                self._orders.keep_audit(task, end, mass=bool(mass), now=now)
            if must_be_saved(before, listing) and self._is_ours(task.key):
                save_listing(self._db, listing, now=now)
        self._listings[task.key] = listing
        self._orders.moved(task, taken, audit, next_page=next_page)
        self._keep_reading(reading, next_page)
        if taken.changes:
            self._on_changes(taken.changes)
        self._portal.answers(now)
        walked = listing.walked and not before.walked
        self._bulletin.read(task.key, taken.changes, walked=walked, mass=mass)

    def _take_failure(self, page: Page) -> None:
        task, now = page.task, self._now()
        report, before = page.report, self._listings[task.key]
        outcome = report.outcome
        listing = after_failure(before, retry_after=report.retry_after, policy=self._policy, now=now)
        if before.failures == 0:
            listing = walk_interrupted(listing)
        answered = self._portal.state.outcome is None
        with writing(self._db):
            crawl = begin_crawl(self._db, task, page.route, started_at=page.started_at)
            end_crawl(
                self._db,
                crawl,
                report,
                Counts(),
                outcome=outcome,
                finished_at=now,
                next_at=listing.due_at,
            )
            if self._is_ours(task.key):
                save_listing(self._db, listing, now=now)
            if task.asked is not None:
                self._orders.fail(task.asked, outcome, report.reason, now=now)
            of_the_portal = self._portal.is_at_fault(task.key, report)
            if of_the_portal:
                self._portal.fails(report, route=page.route, started_at=page.started_at, now=now)
        self._listings[task.key] = listing
        if task.asked is not None:
            self._underway.pop(_slot(task), None)  # asked for again, it goes on where it broke off
        self._break_off(None if of_the_portal and answered else task.key)
        if not of_the_portal and listing.paused_until:
            self._bulletin.failed(task.key, report, route=page.route, wait=listing.paused_until - now)

    def _break_off(self, key: tuple[str, str] | None) -> None:
        """Puts what is read of a listing one page back (None: of all): some time will pass till it goes on."""
        self._underway = {
            slot: interrupted(reading) if key in {None, reading.task.key} else reading
            for slot, reading in self._underway.items()
        }
        if key is None:
            self._listings = {
                one: listing if listing.failures else walk_interrupted(listing)
                for one, listing in self._listings.items()
            }

    def _reading(self, task: Task, taken: Taken) -> Reading:
        """The reading with this page added."""
        underway = self._underway.get(_slot(task))
        if underway is None or underway.task.purpose != task.purpose or task.page == 1:
            return Reading(task, taken.seen, from_top=task.page == 1, news=taken.news)
        seen, news = (*underway.seen, *taken.seen), underway.news or taken.news
        return replace(underway, task=task, seen=seen, news=news)

    def _keep_reading(self, reading: Reading, next_page: int | None) -> None:
        task = reading.task
        asked = self._orders.asked(task.asked.id) if task.asked is not None else None
        taken_back = task.asked is not None and asked is None
        straight_on = next_page == task.page + 1 and task.purpose not in {"first", "walk", "cited"}
        if next_page is None or taken_back or not straight_on:
            # A reading that jumps covers nothing: the order itself knows where it goes on.
            self._underway.pop(_slot(task), None)
            return
        self._underway[_slot(task)] = replace(reading, task=replace(task, page=next_page, asked=asked))

    def _moved_on(
        self, listing: Listing, task: Task, taken: Taken, *, news: bool, more: bool, now: datetime
    ) -> Listing:
        """The listing after a page that was read well."""
        listing = replace(listing, last_listed=bool(taken.seen) or task.page > 1)
        if listing.begun or listing.watermark is not None:
            listing = walked_on(listing, task, taken.seen)
        if more and task.purpose not in {"first", "walk"}:
            return replace(listing, failures=0, paused_until=None)
        return after_success(listing, task, news=news, policy=self._policy, now=now)


def _slot(task: Task) -> tuple[str, str, bool]:
    """Where a reading under way is kept: an audit goes on beside the readings that bring news."""
    return task.agency, task.lang, task.purpose == "audit"


def _caught_up(listing: Listing, reading: Reading, taken: Taken, page: Page, *, more: bool) -> Listing:
    """The listing, and since when it is behind: a reading that broke off must not be taken for one that ended."""
    task = page.task
    if not listing.walked or not reading.from_top or task.purpose in {"first", "walk", "cited"}:
        return listing
    if not more and met_the_known(task, taken.seen):
        return replace(listing, behind_since=None)
    if listing.behind_since is None and any(not item.known for item in taken.seen):
        return replace(listing, behind_since=page.started_at)
    return listing


def _first_page(listing: Listing, page: Page, highest: int | None, policy: Policy) -> Listing:
    """The listing as its first reading begins.

    Ids are one sequence over all agencies, so what is held of others tells where news begins even where this
    listing shows nothing, or nothing for now.
    """
    sightings = [record for record in page.records if isinstance(record, Sighting)]
    return begin(
        listing,
        ids=[
            *(int(seen.source_id) for seen in sightings if seen.source_id.isdigit()),
            *([highest] if highest is not None else []),
        ],
        dates=[seen.wording.published_at for seen in sightings if seen.wording],
        policy=policy,
    )


def _outcome(page: Page, taken: Taken, *, mass: bool) -> Outcome:
    if mass:
        return "shrunken"
    if page.report.outcome == "items" and not taken.changes and all(seen.known for seen in taken.seen):
        return "unchanged"
    return page.report.outcome

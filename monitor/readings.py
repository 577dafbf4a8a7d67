"""What is being read: the state between pages, and what each page does to it and to the store.

Synchronous: it waits for nothing. What a page means is decided in `schedule`, `detect` and `removal`; here their
answers are written down, all of a page in one transaction.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.records import WHOLE, Outcome, Report
from monitor.asked import Orders
from monitor.bulletin import Bulletin
from monitor.changes import Change
from monitor.config import Config
from monitor.errors import StoreError
from monitor.intake import Taken, look_up, take_absences, take_page
from monitor.ladder import MOST_TOGETHER, brings_together, is_no_batch
from monitor.noticed import Noticed
from monitor.pages import Page, begun, judged, outcome_of
from monitor.portal_health import SEVERAL, PortalHealth
from monitor.reach import PAGE_SIZE, caught_up, ending, goes_on, looks_shrunken, page_size, walked_on
from monitor.removal import PATIENCE
from monitor.routes import Routes
from monitor.schedule import (
    LONGEST_RETRY_AFTER,
    WIDE_EVERY,
    Listing,
    Policy,
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
    PortalState,
    begin_crawl,
    end_crawl,
    load_listing,
    must_be_saved,
    save_listing,
)
from monitor.store.removals import held_editions
from monitor.underway import Underway
from monitor.whole_portal import WholePortal

TOO_MANY_GONE = "more releases are missing at once than an editor takes down; none is called removed yet"
OF_NO_LISTING: frozenset[Outcome] = frozenset({"unreachable", "blocked", "overloaded", "timeout"})
"""Outcomes that say nothing of the listing that was asked for, were it the whole portal's on trial."""

log = logging.getLogger("jarshy.watch")


class Readings:
    """Listings, the readings under way, and the orders that somebody waits for."""

    def __init__(
        self,
        db: Database,
        config: Config,
        *,
        now: Callable[[], datetime],
        on_changes: Callable[[Sequence[Change]], None],
        jitter: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`on_changes` hears of what was committed, baseline included; `jitter`, from 0 to 1, varies pauses."""
        self._jitter = jitter
        self._db = db
        self._config = config
        self._now = now
        self._on_changes = on_changes
        self._policy = Policy(
            shortest=config.schedule.shortest,
            longest=config.schedule.longest,
            longest_pause=config.schedule.longest_pause,
            history=config.portal.history,
            quiet=config.schedule.quiet_window,
        )
        self._furthest = max(LONGEST_RETRY_AFTER, self._policy.longest, self._policy.longest_pause)
        self._portal = PortalHealth(db, config.portal.base_url, policy=self._policy)
        self._routes = Routes(
            db, config.portal.base_url, config.portal.routes, policy=self._policy, furthest=self._furthest
        )
        self._whole = WholePortal(db, config, policy=self._policy)
        self._listings: dict[tuple[str, str], Listing] = {}
        self._underway = Underway()
        self._orders = Orders(db, zone=config.schedule.zone, confirm=config.schedule.confirm)
        self._bulletin = Bulletin(believed_after=PATIENCE * config.schedule.confirm)
        self._since_walk = 0
        self._noticed = Noticed(db)
        self.busy: set[tuple[str, str]] = set()
        """Listings with an order in hand."""

    def follow(self, listings: Iterable[tuple[str, str]], *, at_once: bool = False) -> None:
        """Reads these listings (agency, language) by itself from now on.

        `at_once` forgets the pauses of an earlier run: a person stands before it and wants to see.
        """
        for agency, lang in listings:
            listing = load_listing(self._db, agency, lang)
            self._listings[agency, lang] = replace(listing, paused_until=None) if at_once else listing
        if self._whole.pays and not at_once:
            for lang in {lang for _, lang in self._listings}:
                self._listings[WHOLE, lang] = self._whole.listing(lang)
        if at_once:
            self._portal.forgive()
            self._routes.forgive()

    def look_for_orders(self) -> bool:
        """Takes up what somebody asked for since, and lets go of what was taken back; whether it was anything."""
        new = self._orders.take_up(self._now())
        self._underway.only([asked.id for asked in self._orders.open])
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
        if self._portal.state.outcome is not None and self.busy:
            return None  # one knock at a time at a portal that has failed; whoever knocks wakes the others
        task = self._next()
        followed = {li.key for li in self._listings.values() if li.followed and li.agency != WHOLE}
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
        now = self._now()
        task = self._next_by_schedule(now)
        if isinstance(task, Task) and self.busy and not self._routes.has_one_for(task.key, now):
            # Another listing knocks at the last route that is left; it wakes us when it knows what came of it. To
            # hand the task out would have its reader come back for it at once, without ever giving way.
            return None
        return task

    def _next_by_schedule(self, now: datetime) -> Task | datetime | None:
        return next_task(
            self._listings.values(),
            list(self._underway),
            self._orders.open,
            busy=self.busy,
            portal_paused_until=self._nobody_asks_before(now),
            since_walk=self._since_walk,
            now=now,
            furthest=self._furthest,
            quiet=self._policy.quiet,
        )

    def begin(self, task: Task) -> list[Task]:
        """Takes a task in hand, and with it others that are due where one request may bring several; all of them."""
        in_hand = [task]
        self._take_in_hand(task)
        if self._routes.asks_together(task.key, self._now()):
            while len(in_hand) < MOST_TOGETHER and isinstance(other := self.next(), Task):
                if not self._routes.asks_together(other.key, self._now()):
                    break
                self._take_in_hand(other)
                in_hand.append(other)
        return in_hand

    def answers_together(self, route: str, reports: Sequence[Report]) -> bool:
        """Notes whether a route brings several listings at once; False: each is to be read by itself, now.

        Raises StoreError where the database cannot be written.
        """
        before = self._routes.rung(route).together
        outcomes = [report.outcome for report in reports]
        together = brings_together(outcomes, before=before)
        if together is not None and together != before:
            self._routes.note_together(route, together=together)
        return not is_no_batch(outcomes)

    def _take_in_hand(self, task: Task) -> None:
        self.busy.add(task.key)
        self._since_walk = 0 if task.purpose in {"first", "walk"} else self._since_walk + 1

    def end(self, task: Task) -> None:
        """A task is no longer in hand, whatever came of it."""
        self.busy.discard(task.key)
        self._routes.leave(task.key)

    def route_for(self, task: Task) -> str | None:
        """The route by which to read it; None where all of them have come to rest."""
        return self._routes.take(task.key, self._now())

    def at_one_size(self, task: Task, route: str) -> Task:
        """The task, back at page 1 where its reading began by a route that has pages of another size."""
        before = self._listings[task.key].route
        if task.page > 1 and page_size(task.agency, route) != page_size(task.agency, before):
            return replace(task, page=1)
        return task

    def has_another_way(self, page: Page) -> bool:
        """Notes a failure that is the route's; whether another route is to be tried for the same page at once.

        Raises StoreError where the database cannot be written.
        """
        report, now = page.report, self._now()
        # What is on trial speaks of itself alone: the portal need not answer for all agencies at once.
        if is_success(report.outcome) or page.task.agency == WHOLE:
            return False
        with writing(self._db):
            other = self._routes.fails(page.task.key, page.route, report, started_at=page.started_at, now=now)
            if other:
                crawl = begin_crawl(self._db, page.task, page.route, started_at=page.started_at)
                end_crawl(
                    self._db, crawl, report, Counts(), outcome=report.outcome, finished_at=now, next_at=None
                )
        return other

    def judged(self, page: Page) -> Page:
        """The page, its outcome another where an answer that could be read is not believed."""
        return judged(page, self._listings[page.task.key], now=self._now())

    def take(self, page: Page) -> None:
        """Stores a page that was judged, and decides how its reading goes on.

        Raises LacksWordings where the worker left out what is not held, and StoreError where the database cannot
        be written; nothing of the page is kept then.
        """
        if page.report.outcome == "budget":
            self._take_our_budget(page)
        elif page.task.agency == WHOLE and page.report.outcome not in OF_NO_LISTING:
            self._take_whole(page)
        elif is_success(page.report.outcome):
            self._take_success(page)
        else:
            self._take_failure(page)

    def take_our_fault(self, page: Page) -> None:
        """A page that tripped us up: its listing rests, the others go on."""
        self._recall()
        reason = "a fault of Jarshy itself; its log says more"
        self._take_failure(replace(page, report=replace(page.report, outcome="broken", reason=reason)))

    def rest(self) -> None:
        """Reads nothing for a while, because nothing can be stored, or by no route."""
        self._recall()
        self._portal.rest(self._now() + self._policy.shortest)

    def give_up_orders(self) -> None:
        """What is still asked for fails with what the portal last said."""
        last: PortalState | Report = self._portal.resting or self._portal.state
        for asked in tuple(self._orders.open):
            with writing(self._db):
                self._orders.fail(asked, last.outcome or "timeout", last.reason, now=self._now())
            self._orders.failed(asked)

    def _recall(self) -> None:
        """Forgets what was learned in a transaction that was rolled back."""
        with suppress(StoreError), store_errors():  # what cannot even be read is not thought of otherwise
            self._whole.recall()
            self._routes.recall()
            self._portal.recall()

    def _nobody_asks_before(self, now: datetime) -> datetime | None:
        """Until when the portal is left alone; None: it may be asked."""
        waits = [self._portal.paused_until, self._routes.all_rest_until(now)]
        return max((moment for moment in waits if moment is not None), default=None)

    def _looks_shrunken(self, page: Page) -> bool:
        agency, lang = page.task.key
        if not self._listings[page.task.key].walked or page.report.listed >= PAGE_SIZE:
            return False
        held = len(held_editions(self._db, agency, lang, since=None))
        return looks_shrunken(page.task, listed=page.report.listed, held=held)

    def _is_ours(self, key: tuple[str, str]) -> bool:
        """Whether the configuration follows a listing; of others nothing is remembered that would outlive it."""
        agency, lang = key
        return agency in self._config.portal.agencies and lang in self._config.portal.languages

    def _take_success(self, page: Page) -> None:
        task, now = page.task, self._now()
        before, was_proved = self._listings[task.key], self._whole.proved(task.lang)
        listing = replace(before, route=page.route)
        if not before.begun and task.page == 1:
            listing = begun(listing, page, highest=highest_id(self._db), policy=self._policy, now=now)
        with writing(self._db):
            found = look_up(self._db, page.records, *task.key)
            self._routes.works(task.key, page.route, now)
            crawl = begin_crawl(self._db, task, page.route, started_at=page.started_at)
            audit = self._orders.audit_page(task, page.records, page.report, started_at=page.started_at)
            behind = self._whole.behind(listing)
            taken = take_page(self._db, page.records, behind, found, alerts=self._config.alerts, now=now)
            forms = self._noticed.note(page.report.forms, page.records, key=(*task.key, page.route), now=now)
            reading = self._underway.with_page(
                task, taken.seen, news=taken.news, started_at=page.started_at, now=now
            )
            goes_further = goes_on(reading, taken.seen, listing) or self._looks_shrunken(page)
            next_page = self._orders.page_after(task, taken, more=goes_further)
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
                    ending=ending(reading, taken.seen, audited=end is not None and end.proved),
                    crawl=crawl,
                    alerts=self._config.alerts,
                    confirm=self._config.schedule.confirm,
                    now=now,
                )
            self._whole.showed(task.lang, taken.changes, now)
            taken = replace(taken, changes=(*taken.changes, *gone))
            listing = caught_up(listing, reading, taken.seen, more=more)
            listing = self._moved_on(listing, task, taken, news=reading.news, more=more, now=now)
            if wider:
                listing = replace(listing, since_wide=WIDE_EVERY)
            end_crawl(
                self._db,
                crawl,
                replace(page.report, reason=TOO_MANY_GONE) if mass else page.report,
                taken.counts,
                outcome=outcome_of(page, taken, mass=bool(mass)),
                finished_at=now,
                next_at=listing.due_at,
            )
            self._orders.write(task, page.report, taken, next_page=next_page, end=end, now=now)
            if end is not None:
                self._orders.keep_audit(task, end, mass=bool(mass), now=now)
            listing = self._as_far_behind(listing)
            if must_be_saved(before, listing) and self._is_ours(task.key):
                save_listing(self._db, listing, now=now)
            self._hand_over(task.lang, now)
        self._noticed.committed(forms, key=(*task.key, page.route))
        self._listings[task.key] = listing
        self._orders.moved(task, taken, audit, next_page=next_page)
        asked = self._orders.asked(task.asked.id) if task.asked is not None else None
        self._underway.keep(reading, taken.seen, next_page=next_page, asked=asked)
        if taken.changes:
            self._on_changes(taken.changes)
        self._portal.answers(now)
        self._take_over(task.lang, now, was_proved=was_proved)
        walked = listing.walked and not before.walked
        self._bulletin.read(task.key, taken.changes, walked=walked, mass=mass)

    def _take_whole(self, page: Page) -> None:
        """A page of the whole portal: stored where it is trusted, else the trial it was."""
        task, now, report = page.task, self._now(), page.report
        before = self._listings[task.key]
        read = is_success(report.outcome)
        was_proved = self._whole.proved(task.lang)
        with writing(self._db):
            if read:
                self._whole.check_wordings(page.sightings, task.lang)
            crawl = begin_crawl(self._db, task, page.route, started_at=page.started_at)
            if read:
                came = self._whole.take(
                    page.records,
                    task.lang,
                    page=task.page,
                    listings=self._listings,
                    alerts=self._config.alerts,
                    started_at=page.started_at,
                    now=now,
                )
                taken, more = came.taken, came.more
            else:
                self._whole.failed(task.lang, report.reason or report.outcome, now)
                taken, more = Taken(seen=()), False
            news = any(not change.baseline for change in taken.changes)
            listing = replace(before, route=page.route, failures=0, paused_until=None)
            if not more:
                listing = after_success(listing, task, news=news, policy=self._policy, now=now)
            self._hand_over(task.lang, now)
            if not self._whole.proved(task.lang):
                listing = replace(listing, due_at=self._whole.next_due(task.lang))
            end_crawl(
                self._db,
                crawl,
                report,
                taken.counts,
                outcome=report.outcome,
                finished_at=now,
                next_at=listing.due_at,
            )
        self._listings[task.key] = replace(listing, since_wide=0)
        self._take_over(task.lang, now, was_proved=was_proved)
        reading = self._underway.with_page(task, taken.seen, news=news, started_at=page.started_at, now=now)
        self._underway.keep(reading, taken.seen, next_page=task.page + 1 if more else None, asked=None)
        if taken.changes:
            self._on_changes(taken.changes)
        self._bulletin.read(task.key, taken.changes, walked=False, mass=None)

    def _hand_over(self, lang: str, now: datetime) -> None:
        """The agencies' own listings have to catch up where the whole portal's broke off: written in the caller's
        transaction."""
        if self._whole.left_behind(lang) is None:
            return
        for listing in map(self._as_far_behind, self._own(lang)):
            if self._is_ours(listing.key):
                save_listing(self._db, listing, now=now)

    def _take_over(self, lang: str, now: datetime, *, was_proved: bool) -> None:
        """The agencies' own listings are due again as before where they were left to the whole portal's."""
        left = self._whole.left_behind(lang) is not None
        for listing in self._own(lang) if left or (was_proved and not self._whole.proved(lang)) else ():
            due_at = min(listing.due_at, now) if listing.due_at is not None else None
            self._listings[listing.key] = replace(self._as_far_behind(listing), due_at=due_at)
        self._whole.caught_up(lang)

    def _own(self, lang: str) -> list[Listing]:
        return [one for key, one in self._listings.items() if key[1] == lang and key[0] != WHOLE]

    def _as_far_behind(self, listing: Listing) -> Listing:
        """The listing, behind since the whole portal's that served it broke off."""
        since = self._whole.left_behind(listing.lang)
        if since is None or listing.agency == WHOLE:
            return listing
        return replace(listing, behind_since=min(since, listing.behind_since or since))

    def _take_our_budget(self, page: Page) -> None:
        """Nothing was asked, because we had asked enough: nobody failed, and all goes on where it stood."""
        now, report = self._now(), page.report
        with writing(self._db):
            crawl = begin_crawl(self._db, page.task, page.route, started_at=page.started_at)
            end_crawl(
                self._db,
                crawl,
                report,
                Counts(),
                outcome=report.outcome,
                finished_at=now,
                next_at=self._listings[page.task.key].due_at,
            )
        wait = timedelta(seconds=report.retry_after) if report.retry_after else self._policy.shortest
        self._portal.rest(now + min(wait, LONGEST_RETRY_AFTER), report)

    def _take_failure(self, page: Page) -> None:
        task, now = page.task, self._now()
        report, before = page.report, self._listings[task.key]
        outcome = report.outcome
        jitter = self._jitter()
        listing = after_failure(
            before, retry_after=report.retry_after, policy=self._policy, now=now, jitter=jitter
        )
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
            forms = self._noticed.note(report.forms, page.records, key=(*task.key, page.route), now=now)
            of_the_portal = self._portal.is_at_fault(task.key, report)
            was_proved = self._whole.proved(task.lang)
            if task.agency == WHOLE and listing.failures >= SEVERAL and not of_the_portal:
                self._whole.failed(task.lang, report.reason or outcome, now)
                self._hand_over(task.lang, now)
            if of_the_portal:
                self._portal.fails(
                    report, route=page.route, started_at=page.started_at, now=now, jitter=jitter
                )
        self._noticed.committed(forms, key=(*task.key, page.route))
        self._listings[task.key] = listing
        self._take_over(task.lang, now, was_proved=was_proved)
        if task.asked is not None:
            self._orders.failed(task.asked)
            self._underway.drop(task)  # asked for again, it goes on where it broke off
        if not of_the_portal and listing.paused_until:
            self._bulletin.failed(task.key, report, route=page.route, wait=listing.paused_until - now)

    def _moved_on(
        self, listing: Listing, task: Task, taken: Taken, *, news: bool, more: bool, now: datetime
    ) -> Listing:
        """The listing after a page that was read well."""
        listing = replace(listing, last_listed=bool(taken.seen) or task.page > 1)
        if listing.begun or listing.watermark is not None:
            listing = walked_on(listing, task, taken.seen, now=now)
        if more and task.purpose not in {"first", "walk"}:
            return replace(listing, failures=0, paused_until=None)
        listing = after_success(listing, task, news=news, policy=self._policy, now=now)
        if self._whole.proved(task.lang) and listing.followed:
            listing = replace(listing, due_at=now + self._policy.longest)
        return listing

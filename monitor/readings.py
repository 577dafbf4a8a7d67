"""What is read next, how far, and by which route; the state between pages is in `state`, what a page does in
`conclusions`.

Synchronous: it waits for nothing. The decisions are in `schedule` and `ladder`.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from crawler.records import WHOLE, Report
from monitor.errors import StoreError
from monitor.ladder import MOST_TOGETHER, brings_together, is_no_batch
from monitor.mentions import Mentions
from monitor.outlook import as_planned
from monitor.pages import Page, judged
from monitor.reach import page_size
from monitor.schedule import Asked, Listing, Task, is_success, next_task
from monitor.state import State
from monitor.store.database import store_errors, writing
from monitor.store.held import published
from monitor.store.listings import Counts, PortalState, begin_crawl, end_crawl, load_listing

log = logging.getLogger("jarshy.watch")


class Readings:
    """Hands out the pages to read, one after another."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._since_walk = 0
        self._mentions = Mentions()
        self._in_order: dict[tuple[str, str], tuple[str, ...]] = {}
        """Ids of each listing's first page when it was found newest-first."""
        self.busy: set[tuple[str, str]] = set()
        """Listings with an order in hand."""

    def follow(self, listings: Iterable[tuple[str, str]], *, at_once: bool = False) -> None:
        """Reads these listings (agency, language) by itself from now on.

        `at_once` forgets the pauses of an earlier run: a person stands before it and wants to see.
        """
        for agency, lang in listings:
            listing = load_listing(self._state.db, agency, lang)
            self._state.listings[agency, lang] = replace(listing, paused_until=None) if at_once else listing
        whole = self._state.whole
        langs = {lang for _, lang in self._state.listings} if whole.pays and not at_once else set()
        trusted = {lang for lang in langs if whole.proved(lang)}
        self._state.outlook.follow(self._state.listings, trusted=trusted, now=self._state.now())
        for lang in langs:
            self._state.listings[WHOLE, lang] = whole.listing(lang)
        if at_once:
            self._state.portal.forgive()
            self._state.routes.forgive()

    def look_for_orders(self) -> bool:
        """Takes up what somebody asked for since, and lets go of what was taken back; whether it was anything."""
        new = self._state.orders.take_up(self._state.now())
        self._state.underway.only([asked.id for asked in self._state.orders.open])
        self._let_in(new)
        return bool(new)

    def know_orders(self) -> None:
        """Knows what is asked for, for who only looks: nothing is written."""
        self._let_in(self._state.orders.look())

    def _let_in(self, new: Iterable[Asked]) -> None:
        for asked in new:
            key = (asked.agency, asked.lang)
            if key not in self._state.listings:
                self._state.listings[key] = replace(load_listing(self._state.db, *key), followed=False)

    def only(self, orders: Sequence[int]) -> None:
        """Leaves every other order, and all that nobody asked for, to the daemon."""
        self._state.orders.only(orders)
        self._state.listings = {
            key: replace(listing, followed=False) for key, listing in self._state.listings.items()
        }

    def next(self) -> Task | datetime | None:
        """The page to read now; else the moment to ask again; None: nothing comes due by itself."""
        if self._state.portal.state.outcome is not None and self.busy:
            return None  # one knock at a time at a portal that has failed; whoever knocks wakes the others
        task = self._next()
        followed = {li.key for li in self._state.listings.values() if li.followed and li.agency != WHOLE}
        if isinstance(task, Task) or not followed or not self._state.outlook.has_room:
            return task
        try:
            with store_errors():
                again_at = self._state.orders.plan_audit(followed, self._state.now())
                self._mentions.over("audit", now=self._state.now())
                if again_at is None:
                    self.look_for_orders()
                    return self._next()
        except StoreError as error:
            self._lasts("audit", error, "%s. The audit of this night waits.%s")
            return task
        return again_at if task is None else min(task, again_at)

    def _next(self) -> Task | datetime | None:
        now = self._state.now()
        try:
            with store_errors():
                self._state.outlook.refresh(now)
            self._mentions.over("plan", now=now)
        except StoreError as error:
            self._lasts("plan", error, "%s. When to look is decided by what is known.%s")
        task = self.scheduled(now)
        if isinstance(task, Task) and self.busy and not self._state.routes.has_one_for(task.key, now):
            # Another listing knocks at the last route that is left; it wakes us when it knows what came of it. To
            # hand the task out would have its reader come back for it at once, without ever giving way.
            return None
        return task

    def _lasts(self, name: str, error: StoreError, sentence: str) -> None:
        if (more := self._mentions.note(name, str(error), now=self._state.now())) is not None:
            log.warning(sentence, error, more)

    def is_due(self) -> bool:
        """Whether a listing should be read now: what failed should, though it rests; nothing in quiet hours, or where
        our own budget is spent."""
        now, portal, quiet = self._state.now(), self._state.portal, self._state.policy.quiet
        if quiet is not None and quiet.until(now) is not None:
            return False
        if portal.state.outcome is not None:
            return True
        if portal.resting is not None and portal.paused_until is not None and portal.paused_until > now:
            return False
        followed = [one for one in self._state.listings.values() if one.followed and one.agency != WHOLE]
        well = [one for one in followed if not one.failures]
        return not well or any(one.due_at is None or one.due_at <= now for one in well)

    def scheduled(self, now: datetime) -> Task | datetime | None:
        """What is to be read by what is known; an audit that is yet to be ordered is left out. Writes nothing."""
        look_up = self._state.lookups.next(busy=self.busy, now=now)
        quiet, rests = self._state.policy.quiet, self.nobody_asks_before(now)
        if isinstance(look_up, Task):
            well = self._state.portal.state.outcome is None
            if well and (rests is None or rests <= now) and (quiet is None or quiet.until(now) is None):
                return look_up
            look_up = None  # whatever ends the rest wakes everybody
        page = self._next_page(now)
        if isinstance(page, Task) or look_up is None:
            return page
        return look_up if page is None else min(page, look_up)

    def _next_page(self, now: datetime) -> Task | datetime | None:
        for key, listing in self._state.listings.items():
            self._state.listings[key] = as_planned(listing, self._state.outlook.planned(key))
        task = next_task(
            self._state.listings.values(),
            list(self._state.underway),
            self._state.orders.open,
            busy=self.busy,
            portal_paused_until=self.nobody_asks_before(now),
            since_walk=self._since_walk,
            now=now,
            first=lambda due: self._first(due, now),
            has_room=self._state.outlook.has_room,
            wide_after=self._state.policy.wide_after,
            furthest=self._state.furthest,
            quiet=self._state.policy.quiet,
        )
        if isinstance(task, datetime) and self._state.outlook.is_any:
            return min(task, max(now, self._state.outlook.stale_at(now)))
        return task

    def _first(self, due: Sequence[Listing], now: datetime) -> Listing:
        return self._state.listings[self._state.outlook.first([listing.key for listing in due], now)]

    def begin(self, task: Task) -> list[Task]:
        """Takes a task in hand, and with it others that are due where one request may bring several; all of them."""
        in_hand = [task]
        self._take_in_hand(task)
        if task.source_id is None and self._state.routes.asks_together(task.key, self._state.now()):
            while len(in_hand) < MOST_TOGETHER and isinstance(other := self.next(), Task):
                alone = other.source_id is not None
                if alone or not self._state.routes.asks_together(other.key, self._state.now()):
                    break
                self._take_in_hand(other)
                in_hand.append(other)
        return in_hand

    def answers_together(self, route: str, reports: Sequence[Report]) -> bool:
        """Notes whether a route brings several listings at once; False: each is to be read by itself, now.

        Raises StoreError where the database cannot be written.
        """
        before = self._state.routes.rung(route).together
        outcomes = [report.outcome for report in reports]
        together = brings_together(outcomes, before=before)
        if together is not None and together != before:
            self._state.routes.note_together(route, together=together)
        return not is_no_batch(outcomes)

    def _take_in_hand(self, task: Task) -> None:
        self.busy.add(task.key)
        self.take_turn(task)

    def take_turn(self, task: Task) -> None:
        """Counts a task, so that histories and orders have their turn among the others."""
        self._since_walk = 0 if task.purpose in {"first", "walk"} else self._since_walk + 1

    def end(self, task: Task) -> None:
        """A task is no longer in hand, whatever came of it."""
        self.busy.discard(task.key)
        self._state.routes.leave(task.key)

    def route_for(self, task: Task) -> str | None:
        """The route by which to read it; None where all of them have come to rest."""
        return self._state.routes.take(task.key, self._state.now())

    def at_one_size(self, task: Task, route: str) -> Task:
        """The task, back at page 1 where its reading began by a route that has pages of another size."""
        before = self._state.listings[task.key].route
        if task.page > 1 and page_size(task.agency, route) != page_size(task.agency, before):
            return replace(task, page=1)
        return task

    def has_another_way(self, page: Page) -> bool:
        """Notes a failure that is the route's; whether another route is to be tried for the same page at once.

        Raises StoreError where the database cannot be written.
        """
        report, now = page.report, self._state.now()
        # What is on trial speaks of itself alone: the portal need not answer for all agencies at once.
        if is_success(report.outcome) or page.task.agency == WHOLE:
            return False
        with writing(self._state.db):
            other = self._state.routes.fails(
                page.task.key, page.route, report, started_at=page.started_at, now=now
            )
            if other:
                crawl = begin_crawl(self._state.db, page.task, page.route, started_at=page.started_at)
                end_crawl(
                    self._state.db,
                    crawl,
                    report,
                    Counts(),
                    outcome=report.outcome,
                    finished_at=now,
                    next_at=None,
                )
        return other

    def judged(self, page: Page) -> Page:
        """The page, its outcome another where an answer that could be read is not believed.

        Raises StoreError.
        """
        listing, now = self._state.listings[page.task.key], self._state.now()
        # The clock may have been put back meanwhile.
        page = replace(page, started_at=min(page.started_at, now))
        ids = tuple(seen.source_id for seen in page.sightings)
        told_before = page.task.page == 1 and all(seen.wording is None for seen in page.sightings)
        if told_before and self._in_order.get(page.task.key) == ids:
            return judged(page, listing, dates=(), now=now)  # as nearly always
        page = judged(page, listing, dates=self._dates(page), now=now)
        if page.task.page == 1 and is_success(page.report.outcome):
            self._in_order[page.task.key] = ids
        return page

    def _dates(self, page: Page) -> list[datetime | None]:
        """The dates of its items in the order received; of those whose wording was left out what is held of them."""
        short = [seen.source_id for seen in page.sightings if seen.wording is None]
        with store_errors():
            held = published(self._state.db, page.task.lang, short)
        return [
            seen.wording.published_at if seen.wording is not None else held.get(seen.source_id)
            for seen in page.sightings
        ]

    def rest(self) -> None:
        """Reads nothing for a while, because nothing can be stored, or by no route."""
        self._state.recall()
        self._state.portal.rest(self._state.now() + self._state.policy.shortest)

    def give_up_orders(self) -> None:
        """What is still asked for fails with what the portal last said."""
        last: PortalState | Report = self._state.portal.resting or self._state.portal.state
        for asked in tuple(self._state.orders.open):
            with writing(self._state.db):
                self._state.orders.fail(asked, last.outcome or "timeout", last.reason, now=self._state.now())
            self._state.orders.failed(asked)

    def nobody_asks_before(self, now: datetime) -> datetime | None:
        """Until when the portal is left alone; None: it may be asked."""
        waits = [self._state.portal.paused_until, self._state.routes.all_rest_until(now)]
        return max((moment for moment in waits if moment is not None), default=None)

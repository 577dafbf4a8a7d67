"""What each page does: to its listing, its reading and its order, and to the store, all of a page in one transaction.

What a page means is decided in `schedule`, `detect`, `reach` and `removal`; here their answers are written down.
Synchronous: it waits for nothing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from crawler.records import WHOLE, Outcome, Report
from monitor.about import also_about
from monitor.departures import Gone, take_absences, take_answer
from monitor.intake import LacksWordings, Taken, look_up, take_page
from monitor.ladder import SEVERAL
from monitor.lookups import Answered
from monitor.outlook import as_planned
from monitor.pages import Page, begun, outcome_of
from monitor.reach import (
    PAGE_SIZE,
    caught_up,
    ending,
    goes_on,
    looks_shrunken,
    met_the_known,
    walked_on,
)
from monitor.schedule import (
    LONGEST_RETRY_AFTER,
    Listing,
    Reading,
    Task,
    after_failure,
    after_history,
    after_success,
    is_success,
)
from monitor.state import State
from monitor.store.absences import held_editions
from monitor.store.arrivals import settle
from monitor.store.database import writing
from monitor.store.due import note_reading, save_due
from monitor.store.held import highest_id
from monitor.store.listings import Counts, begin_crawl, end_crawl, must_be_saved, save_listing
from monitor.store.lookups import try_later

TOO_MANY_GONE = "more releases are missing at once than an editor takes down; none is called removed yet"
OF_NO_LISTING: frozenset[Outcome] = frozenset({"unreachable", "blocked", "overloaded", "timeout"})
"""Outcomes that say nothing of the listing that was asked for, were it the whole portal's on trial."""


class Conclusions:
    """Draws them from page after page."""

    def __init__(self, state: State) -> None:
        self._state = state

    def take(self, page: Page) -> None:
        """Stores a page that was judged, and decides how its reading goes on.

        Raises LacksWordings where the worker left out what is not held, and StoreError where the database cannot
        be written; nothing of the page is kept then.
        """
        self._state.outlook.asked(page.task, page.report, started_at=page.started_at, now=self._state.now())
        if page.report.outcome == "budget":
            self._take_our_budget(page)
        elif page.task.agency == WHOLE and page.report.outcome not in OF_NO_LISTING:
            try:
                self._take_whole(page)
            except LacksWordings:
                self._state.whole.recall()
                raise
        elif is_success(page.report.outcome):
            self._take_success(page)
        else:
            self._take_failure(page)

    def take_answer(self, page: Page) -> None:
        """Stores what the portal said of one release by its number.

        Raises StoreError where the database cannot be written; nothing is kept then.
        """
        state = self._state
        now, report = state.now(), page.report
        state.outlook.asked(page.task, report, started_at=page.started_at, now=now)
        if report.outcome == "budget":
            self._rest_as_told(report, now)
            return
        wanted = state.lookups.of(page.task.source_id or "")
        if wanted is None:
            return
        said = next((seen.wording for seen in page.sightings if seen.wording is not None), None)
        answer = Answered(report.outcome, said.title if said else None, said.agencies if said else ())
        with writing(state.db):
            changes = take_answer(
                state.db,
                wanted,
                answer,
                report,
                alerts=state.config.alerts,
                confirm=state.config.schedule.confirm,
                retry=state.config.schedule.confirm,
                put_forward=state.put_forward,
                now=now,
            )
        state.lookups.reload()
        state.tell(changes)
        state.bulletin.news(page.task.key, changes)

    def put_off(self, task: Task) -> None:
        """What came of one release asked for by its number tripped us up: it is asked for again later.

        Raises StoreError where the database cannot be written.
        """
        state = self._state
        if (wanted := state.lookups.of(task.source_id or "")) is not None:
            reason = "a fault of Jarshy itself; its log says more"
            next_at = state.now() + state.config.schedule.confirm * 2 ** min(wanted.tries, 10)
            with writing(state.db):
                try_later(state.db, wanted.release_id, "broken", reason, next_at=next_at)
        state.lookups.reload()

    def end(self) -> None:
        """Nothing more is read: what waits for its place in feeds, so that others may stand above it, gets it now.

        Raises StoreError where the database cannot be written.
        """
        with writing(self._state.db):
            settle(self._state.db, all_begun=True, now=self._state.now())

    def take_our_fault(self, page: Page) -> None:
        """A page that tripped us up: its listing rests, the others go on."""
        self._state.recall()
        reason = "a fault of Jarshy itself; its log says more"
        self._take_failure(replace(page, report=replace(page.report, outcome="broken", reason=reason)))

    def _looks_shrunken(self, page: Page) -> bool:
        agency, lang = page.task.key
        if not self._state.listings[page.task.key].walked or page.report.listed >= PAGE_SIZE:
            return False
        held = len(held_editions(self._state.db, agency, lang, since=None))
        return looks_shrunken(page.task, listed=page.report.listed, held=held)

    def _take_success(self, page: Page) -> None:
        state = self._state
        task, now = page.task, state.now()
        before, was_proved = state.listings[task.key], state.whole.proved(task.lang)
        listing = replace(before, route=page.route)
        if not before.begun and task.page == 1:
            listing = begun(listing, page, highest=highest_id(state.db), policy=state.policy, now=now)
        with writing(state.db):
            found = look_up(state.db, page.records, *task.key, now=now)
            state.routes.works(task.key, page.route, now)
            crawl = begin_crawl(state.db, task, page.route, started_at=page.started_at)
            also_about(crawl=crawl)
            audit = state.orders.audit_page(task, page.records, page.report, started_at=page.started_at)
            behind = state.whole.behind(listing)
            taken = take_page(
                state.db,
                page.records,
                behind,
                found,
                alerts=state.config.alerts,
                started_at=page.started_at,
                now=now,
            )
            forms = state.noticed.note(page.report.forms, page.records, key=(*task.key, page.route), now=now)
            reading = state.underway.with_page(
                task, taken.seen, news=taken.news, started_at=page.started_at, now=now
            )
            goes_further = goes_on(reading, taken.seen, listing) or self._looks_shrunken(page)
            next_page = state.orders.page_after(task, taken, more=goes_further)
            more = next_page is not None
            end = state.orders.audit_end(audit) if audit is not None and not more else None
            gone = Gone()  # this page ends no reading that could tell
            if not more and listing.walked and reading.from_top and task.purpose not in {"walk", "cited"}:
                gone = take_absences(
                    state.db,
                    reading,
                    listing,
                    ending=ending(reading, taken.seen, audited=end is not None and end.proved),
                    crawl=crawl,
                    alerts=state.config.alerts,
                    confirm=state.config.schedule.confirm,
                    longest=state.config.schedule.longest,
                    put_forward=state.put_forward,
                    now=now,
                )
            state.whole.showed(task.lang, taken.changes, now)
            taken = replace(taken, changes=(*taken.changes, *gone.changes))
            listing = caught_up(listing, reading, taken.seen, more=more)
            listing = self._moved_on(listing, task, taken, reading, more=more, now=now)
            if gone.look_wider:
                listing = replace(listing, owes_wide=True)
            ended = not more and reading.from_top and met_the_known(task, taken.seen)
            if ended and task.purpose not in {"walk", "cited"}:
                state.outlook.read(task.key, taken.changes, began_at=reading.began_at, now=now)
            else:
                state.outlook.learned(task.key, taken.changes, now=now)
            if gone.doubted or before.behind_since != listing.behind_since:
                state.outlook.look_for_doubts(now)
            listing = self._planned(listing)
            end_crawl(
                state.db,
                crawl,
                replace(page.report, reason=TOO_MANY_GONE) if gone.mass else page.report,
                taken.counts,
                outcome=outcome_of(page, taken, mass=bool(gone.mass)),
                finished_at=now,
                next_at=listing.due_at,
            )
            state.orders.write(task, page.report, taken, next_page=next_page, end=end, now=now)
            if end is not None:
                state.orders.keep_audit(task, end, mass=gone.mass, now=now)
            settle(state.db, all_begun=self._all_begun(task), now=now)
            listing = self._as_far_behind(listing)
            if must_be_saved(before, listing) and state.is_ours(task.key):
                save_listing(state.db, listing, now=now)
            self._hand_over(task, now)
            self._keep_plan(listing, crawl)
        state.noticed.committed(forms, key=(*task.key, page.route))
        state.listings[task.key] = listing
        state.orders.moved(task, taken, audit, next_page=next_page)
        asked = state.orders.asked(task.asked.id) if task.asked is not None else None
        state.underway.keep(reading, taken.seen, next_page=next_page, asked=asked)
        if gone.weighed:
            state.lookups.reload()
        state.tell(taken.changes)
        self._take_over(task.lang, now, was_proved=was_proved)
        state.portal.answers(now)
        walked = listing.walked and not before.walked
        if walked:
            state.outlook.learn_soon()
        state.bulletin.read(task.key, page.report, taken.changes, walked=walked, mass=gone.mass, now=now)

    def _all_begun(self, task: Task) -> bool:
        """Whether the first page of every followed listing was asked for, that of the task by now.

        Where none is followed, orders are carried out, and their end is waited for.
        """
        followed = {key: one for key, one in self._state.listings.items() if one.followed and key[0] != WHOLE}
        others = (one for key, one in followed.items() if key != task.key)
        return bool(followed) and all(one.begun or one.failures for one in others)

    def _take_whole(self, page: Page) -> None:
        """A page of the whole portal: stored where it is trusted, else the trial it was."""
        state = self._state
        task, now, report = page.task, state.now(), page.report
        before = state.listings[task.key]
        read = is_success(report.outcome)
        was_proved = state.whole.proved(task.lang)
        with writing(state.db):
            if read:
                state.whole.check_wordings(page.sightings, task.lang)
            crawl = begin_crawl(state.db, task, page.route, started_at=page.started_at)
            also_about(crawl=crawl)
            if read:
                came = state.whole.take(
                    page.records,
                    task.lang,
                    page=task.page,
                    listings=state.listings,
                    alerts=state.config.alerts,
                    started_at=page.started_at,
                    now=now,
                )
                taken, more = came.taken, came.more
            else:
                state.whole.failed(task.lang, report.reason or report.outcome, now)
                taken, more = Taken(seen=()), False
            reading = state.underway.with_page(
                task, taken.seen, news=taken.news, started_at=page.started_at, now=now
            )
            listing = replace(before, route=page.route, failures=0, paused_until=None)
            if not more:
                listing = after_success(listing, task, began_at=reading.began_at)
            self._hand_over(task, now)
            proved = state.whole.proved(task.lang)
            state.outlook.trust_whole(task.lang, trusted=proved, now=now)
            if proved and not more:
                state.outlook.read(task.key, taken.changes, began_at=reading.began_at, now=now)
            listing = (
                self._planned(listing) if proved else replace(listing, due_at=state.whole.next_due(task.lang))
            )
            end_crawl(
                state.db,
                crawl,
                report,
                taken.counts,
                outcome=report.outcome,
                finished_at=now,
                next_at=listing.due_at,
            )
            self._keep_plan(listing, crawl)
        state.listings[task.key] = replace(listing, since_wide=0)
        self._take_over(task.lang, now, was_proved=was_proved)
        state.underway.keep(reading, taken.seen, next_page=task.page + 1 if more else None, asked=None)
        state.tell(taken.changes)
        if read:
            state.portal.answers(now)
        state.bulletin.read(task.key, report, taken.changes, walked=False, mass=None, now=now)

    def _hand_over(self, task: Task, now: datetime) -> None:
        """The agencies' own listings have to catch up where the whole portal's broke off: written in the caller's
        transaction, but for the listing of the task, which the caller writes."""
        if self._state.whole.left_behind(task.lang) is None:
            return
        for listing in map(self._as_far_behind, self._own(task.lang)):
            if listing.key != task.key and self._state.is_ours(listing.key):
                save_listing(self._state.db, listing, now=now)

    def _take_over(self, lang: str, now: datetime, *, was_proved: bool) -> None:
        """The agencies' own listings are due again as before where they were left to the whole portal's."""
        left = self._state.whole.left_behind(lang) is not None
        disproved = was_proved and not self._state.whole.proved(lang)
        if disproved:  # perhaps by an agency's own listing
            self._state.outlook.trust_whole(lang, trusted=False, now=now)
            due_at = self._state.whole.next_due(lang)
            self._state.listings[WHOLE, lang] = replace(self._state.listings[WHOLE, lang], due_at=due_at)
        for listing in self._own(lang) if left or disproved else ():
            self._state.outlook.hasten(listing.key, now)
            self._state.listings[listing.key] = self._planned(self._as_far_behind(listing))
        self._state.whole.caught_up(lang)

    def _own(self, lang: str) -> list[Listing]:
        return [one for key, one in self._state.listings.items() if key[1] == lang and key[0] != WHOLE]

    def _as_far_behind(self, listing: Listing) -> Listing:
        """The listing, behind since the whole portal's that served it broke off."""
        since = self._state.whole.left_behind(listing.lang)
        if since is None or listing.agency == WHOLE:
            return listing
        return replace(listing, behind_since=min(since, listing.behind_since or since))

    def _take_our_budget(self, page: Page) -> None:
        """Nothing was asked, because we had asked enough: nobody failed, and all goes on where it stood."""
        state = self._state
        now, report = state.now(), page.report
        with writing(state.db):
            crawl = begin_crawl(state.db, page.task, page.route, started_at=page.started_at)
            end_crawl(
                state.db,
                crawl,
                report,
                Counts(),
                outcome=report.outcome,
                finished_at=now,
                next_at=state.listings[page.task.key].due_at,
            )
        self._rest_as_told(report, now)

    def _rest_as_told(self, report: Report, now: datetime) -> None:
        wait = timedelta(seconds=report.retry_after) if report.retry_after else self._state.policy.shortest
        self._state.portal.rest(now + min(wait, LONGEST_RETRY_AFTER), report)

    def _take_failure(self, page: Page) -> None:
        state = self._state
        task, now = page.task, state.now()
        report, before = page.report, state.listings[task.key]
        outcome = report.outcome
        jitter = state.jitter()
        of_the_portal = state.portal.is_at_fault(task.key, report, failed_before=before.failures > 0)
        by_itself = task.asked is None and task.agency != WHOLE and not of_the_portal
        if by_itself and state.underway.stands_before(task):
            # A page far down that stays as it is must not hide what comes in at the top.
            began_at = state.underway.began_at(task)  # with a pause between, perhaps hours ago
            listing = after_success(before, task, began_at=began_at)
            state.outlook.read(task.key, (), began_at=began_at, now=now)
            listing = self._planned(listing)
        else:
            listing = after_failure(
                before, retry_after=report.retry_after, policy=state.policy, now=now, jitter=jitter
            )
        with writing(state.db):
            crawl = begin_crawl(state.db, task, page.route, started_at=page.started_at)
            also_about(crawl=crawl)
            end_crawl(
                state.db,
                crawl,
                report,
                Counts(),
                outcome=outcome,
                finished_at=now,
                next_at=listing.due_at,
            )
            note_reading(state.db, crawl)
            if state.is_ours(task.key):
                save_listing(state.db, listing, now=now)
            if task.asked is not None:
                state.orders.fail(task.asked, outcome, report.reason, now=now)
            forms = state.noticed.note(report.forms, page.records, key=(*task.key, page.route), now=now)
            was_proved = state.whole.proved(task.lang)
            if task.agency == WHOLE and listing.failures >= SEVERAL and not of_the_portal:
                state.whole.failed(task.lang, report.reason or outcome, now)
                state.outlook.trust_whole(task.lang, trusted=False, now=now)
                self._hand_over(task, now)
            if of_the_portal:
                state.portal.fails(
                    report, route=page.route, started_at=page.started_at, now=now, jitter=jitter
                )
        state.noticed.committed(forms, key=(*task.key, page.route))
        state.listings[task.key] = listing
        self._take_over(task.lang, now, was_proved=was_proved)
        if by_itself:
            state.underway.failed(task)
        if task.asked is not None:
            state.orders.failed(task.asked)
            state.underway.drop(task)  # asked for again, it goes on where it broke off
        if not of_the_portal and listing.paused_until:
            wait = listing.paused_until - now
            state.bulletin.failed(task.key, report, route=page.route, wait=wait, now=now)

    def _moved_on(
        self, listing: Listing, task: Task, taken: Taken, reading: Reading, *, more: bool, now: datetime
    ) -> Listing:
        """The listing after a page that was read well."""
        listing = replace(listing, last_listed=bool(taken.seen) or task.page > 1)
        if listing.begun or listing.watermark is not None:
            was_walked, listing = listing.walked, walked_on(listing, task, taken.seen, now=now)
            if listing.walked and not was_walked:
                listing = after_history(listing, wide_after=self._state.policy.wide_after, now=now)
        if more and task.purpose not in {"first", "walk"}:
            return replace(listing, failures=0, paused_until=None)
        return after_success(listing, task, began_at=reading.began_at)

    def _planned(self, listing: Listing) -> Listing:
        """The listing, due when the plan says so."""
        return as_planned(listing, self._state.outlook.planned(listing.key))

    def _keep_plan(self, touched: Listing, crawl: int) -> None:
        """Writes down what is planned otherwise by now, and the next reading of the listing of this order, inside the
        caller's transaction."""
        if self._state.outlook.planned(touched.key) is None:
            note_reading(self._state.db, crawl)
        wide_at = {key: one.wide_at for key, one in self._state.listings.items()}
        wide_at[touched.key] = touched.wide_at
        save_due(self._state.db, self._state.outlook.changed(wide_at, touched=touched.key))

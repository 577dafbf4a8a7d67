"""How the portal as a whole behaves: who waits until when after a refusal, a block or an outage, and what is said."""

import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.records import Outcome, Report
from monitor.clock_jumps import past, waited_for
from monitor.ladder import are_enough
from monitor.mentions import Mentions
from monitor.schedule import OF_THE_PORTAL, Policy, pause
from monitor.sentences import span, trouble
from monitor.store.database import Database, writing
from monitor.store.listings import PortalState, load_portal, save_portal

log = logging.getLogger("jarshy.portal")


class PortalHealth:
    """Kept in the database, so that a restart does not knock at a portal that has just refused us."""

    def __init__(
        self, db: Database, base_url: str, *, followed: Collection[tuple[str, str]], policy: Policy
    ) -> None:
        self._db = db
        self._followed = followed
        self._policy = policy
        self._failed_at: datetime | None = None
        self._alike: dict[tuple[str, str], Outcome] = {}
        self._mentions = Mentions()
        self.state: PortalState = load_portal(db, base_url)
        self.resting: Report | None = None
        """Why nothing is asked though the portal is well; None: nothing of that kind."""

    def recall(self) -> None:
        """Knows again what the file says: what was learned last was not stored. How long it rests stays as it is."""
        self.state = replace(load_portal(self._db, self.state.base_url), paused_until=self.paused_until)

    @property
    def paused_until(self) -> datetime | None:
        """Nobody asks the portal anything before this moment; None: it may be asked."""
        return self.state.paused_until

    def forgive(self) -> None:
        """Forgets the pause, because a person wants to see now."""
        self.state = replace(self.state, paused_until=None)

    def clock_was_set(self, jump: timedelta) -> None:
        """Rests for as long as it would have, after the clock was set by `jump`."""
        self._failed_at = past(self._failed_at, jump)
        self.state = replace(
            self.state,
            since=past(self.state.since, jump),
            paused_until=waited_for(self.state.paused_until, jump),
        )

    def keep(self) -> None:
        """Writes down how it behaves, inside the caller's transaction."""
        if self.state.outcome is not None:
            save_portal(self._db, self.state)

    def rest(self, until: datetime, because: Report | None = None) -> None:
        """Asks nothing before `until`, for a reason that is not the portal's: no failure of theirs is noted.

        A longer pause that the portal has been given stays.
        """
        if because is not None and self.resting is None:
            reason = because.reason.rstrip(".")
            told = f"{until:%Y-%m-%d %H:%M}"  # perhaps of tomorrow
            log.info("%s: %s. Nothing is asked before %s UTC.", self.state.base_url, reason, told)
        self.resting = because
        self.state = replace(self.state, paused_until=max(until, self.paused_until or until))

    def is_at_fault(self, listing: tuple[str, str], report: Report, *, failed_before: bool) -> bool:
        """Whether a failure speaks of the portal: by its kind, or because several listings in a row fail so.

        `failed_before`: the listing has failed since it was read last. That it goes on failing says nothing of the
        others, which would not be read for hours because of one that is gone.
        """
        outcome = report.outcome
        # One address that always answers 500 is not an overloaded portal, unless it asks to be left alone.
        by_its_kind = outcome in OF_THE_PORTAL and (outcome != "overloaded" or report.retry_after is not None)
        if by_its_kind or outcome == self.state.outcome:
            return True
        if failed_before:
            return False
        self._alike = {key: one for key, one in self._alike.items() if one == outcome} | {listing: outcome}
        return are_enough(self._alike, self._followed)

    def fails(
        self, report: Report, *, route: str, started_at: datetime, now: datetime, jitter: float = 0.0
    ) -> None:
        """Everybody waits, longer each time; it is said, again when the answer becomes another, and now and then.

        Runs inside the caller's transaction. An order that was in hand when the portal failed already tells
        nothing new.
        """
        before = self.state
        if self._failed_at is not None and started_at <= self._failed_at <= now:
            return  # one that lies ahead was set by a clock that was wrong
        self._failed_at = now
        failures = before.failures + 1
        until = now + pause(failures, retry_after=report.retry_after, policy=self._policy, jitter=jitter)
        self.state = replace(
            before,
            outcome=report.outcome,
            reason=report.reason,
            since=before.since or now,
            failures=failures,
            paused_until=until,
        )
        save_portal(self._db, self.state)
        more = self._mentions.note("portal", report.outcome, now=now)
        if more is not None:
            said = trouble(before.base_url, route, report.outcome, report.reason, wait=until - now)
            log.warning("%s%s", said, more)

    def answers(self, now: datetime) -> None:
        """The portal was read; says so where it had failed."""
        self._alike.clear()
        self.resting = None
        before = self.state
        if before.outcome is None:
            return
        self.state = PortalState(before.base_url)
        with writing(self._db):
            save_portal(self._db, self.state)
        self._mentions.over("portal", now=now)
        gone_for = span(now - before.since) if before.since else "some time"
        log.info("%s answers again after %s.", before.base_url, gone_for)

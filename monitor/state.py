"""All that is known between two pages: listings, readings under way, orders, and how the portal fares."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from crawler.records import WHOLE
from monitor.asked import Orders
from monitor.bulletin import Bulletin
from monitor.changes import Change
from monitor.clock_jumps import Jump, left_out
from monitor.config import Config
from monitor.errors import StoreError
from monitor.looking_up import LookUps
from monitor.mentions import Mentions
from monitor.noticed import Noticed
from monitor.outlook import Outlook
from monitor.portal_health import PortalHealth
from monitor.removal import PATIENCE
from monitor.routes import Routes
from monitor.schedule import LONGEST_RETRY_AFTER, Listing, Policy, after_clock_set, wide_after
from monitor.store.clock_jumps import MOST, load_jumps, note_jump
from monitor.store.database import Database, store_errors, writing
from monitor.store.listings import must_be_saved, save_listing
from monitor.underway import Underway
from monitor.whole_portal import WholePortal

log = logging.getLogger("jarshy.watch")


class State:
    """What the watch knows; what of it must outlive a restart lies in the database too."""

    def __init__(
        self,
        db: Database,
        config: Config,
        *,
        now: Callable[[], datetime],
        on_changes: Callable[[Sequence[Change]], None],
        jitter: Callable[[], float] = lambda: 0.0,
        failing: Mentions | None = None,
    ) -> None:
        """`on_changes` hears of what was committed, baseline included; `jitter`, from 0 to 1, varies pauses.

        `failing`: the listings of which was said in a life before this one that they cannot be read.
        """
        self.db = db
        self.config = config
        self.now = now
        self._on_changes = on_changes
        self.jitter = jitter
        self.policy = Policy(
            shortest=config.schedule.shortest,
            longest=config.schedule.longest,
            longest_pause=config.schedule.longest_pause,
            history=config.portal.history,
            quiet=config.schedule.quiet_window,
            wide_after=wide_after(
                config.schedule.longest,
                listings=len(config.portal.agencies) * len(config.portal.languages),
                per_day=config.schedule.per_day,
            ),
        )
        self.furthest = max(LONGEST_RETRY_AFTER, self.policy.longest, self.policy.longest_pause)
        """A moment further ahead was set by a clock that was wrong."""
        followed = {(agency, lang) for agency in config.portal.agencies for lang in config.portal.languages}
        self.portal = PortalHealth(db, config.portal.base_url, followed=followed, policy=self.policy)
        self.routes = Routes(
            db,
            config.portal.base_url,
            config.portal.routes,
            followed=followed,
            policy=self.policy,
            furthest=self.furthest,
        )
        self.whole = WholePortal(db, config, policy=self.policy)
        self.listings: dict[tuple[str, str], Listing] = {}
        self.underway = Underway()
        self.orders = Orders(db, zone=config.schedule.zone, confirm=config.schedule.confirm)
        self.bulletin = Bulletin(
            believed_after=PATIENCE * config.schedule.confirm, failing=failing or Mentions()
        )
        self.noticed = Noticed(db)
        self.lookups = LookUps(db)
        self.outlook = Outlook(db, config)
        self._jumps, self._unwritten = load_jumps(db), list[Jump]()
        self.put_forward = left_out(self._jumps)
        """What the clock has left out while a daemon ran: no removal is proved by a time that did not pass."""

    def clock_was_set(self, jump: timedelta) -> None:
        """Puts right every time that is remembered, after the clock was set by `jump` (below zero: back).

        What was written of the past with its date stays as it is. Raises StoreError where what must outlive a restart
        could not be written; until then all is right.
        """
        now, before = self.now(), self.listings
        self.listings = {key: after_clock_set(listing, jump) for key, listing in before.items()}
        for part in (self.underway, self.orders, self.portal, self.routes, self.whole, self.lookups):
            part.clock_was_set(jump)
        self.outlook.clock_was_set(jump, now)
        self._jumps = [*self._jumps, Jump(now, jump)][-MOST:]
        self._unwritten.append(self._jumps[-1])
        self.put_forward = left_out(self._jumps)
        self.keep_jumps()
        with writing(self.db):
            for key, listing in self.listings.items():
                if must_be_saved(before[key], listing) and self.is_ours(key):
                    save_listing(self.db, listing, now=now)
            for kept in (self.orders, self.portal, self.routes, self.whole, self.lookups):
                kept.keep()

    def keep_jumps(self) -> None:
        """Writes down when the clock was set, where that could not be done before. Raises StoreError."""
        if self._unwritten:
            with writing(self.db):
                for each in self._unwritten:
                    note_jump(self.db, each)
            self._unwritten.clear()

    def tell(self, changes: Sequence[Change]) -> None:
        """Lets whoever listens hear of what was committed; a fault of theirs is none of the page's."""
        if not changes:
            return
        try:
            self._on_changes(changes)
        except Exception:
            log.exception(
                "What was stored could not be passed on: a fault of Jarshy itself; please report it."
            )

    def recall(self) -> None:
        """Forgets what was learned in a transaction that was rolled back."""
        with suppress(StoreError), store_errors():  # what cannot even be read is not thought of otherwise
            self.whole.recall()
            self.routes.recall()
            self.portal.recall()
            self.lookups.reload()
            langs = {lang for agency, lang in self.listings if agency == WHOLE}
            self.outlook.recall(self.now(), trusted={lang for lang in langs if self.whole.proved(lang)})

    def is_ours(self, key: tuple[str, str]) -> bool:
        """Whether the configuration follows a listing; of others nothing is remembered that would outlive it."""
        agency, lang = key
        return agency in self.config.portal.agencies and lang in self.config.portal.languages

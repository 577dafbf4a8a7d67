"""Puts what waits for one person into messages, when its time has come. Sends nothing.

What is to stand in one, and when, is decided in `bundles`; here that is asked for when something may have changed.
"""

import logging
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.addresses import Address, without_secrets
from monitor.bundles import plan
from monitor.config import Config
from monitor.errors import StoreError
from monitor.letters import Letters
from monitor.metrics import Metrics
from monitor.pauses import LONGEST_PAUSE
from monitor.store.database import Database, store_errors
from monitor.store.waiting import Sign, book, fold, newest_edition, sign_of_waiting, waiting_for
from monitor.terms import Terms
from monitor.waiting import Bundle, Waiting

FAULT_PAUSE = timedelta(minutes=5)
"""Where a fault of ours keeps a line from being read, or it from being decided what becomes one message."""

log = logging.getLogger("monitor.outbox")


@dataclass(frozen=True, slots=True)
class Nothing:
    """Of what waits for a person nothing is ready."""

    sign: Sign
    """Of what waits."""
    at: datetime
    """When that was decided."""
    until: datetime
    edition: int | None
    """The newest one, where something waits for another copy."""

    def holds(self, db: Database, now: datetime) -> bool:
        """Whether it still is so of that; after a clock that was turned back, nothing that it said is."""
        return self.at <= now < self.until and self.edition in (None, newest_edition(db))


class Gathering:
    """What waits for one person; `quiet` keeps, by address, what was last decided of it where nothing was ready."""

    def __init__(
        self,
        db: Database,
        config: Config,
        address: Address,
        letters: Letters,
        quiet: dict[str, Nothing],
        now: Callable[[], datetime],
        secrets: list[str],
        metrics: Metrics,
    ) -> None:
        self._db = db
        self._config = config
        self._address = address
        self._letters = letters
        self._quiet = quiet
        self._now = now
        self._secrets = secrets
        self._metrics = metrics
        self._planned: deque[Bundle] = deque()

    def next_moment(self, now: datetime) -> datetime | None:
        """When something of it may be ready (now at the earliest); None where nothing waits."""
        sign = sign_of_waiting(self._db, self._address.key)
        if not sign.count:
            return None
        known = self._quiet.get(self._address.key)
        if known is None or known.sign != sign or not known.holds(self._db, now):
            return now
        return known.until

    async def book_next(self) -> bool:
        """Books what is to be told next; False where nothing is ready."""
        try:
            with store_errors():
                while self._planned or self._plan():
                    bundle = self._planned.popleft()
                    form, parts = await self._letters.parted(bundle)
                    if book(self._db, form, parts, now=self._now()):
                        return True
                    self._planned.clear()  # something of it was dropped meanwhile
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 other lines must not end with this one
            trace = without_secrets("".join(traceback.format_exception(error)).strip(), *self._secrets)
            log.error(  # noqa: TRY400 a trace may hold secrets
                "What waits for %s waits on: a fault of Jarshy itself, please report it: %s",
                self._address.shown,
                trace,
            )
            now, sign = self._now(), sign_of_waiting(self._db, self._address.key)
            self._quiet[self._address.key] = Nothing(sign, now, now + FAULT_PAUSE, None)
        return False

    def _plan(self) -> bool:
        """Decides what is ready, into what is planned; whether anything is."""
        db, key, now, terms = self._db, self._address.key, self._now(), Terms.of(self._config)
        known = self._quiet.get(key)
        if known is not None and not (
            known.holds(db, now) and sign_of_waiting(db, key, up_to=known.sign.last).count <= known.sign.count
        ):
            known = None
        sign = sign_of_waiting(db, key)
        # Thousands may wait for their hour, and releases are decided of one by one: the new ones and theirs will do.
        waiting, lately = waiting_for(
            db,
            key,
            after=known.sign.last if known else None,
            confirm=terms.confirm,
            within=terms.longest_burst,
            now=now,
        )
        found = plan([self._by_todays_names(each) for each in waiting], lately, terms, now=now)
        if found.folded:
            fold(db, found.folded, found.told_with)
            self._metrics.not_told("dropped", len(found.folded))
            sign = sign_of_waiting(db, key)
        self._planned.extend(found.ready)
        if not self._planned:
            until = min(each for each in (known and known.until, found.again_at, now + LONGEST_PAUSE) if each)
            edition = newest_edition(db) if until <= now + terms.grace else None
            self._quiet[key] = Nothing(sign, now, until, edition)
        return bool(self._planned)

    def _by_todays_names(self, each: Waiting) -> Waiting:
        names = self._letters.names(each.rules)
        return each if names == each.rules else replace(each, rules=names)

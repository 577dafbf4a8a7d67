"""The room that tells a WebSub hub of every feed that changed: after the commit, and again where it fails.

What a feed holds is compared with what the hub was last told, both in the database: what was committed and not told
when a process ended is told by the next, and what others commit (`jarshy crawl`, `redact`, `reparse`) is told too.
"""

import asyncio
import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from feeds.hub import Failed, Hub, Outcome, Refused, Told, open_hub
from feeds.topics import Topics
from monitor.config import Config
from monitor.errors import StoreError
from monitor.mentions import Mentions
from monitor.pauses import LONGEST_PAUSE as LONGEST_ASKED_PAUSE
from monitor.pauses import pause
from monitor.sentences import span
from monitor.store import topics
from monitor.store.database import Database, open_store, store_errors
from monitor.store.selections import Window
from monitor.store.topics import Topic

LOOK_SECONDS = 5.0
"""How soon it is seen what another process has committed."""
GATHER_SECONDS = 1.0
"""Between two looks at the least: the three languages of a release come one after the other."""
SHARE = 3
"""A look at all searches is followed by a rest of so many times its length, so that they never fill the machine."""
AT_ONCE = 4
"""Requests to the hub at a time."""
LONGEST_PAUSE = timedelta(hours=1)
FAREWELL_SECONDS = 1.0

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Announcer:
    """Announces the feeds of one database to the hub of its configuration."""

    def __init__(
        self,
        config: Config,
        hub: str,
        *,
        now: Callable[[], datetime],
        jitter: Callable[[], float] = random.random,
        mentions: Mentions | None = None,
    ) -> None:
        """`mentions`: what was said of the database by who announced before."""
        self._hub, self._now, self._jitter = hub, now, jitter
        self._topics, self._held = Topics(config), _Held(config.database.path)
        self._woken = asyncio.Event()
        self._failures = 0
        """Of the hub as a whole, one after the other."""
        self._quiet_until: datetime | None = None
        self._mentions = mentions or Mentions()
        self._ailing: set[str] = set()
        """Topics of which was said that the hub does not take them."""

    def asked(self, address: str, window: Window | None = None) -> None:
        """Somebody was given this feed, and may subscribe to it; to be called from any thread, costs next to nothing.

        `address` is the canonical one of the subscription document, from `/feeds` on; `window` what it held, so that
        no change between the answer and the next look is missed.
        """
        self._topics.asked(address, window)

    def changed(self) -> None:
        """Something was committed: looks at once, and not only when its time comes."""
        self._woken.set()

    async def announce(self, address: str, *, stop: asyncio.Event) -> None:
        """Announces until `stop` is set, then ends within about a second, whatever the hub does.

        `address` is the server's own, as the feeds name it. What is owed by then stays owed.
        """
        async with open_hub(self._hub, now=self._now) as hub:
            working = asyncio.create_task(self._work(hub, address))
            stopping = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if working.done():
                    working.result()
            finally:
                working.cancel()
                stopping.cancel()
                await asyncio.wait({working, stopping})
                await self._held.close()

    async def _work(self, hub: Hub, address: str) -> None:
        stumbles, searches_from = 0, 0.0
        while True:
            self._woken.clear()
            rest = GATHER_SECONDS
            try:
                await self._look(self._topics.look_at_offered)
                await self._tell(hub, address)
                # Last: whoever follows what is offered does not wait for them.
                began = time.monotonic()
                resting = began < searches_from
                await self._look(partial(self._topics.look_at_asked, only_new=resting))
                if not resting:
                    searches_from = time.monotonic() + SHARE * (time.monotonic() - began)
                next_attempt = await self._tell(hub, address)
                lasted = self._mentions.over("store", now=self._now())
                if lasted is not None:
                    _log.info("The hub is told of what has changed again, after %s.", span(lasted))
                stumbles = 0
            except StoreError as error:
                stumbles += 1
                more = self._mentions.note("store", str(error), now=self._now())
                if more is not None:
                    _log.warning("%s. The hub is told later of what has changed.%s", error, more)
                rest, next_attempt = self._after(stumbles), None
            except Exception as error:  # noqa: BLE001 loud, and no reason to end what watches the portal
                stumbles += 1
                more = self._mentions.note("store", repr(error), now=self._now())
                if more is not None:
                    _log.exception(
                        "A fault of Jarshy itself, please report it. The hub is told later.%s", more
                    )
                rest, next_attempt = self._after(stumbles), None
            await asyncio.sleep(rest)
            wait = LOOK_SECONDS - rest
            if next_attempt is not None:
                wait = min(wait, (next_attempt - self._now()).total_seconds())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), timeout=max(0.0, wait))

    def _after(self, stumbles: int) -> float:
        return pause(stumbles, self._jitter(), longest=LONGEST_PAUSE).total_seconds()

    async def _look(self, look: Callable[..., None]) -> None:
        await self._held.do(partial(look, now=self._now(), ending=self._held.ending.is_set))

    async def _tell(self, hub: Hub, address: str) -> datetime | None:
        """Tells the hub of what is owed; when to come back, None where nothing is owed."""
        said = _Said()
        try:
            while not self._is_quiet():
                # While the hub is not known to be back, one request is enough to find out.
                most = 1 if self._failures else AT_ONCE
                batch = await self._held.do(partial(topics.owed, now=self._now(), most=most))
                if not batch:
                    break
                outcomes = await asyncio.gather(*(hub.announce(address + topic.address) for topic in batch))
                await self._held.do(partial(self._record, batch=batch, outcomes=outcomes, said=said))
        finally:
            self._log(said)
        if self._is_quiet():
            return self._quiet_until
        return await self._held.do(partial(topics.next_attempt_at, now=self._now()))

    def _is_quiet(self) -> bool:
        """Whether the hub is left alone; an end that lies too far ahead was set by a clock that was wrong."""
        now = self._now()
        return self._quiet_until is not None and now < self._quiet_until <= now + 2 * LONGEST_ASKED_PAUSE

    def _record(
        self, db: Database, batch: Sequence[Topic], outcomes: Sequence[Outcome], said: "_Said"
    ) -> None:
        now = self._now()
        told = [topic for topic, outcome in zip(batch, outcomes, strict=True) if isinstance(outcome, Told)]
        if told:
            topics.mark_told(db, told)
        said.told += len(told)
        said.mended += [topic.address for topic in told if topic.address in self._ailing]
        down: Failed | None = None
        for topic, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Refused):
                topics.mark_refused(db, topic, error=outcome.why)
                said.refused.setdefault(topic.address, outcome.why)
            elif isinstance(outcome, Failed) and outcome.of_the_hub:
                down = outcome
            elif isinstance(outcome, Failed):
                until = now + self._wait(topic.attempts + 1, outcome)
                topics.mark_failed(db, topic, next_attempt_at=until, error=outcome.why)
                said.failed.setdefault(topic.address, outcome.why)
        self._judge(db, down, now=now)

    def _judge(self, db: Database, down: Failed | None, *, now: datetime) -> None:
        """Leaves the hub alone for a while where it is down, and says when that begins and ends."""
        if down is None:
            lasted = self._mentions.over("hub", now=now)
            if lasted is not None:
                _log.info("The hub %s answers again, after %s.", self._hub, span(lasted))
            self._failures, self._quiet_until = 0, None
            return
        self._failures += 1
        self._quiet_until = now + self._wait(self._failures, down)
        topics.put_off(db, until=self._quiet_until, error=down.why)
        more = self._mentions.note("hub", "", now=now)
        if more is not None:
            _log.warning(
                "The hub %s takes no announcements: %s. What is owed stays owed, and is tried again at %s UTC.%s",
                self._hub,
                down.why,
                f"{self._quiet_until:%Y-%m-%d %H:%M:%S}",
                more,
            )

    def _wait(self, attempt: int, failed: Failed) -> timedelta:
        asked = min(timedelta(seconds=failed.retry_after or 0), LONGEST_ASKED_PAUSE)
        return max(pause(attempt, self._jitter(), longest=LONGEST_PAUSE), asked)

    def _log(self, said: "_Said") -> None:
        """One line of a kind and round, and of each topic only when its trouble begins and ends."""
        if said.told:
            _log.debug("The hub %s was told of %d feeds.", self._hub, said.told)
        for troubles, what in (
            (said.refused, "refuses to hear of %s: %s. It is told again when the feed changes."),
            (said.failed, "cannot be told of %s: %s. It is tried again."),
        ):
            new = {address: why for address, why in troubles.items() if address not in self._ailing}
            if new:
                _log.warning(f"The hub %s {what}", self._hub, _few(list(new)), next(iter(new.values())))
            self._ailing |= new.keys()
        if said.mended:
            _log.info("The hub %s takes %s again.", self._hub, _few(said.mended))
            self._ailing -= set(said.mended)


@dataclass(slots=True)
class _Said:
    """What came of one round."""

    told: int = 0
    mended: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class _Held:
    """The database in a thread of its own, so that nothing in here is waited for by the event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="websub")
        self.ending = threading.Event()
        """Set when whatever takes long in the thread should end early."""
        self._db: Database | None = None

    async def do(self, work: Callable[[Database], T]) -> T:
        """What `work` finds or does; raises StoreError, and opens the database anew the next time."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)

    def _do(self, work: Callable[[Database], T]) -> T:
        try:
            if self._db is None:
                self._db = open_store(self._path)
            with store_errors():
                return work(self._db)
        except StoreError:
            self._let_go()
            raise

    async def close(self) -> None:
        """Lets go of the database, soon."""
        self.ending.set()
        closing = asyncio.get_running_loop().run_in_executor(self._thread, self._let_go)
        await asyncio.wait({closing}, timeout=FAREWELL_SECONDS)
        self._thread.shutdown(wait=False)

    def _let_go(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


def _few(addresses: Sequence[str]) -> str:
    """One address, and how many others."""
    others = f" and {len(addresses) - 1} others" if len(addresses) > 1 else ""
    return f"{addresses[0]}{others}"

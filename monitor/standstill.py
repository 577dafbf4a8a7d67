"""Whether what is read can be stored. While it cannot, nobody is asked for more: it would only be thrown away.

Feeds go on being served meanwhile. A file that is damaged, or is no more the one that was opened, is written no more
until a person has seen to it; everything else passes, and is tried until then.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from monitor.errors import StoreError
from monitor.lifetime import Lifetime
from monitor.mentions import Mentions
from monitor.sentences import span
from monitor.store.database import Database, is_damaged
from monitor.store.room import may_write, try_to_store, write_no_more
from monitor.store.soundness import OpenFile, find_damage

log = logging.getLogger("jarshy.watch")

TRY_EVERY = timedelta(seconds=5)
RESTORE = "End this program and put a copy in its place: `jarshy restore FILE`."
RESTART = "End this program, see that the right file is in its place, and start it again."


class Standstill:
    """Of one daemon, whose rooms tell it what could not be stored."""

    def __init__(
        self,
        db: Database,
        *,
        now: Callable[[], datetime],
        on_end: Callable[[str], None] = lambda _: None,
        mentions: Mentions | None = None,
    ) -> None:
        """`on_end` hears why nothing may be written any more, and what to do.

        `mentions` are those of the life before, where there was one: what lasted then lasts on.
        """
        self._db = db
        self._on_end = on_end
        self._file = OpenFile(db)
        self._now = now
        self._mentions = mentions or Mentions()
        self._to_be_tried = self._mentions.lasts("store")
        self.for_good = not may_write(db)
        """Whether nothing may be written any more, whatever configuration is read anew meanwhile."""

    @property
    def path(self) -> Path | None:
        """Where the database lies; None: in memory."""
        return self._file.path

    def begin(self, error: StoreError) -> None:
        """Something could not be stored."""
        if self.for_good:
            return  # of which all was said
        if is_damaged(error.__cause__):
            self.end(str(error), remedy=RESTORE)
            return
        self._to_be_tried = True
        self._mention(error)

    def stored(self) -> None:
        """Something was stored."""
        self._to_be_tried = False
        if (lasted := self._mentions.over("store", now=self._now())) is not None:
            log.info("What is read is stored again, after %s.", span(lasted))

    def end(self, found: str, *, remedy: str) -> None:
        """Nothing may be written any more, because of what was found of the file."""
        if not self.for_good:
            self.for_good = True
            write_no_more(self._db)
            begun = f"{found[:1].upper()}{found[1:]}"
            said = f"{begun}. Nothing is read or sent any more; feeds go on with what they can read. {remedy}"
            log.error("%s", said)
            self._on_end(said)

    def look_at_file(self) -> None:
        """Looks whether the file is still there: also while nothing is read, and before another one of these is made,
        which would take for its own whatever lies there by then."""
        if not self.for_good and (gone := self._file.what_became_of_it()):
            self.end(gone, remedy=RESTART)

    def lasts(self) -> bool:
        """Whether nothing can be stored; where that was so, it is tried."""
        self.look_at_file()
        if self.for_good or not self._to_be_tried:
            return self.for_good
        try:
            try_to_store(self._db)
        except StoreError as error:
            self._mention(error)
            return True
        self._to_be_tried = False
        return False

    def _mention(self, error: StoreError) -> None:
        # No other form is news: of one disk it is said now that it is full, now that a file cannot grow.
        if (more := self._mentions.note("store", "", now=self._now())) is not None:
            log.error("%s. What was read is not lost: it is read again once it can be stored.%s", error, more)


async def check_file(standstill: Standstill, lifetime: Lifetime) -> None:
    """Goes through the whole file once in a lifetime, in a thread: a history of gigabytes takes a while."""
    path, over = standstill.path, threading.Event()
    if path is None or lifetime.is_looked_through:
        return
    try:
        found = await asyncio.to_thread(find_damage, path, is_over=over.is_set)
    except StoreError as error:
        log.warning("%s. Whether it is sound was not looked at.", error)
        return
    finally:
        over.set()
    lifetime.is_looked_through = True
    if found is not None:
        standstill.end(f"the database {path} is damaged: {found}", remedy=RESTORE)

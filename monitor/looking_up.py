"""The releases that are still to be asked for by their numbers, between two pages; a restart learns them again."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.clock_jumps import waited_for
from monitor.schedule import Task
from monitor.store.database import Database
from monitor.store.lookups import Wanted, ask_again_at, wanted


class LookUps:
    """Hands out one release after another; what is asked and answered lies in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._wanted: dict[str, Wanted] = {}
        self.reload()

    def reload(self) -> None:
        """Learns again which releases are to be asked for."""
        self._wanted = {one.source_id: one for one in wanted(self._db)}

    def clock_was_set(self, jump: timedelta) -> None:
        """Each is asked for as soon as it would have been, after the clock was set by `jump`."""
        self._wanted = {
            source_id: replace(one, next_at=waited_for(one.next_at, jump) or one.next_at)
            for source_id, one in self._wanted.items()
        }

    def keep(self) -> None:
        """Writes down when each is asked for, inside the caller's transaction."""
        for one in self._wanted.values():
            ask_again_at(self._db, one.release_id, one.next_at)

    def of(self, source_id: str) -> Wanted | None:
        """What is to be asked of a release; None: it is shown again by now."""
        return self._wanted.get(source_id)

    def leave(self, source_id: str) -> None:
        """Asks for this release no more, until they are learned again."""
        self._wanted.pop(source_id, None)

    def next(self, *, busy: Collection[tuple[str, str]], now: datetime) -> Task | datetime | None:
        """The release to ask for now; else when to ask again; None: there is none."""
        free = [one for one in self._wanted.values() if (one.agency, one.lang) not in busy]
        due = min(free, key=lambda one: one.next_at, default=None)
        if due is None or due.next_at > now:
            return due.next_at if due is not None else None
        return Task(due.agency, due.lang, 1, "single", source_id=due.source_id)

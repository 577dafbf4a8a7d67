"""The releases that are still to be asked for by their numbers, between two pages; a restart learns them again."""

from collections.abc import Collection
from datetime import datetime

from monitor.schedule import Task
from monitor.store.database import Database
from monitor.store.lookups import Wanted, wanted


class LookUps:
    """Hands out one release after another; what is asked and answered lies in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._wanted: dict[str, Wanted] = {}
        self.reload()

    def reload(self) -> None:
        """Learns again which releases are to be asked for."""
        self._wanted = {one.source_id: one for one in wanted(self._db)}

    def of(self, source_id: str) -> Wanted | None:
        """What is to be asked of a release; None: it is shown again by now."""
        return self._wanted.get(source_id)

    def next(self, *, busy: Collection[tuple[str, str]], now: datetime) -> Task | datetime | None:
        """The release to ask for now; else when to ask again; None: there is none."""
        free = [one for one in self._wanted.values() if (one.agency, one.lang) not in busy]
        due = min(free, key=lambda one: one.next_at, default=None)
        if due is None or due.next_at > now:
            return due.next_at if due is not None else None
        return Task(due.agency, due.lang, 1, "single", source_id=due.source_id)

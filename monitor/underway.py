"""The readings under way: what each has seen so far, and the page that it needs next. Lost at a restart."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.clock_jumps import past
from monitor.reach import PAGE_SIZE
from monitor.schedule import Asked, Reading, Seen, Task

JUMPS = frozenset({"first", "walk", "cited"})
"""Purposes whose pages do not follow upon each other in one reading: they cover nothing."""


class Underway:
    """One reading of each listing by itself, and beside it one for each order that asks for the listing."""

    def __init__(self) -> None:
        self._readings: dict[tuple[str, str, int], Reading] = {}

    def __iter__(self) -> Iterator[Reading]:
        return iter(tuple(self._readings.values()))

    def with_page(
        self, task: Task, page: Sequence[Seen], *, news: bool, started_at: datetime, now: datetime
    ) -> Reading:
        """The reading that a page belongs to, this page added; `page` are its items in the order received."""
        known = self._readings.get(_slot(task))
        full = len(page) >= PAGE_SIZE
        if known is None or known.task.purpose != task.purpose or task.page == 1:
            return Reading(
                task,
                tuple(page),
                from_top=task.page == 1,
                news=news,
                earlier=set(),
                began_at=started_at,
                read_at=now,
                read_to=1 if known is not None and known.task.page == 2 else 0,
                full=full,
            )
        return replace(
            known,
            task=task,
            seen=(*known.seen, *page),
            news=known.news or news,
            read_to=task.page if task.page < known.task.page else known.read_to,
            read_at=now,
            full=full if page else known.full,
        )

    def keep(
        self, reading: Reading, page: Sequence[Seen], *, next_page: int | None, asked: Asked | None
    ) -> None:
        """Goes on at `next_page` (None: it has ended) for `asked`, as its order now stands."""
        task = reading.task
        taken_back = task.asked is not None and asked is None
        if next_page != task.page + 1 or taken_back or task.purpose in JUMPS:
            # A reading that jumps covers nothing: the order itself knows where it goes on.
            self.drop(task)
            return
        if reading.earlier is not None:
            reading.earlier.update(item.source_id for item in page)
        self._readings[_slot(task)] = replace(reading, task=replace(task, page=next_page, asked=asked))

    def stands_before(self, task: Task) -> bool:
        """Whether the reading that a page belongs to could not go on here the last time either."""
        known = self._readings.get(_slot(task))
        return known is not None and known.failed_at == known.task.page

    def began_at(self, task: Task) -> datetime:
        """When the reading began that a page belongs to. Raises KeyError where none is under way."""
        return self._readings[_slot(task)].began_at

    def failed(self, task: Task) -> None:
        """The reading that a page belongs to could not go on; the second time at one page it is given up."""
        known = self._readings.get(_slot(task))
        if known is None:
            return
        if self.stands_before(task):
            self.drop(task)
        else:
            self._readings[_slot(task)] = replace(known, failed_at=known.task.page)

    def drop(self, task: Task) -> None:
        """The reading that a page belongs to has ended, or is given up."""
        self._readings.pop(_slot(task), None)

    def only(self, orders: Collection[int]) -> None:
        """Drops what is read for any other order than these."""
        self._readings = {
            slot: reading
            for slot, reading in self._readings.items()
            if reading.task.asked is None or reading.task.asked.id in orders
        }

    def clock_was_set(self, jump: timedelta) -> None:
        """Puts right when each reading began and went on, after the clock was set by `jump`."""
        self._readings = {
            slot: replace(reading, began_at=past(reading.began_at, jump), read_at=past(reading.read_at, jump))
            for slot, reading in self._readings.items()
        }


def _slot(task: Task) -> tuple[str, str, int]:
    """A reading of a thousand pages that somebody waits for holds up none that brings news, and mixes with none."""
    return task.agency, task.lang, task.asked.id if task.asked is not None else 0

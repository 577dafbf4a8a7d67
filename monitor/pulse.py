"""How the daemon itself is, as its rooms say; what follows from that is judged here, and is pure.

By the monotonic clock: nothing here moves when the clock on the wall is set, and time in which the machine slept or
the process was stopped counts for nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from crawler.records import READ, Outcome
from monitor.errors import StoreError
from monitor.sentences import OUTCOMES, span
from monitor.store.trying import is_locked

Reason = Literal["loop", "database", "worker", "listings"]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""What can keep the daemon from its work."""

LOOK_EVERY = timedelta(seconds=5)
"""How often it is tried whether the database can be written."""
LATE = 30.0
"""Seconds without a beat, which comes every second: a transaction that waits for a lock takes five."""
LOCKED_FOR = 15.0
"""Seconds: an import or a crawl by hand holds the database for less."""
LEAST_WAIT = 60.0
"""Seconds in which a listing is to be read at least, however often that is wished."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of the daemon at one moment; lengths of time in seconds."""

    beat_age: float
    """Since the scheduler, and with it the loop in which everything runs, last kept time."""
    has_read: bool
    """Whether any listing was ever read, in this run or an earlier one."""
    unread_for: float
    """For how long something was to be read and nothing was."""
    read_within: float
    """In which time some listing should be."""
    answer: str = ""
    """What came of the last order, where nothing could be read by it."""
    worker: str = ""
    """Why the crawl worker does not work; empty: it does, or was not needed yet."""
    store: str = ""
    """Why the database could not be written; empty: it can be."""
    locked_for: float | None = None
    """For how long it has been locked, where that is why."""
    ended: str = ""
    """Why nothing may be written any more until a person has seen to it, and what to do."""

    @property
    def turns(self) -> bool:
        """Whether the loop turns."""
        return self.beat_age <= LATE


def unready(signs: Signs) -> dict[Reason, str]:
    """A sentence for each thing that keeps the daemon from its work, and what to do; none: it does its work."""
    wrong: dict[Reason, str] = {}
    if not signs.turns:
        wrong["loop"] = (
            f"The loop of the daemon has not kept time for {_said(signs.beat_age)}: something holds it up. Its log "
            "says what it did last; restart it if that goes on."
        )
    if signs.ended:
        wrong["database"] = signs.ended
    elif signs.store and (signs.locked_for is None or signs.locked_for >= LOCKED_FOR):
        held = f" for {_said(signs.locked_for)}" if signs.locked_for is not None else ""
        remedy = (
            "End the program that holds it open for writing."
            if signs.locked_for is not None
            else "Make room on its disk, or look whether its folder can be written; reading goes on by itself then."
        )
        wrong["database"] = f"{_sentence(signs.store)[:-1]}{held}. {remedy}"
    if signs.worker:
        wrong["worker"] = (
            f"{_sentence(signs.worker)} Nothing can be read without it; see the log, and whether memory and open "
            "files are limited too tightly."
        )
    answer = f"; the last answer: {signs.answer}" if signs.answer else ""
    if signs.unread_for > signs.read_within:
        wrong["listings"] = (
            f"No listing was read for {_said(signs.unread_for)} though some were due{answer}. "
            "`jarshy status` says when the portal is asked again, and why."
        )
    elif not signs.has_read:
        wrong["listings"] = f"No listing of the portal has been read successfully yet{answer}. Wait a little."
    return wrong


class Pulse:
    """Told by the rooms of one daemon how they fare, all in one thread."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beat_at = self._looked_at = clock()
        self._read_within = LEAST_WAIT
        self._has_read = False
        self._unread_for = 0.0
        self._answer = ""
        self._worker = ""
        self._store = ""
        self._locked_since: float | None = None
        self._ended = ""

    def expect(self, longest: timedelta, *, has_read: bool) -> None:
        """From now on some listing should be read within `longest`; `has_read`: one was in an earlier run."""
        self._read_within = max(LEAST_WAIT, longest.total_seconds())
        self._has_read = self._has_read or has_read

    def beat(self) -> None:
        """The scheduler has kept time."""
        self._beat_at = self._clock()

    def look(self, *, is_due: bool, trial: Callable[[], None]) -> None:
        """Comes by every `LOOK_EVERY`: `is_due`, whether something should be read now; `trial` raises StoreError
        where the database cannot be written."""
        before, self._looked_at = self._looked_at, self._clock()
        if is_due:
            longest = 2 * LOOK_EVERY.total_seconds()  # what is longer passed while we did not run
            self._unread_for += min(self._looked_at - before, longest)
        try:
            trial()
        except StoreError as error:
            self.store_failed(error)
        else:
            if self._locked_since is not None:
                self.wrote()

    def stored(self, outcome: Outcome) -> None:
        """What came of an order is in the database."""
        self.wrote()
        if outcome in READ:
            self._has_read, self._unread_for, self._answer = True, 0.0, ""
        elif outcome != "budget":  # else nobody was asked
            self._answer = OUTCOMES[outcome]

    def wrote(self) -> None:
        """The database was written."""
        self._store, self._locked_since = "", None

    def store_failed(self, error: StoreError) -> None:
        """The database could not be written."""
        if not is_locked(error):
            self._locked_since = None
        elif self._locked_since is None:
            if self._store:
                return  # worse is known, and only who writes can say that it is over
            self._locked_since = self._clock()
        self._store = str(error)

    def ended(self, why: str) -> None:
        """Nothing may be written any more, whatever configuration is read anew; `why`, and what to do."""
        self._ended = why

    def worker_is(self, trouble: str) -> None:
        """Why the crawl worker does not work; empty: it has answered."""
        self._worker = trouble

    @property
    def beat_at(self) -> float:
        """When the scheduler last kept time, by the clock of this pulse; may be asked for in any thread."""
        return self._beat_at

    def signs(self) -> Signs:
        """What is known at this moment."""
        now = self._clock()
        return Signs(
            beat_age=now - self._beat_at,
            has_read=self._has_read,
            unread_for=self._unread_for,
            read_within=self._read_within,
            answer=self._answer,
            worker=self._worker,
            store=self._store,
            locked_for=None if self._locked_since is None else now - self._locked_since,
            ended=self._ended,
        )


def _said(seconds: float) -> str:
    return span(timedelta(seconds=seconds))


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."

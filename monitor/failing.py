"""Follows from order to order how long a listing, or the portal, has been failing while somebody looked. Pure.

Time in which nobody asked counts for nothing: a daemon that stood still for a week says nothing of the portal.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler.records import READ, WHOLE, Outcome
from monitor.schedule import OF_THE_PORTAL, WIDE_EVERY

PATIENCE = timedelta(hours=1)
"""The portal is not called down before; in that time its pauses, from two minutes on, have it asked six times."""
INTERVALS = 3
"""Of a listing: so many times the longest wait between two readings must have gone by without one. One such wait is
what whoever set it takes for granted, another is the bad luck of one failure; news that is three of them late is lost
to who waits for it."""
TRIES = 3
"""Never less, however long a pause the portal has asked for."""
_AGREEING = WIDE_EVERY + 2
"""Readings of a first page in a row, one of which was wide: then nothing is missing from the listing any more."""

Key = tuple[str, str]
"""Agency and language."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one order."""

    agency: str
    lang: str
    page: int
    at: datetime
    outcome: Outcome
    reason: str = ""
    listed: int = 0


@dataclass(frozen=True, slots=True)
class Failing:
    """A row of failures with no success in between."""

    since: datetime
    last: datetime
    outcome: Outcome
    reason: str
    tries: int = 1
    watched: timedelta = timedelta()
    """Of the time from the first to the last failure, the part in which somebody looked."""
    explained: bool = False
    """It was the portal's trouble; since that is over, nobody has asked again."""
    lacks_many: bool = False
    """The listing is read and too much is missing from it, which only some readings look at."""
    agreeing: int = 0
    """Readings since the last one that found too much missing."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a listing, or the portal, has fared so far."""

    failing: Failing | None = None
    success_at: datetime | None = None
    """The last one that is known."""
    well_since: datetime | None = None
    """The first success since the last failure; None: the last order failed."""

    def with_success(self, at: datetime) -> "Course":
        """After an order that went well."""
        return Course(None, at, self.well_since if self.failing is None and self.well_since else at)

    def with_agreement(self, at: datetime) -> "Course":
        """After a reading that found nothing missing, and perhaps did not look."""
        failing = self.failing
        if failing is None or not failing.lacks_many or failing.agreeing + 1 >= _AGREEING:
            return self.with_success(at)
        return replace(self, failing=replace(failing, agreeing=failing.agreeing + 1), success_at=at)

    def not_after(self, now: datetime) -> "Course":
        """With no moment that lies ahead: those were told by a clock that was wrong."""
        failing = self.failing
        if failing is not None:
            failing = replace(failing, since=min(failing.since, now), last=min(failing.last, now))
        success_at, well_since = (
            moment and min(moment, now) for moment in (self.success_at, self.well_since)
        )
        return Course(failing, success_at, well_since)

    def with_failure(self, attempt: Attempt, *, watched: timedelta) -> "Course":
        """After an order that failed; `watched`: the time since the one before, as far as somebody looked."""
        lacks_many = attempt.outcome == "shrunken" and (attempt.listed > 0 or attempt.page > 1)
        before = self.failing or Failing(attempt.at, attempt.at, attempt.outcome, attempt.reason, tries=0)
        failing = Failing(
            before.since,
            attempt.at,
            attempt.outcome,
            attempt.reason,
            tries=before.tries + 1,
            watched=before.watched + watched,
            lacks_many=lacks_many,
        )
        return Course(failing, self.success_at, None)


@dataclass
class Courses:
    """Those of the portal and of each listing."""

    longest: timedelta
    """The longest wait between two readings of a listing."""
    longest_pause: timedelta
    watching_since: datetime
    """Since when we have been running without a gap."""
    portal: Course = Course()
    listings: dict[Key, Course] = field(default_factory=dict)

    @property
    def patience(self) -> timedelta:
        """How long a listing must have failed."""
        return max(PATIENCE, INTERVALS * self.longest)

    def take(self, attempt: Attempt) -> None:
        """Goes on with one more order; they come in the order in which they ended."""
        key = attempt.agency, attempt.lang
        course = self.listings.get(key, Course())
        if attempt.outcome == "budget":
            return  # nobody was asked
        if attempt.outcome in READ:
            self.portal = self.portal.with_success(attempt.at)
            # Pages further down say nothing of what comes in at the top.
            if attempt.page == 1 and attempt.agency != WHOLE:
                self.listings[key] = course.with_agreement(attempt.at)
            return
        # The one listing of all agencies may be empty, or lack some, while the portal is well.
        if attempt.agency != WHOLE or attempt.outcome in OF_THE_PORTAL:
            self.portal = self.portal.with_failure(attempt, watched=self._between(self.portal, attempt.at))
        if attempt.agency != WHOLE:
            self.listings[key] = course.with_failure(attempt, watched=self._between(course, attempt.at))

    def is_down(self, now: datetime) -> bool:
        """Whether nobody was answered anything for so long that it is no hiccup.

        After that time it must have failed once more, or not been asked for as long again: pauses double, and what
        failed half an hour ago may be well by now.
        """
        failing = self.portal.failing
        return failing is not None and (
            self._is_long(failing, PATIENCE, failing.last) or self._is_long(failing, 2 * PATIENCE, now)
        )

    def failing(self, now: datetime) -> dict[Key, Failing]:
        """The listings that fail for longer than pauses and bad luck explain."""
        return {
            key: course.failing
            for key, course in self.listings.items()
            if course.failing is not None
            and not course.failing.explained
            and self._is_long(course.failing, self.patience, now)
        }

    def explain(self) -> None:
        """The portal's trouble is over: a listing that failed has to fail once more before it is its own."""
        for key, course in self.listings.items():
            if course.failing is not None:
                self.listings[key] = replace(course, failing=replace(course.failing, explained=True))

    def start_anew(self, now: datetime) -> None:
        """The clock was put forward or back, or the machine slept: what lies between was not watched."""
        self.watching_since = now
        self.portal = self.portal.not_after(now)
        self.listings = {key: course.not_after(now) for key, course in self.listings.items()}

    def _is_long(self, failing: Failing, patience: timedelta, now: datetime) -> bool:
        waited = now - failing.last if failing.last >= self.watching_since else timedelta()
        return failing.tries >= TRIES and failing.watched + max(timedelta(), waited) >= patience

    def _between(self, course: Course, at: datetime) -> timedelta:
        """The time since the failure before, as far as we were running all the while."""
        if course.failing is None:
            return timedelta()
        last = course.failing.last
        passed = max(timedelta(), at - last)
        if last >= self.watching_since:
            return passed
        # Of a run before this one only what pauses explain.
        both_before = at < self.watching_since and passed <= self.longest + 1.25 * self.longest_pause
        return passed if both_before else timedelta()

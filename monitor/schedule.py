"""Decides what to read next, how far, and when to look again. Pure; the clock and the queue are elsewhere."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from crawler.records import READ, Outcome

Purpose = Literal["first", "walk", "ordinary", "wide", "asked"]
"""Why a page is read: the first page of a new listing, its history, a look for news, a look for news that
also covers the rescan window, or because somebody asked."""

SLOWER = 1.5
"""Each reading without news makes the next one this much later, up to `longest`."""
WIDE_EVERY = 6
WIDE_PAGES = 3
WIDE_DAYS = timedelta(days=14)
"""Every sixth reading covers the larger of 3 pages and 14 days, because editors back-date."""
WALK_EVERY = 3
"""While histories are being read, at least every third order goes to them."""
LONGEST_RETRY_AFTER = timedelta(days=1)

OF_THE_PORTAL: frozenset[Outcome] = frozenset(
    {"refused", "shell", "blocked", "overloaded", "robots", "unreachable"}
)
"""Outcomes that speak of the portal and not of one listing: every listing waits."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The part of the configuration that decides when to read."""

    shortest: timedelta
    longest: timedelta
    longest_pause: timedelta
    history: timedelta | None
    """None: a first reading goes to the end of its listing."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is remembered of a listing between readings."""

    agency: str
    lang: str
    route: str = "rest"
    watermark: int | None = None
    walk_page: int = 1
    """The next page of its first reading."""
    walk_until: datetime | None = None
    """The first reading ends below this date; None: at the end of the listing."""
    walked: bool = False
    since_wide: int = WIDE_EVERY
    """Ordinary readings since the last wide one; a listing just loaded is due for one."""
    quiet_for: int = 0
    """Readings in a row that brought no news."""
    due_at: datetime | None = None
    failures: int = 0
    paused_until: datetime | None = None
    followed: bool = True
    """It is read by itself; one that is not is read only because somebody asks."""

    @property
    def key(self) -> tuple[str, str]:
        return self.agency, self.lang

    @property
    def begun(self) -> bool:
        """Page 1 has been read once, so that its watermark stands."""
        return self.walked or self.walk_page > 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A reading somebody asked for: the row of `orders`."""

    id: int
    agency: str
    lang: str
    pages: int | None = None
    since: date | None = None
    whole: bool = False
    next_page: int = 1


@dataclass(frozen=True, slots=True)
class Task:
    """The next page to read."""

    agency: str
    lang: str
    page: int
    purpose: Purpose
    asked: Asked | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.agency, self.lang


@dataclass(frozen=True, slots=True)
class Seen:
    """One item of a page, as far as it decides how to go on."""

    source_id: str
    published_at: datetime | None
    known: bool
    """It was held, in this language and listing, before this page was read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The pages read one after another for one purpose, the last of them perhaps not yet."""

    task: Task
    """The page to read next."""
    seen: tuple[Seen, ...] = ()
    """Items of the pages read so far, in the order received."""
    from_top: bool = True
    """It began with page 1, so that it covers what it has seen without a gap."""
    news: bool = False
    """One of its pages brought some."""


def next_task(
    listings: Iterable[Listing],
    underway: Collection[Reading],
    asked: Iterable[Asked],
    *,
    busy: Collection[tuple[str, str]],
    portal_paused_until: datetime | None,
    since_walk: int,
    now: datetime,
) -> Task | datetime | None:
    """The page to read now; else the moment to ask again; None: nothing will come due by itself.

    `busy` are listings with an order in hand, `since_walk` the orders since a history was last read on.
    """
    if portal_paused_until is not None and portal_paused_until > now:
        return portal_paused_until
    listings = [listing for listing in listings if listing.key not in busy]
    free = [listing for listing in listings if listing.paused_until is None or listing.paused_until <= now]
    ready = {listing.key for listing in free}
    for reading in underway:
        if reading.task.key in ready:
            return reading.task
    for order in asked:
        if (order.agency, order.lang) in ready:
            return Task(order.agency, order.lang, order.next_page, "asked", order)
    listings = [listing for listing in listings if listing.followed]
    free = [listing for listing in free if listing.followed]
    history = _history(free)
    if history and (since_walk >= WALK_EVERY or history.purpose == "first"):
        return history
    due = min((li for li in free if li.begun and _due(li) <= now), key=_due, default=None)
    if due:
        purpose: Purpose = "wide" if due.walked and due.since_wide >= WIDE_EVERY - 1 else "ordinary"
        return Task(due.agency, due.lang, 1, purpose)
    if history:
        return history
    return min((max(_due(li), li.paused_until or _due(li)) for li in listings), default=None)


def goes_on(reading: Reading, page: tuple[Seen, ...], listing: Listing) -> bool:
    """Whether the reading needs the page after this one. `reading.seen` holds this page too."""
    task = reading.task
    if not page or {item.source_id for item in page} <= _ids(reading.seen[: -len(page)]):
        return False  # the end; or an endless listing that repeats itself
    oldest = min((item.published_at for item in page if item.published_at), default=None)
    if task.purpose == "walk":
        return oldest is None or listing.walk_until is None or oldest >= listing.walk_until
    if task.asked is not None and (task.asked.whole or task.asked.since or task.asked.pages):
        return _asked_for_more(task.asked, task.page, oldest)
    if not listing.walked:
        if task.purpose == "first":
            return False  # the rest of its history follows in slices
        if task.asked is not None:
            return oldest is None or listing.walk_until is None or oldest >= listing.walk_until
        return not any(item.known for item in page)
    if not all(item.known for item in page):
        return True
    return task.purpose == "wide" and not _window_covered(reading.seen, task.page)


def begin(
    listing: Listing, *, ids: Iterable[int], dates: Iterable[datetime | None], policy: Policy
) -> Listing:
    """The listing as its first reading begins, by the ids and dates of page 1.

    The highest id is its watermark; the reading goes `history` back from the newest date.
    """
    newest = max((date for date in dates if date is not None), default=None)
    until = newest - policy.history if newest is not None and policy.history is not None else None
    return replace(listing, watermark=max(ids, default=None), walk_until=until)


def walked_on(listing: Listing, task: Task, page: tuple[Seen, ...]) -> Listing:
    """The listing after a page, if that was the next one of its first reading."""
    if listing.walked or task.page != listing.walk_page:
        return listing
    walk = Reading(replace(task, purpose="walk"), page, from_top=False)
    return replace(listing, walk_page=task.page + 1, walked=not goes_on(walk, page, listing))


def after_success(listing: Listing, task: Task, *, news: bool, policy: Policy, now: datetime) -> Listing:
    """The listing after a reading that ended well."""
    listing = replace(listing, failures=0, paused_until=None)
    if task.purpose == "walk":
        return listing
    quiet_for = 0 if news or task.purpose == "first" else listing.quiet_for + 1
    wait = min(policy.shortest * SLOWER ** min(quiet_for, 32), policy.longest)
    since_wide = 0 if task.purpose == "wide" else listing.since_wide + 1
    return replace(listing, quiet_for=quiet_for, since_wide=since_wide, due_at=now + wait)


def after_failure(listing: Listing, *, retry_after: float | None, policy: Policy, now: datetime) -> Listing:
    """The listing after an order that failed: it rests, longer each time."""
    failures = listing.failures + 1
    until = now + pause(failures, retry_after=retry_after, policy=policy)
    return replace(listing, failures=failures, paused_until=until, due_at=until)


def pause(failures: int, *, retry_after: float | None, policy: Policy) -> timedelta:
    """How long to stay away after that many failures in a row.

    From `shortest`, doubling, to `pause`; what the portal itself asked for may exceed that, up to a day.
    """
    doubled: int = 2 ** min(failures - 1, 32)
    own = min(policy.shortest * doubled, policy.longest_pause)
    asked = min(timedelta(seconds=retry_after or 0), LONGEST_RETRY_AFTER)
    return max(own, asked)


def is_success(outcome: Outcome) -> bool:
    """Whether a page with this outcome may move anything."""
    return outcome in READ


def _due(listing: Listing) -> datetime:
    return listing.due_at or datetime.min.replace(tzinfo=UTC)


def _history(free: Iterable[Listing]) -> Task | None:
    """The page of history to read next: new listings first, then the least advanced."""
    waiting = [listing for listing in free if not listing.walked]
    if not waiting:
        return None
    listing = min(waiting, key=lambda li: li.walk_page)
    return Task(listing.agency, listing.lang, listing.walk_page, "walk" if listing.begun else "first")


def _asked_for_more(asked: Asked, page: int, oldest: datetime | None) -> bool:
    if asked.pages is not None and page >= asked.pages:
        return False
    if asked.since is not None and oldest is not None:
        return oldest.date() >= asked.since
    return True


def _window_covered(seen: tuple[Seen, ...], pages: int) -> bool:
    dates = [item.published_at for item in seen if item.published_at]
    return pages >= WIDE_PAGES and bool(dates) and max(dates) - min(dates) >= WIDE_DAYS


def _ids(seen: Iterable[Seen]) -> set[str]:
    return {item.source_id for item in seen}

"""Decides what to read next, how far, and when to look again. Pure; the clock and the queue are elsewhere."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Literal

from crawler.records import READ, Outcome
from monitor.clock_jumps import past, waited_for
from monitor.quiet import Quiet

Purpose = Literal["first", "walk", "ordinary", "wide", "asked", "audit", "cited", "single"]
"""Why a page is read: the first page of a new listing, its history, a look for news, a look for news that
also covers the rescan window, because somebody asked, to prove a listing complete, to find what dumps cite, or, of
one release by its number, before it is called removed."""
Kind = Literal["reading", "audit", "cited"]
"""What somebody may ask for: a reading, an audit, or the releases that dumps cite."""

WIDE_EVERY = 6
"""Every sixth reading is wide, but for those that come soon after one: it also covers the rescan window."""
WIDE_SHARE = 0.1
"""Of a day's budget, what wide readings may take beyond their first pages."""
PUT_OFF = 2
"""Where there is no room, wide readings may come so many times as seldom: listings that were first read together are
wide in the same hours, and there would spend what is left of a day for news."""
WIDE_COST = 3
"""Requests of a wide reading beyond its first page, of an agency that publishes a little."""
WALK_EVERY = 3
"""While histories are being read, at least every third order goes to them."""
LONGEST_RETRY_AFTER = timedelta(days=1)
NEVER = datetime.min.replace(tzinfo=UTC)
A_WHILE = timedelta(minutes=2)
"""When so much time has passed since the page before, a reading goes on one page back: what was taken away above
meanwhile has moved items up over the border between two pages, unseen."""
LONG = 10 * A_WHILE
"""Only after so much time does a reading go back to a page that it has just read a second time."""
SLICE = 10
"""Pages of a history, or of an order, that are read one after another before another has its turn."""

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
    quiet: Quiet | None = None
    """Hours in which nothing is read by itself."""
    wide_after: timedelta = timedelta()
    """The least time between two wide readings of a listing."""


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
    wide_at: datetime | None = None
    """When that began."""
    owes_wide: bool = False
    """Its next reading is wide: something is missed there that no other could confirm."""
    due_at: datetime | None = None
    """When it is read next, as the plan has it; None: at once."""
    failures: int = 0
    paused_until: datetime | None = None
    last_listed: bool = False
    """Its first page showed something when it was read last."""
    followed: bool = True
    """It is read by itself; one that is not is read only because somebody asks."""
    behind_since: datetime | None = None
    """A reading that began then broke off before it met what was known: what came in since then is no proof that
    nothing lies below it. None: the listing is caught up with."""
    behind_to: datetime | None = None
    """When the latest reading began that found what was not known; a restart forgets it."""
    cut: bool = False
    """The last reading ended where the listing seems to be cut off; a restart forgets it."""
    walk_seen: frozenset[str] = frozenset()
    """Ids of the page of its first reading that was read last; a restart forgets them."""
    walk_read_at: datetime | None = None
    """When that page was read; None: before the restart."""
    walk_read_to: int = 0
    """A page of its first reading that was read a second time, because time had passed."""

    @property
    def key(self) -> tuple[str, str]:
        return self.agency, self.lang

    @property
    def begun(self) -> bool:
        """Page 1 has been read once, so that its watermark stands."""
        return self.walked or self.walk_page > 1


Choice = Callable[[Sequence[Listing]], Listing]
"""Chooses the one to read first."""


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
    kind: Kind = "reading"
    jump_to: int | None = None
    """It was interrupted: once it has met from the top what is known, it goes on at this page."""
    resumed_at: datetime | None = None
    """When it was taken up again: what is held from before that moment is known."""
    wanted: tuple[tuple[str, date], ...] = ()
    """The releases to find, each with the day its dump names; of an order for what dumps cite."""
    by_itself: bool = False
    """Nobody waits for it: it is read when there is nothing else to read."""

    @property
    def purpose(self) -> Purpose:
        return "asked" if self.kind == "reading" else self.kind


@dataclass(frozen=True, slots=True)
class Task:
    """The next page to read."""

    agency: str
    lang: str
    page: int
    purpose: Purpose
    asked: Asked | None = None
    source_id: str | None = None
    """One release by its number, and no page."""

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
    earlier: set[str] | None = field(default=None, compare=False)
    """Ids of the pages before the last, so that a thousand pages are not gone through again at each; None: `seen`
    tells them."""
    read_to: int = 0
    """This page was read a second time, because time had passed: that it repeats what was seen is not the end."""
    began_at: datetime = NEVER
    """When its first page was asked for."""
    read_at: datetime | None = None
    """When its last page was read."""
    failed_at: int = 0
    """The page that it could not go on with when it was tried last; 0: none."""
    full: bool = False
    """The last page that showed something was as long as a page can be: the listing may go on below it."""


def earliest(due: Sequence[Listing]) -> Listing:
    """The listing that has been due for the longest time."""
    return min(due, key=_due)


def next_task(
    listings: Iterable[Listing],
    underway: Collection[Reading],
    asked: Iterable[Asked],
    *,
    busy: Collection[tuple[str, str]],
    portal_paused_until: datetime | None,
    since_walk: int,
    now: datetime,
    first: Choice = earliest,
    has_room: bool = True,
    wide_after: timedelta = timedelta(),
    furthest: timedelta = timedelta.max,
    quiet: Quiet | None = None,
) -> Task | datetime | None:
    """The page to read now; else the moment to ask again; None: nothing will come due by itself.

    `busy` are listings with an order in hand, `since_walk` the orders since a history was last read on. `first`
    chooses among listings that are due. Where there is no room, nothing is asked that could wait. A moment more than
    `furthest` ahead was set by a clock that was wrong, and has come.
    """
    last = now + furthest if furthest < timedelta.max else None
    if last is not None and portal_paused_until is not None and portal_paused_until > last:
        portal_paused_until = None
    if portal_paused_until is not None and portal_paused_until > now:
        return portal_paused_until
    asked, underway = tuple(asked), tuple(underway)
    listings = [_believed(listing, last) for listing in listings if listing.key not in busy]
    free = [listing for listing in listings if listing.paused_until is None or listing.paused_until <= now]
    if quiet is not None and (ends := quiet.until(now)) is not None:
        theirs = [one for one in asked if not one.by_itself]
        wakes = [
            _wakes(listing) for listing in listings if listing not in free and _is_asked_for(listing, theirs)
        ]
        under_way = [reading for reading in underway if reading.task.asked is not None]
        ready = {listing.key for listing in free}
        return _going_on(ready, under_way, theirs, by_itself=False, now=now) or min([ends, *wakes])
    ready = {listing.key for listing in free} if asked or underway else set()
    going = _going_on(ready, underway, asked, by_itself=False, now=now)
    begun = {reading.task.key for reading in underway if reading.task.asked is None}
    idle = [li for li in free if li.followed and (not begun or li.key not in begun)]
    due_now = [li for li in idle if li.due_at is None or li.due_at <= now]
    its_turn = (
        has_room or since_walk >= WALK_EVERY - 1
    )  # a small budget must not keep a history from being read
    unread = (li for li in idle if not li.walked and (its_turn if li.begun else _due(li) <= now))
    history = _history(unread, now=now)
    begun_and_due = [li for li in due_now if li.begun]
    due = first(begun_and_due) if begun_and_due else None
    if history and since_walk >= WALK_EVERY - 1:
        return history
    # In turns, so that a reading of a thousand pages keeps nobody's news waiting.
    if going and (due is None or since_walk % 2 == 0):
        return going
    if history and history.purpose == "first":
        return history
    if due:
        rest = wide_after if has_room else PUT_OFF * wide_after
        return Task(due.agency, due.lang, 1, "wide" if _is_wide(due, rest, now) else "ordinary")
    if history:
        return history
    if has_room and (leisurely := _going_on(ready, underway, asked, by_itself=True, now=now)):
        return leisurely
    ordered = {(order.agency, order.lang) for order in asked if has_room or not order.by_itself}
    return min((_wakes(li) for li in listings if li.followed or li.key in ordered), default=None)


def _is_asked_for(listing: Listing, asked: Iterable[Asked]) -> bool:
    return any((order.agency, order.lang) == listing.key for order in asked)


def wide_after(longest: timedelta, *, listings: int, per_day: int | None) -> timedelta:
    """The least time between two wide readings of a listing, with so many followed: at most a day.

    Busy listings are read so often that every sixth of their readings would go through a fortnight of pages.
    """
    ordinary = WIDE_EVERY * longest
    if per_day is not None:
        ordinary = max(ordinary, timedelta(days=listings * WIDE_COST / (WIDE_SHARE * per_day)))
    return min(ordinary, timedelta(days=1))


def _is_wide(listing: Listing, after: timedelta, now: datetime) -> bool:
    rested = listing.wide_at is None or now - listing.wide_at >= after
    return listing.walked and (listing.owes_wide or (listing.since_wide >= WIDE_EVERY - 1 and rested))


def after_history(listing: Listing, *, wide_after: timedelta, now: datetime) -> Listing:
    """The listing after the end of its history: its first wide reading comes within `wide_after`.

    Each after a part of it that is its own: those whose histories were read together would be wide in the same hours
    for ever.
    """
    part = int.from_bytes(blake2b("/".join(listing.key).encode(), digest_size=4).digest()) / 2**32
    return replace(listing, wide_at=now - part * wide_after)


def after_success(listing: Listing, task: Task, *, began_at: datetime) -> Listing:
    """The listing after a reading that ended well; when it is due again the plan says."""
    listing = replace(listing, failures=0, paused_until=None)
    if task.purpose in {"walk", "audit", "cited"}:
        return listing
    if task.purpose == "wide":
        return replace(listing, since_wide=0, wide_at=began_at, owes_wide=False)
    return replace(listing, since_wide=listing.since_wide + 1)


def after_failure(
    listing: Listing, *, retry_after: float | None, policy: Policy, now: datetime, jitter: float = 0.0
) -> Listing:
    """The listing after an order that failed: it rests, longer each time."""
    failures = listing.failures + 1
    until = now + pause(failures, retry_after=retry_after, policy=policy, jitter=jitter)
    return replace(listing, failures=failures, paused_until=until, due_at=until)


def pause(failures: int, *, retry_after: float | None, policy: Policy, jitter: float = 0.0) -> timedelta:
    """How long to stay away after that many failures in a row.

    From `shortest`, doubling, to `pause`; what the portal itself asked for may exceed that, up to a day. `jitter`,
    from 0 to 1, makes it up to a quarter longer, or at the cap shorter, so that not everybody whom an outage cut
    off comes back in the same moment.
    """
    own = _grown(policy.shortest, 2.0 ** min(failures - 1, 64), cap=policy.longest_pause)
    longer = own * (1 + jitter / 4)
    own = longer if longer <= policy.longest_pause else own * (1 - jitter / 4)
    # In this order of arguments «not a number» and infinity come out as nothing and as the longest.
    asked = min(LONGEST_RETRY_AFTER.total_seconds(), max(0.0, retry_after or 0.0))
    return max(own, timedelta(seconds=asked))


def after_clock_set(listing: Listing, jump: timedelta) -> Listing:
    """The listing after the clock was set by `jump` (below zero: back): due at once where it was put forward.

    What came in since it is behind was noted by the old clock, and what comes by the new one: as the bound of both
    `behind_since` goes back with the clock, and never forward.
    """
    return replace(
        listing,
        due_at=past(listing.due_at, jump),
        paused_until=waited_for(listing.paused_until, jump),
        behind_since=past(listing.behind_since, jump),
        behind_to=past(listing.behind_to, jump),
        walk_read_at=past(listing.walk_read_at, jump),
    )


def is_success(outcome: Outcome) -> bool:
    """Whether a page with this outcome may move anything."""
    return outcome in READ


def page_after_a_while(page: int, *, read_to: int, read_at: datetime | None, now: datetime) -> int:
    """The page at which a reading goes on that needs `page`: one back, where time has passed since the last one.

    `read_at`: when that was read (None: nobody knows); `read_to`: the page that was read a second time last. Where
    every single page takes so long, the reading has to get on all the same.
    """
    passed = abs(now - read_at) if read_at is not None else LONG
    if page == 1 or page == read_to or passed < (LONG if page == read_to + 1 else A_WHILE):
        return page
    return page - 1


def _going_on(
    ready: Collection[tuple[str, str]],
    underway: Iterable[Reading],
    asked: Iterable[Asked],
    *,
    by_itself: bool,
    now: datetime,
) -> Task | None:
    """The next page of what has begun by itself, else of what somebody asks for: of these each has its slice.

    `by_itself`: of what nobody waits for, and no other.
    """
    underway = [reading for reading in underway if reading.task.key in ready]
    of_orders = {reading.task.asked.id: reading for reading in underway if reading.task.asked is not None}
    if not by_itself and (ours := next((one for one in underway if one.task.asked is None), None)):
        return _next_page(ours, now)
    theirs = [o for o in asked if (o.agency, o.lang) in ready and o.by_itself == by_itself]
    if not theirs:
        return None
    order = min(theirs, key=lambda o: _turn(o.next_page))
    if order.id in of_orders:
        return _next_page(of_orders[order.id], now)
    return Task(order.agency, order.lang, order.next_page, order.purpose, order)


def _next_page(reading: Reading, now: datetime) -> Task:
    task = reading.task
    page = page_after_a_while(task.page, read_to=reading.read_to, read_at=reading.read_at, now=now)
    return replace(task, page=page)


def _turn(page: int) -> tuple[int, int]:
    """Sorts by whose turn it is: a slice that has begun is read to its end, then comes the least advanced."""
    return (page - 1) // SLICE, -page


def _believed(listing: Listing, last: datetime | None) -> Listing:
    if last is None:
        return listing
    due, paused = listing.due_at, listing.paused_until
    if (due is None or due <= last) and (paused is None or paused <= last):
        return listing
    return replace(
        listing,
        due_at=due if due is not None and due <= last else None,
        paused_until=paused if paused is not None and paused <= last else None,
    )


def _due(listing: Listing) -> datetime:
    return listing.due_at or NEVER


def _wakes(listing: Listing) -> datetime:
    """When a listing that nothing is to be read of now may be read again; an order waits for no due date."""
    if not listing.followed and listing.paused_until:
        return listing.paused_until
    return max(_due(listing), listing.paused_until or _due(listing))


def _history(unread: Iterable[Listing], *, now: datetime) -> Task | None:
    """The page of history to read next: new listings first, then in slices, the least advanced first."""
    listing = min(unread, key=lambda li: (li.begun, *_turn(li.walk_page)), default=None)
    if listing is None:
        return None
    if not listing.begun:
        return Task(listing.agency, listing.lang, listing.walk_page, "first")
    page, read_to, read_at = listing.walk_page, listing.walk_read_to, listing.walk_read_at
    if page > 2:  # page 1 is that of every reading
        page = page_after_a_while(page, read_to=read_to, read_at=read_at, now=now)
    return Task(listing.agency, listing.lang, page, "walk")


def _grown(length: timedelta, factor: float, *, cap: timedelta) -> timedelta:
    """`length` times `factor`, but no more than `cap`; the product itself may be more than a timedelta holds."""
    return timedelta(seconds=min(length.total_seconds() * factor, cap.total_seconds()))

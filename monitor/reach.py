"""Decides how far a reading goes: when its next page is needed, when it has met what is known. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Literal

from crawler.records import WHOLE
from monitor.schedule import Asked, Listing, Policy, Reading, Seen, Task

WIDE_PAGES = 3
WIDE_DAYS = timedelta(days=14)
"""The rescan window: the larger of 3 pages and 14 days, because editors back-date."""
PAGE_SIZE = 20
"""Releases asked for at once; a first page with fewer is a short listing, or one that lost some."""
WHOLE_PAGE_SIZE = 50
"""Of the whole portal, which publishes some 640 releases a day; its listing has answered for up to 100."""
SHRUNK = 0.8
"""A first page that shows less than this part of what should stand there is suspicious."""
STRAYS = 2
"""Items of a page that may stand above an older one before its order is doubted."""
Ending = Literal["above", "cut", "end"]
"""A reading ended above the end of its listing, where the listing seems to be cut, or at its end."""
ABSURD = 10_000_000
"""An id so far above all others of its page is not one of the portal's sequence."""


def page_size(agency: str, route: str) -> int:
    """How many releases are asked for at once."""
    return WHOLE_PAGE_SIZE if agency == WHOLE and route != "graphql" else PAGE_SIZE


def goes_on(reading: Reading, page: tuple[Seen, ...], listing: Listing) -> bool:
    """Whether the reading needs the page after this one. `reading.seen` holds this page too."""
    task = reading.task
    if not page:
        return False  # the end
    earlier = _ids(reading.seen[: -len(page)]) if reading.earlier is None else reading.earlier
    if task.page > reading.read_to and _ids(page) <= earlier:
        return False  # an endless listing that repeats itself
    if task.purpose == "audit":
        return True
    oldest = min((item.published_at for item in page if item.published_at), default=None)
    if task.purpose == "walk":
        return oldest is None or listing.walk_until is None or oldest >= listing.walk_until
    if task.asked is not None and (task.asked.whole or task.asked.since or task.asked.pages):
        return _asked_for_more(task.asked, task.page, oldest)
    if task.asked is not None and task.page < (task.asked.jump_to or 0):
        return True  # it has still to go on where it broke off
    if not listing.walked:
        if task.purpose == "first":
            return False  # the rest of its history follows in slices
        if task.asked is not None:
            return oldest is None or listing.walk_until is None or oldest >= listing.walk_until
        return not any(item.known for item in page)
    if any(_may_be_news(item, listing) for item in page):
        return True
    window = task.page >= WIDE_PAGES and window_covered(item.published_at for item in reading.seen)
    return task.purpose == "wide" and not window


def looks_shrunken(task: Task, *, listed: int, held: int) -> bool:
    """Whether a short first page shows so few of the releases `held` that the listing's end must be looked at.

    Only a reading that has seen the end can tell what stood below it; a page of known releases would end it.
    """
    by_itself = task.page == 1 and task.purpose in {"ordinary", "wide"}
    return by_itself and 0 < listed < PAGE_SIZE and listed < SHRUNK * held


def met_the_known(task: Task, page: tuple[Seen, ...]) -> bool:
    """Whether a reading that ended with this page has caught up; one bounded by an order's limits may not have."""
    asked = task.asked
    limited = asked is not None and (asked.pages is not None or asked.since is not None)
    return not limited or not page or all(item.known for item in page)


def ending(reading: Reading, page: tuple[Seen, ...], *, audited: bool) -> Ending:
    """How a reading ended with this page; `audited`: as an audit it came to what should be the end.

    Nothing, or the same again, below a page that is as long as a page can be may as well be a portal that shows no
    more than so many: what it leaves out is not gone.
    """
    if not audited and page:
        return "above"
    return "cut" if reading.full else "end"


def caught_up(listing: Listing, reading: Reading, page: tuple[Seen, ...], *, more: bool) -> Listing:
    """The listing after a page, and since when it is behind; `more`: the reading goes on after it.

    A reading that broke off must not be taken for one that ended, and one that ended says nothing of what came in
    after it began: another, begun later, may have broken off.
    """
    began, behind_to = reading.began_at, listing.behind_to
    if not listing.walked or not reading.from_top or reading.task.purpose in {"first", "walk", "cited"}:
        return listing
    if any(not item.known for item in page):
        behind_to = max(began, behind_to or began)
        listing = replace(listing, behind_since=listing.behind_since or began, behind_to=behind_to)
    if more or not met_the_known(reading.task, page):
        return listing
    if not page and reading.full and not listing.cut:
        return replace(listing, cut=True)  # an end is believed when it is met a second time
    later = behind_to if behind_to is not None and behind_to > began else None
    return replace(listing, behind_since=later, behind_to=later, cut=False)


def window_covered(dates: Iterable[datetime | None]) -> bool:
    """Whether items of these dates reach `WIDE_DAYS` back from the newest; dates that none has bound nothing."""
    known = [date for date in dates if date is not None]
    newest = _newest(known)
    return newest is None or newest - min(known) >= WIDE_DAYS


def in_order(dates: Iterable[datetime | None]) -> bool:
    """Whether a page came newest-first, as it was asked for; an item or two out of place are an editor's doing."""
    known = [date for date in dates if date is not None]
    rising = sum(above < below for above, below in pairwise(known))
    falling = sum(above > below for above, below in pairwise(known))
    return rising <= falling or rising <= STRAYS


def begin(
    listing: Listing, *, ids: Iterable[int], dates: Iterable[datetime | None], policy: Policy
) -> Listing:
    """The listing as its first reading begins, by the ids and dates of page 1.

    The highest id is its watermark; the reading goes `history` back from the newest date.
    """
    newest = _newest(dates)
    until = newest - policy.history if newest is not None and policy.history is not None else None
    return replace(listing, watermark=_highest(ids), walk_until=until)


def walked_on(listing: Listing, task: Task, page: tuple[Seen, ...], *, now: datetime) -> Listing:
    """The listing after a page, if that was the next one of its first reading, or the last one once more."""
    if listing.walked or not 0 <= listing.walk_page - task.page <= 1:
        return listing
    again = task.page < listing.walk_page
    walk = Reading(replace(task, purpose="walk"), page, from_top=False)
    ids = frozenset(_ids(page))
    # A portal that shows its last page again for every later one would keep us walking for ever.
    ended = (ids <= listing.walk_seen and not again) or not goes_on(walk, page, listing)
    return replace(
        listing,
        walk_page=task.page + 1,
        walked=ended,
        walk_seen=frozenset() if ended else ids,
        walk_read_to=task.page if again else listing.walk_read_to,
        walk_read_at=now,
    )


def _newest(dates: Iterable[datetime | None]) -> datetime | None:
    """The newest date but one: a single date typed into the future must not close the window behind it."""
    newest = sorted((date for date in dates if date is not None), reverse=True)[:2]
    return newest[-1] if newest else None


def _highest(ids: Iterable[int]) -> int | None:
    """The highest id, without those that no sequence leads to."""
    ranked = sorted(set(ids), reverse=True)
    while len(ranked) > 1 and ranked[0] - ranked[1] > ABSURD:
        ranked.pop(0)
    return ranked[0] if ranked else None


def _may_be_news(item: Seen, listing: Listing) -> bool:
    """Whether an item says that more news may follow; what stood below the first reading does not."""
    if item.known:
        return False
    return listing.watermark is None or int(item.source_id) > listing.watermark


def _asked_for_more(asked: Asked, page: int, oldest: datetime | None) -> bool:
    if asked.pages is not None and page >= asked.pages:
        return False
    if asked.since is not None and oldest is not None:
        # The day begins in Kazakhstan five hours before it does in UTC; six until 2024.
        return oldest >= datetime.combine(asked.since, time.min, UTC) - timedelta(hours=6)
    return True


def _ids(seen: Iterable[Seen]) -> set[str]:
    return {item.source_id for item in seen}

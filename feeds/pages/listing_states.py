"""How each listing stands, as the pages say it: read in time, late, failing. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from crawler.records import READ, Outcome
from feeds.pages.plain_reasons import plain_reason
from monitor.quiet import Quiet
from monitor.store.listings import PortalState

State = Literal["failing", "late", "begun", "fine"]
STATES: tuple[State, ...] = get_args(State)
"""The worst first."""

_LATE = timedelta(minutes=15)
"""A reading that waits so long behind its time is late; others were before it, or nobody reads."""

Rest = tuple[datetime, datetime]
"""From when to when nothing is asked by itself."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The listing of an agency in a language."""

    agency: str
    lang: str
    state: State
    outcome: Outcome
    """Of the last reading."""
    reason: str
    """What a machine said of it, in English; empty where it was read."""
    read_at: datetime | None
    success_at: datetime | None
    next_at: datetime | None
    ground: str
    """Why it is read then, as the plan calls it; empty where it was not said."""
    paused_until: datetime | None
    """None where no pause lasts."""
    history_pages: int | None
    """How many pages of its past were read so far; None: all that are wanted."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the last audit of a listing found."""

    lang: str
    at: datetime
    listed: int | None
    """Releases that the portal listed; None: it broke off, and says nothing."""
    held: int | None
    """Those of them that were held by then."""
    is_whole: bool
    """Whether none was missing."""


def coverage_of(row: Mapping[str, Any]) -> Coverage:
    """An audit of a row of `last_audits`."""
    return Coverage(
        lang=row["lang"],
        at=datetime.fromisoformat(row["finished_at"]),
        listed=row["listed"],
        held=row["held"],
        is_whole=row["listed"] is not None and not row["missing"],
    )


def rests_of(quiet: Quiet | None, portal: PortalState, *, now: datetime) -> list[Rest]:
    """The latest times in which nothing was, or is, asked by itself: quiet hours, a rest after refusals."""
    rests = [quiet.latest(now)] if quiet is not None else []
    if portal.since is not None and portal.paused_until is not None:
        rests.append((portal.since, portal.paused_until))
    return rests


def listing_of(row: Mapping[str, Any], *, rests: Sequence[Rest] = (), now: datetime) -> Listing:
    """A listing of a row of `listing_rows`. What waits because all rest is not late."""
    next_at, paused_until = _moment(row["next_at"]), _moment(row["paused_until"])
    failing = row["failures"] > 0 or row["outcome"] not in READ | {None, "budget"}
    state: State = "fine" if row["walked_at"] else "begun"
    if failing:
        state = "failing"
    elif row["outcome"] == "budget" or (next_at is not None and _overdue(next_at, rests, now) > _LATE):
        state = "late"
    return Listing(
        agency=row["agency"],
        lang=row["lang"],
        state=state,
        outcome=row["outcome"],
        reason=plain_reason(row["reason"]) if failing else "",
        read_at=_moment(row["read_at"]),
        success_at=_moment(row["success_at"]),
        next_at=next_at,
        ground=row["ground"] or "",
        paused_until=paused_until if paused_until and paused_until > now else None,
        history_pages=None if row["walked_at"] else max(row["history_pages"] or 0, 0),
    )


def worst(listings: Iterable[Listing]) -> State | None:
    """The worst state of these; None where there is none."""
    return min((listing.state for listing in listings), key=STATES.index, default=None)


def worst_first(listings: Iterable[Listing]) -> list[Listing]:
    """By state, then those that were read well the longest ago."""
    return sorted(
        listings,
        key=lambda one: (
            STATES.index(one.state),
            one.success_at.isoformat() if one.success_at else "",
            one.agency,
            one.lang,
        ),
    )


def _overdue(next_at: datetime, rests: Sequence[Rest], now: datetime) -> timedelta:
    """For how long a reading has been due and could have been made."""
    overdue, counted_to = timedelta(), next_at
    for begun, ended in sorted(rests):
        overdue += max(timedelta(), min(begun, now) - counted_to)
        counted_to = max(counted_to, min(ended, now))
    return overdue + max(timedelta(), now - counted_to)


def _moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None

"""For how long readings have gone on agreeing that the portal lacks something. Pure.

Two readings a day apart do not agree when nobody looked between them: the portal may have been whole all day and have
lost the same half of a page twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clock_jumps import Forward, really
from monitor.schedule import WIDE_EVERY


@dataclass(frozen=True, slots=True)
class Look:
    """A reading of a listing from its top on that came to an end."""

    at: datetime
    covered_to: datetime | None
    """The date above which it saw every place; None: all of the listing."""
    wide: bool = False
    """It went as far as readings go of themselves: what it did not reach is looked at by audits alone."""

    def covers(self, published_at: datetime | None) -> bool:
        """Whether what has this date must have been seen if it was there."""
        return self.covered_to is None or (published_at is not None and published_at > self.covered_to)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a listing was found to lack."""

    published_at: datetime | None
    suspected_at: datetime


def agreed_for(
    doubt: Doubt,
    looks: Iterable[Look],
    *,
    now: datetime,
    closely: timedelta,
    put_forward: Iterable[Forward] = (),
) -> timedelta:
    """How long readings, up to one that ends `now`, have lacked it without one that showed it or a long silence.

    `looks` are those of its listing since it was suspected, none of which showed it; one that comes more than
    `closely` after the one before begins anew. What lies below all but audits agrees from audit to audit.
    """
    looks, put_forward = _since(doubt, looks), tuple(put_forward)
    if _is_deep(doubt, looks):
        return really(doubt.suspected_at, now, put_forward)
    agrees_since = now
    for at in sorted([doubt.suspected_at, *_covering(doubt, looks)], reverse=True):
        if really(at, agrees_since, put_forward) > closely:
            break
        agrees_since = min(at, now)
    return really(agrees_since, now, put_forward)


def is_unwatched(doubt: Doubt, looks: Iterable[Look], *, now: datetime, confirm: timedelta) -> bool:
    """Whether a wide reading is wanted, so that readings of it go on agreeing or one shows that it is there."""
    looks = _since(doubt, looks)
    last = max([doubt.suspected_at, *_covering(doubt, looks)])
    return not _is_deep(doubt, looks) and now - last >= WIDE_EVERY * confirm


def closeness(*, confirm: timedelta, longest: timedelta) -> timedelta:
    """How closely readings have to follow each other to agree.

    A wide one is wanted after six times `confirm`; the reading that says so and the wide one each come within
    `longest`, and one may fail.
    """
    return WIDE_EVERY * confirm + 3 * longest


def _since(doubt: Doubt, looks: Iterable[Look]) -> Sequence[Look]:
    return [look for look in looks if look.at >= doubt.suspected_at]


def _covering(doubt: Doubt, looks: Iterable[Look]) -> list[datetime]:
    return [look.at for look in looks if look.covers(doubt.published_at)]


def _is_deep(doubt: Doubt, looks: Iterable[Look]) -> bool:
    return any(look.wide and not look.covers(doubt.published_at) for look in looks)

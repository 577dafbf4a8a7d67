"""Decides what an audit proves of a listing, and which listing is to be audited now. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

WITHIN = timedelta(days=30)
"""Every followed listing is audited within this time."""
URGENT = timedelta(days=29)
"""One that was not audited for so long is audited by day too."""
ENOUGH = timedelta(days=15)
"""One that was audited so lately is left alone."""
NIGHTS = 20
"""Nights in which all have their turn; the other ten are for nights on which the portal fails."""
NIGHT_ENDS = time(6)
"""The night begins at midnight in the portal's zone."""
TRY_AGAIN = timedelta(hours=6)
"""The least time between two audits of a listing, of which the first may have broken off."""
REPEATS = 3
"""Audits in a row that may be repeated because they left something in doubt."""
LOOK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit under way: what it has been shown so far."""

    agency: str
    lang: str
    started_at: datetime
    highest: int | None = None
    """The highest id of page 1: what stands above it appeared later."""
    listed: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()
    quarantined: tuple[str, ...] = ()
    """Items that could not be read; "" for one that does not even say its id."""
    last_page: frozenset[str] = frozenset()
    pages: int = 0
    requests: int = 0

    @property
    def shown(self) -> frozenset[str]:
        """Whatever it was shown, readable or not."""
        return self.listed | frozenset(self.quarantined) | frozenset(self.appeared)


@dataclass(frozen=True, slots=True)
class Result:
    """What an audit that saw its listing to the end has proved."""

    listed: int
    held: int
    missing: int
    extra: int
    missing_ids: tuple[str, ...]
    extra_ids: tuple[str, ...]
    appeared_ids: tuple[str, ...]
    quarantined_ids: tuple[str, ...]

    def detail(self, most: int) -> dict[str, Any]:
        """The ids, no more than `most` of each sort."""
        return {
            "missing": self.missing_ids[:most],
            "extra": self.extra_ids[:most],
            "appeared": self.appeared_ids[:most],
            "quarantined": [one for one in self.quarantined_ids if one][:most],
            "unreadable": len(self.quarantined_ids),
        }


def with_page(
    audit: Audit, *, shown: Collection[str], misfits: Collection[str], held: Collection[str], requests: int
) -> Audit:
    """The audit after a page that showed these releases, of which `held` were there before it was read."""
    new = [one for one in dict.fromkeys(shown) if one not in audit.listed]
    numbers = [int(one) for one in shown if one.isdigit()]
    highest = max(numbers, default=None) if audit.pages == 0 else audit.highest
    late = {one for one in new if one.isdigit() and highest is not None and int(one) > highest}
    return replace(
        audit,
        highest=highest,
        listed=audit.listed | frozenset(new) - late,
        missing=(*audit.missing, *(one for one in new if one not in held and one not in late)),
        appeared=(*audit.appeared, *(one for one in new if one in late and one not in audit.appeared)),
        quarantined=(*audit.quarantined, *misfits),
        last_page=frozenset(shown) | frozenset(misfits),
        pages=audit.pages + 1,
        requests=audit.requests + requests,
    )


def saw_the_end(before: Audit, page: Collection[str]) -> bool:
    """Whether the page that ended an audit was the end of the listing.

    An empty one is, and so is one that is the last page once more. Any other that brings nothing new says that the
    listing moved by more than a page while it was read.
    """
    return not page or frozenset(page) == before.last_page


def result(audit: Audit, expected: Iterable[str]) -> Result:
    """What the audit proves; `expected` are the ids that the listing alone should show."""
    extra = tuple(sorted((one for one in expected if one not in audit.shown), key=_rank))
    return Result(
        listed=len(audit.listed),
        held=len(audit.listed) - len(audit.missing),
        missing=len(audit.missing),
        extra=len(extra),
        missing_ids=tuple(sorted(audit.missing, key=_rank)),
        extra_ids=extra,
        appeared_ids=audit.appeared,
        quarantined_ids=tuple(dict.fromkeys(audit.quarantined)),
    )


@dataclass(frozen=True, slots=True)
class Audited:
    """When a listing was audited."""

    agency: str
    lang: str
    walked_at: datetime
    """The end of its first reading."""
    proved_at: datetime | None
    """The last audit that came to the end."""
    tried_at: datetime | None
    """The last audit at all."""
    again_at: datetime | None
    """When one that left something in doubt is to be repeated."""

    @property
    def key(self) -> tuple[str, str]:
        return self.agency, self.lang

    @property
    def since(self) -> datetime:
        """From when its thirty days count."""
        return self.proved_at or self.walked_at


def next_audit(listings: Iterable[Audited], *, now: datetime, zone: ZoneInfo) -> tuple[str, str] | datetime:
    """The listing to audit now; else the moment to ask again.

    By night a twentieth of all, the oldest first; by day only what would be late, or what is to be repeated.
    """
    listings = sorted(listings, key=lambda one: one.since)
    midnight = datetime.combine(now.astimezone(zone).date(), time.min, zone)
    rested = [one for one in listings if one.tried_at is None or now - one.tried_at >= TRY_AGAIN]
    if urgent := [one for one in rested if now - one.since >= URGENT]:
        return urgent[0].key
    for one in listings:
        tried = one.tried_at or one.walked_at
        if one.again_at is not None and one.again_at <= now and (tried < one.again_at or one in rested):
            return one.key
    if now.astimezone(zone).time() < NIGHT_ENDS:
        tonight = sum(one.tried_at is not None and one.tried_at >= midnight for one in listings)
        due = [one for one in rested if one.proved_at is None or now - one.proved_at >= ENOUGH]
        if due and tonight < ceil(len(listings) / NIGHTS):
            return due[0].key
    coming = [one.again_at for one in listings if one.again_at is not None and one.again_at > now]
    return min([now + LOOK_AGAIN, midnight + timedelta(days=1), *coming])


def until_repeated(wait: timedelta, *, repeats: int) -> timedelta | None:
    """When an audit that leaves something in doubt is repeated, after so many that did; None: at its ordinary turn.

    Nothing but another audit looks so deep as to confirm what this one began to miss. What several cannot confirm,
    because an item stands out of its place, more of them will not.
    """
    return wait * 2**repeats if repeats < REPEATS else None


def _rank(source_id: str) -> tuple[int, str]:
    return (int(source_id) if source_id.isdigit() else -1, source_id)

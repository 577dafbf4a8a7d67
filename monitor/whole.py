"""Decides whether the listing of the whole portal may stand in for those of the agencies. Pure.

One request for it serves every agency, but nobody has promised that it is complete: it has to prove itself at every
reading against what the agencies' own listings have shown, and those are still read, only more seldom.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MOST_PAGES = 100
"""None but a broken portal goes on for longer without showing anything that is known."""
MANY = 4
"""Agencies from which on one listing of all is fewer requests than one of each."""
ENOUGH = 5
"""Held releases that a page must show before it proves anything."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One item of a page of the whole portal."""

    source_id: str
    owners: tuple[str, ...]
    """Slugs that it names, or that it is held under; empty where nobody knows."""
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is thought of the whole portal's listing in one language."""

    lang: str
    proved_at: datetime | None = None
    """Since when it stands in for the agencies' own; None: it does not."""
    reason: str = ""
    """Why it does not."""
    failures: int = 0
    tried_at: datetime | None = None
    behind_since: datetime | None = None
    """A reading that began then broke off before it met what was known."""

    @property
    def proved(self) -> bool:
        return self.proved_at is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one page says of it."""

    proved: bool | None
    """None: the page shows too little to tell."""
    reason: str = ""


def span_of(page: Sequence[Shown]) -> tuple[datetime, datetime] | None:
    """The oldest and the newest date of a page, between which nothing may be missing; None: it has no two dates."""
    dates = sorted(item.published_at for item in page if item.published_at)
    return (dates[0], dates[-1]) if len(dates) > 1 and dates[0] < dates[-1] else None


def judge(
    page: Sequence[Shown], held: Collection[str], *, listed_by: Mapping[str, Collection[str]]
) -> Verdict:
    """What page 1 proves.

    `held` are the releases of followed agencies, listed by them, within `span_of(page)`; `listed_by` the agencies
    that have listed each item which is held.
    """
    nameless = [item.source_id for item in page if not item.owners]
    if nameless:
        return Verdict(proved=False, reason=f"its items do not name their agencies ({nameless[0]})")
    for item in page:
        if (known := listed_by.get(item.source_id)) and not set(known) & set(item.owners):
            said = f"it names {item.owners[0]} as the agency of {item.source_id}, which {min(known)} lists"
            return Verdict(proved=False, reason=said)
    if len({owner for item in page for owner in item.owners}) < 2:
        return Verdict(proved=None, reason="it shows one agency only")
    ids = {item.source_id for item in page}
    missing = sorted(set(held) - ids)
    if missing:
        return Verdict(proved=False, reason=f"it lacks what an agency's own listing shows ({missing[0]})")
    if len(ids & set(held)) < ENOUGH:
        return Verdict(proved=None, reason="it shows too little of what is held to be compared")
    return Verdict(proved=True)


def after(standing: Standing, verdict: Verdict, now: datetime) -> Standing:
    """What is thought of it after a page; one that shows too little changes nothing but the time of the trial."""
    if verdict.proved is None:
        reason = standing.reason if standing.proved else verdict.reason
        return replace(standing, reason=reason, tried_at=now)
    if verdict.proved:
        proved_at = standing.proved_at or now
        return replace(standing, proved_at=proved_at, reason="", failures=0, tried_at=now)
    return Standing(standing.lang, reason=verdict.reason, failures=standing.failures + 1, tried_at=now)


def breaks_off(*, page: int, unknown: int, known: int) -> bool:
    """Whether a reading ends with this page only because it has gone on for so long."""
    return page >= MOST_PAGES and (unknown > 0 or known == 0)


def due(standing: Standing, *, shortest: timedelta, longest: timedelta, pause: timedelta) -> datetime | None:
    """When it is to be read next: as often as news may come while it is proved, as a trial ever more seldom.

    None: at once, it was never tried.
    """
    if standing.tried_at is None:
        return None
    if standing.proved:
        return standing.tried_at + shortest
    rest: timedelta = longest * 2.0 ** min(standing.failures, 16)
    return standing.tried_at + min(pause, rest)


def goes_on(*, page: int, unknown: int, known: int) -> bool:
    """Whether the page after this one is needed, by how many releases of followed agencies it showed.

    A page of strangers says nothing of where the known begins.
    """
    return page < MOST_PAGES and (unknown > 0 or known == 0)


def overlooked(
    source_id: str, published_at: datetime | None, *, shown_from: datetime | None, highest: int | None
) -> bool:
    """Whether an agency's listing has just shown what the last page of the whole portal should have had.

    A release with a higher id than any on that page, or dated outside it, was not to be expected there.
    """
    if published_at is None or shown_from is None or highest is None:
        return False
    return published_at > shown_from and int(source_id) < highest

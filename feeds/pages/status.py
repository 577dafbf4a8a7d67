"""`/status`: how the portal, its routes and the listings are, what is owed and what is held."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from crawler.records import Outcome
from feeds.pages.context import Context, Made
from feeds.pages.dates import moment_said
from feeds.pages.figures import length_said, size_said
from feeds.pages.listing_states import listing_of, rests_of
from feeds.pages.phrases.listings import words as listing_words
from feeds.pages.phrases.status import words
from feeds.pages.plain_reasons import plain_reason
from feeds.pages.rendering import rendered
from feeds.pages.standing import (
    Listings,
    Refusals,
    Route,
    Trouble,
    listings_of,
    refusals_of,
    routes_of,
    troubles_of,
)
from feeds.publishing import program_version
from feeds.queries import Named
from monitor.messages.health_words import HEALTH
from monitor.spending import Spent, spending
from monitor.store.database import Database
from monitor.store.health import open_troubles
from monitor.store.listings import load_portal
from monitor.store.people import listing_rows, totals
from monitor.store.routes import load_rungs
from monitor.store.status import last_audit, oldest_owed, outcomes_of_last_day, schema


@dataclass(frozen=True, slots=True)
class StatusView:
    """How everything stands."""

    in_languages: ClassVar[bool] = True
    fresh_seconds: ClassVar[int | None] = 15
    is_slow: ClassVar[bool] = True

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        return "/status"

    def made(self, db: Database | None, context: Context) -> Made:
        """The page as it is now."""
        lang = context.lang
        return Made(
            rendered(
                "status.html",
                context,
                words=words(lang),
                of_listings=listing_words(lang),
                outcomes=HEALTH[lang].outcomes,
                facts=None if db is None else _facts(db, context),
                version=program_version(),
                size=lambda count: size_said(count, lang),
                length=lambda seconds: length_said(timedelta(seconds=seconds), lang),
                at_moment=lambda moment: moment_said(moment, context.zone),
            )
        )


class Status:
    """The page of the present state."""

    pattern = r"/status"
    parameters = ()

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> StatusView:
        """What its address means."""
        return StatusView()


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the store and the ledger say."""

    outcome: Outcome | None
    """Why the portal cannot be read; None: it can."""
    reason: str
    since: datetime | None
    paused_until: datetime | None
    troubles: list[Trouble]
    further_troubles: int
    routes: list[Route]
    listings: Listings
    refusals: Refusals
    spent: Spent
    next_request_at: datetime | None
    """When the budget lets the next request go; None: it does now."""
    totals: Mapping[str, Any]
    oldest_owed: datetime | None
    audited_at: datetime | None
    bytes: int
    schema: str


def _facts(db: Database, context: Context) -> _Facts:
    assert context.database is not None  # noqa: S101 there is a store, so it stands somewhere
    now, portal, rows = context.now, load_portal(db, context.portal), listing_rows(db)
    troubles, further = troubles_of(open_troubles(db), context.lang)
    in_use = Counter(row["route"] for row in rows if row["success_at"])
    rests = rests_of(context.quiet, portal, now=now)
    spent = spending(context.database, context.per_day)
    return _Facts(
        outcome=portal.outcome,
        reason=plain_reason(portal.reason),
        since=portal.since,
        paused_until=portal.paused_until,
        troubles=troubles,
        further_troubles=further,
        routes=routes_of(context.routes, load_rungs(db, context.portal), in_use, now=now),
        listings=listings_of(
            listing_of(row, rests=rests, now=now)
            for row in rows
            if row["agency"] in context.agencies and row["lang"] in context.languages
        ),
        refusals=refusals_of(outcomes_of_last_day(db, now=now)),
        spent=spent,
        next_request_at=spent.next_at(now),
        totals=totals(db),
        oldest_owed=oldest_owed(db),
        audited_at=last_audit(db),
        bytes=context.database.stat().st_size,
        schema=schema(db),
    )

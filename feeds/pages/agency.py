"""`/agencies/<slug>`: one agency, its rhythm, what became of what it published, and how its listings are read."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from crawler.directory import agencies, lineage, nearest
from feeds.entries import agency_name
from feeds.formats import FORMATS
from feeds.pages.agency_charts import Found, charts_of
from feeds.pages.change_items import ChangeItem, change_item
from feeds.pages.context import LANGUAGES, Context, Made, Missing
from feeds.pages.dates import moment_said, month_said
from feeds.pages.discovery import discovered
from feeds.pages.figures import share_said
from feeds.pages.listing_states import Coverage, Listing, coverage_of, listing_of, rests_of
from feeds.pages.newest_items import Item, item_of
from feeds.pages.phrases.agency import words
from feeds.pages.phrases.listings import words as listing_words
from feeds.pages.rendering import rendered
from feeds.queries import Named
from feeds.streams import Stream
from monitor.messages.health_words import HEALTH
from monitor.store.audits import last_audits
from monitor.store.database import Database
from monitor.store.for_feeds import changes
from monitor.store.listings import load_portal
from monitor.store.newest import newest_releases
from monitor.store.people import listing_rows
from monitor.store.recent_changes import Wanted, recent_changes
from monitor.store.rhythm import edits_by_day, held_by_agency, published_by_day, published_by_hour
from monitor.store.treatment import publications_and_events
from monitor.treatment import Month, by_month

_LISTED = 10
"""Releases of each list."""
_WEEKS = timedelta(weeks=26)
_DAYS = timedelta(days=90)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class AgencyView:
    """One agency, whatever names it went by before."""

    slug: str

    in_languages: ClassVar[bool] = True
    fresh_seconds: ClassVar[int | None] = 60
    is_slow: ClassVar[bool] = True

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        return f"/agencies/{self.slug}"

    def made(self, db: Database | None, context: Context) -> Made:
        """The page as it is now. Raises Missing where nobody has such a slug."""
        said, listings_said = words(context.lang), listing_words(context.lang)
        known = agencies().get(self.slug)
        if known is None:
            near = nearest(self.slug[:40])
            hint = f" {said.did_you_mean.format(slugs=', '.join(near))}" if near else ""
            raise Missing(said.unknown.format(slug=self.slug[:40]) + hint)
        line = lineage(self.slug)
        facts = _nothing() if db is None else _facts(db, self.slug, line, context)
        stream = Stream(agencies=(self.slug,))
        return Made(
            rendered(
                "agency.html",
                context,
                words=said,
                of_listings=listings_said,
                agency=known,
                other_names=[
                    (lang, known.name(lang))
                    for lang in LANGUAGES
                    if known.name(lang) != known.name(context.lang)
                ],
                predecessors=[(slug, agency_name(slug, context.lang)) for slug in line[1:]],
                is_followed=self.slug in context.agencies,
                outcomes=HEALTH[context.lang].outcomes,
                until=lambda at: listings_said.paused.format(until=moment_said(at, context.zone)),
                formats=[(form.label, stream.address(ending)) for ending, form in FORMATS.items()],
                feeds=discovered([stream]),
                facts=facts,
                charts=charts_of(
                    facts.found, lang=context.lang, today=context.now.astimezone(context.zone).date()
                ),
                share=lambda part, whole: share_said(part, whole, context.lang),
                month=lambda month: month_said(date.fromisoformat(f"{month}-01"), context.lang),
            )
        )


class Agency:
    """The page of one agency."""

    pattern = r"/agencies/(?P<slug>[\w-]{1,80})"
    parameters = ()

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> AgencyView:
        """What its address means."""
        return AgencyView(place["slug"])


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the store says of one agency."""

    held: int
    found: Found
    months: tuple[Month, ...]
    listings: tuple[tuple[Listing, Coverage | None], ...]
    """Each with its last audit."""
    newest: tuple[Item, ...]
    removed: tuple[ChangeItem, ...]
    has_more_removed: bool


def _facts(db: Database, slug: str, line: tuple[str, ...], context: Context) -> _Facts:
    now, zone = context.now, context.zone
    held = held_by_agency(db)
    audits = {key: coverage_of(row) for key, row in last_audits(db).items()}
    publications, events = publications_and_events(db, line, month=_first_month(now.astimezone(zone)))
    hours = published_by_hour(db, line, since=now - _WEEKS, until=now, zone=zone)
    days = published_by_day(db, line, since=now - _DAYS, until=now, zone=zone)
    edits = edits_by_day(db, line, since=now - _DAYS, until=now, zone=zone)
    newest = newest_releases(db, agency=slug, lang=None, before=None, size=_LISTED)
    removed = recent_changes(db, Wanted(kind="removed", agency=slug), before=None, size=_LISTED)
    taken_away = changes(db, removed.ids)
    rests = rests_of(context.quiet, load_portal(db, context.portal), now=now)
    return _Facts(
        held=sum(held.get(each, 0) for each in line),
        found=Found(
            hours=sum(hours.values(), Counter()),
            days=sum(days.values(), Counter()),
            edits=sum(edits.values(), Counter()),
            publications=publications,
            events=events,
        ),
        months=by_month(publications, events),
        listings=tuple(
            (listing_of(row, rests=rests, now=now), audits.get((row["agency"], row["lang"])))
            for row in listing_rows(db)
            if row["agency"] == slug
        ),
        newest=tuple(
            item_of(
                release,
                lang=context.lang,
                asked=None,
                languages=context.languages,
                zone=zone,
                removed_text=context.removed_text,
            )
            for release in newest.releases
        ),
        removed=tuple(
            change_item(taken_away[key], lang=context.lang, zone=zone, removed_text=context.removed_text)
            for key in removed.ids
        ),
        has_more_removed=removed.has_older,
    )


def _nothing() -> _Facts:
    return _Facts(0, Found(Counter(), Counter(), Counter(), (), ()), (), (), (), (), has_more_removed=False)


def _first_month(today: datetime) -> str:
    """The first of the last twelve months, as `2026-07`."""
    months = today.year * 12 + today.month - _MONTHS
    return f"{months // 12}-{months % 12 + 1:02}"

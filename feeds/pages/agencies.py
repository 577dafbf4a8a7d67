"""`/agencies`: who is followed, when each publishes, and how its listings are read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, cast

from crawler.directory import lineage
from feeds.pages.agency_items import (
    ORDERS,
    AgencyItem,
    Figures,
    Order,
    agency_items,
    by_kind,
    in_order,
)
from feeds.pages.choices import one_given, one_of
from feeds.pages.context import Context, Made, Missing, addressed
from feeds.pages.dates import WEEKDAYS
from feeds.pages.figures import hours_said
from feeds.pages.listing_states import coverage_of, listing_of, rests_of
from feeds.pages.phrases.agencies import Agencies as Words
from feeds.pages.phrases.agencies import words
from feeds.pages.phrases.frame import words as frame_words
from feeds.pages.phrases.listings import words as listing_words
from feeds.pages.rendering import rendered
from feeds.phrases import phrases
from feeds.queries import Named
from monitor.store.audits import last_audits
from monitor.store.database import Database
from monitor.store.health import open_troubles
from monitor.store.listings import load_portal
from monitor.store.people import listing_rows
from monitor.store.rhythm import (
    edited_of,
    held_by_agency,
    newest_of,
    published_by_day,
    published_by_hour,
    removed_of,
)
from monitor.troubles import HealthEvent, HealthKind

_LATELY = timedelta(days=90)
_BLOCK = 3
"""Hours of a dot."""
_ON_PAGE = 50
_PAGE = re.compile(r"[1-9]\d{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AgenciesView:
    """All agencies, by kind and name or in another order."""

    order: Order = "name"
    page: int = 1

    in_languages: ClassVar[bool] = True
    fresh_seconds: ClassVar[int | None] = 60
    is_slow: ClassVar[bool] = True

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        return _path(self.order, self.page)

    def made(self, db: Database | None, context: Context) -> Made:
        """The page as it is now. Raises Missing where there are not so many pages."""
        said = words(context.lang)
        items = agency_items(
            _nothing() if db is None else _figures(db, context),
            followed=context.agencies,
            languages=context.languages,
            today=context.now.astimezone(context.zone).date(),
            lang=context.lang,
        )
        followed = [item for item in items if item.is_followed]
        others = [item for item in items if not item.is_followed]
        first, last = _ON_PAGE * (self.page - 1), _ON_PAGE * self.page
        ordered = [*_ordered(followed, self.order), *in_order(others, self.order)]
        if first and first >= len(ordered):
            raise Missing(frame_words(context.lang).no_page)
        shown = ordered[first:last]
        return Made(
            rendered(
                "agencies.html",
                context,
                words=said,
                of_listings=listing_words(context.lang),
                order=self.order,
                orders={order: _path(order, 1) for order in ORDERS},
                parts=_parts(shown, self.order, said, context.lang),
                before=_path(self.order, self.page - 1) if first else None,
                after=_path(self.order, self.page + 1) if last < len(ordered) else None,
                weekdays=WEEKDAYS[context.lang],
                hours_said=lambda first: hours_said(first, _BLOCK),
                is_empty=not any(item.newest for item in items),
            )
        )


class Agencies:
    """The page of all agencies."""

    pattern = r"/agencies"
    parameters = ("order", "page")

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> AgenciesView:
        """What its address means."""
        page = one_given(named, "page") or "1"
        if not _PAGE.fullmatch(page):
            raise ValueError(f"page= takes the number of a page, not {page[:40]!r}.")
        return AgenciesView(cast("Order", one_of(named, "order", ORDERS) or "name"), int(page))


def _path(order: Order, page: int) -> str:
    return addressed("/agencies", order=None if order == "name" else order, page=None if page == 1 else page)


def _ordered(items: list[AgencyItem], order: Order) -> list[AgencyItem]:
    if order == "name":
        return [item for _, of_kind in by_kind(items) for item in of_kind]
    return in_order(items, order)


def _parts(
    shown: list[AgencyItem], order: Order, said: Words, lang: str
) -> list[tuple[str, list[AgencyItem]]]:
    """What stands on the page, in one table or more under headings."""
    followed = [item for item in shown if item.is_followed]
    others = [item for item in shown if not item.is_followed]
    if order == "name":
        kinds = phrases(lang).agency_kinds
        parts = [(kinds[kind], of_kind) for kind, of_kind in by_kind(followed)]
    else:
        parts = [(said.all_of_them, followed)] if followed else []
    return [*parts, (said.others, others)] if others else parts


def _figures(db: Database, context: Context) -> Figures:
    held = held_by_agency(db)
    troubles = open_troubles(db)
    slugs = list(dict.fromkeys([*(old for slug in context.agencies for old in lineage(slug)), *held]))
    since, until = context.now - _LATELY, context.now
    rests = rests_of(context.quiet, load_portal(db, context.portal), now=until)
    return Figures(
        newest=newest_of(db, slugs, until=until),
        hours=published_by_hour(db, slugs, since=since, until=until, zone=context.zone),
        days=published_by_day(db, slugs, since=since, until=until, zone=context.zone),
        edited=edited_of(db, slugs, since=since, until=until),
        removed=removed_of(db, slugs, since=since, until=until),
        held=held,
        listings=[listing_of(row, rests=rests, now=context.now) for row in listing_rows(db)],
        audits={key: coverage_of(row) for key, row in last_audits(db).items()},
        silent=_concerned(troubles, "silent"),
        flooding=_concerned(troubles, "flood"),
    )


def _concerned(troubles: Iterable[HealthEvent], kind: HealthKind) -> set[str]:
    return {event.agency for event in troubles if event.kind == kind and event.agency}


def _nothing() -> Figures:
    return Figures({}, {}, {}, {}, {}, {}, (), {}, (), ())

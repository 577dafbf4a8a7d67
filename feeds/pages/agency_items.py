"""What the page of all agencies says of each, and in which order; pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from crawler.directory import KINDS, agencies, kind_of, lineage
from feeds.entries import agency_name
from feeds.pages.charts import busiest_block, small_week
from feeds.pages.figures import share_said
from feeds.pages.listing_states import Coverage, Listing, State, worst
from monitor.store.rhythm import Days, Hours, Newest

Order = Literal["name", "newest", "edited"]
ORDERS: tuple[Order, ...] = get_args(Order)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the store says of agencies, by slug; of the last 90 days where it is about a time."""

    newest: Mapping[str, Newest]
    hours: Mapping[str, Hours]
    days: Mapping[str, Days]
    edited: Mapping[str, int]
    removed: Mapping[str, int]
    held: Mapping[str, int]
    listings: Sequence[Listing]
    audits: Mapping[tuple[str, str], Coverage]
    silent: Collection[str]
    flooding: Collection[str]


@dataclass(frozen=True, slots=True)
class AgencyItem:
    """An agency in the list, with those that it took over from."""

    slug: str
    name: str
    kind: str
    is_followed: bool
    newest: Newest | None
    week: tuple[tuple[int, str], ...]
    """The dots of a small heat map."""
    busiest: tuple[int, int] | None
    in_week: int
    in_month: int
    published: int
    edited: int
    removed: int
    edited_said: str
    removed_said: str
    coverage: tuple[Coverage, ...]
    state: State | None
    """The worst of its listings; None: none was read yet."""
    troubled: tuple[str, ...]
    """The languages of the listings that are in this state, where it is a bad one."""
    is_silent: bool
    is_flooding: bool


def agency_items(
    figures: Figures, *, followed: Iterable[str], languages: Sequence[str], today: date, lang: str
) -> list[AgencyItem]:
    """Those that are followed, then those of which releases are held; each name that was given up under its heir."""
    chosen = dict.fromkeys(followed)
    told = {slug for each in chosen for slug in lineage(each)}
    others = dict.fromkeys(_heir(slug) for slug in figures.held if slug not in told)
    return [
        _item(slug, figures, is_followed=slug in chosen, languages=languages, today=today, lang=lang)
        for slug in (*chosen, *(slug for slug in others if slug not in chosen))
    ]


def in_order(items: Iterable[AgencyItem], order: Order) -> list[AgencyItem]:
    """The items as a reader wants them; those of which nothing is known come last."""
    by_name = sorted(items, key=lambda item: item.name.casefold())
    if order == "newest":
        return sorted(
            by_name,
            key=lambda item: item.newest.published_at.timestamp() if item.newest else 0.0,
            reverse=True,
        )
    if order == "edited":
        return sorted(
            by_name,
            key=lambda item: (bool(item.published), item.edited / max(item.published, 1), item.published),
            reverse=True,
        )
    return by_name


def by_kind(items: Iterable[AgencyItem]) -> list[tuple[str, list[AgencyItem]]]:
    """The items under their kinds, in the order of the directory."""
    ordered = in_order(items, "name")
    parted = [(kind, [item for item in ordered if item.kind == kind]) for kind in KINDS]
    return [(kind, of_kind) for kind, of_kind in parted if of_kind]


def _item(
    slug: str, figures: Figures, *, is_followed: bool, languages: Sequence[str], today: date, lang: str
) -> AgencyItem:
    line = lineage(slug)
    hours: Hours = sum((figures.hours.get(each, Counter()) for each in line), Counter())
    days: Days = sum((figures.days.get(each, Counter()) for each in line), Counter())
    published = days.total()
    edited = sum(figures.edited.get(each, 0) for each in line)
    removed = sum(figures.removed.get(each, 0) for each in line)
    newest = [figures.newest[each] for each in line if each in figures.newest]
    listings = [one for one in figures.listings if one.agency == slug and one.lang in languages]
    state = worst(listings)
    return AgencyItem(
        slug=slug,
        name=agency_name(slug, lang),
        kind=kind_of(slug),
        is_followed=is_followed,
        newest=max(newest, key=lambda one: one.published_at, default=None),
        week=small_week(hours),
        busiest=busiest_block(hours),
        in_week=_since(days, today - timedelta(days=6)),
        in_month=_since(days, today - timedelta(days=29)),
        published=published,
        edited=edited,
        removed=removed,
        edited_said=share_said(edited, published, lang),
        removed_said=share_said(removed, published, lang),
        coverage=tuple(figures.audits[slug, each] for each in languages if (slug, each) in figures.audits),
        state=state,
        troubled=tuple(one.lang for one in listings if one.state == state and state in {"failing", "late"}),
        is_silent=slug in figures.silent,
        is_flooding=slug in figures.flooding,
    )


def _heir(slug: str) -> str:
    """Whoever goes by another name now, under that name."""
    seen = {slug}
    while (known := agencies().get(slug)) and known.successor and known.successor not in seen:
        slug = known.successor
        seen.add(slug)
    return slug


def _since(days: Days, first: date) -> int:
    return sum(count for day, count in days.items() if day >= first)

"""Decides which page of a listing to read next to find the releases that dumps cite. Pure.

A dump names an id and a day, of copying and not before that of publication. A listing is newest first by date, and
ids rise with time but for the few that editors date back: so the place of an id is searched for by halves, and where
it does not stand there, every page that its dates allow is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

EARLIER = timedelta(days=30)
"""A release is looked for so long before the day on which it was copied."""
LATER = timedelta(days=1)
"""Its date may be a day later too: that of the dump is in some other zone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page showed."""

    ids: tuple[int, ...]
    """In the order received; none behind the end of the listing."""
    newest: date | None = None
    oldest: date | None = None

    @property
    def middle(self) -> int:
        """The id that half of the page's do not exceed: one that was dated back moves it little."""
        return sorted(self.ids)[len(self.ids) // 2]


def with_shown(pages: Mapping[int, Shown], page: int, shown: Shown) -> dict[int, Shown]:
    """The pages read, with this one; one that shows what another has shown lies behind the end."""
    again = any(set(shown.ids) == set(other.ids) for number, other in pages.items() if number < page)
    return {**pages, page: Shown(()) if again else shown}


def next_page(wanted: Mapping[int, date], pages: Mapping[int, Shown]) -> int | None:
    """The page to read next; None: what has not been met does not stand in this listing."""
    met = {one for shown in pages.values() for one in shown.ids}
    for source_id in sorted(wanted.keys() - met, reverse=True):
        page = _page_of(source_id, wanted[source_id], pages)
        if page is not None:
            return page
    return None


def _page_of(source_id: int, day: date, pages: Mapping[int, Shown]) -> int | None:
    above, below = _bounds(source_id, pages)
    if below is None:
        return max(2 * above, 1)
    if below - above > 1:
        return (above + below) // 2
    page = below
    while page not in pages or (pages[page].ids and _is_not_before(pages[page].newest, day - EARLIER)):
        if page not in pages:
            return page
        page += 1
    page = above
    while page >= 1 and (page not in pages or _is_not_after(pages[page].oldest, day + LATER)):
        if page not in pages:
            return page
        page -= 1
    return None


def _bounds(source_id: int, pages: Mapping[int, Shown]) -> tuple[int, int | None]:
    """The last page above the id's place and the first below it; None: none was read that lies so deep."""
    below = min((n for n, shown in pages.items() if not shown.ids or shown.middle < source_id), default=None)
    above = max(
        (
            number
            for number, shown in pages.items()
            if shown.ids and shown.middle > source_id and (below is None or number < below)
        ),
        default=0,
    )
    return above, below


def _is_not_before(day: date | None, bound: date) -> bool:
    return day is None or day >= bound


def _is_not_after(day: date | None, bound: date) -> bool:
    return day is None or day <= bound

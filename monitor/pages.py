"""One page as it was read, and what is thought of it: whether it is believed, and what it begins. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.records import Misfit, Outcome, Report, Sighting
from monitor.dates import believed
from monitor.intake import Taken
from monitor.reach import begin, in_order
from monitor.schedule import Listing, Policy, Task, is_success


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was read."""

    task: Task
    route: str
    started_at: datetime
    records: tuple[Sighting | Misfit, ...]
    report: Report
    in_full: bool = False
    """Asked for with every wording."""
    again: bool = False
    """Asked for a second time, because it had seemed to be the end."""

    @property
    def sightings(self) -> list[Sighting]:
        """The items that could be read, in the order received."""
        return [record for record in self.records if isinstance(record, Sighting)]


def seems_the_end(page: Page) -> bool:
    """Whether nothing came where there may be more: it is asked for once more before anything ends there."""
    read = is_success(page.report.outcome)
    return read and page.report.listed == 0 and page.task.page > 1 and not page.again


def judged(
    page: Page, listing: Listing, *, dates: Iterable[datetime | None] | None = None, now: datetime
) -> Page:
    """The page, its outcome another where an answer that could be read is not believed.

    `dates` are those of its items in the order received (None: those that their wordings tell).
    """
    dates = _dates(page.sightings) if dates is None else dates
    doubt = _doubt(page, listing, dates, now) if is_success(page.report.outcome) else None
    if doubt is None:
        return page
    outcome, reason = doubt
    return replace(page, report=replace(page.report, outcome=outcome, reason=reason))


def begun(listing: Listing, page: Page, *, highest: int | None, policy: Policy, now: datetime) -> Listing:
    """The listing as its first reading begins with this page.

    Ids are one sequence over all agencies, so the `highest` that is held tells where news begins even where this
    listing shows nothing, or nothing for now.
    """
    ids = [int(seen.source_id) for seen in page.sightings if seen.source_id.isdigit()]
    ids += [highest] if highest is not None else []
    return begin(listing, ids=ids, dates=believed(_dates(page.sightings), now), policy=policy)


def outcome_of(page: Page, taken: Taken, *, mass: bool) -> Outcome:
    """What its row of `crawls` says; `mass`: more is missing than an editor takes down."""
    if mass:
        return "shrunken"
    if page.report.outcome == "items" and not taken.changes and all(seen.known for seen in taken.seen):
        return "unchanged"
    return page.report.outcome


def _doubt(
    page: Page, listing: Listing, dates: Iterable[datetime | None], now: datetime
) -> tuple[Outcome, str] | None:
    """Why an answer that could be read is not believed; None: it is."""
    report, sightings = page.report, page.sightings
    if report.listed == 0 and page.task.page == 1 and listing.last_listed:
        return "shrunken", "the listing is empty and was not before"
    if report.listed and not sightings:
        return "broken", "no item of the page has the shape of a release"
    if not in_order(believed(dates, now)):
        return "unsorted", "the items did not come newest first, as they were asked for"
    return None


def _dates(sightings: Iterable[Sighting]) -> Iterable[datetime | None]:
    return (seen.wording.published_at for seen in sightings if seen.wording)

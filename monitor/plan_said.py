"""Says in plain words what is read next, why, and what bounds it. Pure; `foresight` finds it out."""

from datetime import datetime, timedelta
from math import ceil, expm1
from zoneinfo import ZoneInfo

from crawler.records import WHOLE
from monitor.allowance import Bounds, meant_per_day
from monitor.foresight import Ahead, Step
from monitor.price import HIGHEST, LOWEST
from monitor.sentences import exact_span
from monitor.spending import Spent

_A_DAY = timedelta(days=1)
_AT_ONCE = timedelta(seconds=30)
"""What is so near is now."""
_HARDLY_ANY = 0.05
"""Releases; with fewer, that one waits is not worth a number."""
_CERTAIN = 1.5
"""Releases; with more, their number says more than the chance of any."""


def listing_said(step: Step) -> str:
    """Which listing is read; a rest has none."""
    if step.key is None:
        return "-"
    agency, lang = step.key
    return f"whole portal/{lang}" if agency == WHOLE else f"{agency}/{lang}"


def clock_said(at: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """`17:29` in the zone; with the day, where it is another than that of `now`."""
    local = at.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local:%m-%d %H:%M}"


def wait_said(at: datetime, *, now: datetime) -> str:
    """`now`, `in 4 min`: what the clock beside it says, in whole minutes."""
    if at - now < _AT_ONCE:
        return "now"
    shown = at.replace(second=0, microsecond=0) - now.replace(second=0, microsecond=0)
    return f"in {exact_span(max(shown, timedelta(minutes=1)))}"


def reason_said(step: Step, *, now: datetime, zone: ZoneInfo) -> str:
    """Why it is read then, or why nothing is."""
    until = clock_said(step.until, now=now, zone=zone) if step.until is not None else ""
    words = {
        "news": _news(step.waiting),
        "copies": f"{_copies(step.waiting)} awaited in this language",
        "edits": "edits of new releases are likely",
        "longest": _not_read(step),
        "doubt": "something is missing there: to be confirmed",
        "first": "read for the first time",
        "history": f"its history, page {step.page}; it goes on between the others",
        "asked": f"somebody asked for it, page {step.page}; it goes on between the others",
        "audit": f"an audit that somebody asked for, page {step.page}",
        "audited by itself": f"an audit, from top to end: every listing has its turn; page {step.page}",
        "cited": f"looked through for what dumps cite, page {step.page}",
        "single": f"release {step.source_id} is asked for by its number: no listing shows it",
        "failed": f"tried again after {_failures(step.failures)}",
        "trial": "a trial: is it complete, so that it can stand in for the agencies' own?",
        "quiet": f"nothing is asked by itself: quiet hours until {until}",
        "portal": f"nothing is asked: the portal rests until {until}",
        "budget": f"nothing is asked: the budget of 24 hours is spent until {until}",
    }
    return words[step.why] + ("; older pages too" if step.wide else "")


def plan_said(ahead: Ahead, bounds: Bounds, spent: Spent, *, running: bool) -> list[str]:
    """What stands above the readings: the budget, what a reading must be worth, the bounds of each listing."""
    runs = "A daemon runs; it reads in this order, and plans anew after every reading."
    return [
        runs if running else "No daemon runs on this database; this is what one would read if it began now.",
        _budget(ahead, bounds, spent),
        _price(ahead),
        *longest_said(ahead.listings, bounds, stretched=ahead.longest),
    ]


def longest_said(listings: int, bounds: Bounds, *, stretched: timedelta) -> list[str]:
    """How often each listing is read at the least; and what helps where the budget does not reach for that."""
    shortest, longest = exact_span(bounds.shortest), exact_span(bounds.longest)
    if stretched <= bounds.longest or bounds.per_day is None:
        return [f"Each listing is read every {longest} at the least, never sooner than after {shortest}."]
    why = f"The budget does not reach for a reading of each listing every {longest} (`longest`)"
    if too_little_said(listings, bounds) is None:
        stretch = f"for now that is stretched to {exact_span(stretched)}"
        return [f"{why}, with what was asked in the last 24 hours and what older pages take: {stretch}."]
    # Where the budget reaches for less than a reading a day, the plan stretches no further, and all are read in turn.
    stretch = f"for now that is stretched to {exact_span(max(stretched, _reached(listings, bounds)))}"
    return [f"{why}: {stretch}. {_remedy(listings, bounds)}"]


def wanted_said(listings: int, bounds: Bounds, *, wide_per_day: float) -> str:
    """What `longest` alone asks of a day's requests, beside what there is; for who has not begun yet.

    `wide_per_day`: the requests that wide readings may take beyond their first pages.
    """
    least = _least(listings, bounds)
    longest, wide = exact_span(bounds.longest), ceil(wide_per_day)
    needs = (
        f"To read {_listings(listings)} every {longest} (`longest`) takes {least} requests a day, and to look over "
        f"older pages up to {wide} more"
    )
    if bounds.per_day is None:
        meant = round(meant_per_day(bounds, listings))
        return (
            f"{needs}. [schedule] per_day is not set: about {meant} readings a day are meant, {meant / listings:.0f} "
            "of each listing on average, most of them when news is likely."
        )
    if (spare := bounds.per_day - least - wide) > 0:
        return f"{needs}; that leaves {spare} of per_day = {bounds.per_day} for when news is likely."
    return f"{needs}; of per_day = {bounds.per_day} little or nothing is left for when news is likely."


def too_little_said(listings: int, bounds: Bounds) -> str | None:
    """That `per_day` does not reach for `longest`, and what helps; None: it does."""
    least = _least(listings, bounds)
    if bounds.per_day is None or bounds.per_day >= least:
        return None
    return (
        f"[schedule] per_day = {bounds.per_day} is less than one reading of {_listings(listings)} every "
        f"{exact_span(bounds.longest)} (`longest`) takes, {least} requests a day: each will be read about every "
        f"{exact_span(_reached(listings, bounds))} instead. {_remedy(listings, bounds)}"
    )


def _least(listings: int, bounds: Bounds) -> int:
    """Requests a day that `longest` alone asks for."""
    return ceil(listings * (_A_DAY / bounds.longest))


def _reached(listings: int, bounds: Bounds) -> timedelta:
    """How often each is read at the least where the whole budget goes to that."""
    return _A_DAY * listings / bounds.per_day if bounds.per_day is not None else bounds.longest


def _remedy(listings: int, bounds: Bounds) -> str:
    return (
        f"Set [schedule] per_day to more than {_least(listings, bounds)}, or longest to more than "
        f"{_as_configured(_reached(listings, bounds))}."
    )


def _budget(ahead: Ahead, bounds: Bounds, spent: Spent) -> str:
    if bounds.per_day is None:
        meant = round(meant_per_day(bounds, ahead.listings))
        return (
            f"Budget: {spent.last_day} requests in the last 24 hours. [schedule] per_day is not set; about {meant} "
            f"readings a day are meant for {_listings(ahead.listings)}."
        )
    left = max(0, bounds.per_day - spent.last_day)
    room = "" if ahead.has_room else " Until older ones count no more, only what must not wait is read."
    return f"Budget: {spent.last_day} of {bounds.per_day} requests in the last 24 hours, {left} left.{room}"


def _price(ahead: Ahead) -> str:
    if ahead.price >= HIGHEST:
        return "Nothing is left for when news is likely: listings are read in turn."
    worth = exact_span(timedelta(seconds=ahead.price))
    if ahead.price <= LOWEST:
        return f"There are requests to spare: a reading is made when {worth} of waiting are likely to have gathered."
    return (
        f"A reading is made when about {worth} of waiting have gathered: one release that waits for so long, or two "
        "that wait for half of it."
    )


def _news(waiting: float) -> str:
    if waiting < _HARDLY_ANY:
        return "in its turn: hardly any news is expected by then"
    if waiting < _CERTAIN:
        # More than one of them may wait, so that the chance of any is less than their number.
        return f"news: a release waits by then with a chance of {100 * -expm1(-waiting):.0f} %"
    said = f"{waiting:.0f}" if waiting >= 9.5 else f"{waiting:.1f}".removesuffix(".0")
    return f"news is likely: {said} releases are expected to wait by then"


def _copies(waiting: float) -> str:
    count = round(waiting)
    return "a copy is" if count <= 1 else f"{count} copies are"


def _not_read(step: Step) -> str:
    if step.read_at is None:
        return "not read yet"
    return f"not read for {exact_span(max(step.at - step.read_at, timedelta(minutes=1)))} by then"


def _failures(count: int) -> str:
    return "a failure" if count == 1 else f"{count} failures in a row"


def _listings(count: int) -> str:
    return "1 listing" if count == 1 else f"{count} listings"


def _as_configured(length: timedelta) -> str:
    """As the configuration is written, rounded up: in days from three of them on, in hours from six, in minutes."""
    for unit, name, least in ((_A_DAY, "d", 3), (timedelta(hours=1), "h", 6)):
        if length >= least * unit:
            return f"{ceil(length / unit)}{name}"
    return f"{ceil(length / timedelta(minutes=1))}m"

"""Says what is wrong, how the routes to the portal stand, if one listing serves for all, what a hub is owed. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.ladder import Rung
from monitor.messages.health import said_of
from monitor.sentences import OUTCOMES
from monitor.store.topics import Debt
from monitor.troubles import HealthEvent, HealthKind
from monitor.whole import MANY, Standing

WORST_FIRST: tuple[HealthKind, ...] = (
    "disk",
    "stuck",
    "portal",
    "backup",
    "delivery",
    "listing",
    "fields",
    "silent",
    "flood",
)
"""What loses something or everything stands before what concerns one agency."""


def troubles_said(open_: Iterable[HealthEvent]) -> list[str]:
    """A line for each trouble that is not over, the worst first."""
    worst_first = sorted(open_, key=lambda event: (WORST_FIRST.index(event.kind), event.at))
    return [f"Trouble: {said_of(event)}" for event in worst_first]


def routes_said(
    routes: Sequence[str],
    rungs: Iterable[tuple[tuple[str, str] | None, Rung]],
    in_use: Mapping[str, int],
    *,
    now: datetime,
    zone: str,
) -> list[str]:
    """A sentence for each configured route that was tried, and for what single listings cannot be read by.

    `in_use` counts the listings that were read last by each route; times are told in `zone`.
    """
    rungs = list(rungs)
    by_route = {rung.route: rung for listing, rung in rungs if listing is None}
    lines = []
    for route in routes:
        rung = by_route.get(route)
        if rung is None or (rung.outcome is None and rung.worked_at is None):
            continue
        if rung.outcome is not None:
            since, again = _told(rung.since, zone), _told(rung.paused_until, zone)
            rest = f"; tried again at {again}" if rung.rests(now) else "; due to be tried again"
            lines.append(f"Route {route}: {OUTCOMES[rung.outcome]} since {since}{rest}.")
        else:
            together = ", several by one request" if rung.together else ""
            lines.append(f"Route {route} works: {_counted(in_use.get(route, 0))} read by it{together}.")
    odd = [
        f"{'/'.join(listing)} by {rung.route} ({OUTCOMES[rung.outcome]})"
        for listing, rung in rungs
        if listing is not None and rung.outcome is not None
    ]
    if odd:
        lines.append(f"Cannot be read by one of the routes: {', '.join(odd)}.")
    return lines


def hub_said(hub: str | None, debt: Debt, *, zone: str) -> list[str]:
    """Of how many feeds the hub, where there is one, is still to be told, and how many it would not hear of."""
    if hub is None:
        return []
    why = f" The reason: {debt.error}." if debt.error else ""
    again = f" Next try at {_told(debt.next_attempt_at, zone)}." if debt.next_attempt_at else ""
    return [f"Announcements to the hub {hub}: {debt.feeds} owed, {debt.refused} refused.{why}{again}"]


def whole_said(standings: Mapping[str, Standing], languages: Sequence[str], *, agencies: int) -> list[str]:
    """Whether the whole portal's listing is read in place of the agencies' own; nothing where few are followed."""
    if agencies < MANY:
        return []
    proved = [lang for lang in languages if lang in standings and standings[lang].proved]
    lines = []
    if proved:
        lines.append(
            f"One listing of the whole portal brings the news in {', '.join(proved)}; the agencies' own are read "
            "seldom, for what is changed or taken away."
        )
    refused: dict[str, list[str]] = {}
    for lang in languages:
        standing = standings.get(lang)
        if standing is not None and not standing.proved and standing.reason:
            refused.setdefault(standing.reason, []).append(lang)
    for reason, langs in refused.items():
        lines.append(f"The whole portal's listing in {', '.join(langs)} is not used: {reason}.")
    return lines


def _counted(listings: int) -> str:
    return "1 listing is" if listings == 1 else f"{listings or 'no'} listings are"


def _told(moment: datetime | None, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if moment else "an unknown time"

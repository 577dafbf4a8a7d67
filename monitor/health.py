"""Decides which troubles hold, which are to be told, and which are over. Pure; who hears of them is in `hearing`.

A trouble is told when it has held for a while and is over when it has been gone for a while, so that what comes and
goes is told once. What explains others is told in their place.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crawler.records import Outcome
from monitor.failing import Course, Courses, Failing, Key
from monitor.failing_together import SEVERAL, Group, are_most, groups_of, groups_with
from monitor.field_shares import Drop, Field
from monitor.flood import Flood
from monitor.silence import Silence
from monitor.troubles import HealthEvent, HealthKind

CALM: dict[HealthKind, timedelta] = {
    "portal": timedelta(minutes=15),
    "listing": timedelta(minutes=30),
    "silent": timedelta(),
    "flood": timedelta(days=1),
    "fields": timedelta(),
    "delivery": timedelta(hours=1),
    "stuck": timedelta(minutes=15),
    "disk": timedelta(minutes=15),
    "backup": timedelta(),
}
"""How long a trouble must be gone before it is over. What an agency publishes, and what its items carry, does not
come and go by the minute; the portal is given the time to be asked for what was missed."""

ROOM = 200_000_000
"""Bytes that must be free at least: a day's history of all agencies with its log, and time to do something."""
ROOM_SHARE = 0.02
ROOM_MOST = 2_000_000_000
"""On a large disk two of a hundred are more than anybody needs free."""
ROOM_SHARE_MOST = 0.1
"""A volume of a hundred megabytes is not nearly full from its first day."""
ENOUGH = 1.5
"""There is room again when so many times that much is free."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong, whether it was told or not; `detail` as `HealthEvent` has it, times as moments."""

    key: str
    kind: HealthKind
    detail: Mapping[str, Any]
    agency: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What is known at one moment. A trouble that stands nowhere in it goes on as it was: nobody can tell."""

    holding: Sequence[Trouble] = ()
    """Those that have held long enough to be told."""
    well: Mapping[str, datetime] = field(default_factory=dict)
    """By the key of a trouble, since when there is none."""
    brewing: Collection[str] = ()
    """Keys of troubles that do not hold for long enough yet: what they would explain is not told."""

    def __or__(self, other: "State") -> "State":
        return State(
            (*self.holding, *other.holding), {**self.well, **other.well}, {*self.brewing, *other.brewing}
        )


def begun(state: State, open_: Collection[str]) -> list[Trouble]:
    """The troubles to be told now; `open_` are the keys of those that were told and are not over."""
    known = {*(trouble.key for trouble in state.holding), *open_, *state.brewing}
    return [
        trouble
        for trouble in state.holding
        if trouble.key not in open_ and known.isdisjoint(_explanations(trouble))
    ]


def over(state: State, open_: Iterable[HealthEvent], *, now: datetime) -> list[tuple[HealthEvent, datetime]]:
    """The troubles that are over, each with the moment since when there is none."""
    return [
        (event, since)
        for event in open_
        if (since := state.well.get(event.key)) is not None and now - since >= CALM[event.kind]
    ]


def readings(
    courses: Courses,
    followed: Collection[Key],
    *,
    base_url: str,
    outcome: Outcome | None,
    well_since: datetime | None,
    now: datetime,
) -> State:
    """How the portal and its listings are.

    `outcome` is what the portal is known to fail by at this moment (None: it answers), `well_since` since when it has
    been found to answer, and few of its listings to fail, at every look.
    """
    failing = {key: one for key, one in courses.failing(now).items() if key in followed}
    portal = courses.portal.failing if outcome is not None and courses.is_down(now) else None
    holding = [_of_listing(key, one, courses) for key, one in failing.items()]
    if portal is not None:
        holding.append(_of_portal(portal, base_url, listings=len(followed)))
    elif alike := _alike(list(failing.values()), of=len(followed)):
        earliest = min(alike, key=lambda one: one.since)
        holding.append(_of_portal(earliest, base_url, listings=len(alike)))
    well = {
        listing_key(*key): course.well_since
        for key, course in courses.listings.items()
        if course.well_since is not None
    }
    if well_since is not None:
        well["portal"] = well_since
    alone = State(holding, well, {"portal"} if outcome is not None else ())
    return alone | _together(failing, courses, followed)


def few_fail(courses: Courses, followed: Collection[Key]) -> bool:
    """Whether half as few listings fail as would make it the portal's: else it would come and go with one of them."""
    still = sum(course.failing is not None for key, course in courses.listings.items() if key in followed)
    return still < SEVERAL or still * 4 < len(followed)


def fields(
    dropped: Mapping[Key, Sequence[Drop]], *, held: Mapping[str, timedelta], patience: timedelta
) -> State:
    """Which listings lack a field that they used to have; what most of these listings lack, all are said to lack.

    `held` tells by the key of each such trouble for how long it has held; less than `patience` is not told.
    """
    by_field: dict[Field, dict[Key, Drop]] = {}
    for key, drops in dropped.items():
        for drop in drops:
            by_field.setdefault(drop.field, {})[key] = drop
    troubles = []
    for name, listings in by_field.items():
        if are_most(len(listings), of=len(dropped)):
            worst = max(listings.values(), key=lambda drop: drop.before - drop.now)
            detail = {**asdict(worst), "listings": len(listings)}
            troubles.append(Trouble(fields_key(name), "fields", detail))
        troubles += [
            Trouble(fields_key(name, *key), "fields", asdict(drop), agency=key[0], lang=key[1])
            for key, drop in listings.items()
        ]
    told = [one for one in troubles if held.get(one.key, timedelta()) >= patience]
    return State(told, {}, {one.key for one in troubles} - {one.key for one in told})


def silent(agency: str, found: Silence, *, last_at: datetime) -> Trouble:
    """An agency that says nothing for longer than its past explains; `last_at`: of its newest release."""
    detail = {
        "last_at": last_at,
        "usual": found.usual.total_seconds(),
        "working_days": found.working_days,
        "usual_working_days": found.usual_working_days,
        "chance": found.chance,
        "once_in_years": found.once_in_years,
    }
    return Trouble(silent_key(agency), "silent", detail, agency=agency)


def flooding(agency: str, found: Flood) -> Trouble:
    """An agency that publishes much more than its past explains."""
    return Trouble(flood_key(agency), "flood", asdict(found), agency=agency)


def room_needed(total: int) -> int:
    """Bytes that must be free on a disk of that size."""
    return int(min(max(ROOM, ROOM_SHARE * total), ROOM_MOST, ROOM_SHARE_MOST * total))


def is_nearly_full(free: int, total: int, *, was: bool) -> bool:
    """Whether too little is free; where that `was` so, more than a little has to be freed."""
    return free < room_needed(total) * (ENOUGH if was else 1)


def listing_key(agency: str, lang: str) -> str:
    """The key of a listing that is not read."""
    return f"listing {agency}/{lang}"


def silent_key(agency: str) -> str:
    """The key of an agency that says nothing."""
    return f"silent {agency}"


def flood_key(agency: str) -> str:
    """The key of an agency that publishes much more than usual."""
    return f"flood {agency}"


def fields_key(name: str, agency: str | None = None, lang: str | None = None) -> str:
    """The key of a field that the items of a listing lack, or, without one, those of most listings."""
    return f"fields {agency}/{lang} {name}" if agency is not None else f"fields {name}"


def delivery_key(address_key: str) -> str:
    """The key of an address that takes no messages."""
    return f"delivery {address_key}"


def _explanations(trouble: Trouble) -> tuple[str, ...]:
    """The keys of what would explain a trouble, where it is one too."""
    if trouble.kind == "listing":
        alone = trouble.agency is not None and trouble.lang is not None
        return ("portal", *(groups_with((trouble.agency or "", trouble.lang or "")) if alone else ()))
    if trouble.kind == "fields" and trouble.agency is not None:
        return (fields_key(trouble.detail["field"]),)
    return ()


def _together(failing: Mapping[Key, Failing], courses: Courses, followed: Collection[Key]) -> State:
    """The listings that fail together: all of an agency, most of a language."""
    holding, well, brewing = [], {}, set()
    for group in groups_of(followed):
        fared = {key: courses.listings.get(key, Course()) for key in group.members}
        long = [failing[key] for key in group.members if key in failing]
        still = sum(course.failing is not None for course in fared.values())
        if group.fails(len(long)):
            holding.append(_of_group(group, long))
        elif group.fails(still):
            brewing.add(group.key)
        since = [course.well_since for course in fared.values() if course.well_since is not None]
        if group.is_well(still) and since:
            well[group.key] = max(since)
    return State(holding, well, brewing)


def _of_group(group: Group, failing: Sequence[Failing]) -> Trouble:
    earliest = min(failing, key=lambda one: one.since)
    detail = {**_failure(earliest), "listings": len(failing)}
    return Trouble(group.key, "listing", detail, agency=group.agency, lang=group.lang)


def _of_listing(key: Key, failing: Failing, courses: Courses) -> Trouble:
    detail = {**_failure(failing), "success_at": courses.listings[key].success_at}
    return Trouble(listing_key(*key), "listing", detail, agency=key[0], lang=key[1])


def _of_portal(failing: Failing, base_url: str, *, listings: int) -> Trouble:
    return Trouble("portal", "portal", {"base_url": base_url, **_failure(failing), "listings": listings})


def _failure(failing: Failing) -> dict[str, Any]:
    return {"outcome": failing.outcome, "reason": failing.reason, "since": failing.since}


def _alike(failing: Sequence[Failing], *, of: int) -> list[Failing]:
    """Those that fail by the outcome that most listings fail by; none where they are not most of all."""
    common = Counter(one.outcome for one in failing).most_common(1)
    if not common or not are_most(common[0][1], of=of):
        return []
    return [one for one in failing if one.outcome == common[0][0]]

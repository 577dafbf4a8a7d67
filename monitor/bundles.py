"""Decides which deliveries to a person become one message, and when. Pure: reads nothing, sends nothing.

Programs are told of each change by itself and have no part in this. What waits for one person is first *joined*
(copies of one release), then *held* as its rule asks (digest, quiet hours), then *listed* where it would be too many.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.joining import folded, joined, reason
from monitor.patience import Group, Patience
from monitor.terms import Terms
from monitor.waiting import Bundle, Form, Lately, Plan, Told, Waiting


def plan(waiting: Sequence[Waiting], lately: Lately, terms: Terms, *, now: datetime) -> Plan:
    """What to tell one person by now, of all that waits for them; a moment that lies ahead of `now` counts as now."""
    in_order = sorted((_not_ahead(each, now) for each in waiting), key=lambda each: each.id)
    told_with: dict[int, Told] = folded(in_order, lately.told, terms.confirm)
    patience = Patience(terms, now)
    groups = [
        patience.group(members)
        for members in joined([each for each in in_order if each.id not in told_with], terms.confirm)
    ]
    ready, again = _ready(groups, lately, terms.grace, now)
    return Plan(
        ready=tuple(sorted(ready, key=lambda bundle: bundle.deliveries[0])),
        folded={each: reason(told) for each, told in told_with.items()},
        told_with={each: told.message_id for each, told in told_with.items()},
        again_at=min(again, default=None),
    )


def _not_ahead(each: Waiting, now: datetime) -> Waiting:
    return replace(each, at=now) if each.at > now else each


def _ready(
    groups: Sequence[Group], lately: Lately, grace: timedelta, now: datetime
) -> tuple[list[Bundle], list[datetime]]:
    """The bundles that are told now, and the moments at which others will be."""
    listed = [group for group in groups if group.listed]
    late = [group for group in groups if group.late and not group.listed]
    single = [group for group in groups if not (group.late or group.listed)]
    again = [group.due for group in listed + late if group.due > now]
    digest = [group for group in listed if group.due <= now]

    due = [group for group in late if group.due <= now]
    if due and (gathered := min(group.first.at for group in due) + grace) > now:
        again.append(gathered)
        due = []

    # What waits for another copy goes ahead of what is told of its release now, and not behind it.
    now_told = {group.first.release_id for group in single if group.joined <= now}
    one_by_one = []
    for group in single:
        if group.due <= now and group.first.release_id in now_told:
            one_by_one.append(group)
        else:
            again.append(group.joined)
    bundles, free_at = _within_burst(one_by_one, lately, now)
    again += [] if free_at is None else [free_at]
    return [*_list("digest", digest), *_list("late", due), *bundles], again


def _within_burst(
    groups: Sequence[Group], lately: Lately, now: datetime
) -> tuple[list[Bundle], datetime | None]:
    """Each by itself, or all as one list where they would be too many, or when a list may follow the last one."""
    if not groups:
        return [], None
    burst = min((group.burst for group in groups), key=lambda burst: burst.more_than)
    last = max((moment for moment in lately.lists if moment <= now), default=None)
    free_at = None if last is None else last + burst.within
    if free_at is not None and now < free_at:
        return [], free_at
    recent = sum(now - burst.within < moment <= now for moment in lately.messages)
    if recent + len(groups) > burst.more_than:
        # Even of one, which reads as any other: it begins the time in which the next ones gather.
        return [Bundle("burst", _ids(groups))], None
    held = [group for group in groups if free_at is not None and group.joined < free_at]
    if len(held) < 2:
        return [Bundle("release", _ids([group])) for group in groups], None
    others = [group for group in groups if free_at is None or group.joined >= free_at]
    return [Bundle("burst", _ids(held)), *(Bundle("release", _ids([group])) for group in others)], None


def _list(form: Form, groups: Sequence[Group]) -> Iterator[Bundle]:
    if groups:
        yield Bundle(form if len(groups) > 1 else "release", _ids(groups))


def _ids(groups: Sequence[Group]) -> tuple[int, ...]:
    return tuple(sorted(member.id for group in groups for member in group.members))

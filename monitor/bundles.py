"""Decides which deliveries to a person become one message, and when. Pure: reads nothing, sends nothing.

Programs are told of each change by itself and have no part in this. What waits for one person is first *joined*
(copies of one release), then *held* as its rule asks (digest, quiet hours), then *listed* where it would be too many.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.changes import WEIGHTS, Kind, Weight
from monitor.config import Alert, Burst
from monitor.digests import Digest
from monitor.quiet import Quiet
from monitor.remarks import moment

Form = Literal["release", "digest", "burst", "late"]
"""One release, in one or several of its copies; or a list, and why it is one."""

_TAKEN_AWAY: frozenset[Kind] = frozenset({"edited", "moved", "removed"})
"""After these another copy is expected to follow only where there is one."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One delivery to a person that is in no message yet."""

    id: int
    """Of the delivery; rises as the journal does."""
    at: datetime
    """When it was noticed, and so owed."""
    rules: tuple[str, ...]
    """Names of the rules because of which it is owed."""
    kind: Kind
    weight: Weight
    """Both as they are to this reader."""
    classes: tuple[str, ...]
    """Of an edit."""
    release_id: int
    lang: str | None
    """None: it concerns the release as a whole."""
    copies: frozenset[str]
    """Languages in which the release is held by now."""
    late: bool
    """It was found by a reading that came after days without one."""


@dataclass(frozen=True, slots=True)
class Told:
    """A release of which this person was told lately."""

    at: datetime
    """When the earliest of the changes that were told together was noticed."""
    kind: Kind
    weight: Weight
    classes: tuple[str, ...]
    release_id: int
    langs: frozenset[str | None]
    """Of the copies that were told, and of those that were folded into it since."""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Lately:
    """What one person was told before."""

    told: Sequence[Told] = ()
    """Of the releases that wait, as far back as `confirm`."""
    messages: Sequence[datetime] = ()
    """When messages were booked that no digest asked for, within the longest `burst.within`."""
    lists: Sequence[datetime] = ()
    """When lists were booked that stand for a burst, within twice that time."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Deliveries that become one message; a list that is too long for one is parted later."""

    form: Form
    deliveries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of all that waits for one person."""

    ready: tuple[Bundle, ...] = ()
    """In the order in which to send them."""
    folded: Mapping[int, str] = field(default_factory=dict)
    """By delivery: why it is not told."""
    told_with: Mapping[int, str] = field(default_factory=dict)
    """Of each that is folded: the id of the message that told of it."""
    again_at: datetime | None = None
    """When more will be ready, if nothing happens before; None: nothing waits."""


@dataclass(slots=True)
class _Group:
    """Copies of one release that are told together."""

    members: list[Waiting]
    due: datetime
    """When it may be told, whatever copy is still to come."""
    joined: datetime
    """When no other copy is waited for any more; `due` at the earliest."""
    listed: bool
    """In a digest."""
    burst: Burst

    @property
    def first(self) -> Waiting:
        return self.members[0]

    @property
    def late(self) -> bool:
        return any(member.late for member in self.members)


def plan(
    waiting: Sequence[Waiting],
    lately: Lately,
    rules: Mapping[str, Alert],
    *,
    zone: str,
    confirm: timedelta,
    grace: timedelta,
    now: datetime,
) -> Plan:
    """What to tell one person by now, of all that waits for them.

    `rules`: by name, as they are configured now; a name that is not among them asks for nothing. Within `confirm`
    copies of a release belong together, `grace` is how long the copy in the reader's language is waited for. A
    moment that lies ahead of `now` counts as now.
    """
    in_order = sorted((_not_ahead(each, now) for each in waiting), key=lambda each: each.id)
    told_with: dict[int, Told] = _folded(in_order, lately.told, confirm)
    patience = _Patience(rules, zone, grace, now)
    groups = [
        patience.group(members)
        for members in _joined([each for each in in_order if each.id not in told_with], confirm)
    ]
    ready, again = _ready(groups, lately, grace, now)
    return Plan(
        ready=tuple(sorted(ready, key=lambda bundle: bundle.deliveries[0])),
        folded={each: _reason(told) for each, told in told_with.items()},
        told_with={each: told.message_id for each, told in told_with.items()},
        again_at=min(again, default=None),
    )


def _not_ahead(each: Waiting, now: datetime) -> Waiting:
    return replace(each, at=now) if each.at > now else each


def _folded(waiting: Sequence[Waiting], told: Sequence[Told], confirm: timedelta) -> dict[int, Told]:
    """Those that only say in another language what was told; each telling covers a language once."""
    lately: dict[tuple[int, Kind], list[tuple[Told, set[str | None]]]] = defaultdict(list)
    for before in sorted(told, key=lambda before: before.at):
        lately[before.release_id, before.kind].append((before, set(before.langs)))
    folded = {}
    for each in waiting:
        for before, langs in lately.get((each.release_id, each.kind), ()):
            if _adds_nothing(each, before, langs, confirm):
                langs.add(each.lang)
                folded[each.id] = before
                break
    return folded


def _adds_nothing(each: Waiting, told: Told, langs: set[str | None], confirm: timedelta) -> bool:
    return (
        abs(each.at - told.at) <= confirm
        and each.lang is not None
        and not langs & {None, each.lang}
        and WEIGHTS.index(each.weight) <= WEIGHTS.index(told.weight)
        and set(each.classes) <= set(told.classes)
    )


def _reason(told: Told) -> str:
    copies = ", ".join(sorted(lang for lang in told.langs if lang))
    return f"told of this release ({copies}) because of what was noticed at {moment(told.at.isoformat())}"


def _joined(waiting: Sequence[Waiting], confirm: timedelta) -> list[list[Waiting]]:
    """Changes of one release with the same kind, within `confirm` of the first, in different languages."""
    groups: list[list[Waiting]] = []
    latest: dict[tuple[int, Kind], list[Waiting]] = {}
    for each in waiting:
        group = latest.get((each.release_id, each.kind))
        if (
            group is None
            or abs(each.at - group[0].at) > confirm
            or {None, each.lang} & {other.lang for other in group}
            or each.lang is None
        ):
            group = latest[each.release_id, each.kind] = []
            groups.append(group)
        group.append(each)
    return groups


def _ready(
    groups: Sequence[_Group], lately: Lately, grace: timedelta, now: datetime
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
        if group.joined <= now or (group.due <= now and group.first.release_id in now_told):
            one_by_one.append(group)
        else:
            again.append(group.joined)
    bundles, free_at = _within_burst(one_by_one, lately, now)
    again += [] if free_at is None else [free_at]
    return [*_list("digest", digest), *_list("late", due), *bundles], again


def _within_burst(
    groups: Sequence[_Group], lately: Lately, now: datetime
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


def _list(form: Form, groups: Sequence[_Group]) -> Iterator[Bundle]:
    if groups:
        yield Bundle(form if len(groups) > 1 else "release", _ids(groups))


def _ids(groups: Sequence[_Group]) -> tuple[int, ...]:
    return tuple(sorted(member.id for group in groups for member in group.members))


class _Patience:
    """How long each rule lets a delivery wait; what many of them ask of it is reckoned once."""

    def __init__(self, rules: Mapping[str, Alert], zone: str, grace: timedelta, now: datetime) -> None:
        self._rules = rules
        self._zone = zone
        self._grace = grace
        self._now = now
        self._digests = {name: rule.digest_read for name, rule in rules.items()}
        self._windows = {name: rule.quiet_window(zone) for name, rule in rules.items()}
        self._slots: dict[tuple[Digest, datetime], datetime] = {}
        self._quiet: dict[tuple[Quiet, datetime], datetime | None] = {}

    def group(self, members: list[Waiting]) -> _Group:
        """What is told together, as the least patient rule of any of them wants it."""
        due, listed, name = min(self._least(member) for member in members)
        rule = self._rules.get(name)
        joined = due
        if rule is not None and _waits_for_copy(rule, members):
            joined = max(due, members[0].at + self._grace)
        return _Group(members, due, joined, listed, rule.burst if rule else Burst())

    def _least(self, each: Waiting) -> tuple[datetime, bool, str]:
        """When it may be told, whether in a digest, and the rule that says so."""
        named = [name for name in each.rules if name in self._rules]
        asked = [(self._due(each, name), self._digests[name] is not None) for name in named]
        if not asked:
            return each.at, False, ""
        due, listed = min(asked)
        return due, listed, named[asked.index((due, listed))]

    def _due(self, each: Waiting, name: str) -> datetime:
        digest, window = self._digests[name], self._windows[name]
        due = each.at if digest is None else self._slot(digest, each.at)
        if window is None or each.weight == "major":
            return due
        return self._loud(window, max(due, self._now)) or due

    def _slot(self, digest: Digest, at: datetime) -> datetime:
        minute = at.replace(second=0, microsecond=0)  # digests begin with a minute
        if (digest, minute) not in self._slots:
            self._slots[digest, minute] = digest.after(minute, self._zone)
        return self._slots[digest, minute]

    def _loud(self, window: Quiet, moment: datetime) -> datetime | None:
        if (window, moment) not in self._quiet:
            self._quiet[window, moment] = window.until(moment)
        return self._quiet[window, moment]


def _waits_for_copy(rule: Alert, members: Sequence[Waiting]) -> bool:
    """Whether the copy in the reader's language is still to be expected."""
    first, langs = members[0], {member.lang for member in members}
    if langs & {None, rule.lang} or (rule.languages and rule.lang not in rule.languages):
        return False
    held = any(rule.lang in member.copies for member in members)
    return held if first.kind in _TAKEN_AWAY else not held

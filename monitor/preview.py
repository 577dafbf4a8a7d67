"""Plays over what people are sent because of changes, with a clock that goes from moment to moment. Pure.

The moments are those at which something could be sent: a change is noticed, a copy comes in, a slot or a window ends.
What is sent is what `bundles.plan` says, as if the daemon ran all the time and every message was taken at once. So it
tells what a rule would have sent in the past, and when what waits now will go out.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.bundles import plan
from monitor.changes import WEIGHTS
from monitor.config import Alert
from monitor.masses import WITHIN
from monitor.terms import Terms
from monitor.waiting import Form, Lately, Told, Waiting

_NOTHING = Lately()
_STEP = timedelta(seconds=1)
"""The least that the clock goes on, whatever the plan says."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A change that the rule would have told, as it is to the reader."""

    waiting: Waiting
    copies: tuple[tuple[str, datetime], ...] = ()
    """Languages of the release, and since when each copy is held."""
    mass: str | None = None
    """The mark of the mass of which it is one: of that a person hears once."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that would have been sent."""

    at: datetime
    form: Form
    deliveries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """What would have become of all that was seen."""

    messages: tuple[Sent, ...]
    folded: Mapping[int, str]
    """Why a change would have been told with no message of its own, by the id of what waited."""
    held: tuple[int, ...]
    """What would still wait at the end."""


def play(
    seen: Sequence[Seen],
    terms: Terms,
    *,
    until: datetime,
    lately: Lately = _NOTHING,
    begin: datetime | None = None,
) -> Played:
    """What one person is sent until then because of `seen`, in any order.

    `terms` hold the rules because of which it is owed. `lately` is what this person was told before, `begin` when
    the clock starts; None: when the first change was noticed.
    """
    coming = deque(sorted(seen, key=lambda one: (one.waiting.at, one.waiting.id)))
    waiting: dict[int, Seen] = {}
    folded: dict[int, str] = {}
    masses: dict[str, datetime] = {}
    messages: list[Sent] = []
    told = list(lately.told)
    singles, lists = deque(sorted(lately.messages)), deque(sorted(lately.lists))
    within = terms.longest_burst

    def come_in(one: Seen) -> None:
        if _has_heard(masses, one):
            folded[one.waiting.id] = "one of a mass of which this address would have been told already"
        else:
            waiting[one.waiting.id] = one

    now = begin if begin is not None else coming[0].waiting.at if coming else None
    while now is not None and now <= until:
        while coming and coming[0].waiting.at <= now:
            come_in(coming.popleft())
        told = [each for each in told if each.at >= now - terms.confirm]
        _forget(singles, now - within)
        _forget(lists, now - 2 * within)
        planned = plan(
            [_as_of(one, now) for one in waiting.values()],
            Lately(told=told, messages=tuple(singles), lists=tuple(lists)),
            terms,
            now=now,
        )
        for bundle in planned.ready:
            messages.append(Sent(now, bundle.form, bundle.deliveries))
            told += _told([waiting.pop(each).waiting for each in bundle.deliveries])
            if bundle.form != "digest":
                singles.append(now)
            if bundle.form == "burst":
                lists.append(now)
        for each, reason in planned.folded.items():
            folded[each] = reason
            del waiting[each]
        now = _next(coming, waiting, planned.again_at, terms.rules, now=now)
    for one in coming:  # what waits for a slot that lies beyond the end
        come_in(one)
    return Played(tuple(messages), folded, tuple(waiting))


def _next(
    coming: Sequence[Seen],
    waiting: Mapping[int, Seen],
    again_at: datetime | None,
    rules: Mapping[str, Alert],
    *,
    now: datetime,
) -> datetime | None:
    """The next moment at which something may be sent; None: nothing is to come."""
    moments = [] if again_at is None else [max(again_at, now + _STEP)]
    if waiting and moments and all(rule.digest and not rule.quiet for rule in rules.values()):
        return moments[0]  # what comes in before the slot waits for it, or for a later one
    if coming:
        moments.append(coming[0].waiting.at)
    moments += [since for one in waiting.values() for _, since in one.copies if since > now]
    return min(moments, default=None)


def _forget(moments: deque[datetime], before: datetime) -> None:
    while moments and moments[0] <= before:
        moments.popleft()


def _as_of(one: Seen, now: datetime) -> Waiting:
    if not one.copies:
        return one.waiting
    return replace(one.waiting, copies=frozenset(lang for lang, since in one.copies if since <= now))


def _has_heard(masses: dict[str, datetime], one: Seen) -> bool:
    """Whether the mass was told of within the time for which one message is enough; if not, it is now."""
    if one.mass is None:
        return False
    before = masses.get(one.mass)
    if before is not None and one.waiting.at - before < WITHIN:
        return True
    masses[one.mass] = one.waiting.at
    return False


def _told(bundle: Sequence[Waiting]) -> list[Told]:
    """Of which releases a message tells, and of what of each."""
    gathered: dict[tuple[int, str], list[Waiting]] = {}
    for each in bundle:
        gathered.setdefault((each.release_id, each.kind), []).append(each)
    return [
        Told(
            at=min(each.at for each in of_one),
            kind=of_one[0].kind,
            weight=max((each.weight for each in of_one), key=WEIGHTS.index),
            classes=tuple(dict.fromkeys(name for each in of_one for name in each.classes)),
            release_id=of_one[0].release_id,
            langs=frozenset(each.lang for each in of_one),
        )
        for of_one in gathered.values()
    ]

"""Says until when what waits for a person is held, what for, and whether for too long. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.bundles import plan
from monitor.config import Alert
from monitor.preview import Seen, play
from monitor.waiting import Lately, Waiting

_FAR = timedelta(days=32)
"""Longer than any slot or window is away."""


@dataclass(frozen=True, slots=True)
class Held:
    """What becomes of one delivery that is in no message yet, if nothing else happens."""

    until: datetime | None
    """When it goes out; None: it never does by itself, because it is told already."""
    why: str
    """What it waits for, as a piece of a sentence; empty where it may go at once."""


def held(
    waiting: Sequence[Waiting],
    lately: Lately,
    rules: Mapping[str, Alert],
    *,
    read: Collection[str],
    zone: str,
    confirm: timedelta,
    grace: timedelta,
    now: datetime,
) -> dict[int, Held]:
    """Of all that waits for one person, by delivery. The arguments are those of `bundles.plan`."""
    seen = [Seen(replace(each, at=min(each.at, now))) for each in waiting]
    played = play(
        seen,
        rules,
        read=read,
        zone=zone,
        confirm=confirm,
        grace=grace,
        until=now + _FAR,
        lately=lately,
        begin=now,
    )
    by_id = {each.id: each for each in waiting}
    found = {delivery: Held(None, reason) for delivery, reason in played.folded.items()}
    for message in played.messages:
        for delivery in message.deliveries:
            why = "" if message.at <= now else _why(by_id[delivery], rules, message.at, zone, grace, now)
            found[delivery] = Held(message.at, why)
    return found


def is_overdue(
    each: Waiting,
    rules: Mapping[str, Alert],
    *,
    zone: str,
    confirm: timedelta,
    grace: timedelta,
    now: datetime,
) -> bool:
    """Whether a delivery should have been put into a message by now, whatever else waits or was told lately."""
    # Copies are waited for so long at most, and so long what would be too many at once gathers.
    longest = grace + max(rule.burst.within for rule in rules.values())
    if each.at > now - longest:
        return False
    alone = replace(each, lang=None, late=False)
    then = now - longest
    planned = plan([alone], Lately(), rules, read=(), zone=zone, confirm=confirm, grace=grace, now=then)
    return planned.again_at is None


def _why(
    each: Waiting, rules: Mapping[str, Alert], goes: datetime, zone: str, grace: timedelta, now: datetime
) -> str:
    named = [rules[name] for name in each.rules if name in rules]
    if named and all(rule.digest for rule in named):
        return f"for its digest ({', '.join(dict.fromkeys(rule.digest for rule in named if rule.digest))})"
    windows = [window for rule in named if (window := rule.quiet_window(zone)) and window.until(now)]
    if windows and each.weight != "major":
        return f"for the end of the quiet hours ({', '.join(rule.quiet for rule in named if rule.quiet)})"
    if goes <= each.at + grace:
        return "for further copies of the release, which would be told with it"
    return "because there were too many at once: it goes out in a list"

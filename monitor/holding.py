"""Says until when what waits for a person is held, what for, and whether for too long. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.bundles import plan
from monitor.preview import Seen, play
from monitor.terms import Terms
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
    terms: Terms,
    *,
    now: datetime,
) -> dict[int, Held]:
    """Of all that waits for one person, by delivery. The arguments are those of `bundles.plan`."""
    seen = [Seen(replace(each, at=min(each.at, now))) for each in waiting]
    played = play(seen, terms, until=now + _FAR, lately=lately, begin=now)
    by_id = {each.id: each for each in waiting}
    found = {delivery: Held(None, reason) for delivery, reason in played.folded.items()}
    for message in played.messages:
        for delivery in message.deliveries:
            why = "" if message.at <= now else _why(by_id[delivery], terms, message.at, now)
            found[delivery] = Held(message.at, why)
    return found


def is_overdue(each: Waiting, terms: Terms, *, now: datetime) -> bool:
    """Whether a delivery should have been put into a message by now, whatever else waits or was told lately."""
    # Copies are waited for so long at most, and so long what would be too many at once gathers.
    longest = terms.grace + terms.longest_burst
    if each.at > now - longest:
        return False
    alone = replace(each, lang=None, late=False)
    return plan([alone], Lately(), terms, now=now - longest).again_at is None


def _why(each: Waiting, terms: Terms, goes: datetime, now: datetime) -> str:
    named = [terms.rules[name] for name in each.rules if name in terms.rules]
    if named and all(rule.digest for rule in named):
        return f"for its digest ({', '.join(dict.fromkeys(rule.digest for rule in named if rule.digest))})"
    windows = [window for rule in named if (window := rule.quiet_window(terms.zone)) and window.until(now)]
    if windows and each.weight != "major":
        return f"for the end of the quiet hours ({', '.join(rule.quiet for rule in named if rule.quiet)})"
    if goes <= each.at + terms.grace:
        return "for further copies of the release, which would be told with it"
    return "because there were too many at once: it goes out in a list"

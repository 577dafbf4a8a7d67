"""Decides when a trouble that lasts is mentioned: as it begins, now and then, and as it ends. No clock of its own.

It is mentioned again after an hour, then after two, and so on, at least once a day.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.sentences import span

FIRST = timedelta(hours=1)
LONGEST = timedelta(days=1)
MOST = 1000
"""Troubles that are remembered; each has a name, and there are few names."""
MOST_FORMS = 20
"""Of one trouble that are mentioned as they come: an error that names a new number each time must not be news."""


@dataclass(slots=True)
class _Trouble:
    since: datetime
    said_at: datetime
    noted_at: datetime
    rest: timedelta = FIRST
    times: int = 1
    forms: set[str] = field(default_factory=set)


class Mentions:
    """The troubles that last, each by a name; forgotten with whoever holds it."""

    def __init__(self, *, fades: timedelta | None = None) -> None:
        """`fades`: after so long without a note a trouble is over, where nobody can say that it is."""
        self._fades = fades
        self._troubles: dict[Hashable, _Trouble] = {}

    def note(self, name: Hashable, what: str, *, now: datetime) -> str | None:
        """It is so now; `what` is how it shows, and another form of it is news.

        None: it was mentioned lately. Else it is to be said, and this behind it: nothing at the beginning, later for
        how long it has been so.
        """
        trouble = self._troubles.get(name)
        if trouble is not None and self._fades is not None and now - trouble.noted_at > self._fades:
            del self._troubles[name]
            trouble = None
        if trouble is None:
            if len(self._troubles) >= MOST:
                del self._troubles[next(iter(self._troubles))]
            self._troubles[name] = _Trouble(now, now, now, forms={what})
            return ""
        trouble.times += 1
        trouble.noted_at = now
        if now < trouble.said_at:  # the clock was put back
            trouble.since = trouble.said_at = now
        is_new = what not in trouble.forms and len(trouble.forms) < MOST_FORMS
        if is_new:
            trouble.forms.add(what)
        elif now - trouble.said_at < trouble.rest:
            return None
        else:
            trouble.rest = min(2 * trouble.rest, LONGEST)
        trouble.said_at = now
        return f" It has been so for {span(now - trouble.since)} ({trouble.times} times)."

    def lasts(self, name: Hashable) -> bool:
        """Whether it was so when it was last heard of."""
        return name in self._troubles

    def over(self, name: Hashable, *, now: datetime) -> timedelta | None:
        """It is not so any more: how long it lasted; None where nothing was mentioned."""
        trouble = self._troubles.pop(name, None)
        return None if trouble is None else max(now - trouble.since, timedelta())

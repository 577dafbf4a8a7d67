"""Remembers since when something has been so at every look; forgets it with the process. No clock of its own."""

from collections.abc import Callable, Hashable
from datetime import datetime


class Lasting:
    """What is so, each by a name."""

    def __init__(self) -> None:
        self._since: dict[Hashable, datetime] = {}

    def note(self, name: Hashable, *, holds: bool, now: datetime) -> datetime | None:
        """Since when it has been so; None: it is not so."""
        if holds:
            return self._since.setdefault(name, now)
        self._since.pop(name, None)
        return None

    def keep_only(self, wanted: Callable[[Hashable], bool]) -> None:
        """Forgets all that is not wanted."""
        self._since = {name: since for name, since in self._since.items() if wanted(name)}

    def clear(self) -> None:
        """Forgets all: nobody looked for a while."""
        self._since.clear()

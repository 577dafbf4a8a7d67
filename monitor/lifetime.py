"""What a daemon knows for as long as its process lives, whatever configuration is read anew meanwhile."""

from dataclasses import dataclass, field
from datetime import datetime

from monitor.mentions import Mentions


@dataclass(slots=True)
class Lifetime:
    """Of one process; handed from one life to the next, so that nothing is done or said as if it had just begun."""

    since: datetime
    is_looked_through: bool = False
    """Whether the whole file of the database was gone through."""
    _mentions: dict[str, Mentions] = field(default_factory=dict)

    def mentions(self, room: str) -> Mentions:
        """The troubles that last in that room."""
        return self._mentions.setdefault(room, Mentions())

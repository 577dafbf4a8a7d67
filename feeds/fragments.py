"""Keeps entries as they were rendered, within a bound in bytes, for every feed that shows them."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from feeds.documents import Fragment
from feeds.entries import Deleted

ROOM = 24 * 1024 * 1024
"""Bytes; some four thousand entries."""
_KEPT_BESIDE = 700
"""Bytes that a short fragment weighs besides its own: key, dates and the objects around them."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """An entry in a format, and what the feed around it says of it."""

    fragment: Fragment
    updated: datetime
    deleted: tuple[Deleted, ...] = ()


class Fragments:
    """Rendered entries by whatever they depend on; several threads may use it."""

    def __init__(self, *, room: int = ROOM) -> None:
        self._room = room
        self._size = 0
        self._kept: OrderedDict[Hashable, Rendered] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Rendered | None:
        """The entry, if it is kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Hashable, rendered: Rendered) -> None:
        """Keeps the entry; those that were asked for the longest ago give way."""
        with self._lock:
            before = self._kept.pop(key, None)
            self._size += _weight(rendered) - (_weight(before) if before else 0)
            self._kept[key] = rendered
            while self._size > self._room and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._size -= _weight(oldest)


def _weight(rendered: Rendered) -> int:
    return rendered.fragment.size + _KEPT_BESIDE

"""Remembers which entries feeds hold, so that the formats of one search ask the store once."""

from collections import OrderedDict

from monitor.store.database import Database
from monitor.store.selections import Bounds, Selection, Window, archived, feeds_version, newest

ROOM = 64
"""Windows that are kept, of a hundred entries each."""


class Windows:
    """The windows that one connection was asked for last; to be used in the thread of that connection."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[Selection, Bounds | None, int], tuple[int, Window | None]] = (
            OrderedDict()
        )

    def of(self, db: Database, selection: Selection, archive: Bounds | None, *, size: int) -> Window | None:
        """What a feed holds, or one of its archives, as the transaction of `db` sees it; None: no such archive.

        Raises StoreError where the database cannot be read.
        """
        asked, version = (selection, archive, size), feeds_version(db)
        held = self._held.get(asked)
        if held is None or held[0] != version:
            before = held[1] if held is not None else None
            held = (version, window_of(db, selection, archive, size=size, before=before))
            self._held[asked] = held
        self._held.move_to_end(asked)
        if len(self._held) > ROOM:
            self._held.popitem(last=False)
        return held[1]


def window_of(
    db: Database, selection: Selection, archive: Bounds | None, *, size: int, before: Window | None = None
) -> Window | None:
    """The same, read from the store; `before` is what it was earlier."""
    if archive is None:
        return newest(db, selection, size=size, before=before)
    return archived(db, selection, archive, size=size)

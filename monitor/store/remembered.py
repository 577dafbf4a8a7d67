"""What is remembered of a database between two searches, by the connection that they are asked of."""

import logging
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from monitor.store.vocabulary import Vocabulary
from monitor.store.zones import Zone, read_zones
from monitor.words.entries import Part
from monitor.words.spread import Spread, spread

_log = logging.getLogger(__name__)


class Known:
    """What is remembered of a database between two searches: its words, and where which dates are."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._state: tuple[int, int] | None = None
        self._vocabulary = Vocabulary(db)
        self._spreads: dict[Part, Spread] = {}
        self._zones: dict[int, Zone] = {}
        self._are_zones_fresh = False

    def refresh(self) -> None:
        """Forgets what a change to the database may have made untrue."""
        [(version,)] = self._db.execute("PRAGMA data_version").fetchall()
        state = (version, self._db.conn.total_changes)
        if state != self._state:
            self._state = state
            self._vocabulary = Vocabulary(self._db)
            self._spreads.clear()
            self._are_zones_fresh = False
        self._vocabulary.open()

    def spread(self, part: Part) -> Spread:
        """Every word of the index that may be this one."""
        if part not in self._spreads:
            self._spreads[part] = spread(part, self._vocabulary)
        return self._spreads[part]

    @property
    def zones(self) -> list[Zone]:
        """Where which dates are; of a database that has grown only the new part is read."""
        if not self._are_zones_fresh:
            last = max(self._zones, default=-1)
            after = self._zones[last].ids[0] if last >= 0 else -1
            self._zones |= read_zones(self._db, after=after)
            self._are_zones_fresh = True
        return list(self._zones.values())


_KNOWN: WeakKeyDictionary[Database, Known] = WeakKeyDictionary()


def known(db: Database) -> Known:
    """What is remembered of it, true as of now."""
    if db not in _KNOWN:
        _KNOWN[db] = Known(db)
    _KNOWN[db].refresh()
    return _KNOWN[db]


def prepare(db: Database) -> None:
    """Has at hand, before the first search, what takes long to read and stays true while the database grows."""
    _log.debug("Searches are prepared: what was published when is known in %d parts.", len(known(db).zones))

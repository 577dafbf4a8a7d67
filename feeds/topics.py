"""Finds out which feeds changed since the hub was told of them, of all that are offered or were asked for."""

import hashlib
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from feeds.formats import FORMATS
from feeds.streams import Refusal, asked_of, offered
from monitor.config import Config
from monitor.store import topics
from monitor.store.database import Database, writing
from monitor.store.selections import Selection, Window, feeds_version, newest

SEARCHES = 500
"""Saved searches that are remembered: those that were asked for last."""
UNASKED = timedelta(days=30)
"""After which a saved search is forgotten."""


def digest_of(window: Window) -> str:
    """Another text once anything that a subscription document shows may have changed."""
    shown = ",".join(f"{entry.key}:{entry.version}" for entry in window.entries)
    return hashlib.blake2b(shown.encode("ascii"), digest_size=16).hexdigest()


class Topics:
    """The feeds that a hub is told of: those that are offered, in every format, and searches somebody asked for."""

    def __init__(self, config: Config) -> None:
        portal = config.portal
        self._size = config.feeds.entries
        self._languages = frozenset({"kk", "ru", "en", *portal.languages})
        self._offered = frozenset(
            stream.address(ending)
            for stream in offered(portal.agencies, portal.languages)
            for ending in FORMATS
        )
        self._offered_at: int | None = None
        self._asked_at: int | None = None
        """The versions of the feeds at the latest look at those that are offered, and at those that are asked for."""
        self._lock = threading.Lock()
        self._asked: dict[str, Window | None] = {}
        """Since the latest look, with what was given first."""

    def asked(self, address: str, window: Window | None) -> None:
        """Somebody was given this feed, and may subscribe to it; to be called from any thread."""
        if address in self._offered:
            return
        with self._lock:
            if len(self._asked) < SEARCHES:
                self._asked.setdefault(address, window)

    def look_at_offered(self, db: Database, *, now: datetime, ending: Callable[[], bool]) -> None:
        """Notes what the feeds hold that are offered, if anything was committed since the latest look.

        Leaves that undone where `ending` says so meanwhile. Raises StoreError, and has noted nothing then.
        """
        # Before the feeds: what is committed in between makes the version old, never what is noted.
        version = feeds_version(db)
        if version == self._offered_at:
            return
        known, found = topics.held(db), self._digests(db, self._offered, ending)
        if ending():
            return
        with writing(db):
            topics.offer(db, self._offered, now=now)
            topics.note(db, _fresh(found, known), asked=(), now=now)
        self._offered_at = version

    def look_at_asked(
        self, db: Database, *, now: datetime, ending: Callable[[], bool], only_new: bool = False
    ) -> None:
        """The same of saved searches, which may take long: they are many, and none is as cheap as what is offered.

        `only_new`: only of those that were asked for since the latest look.
        """
        with self._lock:
            asked = dict(self._asked)
        version = feeds_version(db)
        only_new = only_new or version == self._asked_at
        if only_new and not asked:
            return
        known = {address: noted for address, noted in topics.held(db).items() if address not in self._offered}
        new = asked.keys() - known.keys()
        concerned = new if only_new else known.keys() | new
        found = self._digests(db, concerned, ending)
        if ending():
            return
        with writing(db):
            topics.drop(db, (known.keys() & concerned) - found.keys())
            # What was given comes first: a change that came after it is owed to whoever was given it.
            given = {
                address: digest_of(window)
                for address, window in asked.items()
                if window is not None and address in new & found.keys()
            }
            topics.note(db, given, asked=new, now=now)
            topics.note(db, _fresh(found, known), asked=new, now=now)
            topics.ask(db, asked.keys() & known.keys(), now=now)
            topics.forget(db, keep=SEARCHES, asked_before=now - UNASKED)
        if not only_new:
            self._asked_at = version
        with self._lock:
            for address in asked:
                del self._asked[address]

    def _digests(
        self, db: Database, addresses: Collection[str], ending: Callable[[], bool]
    ) -> dict[str, str]:
        """What each of them holds now; without those that are no feeds any longer."""
        read: dict[Selection, str] = {}
        found = {}
        for address in addresses:
            path, _, query = address.partition("?")
            meant = asked_of(path, query, languages=self._languages)
            if isinstance(meant, Refusal) or meant.archive or ending():
                continue  # an archive is news to nobody
            selection = meant.stream.selection
            if selection not in read:
                read[selection] = digest_of(newest(db, selection, size=self._size))
            found[address] = read[selection]
        return found


def _fresh(found: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    return {address: digest for address, digest in found.items() if known.get(address) != digest}

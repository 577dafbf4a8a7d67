"""Notices which of its forms the portal uses in each listing, and says once which fields nobody knows.

What was noticed stays in memory, so that a page that tells nothing new costs no question to the database.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from crawler.records import Misfit, Sighting
from monitor.store.database import Database
from monitor.store.noticed import MOST, forms_noticed, note_forms

log = logging.getLogger("jarshy.watch")

Key = tuple[str, str, str]
"""Agency, language and route."""


class Noticed:
    """The forms met in each listing, by each route."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[Key, set[str]] = {}

    def note(
        self, forms: Sequence[str], records: Sequence[Sighting | Misfit], *, key: Key, now: datetime
    ) -> tuple[str, ...]:
        """Writes down those met for the first time, inside the caller's transaction; which they are."""
        if not forms:
            return ()
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = forms_noticed(self._db, *key)
        if known.issuperset(forms):
            return ()
        fresh = tuple(form for form in forms if form not in known)[: max(0, MOST - len(known))]
        agency, lang, route = key
        note_forms(self._db, fresh, records, agency=agency, lang=lang, route=route, now=now)
        return fresh

    def committed(self, fresh: Sequence[str], *, key: Key) -> None:
        """What `note` wrote stays written: it is remembered, and unknown fields are said."""
        if not fresh:
            return
        known = self._known[key]
        known.update(fresh)
        fields = [form.removeprefix("key:") for form in fresh if form.startswith("key:")]
        if fields:
            agency, lang, _ = key
            log.warning(
                "%s/%s: the portal's items have fields that Jarshy does not know: %s. They are kept "
                "with the items; `jarshy status --json` shows what they hold.",
                agency,
                lang,
                ", ".join(fields),
            )

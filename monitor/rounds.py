"""Goes round the agencies, a few at each look: which are silent, and which items lack what they used to carry.

What is a silence is decided in `silence`, what a field that is lacking in `field_shares`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from crawler.directory import lineage
from monitor.config import Config
from monitor.failing import Course, Courses, Key
from monitor.field_shares import FEWEST, PAST_NEEDED, Drop, Item, drops, is_back, is_usual
from monitor.health import State, Trouble, fields, fields_key, silent, silent_key
from monitor.lasting import Lasting
from monitor.silence import PAST, silence
from monitor.store import symptoms
from monitor.store.database import Database
from monitor.troubles import HealthEvent

LENGTH = timedelta(hours=1)
"""Of a round: in that time every agency is looked at once."""
LACKING = LENGTH + timedelta(minutes=10)
"""How long items must lack something: by then all were looked at, and what they lack together is told once."""
TOLD_FROM = 9
"""The hour of the day, in the zone of the configuration, from which a silence is told. It is found when a working day
is over, which is at midnight."""
DATED_BACK = timedelta(days=30)
"""A release that is dated back by less is, when it is first seen, a sign of life."""


class Rounds:
    """Remembers of each agency what was found when it was looked at last."""

    def __init__(self, db: Database, config: Config) -> None:
        self._db = db
        self._agencies = config.portal.agencies
        self._langs = config.portal.languages
        self._zone = ZoneInfo(config.schedule.zone)
        self._fresh = 2 * config.schedule.longest + LENGTH
        self._turn = 0
        self._silent: dict[str, Trouble] = {}
        self._dropped: dict[Key, list[Drop]] = {}
        """Of the listings that have shown enough items to be compared with their past."""
        self._have_back: dict[str, set[Key]] = {}
        """By the key of a field that most listings lacked, those that have it again."""
        self._lasting = Lasting()
        self._not_before: datetime | None = None

    def start_anew(self, now: datetime) -> None:
        """Nobody looked for a while, or the clock is another: a silence counts from here."""
        self._lasting.clear()
        self._not_before = now

    def look(
        self, courses: Courses, open_: Sequence[HealthEvent], *, every: timedelta, now: datetime
    ) -> State:
        """Looks at the agencies whose turn it is; how all are. `every`: the time between two looks."""
        well: dict[str, datetime] = {}
        for _ in range(ceil(len(self._agencies) * (every / LENGTH))):
            agency = self._agencies[self._turn % len(self._agencies)]
            self._turn += 1
            self._look_at_silence(agency, courses, well, now)
            for lang, since in symptoms.listings_read_whole(self._db, agency).items():
                if lang in self._langs:
                    self._look_at_fields((agency, lang), since, open_, well, now)
        is_day = now.astimezone(self._zone).hour >= TOLD_FROM
        return State(list(self._silent.values()) if is_day else (), well) | self._lacking(now)

    def _look_at_silence(
        self, agency: str, courses: Courses, well: dict[str, datetime], now: datetime
    ) -> None:
        self._silent.pop(agency, None)
        watched_since = self._watched_since(agency, courses, now)
        if watched_since is None:
            return
        line = lineage(agency)
        published = symptoms.published_hours(self._db, line, since=now - 2 * PAST, now=now)
        if not published:
            return
        seen_at = symptoms.last_first_seen(self._db, line, dated_after=now - DATED_BACK)
        signs = [*published, *([seen_at] if seen_at is not None else [])]
        found = silence(
            [moment.astimezone(self._zone).date() for moment in signs],
            watched_since=watched_since.astimezone(self._zone).date(),
            today=now.astimezone(self._zone).date(),
        )
        if found is not None:
            self._silent[agency] = silent(agency, found, last_at=published[-1])
        else:
            well[silent_key(agency)] = max(signs)

    def _watched_since(self, agency: str, courses: Courses, now: datetime) -> datetime | None:
        """Since when every listing of an agency is known and read; None: one is not, and nobody can tell."""
        read_whole = symptoms.listings_read_whole(self._db, agency)
        for lang in self._langs:
            course = courses.listings.get((agency, lang), Course())
            if lang not in read_whole or course.failing is not None or course.success_at is None:
                return None
            if now - course.success_at > self._fresh:
                return None
        known = [read_whole[lang] for lang in self._langs]
        return max([*known, self._not_before] if self._not_before is not None else known)

    def _look_at_fields(
        self,
        key: Key,
        watched_since: datetime,
        open_: Sequence[HealthEvent],
        well: dict[str, datetime],
        now: datetime,
    ) -> None:
        items, news = symptoms.newest_items(self._db, *key, watched_since=watched_since)
        if len(items) < FEWEST + PAST_NEEDED:
            self._dropped.pop(key, None)
            return
        self._dropped[key] = drops(items, news=news)
        for event in open_:
            if event.kind != "fields" or (event.agency is not None and (event.agency, event.lang) != key):
                continue
            have_back = self._have_back.setdefault(event.key, set())
            if _is_as_before(items, event):
                have_back.add(key)
            else:
                have_back.discard(key)
            if event.agency is not None:
                well |= {event.key: now} if have_back else {}
            elif 2 * len(have_back) > len(self._dropped):
                well[event.key] = now

    def _lacking(self, now: datetime) -> State:
        lack = {fields_key(drop.field, *key) for key, found in self._dropped.items() for drop in found}
        lack |= {fields_key(drop.field) for found in self._dropped.values() for drop in found}
        self._lasting.keep_only(lambda name: name in lack)
        held = {key: now - (self._lasting.note(key, holds=True, now=now) or now) for key in lack}
        return fields(self._dropped, held=held, patience=LACKING)


def _is_as_before(items: Sequence[Item], event: HealthEvent) -> bool:
    """Whether items carry a field again, or have been without it for so long that this is how they are."""
    field, before = event.detail["field"], event.detail["before"]
    return is_back(items, field, before=before) or is_usual(items, field, before=before)

"""Goes round the agencies, a few at each look: which are silent or flood, and of which the items lack something.

What is a silence is decided in `silence`, what a flood in `flood`, what a field that is lacking in `field_shares`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from crawler.directory import lineage
from monitor.config import Config
from monitor.daily_counts import PAST
from monitor.failing import Course, Courses, Key
from monitor.field_shares import FEWEST, PAST_NEEDED, Drop, Item, drops, is_back, is_usual
from monitor.flood import WINDOW, flood
from monitor.health import (
    State,
    Trouble,
    fields,
    fields_key,
    flood_key,
    flooding,
    silent,
    silent_key,
)
from monitor.lasting import Lasting
from monitor.silence import silence
from monitor.store import symptoms
from monitor.store.database import Database, from_text
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
        self._fresh = max(WINDOW, 2 * config.schedule.longest + LENGTH)
        self._turn = 0
        self._silent: dict[str, Trouble] = {}
        self._flooding: dict[str, Trouble] = {}
        self._calm = Lasting()
        """The agencies that do not flood."""
        self._dropped: dict[Key, list[Drop]] = {}
        """Of the listings that have shown enough items to be compared with their past."""
        self._have_back: dict[str, set[Key]] = {}
        """By the key of a field that most listings lacked, those that have it again."""
        self._lasting = Lasting()
        self._not_before: datetime | None = None

    def start_anew(self, now: datetime) -> None:
        """Nobody looked for a while, or the clock is another: a silence counts from here."""
        self._lasting.clear()
        self._calm.clear()
        self._not_before = now

    def look(
        self, courses: Courses, open_: Sequence[HealthEvent], *, every: timedelta, now: datetime
    ) -> State:
        """Looks at the agencies whose turn it is; how all are. `every`: the time between two looks."""
        well: dict[str, datetime] = {}
        for _ in range(ceil(len(self._agencies) * (every / LENGTH))):
            agency = self._agencies[self._turn % len(self._agencies)]
            self._turn += 1
            self._look_at_days(agency, courses, open_, well, now)
            for lang, since in symptoms.listings_read_whole(self._db, agency).items():
                if lang in self._langs:
                    self._look_at_fields((agency, lang), since, open_, well, now)
        is_day = now.astimezone(self._zone).hour >= TOLD_FROM
        told = [*self._flooding.values(), *(self._silent.values() if is_day else ())]
        return State(told, well) | self._lacking(now)

    def _look_at_days(
        self,
        agency: str,
        courses: Courses,
        open_: Sequence[HealthEvent],
        well: dict[str, datetime],
        now: datetime,
    ) -> None:
        self._silent.pop(agency, None)
        self._flooding.pop(agency, None)
        watched = self._watched(agency, courses)
        if watched is None:
            return
        published = symptoms.published_hours(self._db, lineage(agency), since=now - 2 * PAST, now=now)
        if not published:
            return
        days: Counter[date] = Counter()
        for hour, count in published.items():
            days[self._day(hour)] += count
        if watched.since <= now - WINDOW and now - watched.until <= self._fresh:
            self._look_at_flood(agency, days, well, now)
        self._look_at_silence(agency, days, max(published), watched, open_, well, now)

    def _look_at_silence(
        self,
        agency: str,
        published: Mapping[date, int],
        last_at: datetime,
        watched: "_Watched",
        open_: Sequence[HealthEvent],
        well: dict[str, datetime],
        now: datetime,
    ) -> None:
        line = lineage(agency)
        seen_at = symptoms.last_first_seen(self._db, line, dated_after=now - DATED_BACK, until=now)
        signs = dict(published) | (
            {self._day(seen_at): published.get(self._day(seen_at), 0)} if seen_at else {}
        )
        today = max(self._day(watched.until), *signs)
        found = silence(signs, watched_since=self._day(watched.since), today=today)
        if found is not None:
            newest_at = symptoms.last_published(self._db, line, now=now) or last_at
            self._silent[agency] = silent(agency, found, last_at=newest_at)
            return
        # Where nobody watched for a while it is counted anew; that is no sign of life, and ends none that was told.
        for event in open_:
            if event.key == silent_key(agency) and _has_spoken(event, last_at=last_at, seen_at=seen_at):
                well[event.key] = max(last_at, seen_at or last_at)

    def _look_at_flood(
        self, agency: str, published: Mapping[date, int], well: dict[str, datetime], now: datetime
    ) -> None:
        begins = now - WINDOW
        lately = symptoms.published_since(self._db, lineage(agency), since=begins, now=now)
        found = flood(published, lately, begins=self._day(begins), today=self._day(now))
        calm_since = self._calm.note(agency, holds=found is None, now=now)
        if found is not None:
            self._flooding[agency] = flooding(agency, found)
        elif calm_since is not None:
            well[flood_key(agency)] = calm_since

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _watched(self, agency: str, courses: Courses) -> "_Watched | None":
        """None: a listing of the agency is not known or not read, and nobody can tell."""
        read_whole = symptoms.listings_read_whole(self._db, agency)
        known, read_at = [], []
        for lang in self._langs:
            course = courses.listings.get((agency, lang), Course())
            if lang not in read_whole or course.failing is not None or course.success_at is None:
                return None
            known.append(read_whole[lang])
            read_at.append(course.success_at)
        since = max([*known, self._not_before] if self._not_before is not None else known)
        return _Watched(since, until=min(read_at))

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


@dataclass(frozen=True, slots=True)
class _Watched:
    """The time of which all is known that an agency has published."""

    since: datetime
    """When the last of its listings was read whole, or the watching began anew."""
    until: datetime
    """When the one that was read longest ago was read: with few requests a day, that may be hours ago."""


def _has_spoken(event: HealthEvent, *, last_at: datetime, seen_at: datetime | None) -> bool:
    """Whether a release is newer than the newest when a silence was told, or was first seen after that."""
    return last_at > from_text(event.detail["last_at"]) or (seen_at is not None and seen_at > event.at)


def _is_as_before(items: Sequence[Item], event: HealthEvent) -> bool:
    """Whether items carry a field again, or have been without it for so long that this is how they are."""
    field, before = event.detail["field"], event.detail["before"]
    return is_back(items, field, before=before) or is_usual(items, field, before=before)

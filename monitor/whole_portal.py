"""The listing of the whole portal in each language: takes in its pages, and remembers whether it may be trusted."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.records import WHOLE, Misfit, Sighting
from monitor import whole
from monitor.changes import Change
from monitor.clock_jumps import past
from monitor.config import Alert, Config
from monitor.dates import plausible
from monitor.intake import Taken, check_wordings, look_up, take_page
from monitor.schedule import Listing, Policy, Seen
from monitor.store import whole as whole_store
from monitor.store.database import Database
from monitor.whole import Shown, Standing

log = logging.getLogger("jarshy.whole")

Key = tuple[str, str]
MOST_STRANGERS = 3000
"""Items of agencies that nobody follows, or wrongly named, known again without their wording; a few pages in each
language."""


@dataclass(frozen=True, slots=True)
class WholePage:
    """What came of one page."""

    taken: Taken
    more: bool
    """The next page is needed too."""


@dataclass(frozen=True, slots=True)
class _Stranger:
    """What was shown of a release of an agency that nobody follows, or that does not list it."""

    digest: str
    owners: tuple[str, ...]
    published_at: datetime | None


class WholePortal:
    """One standing for each language; see `monitor.whole` for what is decided."""

    def __init__(self, db: Database, config: Config, *, policy: Policy) -> None:
        self._db = db
        self._base_url = config.portal.base_url
        self._followed = frozenset(config.portal.agencies)
        self._policy = policy
        self._standings = whole_store.load_standings(db, self._base_url)
        self._last_page: dict[str, tuple[datetime | None, int | None]] = {}
        self._strangers: dict[tuple[str, str], _Stranger] = {}
        self._left_behind: dict[str, datetime] = {}

    def recall(self) -> None:
        """Thinks again what the file says: what was thought last was not stored."""
        self._standings = whole_store.load_standings(self._db, self._base_url)
        self._left_behind.clear()

    def clock_was_set(self, jump: timedelta) -> None:
        """Puts right when it was tried and since when it is behind, after the clock was set by `jump`."""
        self._left_behind = {lang: past(moment, jump) for lang, moment in self._left_behind.items()}
        self._standings = {
            lang: replace(
                standing,
                proved_at=past(standing.proved_at, jump),
                tried_at=past(standing.tried_at, jump),
                behind_since=past(standing.behind_since, jump),
            )
            for lang, standing in self._standings.items()
        }

    def keep(self) -> None:
        """Writes down what is thought of it, inside the caller's transaction."""
        for standing in self._standings.values():
            whole_store.save_standing(self._db, self._base_url, standing)

    @property
    def pays(self) -> bool:
        """Whether so many agencies are followed that one listing of all is fewer requests."""
        return len(self._followed) >= whole.MANY

    def listing(self, lang: str) -> Listing:
        """The whole portal's listing as the schedule sees it: it has no history of its own."""
        due = self._due(self._standing(lang))
        return Listing(WHOLE, lang, walked=True, since_wide=0, due_at=due, last_listed=True)

    def proved(self, lang: str) -> bool:
        """Whether it stands in for the agencies' own listings."""
        return self._standing(lang).proved

    def behind(self, listing: Listing) -> Listing:
        """An agency's listing, behind where the whole portal's is: what that showed since proves nothing below it."""
        since = self._standing(listing.lang).behind_since
        known = [moment for moment in (listing.behind_since, since) if moment is not None]
        return replace(listing, behind_since=min(known, default=None))

    def left_behind(self, lang: str) -> datetime | None:
        """Since when the agencies' own listings have to catch up, because this one broke off; None: it did not."""
        return self._left_behind.get(lang)

    def caught_up(self, lang: str) -> None:
        """The agencies' own listings know now that they are behind."""
        self._left_behind.pop(lang, None)

    def check_wordings(self, sightings: Sequence[Sighting], lang: str) -> None:
        """Raises LacksWordings where one is not held that may be of an agency that is followed."""
        strangers = {
            seen.source_id: stranger.digest
            for seen in sightings
            if (stranger := self._strangers.get((lang, seen.source_id))) is not None
        }
        check_wordings(self._db, sightings, lang, not_needed=strangers)

    def take(
        self,
        records: Sequence[Sighting | Misfit],
        lang: str,
        *,
        page: int,
        listings: Mapping[Key, Listing],
        alerts: Sequence[Alert],
        started_at: datetime,
        now: datetime,
    ) -> WholePage:
        """Judges and stores a page, inside the caller's transaction; what is not trusted is not stored."""
        sightings = [record for record in records if isinstance(record, Sighting)]
        held = whole_store.held_of(self._db, lang, [seen.source_id for seen in sightings])
        shown = [self._shown(lang, seen, held, now) for seen in sightings]
        self._remember_strangers(lang, sightings, shown, held)
        if page == 1:
            self._judge(lang, shown, held, now)
        if not self.proved(lang):
            return WholePage(Taken(seen=()), more=False)
        # By the place of the agency among the owners: who is named first is the one that owns it.
        by_owner: dict[tuple[int, str], list[Sighting]] = {}
        for seen, item in zip(sightings, shown, strict=True):
            read = (one for one in item.owners if one in self._followed and (one, lang) in listings)
            for place, owner in enumerate(one for one in read if listings[one, lang].begun):
                by_owner.setdefault((place, owner), []).append(seen)
        taken = [
            self._take(by_owner[place, agency], self.behind(listings[agency, lang]), alerts, started_at, now)
            for place, agency in sorted(by_owner)
        ]
        met = [item.known for part in taken for item in part.seen]
        changes = tuple(change for part in taken for change in part.changes)
        known, unknown = met.count(True), met.count(False)
        more = bool(sightings) and whole.goes_on(page=page, unknown=unknown, known=known)
        if sightings and whole.breaks_off(page=page, unknown=unknown, known=known):
            self._left_behind[lang] = self._standing(lang).behind_since or started_at
        self._note_behind(lang, started_at=started_at, more=more)
        strangers = tuple(Seen(item.source_id, item.published_at, known=True) for item in shown)
        return WholePage(Taken(seen=strangers, changes=changes), more=more)

    def failed(self, lang: str, reason: str, now: datetime) -> None:
        """It could not be read; runs inside the caller's transaction."""
        self._change(whole.after(self._standing(lang), whole.Verdict(proved=False, reason=reason), now))

    def showed(self, lang: str, changes: Sequence[Change], now: datetime) -> None:
        """An agency's own listing brought these; what the whole portal's last page lacked disproves it."""
        if not self.proved(lang):
            return
        shown_from, highest = self._last_page.get(lang, (None, None))
        for change in changes:
            told = change.kind == "published" and not change.baseline
            if told and whole.overlooked(
                change.source_id, change.published_at, shown_from=shown_from, highest=highest
            ):
                self.failed(lang, f"it lacked {change.source_id}, which its agency's listing shows", now)
                return

    def next_due(self, lang: str) -> datetime | None:
        """When it is tried again while it is not proved."""
        return self._due(self._standing(lang))

    def _take(
        self,
        sightings: Sequence[Sighting],
        listing: Listing,
        alerts: Sequence[Alert],
        started_at: datetime,
        now: datetime,
    ) -> Taken:
        found = look_up(self._db, sightings, *listing.key, now=now)
        return take_page(self._db, sightings, listing, found, alerts=alerts, started_at=started_at, now=now)

    def _shown(self, lang: str, seen: Sighting, held: Mapping[str, whole_store.Held], now: datetime) -> Shown:
        """What the listing says of a release; a date that cannot be right bounds nothing."""
        known, stranger = held.get(seen.source_id), self._strangers.get((lang, seen.source_id))
        if seen.wording is not None:
            owners, at = seen.wording.agencies, seen.wording.published_at
        elif stranger is not None and stranger.digest == seen.digest:
            owners, at = stranger.owners, stranger.published_at
        else:
            owners, at = (known.agencies, known.published_at) if known else ((), None)
        return Shown(seen.source_id, owners, at if at is not None and plausible(at, now) else None)

    def _remember_strangers(
        self,
        lang: str,
        sightings: Sequence[Sighting],
        shown: Sequence[Shown],
        held: Mapping[str, whole_store.Held],
    ) -> None:
        for seen, item in zip(sightings, shown, strict=True):
            listed_by = held[seen.source_id].agencies if seen.source_id in held else ()
            # Of no agency that is followed, or named otherwise than by the agency that lists it.
            if item.owners and not set(item.owners) & (set(listed_by) or self._followed):
                self._strangers.pop((lang, seen.source_id), None)
                self._strangers[lang, seen.source_id] = _Stranger(seen.digest, item.owners, item.published_at)
        while len(self._strangers) > MOST_STRANGERS:
            del self._strangers[next(iter(self._strangers))]

    def _judge(
        self, lang: str, shown: Sequence[Shown], known: Mapping[str, whole_store.Held], now: datetime
    ) -> None:
        span = whole.span_of(shown)
        held = whole_store.held_between(self._db, self._followed, lang, *span) if span else frozenset()
        self._last_page[lang] = (
            span[0] if span else None,
            max((int(s.source_id) for s in shown), default=None),
        )
        listed_by = {source_id: one.agencies for source_id, one in known.items()}
        self._change(whole.after(self._standing(lang), whole.judge(shown, held, listed_by=listed_by), now))

    def _note_behind(self, lang: str, *, started_at: datetime, more: bool) -> None:
        standing = self._standing(lang)
        since = (standing.behind_since or started_at) if more else None
        if since != standing.behind_since:
            self._change(replace(standing, behind_since=since))

    def _change(self, standing: Standing) -> None:
        before = self._standing(standing.lang)
        self._standings[standing.lang] = standing
        if before.behind_since is not None and not standing.proved:
            self._left_behind[standing.lang] = before.behind_since
        if replace(before, tried_at=None) != replace(standing, tried_at=None):
            whole_store.save_standing(self._db, self._base_url, standing)
        if standing.proved and not before.proved:
            log.info(
                "The whole portal's listing in %s is complete; it is read in place of the agencies' own, which are "
                "still read, more seldom.",
                standing.lang,
            )
        elif before.proved and not standing.proved:
            log.warning(
                "The whole portal's listing in %s is not trusted any more: %s. The agencies' own are read instead.",
                standing.lang,
                standing.reason,
            )

    def _standing(self, lang: str) -> Standing:
        return self._standings.get(lang, Standing(lang))

    def _due(self, standing: Standing) -> datetime | None:
        policy = self._policy
        return whole.due(
            standing, shortest=policy.shortest, longest=policy.longest, pause=policy.longest_pause
        )

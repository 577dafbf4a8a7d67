"""Looks every minute at how the source and we ourselves are, and owes what is to be told of it.

What is a trouble is decided in `health`, `failing`, `silence` and `field_shares`; who hears of it in `hearing`. What
is remembered between two looks is lost with the daemon; what was told stands in the table `health`.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from crawler.directory import agencies, lineage
from monitor.backups import Backups
from monitor.config import Alert, Config
from monitor.failing import Courses
from monitor.health import (
    State,
    Trouble,
    begun,
    delivery_key,
    few_fail,
    is_nearly_full,
    over,
    readings,
)
from monitor.hearing import hearers
from monitor.holding import is_overdue
from monitor.lasting import Lasting
from monitor.messages.health import said_of
from monitor.rounds import DATED_BACK, Rounds
from monitor.rules import addresses_of
from monitor.store import health as store
from monitor.store import symptoms
from monitor.store.database import Database, from_text, writing
from monitor.store.deliveries import owe_health
from monitor.store.listings import load_portal
from monitor.terms import Terms
from monitor.troubles import HealthEvent

log = logging.getLogger("jarshy.health")

EVERY = timedelta(minutes=1)
JUMP = 10 * EVERY
"""Between two looks: the clock was put forward, or the machine slept."""
REMEMBERED = timedelta(days=2)
"""Orders from before the start that are gone through: how long a listing failed by then is known that far back."""
STUCK = timedelta(minutes=15)
"""What is due is begun within a second, and a receiver that hangs is waited for for a minute."""
FULL = timedelta(minutes=5)
"""A file that somebody puts down for a moment fills no disk."""
OF_READINGS = ("portal", "listing", "silent", "flood")
"""Troubles of which can be said, when they are over, what was found in spite of them."""

Space = Callable[[], tuple[int, int]]
"""Bytes that are free, and all, where the database lies."""


class Message(Protocol):
    """A message to one address, as the dispatcher has it."""

    @property
    def id(self) -> str: ...
    @property
    def address_key(self) -> str: ...
    @property
    def address_shown(self) -> str: ...


class Checkup:
    """One for as long as the daemon runs."""

    def __init__(
        self,
        db: Database,
        config: Config,
        *,
        space: Space,
        backups: Backups | None = None,
        now: datetime,
    ) -> None:
        self._db = db
        self._config = config
        self._space = space
        self._backups = backups
        self._followed = {
            (agency, lang) for agency in config.portal.agencies for lang in config.portal.languages
        }
        self._addresses = {each.key: each for alert in config.alerts for each in addresses_of(alert)}
        self._rules_of_people: dict[str, dict[str, Alert]] = {}
        for alert in config.alerts:
            for address in addresses_of(alert):
                if address.person:
                    self._rules_of_people.setdefault(address.key, {})[alert.name] = alert
        self._courses = Courses(config.schedule.longest, config.schedule.longest_pause, watching_since=now)
        self._last_attempt: int | None = None
        self._looked_at = now
        self._lasting = Lasting()
        self._rounds = Rounds(db, config)
        self._gave_up_at: dict[str, datetime] = {}

    def look(self, now: datetime) -> bool:
        """Judges, and writes down what begins and what is over; whether anything is owed because of that.

        Raises StoreError.
        """
        if not timedelta() <= now - self._looked_at <= JUMP:
            self._courses.start_anew(now)
            self._lasting.clear()
            self._rounds.start_anew(now)
        self._looked_at = now
        open_ = store.open_troubles(self._db)
        state = (
            self._of_readings(now)
            | self._rounds.look(self._courses, open_, every=EVERY, now=now)
            | self._of_deliveries(open_, now)
            | self._of_disk(open_, now)
            | self._of_backups()
        )
        ended = over(state, [event for event in open_ if self._is_ours(event)], now=now)
        begins = begun(state, {event.key for event in open_})
        dropped = [event for event in open_ if not self._is_ours(event)]
        if not (ended or begins or dropped):
            return False  # as nearly always
        with writing(self._db):
            for event in dropped:
                self._end(event, {**event.detail, "dropped": True}, now)
            told = [self._end(event, self._made_up(event, since), now) for event, since in ended]
            told += [self._begin(trouble, now) for trouble in begins]
            owed = [self._owe(event) for event in told]
        for event in told:
            self._say(event)
            if event.kind == "portal" and event.over:
                self._courses.explain()
        return any(owed)

    def gave_up(self, db: Database, message: Message, now: datetime) -> None:
        """A message has failed for good, or its receiver does not let us in: told once of each address.

        In the transaction that marks it so.
        """
        key = delivery_key(message.address_key)
        self._gave_up_at[key] = now
        if store.is_open(db, key):
            return
        found = symptoms.not_taken(db, message.id)
        detail = {
            "address_shown": message.address_shown,
            "error": found.error,
            "count": int(found.is_given_up),
            "delivery": found.first,
        }
        event = self._begin(Trouble(key, "delivery", detail), now)
        self._owe(event)
        self._say(event)

    def _of_readings(self, now: datetime) -> State:
        if self._last_attempt is None:
            self._last_attempt = symptoms.last_attempt_before(self._db, now - REMEMBERED)
        for crawl, attempt in symptoms.attempts_after(self._db, self._last_attempt):
            self._courses.take(replace(attempt, at=min(attempt.at, now)))
            self._last_attempt = crawl
        base_url = self._config.portal.base_url
        outcome = load_portal(self._db, base_url).outcome
        answers = outcome is None and self._courses.portal.success_at is not None
        is_well = answers and few_fail(self._courses, self._followed)
        return readings(
            self._courses,
            self._followed,
            base_url=base_url,
            outcome=outcome,
            well_since=self._lasting.note("the portal is well", holds=is_well, now=now),
            now=now,
        )

    def _of_deliveries(self, open_: list[HealthEvent], now: datetime) -> State:
        well: dict[str, datetime] = {}
        for event in open_:
            if event.kind == "delivery":
                failed_at = min(now, self._gave_up_at.get(event.key, event.at))
                taken_at = symptoms.taken_since(
                    self._db, _address_of(event), since_id=event.detail["delivery"], moment=failed_at
                )
                well |= {event.key: taken_at} if taken_at is not None else {}
        overdue = self._overdue(now)
        waiting = {*symptoms.heads_due(self._db, self._addresses.values(), now), *overdue}
        self._lasting.keep_only(lambda name: not isinstance(name, tuple) or name in waiting)
        since = [self._lasting.note(name, holds=True, now=now) or now for name in waiting]
        stuck = [moment for moment in since if now - moment >= STUCK]
        moves_since = self._lasting.note("all that is due is attempted", holds=not stuck, now=now)
        if moves_since is not None:
            return State((), {**well, "stuck": moves_since})
        owed = symptoms.count_owed(self._db, waiting_for=set(overdue.values()))
        return State([Trouble("stuck", "stuck", {"owed": owed, "since": min(stuck)})], well)

    def _overdue(self, now: datetime) -> dict[tuple[str, int], str]:
        """What should stand in a message to a person by now, as the head of a line; with the key of the address."""
        found = {}
        for key, here in self._rules_of_people.items():
            terms = Terms.of(self._config, here)
            for message_id, each in symptoms.waiting_longest(self._db, key):
                # After a renaming it is owed because of the rules that name the address.
                names = tuple(name for name in each.rules if name in here) or tuple(here)
                if is_overdue(replace(each, rules=names), terms, now=now):
                    found[message_id, 0] = key
        return found

    def _of_disk(self, open_: list[HealthEvent], now: datetime) -> State:
        free, total = self._space()
        is_full = is_nearly_full(free, total, was=any(event.kind == "disk" for event in open_))
        full_since = self._lasting.note("the disk is nearly full", holds=is_full, now=now)
        room_since = self._lasting.note("there is room", holds=not is_full, now=now)
        if room_since is not None:
            return State((), {"disk": room_since})
        if full_since is None or now - full_since < FULL:
            return State()
        return State([Trouble("disk", "disk", {"free": free, "total": total})])

    def _of_backups(self) -> State:
        if self._backups is None:
            return State()
        if (failure := self._backups.failure) is None:
            well_at = self._backups.well_at
            return State((), {"backup": well_at} if well_at is not None else {})
        last = self._backups.newest
        detail = {"reason": failure.reason, "since": failure.since, "made_at": last and last.at}
        return State([Trouble("backup", "backup", detail)])

    def _is_ours(self, event: HealthEvent) -> bool:
        """Whether the configuration still names what the event is about."""
        if event.kind == "delivery":
            return _address_of(event) in self._addresses
        if event.kind == "backup":
            return self._config.backup.every is not None
        if event.kind == "portal":
            return bool(event.detail["base_url"] == self._config.portal.base_url)
        if event.agency is None and event.lang is None:
            return True
        return any(
            event.agency in {None, agency} and event.lang in {None, lang} for agency, lang in self._followed
        )

    def _made_up(self, event: HealthEvent, well_since: datetime) -> Mapping[str, Any]:
        """The detail of the end of a trouble."""
        began = event.detail.get("since") or event.detail.get("last_at")
        since = from_text(began) if began else event.at
        detail = {**event.detail, "since": since, "lasted": max(0.0, (well_since - since).total_seconds())}
        if event.kind in OF_READINGS:
            found_since = self._last_heard(event, since) if event.kind == "silent" else since
            detail["made_up"] = symptoms.made_up(
                self._db, since=found_since, agency=event.agency, lang=event.lang
            )
        if event.kind == "delivery":
            detail["count"] = symptoms.count_given_up(
                self._db, _address_of(event), since_id=event.detail["delivery"]
            )
        return detail

    def _last_heard(self, event: HealthEvent, last_at: datetime) -> datetime:
        """When the release before a silence was found, which is no part of what came after it."""
        seen_at = symptoms.last_first_seen(
            self._db, lineage(event.agency or ""), dated_after=last_at - DATED_BACK, until=event.at
        )
        return max(last_at, seen_at or last_at)

    def _begin(self, trouble: Trouble, now: datetime) -> HealthEvent:
        return store.write_event(
            self._db,
            key=trouble.key,
            kind=trouble.kind,
            is_over=False,
            agency=trouble.agency,
            lang=trouble.lang,
            detail=trouble.detail,
            now=now,
        )

    def _end(self, event: HealthEvent, detail: Mapping[str, Any], now: datetime) -> HealthEvent:
        return store.write_event(
            self._db,
            key=event.key,
            kind=event.kind,
            is_over=True,
            agency=event.agency,
            lang=event.lang,
            detail=detail,
            now=now,
        )

    def _say(self, event: HealthEvent) -> None:
        log.log(logging.INFO if event.over else logging.WARNING, "%s", said_of(event))

    def _owe(self, event: HealthEvent) -> int:
        agency = agencies().get(event.agency) if event.agency is not None else None
        kind = agency.kind if agency is not None else "body"
        # Who could not be told of it cannot be told that it is over either.
        silent_one = _address_of(event) if event.kind == "delivery" else None
        heard_by = hearers(self._config.alerts, event, agency_kind=kind, except_for=silent_one)
        for hearer in heard_by:
            owe_health(self._db, event.id, hearer.address, hearer.rules)
        return len(heard_by)


def _address_of(event: HealthEvent) -> str:
    return event.key.partition(" ")[2]

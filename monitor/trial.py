"""Tries a rule on what was noticed in a time that has passed: which changes match, and what would have been sent.

Sends and writes nothing. Texts are held a few at a time, and of what matches only what the answer needs.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from crawler.directory import kind_of
from monitor.addresses import Address
from monitor.changes import KINDS, Change, Kind, Weight
from monitor.config import Alert, Config
from monitor.preview import Played, Seen, play
from monitor.rules import Match, addresses_of, matches, weight_heard
from monitor.store.database import Database
from monitor.store.journal import earlier_copies, load_changes
from monitor.store.past import copies_held, health_events, history, noticed, releases_of
from monitor.terms import Terms
from monitor.waiting import Waiting

_PIECE = 200
"""Changes whose texts are held at once."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A change that the rule asks for."""

    uid: str
    at: datetime
    published_at: datetime | None
    kind: Kind
    """What it is to the reader."""
    weight: Weight
    agency: str
    source_id: str
    lang: str | None
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What one address would have been sent."""

    address: Address
    changes: int
    messages: int
    played: Played | None
    """How changes would have been joined; None: a program is sent one message for each."""


@dataclass(slots=True)
class Trial:
    """What became of the trial."""

    since: datetime
    until: datetime
    hears_changes: bool
    hears_health: bool
    """What of both the rule asks for at all."""
    looked_at: int = 0
    matched: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    by_agency: Counter[str] = field(default_factory=Counter)
    by_day: Counter[date] = field(default_factory=Counter)
    newest: list[Hit] = field(default_factory=list)
    history: int = 0
    """So many more match that were published in the time and were history when they were first read."""
    newest_history: list[Hit] = field(default_factory=list)
    health: int = 0
    """Notices of health, each a message at once to every address."""
    lines: list[Line] = field(default_factory=list)


def try_rule(
    db: Database,
    rule: Alert,
    config: Config,
    *,
    since: datetime,
    until: datetime,
    newest: int | None,
    begin: Callable[[int], None] = lambda _count: None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Trial:
    """What the rule would have sent from `since` to `until`, by itself.

    `newest`: so many of the changes are kept to be shown; None: all. `begin` hears how many changes will be looked
    at, `progress` how many more of them have been.
    """
    addresses = addresses_of(rule)
    readers = sorted({address.person for address in addresses})
    news, before = noticed(db, since=since, until=until), history(db, since=since, until=until)
    begin(len(news) + len(before))
    hears_changes = rule.kinds is None or any(kind in KINDS for kind in rule.kinds)
    hears_health = rule.kinds is not None and "health" in rule.kinds
    trial = Trial(since, until, hears_changes, hears_health)
    zone = ZoneInfo(config.schedule.zone)
    heard: dict[bool, int] = dict.fromkeys(readers, 0)
    seen: list[Seen] = []
    for piece in _pieces(news):
        found = list(_matching(db, rule, piece, readers))
        for change, by_reader in found:
            told = next(iter(by_reader.values()))
            trial.matched += 1
            trial.by_kind[told.kind] += 1
            trial.by_agency[change.agency] += 1
            trial.by_day[change.at.astimezone(zone).date()] += 1
            if newest is None or len(trial.newest) < newest:
                trial.newest.append(_hit(change, told))
            for person in by_reader:
                heard[person] += 1
        if True in readers:
            seen += _seen(db, rule, [(change, told[True]) for change, told in found if True in told])
        trial.looked_at += len(piece)
        progress(len(piece))
    for piece in _pieces(before):
        for change, by_reader in _matching(db, rule, piece, readers):
            trial.history += 1
            if newest is None or len(trial.newest_history) < newest:
                trial.newest_history.append(_hit(change, next(iter(by_reader.values()))))
        trial.looked_at += len(piece)
        progress(len(piece))
    if hears_health:
        trial.health = health_events(db, since=since, until=until)
    played = play(seen, Terms.of(config, {rule.name: rule}), until=until)
    for address in addresses:
        sent = len(played.messages) if address.person else heard[False]
        line = Line(address, heard[address.person], sent + trial.health, played if address.person else None)
        trial.lines.append(line)
    return trial


def _pieces(ids: Sequence[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while piece := list(islice(rest, _PIECE)):
        yield piece


def _matching(
    db: Database, rule: Alert, ids: Sequence[int], readers: Sequence[bool]
) -> Iterator[tuple[Change, dict[bool, Match]]]:
    """Of these changes those that match, with what each is to programs (False) and to people (True)."""
    for change in load_changes(db, ids):
        as_news = replace(change, baseline=False)
        copies = earlier_copies(db, change) if change.kind == "translated" else None
        told = {
            person: match
            for person in readers
            if (
                match := matches(
                    rule, as_news, agency_kind=kind_of(change.agency), person=person, copies=copies
                )
            )
        }
        if told:
            yield change, told


def _hit(change: Change, told: Match) -> Hit:
    return Hit(
        uid=change.uid,
        at=change.at,
        published_at=change.published_at,
        kind=told.kind,
        weight=weight_heard(change, told.kind),
        agency=change.agency,
        source_id=change.source_id,
        lang=change.lang,
        title=change.title,
        words=told.words,
    )


def _seen(db: Database, rule: Alert, found: Sequence[tuple[Change, Match]]) -> Iterator[Seen]:
    releases = releases_of(db, [change.id for change, _ in found])
    copies = copies_held(db, set(releases.values()))
    for change, told in found:
        release_id = releases[change.id]
        held = copies.get(release_id, ())
        yield Seen(
            waiting=Waiting(
                id=change.id,
                at=change.at,
                rules=(rule.name,),
                kind=told.kind,
                weight=weight_heard(change, told.kind),
                classes=tuple(change.detail.get("classes", ())),
                release_id=release_id,
                lang=change.lang,
                copies=frozenset(lang for lang, since in held if since <= change.at),
                late="late" in change.detail,
            ),
            copies=held,
            mass=change.detail.get("mass", {}).get("mark"),
        )

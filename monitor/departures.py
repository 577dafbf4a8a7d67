"""What a finished reading did not show: missed, missed again, looked for, and only then said to be gone or moved.

Decided in `removal` and `lookups`; here the answers become rows, inside the caller's transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.records import Report
from monitor.agreement import closeness, is_unwatched
from monitor.changes import Change
from monitor.clock_jumps import Forward
from monitor.config import Alert
from monitor.intake import tell
from monitor.lookups import Answered, found, next_step, tries_again
from monitor.masses import removed_in_mass
from monitor.reach import Ending
from monitor.removal import (
    FEW,
    Absences,
    Cover,
    Departure,
    HeldEdition,
    absences,
    below,
    covered_to,
    departures,
    neighbours,
    removals,
)
from monitor.schedule import LONGEST_RETRY_AFTER, Listing, Reading
from monitor.store import absences as absence_store
from monitor.store import lookups as lookup_store
from monitor.store import removals as removal_store
from monitor.store.absences import Proof
from monitor.store.arrivals import note_arrivals
from monitor.store.database import Database
from monitor.store.lookups import Wanted


@dataclass(frozen=True, slots=True)
class Gone:
    """What a finished reading says of what it did not show."""

    changes: tuple[Change, ...] = ()
    mass: bool | None = None
    """So much is missing that the portal itself is suspected; None: it cannot be told."""
    look_wider: bool = False
    """The next reading had better cover the rescan window."""
    weighed: bool = False
    """Some release was proved missing: which ones are to be asked for by their numbers may be others now."""
    doubted: bool = False
    """Something is missed that this reading did not confirm, or did: what a reading could settle may be other now."""


def take_absences(
    db: Database,
    reading: Reading,
    listing: Listing,
    *,
    ending: Ending,
    crawl: int,
    alerts: Sequence[Alert],
    confirm: timedelta,
    longest: timedelta,
    put_forward: Iterable[Forward] = (),
    now: datetime,
) -> Gone:
    """Judges what a finished reading from page 1 on did not show."""
    cover = _cover(reading, to_the_end=ending != "above")
    oldest = min((moment for _, moment in cover.seen if moment), default=None)
    since = None if cover.to_the_end else oldest
    held = _held_where_any_is_missing(db, listing, cover, since=since)
    cut = ending == "cut" and below(cover, held)
    cover = replace(cover, to_the_end=cover.to_the_end and not cut)
    if any(seen.source_id == "" for seen in reading.seen):
        return Gone()  # one of the items that could not be read may be any that is missing
    # Around the doubts that may now be confirmed, and not around this moment: by then those of other listings
    # are older than `confirm` themselves.
    doubts = [e.suspected_at for e in held if e.suspected_at is not None and e.confirmed_at is None]
    since = min(doubts, default=now) - confirm
    elsewhere = absence_store.doubted_elsewhere(db, listing.agency, since=since) if held else 0
    looks = absence_store.looks_since(db, *listing.key, min(doubts)) if doubts else []
    if (covered := covered_to(cover)) is not None:
        absence_store.note_cover(db, crawl, None if cover.to_the_end else covered)
    missing = absences(
        cover,
        held,
        elsewhere=elsewhere,
        now=now,
        confirm=confirm,
        closely=closeness(confirm=confirm, longest=longest),
        looks=looks,
        put_forward=put_forward,
    )
    release_ids = _note(db, missing, cover, listing.agency, crawl, now)
    written = declare(db, release_ids, confirm=confirm, put_forward=put_forward, now=now)
    return Gone(
        tell(db, written, alerts),
        missing.mass or cut,
        missing.look_wider or _is_mass_unwatched(db, listing, confirm=confirm, now=now),
        weighed=bool(release_ids),
        doubted=bool(missing.suspect or missing.confirm or missing.look_wider),
    )


def declare(
    db: Database,
    release_ids: Sequence[int],
    *,
    confirm: timedelta,
    put_forward: Iterable[Forward] = (),
    now: datetime,
) -> list[int]:
    """Says of these releases what is proved by now, or has them asked for first; the ids of the changes.

    Of a mass that began to be missed together the listings' word, so long upheld, is enough.
    """
    left = [
        (release_id, departure)
        for release_id in release_ids
        for departure in departures(removal_store.presences(db, release_id))
    ]
    written = [
        removal_store.write_departure(db, release_id, departure, now=now) for release_id, departure in left
    ]
    due = [
        (release_id, removed, _step(db, release_id, confirm=confirm, now=now))
        for release_id in release_ids
        for removed in removals(
            removal_store.copies(db, release_id), now=now, confirm=confirm, put_forward=put_forward
        )
    ]
    upheld = {release_id for release_id, _, step in due if step == "ask" and _was_long_upheld(db, release_id)}
    many = len(upheld) > FEW
    mass = removed_in_mass(len(upheld), now) if many else None
    for release_id, removed, step in due:
        if step == "declare":
            said = lookup_store.told(db, release_id)
            written.append(removal_store.write_removal(db, release_id, removed, looked_up=said, now=now))
        elif step == "ask" and many and release_id in upheld:
            written.append(removal_store.write_removal(db, release_id, removed, mass=mass, now=now))
        elif step == "ask":
            lookup_store.ask_for(db, release_id, edition_id=removed.edition_id, now=now)
    return [change for change in written if change is not None]


def take_answer(
    db: Database,
    wanted: Wanted,
    answer: Answered,
    report: Report,
    *,
    alerts: Sequence[Alert],
    confirm: timedelta,
    retry: timedelta,
    put_forward: Iterable[Forward] = (),
    now: datetime,
) -> tuple[Change, ...]:
    """Stores what the portal said of one release by its number, and what follows from it.

    `retry` is the time to the next try where there was no answer.
    """
    release_id = wanted.release_id
    asked = min(timedelta(seconds=report.retry_after or 0), LONGEST_RETRY_AFTER)
    if tries_again(report.outcome, tries=wanted.tries + 1):
        lookup_store.try_later(
            db,
            release_id,
            report.outcome,
            report.reason,
            next_at=now + max(retry * 2 ** min(wanted.tries, 10), asked),
        )
        return ()
    listed_by = removal_store.listed_by(db, release_id)
    known = removal_store.known_agencies(db, answer.agencies)
    answer = replace(answer, agencies=known)
    what = found(
        answer,
        listed_by={*listed_by, *wanted.named},
        other_titles=wanted.other_titles,
        whole=wanted.whole,
        was_there=wanted.was_there,
    )
    lookup_store.answered(
        db, release_id, what, report.outcome, report.reason, agencies=answer.agencies, now=now
    )
    written: list[int | None] = []
    if what == "elsewhere":
        to = answer.agencies[0]
        said = lookup_store.told(db, release_id)
        removal_store.list_elsewhere(db, release_id, to, now=now)
        note_arrivals(db, [wanted.source_id])
        written += [
            removal_store.write_departure(db, release_id, Departure(agency, to), looked_up=said, now=now)
            for agency in listed_by
        ]
    declared = declare(db, [release_id], confirm=confirm, put_forward=put_forward, now=now)
    return tell(db, [change for change in (*written, *declared) if change is not None], alerts)


def _was_long_upheld(db: Database, release_id: int) -> bool:
    """Whether it began to be missed together with too many others, and the portal was not heard to tell of it."""
    last = lookup_store.looked_up(db, release_id)
    return absence_store.in_mass(db, release_id) and (last is None or last.found in {"gone", "unknown"})


def _step(db: Database, release_id: int, *, confirm: timedelta, now: datetime) -> str:
    if lookup_store.is_open(db, release_id):
        return "wait"
    confirmed = removal_store.confirmations(db, release_id)
    return next_step(lookup_store.looked_up(db, release_id), confirmed, now=now, confirm=confirm)


def _note(db: Database, missing: Absences, cover: Cover, agency: str, crawl: int, now: datetime) -> list[int]:
    """Writes down what is missing, with its proofs; the releases of which something may have to be said."""

    def proofs(editions: Sequence[HeldEdition]) -> dict[int, Proof]:
        return {edition.id: Proof(crawl, now, agency, *neighbours(cover, edition)) for edition in editions}

    absence_store.miss(db, proofs(missing.suspect), mass=missing.mass)
    gone = set(absence_store.miss_again(db, proofs(missing.confirm)))
    return sorted(gone.union(absence_store.undeclared(db, agency)))


def _is_mass_unwatched(db: Database, listing: Listing, *, confirm: timedelta, now: datetime) -> bool:
    """Whether anything that is missed together with too many others has not been looked for in a while."""
    doubts = absence_store.doubts_in_mass(db, *listing.key)
    if not doubts:
        return False
    looks = absence_store.looks_since(db, *listing.key, min(doubt.suspected_at for doubt in doubts))
    return any(is_unwatched(doubt, looks, now=now, confirm=confirm) for doubt in doubts)


def _held_where_any_is_missing(
    db: Database, listing: Listing, cover: Cover, *, since: datetime | None
) -> list[HeldEdition]:
    """What the listing should show; nothing where it shows all of that, as at nearly every reading."""
    place = listing.agency, listing.lang
    seen = (source_id for source_id, _ in cover.seen)
    if not absence_store.lacks_any(db, *place, since=since, seen=seen):
        return []
    return absence_store.held_editions(db, *place, since=since)


def _cover(reading: Reading, *, to_the_end: bool) -> Cover:
    """What a reading saw, each item where it stood first: a page that was read twice shows most of its own again."""
    places = {seen.source_id: seen.published_at for seen in reversed(reading.seen)}
    in_order = dict.fromkeys(seen.source_id for seen in reading.seen)
    return Cover(tuple((source_id, places[source_id]) for source_id in in_order), to_the_end)

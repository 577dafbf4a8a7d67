"""What is remembered of each listing and of the portal between readings, and one row for every order."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.directory import Agency
from crawler.records import READ, Misfit, Outcome, Report
from monitor.schedule import WIDE_EVERY, Listing, Task
from monitor.store.absences import forget_those_of_predecessors
from monitor.store.database import from_text, to_text, writing
from monitor.store.directory import learned_agencies
from monitor.store.redactions import redacted


def write_directory(db: Database, agencies: Iterable[Agency], *, followed: Iterable[str]) -> None:
    """Brings the table of agencies up to the directory, and marks who is followed.

    What was learned from the portal's own directory stands before what this program brings along.
    """
    chosen = set(followed)
    known = {agency.slug: agency for agency in agencies}
    known |= {agency.slug: agency for agency in learned_agencies(db)}
    with writing(db):
        for agency in known.values():
            db.execute(
                """
                INSERT INTO agencies (slug, name_kk, name_ru, name_en, kind, followed, successor)
                VALUES (:slug, :name_kk, :name_ru, :name_en, :kind, :followed, :successor)
                ON CONFLICT (slug) DO UPDATE SET name_kk = excluded.name_kk, name_ru = excluded.name_ru,
                    name_en = excluded.name_en, kind = excluded.kind, followed = excluded.followed,
                    successor = excluded.successor
                """,
                {
                    "slug": agency.slug,
                    "name_kk": agency.name_kk,
                    "name_ru": agency.name_ru,
                    "name_en": agency.name_en,
                    "kind": agency.kind,
                    "followed": int(agency.slug in chosen),
                    "successor": agency.successor,
                },
            )
        forget_those_of_predecessors(db)


def holds_a_directory(db: Database) -> bool:
    """Whether it was ever written."""
    return bool(db.execute("SELECT EXISTS (SELECT 1 FROM agencies)").fetchone()[0])


def load_listing(db: Database, agency: str, lang: str) -> Listing:
    """The listing as the last readings left it; a new one where there were none."""
    columns = "route, watermark, walk_page, walk_until, walked_at, behind_since, failures, paused_until"
    row = db.execute(
        f"SELECT {columns} FROM listings WHERE agency = ? AND lang = ?",  # noqa: S608 columns of ours
        [agency, lang],
    ).fetchone()
    if row is None:
        return Listing(agency, lang)
    route, watermark, walk_page, until, walked_at, behind_since, failures, paused_until = row
    due_at, wide_at = _last_due(db, agency, lang)
    return Listing(
        agency,
        lang,
        route=route,
        watermark=watermark,
        walk_page=walk_page,
        walk_until=_moment(until),
        walked=walked_at is not None,
        behind_since=_moment(behind_since),
        last_listed=_has_releases(db, agency, lang),
        since_wide=WIDE_EVERY,
        wide_at=wide_at,
        due_at=due_at,
        failures=failures,
        paused_until=_moment(paused_until),
    )


def save_listing(db: Database, listing: Listing, *, now: datetime) -> None:
    """Keeps what of a listing must survive a restart."""
    db.execute(
        """
        INSERT INTO listings
            (agency, lang, route, watermark, walk_page, walk_until, walked_at, behind_since, failures,
             paused_until)
        VALUES (:agency, :lang, :route, :watermark, :walk_page, :walk_until, :walked_at, :behind_since,
                :failures, :paused)
        ON CONFLICT (agency, lang) DO UPDATE SET route = excluded.route, watermark = excluded.watermark,
            walk_page = excluded.walk_page, walk_until = excluded.walk_until,
            walked_at = coalesce(listings.walked_at, excluded.walked_at),
            behind_since = excluded.behind_since, failures = excluded.failures,
            paused_until = excluded.paused_until
        """,
        {
            "agency": listing.agency,
            "lang": listing.lang,
            "route": listing.route,
            "watermark": listing.watermark,
            "walk_page": listing.walk_page,
            "walk_until": _text(listing.walk_until),
            "walked_at": to_text(now) if listing.walked else None,
            "behind_since": _text(listing.behind_since),
            "failures": listing.failures,
            "paused": _text(listing.paused_until),
        },
    )


def must_be_saved(before: Listing, after: Listing) -> bool:
    """Whether a restart would lose something; a reading with nothing new writes its `crawls` row alone."""
    return _lasting(before) != _lasting(after)


@dataclass(frozen=True, slots=True)
class Counts:
    """What one order brought."""

    new: int = 0
    edited: int = 0
    removed: int = 0


def begin_crawl(db: Database, task: Task, route: str, *, started_at: datetime) -> int:
    """Opens the row of an order inside the transaction that stores what it brought; its id."""
    cursor = db.execute(
        "INSERT INTO crawls (started_at, agency, lang, page, purpose, route) VALUES (?, ?, ?, ?, ?, ?)",
        [to_text(started_at), task.agency, task.lang, task.page, task.purpose, route],
    )
    return int(cursor.lastrowid or 0)


def end_crawl(
    db: Database,
    crawl: int,
    report: Report,
    counts: Counts,
    *,
    outcome: Outcome,
    finished_at: datetime,
    next_at: datetime | None,
) -> None:
    """Closes the row of an order, and keeps when its listing is read next."""
    db.execute(
        """
        UPDATE crawls SET finished_at = ?, outcome = ?, reason = ?, listed = ?, new = ?, edited = ?,
            removed = ?, requests = ?, bytes = ?, next_at = ? WHERE id = ?
        """,
        [
            to_text(finished_at),
            outcome,
            report.reason,
            report.listed,
            counts.new,
            counts.edited,
            counts.removed,
            report.requests,
            report.bytes,
            _text(next_at),
            crawl,
        ],
    )


def last_read(db: Database, agency: str, lang: str, *, before: datetime) -> datetime | None:
    """When the last good reading of a listing that began before that moment ended; None: there was none."""
    row = db.execute(
        "SELECT finished_at FROM crawls WHERE agency = ? AND lang = ? AND started_at < ? "
        "AND outcome IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT 1",
        [agency, lang, to_text(before), json.dumps(sorted(READ))],
    ).fetchone()
    return _moment(row[0]) if row else None


def quarantine(db: Database, misfit: Misfit, digest: str, *, agency: str, lang: str, now: datetime) -> None:
    """Keeps an item aside that does not have the shape of a release; once, however often it is met, with what is
    wrong with it now.

    Of a release that was redacted what it says is not kept.
    """
    raw = "" if misfit.source_id and redacted(db, [misfit.source_id]) else misfit.raw
    db.execute(
        """
        INSERT INTO quarantine (agency, lang, digest, source_id, reason, raw, seen_at)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (agency, lang, digest)
        DO UPDATE SET reason = excluded.reason, raw = excluded.raw WHERE reason <> excluded.reason
        """,
        [agency, lang, digest, misfit.source_id, misfit.reason, raw, to_text(now)],
    )


def release_from_quarantine(db: Database, source_ids: Iterable[str], *, agency: str, lang: str) -> None:
    """Lets go of items kept aside under these ids: they can be read by now."""
    aside = db.execute(
        "SELECT digest, source_id FROM quarantine WHERE agency = ? AND lang = ?", [agency, lang]
    ).fetchall()
    if not aside:
        return  # as nearly always
    read = set(source_ids)
    _let_go(db, [digest for digest, source_id in aside if source_id in read], agency=agency, lang=lang)


def release_what_is_gone(
    db: Database, shown: Collection[str], *, agency: str, lang: str, before: datetime
) -> None:
    """Lets go of items that were kept aside `before` their listing was read to its end, and that it did not show.

    `shown` are the ids of all that it did, readable or not; "" where an item did not even say its id.
    """
    aside = db.execute(
        "SELECT digest, source_id FROM quarantine WHERE agency = ? AND lang = ? AND seen_at < ?",
        [agency, lang, to_text(before)],
    ).fetchall()
    gone = [digest for digest, source_id in aside if (source_id or "") not in shown]
    _let_go(db, gone, agency=agency, lang=lang)


def _let_go(db: Database, digests: Sequence[str], *, agency: str, lang: str) -> None:
    db.conn.executemany(
        "DELETE FROM quarantine WHERE agency = ? AND lang = ? AND digest = ?",
        [(agency, lang, digest) for digest in digests],
    )


@dataclass(frozen=True, slots=True)
class PortalState:
    """How the portal as a whole behaves."""

    base_url: str
    outcome: Outcome | None = None
    """None: it answers."""
    reason: str = ""
    since: datetime | None = None
    failures: int = 0
    paused_until: datetime | None = None


def load_portal(db: Database, base_url: str) -> PortalState:
    """How the portal behaved when it was last asked."""
    row = db.execute(
        "SELECT outcome, reason, since, failures, paused_until FROM portals WHERE base_url = ?", [base_url]
    ).fetchone()
    if row is None:
        return PortalState(base_url)
    outcome, reason, since, failures, paused_until = row
    return PortalState(base_url, outcome, reason, _moment(since), failures, _moment(paused_until))


def save_portal(db: Database, portal: PortalState) -> None:
    """Keeps how the portal behaves."""
    db.execute(
        """
        INSERT INTO portals (base_url, outcome, reason, since, failures, paused_until)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (base_url) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason,
            since = excluded.since, failures = excluded.failures, paused_until = excluded.paused_until
        """,
        [
            portal.base_url,
            portal.outcome,
            portal.reason,
            _text(portal.since),
            portal.failures,
            _text(portal.paused_until),
        ],
    )


def _lasting(listing: Listing) -> tuple[object, ...]:
    return (
        listing.route,
        listing.watermark,
        listing.walk_page,
        listing.walk_until,
        listing.walked,
        listing.behind_since,
        listing.failures,
        listing.paused_until,
    )


def _has_releases(db: Database, agency: str, lang: str) -> bool:
    row = db.execute(
        """
        SELECT 1 FROM releases JOIN editions ON editions.release_id = releases.id
        WHERE releases.agency = ? AND editions.lang = ? AND editions.status IN ('listed', 'suspected') LIMIT 1
        """,
        [agency, lang],
    ).fetchone()
    return row is not None


def _last_due(db: Database, agency: str, lang: str) -> tuple[datetime | None, datetime | None]:
    """When it is to be read next, and when it was read wide."""
    row = db.execute(
        "SELECT due_at, wide_at FROM due WHERE agency = ? AND lang = ?", [agency, lang]
    ).fetchone()
    return (_moment(row[0]), _moment(row[1])) if row else (None, None)


def _moment(stored: str | None) -> datetime | None:
    return from_text(stored) if stored else None


def _text(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None

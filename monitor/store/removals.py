"""Declares that a release, or a copy of it, was taken down or moved; decides nothing itself."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.changes import WEIGHT_OF
from monitor.removal import Copy, Departure, Presence, Removed
from monitor.store.absences import COUNTS, evidence_of
from monitor.store.changes import write_change
from monitor.store.database import from_text, to_text

_LOOKED_AT = """
    (SELECT crawls.finished_at FROM crawls
     WHERE crawls.agency = release_agencies.agency AND crawls.lang = editions.lang
       AND crawls.covered_to IS NOT NULL AND crawls.finished_at > :since
       -- A date that cannot be right says nothing about a place: only a reading to the end has looked there.
       AND (crawls.covered_to = '' OR (
           crawls.covered_to < editions.published_at AND editions.published_at >= '2000-01-01'
           AND julianday(editions.published_at) <= julianday(editions.first_seen_at) + 2))
     ORDER BY crawls.finished_at DESC LIMIT 1)
"""
"""The end of the last reading, since the release began to be missed, that covered an edition's place in a listing."""


def copies(db: Database, release_id: int) -> list[Copy]:
    """Every language of a release, as far as its removal goes."""
    rows = db.query(
        f"""
        SELECT editions.id, editions.lang, editions.status,
               (SELECT min(suspected_at) FROM absences WHERE edition_id = editions.id) AS suspected_at,
               CASE WHEN NOT EXISTS (
                   SELECT 1 FROM release_agencies
                   WHERE {COUNTS} AND NOT EXISTS (
                       SELECT 1 FROM absences WHERE edition_id = editions.id
                         AND absences.agency = release_agencies.agency AND confirmed_at IS NOT NULL
                   )
               ) THEN (SELECT max(confirmed_at) FROM absences WHERE edition_id = editions.id)
               END AS confirmed_at,
               (SELECT max({_LOOKED_AT})
                FROM release_agencies
                WHERE {COUNTS} AND NOT EXISTS (
                    SELECT 1 FROM absences
                    WHERE edition_id = editions.id AND absences.agency = release_agencies.agency
                )
               ) AS looked_at,
               (SELECT max({_LOOKED_AT}) FROM release_agencies WHERE {COUNTS}) AS sought_at
        FROM editions
        WHERE editions.release_id = :release
        """,  # noqa: S608 words of ours
        {"release": release_id, "since": _missed_since(db, release_id)},
    )
    return [
        Copy(
            edition_id=row["id"],
            lang=row["lang"],
            status=row["status"],
            confirmed_at=_moment(row["confirmed_at"]),
            looked_at=_moment(row["looked_at"]),
            suspected_at=_moment(row["suspected_at"]),
            sought_at=_moment(row["sought_at"]),
        )
        for row in rows
    ]


def presences(db: Database, release_id: int) -> list[Presence]:
    """Every agency whose listing has a say in whether a release is gone, as far as that goes."""
    rows = db.execute(
        f"""
        SELECT release_agencies.agency, release_agencies.first_seen_at,
               json_group_array(editions.lang),
               json_group_array(editions.lang) FILTER (WHERE absences.edition_id IS NOT NULL),
               json_group_array(editions.lang) FILTER (WHERE absences.confirmed_at IS NOT NULL),
               max({_LOOKED_AT}) FILTER (WHERE absences.edition_id IS NULL),
               min(absences.suspected_at)
        FROM editions
        JOIN release_agencies ON {COUNTS}
        LEFT JOIN absences
            ON absences.edition_id = editions.id AND absences.agency = release_agencies.agency
        WHERE editions.release_id = :release AND editions.status IN ('listed', 'suspected')
        GROUP BY release_agencies.agency
        """,  # noqa: S608 words of ours
        {"release": release_id, "since": _missed_since(db, release_id)},
    )
    return [
        Presence(
            agency=agency,
            since=from_text(since),
            langs=frozenset(json.loads(langs)),
            missing=frozenset(json.loads(missing)),
            confirmed=frozenset(json.loads(confirmed)),
            looked_at=_moment(looked_at),
            missed_at=_moment(missed_at),
        )
        for agency, since, langs, missing, confirmed, looked_at, missed_at in rows
    ]


def _missed_since(db: Database, release_id: int) -> str:
    """When a listing first lacked one of its copies; readings before that say nothing of it now."""
    (since,) = db.execute(
        "SELECT min(suspected_at) FROM editions JOIN absences ON absences.edition_id = editions.id "
        "WHERE release_id = ?",
        [release_id],
    ).fetchone()
    return since or ""


def listed_by(db: Database, release_id: int) -> list[str]:
    """The agencies that list a release."""
    rows = db.execute(
        "SELECT agency FROM release_agencies WHERE release_id = ? AND left_at IS NULL ORDER BY agency",
        [release_id],
    )
    return [agency for (agency,) in rows]


def known_agencies(db: Database, slugs: Iterable[str]) -> tuple[str, ...]:
    """Those of these that are slugs of agencies, in their order: an item may name its owner in any words."""
    rows = db.execute(
        "SELECT value FROM json_each(?) WHERE value IN (SELECT slug FROM agencies) "
        "OR value IN (SELECT slug FROM directory) ORDER BY key",
        [json.dumps(list(slugs))],
    )
    return tuple(slug for (slug,) in rows)


def confirmations(db: Database, release_id: int) -> list[datetime]:
    """When the listings were proved to lack the copies of a release."""
    rows = db.execute(
        """
        SELECT absences.confirmed_at FROM absences JOIN editions ON editions.id = absences.edition_id
        WHERE editions.release_id = ? AND absences.confirmed_at IS NOT NULL
        """,
        [release_id],
    )
    return [from_text(stored) for (stored,) in rows]


def write_removal(
    db: Database,
    release_id: int,
    removed: Removed,
    *,
    looked_up: Mapping[str, Any] | None = None,
    mass: Mapping[str, Any] | None = None,
    now: datetime,
) -> int:
    """Declares a removal; the id of its change. The texts stay.

    `looked_up` is what the portal said when it was asked, `mass` what is said where it is one of many.
    """
    scope, key = ("release_id", release_id) if removed.edition_id is None else ("id", removed.edition_id)
    gone = [
        edition_id
        for (edition_id,) in db.execute(
            # What only a dump has said was never shown, and so cannot be taken away.
            f"SELECT id FROM editions WHERE {scope} = ? AND status <> 'unseen'",  # noqa: S608 a column of ours
            [key],
        )
    ]
    evidence = evidence_of(db, gone)
    if looked_up is not None and looked_up["lang"] in evidence:
        evidence[looked_up["lang"]]["single"] = looked_up
    these = json.dumps(gone)
    db.execute(
        "UPDATE editions SET status = 'removed', flapping = NULL WHERE id IN (SELECT value FROM json_each(?))",
        [these],
    )
    db.execute("DELETE FROM absences WHERE edition_id IN (SELECT value FROM json_each(?))", [these])
    # What could not be read of it will not be shown again, and nobody is to look after it.
    db.execute(
        "DELETE FROM quarantine WHERE source_id = (SELECT source_id FROM releases WHERE id = ?) "
        "AND lang IN (SELECT lang FROM editions WHERE id IN (SELECT value FROM json_each(?)))",
        [release_id, these],
    )
    (left,) = db.execute(
        "SELECT count(*) FROM editions WHERE release_id = ? AND status NOT IN ('removed', 'unseen')",
        [release_id],
    ).fetchone()
    db.execute("UPDATE releases SET status = ? WHERE id = ?", ["listed" if left else "removed", release_id])
    detail: dict[str, Any] = {"evidence": evidence} | ({"lang": removed.lang} if removed.lang else {})
    if mass is not None:
        detail["mass"] = mass
    return write_change(
        db,
        "removed",
        release_id=release_id,
        edition_id=removed.edition_id,
        revision_id=None,
        weight=WEIGHT_OF["removed"],
        detail=detail,
        baseline=False,
        now=now,
    )


def write_departure(
    db: Database,
    release_id: int,
    departure: Departure,
    *,
    looked_up: Mapping[str, Any] | None = None,
    now: datetime,
) -> int | None:
    """Notes that an agency lists a release no more; the id of the change where it was the owner: it has moved.

    `looked_up` is what the portal said of the release when it was asked for, where that told whose it is now.
    """
    agency, to = departure.agency, departure.to
    (owner, url) = db.execute("SELECT agency, url FROM releases WHERE id = ?", [release_id]).fetchone()
    editions = [
        edition_id
        for (edition_id,) in db.execute(
            "SELECT edition_id FROM absences JOIN editions ON editions.id = edition_id "
            "WHERE release_id = ? AND absences.agency = ?",
            [release_id, agency],
        )
    ]
    evidence = _only_of(agency, evidence_of(db, editions))
    db.execute(
        "UPDATE release_agencies SET left_at = ? WHERE release_id = ? AND agency = ?",
        [to_text(now), release_id, agency],
    )
    # Of a copy that nobody shows they stay: it is gone, and that is to be said yet.
    db.execute(
        """
        DELETE FROM absences WHERE agency = ? AND edition_id IN (
            SELECT id FROM editions WHERE status = 'listed' AND id IN (SELECT value FROM json_each(?)))
        """,
        [agency, json.dumps(editions)],
    )
    if owner != agency:
        return None
    moved_to = url.replace(f"/entities/{agency}/", f"/entities/{to}/")
    db.execute("UPDATE releases SET agency = ?, url = ? WHERE id = ?", [to, moved_to, release_id])
    detail: dict[str, Any] = {"from": agency, "to": to, "evidence": evidence}
    if looked_up is not None:
        detail["single"] = looked_up
    return write_change(
        db,
        "moved",
        release_id=release_id,
        edition_id=None,
        revision_id=None,
        weight=WEIGHT_OF["moved"],
        detail=detail,
        baseline=False,
        now=now,
    )


def list_elsewhere(db: Database, release_id: int, agency: str, *, now: datetime) -> None:
    """Lists a release, and what is suspected of its copies, under an agency that the portal itself has named."""
    db.execute(
        "INSERT INTO agencies (slug, name_kk, name_ru, name_en, kind) "
        "VALUES (:slug, :slug, :slug, :slug, 'body') ON CONFLICT (slug) DO NOTHING",
        {"slug": agency},
    )
    moment = to_text(now)
    db.execute(
        """
        INSERT INTO release_agencies (release_id, agency, first_seen_at, last_seen_at, langs)
        SELECT :release, :agency, :now, :now, json_group_array(lang) FROM editions
        WHERE release_id = :release AND status IN ('listed', 'suspected')
        ON CONFLICT (release_id, agency) DO UPDATE SET
            last_seen_at = excluded.last_seen_at, left_at = NULL, langs = excluded.langs
        """,
        {"release": release_id, "agency": agency, "now": moment},
    )
    db.execute(
        "UPDATE editions SET status = 'listed' WHERE release_id = ? AND status = 'suspected'", [release_id]
    )
    db.execute("UPDATE releases SET status = 'listed' WHERE id = ?", [release_id])


def _only_of(agency: str, evidence: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        lang: {**told, "readings": [one for one in told["readings"] if one.get("agency") == agency]}
        for lang, told in evidence.items()
    }


def _moment(stored: str | None) -> datetime | None:
    return from_text(stored) if stored else None

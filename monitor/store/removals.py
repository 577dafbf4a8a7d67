"""What a listing should show, and the steps from `suspected` to `removed`; decides nothing itself."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.changes import WEIGHT_OF
from monitor.removal import Copy, HeldEdition, Removed
from monitor.store.database import from_text, to_text
from monitor.store.releases import write_change


def held_editions(db: Database, agency: str, lang: str, *, since: datetime | None) -> list[HeldEdition]:
    """The editions that this listing should show, dated after `since` (None: all of them).

    A release that several agencies list is left out: one listing alone cannot prove that it is gone. So is all of
    an agency that another has taken over from: its listing may fall silent any day, and nothing was taken away.
    """
    rows = db.execute(
        """
        SELECT editions.id, releases.source_id, editions.published_at, editions.first_seen_at, editions.status,
               editions.suspected_at, editions.confirmed_at, editions.evidence ->> '$.mass'
        FROM releases
        JOIN editions ON editions.release_id = releases.id AND editions.lang = :lang
        WHERE releases.agency = :agency
          AND editions.published_at > :since
          AND editions.status IN ('listed', 'suspected')
          AND NOT EXISTS (
              SELECT 1 FROM release_agencies AS other
              WHERE other.release_id = releases.id AND other.agency <> :agency
          )
          AND NOT EXISTS (SELECT 1 FROM agencies WHERE slug = :agency AND successor <> '')
        """,
        {"agency": agency, "lang": lang, "since": to_text(since) if since else ""},
    )
    return [
        HeldEdition(
            id=edition_id,
            source_id=source_id,
            published_at=_moment(published_at),
            first_seen_at=_moment(first_seen_at),
            status=status,
            suspected_at=_moment(suspected_at),
            confirmed_at=_moment(confirmed_at),
            in_mass=bool(in_mass),
        )
        for (
            edition_id,
            source_id,
            published_at,
            first_seen_at,
            status,
            suspected_at,
            confirmed_at,
            in_mass,
        ) in rows
    ]


def doubted_elsewhere(db: Database, agency: str, *, since: datetime) -> int:
    """How many releases of other agencies began to be missed since that moment."""
    (count,) = db.execute(
        """
        SELECT count(DISTINCT editions.release_id)
        FROM editions
        JOIN releases ON releases.id = editions.release_id
        WHERE editions.status = 'suspected' AND editions.suspected_at > :since
          AND releases.agency <> :agency
        """,
        {"since": to_text(since), "agency": agency},
    ).fetchone()
    return int(count)


def suspect(db: Database, editions: Sequence[HeldEdition], *, crawl: int, mass: bool, now: datetime) -> None:
    """Notes that a reading that covered these did not show them; `mass`: together with too many others."""
    if not editions:
        return
    evidence = {"crawls": [crawl], **({"mass": True} if mass else {})}
    for edition in editions:
        db.execute(
            "UPDATE editions SET status = 'suspected', suspected_at = ?, evidence = ? WHERE id = ?",
            [to_text(now), json.dumps(evidence), edition.id],
        )
    _doubt_releases(db, editions)


def confirm(db: Database, editions: Sequence[HeldEdition], *, crawl: int, now: datetime) -> list[int]:
    """Notes that a later reading did not show them either; the releases they belong to."""
    if not editions:
        return []
    ids = [edition.id for edition in editions]
    for edition_id in ids:
        db.execute(
            "UPDATE editions SET confirmed_at = ?, "
            "evidence = json_insert(coalesce(evidence, '{\"crawls\":[]}'), '$.crawls[#]', ?) WHERE id = ?",
            [to_text(now), crawl, edition_id],
        )
    rows = db.execute(
        "SELECT DISTINCT release_id FROM editions WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(ids)],
    )
    return [release_id for (release_id,) in rows]


def undeclared(db: Database, agency: str) -> list[int]:
    """Releases of this agency with a copy that is confirmed gone and not declared yet."""
    rows = db.execute(
        """
        SELECT DISTINCT editions.release_id
        -- In this order: few editions are suspected, and an agency has thousands of releases.
        FROM editions INDEXED BY editions_suspected CROSS JOIN release_agencies USING (release_id)
        WHERE editions.status = 'suspected' AND editions.confirmed_at IS NOT NULL
          AND release_agencies.agency = ?
        """,
        [agency],
    )
    return [release_id for (release_id,) in rows]


def copies(db: Database, release_id: int) -> list[Copy]:
    """Every language of a release, as far as its removal goes."""
    rows = db.query(
        """
        SELECT editions.id, editions.lang, editions.status, editions.suspected_at, editions.confirmed_at,
               (SELECT crawls.finished_at FROM crawls
                WHERE crawls.agency = releases.agency AND crawls.lang = editions.lang
                  AND crawls.covered_to IS NOT NULL
                  -- A date typed into the future says nothing about a place.
                  AND crawls.covered_to < min(editions.published_at, editions.first_seen_at)
                ORDER BY crawls.finished_at DESC LIMIT 1) AS looked_at
        FROM editions JOIN releases ON releases.id = editions.release_id
        WHERE editions.release_id = ?
        """,
        [release_id],
    )
    return [
        Copy(
            edition_id=row["id"],
            lang=row["lang"],
            status=row["status"],
            confirmed=row["confirmed_at"] is not None,
            looked_at=_moment(row["looked_at"]),
            suspected_at=_moment(row["suspected_at"]),
        )
        for row in rows
    ]


def write_removal(db: Database, release_id: int, removed: Removed, *, now: datetime) -> int:
    """Declares a removal; the id of its change. The texts stay."""
    scope, key = ("release_id", release_id) if removed.edition_id is None else ("id", removed.edition_id)
    evidence = {
        lang: json.loads(proof or "{}")
        for lang, proof in db.execute(
            f"SELECT lang, evidence FROM editions WHERE {scope} = ?",  # noqa: S608 a column of ours
            [key],
        )
    }
    # What only a dump has said was never shown, and so cannot be taken away.
    db.execute(
        f"UPDATE editions SET status = 'removed' WHERE {scope} = ? AND status <> 'unseen'",  # noqa: S608
        [key],
    )
    (left,) = db.execute(
        "SELECT count(*) FROM editions WHERE release_id = ? AND status NOT IN ('removed', 'unseen')",
        [release_id],
    ).fetchone()
    status = "listed" if left else "removed"
    db.execute("UPDATE releases SET status = ? WHERE id = ?", [status, release_id])
    detail: Mapping[str, Any] = {"evidence": evidence} | ({"lang": removed.lang} if removed.lang else {})
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


def note_cover(db: Database, crawl: int, covered_to: datetime | None) -> None:
    """Keeps down to which date a reading covered its listing; None: to its end."""
    stored = to_text(covered_to) if covered_to else ""
    db.execute("UPDATE crawls SET covered_to = ? WHERE id = ?", [stored, crawl])


def _doubt_releases(db: Database, editions: Iterable[HeldEdition]) -> None:
    """A release is suspected while none of its copies is plainly listed."""
    db.execute(
        """
        UPDATE releases SET status = 'suspected'
        WHERE status = 'listed'
          AND id IN (SELECT release_id FROM editions WHERE id IN (SELECT value FROM json_each(?)))
          AND NOT EXISTS (SELECT 1 FROM editions WHERE release_id = releases.id AND status = 'listed')
        """,
        [json.dumps([edition.id for edition in editions])],
    )


def _moment(stored: str | None) -> datetime | None:
    return from_text(stored) if stored else None

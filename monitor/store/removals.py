"""What a listing should show, and the steps from `suspected` to `removed`; decides nothing itself."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.changes import WEIGHT_OF
from monitor.removal import Copy, HeldEdition, Removed
from monitor.store.changes import write_change
from monitor.store.database import from_text, to_text

_BY_AGENCY = "releases CROSS JOIN editions ON editions.release_id = releases.id"
_BY_DATE = "editions INDEXED BY editions_by_date CROSS JOIN releases ON releases.id = editions.release_id"
FEW_RELEASES = 200
"""Of an agency that has no more, all are looked through."""
FEW_EDITIONS = 4000
"""Of all agencies, in one language and as new as what a reading has seen; beyond it the agency's own are fewer."""


def held_editions(db: Database, agency: str, lang: str, *, since: datetime | None) -> list[HeldEdition]:
    """The editions that this listing should show, dated after `since` (None: all of them).

    A release that several agencies list is left out: one listing alone cannot prove that it is gone. So is all of
    an agency that another has taken over from: its listing may fall silent any day, and nothing was taken away.
    """
    place, values = _that_should_show(db, agency, lang, since)
    rows = db.execute(
        f"""
        SELECT editions.id, releases.source_id, editions.published_at, editions.first_seen_at, editions.status,
               editions.suspected_at, editions.confirmed_at, editions.evidence ->> '$.mass'
        FROM {place}
        """,  # noqa: S608 words of ours
        values,
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


def lacks_any(db: Database, agency: str, lang: str, *, since: datetime | None, seen: Iterable[str]) -> bool:
    """Whether this listing should show anything, dated after `since`, but those portal ids; mostly it does not."""
    place, values = _that_should_show(db, agency, lang, since)
    row = db.execute(
        f"SELECT 1 FROM {place} AND releases.source_id NOT IN (SELECT value FROM json_each(:seen)) LIMIT 1",  # noqa: S608
        {**values, "seen": json.dumps(list(seen))},
    ).fetchone()
    return row is not None


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


def _that_should_show(
    db: Database, agency: str, lang: str, since: datetime | None
) -> tuple[str, dict[str, str]]:
    """Tables and conditions of the editions that a listing should show, and the values these name."""
    dated_after = to_text(since) if since else ""
    by_date = since is not None and _is_quicker_by_date(db, agency, lang, dated_after)
    place = f"""
        {_BY_DATE if by_date else _BY_AGENCY}
        WHERE editions.lang = :lang
          AND releases.agency = :agency
          AND editions.published_at > :since
          AND editions.status IN ('listed', 'suspected')
          AND NOT EXISTS (
              SELECT 1 FROM release_agencies AS other
              WHERE other.release_id = releases.id AND other.agency <> :agency
          )
          AND NOT EXISTS (SELECT 1 FROM agencies WHERE slug = :agency AND successor <> '')
        """  # noqa: S608 words of ours
    return place, {"agency": agency, "lang": lang, "since": dated_after}


def _is_quicker_by_date(db: Database, agency: str, lang: str, dated_after: str) -> bool:
    """Which way to the editions of a listing is the shorter one; both lead to the same."""
    own = "SELECT count(*) FROM (SELECT 1 FROM releases WHERE agency = ? LIMIT ?)"
    if db.execute(own, [agency, FEW_RELEASES + 1]).fetchone()[0] <= FEW_RELEASES:
        return False
    new = "SELECT count(*) FROM (SELECT 1 FROM editions WHERE lang = ? AND published_at > ? LIMIT ?)"
    return bool(db.execute(new, [lang, dated_after, FEW_EDITIONS + 1]).fetchone()[0] <= FEW_EDITIONS)


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

"""What a listing should show, and what readings have proved missing from it; decides nothing itself."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.agreement import Doubt, Look
from monitor.removal import HeldEdition
from monitor.store.database import from_text, to_text

_LISTED_HERE = """
    release_agencies.agency = :agency AND release_agencies.left_at IS NULL
    AND instr(release_agencies.langs, '"' || :lang || '"')
"""
_BY_AGENCY = f"""
    release_agencies
    CROSS JOIN editions ON editions.release_id = release_agencies.release_id
    WHERE {_LISTED_HERE}
"""
_BY_DATE = f"""
    editions INDEXED BY editions_by_date
    CROSS JOIN release_agencies ON release_agencies.release_id = editions.release_id
    WHERE {_LISTED_HERE}
"""
COUNTS = """
    release_agencies.release_id = editions.release_id AND release_agencies.left_at IS NULL
    AND instr(release_agencies.langs, '"' || editions.lang || '"')
    AND EXISTS (SELECT 1 FROM agencies WHERE slug = release_agencies.agency AND followed = 1 AND successor = '')
"""
"""Which listings have a say in whether an edition is gone: such as show it, and are read and believed."""
FEW_RELEASES = 200
"""Of an agency that has no more, all are looked through."""
FEW_EDITIONS = 4000
"""Of all agencies, in one language and as new as what a reading has seen; beyond it the agency's own are fewer."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a reading says of an edition that it lacked: between which releases it should have stood."""

    crawl: int
    at: datetime
    agency: str
    above: str | None
    below: str | None

    def as_json(self) -> dict[str, Any]:
        """The proof as it is kept and shown."""
        return {
            "crawl": self.crawl,
            "at": to_text(self.at),
            "agency": self.agency,
            "above": self.above,
            "below": self.below,
        }


def held_editions(db: Database, agency: str, lang: str, *, since: datetime | None) -> list[HeldEdition]:
    """The editions that this listing should show, dated after `since` (None: all of them).

    Left out is all of an agency that another has taken over from: its listing may fall silent any day, and nothing
    was taken away.
    """
    place, values = _that_should_show(db, agency, lang, since)
    rows = db.execute(
        f"""
        SELECT id, (SELECT source_id FROM releases WHERE id = release_id), published_at, first_seen_at,
               absences.suspected_at, absences.confirmed_at, coalesce(absences.mass, 0)
        FROM ({place}) AS here
        LEFT JOIN absences ON absences.edition_id = here.id AND absences.agency = :agency
        """,  # noqa: S608 words of ours
        values,
    )
    return [
        HeldEdition(
            id=edition_id,
            source_id=source_id,
            published_at=_moment(published_at),
            first_seen_at=_moment(first_seen_at),
            suspected_at=_moment(suspected_at),
            confirmed_at=_moment(confirmed_at),
            in_mass=bool(in_mass),
        )
        for edition_id, source_id, published_at, first_seen_at, suspected_at, confirmed_at, in_mass in rows
    ]


def lacks_any(db: Database, agency: str, lang: str, *, since: datetime | None, seen: Iterable[str]) -> bool:
    """Whether this listing should show anything, dated after `since`, but those portal ids; mostly it does not."""
    place, values = _that_should_show(db, agency, lang, since)
    row = db.execute(
        f"""
        SELECT 1 FROM ({place}) AS here
        WHERE (SELECT source_id FROM releases WHERE id = release_id)
            NOT IN (SELECT value FROM json_each(:seen))
        LIMIT 1
        """,  # noqa: S608 words of ours
        {**values, "seen": json.dumps(list(seen))},
    ).fetchone()
    return row is not None


def doubted_elsewhere(db: Database, agency: str, *, since: datetime) -> int:
    """How many releases of other agencies' listings began to be missed since that moment."""
    (count,) = db.execute(
        """
        SELECT count(DISTINCT editions.release_id)
        FROM absences INDEXED BY absences_by_date JOIN editions ON editions.id = absences.edition_id
        WHERE absences.suspected_at > :since AND absences.agency <> :agency
          AND NOT EXISTS (
              SELECT 1 FROM absences AS here JOIN editions AS copies ON copies.id = here.edition_id
              WHERE here.agency = :agency AND copies.release_id = editions.release_id
          )
        """,
        {"since": to_text(since), "agency": agency},
    ).fetchone()
    return int(count)


def miss(db: Database, proofs: Mapping[int, Proof], *, mass: bool) -> None:
    """Notes that a reading that covered these editions, by their ids, did not show them for the first time.

    `mass`: together with too many others. An edition is suspected once every listing that showed it lacks it.
    """
    for edition_id, proof in proofs.items():
        db.execute(
            """
            INSERT INTO absences (edition_id, agency, suspected_at, mass, evidence) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (edition_id, agency) DO NOTHING
            """,
            [edition_id, proof.agency, to_text(proof.at), int(mass), json.dumps([proof.as_json()])],
        )
    suspect(db, proofs)


def miss_again(db: Database, proofs: Mapping[int, Proof]) -> list[int]:
    """Notes that a later reading did not show them either; the releases they belong to."""
    for edition_id, proof in proofs.items():
        db.execute(
            "UPDATE absences SET confirmed_at = ?, evidence = json_insert(evidence, '$[#]', json(?)) "
            "WHERE edition_id = ? AND agency = ?",
            [to_text(proof.at), json.dumps(proof.as_json()), edition_id, proof.agency],
        )
    rows = db.execute(
        "SELECT DISTINCT release_id FROM editions WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(proofs))],
    )
    return [release_id for (release_id,) in rows]


def suspect(db: Database, editions: Iterable[int]) -> None:
    """Suspects those of these editions that every listing that showed them lacks, and their releases with them."""
    ids = json.dumps(list(editions))
    db.execute(
        f"""
        UPDATE editions SET status = 'suspected'
        WHERE id IN (SELECT value FROM json_each(?)) AND status = 'listed'
          AND NOT EXISTS (
              SELECT 1 FROM release_agencies
              WHERE {COUNTS} AND NOT EXISTS (
                  SELECT 1 FROM absences
                  WHERE edition_id = editions.id AND absences.agency = release_agencies.agency
              )
          )
        """,  # noqa: S608 words of ours
        [ids],
    )
    # A release is suspected while none of its copies is plainly listed.
    db.execute(
        """
        UPDATE releases SET status = 'suspected'
        WHERE status = 'listed'
          AND id IN (SELECT release_id FROM editions WHERE id IN (SELECT value FROM json_each(?)))
          AND NOT EXISTS (SELECT 1 FROM editions WHERE release_id = releases.id AND status = 'listed')
        """,
        [ids],
    )


def shown_again(db: Database, edition_id: int, agency: str) -> None:
    """A listing shows an edition: what was missed of it there is forgotten, and where nobody has a say any more."""
    db.execute(
        f"""
        DELETE FROM absences
        WHERE edition_id = :edition AND (
            agency = :agency OR agency NOT IN (
                SELECT release_agencies.agency FROM editions JOIN release_agencies ON {COUNTS}
                WHERE editions.id = :edition))
        """,  # noqa: S608 words of ours
        {"edition": edition_id, "agency": agency},
    )


def doubt_others(db: Database, release_id: int, *, but: int, moment: str) -> None:
    """Of a release that was removed as a whole and is back, doubts every copy `but` the one that was shown.

    They are back when they are shown, too. What no listing that is read could show is proved gone as it was.
    """
    removed = "editions.release_id = :release AND editions.status = 'removed' AND editions.id <> :edition"
    values = {"now": moment, "release": release_id, "edition": but}
    db.execute(
        f"""
        INSERT INTO absences (edition_id, agency, suspected_at, confirmed_at)
        SELECT editions.id, releases.agency, :now, :now
        FROM editions JOIN releases ON releases.id = editions.release_id
        WHERE {removed} AND NOT EXISTS (SELECT 1 FROM release_agencies WHERE {COUNTS})
        """,  # noqa: S608 words of ours
        values,
    )
    db.execute(f"UPDATE editions SET status = 'suspected' WHERE {removed}", values)  # noqa: S608 words of ours


def forget_those_of_predecessors(db: Database) -> None:
    """An agency that another has taken over from proves nothing any more: what its listing lacked is listed again."""
    lacked = [
        edition_id
        for (edition_id,) in db.execute(
            "SELECT edition_id FROM absences JOIN agencies ON agencies.slug = absences.agency WHERE successor <> ''"
        )
    ]
    if not lacked:
        return
    db.execute("DELETE FROM absences WHERE agency IN (SELECT slug FROM agencies WHERE successor <> '')")
    again = (
        "status = 'suspected' AND id IN (SELECT value FROM json_each(?)) "
        "AND id NOT IN (SELECT edition_id FROM absences)"
    )
    ids = json.dumps(lacked)
    db.execute(
        f"UPDATE releases SET status = 'listed' WHERE status = 'suspected' "  # noqa: S608 words of ours
        f"AND id IN (SELECT release_id FROM editions WHERE {again})",
        [ids],
    )
    db.execute(f"UPDATE editions SET status = 'listed' WHERE {again}", [ids])  # noqa: S608 words of ours


def looks_since(db: Database, agency: str, lang: str, since: datetime) -> list[Look]:
    """The readings of a listing since then that covered places in it; without one that is under way."""
    rows = db.execute(
        """
        SELECT finished_at, covered_to, purpose FROM crawls INDEXED BY crawls_that_cover
        WHERE agency = ? AND lang = ? AND covered_to IS NOT NULL AND finished_at >= ?
        """,
        [agency, lang, to_text(since)],
    )
    return [Look(from_text(at), _moment(covered), wide=purpose == "wide") for at, covered, purpose in rows]


def doubts_in_mass(db: Database, agency: str, lang: str) -> list[Doubt]:
    """What a listing lacks that began to be missed together with too many others, and is not confirmed missing."""
    rows = db.execute(
        """
        SELECT editions.published_at, absences.suspected_at
        -- In this order: little is missed, and there are a million editions.
        FROM absences CROSS JOIN editions ON editions.id = absences.edition_id
        WHERE absences.mass AND absences.agency = ? AND absences.confirmed_at IS NULL AND editions.lang = ?
          AND editions.status IN ('listed', 'suspected')
        """,
        [agency, lang],
    )
    return [Doubt(_moment(published), from_text(suspected)) for published, suspected in rows]


def in_mass(db: Database, release_id: int) -> bool:
    """Whether a release began to be missed together with too many others."""
    row = db.execute(
        "SELECT 1 FROM absences JOIN editions ON editions.id = edition_id WHERE release_id = ? AND mass LIMIT 1",
        [release_id],
    ).fetchone()
    return row is not None


def undeclared(db: Database, agency: str) -> list[int]:
    """Releases with a copy that is confirmed missing from a listing of this agency, and nothing said of it yet."""
    rows = db.execute(
        """
        SELECT DISTINCT editions.release_id
        -- In this order: little is missed, and there are a million editions.
        FROM absences CROSS JOIN editions ON editions.id = absences.edition_id
        WHERE absences.agency = ? AND absences.confirmed_at IS NOT NULL
        """,
        [agency],
    )
    return [release_id for (release_id,) in rows]


def note_cover(db: Database, crawl: int, covered_to: datetime | None) -> None:
    """Keeps down to which date a reading covered its listing; None: to its end."""
    stored = to_text(covered_to) if covered_to else ""
    db.execute("UPDATE crawls SET covered_to = ? WHERE id = ?", [stored, crawl])


def evidence_of(db: Database, editions: Sequence[int]) -> dict[str, dict[str, Any]]:
    """By language, the readings that prove these editions missing; the oldest first."""
    found: dict[str, dict[str, Any]] = {}
    for lang, proofs, mass in db.execute(
        """
        SELECT editions.lang, absences.evidence, absences.mass
        FROM absences JOIN editions ON editions.id = absences.edition_id
        WHERE absences.edition_id IN (SELECT value FROM json_each(?))
        ORDER BY editions.lang, absences.suspected_at, absences.agency
        """,
        [json.dumps(list(editions))],
    ):
        told = found.setdefault(lang, {"readings": []})
        told["readings"] += json.loads(proofs)
        if mass:
            told["mass"] = True
    return found


def _that_should_show(
    db: Database, agency: str, lang: str, since: datetime | None
) -> tuple[str, dict[str, str]]:
    """A query for the editions that a listing should show, and the values that it names."""
    dated_after = to_text(since) if since else ""
    by_date = since is not None and _is_quicker_by_date(db, agency, lang, dated_after)
    place = f"""
        SELECT editions.id, editions.release_id, editions.published_at, editions.first_seen_at
        FROM {_BY_DATE if by_date else _BY_AGENCY}
          AND editions.lang = :lang
          AND (:since = '' OR editions.published_at > :since)
          AND editions.status IN ('listed', 'suspected')
          AND NOT EXISTS (SELECT 1 FROM agencies WHERE slug = :agency AND successor <> '')
        """  # noqa: S608 words of ours
    return place, {"agency": agency, "lang": lang, "since": dated_after}


def _is_quicker_by_date(db: Database, agency: str, lang: str, dated_after: str) -> bool:
    """Which way to the editions of a listing is the shorter one; both lead to the same."""
    own = "SELECT count(*) FROM (SELECT 1 FROM release_agencies WHERE agency = ? LIMIT ?)"
    if db.execute(own, [agency, FEW_RELEASES + 1]).fetchone()[0] <= FEW_RELEASES:
        return False
    new = "SELECT count(*) FROM (SELECT 1 FROM editions WHERE lang = ? AND published_at > ? LIMIT ?)"
    return bool(db.execute(new, [lang, dated_after, FEW_EDITIONS + 1]).fetchone()[0] <= FEW_EDITIONS)


def _moment(stored: str | None) -> datetime | None:
    return from_text(stored) if stored else None

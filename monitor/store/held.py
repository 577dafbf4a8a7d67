"""What is held of releases at the moment a page of them is read; answers, and writes nothing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.detect import KnownEdition, KnownRelease
from monitor.difference import Content
from monitor.flapping import Flapping, Revised, Turn, came_back_to
from monitor.store.database import from_text, to_text

SOURCE = "gov.kz"
DUMPED = "dump:"
"""Begins the digest of an item that a dump has told, not the portal."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a reading needs of an item that has not changed."""

    digest: str
    published_at: datetime | None
    first_seen_at: datetime
    """In this listing: a release of several agencies may have been seen elsewhere before."""


def plainly_listed(db: Database, agency: str, lang: str, source_ids: Iterable[str]) -> dict[str, Held]:
    """Those of these releases whose edition is plainly listed by this agency, by portal id.

    What is not in the answer needs a closer look (`known`); most readings need nothing but this.
    """
    wanted = list(source_ids)
    if not wanted:
        return {}
    rows = db.execute(
        """
        SELECT releases.source_id, editions.digest, editions.published_at,
               max(editions.first_seen_at, release_agencies.first_seen_at)
        FROM releases
        JOIN editions ON editions.release_id = releases.id AND editions.lang = :lang
        JOIN release_agencies ON release_agencies.release_id = releases.id
            AND release_agencies.agency = :agency
        WHERE releases.source = :source
          AND releases.source_id IN (SELECT value FROM json_each(:ids))
          AND editions.status = 'listed' AND editions.flapping IS NULL
          AND release_agencies.left_at IS NULL AND instr(release_agencies.langs, '"' || :lang || '"')
          AND NOT EXISTS (
              SELECT 1 FROM absences WHERE edition_id = editions.id AND absences.agency = :agency
          )
        """,
        {"ids": json.dumps(wanted), "source": SOURCE, "lang": lang, "agency": agency},
    )
    return {
        source_id: Held(digest, from_text(published_at) if published_at else None, from_text(first_seen_at))
        for source_id, digest, published_at, first_seen_at in rows
    }


def digests(db: Database, lang: str, source_ids: Iterable[str]) -> dict[str, str]:
    """The digest of each of these releases' editions in one language, by portal id, whatever has become of it."""
    return _of_editions(db, "digest", lang, source_ids)


def published(db: Database, lang: str, source_ids: Iterable[str]) -> dict[str, datetime | None]:
    """The date of each of these releases in one language, by portal id; those not held are not in the answer."""
    held = _of_editions(db, "published_at", lang, source_ids)
    return {source_id: from_text(stored) if stored else None for source_id, stored in held.items()}


def highest_id(db: Database) -> int | None:
    """The highest portal id that any listing has shown; None where nothing was read yet."""
    (highest,) = db.execute(
        "SELECT max(CAST(source_id AS INTEGER)) FROM releases WHERE source = ? AND status <> 'unseen'",
        [SOURCE],
    ).fetchone()
    return highest  # type: ignore[no-any-return]


def known(db: Database, source_ids: Iterable[str]) -> dict[str, KnownRelease]:
    """What is held of each of these releases, by portal id; those not held are not in the answer."""
    wanted = list(source_ids)
    if not wanted:
        return {}
    ids = {"ids": json.dumps(wanted), "source": SOURCE}
    found = "releases.source = :source AND releases.source_id IN (SELECT value FROM json_each(:ids))"
    agencies: dict[int, dict[str, datetime]] = {}
    listed_by: dict[tuple[int, str], set[str]] = {}
    for release_id, agency, first_seen_at, langs, left_at in db.execute(
        f"SELECT release_id, release_agencies.agency, release_agencies.first_seen_at, langs, left_at "  # noqa: S608
        f"FROM release_agencies JOIN releases ON releases.id = release_id WHERE {found}",
        ids,
    ):
        agencies.setdefault(release_id, {})[agency] = from_text(first_seen_at)
        for lang in json.loads(langs) if left_at is None else ():
            listed_by.setdefault((release_id, lang), set()).add(agency)
    for release_id, lang, agency in db.execute(
        f"SELECT editions.release_id, editions.lang, absences.agency FROM releases "  # noqa: S608
        f"JOIN editions ON editions.release_id = releases.id "
        f"JOIN absences ON absences.edition_id = editions.id WHERE {found}",
        ids,
    ):
        listed_by.get((release_id, lang), set()).discard(agency)
    wordings: dict[int, list[Revised]] = {}
    for edition_id, number, mark, digest, seen_at in db.execute(
        # By the last reading of each: the next one is compared with what the present code makes of a wording.
        f"SELECT edition_id, number, coalesce((SELECT fingerprint FROM reparses "  # noqa: S608
        f"WHERE revision_id = revisions.id ORDER BY reparses.number DESC LIMIT 1), revisions.fingerprint), "
        f"revisions.digest, seen_at FROM releases "
        f"JOIN editions ON editions.release_id = releases.id "
        f"JOIN revisions ON revisions.edition_id = editions.id WHERE {found} ORDER BY edition_id, number",
        ids,
    ):
        wordings.setdefault(edition_id, []).append(Revised(number, mark, digest, from_text(seen_at)))
    editions: dict[int, dict[str, KnownEdition]] = {}
    for row in db.query(
        f"SELECT editions.* FROM editions "  # noqa: S608 our own words
        f"JOIN releases ON releases.id = editions.release_id WHERE {found}",
        ids,
    ):
        edition = _known_edition(
            row,
            listed_by=frozenset(listed_by.get((row["release_id"], row["lang"]), ())),
            wordings=tuple(wordings.get(row["id"], ())),
        )
        editions.setdefault(row["release_id"], {})[row["lang"]] = replace(
            edition, shown_last=_shown_last(db, edition)
        )
    return {
        row["source_id"]: KnownRelease(
            id=row["id"],
            source_id=row["source_id"],
            status=row["status"],
            agency=row["agency"],
            agencies=agencies.get(row["id"], {}),
            editions=editions.get(row["id"], {}),
            redacted=bool(row["redacted"]),
        )
        for row in db.query(
            "SELECT *, EXISTS (SELECT 1 FROM redactions WHERE release_id = releases.id) AS redacted "  # noqa: S608
            f"FROM releases WHERE {found}",
            ids,
        )
    }


def _of_editions(db: Database, column: str, lang: str, source_ids: Iterable[str]) -> dict[str, Any]:
    """One column of the editions of these releases in one language, by portal id."""
    wanted = list(source_ids)
    if not wanted:
        return {}
    rows = db.execute(
        f"""
        SELECT releases.source_id, editions.{column}
        FROM releases JOIN editions ON editions.release_id = releases.id AND editions.lang = ?
        WHERE releases.source = ? AND releases.source_id IN (SELECT value FROM json_each(?))
        """,  # noqa: S608 columns of ours
        [lang, SOURCE, json.dumps(wanted)],
    )
    return dict(rows.fetchall())


def _known_edition(
    row: Mapping[str, Any], *, listed_by: frozenset[str], wordings: tuple[Revised, ...]
) -> KnownEdition:
    return KnownEdition(
        id=row["id"],
        lang=row["lang"],
        status=row["status"],
        digest=row["digest"],
        fingerprint=row["fingerprint"],
        revisions=row["revisions"],
        content=_content(row),
        first_seen_at=from_text(row["first_seen_at"]),
        listed_by=listed_by,
        wordings=wordings,
        flapping=_flapping(row["flapping"]),
    )


def _shown_last(db: Database, edition: KnownEdition) -> Content | None:
    """Of an edition that flips, the wording that the portal showed last, where it is not the one held."""
    if edition.flapping is None or edition.flapping.shown_last == edition.fingerprint:
        return None
    number = came_back_to(edition.flapping.shown_last, edition.wordings)
    told = "SELECT wordings.* FROM wordings JOIN revisions USING (id) WHERE edition_id = ? AND revisions.number = ?"
    return next((_content(row) for row in db.query(told, [edition.id, number])), None)


def _content(row: Mapping[str, Any]) -> Content:
    attachments = json.loads(row["attachments"])
    return Content(
        title=row["title"],
        text=row["text"],
        published_raw=row["published_raw"],
        attachments=tuple(attachment["url"] for attachment in attachments),
        images=tuple(json.loads(row["images"])),
        names=tuple(attachment["name"] for attachment in attachments),
    )


def flapping_to_text(flapping: Flapping) -> str:
    """The form in which it is stored that an edition flips between wordings."""
    turns = {mark: [turn.digest, to_text(turn.seen_at)] for mark, turn in flapping.turns.items()}
    return json.dumps({"since": to_text(flapping.since), "returns": flapping.returns, "turns": turns})


def flapping_from_text(stored: str) -> Flapping:
    """What `flapping_to_text` wrote."""
    said = json.loads(stored)
    turns = {mark: Turn(digest, from_text(seen_at)) for mark, (digest, seen_at) in said["turns"].items()}
    return Flapping(from_text(said["since"]), said["returns"], turns)


def _flapping(stored: str | None) -> Flapping | None:
    return flapping_from_text(stored) if stored is not None else None

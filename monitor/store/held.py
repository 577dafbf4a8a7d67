"""What is held of releases at the moment a page of them is read; answers, and writes nothing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from monitor.detect import KnownEdition, KnownRelease
from monitor.difference import Content
from monitor.store.database import from_text

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
          AND editions.status = 'listed'
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
    editions: dict[int, dict[str, KnownEdition]] = {}
    for row in db.query(
        f"SELECT editions.* FROM editions "  # noqa: S608 our own words
        f"JOIN releases ON releases.id = editions.release_id WHERE {found}",
        ids,
    ):
        editions.setdefault(row["release_id"], {})[row["lang"]] = _known_edition(row)
    agencies: dict[int, dict[str, datetime]] = {}
    for release_id, agency, first_seen_at in db.execute(
        f"SELECT release_id, release_agencies.agency, release_agencies.first_seen_at FROM release_agencies "  # noqa: S608
        f"JOIN releases ON releases.id = release_id WHERE {found}",
        ids,
    ):
        agencies.setdefault(release_id, {})[agency] = from_text(first_seen_at)
    return {
        row["source_id"]: KnownRelease(
            id=row["id"],
            source_id=row["source_id"],
            status=row["status"],
            agency=row["agency"],
            agencies=agencies.get(row["id"], {}),
            editions=editions.get(row["id"], {}),
        )
        for row in db.query(f"SELECT * FROM releases WHERE {found}", ids)  # noqa: S608
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


def _known_edition(row: Mapping[str, Any]) -> KnownEdition:
    return KnownEdition(
        id=row["id"],
        lang=row["lang"],
        status=row["status"],
        digest=row["digest"],
        fingerprint=row["fingerprint"],
        revisions=row["revisions"],
        content=Content(
            title=row["title"],
            text=row["text"],
            published_raw=row["published_raw"],
            attachments=tuple(attachment["url"] for attachment in json.loads(row["attachments"])),
            images=tuple(json.loads(row["images"])),
        ),
        first_seen_at=from_text(row["first_seen_at"]),
    )

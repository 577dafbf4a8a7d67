"""Stores releases from dumps: evidence that something was said, until the portal shows it."""

import html
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from crawler.records import Sighting, Wording
from monitor.detect import Verdict, print_of
from monitor.dumps import DumpedRelease
from monitor.store.held import DUMPED, SOURCE, known
from monitor.store.releases import write_verdict
from monitor.store.stories import note_sightings

PARSER = 0
"""The parser's version of a wording that no parser read."""


def keep_dumped(db: Database, release: DumpedRelease, *, zone: str, now: datetime) -> bool:
    """Stores a dumped release as `unseen`; False where this language of it is held already, or it was redacted.

    Runs inside the caller's transaction.
    """
    before = known(db, [release.source_id]).get(release.source_id)
    if before and (release.lang in before.editions or before.redacted):
        return False
    # The address proves that the portal has the agency, even where our directory does not.
    db.execute(
        "INSERT INTO agencies (slug, name_kk, name_ru, name_en, kind) "
        "VALUES (:slug, :slug, :slug, :slug, 'body') ON CONFLICT (slug) DO NOTHING",
        {"slug": release.agency},
    )
    wording = _wording(release, zone)
    seen = Sighting(0, 0, release.source_id, _digest(wording), wording)
    verdict = Verdict(None, wording, print_of(wording), revises=True, baseline=True)
    write_verdict(
        db, verdict, seen, before, agency=release.agency, lang=release.lang, now=now, status="unseen"
    )
    note_sightings(db, [seen], release.lang)
    return True


@dataclass(frozen=True, slots=True)
class Cited:
    """A release that only a dump has named so far."""

    source_id: str
    agency: str
    lang: str
    """The language of its dump."""
    on: date


def cited(db: Database) -> list[Cited]:
    """The releases that dumps cite and that the portal has not shown, the newest first; not those redacted."""
    rows = db.execute(
        """
        SELECT releases.source_id, releases.agency, min(editions.lang), releases.published_on
        FROM releases JOIN editions ON editions.release_id = releases.id
        WHERE releases.source = ? AND releases.status = 'unseen' AND releases.published_on IS NOT NULL
          AND releases.id NOT IN (SELECT release_id FROM redactions)
        GROUP BY releases.id ORDER BY CAST(releases.source_id AS INTEGER) DESC
        """,
        [SOURCE],
    )
    return [Cited(source_id, agency, lang, date.fromisoformat(day)) for source_id, agency, lang, day in rows]


def still_unseen(db: Database, source_ids: Iterable[str]) -> set[str]:
    """Those of these releases that the portal has still not shown."""
    rows = db.execute(
        "SELECT source_id FROM releases WHERE source = ? AND status = 'unseen' "
        "AND source_id IN (SELECT value FROM json_each(?))",
        [SOURCE, json.dumps(list(source_ids))],
    )
    return {source_id for (source_id,) in rows}


def _wording(release: DumpedRelease, zone: str) -> Wording:
    midnight = datetime(release.on.year, release.on.month, release.on.day, tzinfo=ZoneInfo(zone))
    paragraphs = [line for line in release.text.splitlines() if line.strip()]
    return Wording(
        url=release.url,
        agencies=(release.agency,),
        title=release.title,
        text=release.text,
        html="".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs),
        published_raw=f"{release.on:%d.%m.%Y}",
        published_at=midnight,
        published_on=release.on,
        published_precision="day",
        attachments=(),
        images=(),
        raw=json.dumps(
            {"category": release.category, "title": release.title, "url": release.url, "text": release.text},
            ensure_ascii=False,
        ),
        parser=PARSER,
    )


def _digest(wording: Wording) -> str:
    return DUMPED + blake2b(wording.raw.encode("utf-8"), digest_size=16).hexdigest()

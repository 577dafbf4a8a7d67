"""Writes down what was decided of releases: editions, their wordings, and the journal. Decides nothing."""

import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Literal

import zstandard
from sqlite_utils import Database

from crawler.records import Sighting, Wording
from monitor.changes import Kind, Weight
from monitor.dates import doubt
from monitor.detect import KnownRelease, Verdict
from monitor.language import other_language
from monitor.store.database import to_text
from monitor.store.held import SOURCE


def write_verdict(
    db: Database,
    verdict: Verdict,
    seen: Sighting,
    before: KnownRelease | None,
    *,
    agency: str,
    lang: str,
    now: datetime,
    status: Literal["listed", "unseen"] = "listed",
) -> int | None:
    """Stores what was decided of one sighting; the id of the change, or None where nobody is told.

    `unseen` is what a dump brings: it neither dates nor lists what the portal itself has shown. Runs inside
    the caller's transaction.
    """
    moment = to_text(now)
    release_id = before.id if before else _new_release(db, seen, agency, status, now)
    edition = before.editions.get(lang) if before else None
    edition_id = edition.id if edition else None
    revision_id = None
    _list_under(db, release_id, agency, moment)
    if verdict.wording is not None:
        _keep_raw(db, seen.digest, verdict.wording.raw)
        if status == "listed":
            redated = "date" in verdict.detail.get("fields", ())
            _date_release(db, release_id, verdict.wording, only_from_dump=not redated, now=now)
        if edition_id is None:
            edition_id = _new_edition(db, release_id, lang, seen, verdict, status, now)
        else:
            _reword(db, edition_id, seen, verdict, lang=lang)
        if verdict.revises:
            revision_id = _new_revision(db, edition_id, seen, verdict, moment)
    if edition_id is None:
        raise ValueError(f"a verdict on release {seen.source_id} without a wording needs an edition")
    if status == "listed" and edition is not None:
        _show_again(db, edition_id, moment, release_id=release_id, whole=verdict.whole)
    if status == "listed" and before is not None:
        _list_release(db, release_id, moment)
    if verdict.kind is None:
        return None
    if verdict.kind in {"edited", "restored"} and verdict.weight != "none":
        db.execute("UPDATE editions SET updated_at = ? WHERE id = ?", [moment, edition_id])
    return write_change(
        db,
        verdict.kind,
        release_id=release_id,
        edition_id=None if verdict.whole else edition_id,
        revision_id=revision_id,
        weight=verdict.weight,
        detail=verdict.detail,
        baseline=verdict.baseline,
        now=now,
    )


def write_change(
    db: Database,
    kind: Kind,
    *,
    release_id: int,
    edition_id: int | None,
    revision_id: int | None,
    weight: Weight,
    detail: Mapping[str, Any],
    baseline: bool,
    now: datetime,
) -> int:
    """One more row of the journal; its id."""
    return _insert(
        db,
        "changes",
        uid=str(uuid.uuid4()),
        at=to_text(now),
        kind=kind,
        release_id=release_id,
        edition_id=edition_id,
        revision_id=revision_id,
        weight=weight,
        detail=json.dumps(detail, ensure_ascii=False),
        baseline=int(baseline),
    )


def chained(previous: str, *, number: int, title: str, text: str, fingerprint: str, digest: str) -> str:
    """The chain digest of a revision: whoever alters a stored wording breaks every later one."""
    parts = "\0".join((previous, str(number), title, text, fingerprint, digest))
    return blake2b(parts.encode("utf-8"), digest_size=32).hexdigest()


def _new_release(db: Database, seen: Sighting, agency: str, status: str, now: datetime) -> int:
    if seen.wording is None:
        raise ValueError(f"release {seen.source_id} is new and has no wording")
    return _insert(
        db,
        "releases",
        source=SOURCE,
        source_id=seen.source_id,
        agency=agency,
        url=seen.wording.url,
        **_dates(seen.wording, now),
        first_seen_at=to_text(now),
        last_seen_at=to_text(now),
        status=status,
        origin="dump" if status == "unseen" else "crawl",
    )


def _new_edition(
    db: Database,
    release_id: int,
    lang: str,
    seen: Sighting,
    verdict: Verdict,
    status: str,
    now: datetime,
) -> int:
    wording = verdict.wording
    if wording is None:
        raise ValueError(f"edition {lang} of release {seen.source_id} is new and has no wording")
    published = min(wording.published_at or now, now)
    return _insert(
        db,
        "editions",
        release_id=release_id,
        lang=lang,
        **_content(wording),
        **_languages(wording, lang),
        fingerprint=verdict.fingerprint,
        digest=seen.digest,
        revisions=0,
        first_seen_at=to_text(now),
        updated_at=to_text(published),
        # Feeds stand in the order of first sight, so that nobody misses a back-dated release; history has
        # only the portal's date to go by.
        ordered_at=to_text(published if verdict.baseline else now),
        status=status,
    )


def _reword(db: Database, edition_id: int, seen: Sighting, verdict: Verdict, *, lang: str) -> None:
    """Puts a wording in the place of the one held; a revision takes the old text with it first."""
    if verdict.wording is None:
        return
    if verdict.revises:
        db.execute(
            "UPDATE revisions SET text = (SELECT text FROM editions WHERE id = :id) "
            "WHERE edition_id = :id AND text IS NULL",
            {"id": edition_id},
        )
    content = _content(verdict.wording)
    if verdict.revises:
        content |= _languages(verdict.wording, lang)
    else:
        # The same words in other mark-up: what people read and search stays as the revision has it.
        del content["title"], content["text"]
        _drop_raw(db, edition_id, keep=seen.digest)
    values = {**content, "digest": seen.digest, "fingerprint": verdict.fingerprint}
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    db.execute(
        f"UPDATE editions SET {assignments} WHERE id = :id",  # noqa: S608 columns of ours
        {**values, "id": edition_id},
    )


def _new_revision(db: Database, edition_id: int, seen: Sighting, verdict: Verdict, moment: str) -> int:
    if verdict.wording is None:
        raise ValueError(f"a revision of edition {edition_id} has no wording")
    row = db.execute(
        "SELECT number, chain FROM revisions WHERE edition_id = ? ORDER BY number DESC LIMIT 1", [edition_id]
    ).fetchone()
    number, previous = (row[0] + 1, row[1]) if row else (1, "")
    db.execute("UPDATE editions SET revisions = ? WHERE id = ?", [number, edition_id])
    return _insert(
        db,
        "revisions",
        edition_id=edition_id,
        number=number,
        title=verdict.wording.title,
        text=None,  # it stands in `editions` until the next wording takes its place
        fingerprint=verdict.fingerprint,
        seen_at=moment,
        parser=verdict.wording.parser,
        digest=seen.digest,
        chain=chained(
            previous,
            number=number,
            title=verdict.wording.title,
            text=verdict.wording.text,
            fingerprint=verdict.fingerprint,
            digest=seen.digest,
        ),
    )


def _show_again(db: Database, edition_id: int, moment: str, *, release_id: int, whole: bool) -> None:
    """What was sighted is listed, whatever was thought of it before.

    Where the whole release had gone, its other copies are doubted anew: they come back when they are sighted.
    """
    if whole:
        db.execute(
            "UPDATE editions SET status = 'suspected', suspected_at = ?, confirmed_at = NULL "
            "WHERE release_id = ? AND status = 'removed'",
            [moment, release_id],
        )
    db.execute(
        "UPDATE editions SET status = 'listed', suspected_at = NULL, confirmed_at = NULL, evidence = NULL "
        "WHERE id = ?",
        [edition_id],
    )


def _list_release(db: Database, release_id: int, moment: str) -> None:
    db.execute("UPDATE releases SET status = 'listed', last_seen_at = ? WHERE id = ?", [moment, release_id])


def _list_under(db: Database, release_id: int, agency: str, moment: str) -> None:
    db.execute(
        """
        INSERT INTO release_agencies (release_id, agency, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (release_id, agency) DO UPDATE SET last_seen_at = excluded.last_seen_at
        """,
        [release_id, agency, moment, moment],
    )


def _date_release(
    db: Database, release_id: int, wording: Wording, *, only_from_dump: bool, now: datetime
) -> None:
    """The portal's date replaces one that a dump gave (the day of copying) and follows an edit of the date.

    Nothing else moves it: the copies of a release need not carry the same date.
    """
    condition = "AND status = 'unseen'" if only_from_dump else ""
    dates = _dates(wording, now)
    assignments = ", ".join(f"{column} = :{column}" for column in dates)
    db.execute(
        f"UPDATE releases SET {assignments} WHERE id = :id {condition}",  # noqa: S608 columns of ours
        {**dates, "id": release_id},
    )


def _keep_raw(db: Database, digest: str, raw: str) -> None:
    db.execute(
        "INSERT INTO raw_items (digest, item) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
        [digest, zstandard.compress(raw.encode("utf-8"))],
    )


def _drop_raw(db: Database, edition_id: int, *, keep: str) -> None:
    """Lets go of an item that only its mark-up, or a counter we do not know, told from the next one."""
    db.execute(
        """
        DELETE FROM raw_items
        WHERE digest = (SELECT digest FROM editions WHERE id = :edition) AND digest <> :keep
          AND NOT EXISTS (SELECT 1 FROM revisions WHERE revisions.digest = raw_items.digest)
        """,
        {"edition": edition_id, "keep": keep},
    )


def _dates(wording: Wording, now: datetime) -> dict[str, str | None]:
    return {
        "published_at": to_text(wording.published_at) if wording.published_at else None,
        "published_on": _day(wording.published_on),
        "published_precision": wording.published_precision,
        "published_raw": wording.published_raw,
        "date_doubt": doubt(wording.published_at, now),
    }


def _languages(wording: Wording, lang: str) -> dict[str, str | None]:
    """In which language title and text plainly are, where that is another than the edition's."""
    return {
        "title_lang": other_language(wording.title, lang),
        "text_lang": other_language(wording.text, lang),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _content(wording: Wording) -> dict[str, str | None]:
    attachments = [{"url": a.url, "name": a.name, "size": a.size} for a in wording.attachments]
    return {
        "title": wording.title,
        "text": wording.text,
        "html": wording.html,
        "attachments": json.dumps(attachments, ensure_ascii=False),
        "images": json.dumps(wording.images),
        "published_at": to_text(wording.published_at) if wording.published_at else None,
        "published_raw": wording.published_raw,
        "marks": json.dumps(wording.marks),
    }


def _insert(db: Database, table: str, **values: object) -> int:
    columns, places = ", ".join(values), ", ".join(f":{column}" for column in values)
    cursor = db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608 ours
    return int(cursor.lastrowid or 0)

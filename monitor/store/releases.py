"""Writes down what was decided of releases: editions, their wordings, and the journal. Decides nothing."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from crawler.records import Sighting, Wording
from monitor.changes import Kind, Weight
from monitor.detect import KnownRelease, Verdict
from monitor.store.database import to_text
from monitor.store.first_copies import FirstCopy, list_under, write_first_copies
from monitor.store.uids import change_uid
from monitor.store.wordings import chained, content, dates, keep_raw, languages


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
    edition = before.editions.get(lang) if before else None
    if before is None or edition is None:
        first = FirstCopy(seen, verdict, before)
        [change] = write_first_copies(db, [first], agency=agency, lang=lang, now=now, status=status)
        return change
    moment = to_text(now)
    revision_id = None
    list_under(db, [before.id], agency, moment)
    if verdict.wording is not None:
        keep_raw(db, [(seen.digest, verdict.wording.raw)])
        if status == "listed":
            redated = "date" in verdict.detail.get("fields", ())
            _date_release(db, before.id, verdict.wording, only_from_dump=not redated, now=now)
        _reword(db, edition.id, seen, verdict, verdict.wording, lang=lang)
        if verdict.revises:
            revision_id = _new_revision(db, edition.id, seen, verdict, verdict.wording, moment)
    if status == "listed":
        _show_again(db, edition.id, moment, release_id=before.id, whole=verdict.whole)
        _list_release(db, before.id, moment)
    if verdict.kind is None:
        return None
    if verdict.kind in {"edited", "restored"} and verdict.weight != "none":
        db.execute("UPDATE editions SET updated_at = ? WHERE id = ?", [moment, edition.id])
    return write_change(
        db,
        verdict.kind,
        release_id=before.id,
        edition_id=None if verdict.whole else edition.id,
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
        uid=change_uid(now),
        at=to_text(now),
        kind=kind,
        release_id=release_id,
        edition_id=edition_id,
        revision_id=revision_id,
        weight=weight,
        detail=json.dumps(detail, ensure_ascii=False),
        baseline=int(baseline),
    )


def _reword(
    db: Database, edition_id: int, seen: Sighting, verdict: Verdict, wording: Wording, *, lang: str
) -> None:
    """Puts a wording in the place of the one held; a revision takes the old text with it first."""
    if verdict.revises:
        db.execute(
            "UPDATE revisions SET text = (SELECT text FROM editions WHERE id = :id) "
            "WHERE edition_id = :id AND text IS NULL",
            {"id": edition_id},
        )
    columns = content(wording)
    if verdict.revises:
        columns |= languages(wording, lang)
    else:
        # The same words in other mark-up: what people read and search stays as the revision has it.
        del columns["title"], columns["text"]
        _drop_raw(db, edition_id, keep=seen.digest)
    values = {**columns, "digest": seen.digest, "fingerprint": verdict.fingerprint}
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    db.execute(
        f"UPDATE editions SET {assignments} WHERE id = :id",  # noqa: S608 columns of ours
        {**values, "id": edition_id},
    )


def _new_revision(
    db: Database, edition_id: int, seen: Sighting, verdict: Verdict, wording: Wording, moment: str
) -> int:
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
        title=wording.title,
        text=None,  # it stands in `editions` until the next wording takes its place
        fingerprint=verdict.fingerprint,
        seen_at=moment,
        parser=wording.parser,
        digest=seen.digest,
        chain=chained(
            previous,
            number=number,
            title=wording.title,
            text=wording.text,
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


def _date_release(
    db: Database, release_id: int, wording: Wording, *, only_from_dump: bool, now: datetime
) -> None:
    """The portal's date replaces one that a dump gave (the day of copying) and follows an edit of the date.

    Nothing else moves it: the copies of a release need not carry the same date.
    """
    condition = "AND status = 'unseen'" if only_from_dump else ""
    columns = dates(wording, now)
    assignments = ", ".join(f"{column} = :{column}" for column in columns)
    db.execute(
        f"UPDATE releases SET {assignments} WHERE id = :id {condition}",  # noqa: S608 columns of ours
        {**columns, "id": release_id},
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


def _insert(db: Database, table: str, **values: object) -> int:
    columns, places = ", ".join(values), ", ".join(f":{column}" for column in values)
    cursor = db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608 ours
    return int(cursor.lastrowid or 0)

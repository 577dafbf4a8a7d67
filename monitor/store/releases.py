"""Writes down what was decided of a release that is held: its editions and their wordings. Decides nothing."""

from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from crawler.records import Sighting, Wording
from monitor.detect import KnownEdition, KnownRelease, Verdict
from monitor.flapping import Flapping
from monitor.store.absences import doubt_others, shown_again
from monitor.store.changes import write_change
from monitor.store.database import to_text
from monitor.store.first_copies import FirstCopy, list_under, write_first_copies
from monitor.store.held import flapping_to_text
from monitor.store.wordings import (
    STAND_IN_EDITION,
    Words,
    content,
    dates,
    keep_raw,
    languages,
    markup,
    revision_row,
)


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
    list_under(db, [before.id], agency, lang if status == "listed" else None, moment)
    if verdict.wording is not None:
        if verdict.revises:
            (revision_id,) = db.execute("SELECT coalesce(max(id), 0) + 1 FROM revisions").fetchone()
        raw_id = _keep_item(db, edition, seen, verdict.wording, revision_id=revision_id)
        if status == "listed":
            redated = "date" in verdict.detail.get("fields", ())
            if redated:
                _keep_first_date(db, before.id)
            _date_release(db, before.id, verdict.wording, only_from_dump=not redated, now=now)
        _reword(db, edition, seen, verdict, verdict.wording, lang=lang, raw_id=raw_id)
        if revision_id is not None:
            _new_revision(
                db,
                revision_id,
                edition.id,
                seen,
                verdict,
                verdict.wording,
                lang=lang,
                raw_id=raw_id,
                moment=moment,
            )
    if status == "listed":
        _show_again(db, edition.id, agency, moment, release_id=before.id, whole=verdict.whole)
        _list_release(db, before, agency, moment)
        if verdict.flapping is not None or verdict.rested:
            _note_flapping(db, edition.id, verdict.flapping)
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


def _keep_item(
    db: Database, edition: KnownEdition, seen: Sighting, wording: Wording, *, revision_id: int | None
) -> int:
    """Keeps the item of a wording, once: one that came back is there, and one that only its mark-up told from the
    next makes room for it. `revision_id`: of the wording, where it is to be a revision. The id of its row."""
    row = db.execute(
        """
        SELECT raw_id FROM editions
        WHERE id = :id
          AND NOT EXISTS (SELECT 1 FROM revisions WHERE edition_id = :id AND raw_id = editions.raw_id)
        """,
        {"id": edition.id},
    ).fetchone()
    over = row[0] if row else None
    if revision_id is not None:
        came_before = db.execute(
            "SELECT raw_id FROM revisions JOIN raw_items ON raw_items.id = raw_id "
            "WHERE edition_id = ? AND digest = ? AND thinned_at IS NULL LIMIT 1",
            [edition.id, seen.digest],
        ).fetchone()
        if came_before:
            db.execute("DELETE FROM raw_items WHERE id = ?", [over])
            return int(came_before[0])
        words: Words | None = Words(revision_id, wording.title, wording.text)
    else:
        last = db.execute(
            "SELECT id FROM revisions WHERE edition_id = ? ORDER BY number DESC LIMIT 1", [edition.id]
        ).fetchone()
        words = Words(last[0], edition.content.title, edition.content.text) if last else None
    return keep_raw(db, wording.raw, words, over=over)


def _reword(
    db: Database,
    edition: KnownEdition,
    seen: Sighting,
    verdict: Verdict,
    wording: Wording,
    *,
    lang: str,
    raw_id: int,
) -> None:
    """Puts a wording in the place of the one held; a revision takes with it first what stands in the edition."""
    if verdict.revises:
        columns = ", ".join(STAND_IN_EDITION)
        db.execute(
            f"UPDATE revisions SET ({columns}) = (SELECT {columns} FROM editions WHERE id = :id) "  # noqa: S608
            "WHERE edition_id = :id AND text IS NULL",
            {"id": edition.id},
        )
    said: dict[str, Any] = content(wording)
    if verdict.revises:
        said |= languages(wording, lang)
    else:
        # The same words in other mark-up: what people read and search stays as the revision has it.
        for column in STAND_IN_EDITION:
            del said[column]
    text = wording.text if verdict.revises else edition.content.text
    values = {
        **said,
        **markup(wording, text=text),
        "raw_id": raw_id,
        "digest": seen.digest,
        "fingerprint": verdict.fingerprint,
    }
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    db.execute(
        f"UPDATE editions SET {assignments} WHERE id = :id",  # noqa: S608 columns of ours
        {**values, "id": edition.id},
    )


def _new_revision(
    db: Database,
    revision_id: int,
    edition_id: int,
    seen: Sighting,
    verdict: Verdict,
    wording: Wording,
    *,
    lang: str,
    raw_id: int,
    moment: str,
) -> None:
    last = db.execute(
        "SELECT number, chain FROM revisions WHERE edition_id = ? ORDER BY number DESC LIMIT 1", [edition_id]
    ).fetchone()
    number, previous = (last[0] + 1, last[1]) if last else (1, "")
    db.execute("UPDATE editions SET revisions = ? WHERE id = ?", [number, edition_id])
    (received,) = db.execute("SELECT received FROM raw_items WHERE id = ?", [raw_id]).fetchone()
    said = revision_row(
        previous,
        wording,
        edition_id=edition_id,
        source_id=seen.source_id,
        lang=lang,
        number=number,
        fingerprint=verdict.fingerprint,
        digest=seen.digest,
        raw_id=raw_id,
        received=received,
        moment=moment,
    )
    row = {"id": revision_id, **said}
    columns, places = ", ".join(row), ", ".join(f":{column}" for column in row)
    db.execute(f"INSERT INTO revisions ({columns}) VALUES ({places})", row)  # noqa: S608 columns of ours


def _show_again(
    db: Database, edition_id: int, agency: str, moment: str, *, release_id: int, whole: bool
) -> None:
    """What was sighted is listed, whatever was thought of it before."""
    if whole:
        doubt_others(db, release_id, but=edition_id, moment=moment)
    shown_again(db, edition_id, agency)
    db.execute("UPDATE editions SET status = 'listed' WHERE id = ?", [edition_id])


def _list_release(db: Database, before: KnownRelease, agency: str, moment: str) -> None:
    """Lists a release; its owner is who lists it first, and not whom a dump has named."""
    owner = agency if before.status == "unseen" else before.agency
    db.execute(
        "UPDATE releases SET status = 'listed', last_seen_at = ?, agency = ? WHERE id = ?",
        [moment, owner, before.id],
    )


def _note_flapping(db: Database, edition_id: int, flapping: Flapping | None) -> None:
    stored = flapping_to_text(flapping) if flapping is not None else None
    db.execute("UPDATE editions SET flapping = ? WHERE id = ?", [stored, edition_id])


def _keep_first_date(db: Database, release_id: int) -> None:
    """The date with which the portal first showed a release stays known, however often it is edited."""
    db.execute(
        """
        INSERT INTO first_dates (release_id, published_at, published_on, published_precision, date_doubt)
        SELECT id, published_at, published_on, published_precision, date_doubt FROM releases
        WHERE id = ? AND status <> 'unseen'
        ON CONFLICT (release_id) DO NOTHING
        """,
        [release_id],
    )


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

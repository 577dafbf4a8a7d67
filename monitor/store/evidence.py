"""All that is held of one release, row by row, for whoever has to prove it; reads, and decides nothing."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from monitor.store.held import SOURCE
from monitor.store.packing import unpack_markup
from monitor.store.redactions import redactions
from monitor.store.wordings import raw_item

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One release; each row has the columns of its table, unless said otherwise."""

    release: Row
    agencies: tuple[Row, ...]
    """Who lists it, or has listed it."""
    editions: tuple[Row, ...]
    """With `html`, the mark-up, in place of how it is packed, and `received`, the digest of the item shown last;
    title, text and the like are the last wording's."""
    wordings: tuple[Row, ...]
    """Each in full, with `lang`, `received` (the digest of its item; empty where none was kept), `thinned_at`
    (when that item was) and `readings`, the rows of `reparses`."""
    items: dict[int, str]
    """As they were received, by id; those that were thinned or redacted are not among them."""
    changes: tuple[Row, ...]
    """With `lang` and `previous`, the chain digest of the row of the journal before it."""
    absences: tuple[Row, ...]
    look_up: Row | None
    """What the portal said when it was asked for the release by its number."""
    crawls: tuple[Row, ...]
    """The readings that any of this names as a proof, as far as they are still held."""
    redactions: tuple[Row, ...]


def evidence(db: Database, source_id: str) -> Evidence | None:
    """The release, as it stands at one moment; None where it is not held."""
    db.execute("BEGIN")  # so that a daemon that writes meanwhile does not show two moments
    try:
        return _evidence(db, source_id)
    finally:
        db.execute("ROLLBACK")


def _evidence(db: Database, source_id: str) -> Evidence | None:
    found = list(db.query("SELECT * FROM releases WHERE source = ? AND source_id = ?", [SOURCE, source_id]))
    if not found:
        return None
    [release] = found
    key = [release["id"]]
    editions = list(
        db.query(
            "SELECT editions.*, coalesce(received, '') AS received FROM editions "
            "LEFT JOIN raw_items ON raw_items.id = raw_id WHERE release_id = ? ORDER BY lang",
            key,
        )
    )
    for edition in editions:
        edition["html"] = unpack_markup(edition.pop("markup"), edition["text"])
    wordings = _wordings(db, key)
    changes = list(
        db.query(
            """
            SELECT changes.*, editions.lang,
                   coalesce((SELECT chain FROM changes AS earlier WHERE earlier.id < changes.id
                             ORDER BY earlier.id DESC LIMIT 1), '') AS previous
            FROM changes LEFT JOIN editions ON editions.id = edition_id
            WHERE changes.release_id = ? ORDER BY changes.id
            """,
            key,
        )
    )
    absences = list(
        db.query(
            "SELECT absences.*, editions.lang FROM absences JOIN editions ON editions.id = edition_id "
            "WHERE release_id = ? ORDER BY edition_id, agency",
            key,
        )
    )
    proofs = (*(change["detail"] for change in changes), *(absence["evidence"] for absence in absences))
    return Evidence(
        release=release,
        agencies=tuple(
            db.query(
                "SELECT * FROM release_agencies WHERE release_id = ? ORDER BY first_seen_at, agency", key
            )
        ),
        editions=tuple(editions),
        wordings=tuple(wordings),
        items=_items(db, (row["raw_id"] for row in (*editions, *wordings))),
        changes=tuple(changes),
        absences=tuple(absences),
        look_up=next(iter(db.query("SELECT * FROM lookups WHERE release_id = ?", key)), None),
        crawls=_crawls(db, {crawl for proof in proofs for crawl in _named(json.loads(proof))}),
        redactions=tuple(redactions(db, release["id"])),
    )


def _wordings(db: Database, key: list[int]) -> list[Row]:
    wordings = list(
        db.query(
            """
            SELECT wordings.*, revisions.edition_id, revisions.raw_id, raw_items.thinned_at,
                   coalesce(wordings.received, '') AS received
            FROM wordings JOIN revisions USING (id) LEFT JOIN raw_items ON raw_items.id = revisions.raw_id
            JOIN editions ON editions.id = revisions.edition_id
            WHERE editions.release_id = ? ORDER BY wordings.lang, wordings.number
            """,
            key,
        )
    )
    for wording in wordings:
        wording["readings"] = list(
            db.query("SELECT * FROM reparses WHERE revision_id = ? ORDER BY number", [wording["id"]])
        )
    return wordings


def _items(db: Database, ids: Iterable[int | None]) -> dict[int, str]:
    held = {
        raw_id: raw_item(db, raw_id) for raw_id in sorted({raw_id for raw_id in ids if raw_id is not None})
    }
    return {raw_id: raw for raw_id, raw in held.items() if raw is not None}


def _crawls(db: Database, ids: set[int]) -> tuple[Row, ...]:
    query = "SELECT * FROM crawls WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
    return tuple(db.query(query, [json.dumps(sorted(ids))]))


def _named(detail: object) -> Iterator[int]:
    """The readings that a proof names, wherever in it: by `crawl` one, by `crawls` several."""
    if isinstance(detail, list):
        for value in detail:
            yield from _named(value)
    elif isinstance(detail, dict):
        for name, value in detail.items():
            if name == "crawl" and isinstance(value, int):
                yield value
            elif name == "crawls" and isinstance(value, list):
                yield from (one for one in value if isinstance(one, int))
            else:
                yield from _named(value)

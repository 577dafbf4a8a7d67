"""Goes through a whole history and names the first row that does not fit its digests; writes nothing.

Some rows at a time, so that a history may be larger than the memory, and beside a daemon at work.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.store.chain import head_digest, head_link
from monitor.store.held import SOURCE
from monitor.store.proof import Row, change_fault, edition_fault, item_fault, revision_fault

AT_ONCE = 200
"""Rows of one statement: a text may have a megabyte."""
TABLES = ("revisions", "raw_items", "editions", "changes")


@dataclass(frozen=True, slots=True)
class Head:
    """A whole history in one line, to be noted down: up to which revision and change, and their digest."""

    revision: int
    change: int
    digest: str

    def __str__(self) -> str:
        return f"{self.revision}-{self.change}-{self.digest}"


def read_head(noted: str) -> Head:
    """The head that somebody has noted; raises ValueError where it is none."""
    found = re.fullmatch(r"(\d{1,18})-(\d{1,18})-([0-9a-f]{64})", noted.strip().lower())
    if found is None:
        raise ValueError(f"{noted!r} is no head; `jarshy verify` prints it as NUMBER-NUMBER-DIGEST")
    return Head(int(found[1]), int(found[2]), found[3])


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row that does not fit."""

    table: str
    id: int | None
    source_id: str | None
    lang: str | None
    number: int | None
    """Of the wording."""
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, up to the fault where there is one."""

    checked: dict[str, int]
    """How many rows of each of `TABLES`."""
    redacted: int
    """Wordings whose words were taken out; their digests are held, and fit."""
    head: Head | None
    """None: not all was looked at, or something does not fit."""
    fault: Fault | None


def verify(
    db: Database,
    source_ids: Sequence[str] = (),
    *,
    noted: Head | None = None,
    done: Callable[[int], None] = lambda rows: None,
) -> Verified:
    """Checks the history of these releases, or all of it; `noted` has to be the head of its beginning.

    `done` hears of rows that were looked at. Raises StoreError for a release that is not held.
    """
    check = _Check(db, source_ids, done)
    try:
        head = check.run(noted)
    except _DoesNotFit as error:
        return Verified(check.checked, check.redacted, None, error.fault)
    return Verified(check.checked, check.redacted, head, None)


def rows_to_check(db: Database) -> int:
    """How many rows all of the history has, more or less; answered at once."""
    return sum(_last(db, table) for table in TABLES)


class _DoesNotFit(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


@dataclass(slots=True)
class _Check:
    """One walk through the tables, and how far it has come."""

    db: Database
    source_ids: Sequence[str]
    done: Callable[[int], None]
    checked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))
    redacted: int = 0

    def run(self, noted: Head | None) -> Head | None:
        """The head of a history that fits. Raises _DoesNotFit."""
        # What comes in while it is read is for the next time.
        last = {table: _last(self.db, table) for table in TABLES}
        if noted is not None:
            _reaches("revisions", noted.revision, last["revisions"])
            _reaches("changes", noted.change, last["changes"])
        blanked = _redacted_releases(self.db)
        of_revisions, then = "", {"revisions": "", "changes": ""}
        for row in self._rows("revisions", last["revisions"]):
            redacted = row["release_id"] in blanked
            _judge("revisions", row, revision_fault(row, _readings(self.db, row["id"]), redacted=redacted))
            self.redacted += redacted
            of_revisions = head_link(of_revisions, row["id"], row["chain"])
            if noted is not None and row["id"] == noted.revision:
                then["revisions"] = of_revisions
        for row in self._rows("raw_items", last["raw_items"]):
            _judge("raw_items", row, item_fault(row, redacted=row["release_id"] in blanked))
        for row in self._rows("editions", last["editions"]):
            _judge("editions", row, edition_fault(row, _readings(self.db, row["last_id"])))
        link = ""
        for row in self._rows("changes", last["changes"]):
            _judge("changes", row, change_fault(row, redacted=row["release_id"] in blanked))
            link = row["chain"]
            if noted is not None and row["id"] == noted.change:
                then["changes"] = link
        if self.source_ids:
            return None
        for table, row_id, parent, _ in self.db.execute("PRAGMA foreign_key_check"):
            raise _DoesNotFit(_fault(table, row_id, f"it names a row of {parent} that is not there"))
        if noted is not None and head_digest(then["revisions"], then["changes"]) != noted.digest:
            what = f"what is held up to here, and up to change {noted.change}, is not what was noted"
            raise _DoesNotFit(_fault("revisions", noted.revision or None, what))
        return Head(last["revisions"], last["changes"], head_digest(of_revisions, link))

    def _rows(self, table: str, last: int) -> Iterator[Row]:
        """Row by row in the order of their ids, from statements that each see one state of the file."""
        ids = _release_ids(self.db, self.source_ids) if self.source_ids else None
        condition = "" if ids is None else f"AND id IN ({_OF_THESE[table]})"
        query = (
            f"SELECT * FROM ({_QUERIES[table]}) WHERE id > :after AND id <= :last {condition} "  # noqa: S608 ours
            "ORDER BY id LIMIT :most"
        )
        named: dict[str, Any] = {"after": 0, "last": last, "most": AT_ONCE, "releases": json.dumps(ids)}
        while rows := list(self.db.query(query, named)):
            for row in rows:
                yield row
                self.checked[table] += 1
            self.done(len(rows))
            named["after"] = rows[-1]["id"]


_QUERIES = {
    "revisions": """
        SELECT revisions.id, editions.release_id, releases.source_id, editions.lang, revisions.number,
               revisions.edition_id, coalesce(revisions.title, editions.title) AS title,
               coalesce(revisions.text, editions.text) AS text,
               coalesce(revisions.published_raw, editions.published_raw) AS published_raw,
               coalesce(revisions.attachments, editions.attachments) AS attachments,
               coalesce(revisions.images, editions.images) AS images,
               revisions.text IS NULL AS stands_in_edition, revisions.fingerprint, revisions.digest,
               revisions.seen_at, revisions.parser, revisions.content, revisions.chain, revisions.raw_id,
               raw_items.received, earlier.chain AS previous
        FROM revisions
        LEFT JOIN editions ON editions.id = revisions.edition_id
        LEFT JOIN releases ON releases.id = editions.release_id
        LEFT JOIN raw_items ON raw_items.id = revisions.raw_id
        LEFT JOIN revisions AS earlier
            ON earlier.edition_id = revisions.edition_id AND earlier.number = revisions.number - 1
    """,
    "raw_items": """
        SELECT raw_items.id, editions.release_id, releases.source_id, editions.lang, revisions.number,
               received, item, words_of, thinned_at,
               coalesce(revisions.title, editions.title) || char(10)
                   || coalesce(revisions.text, editions.text) AS words
        FROM raw_items
        LEFT JOIN revisions ON revisions.id = words_of
        LEFT JOIN editions ON editions.id = revisions.edition_id
        LEFT JOIN releases ON releases.id = editions.release_id
    """,
    "editions": """
        SELECT editions.id, editions.release_id, releases.source_id, editions.lang, last.number, editions.title,
               editions.text, editions.markup, editions.fingerprint, editions.revisions, editions.raw_id,
               editions.digest, raw_items.received, raw_items.thinned_at, packed.edition_id AS edition_of_item,
               last.id AS last_id, last.title AS last_title, last.fingerprint AS last_fingerprint,
               last.raw_id AS last_raw_id, last.digest AS last_digest,
               (SELECT count(*) FROM revisions WHERE edition_id = editions.id) AS count
        FROM editions
        LEFT JOIN releases ON releases.id = editions.release_id
        LEFT JOIN raw_items ON raw_items.id = editions.raw_id
        LEFT JOIN revisions AS packed ON packed.id = raw_items.words_of
        LEFT JOIN revisions AS last ON last.edition_id = editions.id
            AND last.number = (SELECT max(number) FROM revisions WHERE edition_id = editions.id)
    """,
    "changes": """
        SELECT changes.id, changes.release_id, releases.source_id, editions.lang, revisions.number, uid, at, kind,
               changes.edition_id, changes.revision_id, weight, detail, baseline, changes.chain,
               editions.release_id AS release_of_edition, revisions.edition_id AS edition_of_revision,
               worded.release_id AS release_of_revision,
               (SELECT chain FROM changes AS earlier WHERE earlier.id < changes.id ORDER BY earlier.id DESC LIMIT 1)
                   AS previous
        FROM changes
        LEFT JOIN releases ON releases.id = changes.release_id
        LEFT JOIN editions ON editions.id = changes.edition_id
        LEFT JOIN revisions ON revisions.id = changes.revision_id
        LEFT JOIN editions AS worded ON worded.id = revisions.edition_id
    """,
}


_EDITIONS_OF_THESE = "SELECT id FROM editions WHERE release_id IN (SELECT value FROM json_each(:releases))"
_OF_THESE = {
    "revisions": f"SELECT id FROM revisions WHERE edition_id IN ({_EDITIONS_OF_THESE})",  # noqa: S608 ours
    "raw_items": f"SELECT raw_id FROM revisions WHERE edition_id IN ({_EDITIONS_OF_THESE}) "  # noqa: S608 ours
    f"UNION SELECT raw_id FROM editions WHERE id IN ({_EDITIONS_OF_THESE})",
    "editions": _EDITIONS_OF_THESE,
    "changes": "SELECT id FROM changes WHERE release_id IN (SELECT value FROM json_each(:releases))",
}


def _judge(table: str, row: Row, what: str | None) -> None:
    if what is not None:
        raise _DoesNotFit(Fault(table, row["id"], row["source_id"], row["lang"], row["number"], what))


def _reaches(table: str, noted: int, last: int) -> None:
    if last < noted:
        what = f"the history was noted up to row {noted}, and ends here: what followed was taken away"
        raise _DoesNotFit(_fault(table, last or None, what))


def _fault(table: str, row_id: int | None, what: str) -> Fault:
    return Fault(table, row_id, None, None, None, what)


def _last(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])  # noqa: S608 ours


def _release_ids(db: Database, source_ids: Sequence[str]) -> list[int]:
    query = "SELECT source_id, id FROM releases WHERE source = ? AND source_id IN (SELECT value FROM json_each(?))"
    held = dict(db.execute(query, [SOURCE, json.dumps(source_ids)]).fetchall())
    for source_id in source_ids:
        if source_id not in held:
            raise StoreError(f"release {source_id} is not held; `jarshy search WORDS` finds what is")
    return list(held.values())


def _redacted_releases(db: Database) -> set[int]:
    """The releases whose words were taken out."""
    return {release_id for (release_id,) in db.execute("SELECT DISTINCT release_id FROM redactions")}


def _readings(db: Database, revision_id: int | None) -> list[Row]:
    """What better code has read in the item of a wording since, in that order."""
    return list(db.query("SELECT * FROM reparses WHERE revision_id = ? ORDER BY number", [revision_id]))

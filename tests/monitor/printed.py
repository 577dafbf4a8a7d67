"""A store that holds these editions, written by plain SQL: for searches over texts that no portal has to show."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.directory import agencies
from monitor.store.database import Database, open_store, to_text
from monitor.store.found import Narrowed, search
from monitor.store.listings import write_directory
from monitor.words.question import read_question

FIRST_DAY = datetime(2026, 3, 1, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Printed:
    """One edition, of a release of its own."""

    text: str
    title: str = ""
    lang: str = "ru"
    agency: str = "economy"
    status: str = "listed"
    day: int = 0
    """After the first."""
    edited: bool = False


def printed(editions: Iterable[Printed]) -> Database:
    """A store in memory, whose ids rise from 1 in this order."""
    db = open_store(":memory:")
    write_directory(db, agencies().values(), followed=["economy"])
    add(db, dict(enumerate(editions, start=1)))
    return db


def add(db: Database, editions: Mapping[int, Printed]) -> None:
    """More editions, by their ids."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for number, edition in editions.items():
        for table, row in _rows(number, edition):
            rows.setdefault(table, []).append(row)
    for table in ("releases", "editions", "revisions", "feed_entries", "changes"):
        db.table(table).insert_all(rows.get(table, []))


def _rows(number: int, edition: Printed) -> Iterator[tuple[str, dict[str, Any]]]:
    at = FIRST_DAY + timedelta(days=edition.day)
    said = to_text(at)
    seen = {"first_seen_at": to_text(at + timedelta(minutes=3))}
    yield "releases", {
        "id": number, "source": "gov.kz", "source_id": str(1000 + number), "agency": edition.agency,
        "url": f"https://portal.example/{number}", "published_at": said, "published_on": f"{at:%Y-%m-%d}",
        "published_precision": "minute", "last_seen_at": said, "status": edition.status, "origin": "crawl",
    } | seen  # fmt: skip
    yield "editions", {
        "id": number, "release_id": number, "lang": edition.lang, "title": edition.title, "text": edition.text,
        "published_at": said, "fingerprint": f"2:{number}", "digest": f"{number}", "updated_at": said,
        "ordered_at": said, "status": edition.status, "revisions": 1 + edition.edited,
    } | seen  # fmt: skip
    yield "revisions", {
        "id": number, "edition_id": number, "number": 1, "fingerprint": f"2:{number}", "seen_at": said, "parser": 1,
        "digest": f"{number}", "chain": "",
    }  # fmt: skip
    if edition.status != "unseen":
        entry = {"edition_id": number, "release_id": number, "lang": edition.lang, "place": number}
        yield "feed_entries", entry
    for kind in ["edited"] * edition.edited + ["removed"] * (edition.status == "removed"):
        yield "changes", {
            "uid": f"{number}-{kind}", "at": said, "kind": kind, "release_id": number, "edition_id": number,
            "revision_id": number, "weight": "major",
        }  # fmt: skip


def found_in(db: Database, typed: str, *agencies: str) -> list[str]:
    """The releases that a search finds, the newest first."""
    found = search(db, read_question(typed), Narrowed(agencies=agencies), order="date", first=0, size=20)
    return [hit.source_id for hit in found.hits]

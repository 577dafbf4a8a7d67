"""A store that holds these editions, written by plain SQL: for searches over texts that no portal has to show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crawler.directory import agencies
from monitor.store.database import Database, open_store, to_text
from monitor.store.listings import write_directory

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
    for number, edition in enumerate(editions, start=1):
        add(db, number, edition)
    return db


def add(db: Database, number: int, edition: Printed) -> None:
    """One more edition, under this id."""
    at = FIRST_DAY + timedelta(days=edition.day)
    said = to_text(at)
    seen = {"first_seen_at": to_text(at + timedelta(minutes=3))}
    db.table("releases").insert(
        {"id": number, "source": "gov.kz", "source_id": str(1000 + number), "agency": edition.agency,
         "url": f"https://portal.example/{number}", "published_at": said, "published_on": f"{at:%Y-%m-%d}",
         "published_precision": "minute", "last_seen_at": said, "status": edition.status, "origin": "crawl"} | seen
    )  # fmt: skip
    db.table("editions").insert(
        {"id": number, "release_id": number, "lang": edition.lang, "title": edition.title, "text": edition.text,
         "published_at": said, "fingerprint": f"2:{number}", "digest": f"{number}", "updated_at": said,
         "ordered_at": said, "status": edition.status, "revisions": 1 + edition.edited} | seen
    )  # fmt: skip
    db.table("revisions").insert(
        {"id": number, "edition_id": number, "number": 1, "fingerprint": f"2:{number}", "seen_at": said, "parser": 1,
         "digest": f"{number}", "chain": ""}
    )  # fmt: skip
    if edition.status != "unseen":
        db.table("feed_entries").insert(
            {"edition_id": number, "release_id": number, "lang": edition.lang, "place": number}
        )
    for kind in ["edited"] * edition.edited + ["removed"] * (edition.status == "removed"):
        db.table("changes").insert(
            {"uid": f"{number}-{kind}", "at": said, "kind": kind, "release_id": number, "edition_id": number,
             "revision_id": number, "weight": "major"}
        )  # fmt: skip

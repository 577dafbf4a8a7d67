"""A store in which every question of README and of `jarshy explore` has an answer; all in it is invented."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.store.database import to_text
from tests.feeds.conftest import Stored

MORNING = datetime(2026, 7, 13, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def filled(path: Path) -> None:
    """Writes it: a release edited and translated, one removed, a story, readings, a message owed."""
    stored = Stored(path)
    taxes = _dated(stored, "1257347", "economy", MORNING, story_id=1)
    kk = stored.edition(
        taxes,
        "kk",
        "Салық кодексі талқыланды",
        "Министрлік салықтан 21 млрд теңге күтеді.\nӨңірлерге қаржы бөлінеді.",
        seen=MORNING,
        revisions=2,
    )
    first = stored.revision(
        kk, 1, "Салық кодексі талқыланды", text="Министрлік салықтан 12 млрд теңге күтеді.", seen=MORNING
    )
    second = stored.revision(kk, 2, "Салық кодексі талқыланды", seen=MORNING + 5 * HOUR)
    ru = stored.edition(
        taxes, "ru", "Обсудили Налоговый кодекс", "Ждут 21 млрд тенге.", seen=MORNING + 3 * HOUR
    )
    stored.revision(ru, 1, "Обсудили Налоговый кодекс", seen=MORNING + 3 * HOUR)
    stored.change("published", taxes, kk, at=MORNING, revision_id=first)
    stored.change(
        "translated", taxes, ru, at=MORNING + 3 * HOUR, weight="minor", detail={"after": {"kk": 10800}}
    )
    stored.change(
        "edited",
        taxes,
        kk,
        at=MORNING + 5 * HOUR,
        revision_id=second,
        detail={
            "fields": ["text"],
            "classes": ["amount"],
            "words": [{"field": "text", "before": "12", "after": "21", "classes": ["amount"]}],
        },
    )
    again = _dated(stored, "900302", "moa", MORNING + HOUR, story_id=1)
    stored.change(
        "published",
        again,
        stored.edition(again, "ru", "О Налоговом кодексе", "Ждут 21 млрд тенге."),
        at=MORNING + HOUR,
    )
    stored.db.execute("INSERT INTO stories VALUES (1, 'repost', ?, NULL, 2)", [taxes])
    gone = _dated(stored, "900303", "mfa", MORNING + 2 * HOUR, status="removed")
    stored.change(
        "published",
        gone,
        stored.edition(gone, "en", "A visit", "The minister went.", status="removed"),
        at=MORNING,
    )
    readings = [{"crawl": number, "at": to_text(MORNING + (20 + number) * HOUR)} for number in (1, 2)]
    stored.change(
        "removed", gone, at=MORNING + 22 * HOUR, detail={"evidence": {"en": {"readings": readings}}}
    )
    for outcome in ("items", "refused"):
        crawl = stored.crawl(outcome)
        stored.update(
            "crawls", crawl, started_at=to_text(MORNING), finished_at=to_text(MORNING), reason="HTTP 403"
        )
    _owed(stored, change_id=1)
    stored.db.close()


def _dated(stored: Stored, source_id: str, agency: str, moment: datetime, **columns: object) -> int:
    return stored.release(
        source_id,
        agency,
        published_at=to_text(moment),
        published_on=moment.date().isoformat(),
        published_precision="minute",
        first_seen_at=to_text(moment),
        **columns,
    )


def _owed(stored: Stored, *, change_id: int) -> None:
    row = {
        "change_id": change_id,
        "rules": json.dumps(["taxes"]),
        "address_key": "k",
        "address_shown": "https://receiver.example/…",
        "message_id": "m",
        "told_as": "published",
        "weight": "major",
        "next_attempt_at": to_text(MORNING),
    }
    stored.db["deliveries"].insert(row)

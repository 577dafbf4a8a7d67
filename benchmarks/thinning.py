"""What thinning saves and how long its steps take, and what becomes of the room that it frees.

    .venv/bin/python benchmarks/thinning.py [--releases 20000] [--readings-a-day 1000] [--days 365]

Invented releases go through the real path (as in `history.py`: every tenth has two wordings). Twice so many days of
readings and deliveries follow: in the first half all is kept, in the second each day ends with a round of thinning to
30 days. Such rows are thinned beside in a file that gives its free pages back (`incremental_vacuum`). It says what
it measured and judges nothing.
"""

import argparse
import sqlite3
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from history import BETWEEN, STARTED, Grown
from ladder import say

from crawler.directory import FOLLOWED
from monitor.config import Retention
from monitor.store.database import Database, to_text, writing
from monitor.store.verify import verify
from monitor.thinning import Thinned, steps

DAY = timedelta(days=1)
KEPT = Retention(raw=30 * DAY, readings=30 * DAY, deliveries=30 * DAY)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--releases", type=int, default=20_000)
    parser.add_argument("--readings-a-day", type=int, default=1000)
    parser.add_argument("--days", type=int, default=365)
    asked = parser.parse_args()
    days = asked.days
    with tempfile.TemporaryDirectory(prefix="jarshy-thinning-") as folder:
        grown = Grown(Path(folder, "history.db"))
        grown.grow(asked.releases)
        db, begins = grown.db, STARTED + asked.releases * BETWEEN + 2 * DAY
        show("releases alone", db)
        weigh_items(db)
        for day in range(days):
            live(db, begins + day * DAY, asked.readings_a_day)
        show("after the days in which all was kept", db)
        took = thin(db, begins + days * DAY)
        show("after the first round of thinning to 30 days", db)
        print(f"  its {len(took)} steps: median {median(took):.2f} ms, longest {max(took):.1f} ms of CPU")
        took = []
        for day in range(days + 1, 2 * days):
            live(db, begins + day * DAY, asked.readings_a_day)
            took += thin(db, begins + (day + 1) * DAY)
        show("after as many days again, thinned each day", db)
        print(f"  its {len(took)} steps: median {median(took):.2f} ms, longest {max(took):.1f} ms of CPU")
        say("verify")
        print(f"verify: {verify(db).fault or 'all fits'}")
        db.close()
        give_back(Path(folder, "vacuum.db"), days * asked.readings_a_day)


def live(db: Database, moment: datetime, readings: int) -> None:
    """A day of readings and of deliveries that were sent."""
    text = to_text(moment)
    listings = [(agency, lang) for agency in FOLLOWED for lang in ("kk", "ru", "en")]
    with writing(db, lasting=False):
        db.conn.executemany(
            "INSERT INTO crawls (started_at, finished_at, agency, lang, page, purpose, route, outcome, listed, "
            "requests, bytes, next_at, covered_to) VALUES (?, ?, ?, ?, 1, 'ordinary', 'rest', 'unchanged', 20, 1, "
            "90000, ?, ?)",
            [(text, text, *listings[turn % len(listings)], text, text) for turn in range(readings)],
        )
        db.conn.executemany(
            "INSERT INTO deliveries (change_id, rules, address_key, address_shown, message_id, told_as, weight, "
            "form, state, attempts, booked_at, sent_at) SELECT ?, '[\"taxes\"]', ?, 'https://example.org/hook', ?, "
            "'published', 'major', 'change', 'sent', 1, ?, ?",
            [
                (1 + turn, f"{text} {turn}", f"{text} {turn:012}", text, text)
                for turn in range(max(1, readings // 3))
            ],
        )


def thin(db: Database, moment: datetime) -> list[float]:
    """One round; the milliseconds of CPU of each of its steps."""
    took, thinned = [], Thinned()
    began = time.process_time()
    for _ in steps(db, KEPT, thinned, now=moment):
        took.append((time.process_time() - began) * 1000)
        began = time.process_time()
    return took


def show(what: str, db: Database) -> None:
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    size, pages, free = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count")
    )
    print(f"{what}: file {pages * size / 1e6:.1f} MB, of that {free * size / 1e6:.1f} MB free", flush=True)


def weigh_items(db: Database) -> None:
    """What `[retention] raw` can save: the items of replaced wordings, beside all items and the whole."""
    former, every = db.execute(
        "SELECT sum(length(item)) FILTER (WHERE replaced), sum(length(item)) FROM "
        "(SELECT item, EXISTS (SELECT 1 FROM revisions WHERE revisions.raw_id = raw_items.id AND text IS NOT NULL) "
        "AS replaced FROM raw_items)"
    ).fetchone()
    print(f"  items of replaced wordings: {former / 1e6:.2f} MB of {every / 1e6:.2f} MB of items")


def give_back(path: Path, rows: int) -> None:
    """What it takes to give free pages back to the system after most rows of a table went."""
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size = 16384", "auto_vacuum = 2", "journal_mode = WAL", "synchronous = NORMAL"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("CREATE TABLE crawls (id INTEGER PRIMARY KEY, said TEXT)")
    db.execute("CREATE TABLE wordings (id INTEGER PRIMARY KEY, said TEXT)")
    for _ in range(0, rows, 1000):
        db.execute("BEGIN")
        db.executemany("INSERT INTO crawls (said) VALUES (?)", [("r" * 150,)] * 1000)
        db.executemany("INSERT INTO wordings (said) VALUES (?)", [("w" * 3000,)] * 50)
        db.execute("COMMIT")
    db.execute("DELETE FROM crawls WHERE id < ?", [rows * 11 // 12])
    took = []
    while db.execute("PRAGMA freelist_count").fetchone()[0]:
        began = time.perf_counter()
        db.execute("PRAGMA incremental_vacuum(50)").fetchall()
        took.append((time.perf_counter() - began) * 1000)
    db.close()
    print(
        f"incremental vacuum, 50 pages a step: {len(took)} steps, median {median(took):.2f} ms, "
        f"longest {max(took):.1f} ms, {sum(took):.0f} ms in all"
    )


if __name__ == "__main__":
    main()

"""What memory daemon and worker take together after 1,000 and after 10,000 readings, while news comes all the time.

    python benchmarks/memory.py [--first 1000] [--last 10000] [--json]

A whole `jarshy run` reads a stand-in portal in 57 listings as fast as it can: minutes of its work are months at a
real pace. What daemon and worker share counts once, and what else runs on the machine makes no difference. After each
of the two counts the median of some looks is taken, a few readings apart. The exit code is 1 where a goal is missed.
"""

import argparse
import json
import sqlite3
import statistics
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fast_daemon import LANGS, Daemon, Plan, daemon
from footprint import Footprint, footprint
from ladder import say

from crawler.directory import FOLLOWED
from crawler.standin import Portal, invent, populate, serve

MOST = 160e6
"""Bytes after the last reading."""
GROWTH = 1.05
"""Of what it was after the first thousand."""
PAST = 40
"""Releases of each agency before the first reading."""
NEWS_EVERY = 25
"""Readings: many more than find something, and each release is told, as is its copy."""
LOOKS = 9
GLANCE = 0.2
"""Seconds."""
PATIENCE = 1800.0
"""Seconds that it may take at most."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--first", type=int, default=1_000, help="readings (default: %(default)s)")
    parser.add_argument("--last", type=int, default=10_000, help="readings (default: %(default)s)")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    portal = Portal(seed=9)
    populate(portal, FOLLOWED, PAST, until=datetime.now(UTC), seed=9)
    plan = Plan(per_day=10_000_000, per_minute=60_000, shortest="1s", longest="1s", history="30d")
    with serve(portal) as standin, daemon(standin.base_url, FOLLOWED, plan, speed=1) as running:
        reached = {count: _after(count, portal, running) for count in (asked.first, asked.last)}
    found = {count: statistics.median(one.bytes for one in looks) for count, looks in reached.items()}
    descriptors = {
        count: statistics.median(one.descriptors for one in looks) for count, looks in reached.items()
    }
    ratio = found[asked.last] / found[asked.first]
    goals = (("bytes at last", found[asked.last], MOST), ("growth", ratio, GROWTH))
    missed = any(value > limit for _, value, limit in goals)
    if asked.json:
        print(json.dumps({"bytes": found, "descriptors": descriptors, "ratio": ratio}))
        return int(missed)
    for count, size in found.items():
        print(f"after {count:,} readings: {size / 1e6:.1f} MB, {descriptors[count]:.0f} descriptors")
    for what, value, limit in goals:
        print(f"{what}: {value:.4g}, limit {limit:.4g}: {'holds' if value <= limit else 'missed'}")
    return int(missed)


def _after(count: int, portal: Portal, running: Daemon) -> list[Footprint]:
    """What it holds once so many readings are behind it; news comes until then."""
    end, said, told = time.monotonic() + PATIENCE, 0, _readings(running.database)
    while (made := _readings(running.database)) < count:
        running.look()
        if time.monotonic() > end:
            raise RuntimeError(f"only {made} readings within {PATIENCE:.0f} s")
        if made // 1000 > said:
            said = made // 1000
            say(f"{made} readings, {footprint(running.pid).bytes / 1e6:.1f} MB")
        for number in range(told // NEWS_EVERY, made // NEWS_EVERY):
            agency, now = FOLLOWED[number % len(FOLLOWED)], datetime.now(UTC)
            portal.publish(agency, invent(agency, LANGS, when=now, seed=number), when=now)
        told = max(told, made)
        time.sleep(GLANCE)  # another process works
    looks = []
    for _ in range(LOOKS):
        looks.append(footprint(running.pid))
        time.sleep(GLANCE)  # so that the looks lie some readings apart
    return looks


def _readings(database: Path) -> int:
    """Pages read so far; none while there is no schema."""
    try:
        with closing(sqlite3.connect(database.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT coalesce(max(id), 0) FROM crawls").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


if __name__ == "__main__":
    sys.exit(main())

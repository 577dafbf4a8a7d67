"""Is everything held? 20,000 releases over 60 listings: backfilled, then audited, by the real worker and store.

    python benchmarks/audit.py [--releases 20000] [--per-minute 3000]

Prints what each step took and what the audits found; exits with 1 where anything is missing or extra.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from ladder import Shelf, in_child, portal_of

from crawler.directory import agencies
from monitor.config import Config, Portal
from monitor.config import Database as Place
from monitor.daemon import crawl_worker
from monitor.scheduler import Scheduler
from monitor.store.audits import audits_of
from monitor.store.database import Database, open_store
from monitor.store.listings import write_directory
from monitor.store.orders import ask, progress
from monitor.watch import Watch

LISTINGS = 60

Step = tuple[float, int, dict[str, int]]
"""Seconds, requests, and what the audits add up to; nothing of that for a backfill."""


def main() -> int:
    """Backfill and audit, each in a process of its own on the same database."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--releases", type=int, default=20_000)
    parser.add_argument(
        "--per-minute", type=float, default=3_000.0, help="requests; unhurried, but not a day long"
    )
    asked = parser.parse_args()
    each, more = divmod(asked.releases, LISTINGS)
    shelves = [
        Shelf(slug, ("ru",), each + (place < more)) for place, slug in enumerate(list(agencies())[:LISTINGS])
    ]
    listings = [listing for shelf in shelves for listing in shelf.listings]
    with tempfile.TemporaryDirectory(prefix="jarshy-audit-") as folder, portal_of(shelves) as base_url:
        path = Path(folder, "audit.db")
        print(
            f"{asked.releases} releases over {len(listings)} listings, {asked.per_minute:g} requests a minute"
        )
        seconds, requests, _ = in_child(_step, base_url, listings, path, asked.per_minute, audited=False)
        print(f"backfill: {seconds:.0f} s, {requests} requests")
        seconds, requests, found = in_child(_step, base_url, listings, path, asked.per_minute, audited=True)
        said = ", ".join(f"{name} {count}" for name, count in found.items())
        print(f"audit: {seconds:.0f} s, {requests} requests: {said}")
    whole = asked.releases
    return 0 if found == {"listed": whole, "held": whole, "missing": 0, "extra": 0} else 1


def _step(
    base_url: str, listings: Sequence[tuple[str, str]], path: Path, per_minute: float, *, audited: bool
) -> Step:
    portal = Portal(base_url=base_url, contact="benchmark", requests_per_minute=per_minute, history=None)
    db = open_store(path)
    write_directory(db, agencies().values(), followed=())
    with path.with_suffix(".log").open("ab") as log:
        return asyncio.run(
            _carried_out(db, Config(database=Place(path=path), portal=portal), listings, log, audited=audited)
        )


async def _carried_out(
    db: Database, config: Config, listings: Sequence[tuple[str, str]], log: IO[bytes], *, audited: bool
) -> Step:
    ids = ask(db, listings, whole=not audited, kind="audit" if audited else "reading", now=_now())
    worker, scheduler = crawl_worker(config, stderr=log), Scheduler()
    scheduler.start()

    def wake_at(moment: datetime, wake: Callable[[], None]) -> None:
        scheduler.at("look", moment, wake)

    watch = Watch(db, worker, config, now=_now, wake_at=wake_at)
    watch.follow(listings, at_once=True)
    clock = asyncio.get_running_loop().time
    began = clock()
    try:
        await watch.carry_out(ids)
    finally:
        scheduler.stop()
        await worker.close()
    if failed := [order for order in progress(db, ids) if order.state != "done"]:
        raise RuntimeError(f"{failed[0].agency}/{failed[0].lang} failed: {failed[0].reason}")
    found = audits_of(db, ids)
    figures = {name: sum(row[name] for row in found) for name in ("listed", "held", "missing", "extra")}
    return clock() - began, sum(order.pages for order in progress(db, ids)), figures if audited else {}


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())

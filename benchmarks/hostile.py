"""A hundred thousand hostile releases, fifty to a feed: is every feed well-formed, and nothing active left in it?

    python benchmarks/hostile.py [--releases N] [--first N] [--processes N]

Prints each fault with the number of its release (`tests/feeds/hostile.py` makes it again), and how many there were;
the exit code is 1 where there was any.
"""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.feeds.hostile_feeds import faults

BATCH = 50
SHOWN = 100
"""Faults that are printed; one mistake makes thousands."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--releases", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first one")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    began = time.perf_counter()
    batches = [
        range(first, min(first + BATCH, asked.first + asked.releases))
        for first in range(asked.first, asked.first + asked.releases, BATCH)
    ]
    count = 0
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
        for found in pool.map(_faults, batches, chunksize=10):
            for fault in found[: max(0, SHOWN - count)]:
                print(fault.encode(errors="backslashreplace").decode())
            count += len(found)
    seconds = time.perf_counter() - began
    print(
        f"{asked.releases} hostile releases in {len(batches)} feeds of each format, {seconds:.0f} s: {count} faults"
    )
    return 1 if count else 0


def _faults(batch: range) -> list[str]:
    # feedparser takes as long as all the rest, and is asked about a twentieth of the feeds.
    return faults(batch, by_feedparser=batch.start // BATCH % 20 == 0)


if __name__ == "__main__":
    sys.exit(main())

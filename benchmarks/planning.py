"""What planning costs: the price of a request found anew, and which of 500 listings is read next, then once more.

    python benchmarks/planning.py [--listings 500] [--history 10,10000] [--runs 50] [--json]

A listing is read between the two questions. Measured is the processor's time, as median of the runs, after so many
readings of the plan's history: what it remembers of them must not make it slower. So every history ends in the same
hours of the same week, with the same releases in them, two days after all that came before. Prices are found every
quarter of an hour; where one differs from that before, as after a run of requests («changed»), every listing whose
next reading depends on it is reckoned anew.
"""

import argparse
import json
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from publishing import LANGS

from monitor.allowance import Bounds
from monitor.habits import Habits
from monitor.hours import CELLS, Hours
from monitor.plan import News, Plan, Planned
from monitor.rhythm import Key

LIMIT = 5.0
"""Milliseconds."""
END = datetime(2026, 3, 4, 5, 40, tzinfo=UTC)
"""Of every history: a Wednesday morning in Almaty."""
LAST_HOURS, REST = timedelta(hours=4), timedelta(days=2)
BETWEEN = timedelta(seconds=2)
A_LISTING_A_DAY = 36
"""Requests."""
READINGS_A_RELEASE = 22
"""As in the simulated weeks: nearly two thousand readings a day, ninety releases."""


class Planning:
    """A plan for so many listings, whose rates are as different as those of small and large agencies."""

    def __init__(self, listings: int, history: int) -> None:
        """`history`: readings that it has behind it, before the last hours."""
        chance = Random(8)
        step = timedelta(days=1) / (listings * A_LISTING_A_DAY)
        self.now = END - LAST_HOURS - REST - history * step
        self._spent = [listings * A_LISTING_A_DAY / 97] * 97
        per_day = listings * A_LISTING_A_DAY
        bounds = Bounds(timedelta(minutes=2), timedelta(hours=1), BETWEEN, per_day=per_day)
        self._plan = Plan(Hours(ZoneInfo("Asia/Almaty")), bounds)
        self._keys: list[Key] = [
            (f"agency-{number // len(LANGS)}", LANGS[number % len(LANGS)]) for number in range(listings)
        ]
        self._free = frozenset(self._keys)
        for key in self._keys:
            busy = chance.lognormvariate(-3, 1.5)
            rates = tuple(busy * (3 if 9 <= cell % 24 < 18 else 0.2) for cell in range(CELLS))
            read_at = self.now - timedelta(minutes=chance.uniform(0, 60))
            self._plan.follow(key, rates, Habits(0.8), read_at=read_at, now=self.now)
        for number in range(history):
            self._price_again()
            self.read(self._keys[number % listings], number)
            self.now += step
        self.now = END - LAST_HOURS
        self._live()

    def price(self, part: float = 0.9) -> None:
        """Find the price anew, where that part of the budget was spent."""
        self._plan.reprice([spent * part for spent in self._spent], now=self.now)

    def next(self) -> None:
        """Ask which is read next."""
        self._plan.next(self._free, self.now)

    def read(self, key: Key, number: int) -> None:
        """One was read, after so many others; some show something new."""
        self._plan.asked(key, 1, took=BETWEEN, planned=True, now=self.now)
        self._plan.read(key, at=self.now, now=self.now)
        if number % READINGS_A_RELEASE == 0:
            self._plan.news([News(key[0], self.now, frozenset({key[1]}), self.now)], now=self.now)

    def _live(self) -> None:
        """Reads what is due, until the end of every history."""
        number = 0
        while self.now < END:
            self._price_again()
            found = self._plan.next(self._free, self.now)
            if isinstance(found, Planned):
                self.read(found.key, number)
                number += 1
                self.now += BETWEEN
            else:
                again = self._plan.stale_at(self.now)
                self.now = max(self.now + BETWEEN, min(found or again, again))
        self.now = END

    def _price_again(self) -> None:
        if self._plan.is_stale(self.now):
            self.price()

    def spent(self, number: int, part: float) -> dict[str, float]:
        """Milliseconds of the processor for each step."""
        moments = [time.process_time()]
        for step in (
            lambda: self.price(part),
            self.next,
            lambda: self.read(self._keys[number % len(self._keys)], number),
            self.next,
        ):
            step()
            moments.append(time.process_time())
        names = ("price", "next", "read", "next again")
        parts = {name: 1000 * (moments[at + 1] - moments[at]) for at, name in enumerate(names)}
        return {**parts, "all": 1000 * (moments[-1] - moments[0])}


def measured(planning: Planning, runs: int, *, changed: bool) -> dict[str, float]:
    """The median of each step; `changed`: the price is another each time."""
    spent = []
    for number in range(runs):
        planning.now += BETWEEN
        spent.append(planning.spent(number, 0.8 if changed and number % 2 else 0.9))
    return {name: statistics.median(each[name] for each in spent) for name in spent[0]}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--listings", type=int, default=500)
    parser.add_argument("--history", default="10,10000", help="readings before, one figure after another")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--json", action="store_true", help="all figures, for a script")
    asked = parser.parse_args()
    found = {}
    for history in asked.history.split(","):
        planning = Planning(asked.listings, int(history))
        for changed in (False, True):
            price = "changed" if changed else "unchanged"
            found[f"{history} readings, price {price}"] = measured(planning, asked.runs, changed=changed)
    if asked.json:
        print(json.dumps({"limit_ms": LIMIT, "medians_ms": found}, indent=2))
        return 0
    print(
        f"{asked.listings} listings, median of {asked.runs}, milliseconds of the processor; limit {LIMIT:g}"
    )
    for history, parts in found.items():
        told = ", ".join(f"{name} {spent:.2f}" for name, spent in parts.items())
        print(f"after {history}: {told}  {'holds' if parts['all'] <= LIMIT else 'missed'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

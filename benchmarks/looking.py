"""How long releases wait until they are seen, by ways of looking that make equally many requests a day.

    python benchmarks/looking.py [--weeks 8] [--per-day 2000] [--seeds 1,2,3] [--shortest 2m] [--longest 1h] [--json]

Publishing is simulated (see `publishing`), readings take no time (`--took` says another) and one request each
(`--requests-for-one`), and one begins no sooner than two seconds after another. Every way knows nothing at first, and
each listing is read first when the weeks begin. Delays are those of editions, from the moment that one appears at its
listing to the reading that shows it; «first copy» is the same of the first of a release in any language, «edits» that
of edits. The limits are those that the project has set itself.

`miniflux` reads in intervals inversely to the entries of the last week, times a factor chosen for these very weeks so
that it makes as many requests on average as are allowed; it may make more on a busy day, and makes more on all days
where `--longest` asks for that. «Unseen» are editions that nobody has seen when the weeks end and `--longest` after
that: they are in no delay, so that a way which leaves many unseen looks better than it is. `told the true rates` is
our plan with the rates by which the simulated agencies publish, the bound of what can be learned. The ledger judges
the plan: it counts whole quarters of an hour, and so allows a little less than the budget in any 24 hours; it should
refuse nothing.
`whole portal` reads the listing of all agencies in one language, every `shortest`, and the next time in the next.
"""

import argparse
import json
import statistics
import sys
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, inf, sqrt
from pathlib import Path

from pydantic import TypeAdapter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from publishing import LANGS, ZONE, Publication, World
from ways import ByFrequency, ByPlan, Ledger, RoundRobin, Way, WholePortal

from crawler.records import WHOLE
from monitor.allowance import Bounds
from monitor.config_values import Duration
from monitor.hours import Hours
from monitor.rhythm import Key

START = datetime(2026, 3, 1, 19, tzinfo=UTC)
"""A Monday at midnight in Almaty; its second week holds the day off for the 8th of March, its fourth Nauryz."""
PACE = timedelta(seconds=2)
ROUND, MINIFLUX, OURS = "round robin", "miniflux", "ours, from nothing"
TOLD, PORTAL = "told the true rates", "whole portal"
OF_ROUND_ROBIN, OF_BOUND = 0.45, 1.15
_A_DAY = 86400.0
_TRIALS = 14


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared."""

    days: float
    per_day: int
    shortest: timedelta
    longest: timedelta
    start: datetime = START
    took: timedelta = timedelta()
    """What a reading takes, its wait for the pace included; what it shows is seen when it ends."""
    requests_for_one: float = 1.0
    """Requests for each reading, on average."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Minutes."""

    mean: float
    median: float
    p95: float
    count: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of one way of looking."""

    editions: Delays
    first_copies: Delays
    edits: Delays
    requests_a_day: float
    most_a_day: int
    """Requests in any 24 hours."""
    longest: float
    """Minutes between two readings of a listing, or from the beginning to the end where it was never read."""
    refused: int
    """Requests that the ledger refused, being one too many for 24 hours."""
    unseen: int
    """Editions that appeared and were not seen."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What one way of looking did."""

    seen: Sequence[tuple[float, Publication]]
    """What was seen, and when."""
    requests_a_day: float
    most_a_day: int
    longest: float
    """Seconds between two readings of a listing."""
    refused: int


def look(
    way: Way, publications: Sequence[Publication], asked: Asked, ledger: Ledger, *, per_day: float = inf
) -> Looked:
    """What comes of looking in this way."""
    found = trace(way, publications, asked, ledger, per_day=per_day)
    editions, first_copies, edits = _delays(found.seen)
    return Looked(
        editions,
        first_copies,
        edits,
        found.requests_a_day,
        found.most_a_day,
        found.longest / 60,
        found.refused,
        unseen=sum(not one.edit for one in publications) - editions.count,
    )


def trace(
    way: Way,
    publications: Sequence[Publication],
    asked: Asked,
    ledger: Ledger,
    *,
    per_day: float = inf,
    others: Iterable[float] = (),
) -> Trace:
    """Look in this way, and go on for `longest` after the last publication, so that it is seen too.

    `others`: when requests are made beside those, which are none of the way's and count in the ledger alone.
    """
    beside = deque(others)
    start = asked.start.timestamp()
    end, stop = start + asked.days * _A_DAY, start + asked.days * _A_DAY + asked.longest.total_seconds()
    shelves, read_at = _shelves(publications), dict[Key, float]()
    seen: list[tuple[float, Publication]] = []
    recent = deque[float]()
    made = most = refused = 0
    longest, owed, now, took = 0.0, 0.0, start, asked.took.total_seconds()
    while now < stop:
        while beside and beside[0] <= now:
            ledger.asked(beside.popleft())
        found = way.next(now)
        if isinstance(found, float):
            now = found
            continue
        if per_day < inf and sum(ledger.last_quarters(now)) >= per_day:
            refused, now = refused + 1, now + ledger.quarter_left(now)
            continue
        owed += asked.requests_for_one
        requests = max(1, int(owed))
        owed -= requests
        ledger.asked(now, requests)
        while recent and recent[0] <= now - _A_DAY:
            recent.popleft()
        recent.extend([now] * requests)
        made, most = made + requests * (now < end), max(most, len(recent))
        longest, read_at[found] = max(longest, now - read_at.get(found, start)), now
        shown = shelves[found].taken(now) if found in shelves else []
        seen += [(now + took, one) for one in shown]
        way.read(found, now, shown, requests)
        now += max(took, PACE.total_seconds())
    never = [key for key in way.keys if key not in read_at]
    longest = max(longest, now - start if never else 0.0, *(now - at for at in read_at.values()))
    return Trace(seen, made / asked.days, most, longest, refused)


class _Shelf:
    """What appears at a listing, in that order, of which a reading takes what is there."""

    def __init__(self) -> None:
        self.moments: list[float] = []
        self.publications: list[Publication] = []
        self._taken = 0

    def taken(self, now: float) -> list[Publication]:
        before, self._taken = self._taken, bisect_right(self.moments, now, lo=self._taken)
        return self.publications[before : self._taken]


def _shelves(publications: Iterable[Publication]) -> dict[Key, _Shelf]:
    shelves: dict[Key, _Shelf] = defaultdict(_Shelf)
    for one in publications:
        for agency in (one.agency, WHOLE):
            shelf = shelves[agency, one.lang]
            shelf.moments.append(one.appears_at.timestamp())
            shelf.publications.append(one)
    return dict(shelves)


def _delays(seen: Iterable[tuple[float, Publication]]) -> tuple[Delays, Delays, Delays]:
    """Of editions, of the first copies of releases, of edits."""
    editions, edits = list[float](), list[float]()
    appeared, first = dict[int, float](), dict[int, float]()
    for now, one in seen:
        at = one.appears_at.timestamp()
        if one.edit:
            edits.append(now - at)
            continue
        editions.append(now - at)
        appeared[one.release] = min(appeared.get(one.release, at), at)
        first[one.release] = min(first.get(one.release, now), now)
    return _summed(editions), _summed([first[each] - appeared[each] for each in first]), _summed(edits)


def _summed(seconds: Sequence[float]) -> Delays:
    if len(seconds) < 2:
        return Delays(*(sum(seconds) / 60,) * 3, count=len(seconds))
    p95 = statistics.quantiles(seconds, n=20)[-1]
    return Delays(statistics.fmean(seconds) / 60, statistics.median(seconds) / 60, p95 / 60, len(seconds))


def compared(seed: int, asked: Asked, tell: Callable[[str], None]) -> dict[str, Looked]:
    """Every way of looking, at the same weeks."""
    hours = Hours(ZONE)
    world = World(seed, hours)
    publications, keys = world.publications(asked.start, ceil(asked.days)), world.listings
    start, shortest = asked.start.timestamp(), asked.shortest.total_seconds()
    bounds = Bounds(asked.shortest, asked.longest, PACE, per_day=asked.per_day)

    def looked(name: str, way: Way) -> Looked:
        tell(f"seed {seed}: {name}")
        return look(way, publications, asked, Ledger(start=start))

    def planned(name: str, told: World | None) -> Looked:
        tell(f"seed {seed}: {name}")
        ledger = Ledger(start=start)
        way = ByPlan(keys, hours, bounds, start=asked.start, ledger=ledger, told=told, took=asked.took)
        return look(way, publications, asked, ledger, per_day=asked.per_day)

    def by_frequency(factor: float) -> Looked:
        way = ByFrequency(
            keys, start=start, shortest=shortest, longest=asked.longest.total_seconds(), factor=factor
        )
        return looked(f"miniflux, factor {factor:.3f}", way)

    step = max(_A_DAY / asked.per_day, PACE.total_seconds())
    return {
        ROUND: looked(ROUND, RoundRobin(keys, start=start, step=step)),
        MINIFLUX: _as_many(by_frequency, asked.per_day),
        OURS: planned(OURS, None),
        TOLD: planned(TOLD, world),
        PORTAL: looked(PORTAL, WholePortal(LANGS, start=start, shortest=shortest)),
    }


def _as_many(looked: Callable[[float], Looked], per_day: float) -> Looked:
    """With the factor at which on average so many requests a day are made; no more than that."""
    low, high, best = 1e-3, 1e3, looked(1e-3)
    for _ in range(_TRIALS):
        factor = sqrt(low * high)
        tried = looked(factor)
        if tried.requests_a_day <= per_day:
            low, best = factor, tried
        else:
            high = factor
    return best


def verdicts(ways: dict[str, Looked], asked: Asked) -> list[tuple[str, float, float]]:
    """What is limited, its figure and its limit."""
    ours = ways[OURS]
    mean = ours.editions.mean
    return [
        ("mean delay, of round robin's", mean / ways[ROUND].editions.mean, OF_ROUND_ROBIN),
        ("mean delay, of that with the true rates", mean / ways[TOLD].editions.mean, OF_BOUND),
        ("longest between two readings, minutes", ours.longest, asked.longest.total_seconds() / 60),
        ("requests in any 24 hours", ours.most_a_day, asked.per_day),
        ("requests refused", ours.refused, 0),
        ("editions unseen", ours.unseen, 0),
    ]


def _print(seed: int, ways: dict[str, Looked], asked: Asked) -> None:
    editions = ways[ROUND].editions.count + ways[ROUND].unseen
    print(f"seed {seed}: {editions} editions in {asked.days} days, delays in minutes")
    print(f"{'':23}   mean median    p95   first copy   edits   requests/day   most   longest unseen")
    for name, way in ways.items():
        of = way.editions
        print(
            f"{name:23} {of.mean:6.2f} {of.median:6.2f} {of.p95:6.1f} {way.first_copies.mean:12.2f}"
            f" {way.edits.mean:7.2f} {way.requests_a_day:14.0f} {way.most_a_day:6} {way.longest:9.1f} {way.unseen:6}"
        )
    for name, figure, limit in verdicts(ways, asked):
        print(f"  {name:42} {figure:8.3f}  limit {limit:8.2f}  {'holds' if figure <= limit else 'missed'}")


def main() -> int:
    """Print the table of every seed, and what is limited."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    span: TypeAdapter[timedelta] = TypeAdapter(Duration)
    parser.add_argument("--weeks", type=float, default=8)
    parser.add_argument("--per-day", type=int, default=2000)
    parser.add_argument("--seeds", default="1,2,3", help="each makes another world; one after another")
    parser.add_argument("--shortest", type=span.validate_python, default=timedelta(minutes=2))
    parser.add_argument("--longest", type=span.validate_python, default=timedelta(hours=1))
    parser.add_argument(
        "--took",
        type=float,
        default=0.0,
        help="seconds that a reading takes, its wait for the pace included (default: %(default)s)",
    )
    parser.add_argument("--requests-for-one", type=float, default=1.0, help="reading (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="all figures, for a script")
    given = parser.parse_args()
    asked = Asked(
        round(given.weeks * 7),
        given.per_day,
        given.shortest,
        given.longest,
        took=timedelta(seconds=given.took),
        requests_for_one=given.requests_for_one,
    )
    found = {}
    for seed in (int(each) for each in given.seeds.split(",")):
        found[seed] = compared(seed, asked, lambda said: print(said, file=sys.stderr))
        if not given.json:
            _print(seed, found[seed], asked)
    if given.json:
        print(json.dumps({seed: _as_json(ways, asked) for seed, ways in found.items()}, indent=2))
    return 0


def _as_json(ways: dict[str, Looked], asked: Asked) -> dict[str, object]:
    limits = [
        {"name": name, "figure": figure, "limit": limit, "holds": figure <= limit}
        for name, figure, limit in verdicts(ways, asked)
    ]
    return {"ways": {name: asdict(way) for name, way in ways.items()}, "limits": limits}


if __name__ == "__main__":
    sys.exit(main())

"""Days of publishing in minutes: a whole `jarshy run` against a stand-in portal, all by one clock that runs fast.

    .venv/bin/python benchmarks/fast_days.py [--days N] [--speed N] [--per-day N] [--kills N] [--seed N] [--json]

Prints how long each edition had stood at the portal when the daemon first saw it, and what the looking took. Ends
with 1 where an edition was missed, told twice, or told to have changed. Needs libfaketime (Debian).

How fast the clock may go depends on the machine, since work takes its time by any clock. A worker starts in a
second, which must not come to the ten minutes that an order has: that ends it at about 600 times, on a busy machine
sooner. A reading takes some 25 ms, 3 s by a clock 120 times as fast and 8 s by one that is 300 times as fast, and
AutoThrottle lets as much pass before the next one. «A reading took» says what it came to, its wait for the pace
included; beside the delays it should be little.
"""

import argparse
import json
import random
import resource
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from math import ceil

import beside
import fast_clock
from delays import DAY, Run, Span, figures, held, stands_high, text, walked
from fast_daemon import LANGS, Daemon, Plan, daemon
from ladder import say
from publishing import A_DAY, SIZES, ZONE, Publication, World
from punctual import PunctualPortal
from pydantic import TypeAdapter

from crawler.standin import serve
from monitor.config_values import Duration
from monitor.hours import Hours

AT_LAST = timedelta(hours=3)
"""What has not been seen so long after the last day is missed."""
SETTLED = timedelta(hours=6)
"""The first readings must be over by then."""
GLANCE = 0.5
"""Seconds, by the true clock, from one look at the daemon to the next."""


def main() -> None:
    asked = _asked()
    if not fast_clock.is_fast():
        try:
            fast_clock.begin_again(asked.start, asked.speed)
        except FileNotFoundError as error:
            sys.exit(str(error))
    # Ended by a signal, it would leave a daemon behind, and what libfaketime keeps in shared memory.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    plan = Plan(asked.per_day, asked.per_minute, asked.shortest, asked.longest, asked.history)
    run = _run(asked, plan)
    found = figures(run)
    span: TypeAdapter[timedelta] = TypeAdapter(Duration)
    shortest, longest = (span.validate_python(written) for written in (asked.shortest, asked.longest))
    said = beside.told(run, found, per_day=asked.per_day, shortest=shortest, longest=longest)
    other = beside.simulated(run, found, said)
    if asked.json:
        given = {**vars(asked), "start": str(asked.start)}
        print(json.dumps({"asked": given, "figures": asdict(found), "simulated": asdict(other)}))
    else:
        print(text(found, per_day=plan.per_day, per_minute=plan.per_minute, longest=plan.longest))
        print(beside.text(other, found))
    if found.missed or found.doubled or found.false:
        sys.exit(1)


def _run(asked: argparse.Namespace, plan: Plan) -> Run:
    agencies = _agencies(asked)
    told = _publications(asked)
    portal = PunctualPortal(told, now=_now, lacks=None if asked.whole else agencies[0])
    with (
        serve(portal, glance=GLANCE * asked.speed) as server,
        daemon(server.base_url, agencies, plan, speed=asked.speed) as running,
    ):
        return _Watched(asked, portal, told, running).through()


def _agencies(asked: argparse.Namespace) -> list[str]:
    return list(SIZES)[: asked.agencies]


def _publications(asked: argparse.Namespace) -> list[Publication]:
    """All that appears from the past that is read at first to the end of the last day."""
    end, agencies = _end(asked), _agencies(asked)
    world = World(asked.seed, Hours(ZONE), a_day=asked.releases)
    days = asked.past + ceil((end - asked.start) / DAY)
    told = world.publications(asked.start - timedelta(days=asked.past), days)
    return [one for one in told if one.agency in agencies and one.appears_at < end]


def _end(asked: argparse.Namespace) -> datetime:
    end: datetime = asked.start + timedelta(hours=asked.warm_up, days=asked.days)
    return end


class _Watched:
    """A run of the daemon from its first reading on."""

    def __init__(
        self,
        asked: argparse.Namespace,
        portal: PunctualPortal,
        told: Sequence[Publication],
        running: Daemon,
    ) -> None:
        self._asked = asked
        self._end = _end(asked)
        self._portal = portal
        self._told = told
        self._daemon = running
        self._said = ""

    def through(self) -> Run:
        """What it came to, once everything has been seen that appeared."""
        asked, listings = self._asked, [(agency, lang) for agency in self._agencies for lang in LANGS]
        while walked(self._daemon.database) < len(listings):
            if _now() > asked.start + SETTLED:
                raise RuntimeError(f"the first readings take more than {SETTLED}: the clock is too fast")
            self._wait(self._end)
        warm = asked.start + timedelta(hours=asked.warm_up)
        while _now() < warm:
            self._wait(warm)
        since = max(_now(), warm) if _now() - warm > timedelta(minutes=5) else warm
        killed = [self._kill_at(moment) for moment in self._kills(since)]
        while _now() < self._end:
            self._wait(self._end)
        while self._unseen(since) and _now() < self._end + AT_LAST:
            self._wait(self._end + AT_LAST)
        self._daemon.stop()
        began = _now() - timedelta(seconds=time.monotonic())
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return Run(
            told=self._told,
            source_ids=self._portal.source_ids,
            listings=listings,
            held=held(self._daemon.database),
            span=Span(since, self._end),
            asked_at=[began + timedelta(seconds=request.at) for request in self._portal.requests],
            killed=killed,
            cpu_seconds=used.ru_utime + used.ru_stime,
        )

    @property
    def _agencies(self) -> Sequence[str]:
        return _agencies(self._asked)

    def _kills(self, since: datetime) -> list[datetime]:
        dice = random.Random(self._asked.seed)
        return sorted(since + dice.random() * (self._end - since) for _ in range(self._asked.kills))

    def _kill_at(self, moment: datetime) -> datetime:
        while _now() < moment:
            self._wait(moment)
        now = _now()
        self._daemon.kill_and_start()
        return now

    def _unseen(self, since: datetime) -> bool:
        seen, ids = held(self._daemon.database).seen, self._portal.source_ids
        return any(
            (ids.get(copy.release, ""), copy.lang) not in seen
            for copy in self._told
            if copy.appears_at >= since and stands_high(copy)
        )

    def _wait(self, until: datetime) -> None:
        self._daemon.look()
        left = (until - _now()).total_seconds()
        time.sleep(
            max(0.0, min(GLANCE * self._asked.speed, left))
        )  # others work; the moment itself is waited for
        now = _now()
        hour = f"{now:%a %d %b %H}"
        if hour != self._said:
            self._said = hour
            days = [copy for copy in self._told if copy.appears_at >= self._asked.start]
            appeared = sum(copy.appears_at <= now for copy in days)
            say(f"{hour}:00 UTC, {appeared} of {len(days)} editions, {len(self._portal.requests)} requests")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--days", type=float, default=1, help="of publishing (default: %(default)s)")
    parser.add_argument(
        "--start",
        type=lambda written: datetime.fromisoformat(written).astimezone(UTC),
        default="2026-03-01T15:00:00+00:00",
        help="the fast clock's first moment, a full hour (default: %(default)s, a Sunday's evening in Almaty)",
    )
    parser.add_argument("--speed", type=float, default=120, help="of the clock (default: %(default)s)")
    parser.add_argument("--agencies", type=int, default=len(SIZES), help="read, in three languages each")
    parser.add_argument(
        "--releases",
        type=float,
        default=A_DAY,
        help="a working day, of all nineteen (default: %(default)s)",
    )
    parser.add_argument("--per-day", type=int, default=2000, help="requests allowed (default: %(default)s)")
    parser.add_argument("--per-minute", type=float, default=30, help="the same (default: %(default)s)")
    parser.add_argument("--shortest", default="2m", help="between two readings (default: %(default)s)")
    parser.add_argument("--longest", default="1h", help="the same (default: %(default)s)")
    parser.add_argument(
        "--past", type=int, default=14, help="days of publishing before the first (default: %(default)s)"
    )
    parser.add_argument("--history", default="14d", help="that is read of them (default: %(default)s)")
    parser.add_argument(
        "--warm-up", type=float, default=4, help="hours before anything is measured (default: %(default)s)"
    )
    parser.add_argument(
        "--whole", action="store_true", help="let the listing of the whole portal be complete"
    )
    parser.add_argument("--kills", type=int, default=0, help="of the daemon, at random moments")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()

"""Lets the daemon live for weeks in an hour, with faults, kills and news all the time; then looks at all it holds.

    .venv/bin/python tests/soak.py [--minutes 60] [--speed 480] [--seed N] [--keep FOLDER] [--json]

`jarshy run` reads a stand-in portal in 57 listings and tells two webhooks, all by one clock that runs fast (see
`benchmarks/fast_clock.py`). One answer of twenty is a fault, of nearly every kind; the daemon is killed about once
in a true minute and started again; something is published, edited, translated, taken down or put back all the time.
In the end faults and news stop, and the daemon is left alone until nothing is owed. Then its history must equal
what the portal shows, its journal what happened, every change must have come to whoever was to hear of it, once but
for what a kill caught in flight, and its memory and descriptors, looked at before each kill, must be what they were
(memory is judged from thirty lives on). Its feeds must say what it holds, `jarshy verify` must find that all of it
fits, nothing that a first page shows may be kept aside, nor anything be left in its folder or among the processes,
and no error may stand in its log. The exit code is 1, with the evidence, where anything differs.

How fast the clock may go is bounded by the machine: an order has ten minutes, in which a worker starts (a second) and
reads. At 480 an hour is twenty days: at 2,000 requests a day some 40,000 readings. A year in an hour would be 200
requests a second, of which each takes 25 ms of one processor.
"""

import argparse
import json
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

import fast_clock
from delays import walked
from fast_daemon import Daemon, Plan, daemon
from footprint import Footprint, footprint
from ladder import say

from crawler.directory import FOLLOWED
from crawler.standin import Portal, serve
from monitor.addresses import read_addresses
from tests.crashes.faulty_portal import FaultyPortal
from tests.crashes.flow import LANGS, Flow
from tests.crashes.judging import DELIVERIES, OWED, PROMPTLY, Life, journal, judge, rows
from tests.crashes.leftovers import aside, held_copies, leftovers, unlike_in_feeds, unlike_portal
from tests.crashes.receivers import Manners, Receivers

START = datetime(2026, 3, 1, 15, tzinfo=UTC)
ACTS_APART = 1.5
"""True seconds, on average, as all that follow."""
KILLS_APART = 60.0
GLANCE = 0.2
WAKING = 0.3
"""In which no daemon has sent anything yet."""
CONFIRM = "20m"
"""A third of what is usual: a removal beside a fault that hides half a page is believed 24 times as long after it.

No less: a copy is called removed alone after as long, where no other can be looked for, and listings pause six hours.
"""
FIRST, DRAIN = 120.0, 600.0
"""For the first readings; and until all is noticed and told, since pauses between attempts double."""
MANY = 30
"""Lives, by fewer of which nothing can be said of memory: what one takes at its end differs by a sixth."""
FLAT = 1.05
"""How much more memory the last third of the lives may take than the first, each by its least."""
SAID_APART = 30.0
FIRST_PAGE = 20
DOUBTED = "SELECT release_id, lang FROM editions WHERE status = 'suspected'"
"""Whether these are gone is decided by readings that are still to come, as of what a late fault hid."""
VAIN = ("gave no answer", "took longer than")
SHOWN = 40
"""Differences that are printed; one mistake makes many."""
LOG = '[log]\nlevel = "debug"\n'
"""Or only the first of many attempts that failed is said."""
RULES = {
    "all": "",
    "some": 'agencies = ["economy"]\nkinds = ["published", "edited", "removed", "restored"]\n',
}


@dataclass(slots=True)
class Soak:
    """What it came to."""

    simulated_days: float = 0.0
    kills: int = 0
    acts: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    repeats_after_kill: int = 0
    repeats_after_failure: int = 0
    editions: int = 0
    footprints: list[Footprint] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    @property
    def thirds(self) -> tuple[int, int]:
        """The least bytes that a life took at its end, in the first and in the last third of them.

        The least, because a burst of messages or a copy being made takes a tenth more for a while.
        """
        held = [one.bytes for one in self.footprints if one.processes > 1]
        third = max(1, len(held) // 3)
        return min(held[:third], default=0), min(held[-third:], default=0)


def main() -> int:
    asked = _asked()
    if not fast_clock.is_fast():
        try:
            fast_clock.begin_again(START, asked.speed)
        except FileNotFoundError as error:
            sys.exit(str(error))
    for number in (signal.SIGTERM, signal.SIGINT):  # or a daemon is left behind
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    soak = _soaked(asked)
    if asked.json:
        print(json.dumps(asdict(soak), indent=2))
    else:
        print("\n".join(_said(soak)))
    return 1 if soak.differences else 0


def _soaked(asked: argparse.Namespace) -> Soak:
    dice = random.Random(asked.seed)
    portal = FaultyPortal(seed=asked.seed, speed=asked.speed)
    flow = Flow(portal, dice, now=_now(), agencies=FOLLOWED, past=40)
    receivers = Receivers(
        {"all": Manners(hangs_up=0.02, refuses=0.05, seconds=0.25), "some": Manners(refuses=0.05)},
        chat=None,
        mail=None,
        seed=asked.seed,
    )
    alerts = "".join(
        f"[[alerts]]\nname = {json.dumps(name)}\nto = [{json.dumps(receivers.address(name))}]\n{rule}"
        for name, rule in RULES.items()
    )
    plan = Plan(asked.per_day, 30, "2m", "1h", "30d", CONFIRM)
    with (
        serve(portal, glance=GLANCE * asked.speed) as standin,
        receivers,
        daemon(standin.base_url, FOLLOWED, plan, speed=asked.speed, alerts=alerts + LOG) as running,
    ):
        run = _Run(asked, portal, flow, running, dice)
        soak, is_done = run.soak, False
        try:
            run.through()
            _judge(soak, run, receivers)
            is_done = True
        finally:
            if asked.keep and (soak.differences or not is_done):
                _keep(running, asked.keep)
    return soak


def _keep(running: Daemon, folder: Path) -> None:
    """Copies what the daemon left behind, whose own folder goes."""
    folder.mkdir(parents=True, exist_ok=True)
    copyfile(running.log, folder / running.log.name)
    _copied(running.database, folder)


class _Run:
    """The lives of one daemon, and what happens during them."""

    def __init__(
        self,
        asked: argparse.Namespace,
        portal: FaultyPortal,
        flow: Flow,
        running: Daemon,
        dice: random.Random,
    ) -> None:
        self.soak, self.lives = Soak(), list[Life]()
        self.portal, self.flow, self.running = portal, flow, running
        self._speed, self._true_seconds = asked.speed, 60 * asked.minutes
        self._dice = dice
        self._awake = time.monotonic() + self._fast(WAKING)

    def through(self) -> None:
        """Until everything is told that happened in the time that was asked for."""
        listings = len(FOLLOWED) * len(LANGS)
        self._until_none(
            lambda: ["some listing"] * (walked(self.running.database) < listings), "the first readings", FIRST
        )
        self.portal.is_faulty = True
        began = time.monotonic()
        end = began + self._fast(self._true_seconds)
        while (now := time.monotonic()) < end:
            self._live_until(min(end, now + self._fast(KILLS_APART * self._dice.uniform(0.5, 1.5))))
            if time.monotonic() < end:
                self._be_killed()
        self.portal.is_faulty = False
        self.portal.behave()
        self.soak.simulated_days = (time.monotonic() - began) / 86_400
        say("news and faults have stopped; until nothing is owed")
        self._until_none(self._unsettled, "that all is noticed and told", DRAIN)
        self.lives.append(Life(self._awake, float("inf"), frozenset()))
        self.soak.footprints.append(footprint(self.running.pid))
        self.soak.differences += unlike_in_feeds(self.running.database, _served_at(self.running.log))
        self.running.stop()

    def _live_until(self, moment: float) -> None:
        """Things happen until then."""
        while True:
            self.running.look()
            act_at = time.monotonic() + self._fast(self._dice.expovariate(1 / ACTS_APART))
            _sleep_until(min(act_at, moment))
            if time.monotonic() >= moment:
                return
            self.flow.noticed(journal(str(self.running.database)))
            act = self.flow.act(now=_now())
            self.soak.acts[act] = self.soak.acts.get(act, 0) + 1

    def _be_killed(self) -> None:
        self.soak.footprints.append(footprint(self.running.pid))
        self.running.kill()
        killed = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="jarshy-left-") as folder:
            left = _copied(self.running.database, Path(folder))
            [sound] = rows(left, "PRAGMA quick_check")
            if set(sound.values()) != {"ok"}:
                raise SystemExit(f"the kill left a broken database: {sound}")
            unsent = frozenset(row["message_id"] for row in rows(left, OWED))
        self.lives.append(Life(self._awake, killed, unsent))
        self.soak.kills += 1
        self._awake = time.monotonic() + self._fast(WAKING)
        self.running.start()
        say(self._progress())

    def _unsettled(self) -> list[object]:
        """What is not noticed, told, decided or read yet; the sorts one after the other, as each look costs."""
        path = str(self.running.database)
        self.flow.noticed(journal(path))
        return [
            *(
                self.flow.awaited
                or rows(path, OWED)
                or rows(path, DOUBTED)
                or aside(self.running.database, deep=_deep(self.portal))
            )
        ]

    def _until_none(self, left: Callable[[], list[Any]], what: str, true_seconds: float) -> None:
        began = said = time.monotonic()
        while rest := left():
            self.running.look()
            if (now := time.monotonic()) > began + self._fast(true_seconds):
                self.soak.differences.append(f"waited in vain for {what}: {rest[:SHOWN]}")
                return
            if now > said + self._fast(SAID_APART):
                said = now
                say(f"{_now():%d %b %H:%M}: still waiting for {what}: {rest[:SHOWN]}")
            time.sleep(self._fast(GLANCE))  # another process works

    def _progress(self) -> str:
        total = sum(self.soak.acts.values())
        heavy = self.soak.footprints[-1]
        return (
            f"{_now():%d %b %H:%M}: {self.soak.kills} kills, {total} acts, {len(self.flow.awaited)} not noticed yet, "
            f"{len(self.portal.requests)} requests, {sum(self.portal.faults.values())} faults, "
            f"{heavy.bytes / 1e6:.0f} MB, {heavy.descriptors} descriptors"
        )

    def _fast(self, true_seconds: float) -> float:
        """So many seconds by the fast clock."""
        return true_seconds * self._speed


def _judge(soak: Soak, run: _Run, receivers: Receivers) -> None:
    path, speed = str(run.running.database), run.running.speed
    unanswered = _unanswered(run.running.log)
    soak.requests, soak.faults = len(run.portal.requests), dict(run.portal.faults)
    owed = rows(path, DELIVERIES)
    soak.changes = dict(Counter(row["kind"] for row in {row["uid"]: row for row in owed}.values()))
    soak.differences += run.flow.differences(journal(path))
    wanted = {
        "all": lambda change: True,
        "some": lambda change: change["agency"] == "economy" and change["kind"] != "translated",
    }
    for name, wants in wanted.items():
        [address] = read_addresses(receivers.address(name))
        found = judge(
            receivers.at(name),
            owed,
            address.key,
            wants,
            run.lives,
            promptly=PROMPTLY * speed,
            unanswered=unanswered,
        )
        soak.differences += [f"{name}: {fault}" for fault in found.faults]
        if found.folded:  # a person is told of one copy for all; a program of each
            soak.differences.append(f"{name}: {found.folded} changes were not told, as if it were a person")
        soak.repeats_after_kill += found.after_kill
        soak.repeats_after_failure += found.after_failure
    held = held_copies(path)
    soak.editions = len(held)
    soak.differences += unlike_portal(held, run.portal)
    before, after = soak.thirds
    if soak.kills >= MANY and after > FLAT * before:
        soak.differences.append(f"memory grew: {before / 1e6:.0f} MB at first, {after / 1e6:.0f} MB at last")
    most = Counter(each.descriptors for each in soak.footprints if each.processes > 1)
    if soak.kills > 5 and max(most) > 1.25 * min(most) + 4:
        soak.differences.append(f"descriptors grew: {dict(most)}")
    soak.differences += leftovers(run.running.database, run.running.log, deep=_deep(run.portal))


def _deep(portal: Portal) -> set[tuple[str, str]]:
    """What stands below the first page of its listing, as `leftovers` has it."""
    return {
        (str(release_id), lang)
        for agency in FOLLOWED
        for lang in LANGS
        for release_id in portal.ids(agency, lang)[FIRST_PAGE:]
    }


def _unanswered(log: Path) -> Counter[str]:
    """How often the daemon waited in vain for the answer to a message, by its key: 15 seconds are short here."""
    said = Counter[str]()
    for line in log.read_text("utf-8").splitlines():
        if any(sign in line for sign in VAIN) and line.endswith("}"):  # a kill may have torn it
            said[json.loads(line)["delivery"]] += 1
    return said


def _served_at(log: Path) -> str:
    """Where the last daemon serves its feeds."""
    return re.findall(r"Feeds are served at (http://[^/]+)/", log.read_text("utf-8"))[-1]


def _copied(database: Path, folder: Path) -> str:
    """The database as it lies on the disk, with its log: whoever opens the file itself repairs it."""
    for suffix in ("", "-wal"):
        lies = database.with_name(database.name + suffix)
        if lies.exists():
            copyfile(lies, folder / lies.name)
    return str(folder / database.name)


def _sleep_until(moment: float) -> None:
    """To a moment that the dice chose: nothing is waited for that could be looked at."""
    time.sleep(max(0.0, moment - time.monotonic()))  # the moment itself is the condition


def _said(soak: Soak) -> Iterator[str]:
    def counted(of: Mapping[str, int]) -> str:
        return ", ".join(f"{count} {name}" for name, count in sorted(of.items(), key=lambda each: -each[1]))

    yield f"{soak.simulated_days:.1f} simulated days, {soak.kills} kills, {soak.requests} requests"
    yield f"faults, {sum(soak.faults.values())}: {counted(soak.faults)}"
    yield f"acts: {counted(soak.acts)}; changes told: {counted(soak.changes)}"
    yield (
        f"repeats of what was in flight at a kill: {soak.repeats_after_kill}; of what the receiver refused or hung "
        f"up on: {soak.repeats_after_failure}; {soak.editions} editions held"
    )
    before, after = soak.thirds
    if before:
        fds = [each.descriptors for each in soak.footprints]
        yield (
            f"memory of daemon and worker: {before / 1e6:.0f} MB in the first third, {after / 1e6:.0f} MB in the "
            f"last ({after / before:.2f}); descriptors {min(fds)} to {max(fds)}"
        )
    yield from soak.differences[:SHOWN]
    yield f"{len(soak.differences)} differences"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60, help="true ones (default: %(default)s)")
    parser.add_argument("--speed", type=float, default=480, help="of the clock (default: %(default)s)")
    parser.add_argument("--per-day", type=int, default=2000, help="requests allowed (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="for the database and log, if anything is wrong"
    )
    parser.add_argument("--json", action="store_true", help="all figures, for a script")
    return parser.parse_args()


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())

"""Kills a small run at every system call that writes or sends, and looks whether everybody was told once.

    python tests/crash_points.py [--points N] [--seed N]

A run takes in a few changes and tells two webhooks and a mailbox of them. `strace` counts the calls, then ends a run
before the first of them, another one before the second, and so on; after each a run without it goes on with what was
left. Nothing may be lost, and what comes twice comes under the same id and was in flight. Calls that write to the
disk also fail once each, as on a disk that is full (ENOSPC) or broken (EIO): that ends in a clear error or is borne,
and the next run goes on. The conversation with the mailbox runs in a thread, and strace counts thread by thread, so
another run tells the mailbox alone and ends at what is sent. `--points` tries so many of all, by dice. The exit code
is 1, with the evidence, where anything else happened, and 2 where strace is missing.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from monitor.addresses import read_addresses
from tests.crashes import nursery
from tests.crashes.flow import Happened
from tests.crashes.judging import DELIVERIES, OWED, Judgement, Life, journal, judge, rows
from tests.crashes.receivers import Manners, Receivers

STRACE = shutil.which("strace")
DISK = ("pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "rename")
CALLS = (*DISK, "write", "writev", "pwritev", "sendto", "sendmsg")
ERRORS = ("ENOSPC", "EIO")
RUNS = {"all": ("one", "two", "mail"), "mail": ("mail",)}
"""Who is told in which run."""
MEMORY = next((str(place) for place in [Path("/dev", "shm")] if place.is_dir()), None)
"""Where files lie: a kill takes nothing from a disk that memory does not keep, and a disk makes every run wait."""
DEADLINE = 60.0
"""Seconds that a run may take; it takes a fraction of one."""


@dataclass(frozen=True, slots=True)
class Point:
    """One call of one run, and what becomes of it: the error that it meets, or KILL."""

    run: str
    call: str
    number: int
    fate: str

    def __str__(self) -> str:
        return f"{self.fate} at {self.call} {self.number} of «{self.run}»"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a point."""

    code: int
    found: tuple[Judgement, ...]
    faults: tuple[str, ...]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=None, help="how many to try; else all")
    parser.add_argument("--seed", type=int, default=None, help="the same dice as another time")
    asked = parser.parse_args()
    if STRACE is None:
        print("strace is not installed; without it no call can be stopped at", file=sys.stderr)
        return 2
    seed = random.randrange(1_000_000) if asked.seed is None else asked.seed
    receivers = Receivers({"one": Manners(), "two": Manners()}, chat=None, mail=Manners(), seed=seed)
    with tempfile.TemporaryDirectory(prefix="jarshy-points-", dir=MEMORY) as folder, receivers:
        base = Path(folder, "base.db")
        nursery.make(base)
        points: list[Point] = []
        with ExitStack() as nurseries:
            sweeps = {run: nurseries.enter_context(_Sweep(base, run, receivers)) for run in RUNS}
            for run, sweep in sweeps.items():
                counted = sweep.count()
                print(f"«{run}»: " + ", ".join(f"{n} {call}" for call, n in counted.items()), flush=True)
                points += [
                    Point(run, call, number, fate)
                    for call, times in counted.items()
                    if run == "all" or call not in DISK
                    for number in range(1, times + 1)
                    for fate in ("KILL", *(ERRORS if call in DISK else ()))
                ]
            if asked.points is not None:
                print(f"seed {seed}")
                points = random.Random(seed).sample(points, min(asked.points, len(points)))
            return _say(((point, sweeps[point.run].meet(point)) for point in points), len(points))


def _say(tried: Iterator[tuple[Point, Outcome]], count: int) -> int:
    """Prints what came of the points, call by call; the exit code."""
    began = time.monotonic()
    figures: dict[tuple[str, str], Counter[str]] = {}
    faults = 0
    for number, (point, outcome) in enumerate(tried, 1):
        if number % 100 == 0:
            print(
                f"{number} of {count} points, {time.monotonic() - began:.0f} s, {faults} faults", flush=True
            )
        counts = figures.setdefault((point.call, point.fate), Counter())
        counts["points"] += 1
        counts["in flight"] += sum(one.in_flight for one in outcome.found)
        counts["repeats"] += sum(one.after_kill for one in outcome.found)
        counts["clear" if outcome.code == nursery.CLEAR else "killed" if outcome.code < 0 else "ended"] += 1
        for fault in outcome.faults:
            faults += 1
            print(f"{point}: {fault}", flush=True)
    print("call        fate     points  killed  clear error  ended  in flight  repeats")
    for (call, fate), counts in sorted(figures.items()):
        print(
            f"{call:12}{fate:8}{counts['points']:>7}{counts['killed']:>8}{counts['clear']:>13}{counts['ended']:>7}"
            f"{counts['in flight']:>11}{counts['repeats']:>9}"
        )
    total = sum(figures.values(), Counter[str]())
    print(
        f"{total['points']} points in {time.monotonic() - began:.0f} s, {total['repeats']} repeats, "
        f"each under its key and in flight; {faults} faults"
    )
    return 1 if faults else 0


class _Sweep:
    """One run, again and again on copies of one database."""

    def __init__(self, base: Path, run: str, receivers: Receivers) -> None:
        self._base, self._receivers, self._names = base, receivers, RUNS[run]
        self._database = base.with_name(f"{run}.db")
        self._log = base.with_name("life.log")
        self._happens: Counter[Happened] = Counter()

    def __enter__(self) -> Self:
        addresses = [self._receivers.address(name) for name in self._names]
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.crashes.nursery", *addresses],
            cwd=Path(__file__).resolve().parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        with self._nursery:
            assert self._nursery.stdin is not None
            self._nursery.stdin.close()

    def count(self) -> dict[str, int]:
        """How often each call is made by the thread that makes it most often, in a run that nothing disturbs."""
        self._begin()
        log = self._base.with_name("calls")
        code = self._live("-e", f"trace={','.join(CALLS)}", output=log)
        self._happens = journal(str(self._database))
        faults = self._judged([], code)[1]
        if code or faults:
            raise SystemExit(f"undisturbed, it ended with {code}: {faults} {self._log.read_text()}")
        called = Counter(re.findall(r"^(\d+) +(\w+)\(", log.read_text(errors="replace"), re.MULTILINE))
        most: Counter[str] = Counter()
        for (_thread, call), times in called.items():
            most[call] = max(most[call], times)
        return {call: most[call] for call in CALLS if most[call]}

    def meet(self, point: Point) -> Outcome:
        """A run that meets its fate, and one that goes on."""
        self._begin()
        fate = "signal=KILL" if point.fate == "KILL" else f"error={point.fate}"
        begun = time.monotonic()
        code = self._live(
            "-e", f"trace={point.call}", "-e", f"inject={point.call}:{fate}:when={point.number}"
        )
        faults = [] if code in (0, -9, nursery.CLEAR) else [f"ended with {code}: {self._log.read_text()}"]
        # A copy: whoever opens the file itself repairs it in the place of the next run.
        left = self._base.with_name("left.db")
        _copy(self._database, left)
        unsent = frozenset(row["message_id"] for row in rows(str(left), OWED))
        lives = [Life(begun, time.monotonic(), unsent)]
        found, more = self._judged(lives, self._live(later=True))
        return Outcome(code, found, (*faults, *more))

    def _judged(self, lives: Sequence[Life], code: int) -> tuple[tuple[Judgement, ...], list[str]]:
        faults = [f"the run that went on ended with {code}: {self._log.read_text()}"] if code else []
        lives = [*lives, Life(time.monotonic() if not lives else lives[-1].killed, float("inf"), frozenset())]
        path = str(self._database)
        [sound] = rows(path, "PRAGMA integrity_check")
        faults += [] if "ok" in sound.values() else [f"the database is broken: {sound}"]
        happened = journal(path)
        faults += [f"never noticed: {one}" for one in self._happens - happened]
        faults += [f"noticed twice: {one}" for one in happened - self._happens]
        owed, found = rows(path, DELIVERIES), []
        for name in self._names:
            [address] = read_addresses(self._receivers.address(name))
            judgement = judge(self._receivers.at(name), owed, address.key, _wanted(name), lives)
            faults += [f"{name}: {fault}" for fault in judgement.faults]
            found.append(judgement)
        return tuple(found), faults

    def _begin(self) -> None:
        self._receivers.forget()
        self._log.unlink(missing_ok=True)
        _copy(self._base, self._database)

    def _live(self, *watched: str, later: bool = False, output: Path | None = None) -> int:
        """How one run ends; `watched` says what strace does to it."""
        pid = self._say({"database": str(self._database), "hours": 15 if later else 3})["pid"]
        strace = None
        if watched and STRACE:
            strace = subprocess.Popen(
                [STRACE, "-f", "-qq", "-p", str(pid), "-o", str(output or "/dev/null"), *watched]
            )
            status, end = Path(f"/proc/{pid}/status"), time.monotonic() + DEADLINE
            while "TracerPid:\t0\n" in status.read_text():
                if strace.poll() is not None or time.monotonic() > end:
                    raise SystemExit("strace cannot look at a process here")
                time.sleep(0.002)  # another process works
        code: int = self._say({})["code"]
        if strace is not None:
            strace.wait(DEADLINE)
        return code

    def _say(self, line: dict[str, Any]) -> dict[str, Any]:
        assert self._nursery.stdin is not None and self._nursery.stdout is not None
        self._nursery.stdin.write(json.dumps(line) + "\n")
        self._nursery.stdin.flush()
        answer: dict[str, Any] = json.loads(self._nursery.stdout.readline())
        return answer


def _wanted(name: str) -> Any:
    return lambda change: name != "mail" or change["kind"] != "translated"


def _copy(database: Path, copy: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        lies, lands = (path.with_name(path.name + suffix) for path in (database, copy))
        lands.unlink(missing_ok=True)
        if lies.exists() and suffix != "-shm":
            shutil.copy(lies, lands)


if __name__ == "__main__":
    sys.exit(main())

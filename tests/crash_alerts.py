"""Kills the daemon at random moments under a flow of changes, and looks whether everybody was told once.

    python tests/crash_alerts.py [--kills 200] [--seed N] [--life SECONDS] [--folder FOLDER]

`jarshy run` reads the stand-in portal, where things happen all the time, and tells two webhooks, a chat and a
mailbox, some of which refuse, hang up and take their time. It is killed with SIGKILL at a moment chosen evenly over
the length of a life, its start included, and started again at once. In the end it is left alone until nothing is
owed. Then the journal must be what happened, every change must have come to whoever was to hear of it, and a message
may have come twice only where it was in flight at a kill, or where the receiver had refused it or hung up. Prints
what was counted; the exit code is 1, with the evidence, where anything else happened. Database and log stay in
`--folder`.
"""

import argparse
import json
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crawler.standin import Portal, serve
from monitor.addresses import read_addresses
from tests.crashes.flow import AGENCIES, LANGS, Flow
from tests.crashes.judging import DELIVERIES, OWED, Judgement, Life, journal, judge, rows
from tests.crashes.receivers import Manners, Receivers
from tests.end_to_end.house import free_port

JARSHY = Path(sys.executable).with_name("jarshy")
SHORT = 5.0
"""Seconds that the longest life lasts at least: half of it is reading and telling, where the machine is idle."""
DRAIN = 900.0
"""Seconds that the last life may take until nothing is owed; pauses between attempts double."""
FIRST = 60.0
"""Seconds that the first reading may take."""
WAKING = 0.3
"""Seconds in which no daemon has sent anything yet, at any speed."""
SHOWN = 40
"""Faults that are printed; one mistake makes many."""

WANTED: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "all": lambda change: True,
    "some": lambda change: change["agency"] == "economy" and change["kind"] != "translated",
    "mail": lambda change: change["kind"] != "translated",
    "chat": lambda change: change["lang"] == "kk" or (change["lang"] is None and change["kazakh"]),
}
"""Who is to hear of a change, said here once more and in other words than the rules of the configuration."""
RULES = {
    "all": "",
    "some": 'agencies = ["economy"]\nkinds = ["published", "edited", "moved", "removed", "restored"]\n',
    "mail": 'lang = "kk"\nburst = { more_than = 6, within = "20s" }\n',
    "chat": 'lang = "ru"\nlanguages = ["kk"]\nburst = { more_than = 1000, within = "1s" }\n',
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None, help="the same dice as another time")
    parser.add_argument(
        "--life",
        type=float,
        default=None,
        help="the longest that a daemon lives; else twice its first reading",
    )
    parser.add_argument("--folder", type=Path, default=None, help="where the database and the log stay")
    asked = parser.parse_args()
    seed = random.randrange(1_000_000) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    if asked.folder is not None:
        asked.folder.mkdir(parents=True, exist_ok=True)
        return _in(asked.folder, asked.kills, asked.life, seed)
    with tempfile.TemporaryDirectory(prefix="jarshy-killed-") as folder:
        return _in(Path(folder), asked.kills, asked.life, seed)


def _in(folder: Path, kills: int, life: float | None, seed: int) -> int:
    dice = random.Random(seed)
    portal = Portal(seed=seed)
    flow = Flow(portal, dice, now=datetime.now(UTC))
    receivers = Receivers(
        {"all": Manners(seconds=0.25), "some": Manners(hangs_up=0.05, refuses=0.05, seconds=0.1)},
        chat=Manners(refuses=0.02, seconds=0.25),
        mail=Manners(hangs_up=0.02, refuses=0.02, seconds=0.25),
        seed=seed,
    )
    with serve(portal) as standin, receivers:
        daemon = _Daemon(folder, standin.base_url, receivers)
        run = _Run(daemon, flow, dice)
        try:
            run.until(run.has_read_everything, "the first reading", FIRST)
            daemon.end()
            run.longest = life or max(SHORT, 2 * (time.monotonic() - run.lives[0].awake))
            print(f"a daemon lives {run.longest:.1f} s at most", flush=True)
            for number in range(1, kills + 1):
                run.be_killed()
                if number % 10 == 0 or number == kills:
                    print(run.progress(number), flush=True)
            run.until(run.nothing_is_owed, "that all is noticed and told", DRAIN)
            code = daemon.end()
        finally:
            daemon.kill()
        faults = _say(run, flow, receivers, daemon)
    if code:
        faults.append(f"the daemon ended with {code}")
    for fault in faults[:SHOWN]:
        print(fault)
    print(f"{len(faults)} faults", flush=True)
    return 1 if faults else 0


class _Daemon:
    """`jarshy run`, which lives many times on one database."""

    def __init__(self, folder: Path, portal: str, receivers: Receivers) -> None:
        self.database, self.log = folder / "jarshy.db", folder / "daemon.log"
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        alerts = "".join(
            f"[[alerts]]\nname = {json.dumps(name)}\nto = [{json.dumps(receivers.address(name))}]\n{rule}"
            for name, rule in RULES.items()
        )
        # A second rule for one address: it is told once, because of both.
        alerts += (
            f'[[alerts]]\nname = "also"\nto = [{json.dumps(receivers.address("some"))}]\nkinds = ["edited"]\n'
        )
        alerts += 'agencies = ["economy"]\n'
        (folder / "jarshy.toml").write_text(
            f'[database]\npath = "{self.database}"\n[server]\nport = {self._port}\n'
            f'[portal]\nbase_url = "{portal}"\nroutes = ["rest"]\nrequests_per_minute = 6000\ncontact = "tests"\n'
            f"agencies = {json.dumps(AGENCIES)}\nlanguages = {json.dumps(LANGS)}\n"
            '[schedule]\nshortest = "1s"\nlongest = "1s"\nconfirm = "2s"\n'
            f'[delivery]\ntelegram = "{receivers.bot_api}"\n{alerts}',
            "utf-8",
        )

    def start(self) -> float:
        """Begins a life; when."""
        begun = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [JARSHY, "run", "--config", "jarshy.toml"], cwd=self._folder, stdout=log, stderr=log
            )
        return begun

    def kill(self) -> float:
        """Ends a life without a warning; when."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
        ended = time.monotonic()
        if self._process is not None:
            self._process.wait()
            self._process = None
        return ended

    def end(self) -> int:
        """Ends a life as an operator does; the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(10)
        self._process = None
        return code

    @property
    def serves(self) -> bool:
        """Whether it has come so far that it ends as an operator expects."""
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True

    @property
    def ended(self) -> bool:
        """Whether it ended by itself."""
        return self._process is not None and self._process.poll() is not None


class _Run:
    """The lives of a daemon, and what happens during them."""

    def __init__(self, daemon: _Daemon, flow: Flow, dice: random.Random) -> None:
        self.lives: list[Life] = []
        self.longest = SHORT
        self._daemon, self._flow, self._dice = daemon, flow, dice
        self._acts = 0

    def be_killed(self) -> None:
        """One life: things happen, the daemon is killed, and what it left is looked at."""
        length = self._dice.random() * self.longest
        moments = sorted(self._dice.random() * length for _ in range(self._dice.randint(0, 5)))
        started = self._daemon.start()
        for moment in moments:
            _until(started + moment)
            self._flow.act()
            self._acts += 1
        _until(started + length)
        if self._daemon.ended:
            raise SystemExit(f"the daemon ended by itself; see {self._daemon.log}")
        killed = self._daemon.kill()
        # A copy: whoever opens the file itself repairs it in the place of the daemon.
        with tempfile.TemporaryDirectory(prefix="jarshy-left-") as folder:
            left = str(_copied(self._daemon.database, Path(folder)))
            [sound] = rows(left, "PRAGMA quick_check")
            if set(sound.values()) != {"ok"}:
                raise SystemExit(f"the kill left a broken database: {sound}")
            unsent = frozenset(row["message_id"] for row in rows(left, OWED))
            self._flow.noticed(journal(left))
        self.lives.append(Life(started + WAKING, killed, unsent))

    def until(self, truth: Callable[[], bool], what: str, seconds: float) -> None:
        """A life that goes on until something is true; ends the command, saying `what`, where that stays out."""
        started = self._daemon.start()
        while not (truth() and self._daemon.serves):
            if self._daemon.ended or time.monotonic() > started + seconds:
                raise SystemExit(f"waited in vain for {what}; see {self._daemon.log}: {self.progress(0)}")
            time.sleep(0.2)  # another process works
        self.lives.append(Life(started + WAKING, float("inf"), frozenset()))

    def has_read_everything(self) -> bool:
        """Whether what happens from now on is news in every listing."""
        try:
            walked = [
                row["walked_at"] for row in rows(str(self._daemon.database), "SELECT walked_at FROM listings")
            ]
        except sqlite3.OperationalError:
            return False  # the schema is being made
        return len(walked) == len(AGENCIES) * len(LANGS) and all(walked)

    def nothing_is_owed(self) -> bool:
        """Whether all that happened is noticed and told."""
        path = str(self._daemon.database)
        self._flow.noticed(journal(path))
        return not self._flow.awaited and not rows(path, OWED)

    def progress(self, number: int) -> str:
        owed = len(self.lives[-1].unsent) if self.lives else 0
        return f"{number} kills, {self._acts} acts, {len(self._flow.awaited)} awaited, {owed} messages owed"


def _until(moment: float) -> None:
    """To a moment that the dice chose: nothing is waited for that could be looked at."""
    time.sleep(max(0.0, moment - time.monotonic()))  # the moment itself is the condition


def _copied(database: Path, folder: Path) -> Path:
    """The database as it lies on the disk, with its log."""
    for suffix in ("", "-wal"):
        lies = database.with_name(database.name + suffix)
        if lies.exists():
            shutil.copy(lies, folder / lies.name)
    return folder / database.name


def _say(run: _Run, flow: Flow, receivers: Receivers, daemon: _Daemon) -> list[str]:
    """Prints the figures; what is not as it should be."""
    path = str(daemon.database)
    owed, killed = rows(path, DELIVERIES), [life for life in run.lives if life.killed < float("inf")]
    said = Counter(row["kind"] for row in {row["uid"]: row for row in owed}.values())
    print(
        f"{len(killed)} kills, {sum(said.values())} changes: {', '.join(f'{n} {k}' for k, n in said.items())}"
    )
    faults = flow.differences(journal(path))
    figures: list[tuple[str, Judgement]] = []
    for name, wanted in WANTED.items():
        [address] = read_addresses(receivers.address(name))
        judgement = judge(receivers.at(name), owed, address.key, wanted, run.lives)
        figures.append((name, judgement))
        faults += [f"{name}: {fault}" for fault in judgement.faults]
    print("      deliveries  messages  folded   came  in flight  repeats  after fault")
    for name, one in figures:
        came = len(receivers.at(name))
        print(
            f"{name:6}{one.deliveries:>11}{one.messages:>10}{one.folded:>8}{came:>7}"
            f"{one.in_flight:>11}{one.after_kill:>9}{one.after_failure:>13}"
        )
    total = sum(one.after_kill for _, one in figures)
    print(
        f"repeats of what was in flight at a kill: {total}; all else came once, under one key"
        if not faults
        else ""
    )
    return faults


if __name__ == "__main__":
    sys.exit(main())

"""The ledger of requests: what every process that reads one portal for one database knows of its budget.

Workers are replaced, daemons are killed, and a `crawl` stands beside a daemon; the portal counts them as one
guest. So whoever has a request in flight holds an exclusive lock on a small file beside the database, which the
kernel lets go of however a process dies, and writes there when it asked. Standard library only: `jarshy status`
reads the same file. Nothing is forced to the disk: after a power cut the pause of a few seconds is over anyway.
"""

import fcntl
import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import randbits

SUFFIX = ".ledger"
"""Added to the name of the database."""
DAYS_KEPT = 8
_FORM = 1
_BYTES = 1024
"""The file's size, always: it is written over in one piece, so that a reader never sees half of it."""

log = logging.getLogger(__name__)


class LedgerError(Exception):
    """Raised where the ledger cannot be written: nothing may be asked then, since nobody would know of it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment by two clocks, so that neither a clock that jumps nor a restart of the machine shifts it."""

    boot: str
    """Names the run of the machine in which `ticks` count."""
    ticks: float
    """Seconds since the machine started, those asleep included."""
    wall: float
    """Seconds since 1970, as the clock on the wall says."""

    def since(self, earlier: "Moment") -> float:
        """Seconds from `earlier` to this moment; never negative."""
        if self.boot == earlier.boot and self.ticks >= earlier.ticks:
            return self.ticks - earlier.ticks
        return max(0.0, self.wall - earlier.wall)

    @property
    def day(self) -> str:
        """The day in UTC."""
        return datetime.fromtimestamp(self.wall, UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the ledger."""

    last: Moment | None = None
    """When the last request went, or its answer began."""
    in_flight: bool = False
    """Its answer is not whole. Whoever finds it so while holding the lock knows that the asker died."""
    closed_at: Moment | None = None
    """When the portal last asked to be left alone, for `closed_for` seconds."""
    closed_for: float = 0.0
    delay: float = 0.0
    """Seconds between two requests that robots.txt asks for."""
    by: int = 0
    """Who asked last: a number that each process gives itself, since containers share process ids."""
    waiting: int = 0
    """Who waits for their turn; 0: nobody."""
    days: Mapping[str, int] = field(default_factory=dict)
    """Requests by day (UTC), of the last days."""

    def spent(self, day: str) -> int:
        """Requests of a day."""
        return self.days.get(day, 0)

    def closed(self, now: Moment) -> float:
        """Seconds for which the portal still wants to be left alone."""
        return 0.0 if self.closed_at is None else max(0.0, self.closed_for - now.since(self.closed_at))

    def due(self, now: Moment, *, delay: float) -> float:
        """Seconds until the next request may go."""
        paced = 0.0 if self.last is None else delay - now.since(self.last)
        return max(0.0, paced, self.closed(now))

    def asked(self, now: Moment, *, by: int, delay: float) -> "Entry":
        """With one more request, in flight from now on."""
        first = (datetime.fromisoformat(now.day) - timedelta(days=DAYS_KEPT - 1)).date().isoformat()
        days = {day: count for day, count in self.days.items() if first <= day <= now.day}
        days[now.day] = days.get(now.day, 0) + 1
        return replace(self, last=now, in_flight=True, by=by, waiting=0, delay=delay, days=days)

    def answered(self, at: Moment, now: Moment, *, closed_for: float = 0.0) -> "Entry":
        """With the request done, whose answer began `at`; the portal asked for `closed_for` seconds of rest."""
        closes = closed_for > self.closed(now)
        return replace(
            self,
            last=at,
            in_flight=False,
            closed_at=now if closes else self.closed_at,
            closed_for=closed_for if closes else self.closed_for,
        )


_LONGEST = 86_400.0
"""Seconds; nobody who writes here waits longer, so that a longer pause is a fault of the file."""
_SPOILT = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)
_FIELDS = tuple(one.name for one in fields(Entry))


def this_moment() -> Moment:
    """Now, by the clocks of this machine."""
    return Moment(_boot(), time.clock_gettime(_TICKS), time.time())


class Ledger:
    """The open ledger; without a file it is kept in memory, for one process alone."""

    def __init__(self, file: Path | None, *, clock: Callable[[], Moment] = this_moment) -> None:
        """Opens nothing yet: the first `enter` does."""
        self._file = file
        self._clock = clock
        self._descriptor: int | None = None
        self._kept = Entry()
        self._written = b""
        """What stands in the file if nobody has written since we did; it says what is `kept`."""
        self._complained = False
        self.name = randbits(48)
        """Who we are among those that share the ledger."""

    @property
    def shared(self) -> bool:
        """Other processes may stand in the same ledger."""
        return self._file is not None

    def now(self) -> Moment:
        """The moment, by the clocks of the ledger."""
        return self._clock()

    def enter(self) -> Entry | None:
        """Takes the lock and reads; None: somebody else has a request in flight, come again.

        Whoever gets an entry calls `leave`. A request that its asker did not live to see answered counts as made
        at this moment: nobody knows when it reached the portal. Raises LedgerError.
        """
        if self._file is None:
            return self._kept
        descriptor = self._opened(self._file)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        if not _is_still(descriptor, self._file):  # somebody took the file away: the lock guards nothing
            self._close()
            return None
        entry = self._read(descriptor, self._file)
        if entry.in_flight:
            entry = replace(entry, in_flight=False, last=self._clock())
            self.write(entry)
        return entry

    def write(self, entry: Entry) -> None:
        """Writes; only while the lock is held. Raises LedgerError."""
        self._kept = entry
        if self._file is None or self._descriptor is None:
            return
        told = {name: getattr(entry, name) for name in _FIELDS}
        text = _ENCODER.encode({"jarshy_ledger": _FORM, **told}).encode().ljust(_BYTES - 1) + b"\n"
        self._written = b""
        try:
            os.pwrite(self._descriptor, text, 0)
        except OSError as error:
            raise _unwritable(self._file, error) from error
        self._written = text

    def leave(self) -> None:
        """Lets go of the lock."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _opened(self, file: Path) -> int:
        if self._descriptor is None:
            try:
                self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except OSError as error:
                raise _unwritable(file, error) from error
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _read(self, descriptor: int, file: Path) -> Entry:
        text = os.pread(descriptor, _BYTES * 4, 0)
        if not text:  # nobody has asked anything yet
            return Entry()
        if text == self._written:
            return self._kept
        try:
            return _entry(text)
        except _SPOILT:
            if not self._complained:
                log.warning(
                    "The ledger of requests %s cannot be read; it is begun anew, after a full pause.", file
                )
                self._complained = True
            entry = Entry(last=self._clock())
            self.write(entry)
            os.ftruncate(descriptor, _BYTES)
            return entry


def beside(database: Path) -> Path:
    """The ledger of a database."""
    return database.with_name(database.name + SUFFIX)


def look(file: Path) -> Entry | None:
    """What stands in the ledger, for whoever only wants to show it; None: nothing that can be read."""
    try:
        with file.open("rb") as stream:
            return _entry(stream.read(_BYTES * 4))
    except (OSError, *_SPOILT):
        return None


def _plain(value: object) -> dict[str, object]:
    if isinstance(value, Moment):
        return {"boot": value.boot, "ticks": value.ticks, "wall": value.wall}
    raise TypeError(f"{type(value).__name__} does not belong in the ledger")


_ENCODER = json.JSONEncoder(default=_plain, separators=(",", ":"))


def _entry(text: bytes) -> Entry:
    """Raises one of _SPOILT where the file is none of ours or is spoilt."""
    told = json.loads(text)
    if told.pop("jarshy_ledger") != _FORM:
        raise ValueError("a ledger of another form")
    for name in ("last", "closed_at"):
        told[name] = _moment(told[name])
    days = {str(datetime.fromisoformat(day).date()): int(count) for day, count in told.pop("days").items()}
    entry = Entry(**told, days=days)
    if not (0.0 <= entry.closed_for <= _LONGEST and 0.0 <= entry.delay <= _LONGEST):
        raise ValueError("a pause that is none")
    return entry


def _moment(told: Mapping[str, object] | None) -> Moment | None:
    if told is None:
        return None
    boot, ticks, wall = told["boot"], told["ticks"], told["wall"]
    if not isinstance(boot, str) or not isinstance(ticks, int | float) or not isinstance(wall, int | float):
        raise TypeError("not a moment")
    return Moment(boot, ticks, wall)


def _is_still(descriptor: int, file: Path) -> bool:
    try:
        there, ours = file.stat(), os.fstat(descriptor)
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)


def _unwritable(file: Path, error: OSError) -> LedgerError:
    return LedgerError(
        f"The ledger of requests {file} cannot be written ({error.strerror}), so nothing is asked: "
        "its folder must be writable for whoever runs Jarshy."
    )


def _boot() -> str:
    global _BOOT  # noqa: PLW0603 (it does not change while we live, and is read before every request)
    if _BOOT is None:
        try:
            _BOOT = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        except OSError:  # another system; there `ticks` that count back tell of a restart
            _BOOT = ""
    return _BOOT


_BOOT: str | None = None
_TICKS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

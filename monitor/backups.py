"""Has a copy of the database made every so often while the daemon runs, and keeps the newest few.

How one is made and proved stands in `store.backup`. All that touches their folder is done in a thread of its own:
neither the loop nor the writer waits for it. Why one could not be made is told as a trouble of our own.
"""

import asyncio
import logging
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TypeVar

from monitor.config import Config
from monitor.errors import StoreError
from monitor.health import room_needed
from monitor.lifetime import Lifetime
from monitor.sentences import span
from monitor.store.backup import back_up, forget_half

log = logging.getLogger("jarshy.backups")

LOOK_EVERY = timedelta(minutes=1)
FIRST = timedelta(minutes=10)
"""After the start nothing is copied for so long: a daemon that does not stay up copies nothing."""
AGAIN = timedelta(hours=1)
"""After a copy that failed; sooner only where copies are made more often anyway."""
ENDLESS = timedelta(hours=1)
"""A large database is copied and proved in minutes: what takes longer waits for a disk that does not answer."""
FAREWELL = 2.0
"""Seconds that a copy under way is waited for, which notices within a step that it is to end; one that is whole and
being proved does not, and gets its name if the process lives so long."""

PATIENCE = 2.0
"""Seconds in which the folder, perhaps on another machine, has to answer a person who waits."""

_Made = TypeVar("_Made")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest copy that the daemon has made and that is there still."""

    path: Path
    at: datetime
    bytes: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why no copy can be made, and since when."""

    reason: str
    since: datetime


def last_backup(config: Config, *, now: datetime) -> LastBackup | None:
    """The newest copy in the folder of `[backup]`; None: there is none.

    One of a time to come, when the clock was wrong, hides none that was made since.
    """
    return _newest(_backups(config), now=now)


def last_backup_soon(config: Config, *, now: datetime) -> LastBackup | None:
    """As `last_backup`, for a person who waits; raises TimeoutError where its folder does not answer in time."""
    return _soon(config, partial(last_backup, config, now=now))


def not_writable(config: Config) -> Path | None:
    """What keeps copies from being made: their folder, or what is in its place or above it; None: nothing does.

    Raises TimeoutError where it does not answer in time.
    """

    def found() -> Path | None:
        folder = _folder(config)
        # One that may not be entered is not said to be there either.
        there = next(each for each in (folder, *folder.parents) if os.path.exists(each))  # noqa: PTH110
        return None if there.is_dir() and os.access(there, os.W_OK) else there

    return _soon(config, found)


def is_old(last: LastBackup | None, *, every: timedelta | None, now: datetime) -> bool:
    """Whether the newest copy is older than a daemon that makes them `every` so often lets it become."""
    return last is not None and every is not None and now - last.at > 2 * every


def is_due(
    last: datetime | None,
    *,
    every: timedelta,
    started: datetime,
    failed_at: datetime | None,
    now: datetime,
) -> bool:
    """Whether a copy is to be made now; whatever was in a time to come (the clock was put back) says nothing."""

    def is_within(length: timedelta, of: datetime | None) -> bool:
        return of is not None and timedelta() <= now - of < length

    return not (
        is_within(FIRST, started) or is_within(min(AGAIN, every), failed_at) or is_within(every, last)
    )


class Backups:
    """One for as long as the daemon runs; belongs to its loop."""

    def __init__(
        self,
        config: Config,
        *,
        now: Callable[[], datetime],
        is_sound: Callable[[], bool] = lambda: True,
        lifetime: Lifetime | None = None,
    ) -> None:
        """`lifetime` is that of the process: whoever reads the configuration anew every few minutes gets copies too.

        `is_sound`: whether the file is whole and still the one that the daemon has open. Copies of another one
        would take the place of the last good ones, one after the other."""
        self._config = config
        self._now = now
        self._is_sound = is_sound
        lifetime = lifetime or Lifetime(now())
        self._started = lifetime.since
        self._failed_at: datetime | None = None
        self._mentions = lifetime.mentions("backups")
        self._under_way: asyncio.Task[None] | None = None
        self._begun = 0.0
        self._ending = threading.Event()
        self.failure: Failure | None = None
        self.well_at: datetime | None = None
        """When one was made, or was found that is young enough, since the start or since the last that failed."""
        self.has_looked = False
        """Whether the folder has answered since the start."""
        self.newest: LastBackup | None = None
        """The newest that the last look has found; its folder may lie on a disk that does not answer."""

    def look(self) -> None:
        """Looks what is there, and makes one where it is due. Returns at once; to be called in the loop often."""
        now = self._now()
        if self._under_way is not None:
            endless = monotonic() - self._begun >= ENDLESS.total_seconds()
            if endless and self._config.backup.every is not None:
                begun = f"what was begun more than {span(ENDLESS)} ago in {_folder(self._config)}"
                self._failed(f"{begun} has not come to its end; see whether its disk answers", now)
            return
        self._begun = monotonic()
        self._under_way = asyncio.get_running_loop().create_task(self._look_after())

    async def close(self) -> None:
        """Ends one that is under way; nothing is left of it."""
        self._ending.set()
        if self._under_way is not None:
            await asyncio.wait({self._under_way}, timeout=FAREWELL)

    async def _look_after(self) -> None:
        try:
            there = await _in_a_thread(partial(_backups, self._config))
            if self._ending.is_set():
                return
            now, every = self._now(), self._config.backup.every
            self.newest, self.has_looked = _newest(there, now=now), True
            last = max((each.at for each in there if each.at <= now), default=None)
            if every is None or not self._is_sound():
                return
            if is_due(last, every=every, started=self._started, failed_at=self._failed_at, now=now):
                await self._make()
                return
            is_young = last is not None and now - last < every
            if is_young and (self.failure is not None or self.well_at is None):
                self._goes_well()
        finally:
            self._under_way = None

    async def _make(self) -> None:
        try:
            work = partial(make_backup, self._config, now=self._now(), is_ending=self._ending.is_set)
            made = await _in_a_thread(work)
        except _Ending:
            return
        except StoreError as error:
            self._failed_at = self._now()
            self._failed(str(error), self._failed_at)
        except Exception as error:
            self._failed_at = self._now()
            log.exception("The backup: a fault of Jarshy itself; please report it.")
            self._failed(f"a fault of Jarshy itself ({type(error).__name__})", self._failed_at)
        else:
            self.newest = made
            self._goes_well()
            log.info("Backup: %s, %.1f MB in %.1f s.", made.path, made.bytes / 1e6, monotonic() - self._begun)

    def _goes_well(self) -> None:
        self._failed_at, self.failure, self.well_at = None, None, self._now()
        self._mentions.over("backup", now=self.well_at)

    def _failed(self, reason: str, now: datetime) -> None:
        if (again := self._mentions.note("backup", reason, now=now)) is not None:
            log.warning("No backup could be made: %s.%s", reason, again)
        self.failure = Failure(reason, self.failure.since if self.failure else now)


def _begun(work: Callable[[], _Made]) -> Future[_Made]:
    """Does it in a thread for which nobody waits, also at the end: its disk may never answer."""
    done: Future[_Made] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 raised where it is waited for
            done.set_exception(error)

    threading.Thread(target=run, name="backup", daemon=True).start()
    return done


async def _in_a_thread(work: Callable[[], _Made]) -> _Made:
    return await asyncio.wrap_future(_begun(work))


def _soon(config: Config, work: Callable[[], _Made]) -> _Made:
    try:
        return _begun(work).result(PATIENCE)
    except TimeoutError:
        raise TimeoutError(f"{_folder(config)} has not answered for {PATIENCE:g} s") from None


class _Ending(Exception):
    """The daemon ends, and does not wait for a copy."""


def make_backup(
    config: Config, *, now: datetime, is_ending: Callable[[], bool] = lambda: False
) -> LastBackup:
    """Makes one, and takes away those above `[backup] keep` once it is proved. Raises StoreError."""
    folder = _folder(config)

    def stepped(_left: int, _all: int) -> None:
        if is_ending():
            raise _Ending

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _leave_room(config, folder)
        for half in folder.glob(".*.part"):
            if _named(config).fullmatch(half.name[1 : -len(".part")]):
                forget_half(half)  # of a daemon that was killed
        target = folder / f"{config.database.path.stem}-{now.astimezone(UTC):{_STAMP}}.db"
        made = back_up(config.database.path, target, replace=True, progress=stepped)
        # Those of a time to come go first, whatever the clock said when they were made.
        kept = sorted(_backups(config), key=lambda each: (each.at <= now, each.at))
        for old in kept[: -config.backup.keep]:
            old.path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}") from error
    return LastBackup(target, now, made.bytes)


def _leave_room(config: Config, folder: Path) -> None:
    """So much stays free that the daemon itself goes on."""
    usage, needed = shutil.disk_usage(folder), config.database.path.stat().st_size
    if usage.free - needed < room_needed(usage.total):
        raise StoreError(
            f"a backup takes {needed / 1e6:.0f} MB, and too little would be left free in {folder} "
            f"({usage.free / 1e6:.0f} MB are); make room, or see [backup] folder, keep and every"
        )


def _folder(config: Config) -> Path:
    return config.database.path.absolute().parent / config.backup.folder


def _named(config: Config) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(config.database.path.stem)}-(\d{{8}}T\d{{6}}Z)\.db")


def _backups(config: Config) -> list[LastBackup]:
    """Those that were made here, the oldest first, as far as the folder can be read; all else there is not ours."""
    named = _named(config)
    try:
        found = [
            LastBackup(path, at, path.stat().st_size)
            for path in _folder(config).iterdir()
            if (match := named.fullmatch(path.name)) and (at := _moment(match[1])) is not None
        ]
    except OSError:  # there is none yet; of any other reason the next copy tells
        return []
    return sorted(found, key=lambda each: each.at)


def _newest(there: Iterable[LastBackup], *, now: datetime) -> LastBackup | None:
    return max(there, key=lambda each: (each.at <= now, each.at), default=None)


def _moment(stamp: str) -> datetime | None:
    """None: there is no such day or hour, and so it is no name that we give."""
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None

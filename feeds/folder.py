"""Keeps files of ours in a folder that others may put files in too; knows nothing of feeds.

Which files are ours stands in a list in the folder. A file is entered there before it is first written and struck out
after it was removed, so that whatever interrupts us, the next run knows what is ours, and touches nothing else.
"""

import errno
import fcntl
import gzip
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

LIST = ".jarshy-feeds.json"
LOCK = ".jarshy-feeds.lock"
PART = ".jarshy-feeds.part"
"""A file that is being written, beside the one whose place it will take."""
_VERSION = 1
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Written:
    """How a file of ours stood when we were done with it."""

    made_of: str = ""
    """What tells whether it would be another one if it were made now; empty where nothing does."""
    size: int = -1
    modified: int = 0
    """In nanoseconds."""


@dataclass(slots=True)
class Outcome:
    """What was done to the files, by their names within the folder."""

    written: list[str] = field(default_factory=list)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)


@contextmanager
def opened(path: Path, *, gzipped: bool = False) -> Iterator["Folder"]:
    """The folder, made if there is none, for us alone; `gzipped`: with a `.gz` beside each file.

    Raises OSError with a sentence and the file that it is about: the folder is none or cannot be written, another
    process works on it, its list is not one that this version can read.
    """
    if path.is_symlink() and not path.exists():
        raise NotADirectoryError(errno.ENOTDIR, "leads to nothing; mend the link or name a folder", str(path))
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "is a file; name a folder", str(path))
    path.mkdir(mode=0o755, parents=True, exist_ok=True)
    handle = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError(
                errno.EWOULDBLOCK, "another process is writing feeds there; let it end first", str(path)
            ) from error
        yield Folder(path, gzipped=gzipped)
    finally:
        os.close(handle)


class Folder:
    """The files of ours; `claim`, then `put` or `stands`, and at the end `finish`."""

    def __init__(self, path: Path, *, gzipped: bool) -> None:
        self._path = path
        self._gzipped = gzipped
        self._ours = _read(path / LIST)
        self._kept: dict[str, Written] = {}
        self._unsettled: set[Path] = set()
        self._outcome = Outcome()

    def claim(self, names: Iterable[str]) -> None:
        """Says of files that they are ours, before they are put.

        Raises FileExistsError where one stands there already that is not: it may be somebody's own.
        """
        new = [file for name in names for file in self._files(name) if file not in self._ours]
        for file in new:
            place = self._place(file)
            if place.is_symlink() or place.exists():
                raise FileExistsError(
                    errno.EEXIST, "was not written by us; move it away or name another folder", str(place)
                )
        if new:
            self._ours.update(dict.fromkeys(new, Written()))
            self._save(self._ours)

    def stands(self, name: str, made_of: str) -> bool:
        """Whether the file is as it was when it was last made of the same; it is left alone then."""
        files = self._files(name)
        if not made_of or not all(self._is_as_written(file, made_of) for file in files):
            return False
        for file in files:
            self._kept[file] = self._ours[file]
            self._outcome.unchanged += 1
        return True

    def put(self, name: str, content: bytes, made_of: str = "") -> None:
        """Writes the file, unless it holds just that already; whole, or not at all."""
        place = self._place(name)
        if not self._gzipped and f"{name}.gz" in self._ours and not _holds(place, content):
            # A web server would go on to serve what was compressed before.
            self._place(f"{name}.gz").unlink(missing_ok=True)
        modified = self._put(name, content, made_of)
        if self._gzipped:
            self._put(f"{name}.gz", gzip.compress(content, compresslevel=6, mtime=0), made_of, modified)

    def settle(self) -> None:
        """Returns once all that was put is on the disk: what is put next may rely on it."""
        while self._unsettled:
            handle = os.open(self._unsettled.pop(), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def finish(self) -> Outcome:
        """Removes the files of ours that were not put this time, and says what was done."""
        self.settle()
        gone = [name for name in self._ours if name not in self._kept]
        for name in gone:
            place = self._place(name)
            if place.is_symlink() or place.exists():
                place.unlink()
                self._outcome.removed.append(name)
            (place.parent / PART).unlink(missing_ok=True)
            self._remove_empty(place.parent)
        self.settle()
        for folder in {self._place(name).parent for name in self._kept}:
            (folder / PART).unlink(missing_ok=True)  # of a run that was killed
        if self._kept != self._ours:
            self._save(self._kept)
            self._ours = self._kept
        return self._outcome

    def _files(self, name: str) -> tuple[str, ...]:
        return (name, f"{name}.gz") if self._gzipped else (name,)

    def _place(self, name: str) -> Path:
        return self._path.joinpath(*_parts(name))

    def _is_as_written(self, name: str, made_of: str) -> bool:
        was = self._ours.get(name)
        if was is None or was.made_of != made_of:
            return False
        try:
            now = self._place(name).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return (now.st_size, now.st_mtime_ns) == (was.size, was.modified)

    def _put(self, name: str, content: bytes, made_of: str, modified: int | None = None) -> int:
        """Returns when the file was modified, in nanoseconds; `modified` is when it should have been."""
        place = self._place(name)
        if place.is_dir():
            sentence = "is a folder where a file of ours stood; move it away"
            raise IsADirectoryError(errno.EISDIR, sentence, str(place))
        if _holds(place, content):
            self._outcome.unchanged += 1
        else:
            place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            _write(place, content, modified)
            self._unsettled.add(place.parent)
            self._outcome.written.append(name)
        stat = place.stat()
        self._kept[name] = Written(made_of, stat.st_size, stat.st_mtime_ns)
        return stat.st_mtime_ns

    def _remove_empty(self, folder: Path) -> None:
        while folder != self._path and folder.is_dir() and not any(folder.iterdir()):
            self._unsettled.discard(folder)
            folder.rmdir()
            folder = folder.parent
        self._unsettled.add(folder if folder.is_dir() else self._path)

    def _save(self, files: dict[str, Written]) -> None:
        listed = {name: [was.made_of, was.size, was.modified] for name, was in sorted(files.items())}
        _write(self._path / LIST, json.dumps({"version": _VERSION, "files": listed}).encode())
        self._unsettled.add(self._path)
        self.settle()


def _holds(place: Path, content: bytes) -> bool:
    try:
        return (
            not place.is_symlink() and place.stat().st_size == len(content) and place.read_bytes() == content
        )
    except (FileNotFoundError, NotADirectoryError):
        return False


def _write(place: Path, content: bytes, modified: int | None = None) -> None:
    """Puts the file in the place of what stands there; whoever reads sees the one or the other whole."""
    part = place.with_name(PART)
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644), "wb"
        ) as file:
            file.write(content)
            file.flush()
            _date(file.fileno(), place, modified)
            os.fsync(file.fileno())
        part.replace(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _date(handle: int, place: Path, modified: int | None) -> None:
    """Lets the file be at least a second younger than the one whose place it takes.

    Web servers tell one version from another by size and second, and would answer 304 to whoever has the older one.
    """
    now = os.fstat(handle).st_mtime_ns if modified is None else modified
    try:
        earliest = (place.stat().st_mtime_ns // _SECOND + 1) * _SECOND
    except FileNotFoundError:
        earliest = now
    if modified is not None or earliest > now:
        os.utime(handle, ns=(max(now, earliest), max(now, earliest)))


def _read(file: Path) -> dict[str, Written]:
    try:
        listed: Any = json.loads(file.read_bytes())
        if listed["version"] == _VERSION:
            return {
                "/".join(_parts(name)): Written(str(of), int(size), int(at))
                for name, (of, size, at) in listed["files"].items()
            }
    except FileNotFoundError:
        return {}
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise _unreadable(file) from error
    raise _unreadable(file)


def _unreadable(file: Path) -> OSError:
    sentence = "is no list of files that this version can read; name another folder, or empty this one"
    return OSError(errno.EINVAL, sentence, str(file))


def _parts(name: str) -> tuple[str, ...]:
    """The parts of a name; raises ValueError where it leads out of the folder, or to a hidden file."""
    parts = PurePosixPath(name).parts
    if not parts or any(part.startswith((".", "/")) for part in parts):
        raise ValueError(f"{name!r} cannot be the name of a file within a folder")
    return parts

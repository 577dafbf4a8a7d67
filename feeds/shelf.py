"""Keeps what was rendered until the database says that it may have changed; knows nothing of HTTP.

Two questions, the cheap one first. SQLite's own counter says whether anything at all was committed; that is often,
because every reading of a listing writes a row. Then the rows of the document are read again, and only if they
differ is it rendered anew: reading takes a tenth of the time of rendering, and no list of tables that matter can
be incomplete.
"""

import gzip
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from monitor.errors import StoreError
from monitor.store.database import Database, open_reader
from monitor.store.selections import data_version

ROOM = 24 * 1024 * 1024
"""Bytes of documents that are kept; about two hundred feeds of fifty entries."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes to hand out, plain and compressed."""

    body: bytes
    gzipped: bytes
    media_type: str
    digest: str
    """Of the bytes: the same content has the same one, also after a restart."""
    modified: datetime | None


def document(body: bytes, *, media_type: str, modified: datetime | None = None) -> Document:
    """A document of these bytes."""
    return Document(
        body=body,
        gzipped=gzip.compress(body, compresslevel=6, mtime=0),
        media_type=media_type,
        digest=hashlib.sha256(body).hexdigest()[:32],
        modified=modified,
    )


@dataclass(frozen=True, slots=True)
class _Held:
    document: Document
    version: tuple[int, int]
    rows: bytes

    @property
    def size(self) -> int:
        return len(self.document.body) + len(self.document.gzipped)


class Shelf:
    """Documents and the one reading connection behind them; to be used from one and the same thread."""

    def __init__(self, path: Path, *, room: int = ROOM) -> None:
        self._path = path
        self._room = room
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._db: Database | None = None
        self._opened = 0

    def fetch(
        self, name: str, *, read: Callable[[Database], T], nothing: T, render: Callable[[T], Document]
    ) -> Document:
        """The document of that name, rendered only if what it is made of has changed.

        `nothing` stands for the rows while there is no database yet. A database that cannot be read leaves what
        was rendered before in use; raises StoreError where nothing was.
        """
        held = self._held.get(name)
        try:
            fresh = self._fresh(held, read, nothing, render)
        except StoreError as error:
            self.close()
            if held is None:
                raise
            _log.warning("%s is served as it was last rendered: %s", name, error)
            return held.document
        self._keep(name, fresh)
        return fresh.document

    def ask(self, read: Callable[[Database], T], *, nothing: T) -> T:
        """What `read` finds now; `nothing` while there is no database. Raises StoreError if it cannot be read."""
        db = self._reader()
        return nothing if db is None else read(db)

    def close(self) -> None:
        """Lets go of the connection; the next question opens another."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _fresh(
        self, held: _Held | None, read: Callable[[Database], T], nothing: T, render: Callable[[T], Document]
    ) -> _Held:
        db = self._reader()
        # Before the rows: what is committed in between makes the version old, never the rows.
        version = (self._opened, data_version(db) if db else 0)
        if held and held.version == version:
            return held
        rows = nothing if db is None else read(db)
        print_of_rows = hashlib.sha256(repr(rows).encode("utf-8", "surrogatepass")).digest()
        unchanged = held is not None and held.rows == print_of_rows
        return _Held(held.document if held and unchanged else render(rows), version, print_of_rows)

    def _reader(self) -> Database | None:
        if self._db is None and self._path.exists():
            self._db = open_reader(self._path)
            # The counter of one connection says nothing about that of another.
            self._opened += 1
        return self._db

    def _keep(self, name: str, fresh: _Held) -> None:
        self._held[name] = fresh
        self._held.move_to_end(name)
        while len(self._held) > 1 and sum(held.size for held in self._held.values()) > self._room:
            self._held.popitem(last=False)

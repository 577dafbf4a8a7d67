"""Keeps what was made for readers, ready to be sent, as long as nothing that feeds show has changed.

Two questions, the cheap one first. SQLite's own counter says whether anything at all was committed; that is often,
because every reading of a listing writes a row. Then the store says whether anything was that feeds show. Only
after that is a document looked at again, and rendered only if its tag is another one.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from feeds.answers import Headers, Resource, Wish, settles_at, validators, whole_headers
from feeds.documents import Coding, Document
from feeds.rates import Bucket

ROOM = 32 * 1024 * 1024
"""Bytes of documents that are kept; about a hundred feeds of fifty entries."""
ADDRESSES = 4096
"""Ways of writing addresses that are remembered."""
_ADDRESS_LIMIT = 400
"""Bytes of an address that is worth remembering."""
_KEPT_BESIDE = 4000
"""Bytes that what is held weighs besides its document."""
_MADE_AT_ONCE = 5
"""Times that a page is made anew before that counts as over and over; then once a second."""
_WISHES = 32
"""Ways of asking for one document that are remembered; readers of the same kind all ask in the same way."""
_WISH_LIMIT = 400
"""Bytes of one that is worth remembering."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer that need only be sent."""

    status: int
    headers: Headers
    head: bytes
    """Status line and headers as they go over the wire, without a date."""
    body: bytes


@dataclass(slots=True)
class Held:
    """A resource, and its document where somebody needed it."""

    resource: Resource
    document: Document | None
    version: int | None
    """Of what feeds show, when it was looked at; None: it shows nothing of the store."""
    is_passing: bool = False
    """Whether it is hardly asked for twice: then it stands on no shelf."""
    good_until: float = 0.0
    """By the monotonic clock: until then it is handed out although something was committed."""
    pace: Bucket = field(default_factory=lambda: Bucket(per_second=1.0, burst=_MADE_AT_ONCE))
    """How often what stands at its address is made anew."""
    _ready: dict[tuple[Coding, bool], Ready] = field(default_factory=dict, init=False)
    _answers: dict[Wish, Ready] = field(default_factory=dict, init=False)
    _settled: bool = field(default=False, init=False)

    @property
    def size(self) -> int:
        """Bytes that it keeps from others."""
        return _KEPT_BESIDE + (self.document.size if self.document else 0)

    def answer(self, wish: Wish, *, now: datetime) -> Ready | None:
        """What is sent to who says this; None where its document is not made, or not in the coding it wants."""
        if not self._settled:
            settled = settles_at(self.resource)
            self._settled = settled is None or now >= settled
            self._ready.clear()
            self._answers.clear()
        known = self._answers.get(wish)
        if known is not None:
            return known
        coding, has_it = wish.coding, wish.is_met_by(self.resource, now=now)
        ready = self._ready.get((coding, has_it))
        if ready is None:
            ready = self._made(coding, has_it=has_it, now=now)
            if ready is None:
                return None
            self._ready[coding, has_it] = ready
        if len(self._answers) < _WISHES and wish.size < _WISH_LIMIT:
            self._answers[wish] = ready
        return ready

    def _made(self, coding: Coding, *, has_it: bool, now: datetime) -> Ready | None:
        if has_it:
            return _ready(304, validators(self.resource, coding, now=now), b"")
        body = self.document.coded(coding) if self.document else None
        if body is None:
            return None
        return _ready(200, whole_headers(self.resource, coding, length=len(body), now=now), body)


class Shelf:
    """What is held, by address, within a bound in bytes; for one thread."""

    def __init__(self, *, room: int = ROOM) -> None:
        self._room = room
        self._size = 0
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._meant: OrderedDict[bytes, str] = OrderedDict()

    def get(self, address: str) -> Held | None:
        """What is held of an address, in the one form that each has."""
        held = self._held.get(address)
        if held is not None:
            self._held.move_to_end(address)
        return held

    def put(self, address: str, held: Held) -> None:
        """Holds it, unless it is passing; what was asked for the longest ago gives way."""
        if held.is_passing:
            return
        before = self._held.pop(address, None)
        self._size += held.size - (before.size if before else 0)
        self._held[address] = held
        while self._size > self._room and len(self._held) > 1:
            _, oldest = self._held.popitem(last=False)
            self._size -= oldest.size

    def meant(self, url: bytes) -> str | None:
        """The address that this way of writing one was found to mean."""
        return self._meant.get(url)

    def remember(self, url: bytes, address: str) -> None:
        """That this way of writing an address means that one."""
        if len(url) > _ADDRESS_LIMIT:
            return
        self._meant[url] = address
        if len(self._meant) > ADDRESSES:
            self._meant.popitem(last=False)


def _ready(status: int, headers: Headers, body: bytes) -> Ready:
    first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode("ascii")
    return Ready(status, headers, first + b"".join(b"%b: %b\r\n" % header for header in headers), body)

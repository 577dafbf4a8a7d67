"""What crosses the pipe between the monitor and the crawl worker: one JSON object a line, here frozen values.

Pure: no Scrapy, no file, no clock. Both sides import it; nothing else of the crawler is seen by the monitor
but the directory of agencies.
"""

import json
import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal, get_args

Outcome = Literal[
    "items",
    "unchanged",
    "empty",
    "refused",
    "shell",
    "blocked",
    "overloaded",
    "broken",
    "too_large",
    "off_site",
    "shrunken",
    "unsorted",
    "robots",
    "timeout",
    "unreachable",
    "budget",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
READ: frozenset[Outcome] = frozenset({"items", "unchanged", "empty"})
"""The outcomes of a reading that succeeded; every other one says why it did not and moves no state."""

PARSER = 3
"""Version of the code that reads an item; raised when the same item would be read differently. It stands here because
the monitor has to know which wordings an older one has read."""

LOST = "\ufffd"
"""Stands for a character that could not be decoded, here or by whoever handed a text on."""
_MAY_BE_LOST = re.compile(rf"{LOST}|\?\w|\?{{4}}")  # no letter follows where something is asked
_LOOKS_LOST = re.compile(rf"{LOST}|(?<!\S)[^\s/]*\?\w|\?{{4}}")
"""The same, but for what is asked in an address; it takes ten times as long."""

Precision = Literal["minute", "day"]

WHOLE = "*"
"""In the place of an agency's slug: the listing of the whole portal, whose items name their owners themselves."""


@dataclass(frozen=True, slots=True)
class Order:
    """One page of one listing to read."""

    id: int
    agency: str
    lang: str
    page: int = 1
    size: int = 20
    route: str = "rest"
    in_full: bool = False
    """Send every item whole, also those that this worker has sent before."""
    source_id: str | None = None
    """One release by itself instead of a page; `page` and `size` say nothing then."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages of several listings that one request may bring, where their route can; each is reported by itself."""

    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """One request as it stands, for whoever examines the portal; sent as politely as every other."""

    id: int
    method: Literal["GET", "POST"]
    path: str
    """With its query, from the first slash on."""
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    keep: int = 256 * 1024
    """Bytes of the answer's body that are wanted; the rest is counted and dropped."""


@dataclass(frozen=True, slots=True)
class Reparse:
    """Items as they were once received, to be read anew by the present code; the portal is asked nothing.

    Each is answered by a sighting or a misfit at its position.
    """

    id: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back for a probe, before its report; nothing in it was judged."""

    order: int
    status: int
    headers: tuple[tuple[str, str], ...]
    """Names in lower case; one that came twice is there twice."""
    body: str
    """Decoded for display; cut where it is very long."""
    size: int
    """Bytes of the whole body, unpacked."""
    seconds: float = 0.0
    """From the sending of the request to the first byte of the answer."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a release links to; recorded by its address, never downloaded."""

    url: str
    name: str
    size: int | None
    """Bytes, where the address tells them."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What one item of a listing said."""

    url: str
    """The release's address for people, without a language."""
    agencies: tuple[str, ...]
    """Slugs the item itself names as owners; empty where it names none."""
    title: str
    text: str
    """The body as a reader sees it: a blank line between paragraphs, a newline between list items or rows."""
    html: str
    """The body's mark-up, sanitised, with absolute addresses."""
    published_raw: str
    """The portal's own date, as it was written; empty where it was missing."""
    published_at: datetime | None
    """The same moment, aware, in UTC; None where the portal's date cannot be read."""
    published_on: date | None
    """The day in Kazakhstan."""
    published_precision: Precision | None
    attachments: tuple[Attachment, ...]
    images: tuple[str, ...]
    """Pictures in the body: the portal's digest of the original where its address holds one, else that."""
    raw: str
    """The item as received, as compact JSON."""
    parser: int
    """Version of the code that read it."""
    marks: tuple[str, ...] = ()
    """What was mended or doubted in reading it, as `mojibake`."""

    @property
    def may_lack_characters(self) -> bool:
        """Whether something in it looks like a sign in the place of a character that could not be decoded."""
        return any(_MAY_BE_LOST.search(text) and _LOOKS_LOST.search(text) for text in (self.title, self.text))


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one response said of one edition at one moment."""

    order: int
    position: int
    """Place on the page, from 0."""
    source_id: str
    digest: str
    """Digest of the raw item without what changes by itself (the view counter)."""
    wording: Wording | None
    """None: the digest is the one this worker sent last; ask again `in_full` where it is not held."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Items of a page that says what it said last: each would be a sighting without a wording."""

    order: int
    position: int
    """Place on the page of the first; the others follow it."""
    items: tuple[tuple[str, str], ...]
    """The `source_id` and the `digest` of each."""

    def sightings(self) -> "list[Sighting]":
        """The same, one by one."""
        return [
            Sighting(self.order, place, source_id, digest, wording=None)
            for place, (source_id, digest) in enumerate(self.items, self.position)
        ]


@dataclass(frozen=True, slots=True)
class Misfit:
    """An item that does not have the shape of a release: kept aside with its reason, never guessed at."""

    order: int
    position: int
    source_id: str | None
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one order; the last line about it."""

    order: int
    outcome: Outcome
    reason: str = ""
    """For a person: the address asked, the answer and its first words; empty when there is nothing to say."""
    listed: int = 0
    """Items on the page, misfits included."""
    requests: int = 0
    """Requests the portal saw because of this order, retries and robots.txt included."""
    bytes: int = 0
    """Decoded bytes of the answers."""
    retry_after: float | None = None
    """Seconds the portal asked us to stay away."""
    forms: tuple[str, ...] = ()
    """Which of the forms an answer may take was met, as `envelope:array` or `id:number`; and `key:` with the name of
    each field of an item that this program does not know."""


Record = Order | Batch | Probe | Reparse | Sighting | Unchanged | Misfit | Answered | Report

_KINDS: dict[str, type[Record]] = {
    "order": Order,
    "batch": Batch,
    "probe": Probe,
    "reparse": Reparse,
    "sighting": Sighting,
    "unchanged": Unchanged,
    "misfit": Misfit,
    "answered": Answered,
    "report": Report,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_line(record: Record) -> str:
    """The record as one line of JSON, ending in a newline."""
    return _ENCODER.encode({"record": _NAMES[type(record)], **_fields(record)}) + "\n"


def from_line(line: str | bytes) -> Record:
    """The record that a line of JSON holds.

    Raises ValueError when the line is not one of ours, naming what it is instead.
    """
    body = json.loads(line)
    kind = _KINDS.get(body.pop("record", "")) if isinstance(body, dict) else None
    if kind is None:
        raise ValueError(f"not a record of the crawl worker: {line[:80]!r}")
    unknown = body.keys() - _FIELDS[kind]
    if unknown:
        raise ValueError(f"{_NAMES[kind]} has unknown fields: {', '.join(sorted(unknown))}")
    if kind is Sighting and body["wording"] is not None:
        body["wording"] = _wording(body["wording"])
    elif kind is Unchanged:
        body["items"] = tuple((source_id, digest) for source_id, digest in body["items"])
    elif kind is Reparse:
        body["items"] = tuple(body["items"])
    elif kind is Batch:
        body["orders"] = tuple(Order(**order) for order in body["orders"])
    elif kind in {Probe, Answered}:
        body["headers"] = tuple((name, value) for name, value in body["headers"])
    elif kind is Report:
        body["forms"] = tuple(body.get("forms", ()))
    return kind(**body)


def _wording(body: dict[str, Any]) -> Wording:
    moment, day = body["published_at"], body["published_on"]
    return Wording(
        **{
            **body,
            "agencies": tuple(body["agencies"]),
            "published_at": None if moment is None else datetime.fromisoformat(moment),
            "published_on": None if day is None else date.fromisoformat(day),
            "attachments": tuple(Attachment(**attachment) for attachment in body["attachments"]),
            "images": tuple(body["images"]),
            "marks": tuple(body.get("marks", ())),
        }
    )


def _fields(value: object) -> dict[str, Any]:
    # `asdict` copies everything that it hands out, which costs more than writing the line.
    return {name: getattr(value, name) for name in _FIELDS[type(value)]}


def _plain(value: object) -> Any:
    if isinstance(value, date):  # and datetime, which is one
        return value.isoformat()
    if type(value) in _FIELDS:
        return _fields(value)
    raise TypeError(f"{type(value).__name__} does not belong in a record")


_FIELDS: dict[type[object], tuple[str, ...]] = {
    kind: tuple(each.name for each in fields(kind)) for kind in (*_NAMES, Attachment, Wording)
}
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)

"""What a search shows of what it found: titles and pieces of text with the words marked, and how much lies where.

Pure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from feeds.cleaning import one_line
from feeds.entries import RemovedText
from feeds.phrases import phrases
from monitor.store.found import Hit
from monitor.words.marks import marked, snippet
from monitor.words.question import Question

_TITLE_LIMIT = 300
_SNIPPET = 260
_MOST_MONTHS = 24
"""Bars that are still looked at; beyond, years are shown."""

Pieces = tuple[tuple[str, bool], ...]
"""Texts one after the other; True: a word that was looked for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit as a page shows it."""

    source_id: str
    agency: str
    lang: str
    title: Pieces
    said: Pieces
    """A piece of its text; empty where none may be read."""
    day: date | None
    status: str
    """Of the release, or of this copy alone."""
    edits: int


@dataclass(frozen=True, slots=True)
class Period:
    """A month, or a year, and how many hits were published in it."""

    since: date
    until: date
    count: int
    share: float
    """Of that with the most, from 0 to 100."""

    @property
    def is_month(self) -> bool:
        """Whether it is a month."""
        return (self.until - self.since).days < 31


def shown(hit: Hit, question: Question, *, edits: int, removed_text: RemovedText, zone: ZoneInfo) -> Shown:
    """A hit with the words of the question marked; nothing of a text that may not be read."""
    removed = hit.status == "removed"
    withheld = hit.redacted or (removed and removed_text == "title")
    words = phrases(hit.lang)
    title = one_line(hit.title, limit=_TITLE_LIMIT) or words.untitled
    day = hit.published_on
    if day is None and hit.published_at is not None:
        day = hit.published_at.astimezone(zone).date()
    return Shown(
        hit.source_id,
        hit.agency,
        hit.lang,
        ((words.redacted, False),) if hit.redacted else _pieces(title, marked(question, title)),
        () if withheld else _readable(snippet(question, hit.text, length=_SNIPPET)),
        day,
        hit.status,
        edits,
    )


def periods(by_month: Sequence[tuple[str, int]]) -> tuple[Period, ...]:
    """The months in which something was found, the newest first; years where these are too many to look at."""
    counts = Counter(dict(by_month))
    if len(counts) > _MOST_MONTHS:
        years: Counter[str] = Counter()
        for month, count in counts.items():
            years[month[:4]] += count
        counts = years
    most = max(counts.values(), default=1)
    spans = sorted(counts.items(), reverse=True)[:_MOST_MONTHS]
    return tuple(Period(*_span(name), count, round(100 * count / most, 1)) for name, count in spans)


def _span(name: str) -> tuple[date, date]:
    """The first and the last day of `2026-11` or of `2026`."""
    if len(name) == 4:
        return date(int(name), 1, 1), date(int(name), 12, 31)
    first = date.fromisoformat(f"{name}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _pieces(text: str, places: Iterable[tuple[int, int]]) -> Pieces:
    pieces, at = [], 0
    for begin, end in places:
        pieces += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    return tuple(piece for piece in (*pieces, (text[at:], False)) if piece[0])


def _readable(pieces: Pieces) -> Pieces:
    """The same without signs that no page may hold."""
    return tuple(("".join(sign if sign.isprintable() else " " for sign in text), hit) for text, hit in pieces)

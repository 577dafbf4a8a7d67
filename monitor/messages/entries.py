"""The entries of a list: which changes are told as one, in which order, and the lines of each. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from monitor.changes import WEIGHTS, Kind
from monitor.messages.lines import (
    agency_name,
    by_reader,
    edited,
    happened,
    in_languages,
    names,
    portal_link,
    run_lines,
    shown_title,
    words_found,
)
from monitor.messages.text import Limit, cut
from monitor.messages.values import Item
from monitor.phrases import PHRASES
from monitor.runs import shown_runs, weightiest_first

_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
"""The Kazakh one, in which the Russian letters stand in their own order."""
_PLACE = {letter: place for place, letter in enumerate(_ALPHABET)}
_BULLET = "• "
_INDENT = "  "
_LEAST = 12
"""Signs of a title below which it says nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is told in one entry of a list."""

    copies: tuple[Item, ...]
    """One change of a release in one or several languages, the reader's first."""
    others: tuple[Item, ...]
    """The same of releases of other agencies that carry its text."""

    @property
    def first(self) -> Item:
        """The copy that is shown."""
        return self.copies[0]

    @property
    def agency(self) -> str:
        """Under whose name it stands."""
        return self.first.change.agency

    @property
    def kind(self) -> Kind:
        """What happened."""
        return self.first.kind

    @property
    def weight(self) -> int:
        """How much it matters, as a place in `WEIGHTS`."""
        return max(WEIGHTS.index(item.weight) for item in self.copies)

    @property
    def releases(self) -> int:
        """Of how many releases it tells."""
        return 1 + len({item.change.source_id for item in self.others})

    @property
    def at(self) -> datetime:
        """The time that is told: what is new has that of its publication, where the portal gave one."""
        change = self.first.change
        is_new = self.kind in {"published", "translated"}
        return (change.published_at if is_new else None) or change.at


def entries_of(items: Sequence[Item], lang: str) -> list[Entry]:
    """The changes as entries, by the names of their agencies in the reader's language, the newest first."""
    entries = [Entry(tuple(by_reader(copies, lang)), ()) for copies in _copies_together(items)]
    return sorted(
        _stories_together(entries),
        key=lambda entry: (
            _in_alphabet(agency_name(entry.agency, lang)),
            entry.agency,
            -entry.at.timestamp(),
            -entry.first.change.id,
        ),
    )


def entry_lines(entry: Entry, lang: str, zone: str) -> list[str]:
    """All that is said of it."""
    return [_head(entry, lang, zone), *_besides(entry, lang), _link(entry, lang)]


def fitted_lines(entry: Entry, lang: str, zone: str, limit: Limit) -> list[str]:
    """As much of it as there is room for, the ends of lines counted: of the title last, and the address always."""
    head, link, besides = _head(entry, lang, zone), _link(entry, lang), list(_besides(entry, lang))
    for shown in reversed(range(len(besides) + 1)):
        lines = [head, *besides[:shown], link]
        if limit.holds("\n".join([*lines, ""])):
            return lines
    left = Limit(limit.length - limit.size(f"\n{link}\n"), limit.unit)
    said = f"{_BULLET}{happened(entry.copies, lang)}"
    if left.size(head) > 2 * left.length:  # the time would leave too little of the title
        head = f"{said}: {shown_title(entry.first, lang)[0]}"
    head = cut(head, left)
    if len(head) < len(said) + _LEAST:
        head = said if left.holds(said) else ""
    return [head, link] if head else [link.strip()]


def _head(entry: Entry, lang: str, zone: str) -> str:
    is_plain = len(entry.copies) == 1 and entry.first.change.lang == lang
    copies = "" if is_plain else in_languages(entry.copies, lang)
    title, _ = shown_title(entry.first, lang)
    said = happened(entry.copies, lang) + (f" ({copies})" if copies else "")
    return f"{_BULLET}{_told(entry.at, zone)} {said}: {title}"


def _link(entry: Entry, lang: str) -> str:
    _, shown = shown_title(entry.first, lang)
    return _INDENT + portal_link(entry.first, shown)


def _besides(entry: Entry, lang: str) -> Iterator[str]:
    """The lines between title and address, the most telling first."""
    phrases, first = PHRASES[lang], entry.first
    detail = first.change.detail
    if words := next(words_found([*entry.copies, *entry.others], lang), ""):
        yield _INDENT + words
    also = dict.fromkeys([*(item.change.agency for item in entry.others), *first.also])
    if others := [agency_name(slug, lang) for slug in also if slug != entry.agency]:
        yield f"{_INDENT}{phrases.story}: {names(others, separator='; ')}"
    if detail.get("fields"):
        yield f"{_INDENT}{phrases.changed}: {edited(detail, lang)}"
        for run in weightiest_first(shown_runs(detail))[:1]:
            yield "\n".join(_INDENT + line for line in run_lines(run, lang))


def _told(moment: datetime, zone: str) -> str:
    """A time by the clock of the zone; midnight is a day whose hour nobody gave."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d}" if local.time() == time.min else f"{local:%Y-%m-%d %H:%M}"


def _copies_together(items: Sequence[Item]) -> list[list[Item]]:
    """The first changes of one kind of all copies of a release together, then the second ones, and so on."""
    together: dict[tuple[str, Kind, int], list[Item]] = {}
    seen: dict[tuple[str, Kind, str | None], int] = {}
    for item in sorted(items, key=lambda item: (item.change.at, item.change.id)):
        copy = (item.change.source_id, item.kind, item.change.lang)
        nth = seen[copy] = seen.get(copy, 0) + 1
        together.setdefault((item.change.source_id, item.kind, nth), []).append(item)
    return list(together.values())


def _stories_together(entries: Sequence[Entry]) -> Iterator[Entry]:
    """What several agencies published, under the name of the first of them."""
    stories: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.first.story is None or entry.kind != "published":
            yield entry
        else:
            stories.setdefault(entry.first.story, []).append(entry)
    for told in stories.values():
        first, *others = sorted(told, key=lambda entry: (entry.at, entry.first.change.id))
        yield Entry(first.copies, tuple(item for other in others for item in other.copies))


def _in_alphabet(name: str) -> list[int]:
    """What names are ordered by; other letters and signs keep the order of their codes, before the alphabet."""
    last = 0x110000
    return [last + _PLACE[c] if c in _PLACE else ord(c) for c in name.casefold()]

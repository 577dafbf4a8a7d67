"""Lists of changes for people: digests, bursts, and what was found late. Pure.

Entries stand under their agencies in the order of the alphabet, the newest first. Copies of one release are one
entry, and so are releases of several agencies that carry the same text.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from monitor.changes import Kind
from monitor.config import Alert
from monitor.messages.entries import Entry, entries_of, entry_lines, fitted_lines
from monitor.messages.lines import agency_name, because, reference
from monitor.messages.list_words import LISTS, counts_of
from monitor.messages.text import Limit, characters, cut, one_line
from monitor.messages.values import Item, Message
from monitor.remarks import moment, span_of
from monitor.sentences import counted

ListForm = Literal["digest", "burst", "late"]

_PARTS = 5
"""Messages that one list becomes at most; what is left then is counted, since nobody reads a hundred messages."""
_SUBJECT = 180


def shares(
    items: Sequence[Item],
    *,
    form: ListForm,
    lang: str,
    limit: Limit,
    ours: str,
    zone: str = "Asia/Almaty",
    rule: Alert | None = None,
) -> list[list[Item]]:
    """The changes of a list, parted so that each part is one message; no entry is parted.

    The arguments are those of `list_message`. The last of five parts takes whatever is left.
    """
    look = _Look(form, lang, zone, ours, rule, limit)
    entries = entries_of(items, lang)
    frame = look.frame(entries)
    room = limit.length - look.most(frame, entries)
    parts: list[list[Entry]] = []
    left = 0
    for place, entry in enumerate(entries):
        heading = look.size(look.heading(entry.agency, frame, continued=True))
        needs = look.size(entry_lines(entry, lang, zone))
        same = bool(place) and entries[place - 1].agency == entry.agency
        costs = needs if same else needs + heading
        if parts and costs > left and len(parts) == _PARTS:
            parts[-1] += entries[place:]
            break
        if not parts or costs > left:
            parts.append([])
            left, costs = room, needs + heading
        parts[-1].append(entry)
        # What has to be shortened leaves nothing: with others it would have to be shortened further.
        left = max(0, left - costs)
    return [[item for entry in part for item in (*entry.copies, *entry.others)] for part in parts]


def list_message(
    items: Sequence[Item],
    *,
    form: ListForm,
    part: int,
    parts: int,
    message_id: str,
    lang: str,
    limit: Limit,
    ours: str,
    zone: str = "Asia/Almaty",
    rule: Alert | None = None,
    before: Sequence[Item] = (),
) -> Message:
    """One part of a list, from 1 to `parts`, with `items` as `shares` gave them.

    Times are told by the clock of `zone`; `rule` is the one because of whose `digest` or `burst` it is a list, and
    `before` the part before this one: an agency whose entries began there is said to be continued.
    """
    look = _Look(form, lang, zone, ours, rule, limit, f"{part}/{parts}" if parts > 1 else "")
    entries = entries_of(items, lang)
    came = entries_of(before, lang)
    after = came[-1].agency if came else ""
    text = _fitting(entries, look, after=after, message_id=message_id)
    return Message(id=message_id, subject=characters(look.title(entries), _SUBJECT), text=text, body={})


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around the entries."""

    counts: bool
    rules: bool
    reference: bool
    agencies: bool
    title: bool = True


_FRAMES = (
    _Frame(counts=True, rules=True, reference=True, agencies=True),
    _Frame(counts=True, rules=False, reference=True, agencies=True),
    _Frame(counts=False, rules=False, reference=False, agencies=True),
    _Frame(counts=False, rules=False, reference=False, agencies=False),
    _Frame(counts=False, rules=False, reference=False, agencies=False, title=False),
)
"""From the fullest to none, for channels that carry little."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How a list is written: why it is one, in which language, by which clock, and for how much room."""

    form: ListForm
    lang: str
    zone: str
    ours: str
    rule: Alert | None
    limit: Limit
    place: str = f"{_PARTS}/{_PARTS}"
    """Which part of how many; empty: the only one."""

    def title(self, entries: Sequence[Entry], *, longest: bool = False) -> str:
        """Why it is a list, and how many are in it."""
        words = LISTS[self.lang]
        forms = words.releases if self.form == "late" else words.changes
        total = sum(_counts(entries).values())
        many = f"{total} {max(forms, key=self.limit.size)}" if longest else counted(total, forms)
        return f"{self._why(entries)}{f', {self.place}' if self.place else ''}: {many}"

    def head(self, entries: Sequence[Entry], frame: _Frame, *, longest: bool = False) -> Iterator[str]:
        """The lines before the entries."""
        if not frame.title:
            return
        title = self.title(entries, longest=longest)
        if not frame.counts:
            yield title
            return
        # What was found late is new, unless something else is said.
        is_plain = self.form == "late" and not longest and {entry.kind for entry in entries} == {"published"}
        yield title if is_plain else f"{title} — {self.counts(entries)}"
        yield f"{LISTS[self.lang].times}: {self.zone}"

    def foot(self, entries: Sequence[Entry], frame: _Frame, message_id: str) -> Iterator[str]:
        """The lines behind them."""
        if frame.rules:
            yield because(_rules(entries), self.lang)
        if frame.reference:
            yield reference(message_id, self.lang)

    def counts(self, entries: Sequence[Entry]) -> str:
        """How many there are of each kind."""
        return counts_of(_counts(entries), self.lang)

    def frame(self, entries: Sequence[Entry]) -> _Frame:
        """The fullest one that leaves two thirds of the room for entries, whichever of these are in the part."""
        agencies = {entry.agency for entry in entries}
        for one in _FRAMES:
            headings = (self.size(self.heading(agency, one, continued=True)) for agency in agencies)
            heading = max(headings, default=0)
            if (self.most(one, entries) + heading) * 3 <= self.limit.length:
                return one
        return _FRAMES[-1]

    def heading(self, agency: str, frame: _Frame, *, continued: bool) -> tuple[str, ...]:
        """The lines over the entries of an agency."""
        if not frame.agencies:
            return ()
        name = agency_name(agency, self.lang)
        return ("", f"{name} ({LISTS[self.lang].continued})" if continued else name)

    def not_listed(self, left: Sequence[Entry]) -> tuple[str, ...]:
        """What is said of entries that there is no room for, and where they are."""
        said = f"{LISTS[self.lang].not_listed}: {self.counts(left)}"
        return (said, f"{self.ours}/") if self.ours else (said,)

    def size(self, lines: Sequence[str]) -> int:
        """What these lines take, with the end of each."""
        return sum(self.limit.size(line) + 1 for line in lines)

    def most(self, frame: _Frame, entries: Sequence[Entry]) -> int:
        """What the frame takes at most, whichever of the entries are in the part."""
        names = ", ".join(map(one_line, _rules(entries)))
        lines = [*self.head(entries, frame, longest=True), ""]
        lines += [f"{because((), self.lang)}{names}"] if frame.rules else []
        lines += [reference("0" * 8, self.lang)] if frame.reference else []
        return self.size(lines)

    def _why(self, entries: Sequence[Entry]) -> str:
        words, rule = LISTS[self.lang], self.rule
        if self.form == "digest":
            often = rule.digest.split()[0].lower() if rule and rule.digest else ""
            return words.digests.get(often, words.digest)
        if self.form == "burst":
            if rule is None:
                return words.many
            messages = counted(rule.burst.more_than, words.messages)
            return words.burst.format(messages=messages, span=span_of(rule.burst.within, self.lang))
        since = min(
            filter(None, (_unread_since(item) for entry in entries for item in entry.copies)), default=""
        )
        return words.late.format(at=moment(since)) if since else words.found_late


def _fitting(entries: Sequence[Entry], look: _Look, *, after: str, message_id: str) -> str:
    """All entries within the fullest frame that leaves room for them, else the weightiest and how many more."""
    lines = list(_while_they_fit(entries, look))
    if len(lines) == len(entries):
        shown = dict(enumerate(lines))
        for frame in _FRAMES:
            text = _text(entries, shown, look, frame, after=after, message_id=message_id)
            if look.limit.holds(text):
                return text
    for frame in _FRAMES[_FRAMES.index(look.frame(entries)) :]:
        shown = _weightiest(entries, look, frame)
        text = _text(entries, shown, look, frame, after=after, message_id=message_id)
        if look.limit.holds(text):
            return text
    return text if len(entries) == 1 else cut(" ".join(look.not_listed(entries)), look.limit)


def _weightiest(entries: Sequence[Entry], look: _Look, frame: _Frame) -> dict[int, list[str]]:
    """The lines of as many entries as fit, by their places; one at least, shortened where it is too long by itself.

    Of a thousand edits and three removals the removals are among them: what weighs more goes first, then what is
    rarer.
    """
    more = [*look.not_listed(entries), ""] if len(entries) > 1 else []
    room = look.limit.length - look.most(frame, entries) - look.size(more)
    kinds = Counter(entry.kind for entry in entries)
    shown: dict[int, list[str]] = {}
    headed: set[str] = set()
    for place in sorted(
        range(len(entries)), key=lambda at: (-entries[at].weight, kinds[entries[at].kind], at)
    ):
        entry = entries[place]
        if entry.agency not in headed:
            headed.add(entry.agency)
            room -= look.size(look.heading(entry.agency, frame, continued=True))
        left = Limit(room, look.limit.unit)
        fitted = entry_lines if shown else partial(fitted_lines, limit=left)
        lines = fitted(entry, look.lang, look.zone)
        room -= look.size(lines)
        if room < 0 and shown:
            break
        shown[place] = lines
    return shown


def _while_they_fit(entries: Sequence[Entry], look: _Look) -> Iterator[list[str]]:
    """The lines of each entry, up to the first that goes beyond the limit."""
    taken = 0
    for entry in entries:
        lines = entry_lines(entry, look.lang, look.zone)
        yield lines
        taken += look.size(lines)
        if taken > look.limit.length:
            return


def _text(
    entries: Sequence[Entry],
    shown: Mapping[int, Sequence[str]],
    look: _Look,
    frame: _Frame,
    *,
    after: str,
    message_id: str,
) -> str:
    """The whole message, with the lines of those entries that are shown, by their places."""
    lines = list(look.head(entries, frame))
    agency = None
    for place in sorted(shown):
        entry = entries[place]
        if entry.agency != agency:
            lines += look.heading(entry.agency, frame, continued=entry.agency == after)
        lines += shown[place]
        agency = entry.agency
    foot = list(look.foot(entries, frame, message_id))
    if left := [entry for place, entry in enumerate(entries) if place not in shown]:
        foot = [*look.not_listed(left), *foot]
    return "\n".join([*lines, "", *foot]).strip("\n")


def _counts(entries: Sequence[Entry]) -> Counter[Kind]:
    """How many releases were published, how many changes there are of each other kind."""
    found: Counter[Kind] = Counter()
    for entry in entries:
        found[entry.kind] += entry.releases
    return found


def _rules(entries: Sequence[Entry]) -> list[str]:
    items = (item for entry in entries for item in (*entry.copies, *entry.others))
    return list(dict.fromkeys(rule for item in items for rule in item.rules))


def _unread_since(item: Item) -> str:
    late = item.change.detail.get("late")
    return str(late.get("unread_since", "")) if isinstance(late, dict) else ""

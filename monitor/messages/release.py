"""The message about one release: a body for a program, subject and text for a person. Pure.

Release text goes in as plain text only: no mark-up is written around it, and what could break a line, a
header or the direction of reading is taken out of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.fingerprint import dated
from monitor.messages.bodies import webhook_body
from monitor.messages.lines import (
    LONGEST,
    agency_name,
    because,
    before_and_now,
    by_reader,
    called,
    classes_of,
    edited,
    fields_of,
    happened,
    in_languages,
    names,
    our_link,
    portal_link,
    reference,
    run_lines,
    shown_title,
    when,
    words_found,
)
from monitor.messages.text import Limit, characters, cut, one_line
from monitor.messages.values import Item, Message
from monitor.phrases import PHRASES
from monitor.remarks import of_copies, of_listing, of_wording
from monitor.runs import Shown, shown_runs, weightiest_first

SUBJECT = 180
_RUNS = 6
_RUNS_OF_OTHERS = 2
"""Shown of each further copy, where the first shows none."""
_REMARKS = 600
_REMARK = LONGEST // 4
"""Room below which no further remark is begun."""
_SHORT_TITLE = 60


def change_message(item: Item, *, message_id: str, secret: str | None) -> Message:
    """The message to a program; what a person would read is the subject alone."""
    lead = _Lead.of([item], "en")
    return Message(
        id=message_id,
        subject=lead.subject(),
        text="",
        body=webhook_body(
            item.change, message_id=message_id, rules=item.rules, kind=item.kind, weight=item.weight
        ),
        secret=secret,
    )


def release_message(items: Sequence[Item], *, message_id: str, lang: str, limit: Limit, ours: str) -> Message:
    """The message to a person about one release: what happened to one or several of its copies.

    `lang` (`kk`, `ru`, `en`) is the language in which they are written to, `ours` the address of our server
    (empty: it is not named). The text keeps the limit, unless that does not even hold the address at the portal.
    """
    lead = _Lead.of(by_reader(items, lang), lang)
    text = _text_within(lead, limit, message_id=message_id, ours=ours)
    return Message(id=message_id, subject=lead.subject(), text=text, body={})


@dataclass(frozen=True, slots=True)
class _Lead:
    """The copies of one message, and what is shown first of them."""

    items: Sequence[Item]
    lang: str
    title: str
    shown: str | None
    """The language of the title, and as a rule of the link."""

    @classmethod
    def of(cls, items: Sequence[Item], lang: str) -> "_Lead":
        title, shown = shown_title(items[0], lang)
        return cls(items, lang, title, shown)

    @property
    def first(self) -> Item:
        return self.items[0]

    @property
    def link(self) -> str:
        return portal_link(self.first, self.shown)

    def subject(self) -> str:
        agency = agency_name(self.first.change.agency, self.lang)
        return characters(f"{happened(self.items, self.lang)}: {self.title} — {agency}", SUBJECT)


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of each part is shown."""

    remarks: int
    runs: int
    edit: bool = True
    besides: bool = True
    words: bool = True
    ours: bool = True
    time: bool = True
    rules: bool = True
    reference: bool = True
    agency: bool = True
    languages: bool = True
    title: int = LONGEST


def _text_within(lead: _Lead, limit: Limit, *, message_id: str, ours: str) -> str:
    """The fullest text that keeps the limit."""
    remarks = list(_remarks(lead.items, lead.lang))
    runs = weightiest_first(shown_runs(lead.first.change.detail))
    for room in _ever_less(_Room(remarks=len(remarks), runs=min(len(runs) or _RUNS_OF_OTHERS, _RUNS))):
        sections = (
            _head(lead, room, ours),
            _edit(lead, room, runs) if room.edit else (),
            _cause(lead, room, remarks),
            [reference(message_id, lead.lang)] if room.reference else (),
        )
        text = "\n\n".join(filter(None, ("\n".join(section) for section in sections)))
        if limit.holds(text):
            return text
    return _least(lead, limit)


def _ever_less(room: _Room) -> Iterator[_Room]:
    """What is shown where there is less and less room: what a reader can do without goes first."""
    yield room
    for remarks in reversed(range(room.remarks)):
        yield (room := replace(room, remarks=remarks))
    for runs in reversed(range(room.runs)):
        yield (room := replace(room, runs=runs))
    for part in ("edit", "besides", "words", "ours", "time"):
        yield (room := replace(room, **{part: False}))
    for title in (LONGEST // 2, _SHORT_TITLE):
        yield (room := replace(room, title=title))
    for part in ("rules", "reference", "agency", "languages"):
        yield (room := replace(room, **{part: False}))


def _least(lead: _Lead, limit: Limit) -> str:
    """What happened, as much of the title as there is room for, and the address, which is never cut."""
    said = f"{happened(lead.items, lead.lang)}\n"
    link = f"\n{lead.link}"
    room = limit.length - limit.size(said) - limit.size(link)
    if room < 0:
        return lead.link
    title = cut(lead.title, Limit(room, limit.unit))
    return f"{said}{title}{link}" if title else f"{said}{lead.link}"


def _head(lead: _Lead, room: _Room, ours: str) -> Iterator[str]:
    phrases, change = PHRASES[lead.lang], lead.first.change
    copies = in_languages(lead.items, lead.lang) if room.languages else ""
    said = happened(lead.items, lead.lang) + (f" ({copies})" if copies else "")
    yield f"{said}, {when(lead.first)}" if room.time else said
    if room.agency:
        yield agency_name(change.agency, lead.lang)
    if room.besides and lead.first.kind == "moved" and len(change.agencies) > 1:
        others = (agency_name(slug, lead.lang) for slug in change.agencies if slug != change.agency)
        yield f"{phrases.listed_by}: {names(others, separator='; ')}"
    yield characters(lead.title, room.title)
    if room.besides:
        yield from _besides(lead)
    yield lead.link
    if room.ours and ours:
        # Of what changed in a copy our page shows that copy; what is new is read in the reader's language.
        copy = lead.shown if lead.first.kind == "published" else change.lang or lead.shown
        yield f"{phrases.ours}: {our_link(ours, change, copy, is_edit=lead.first.kind == 'edited')}"


def _besides(lead: _Lead) -> Iterator[str]:
    """Other titles, where the reader cannot read the first; who else published it; how many are like it."""
    phrases, change = PHRASES[lead.lang], lead.first.change
    if lead.shown != lead.lang:
        for item in lead.items[1:]:
            title, shown = shown_title(item, lead.lang)
            if shown and title != lead.title:
                yield f"{_capital(phrases.also)} {called(shown, lead.lang)}: {title}"
    if lead.first.also:
        others = (agency_name(slug, lead.lang) for slug in lead.first.also)
        yield f"{phrases.story}: {names(others, separator='; ')}"
    mass = change.detail.get("mass")
    if isinstance(mass, dict) and "count" in mass:
        yield f"{phrases.one_of_many}: {mass['count']}"


def _cause(lead: _Lead, room: _Room, remarks: Sequence[str]) -> Iterator[str]:
    if room.rules:
        yield because((rule for item in lead.items for rule in item.rules), lead.lang)
    if room.words:
        yield from words_found(lead.items, lead.lang)
    yield from remarks[: room.remarks]


def _remarks(items: Sequence[Item], lang: str) -> Iterator[str]:
    """What is said besides the words, as far as a person would read on."""
    said = dict.fromkeys(
        one_line(remark)
        for item in items
        for remarks in (of_listing, of_wording, of_copies)
        for remark in remarks(item.change.detail, lang)
    )
    left = _REMARKS
    for remark in said:
        shown = characters(remark, left)
        left -= len(shown)
        yield shown
        if left < _REMARK:
            return


def _edit(lead: _Lead, room: _Room, runs: Sequence[Shown]) -> Iterator[str]:
    phrases, detail = PHRASES[lead.lang], lead.first.change.detail
    if detail.get("fields"):
        yield f"{phrases.changed}: {fields_of(detail, lead.lang)}"
        if classes := classes_of(detail, lead.lang):
            yield f"{phrases.of_kind}: {classes}"
        for run in runs[: room.runs]:
            yield from run_lines(run, lead.lang)
        if isinstance(date := detail.get("date"), dict):
            yield from before_and_now(dated(date["before"]), dated(date["after"]), lead.lang)
        if more := max(0, len(runs) - room.runs) + detail.get("more_words", 0):
            yield f"{phrases.more}: {more}"
    for item in lead.items[1:]:
        of_copy = item.change.detail
        if item.change.lang and of_copy.get("fields"):
            yield f"{_capital(called(item.change.lang, lead.lang))}: {edited(of_copy, lead.lang)}"
            shown = 0 if runs else min(room.runs, _RUNS_OF_OTHERS)
            for run in weightiest_first(shown_runs(of_copy))[:shown]:
                yield from run_lines(run, lead.lang)


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]

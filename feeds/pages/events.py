"""What happened to a release, told to a person in the language of the page: rows of the journal as values. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from feeds.cleaning import one_line, xml_text
from feeds.pages.dates import clock_of
from feeds.phrases import phrases
from feeds.word_diff import fit, passage_html
from monitor.changes import Kind, Weight
from monitor.fingerprint import dated
from monitor.phrases import PHRASES
from monitor.remarks import of_copies, of_listing, of_wording
from monitor.runs import Passage, Shown, passages, shown_runs, weightiest_first
from monitor.store.one_release import Happened

_FILES = 5
"""Files that are named one by one."""
_BESIDE = 300
"""Bytes of mark-up around what is told of a change, and around each of its places."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that an edit took away, added, or put in the place of another."""

    said: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Event:
    """One change, ready to be shown."""

    id: int
    at: datetime
    kind: Kind
    heading: str
    lang: str | None
    is_baseline: bool
    weight: Weight
    about: str
    """What an edit touched and what that means, in words."""
    sentences: tuple[str, ...]
    runs: tuple[Shown, ...]
    """The weightiest of the replaced words."""
    more: int
    """Replaced places that are not among them."""
    passages: tuple[Passage, ...]
    """The differing paragraphs; none unless they were asked for."""
    date: tuple[str, str] | None
    files: tuple[File, ...]
    number: int | None
    """Of the wording that it brought."""
    is_compared: bool
    """Its wording can be laid beside the one before."""

    @property
    def size(self) -> int:
        """About as many bytes as it takes in a page, and hardly ever fewer."""
        texts = (
            *self.sentences,
            self.about,
            *(text for run in self.runs for text in (run.left, run.before, run.after, run.right)),
            *(self.date or ()),
            *(text for file in self.files for text in (file.before, file.after)),
        )
        drawn = sum(len(passage_html(one).encode()) for one in self.passages)
        marks = 2 + (len(self.runs) + len(self.files) + len(self.passages)) / 3
        return drawn + sum(len(escape(text).encode()) for text in texts) + int(marks * _BESIDE)


def event(
    happened: Happened,
    lang: str,
    zone: ZoneInfo,
    *,
    runs: int,
    letters: int,
    in_full: bool = False,
    withheld: bool = False,
    redacted: bool = False,
) -> Event:
    """A change in words of `lang` and by the clocks of a zone, with at most so many runs of so many letters a side.

    `in_full`: with the paragraphs that differ. Of what is `withheld` no word of the release is told, of what was
    `redacted` nothing but that it happened.
    """
    detail: dict[str, Any] = {} if redacted else happened.detail
    told: dict[str, Any] = {} if withheld else detail
    shown = _runs(told, letters)
    names, clock = phrases(lang), clock_of(zone)
    one_copy = PHRASES[lang].one_copy.get(happened.kind) if happened.lang else None
    return Event(
        id=happened.id,
        at=happened.at,
        kind=happened.kind,
        heading=one_copy or names.kinds[happened.kind],
        lang=happened.lang,
        is_baseline=happened.baseline,
        weight=happened.weight,
        about=_about(told, lang),
        sentences=tuple(
            one_line(said)
            for said in (
                *of_wording(told, lang, clock),
                *of_listing(detail, lang, clock),
                *of_copies(told, lang),
            )
        ),
        runs=tuple(shown[:runs]),
        more=max(0, len(shown) - runs) + _count(told.get("more_words")),
        passages=tuple(passages(told)) if in_full else (),
        date=_date(told),
        files=tuple(_files(told, lang))[:_FILES],
        number=None if redacted else happened.number,
        is_compared=bool(told.get("fields")) and (happened.number or 0) > 1,
    )


def _about(detail: dict[str, Any], lang: str) -> str:
    names = phrases(lang)
    fields = [names.fields[name] for name in _list(detail.get("fields")) if name in names.fields]
    classes = [names.classes[name] for name in _list(detail.get("classes")) if name in names.classes]
    return ": ".join(filter(None, (", ".join(fields), ", ".join(classes))))


def _runs(detail: dict[str, Any], letters: int) -> list[Shown]:
    cut = (
        replace(
            run,
            before=one_line(run.before, limit=letters),
            after=one_line(run.after, limit=letters),
            left=one_line(run.left, limit=letters),
            right=one_line(run.right, limit=letters),
        )
        for run in map(fit, weightiest_first(shown_runs(detail)))
    )
    return [run for run in cut if run.before or run.after]


def _date(detail: dict[str, Any]) -> tuple[str, str] | None:
    date = detail.get("date")
    if not isinstance(date, dict):
        return None
    before, after = (
        one_line(dated(date[side])) if isinstance(date.get(side), str) else "" for side in ("before", "after")
    )
    return (before, after) if before or after else None


def _files(detail: dict[str, Any], lang: str) -> Iterator[File]:
    names, files = phrases(lang), detail.get("attachments")
    if not isinstance(files, dict):
        return
    # The second names are those of earlier versions.
    for keys, said, is_gone in (
        (("removed", "gone"), names.gone, True),
        (("added", "come"), names.come, False),
    ):
        for address in (address for key in keys for address in _list(files.get(key))):
            shown = one_line(xml_text(address))
            yield File(said, shown, "") if is_gone else File(said, "", shown)
    for pair in files.get("replaced") or ():
        if isinstance(pair, dict) and all(isinstance(pair.get(side), str) for side in ("before", "after")):
            yield File(names.swapped, one_line(xml_text(pair["before"])), one_line(xml_text(pair["after"])))


def _list(values: object) -> Collection[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0

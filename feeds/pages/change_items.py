"""What the page of changes says of each, in the language of the reader; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from feeds.cleaning import one_line
from feeds.entries import RemovedText
from feeds.journal import lang_of_whole, shown_dates, shown_words, texts_of
from feeds.pages.dates import clock_of
from feeds.pages.days import LONGEST_TITLE
from feeds.phrases import phrases
from feeds.withholding import spared
from monitor.changes import Kind, Weight
from monitor.phrases import PHRASES
from monitor.remarks import of_copies, of_listing, of_wording
from monitor.runs import Shown, weightiest_first
from monitor.store.for_feeds import StoredChange

_MOST_WORDS = 3
"""Replaced places that are shown; the page of the release has them all."""
_LONGEST_WORDS = 160
_LONGEST_SENTENCE = 400
_MOST_SENTENCES = 4
_PUNCTUATION = " .,;:!?…"


@dataclass(frozen=True, slots=True)
class ChangeItem:
    """A change in the list."""

    id: int
    kind: Kind
    said: str
    """The kind in words, and that only one copy is concerned where the release itself stays or was there already."""
    weight: Weight
    at: datetime
    source_id: str
    agency: str
    title: str
    lang: str
    """Of the title and of the words."""
    sentences: tuple[str, ...]
    """What it consists of and what proves it, in the language of the reader."""
    words: tuple[Shown, ...]
    """The weightiest of the words that were replaced."""
    dates: tuple[tuple[str, str], ...]
    """The date of the release before and after."""
    further: int
    """Replaced places that are not shown."""
    diff_lang: str | None
    """In which language all that was changed is shown; None: nothing is."""

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        texts = (self.title, *self.sentences, *(f"{run.was}{run.now}" for run in self.words))
        return 1000 + 100 * len(self.words) + sum(len(escape(text).encode()) for text in texts)


def change_item(change: StoredChange, *, lang: str, zone: ZoneInfo, removed_text: RemovedText) -> ChangeItem:
    """A change for a reader of `lang`, who goes by the clocks of a zone."""
    words, clock = phrases(lang), clock_of(zone)
    if removed_text == "title":
        change = replace(change, detail=spared(change.detail, change.gone))
    redacted = change.redacted_at is not None
    withheld = redacted or (change.removed and removed_text == "title")
    own = change.lang or lang_of_whole(change, (lang,))
    title = change.title if change.title is not None else change.titles.get(own, "")
    runs = [] if withheld else weightiest_first(shown_words(change))
    fields = texts_of(change.detail.get("fields"))
    sentences = [words.redacted_note] if redacted else list(of_listing(change.detail, lang, clock))
    if not withheld:
        sentences = [*of_wording(change.detail, lang, clock), *sentences, *of_copies(change.detail, lang)]
        if fields and not runs:
            touched = ", ".join(words.fields.get(name, name) for name in fields)
            sentences.append(f"{words.touched}: {touched}.")
    told = [_cut(run) for run in _different(runs)[:_MOST_WORDS]]
    carried = change.detail.get("more_words")
    return ChangeItem(
        id=change.id,
        kind=change.kind,
        said=_said(change, lang),
        weight=change.weight,
        at=change.at,
        source_id=change.source_id,
        agency=change.agency,
        title=words.redacted if redacted else one_line(title, limit=LONGEST_TITLE) or phrases(own).untitled,
        lang=lang if redacted else own,
        sentences=tuple(_told(sentences)),
        words=tuple(told),
        dates=() if withheld else tuple(shown_dates(change)),
        further=len(runs) - len(told) + (carried if runs and isinstance(carried, int) else 0),
        diff_lang=change.lang if fields and not withheld else None,
    )


def _said(change: StoredChange, lang: str) -> str:
    of_a_copy = PHRASES[lang].one_copy.get(change.kind) if change.lang else None
    if change.lang is None or of_a_copy is None:
        return phrases(lang).kinds[change.kind]
    return f"{of_a_copy} ({PHRASES[lang].languages.get(change.lang, change.lang)})"


def _different(runs: Iterable[Shown]) -> list[Shown]:
    """The first of those runs that only the punctuation beside them tells apart."""
    found: dict[tuple[str, str], Shown] = {}
    for run in runs:
        found.setdefault((run.was.strip(_PUNCTUATION), run.now.strip(_PUNCTUATION)), run)
    return list(found.values())


def _told(sentences: Iterable[str]) -> list[str]:
    lines = (one_line(sentence, limit=_LONGEST_SENTENCE) for sentence in sentences)
    return list(filter(None, lines))[:_MOST_SENTENCES]


def _cut(run: Shown) -> Shown:
    return replace(
        run,
        before=one_line(run.before, limit=_LONGEST_WORDS),
        after=one_line(run.after, limit=_LONGEST_WORDS),
        left=one_line(run.left, limit=_LONGEST_WORDS),
        right=one_line(run.right, limit=_LONGEST_WORDS),
    )

"""What an edit means: the fields it touched, the words it replaced, and how much that matters. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from monitor.changes import Weight
from monitor.fingerprint import normalised

_WORDS_KEPT = 40
"""Replaced runs that a change carries; past that a reader wants the whole text."""
_RUN_KEPT = 400
"""Characters of one replaced run that a change carries."""
_LETTERS = re.compile(r"[^\w%₸$€№-]+")
_FIGURES = re.compile(r"-?\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Replaced:
    """A run of words that stands in the place of another; either may be empty."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Content:
    """What of a wording is compared."""

    title: str
    text: str
    published_raw: str
    attachments: tuple[str, ...]
    images: tuple[str, ...]


def difference(before: Content, after: Content) -> tuple[Weight, dict[str, Any]]:
    """The weight of an edit and its detail as JSON-ready values: `fields`, and `words` replaced in them."""
    fields = [name for name, differs in _fields(before, after) if differs]
    replaced = [
        *(words_replaced("title", before.title, after.title) if "title" in fields else ()),
        *(words_replaced("text", before.text, after.text) if "text" in fields else ()),
    ]
    detail: dict[str, Any] = {"fields": fields}
    if replaced:
        detail["words"] = [
            {"field": run.field, "before": run.before[:_RUN_KEPT], "after": run.after[:_RUN_KEPT]}
            for run in replaced[:_WORDS_KEPT]
        ]
    if len(replaced) > _WORDS_KEPT:
        detail["more_words"] = len(replaced) - _WORDS_KEPT
    if "date" in fields:
        detail["date"] = {"before": before.published_raw, "after": after.published_raw}
    if "attachments" in fields:
        detail["attachments"] = {
            "gone": sorted(set(before.attachments) - set(after.attachments)),
            "come": sorted(set(after.attachments) - set(before.attachments)),
        }
    return _weight(fields, replaced), detail


def words_replaced(field: str, before: str, after: str) -> Iterator[Replaced]:
    """The runs of words of `before` that `after` has otherwise, in their order.

    Paragraphs are matched first and words only inside those that differ: over all words at once it costs a
    hundred times as much.
    """
    old, new = _paragraphs(before), _paragraphs(after)
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _runs(field, " ".join(old[a:b]).split(), " ".join(new[c:d]).split())


def _runs(field: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Replaced]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Replaced(field, " ".join(old[a:b]), " ".join(new[c:d]))


def _paragraphs(text: str) -> list[str]:
    return [paragraph for line in text.splitlines() if (paragraph := normalised(line))]


def _fields(before: Content, after: Content) -> tuple[tuple[str, bool], ...]:
    return (
        ("title", normalised(before.title) != normalised(after.title)),
        ("text", normalised(before.text) != normalised(after.text)),
        ("date", before.published_raw.strip() != after.published_raw.strip()),
        ("attachments", set(before.attachments) != set(after.attachments)),
        ("images", set(before.images) != set(after.images)),
    )


def _weight(fields: Sequence[str], replaced: Iterable[Replaced]) -> Weight:
    """Figures and attachments are what a release is quoted for; punctuation and case are nothing."""
    replaced = list(replaced)
    if "attachments" in fields or any(_figures(run.before) != _figures(run.after) for run in replaced):
        return "major"
    if set(fields) <= {"title", "text"} and all(_same_letters(run) for run in replaced):
        return "none"
    return "minor"


def _figures(words: str) -> list[str]:
    return _FIGURES.findall(words)


def _same_letters(run: Replaced) -> bool:
    return _LETTERS.sub("", run.before).casefold() == _LETTERS.sub("", run.after).casefold()

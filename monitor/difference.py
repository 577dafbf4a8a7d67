"""What an edit consists of, as the detail of a change: its fields, its words, its diff, its classes. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from monitor.changes import Weight
from monitor.fingerprint import compared, dated, normalised
from monitor.matching import Block, apart, blocks
from monitor.meaning import Meaning, Meant, ordered, weight_of, without_moved

_WORDS_KEPT = 40
"""Replaced runs that a change carries; past that a reader wants the whole text."""
_RUN_KEPT = 400
"""Characters of one replaced run that a change carries."""
_DRAWN = 20
"""Paragraphs that a change carries to be drawn."""
_LETTERS_DRAWN = 12_000
"""Characters of them together: an edit of a text of usual length is drawn whole."""
_STRANGE = 0.2
"""Two texts that share less are two releases: translations of names and set phrases alone come to less than this."""
_WORD = re.compile(r"\w+")
_ASIDE = re.compile(r"\b\w{1,2}\b|\w*\d\w*")
_TOO_SHORT = 20
"""Words below which a share of them tells nothing."""
_CUT = 0.3
"""The share of its words by which a text that lost them was cut."""
_PARAGRAPH = 60
"""Letters from which a paragraph is more than a heading or a signature."""
_GONE = 0.8
"""The share of the words of a paragraph that went, when the paragraph did."""
_STEM = (3, 5)
"""Letters, at least and at most, by which words are told apart when they are counted: an ending is no other word."""
_HEADLINE = 3
"""Words that make a headline say something."""


@dataclass(frozen=True, slots=True)
class Content:
    """What of a wording is compared."""

    title: str
    text: str
    published_raw: str
    attachments: tuple[str, ...]
    """Their addresses."""
    images: tuple[str, ...]
    names: tuple[str, ...] = ()
    """What the attachments are called, in their order; it tells a file replaced, and is no difference by itself."""


def difference(before: Content, after: Content) -> tuple[Weight, dict[str, Any]]:
    """The weight of an edit and its detail as JSON-ready values; `fields` is empty where nothing differs."""
    fields = [name for name, differs in _fields(before, after) if differs]
    detail: dict[str, Any] = {"fields": fields}
    differing = [
        *(blocks("title", before.title, after.title) if "title" in fields else ()),
        *(blocks("text", before.text, after.text) if "text" in fields else ()),
    ]
    meaning = Meaning(f"{before.title}\n{before.text}", f"{after.title}\n{after.text}")
    meant = without_moved([run for block in differing for run in meaning.of(block)])
    another = bool(differing) and is_another_text(before, after)
    classes = ordered(
        [
            *(name for run in meant for name in run.classes),
            *_of_the_whole(before, after, differing, another=another),
            *_of_fields(fields),
        ]
    )
    if classes:
        detail["classes"] = list(classes)
    if another:
        detail["replaced"] = True
    detail |= _words(meant)
    detail |= _drawn_apart(before, after, fields) if another else _drawn(differing)
    if "date" in fields:
        detail["date"] = {"before": before.published_raw, "after": after.published_raw}
    if "attachments" in fields:
        detail["attachments"] = _attachments(before, after)
    if "images" in fields:
        detail["images"] = _gone_and_come(before.images, after.images)
    return weight_of(classes), detail


def similarity(before: Content, after: Content) -> float:
    """The share of words that two wordings have in common, from 0 to 1; as cheap as counting them."""
    old, new = _counted(before), _counted(after)
    common, most = (old & new).total(), max(old.total(), new.total())
    return common / most if most else 1.0


def is_another_text(before: Content, after: Content) -> bool:
    """Whether the id was given to another text, and this is no edit of the one before."""
    if min(_counted(before).total(), _counted(after).total()) <= _TOO_SHORT:
        return False
    return similarity(before, after) < _STRANGE


def _of_the_whole(
    before: Content, after: Content, differing: Sequence[Block], *, another: bool
) -> Iterator[str]:
    """The classes that no run of words has by itself: another text or headline, and a text that was cut."""
    if another or _is_another_headline(before.title, after.title):
        yield "replaced"
    in_text = [block for block in differing if block.field == "text"]
    if in_text and not another and _is_cut(before.text, after.text, in_text):
        yield "cut"


def _is_another_headline(before: str, after: str) -> bool:
    """Less than half of its words are left, figures and the shortest aside."""
    old, new = (_stems(_ASIDE.sub(" ", title)) for title in (before, after))
    if min(old.total(), new.total()) < _HEADLINE:
        return False
    return (old & new).total() * 2 < max(old.total(), new.total())


def _is_cut(before: str, after: str, differing: Sequence[Block]) -> bool:
    """The text is empty now, or much of it or a whole paragraph is nowhere else in it."""
    old, new = _stems(before), _stems(after)
    if not new or not old:
        return bool(old)
    gone = old - new
    if old.total() > _TOO_SHORT and gone.total() > old.total() * _CUT:
        return True
    return any(
        (words := _stems(paragraph)) and (words & gone).total() >= words.total() * _GONE
        for block in differing
        for paragraph in block.left_out(_GONE)
        if len(paragraph) >= _PARAGRAPH
    )


def _stems(text: str) -> Counter[str]:
    least, most = _STEM
    return Counter(
        word[: max(least, min(most, len(word) - 2))] for word in _WORD.findall(normalised(text).casefold())
    )


def _counted(content: Content) -> Counter[str]:
    return Counter(_WORD.findall(normalised(f"{content.title}\n{content.text}").casefold()))


def _fields(before: Content, after: Content) -> tuple[tuple[str, bool], ...]:
    return (
        ("title", compared(before.title) != compared(after.title)),
        ("text", compared(before.text) != compared(after.text)),
        ("date", dated(before.published_raw) != dated(after.published_raw)),
        ("attachments", set(before.attachments) != set(after.attachments)),
        ("images", set(before.images) != set(after.images)),
    )


def _of_fields(fields: Iterable[str]) -> Iterator[str]:
    """The classes of what has no words to weigh."""
    told = {"date": "release_date", "attachments": "attachment", "images": "image"}
    return (told[name] for name in fields if name in told)


def _words(meant: Sequence[Meant]) -> dict[str, Any]:
    if not meant:
        return {}
    words = [
        {
            "field": run.block.field,
            "before": before[:_RUN_KEPT],
            "after": after[:_RUN_KEPT],
            "classes": list(run.classes),
        }
        for run in meant[:_WORDS_KEPT]
        for before, after in [run.quoted()]
    ]
    more = len(meant) - _WORDS_KEPT
    return {"words": words} | ({"more_words": more} if more > 0 else {})


def _drawn(differing: Sequence[Block]) -> dict[str, Any]:
    """The paragraphs that differ, as many as are worth carrying."""
    if not differing:
        return {}
    diff = _carried(differing, _LETTERS_DRAWN)
    more = len(differing) - len(diff)
    return {"diff": diff} | ({"more_paragraphs": more} if more else {})


def _drawn_apart(before: Content, after: Content, fields: Sequence[str]) -> dict[str, Any]:
    """The old wording and then the new one: word by word, two texts agree in their «в» and «и» alone."""
    pairs = [
        *([apart("title", before.title, after.title)] if "title" in fields else ()),
        *([apart("text", before.text, after.text)] if "text" in fields else ()),
    ]
    gone, come = ([block for pair in pairs for block in pair[side]] for side in (0, 1))
    needed_by_the_new = min(len(after.title) + len(after.text), _LETTERS_DRAWN // 2)
    diff = _carried(gone, _LETTERS_DRAWN - needed_by_the_new)
    diff += _carried(come, _LETTERS_DRAWN - sum(len(text) for shown in diff for _, text in shown["parts"]))
    more = len(gone) + len(come) - len(diff)
    return {"diff": diff} | ({"more_paragraphs": more} if more else {})


def _carried(differing: Sequence[Block], letters: int) -> list[dict[str, Any]]:
    """The first of some paragraphs, together no longer than that, each whole or not at all."""
    diff: list[dict[str, Any]] = []
    left = letters
    for block in differing[:_DRAWN]:
        if max(len(block.old.text), len(block.new.text)) > left:
            break
        if max(len(block.old.original), len(block.new.original)) > left:  # many quotes in place of words
            break
        parts = block.parts()
        left -= sum(len(text) for _, text in parts)
        diff.append(
            {"field": block.field, "paragraph": block.paragraph, "parts": [list(part) for part in parts]}
        )
    return diff


def _gone_and_come(before: Iterable[str], after: Iterable[str]) -> dict[str, Any]:
    return {"removed": sorted(set(before) - set(after)), "added": sorted(set(after) - set(before))}


def _attachments(before: Content, after: Content) -> dict[str, Any]:
    """Which files went, came, or stand under the same name at another address."""
    told = _gone_and_come(before.attachments, after.attachments)
    old, new = _called(before), _called(after)
    replaced = []
    for address in list(told["removed"]):
        name = old[address]
        heir = next((other for other in told["added"] if name and new[other] == name), None)
        if heir is not None:
            told["removed"].remove(address)
            told["added"].remove(heir)
            replaced.append({"before": address, "after": heir})
    return told | {"replaced": replaced}


def _called(content: Content) -> dict[str, str]:
    """Address → what the file is called; the end of its address where nothing else is known."""
    named = dict(zip(content.attachments, content.names, strict=False))
    return {
        address: normalised(named.get(address, "")).casefold()
        or PurePosixPath(unquote(urlsplit(address).path)).name.casefold()
        for address in content.attachments
    }

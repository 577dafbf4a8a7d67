"""What an edit means: the fields it touched, the words it replaced, and how much that matters. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from monitor.changes import Weight
from monitor.fingerprint import compared, dated, normalised

_WORDS_KEPT = 40
"""Replaced runs that a change carries; past that a reader wants the whole text."""
_RUN_KEPT = 400
"""Characters of one replaced run that a change carries."""
_MOST_PAIRS = 100_000
"""Pairs of equal words beyond which matching them takes seconds: a table of 200 rows took eleven."""
_BETWEEN_LETTERS = re.compile(r"[^\w%₸$€№]+")
_FIGURES = re.compile(r"(?:(?<!\w)-)?\d+(?:[.,]\d+)*")
_PARTED_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r",(?=\d{1,2}$)")
_WORDS = re.compile(r"[^\W\d_]+")
_TELLING = {
    "not": "не ни нет нельзя без кроме емес жоқ not no never without cannot except",
    "thousand": "тыс тысяч* мың* thousand*",
    "million": "млн миллион* mln million*",
    "billion": "млрд миллиард* bn billion*",
    "trillion": "трлн триллион* trn trillion*",
    "January": "январ* қаңтар* january",
    "February": "феврал* ақпан* february",
    "March": "март марта марте наурыз* march",
    "April": "апрел* сәуір* april",
    "May": "май мая мае мамыр* may",
    "June": "июн* маусым* june",
    "July": "июл* шілде* july",
    "August": "август августа августе тамыз* august",
    "September": "сентябр* қыркүйек* september",
    "October": "октябр* қазан* october",
    "November": "ноябр* қараша* november",
    "December": "декабр* желтоқсан* december",
}
"""Words that turn a statement as a figure does, by what they say; `*` leaves the end open."""
_TELLING_WORDS = {
    form: meaning for meaning, forms in _TELLING.items() for form in forms.split() if not form.endswith("*")
}
_TELLING_STEMS = {
    form[:-1]: meaning for meaning, forms in _TELLING.items() for form in forms.split() if form.endswith("*")
}


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
    for gone, come in _replaced(_paragraphs(before), _paragraphs(after)):
        old, new = " ".join(gone).split(), " ".join(come).split()
        pieces = [(old, new)]
        if len(gone) == len(come) and _pairs(old, new) > _MOST_PAIRS:
            # A table with all its figures changed: row by row is quick, and what a reader would do.
            pieces = [(a.split(), b.split()) for a, b in zip(gone, come, strict=True)]
        for piece in pieces:
            for a, b in _replaced(*piece):
                yield Replaced(field, " ".join(a), " ".join(b))


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The runs that differ; all between the ends that agree, where finding more would take seconds."""
    if _pairs(old, new) > _MOST_PAIRS:
        fewer = min(len(old), len(new))
        head = next((i for i in range(fewer) if old[i] != new[i]), fewer)
        tail = next((i for i in range(fewer - head) if old[-1 - i] != new[-1 - i]), fewer - head)
        old, new = old[head : len(old) - tail], new[head : len(new) - tail]
        if _pairs(old, new) > _MOST_PAIRS:
            yield old, new
            return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield old[a:b], new[c:d]


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pairs of equal entries there are: what each step of the matching looks through."""
    there = Counter(new)
    return sum(count * there[entry] for entry, count in Counter(old).items())


def _paragraphs(text: str) -> list[str]:
    return [paragraph for line in text.splitlines() if (paragraph := normalised(line))]


def _fields(before: Content, after: Content) -> tuple[tuple[str, bool], ...]:
    return (
        ("title", compared(before.title) != compared(after.title)),
        ("text", compared(before.text) != compared(after.text)),
        ("date", dated(before.published_raw) != dated(after.published_raw)),
        ("attachments", set(before.attachments) != set(after.attachments)),
        ("images", set(before.images) != set(after.images)),
    )


def _weight(fields: Sequence[str], replaced: Iterable[Replaced]) -> Weight:
    """Figures and attachments are what a release is quoted for; punctuation and case are nothing."""
    replaced = list(replaced)
    if "attachments" in fields or any(_facts(run.before) != _facts(run.after) for run in replaced):
        return "major"
    if set(fields) <= {"title", "text"} and all(_same_letters(run) for run in replaced):
        return "none"
    return "minor"


def _facts(words: str) -> tuple[list[str], list[str]]:
    """The figures of a run, however they are written, and the words that weigh as much, as what they say."""
    figures = _FIGURES.findall(_PARTED_THOUSANDS.sub("", words))
    said = (_meaning(word) for word in _WORDS.findall(words.casefold()))
    return [_DECIMAL_COMMA.sub(".", figure) for figure in figures], [meaning for meaning in said if meaning]


def _meaning(word: str) -> str | None:
    if word in _TELLING_WORDS:
        return _TELLING_WORDS[word]
    return next((meaning for stem, meaning in _TELLING_STEMS.items() if word.startswith(stem)), None)


def _same_letters(run: Replaced) -> bool:
    before, after = (_BETWEEN_LETTERS.sub("", words).casefold() for words in (run.before, run.after))
    return before == after

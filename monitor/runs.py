"""The replaced runs of an edit as they are shown: with their context where they say little alone. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from monitor.meaning import WEIGHT_OF_CLASS

_SHORT = 6
"""Letters of the longest word that says nothing without its neighbours: «не», «емес», «only»."""
_AROUND = 2
"""Words on each side that are shown with such a word."""
_TELLING = {name: place for place, name in enumerate(WEIGHT_OF_CLASS)}

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A replaced run; `left` and `right` are the words around it where it is a short word alone, else empty."""

    field: str
    before: str
    after: str
    classes: tuple[str, ...]
    left: str = ""
    right: str = ""

    @property
    def was(self) -> str:
        """What stood there, with its context."""
        return self._within(self.before)

    @property
    def now(self) -> str:
        """What stands there now, with its context."""
        return self._within(self.after)

    def _within(self, words: str) -> str:
        return " ".join(filter(None, (self.left, words, self.right)))


def shown_runs(detail: Mapping[str, Any]) -> list[Shown]:
    """The runs that the detail of an edit carries, in the order of the text; what is no run is passed over."""
    around = _neighbours(detail.get("diff"))
    runs = []
    for words in _maps(detail.get("words")):
        run = Shown(
            field=_text(words.get("field")),
            before=_text(words.get("before")),
            after=_text(words.get("after")),
            classes=tuple(name for name in _list(words.get("classes")) if isinstance(name, str)),
        )
        if not (run.before or run.after):
            continue
        places = around[_key(run.field, run.before, run.after)]
        left, right = places.popleft() if places else ("", "")
        runs.append(replace(run, left=left, right=right) if _lone(run) else run)
    return runs


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraphs that differ, as one text: what stayed, or what went and came in one place, by turns."""

    field: str
    pieces: tuple[tuple[str, str, str], ...]


def passages(detail: Mapping[str, Any]) -> list[Passage]:
    """The differing paragraphs that the detail of an edit carries; what is none is passed over."""
    found = (
        Passage(_text(block.get("field")), tuple(_together(_list(block.get("parts")))))
        for block in _maps(detail.get("diff"))
    )
    return [passage for passage in found if any(gone or came for _, gone, came in passage.pieces)]


def weightiest_first(runs: Sequence[Shown]) -> list[Shown]:
    """The runs by their most telling class; those that are alike in it stay in the order of the text."""
    return sorted(
        runs,
        key=lambda run: min(
            (_TELLING.get(name, len(_TELLING)) for name in run.classes), default=len(_TELLING)
        ),
    )


def _lone(run: Shown) -> bool:
    both = (run.before, run.after)
    return not any(
        len(side.split()) > 1 or len(side.strip()) > _SHORT or any(c.isdigit() for c in side) for side in both
    )


def _neighbours(diff: object) -> defaultdict[_Key, deque[tuple[str, str]]]:
    """What stayed beside each run of the diff, for those that are alike in the order of the text."""
    found: defaultdict[_Key, deque[tuple[str, str]]] = defaultdict(deque)
    for block in _maps(diff):
        field = _text(block.get("field"))
        together = list(_together(_list(block.get("parts"))))
        for at, (stayed, gone, came) in enumerate(together):
            if stayed:
                continue
            left = together[at - 1][0] if at else ""
            right = together[at + 1][0] if at + 1 < len(together) else ""
            begins, ends = (
                "".join(side[:1] for side in (gone, came)),
                "".join(side[-1:] for side in (gone, came)),
            )
            found[_key(field, gone, came)].append((_last(left, begins), _first(right, ends)))
    return found


def _together(parts: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    """What stayed, or what went and came in one place, by turns."""
    signed = [
        (part[0], part[1])
        for part in parts
        if isinstance(part, list) and len(part) == 2 and all(isinstance(one, str) for one in part)
    ]
    for stays, run in groupby(signed, lambda part: part[0] == "="):
        held = list(run)
        if stays:
            yield "".join(text for _, text in held), "", ""
        else:
            gone, came = ("".join(text for sign, text in held if sign == one) for one in ("-", "+"))
            yield "", gone, came


def _last(text: str, begins: str) -> str:
    """The last words of the paragraph; none where the run is the end of a word."""
    *_, line = text.split("\n")
    apart = line[-1:].isspace() or (bool(begins) and all(c.isspace() for c in begins))
    return " ".join(line.split()[-_AROUND:]) if apart else ""


def _first(text: str, ends: str) -> str:
    """The first words of what follows in the paragraph; none where the run is the beginning of a word."""
    line, *_ = text.split("\n")
    apart = line[:1].isspace() or (bool(ends) and all(c.isspace() for c in ends))
    return " ".join(line.split()[:_AROUND]) if apart else ""


def _key(field: str, before: str, after: str) -> _Key:
    return field, before.strip(), after.strip()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _maps(values: object) -> list[dict[str, Any]]:
    return [value for value in _list(values) if isinstance(value, dict)]

"""Says whether two releases carry the same text, which releases make a story, and who was first. Pure.

A repost keeps most of a text, word for word: its headline may be another, a paragraph may be missing, a lead or
«the press service of the akim» may have come. Who quotes another keeps little of it, and a form that is filled in
anew keeps nearly all, but not its figures and names: another name in the same place is enough, and in a short text
another figure. Texts are compared with others in their own language.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import repeat
from zlib import crc32

from monitor.fingerprint import normalised

WINDOW = timedelta(days=14)
"""How far apart the dates of reposts may be: the same text a year later is another occasion."""
SKETCH = 7
"""Shingles by which a text is looked up. Of two texts that have half of all their shingles in common, 99 in 100
share one of these; each more costs an edition fifteen bytes and a page of the index to write."""
LIKE = 0.3
"""The share of all their shingles that two texts must have in common. Quotes reach a sixth, an official closing
under a short text a quarter; two agencies that each shortened a text and put a lead before it stay above a third."""
HELD = 0.5
"""The share of the shorter text's shingles that must stand in the longer one."""
FEWEST = 12
"""Shingles below which a text says too little to be known again. One is a run of four words: three are met by
chance in texts of the same office, five miss what was lightly edited."""

MOST_READ = 20_000
"""Characters of a text that are compared, ten times what a release has: a table of figures may have a million."""

_WORD = re.compile(r"\d+|[^\W\d_]+")
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[.!?…]")
_ENDS = frozenset(".!?…")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…:])")
_PRESS = re.compile(r"пресс-?служб|баспасөз|press[- ](?:service|office)", re.IGNORECASE)
"""Who says so passes a text on: whose press service it is, is no part of the news."""
_MIXED = re.compile(r"[A-Za-z](?:[\u0400-\u052f]|(?<=[\u0400-\u052f][A-Za-z]))")
_LETTERS = re.compile(r"[A-Za-z\u0400-\u052f]+")
_LATIN = "ABCEHIKMOPTXYaceiopxy"
_CYRILLIC = "АВСЕНІКМОРТХУасеіорху"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)

_FILLED_SHARE = 0.2  # of the places that two texts share: beyond it other figures are no correction
_OTHER_PARTICULARS = 0.4  # of the shorter text's; below it one other figure is enough
_ONE_FORM = 0.8  # of the shorter text's plain words: what keeps them is a form, what does not was edited
_STEM = 4  # letters that a name keeps in all its cases
_SHORT = 50  # shingles: a text of so few, and of as few figures, is about each of its figures
_FEW_FIGURES = 3
_OF_ONE_FIGURE = 65  # shingles: a text of so few is about its one figure; in a longer one it was put right

_OWN_WORDS = 5  # before what they share: each of two texts has a beginning of its own
_CLOSING = 45  # shingles that a closing has at most, which stands under news of a sentence or two


@dataclass(frozen=True, slots=True)
class Publication:
    """When a release says that it was published."""

    release_id: int
    source_id: str
    at: datetime | None
    """None where the date is not believed."""
    on: date | None
    """The day in Kazakhstan."""
    to_the_minute: bool
    """Else only the day is known."""


def sketch(text: str, lang: str) -> tuple[int, ...]:
    """The numbers, signed and of three bytes, by which a text is looked up; none where it says too little.

    They are the smallest digests of its shingles: of what two texts share, the smallest are in both sketches.
    """
    shingles = shingles_of(text[:MOST_READ])
    if len(shingles) < FEWEST:
        return ()
    digests = sorted(map(crc32, shingles, repeat(crc32(lang.encode("utf-8")))))[:SKETCH]
    return tuple({(digest >> 8) - (1 << 23): None for digest in digests})


def alike(one: str, other: str) -> bool:
    """Whether two texts in one language are the same text, whoever edited it."""
    one, other = one[:MOST_READ], other[:MOST_READ]
    a, b = shingles_of(one), shingles_of(other)
    least, most = sorted((len(a), len(b)))
    if least < FEWEST:
        return False
    common = a & b
    shared = len(common)
    if shared < HELD * least or shared < LIKE * (least + most - shared):
        return False
    if shared <= _CLOSING and all(_begins_alone(text, common) for text in (one, other)):
        return False
    return not _filled_anew(_particulars(one), _particulars(other), least)


@lru_cache(maxsize=128)
def shingles_of(text: str) -> frozenset[bytes]:
    """Every run of four words; remembered, because the texts of one day meet each other again and again."""
    return frozenset(_runs_of_four(text))


def gathered(links: Iterable[tuple[int, int]], alone: Iterable[int]) -> list[frozenset[int]]:
    """The releases that these links hold together, group by group; `alone`: releases that may have none."""
    group = {release: {release} for release in alone}
    for one, other in links:
        a, b = group.setdefault(one, {one}), group.setdefault(other, {other})
        if a is not b:
            small, large = sorted((a, b), key=len)
            large |= small
            for release in small:
                group[release] = large
    return [frozenset(members) for members in {id(members): members for members in group.values()}.values()]


def first_of(publications: Iterable[Publication]) -> Publication:
    """The first publisher: the earliest date, then the lowest id; a date that is not believed comes last.

    Where only the day of one of them is known, the ids say which came first on that day: the portal gives them in
    their order.
    """
    held = list(publications)
    days = [one.on for one in held if one.at is not None and one.on is not None]
    if not days:
        return min(held, key=lambda one: int(one.source_id))
    first_day = [one for one in held if one.at is not None and one.on == min(days)]
    if all(one.to_the_minute for one in first_day):
        return min(first_day, key=lambda one: (one.at, int(one.source_id)))
    return min(first_day, key=lambda one: int(one.source_id))


@dataclass(frozen=True, slots=True)
class _Particulars:
    """The figures and names of a text."""

    runs: frozenset[str]
    """Every run of three words in which one stands."""
    places: Mapping[str, frozenset[str]]
    """Two plain words → the figures and names that stand behind them."""
    plain: frozenset[str]
    """Every run of three words that are neither, as they follow each other without those."""
    stems: frozenset[str]
    """How all its words begin."""
    figures: int


def _filled_anew(one: _Particulars, other: _Particulars, shingles: int) -> bool:
    """Whether other figures and names stand in the same places: a form, and not the same news.

    `shingles`: of the shorter text.
    """
    shared = one.places.keys() & other.places.keys()
    differing = [place for place in shared if one.places[place].isdisjoint(other.places[place])]
    if not differing:
        return False
    if len(differing) >= 2 and len(differing) >= _FILLED_SHARE * len(shared):
        return True
    if len(one.runs & other.runs) < _OTHER_PARTICULARS * min(len(one.runs), len(other.runs)):
        return True
    if len(one.plain & other.plain) < _ONE_FORM * min(len(one.plain), len(other.plain)):
        return False
    if any(_another_name(one, other, place) for place in differing):
        return True
    figures = max(one.figures, other.figures)
    few = (shingles < _SHORT and figures <= _FEW_FIGURES) or (shingles < _OF_ONE_FIGURE and figures <= 1)
    return few and any(_has_figure(each.places[place]) for place in differing for each in (one, other))


def _another_name(one: _Particulars, other: _Particulars, place: str) -> bool:
    """Whether a name stands there of which the other text knows nothing, and so the other way round."""
    return all(
        all(_is_name(name) and stems.isdisjoint(map(_stem, name.split())) for name in each.places[place])
        for each, stems in ((one, other.stems), (other, one.stems))
    )


def _is_name(run: str) -> bool:
    return any(len(word) >= _STEM for word in run.split()) and not _has_figure([run])


def _has_figure(runs: Iterable[str]) -> bool:
    return any(character.isdigit() for run in runs for character in run)


def _stem(word: str) -> str:
    return word[:_STEM]


@lru_cache(maxsize=16)  # each is as large as the text many times over, and few pairs come as far as this
def _particulars(text: str) -> _Particulars:
    words: list[str] = []
    special: list[bool] = []
    for line in text.splitlines():
        begins = True  # a heading or a row of a list ends without a full stop
        for sentence in _SENTENCE_ENDS.split(_readable(line)):
            passed_on = _PRESS.search(sentence) is not None
            for token in _TOKEN.findall(sentence):
                if token in _ENDS:
                    begins = True
                    continue
                words.append(_compared(token))
                special.append(not passed_on and (token[0].isdigit() or (token[0].isupper() and not begins)))
                begins = False
    runs = (
        " ".join(words[place : place + 3])
        for place in range(len(words) - 2)
        if any(special[place : place + 3])
    )
    plain = [word for word, is_special in zip(words, special, strict=True) if not is_special]
    places = _places(words, special)
    return _Particulars(
        frozenset(runs),
        places,
        frozenset(map(" ".join, zip(plain, plain[1:], plain[2:], strict=False))),
        frozenset(map(_stem, words)),
        sum(map(_has_figure, places.values())),
    )


def _places(words: list[str], special: list[bool]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    before = ("", "")
    run: list[str] = []
    for word, is_special in zip((*words, ""), (*special, False), strict=True):
        if is_special:
            run.append(word)
            continue
        if run and before[0]:
            found.setdefault(" ".join(before), set()).add(" ".join(run))
        run = []
        before = (before[1], word)
    return {place: frozenset(runs) for place, runs in found.items()}


def _compared(words: str) -> str:
    return words.casefold().replace("ё", "е")


def _runs_of_four(text: str) -> Iterator[bytes]:
    words = _compared(" ".join(_WORD.findall(_readable(text)))).encode("utf-8").split(b" ")
    return map(b" ".join, zip(words, words[1:], words[2:], words[3:], strict=False))


def _begins_alone(text: str, shared: frozenset[bytes]) -> bool:
    """Whether words of its own stand before what a text shares: a closing is shared, and not the news."""
    own = next((place for place, run in enumerate(_runs_of_four(text)) if run in shared), 0)
    return own >= _OWN_WORDS


def _readable(text: str) -> str:
    """The text as it is read: a Latin letter that looks like a Cyrillic one is that, inside a word of the other."""
    read = normalised(text)
    return _LETTERS.sub(_of_one_script, read) if _MIXED.search(read) else read


def _of_one_script(word: re.Match[str]) -> str:
    latin = sum(letter.isascii() for letter in word[0])
    return word[0].translate(_TO_CYRILLIC if 2 * latin <= len(word[0]) else _TO_LATIN)

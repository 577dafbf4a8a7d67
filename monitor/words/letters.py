"""How words are spelled: folded for comparing, and Kazakh letters as a Russian keyboard has them. Pure.

A keyboard without Kazakh letters gives «Казакстан укимети» for «Қазақстан үкіметі». Two spellings are of one
word where one of them is the other with plain letters in places; where both have letters of their own, «қол»
and «көл», they are two words.
"""

import re
import unicodedata
from enum import IntEnum
from functools import cache

from monitor.fingerprint import normalised

_PLAIN = {"ә": "аэ", "ғ": "г", "қ": "к", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х", "і": "иы"}
"""Each Kazakh letter and what is typed for it."""
_ONE_FOR_ALL = (*((own, plain[0]) for own, plain in _PLAIN.items()), ("э", "а"), ("ы", "и"))
_KAZAKH = re.compile(f"[{''.join(_PLAIN)}]")

# Latin letters that look the same, told apart by case: H is Н, and h is һ.
_LOOKS = str.maketrans("ABCEHIKMOPTXYaceiohpxy", "АВСЕНІКМОРТХУасеіоһрху")
_UNFOLDED = (
    {"е": ("ё", "e")}
    | {
        chr(looks).lower(): (latin.lower(),)
        for latin, looks in zip("ABCHIKMOPTXY", map(ord, "АВСНІКМОРТХУ"), strict=True)
    }
    | {"һ": ("h",)}
)
_MIXED = re.compile(r"[A-Za-z](?=[Ѐ-ӿ])|[Ѐ-ӿ](?=[A-Za-z])")
_MIXED_WORD = re.compile(r"\b(?=\w*[Ѐ-ӿ])(?:[Ѐ-ӿ]|[ABCEHIKMOPTXYaceiohpxy])+\b")
_STRESSES = ("\u0300", "\u0301")
_LATIN_WITH_SIGNS = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")


class Spelling(IntEnum):
    """How the spelling in a text stands to the one that is looked for."""

    SAME = 0
    PLAINER = 1
    """The text has plain letters in places of Kazakh ones."""
    RICHER = 2
    """The text has Kazakh letters in places of plain ones."""


def folded(line: str) -> str:
    """A line as words are compared: no case, no stress marks, ё as е, Latin letters in Cyrillic words mended.

    Of Latin letters only what is below their signs counts, as in the index: «Türkiye» is «Turkiye».
    """
    line = normalised(line)
    for mark in _STRESSES:
        line = line.replace(mark, "")
    if _LATIN_WITH_SIGNS.search(line):
        line = _LATIN_WITH_SIGNS.sub(_without_signs, line)
    if _MIXED.search(line):
        line = _MIXED_WORD.sub(lambda word: word[0].translate(_LOOKS), line)
    return line.casefold().replace("ё", "е")


def folded_of_lower(word: str) -> str:
    """A word that an index has made lower case, folded: the letters of «KOДEКC» look the same in capitals only."""
    fold = folded(word)
    return folded(word.upper()) if _MIXED.search(fold) else fold


def _without_signs(letter: re.Match[str]) -> str:
    return unicodedata.normalize("NFD", letter[0])[0]


def plain(text: str) -> str:
    """One and the same for all spellings of a word, letter for letter; also for some words that are not one."""
    # Replacing letter by letter is ten times as fast as a table for all of them.
    for own, typed in _ONE_FOR_ALL:
        text = text.replace(own, typed)
    return text


@cache
def spellings_of(letter: str) -> tuple[str, ...]:
    """What a letter of a folded word may have been in a text of lower case: «ё» of «е», Latin «p» of «р»."""
    return (letter, *_UNFOLDED.get(letter, ()))


@cache
def plain_spellings_of(letter: str) -> tuple[str, ...]:
    """The same of a letter of a word that was made `plain`, such as к and қ of к."""
    own = (letter, *(each for each, typed in _ONE_FOR_ALL if typed == letter))
    return tuple(dict.fromkeys(spelling for each in own for spelling in spellings_of(each)))


def is_kazakh(text: str) -> bool:
    """Whether there is a letter in `text` that only Kazakh has."""
    return _KAZAKH.search(text) is not None


def spelled(sought: str, seen: str) -> Spelling | None:
    """How `seen` spells the folded word `sought`; None: it is another word. Both have the same `plain`."""
    if sought == seen:
        return Spelling.SAME
    found = {_letter(one, other) for one, other in zip(sought, seen, strict=True) if one != other}
    return found.pop() if len(found) == 1 else None


def _letter(sought: str, seen: str) -> Spelling | None:
    if seen in _PLAIN.get(sought, ""):
        return Spelling.PLAINER
    return Spelling.RICHER if sought in _PLAIN.get(seen, "") else None

"""Says in which language a title or a text is written: Kazakh, Russian or English. Pure, and only a check.

The portal says the language of an edition; this is for where nobody said it, or where a Russian text stands
under a Kazakh title. Kazakh is known by its own letters and a few words, also in its Latin alphabets. Names are
no evidence: a Russian sentence may be full of Kazakh ones.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

LOOKED_AT = 360
"""Characters from the beginning that are looked at: enough to tell, and the same time for every text."""

# An initial is no word: «В. Ахметов» is not «в Ахметове».
_WORD = re.compile(r"[^\W\d_]{2,}|[^\W\d_](?!\.)")

# Letters that neither Russian nor English nor, of the Latin ones, Turkish has.
_KAZAKH_LETTERS = frozenset("әғқңөұүһіŋūǵń")
_KAZAKH_WORDS = frozenset((
    "мен", "пен", "бен", "бойынша", "туралы", "осы", "бар",
    "jäne", "jáne", "üşin", "úshin", "turaly", "boiynsha",
))  # fmt: skip
# «Форум басталды» has no letter of its own; endings that Russian words do not have.
_KAZAKH_ENDINGS = frozenset(("лды", "лді", "тты", "йды", "ылар", "алар", "дағы", "ының"))
_SHORTEST = 6
"""Letters of a word whose ending tells: shorter ones are names, and words like «алды», as often."""
_RUSSIAN_WORDS = frozenset((
    "в", "во", "на", "и", "по", "с", "со", "к", "о", "об", "от", "из", "для", "за", "до", "не", "что", "как",
))  # fmt: skip
# Endings that Kazakh words do not have, borrowed ones included.
_RUSSIAN_ENDINGS = frozenset((
    "ая", "ое", "ые", "ый", "ого", "его", "ому", "ему", "ыми", "ими", "ость", "ости",
    "ение", "ения", "ание", "ания", "ется", "ится", "ются", "ятся", "лся", "лась", "лись",
    "овал", "овала", "овали", "ован", "овано", "ует", "уют", "вил", "вила", "вили", "чил", "чила", "чили",
    "тил", "тила", "тили", "дил", "дила", "дили", "шил", "шила", "шили",
))  # fmt: skip
_ENGLISH_WORDS = frozenset((
    "the", "of", "and", "for", "with", "from", "to", "in", "on", "at", "by", "is", "are", "was", "has", "have",
))  # fmt: skip


def language(text: str) -> str:
    """`kk`, `ru` or `en`, whichever most of `text` is written in; `und` where it has no word of theirs."""
    found = _look(text)
    if not found.words:
        return "und"
    if found.latin:
        return "kk" if found.share > (0.5 if found.foreign else 0.2) else "en"
    # A Russian title may quote a Kazakh name: where Russian words stand, most words have to be Kazakh.
    return "kk" if found.share > (0.5 if found.foreign else 0.2) else "ru"


def other_language(text: str, said: str) -> str | None:
    """The language that `text` is plainly in, where that is not the one it is `said` to be; None where it agrees.

    None too where it cannot be told: a title of two words, a list of names, a language that is not ours.
    """
    plainly = _plainly(_look(text), ours=said in {"kk", "ru", "en"})
    return plainly if plainly != said else None


@dataclass(frozen=True, slots=True)
class _Look:
    """What is seen of a text's words, those of the alphabet that prevails."""

    words: int = 0
    """All of them but names."""
    names: int = 0
    latin: bool = False
    kazakh: int = 0
    foreign: int = 0
    """Words that tell Russian, or English, from Kazakh."""
    mixed: bool = False
    """A third or more of the letters are of the other alphabet."""

    @property
    def share(self) -> float:
        return self.kazakh / self.words if self.words else 0.0


def _plainly(found: _Look, *, ours: bool) -> str | None:
    if found.mixed or found.words + found.names < 3 or not found.words:
        return None
    if found.kazakh >= 2 and found.share > (0.5 if found.foreign else 0.1 if found.latin else 0.3):
        return "kk" if ours or not found.latin else None  # the Latin letters of others look alike
    if found.share > 0.2:
        return None
    if found.latin:
        needed = 1 if ours else 3
        return "en" if found.foreign >= needed or (ours and found.words >= 4 and not found.kazakh) else None
    return "ru" if found.foreign or (found.words >= 8 and not found.kazakh) else None


def _look(text: str) -> _Look:
    every = _WORD.findall(text[:LOOKED_AT])
    cyrillic = [word for word in every if "\u0400" <= word[0] <= "\u04ff"]
    latin = [word for word in every if word[0] <= "\u024f"]
    size, other = sum(map(len, cyrillic)), sum(map(len, latin))
    is_latin = other > size
    words = latin if is_latin else cyrillic
    if not words:
        return _Look()
    # A capital within a sentence is a name's; a first word may be anybody's, and a headline in capitals too.
    common = [word.lower() for place, word in enumerate(words) if not place or not word.istitle()]
    kinds = [_kind(word, is_latin=is_latin) for word in common]
    return _Look(
        words=len(common),
        names=len(words) - len(common),
        latin=is_latin,
        kazakh=kinds.count("kazakh"),
        foreign=kinds.count("foreign"),
        mixed=min(size, other) * 2 >= max(size, other),
    )


@lru_cache(maxsize=16_384)  # the same words come again and again
def _kind(word: str, *, is_latin: bool) -> Literal["kazakh", "foreign", ""]:
    """Whether a word in small letters is plainly Kazakh, or Russian (in Latin letters English)."""
    if word in (_ENGLISH_WORDS if is_latin else _RUSSIAN_WORDS):
        return "foreign"
    if not _KAZAKH_LETTERS.isdisjoint(word) or word in _KAZAKH_WORDS:
        return "kazakh"
    if is_latin:
        return "kazakh" if "q" in word and "qu" not in word else ""
    if len(word) < _SHORTEST:
        return ""
    ending = (word[-3:], word[-4:], word[-2:], word[-5:])
    if not _KAZAKH_ENDINGS.isdisjoint(ending):
        return "kazakh"
    return "" if _RUSSIAN_ENDINGS.isdisjoint(ending) else "foreign"

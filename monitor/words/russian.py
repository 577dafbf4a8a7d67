"""The forms of a Russian word, by the dictionary of pymorphy3 (OpenCorpora). Pure but for reading that once.

Forms are those of one part of speech: «налог», «налогам», not «налоговый»; participles are forms of their verb. Only
words of rules are looked up, never a text: a word takes 0.2 ms, and is kept. The dictionary takes 0.1 s and 25 MB
where a rule asks for Russian words, and nothing before that.

A stemmer (snowballstemmer 3.1) was tried on the labelled words of tests/monitor/words: 88 in a hundred that it found
were right, and it found 78 in a hundred of those that are there; the dictionary 95 and 96. Stems do not know «дня» of
«день» or «людей» of «человек», and take «законный» for «закон».
"""

import logging
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer
    from pymorphy3.analyzer import Parse

_LETTERS = re.compile("[а-я]+")
_SURNAME = re.compile(r"\w{2,}(?:[ое]в|[иы]н)")
"""What the dictionary does not know, or takes for a plural («токай», «токаев»), may be somebody's name."""
_OF_SURNAMES = ("", "а", "у", "ым", "е", "ой", "ы", "ых", "ыми")
_PRESIDENT = "токаев"
"""Which the dictionary takes for several sorts of Tokay."""
PLACES = {
    "семей": frozenset({"семей", "семея", "семею", "семеем", "семее"}),
    "нура": frozenset({"нура", "нуры", "нуре", "нуру", "нурой"}),
}
"""Names that are forms of other words, «семья» and «нур», and what the place is called in each case."""

_OF_DEEDS = ("й", "ям", "ями", "ях")
"""The plural of «подтопление» and the like, which the dictionary denies to what it has to guess."""
_HARD = "бвгджзклмнпрстфхцчшщ"
_OF_STRANGERS = ("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
"""What a noun ends in of which the dictionary has no guess: «антикор»."""

_SHORT = 4
"""Letters of a word that, where it is no dictionary form, is more likely of another language."""


@lru_cache(maxsize=4096)
def forms(word: str, *, capital: bool = False) -> frozenset[str]:
    """Every form of a folded word, itself among them; a plural or a genitive stands for the whole word too.

    `capital`: it was written as names are.
    """
    if not _LETTERS.fullmatch(word):  # the library fails at letters that some scripts have
        return frozenset({word})
    if capital and word in PLACES:
        return PLACES[word]
    surname = [word + ending for ending in _OF_SURNAMES] if _SURNAME.fullmatch(word) else []
    if surname and not knows(word):
        return frozenset(surname)
    parses = open_dictionary().parse(word)
    named = [parse for parse in parses if _folded(parse.normal_form) == word]
    lexemes = [parse.lexeme for parse in named or _inflected(word, parses)]
    known = {_folded(form.word) for lexeme in lexemes for form in lexeme if not _is_adverb(form)}
    known |= {form[:-1] + ending for form in known if form.endswith("ние") for ending in _OF_DEEDS}
    if len(word) > _SHORT and word[-1] in _HARD and all("UNKN" in parse.tag for parse in parses):
        known = {word + ending for ending in _OF_STRANGERS}
    return frozenset({word, *known, *([] if named else surname)})


@lru_cache(maxsize=4096)
def knows(word: str) -> bool:
    """Whether the dictionary holds this folded word, and not only as several people of one given name."""
    if _LETTERS.fullmatch(word) is None or not open_dictionary().word_is_known(word):
        return False
    return not (_SURNAME.fullmatch(word) and _is_surname(word))


@cache
def open_dictionary() -> "MorphAnalyzer":
    """The dictionary, which is read at the first call."""
    from pymorphy3 import MorphAnalyzer

    logging.getLogger("pymorphy3").setLevel(logging.WARNING)  # it tells in which folder it lies
    return MorphAnalyzer(lang="ru")


def _inflected(word: str, parses: Sequence["Parse"]) -> Sequence["Parse"]:
    """What is meant by a word that is no dictionary form: a plural as people name things, else all it may be."""
    plural = [parse for parse in parses if {"NOUN", "plur", "nomn"} in parse.tag]
    # «ел» is a country in Kazakh and should not find «есть», nor «той», a feast, every «тот».
    return plural or (parses if len(word) > _SHORT else [])


def _is_surname(word: str) -> bool:
    """Whether that ending makes a surname of what the dictionary takes for «several Marats»."""
    parses = open_dictionary().parse(word)
    if any(_folded(parse.normal_form) == word for parse in parses):
        return False
    return word == _PRESIDENT or any("Name" in parse.tag for parse in parses)


def _is_adverb(form: "Parse") -> bool:
    """Whether a form reads as an adverb nearly always: «социально» is not said of something social."""
    return {"ADJS", "neut"} in form.tag


def _folded(word: str) -> str:
    return word.replace("ё", "е")

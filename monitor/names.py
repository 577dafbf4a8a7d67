"""Finds proper names in a text, in Kazakh, Russian and English, and compares them by their stems. Pure.

It knows no list of names: a capital within a sentence, an initial, a surname's ending. Where most words have a
capital, as in an English headline, no name can be told.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from monitor.facts.words import KAZAKH_ENDINGS


@dataclass(frozen=True, slots=True)
class Name:
    """One word of a name, and where it stands."""

    word: str
    start: int
    end: int


_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ENDS_SENTENCE = re.compile(r"[.!?…:;\n|•][^\w]*$")
_ABBREVIATED = re.compile(r"(?:^|[^\w])(?:[^\W\d_]|им|ул|обл|ауд|кв|пр|mr|mrs|dr|st)\.[^\w]*$", re.IGNORECASE)
_SURNAME = re.compile(
    r"[^\W\d_]{2,}(?:(?:ов|ев|ёв)(?:а|у|ым|е|ой)?|(?:баев|кызы|қызы|улы|ұлы|енко|евич|ович)[а-яәғқңөұүһі]{0,4})"
)
_NO_SURNAMES = frozenset(
    ("снова", "слова", "слово", "основа", "основу", "готова", "готов", "голова", "однова", "условие")
)
_CURRENCIES = frozenset(("KZT", "USD", "EUR", "RUB", "CNY"))
_COUNTRY = frozenset(("РК", "ҚР", "RK"))
"""For which its name may stand as well."""
_LETTERS = 4
"""Letters of a body's short name: a longer word in capitals is mostly said aloud."""
_ALIKE = 200
"""Words of the same beginning that a name is compared with: no text has more, but a table made by a machine."""
_FOLDED = str.maketrans("әғқңөұүһіёйщ", "агкноуухиеиш")
"""Kazakh letters as Russian copies write them."""
_RUSSIAN_ENDINGS = frozenset((
    "а", "у", "ом", "ем", "ой", "ей", "ою", "е", "ы", "и", "ым", "им", "ого", "его", "ому", "ему", "ых", "их",
    "ам", "ами", "ах", "я", "ю", "ий", "ая", "ую", "ое", "ые", "ие", "ия", "ию", "ии", "ием",
))  # fmt: skip
_ENDINGS = tuple(
    frozenset({"", "s"} | {ending.translate(_FOLDED) for ending in endings})
    for endings in (_RUSSIAN_ENDINGS, KAZAKH_ENDINGS)
)


def names(text: str, named: Callable[[str], bool] | None = None) -> list[Name]:
    """The words of `text` that are names, in their order; none where capitals tell nothing.

    `named` tells of a word at the beginning of a sentence, which has its capital anyway, whether it is one.
    """
    words = list(_WORD.finditer(text))
    long = [word for word in words if len(word[0]) > 3]
    capitals = sum(word[0][0].isupper() for word in long)
    if len(long) >= 4 and capitals * 5 >= len(long) * 4:
        return []
    return [Name(word[0], word.start(), word.end()) for word in words if _is_name(word, text, named)]


def same_name(one: str, other: str) -> bool:
    """Whether two words are one name in different cases, or in Kazakh and Russian letters."""
    one, other = folded(one), folded(other)
    if one == other:
        return True
    common = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    if common < 3 or common < min(len(one), len(other)) - 3:
        return False
    return any(one[common:] in endings and other[common:] in endings for endings in _ENDINGS)


def folded(word: str) -> str:
    """A name in small letters, the Kazakh ones as Russian copies have them."""
    return word.casefold().translate(_FOLDED)


class Known:
    """Words, to be asked whether a name is among them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_head: dict[str, set[str]] = {}
        for word in set(words):
            for part in {word, *word.split("-")}:
                whole = folded(part)
                self._by_head.setdefault(whole[:3], set()).add(whole)

    def __contains__(self, name: str) -> bool:
        whole = folded(name)
        alike = self._by_head.get(whole[:3], ())
        return whole in alike or any(same_name(whole, other) for other in islice(alike, _ALIKE))


def words_of(text: str) -> list[str]:
    """The words among which a name may stand."""
    return _WORD.findall(text)


def unmatched(some: Iterable[Name], others: Iterable[Name]) -> list[Name]:
    """Those of `some` that `others` do not have, in whatever case or shortened to an initial; each once."""
    theirs = {other.word for other in others}
    known = Known(theirs)
    initials = {word[0] for word in theirs if len(word) == 1}
    heads = {word[0] for word in theirs}
    alone: dict[str, Name] = {}
    for name in some:
        shortened = name.word in heads if len(name.word) == 1 else name.word[0] in initials
        if not shortened and name.word not in known:
            alone.setdefault(name.word, name)
    return list(alone.values())


def _is_name(word: re.Match[str], text: str, named: Callable[[str], bool] | None) -> bool:
    said = word[0]
    if not said[0].isupper() or said in _CURRENCIES:
        return False
    before = text[max(0, word.start() - 12) : word.start()]
    if len(said) == 1:
        return text[word.end() : word.end() + 1] == "."  # an initial
    begins = not before.strip() or (_ENDS_SENTENCE.search(before) and not _ABBREVIATED.search(before))
    if not begins:
        return True
    if named is not None and (
        (said.isupper() and len(said) <= _LETTERS and said not in _COUNTRY) or named(said)
    ):
        return True
    return bool(_SURNAME.fullmatch(said.casefold())) and said.casefold() not in _NO_SURNAMES and len(said) > 4

"""Spreads a word of a search over the words that an index really holds. Pure.

The index is asked only which words it holds, in their order, so that no text and no list of hits is touched.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Protocol

from monitor.words import kazakh
from monitor.words.entries import Part
from monitor.words.letters import folded_of_lower, plain, plain_spellings_of, spellings_of
from monitor.words.text import Fit, Text, forms_of

MOST_WORDS = 400
"""That are named one by one; of more, as of `а*`, only the beginning is."""


SIGNS = "+#"
"""That belong to a word, and are none of an index."""


class Index(Protocol):
    """The words of an index, in the order of their letters' numbers, as its tokenizer leaves them."""

    def first(self, word: str) -> str | None:
        """The first word that is not before this one."""
        ...

    def beginning(self, beginning: str) -> Iterator[str]:
        """All words that begin so."""
        ...


@dataclass(frozen=True, slots=True)
class Spread:
    """What a word of a search may be in an index."""

    words: Mapping[str, Fit] = field(default_factory=dict)
    """As the index spells them; a space stands where it parts one at an apostrophe."""
    beginnings: Mapping[str, Fit] = field(default_factory=dict)
    """In place of words, where too many begin so."""

    def __bool__(self) -> bool:
        return bool(self.words or self.beginnings)


def spread(part: Part, index: Index) -> Spread:
    """Every word of the index that may be this one, and how sure that is."""
    if not part.word.isalnum():  # «C++» is only «c» to the index
        word = part.word.rstrip(SIGNS)
        return Spread({word: Fit.SURE} if index.first(word) == word else {})
    if part.begins:
        whole = _beginning(part, index)
        return whole if whole.beginnings else Spread({**whole.words, **_apart(part, index)})
    forms = {part.word} if part.exact else forms_of(part)
    candidates = {word for form in forms for word in _spelled(form, index) if index.first(word) == word}
    if not part.exact:
        stems = {stem.plainly for stem in kazakh.stems(part.word)}
        shortest = {
            stem for stem in stems if not any(stem != other and stem.startswith(other) for other in stems)
        }
        for stem in shortest:
            for begins in _spelled(stem, index, plain_spellings_of):
                candidates.update(index.beginning(begins))
    return Spread({**_fitting(part, candidates), **_apart(part, index)})


def _apart(part: Part, index: Index) -> dict[str, Fit]:
    """The word where the index parts it at its apostrophes: «д’Ивуар» is two words to it."""
    if not part.apart:
        return {}
    heads = part.apart.split()[:-1]
    head = "".join(heads)
    forms = {part.word} if part.exact or part.begins else {part.word, *forms_of(part)}
    tails: set[str] = set()
    for form in {form.removeprefix(head) for form in forms if form.startswith(head)}:
        for begins in _spelled(form, index):
            if part.begins:
                tails.update(islice(index.beginning(begins), MOST_WORDS))
            elif index.first(begins) == begins:
                tails.add(begins)
    spelled = [[word for word in _spelled(each, index) if index.first(word) == word] for each in heads]
    return {" ".join(words): Fit.SURE for words in product(*spelled, sorted(tails))}


def _beginning(part: Part, index: Index) -> Spread:
    begins = list(
        _spelled(part.word, index) if part.exact else _spelled(plain(part.word), index, plain_spellings_of)
    )
    fits = _fitting(part, begins)  # a word begins with itself
    words: set[str] = set()
    for beginning in fits:
        words.update(islice(index.beginning(beginning), MOST_WORDS + 1 - len(words)))
        if len(words) > MOST_WORDS:
            return Spread(beginnings=fits)
    return Spread(_fitting(part, words))


def _fitting(part: Part, words: set[str] | list[str]) -> dict[str, Fit]:
    by_fold = {word: folded_of_lower(word) for word in words}
    fits = Text([list(by_fold.values())]).fits(part)
    return {word: fits[fold] for word, fold in by_fold.items() if fold in fits}


def _spelled(
    word: str, index: Index, spellings_of: Callable[[str], tuple[str, ...]] = spellings_of
) -> Iterator[str]:
    """How words of the index begin that begin like this, letter by letter as far as anything goes on so."""
    alive = [""]
    for letter in word:
        spellings = spellings_of(letter)
        alive = [begun + spelling for begun in alive for spelling in spellings]
        if len(spellings) > 1:
            alive = [begun for begun in alive if _is_begun(begun, index)]
    return (begun for begun in alive if _is_begun(begun, index))


def _is_begun(beginning: str, index: Index) -> bool:
    word = index.first(beginning)
    return word is not None and word.startswith(beginning)

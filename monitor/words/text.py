"""A text laid out so that many entries are looked for in it quickly, and the looking. Pure.

No word of the text is analysed: forms of the entry are looked up among its words, which costs a microsecond.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import cached_property, lru_cache

from monitor.words import english, kazakh, russian
from monitor.words.entries import WORD, Part, read_entry
from monitor.words.letters import Spelling, folded, is_kazakh, plain, spelled

_LAST = "\U0010ffff"
_NEARBY = 6
"""Words on either side that tell in which language a word is said."""


class Fit(IntEnum):
    """How sure it is that a word of the text is that of the entry; in a phrase one sure word speaks for all."""

    SURE = 0
    AMONG_KAZAKH = 1
    """Russian has the same word: «суды» of «су», and of «суд»."""
    TYPED_PLAINLY = 2
    """Kazakh letters are missing, which who has typed others beside it would have typed here too."""
    BOTH = 3
    """Kazakh letters are missing, and Russian has the word so: «кара»."""
    NEVER = 4
    """The entry is a Russian word, and the text's a Kazakh one that is spelled like it but for letters of its own."""


class Text:
    """The folded words of one text, line by line. No phrase crosses a line break."""

    def __init__(self, lines: Sequence[Sequence[str]]) -> None:
        self._lines = lines
        self._distinct = frozenset(word for line in lines for word in line)
        self._held: dict[str, bool] = {}

    def holds(self, entry: str) -> bool:
        """Whether the words of an entry stand in the text, one behind the other."""
        # Several rules ask for the same words, and each of them asks twice.
        if entry not in self._held:
            self._held[entry] = self._holds(read_entry(entry))
        return self._held[entry]

    def _holds(self, parts: tuple[Part, ...]) -> bool:
        fitting = []
        for part in parts:
            fits = self.fits(part)
            if not fits:
                return False
            fitting.append(fits)
        if len(fitting) == 1 and Fit.SURE in fitting[0].values():
            return True
        width = len(fitting)
        return bool(fitting) and any(
            _holds_true(fit, _around(line, at, width))
            for line in self._lines
            for at, fit in _seen(line, fitting)
        )

    def places(self, entry: str) -> Iterator[tuple[int, int, int, bool]]:
        """Where the words of an entry may stand: the line, the first word in it, the word behind the last.

        Last comes whether they are what they seem to be, as far as the words around them tell.
        """
        fitting = [self.fits(part) for part in read_entry(entry)]
        if not fitting or not all(fitting):
            return
        for number, line in enumerate(self._lines):
            for at, fit in _seen(line, fitting):
                if fit is not Fit.NEVER:
                    yield number, at, at + len(fitting), _holds_true(fit, _around(line, at, len(fitting)))

    def fits(self, part: Part) -> dict[str, Fit]:
        """The words of the text that may be that of the entry."""
        if part.begins:
            return dict(self._beginning(part))
        if part.exact:
            return {part.word: Fit.SURE} if part.word in self._distinct else {}
        found = dict.fromkeys(self._distinct & _forms(part.word, capital=part.capital), Fit.SURE)
        for stem in kazakh.stems(part.word):
            for word in self._from(stem.plainly):
                if word not in found and (fit := _form(part.word, stem, word)) is not None:
                    found[word] = fit
        return found

    def _beginning(self, part: Part) -> Iterator[tuple[str, Fit]]:
        for word in self._from(plain(part.word)):
            spelling = spelled(part.word, word[: len(part.word)])
            if spelling is Spelling.SAME:
                yield word, Fit.SURE
            elif spelling is not None and not part.exact:
                yield word, _fit(part.word, spelling, word)

    def _from(self, beginning: str) -> Iterator[str]:
        """The words that begin so, however Kazakh letters are typed."""
        begin = bisect_left(self._sorted, (beginning,))
        for at in range(begin, bisect_left(self._sorted, (beginning + _LAST,), begin)):
            yield self._sorted[at][1]

    @cached_property
    def _sorted(self) -> list[tuple[str, str]]:
        words = list(self._distinct)
        plainly = plain("\n".join(words)).split("\n") if words else []
        return sorted(zip(plainly, words, strict=True))


@lru_cache(maxsize=16)
def read_text(text: str) -> Text:
    """Kept for a moment, because every rule looks at the same text."""
    return Text([WORD.findall(folded(line)) for line in text.splitlines() if line.strip()])


def prepare_for(entry: str) -> None:
    """Has forms and dictionary at hand before the first text comes."""
    for part in read_entry(entry):
        if part.exact:
            continue
        kazakh.stems(part.word)
        _forms(part.word, capital=part.capital)
        if not part.word.isascii():
            russian.open_dictionary()  # also for a Kazakh entry, once a text has a word that Russian may have


def forms_of(part: Part) -> frozenset[str]:
    """The forms of a word in Russian or English, itself among them; those in Kazakh have no end."""
    return _forms(part.word, capital=part.capital)


@lru_cache(maxsize=4096)
def _forms(word: str, *, capital: bool) -> frozenset[str]:
    """The forms of a word in Russian or English, as its letters allow."""
    return english.forms(word) if word.isascii() and word.isalpha() else russian.forms(word, capital=capital)


def _form(sought: str, stem: kazakh.Stem, word: str) -> Fit | None:
    """How a word of the text fits as a form of the Kazakh word sought; None: it is none."""
    begins, ending = word[: len(stem.letters)], word[len(stem.letters) :]
    spelling = spelled(stem.letters, begins)
    if spelling is None:
        return None
    if stem.takes(ending, behind=stem.letters if spelling is Spelling.PLAINER else begins):
        return _fit(sought, spelling, word)
    if spelling is Spelling.RICHER or is_kazakh(word) or not stem.takes_plainly(ending):
        return None
    return _fit(sought, Spelling.PLAINER, word)


def _fit(sought: str, spelling: Spelling, word: str) -> Fit:
    """How sure it is that a word so spelled is what is sought."""
    if spelling is Spelling.RICHER:
        return Fit.NEVER if russian.knows(sought) else Fit.SURE
    if is_kazakh(word):
        return Fit.SURE
    if spelling is Spelling.SAME:
        return Fit.AMONG_KAZAKH if russian.knows(word) else Fit.SURE
    return Fit.BOTH if russian.knows(word) else Fit.TYPED_PLAINLY


def _seen(line: Sequence[str], fitting: list[dict[str, Fit]]) -> Iterator[tuple[int, Fit]]:
    """Where words that fit follow one another, and how sure the surest of them is."""
    width = len(fitting)
    for at in range(len(line) - width + 1):
        seen = line[at : at + width]
        if all(word in fits for word, fits in zip(seen, fitting, strict=True)):
            yield at, min(fits[word] for word, fits in zip(seen, fitting, strict=True))


def _around(line: Sequence[str], at: int, width: int) -> list[str]:
    return [*line[max(0, at - _NEARBY) : at], *line[at + width : at + width + _NEARBY]]


def _holds_true(fit: Fit, around: list[str]) -> bool:
    if fit in {Fit.SURE, Fit.NEVER}:
        return fit is Fit.SURE
    if fit in {Fit.TYPED_PLAINLY, Fit.BOTH} and is_kazakh("".join(around)):
        return False
    if fit is Fit.TYPED_PLAINLY:
        return True
    return 2 * sum(map(russian.knows, around)) < len(around)

"""A question in the language of FTS5, and what of it only the text itself can tell. Pure."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, product
from math import prod

from monitor.words.entries import Part, read_entry
from monitor.words.letters import is_kazakh
from monitor.words.question import Question
from monitor.words.spread import SIGNS, Spread
from monitor.words.text import Fit

_MOST_PHRASES = 64
"""Of an entry of several words, as FTS5 is asked for them; each costs it a tenth of a millisecond and more."""
_ENDS = r"(?![^\W_+#])"
_COUNT_ELSEWHERE = frozenset({Fit.SURE, Fit.TYPED_PLAINLY})
_COUNT_IN_KAZAKH = frozenset({Fit.SURE, Fit.AMONG_KAZAKH})
_COUNT_TYPED_PLAINLY = frozenset({Fit.TYPED_PLAINLY, Fit.BOTH})
"""What counts in a Kazakh text that was written without Kazakh letters: in any other «болды» is no form of «бөлу»."""
_TYPED_WELL = '("және" OR "үшін" OR "бұл" OR "өз" OR "бір" OR "қазақстан" OR "жөніндегі" OR "үкіметі")'
"""Words of which nearly every Kazakh text has one, unless it was written without Kazakh letters."""
ANYTHING = "*"
"""In place of an expression: every text has to be read."""
NOTHING = ""


@dataclass(frozen=True)
class Entry:
    """An entry as it may stand in the texts of an index."""

    parts: tuple[Part, ...]
    spreads: tuple[Spread, ...]

    @cached_property
    def is_read(self) -> bool:
        """Whether what the index finds may hold the words and yet not the entry."""
        return self._is_wide or self._has_signs or self._is_many

    def expression(self, *, in_kazakh: bool) -> str:
        """What finds it, in texts in Kazakh or in any others; of what `is_read` more than that."""
        if not all(self.spreads):
            return NOTHING
        if self._is_wide or self._is_many:
            groups = [_any_of(map(_quoted, spread.words)) for spread in self.spreads if not spread.beginnings]
            return _all_of(groups) if groups else ANYTHING
        phrases = [(_quoted(" ".join(words)), fit) for words, fit in self._phrases()]
        if not in_kazakh:
            return _any_of(phrase for phrase, fit in phrases if fit in _COUNT_ELSEWHERE)
        plainly = _any_of(phrase for phrase, fit in phrases if fit in _COUNT_TYPED_PLAINLY)
        sure = [phrase for phrase, fit in phrases if fit in _COUNT_IN_KAZAKH]
        return _any_of([*sure, f"({plainly} NOT {_TYPED_WELL})"] if plainly else sure)

    def stands(self, text: str, *, in_kazakh: bool) -> bool:
        """Whether it stands in a text, as far as `is_read` asks."""
        folded = text.casefold()
        for match in self.matches(folded):
            fit = min(
                _fit_of(spread, word) for spread, word in zip(self.spreads, match.groups(), strict=True)
            )
            if fit in (_COUNT_IN_KAZAKH if in_kazakh else _COUNT_ELSEWHERE):
                return True
            if in_kazakh and fit in _COUNT_TYPED_PLAINLY and not is_kazakh(folded):
                return True
        return False

    def count(self, folded: str) -> int:
        """How often it may stand in a text of lower case."""
        return len(self.matches(folded))

    def matches(self, folded: str) -> list[re.Match[str]]:
        """Where it may stand in a text of lower case."""
        if not self._is_in_the_index:
            return []
        # The pattern does not look back: one that begins with letters is searched ten times as fast.
        return [
            match
            for match in self._pattern.finditer(folded)
            if match.start() == 0 or not folded[match.start() - 1].isalnum()
        ]

    def _phrases(self) -> Iterator[tuple[tuple[str, ...], Fit]]:
        for words in product(*(spread.words.items() for spread in self.spreads)):
            yield tuple(word for word, _ in words), min(fit for _, fit in words)

    @cached_property
    def _is_in_the_index(self) -> bool:
        return all(self.spreads)

    @property
    def _is_wide(self) -> bool:
        return any(spread.beginnings for spread in self.spreads)

    @property
    def _is_many(self) -> bool:
        return len(self.spreads) > 1 and prod(len(spread.words) for spread in self.spreads) > _MOST_PHRASES

    @property
    def _has_signs(self) -> bool:
        return any(not part.word.isalnum() for part in self.parts)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        words = (_pattern_of(part, spread) for part, spread in zip(self.parts, self.spreads, strict=True))
        return re.compile(r"[^\w\n\r]+".join(words))


@dataclass(frozen=True)
class Expression:
    """A question as an index is asked it."""

    wanted: tuple[tuple[Entry, ...], ...]
    unwanted: tuple[Entry, ...]

    @cached_property
    def elsewhere(self) -> str:
        """What finds the answers that are not in Kazakh; `ANYTHING`, `NOTHING` or an expression of FTS5."""
        return self._in(in_kazakh=False)

    @cached_property
    def in_kazakh(self) -> str:
        """What finds them in Kazakh editions."""
        return self._in(in_kazakh=True)

    @cached_property
    def is_read(self) -> bool:
        """Whether texts have to be read, because the index finds more than is asked for."""
        return any(entry.is_read for entry in (*self._entries(), *self.unwanted))

    def holds(self, title: str, text: str, lang: str, *, whole: bool) -> bool:
        """Whether an edition is an answer; unless `whole`, only what the index could not tell is looked at."""
        in_kazakh = lang == "kk"

        def stands(entry: Entry) -> bool:
            return entry.stands(title, in_kazakh=in_kazakh) or entry.stands(text, in_kazakh=in_kazakh)

        wanted, unwanted = (self.wanted, self.unwanted) if whole else self._only_read
        return all(any(map(stands, group)) for group in wanted) and not any(map(stands, unwanted))

    def counted(self, text: str) -> list[int]:
        """How often a text says each of the words that must be there."""
        folded = text.casefold()
        return [sum(entry.count(folded) for entry in group) for group in self.wanted]

    def said_in(self, titles: Sequence[str]) -> list[int]:
        """How many of the words that must be there each of these says; all of them are searched at once."""
        folded = [title.casefold() for title in titles]
        begins = list(accumulate((len(title) + 1 for title in folded), initial=0))
        one_below_the_other = "\n".join(folded)  # which no entry stands across
        said = [0] * len(titles)
        for group in self.wanted:
            places = (match.start() for entry in group for match in entry.matches(one_below_the_other))
            for number in {bisect_right(begins, place) - 1 for place in places}:
                said[number] += 1
        return said

    def group(self, group: Sequence[Entry], *, in_kazakh: bool) -> str:
        """What finds any of these; `ANYTHING` where the index cannot tell."""
        either = [entry.expression(in_kazakh=in_kazakh) for entry in group]
        return ANYTHING if ANYTHING in either else _any_of(each for each in either if each != NOTHING)

    @cached_property
    def _only_read(self) -> tuple[tuple[tuple[Entry, ...], ...], tuple[Entry, ...]]:
        """Of what is wanted and unwanted that which the index cannot tell."""
        wanted = tuple(group for group in self.wanted if any(entry.is_read for entry in group))
        return wanted, tuple(entry for entry in self.unwanted if entry.is_read)

    def _entries(self) -> Iterator[Entry]:
        return (entry for group in self.wanted for entry in group)

    def _in(self, *, in_kazakh: bool) -> str:
        groups = []
        for group in self.wanted:
            found = self.group(group, in_kazakh=in_kazakh)
            if found == NOTHING:
                return NOTHING
            if found != ANYTHING:
                groups.append(found)
        if not groups:
            return ANYTHING
        without = [
            each
            for entry in self.unwanted
            if not entry.is_read and (each := entry.expression(in_kazakh=in_kazakh)) != NOTHING
        ]
        return f"({_all_of(groups)}) NOT {_any_of(without)}" if without else _all_of(groups)


def expressed(question: Question, spread: Callable[[Part], Spread]) -> Expression:
    """A question over an index, of which `spread` tells what each word may be in it."""

    def entry(written: str) -> Entry:
        parts = read_entry(written)
        return Entry(parts, tuple(map(spread, parts)))

    return Expression(
        tuple(tuple(map(entry, group)) for group in question.wanted), tuple(map(entry, question.unwanted))
    )


def _fit_of(spread: Spread, word: str) -> Fit:
    if word in spread.words:
        return spread.words[word]
    fits: Iterable[Fit] = (fit for begins, fit in spread.beginnings.items() if word.startswith(begins))
    return min(fits, default=Fit.NEVER)


def _pattern_of(part: Part, spread: Spread) -> str:
    if spread.beginnings:
        return rf"((?:{_either(spread.beginnings)})(?:[^\W_])*)"
    if signs := part.word[len(part.word.rstrip(SIGNS)) :]:
        return rf"({_either(spread.words)}){re.escape(signs)}{_ENDS}"
    return rf"({_either(spread.words)})(?![^\W_])"


def _either(words: Mapping[str, Fit]) -> str:
    return "|".join(map(re.escape, sorted(words, reverse=True)))


def _quoted(words: str) -> str:
    return f'"{words}"'


def _any_of(expressions: Iterable[str]) -> str:
    either: Sequence[str] = list(dict.fromkeys(expressions))
    return either[0] if len(either) == 1 else f"({' OR '.join(either)})" if either else NOTHING


def _all_of(expressions: Sequence[str]) -> str:
    return expressions[0] if len(expressions) == 1 else " AND ".join(expressions)

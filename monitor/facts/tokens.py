"""A text as words, numbers, signs and addresses, and what its words say where they stand. Pure."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from monitor.facts.words import KAZAKH_ENDINGS, KAZAKH_ONLY, WORDS, Sort


class Token(NamedTuple):
    sort: Literal["link", "phone", "number", "word", "sign"]
    text: str
    start: int
    end: int


class Meaning(NamedTuple):
    sort: Sort
    value: str


_TOKEN = re.compile(
    # Bounded, so that a text of dots and hyphens is not searched anew from each of them.
    r"(?P<link>(?:https?://|www\.)[^\s<>()]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}"
    r"|(?<![\w.-])[a-zA-Z][\w-]{0,40}(?:\.[\w-]{1,40}){0,3}\.(?:kz|com|org|ru|net|info|қаз)\b(?:/[^\s<>()]*)?)"
    r"|(?P<phone>(?<![0-9])(?:\+7|8)[ -]*(?:\([0-9]{3,4}\)|[0-9]{3,4})[ -]*"
    r"[0-9]{2,3}[ -]?[0-9]{2}[ -]?[0-9]{2}(?![0-9])"
    r"|(?<![0-9.,-])[0-9]{2,3}-[0-9]{2}-[0-9]{2}(?![0-9-]))"
    r"|(?P<number>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?:[.,][0-9]+)?"
    r"|[0-9]+(?:[.,:/][0-9]+)*)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<sign>[^\w\s]|_)"
)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)


def _by_form() -> tuple[dict[str, Meaning], dict[str, Meaning], dict[str, Meaning]]:
    whole: dict[str, Meaning] = {}
    opened: dict[str, Meaning] = {}
    kazakh: dict[str, Meaning] = {}
    for sort, value, forms in WORDS:
        for form in forms.split():
            table = {"*": opened, "~": kazakh}.get(form[-1], whole)
            table[form.rstrip("*~")] = Meaning(sort, value)
    return whole, opened, kazakh


_WHOLE, _OPENED, _ENDED = _by_form()


@lru_cache(maxsize=16_384)  # the same words come again and again
def _meaning(word: str) -> Meaning | None:
    word = word.casefold().replace("ё", "е")
    if word in _WHOLE:
        return _WHOLE[word]
    if word in _ENDED:
        return _ENDED[word]
    for length in range(min(len(word), 12), 2, -1):
        stem = word[:length]
        if stem in _OPENED:
            return _OPENED[stem]
        if stem in _ENDED and word[length:] in KAZAKH_ENDINGS:
            return _ENDED[stem]
    short = word[:2]  # «ай»: no other word of two letters takes an ending
    return _ENDED[short] if short in _ENDED and word[2:] in KAZAKH_ENDINGS else None


class Tokens:
    """The tokens of one text, asked by their place; a place before or behind all of them is nothing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.all = [
            Token(found.lastgroup, found[0], found.start(), found.end())  # type: ignore[arg-type]
            for found in _TOKEN.finditer(text)
        ]
        self.latin = _CYRILLIC.search(text) is None
        self.kazakh = _KAZAKH.search(text) is not None

    def means(self, at: int, *, sort: Sort | None = None) -> Meaning | None:
        """What a word or a sign says here; None: nothing, or not what was asked for."""
        if not 0 <= at < len(self.all) or self.all[at].sort not in {"word", "sign"}:
            return None
        text = self.all[at].text
        means = _meaning(text)
        if means is None or (sort and means.sort != sort):
            return None
        if means.sort == "month" and (
            (text.isascii() and not text[0].isupper()) or (self.kazakh and text.casefold() == "май")
        ):
            return None
        if means.sort == "count" and text.casefold() in KAZAKH_ONLY and not self.kazakh:
            return None
        return means

    def says(self, at: int, *texts: str) -> bool:
        return 0 <= at < len(self.all) and self.all[at].text.casefold() in texts

    def touch(self, at: int) -> bool:
        """No space stands before the token."""
        return 0 < at < len(self.all) and self.all[at - 1].end == self.all[at].start

    def after_ending(self, at: int) -> int:
        """Past an ending put to a figure or a short word: «12-ден», «млрд-тан», «5-го», «12th»."""
        if at >= len(self.all) or not self.touch(at):
            return at
        if self.all[at].text.casefold() in {"st", "nd", "rd", "th"}:
            return at + 1
        if not self.says(at, "-") or not self.touch(at + 1) or self.all[at + 1].sort != "word":
            return at
        return at if self.means(at + 1) else at + 2

    def is_number(self, at: int) -> bool:
        return at < len(self.all) and self.all[at].sort == "number"

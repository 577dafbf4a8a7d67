"""Finds in a text what a release is quoted for: numbers, amounts, dates, denials, addresses. Pure.

Each is found with its place and with a value that is the same however it was written and in whichever of the three
languages: «12 млрд тенге», «12 миллиард теңге» and «12 billion tenge» are one amount. It takes text as
`fingerprint.normalised` leaves it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from monitor.facts.dates import date_at, month_first
from monitor.facts.fact import Fact, same
from monitor.facts.numbers import quantity_at
from monitor.facts.tokens import Tokens
from monitor.facts.words import ONLY

__all__ = ["Fact", "facts", "same"]

_MARK = re.compile(r"[0-9]{1,2}(?:\)|\.(?=\s|[^\W\d_]))")
_LATIN = str.maketrans("ІХ", "IX")
"""Cyrillic letters that Roman numerals are typed with."""
_ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
_PHONE_FIGURES = 10
"""Of a telephone without the code of its country, which is «8» or «+7»."""
_END_OF_LINK = ".,;:!?»\"'/"


def facts(text: str) -> list[Fact]:
    """All facts of a text, in their order."""
    return list(_read(Tokens(text)))


def _read(tokens: Tokens) -> Iterator[Fact]:
    at = 0
    while at < len(tokens.all):
        token = tokens.all[at]
        if token.sort == "number" or token.sort == "word":
            found, after = _at(tokens, at)
            yield from found
            at = max(after, at + 1)
        else:
            if token.sort == "phone":
                number = re.sub(r"[^0-9]", "", token.text)[-_PHONE_FIGURES:]
                yield Fact("number", number, token.start, token.end, form="part")
            elif token.sort == "link":
                yield Fact("link", _address(token.text), token.start, token.end)
            at += 1


def _at(tokens: Tokens, at: int) -> tuple[Sequence[Fact], int]:
    """The facts that begin at a token, and where what follows them begins."""
    token = tokens.all[at]
    if token.sort == "number":
        if _is_mark(tokens, at):
            return (), at + 1
        return date_at(tokens, at) or quantity_at(tokens, at)
    means = tokens.means(at)
    if means is None:
        roman = unicodedata.normalize("NFKC", token.text).translate(_LATIN)
        if _ROMAN.fullmatch(roman) and (len(roman) > 1 or tokens.means(at + 1, sort="rank")):
            return (Fact("number", _roman(roman), token.start, token.end, form="rank"),), at + 1
        return (), at + 1
    if means.sort == "ordinal":
        return _ordinal(tokens, at, means.value)
    if means.sort == "month":
        return month_first(tokens, at, means.value)
    if means.sort == "denial":
        return _denial(tokens, at)
    if means.sort in {"count", "scale"}:
        return quantity_at(tokens, at)
    return (), at + 1


def _is_mark(tokens: Tokens, at: int) -> bool:
    """The number of an entry in a list: «1. …», «2) …»."""
    token = tokens.all[at]
    found = _MARK.match(tokens.text, token.start)
    if found is None or found.end() <= token.end or tokens.says(at - 1, "("):
        return False
    line_begins = (
        not tokens.text[: token.start].rsplit("\n", 1)[-1].strip()
        if token.start < 400
        else ("\n" in tokens.text[tokens.all[at - 1].end : token.start])
    )
    return line_begins or (found[0].endswith(")") and not _inside_brackets(tokens, at))


def _inside_brackets(tokens: Tokens, at: int) -> bool:
    return any(tokens.says(place, "(") for place in range(max(0, at - 12), at))


def _denial(tokens: Tokens, at: int) -> tuple[Sequence[Fact], int]:
    token = tokens.all[at]
    number_sign = token.text == "No" and (tokens.says(at + 1, ".") or tokens.is_number(at + 1))
    only = at + 1 < len(tokens.all) and tokens.all[at + 1].text.casefold() in ONLY
    besides = token.text.casefold() == "кроме" and tokens.says(at + 1, "того", "этого")
    if number_sign or only or besides or tokens.says(at - 1, "ғана"):
        return (), at + 1
    return (Fact("negation", "", token.start, token.end),), at + 1


def _ordinal(tokens: Tokens, at: int, value: str) -> tuple[Sequence[Fact], int]:
    """Which one it is; «первый» by itself is mostly a post, and «во-вторых», «Second,» count nothing."""
    token = tokens.all[at]
    in_turn = token.text.casefold().endswith(("шіден", "шыдан")) or (
        token.text.isascii() and tokens.says(at + 1, ",") and token.text[0].isupper()
    )
    if in_turn or tokens.says(at - 1, "-") or (value == "1" and not tokens.means(at + 1, sort="rank")):
        return (), at + 1
    return (Fact("number", value, token.start, token.end, form="rank"),), at + 1


def _address(text: str) -> str:
    text = text.rstrip(_END_OF_LINK)
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", text, flags=re.IGNORECASE)


def _roman(text: str) -> str:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in text]
    following = [*values[1:], 0]
    return str(sum(-one if one < after else one for one, after in zip(values, following, strict=True)))

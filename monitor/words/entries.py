"""Reads what somebody wrote under `words`: a word, a phrase, an exact phrase, a beginning. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from monitor.words.letters import folded

_OPENING, _CLOSING = '"«“„', '"»”“'
_RUN = r"(?:[a-z0-9]+[+#]+(?![^\W_])|[^\W_]+)"
WORD = re.compile(_RUN)
"""A word in a folded line; «C++» and «18+» are words too."""
_APOSTROPHE = re.compile("['’‘ʼ`´]")
_WITH_APOSTROPHE = re.compile(r"[^\W_]+(?:['’‘ʼ`´][^\W_]+)+")
_BEGINNING = re.compile(rf"({_RUN})(\*?)")
_SEVERAL = re.compile(r'"[^"]+"[^"]+"[^"]+"|«[^«»]+»[^«»]*«[^«»]+»|“[^“”]+”[^“”]*“[^“”]+”')
_MISPLACED = re.compile(r"(?<!\w)\*|\*(?=\w)")


@dataclass(frozen=True, slots=True)
class Part:
    """One word of an entry, folded."""

    word: str
    begins: bool = False
    """Any word that begins so will do."""
    exact: bool = False
    """This very form, with these very letters."""
    capital: bool = False
    """Written as names are."""
    apart: str = ""
    """The word with a space for each apostrophe in it, such as «д ивуар»; empty where it has none."""


@lru_cache(maxsize=4096)
def read_entry(entry: str) -> tuple[Part, ...]:
    """The words of an entry, in the order in which they have to stand; empty where it holds none."""
    entry = entry.strip()
    exact = len(entry) > 2 and entry[0] in _OPENING and entry[-1] in _CLOSING
    apart = dict(map(_apart, _WITH_APOSTROPHE.findall(entry)))
    return tuple(
        Part(
            word,
            begins=bool(star),
            exact=exact,
            capital=word.capitalize() in entry,
            apart=apart.get(word, ""),
        )
        for word, star in _BEGINNING.findall(folded(entry))
    )


def _apart(word: str) -> tuple[str, str]:
    """A word as it is compared, and the same with a space for each apostrophe."""
    pieces = folded(_APOSTROPHE.sub(" ", word))
    return pieces.replace(" ", ""), pieces


Unreadable = Literal["no_letter", "lone_quote", "several_phrases", "lone_star"]
"""Why an entry means nothing or not one thing."""

_SAID: dict[Unreadable, str] = {
    "no_letter": "{!r} holds no letter and no digit; write a word",
    "lone_quote": "{!r} has a quote without its other half; put quotes around an exact phrase, or none",
    "several_phrases": "{!r} is more than one exact phrase; write each as an entry of its own",
    "lone_star": "{!r} has a * that ends no word; put it behind the beginning of one",
}


def unreadable(entry: str) -> str | None:
    """Why an entry means nothing or not one thing, with the remedy; None where it can be looked for."""
    fault = fault_of(entry)
    return None if fault is None else _SAID[fault].format(entry)


def fault_of(entry: str) -> Unreadable | None:
    """The same for who says it in words of their own."""
    if not any(sign.isalnum() for part in read_entry(entry) for sign in part.word):
        return "no_letter"
    if entry.count('"') % 2 or entry.count("«") != entry.count("»") or sum(map(entry.count, "“”„")) % 2:
        return "lone_quote"
    if _SEVERAL.fullmatch(entry.strip()):
        return "several_phrases"
    return "lone_star" if _MISPLACED.search(entry) else None

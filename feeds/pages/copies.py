"""Which copy of a release a page shows, and how much of it may be read. Pure."""

import re

from feeds.cleaning import one_line
from feeds.entries import RemovedText
from feeds.pages.phrases.frame import NAMES
from feeds.pages.phrases.release import words
from feeds.phrases import phrases
from monitor.phrases import PHRASES
from monitor.store.one_release import Copy, Held

_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


def copy_of(held: Held, lang: str | None, *, likes: str) -> Copy | None:
    """The copy in a language (None: in the one that the reader likes, else the first); None where there is none."""
    shown = [copy for copy in held.copies if copy.status != "unseen"] or held.copies
    if lang is not None:
        return next((copy for copy in held.copies if copy.lang == lang), None)
    return next((copy for copy in shown if copy.lang == likes), next(iter(shown), None))


def is_withheld(held: Held, copy: Copy, removed_text: RemovedText) -> bool:
    """Whether nothing but the title of a copy may be read; of what was redacted not even that."""
    removed = "removed" in {held.status, copy.status}
    return held.redacted_at is not None or (removed and removed_text == "title")


def withheld_of(held: Held, removed_text: RemovedText) -> frozenset[str]:
    """The languages of the copies of which no more may be read."""
    return frozenset(copy.lang for copy in held.copies if is_withheld(held, copy, removed_text))


def title_of(held: Held, title: str, lang: str) -> str:
    """A title of the release as a page in that language may show it."""
    if held.redacted_at is not None:
        return phrases(lang).redacted
    return one_line(title) or phrases(lang).untitled


def called(copy: str, lang: str) -> str:
    """A language as people who read `lang` say it: «in Kazakh»."""
    return PHRASES[lang].languages.get(copy, copy)


def named(copy: str) -> str:
    """What a language calls itself; its code where that is not known."""
    return NAMES.get(copy, copy)


def why_missing(source_id: str, lang: str | None, to: str) -> str:
    """Said, in the language `to`, where no such release is held, or no such copy of it."""
    told = words(to)
    return (told.not_held if lang is None else told.no_copy).format(
        id=source_id, lang="" if lang is None else called(lang, to)
    )


def read_lang(values: list[str]) -> str | None:
    """The language that an address names; raises ValueError where it names what is none."""
    [*_, lang] = ["", *values]
    if lang and not _LANG.fullmatch(lang):
        raise ValueError("lang= takes one language, as lang=kk.")
    return lang or None


def read_number(name: str, values: list[str]) -> int | None:
    """The number that a parameter was given; raises ValueError where it is none."""
    [*_, number] = ["", *values]
    if number and not _NUMBER.fullmatch(number):
        raise ValueError(f"{name}= takes a number from 1 on.")
    return int(number) if number else None


def read_flag(name: str, values: list[str], meant: str) -> bool:
    """Whether a parameter was given its only value; raises ValueError where it was given another."""
    [*_, value] = ["", *values]
    if value not in {"", meant}:
        raise ValueError(f"{name}= takes {meant} or nothing.")
    return value == meant

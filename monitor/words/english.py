"""The forms of an English word: plural, possessive, -ed and -ing, by rule. Pure.

Irregular words («child», «won») have no other form."""

import re

_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)$")
_CONSONANT_Y = re.compile(r"[^aeiou]y$")
_DOUBLED = re.compile(r"(?:^|[^aeiou])[aeiou]([bdgklmnprt])$")
"""A short last syllable: plan, planned."""
_PLURAL = re.compile(r"(?<=[^suiw'])s$")


def forms(word: str) -> frozenset[str]:
    """The forms of a folded word, itself among them; of a plural also those of its singular."""
    return frozenset().union(*(_inflected(base) for base in _bases(word)), {word})


def _bases(word: str) -> list[str]:
    if len(word) < 4:
        return [word]
    if word.endswith("ies"):
        return [word, f"{word[:-3]}y"]
    if word.endswith("es") and _SIBILANT.search(word[:-2]):
        return [word, word[:-2]]
    return [word, word[:-1]] if _PLURAL.search(word) else [word]


def _inflected(word: str) -> set[str]:
    if _CONSONANT_Y.search(word):
        found = {f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word}ing"}
    elif _SIBILANT.search(word):
        found = {f"{word}es", f"{word}ed", f"{word}ing"}
    elif word.endswith("e"):
        found = {f"{word}s", f"{word}d", f"{word[:-1]}ing", f"{word}ing"}
    else:
        found = {f"{word}s", f"{word}ed", f"{word}ing"}
    if word.endswith("man"):
        found.add(f"{word[:-2]}en")
    if (doubled := _DOUBLED.search(word)) and len(word) < 6:
        found |= {f"{word}{doubled[1]}ed", f"{word}{doubled[1]}ing"}
    return found | {word, f"{word}s"}  # folding leaves «word's» without its apostrophe

"""Says whether two wordings are the same to a reader: a digest of normalised words. Pure.

Which edition it is, the portal's id and the language say; whether it changed, this does. Views, mark-up,
white space, entities, kinds of quotes and dashes and invisible characters are no change; a letter, a digit, a
sign is.
"""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b
from itertools import pairwise

VERSION = 2
"""Goes up when the same wording would get another fingerprint; stored in front of each."""

_QUOTES = "\"'`´«»„“”‟‘’‚‛‹›ʻʼʽʹʺˮ′″‴‵‶❛❜❝❞〝〞〟＂＇"
_DASHES = "-‐‑‒–—―⁃−⸺⸻﹘﹣－"
# Marks that show nothing, though Unicode counts them as letters or accents.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# Whatever is taken out or put in another's place, and more: looking every character up takes ten times as long.
_MAY_BE_UNSEEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U00010000-\U0010ffff"  # all of them: a class with many ranges out there is searched three times as slowly
)
_HIDING = re.compile(f"[{_MAY_BE_UNSEEN}]")
_SUSPECT = re.compile(
    f"[{re.escape(_QUOTES + _DASHES[1:])}{_MAY_BE_UNSEEN}]"  # a hyphen is what every dash becomes
)
_STRIPPED = f"{_QUOTES}\u1fef\u1ffd"
"""Quotes, and the two signs that NFC makes quotes of."""
_BESIDE_WORDS = frozenset(_STRIPPED + _DASHES)
# The space before a minus stays: «до -5» is not «до - 5» to who weighs an edit.
_BEFORE_DASH = re.compile(r" -(?!\d)")
# Beside a sign white space is a matter of taste («5 %», «№ 7», «год.Как»), but «5, 10» are two figures.
_SIGN = r"[^\w\s\u0300-\u036f]"
_BEFORE_SIGN = re.compile(rf" (?={_SIGN})")
# It looks back from behind the space: a pattern that begins with one letter is searched ten times as fast.
_BEHIND_SIGN = re.compile(rf" (?<={_SIGN} )(?:(?![\d\u0300-\u036f])|(?<!\d[.,:] )(?=\d))")


def normalised(text: str) -> str:
    """The words of `text` as they are laid side by side: NFC, one space between words, case kept."""
    text = _SUSPECT.sub(_shown, unicodedata.normalize("NFC", text))
    # Again, because a letter and its accent may have been parted by what was taken out.
    text = " ".join(unicodedata.normalize("NFC", text).split())
    text = text.replace(" - ", "-")  # most of them, and twice as quickly
    return (_BEFORE_DASH.sub("-", text) if " -" in text else text).replace("- ", "-")


def stretches(line: str) -> list[str]:
    """What stands in `line` for each word of `normalised(line)`: its quotes and dashes, and nothing unseen.

    A quote that stands alone goes with the word before it.
    """
    seen = _HIDING.sub(_seen, line).split()
    begins: list[int] = []
    joins = False  # whether a dash joins what was read to what follows
    for at, shown in enumerate(seen):
        if shown[0] not in _BESIDE_WORDS and shown[-1] not in _BESIDE_WORDS:
            word, joined = shown, joins
        elif word := shown.strip(_STRIPPED):
            joined = joins or (word[0] in _DASHES and not word[1:].lstrip(_STRIPPED)[:1].isdecimal())
        else:
            continue
        if not joined or not begins:
            begins.append(at)
        joins = word[-1] in _DASHES
    return (
        [" ".join(seen[begin:end]) for begin, end in pairwise([0, *begins[1:], len(seen)])] if begins else []
    )


def compared(text: str) -> str:
    """What of `text` counts when two wordings are compared: `normalised`, without white space beside signs."""
    return _BEHIND_SIGN.sub("", _BEFORE_SIGN.sub("", normalised(text)))


def fingerprint(
    title: str, text: str, *, published_raw: str, attachments: Iterable[str], images: Iterable[str]
) -> str:
    """The fingerprint of a wording.

    `attachments` are addresses; `images` the digests of the originals (or addresses): both count as sets.
    """
    parts = (
        compared(title),
        compared(text),
        dated(published_raw),
        "\n".join(sorted(set(attachments))),
        "\n".join(sorted(set(images))),
    )
    return f"{VERSION}:" + blake2b("\0".join(parts).encode("utf-8"), digest_size=16).hexdigest()


def dated(published_raw: str) -> str:
    """What of the portal's date counts when two wordings are compared: the wall clock, in whichever form it came.

    Each route writes the same moment in a form of its own, and a reading by another one is no edit.
    """
    found = _DATE.fullmatch(published_raw.strip())
    if found is None:
        return published_raw.strip()
    day, clock, seconds, offset = found["day"], found["clock"], found["seconds"], found["offset"] or ""
    almaty = "+05:00" if day >= "2024-03-01" else "+06:00"
    if offset.upper() not in {"", "Z", "+00", "+0000", "+00:00", almaty, almaty.replace(":", "")}:
        return published_raw.strip()
    shown_seconds = "" if seconds in {None, ":00"} else seconds
    return f"{day} {clock or '00:00'}{shown_seconds}"


_DATE = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:[T ](?P<clock>\d\d:\d\d)(?P<seconds>:\d\d)?(?:[.,]\d+)?)?"
    r"\s*(?P<offset>Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)


def _shown(suspect: re.Match[str]) -> str:
    """What stands in the place of a character: one sign for every dash, nothing for a quote or what is unseen."""
    character = suspect[0]
    if character in _DASHES:
        return "-"
    return "" if character in _QUOTES else _seen(suspect)


def _seen(suspect: re.Match[str]) -> str:
    """Nothing in the place of what is unseen."""
    character = suspect[0]
    return "" if _UNSEEN.match(character) or _invisible(character) else character


def _invisible(character: str) -> bool:
    """Format characters (soft hyphen, zero-width, bidi marks) and controls that are not white space."""
    return unicodedata.category(character) in {"Cf", "Cc"} and not character.isspace()

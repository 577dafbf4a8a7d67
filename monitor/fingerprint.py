"""Says whether two wordings are the same to a reader: a digest of normalised words. Pure.

Which edition it is, the portal's id and the language say; whether it changed, this does. Views, mark-up,
white space, entities, kinds of quotes and dashes and invisible characters are no change; a letter, a digit, a
sign is.
"""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

VERSION = 1
"""Goes up when the same wording would get another fingerprint; stored in front of each."""

_QUOTES = "\"'`´«»„“”‟‘’‚‛‹›ʻʼʽʹʺˮ′″‴‵‶❛❜❝❞〝〞〟＂＇"
_DASHES = "-‐‑‒–—―⁃−⸺⸻﹘﹣－"
# One sign for every dash and none for a quote; a minus before a figure stays one.
_SAME = str.maketrans({**dict.fromkeys(_QUOTES), **dict.fromkeys(_DASHES, "-")})
# The space before a minus stays: «до -5» is not «до - 5» to who weighs an edit.
_AROUND_DASH = re.compile(r" ?- | -(?!\d)")
# Marks that show nothing, though Unicode counts them as letters or accents.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# Beside a sign white space is a matter of taste («5 %», «№ 7», «год.Как»), but «5, 10» are two figures.
_SIGN = r"[^\w\s\u0300-\u036f]"
_BEFORE_SIGN = re.compile(rf" (?={_SIGN})")
_BEHIND_SIGN = re.compile(rf"(?<={_SIGN}) (?![\d\u0300-\u036f])|(?<={_SIGN})(?<!\d[.,:]) (?=\d)")


def normalised(text: str) -> str:
    """The words of `text` as they are shown side by side: NFC, one space between words, case kept."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(_SAME)
    # Again, because a letter and its accent may have been parted by what was taken out.
    text = unicodedata.normalize("NFC", "".join(c for c in text if not _invisible(c)))
    return _AROUND_DASH.sub("-", " ".join(text.split()))


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
        published_raw.strip(),
        "\n".join(sorted(set(attachments))),
        "\n".join(sorted(set(images))),
    )
    return f"{VERSION}:" + blake2b("\0".join(parts).encode("utf-8"), digest_size=16).hexdigest()


def _invisible(character: str) -> bool:
    """Format characters (soft hyphen, zero-width, bidi marks) and controls that are not white space."""
    return unicodedata.category(character) in {"Cf", "Cc"} and not character.isspace()

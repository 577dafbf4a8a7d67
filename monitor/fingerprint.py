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

_QUOTES = "\"'`«»„“”‟‘’‚‛‹›ʼʹ′″＂＇"
_DASHES = "-‐‑‒–—―−﹘﹣－"
# One sign for every dash and none for a quote; a minus before a figure stays one.
_SAME = str.maketrans({**dict.fromkeys(_QUOTES), **dict.fromkeys(_DASHES, "-")})
_AROUND_DASH = re.compile(r"\s*-\s*")


def normalised(text: str) -> str:
    """The words of `text` as they are compared: NFC, one space between words, case kept."""
    text = "".join(c for c in unicodedata.normalize("NFC", text) if not _invisible(c))
    text = _AROUND_DASH.sub("-", text.translate(_SAME))
    return " ".join(text.split())


def fingerprint(
    title: str, text: str, *, published_raw: str, attachments: Iterable[str], images: Iterable[str]
) -> str:
    """The fingerprint of a wording.

    `attachments` are addresses; `images` the digests of the originals (or addresses): both count as sets.
    """
    parts = (
        normalised(title),
        normalised(text),
        published_raw.strip(),
        "\n".join(sorted(set(attachments))),
        "\n".join(sorted(set(images))),
    )
    return f"{VERSION}:" + blake2b("\0".join(parts).encode("utf-8"), digest_size=16).hexdigest()


def _invisible(character: str) -> bool:
    """Format characters (soft hyphen, zero-width, bidi marks) and controls that are not white space."""
    return unicodedata.category(character) in {"Cf", "Cc"} and not character.isspace()

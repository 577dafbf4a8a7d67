"""Mending UTF-8 that somebody read as Latin-1 or Windows-1252: «ÒšÐ°Ð·Ð°Ò›» is «Қазақ». Pure.

Only a text that is broken all through is mended. One with a single right Cyrillic letter quotes such signs, and one
with a letter that fits nowhere is written in another language: both are left alone.
"""

import re
from html import unescape

MARK = "mojibake"
"""What `Wording.marks` says of a wording that was mended."""

# Each sign that a byte from 80 to FF is read as: by Latin-1, and where it differs by Windows-1252.
_BYTES = {chr(byte): byte for byte in range(0x80, 0x100)} | {
    sign: byte for byte in range(0x80, 0xA0) if (sign := bytes([byte]).decode("cp1252", "ignore"))
}
_NEXT = "[" + "".join(re.escape(sign) for sign, byte in _BYTES.items() if byte < 0xC0) + "]"
# The no-break space that follows Ð in a broken «Р» is often made a plain one on the way.
_CYRILLIC = f"(?:[ÐÑÒÓ]{_NEXT}|Ð )"
_SIGN = re.compile(f"{_CYRILLIC}|[Â-ß]{_NEXT}|[à-ï]{_NEXT}{{2}}|[ð-ô]{_NEXT}{{3}}")
_WORD = re.compile(f"{_CYRILLIC}{{3}}")
_HINT = re.compile("&(?:ETH|Ntilde|#20[89]|#[xX][dD][01]);")
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}\d{0,2}|#\d{3,4}|#[xX][0-9A-Fa-f]{2,4});")
_RIGHT = re.compile("[\u0370-\u1fff]|&#1[01]\\d\\d;|&#[xX]0?4[0-9A-Fa-f]{2};")
"""A letter of Cyrillic, or of any other script that is no Latin; or one as a number."""
_STRAY = re.compile("[À-ÖØ-öø-ÿ]")


def repaired(text: str) -> str | None:
    """The text as it was meant, or None where it is not broken. Of HTML the tags stay as they are."""
    if not ("Ð" in text or "Ñ" in text or _HINT.search(text)) or _RIGHT.search(text):
        return None
    resolved = _ENTITY.sub(_resolved, text) if "&" in text else text
    if not _WORD.search(resolved) or _RIGHT.search(resolved):
        return None
    if _STRAY.search(_SIGN.sub("", resolved)):
        return None
    return _SIGN.sub(_meant, resolved)


def _resolved(entity: re.Match[str]) -> str:
    """The sign of an entity, if a byte may have been read as it; < and & stay as they are written."""
    sign = unescape(entity[0])
    return sign if sign in _BYTES else entity[0]


def _meant(broken: re.Match[str]) -> str:
    signs = broken[0].replace(" ", "\xa0")
    try:
        return bytes(map(_BYTES.__getitem__, signs)).decode()
    except UnicodeDecodeError:  # no character has this form, as C0 80
        return broken[0]

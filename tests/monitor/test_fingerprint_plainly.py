"""The quick way to normalise gives what the plain way gives, written down here letter by letter."""

import re
import sys
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.fingerprint import compared, normalised, stretches

QUOTES = "\"'`´«»„“”‟‘’‚‛‹›ʻʼʽʹʺˮ′″‴‵‶❛❜❝❞〝〞〟＂＇"
DASHES = "-‐‑‒–—―⁃−⸺⸻﹘﹣－"
UNSEEN = "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
SIGN = r"[^\w\s\u0300-\u036f]"


def plainly_normalised(text: str) -> str:
    text = re.sub(UNSEEN, "", unicodedata.normalize("NFC", text))
    text = "".join("-" if c in DASHES else c for c in text if c not in QUOTES)
    seen = (c for c in text if c.isspace() or unicodedata.category(c) not in {"Cf", "Cc"})
    return re.sub(r" ?- | -(?!\d)", "-", " ".join(unicodedata.normalize("NFC", "".join(seen)).split()))


def plainly_compared(text: str) -> str:
    text = re.sub(rf" (?={SIGN})", "", plainly_normalised(text))
    behind = rf"(?<={SIGN}) (?![\d\u0300-\u036f])|(?<={SIGN})(?<!\d[.,:]) (?=\d)"
    return re.sub(behind, "", text)


def test_no_character_of_unicode_is_treated_otherwise() -> None:
    for first in range(0, sys.maxunicode + 1, 4096):
        text = "қ".join(map(chr, range(first, first + 4096)))
        assert normalised(text) == plainly_normalised(text), f"from U+{first:04X} on"


TROUBLESOME = st.text(
    alphabet="aЖқи57 .,:;-–—−«»\"'%№()\u0301\u0306\u00a0\n\u200b\u00ad\u2800\ufe0f\x85\x1c\U000e0001"
)


@given(TROUBLESOME | st.text())
@settings(deadline=None, max_examples=500)
def test_neither_is_any_text(text: str) -> None:
    assert normalised(text) == plainly_normalised(text)
    assert compared(text) == plainly_compared(text)


@given(TROUBLESOME | st.text())
@settings(deadline=None, max_examples=500)
def test_the_stretches_of_a_text_are_all_that_is_seen_of_it(text: str) -> None:
    seen = (c for c in re.sub(UNSEEN, "", text) if c.isspace() or unicodedata.category(c) not in {"Cf", "Cc"})
    assert " ".join(stretches(text)) == (" ".join("".join(seen).split()) if normalised(text) else "")

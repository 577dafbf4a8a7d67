"""Making strings of the portal safe and plain: characters, white space, titles. Pure; builds no tree."""

import html
import re

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_UNSEEN_YET_PRINTABLE = "\u034f"
_JOINER_IN_WORDS = re.compile(r"(?<=\w)\u200d|\u200d(?=\w)")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SPACING_CONTROLS = re.compile("[\x0b\x0c\x1c-\x1f\x85]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"<!--[^<>]*-->|</?[A-Za-z][^<>]*>")


def clean(text: str) -> str:
    """The text without what no reader sees and no store takes: controls, soft hyphens, zero-width marks.

    A lone surrogate, which cannot be encoded, becomes U+FFFD. What is left, XML takes as well.
    """
    # Nearly every text is clean; that all of it can be printed is seen ten times as fast as what cannot be.
    if text.replace("\n", "").isprintable() and _UNSEEN_YET_PRINTABLE not in text:
        return text
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text)
        text = _UNSEEN.sub("", text)
    if "\u200d" in text:  # looked for first: looking behind every character is slow
        text = _JOINER_IN_WORDS.sub("", text)  # kept where emoji are built with it
    return _CONTROLS.sub("", _SPACING_CONTROLS.sub(" ", text))


def squeeze(text: str) -> str:
    """The text on one line: every run of white space, no-break spaces included, is one space."""
    return " ".join(text.split())


def read_title(raw: str) -> str:
    """A title as a reader sees it: entities resolved, tags taken out, on one line."""
    return squeeze(clean(html.unescape(_TAG.sub(" ", raw))))


def strip_markup(markup: str) -> str:
    """The words of an HTML text, for what a parser should not be given; linear in its length.

    Every tag parts two lines.
    """
    first, *rest = markup.split("<")
    pieces = [first, *(piece.partition(">")[2] for piece in rest)]
    text = clean(html.unescape("\n".join(pieces)))
    return "\n".join(filter(None, map(squeeze, text.split("\n"))))

"""Draws words on a terminal or for a pipe: what went, what came, and lines that end between words. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import click

Part = tuple[str, str]
"""A sign and the words it is said of: `=` stayed, `-` is gone, `+` came."""

_LINES = re.compile(r"\r\n|[\n\r\u2028\u2029]")
_TOKENS = re.compile(r"\s+|\S+")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""What would command a terminal, turn the direction of what stands beside it, or cannot be written to one at all."""
_MARKS = {"-": ("[-", "-]"), "+": ("{+", "+}")}


@dataclass(frozen=True, slots=True)
class Pen:
    """How to draw here."""

    colour: bool
    width: int

    def bold(self, text: str) -> str:
        return click.style(text, bold=True) if self.colour else text

    def dim(self, text: str) -> str:
        return click.style(text, dim=True) if self.colour else text

    def drawn(
        self, parts: Sequence[Part], *, indent: str = "", hanging: str = "", marked: bool = True
    ) -> list[str]:
        """The parts as lines: by colour, or between the marks of `git diff --word-diff` where there is none.

        `marked` False: where words around the parts say what went and came, they need no marks. `hanging` stands
        before every line but the first.
        """
        signed = [
            (sign, letters)
            for sign, words in parts
            for letters in self._with_marks(sign, printable(words), marked=marked)
        ]
        return [
            f"{indent}{hanging if number else ''}" + "".join(self._styled(sign, run) for sign, run in line)
            for number, line in enumerate(_lines(signed, self.width - len(indent) - len(hanging)))
        ]

    def said(self, text: str, *, indent: str = "") -> list[str]:
        """Plain words as lines; every one but the first stands a little further in."""
        return self.drawn([("=", _LINES.sub(" ", text))], indent=indent, hanging="  ")

    def _with_marks(self, sign: str, words: str, *, marked: bool) -> Iterator[str]:
        if self.colour or not marked or sign not in _MARKS or not words:
            yield words
            return
        opening, closing = _MARKS[sign]
        # No mark reaches over the end of a paragraph: each line can be read by itself.
        yield "\n".join(f"{opening}{line}{closing}" if line else "" for line in _LINES.split(words))

    def _styled(self, sign: str, run: str) -> str:
        if not self.colour or sign not in _MARKS:
            return run
        if sign == "-":
            return click.style(run, fg="red", strikethrough=True)
        return click.style(run, fg="green", underline=True)


def printable(text: str) -> str:
    """The text without what would command a terminal: a portal can send anything."""
    return _UNSEEN.sub("", text.replace("\t", " "))


def _lines(signed: Sequence[Part], width: int) -> Iterator[list[Part]]:
    """Breaks signed text between words; a word that is longer than a line, as an address, stays whole."""
    letters = [(sign, letter) for sign, words in signed for letter in _LINES.sub("\n", words)]
    text = "".join(letter for _, letter in letters)
    start = 0
    for paragraph in text.split("\n"):
        for first, last in _broken(paragraph, width):
            run = letters[start + first : start + last]
            yield [
                (sign, "".join(letter for _, letter in together))
                for sign, together in groupby(run, lambda one: one[0])
            ]
        start += len(paragraph) + 1


def _broken(paragraph: str, width: int) -> Iterator[tuple[int, int]]:
    """Where each line of a paragraph begins and ends, without the space at its ends."""
    first: int | None = None
    last = 0
    for token in _TOKENS.finditer(paragraph):
        if token[0].isspace():
            continue
        if first is not None and token.end() - first > width:
            yield first, last
            first = None
        first = token.start() if first is None else first
        last = token.end()
    yield (0, 0) if first is None else (first, last)

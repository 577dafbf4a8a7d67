"""Puts in what a text of the configuration refers to: `${NAME}` and `${file:/path}`. Pure: reads nothing itself.

`$${` writes a literal `${`.
"""

import re
from collections.abc import Callable
from typing import Literal
from urllib.parse import quote

Source = Literal["variable", "file"]

_PIECE = re.compile(
    r"(?P<literal>\$\$\{)|\$\{(?:file:(?P<file>[^{}]+)|(?P<variable>[A-Za-z_][A-Za-z0-9_]*))\}|(?P<broken>\$\{)"
)


def filled(text: str, value_of: Callable[[Source, str], str], *, address: bool) -> str:
    """The text with what it refers to put in.

    What is a part of an `address` is percent-encoded, so that no character of it is taken for a border of the
    address; a reference that is the whole text is put in as it is. `value_of` finds the value of a variable or a
    file; what it raises is handed on. Raises ValueError for a reference that cannot be understood.
    """
    alone = _PIECE.fullmatch(text)

    def put_in(piece: re.Match[str]) -> str:
        if piece["broken"]:
            raise ValueError(
                "write a reference as ${NAME} or ${file:/path}, and $${ where ${ itself is meant"
            )
        if piece["literal"]:
            return "${"
        value = value_of("file", piece["file"]) if piece["file"] else value_of("variable", piece["variable"])
        return quote(value, safe="") if address and alone is None else value

    return _PIECE.sub(put_in, text)


def variables_in(text: str) -> frozenset[str]:
    """The variables that a text refers to."""
    return frozenset(piece["variable"] for piece in _PIECE.finditer(text) if piece["variable"])

"""What the parameters of an address say, read strictly; pure."""

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

LONGEST = 4000
"""Characters; enough for every agency of the portal, too few to keep a server busy."""
_NO_HEXADECIMAL = re.compile(rb"%(?![0-9A-Fa-f]{2})")

Named = dict[str, list[str]]


def named(query: str, parameters: Sequence[str], *, offered: str) -> Named:
    """What each parameter was given, in order, of a query as it stood in the address, a character for a byte.

    Raises ValueError with a sentence where that cannot be known; `offered` says in it what may be named.
    """
    found: Named = {parameter: [] for parameter in parameters}
    for pair in filter(None, query.split("&")):
        parameter, _, value = map(_decoded, pair.partition("="))
        if parameter not in found:
            raise ValueError(f"There is no parameter {parameter[:40]!r}; {offered}.")
        found[parameter].append(value)
    return found


def _decoded(part: str) -> str:
    try:
        raw = part.replace("+", " ").encode("latin-1")
        if _NO_HEXADECIMAL.search(raw):
            raise ValueError(
                "The address has a % without two hexadecimal digits; write the sign itself as %25."
            )
        return unquote_to_bytes(raw).decode("utf-8")
    except UnicodeError as error:
        raise ValueError("The address holds bytes that are no UTF-8.") from error

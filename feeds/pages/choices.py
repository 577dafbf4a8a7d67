"""What a page is asked to narrow itself to, read strictly; pure. Raises ValueError with a sentence for a person."""

import re
from collections.abc import Collection

from crawler.directory import agencies, nearest
from feeds.queries import Named

_PLACE = re.compile(r"0|-?[1-9]\d{0,17}", re.ASCII)
"""Within what SQLite can hold."""


def one_given(named: Named, parameter: str) -> str | None:
    """The one value of a parameter; None where it is empty or not named, as a form sends what was not chosen."""
    given = {value.strip() for value in named[parameter]} - {""}
    if len(given) > 1:
        raise ValueError(f"{parameter}= is given several times; this page takes one.")
    return next(iter(given), None)


def one_of(named: Named, parameter: str, allowed: Collection[str]) -> str | None:
    """The same of those values that are allowed."""
    given = one_given(named, parameter)
    if given is not None and given not in allowed:
        raise ValueError(
            f"{parameter}= takes one of {', '.join(sorted(allowed))}; {given[:40]!r} is none of them."
        )
    return given


def agency_given(named: Named) -> str | None:
    """The agency that is asked for by its slug."""
    given = one_given(named, "agency")
    if given is not None and given not in agencies():
        near = nearest(given[:40])
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(f"There is no agency {given[:40]!r}.{hint}")
    return given


def place_given(named: Named, parameter: str = "before") -> int | None:
    """Where a list goes on."""
    given = one_given(named, parameter)
    if given is not None and not _PLACE.fullmatch(given):
        raise ValueError(
            f"{parameter}= takes the number that a link of this page carries, not {given[:40]!r}."
        )
    return None if given is None else int(given)

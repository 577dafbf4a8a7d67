"""The agencies that a form offers, under the kinds that there are; pure."""

from collections.abc import Iterable, Sequence

from crawler.directory import KINDS, kind_of
from feeds.entries import agency_name
from feeds.phrases import phrases

Choice = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Of each kind what it is called, and slug and name of each agency."""


def agency_choice(followed: Sequence[str], chosen: Iterable[str], lang: str) -> Choice:
    """Those that are followed and those that are chosen already, by name."""
    of_kind: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KINDS}
    for slug in dict.fromkeys((*followed, *chosen)):
        kind = kind_of(slug)
        of_kind[kind if kind in of_kind else "body"].append((slug, agency_name(slug, lang)))
    called = phrases(lang).agency_kinds
    return tuple(
        (called[kind], tuple(sorted(known, key=lambda pair: pair[1].casefold())))
        for kind, known in of_kind.items()
        if known
    )

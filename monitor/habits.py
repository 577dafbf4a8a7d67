"""Estimates which share of an agency's releases comes in each language, and which is edited soon. Pure.

What little is known of a listing leans on what is known of all, so that no few releases make a share none or all.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.rhythm import Key

_COPIED, _EDITED = 0.8, 0.05
"""What is guessed of a portal of which nothing is known."""
_DOUBT_COPIED, _DOUBT_EDITED = 5.0, 20.0
"""Releases for which a guess counts, and copies."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What is known of a listing's copies and edits."""

    share: float = 1.0
    """Of its agency's releases, those that come in its language too; from 0 to 1."""
    edited: float = 0.05
    """Of its releases, those that are edited within their first day."""


@dataclass(frozen=True, slots=True)
class Treated:
    """How an agency treated its releases in one language."""

    releases: int = 0
    """Of the agency, in any language."""
    copied: int = 0
    """Those of them that came in this one."""
    watched: int = 0
    """Those of these that came while the listing was read, so that an edit would have been seen."""
    edited: int = 0
    """Those of these that were edited within a day."""


def learned(treated: Mapping[Key, Treated]) -> dict[Key, Habits]:
    """The habits of every listing; to be asked for all at once, since each leans on the others."""
    releases: Counter[str] = Counter()
    copied: Counter[str] = Counter()
    for (_, lang), one in treated.items():
        releases[lang] += one.releases
        copied[lang] += one.copied
    common = {
        lang: _share(copied[lang], of, guess=_COPIED, doubt=_DOUBT_COPIED) for lang, of in releases.items()
    }
    edited, watched = (
        sum(one.edited for one in treated.values()),
        sum(one.watched for one in treated.values()),
    )
    edited_of_all = _share(edited, watched, guess=_EDITED, doubt=_DOUBT_EDITED)
    return {
        (agency, lang): Habits(
            _share(one.copied, one.releases, guess=common[lang], doubt=_DOUBT_COPIED),
            _share(one.edited, one.watched, guess=edited_of_all, doubt=_DOUBT_EDITED),
        )
        for (agency, lang), one in treated.items()
    }


def _share(part: int, of: int, *, guess: float, doubt: float) -> float:
    return (part + guess * doubt) / (of + doubt)

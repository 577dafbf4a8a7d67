"""The agencies of the portal as data: slug, names in three languages, kind, successor. Pure once loaded.

The slugs are irregular (`vko` beside `akimvko`, `kostanai` beside `kostanay`) and are never constructed: a
new agency is a new line of `agencies.csv`. Names are the official ones; few were checked against the portal.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

KINDS = ("ministry", "committee", "agency", "service", "body", "akimat", "department", "mission")

FOLLOWED = (
    "almaty", "ecogeo", "economy", "ontustik", "enbek", "aqmola", "abay", "mfa", "tsm", "mps",
    "karaganda", "adilet", "zhambyl", "moa", "mam", "bko", "atyrau", "aktobe", "akimvko",
)  # fmt: skip
"""Who is followed where the configuration names nobody."""


@dataclass(frozen=True, slots=True)
class Agency:
    """A publishing body of the portal."""

    slug: str
    kind: str
    name_kk: str
    name_ru: str
    name_en: str
    since: str = ""
    """The first day of the slug, where it is known; empty else."""
    until: str = ""
    """The day on which it was retired; empty while it is in use."""
    last_seen: str = ""
    """When the slug was last known to be in use (`2026-07`), empty where nobody recorded it."""
    successor: str = ""
    """The slug that took over, empty where none did."""
    note: str = ""
    doubt: str = ""
    """What nobody could check so far; empty where there is none."""

    def name(self, lang: str) -> str:
        """The name in `kk`, `ru` or `en`; English for any other language."""
        return {"kk": self.name_kk, "ru": self.name_ru}.get(lang, self.name_en)


def agencies() -> Mapping[str, Agency]:
    """Every agency that is known by its slug: those of the file in its order, then what was learned besides."""
    return _known()


def learn(learned: Iterable[Agency]) -> None:
    """Takes what the portal's own directory taught, in place of what was learned before.

    Said once when a program starts, by whoever reads the configuration: a name is asked for in too many places to
    be handed on to each of them.
    """
    _LEARNED[:] = learned
    _known.cache_clear()
    lineage.cache_clear()


@cache
def lineage(slug: str) -> tuple[str, ...]:
    """The slug and all that it took over from, the newest first: one history."""
    line = [slug]
    for each in line:
        line += [old.slug for old in agencies().values() if old.successor == each and old.slug not in line]
    return tuple(line)


def kind_of(slug: str) -> str:
    """The kind of an agency, one of `KINDS`; of one that nobody knows the most general."""
    known = agencies().get(slug)
    return known.kind if known else "body"


_LEARNED: list[Agency] = []


@cache
def _known() -> Mapping[str, Agency]:
    return {**of_the_file(), **{agency.slug: agency for agency in _LEARNED}}


@cache
def of_the_file() -> Mapping[str, Agency]:
    """The agencies that this program brings along."""
    text = files("crawler").joinpath("agencies.csv").read_text(encoding="utf-8")
    return {row["slug"]: Agency(**row) for row in csv.DictReader(text.splitlines())}


def nearest(slug: str) -> list[str]:
    """Slugs that a person may have meant by `slug`, the likeliest first."""
    import difflib

    return difflib.get_close_matches(slug.lower(), agencies(), n=3, cutoff=0.5)


def named(words: str) -> list[str]:
    """Slugs of the agencies in whose names, in any of the three languages, these words stand."""
    sought = words.casefold().strip()
    return [
        agency.slug
        for agency in agencies().values()
        if sought
        and any(sought in name.casefold() for name in (agency.name_kk, agency.name_ru, agency.name_en))
    ]

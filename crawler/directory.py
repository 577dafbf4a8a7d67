"""The agencies of the portal as data: slug, names in three languages, kind, successor. Pure once loaded.

The slugs are irregular (`vko` beside `akimvko`, `kostanai` beside `kostanay`) and are never constructed: a
new agency is a new line of `agencies.csv`. Names are the official ones; few were checked against the portal.
"""

import csv
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
    last_seen: str
    """When the slug was last known to be in use (`2026-07`), empty where nobody recorded it."""
    successor: str
    """The slug that took over, empty where none did."""
    note: str

    def name(self, lang: str) -> str:
        """The name in `kk`, `ru` or `en`; English for any other language."""
        return {"kk": self.name_kk, "ru": self.name_ru}.get(lang, self.name_en)


@cache
def agencies() -> dict[str, Agency]:
    """Every agency of the directory by its slug, in the order of the file."""
    text = files("crawler").joinpath("agencies.csv").read_text(encoding="utf-8")
    return {row["slug"]: Agency(**row) for row in csv.DictReader(text.splitlines())}


def nearest(slug: str) -> list[str]:
    """Slugs that a person may have meant by `slug`, the likeliest first."""
    import difflib

    return difflib.get_close_matches(slug, agencies(), n=3, cutoff=0.5)

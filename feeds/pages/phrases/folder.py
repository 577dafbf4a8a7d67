"""The words of the page of a folder of feeds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Folder:
    """The words of one language."""

    by_agency: str
    name: str
    """The heading of the column of what a feed is of."""
    formats: str
    """The heading of the column of its files."""


def words(lang: str) -> Folder:
    """The words of `kk`, `ru` or `en`."""
    return _WORDS[lang]


_WORDS = {
    "kk": Folder(by_agency="Органдар бойынша", name="Арна", formats="Пішімдер"),
    "ru": Folder(by_agency="По органам", name="Лента", formats="Форматы"),
    "en": Folder(by_agency="By agency", name="Feed", formats="Formats"),
}

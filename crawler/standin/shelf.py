"""The releases of the stand-in portal and the listings they stand in; `Portal` holds its lock around it."""

from bisect import bisect_left, insort
from collections.abc import Callable

from crawler.standin.items import Release


class Shelf:
    """Every release by its id, and the listings of each agency and of the whole portal."""

    def __init__(self) -> None:
        self.releases: dict[int, Release] = {}
        self._listings: dict[tuple[str | None, str], list[tuple[str, int]]] = {}

    def put(self, release: Release, lang: str) -> None:
        """Lists a language copy, unless it has been taken out."""
        edition = release.editions[lang]
        if edition.listed:
            for agency in (*release.agencies, None):
                insort(self._listings.setdefault((agency, lang), []), (edition.created, release.id))

    def take(self, release: Release, lang: str) -> None:
        """Takes a language copy out of the listings, where it is in them."""
        edition = release.editions.get(lang)
        if edition is not None and edition.listed:
            for agency in (*release.agencies, None):
                keys = self._listings[agency, lang]
                del keys[bisect_left(keys, (edition.created, release.id))]

    def ids(self, agency: str | None, lang: str) -> list[int]:
        """The ids of a listing, newest first."""
        return [key[1] for key in reversed(self._listings.get((agency, lang), []))]

    def page(self, agency: str | None, lang: str, *, page: int, size: int) -> list[Release]:
        """A page of a listing, newest first."""
        keys = self._listings.get((agency, lang), [])
        end = len(keys) - (max(page, 1) - 1) * size
        return [self.releases[key[1]] for key in reversed(keys[max(end - size, 0) : max(end, 0)])]

    def stored(self, chosen: Callable[[str], bool], lang: str) -> list[Release]:
        """What the chosen agencies list in a language, in the order of storage."""
        return [
            release
            for release in self.releases.values()
            if lang in release.editions
            and release.editions[lang].listed
            and any(chosen(agency) for agency in release.agencies)
        ]

    def agencies(self) -> list[str]:
        """The slugs that have published."""
        return sorted({slug for release in self.releases.values() for slug in release.agencies})

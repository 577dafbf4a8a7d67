"""Which listings, where they fail together, are one trouble: all of an agency, or most of a language. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from monitor.failing import Key

SEVERAL = 3
"""Listings in the same trouble, if they are more than half of all, are no trouble of any single one."""


@dataclass(frozen=True, slots=True)
class Group:
    """Listings that have an agency, or a language, in common."""

    members: frozenset[Key]
    agency: str | None = None
    lang: str | None = None

    @property
    def key(self) -> str:
        """The key of the trouble that they are in together."""
        return f"listing {self.agency or '*'}/{self.lang or '*'}"

    def fails(self, count: int) -> bool:
        """Whether so many that fail are a trouble of the group."""
        return count == len(self.members) if self.agency else are_most(count, of=len(self.members))

    def is_well(self, still: int) -> bool:
        """Whether so few fail that the group is in no trouble: not at once where it would come and go with one."""
        return still == 0 if self.agency else still < SEVERAL or still * 4 < len(self.members)


def groups_of(followed: Collection[Key]) -> list[Group]:
    """The groups of these listings; one that is all of them is the portal's, and one of a single listing is none."""
    return [group for group in _groups(followed) if 1 < len(group.members) < len(followed)]


def groups_with(key: Key) -> tuple[str, str]:
    """The keys of the troubles that may explain why this listing fails."""
    agency, lang = key
    return f"listing {agency}/*", f"listing */{lang}"


def are_most(count: int, *, of: int) -> bool:
    """Whether so many are most of all, and several."""
    return count >= SEVERAL and 2 * count > of


def _groups(followed: Collection[Key]) -> Iterator[Group]:
    for agency in dict.fromkeys(agency for agency, _ in followed):
        yield Group(frozenset(key for key in followed if key[0] == agency), agency=agency)
    for lang in dict.fromkeys(lang for _, lang in followed):
        yield Group(frozenset(key for key in followed if key[1] == lang), lang=lang)

"""How much of a list fits a page; pure."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Sized(Protocol):
    """What a page lists."""

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        ...


T = TypeVar("T", bound=Sized)


def within(items: Sequence[T], room: int) -> Sequence[T]:
    """The first items, as many as take no more room together than that; one at least."""
    taken = 0
    for count, item in enumerate(items):
        taken += item.size
        if taken > room and count:
            return items[:count]
    return items

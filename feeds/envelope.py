"""What a feed is but for its entries: written once a feed, where an entry is written once for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Envelope:
    """The bytes around the fragments of a feed's entries."""

    head: bytes
    between: bytes
    """Stands between one fragment and the next."""
    tail: bytes

    def around(self, fragments: Iterable[bytes]) -> bytes:
        """The whole document."""
        return self.head + self.between.join(fragments) + self.tail

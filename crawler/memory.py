"""What this worker sent last of each edition, to know the unchanged again. Bounded; no file."""

from collections import OrderedDict


class Memory:
    """Remembers one digest for each key; beyond `most` keys the one longest unused is forgotten."""

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._digests: OrderedDict[str, str] = OrderedDict()

    def holds(self, key: str, digest: str) -> bool:
        """Whether `digest` is what was noted last for `key`."""
        if self._digests.get(key) != digest:
            return False
        self._digests.move_to_end(key)
        return True

    def note(self, key: str, digest: str) -> None:
        """From now on `digest` is what was sent last for `key`."""
        self._digests[key] = digest
        self._digests.move_to_end(key)
        if len(self._digests) > self._most:
            self._digests.popitem(last=False)

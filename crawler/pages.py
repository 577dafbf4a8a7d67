"""What each listing's page answered last, to know it again without reading it. Bounded; no file, no request."""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from time import monotonic
from typing import Any

from crawler.items import CHANGES_BY_ITSELF

MOST_PAIRS = 40_000
"""Ids with their digests, of all pages together: some 10 MB."""

Pairs = tuple[tuple[str, str], ...]
"""Ids and digests of a page's items, in their order."""

_COUNT = re.compile(rb"\s*:\s*\d{1,15}(?=\s*[,}])")
_VALIDATOR = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,199}")
_GIVEN_AS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
ASKED_WITH = frozenset(_GIVEN_AS.values())
"""The header fields of a request that may be answered by 304."""


@dataclass(frozen=True, slots=True)
class _Page:
    pairs: Pairs
    counters: tuple[bytes, ...]
    print: bytes | None
    """Digest of its bytes without what counts views; None where those cannot be told apart from the rest."""
    conditions: Mapping[str, str]
    fetched_at: float


class Pages:
    """Remembers pages by any key; beyond `most` pairs those longest unused are forgotten."""

    def __init__(
        self,
        most: int = MOST_PAIRS,
        *,
        whole_every: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._most = most
        self._whole_every = whole_every
        self._clock = clock
        self._pages: OrderedDict[object, _Page] = OrderedDict()
        self._held = 0

    def known(self, key: object, body: bytes, headers: Mapping[str, str]) -> Pairs | None:
        """The items of this answer, if it says what the last one said and only views were counted.

        Header names are in lower case.
        """
        page = self._pages.get(key)
        if page is None or page.print is None or _print(body, page.counters) != page.print:
            return None
        self._pages[key] = replace(page, conditions=_conditions(headers), fetched_at=self._clock())
        self._pages.move_to_end(key)
        return page.pairs

    def note(
        self, key: object, body: bytes, headers: Mapping[str, str], items: Sequence[Any], pairs: Pairs
    ) -> None:
        """Remembers an answer whose every item was read, in place of the one before."""
        self.forget(key)
        counted = [name for item in items for name in item.keys() & CHANGES_BY_ITSELF]
        counters = tuple(f'"{name}"'.encode() for name in sorted(set(counted)))
        # A counter deeper inside an item belongs to its digest: a page with one is read each time.
        plain = sum(map(body.count, counters)) == len(counted)
        print_ = _print(body, counters) if plain else None
        self._pages[key] = _Page(pairs, counters, print_, _conditions(headers), self._clock())
        self._held += len(pairs)
        while self._held > self._most:
            self.forget(next(iter(self._pages)))

    def forget(self, key: object) -> None:
        """Remembers nothing of this page."""
        page = self._pages.pop(key, None)
        self._held -= len(page.pairs) if page else 0

    def conditions(self, key: object) -> Mapping[str, str]:
        """The header fields that ask for the page only if it changed; none where it is due to come whole."""
        page = self._pages.get(key)
        if page is None or self._clock() >= page.fetched_at + self._whole_every:
            return {}
        return page.conditions

    def confirmed(self, key: object) -> Pairs | None:
        """The items of a page that the portal says has not changed."""
        page = self._pages.get(key)
        if page is None or not page.conditions:
            return None
        self._pages.move_to_end(key)
        return page.pairs


def _conditions(headers: Mapping[str, str]) -> Mapping[str, str]:
    """What the portal gave to ask with; what is no plain line is not sent back."""
    return {
        asked: headers[given]
        for given, asked in _GIVEN_AS.items()
        if _VALIDATOR.fullmatch(headers.get(given, ""))
    }


def _print(body: bytes, counters: Sequence[bytes]) -> bytes | None:
    """A digest of the bytes without the numbers of these fields; None where one of them is no such field.

    Only JSON goes in, so that a quotation mark behind a brace or a comma opens the name of a field: within a
    text it would have a backslash before it.
    """
    for name in counters:
        first, *rest = body.split(name)
        before, kept = first, [first]
        for piece in rest:
            count = _COUNT.match(piece)
            if count is None or before[-99:].rstrip()[-1:] not in (b"{", b","):
                return None
            before = piece
            kept.append(piece[count.end() :])
        body = name.join(kept)
    return sha256(body).digest()  # of all digests the one that processors help with

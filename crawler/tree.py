"""The one door to lxml: from an HTML document to the tree of its elements. Pure; reads nothing out of it."""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from lxml import etree


class Element(Protocol):
    """What is asked of an element; its children come when it is iterated over."""

    tag: str
    text: str | None
    """The words before its first child."""
    tail: str | None
    """The words behind it, up to the next element."""

    def get(self, key: str, /) -> str | None:
        """An attribute."""

    def itertext(self) -> Iterable[str | bytes]:
        """All words in it, those of scripts and styles included."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator["Element"]: ...


_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
_LAST_TAGS = re.compile(r"</(?:body|html)\b[^<>]*>", re.IGNORECASE)


def tree(document: str) -> Element | None:
    """The root of the document, comments left out; None where there is nothing in it.

    The time grows with the square of the entities that follow one another: mind how many it may hold.
    """
    # libxml2 drops what stands behind the end of the body; without the end tags that is the body.
    root: Element | None = etree.fromstring(_LAST_TAGS.sub(" ", document).encode(), _PARSER)
    return root

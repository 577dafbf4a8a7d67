"""Pages made of a store, as a browser would find them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from feeds.pages.table import Looked, looked_at
from feeds.site import Site
from monitor.config import Config
from tests.feeds.conftest import SEEN, Stored

LATER = SEEN + timedelta(days=30)
LIMIT = 100_000
"""Bytes of a page, whatever is stored."""

Show = Callable[..., "Shown"]


class Shown:
    """A page."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.text = body.decode()
        self.tree: Any = html.fromstring(self.text)

    def texts(self, path: str) -> list[str]:
        """What stands in these elements, with white space as a browser draws it."""
        return [" ".join(str(element.text_content()).split()) for element in self.tree.xpath(path)]

    @property
    def titles(self) -> list[str]:
        return self.texts("//main//h3")

    def item(self, title: str) -> Any:
        """The element of the list that has this title."""
        [found] = [
            li for li in self.tree.xpath("//main//li[.//h3]") if title in li.xpath(".//h3")[0].text_content()
        ]
        return found


def shown(path: Path, address: str, lang: str = "ru", **tables: Any) -> Shown:
    """The page of an address in a language."""
    site = Site(Config.model_validate({"database": {"path": path}} | tables))
    place, _, query = address.partition("?")
    looked = looked_at(place, query, languages=site.languages)
    assert isinstance(looked, Looked), looked
    try:
        held = site.view(looked.view, lang, None, now=LATER, by_wish=False)
    finally:
        site.close()
    assert held.document is not None
    return Shown(held.document.plain)


@pytest.fixture
def show(stored: Stored) -> Show:
    """Makes a page of the store of the test."""
    return lambda address, lang="ru", **tables: shown(stored.path, address, lang, **tables)

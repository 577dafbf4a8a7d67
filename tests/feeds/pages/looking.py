"""Asks for a page of a store, without a server."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import html

from feeds.answers import Resource
from feeds.pages.context import Missing
from feeds.pages.table import looked_at
from feeds.site import Site
from feeds.streams import Refusal
from monitor.config import Config, Database, Server

NOW = datetime(2031, 6, 1, tzinfo=UTC)


class Refused(Exception):
    """Raised where an address means nothing."""


@dataclass(frozen=True)
class Page:
    """A page as it would be sent."""

    body: bytes
    resource: Resource
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def tree(self) -> Any:
        return html.fromstring(self.body.decode())

    @property
    def main(self) -> Any:
        """Without what stands around every page."""
        return self.tree.xpath("//main")[0]

    def said(self, xpath: str = "string(.)") -> str:
        """The words of it, in one line."""
        return " ".join(self.main.xpath(xpath).split())


def look(path: Path, address: str, lang: str = "ru", **server: Any) -> Page:
    """The page of that address; raises Missing, and Refused where the address means nothing."""
    site = Site(Config(database=Database(path=path), server=Server.model_validate(server)))
    place, _, query = address.partition("?")
    looked = looked_at(place, query, languages=site.languages)
    try:
        if isinstance(looked, Refusal):
            raise Refused(looked.sentence)
        begun = time.process_time()
        held = site.view(looked.view, lang, None, now=NOW, by_wish=False)
        assert held.document is not None
        return Page(held.document.plain, held.resource, time.process_time() - begun)
    finally:
        site.close()
        site.close_searches()


def why_not(path: Path, address: str, lang: str = "ru", **server: Any) -> str:
    """Why there is no page of that address."""
    try:
        look(path, address, lang, **server)
    except Missing as missing:
        return str(missing)
    raise AssertionError(f"there is a page at {address}")

"""A portal whose items are read by the worker's own code, as are those that were kept of it."""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pytest

from crawler import items
from crawler.records import PARSER, Order, Reparse, Report, Sighting
from monitor.errors import CrawlFailed
from monitor.store import reparses
from monitor.worker import Answer
from tests.monitor.shelf import START, FakePortal, Item

BASE = "http://127.0.0.1:1"


@dataclass(frozen=True)
class RawItem(Item):
    """An item as the portal sends it, read by the worker's own code."""

    body: str = ""
    views: int = 0
    dated: str = ""
    """Its date as a dump would write it; empty: as the portal does."""
    hint: str = ""
    """A field that this program does not know."""

    def sighting(self, order: Order, position: int) -> Sighting:
        seen = _read(self, order.agency, items.read_body, items.PARSER)
        return replace(seen, order=order.id, position=position)


@lru_cache(maxsize=4096)
def _read(item: RawItem, listing: str, *_code: object) -> Sighting:
    """How such code reads it in a listing; most readings show what the one before showed."""
    raw: dict[str, object] = {
        "id": item.source_id,
        "title": item.title,
        "body": item.body,
        "created_date": item.dated or f"{item.published_at:%Y-%m-%dT%H:%M:%S}",
        "views": item.views,
    }
    if item.hint:
        raw["hint"] = item.hint
    seen = items.read_item(raw, order=Order(1, listing, "kk"), position=0, base_url=BASE)
    assert isinstance(seen, Sighting)
    return seen


@dataclass
class Portal(FakePortal):
    """Its worker reads kept items too; `dies_after` that many orders to do so."""

    reparses: list[Reparse] = field(default_factory=list)
    dies_after: int | None = None

    async def read(self, order: Any) -> Answer:
        if not isinstance(order, Reparse):
            return await super().read(order)
        if len(self.reparses) == self.dies_after:
            raise CrawlFailed("the crawl worker ended (code -9)")
        self.reparses.append(order)
        seen = tuple(
            items.read_kept(raw, order=order.id, position=place, base_url=BASE)
            for place, raw in enumerate(order.items)
        )
        return Answer(seen, Report(order.id, "items", listed=len(seen)))


def release(number: int, body: str, title: str = "Жаңа мектеп ашылды") -> RawItem:
    return RawItem(number, title, "", START - timedelta(days=1), body=f"<p>{body}</p>")


def better_code(monkeypatch: pytest.MonkeyPatch, version: int = PARSER + 1) -> None:
    """Code that reads item bodies in another way: what it read as «оқушы» it reads as «бала»."""
    read_body = items.read_body

    def better(body: str | None, base_url: str) -> Any:
        read = read_body(body, base_url)
        return replace(read, text=read.text.replace("оқушы", "бала"), html=read.html.replace("оқушы", "бала"))

    monkeypatch.setattr(items, "PARSER", version)
    monkeypatch.setattr(reparses, "PARSER", version)
    monkeypatch.setattr(items, "read_body", better)


def blind_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Older code, that does not see figures in the body of an item."""
    read_body = items.read_body

    def blind(body: str | None, base_url: str) -> Any:
        read = read_body(body, base_url)
        return replace(read, text=re.sub(r"\d+ ", "", read.text), html=re.sub(r"\d+ ", "", read.html))

    monkeypatch.setattr(items, "PARSER", 1)
    monkeypatch.setattr(items, "read_body", blind)

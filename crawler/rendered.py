"""The list of releases as a browser draws it on the portal's page: cards with title, date and address. Pure.

A card has no text of the release: what is read here is never a wording, only a sign that the list is there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup
from bs4.element import Tag

from crawler.plain import clean, squeeze

_DETAILS = re.compile(r"/press/news/details/(\d{1,19})(?=[/?#]|$)")
_LARGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class Card:
    """One release of the list."""

    source_id: str
    title: str
    day: str
    """As the page writes it: «8 июля 2026»."""
    category: str
    """What stands before the date; empty where nothing does."""


def read_cards(page: str) -> tuple[Card, ...]:
    """The cards of a page, in their order; none where it is no list, or its addresses hold no number."""
    if len(page) > _LARGEST or "card-news-list__item" not in page:
        return ()
    soup = BeautifulSoup(page, "lxml", multi_valued_attributes=None)
    return tuple(_cards(soup))


def _cards(soup: BeautifulSoup) -> Iterator[Card]:
    for drawn in soup.select("div.card-news-list__item"):
        link = drawn.select_one('a[href*="/press/news/details/"]')
        found = _DETAILS.search(str(link.get("href"))) if link else None
        if link is None or found is None:
            continue
        title = _words(drawn.select_one("div.inner-html")) or squeeze(clean(str(link.get("title") or "")))
        day = _words(drawn.select_one("p.categories__item.color_grey"))
        category = _words(drawn.select_one("p.categories__item:not(.color_grey)")).rstrip("/").rstrip()
        yield Card(found[1], title, day, category)


def _words(element: Tag | None) -> str:
    return squeeze(clean(element.get_text(" "))) if element else ""

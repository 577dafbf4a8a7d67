"""What the form of a search was sent with: read, checked, and written as an address again. Pure."""

import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast

from crawler.directory import agencies
from feeds.cleaning import one_line
from feeds.pages.context import addressed
from feeds.queries import Named
from monitor.store.found import Order
from monitor.store.narrowing import Narrowed

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
"""As forms send days; the library reads more ways of writing one."""

PARAMETERS = ("q", "agency", "lang", "from", "to", "status", "order", "page")
SIZE = 20
"""Hits of a page."""
LAST_PAGE = 250
_LONGEST = 1001
"""Characters of a value that are read; a search of as many is refused for its length."""

Status = Literal["any", "listed", "removed", "edited"]
STATUSES: tuple[Status, ...] = ("any", "listed", "removed", "edited")
ORDERS: tuple[Order, ...] = ("date", "relevance")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a field cannot be understood."""

    field: str
    """As the address calls it."""
    kind: str
    """What is wrong; the words of the page say it."""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as its form says it."""

    text: str = ""
    """As it was typed."""
    agencies: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    status: Status = "any"
    order: Order = "date"
    page: int = 1

    @property
    def narrowed(self) -> Narrowed:
        """What the store is asked for besides the words."""
        return Narrowed(self.agencies, self.languages, self.since, self.until, self.status)

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for less than everything."""
        return self.narrowed != Narrowed()

    @property
    def address(self) -> str:
        """Where it stands, without the language; what goes without saying is left out."""
        return addressed(
            "/search",
            q=self.text,
            agency=self.agencies,
            lang=self.languages,
            from_=self.since,
            to=self.until,
            status=None if self.status == "any" else self.status,
            order=None if self.order == "date" else self.order,
            page=None if self.page == 1 else self.page,
        )

    def on_page(self, page: int) -> "Asked":
        """Another page of it."""
        return replace(self, page=page)

    def everywhere(self) -> "Asked":
        """The same words in all that is held."""
        return Asked(self.text, order=self.order)


def read_asked(named: Named, *, languages: Collection[str]) -> tuple[Asked, tuple[Fault, ...]]:
    """The search, as far as it can be understood, and what cannot; `languages` may be asked for."""
    faults: list[Fault] = []
    slugs = _listed(named["agency"])
    faults += [Fault("agency", "agency", slug[:40]) for slug in slugs if slug not in agencies()]
    spoken = _listed(named["lang"])
    faults += [Fault("lang", "lang", lang[:40]) for lang in spoken if lang not in languages]
    since, until = (_day(name, named[name], faults) for name in ("from", "to"))
    if since and until and since > until:
        faults.append(Fault("from", "order_of_dates"))
    return Asked(
        text=_one("q", named["q"], faults),
        agencies=tuple(slug for slug in slugs if slug in agencies()),
        languages=tuple(lang for lang in spoken if lang in languages),
        since=since,
        until=until,
        status=cast("Status", _of("status", named["status"], STATUSES, faults)),
        order=cast("Order", _of("order", named["order"], ORDERS, faults)),
        page=_page(_one("page", named["page"], faults), faults),
    ), tuple(faults)


def _listed(values: Iterable[str]) -> list[str]:
    return sorted({one_line(part) for value in values for part in value.split(",")} - {""})


def _one(name: str, values: Iterable[str], faults: list[Fault]) -> str:
    """The one value of a parameter, the first where there are several."""
    given = list(dict.fromkeys(filter(None, (one_line(value, limit=_LONGEST) for value in values))))
    if len(given) > 1:
        faults.append(Fault(name, "several"))
    return given[0] if given else ""


def _of(name: str, values: Iterable[str], allowed: Iterable[str], faults: list[Fault]) -> str:
    """One of those allowed, the first where nothing is said."""
    choices = list(allowed)
    value = _one(name, values, faults) or choices[0]
    if value in choices:
        return value
    faults.append(Fault(name, name, value[:40]))
    return choices[0]


def _day(name: str, values: Iterable[str], faults: list[Fault]) -> date | None:
    value = _one(name, values, faults)
    if not value:
        return None
    if _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    faults.append(Fault(name, "date"))
    return None


def _page(value: str, faults: list[Fault]) -> int:
    if not value:
        return 1
    if value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= LAST_PAGE:
        return int(value[:9])
    faults.append(Fault("page", "page", str(LAST_PAGE)))
    return 1

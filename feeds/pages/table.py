"""Which page an address means; pure."""

import re
from dataclasses import dataclass

from feeds.api.table import DOCUMENTS
from feeds.pages.agencies import Agencies
from feeds.pages.agency import Agency
from feeds.pages.builder import Builder
from feeds.pages.changes import Changes
from feeds.pages.context import LANGUAGES, Page, View
from feeds.pages.diff import Diff
from feeds.pages.favicon import Favicon
from feeds.pages.newest import Newest
from feeds.pages.raw import Raw
from feeds.pages.release import Release
from feeds.pages.search import Search
from feeds.pages.status import Status
from feeds.queries import LONGEST, named
from feeds.streams import Refusal

PAGES: tuple[Page, ...] = (
    Newest(),
    Changes(),
    Release(),
    Diff(),
    Raw(),
    Agencies(),
    Agency(),
    Search(),
    Builder(),
    Status(),
    *DOCUMENTS,
    Favicon(),
)
"""Every page that there is."""

_LANGUAGE = re.compile(rf"/({'|'.join(LANGUAGES)})(?=/)")
_PATTERNS = [(re.compile(page.pattern, re.ASCII), page) for page in PAGES]


@dataclass(frozen=True, slots=True)
class Looked:
    """A page, and the language that its address names; None: it names none."""

    view: View
    lang: str | None


def language_of(path: str) -> str | None:
    """The language that an address names, whether there is such a page or not; None: it names none."""
    match = _LANGUAGE.match(path)
    return match[1] if match else None


def looked_at(path: str, query: str, *, languages: frozenset[str]) -> Looked | Refusal:
    """The page that a path and a query (as it stood in the address, a character for a byte) mean.

    `languages` are those that releases may be asked for in. A refusal without a sentence: no page has the address.
    """
    lang = language_of(path)
    plain = path.removeprefix(f"/{lang}") if lang else path
    for pattern, page in _PATTERNS:
        place = pattern.fullmatch(plain)
        if place is None:
            continue
        if len(query) > LONGEST:
            return Refusal(400, f"The address is too long: its query has more than {LONGEST} characters.")
        takes = f"this page takes {', '.join(f'{name}=' for name in page.parameters) or 'none'}"
        try:
            given = named(query, page.parameters, offered=takes)
            view = page.view(place.groupdict(), given, languages=languages)
        except ValueError as error:
            return Refusal(400, str(error))
        return Looked(view, lang) if view.in_languages or lang is None else Refusal(404, "")
    return Refusal(404, "")

"""What every page is told of who looks, and when; and what comes of making one. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from feeds.entries import RemovedText
from feeds.queries import Named
from monitor.quiet import Quiet
from monitor.store.database import Database

LANGUAGES = ("kk", "ru", "en")
"""That the pages themselves speak, whatever releases are read in."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who looks, at what, and when."""

    lang: str
    """One of `LANGUAGES`."""
    path: str
    """Where this page stands, without the language."""
    root: str
    """The way from this page to where the site begins, such as `../`: links hold wherever a proxy puts the site."""
    address: str
    """The server's own, without a slash at its end."""
    agencies: tuple[str, ...]
    """Those that are followed."""
    languages: tuple[str, ...]
    """Those that releases are read in."""
    zone: ZoneInfo
    removed_text: RemovedText
    portal: str
    """The address of the portal."""
    now: datetime
    routes: tuple[str, ...] = ()
    """Those that the portal may be read by, the first to be tried before the others."""
    requests_per_minute: float = 0
    per_day: int | None = None
    """Requests that may be sent in a day; None: there is no limit."""
    quiet: Quiet | None = None
    """Hours in which nothing is asked of the portal by itself."""
    database: Path | None = None
    """Where it stands, which nobody is told."""

    def link(self, path: str) -> str:
        """The way to another page in the reader's language, such as `../ru/search` to `/search`."""
        return f"{self.root}{self.lang}{path}"

    def plain_link(self, path: str) -> str:
        """The way to what stands under no language: feeds, pictures, the API."""
        return self.root + path.removeprefix("/")

    def in_language(self, lang: str) -> str:
        """The way to this very page in another language."""
        return f"{self.root}{lang}{self.path}"

    def absolute(self, lang: str | None = None) -> str:
        """The whole address of this page in a language; None: in that of whoever asks."""
        return f"{self.address}{f'/{lang}' if lang else ''}{self.path}"


@dataclass(frozen=True, slots=True)
class Made:
    """A document as it is sent."""

    body: bytes
    media_type: str = "text/html"
    pictures: str = ""
    """The only other host that a browser may fetch pictures from, as `https://www.gov.kz`."""
    file_name: str = ""
    """What it is kept under by who follows the link; empty: it is shown."""
    links: tuple[tuple[str, str], ...] = ()
    """Relation and whole address of what belongs to it."""
    for_any_site: bool = False
    """Whether scripts of any site may read it."""
    is_passing: bool = False
    """Whether it is hardly asked for twice, so that keeping it would only crowd out others."""


class Missing(Exception):
    """Raised where there is nothing of what an address names; says so to a person, in their language."""


class Misunderstood(Exception):
    """Raised where an address cannot be understood by a page that says so better than a sentence: in its own form."""

    def __init__(self, body: bytes) -> None:
        super().__init__("the address cannot be understood")
        self.body = body


class View(Protocol):
    """One page, as an address means it."""

    in_languages: ClassVar[bool]
    """Whether it stands under each of `LANGUAGES`, as `/ru/search`; else only under its plain address."""
    fresh_seconds: ClassVar[int | None]
    """How long it is good for; None: until something changes that feeds show."""

    @property
    def is_slow(self) -> bool:
        """Whether making it takes time: then it is made beside the searches, and rationed with them."""
        ...

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        ...

    def made(self, db: Database | None, context: Context) -> Made:
        """The page as it is now, in the language of the reader; `db` is None while there is no database.

        Raises Missing where it shows nothing, Misunderstood where its address means nothing, StoreError where the
        database cannot be read.
        """
        ...


class Page(Protocol):
    """One kind of page: what its addresses look like, and which view each of them means."""

    @property
    def pattern(self) -> str:
        """A regular expression for its path, without the language; its groups are passed on by name."""
        ...

    @property
    def parameters(self) -> tuple[str, ...]:
        """What its query may name."""
        ...

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> View:
        """What an address means; `languages` may be asked for. Raises ValueError with a sentence for a person."""
        ...


def root_of(path: str) -> str:
    """The way to where the site begins, from what a browser asked for at this path."""
    return "../" * (path.count("/") - 1) or "./"


def addressed(path: str, **parameters: object) -> str:
    """A path with what narrows it, in the order given; what is empty is left out."""
    pairs = [
        (name.rstrip("_"), str(each))
        for name, value in parameters.items()
        for each in (value if isinstance(value, (tuple, list)) else (value,))
        if each not in {None, "", False}
    ]
    return f"{path}?{urlencode(pairs, quote_via=quote)}" if pairs else path

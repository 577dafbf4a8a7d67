"""`/favicon.svg`: the sign of Jarshy, a herald's horn; answered as well to browsers that ask for `/favicon.ico`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from feeds.pages.context import Context, Made
from feeds.queries import Named
from monitor.store.database import Database

_HORN = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    b'<rect width="32" height="32" rx="7" fill="#0a5c8a"/>'
    b'<path d="M6 13v6h4l11 6V7l-11 6zM24 12a5 5 0 0 1 0 8" fill="none" stroke="#fff" stroke-width="2.5"'
    b' stroke-linejoin="round" stroke-linecap="round"/></svg>\n'
)


@dataclass(frozen=True, slots=True)
class FaviconView:
    """The sign."""

    in_languages: ClassVar[bool] = False
    fresh_seconds: ClassVar[int | None] = 86400
    is_slow: ClassVar[bool] = False

    @property
    def path(self) -> str:
        """Its one address."""
        return "/favicon.svg"

    def made(self, db: Database | None, context: Context) -> Made:
        """The picture."""
        return Made(_HORN, "image/svg+xml")


class Favicon:
    """The sign of the site."""

    pattern = r"/favicon\.(?:svg|ico)"
    parameters = ()

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> FaviconView:
        """What its address means."""
        return FaviconView()

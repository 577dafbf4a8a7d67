"""`/`: the newest releases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from feeds.entries import entry_without_text
from feeds.pages.context import Context, Made
from feeds.pages.rendering import rendered
from feeds.queries import Named
from monitor.store.database import Database
from monitor.store.for_feeds import newest_editions

_ON_PAGE = 40


@dataclass(frozen=True, slots=True)
class NewestView:
    """The newest releases."""

    in_languages: ClassVar[bool] = True
    fresh_seconds: ClassVar[int | None] = None
    is_slow: ClassVar[bool] = False

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        return "/"

    def made(self, db: Database | None, context: Context) -> Made:
        """The page as it is now."""
        rows = () if db is None else newest_editions(db, limit=_ON_PAGE)
        return Made(
            rendered(
                "newest.html", context, entries=[(row.source_id, entry_without_text(row)) for row in rows]
            )
        )


class Newest:
    """The page that greets a person."""

    pattern = r"/"
    parameters = ()

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> NewestView:
        """What its address means."""
        return NewestView()

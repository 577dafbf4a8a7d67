"""`/`: the newest releases, by day."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from feeds.pages.agency_choice import agency_choice
from feeds.pages.choices import agency_given, one_of, place_given
from feeds.pages.context import Context, Made, addressed
from feeds.pages.days import by_day
from feeds.pages.discovery import discovered
from feeds.pages.newest_items import Item, item_of
from feeds.pages.phrases.newest import words
from feeds.pages.rendering import rendered
from feeds.pages.room import within
from feeds.queries import Named
from feeds.streams import Stream, offered
from monitor.store.database import Database
from monitor.store.newest import newest_releases

_ON_PAGE = 40
_LONGEST = 60_000
"""Bytes of all releases on a page."""


@dataclass(frozen=True, slots=True)
class NewestView:
    """The newest releases, of an agency or in a language where these are named, below a place."""

    agency: str | None = None
    lang: str | None = None
    before: int | None = None

    in_languages: ClassVar[bool] = True
    fresh_seconds: ClassVar[int | None] = None
    is_slow: ClassVar[bool] = False

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        return self._below(self.before)

    def _below(self, place: int | None) -> str:
        return addressed("/", agency=self.agency, lang=self.lang, before=place)

    def made(self, db: Database | None, context: Context) -> Made:
        """The page as it is now."""
        items: list[Item] = []
        older = newer = None
        if db is not None:
            found = newest_releases(db, agency=self.agency, lang=self.lang, before=self.before, size=_ON_PAGE)
            items = [
                item_of(
                    release,
                    lang=context.lang,
                    asked=self.lang,
                    languages=context.languages,
                    zone=context.zone,
                    removed_text=context.removed_text,
                )
                for release in found.releases
            ]
            fitting = within(items, _LONGEST)
            if found.has_older or len(fitting) < len(items):
                older = self._below(fitting[-1].place)
            newer = self._below(found.newer_before) if found.has_newer else None
            items = list(fitting)
        return Made(
            rendered(
                "newest.html",
                context,
                words=words(context.lang),
                view=self,
                agencies=agency_choice(context.agencies, filter(None, (self.agency,)), context.lang),
                days=by_day(items, lambda item: item.came, context.zone),
                older=older,
                newer=newer,
                feeds=discovered(self._streams(context)),
            )
        )

    def _streams(self, context: Context) -> tuple[Stream, ...]:
        if self.agency or self.lang:
            narrowed = ((self.agency,) if self.agency else (), (self.lang,) if self.lang else ())
            return (Stream(agencies=narrowed[0], languages=narrowed[1]),)
        return offered((), context.languages)


class Newest:
    """The page that greets a person."""

    pattern = r"/"
    parameters = ("agency", "lang", "before")

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> NewestView:
        """What its address means."""
        return NewestView(agency_given(named), one_of(named, "lang", languages), place_given(named))

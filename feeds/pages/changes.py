"""`/changes`: the journal for people, by day."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, cast

from feeds.pages.agency_choice import agency_choice
from feeds.pages.change_items import ChangeItem, change_item
from feeds.pages.choices import agency_given, one_of, place_given
from feeds.pages.context import Context, Made, addressed
from feeds.pages.days import by_day
from feeds.pages.discovery import discovered
from feeds.pages.phrases.changes import words
from feeds.pages.rendering import rendered
from feeds.pages.room import within
from feeds.phrases import phrases
from feeds.queries import Named
from feeds.streams import Stream
from monitor.changes import KINDS, WEIGHTS, Kind, Weight
from monitor.store.database import Database
from monitor.store.for_feeds import changes
from monitor.store.recent_changes import Wanted, recent_changes

_ON_PAGE = 40
_LONGEST = 60_000
"""Bytes of all changes on a page."""


@dataclass(frozen=True, slots=True)
class ChangesView:
    """The newest changes, of a kind, an agency or a weight where these are named, older than one of them."""

    wanted: Wanted
    before: int | None = None

    in_languages: ClassVar[bool] = True
    fresh_seconds: ClassVar[int | None] = None
    is_slow: ClassVar[bool] = False

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        return self._below(self.before)

    def _below(self, change_id: int | None) -> str:
        asked = self.wanted
        weight = None if asked.weight == "none" else asked.weight
        return addressed("/changes", kind=asked.kind, agency=asked.agency, weight=weight, before=change_id)

    def made(self, db: Database | None, context: Context) -> Made:
        """The page as it is now."""
        items: list[ChangeItem] = []
        older = newer = None
        if db is not None:
            found = recent_changes(db, self.wanted, before=self.before, size=_ON_PAGE)
            held = changes(db, found.ids)
            items = [
                change_item(
                    held[key], lang=context.lang, zone=context.zone, removed_text=context.removed_text
                )
                for key in found.ids
            ]
            fitting = within(items, _LONGEST)
            if found.has_older or len(fitting) < len(items):
                older = self._below(fitting[-1].id)
            newer = self._below(found.newer_before) if found.has_newer else None
            items = list(fitting)
        return Made(
            rendered(
                "changes.html",
                context,
                words=words(context.lang),
                kinds=phrases(context.lang).kinds,
                view=self.wanted,
                is_narrowed=self != ChangesView(Wanted()),
                agencies=agency_choice(context.agencies, filter(None, (self.wanted.agency,)), context.lang),
                days=by_day(items, lambda item: item.at, context.zone),
                older=older,
                newer=newer,
                feeds=discovered([self._stream()]),
            )
        )

    def _stream(self) -> Stream:
        asked = self.wanted
        return Stream(
            topic="changes",
            agencies=(asked.agency,) if asked.agency else (),
            kinds=(asked.kind,) if asked.kind else (),
            weight=asked.weight,
        )


class Changes:
    """The page of what was changed."""

    pattern = r"/changes"
    parameters = ("kind", "agency", "weight", "before")

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> ChangesView:
        """What its address means."""
        wanted = Wanted(
            kind=cast("Kind | None", one_of(named, "kind", KINDS)),
            agency=agency_given(named),
            weight=cast("Weight", one_of(named, "weight", WEIGHTS) or "none"),
        )
        return ChangesView(wanted, place_given(named))

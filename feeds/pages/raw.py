"""`/releases/<source_id>/raw`: the item of a wording, as the portal sent it, to be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from feeds.pages.context import Context, Made, Missing, addressed
from feeds.pages.copies import copy_of, is_withheld, read_lang, read_number, why_missing
from feeds.pages.phrases.release import words
from feeds.queries import Named
from monitor.store.database import Database
from monitor.store.one_release import held_release, item_of


@dataclass(frozen=True, slots=True)
class RawView:
    """An item; without a number that of the present wording."""

    in_languages: ClassVar[bool] = False
    fresh_seconds: ClassVar[int | None] = None
    is_slow: ClassVar[bool] = False
    source_id: str
    lang: str
    revision: int | None

    @property
    def path(self) -> str:
        """Its one address."""
        return addressed(f"/releases/{self.source_id}/raw", lang=self.lang, revision=self.revision)

    def made(self, db: Database | None, context: Context) -> Made:
        """The item; Missing where none is kept, or none may be read."""
        told = words(context.lang)
        held = None if db is None else held_release(db, self.source_id)
        copy = None if held is None else copy_of(held, self.lang, likes=context.lang)
        if db is None or held is None or copy is None:
            raise Missing(why_missing(self.source_id, None if held is None else self.lang, context.lang))
        if is_withheld(held, copy, context.removed_text):
            raise Missing(told.withheld_item)
        number = self.revision or copy.revisions
        if number > copy.revisions:
            raise Missing(told.no_wording.format(number=number, last=copy.revisions))
        item = item_of(db, copy.id, number)
        if item is None:
            raise Missing(told.no_item)
        return Made(
            item.encode("utf-8", "surrogatepass"),
            "application/json",
            file_name=f"release-{self.source_id}-{copy.lang}-{number}.json",
        )


class Raw:
    """The items as they were received."""

    pattern = r"/releases/(?P<source_id>[0-9]{1,18})/raw"
    parameters = ("lang", "revision")

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> RawView:
        """What its address means."""
        lang = read_lang(named["lang"])
        if lang is None:
            raise ValueError("Say of which language, as lang=kk.")
        return RawView(place["source_id"], lang, read_number("revision", named["revision"]))

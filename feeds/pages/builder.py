"""`/feeds`: every feed that there is, and the builder of others and of rules for alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from feeds.entries import Entry, agency_name, edition_entry
from feeds.formats import FORMATS
from feeds.journal import change_entry
from feeds.opml import opml_address
from feeds.pages.agency_choice import agency_choice
from feeds.pages.alerts_table import alerts_table
from feeds.pages.builder_form import PARAMETERS, TOPICS, Wanted, read_wanted
from feeds.pages.built_feed import built_feed
from feeds.pages.context import Context, Made, Misunderstood, addressed
from feeds.pages.discovery import discovered
from feeds.pages.phrases.builder import words
from feeds.pages.phrases.misread import misread
from feeds.pages.rendering import rendered
from feeds.pages.search_form import Fault
from feeds.phrases import phrases
from feeds.queries import Named
from feeds.streams import Stream, offered
from monitor.changes import KINDS, WEIGHTS
from monitor.store.database import Database
from monitor.store.for_feeds import changes, editions
from monitor.store.selections import newest

_SHOWN = 10
_MOST_AGENCIES = 100
"""Agencies of a table that leaves the page small enough."""


@dataclass(frozen=True, slots=True)
class BuilderView:
    """The builder, and what was built with it."""

    wanted: Wanted | None = None
    """None: nothing was asked for yet."""
    faults: tuple[Fault, ...] = ()
    typed: str = ""
    """The address as it was asked for, where it cannot be understood."""

    in_languages: ClassVar[bool] = True
    fresh_seconds: ClassVar[int | None] = None

    @property
    def is_slow(self) -> bool:
        """Whether anything is searched for."""
        return self.wanted is not None and bool(self.wanted.words) and not self.faults

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        return self.typed or (self.wanted.address if self.wanted else "/feeds")

    def made(self, db: Database | None, context: Context) -> Made:
        """The page as it is now. Raises Misunderstood where a field means nothing."""
        lang, wanted = context.lang, self.wanted or Wanted()
        languages = list(dict.fromkeys((*context.languages, *wanted.languages)))
        is_built = self.wanted is not None and not self.faults
        built = built_feed(wanted, languages=languages) if is_built else None
        stream = built if isinstance(built, Stream) else None
        said = misread(lang)
        page = rendered(
            "builder.html",
            context,
            words=words(lang),
            wanted=wanted,
            is_built=is_built,
            faults={
                fault.field: said[fault.kind].format(value=fault.value) for fault in reversed(self.faults)
            },
            agencies=agency_choice(context.agencies, wanted.agencies, lang),
            spoken=languages,
            topics=TOPICS,
            kinds=KINDS,
            kind_names=phrases(lang).kinds,
            weights=WEIGHTS,
            stream=stream,
            reason=words(lang).reasons[built] if isinstance(built, str) else "",
            formats=FORMATS,
            entries=[] if db is None or stream is None else _entries(db, stream, context),
            table=alerts_table(wanted, lang=lang),
            general=[(each.title_in(lang), each) for each in offered((), context.languages)],
            of_agencies=_of_agencies(context.agencies, lang),
            opml=opml_address(lang),
            feeds=discovered([stream] if stream else offered((), context.languages)),
        )
        if self.faults:
            raise Misunderstood(page)
        return Made(page)


class Builder:
    """The page from which people subscribe."""

    pattern = r"/feeds"
    parameters = PARAMETERS

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> BuilderView:
        """What its address means; what is wrong with it the page says itself."""
        if not any(any(values) for values in named.values()):
            return BuilderView()
        wanted, faults = read_wanted(named, languages=languages)
        return BuilderView(wanted, faults, addressed("/feeds", **named) if faults else "")


def _entries(db: Database, stream: Stream, context: Context) -> list[tuple[str, Entry]]:
    """The newest entries of a feed, each with the id of its release."""
    keys = [placed.key for placed in newest(db, stream.selection, size=_SHOWN).entries[:_SHOWN]]
    if stream.topic == "releases":
        releases = editions(db, keys)
        # No text is shown here, so no note may say that one stands below.
        return [
            (releases[key].source_id, edition_entry(releases[key], address=None, removed_text="title"))
            for key in keys
        ]
    told = changes(db, keys)
    return [
        (
            told[key].source_id,
            change_entry(
                told[key],
                address=None,
                languages=(*stream.languages, context.lang),
                removed_text=context.removed_text,
            ),
        )
        for key in keys
    ]


def _of_agencies(slugs: Sequence[str], lang: str) -> list[tuple[str, Stream]]:
    """The feed of each agency, by name; none where these are too many."""
    if len(slugs) > _MOST_AGENCIES:
        return []
    named = sorted(((agency_name(slug, lang), slug) for slug in slugs), key=lambda pair: pair[0].casefold())
    return [(name, Stream(agencies=(slug,))) for name, slug in named]

"""What the page of the newest says of each release, in the language of the reader; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

from feeds.cleaning import one_line
from feeds.entries import RemovedText
from feeds.pages.days import LONGEST_TITLE
from feeds.phrases import phrases
from monitor.phrases import PHRASES
from monitor.store.newest import AlsoPublished, Copy, NewRelease

_MOST_OTHERS = 5
"""Other publishers that are named; the page of the release names them all."""


@dataclass(frozen=True, slots=True)
class Item:
    """A release in the list."""

    place: int
    source_id: str
    url: str
    """At the portal, without a language; it may be none of the web."""
    agency: str
    title: str
    lang: str
    """Of the title."""
    came: datetime
    clock: datetime | None
    """When it was published, where the portal says so to the minute and that was on the day under which it stands."""
    published: date | None
    """When it was published, in the zone of the reader, where that was on another day."""
    note: str
    """Said where its words were taken out of the history."""
    removed: bool
    removed_copies: tuple[str, ...]
    """Languages that the portal lists no longer, while it lists others."""
    edits: tuple[tuple[str, int], ...]
    """Languages in which it was edited, and how often."""
    may_show_edits: bool
    other_languages: tuple[str, ...]
    """In which it can be read besides, at the portal too."""
    has_copies: bool
    """Whether it came in several languages."""
    missing_said: str
    """In which of the languages that are read it has not come."""
    also: tuple[AlsoPublished, ...]
    further: int
    """Other publishers that are not named."""

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return 900 + len(escape(self.title).encode()) + 250 * len(self.also) + 150 * len(self.other_languages)


def item_of(
    release: NewRelease,
    *,
    lang: str,
    asked: str | None,
    languages: Sequence[str],
    zone: ZoneInfo,
    removed_text: RemovedText,
) -> Item:
    """A release for a reader of `lang` who asked for copies in `asked`; `languages` are those that are read."""
    listed = [copy.lang for copy in release.copies if copy.status != "removed"]
    removed = release.status == "removed" or not listed
    shown = _shown(release.copies, asked or lang)
    withheld = release.redacted or (removed and removed_text == "title")
    published, came = release.published_at, release.came
    day = published.astimezone(zone).date() if published else None
    same_day = day == came.astimezone(zone).date()
    words = phrases(lang)
    return Item(
        place=release.place,
        source_id=release.source_id,
        url=release.url,
        agency=release.agency,
        title=words.redacted
        if release.redacted
        else one_line(shown.title, limit=LONGEST_TITLE) or phrases(shown.lang).untitled,
        lang=lang if release.redacted else shown.lang,
        came=came,
        clock=published if same_day and release.is_to_the_minute else None,
        published=None if same_day else day,
        note=words.redacted_note if release.redacted else "",
        removed=removed,
        removed_copies=()
        if removed
        else tuple(copy.lang for copy in release.copies if copy.status == "removed"),
        edits=tuple((copy.lang, copy.edits) for copy in release.copies if copy.edits),
        may_show_edits=not withheld,
        other_languages=tuple(each for each in listed if each != shown.lang),
        has_copies=len(release.copies) > 1,
        missing_said="" if removed else _missing(release.copies, languages, lang),
        also=release.also[:_MOST_OTHERS],
        further=max(0, len(release.also) - _MOST_OTHERS),
    )


def _shown(copies: Sequence[Copy], lang: str) -> Copy:
    """The copy whose title is shown: one that is still listed before others, in this language before others."""
    return min(copies, key=lambda copy: (copy.lang != lang, copy.status == "removed"))


def _missing(copies: Sequence[Copy], languages: Sequence[str], lang: str) -> str:
    come = {copy.lang for copy in copies}
    called = PHRASES[lang].languages
    return ", ".join(called.get(each, each) for each in languages if each not in come)

"""Which feed an address means, and the one address that every feed has; pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import quote, urlencode

from crawler.directory import agencies, nearest
from feeds.entries import agency_name
from feeds.formats import FORMATS
from feeds.ids import stream_uuid
from feeds.phrases import is_spoken, phrases
from feeds.queries import LONGEST, named
from feeds.words import Words, words_of
from monitor.changes import KINDS, WEIGHTS, Kind, Weight
from monitor.store.selections import Bounds, Selection

Topic = Literal["releases", "changes", "removed"]

_PLACE = r"0|-?[1-9]\d{0,17}"
"""Within what SQLite can hold."""
_PATH = re.compile(
    r"/feeds/(?:(?P<topic>all|changes|removed)|agencies/(?P<agency>[\w-]+))"
    rf"(?:/archive/(?P<lowest>{_PLACE})\.\.(?P<highest>{_PLACE}))?\.(?P<format>\w+)",
    re.ASCII,
)
_PARAMETERS = ("agency", "lang", "q", "kind", "weight", "stories")
_LISTS = ("agency", "lang", "kind")
_OFFERED = f"{', '.join(f'{name}=' for name in _PARAMETERS[:-1])} and {_PARAMETERS[-1]}=1"
_OTHERS = f"/feeds/changes and /feeds/removed, each ending in {', '.join(f'.{name}' for name in FORMATS)}"
_TAKEN_AWAY: tuple[Kind, ...] = ("removed", "restored")


@dataclass(frozen=True, slots=True)
class Stream:
    """What a feed is about; nothing named means everything."""

    topic: Topic = "releases"
    agencies: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    weight: Weight = "none"
    """The least that a change weighs."""
    words: Words | None = None
    stories: bool = False
    """Whether the releases of one story are one entry."""

    @property
    def lang(self) -> str:
        """The language the feed itself speaks: the one asked for where it has words in it, else English."""
        return self.languages[0] if len(self.languages) == 1 and is_spoken(self.languages[0]) else "en"

    @property
    def title(self) -> str:
        """Who and what it is about, and all that narrows it."""
        return self.title_in(self.lang)

    def title_in(self, lang: str) -> str:
        """The same in `kk`, `ru` or `en`."""
        words = phrases(lang)
        who = ", ".join(agency_name(slug, lang) for slug in self.agencies) or words.everybody
        what = {"releases": words.releases, "changes": words.changes, "removed": words.removed}[self.topic]
        narrowed = [*self.languages, *(words.kinds[kind].lower() for kind in self.kinds)]
        if self.weight in words.weights:
            narrowed.append(words.weights[self.weight])
        if self.words:
            narrowed.append(f"{words.search}: {self.words.text}")
        if self.stories:
            narrowed.append(words.stories)
        return f"{who}: {what}" + (f" ({', '.join(narrowed)})" if narrowed else "")

    @property
    def selection(self) -> Selection:
        """What the store is asked for."""
        return Selection(
            topic="releases" if self.topic == "releases" else "changes",
            agencies=self.agencies,
            languages=self.languages,
            match=self.words.expression if self.words else "",
            kinds=self.kinds or (_TAKEN_AWAY if self.topic == "removed" else ()),
            weight=self.weight,
            stories=self.stories,
        )

    def address(self, ending: str = "") -> str:
        """Its one address, from `/feeds` on; without `ending` (`atom`) it names the feed in no format."""
        return self._path + (f".{ending}" if ending else "") + self._query

    def archive_address(self, bounds: Bounds, ending: str) -> str:
        """The one address of an archive of it."""
        return f"{self._path}/archive/{bounds.lowest}..{bounds.highest}.{ending}{self._query}"

    @property
    def uuid(self) -> str:
        """The same in every format."""
        return str(stream_uuid(self.address()))

    @property
    def _is_of_one_agency(self) -> bool:
        return self.topic == "releases" and len(self.agencies) == 1

    @property
    def _path(self) -> str:
        if self._is_of_one_agency:
            return f"/feeds/agencies/{self.agencies[0]}"
        return f"/feeds/{'all' if self.topic == 'releases' else self.topic}"

    @property
    def _query(self) -> str:
        # The order, and that a default is left out, is what keeps the ids of feeds: what comes anew goes between.
        named: dict[str, Sequence[str]] = {
            "agency": () if self._is_of_one_agency else self.agencies,
            "lang": self.languages,
            "q": (self.words.text,) if self.words else (),
            "kind": self.kinds,
            "weight": () if self.weight == "none" else (self.weight,),
            "stories": ("1",) if self.stories else (),
        }
        query = urlencode(named, doseq=True, quote_via=quote)
        return f"?{query}" if query else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A feed in a format, or one of its archives."""

    stream: Stream
    ending: str
    archive: Bounds | None = None
    """None: the subscription document."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address means no feed, as a sentence for a person."""

    status: int
    sentence: str


def asked_of(path: str, query: str, *, languages: Collection[str]) -> Asked | Refusal:
    """The feed that a path and a query (as it stood in the address, a character for a byte) mean.

    `languages` are those that releases are read in. Several agencies, languages or kinds may be named, by commas
    or by repeating the parameter; their order means nothing.
    """
    match = _PATH.fullmatch(path)
    if match is None or match["format"] not in FORMATS:
        if meant := _nearest_path(path):
            return Refusal(404, f"There is no feed here. Did you mean {meant}?")
        return Refusal(404, f"There is no feed here. Feeds are /feeds/all, /feeds/agencies/…, {_OTHERS}.")
    slug = match["agency"]
    if slug is not None and slug not in agencies():
        return Refusal(404, _unknown_agency(slug))
    archive = Bounds(int(match["lowest"]), int(match["highest"])) if match["lowest"] else None
    if archive and archive.lowest > archive.highest:
        return Refusal(404, "There is no such archive: its first place is above its last.")
    topic = cast("Topic", "releases" if match["topic"] in {None, "all"} else match["topic"])
    if len(query) > LONGEST:
        return Refusal(400, _too_long("The address"))
    try:
        stream = _stream(
            topic, slug, named(query, _PARAMETERS, offered=f"a feed takes {_OFFERED}"), languages
        )
    except ValueError as error:
        return Refusal(400, str(error))
    if len(stream.address().partition("?")[2]) > LONGEST:
        return Refusal(400, _too_long("The address that this search has"))
    return Asked(stream, match["format"], archive)


def offered(slugs: Iterable[str], languages: Sequence[str]) -> tuple[Stream, ...]:
    """The feeds that are named to people: everything, each language, what changed, and each agency."""
    return (
        Stream(),
        *(Stream(languages=(lang,)) for lang in languages),
        Stream(topic="changes"),
        Stream(topic="removed"),
        *(Stream(agencies=(slug,)) for slug in slugs),
    )


def _nearest_path(path: str) -> str | None:
    """The path of a feed that was written with capitals or with slashes at its end; None where there is none."""
    plain = path.rstrip("/").lower()
    match = _PATH.fullmatch(plain)
    return plain if match and match["format"] in FORMATS and plain != path else None


def _stream(
    topic: Topic, slug: str | None, named: dict[str, list[str]], languages: Collection[str]
) -> Stream:
    """The feed of these parameters; raises ValueError with a sentence where there is none."""
    lists = {
        name: {part.strip() for value in named[name] for part in value.split(",")} - {""} for name in _LISTS
    }
    _check(lists, topic, slug, languages)
    kinds = tuple(kind for kind in KINDS if kind in lists["kind"])
    weight = cast("Weight", _one_of("weight", named["weight"], WEIGHTS))
    stories = _one_of("stories", named["stories"], ("0", "1")) == "1"
    if stories and topic != "releases":
        raise ValueError("stories=1 is for releases: /feeds/all or /feeds/agencies/….")
    is_of_removals = topic == "removed"
    return Stream(
        topic=topic,
        agencies=(slug,) if slug else tuple(sorted(lists["agency"])),
        languages=tuple(sorted(lists["lang"])),
        # Both kinds are all that feed has, and both always weigh the most: one feed, one address.
        kinds=() if is_of_removals and kinds == _TAKEN_AWAY else kinds,
        weight="none" if is_of_removals else weight,
        words=_words(named["q"]),
        stories=stories,
    )


def _check(lists: dict[str, set[str]], topic: Topic, slug: str | None, languages: Collection[str]) -> None:
    for agency in sorted(lists["agency"] - agencies().keys()):
        raise ValueError(_unknown_agency(agency))
    if slug and lists["agency"]:
        both = "&".join(f"agency={name}" for name in sorted({slug, *lists["agency"]}))
        raise ValueError(f"This address names an agency already; for several, ask /feeds/all.atom?{both}.")
    for lang in sorted(lists["lang"] - set(languages)):
        hint = " Kazakh is kk." if lang == "kz" else ""
        known = ", ".join(sorted(languages))
        raise ValueError(f"No release is read in the language {lang[:40]!r}; choose from {known}.{hint}")
    for kind in sorted(lists["kind"] - set(KINDS)):
        raise ValueError(f"There is no kind of change {kind[:40]!r}; choose from {', '.join(KINDS)}.")
    if topic == "removed" and lists["kind"] - set(_TAKEN_AWAY):
        raise ValueError(
            "/feeds/removed has only the kinds removed and restored; ask /feeds/changes for others."
        )


def _one_of(parameter: str, values: list[str], allowed: tuple[str, ...]) -> str:
    """The one value of a parameter, the first of those allowed where none is given."""
    given = {value.strip() for value in values} - {""}
    if len(given) > 1 or given - set(allowed):
        raise ValueError(f"{parameter}= takes one of {', '.join(allowed)}.")
    return next(iter(given), allowed[0])


def _words(values: list[str]) -> Words | None:
    searches = {words for words in map(words_of, values) if words}
    if len(searches) > 1:
        raise ValueError("There are several q=; write all words into one.")
    return next(iter(searches), None)


def _too_long(what: str) -> str:
    return f"{what} is too long: its query has more than {LONGEST} characters."


def _unknown_agency(slug: str) -> str:
    near = nearest(slug[:40])
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"There is no agency {slug[:40]!r}.{hint}"

"""Which feed an address means, and the one address that every feed has; pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import parse_qsl, urlencode

from crawler.directory import agencies, nearest
from feeds.entries import agency_name
from feeds.formats import FORMATS
from feeds.ids import stream_uuid
from feeds.phrases import is_spoken, phrases
from monitor.changes import KINDS, Kind

Topic = Literal["releases", "changes", "removed"]

_PATH = re.compile(
    r"/feeds/(?:(?P<topic>all|changes|removed)|agencies/(?P<agency>[\w-]+))\.(?P<format>\w+)", re.ASCII
)
_PARAMETERS = ("agency", "lang", "kind")
_OTHERS = f"/feeds/changes and /feeds/removed, each ending in {', '.join(f'.{name}' for name in FORMATS)}"
_QUERY_LIMIT = 4000
"""Characters; enough for every agency of the portal, too few to keep a server busy."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What a feed is about; nothing named means everything."""

    topic: Topic = "releases"
    agencies: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()

    @property
    def lang(self) -> str:
        """The language the feed itself speaks: the one asked for where it has words in it, else English."""
        return self.languages[0] if len(self.languages) == 1 and is_spoken(self.languages[0]) else "en"

    @property
    def title(self) -> str:
        """Who and what it is about."""
        words = phrases(self.lang)
        who = ", ".join(agency_name(slug, self.lang) for slug in self.agencies) or words.everybody
        what = {"releases": words.releases, "changes": words.changes, "removed": words.removed}[self.topic]
        narrowed = [*self.languages, *(words.kinds[kind].lower() for kind in self.kinds)]
        return f"{who}: {what}" + (f" ({', '.join(narrowed)})" if narrowed else "")

    def address(self, ending: str = "") -> str:
        """Its one address, from `/feeds` on; without `ending` (`atom`) it names the feed in no format."""
        path, named = f"/feeds/{'all' if self.topic == 'releases' else self.topic}", self.agencies
        if self.topic == "releases" and len(self.agencies) == 1:
            path, named = f"/feeds/agencies/{self.agencies[0]}", self.agencies[1:]
        query = urlencode({"agency": named, "lang": self.languages, "kind": self.kinds}, doseq=True)
        return path + (f".{ending}" if ending else "") + (f"?{query}" if query else "")

    @property
    def uuid(self) -> str:
        """The same in every format."""
        return str(stream_uuid(self.address()))


@dataclass(frozen=True, slots=True)
class Asked:
    """A feed in a format."""

    stream: Stream
    ending: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address means no feed, as a sentence for a person."""

    status: int
    sentence: str


def asked_of(path: str, query: str, *, languages: Collection[str]) -> Asked | Refusal:
    """The feed that a path and a query (as it stood in the address) mean.

    `languages` are those that releases are read in. Several agencies, languages or kinds may be named, by commas
    or by repeating the parameter; their order means nothing.
    """
    match = _PATH.fullmatch(path)
    if match is None or match["format"] not in FORMATS:
        return Refusal(404, f"There is no feed here. Feeds are /feeds/all, /feeds/agencies/…, {_OTHERS}.")
    slug = match["agency"]
    if slug is not None and slug not in agencies():
        return Refusal(404, _unknown_agency(slug))
    if len(query) > _QUERY_LIMIT:
        return Refusal(400, f"The address is too long: its query has more than {_QUERY_LIMIT} characters.")
    try:
        named = _named(query)
    except ValueError as error:
        return Refusal(400, str(error))
    topic = cast("Topic", "releases" if match["topic"] in {None, "all"} else match["topic"])
    wrong = _wrong(named, topic, slug, languages)
    if wrong:
        return Refusal(400, wrong)
    stream = Stream(
        topic=topic,
        agencies=(slug,) if slug else tuple(sorted(named["agency"])),
        languages=tuple(sorted(named["lang"])),
        kinds=tuple(kind for kind in KINDS if kind in named["kind"]),
    )
    return Asked(stream, match["format"])


def offered(slugs: Iterable[str], languages: Sequence[str]) -> tuple[Stream, ...]:
    """The feeds that are named to people: everything, each language, what changed, and each agency."""
    return (
        Stream(),
        *(Stream(languages=(lang,)) for lang in languages),
        Stream(topic="changes"),
        Stream(topic="removed"),
        *(Stream(agencies=(slug,)) for slug in slugs),
    )


def _named(query: str) -> dict[str, set[str]]:
    """The values of each parameter; raises ValueError with a sentence where one is not known."""
    named: dict[str, set[str]] = {parameter: set() for parameter in _PARAMETERS}
    for parameter, value in parse_qsl(query, keep_blank_values=True):
        if parameter == "q":
            raise ValueError(
                "Feeds of search results (q=) are not offered; filter by agency=, lang= or kind=."
            )
        if parameter not in named:
            raise ValueError(f"There is no parameter {parameter!r}; a feed takes agency=, lang= and kind=.")
        named[parameter].update(part.strip() for part in value.split(",") if part.strip())
    return named


def _wrong(named: dict[str, set[str]], topic: Topic, slug: str | None, languages: Collection[str]) -> str:
    """What cannot be served, as a sentence; empty where all can be."""
    for agency in sorted(named["agency"] - agencies().keys()):
        return _unknown_agency(agency)
    if slug and named["agency"]:
        both = "&".join(f"agency={name}" for name in sorted({slug, *named["agency"]}))
        return f"This address names an agency already; for several, ask /feeds/all.atom?{both}."
    for lang in sorted(named["lang"] - set(languages)):
        hint = " Kazakh is kk." if lang == "kz" else ""
        known = ", ".join(sorted(languages))
        return f"No release is read in the language {lang!r}; choose from {known}.{hint}"
    if named["kind"] and topic != "changes":
        return "Only /feeds/changes can be filtered by kind=."
    for kind in sorted(named["kind"] - set(KINDS)):
        return f"There is no kind of change {kind!r}; choose from {', '.join(KINDS)}."
    return ""


def _unknown_agency(slug: str) -> str:
    near = nearest(slug[:40])
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"There is no agency {slug[:40]!r}.{hint}"

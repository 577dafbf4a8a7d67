"""What the form of the feed builder was sent with: read, checked, and written as an address again. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import cast

from crawler.directory import agencies
from feeds.cleaning import one_line
from feeds.pages.context import addressed
from feeds.pages.search_form import Fault
from feeds.queries import Named
from feeds.streams import Topic
from monitor.changes import KINDS, WEIGHTS, Kind, Weight
from monitor.words.question import Misread, question_of

PARAMETERS = ("topic", "agency", "lang", "word", "not", "kind", "weight")
TOPICS: tuple[Topic, ...] = ("releases", "changes", "removed")
TAKEN_AWAY: tuple[Kind, ...] = ("removed", "restored")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to hear of."""

    topic: Topic = "releases"
    agencies: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Entries as in `words` of an alert, of which any will do."""
    unwanted: tuple[str, ...] = ()
    """Entries of which none may be there."""
    kinds: tuple[Kind, ...] = ()
    weight: Weight = "none"

    @property
    def kinds_told(self) -> tuple[Kind, ...]:
        """The kinds of change that are told of, each by its name."""
        if self.topic == "releases":
            return ("published",)
        possible = TAKEN_AWAY if self.topic == "removed" else KINDS
        return tuple(kind for kind in possible if kind in self.kinds) or possible

    @property
    def least(self) -> Weight:
        """What a change weighs at least: only of changes at large is that asked."""
        return self.weight if self.topic == "changes" else "none"

    @property
    def idle(self) -> frozenset[str]:
        """The fields that were filled in and mean nothing for this topic."""
        has_kinds = self.topic == "releases" or (
            self.topic == "removed" and set(self.kinds) - set(TAKEN_AWAY)
        )
        return frozenset(
            field
            for field, is_idle in (
                ("kind", bool(self.kinds) and bool(has_kinds)),
                ("weight", self.weight != self.least),
            )
            if is_idle
        )

    @property
    def address(self) -> str:
        """Where it is shown, without the language; but for what is told, what goes without saying is left out."""
        return addressed(
            "/feeds",
            topic=self.topic,
            agency=self.agencies,
            lang=self.languages,
            word=self.words,
            not_=self.unwanted,
            kind=self.kinds,
            weight=None if self.weight == "none" else self.weight,
        )


def read_wanted(named: Named, *, languages: Collection[str]) -> tuple[Wanted, tuple[Fault, ...]]:
    """What is wanted, as far as it can be understood, and what cannot; `languages` may be asked for."""
    faults: list[Fault] = []
    words, unwanted = (_entries(name, named[name], faults) for name in ("word", "not"))
    return Wanted(
        topic=cast("Topic", _one("topic", named["topic"], TOPICS, faults)),
        agencies=_several("agency", named["agency"], agencies(), faults),
        languages=_several("lang", named["lang"], languages, faults),
        words=words,
        unwanted=unwanted,
        kinds=tuple(kind for kind in KINDS if kind in _several("kind", named["kind"], KINDS, faults)),
        weight=cast("Weight", _one("weight", named["weight"], WEIGHTS, faults)),
    ), tuple(faults)


def _several(
    name: str, values: Iterable[str], allowed: Collection[str], faults: list[Fault]
) -> tuple[str, ...]:
    given = sorted({one_line(part) for value in values for part in value.split(",")} - {""})
    faults += [Fault(name, name, value[:40]) for value in given if value not in allowed]
    return tuple(value for value in given if value in allowed)


def _one(name: str, values: Iterable[str], allowed: Collection[str], faults: list[Fault]) -> str:
    """One of those allowed, the first where nothing is said."""
    given = list(dict.fromkeys(filter(None, map(one_line, values)))) or [next(iter(allowed))]
    if len(given) > 1:
        faults.append(Fault(name, "several"))
    if given[0] in allowed:
        return given[0]
    faults.append(Fault(name, name, given[0][:40]))
    return next(iter(allowed))


def _entries(name: str, values: Iterable[str], faults: list[Fault]) -> tuple[str, ...]:
    """One from each line, as somebody wrote it; also those that cannot be read, so that they can be mended."""
    lines = (one_line(line) for value in values for line in value.splitlines())
    entries = tuple(dict.fromkeys(filter(None, lines)))
    for entry in entries:
        try:
            question_of([entry])
        except Misread as fault:
            faults.append(Fault(name, fault.kind, fault.value[:80]))
    return entries

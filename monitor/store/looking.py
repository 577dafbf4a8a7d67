"""Which editions an expression of FTS5 finds: all of them, or of a common word the newest; writes nothing."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from monitor.store.narrowing import Chosen, Narrowed, Seen, chosen, narrowed_to
from monitor.store.remembered import Known
from monitor.store.zones import BITS, newest_first, ranges_of
from monitor.words.expression import ANYTHING, NOTHING, Expression

MOST_AT_ONCE = 3_000
"""Hits that are all looked at; of more, only the newest."""
NEWEST = 2_000
"""Hits that are looked at where there are more than that."""
_NEWEST_READ = 800
"""Where each text has to be read."""
_MOST_PASSED = 20_000
"""Hits that are passed over for what narrows them, before the search says that it has not looked at all."""
_MOST_CHOSEN = 20_000
_MOST_OF_CHOSEN = 60_000
"""Hits among which those are picked that are known to be asked for: that is ten times as quick."""
_FIRST_ZONES = 2
_MOST_ZONES = 64

Range = tuple[int, int]
_EVERYWHERE: tuple[Range, ...] = ((0, 2**62),)


@dataclass(frozen=True, slots=True)
class Looked:
    """The hits that were looked at, the newest first."""

    seen: list[Seen]
    is_all: bool


def look(db: Database, expression: Expression, narrowed: Narrowed, known: Known) -> Looked:
    """The hits within what narrows them: all where they are few, else the newest."""
    asked = {expression.elsewhere, expression.in_kazakh}
    if asked == {NOTHING}:
        return Looked([], is_all=True)
    some = _found(db, expression, _EVERYWHERE, at_most=MOST_AT_ONCE + 1) if ANYTHING not in asked else None
    if some is not None and some.most <= MOST_AT_ONCE:
        looked = Looked(_in_order(_answers(db, some, narrowed)), is_all=True)
        return _read(db, expression, looked, whole=False) if expression.is_read else looked
    share = 1.0 if some is None else some.share
    most = min(_MOST_CHOSEN, int(1.5 * NEWEST / share))
    within = chosen(db, narrowed, most=most)
    if within is not None:
        return _among(db, expression, narrowed, known, within, share=share)
    looked = _newest(db, expression, narrowed, known, share=share)
    return _read(db, expression, looked, whole=False) if expression.is_read else looked


@dataclass(frozen=True, slots=True)
class _Found:
    """Ids of hits."""

    elsewhere: set[int]
    """Those that count where they are not in Kazakh."""
    in_kazakh: set[int]

    @property
    def most(self) -> int:
        return max(len(self.elsewhere), len(self.in_kazakh))

    @property
    def share(self) -> float:
        """Of the ids between the first and the last, those that are hits."""
        ids = self.elsewhere | self.in_kazakh
        return len(ids) / (max(ids) - min(ids) + 1)

    def among(self, ids: Collection[int]) -> "_Found":
        return _Found(self.elsewhere.intersection(ids), self.in_kazakh.intersection(ids))


def _newest(
    db: Database, expression: Expression, narrowed: Narrowed, known: Known, *, share: float
) -> Looked:
    """The newest hits, stretch by stretch, until nothing newer can be left."""
    wanted = _NEWEST_READ if expression.is_read else NEWEST
    zones = newest_first(known.zones)
    seen: list[Seen] = []
    passed = visited = 0
    size = max(_FIRST_ZONES, min(_MOST_ZONES, int(1.3 * wanted / share) >> BITS))
    while visited < len(zones):
        found = _found(db, expression, ranges_of(zones[visited : visited + size]), at_most=-1)
        visited += size
        passed += found.most
        seen += _answers(db, found, narrowed)
        left = zones[visited].newest if visited < len(zones) else ""
        certain = sum(each.at >= left for each in seen)
        if left and (certain >= wanted or passed >= _MOST_PASSED):
            certainly = [each for each in seen if each.at >= left]
            return Looked(_in_order(certainly)[:wanted], is_all=False)
        size = _more(visited, found=certain, wanted=wanted)
    return Looked(_in_order(seen)[:wanted], is_all=len(seen) <= wanted)


def _among(
    db: Database, expression: Expression, narrowed: Narrowed, known: Known, within: Chosen, *, share: float
) -> Looked:
    """The hits among editions that are known."""
    if narrowed.status in {"removed", "edited"}:  # which all of those are
        narrowed = replace(narrowed, status="any")
    held = {edition_id >> BITS for edition_id in within.ids}
    zones = [zone for zone in known.zones if zone.number in held]
    if share * (len(zones) << BITS) > _MOST_OF_CHOSEN:  # they lie too far apart
        newest = within.ids[: 2 * _NEWEST_READ]
        is_all = within.is_all and len(newest) == len(within.ids)
        looked = Looked(_in_order(narrowed_to(db, narrowed, newest)), is_all=is_all)
        return _read(db, expression, looked, whole=True)
    found = _found(db, expression, ranges_of(zones), at_most=-1).among(within.ids)
    seen = _in_order(_answers(db, found, narrowed))
    looked = Looked(seen[:NEWEST], is_all=within.is_all and len(seen) <= NEWEST)
    return _read(db, expression, looked, whole=False) if expression.is_read else looked


def _more(visited: int, *, found: int, wanted: int) -> int:
    """How many stretches are likely to hold what is still wanted, as those visited did; at most as many again.

    Some more than that: to ask again takes longer than to ask for a little more.
    """
    likely = visited * (wanted - found) // max(found, 1) + 1
    return max(_FIRST_ZONES, min(visited, likely + visited // 8))


def _answers(db: Database, found: _Found, narrowed: Narrowed) -> list[Seen]:
    """Those of the hits that are asked for and count in their languages."""
    return [
        each
        for each in narrowed_to(db, narrowed, found.elsewhere | found.in_kazakh)
        if each.edition_id in (found.in_kazakh if each.lang == "kk" else found.elsewhere)
    ]


def _found(db: Database, expression: Expression, ranges: Sequence[Range], *, at_most: int) -> _Found:
    elsewhere = _ids(db, expression.elsewhere, ranges, at_most)
    if expression.elsewhere == expression.in_kazakh:
        return _Found(elsewhere, elsewhere)
    return _Found(elsewhere, _ids(db, expression.in_kazakh, ranges, at_most))


def _ids(db: Database, expression: str, ranges: Sequence[Range], at_most: int) -> set[int]:
    if expression == NOTHING:
        return set()
    sql = "SELECT rowid AS id FROM editions_fts WHERE editions_fts MATCH :match AND rowid"
    if expression == ANYTHING:
        sql = "SELECT id FROM editions WHERE id"
    found: set[int] = set()
    for first, last in ranges:
        # As one value: it takes half as long as to step through the rows of as many.
        [(ids,)] = db.execute(
            f"SELECT json_group_array(id) FROM ({sql} BETWEEN :first AND :last LIMIT :most)",  # noqa: S608 ours
            {"match": expression, "first": first, "last": last, "most": at_most},
        )
        found.update(json.loads(ids))
    return found


def _read(db: Database, expression: Expression, looked: Looked, *, whole: bool) -> Looked:
    """Those of the newest that are answers by what they say; `whole`: the index was asked nothing yet."""
    newest = looked.seen[:_NEWEST_READ]
    texts = texts_of(db, newest)
    seen = [each for each in newest if expression.holds(*texts[each.edition_id], each.lang, whole=whole)]
    return Looked(seen, is_all=looked.is_all and len(newest) == len(looked.seen))


def texts_of(db: Database, seen: Sequence[Seen]) -> dict[int, tuple[str, str]]:
    """Title and text of each, by its id."""
    rows = db.execute(
        "SELECT id, title, text FROM editions WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps([each.edition_id for each in seen])],
    )
    return {edition_id: (title, text) for edition_id, title, text in rows}


def _in_order(seen: Iterable[Seen]) -> list[Seen]:
    return sorted(seen, key=lambda each: (each.at, each.edition_id), reverse=True)

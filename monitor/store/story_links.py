"""Keeps which releases are alike: sketches to look their texts up by, and a link between two that carry one text.

What is alike `monitor.stories` decides. Two releases are linked where any wording of the one is like any of the
other: a repost shows what was said before a quiet edit, and so an edit does not part them. Wordings from before the
id was given to another text do not count, and what was redacted or read anew counts as it stands now. Nothing here
reads all that is held: a text is looked up among those of its own weeks.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product

from sqlite_utils import Database

from monitor.dates import plausible
from monitor.difference import Content, is_another_text
from monitor.stories import MOST_READ, WINDOW, alike, sketch

Link = tuple[int, int, str]
"""Two releases, the lower id first, and the language in which they are alike."""

PERIOD = WINDOW.days
"""Days that lie together in the index, so that whatever is in the window is in a period or beside it."""
FIRST_DAY = date(2000, 1, 1)
MOST_COMPARED = 16
"""Texts that one is compared with, those that share the most first; more than so many carry the same text seldom,
and are held together by these."""
MOST_WORDINGS = 6
"""Texts of one edition that are compared with others': the first, which these took over, and the last ones."""
MOST_REVISIONS = 50
"""Revisions of one edition that are looked through: a link that there is stays as long as one of these bears it."""
MOST_MET = 50
"""Editions that one number of a sketch leads to, the newest first: an official closing stands under hundreds."""


@dataclass(frozen=True, slots=True)
class _Edition:
    id: int
    release_id: int
    lang: str
    day: date
    """When it was published, as far as that is believed; else when it was first seen."""
    texts: tuple[str, ...]
    """What it says, then what it said before, the newest first."""
    agencies: frozenset[str]
    """Whoever lists the release or did, or is named by it."""

    @property
    def first_and_last(self) -> tuple[str, ...]:
        """Those of its texts by which it is looked up."""
        if len(self.texts) <= MOST_WORDINGS:
            return self.texts
        return (*self.texts[: MOST_WORDINGS - 1], self.texts[-1])

    @property
    def period(self) -> int:
        return (self.day - FIRST_DAY).days // PERIOD


def relink(db: Database, ids: Collection[int]) -> set[int]:
    """Brings sketches and links up to what these editions say now; the releases whose links are others for it.

    Runs inside the caller's transaction.
    """
    mine = _editions(db, ids)
    sketches = {
        edition.id: tuple(
            {number: None for said in edition.first_and_last for number in sketch(said, edition.lang)}
        )
        for edition in mine
    }
    _keep_sketches(db, mine, sketches)
    before = _links_of(db, mine)
    found = _found(db, mine, _looked_up(db, mine, sketches), before)
    _cut(db, before - found)
    _tie(db, found - before)
    return {release for one, other, _ in before ^ found for release in (one, other)}


def _editions(db: Database, ids: Iterable[int]) -> list[_Edition]:
    rows = db.execute(
        """
        SELECT id, release_id, lang, title, text, revisions, published_at, first_seen_at,
               (SELECT json_group_array(agency) FROM (
                    SELECT agency FROM release_agencies WHERE release_id = editions.release_id
                    UNION SELECT agency FROM joint_releases WHERE release_id = editions.release_id))
        FROM editions WHERE id IN (SELECT value FROM json_each(?))
        """,
        [json.dumps(list(ids))],
    ).fetchall()
    return [
        _Edition(
            edition_id,
            release_id,
            lang,
            _day(at, seen_at),
            (text, *(_earlier(db, edition_id, title, text) if revisions > 1 else ())),
            frozenset(json.loads(agencies)),
        )
        for edition_id, release_id, lang, title, text, revisions, at, seen_at, agencies in rows
    ]


def _earlier(db: Database, edition_id: int, title: str, text: str) -> list[str]:
    """What an edition said before, the newest first, back to where its id was given to another text."""
    rows = db.execute(
        "SELECT coalesce(title, :title), substr(text, 1, :most) FROM revisions "
        "WHERE edition_id = :id AND text IS NOT NULL ORDER BY number DESC LIMIT :reach",
        {"title": title, "most": MOST_READ, "id": edition_id, "reach": MOST_REVISIONS},
    )
    after = _compared(title, text)
    met = {after.text: None}
    for title_before, text_before in rows:
        before = _compared(title_before, text_before)
        if is_another_text(before, after):
            break
        met[before.text] = None
        after = before
    _, *earlier = met
    return earlier


def _compared(title: str, text: str) -> Content:
    return Content(title, text[:MOST_READ], "", (), ())


def _day(published_at: str | None, first_seen_at: str) -> date:
    seen = datetime.fromisoformat(first_seen_at)
    at = datetime.fromisoformat(published_at) if published_at else None
    return (at if at is not None and plausible(at, seen) else seen).date()


def _keep_sketches(db: Database, editions: Iterable[_Edition], sketches: dict[int, tuple[int, ...]]) -> None:
    """What a wording left in the index stays: whoever is found by it is compared as it is now."""
    rows = [(edition.period, number, edition.id) for edition in editions for number in sketches[edition.id]]
    db.conn.executemany(
        "INSERT OR IGNORE INTO story_sketches (period, number, edition_id) VALUES (?, ?, ?)", sorted(rows)
    )


def _looked_up(
    db: Database, editions: Iterable[_Edition], sketches: dict[int, tuple[int, ...]]
) -> dict[int, list[int]]:
    """For each edition those that may carry its text."""
    return {
        edition.id: [other for other, _ in met.most_common() if other != edition.id]
        for edition in editions
        for met in [Counter(_met(db, edition.period, sketches[edition.id]))]
    }


def _met(db: Database, period: int, numbers: Iterable[int]) -> Iterator[int]:
    """The editions of these weeks that share any of these numbers, once for each."""
    for number in numbers:
        rows = db.execute(
            "SELECT edition_id FROM story_sketches WHERE period IN (?, ?, ?) AND number = ? "
            "ORDER BY edition_id DESC LIMIT ?",
            [period - 1, period, period + 1, number, MOST_MET],
        )
        yield from (edition_id for (edition_id,) in rows)


def _found(
    db: Database, mine: Sequence[_Edition], candidates: dict[int, list[int]], before: set[Link]
) -> set[Link]:
    """The links of these editions: to those that were looked up, and to those they had links to before."""
    by_place = {(edition.release_id, edition.lang): edition for edition in mine}
    linked: dict[int, set[int]] = {}
    for place, other in _neighbours(db, before):
        if place in by_place:
            linked.setdefault(by_place[place].id, set()).add(other)
    wanted = {
        edition.id: {*candidates.get(edition.id, ())[:MOST_COMPARED], *linked.get(edition.id, ())}
        for edition in mine
    }
    held = {edition.id: edition for edition in mine}
    others = {other for some in wanted.values() for other in some} - held.keys()
    held |= {edition.id: edition for edition in _editions(db, others)} if others else {}
    return {
        _link(edition.release_id, held[other].release_id, edition.lang)
        for edition in mine
        for other in wanted[edition.id]
        if _may_be_reposts(edition, held[other])
        and any(
            alike(*said)
            for said in (
                product(edition.texts, held[other].texts)
                if other in linked.get(edition.id, ())
                else product(edition.first_and_last, held[other].first_and_last)
            )
        )
    }


def _may_be_reposts(one: _Edition, other: _Edition) -> bool:
    return (
        one.lang == other.lang
        and one.release_id != other.release_id
        and abs(one.day - other.day) <= WINDOW
        and len(one.agencies | other.agencies) > 1
    )


def _link(one: int, other: int, lang: str) -> Link:
    return (one, other, lang) if one < other else (other, one, lang)


def _links_of(db: Database, editions: Iterable[_Edition]) -> set[Link]:
    places = {(edition.release_id, edition.lang) for edition in editions}
    rows = db.execute(
        "SELECT release_id, other_id, lang FROM story_links WHERE release_id IN (SELECT value FROM json_each(?))",
        [json.dumps([release for release, _ in places])],
    )
    return {_link(one, other, lang) for one, other, lang in rows if (one, lang) in places}


def _neighbours(db: Database, links: set[Link]) -> list[tuple[tuple[int, str], int]]:
    """For each end of these links, by release and language, the edition at the other end."""
    if not links:
        return []
    rows = db.execute(
        "SELECT release_id, lang, id FROM editions WHERE release_id IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted({release for one, other, _ in links for release in (one, other)}))],
    )
    ids = {(release, lang): edition_id for release, lang, edition_id in rows}
    ends = [(one, other, lang) for a, b, lang in links for one, other in ((a, b), (b, a))]
    return [((one, lang), ids[other, lang]) for one, other, lang in ends]


def _tie(db: Database, links: set[Link]) -> None:
    db.conn.executemany(
        "INSERT INTO story_links (release_id, other_id, lang) VALUES (?, ?, ?)", _both_ways(links)
    )


def _cut(db: Database, links: set[Link]) -> None:
    db.conn.executemany(
        "DELETE FROM story_links WHERE release_id = ? AND other_id = ? AND lang = ?", _both_ways(links)
    )


def _both_ways(links: set[Link]) -> list[Link]:
    return sorted(way for one, other, lang in links for way in ((one, other, lang), (other, one, lang)))

"""When editions appeared in the listings, as far as that is known, and what became of them soon; for what is planned.

A listing shows what was there before it was read first: of that only its date says when it came. What came later
was seen to come. Writes nothing.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlite_utils import Database

from monitor.dates import FUTURE, PAST
from monitor.habits import Habits, Treated, learned
from monitor.hours import hour_of
from monitor.rhythm import Key
from monitor.store.database import from_text, to_text

_HOUR, _DAY = 3600, 86400
SETTLED = timedelta(days=2)
"""After that time nearly every copy has come that comes at all."""
_OPENS, _OPEN = 9, 9
"""When an office opens, and for how many hours: when a release came of which only the day is known."""
_NEVER = "9999"

_LISTED = """
    SELECT releases.id, here.langs, unixepoch(here.first_seen_at),
           iif(first.release_id IS NULL, releases.published_precision, first.published_precision),
           unixepoch(CASE WHEN first.release_id IS NOT NULL
                     THEN iif(first.date_doubt IS NULL, first.published_at, NULL)
                     ELSE iif(releases.date_doubt IS NULL, releases.published_at, NULL) END)
    FROM release_agencies AS here INDEXED BY release_agencies_by_agency
    CROSS JOIN releases ON releases.id = here.release_id
    LEFT JOIN first_dates AS first ON first.release_id = releases.id
    WHERE here.agency = :agency AND here.release_id >= :first AND releases.status <> 'unseen'
      AND (here.first_seen_at > :walked OR releases.published_at >= :since OR first.published_at >= :since)
"""
# The copies by the index that has their language and their id: their long rows are left alone.
_TOLD = """
    SELECT copies.release_id, copies.lang, unixepoch(told.at), told.kind = 'published',
           told.detail ->> '$.late' IS NOT NULL
    FROM release_agencies AS here INDEXED BY release_agencies_by_agency
    CROSS JOIN changes AS told INDEXED BY changes_by_release ON told.release_id = here.release_id
    CROSS JOIN editions AS copies ON copies.release_id = told.release_id AND +copies.id = told.edition_id
    WHERE here.agency = :agency AND here.release_id >= :first AND here.first_seen_at > :walked
      AND told.kind IN ('published', 'translated') AND told.baseline = 0
"""
_TREATED = """
    SELECT here.langs, releases.first_seen_at > :walked, count(*)
    FROM releases CROSS JOIN release_agencies AS here
        ON here.release_id = releases.id AND here.agency = releases.agency
    WHERE releases.agency = :agency AND published_at >= :since AND published_at < :until AND status <> 'unseen'
    GROUP BY 1, 2
"""
_EDITED = """
    SELECT releases.agency, copies.lang, copies.id, releases.published_at, releases.first_seen_at
    FROM changes AS edits INDEXED BY changes_of_kind
    CROSS JOIN releases ON releases.id = edits.release_id
    CROSS JOIN editions AS copies ON copies.release_id = releases.id AND +copies.id = edits.edition_id
    CROSS JOIN changes AS told ON told.release_id = releases.id AND told.edition_id = +copies.id
    WHERE edits.kind = 'edited' AND edits.baseline = 0 AND edits.kind <> 'published' AND edits.kind <> 'translated'
      AND edits.id > coalesce((
          SELECT id FROM changes INDEXED BY changes_of_kind
          WHERE kind = 'edited' AND baseline = 0 AND kind <> 'published' AND kind <> 'translated' AND at < :since
          ORDER BY id DESC LIMIT 1), 0)
      AND edits.weight <> 'none' AND edits.at < :until
      AND releases.agency IN (SELECT value FROM json_each(:agencies))
      AND told.kind IN ('published', 'translated') AND told.baseline = 0
      AND julianday(edits.at) - julianday(told.at) <= 1
"""
_RECENT = """
    SELECT here.agency, iif(date_doubt IS NULL, published_at, NULL), here.langs, here.first_seen_at
    FROM releases CROSS JOIN release_agencies AS here ON here.release_id = releases.id
    WHERE releases.id >= :first AND releases.first_seen_at >= :since AND status <> 'unseen'
      AND here.left_at IS NULL AND here.agency IN (SELECT value FROM json_each(:agencies))
      AND (SELECT baseline FROM changes WHERE release_id = releases.id AND kind = 'published'
           ORDER BY id LIMIT 1) = 0
    ORDER BY here.first_seen_at, releases.id
"""


@dataclass(frozen=True, slots=True)
class Recent:
    """A release that was seen to come, as an agency lists it."""

    agency: str
    published_at: datetime | None
    """None where its date is not believed."""
    langs: frozenset[str]
    """Those in which the agency's listings have shown it."""
    first_seen_at: datetime
    """In the agency's listings, in any language."""


def appeared(db: Database, agency: str, *, since: datetime, until: datetime) -> dict[str, Counter[int]]:
    """By language, how many editions appeared in this agency's listing in each hour, counted from 1970 in UTC.

    Of those whose release was first seen since then. What only a dump has told of does not count.
    """
    walked = _walked(db, agency)
    values = {
        "agency": agency,
        "first": _first_seen_since(db, since - FUTURE),
        "since": to_text(since),
        "walked": min(walked.values(), default=_NEVER),
    }
    told = {(release, lang): seen for release, lang, *seen in db.execute(_TOLD, values)}
    read_since = {lang: int(from_text(at).timestamp()) for lang, at in walked.items()}
    langs_of = lru_cache(maxsize=64)(json.loads)
    first, last = hour_of(since), hour_of(until)
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for release, langs, here_at, precision, dated in db.execute(_LISTED, values):
        by_date = _hour_by_date(release, precision, dated) if dated is not None else -1
        for lang in langs_of(langs):
            hour, seen = by_date, told.get((release, lang))
            if seen is not None:
                told_at, is_first, is_late = seen
                seen_at = max(told_at, here_at)
                # What a listing showed while its past was read was history there, whatever it was elsewhere; what
                # was news when it could be read again had come by its date.
                if seen_at > read_since.get(lang, seen_at) and not is_late:
                    hour = _hour_seen(seen_at, precision, dated, is_first=is_first)
            if first <= hour < last:
                found[lang][hour] += 1
    return dict(found)


def watched_since(db: Database, agency: str) -> dict[str, datetime]:
    """By language, since when it is known what appeared in this agency's listing.

    Where its history was read, that is where this ends, or the agency's first release; else its first reading.
    """
    rows = db.execute(
        """
        SELECT lang, walk_until, walked_at,
               (SELECT started_at FROM crawls WHERE crawls.agency = listings.agency AND crawls.lang = listings.lang
                ORDER BY id LIMIT 1)
        FROM listings WHERE agency = ?
        """,
        [agency],
    ).fetchall()
    found = {}
    for lang, walk_until, walked_at, begun_at in rows:
        if walked_at:
            found[lang] = from_text(walk_until) if walk_until else _oldest(db, agency, walked_at)
        elif begun_at:
            found[lang] = from_text(begun_at)
    return found


def habits(db: Database, agencies: Iterable[str], *, since: datetime, until: datetime) -> dict[Key, Habits]:
    """Of the releases of each of these agencies the share that comes in each language it is read in, and of these the
    share that is edited within a day. To be asked for all agencies at once: each leans on the others."""
    spans = {agency: _span(db, agency, since) for agency in agencies}
    edited = _edited_early(db, spans, since=since, until=until)
    treated: dict[Key, Treated] = {}
    for agency, span in spans.items():
        values = {
            "agency": agency,
            "since": to_text(span.known_since),
            "walked": span.walked_at,
            "until": to_text(until - SETTLED),
        }
        releases, copied, watched = 0, Counter[str](), Counter[str]()
        for langs, is_news, count in db.execute(_TREATED, values):
            releases += count
            for lang in json.loads(langs):
                copied[lang] += count
                watched[lang] += count if is_news else 0
        for lang in span.langs:
            early = edited[agency, lang]
            treated[agency, lang] = Treated(releases, copied[lang], watched[lang], early)
    return learned(treated)


def recent_news(db: Database, agencies: Iterable[str], *, since: datetime) -> list[Recent]:
    """The releases that were first seen since then and were news, once for each of these agencies that lists it."""
    values = {
        "first": _first_seen_since(db, since),
        "since": to_text(since),
        "agencies": json.dumps(list(agencies)),
    }
    return [
        Recent(
            agency,
            from_text(published_at) if published_at else None,
            frozenset(json.loads(langs)),
            from_text(first_seen_at),
        )
        for agency, published_at, langs, first_seen_at in db.execute(_RECENT, values)
    ]


def _hour_seen(seen_at: int, precision: str, dated: int | None, *, is_first: bool) -> int:
    """When a copy came that was seen to come: by its date, if that can be; moments are seconds since 1970.

    One that is dated back was not there before it was seen, nor was a further copy when its release came.
    """
    if is_first and precision == "minute" and dated is not None and 0 <= seen_at - dated <= _DAY:
        return dated // _HOUR
    return seen_at // _HOUR


def _hour_by_date(release: int, precision: str, dated: int) -> int:
    """When a copy came that was there before anybody looked; where only the day is known, in one of the hours of an
    office, in turns."""
    hour = dated // _HOUR
    return hour if precision == "minute" else hour + _OPENS + release % _OPEN


def _walked(db: Database, agency: str) -> dict[str, str]:
    """By language, when the history of the agency's listing had been read."""
    rows = db.execute(
        "SELECT lang, walked_at FROM listings WHERE agency = ? AND walked_at IS NOT NULL", [agency]
    )
    return dict(rows.fetchall())


def _oldest(db: Database, agency: str, walked_at: str) -> datetime:
    """When the first release of an agency came whose history was read to its end."""
    row = db.execute(
        """
        SELECT published_at FROM releases
        WHERE agency = ? AND published_at >= ? AND status <> 'unseen' ORDER BY published_at LIMIT 1
        """,
        [agency, to_text(PAST)],
    ).fetchone()
    return from_text(min(row[0], walked_at) if row else walked_at)


@dataclass(frozen=True, slots=True)
class _Span:
    """Of which releases of an agency it is known in all its languages what became of them."""

    langs: frozenset[str]
    known_since: datetime
    walked_at: str
    """From then on it was seen when each came; `_NEVER`: of none."""


def _span(db: Database, agency: str, since: datetime) -> _Span:
    known, walked = watched_since(db, agency), _walked(db, agency)
    return _Span(
        frozenset(known),
        max([since, *known.values()]),
        max(walked.values()) if walked and walked.keys() == known.keys() else _NEVER,
    )


def _edited_early(
    db: Database, spans: Mapping[str, _Span], *, since: datetime, until: datetime
) -> Counter[Key]:
    """By listing, how many copies that were seen to come were edited within a day."""
    values = {"since": to_text(since), "until": to_text(until), "agencies": json.dumps(list(spans))}
    settled, known = to_text(until - SETTLED), {one: to_text(span.known_since) for one, span in spans.items()}
    copies = {
        (agency, lang, copy)
        for agency, lang, copy, published_at, first_seen_at in db.execute(_EDITED, values)
        if known[agency] <= (published_at or "") < settled and first_seen_at > spans[agency].walked_at
    }
    return Counter((agency, lang) for agency, lang, _ in copies)


def _first_seen_since(db: Database, moment: datetime) -> int:
    """The id from which on the releases were first seen after that moment: their ids rise with it."""
    wanted = to_text(moment)
    low, (high,) = 1, db.execute("SELECT coalesce(max(id), 0) + 1 FROM releases").fetchone()
    while low < high:
        middle = (low + high) // 2
        row = db.execute(
            "SELECT first_seen_at FROM releases WHERE id >= ? ORDER BY id LIMIT 1", [middle]
        ).fetchone()
        if row is None or row[0] >= wanted:
            high = middle
        else:
            low = middle + 1
    return low

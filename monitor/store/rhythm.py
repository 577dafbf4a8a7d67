"""When agencies publish, and when what they published is edited: counts by day and hour. Writes nothing.

Days and hours are those of a zone; a release whose hour nobody knows has the day that the portal gave it.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from monitor.clocks import Stretch, stretches
from monitor.store.database import from_text, to_text

Days = Counter[date]
Hours = Counter[tuple[int, int]]
"""By day of the week (0 is Monday) and hour."""

_OF = "releases.agency IN (SELECT value FROM json_each(:agencies))"
_SHOWN = (
    f"FROM releases WHERE {_OF} AND published_at >= :since AND published_at < :until AND status <> 'unseen'"
)
_HOURS = f"""
    SELECT agency, strftime('%w', published_at, :ahead), strftime('%H', published_at, :ahead), count(*)
    {_SHOWN} AND published_precision = 'minute' GROUP BY 1, 2, 3
"""
_DAYS = f"""
    SELECT agency, iif(published_precision = 'minute' OR published_on IS NULL, date(published_at, :ahead),
                       published_on), count(*)
    {_SHOWN} GROUP BY 1, 2
"""
# Back from the newest to the first that is too old: the journal has no index by time, and its ids rise with it.
_SINCE = """
    coalesce((SELECT id FROM changes INDEXED BY changes_of_kind
              WHERE kind = '{kind}' AND baseline = 0 AND kind <> 'published' AND kind <> 'translated'
                AND at < :since ORDER BY id DESC LIMIT 1), 0)
"""
_CHANGED = """
    FROM changes INDEXED BY changes_of_kind CROSS JOIN releases ON releases.id = changes.release_id
    WHERE kind = '{kind}' AND baseline = 0 AND kind <> 'published' AND kind <> 'translated'
      AND changes.id > {first}
"""
_OF_EDITS = _CHANGED.format(kind="edited", first=_SINCE.format(kind="edited")) + "AND weight <> 'none'"
_OF_REMOVALS = _CHANGED.format(kind="removed", first=_SINCE.format(kind="removed")) + "AND edition_id IS NULL"
_EDITS = f"""
    SELECT releases.agency, date(changes.at, :ahead), count(*) {_OF_EDITS}
    AND changes.at >= :since AND changes.at < :until AND {_OF} GROUP BY 1, 2
"""
_TREATED = """
    SELECT releases.agency, count(DISTINCT releases.id) {changed}
    AND releases.published_at >= :since AND releases.published_at < :until AND releases.status <> 'unseen'
    AND {of} GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest release of an agency, by the date that the portal gives it."""

    source_id: str
    published_at: datetime
    published_on: date


def published_by_hour(
    db: Database, agencies: Sequence[str], *, since: datetime, until: datetime, zone: ZoneInfo
) -> dict[str, Hours]:
    """How many releases each of these agencies published in each hour of the week, where the hour is known."""
    found: dict[str, Hours] = {}
    for stretch in stretches(zone, since, until):
        for agency, weekday, hour, count in db.execute(_HOURS, _values(agencies, stretch)):
            found.setdefault(agency, Counter())[(int(weekday) - 1) % 7, int(hour)] += count
    return found


def published_by_day(
    db: Database, agencies: Sequence[str], *, since: datetime, until: datetime, zone: ZoneInfo
) -> dict[str, Days]:
    """How many releases each of these agencies published on each day."""
    return _by_day(db, _DAYS, agencies, since=since, until=until, zone=zone)


def edits_by_day(
    db: Database, agencies: Sequence[str], *, since: datetime, until: datetime, zone: ZoneInfo
) -> dict[str, Days]:
    """How many edits of more than typography were found on each day in what these agencies published."""
    return _by_day(db, _EDITS, agencies, since=since, until=until, zone=zone)


def edited_of(db: Database, agencies: Sequence[str], *, since: datetime, until: datetime) -> dict[str, int]:
    """Of the releases that each agency published in that time, how many were edited afterwards."""
    return _treated(db, _OF_EDITS, agencies, since=since, until=until)


def removed_of(db: Database, agencies: Sequence[str], *, since: datetime, until: datetime) -> dict[str, int]:
    """Of the releases that each agency published in that time, how many were taken away, even if they came back."""
    return _treated(db, _OF_REMOVALS, agencies, since=since, until=until)


def newest_of(db: Database, agencies: Sequence[str], *, until: datetime) -> dict[str, Newest]:
    """The newest release of each of these agencies that has any; a date later than `until` is a slip of the pen."""
    rows = db.execute(
        """
        SELECT releases.agency, source_id, published_at, coalesce(published_on, date(published_at))
        FROM json_each(:agencies) AS wanted JOIN releases ON releases.id = (
            SELECT id FROM releases AS newest
            WHERE newest.agency = wanted.value AND newest.published_at <= :until AND newest.status <> 'unseen'
            ORDER BY newest.published_at DESC LIMIT 1)
        """,
        {"agencies": json.dumps(list(agencies)), "until": to_text(until)},
    )
    return {
        agency: Newest(source_id, from_text(published_at), date.fromisoformat(published_on))
        for agency, source_id, published_at, published_on in rows
    }


def held_by_agency(db: Database) -> dict[str, int]:
    """How many releases are held of each agency that any is held of, those that only a dump has told of too."""
    return dict(db.execute("SELECT agency, count(*) FROM releases GROUP BY agency").fetchall())


def _by_day(
    db: Database, query: str, agencies: Sequence[str], *, since: datetime, until: datetime, zone: ZoneInfo
) -> dict[str, Days]:
    found: dict[str, Days] = {}
    for stretch in stretches(zone, since, until):
        for agency, day, count in db.execute(query, _values(agencies, stretch)):
            found.setdefault(agency, Counter())[date.fromisoformat(day)] += count
    return found


def _treated(
    db: Database, changed: str, agencies: Sequence[str], *, since: datetime, until: datetime
) -> dict[str, int]:
    values = {"agencies": json.dumps(list(agencies)), "since": to_text(since), "until": to_text(until)}
    return dict(db.execute(_TREATED.format(changed=changed, of=_OF), values).fetchall())


def _values(agencies: Sequence[str], stretch: Stretch) -> dict[str, str]:
    return {
        "agencies": json.dumps(list(agencies)),
        "since": to_text(stretch.since),
        "until": to_text(stretch.until),
        "ahead": f"{int(stretch.ahead.total_seconds()):+d} seconds",
    }

"""Answers how agencies treat what they have published, month by month; what the columns mean is said here.

`quiet_edits` has one row an agency and month; counts are of releases, lengths of time are medians in seconds.

- `agency`: the one that listed the release first, wherever it was moved to since.
- `month`: of the date that it was first shown with at the portal, as the clocks of Kazakhstan have it; an edit of
  the date moves nothing. Where that date cannot be right, the month in which it was first seen; null where that was
  during the first reading and so says nothing.
- `published`: what the portal has shown; baselines count, what only a dump has said does not.
- `edited`: with at least one edit afterwards, in whatever language, at whatever time since. One that weighs `none`
  (a comma, a capital letter) is none; other words with which it came back after a removal are one.
- `edited_majorly`: the same with at least one edit that weighs `major`.
- `removed`: taken away in all languages at some time, even if it came back.
- `backdated`: those whose first date, whatever it was edited to since, lies more than a day before they were first
  seen, although a reading of their listing since that day had ended without them. An outage of ours is no
  back-dating. A date that is known to the day only is taken as that day's end, and a date that cannot be right says
  nothing. Readings are forgotten after 400 days: for older months an agency that publishes nothing for days may count
  fewer.
- `median_first_edit`: from first sight to the first edit, of the releases that count as edited.
- `median_kk`, `median_ru`, `median_en`: from the first sight of a release, in another language, to that of this copy;
  of the releases that have been translated into it. What is known to have no translation yet waits in no median.

A length of time is measured only where both of its ends were watched. A baseline stood at the portal for nobody
knows how long, and may have been edited and translated before: so neither a release that is a baseline enters a
median, nor a copy that is one, because it may have come before its own listing was read. Copies that came at once
are as far apart as the readings of one round.

`quiet_edits_by_language` has one row an agency, month and language: `copies`, `came_first` (copies that were seen
before any other language), `timed` (copies whose delay was watched), `median_translated`.

`publications` has one row a release, for asking which: `month`, `published_at` (its first date), `seen_at`, `lang`
(of the copy seen first), `baseline` (null where a dump knew it before the portal showed it), `backdated`.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

Row = dict[str, Any]

_OF = """
    WITH RECURSIVE line (slug) AS (
        SELECT value FROM json_each(:agencies)
        UNION SELECT agencies.slug FROM agencies JOIN line ON agencies.successor = line.slug)
    SELECT * FROM {view}
    WHERE (:agencies = '[]' OR agency IN (SELECT slug FROM line)) AND (:since IS NULL OR month >= :since)
"""


def quiet_edits(db: Database, agencies: Sequence[str], *, since: str | None) -> list[Row]:
    """The rows of `quiet_edits`, the newest month first, each with its `languages`: the rows of the other view.

    `agencies`: only these, and those they took over from; none named, all. `since`: a month as `2026-07`; from
    then on.
    """
    chosen = {"agencies": json.dumps(list(agencies)), "since": since}
    copies: dict[tuple[str, str | None], list[Row]] = {}
    for copy in db.query(_OF.format(view="quiet_edits_by_language"), chosen):
        copies.setdefault((copy.pop("agency"), copy.pop("month")), []).append(copy)
    return [
        {**row, "languages": copies.get((row["agency"], row["month"]), [])}
        for row in db.query(_OF.format(view="quiet_edits"), chosen)
    ]

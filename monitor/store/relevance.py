"""Puts the hits that were looked at in order of how well they fit; writes nothing.

SQLite's own ranking counts every hit of every word first, which at a million editions takes a second for a common
one. Here the titles of the newest are read, and of the best by that the texts.
"""

import json
from collections.abc import Sequence
from datetime import timedelta

from sqlite_utils import Database

from monitor.store.database import from_text
from monitor.store.looking import Looked, texts_of
from monitor.store.narrowing import Seen
from monitor.words.expression import Expression
from monitor.words.ranking import worth

_MOST_TITLES = 1_000
"""Of the newest hits; what is older is looked at less."""
_MOST_READ = 100
"""Hits whose texts are weighed; the others follow them as their titles say."""


def fittest(db: Database, expression: Expression, looked: Looked) -> list[Seen]:
    """All hits, those first that say most of what was asked; what is newer is a little better."""
    seen = looked.seen
    if len(seen) > _MOST_READ:
        titles = _titles_of(db, seen[:_MOST_TITLES])
        said = dict(zip(titles, expression.said_in(list(titles.values())), strict=True))
        seen = sorted(seen, key=lambda each: -said.get(each.edition_id, 0))
    return [*_weighed(db, expression, seen[:_MOST_READ]), *seen[_MOST_READ:]]


def _titles_of(db: Database, seen: Sequence[Seen]) -> dict[int, str]:
    rows = db.execute(
        "SELECT id, title FROM editions WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps([each.edition_id for each in seen])],
    )
    return dict(rows.fetchall())


def _weighed(db: Database, expression: Expression, best: Sequence[Seen]) -> list[Seen]:
    texts = texts_of(db, best)
    newest = max((each.at for each in best), default="")
    worths = {
        each.edition_id: worth(expression, *texts[each.edition_id], days_older=_days(each.at, newest))
        for each in best
    }
    return sorted(best, key=lambda each: worths[each.edition_id], reverse=True)


def _days(older: str, newer: str) -> float:
    return (from_text(newer) - from_text(older)) / timedelta(days=1)

"""Puts the hits that were looked at in order of how well they fit; writes nothing.

SQLite's own ranking counts every hit of every word first, which at a million editions takes a second for a common
one. Here what stands in titles is asked of the index, and of the best by that the texts are read.
"""

import json
from collections.abc import Sequence
from datetime import timedelta

from sqlite_utils import Database

from monitor.store.database import from_text
from monitor.store.looking import Looked, Seen
from monitor.words.expression import ANYTHING, NOTHING, Expression
from monitor.words.ranking import worth

_MOST_READ = 150
"""Hits whose texts are weighed; the others follow them as their titles say."""


def fittest(db: Database, expression: Expression, looked: Looked) -> list[Seen]:
    """All hits, those first that say most of what was asked; what is newer is a little better."""
    titled = dict.fromkeys((each.edition_id for each in looked.seen), 0)
    if len(titled) > _MOST_READ:
        for match in _in_titles(expression, is_all=looked.is_all):
            for first, last in looked.ranges:
                rows = db.execute(
                    "SELECT rowid FROM editions_fts WHERE editions_fts MATCH ? AND rowid BETWEEN ? AND ?",
                    [match, first, last],
                )
                for (edition_id,) in rows:
                    if edition_id in titled:
                        titled[edition_id] += 1
    by_title = sorted(looked.seen, key=lambda each: -titled[each.edition_id])
    best, others = by_title[:_MOST_READ], by_title[_MOST_READ:]
    return [*_weighed(db, expression, best), *others]


def _in_titles(expression: Expression, *, is_all: bool) -> list[str]:
    """What finds titles that say any of the words that must be there, and what finds those that say all."""
    groups = [expression.group(group, in_kazakh=True) for group in expression.wanted]
    said = [each for each in dict.fromkeys(groups) if each not in {ANYTHING, NOTHING}]
    if not said:
        return []
    titles = [f"{{title}} : ({' OR '.join(said)})"]
    if len(said) > 1:
        titles.append(f"{{title}} : ({' AND '.join(said)})")
    # Where the answers are few they are the quickest way to their titles.
    return [f"({each}) AND ({expression.in_kazakh})" for each in titles] if is_all else titles


def _weighed(db: Database, expression: Expression, best: Sequence[Seen]) -> list[Seen]:
    texts = {
        edition_id: (title, text)
        for edition_id, title, text in db.execute(
            "SELECT id, title, text FROM editions WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps([each.edition_id for each in best])],
        )
    }
    newest = max((each.at for each in best), default="")
    worths = {
        each.edition_id: worth(expression, *texts[each.edition_id], days_older=_days(each.at, newest))
        for each in best
    }
    return sorted(best, key=lambda each: worths[each.edition_id], reverse=True)


def _days(older: str, newer: str) -> float:
    return (from_text(newer) - from_text(older)) / timedelta(days=1)

"""Reads what a message is written from: changes, the titles of their releases, the stories these are part of."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from monitor.changes import Change
from monitor.errors import StoreError
from monitor.store.database import from_text
from monitor.store.journal import load_changes
from monitor.troubles import HealthEvent


@dataclass(frozen=True, slots=True)
class Material:
    """A change, and what is held of its release by now."""

    change: Change
    titles: Mapping[str, str]
    """Of each copy, by language."""
    story: int | None
    also: tuple[str, ...]
    """Agencies that published the same story, the first one first."""


def load_items(db: Database, changes: Sequence[int]) -> list[Material]:
    """What is needed to tell somebody of these changes, in their order. Raises StoreError where one is not there."""
    releases = dict(
        db.execute(
            "SELECT id, release_id FROM changes WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(changes)],
        ).fetchall()
    )
    titles, stories = _titles(db, releases.values()), _stories(db, releases.values())
    carried = _carried(db, set(stories.values()))
    return [
        Material(
            change=change,
            titles=titles.get(release_id, {}),
            story=story,
            also=tuple(
                dict.fromkeys(
                    agency
                    for other_id, agency in carried.get(story, ())
                    if other_id != release_id and agency != change.agency
                )
            ),
        )
        for change in load_changes(db, changes)
        for release_id in [releases[change.id]]
        for story in [stories.get(release_id)]
    ]


def load_trouble(db: Database, health_id: int) -> HealthEvent:
    """The row of `health` of that id. Raises StoreError where there is none."""
    row = db.execute(
        "SELECT id, uid, at, key, kind, over, agency, lang, detail FROM health WHERE id = ?", [health_id]
    ).fetchone()
    if row is None:
        raise StoreError(f"there is no trouble {health_id} in the table `health`")
    number, uid, at, key, kind, over, agency, lang, detail = row
    return HealthEvent(number, uid, from_text(at), key, kind, bool(over), agency, lang, json.loads(detail))


def _titles(db: Database, releases: Collection[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for release_id, lang, title in db.execute(
        "SELECT release_id, lang, title FROM editions "
        "WHERE release_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        [json.dumps(list(releases))],
    ):
        found[release_id][lang] = title
    return found


def _stories(db: Database, releases: Collection[int]) -> dict[int, int]:
    return dict(
        db.execute(
            "SELECT id, story_id FROM releases "
            "WHERE id IN (SELECT value FROM json_each(?)) AND story_id IS NOT NULL",
            [json.dumps(list(releases))],
        ).fetchall()
    )


def _carried(db: Database, stories: Collection[int]) -> dict[int | None, list[tuple[int, str]]]:
    """The releases of each story, and the agency of each."""
    found: dict[int | None, list[tuple[int, str]]] = defaultdict(list)
    for story, release_id, agency in db.execute(
        """
        SELECT story_id, releases.id, agency FROM releases JOIN stories ON stories.id = story_id
        WHERE story_id IN (SELECT value FROM json_each(?))
        ORDER BY story_id, releases.id <> first_release_id, published_at IS NULL, published_at, releases.id
        """,
        [json.dumps(list(stories))],
    ):
        found[story].append((release_id, agency))
    return found

"""The journal replayed from empty: what the tables must say, told by its rows alone."""

import json
from dataclasses import dataclass, field
from typing import Any

from monitor.store.database import Database


@dataclass
class Replayed:
    """A release as the journal tells of it."""

    agency: str = ""
    """Whom it has moved to; empty: it never moved."""
    gone: set[str] = field(default_factory=set)
    """Languages that were removed and not restored."""
    revisions: dict[str, list[int]] = field(default_factory=dict)
    """By language, the revisions that a change has named, in their order."""
    whole: bool = False
    """The release was removed as a whole and has not been restored."""


def replayed(db: Database) -> dict[int, Replayed]:
    """What the rows of `changes` say, one after another."""
    releases: dict[int, Replayed] = {}
    for row in db.query(
        "SELECT changes.*, editions.lang, of_revision.lang AS revised FROM changes "
        "LEFT JOIN editions ON editions.id = changes.edition_id "
        "LEFT JOIN revisions ON revisions.id = changes.revision_id "
        "LEFT JOIN editions AS of_revision ON of_revision.id = revisions.edition_id ORDER BY changes.id"
    ):
        _apply(releases.setdefault(row["release_id"], Replayed()), row)
    return releases


def _apply(release: Replayed, row: dict[str, Any]) -> None:
    kind, lang, detail = row["kind"], row["lang"], json.loads(row["detail"])
    if row["revision_id"] is not None:
        release.revisions.setdefault(row["revised"], []).append(row["revision_id"])
    if kind in {"published", "translated"}:
        assert lang not in release.revisions or len(release.revisions[lang]) == 1
    elif kind == "moved":
        release.agency = detail["to"]
    elif kind == "removed":
        gone = {lang} if lang else set(release.revisions)
        assert not gone <= release.gone
        release.gone |= gone
        release.whole = lang is None or release.gone >= set(release.revisions)
    elif kind == "restored":
        assert release.gone
        if lang is None:
            assert release.whole
            release.gone = set()
        release.gone.discard(lang)
        release.whole = False


_TOLD_APART = """
    (SELECT json_group_array(id) FROM revisions AS later WHERE edition_id = editions.id AND EXISTS (
        SELECT 1 FROM revisions AS earlier JOIN reparses ON revision_id = earlier.id
        WHERE earlier.edition_id = later.edition_id AND earlier.number = later.number - 1
          AND reparses.at = later.seen_at
    )) AS told_apart
"""
"""Revisions that no change has named, because only better code told them from the one before."""
_LAST = """
    (SELECT coalesce((SELECT fingerprint FROM reparses WHERE revision_id = revisions.id ORDER BY number DESC LIMIT 1),
                     fingerprint)
     FROM revisions WHERE edition_id = editions.id ORDER BY number DESC LIMIT 1) AS last
"""


def assert_tables_follow(db: Database) -> None:
    """The tables hold what the journal says, and nothing beside it."""
    told = replayed(db)
    held: dict[int, dict[str, dict[str, Any]]] = {}
    for row in db.query(
        "SELECT editions.*, releases.agency, releases.status AS release_status, "
        "(SELECT json_group_array(id) FROM (SELECT id FROM revisions WHERE edition_id = editions.id "
        "ORDER BY number)) AS ids, "
        f"{_TOLD_APART}, {_LAST} "
        "FROM editions JOIN releases ON releases.id = release_id"
    ):
        held.setdefault(row["release_id"], {})[row["lang"]] = row
    assert held.keys() == told.keys()
    for release_id, editions in held.items():
        release = told[release_id]
        assert editions.keys() == release.revisions.keys()
        for lang, edition in editions.items():
            told_apart = json.loads(edition["told_apart"])
            assert [one for one in json.loads(edition["ids"]) if one not in told_apart] == release.revisions[
                lang
            ]
            assert edition["fingerprint"] == edition["last"]
            assert (edition["status"] == "removed") == (lang in release.gone), (release_id, lang)
            assert edition["agency"] == release.agency or not release.agency
            assert (edition["release_status"] == "removed") == (release.gone >= set(release.revisions))

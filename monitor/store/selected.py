"""Which entries a selection means, as SQL: common table expressions, and what is asked of the entries found. Pure."""

from dataclasses import dataclass
from typing import Literal

from monitor.changes import Kind, Weight

_EDITIONS_COME: frozenset[Kind] = frozenset({"published", "translated"})
"""Kinds of change with which editions come: nearly all changes are of these."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries a feed is made of; nothing named means everything."""

    topic: Literal["releases", "changes"] = "releases"
    agencies: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    match: str = ""
    """An expression of FTS5: an entry is in the feed once any wording it had has matched."""
    kinds: tuple[Kind, ...] = ()
    weight: Weight = "none"
    """The least that a change may weigh. Of releases: they had such a change."""
    stories: bool = False
    """Of releases of one story only the one that came first into this feed."""


def query(selection: Selection, *, several: bool) -> str:
    """The common table expressions that end in `feed (key, place)`; of releases also `original` and `came`."""
    parts = []
    if selection.match:
        parts += [_HITS, _SAID]
    if selection.topic == "changes":
        parts.append(_changes(selection))
    else:
        narrowed = bool(selection.kinds) or selection.weight != "none"
        if narrowed:
            parts.append(_told(selection))
        parts.append(_arrived(selection, several=several))
        parts.append(_releases(selection, narrowed=narrowed))
    return f"WITH {', '.join(parts)}"


_HITS = """
    hits (edition_id, revision_id) AS MATERIALIZED (
        SELECT rowid, NULL FROM editions_fts WHERE editions_fts MATCH :match
        UNION ALL
        SELECT revisions.edition_id, revisions.id FROM former_words
        JOIN revisions ON revisions.id = former_words.rowid WHERE former_words MATCH :match)
"""
"""Wordings that match; without `revision_id` the present one."""

_SAID = """
    said (edition_id, since) AS MATERIALIZED (
        SELECT edition_id, min(coalesce(
            CASE WHEN EXISTS (SELECT 1 FROM revisions AS former
                              WHERE former.edition_id = hits.edition_id AND former.text IS NOT NULL)
            THEN (SELECT changes.id FROM revisions
                  JOIN editions ON editions.id = revisions.edition_id
                  JOIN changes ON changes.release_id = editions.release_id AND changes.revision_id = revisions.id
                  WHERE revisions.edition_id = hits.edition_id AND revisions.number > 1
                    AND changes.baseline = 0
                    AND iif(hits.revision_id IS NULL, revisions.text IS NULL, revisions.id = hits.revision_id))
            END, 0))
        FROM hits GROUP BY edition_id)
"""
"""Editions that match, and the change with which the first such wording came; 0: they came with it."""


def _told(selection: Selection) -> str:
    """Editions that had such a change, and the first one; 0: it is history."""
    of_kind = _of_kind(selection) if selection.kinds else "TRUE"
    parts = [_changed(selection, "changes.id", f"changes.baseline = 0 AND {of_kind}")]
    if not selection.kinds or _EDITIONS_COME & set(selection.kinds):  # nothing else is history
        parts.append(_changed(selection, "0", f"changes.baseline = 1 AND {of_kind}"))
    return f"""
        told (edition_id, since) AS MATERIALIZED (
            SELECT edition_id, min(since) FROM ({" UNION ALL ".join(parts)}) GROUP BY edition_id)
    """  # noqa: S608 words of ours


def _of_kind(selection: Selection) -> str:
    """Whether a change is of a kind asked for, in the words of the index that has the rarer ones."""
    asked = "changes.kind IN (SELECT value FROM json_each(:kinds))"
    if _EDITIONS_COME & set(selection.kinds):
        return asked
    return f"{asked} AND changes.kind <> 'published' AND changes.kind <> 'translated'"


def _changed(selection: Selection, since: str, condition: str) -> str:
    # Of a release there are few changes, and few releases say most words. The rarer kinds have an index.
    said = "said CROSS JOIN editions ON editions.id = said.edition_id CROSS JOIN changes"
    by_words = selection.match and (not selection.kinds or _EDITIONS_COME & set(selection.kinds))
    return f"""
        SELECT editions.id AS edition_id, {since} AS since
        FROM {said if by_words else "changes JOIN editions"} ON editions.release_id = changes.release_id
            AND (changes.edition_id IS NULL OR changes.edition_id = editions.id)
        WHERE {condition} AND changes.weight IN (SELECT value FROM json_each(:weights))
    """  # noqa: S608 words of ours


def _arrived(selection: Selection, *, several: bool) -> str:
    """Editions in the languages and agencies asked for, with their places there."""
    spoken = ""
    if selection.languages:
        # Of one language an index has the entries in their order.
        one = len(selection.languages) == 1
        spoken = f"AND entries.lang {'= :lang' if one else 'IN (SELECT value FROM json_each(:languages))'}"  # noqa: S608 words of ours
    if not selection.agencies:
        return f"""
            arrived (edition_id, place, original, came) AS (
                SELECT edition_id, place, iif(retells, retells, edition_id), max(place, came)
                FROM feed_entries AS entries
                WHERE place IS NOT NULL {spoken})
        """  # noqa: S608 words of ours
    if not several:
        return f"""
            arrived (edition_id, place, original, came) AS (
                SELECT arrivals.edition_id, arrivals.place, iif(retells, retells, arrivals.edition_id),
                       max(arrivals.place, arrivals.came)
                FROM arrivals CROSS JOIN feed_entries AS entries ON entries.edition_id = arrivals.edition_id
                WHERE agency = :agency {spoken})
        """  # noqa: S608 words of ours
    said = "AND arrivals.edition_id IN (SELECT edition_id FROM said)" if selection.match else ""
    return f"""
        arrived (edition_id, place, original, came) AS (
            -- It came with the first of them: news stand higher the later they come, history lower.
            SELECT arrivals.edition_id, iif(min(arrivals.place) > 0, min(arrivals.place), max(arrivals.place)),
                   iif(retells, retells, arrivals.edition_id), min(max(arrivals.place, arrivals.came))
            FROM arrivals CROSS JOIN feed_entries AS entries ON entries.edition_id = arrivals.edition_id
            WHERE agency IN (SELECT value FROM json_each(:agencies)) {spoken} {said}
            GROUP BY arrivals.edition_id)
    """  # noqa: S608 words of ours


def _releases(selection: Selection, *, narrowed: bool) -> str:
    """Editions that all of it is true of, placed where the last of it came true.

    What was true before an edition came to the feed came with it, so that nothing comes between what was there.
    """
    sources, since = ["arrived"], []
    if selection.match:
        sources = ["said JOIN arrived ON arrived.edition_id = said.edition_id"]
        since.append("said.since")
    if narrowed:
        sources.append("JOIN told ON told.edition_id = arrived.edition_id")
        since.append("told.since")
    last = f"max({', '.join(since)}, 0)"
    place = f"iif({last} > arrived.came, {last}, arrived.place)" if since else "arrived.place"
    if narrowed:
        natural = f"iif(arrived.place > 0, {_ROOM}, 1) * arrived.place"
        place = f"iif({last} > arrived.came, {last} * {_ROOM} + {_TURN}, {natural})"
    return f"""
        feed (key, place, original, came) AS (
            SELECT arrived.edition_id, {place}, original, max(arrived.came, {last if since else 0})
            FROM {" ".join(sources)})
    """  # noqa: S608 words of ours


def _changes(selection: Selection) -> str:
    """Changes that were news; of a whole release in all the languages, and for all the agencies, it had then."""
    conditions = ["changes.baseline = 0"]
    if selection.match:  # before all that costs more to find out
        conditions.append(_OF_RELEASES_THAT_SAY)
    if selection.kinds:
        conditions.append(_of_kind(selection))
    if selection.weight != "none":
        conditions.append("changes.weight IN (SELECT value FROM json_each(:weights))")
    if selection.languages:
        conditions.append(_IN_LANGUAGES)
    if selection.agencies:
        conditions.append(_LISTED_BY_AGENCIES)
    if selection.match:
        conditions.append(_SAID_BY_THEN)
    return f"feed (key, place) AS (SELECT id, id FROM changes WHERE {' AND '.join(conditions)})"  # noqa: S608


_ROOM = 100
"""Places for each change in feeds by kind or weight: one of a whole release befalls all its copies at once."""
_TURN = """
    (SELECT count(*) FROM editions AS copies JOIN editions AS this ON this.release_id = copies.release_id
     WHERE this.id = arrived.edition_id AND copies.id <= this.id)
"""
"""Which of the copies of its release an edition is, from 1: later ones come after it."""

_CONCERNED = """
    editions.release_id = changes.release_id
    AND iif(changes.edition_id IS NULL, max(entries.place, entries.came) <= changes.id,
            changes.edition_id = editions.id)
"""
"""Whether a change is one of an edition: those of a whole release are so of the editions that had come."""

_IN_LANGUAGES = f"""
    EXISTS (SELECT 1 FROM editions JOIN feed_entries AS entries ON entries.edition_id = editions.id
            WHERE editions.lang IN (SELECT value FROM json_each(:languages)) AND {_CONCERNED})
"""  # noqa: S608 words of ours

_LISTED_BY_AGENCIES = """
    EXISTS (SELECT 1 FROM release_agencies
            WHERE release_agencies.release_id = changes.release_id
              AND agency IN (SELECT value FROM json_each(:agencies))
              AND release_agencies.first_seen_at <= changes.at)
"""

_OF_RELEASES_THAT_SAY = """
    +changes.release_id IN (SELECT release_id FROM said JOIN editions ON editions.id = said.edition_id)
"""
"""The sign keeps the journal read in its order, and not release by release."""

_SAID_BY_THEN = f"""
    EXISTS (SELECT 1 FROM editions JOIN feed_entries AS entries ON entries.edition_id = editions.id
            JOIN said ON said.edition_id = editions.id
            WHERE said.since <= changes.id AND {_CONCERNED})
"""  # noqa: S608 words of ours

VERSIONS_OF_EDITIONS = """
    SELECT edition_id, version FROM feed_entries WHERE edition_id IN (SELECT value FROM json_each(?))
"""

VERSIONS_OF_CHANGES = """
    SELECT changes.id, (SELECT count(*) FROM editions AS copies
                        WHERE copies.release_id = changes.release_id AND copies.status = 'removed')
                     + (SELECT sum(version) FROM editions
                        JOIN feed_entries ON feed_entries.edition_id = editions.id
                        WHERE editions.release_id = changes.release_id
                          AND (changes.edition_id IS NULL OR changes.edition_id = editions.id))
    FROM changes WHERE id IN (SELECT value FROM json_each(?))
"""
"""Those of the copies that a change is about: its entry says whether they are removed or redacted by now.

And how many copies are removed, since it may tell nothing of what those said.
"""

MODIFIED_RELEASES = """
    WITH concerned (id, edition_id) AS (
        SELECT release_id, edition_id FROM feed_entries WHERE edition_id IN (SELECT value FROM json_each(?)))
    SELECT max(at) FROM (
        SELECT changes.at FROM concerned JOIN changes ON changes.release_id = concerned.id
            AND (changes.edition_id IS NULL OR changes.edition_id = concerned.edition_id)
        UNION ALL SELECT redactions.at FROM concerned JOIN redactions ON redactions.release_id = concerned.id
        UNION ALL SELECT releases.first_seen_at FROM concerned JOIN releases ON releases.id = concerned.id)
"""

MODIFIED_CHANGES = """
    WITH concerned (id, edition_id, at) AS (
        SELECT release_id, edition_id, at FROM changes WHERE id IN (SELECT value FROM json_each(?)))
    SELECT max(at) FROM (
        SELECT at FROM concerned
        UNION ALL SELECT changes.at FROM concerned JOIN changes ON changes.release_id = concerned.id
            AND changes.baseline = 0
            AND (concerned.edition_id IS NULL OR changes.edition_id IS NULL
                 OR changes.edition_id = concerned.edition_id)
        UNION ALL SELECT redactions.at FROM concerned JOIN redactions ON redactions.release_id = concerned.id)
"""

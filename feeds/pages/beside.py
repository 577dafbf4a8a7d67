"""What stands beside the text of a release: its files, who else published it, what speaks for its removal."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from crawler.records import Attachment
from feeds.cleaning import one_line, web_address
from feeds.entries import agency_name
from feeds.pages.context import Context
from feeds.pages.copies import called
from feeds.pages.dates import clock_of
from feeds.pages.figures import size_said
from feeds.pages.phrases.release import words
from monitor.remarks import of_listing
from monitor.store.database import Database, from_text
from monitor.store.one_release import Held, absences, looked_up, removals
from monitor.store.stories import story_of

_FILES = 30
_STORIES = 20
_ABSENCES = 12


def files_of(attachments: Sequence[Attachment], lang: str) -> Iterator[tuple[str, str, str]]:
    """Name, address and size of each attachment whose address is one of the web."""
    for one in attachments[:_FILES]:
        address = web_address(one.url)
        if address:
            yield (
                one_line(one.name, limit=200) or address,
                address,
                "" if one.size is None else size_said(one.size, lang),
            )


def story_around(db: Database, held: Held, context: Context) -> dict[str, Any]:
    """Who published the same text, the first one first, and whom a joint release names.

    Of what was redacted nobody is told where else it stands.
    """
    found = None if held.redacted_at is not None else story_of(db, held.id)
    if found is None:
        return {"story": [], "joint": []}
    story = [
        {
            "agency": agency_name(one["agency"], context.lang),
            "address": "" if one["this"] else f"/releases/{one['source_id']}",
            "at": from_text(one["published_at"])
            if one["published_at"] and one["published_precision"] != "day"
            else None,
            "on": date.fromisoformat(one["published_on"]) if one["published_on"] else None,
            "first": one["first"],
        }
        for one in found["releases"][:_STORIES]
        if one["status"] != "unseen"
    ]
    return {"story": story, "joint": [agency_name(slug, context.lang) for slug in found["named"][:_STORIES]]}


def evidence_around(db: Database, held: Held, context: Context) -> dict[str, Any]:
    """What speaks for it that copies are gone: the listings that lack them, and what a look-up answered."""
    if held.status == "listed" and all(copy.status == "listed" for copy in held.copies):
        return {"missed": [], "asked": "", "asked_at": None}
    told = words(context.lang)
    gone = {copy.lang for copy in held.copies if copy.status == "removed"}
    missed = [
        {
            "of": told.missed.format(
                lang=called(one.lang, context.lang), agency=agency_name(one.agency, context.lang)
            ),
            "suspected_at": one.suspected_at,
            "confirmed_at": one.confirmed_at,
            "said": list(
                of_listing({"evidence": {one.lang: one.proof}}, context.lang, clock_of(context.zone))
            ),
            "mass": bool(one.proof.get("mass")),
        }
        for one in (*removals(db, held.id, gone), *absences(db, held.id))[:_ABSENCES]
    ]
    answer = looked_up(db, held.id)
    asked_at: datetime | None = from_text(answer["at"]) if answer and answer["at"] else None
    return {
        "missed": missed,
        "asked": told.asked.get(answer["found"], "") if answer else "",
        "asked_at": asked_at,
    }

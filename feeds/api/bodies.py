"""A change and a release as programs are told of them, withholding what may not be read; pure.

A change has the shape that webhooks get: `monitor.messages.bodies` says it there.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from feeds.cleaning import in_language
from feeds.entries import RemovedText
from feeds.withholding import spared
from monitor.store.database import to_text
from monitor.store.journal_lines import Happened
from monitor.store.redactions import WITHOUT_WORDS
from monitor.store.whole_release import Copy, Release, Wording

Json = dict[str, Any]


def change_body(change: Happened, *, removed_text: RemovedText) -> Json:
    """One line of the journal. Every key is always there; `edition.lang` is null for a whole release."""
    withheld = _withheld(redacted=change.redacted, removed=change.removed, removed_text=removed_text)
    return {
        "id": change.id,
        "change": _change(change, withheld, removed_text),
        "release": {
            "source_id": change.source_id,
            "agency": change.agency,
            "url": change.url,
            "published_at": _moment(change.published_at),
        },
        "edition": {
            "lang": change.lang,
            "title": "" if change.redacted else change.title,
            "revision": change.number,
        },
        "withheld": withheld,
    }


def release_body(release: Release, *, address: str, removed_text: RemovedText) -> Json:
    """The whole release; `address` is the server's own, without a slash at its end."""
    page = f"{address}/releases/{quote(release.source_id, safe='')}"
    redacted, gone = release.redacted_at is not None, release.status == "removed"
    return {
        "source_id": release.source_id,
        "url": release.url,
        "page": page,
        "agency": release.agency,
        "agencies": [
            {
                "agency": lister.agency,
                "first_seen_at": to_text(lister.first_seen_at),
                "last_seen_at": to_text(lister.last_seen_at),
                "left_at": _moment(lister.left_at),
            }
            for lister in release.listers
        ],
        "status": release.status,
        "origin": release.origin,
        "published_at": _moment(release.published_at),
        "published_on": release.published_on,
        "published_precision": release.published_precision,
        "published_raw": release.published_raw,
        "date_doubt": release.date_doubt,
        "first_seen_at": to_text(release.first_seen_at),
        "last_seen_at": to_text(release.last_seen_at),
        "redacted_at": _moment(release.redacted_at),
        "editions": [
            _edition(
                copy,
                release.url,
                page,
                withheld=_withheld(
                    redacted=redacted, removed=gone or copy.status == "removed", removed_text=removed_text
                ),
            )
            for copy in release.copies
        ],
        "changes": [
            {
                "id": change.id,
                "change": _change(
                    change,
                    _withheld(redacted=change.redacted, removed=change.removed, removed_text=removed_text),
                    removed_text,
                ),
                "edition": {"lang": change.lang, "revision": change.number},
            }
            for change in release.happened
        ],
        "earlier_changes": release.earlier,
        # Who carries the same text would tell where to find what was taken out of the history.
        "story": None if redacted or release.story is None else _story(release.story),
    }


def _withheld(*, redacted: bool, removed: bool, removed_text: RemovedText) -> str | None:
    """Why words are not told; None where they are."""
    if redacted:
        return "redacted"
    return "removed" if removed and removed_text == "title" else None


def _change(change: Happened, withheld: str | None, removed_text: RemovedText) -> Json:
    detail = spared(change.detail, change.gone) if removed_text == "title" else change.detail
    if withheld:
        detail = {name: value for name, value in detail.items() if name in WITHOUT_WORDS}
    return {
        "id": change.uid,
        "kind": change.kind,
        "at": to_text(change.at),
        "weight": change.weight,
        "baseline": change.baseline,
        "detail": detail,
    }


def _edition(copy: Copy, url: str, page: str, *, withheld: str | None) -> Json:
    lang = quote(copy.lang, safe="")
    revisions = [
        # Of a dump no item is kept; its wording stands in a page.
        _revision(
            wording,
            f"{page}{'' if wording.from_dump else '/raw'}?lang={lang}&revision={wording.number}",
            withheld,
        )
        for wording in copy.wordings
    ]
    present = revisions[-1] if revisions else {"title": "", "text": None, "text_at": None, "attachments": []}
    return {
        "lang": copy.lang,
        "title": present["title"],
        "text": present["text"],
        "text_at": present["text_at"],
        "attachments": present["attachments"],
        "status": copy.status,
        "url": in_language(url, copy.lang),
        "diff": f"{page}/diff?lang={lang}",
        "first_seen_at": to_text(copy.first_seen_at),
        "updated_at": to_text(copy.updated_at),
        "withheld": withheld,
        "evidence": copy.evidence,
        "revisions": revisions,
    }


def _revision(wording: Wording, raw: str, withheld: str | None) -> Json:
    return {
        "number": wording.number,
        "seen_at": to_text(wording.seen_at),
        "title": "" if withheld == "redacted" else wording.title,
        "text": None if withheld else wording.text,
        # Left out for want of room, and still to be had.
        "text_at": raw if wording.text is None and not withheld else None,
        "attachments": [] if withheld else wording.attachments,
        "from_dump": wording.from_dump,
        "parser": wording.parser,
        "digest": wording.digest,
        "fingerprint": wording.fingerprint,
        "chain": wording.chain,
    }


def _story(story: Mapping[str, Any]) -> Json:
    return {
        "kind": story["kind"],
        "named": story["named"],
        "releases": [
            {
                name: release[name]
                for name in ("source_id", "agency", "published_at", "status", "title", "first")
            }
            for release in story["releases"]
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else to_text(moment)

"""`/releases/<source_id>`: one release in one language or all, its history, and what proves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import urlsplit

from crawler.records import Attachment
from feeds.cleaning import in_language, one_line, summary_of, web_address
from feeds.entries import agency_name
from feeds.pages.beside import evidence_around, files_of, story_around
from feeds.pages.body import Body, body_of, text_in_parts
from feeds.pages.context import Context, Made, Missing, addressed
from feeds.pages.copies import (
    copy_of,
    is_withheld,
    named,
    read_flag,
    read_lang,
    read_number,
    title_of,
    why_missing,
    withheld_of,
)
from feeds.pages.events import event
from feeds.pages.phrases.diff import words as diff_words
from feeds.pages.phrases.release import words
from feeds.pages.rendering import rendered
from feeds.pages.room import within
from feeds.phrases import phrases
from feeds.queries import Named
from feeds.withholding import spared
from feeds.word_diff import passage_html, replaced_html, run_html
from monitor.store.database import Database
from monitor.store.for_feeds import StoredEdition, editions
from monitor.store.one_release import (
    Copy,
    Held,
    Wording,
    happened,
    held_release,
    wording,
)

_ROOM_OF_TEXT = 40_000
"""Bytes of text that a page may take, of all its copies together."""
_ROOM_OF_HISTORY = 20_000
_EVENTS = 40
_RUNS = 3
_LETTERS = 120
_FILES = 30
_STORIES = 20
_ABSENCES = 12


@dataclass(frozen=True, slots=True)
class Told:
    """A copy as it is shown."""

    copy: Copy
    title: str
    title_lang: str
    body: Body | None
    instead: str
    """Said in the place of the text, where none is shown."""
    files: tuple[tuple[str, str, str], ...]
    """Name, address and size of each attachment."""
    at_portal: str
    status: str
    """In words; empty where it is that of the release."""
    address: str
    """Where this copy stands alone, with its further parts."""


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release: in one language, in all side by side, or in a wording that is not the present one."""

    in_languages: ClassVar[bool] = True
    fresh_seconds: ClassVar[int | None] = 60
    """What readings missed is shown, and feeds do not show that."""
    is_slow: ClassVar[bool] = False
    source_id: str
    lang: str | None = None
    side: bool = False
    images: bool = False
    revision: int | None = None
    part: int = 1
    before: int | None = None
    """The history goes on behind this change."""

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        return self._address(lang=self.lang)

    def made(self, db: Database | None, context: Context) -> Made:
        """The page as it is now; Missing where nothing is held of that, or no such wording or part."""
        held = None if db is None else held_release(db, self.source_id)
        copy = None if held is None else copy_of(held, self.lang, likes=context.lang)
        if db is None or held is None or copy is None:
            raise Missing(why_missing(self.source_id, None if held is None else self.lang, context.lang))
        told = words(context.lang)
        if self.revision is not None and self.revision > copy.revisions:
            raise Missing(told.no_wording.format(number=self.revision, last=copy.revisions))
        proof = wording(db, copy.id, self.revision or copy.revisions)
        shown = self._shown(db, held, copy, proof, context)
        withheld = is_withheld(held, copy, context.removed_text)
        title = title_of(held, proof.title if proof and self._is_former(copy) else copy.title, context.lang)
        origin = _origin(context.portal)
        body = rendered(
            "release.html",
            context,
            words=told,
            diffs=diff_words(context.lang),
            source_id=self.source_id,
            title=title,
            title_lang=context.lang if held.redacted_at is not None else copy.lang,
            description=phrases(context.lang).redacted_note if withheld else _summary(proof),
            held=held,
            copy=copy,
            copy_lang=copy.lang,
            agency_name=agency_name(held.agency, context.lang),
            doubt=told.doubts.get(held.date_doubt or "", "").format(raw=one_line(held.published_raw)),
            status=told.statuses[held.status],
            tabs=[(one.lang, named(one.lang), self._tab(one.lang)) for one in held.copies],
            side=self._address(lang=None, side=True, part="", before="") if len(held.copies) > 1 else "",
            is_side=self.side,
            shown=shown,
            former=told.former.format(number=self.revision, last=copy.revisions)
            if self._is_former(copy)
            else "",
            present=addressed(f"/releases/{self.source_id}", lang=copy.lang),
            pictures=self._pictures(shown, copy),
            host=urlsplit(origin).netloc,
            with_images=self.images,
            **story_around(db, held, context),
            **self._history(db, held, context),
            **evidence_around(db, held, context),
            proof=proof,
            has_item=bool(proof and proof.has_item and not withheld),
            is_withheld=withheld,
            run_html=run_html,
            passage_html=passage_html,
            replaced_html=replaced_html,
            fields=phrases(context.lang).fields,
        )
        return Made(body, pictures=origin if self.images else "")

    def _is_former(self, copy: Copy) -> bool:
        return self.revision is not None and self.revision != copy.revisions

    def _address(self, *, lang: str | None, side: bool | None = None, **more: Any) -> str:
        is_side = self.side if side is None else side
        given: dict[str, Any] = {
            "lang": "" if is_side else lang,
            "view": "side" if is_side else "",
            "revision": "" if is_side else self.revision,
            "images": "1" if self.images else "",
            "part": self.part if self.part > 1 else "",
            "before": self.before,
        }
        return addressed(f"/releases/{self.source_id}", **given | more)

    def _tab(self, lang: str) -> str:
        return addressed(f"/releases/{self.source_id}", lang=lang, images="1" if self.images else "")

    def _pictures(self, shown: list[Told], copy: Copy) -> str:
        """Where the other way to look at pictures is; empty where there are none."""
        if not any(one.body and one.body.has_pictures for one in shown):
            return ""
        return self._address(lang=self.lang or copy.lang, images="" if self.images else "1")

    def _shown(
        self, db: Database, held: Held, copy: Copy, proof: Wording | None, context: Context
    ) -> list[Told]:
        """The copies that are asked for, with their texts."""
        chosen = list(held.copies) if self.side else [copy]
        room = _ROOM_OF_TEXT // len(chosen)
        if self._is_former(copy) and not self.side:
            return [self._former(held, copy, proof, context, room)]
        stored = editions(db, [one.id for one in chosen])
        return [self._present(held, one, stored[one.id], context, room) for one in chosen]

    def _present(self, held: Held, copy: Copy, stored: StoredEdition, context: Context, room: int) -> Told:
        body = None
        withheld = is_withheld(held, copy, context.removed_text)
        if not withheld:
            body = body_of(
                stored.html,
                stored.text,
                held.url,
                origin=_origin(context.portal),
                pictures=self.images,
                level=3 if self.side else 2,
                part=1 if self.side else self.part,
                room=room,
            )
            if body is None:
                raise Missing(words(context.lang).no_part)
        return self._told(held, copy, copy.title, body, () if withheld else stored.attachments, context)

    def _former(self, held: Held, copy: Copy, proof: Wording | None, context: Context, room: int) -> Told:
        if proof is None or is_withheld(held, copy, context.removed_text):
            return self._told(held, copy, copy.title, None, (), context)
        body = text_in_parts(proof.text, part=self.part, room=room)
        if body is None:
            raise Missing(words(context.lang).no_part)
        return self._told(held, copy, proof.title, body, proof.attachments, context)

    def _told(
        self,
        held: Held,
        copy: Copy,
        title: str,
        body: Body | None,
        files: Sequence[Attachment],
        context: Context,
    ) -> Told:
        told = words(context.lang)
        instead = "" if body and body.html else told.no_text
        if body is None:
            said = phrases(context.lang)
            instead = said.redacted_note if held.redacted_at is not None else told.withheld
        return Told(
            copy=copy,
            title=title_of(held, title, context.lang),
            title_lang=context.lang if held.redacted_at is not None else copy.lang,
            body=body,
            instead=instead,
            files=tuple(files_of(files, context.lang)),
            at_portal=in_language(held.url, copy.lang),
            status="" if copy.status == held.status else told.statuses[copy.status],
            address=self._address(lang=copy.lang, side=False, part="", before=""),
        )

    def _history(self, db: Database, held: Held, context: Context) -> dict[str, Any]:
        """What happened, the newest first, as far as there is room, and where the rest is."""
        rows = happened(db, held.id, most=_EVENTS + 1, below=self.before)
        gone = withheld_of(held, context.removed_text)
        events = [
            event(
                replace(row, detail=spared(row.detail, gone)),
                context.lang,
                context.zone,
                runs=_RUNS,
                letters=_LETTERS,
                withheld=_is_of(row.lang or row.words_lang, gone, held),
                redacted=held.redacted_at is not None,
            )
            for row in rows
        ]
        told = within(events[:_EVENTS], _ROOM_OF_HISTORY)
        older = self._address(lang=self.lang, before=told[-1].id) if len(told) < len(rows) else ""
        newer = self._address(lang=self.lang, before="") if self.before else ""
        return {"events": told, "older": older, "newer": newer}


def _is_of(lang: str | None, gone: frozenset[str], held: Held) -> bool:
    """Whether a change of this copy (None: of the whole release) is one of what may not be read."""
    return len(gone) == len(held.copies) if lang is None else lang in gone


class Release:
    """One release."""

    pattern = r"/releases/(?P<source_id>[0-9]{1,18})"
    parameters = ("lang", "view", "images", "revision", "part", "before")

    def view(self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]) -> ReleaseView:
        """What its address means."""
        lang, revision = read_lang(named["lang"]), read_number("revision", named["revision"])
        if revision is not None and lang is None:
            raise ValueError("Say of which language the wording is, as lang=kk.")
        return ReleaseView(
            place["source_id"],
            lang,
            side=read_flag("view", named["view"], "side"),
            images=read_flag("images", named["images"], "1"),
            revision=revision,
            part=read_number("part", named["part"]) or 1,
            before=read_number("before", named["before"]),
        )


def _origin(portal: str) -> str:
    parts = urlsplit(web_address(portal))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _summary(proof: Wording | None) -> str:
    return summary_of(proof.text) if proof else ""

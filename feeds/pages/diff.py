"""`/releases/<source_id>/diff`: what was changed of a release since it appeared, and any two of its wordings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from feeds.entries import agency_name
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
from feeds.pages.laying import fit, folded, in_parts, laid
from feeds.pages.phrases.diff import words as diff_words
from feeds.pages.phrases.release import words
from feeds.pages.rendering import rendered
from feeds.pages.room import within
from feeds.phrases import phrases
from feeds.queries import Named
from feeds.withholding import spared
from feeds.word_diff import passage_html, replaced_html, run_html
from monitor.difference import Content, is_another_text
from monitor.fingerprint import dated
from monitor.store.database import Database
from monitor.store.one_release import Copy, Held, Wording, happened, held_release, wording

_ROOM = 55_000
"""Bytes of what differs that one page may take."""
_COMPARED = 200_000
"""Letters of each text that are laid side by side: more would keep other readers waiting, and no release has more."""
_EVENTS = 60
_RUNS = 12
_LETTERS = 200
_FILES = 20


@dataclass(frozen=True, slots=True)
class EditsView:
    """All that was changed of a copy since it appeared, the newest first."""

    in_languages: ClassVar[bool] = True
    fresh_seconds: ClassVar[int | None] = None
    is_slow: ClassVar[bool] = False
    source_id: str
    lang: str | None
    before: int | None

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        return addressed(f"/releases/{self.source_id}/diff", lang=self.lang, before=self.before)

    def made(self, db: Database | None, context: Context) -> Made:
        """The page as it is now; Missing where the portal has not shown the copy."""
        db, held, copy = _found(db, self.source_id, self.lang, context)
        if copy.status == "unseen":
            raise Missing(why_missing(self.source_id, copy.lang, context.lang))
        told = happened(db, held.id, most=_EVENTS + 1, below=self.before, edition_id=copy.id)
        gone = withheld_of(held, context.removed_text)
        withheld = copy.lang in gone
        events = [
            event(
                replace(one, detail=spared(one.detail, gone)),
                context.lang,
                context.zone,
                runs=_RUNS,
                letters=_LETTERS,
                in_full=True,
                # What came back as a whole brought words of one copy, which may be another than this.
                withheld=withheld or one.words_lang not in {None, copy.lang},
                redacted=held.redacted_at is not None,
            )
            for one in told
        ]
        shown = within(events[:_EVENTS], _ROOM)
        older = shown[-1].id if len(shown) < len(told) else None
        return Made(
            rendered(
                "edits.html",
                context,
                **_around(held, copy, context),
                notes=_notes(held, copy, context, withheld=withheld),
                events=shown,
                older=addressed(f"/releases/{self.source_id}/diff", lang=copy.lang, before=older)
                if older
                else "",
                last=0 if withheld else copy.revisions,
                from_=max(1, copy.revisions - 1),
                to=copy.revisions,
                run_html=run_html,
                passage_html=passage_html,
                replaced_html=replaced_html,
                fields=phrases(context.lang).fields,
            )
        )


@dataclass(frozen=True, slots=True)
class DiffView:
    """Two wordings of a copy, whole or with what stayed folded away."""

    in_languages: ClassVar[bool] = True
    fresh_seconds: ClassVar[int | None] = None
    is_slow: ClassVar[bool] = True
    source_id: str
    lang: str | None
    before: int
    after: int
    whole: bool
    part: int

    @property
    def path(self) -> str:
        """Its one address, without the language."""
        return self._address(part=self.part)

    def made(self, db: Database | None, context: Context) -> Made:
        """The page; Missing where there are no such wordings, or they may not be read any more."""
        db, held, copy = _found(db, self.source_id, self.lang, context)
        told = words(context.lang)
        if is_withheld(held, copy, context.removed_text):
            said = phrases(context.lang)
            raise Missing(said.redacted_note if held.redacted_at is not None else told.withheld)
        before, after = (_wording(db, copy, number, told.no_wording) for number in (self.before, self.after))
        old, new = (_content(side) for side in (before, after))
        is_another = is_another_text(old, new)
        title = laid(old.title, new.title, is_another=is_another)
        rows = laid(old.text, new.text, is_another=is_another)
        differs = any(row.differs for row in (*title, *rows))
        parts = in_parts((fit(row) for row in (rows if self.whole else folded(rows))), _ROOM)
        if self.part > len(parts):
            raise Missing(told.no_part)
        dates = (dated(before.published_raw), dated(after.published_raw))
        gone, come = _files(before, after), _files(after, before)
        return Made(
            rendered(
                "diff.html",
                context,
                **_around(held, copy, context),
                before=before,
                after=after,
                last=copy.revisions,
                from_=self.before,
                to=self.after,
                title_rows=[fit(row) for row in title if row.differs],
                rows=parts[self.part - 1],
                date=replaced_html(*dates) if dates[0] != dates[1] else "",
                gone=gone[:_FILES],
                come=come[:_FILES],
                is_same=not differs,
                fields=phrases(context.lang).fields,
                is_another=is_another,
                is_cut=max(len(before.text), len(after.text)) > _COMPARED,
                compared=_COMPARED,
                is_whole=self.whole,
                other=self._address(whole=not self.whole),
                part=self.part,
                parts=len(parts),
                previous=self._address(part=self.part - 1) if self.part > 1 else "",
                following=self._address(part=self.part + 1) if self.part < len(parts) else "",
            )
        )

    def _address(self, *, part: int = 1, whole: bool | None = None) -> str:
        return addressed(
            f"/releases/{self.source_id}/diff",
            lang=self.lang,
            from_=self.before,
            to=self.after,
            whole="1" if (self.whole if whole is None else whole) else "",
            part=part if part > 1 else "",
        )


class Diff:
    """What was changed of a release."""

    pattern = r"/releases/(?P<source_id>[0-9]{1,18})/diff"
    parameters = ("lang", "from", "to", "whole", "part", "before")

    def view(
        self, place: Mapping[str, str], named: Named, *, languages: frozenset[str]
    ) -> EditsView | DiffView:
        """What an address means: without two wordings all that was changed."""
        lang = read_lang(named["lang"])
        before, after = (read_number(side, named[side]) for side in ("from", "to"))
        if (before is None) != (after is None):
            raise ValueError("Name two wordings to compare, as from=1&to=2.")
        if before is None or after is None:
            return EditsView(place["source_id"], lang, read_number("before", named["before"]))
        return DiffView(
            place["source_id"],
            lang,
            before,
            after,
            whole=read_flag("whole", named["whole"], "1"),
            part=read_number("part", named["part"]) or 1,
        )


def _found(
    db: Database | None, source_id: str, lang: str | None, context: Context
) -> tuple[Database, Held, Copy]:
    """The copy that is asked for, without a language the one that came first: its address is to last."""
    held = None if db is None else held_release(db, source_id)
    first = held.copies[0].lang if held and held.copies else ""
    copy = None if held is None else copy_of(held, lang, likes=first)
    if db is None or held is None or copy is None:
        raise Missing(why_missing(source_id, None if held is None else lang, context.lang))
    return db, held, copy


def _around(held: Held, copy: Copy, context: Context) -> dict[str, object]:
    """What stands over both pages."""
    return {
        "words": words(context.lang),
        "diffs": diff_words(context.lang),
        "title": title_of(held, copy.title, context.lang),
        "title_lang": context.lang if held.redacted_at is not None else copy.lang,
        "copy_lang": copy.lang,
        "agency": held.agency,
        "agency_name": agency_name(held.agency, context.lang),
        "source_id": held.source_id,
        "release": addressed(f"/releases/{held.source_id}", lang=copy.lang),
        "edits": addressed(f"/releases/{held.source_id}/diff", lang=copy.lang),
        "copies": [
            (one.lang, named(one.lang), addressed(f"/releases/{held.source_id}/diff", lang=one.lang))
            for one in held.copies
            if one.status != "unseen"
        ],
    }


def _notes(held: Held, copy: Copy, context: Context, *, withheld: bool) -> list[str]:
    """What a reader should know first."""
    said, told = phrases(context.lang), words(context.lang)
    notes = []
    if held.status == "removed":
        notes.append(said.withdrawn)
    elif copy.status == "removed":
        notes.append(said.withdrawn_copy)
    if held.redacted_at is not None:
        notes.append(said.redacted_note)
    elif withheld:
        notes.append(told.withheld)
    return notes


def _wording(db: Database, copy: Copy, number: int, otherwise: str) -> Wording:
    found = wording(db, copy.id, number)
    if found is None:
        raise Missing(otherwise.format(number=number, last=copy.revisions))
    return found


def _content(told: Wording) -> Content:
    """What of a wording is laid beside another."""
    return Content(told.title, told.text[:_COMPARED], told.published_raw, (), ())


def _files(here: Wording, there: Wording) -> list[str]:
    """The attachments that only the first has."""
    others = {one.url for one in there.attachments}
    return [one.name or one.url for one in here.attachments if one.url not in others]

"""Entries of the feeds of changes: what was published, edited, removed and restored; pure.

Such an entry tells of one moment: its id is the change's own, and its dates never move, unless its words are taken
out of the history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from feeds.cleaning import in_language, one_line, summary_of, xml_text
from feeds.entries import (
    Category,
    Deleted,
    Entry,
    RemovedText,
    agency_categories,
    agency_name,
    diff_address,
)
from feeds.ids import edition_uuid, urn
from feeds.phrases import Phrases, phrases
from feeds.withholding import spared
from feeds.word_diff import fit, passage_html, replaced_html, replaced_text, run_html
from monitor.fingerprint import dated
from monitor.remarks import of_copies, of_listing, of_wording
from monitor.runs import Shown, passages, shown_runs, weightiest_first
from monitor.store.for_feeds import StoredChange

_PREFERRED = ("kk", "ru", "en")


def change_entry(
    change: StoredChange,
    *,
    address: str | None,
    languages: Sequence[str] = (),
    removed_text: RemovedText = "full",
) -> Entry:
    """The entry of one change, in its own language.

    `address` is that of the server which shows what changed, without a trailing slash; None: there is none. A change
    of the whole release is told in the first of `languages` (those the reader asked for) that it has.
    """
    lang = change.lang or lang_of_whole(change, languages)
    words = phrases(lang)
    if removed_text == "title":
        change = replace(change, detail=spared(change.detail, change.gone))
    kind = words.kinds[change.kind]
    redacted = change.redacted_at is not None
    withheld = redacted or (change.removed and removed_text == "title")
    title = change.title if change.title is not None else change.titles.get(lang, "")
    # Where a release stood, and how long, is no word of its text.
    remarks = [_paragraph(said) for said in of_listing(change.detail, lang)]
    details = remarks if withheld else [*remarks, *_details(change, words, lang)]
    diff_url = "" if withheld else _diff_url(change, address)
    if diff_url:
        details.append(f'<p><a href="{escape(diff_url)}">{words.see_changes}</a></p>')
    if redacted:
        title, details = words.redacted, [f"<p>{words.redacted_note}</p>"]
    author = agency_name(change.agency, lang)
    return Entry(
        id=urn(change.uid),
        url=in_language(change.url, lang),
        title=f"{kind}: {one_line(title) or words.untitled}",
        lang=lang,
        author=author,
        published=change.at,
        # So that readers put what is left of a redacted one in the place of what they keep.
        updated=max(change.at, change.redacted_at or change.at),
        note="",
        html="\n".join([f"<p><strong>{kind}.</strong> {escape(author)}.</p>", *details]),
        summary=summary_of(f"{kind}. {author}. {'' if withheld else _in_short(change, words, lang)}"),
        categories=(*agency_categories(change.agencies, lang), Category(change.kind, kind)),
        facts=(
            ("uuid", change.uid),
            ("place", change.id),
            ("source_id", change.source_id),
            ("agency", change.agency),
            ("lang", change.lang),
            ("kind", change.kind),
            ("weight", change.weight),
        ),
        diff_url=diff_url,
    )


def deletions(changes: Iterable[StoredChange], *, languages: Sequence[str] = ()) -> tuple[Deleted, ...]:
    """The entries in feeds of releases that these changes, the newest first, took away for good so far.

    What the portal shows again is none of them. Only editions in `languages` are named, where any are.
    """
    found: dict[str, Deleted] = {}
    for change in changes:
        if change.kind != "removed" or not change.removed:
            continue
        for lang in [change.lang] if change.lang else sorted(change.titles):
            if languages and lang not in languages:
                continue
            words = phrases(lang)
            ref = urn(edition_uuid(change.source, change.source_id, lang))
            comment = words.withdrawn_copy if change.lang else words.withdrawn
            found.setdefault(ref, Deleted(ref=ref, when=change.at, comment=comment, lang=lang))
    return tuple(found.values())


def _diff_url(change: StoredChange, address: str | None) -> str:
    """Where its edit is shown; empty where it is none of a wording, or nobody shows it."""
    if address is None or change.lang is None or not texts_of(change.detail.get("fields")):
        return ""
    return diff_address(address, change.source_id, change.lang)


def lang_of_whole(change: StoredChange, asked: Sequence[str]) -> str:
    """In which language a change of the whole release is told: the first of those asked for that it has."""
    known = (*asked, *_PREFERRED, *sorted(change.titles))
    return next((lang for lang in known if lang in change.titles), _PREFERRED[-1])


def _in_short(change: StoredChange, words: Phrases, lang: str) -> str:
    """What kind of edit it was, its weightiest words and its dates; how the text begins where none is known."""
    remarks = [*of_wording(change.detail, lang), *of_listing(change.detail, lang)]
    replaced = [replaced_text(run.was, run.now) for run in weightiest_first(shown_words(change))[:1]]
    replaced += [f"{words.fields['date']}: {before} → {after}" for before, after in shown_dates(change)]
    return " ".join(filter(None, (*map(one_line, remarks), "; ".join(replaced)))) or change.text


def _details(change: StoredChange, words: Phrases, lang: str) -> Iterable[str]:
    """Paragraphs saying what the change consists of; a key that is not known here is passed over."""
    detail = change.detail
    yield from (_paragraph(said) for said in of_wording(detail, lang))
    touched = [words.fields.get(name, name) for name in texts_of(detail.get("fields"))]
    if touched:
        yield f"<p>{words.touched}: {escape(', '.join(touched))}.</p>"
    classes = [words.classes[name] for name in texts_of(detail.get("classes")) if name in words.classes]
    if classes:
        yield f"<p>{words.of_kind}: {escape(', '.join(classes))}.</p>"
    runs = weightiest_first(shown_words(change))
    if runs:
        yield f"<ul>{''.join(f'<li>{run_html(run)}</li>' for run in runs)}</ul>"
    if isinstance(detail.get("more_words"), int):
        yield f"<p>{words.further.format(count=detail['more_words'])}</p>"
    for passage in passages(detail):
        field = f"{words.fields['title']}: " if passage.field == "title" else ""
        yield f"<blockquote>{field}{passage_html(passage)}</blockquote>"
    for run in shown_dates(change):
        yield f"<p>{words.fields['date']}: {replaced_html(*run)}</p>"
    for files in _maps([detail.get("attachments")]):
        for key, said in {
            "removed": words.gone,
            "added": words.come,
            "gone": words.gone,
            "come": words.come,
        }.items():
            # The last two are what changes of earlier versions call them.
            for address in texts_of(files.get(key)):
                yield f"<p>{said}: {escape(xml_text(address))}</p>"
        for before, after in _runs(files.get("replaced")):
            yield f"<p>{words.swapped}: {replaced_html(xml_text(before), xml_text(after))}</p>"
    earlier = texts_of(detail.get("earlier"))
    if earlier:
        yield f"<p>{words.earlier.format(languages=escape(', '.join(earlier)))}</p>"
    yield from (_paragraph(said) for said in of_copies(detail, lang))
    if change.kind in {"published", "translated"} and change.text:
        yield f"<p>{escape(summary_of(change.text))}</p>"


def _paragraph(said: str) -> str:
    return f"<p>{escape(one_line(said))}</p>"


def shown_words(change: StoredChange) -> list[Shown]:
    """The replaced runs, fit for a feed."""
    runs = (fit(run) for run in shown_runs(change.detail))
    return [run for run in runs if run.before or run.after]


def shown_dates(change: StoredChange) -> list[tuple[str, str]]:
    """The release's own date before and after, as the clocks of Kazakhstan show it."""
    return [(dated(before), dated(after)) for before, after in _runs([change.detail.get("date")])]


def _runs(values: object) -> list[tuple[str, str]]:
    """What stood before and what stands there now, for each replaced place."""
    runs = ((_text(run.get("before")), _text(run.get("after"))) for run in _maps(values))
    return [run for run in runs if any(run)]


def _text(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""


def texts_of(values: object) -> list[str]:
    """The texts of a list of a detail, each on one line; what is none is passed over."""
    return [one_line(value) for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _maps(values: object) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []

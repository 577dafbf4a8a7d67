"""Entries of the feeds of changes: what was published, edited, removed and restored; pure.

Such an entry tells of one moment: its id is the change's own, and its dates never move.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from feeds.cleaning import in_language, one_line, summary_of, xml_text
from feeds.entries import Category, Entry, RemovedText, agency_categories, agency_name
from feeds.ids import urn
from feeds.phrases import Phrases, phrases
from monitor.store.for_feeds import StoredChange

_PREFERRED = ("kk", "ru", "en")


def change_entry(
    change: StoredChange, *, languages: Sequence[str] = (), removed_text: RemovedText = "full"
) -> Entry:
    """The entry of one change, in its own language.

    A change of the whole release is told in the first of `languages` (those the reader asked for) that it has.
    """
    lang = change.lang or _lang_of_whole(change, languages)
    words = phrases(lang)
    kind = words.kinds[change.kind]
    withheld = change.redacted or (change.removed and removed_text == "title")
    title = change.title if change.title is not None else change.titles.get(lang, "")
    details = [] if withheld else list(_details(change, words))
    if change.redacted:
        title, details = words.redacted, [f"<p>{words.redacted_note}</p>"]
    author = agency_name(change.agency, lang)
    return Entry(
        id=urn(change.uid),
        url=in_language(change.url, lang),
        title=f"{kind}: {one_line(title) or words.untitled}",
        lang=lang,
        author=author,
        published=change.at,
        updated=change.at,
        note="",
        html="\n".join([f"<p><strong>{kind}.</strong> {escape(author)}.</p>", *details]),
        summary=summary_of(f"{kind}. {author}." if withheld else f"{kind}. {author}. {_in_short(change)}"),
        categories=(*agency_categories(change.agencies, lang), Category(change.kind, kind)),
        facts=(
            ("uuid", change.uid),
            ("source_id", change.source_id),
            ("agency", change.agency),
            ("lang", change.lang),
            ("kind", change.kind),
            ("weight", change.weight),
        ),
    )


def _lang_of_whole(change: StoredChange, asked: Sequence[str]) -> str:
    known = (*asked, *_PREFERRED, *sorted(change.titles))
    return next((lang for lang in known if lang in change.titles), _PREFERRED[-1])


def _in_short(change: StoredChange) -> str:
    """The first replaced words where there are any, else how the text begins."""
    for before, after in _runs(change.detail.get("words")):
        return f"{before} → {after}"
    return change.text


def _details(change: StoredChange, words: Phrases) -> Iterable[str]:
    """Paragraphs saying what the change consists of; a key that is not known here is passed over."""
    detail = change.detail
    touched = [words.fields.get(name, name) for name in _texts(detail.get("fields"))]
    if touched:
        yield f"<p>{words.touched}: {escape(', '.join(touched))}.</p>"
    classes = [words.classes[name] for name in _texts(detail.get("classes")) if name in words.classes]
    if classes:
        yield f"<p>{words.of_kind}: {escape(', '.join(classes))}.</p>"
    runs = _runs(detail.get("words"))
    if runs:
        yield f"<ul>{''.join(f'<li>{_replaced(*run)}</li>' for run in runs)}</ul>"
    if isinstance(detail.get("more_words"), int):
        yield f"<p>{words.further.format(count=detail['more_words'])}</p>"
    for run in _runs([detail.get("date")]):
        yield f"<p>{words.fields['date']}: {_replaced(*run)}</p>"
    for files in _maps([detail.get("attachments")]):
        for key, said in {
            "removed": words.gone,
            "added": words.come,
            "gone": words.gone,
            "come": words.come,
        }.items():
            # The last two are what changes of earlier versions call them.
            for address in _texts(files.get(key)):
                yield f"<p>{said}: {escape(xml_text(address))}</p>"
        for before, after in _runs(files.get("replaced")):
            yield f"<p>{words.swapped}: {_replaced(xml_text(before), xml_text(after))}</p>"
    earlier = _texts(detail.get("earlier"))
    if earlier:
        yield f"<p>{words.earlier.format(languages=escape(', '.join(earlier)))}</p>"
    if change.kind in {"published", "translated"} and change.text:
        yield f"<p>{escape(summary_of(change.text))}</p>"


def _replaced(before: str, after: str) -> str:
    parts = (f"<del>{escape(before)}</del>" if before else "", f"<ins>{escape(after)}</ins>" if after else "")
    return " → ".join(filter(None, parts))


def _runs(values: object) -> list[tuple[str, str]]:
    """What stood before and what stands there now, for each replaced place."""
    runs = ((_text(run.get("before")), _text(run.get("after"))) for run in _maps(values))
    return [run for run in runs if any(run)]


def _text(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _texts(values: object) -> list[str]:
    return [one_line(value) for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _maps(values: object) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []

"""Writes what a change is told with: a body for a webhook, subject and text for a person. Pure.

Release text goes in as plain text only: no mark-up is written around it, and what could break a line, a
header or the direction of reading is taken out of it.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from crawler.directory import agencies
from monitor.changes import Change, Kind, Weight
from monitor.fingerprint import dated
from monitor.phrases import CLASSES, PHRASES, Phrases
from monitor.remarks import of_copies, of_listing, of_wording
from monitor.runs import shown_runs, weightiest_first
from monitor.store.database import to_text

_TITLE = 300
_SUBJECT = 180
_RUNS = 6
_RUN = 160
_REMARKS = 600
"""With these the longest text stays well under 4096 characters, the least of what our channels carry."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long the text of one message may be."""

    length: int
    unit: Literal["characters", "utf-16", "bytes"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message, in the forms in which channels hand it over."""

    id: str
    """The same at every repeat: the webhook's Idempotency-Key, the mail's Message-ID."""
    subject: str
    """One line."""
    text: str
    body: dict[str, Any]
    """What a webhook is sent, ready for JSON."""
    secret: str | None = field(default=None, repr=False)
    """Signs the webhook."""


def message(
    change: Change,
    *,
    message_id: str,
    rules: Sequence[str],
    kind: Kind,
    weight: Weight,
    words: Sequence[str],
    lang: str,
    secret: str | None = None,
) -> Message:
    """The message about `change` because of `rules` (their names).

    `kind` and `weight` are what the change is to this reader, `words` what was found, `lang` (`kk`, `ru`,
    `en`) the language in which a person is written to.
    """
    phrases = PHRASES[lang]
    happened = phrases.one_copy.get(kind) if change.lang else None
    happened = happened or phrases.kinds[kind]
    agency = _agency(change.agency, lang)
    title = _cut(
        one_line(change.title) or (phrases.redacted if change.redacted else phrases.untitled), _TITLE
    )
    return Message(
        id=message_id,
        subject=_cut(f"{happened}: {title} — {agency}", _SUBJECT),
        text="\n".join(_lines(change, phrases, happened, agency, title, rules, words, lang)),
        body=webhook_body(change, message_id=message_id, rules=rules, kind=kind, weight=weight),
        secret=secret,
    )


def webhook_body(
    change: Change, *, message_id: str, rules: Sequence[str], kind: Kind, weight: Weight
) -> dict[str, Any]:
    """What a webhook is sent. Every key is always there; `edition.lang` is null for a whole release."""
    return {
        "id": message_id,
        "rules": list(rules),
        "change": {
            "id": change.uid,
            "kind": kind,
            "at": to_text(change.at),
            "weight": weight,
            "detail": change.detail,
        },
        "release": {
            "source_id": change.source_id,
            "agency": change.agency,
            "url": change.url,
            "published_at": to_text(change.published_at) if change.published_at else None,
        },
        "edition": {"lang": change.lang, "title": change.title},
    }


def one_line(text: str) -> str:
    """The text without line breaks, controls and invisible characters, one space between words."""
    spaced = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs"}).split())


def _lines(
    change: Change,
    phrases: Phrases,
    happened: str,
    agency: str,
    title: str,
    rules: Sequence[str],
    words: Sequence[str],
    lang: str,
) -> Iterator[str]:
    yield happened + (f" ({phrases.languages.get(change.lang, change.lang)})" if change.lang else "")
    yield agency
    if change.kind == "moved" and len(change.agencies) > 1:
        others = (_agency(slug, lang) for slug in change.agencies if slug != change.agency)
        yield f"{phrases.listed_by}: {_cut('; '.join(others), _TITLE)}"
    yield title
    if (mass := change.detail.get("mass")) is not None:
        yield f"{phrases.one_of_many}: {mass['count']}"
    # Before what may be long, so that a channel that cuts never cuts the link.
    yield _link(change)
    yield ""
    yield f"{phrases.rule}: {_cut(', '.join(one_line(name) for name in rules), _TITLE)}"
    if words:
        yield f"{phrases.found}: {_cut(', '.join(one_line(word) for word in words), _TITLE)}"
    yield from _remarks(change.detail, lang)
    yield from _edit(change.detail, phrases, CLASSES[lang])


def _remarks(detail: dict[str, Any], lang: str) -> Iterator[str]:
    """What is said besides the words, as far as there is room for it."""
    left = _REMARKS
    for remarks in (of_listing, of_wording, of_copies):
        for remark in remarks(detail, lang):
            said = _cut(one_line(remark), left)
            left -= len(said)
            yield said
            if left < _TITLE // 4:
                return


def _edit(detail: dict[str, Any], phrases: Phrases, called: Mapping[str, str]) -> Iterator[str]:
    if not detail.get("fields"):
        return
    yield ""
    yield f"{phrases.changed}: {', '.join(phrases.fields.get(name, name) for name in detail['fields'])}"
    if classes := [called[name] for name in detail.get("classes", ()) if name in called]:
        yield f"{phrases.of_kind}: {', '.join(classes)}"
    runs = weightiest_first(shown_runs(detail))
    for run in runs[:_RUNS]:
        alone = not (run.left or run.right)
        yield from _run(*((run.before, run.after) if alone else (run.was, run.now)), phrases)
    if "date" in detail:
        yield from _run(dated(detail["date"]["before"]), dated(detail["date"]["after"]), phrases)
    more = max(0, len(runs) - _RUNS) + detail.get("more_words", 0)
    if more:
        yield f"{phrases.more}: {more}"


def _run(before: str, after: str, phrases: Phrases) -> Iterator[str]:
    if before:
        yield f"− {phrases.before}: {_cut(one_line(before), _RUN)}"
    if after:
        yield f"+ {phrases.now}: {_cut(one_line(after), _RUN)}"


def _agency(slug: str, lang: str) -> str:
    known = agencies().get(slug)
    return known.name(lang) if known else one_line(slug)


def _link(change: Change) -> str:
    address = quote(change.url, safe=":/?#[]@!$&'()*+,;=%~")
    if change.lang is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}lang={quote(change.lang)}"


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    head = text[: length - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[length // 2 :] else head).rstrip(" ,;—") + "…"

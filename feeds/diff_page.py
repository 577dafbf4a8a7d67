"""The page of one release in one language that shows what was changed since it appeared, the newest first; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from zoneinfo import ZoneInfo

from feeds.entries import Entry
from feeds.layout import framed


@dataclass(frozen=True, slots=True)
class _Words:
    heading: str
    none: str
    portal: str


_WORDS = {
    "kk": _Words("Кейін не өзгертілді", "Жарияланғаннан бері өзгеріс байқалған жоқ.", "Порталдағы релиз"),
    "ru": _Words("Что потом изменилось", "С момента появления изменений не замечено.", "Релиз на портале"),
    "en": _Words(
        "What changed afterwards", "No change has been seen since it appeared.", "The release at the portal"
    ),
}


def diff_page(shown: Entry, changes: Sequence[Entry], *, zone: ZoneInfo) -> bytes:
    """The page of the release whose entry in feeds is `shown`, with the entries of its changes, the newest first.

    `zone` tells the moment at which each was noticed.
    """
    words = _WORDS.get(shown.lang, _WORDS["en"])
    portal = (
        f'<a href="{escape(shown.url)}" rel="noopener noreferrer">{words.portal}</a>' if shown.url else ""
    )
    note = f'<p class="note">{escape(shown.note)}</p>' if shown.note else ""
    sections = "\n".join(_section(change, zone) for change in changes)
    body = f"""<header>
<h1><bdi>{escape(shown.title)}</bdi></h1>
<p class="quiet">{escape(shown.author)} · {portal}</p>
{note}
</header>
<main>
<h2>{words.heading}</h2>
{sections or f'<p class="quiet">{words.none}</p>'}
</main>"""
    return framed(body, title=f"{shown.title} · Jarshy", lang=shown.lang)


def _section(change: Entry, zone: ZoneInfo) -> str:
    at = change.published.astimezone(zone)
    return (
        f'<section lang="{escape(change.lang)}">\n<p class="quiet">'
        f'<time datetime="{at.isoformat(timespec="seconds")}">{at:%d.%m.%Y %H:%M} (UTC{at.isoformat()[-6:]})</time>'
        "</p>\n"
        f"{change.html}\n</section>"
    )

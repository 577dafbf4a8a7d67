"""The page that greets a person: what Jarshy is, the newest releases, and the address of every feed; pure.

Plain HTML without a script. Its links to feeds are relative, so that they hold under whatever address it is seen.
"""

from collections.abc import Iterable, Sequence
from html import escape
from zoneinfo import ZoneInfo

from feeds.addresses import AddressOf, of_server
from feeds.entries import Entry, agency_name
from feeds.formats import FORMATS
from feeds.layout import framed
from feeds.opml import MEDIA_TYPE as OPML_TYPE
from feeds.opml import opml_address
from feeds.phrases import phrases
from feeds.streams import Stream, offered

_LANGUAGES = ("kk", "ru", "en")

_INTRODUCTIONS = {
    "kk": "Жаршы Қазақстанның мемлекеттік органдарының баспасөз релиздерін бақылайды: не жарияланды, "
    "кейін не өзгертілді, не алып тасталды.",
    "ru": "Жаршы следит за пресс-релизами государственных органов Казахстана: что опубликовано, "
    "что потом изменено и что снято.",
    "en": "Jarshy watches the press releases of Kazakhstan's state bodies: what was published, "
    "what was changed afterwards, and what was taken away.",
}

_HEADINGS = {
    "newest": (("kk", "Жаңа релиздер"), ("ru", "Новые релизы"), ("en", "Newest releases")),
    "feeds": (("kk", "Арналар"), ("ru", "Ленты"), ("en", "Feeds")),
    "agencies": (("kk", "Органдар бойынша"), ("ru", "По органам"), ("en", "By body")),
}

_NOTHING_YET = (
    ("kk", "Әзірге ештеңе оқылған жоқ."),
    ("ru", "Пока ничего не прочитано."),
    ("en", "Nothing has been read yet."),
)


def page(
    entries: Sequence[Entry],
    *,
    agencies: Sequence[str],
    languages: Sequence[str],
    zone: ZoneInfo,
    address_of: AddressOf = of_server,
) -> bytes:
    """The page with these newest entries; `agencies` are the slugs that are followed, `zone` tells the day."""
    general = offered((), languages)
    body = f"""<header>
<h1>Jarshy <small lang="kk">Жаршы</small></h1>
{_lines(f'<p lang="{lang}">{escape(_INTRODUCTIONS[lang])}</p>' for lang in _LANGUAGES)}
</header>
<main>
<h2>{_spans(_HEADINGS["newest"])}</h2>
{_releases(entries, zone)}
<h2>{_spans(_HEADINGS["feeds"])}</h2>
<ul>
{_lines(_feed(escape(stream.title), stream, address_of) for stream in general)}
{_lists(address_of)}
</ul>
<h2>{_spans(_HEADINGS["agencies"])}</h2>
<ul>
{_lines(_feed(_names(slug), Stream(agencies=(slug,)), address_of) for slug in agencies)}
</ul>
</main>"""
    return framed(body, title="Jarshy · Жаршы", lang="en", head=_discovery(general, address_of))


def _discovery(streams: Iterable[Stream], address_of: AddressOf) -> str:
    """What feed readers and browsers look for: every general feed in every format, and the lists of feeds."""
    feeds = (
        f'<link rel="alternate" type="{form.media_type}"{_hreflang(stream)}'
        f' title="{escape(f"{stream.title} ({form.label})")}" href="{_link(stream.address(ending), address_of)}">'
        for stream in streams
        for ending, form in FORMATS.items()
    )
    lists = (
        f'<link rel="alternate" type="{OPML_TYPE}" hreflang="{lang}"'
        f' title="{escape(f"{phrases(lang).list_of_feeds} (OPML)")}" href="{_link(opml_address(lang), address_of)}">'
        for lang in _LANGUAGES
    )
    return _lines([*feeds, *lists])


def _hreflang(stream: Stream) -> str:
    return f' hreflang="{escape(stream.languages[0])}"' if len(stream.languages) == 1 else ""


def _lists(address_of: AddressOf) -> str:
    names = " · ".join(
        f'<span lang="{lang}">{escape(phrases(lang).list_of_feeds)}</span>' for lang in _LANGUAGES
    )
    links = "".join(
        f'<a href="{_link(opml_address(lang), address_of)}" hreflang="{lang}">OPML {lang}</a>'
        for lang in _LANGUAGES
    )
    return f'<li class="feed"><span>{names}</span><span>{links}</span></li>'


def _releases(entries: Sequence[Entry], zone: ZoneInfo) -> str:
    if not entries:
        return f'<p class="quiet">{_spans(_NOTHING_YET)}</p>'
    return f"<ol>\n{_lines(_release(entry, zone) for entry in entries)}\n</ol>"


def _release(entry: Entry, zone: ZoneInfo) -> str:
    title = f"<bdi>{escape(entry.title)}</bdi>"
    if entry.url:
        title = f'<a href="{escape(entry.url)}" rel="noopener noreferrer">{title}</a>'
    day = entry.published.astimezone(zone)
    note = f'<p class="note">{escape(entry.note)}</p>' if entry.note else ""
    return (
        f'<li lang="{escape(entry.lang)}">{title}{note}'
        f'<p class="quiet">{escape(entry.author)} · {escape(entry.lang)} · '
        f'<time datetime="{day:%Y-%m-%d}">{day:%d.%m.%Y}</time></p></li>'
    )


def _feed(name: str, stream: Stream, address_of: AddressOf) -> str:
    links = "".join(
        f'<a href="{_link(stream.address(ending), address_of)}">{form.label}</a>'
        for ending, form in FORMATS.items()
    )
    return f'<li class="feed"><span>{name}</span><span>{links}</span></li>'


def _names(slug: str) -> str:
    """The agency's names, the Kazakh one first, each said once."""
    names = dict.fromkeys(agency_name(slug, lang) for lang in _LANGUAGES)
    first, *others = (escape(name) for name in names)
    return first + "".join(f'<br><span class="quiet">{name}</span>' for name in others)


def _link(address: str, address_of: AddressOf) -> str:
    return escape(address_of(address).removeprefix("/"))


def _spans(texts: Iterable[tuple[str, str]]) -> str:
    return " ".join(f'<span lang="{lang}">{escape(text)}</span>' for lang, text in texts)


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(parts)

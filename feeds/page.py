"""The page that greets a person: what Jarshy is, the newest releases, and the address of every feed; pure.

Plain HTML without a script. Its links to feeds are relative, so that they hold under whatever address it is seen.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from zoneinfo import ZoneInfo

from feeds.addresses import AddressOf, of_server
from feeds.entries import Entry, agency_name
from feeds.formats import FORMATS
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

_STYLE = """
:root { color-scheme: light dark; --ground: #fdfdfc; --ink: #1b1f24; --quiet: #5c6470; --line: #dfe3e8;
  --link: #0a5c8a; --mark: #9a3412; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171b; --ink: #e6e9ed; --quiet: #9aa3af; --line: #2c333d; --link: #74c0ee; --mark: #f0a878; }
}
body { margin: 0 auto; max-width: 46rem; padding: 2.5rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .2em; }
h1 { font-size: 1.7rem; margin: 0 0 1rem; letter-spacing: -.01em; }
h2 { font-size: 1.05rem; margin: 2.75rem 0 .5rem; padding-bottom: .4rem; border-bottom: 1px solid var(--line); }
h1 small, h2 span + span, .quiet { color: var(--quiet); font-weight: normal; }
h1 small { font-size: 1rem; margin-left: .35rem; }
h2 span + span::before { content: " · "; }
header p { margin: .35rem 0; }
ol, ul { list-style: none; margin: 0; padding: 0; }
li { padding: .6rem 0; border-bottom: 1px solid var(--line); }
li p { margin: .1rem 0 0; font-size: .875rem; }
.note { color: var(--mark); }
.feed { display: flex; flex-wrap: wrap; gap: .15rem 1rem; justify-content: space-between; font-size: .9375rem; }
.feed span:first-child { flex: 1 1 20rem; }
.feed a { margin-left: .75rem; white-space: nowrap; }
"""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'"
)
"""What a browser may do with the page: apply its own style, and nothing else."""


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
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Jarshy · Жаршы</title>
{_discovery(general, address_of)}
<style>{_STYLE}</style>
</head>
<body>
<header>
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
</main>
</body>
</html>
""".encode()


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

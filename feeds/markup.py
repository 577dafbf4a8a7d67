"""Makes stored mark-up fit to leave: nothing in it runs, nothing is fetched from elsewhere when it is shown. Pure.

What is stored is sanitised already; it is done once more at this border, because a feed is shown by readers that
trust it and the store may hold what an older version let in. No word of it is lost.
"""

import html
import re
from collections.abc import Callable
from functools import lru_cache, partial
from urllib.parse import unquote, urljoin, urlsplit

import nh3

from feeds.cleaning import one_line, upright, web_address

_ADDED_TAGS = {"address", "embed", "main", "section", "tfoot"}
"""Four whose words would run into their neighbours', and one that `_without_fetching` turns into a link."""
_TAKEN_TAGS = {"area", "bdo", "map"}
_ATTRIBUTES = {
    "*": {"lang", "title"},
    "a": {"href", "hreflang"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "embed": {"src"},
    "img": {"src", "alt", "width", "height"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_UNSEEN = {"noembed", "noframes", "noscript", "script", "style", "template", "title"}
"""Elements that no reader sees anything of; their mark-up would be shown as text."""
_REL = "noopener noreferrer"

_DRAWN = (
    "animate", "annotation", "annotation-xml", "apply", "bind", "bvar", "ci", "circle", "cn", "codomain", "compose",
    "condition", "cs", "csymbol", "declare", "defs", "desc", "discard", "domain", "ellipse", "filter", "g", "ident",
    "interval", "inverse", "lambda", "line", "maction", "maligngroup", "malignmark", "marker", "mask", "math",
    "menclose", "merror", "metadata", "mfenced", "mfrac", "mglyph", "mi", "mlabeledtr", "mlongdiv", "mmultiscripts",
    "mn", "mo", "mover", "mpadded", "mpath", "mphantom", "mprescripts", "mroot", "mrow", "ms", "mscarries",
    "mscarry", "msgroup", "msline", "mspace", "msqrt", "msrow", "mstack", "mstyle", "msub", "msubsup", "msup",
    "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none", "otherwise", "path", "pattern", "piece",
    "piecewise", "polygon", "polyline", "rect", "semantics", "sep", "set", "share", "stop", "svg", "switch",
    "symbol", "text", "tspan", "use", "view",
)  # fmt: skip
"""Elements of SVG and MathML that nh3 takes out with all the words in them, and those that follow one left open."""
_OTHER_NAMES = {
    **dict.fromkeys(_DRAWN, "span"),
    **dict.fromkeys(("audio", "frame", "iframe", "source", "video"), "embed"),
    **dict.fromkeys(
        ("dialog", "fieldset", "form", "legend", "marquee", "optgroup", "option", "search", "select"), "div"
    ),
    **dict.fromkeys(("dir", "menu"), "ul"),
}
"""What elements are called before they are cleaned, whose words or address would be lost or glued otherwise."""
_NAME = re.compile(r"(</?)([A-Za-z][A-Za-z-]*)(?=[\s/>])")

# Complete for what nh3 writes: no attribute of it holds a bare quote, `<` or `>`.
_FETCHING = re.compile(r"<(/?a|img|embed)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_LOOSE = re.compile(r'(<a [^>]*?href=")\s*(https?):(?!//[^/\\])[/\\]*', re.IGNORECASE)
"""An address whose host browsers find without its `//`, unless they stand on a page of the same scheme."""
_BEACON = {"0", "1", "2"}
"""Widths and heights of what is there to be fetched, not to be seen."""


def safe_html(markup: str, base_url: str = "", *, pictures: str | None = None) -> str:
    """The mark-up with nothing in it that runs, submits, reloads, or is fetched from elsewhere when it is shown.

    `base_url` is the release's address: relative addresses are its portal's, and go where it is none of the web;
    pictures of its host stay, any other becomes a link that a reader may follow. `pictures` names the only origin
    of which they stay instead, as `https://www.gov.kz`; empty: none does.
    """
    site = _site(base_url)
    cleaner = _cleaner(site)
    clean = cleaner.clean(_NAME.sub(_renamed, upright(markup)))
    legal = upright(clean)
    # An entity may have stood for a forbidden character, and taking that out of `java&#1;script:` would make an
    # address of what was none: so what changed is cleaned again.
    if legal != clean:
        clean = cleaner.clean(legal)
    stays = partial(_is_of, host=urlsplit(site).netloc) if pictures is None else partial(_begins, pictures)
    return _LOOSE.sub(r"\1\2://", _without_fetching(clean, stays))


def _renamed(tag: re.Match[str]) -> str:
    return tag[1] + _OTHER_NAMES.get(tag[2].lower(), tag[2])


def _site(base_url: str) -> str:
    """Scheme and host of an address; empty where it is not one of the web."""
    parts = urlsplit(web_address(base_url))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


@lru_cache(maxsize=8)  # of one portal there is one
def _cleaner(site: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=(nh3.ALLOWED_TAGS | _ADDED_TAGS) - _TAKEN_TAGS,
        clean_content_tags=_UNSEEN,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        url_relative=partial(_absolute, site) if site else "deny",
        link_rel=_REL,
    )


def _absolute(site: str, address: str) -> str | None:
    """The address at the portal; None for a place within the same page, of which a feed shows only this part."""
    if address.strip().startswith("#"):
        return None
    try:
        return web_address(urljoin(f"{site}/", address)) or None
    except ValueError:
        return None


def _without_fetching(clean: str, stays: Callable[[str], bool]) -> str:
    """The cleaned mark-up, where only pictures whose address may stay are fetched when it is shown."""
    if "<img" not in clean and "<embed" not in clean:
        return clean
    pieces: list[str] = []
    behind: list[str] = []  # until the end of the link that is open: a link in a link would end it
    last, linked = 0, 0
    for tag in _FETCHING.finditer(clean):
        pieces.append(clean[last : tag.start()])
        last = tag.end()
        if tag[1] in {"a", "/a"}:
            pieces.append(tag[0])
            linked += 1 if tag[1] == "a" else -1  # in a table within a link there may be another
            if not linked:
                pieces += behind
                behind.clear()
            continue
        kept = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag[2])}
        address, words = kept.get("src", ""), kept.get("alt", "").strip()
        if address and tag[1] == "img" and stays(address):
            pieces.append(f'<img src="{_value(address)}" alt="{_value(words)}">')
        elif not address or (not words and _is_beacon(kept)):
            pieces.append(_shown(words))
        elif linked:
            pieces.append(_shown(words or _name(address)))
            behind.append(f" ({_link(address, _name(address))})")
        else:
            pieces.append(_link(address, words or _name(address)))
    pieces.append(clean[last:])
    return "".join(pieces)


def _is_of(address: str, host: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    # Letter for letter: whatever a browser might read otherwise (`\`, a name before `@`) is another host.
    return bool(host) and parts.scheme in {"http", "https"} and _bare(parts.netloc) == _bare(host)


def _begins(origin: str, address: str) -> bool:
    return bool(origin) and address.startswith(f"{origin}/")


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def _is_beacon(attributes: dict[str, str]) -> bool:
    sizes = (attributes.get(side, "").strip().removesuffix("px") for side in ("width", "height"))
    return any(size in _BEACON for size in sizes)


def _name(address: str) -> str:
    """What a file is called by the end of its address, or else by its host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return one_line(address)
    return one_line(unquote(parts.path.rpartition("/")[2])) or one_line(parts.netloc) or one_line(address)


def _link(address: str, words: str) -> str:
    return f'<a href="{_value(address)}" rel="{_REL}">{_shown(words)}</a>'


def _value(text: str) -> str:
    return _shown(text).replace('"', "&quot;")


def _shown(text: str) -> str:
    """Text as nh3 writes it."""
    return html.escape(text, quote=False).replace("\xa0", "&nbsp;")

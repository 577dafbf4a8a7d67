"""Makes stored text fit to leave: characters that XML allows, mark-up that runs nothing, addresses that open. Pure.

What is stored is sanitised already; it is done once more at this border, because a feed is shown by readers that
trust it and the store may hold what an older version let in.
"""

import html
import re
from urllib.parse import quote, urlsplit

import nh3

TITLE_LIMIT = 500
SUMMARY_LIMIT = 300
BODY_LIMIT = 200_000
"""Characters of mark-up that a feed carries of one release; no true release comes near it."""

_ILLEGAL = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""All that XML 1.0 forbids, and the C1 controls, which it merely discourages."""
_REVERSING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""The characters that turn the direction of what follows them; Arabic letters alone need none of them."""
_CLEANER = nh3.Cleaner(
    tags=nh3.ALLOWED_TAGS - {"area", "map"},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
)


def xml_text(text: str) -> str:
    """The text without the characters that would break a whole feed."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, *, limit: int = TITLE_LIMIT) -> str:
    """The text as one line that cannot turn the direction of what follows it, cut visibly at a word border."""
    # Whoever needs 500 characters need not walk through a megabyte of them.
    head = text[: limit * 20]
    line = _REVERSING.sub("", xml_text(" ".join(head.split())))
    line = " ".join(line.split())
    if len(line) <= limit and len(head) == len(text):
        return line
    return f"{line[:limit].rsplit(' ', 1)[0] or line[:limit]}…"


def summary_of(text: str) -> str:
    """The beginning of a text, as one line."""
    return one_line(text, limit=SUMMARY_LIMIT)


def safe_html(markup: str) -> str:
    """The mark-up with nothing in it that runs, submits, reloads or leads elsewhere than to an address."""
    clean = _CLEANER.clean(xml_text(markup))
    legal = xml_text(clean)
    # An entity may have stood for a forbidden character, and taking that out of `java&#1;script:` would make an
    # address of what was none: so what changed is cleaned again.
    return clean if legal == clean else _CLEANER.clean(legal)


def paragraphs(text: str) -> str:
    """Plain text as mark-up, a paragraph for each block of lines."""
    blocks = (block.strip() for block in re.split(r"\n\s*\n", xml_text(text)))
    return "\n".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block)


def web_address(url: str) -> str:
    """The address in the form that XML and every reader takes; empty where it is not one of the web."""
    try:
        parts = urlsplit(xml_text(url).strip())
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    return quote(parts.geturl(), safe="%/:=&?~#+!$,;'@()*[]")


def in_language(url: str, lang: str) -> str:
    """The portal's address of a release in one language."""
    address = web_address(url)
    if not address:
        return ""
    return f"{address}{'&' if '?' in address else '?'}lang={quote(lang, safe='')}"

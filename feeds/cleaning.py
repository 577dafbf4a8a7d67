"""Makes stored text fit to leave: characters that XML allows, lines that stay lines, addresses that open. Pure."""

import html
import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

TITLE_LIMIT = 500
SUMMARY_LIMIT = 300
BODY_LIMIT = 200_000
"""Characters of mark-up that a feed carries of one release; no true release comes near it."""

_ILLEGAL = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""All that XML 1.0 forbids, and the C1 controls, which it merely discourages."""
_UNFIT = re.compile("[^\t\n\x20-\x7e\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The same, and what turns the direction of all that follows it; Arabic letters alone need none of that."""

_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


def xml_text(text: str) -> str:
    """The text without the characters that would break a whole feed."""
    return _ILLEGAL.sub("", _lines(text))


def upright(text: str) -> str:
    """The same without what turns the direction of all that follows it."""
    return _UNFIT.sub("", _lines(text))


def one_line(text: str, *, limit: int = TITLE_LIMIT) -> str:
    """The text as one line that cannot turn the direction of what follows it, cut visibly at a word border."""
    text = text.lstrip()
    # Whoever needs 500 characters need not walk through a megabyte of them: seldom is half of it space.
    line, whole = _line(text, limit * 2)
    if len(line) <= limit and not whole:
        line, whole = _line(text, limit * 20)
    if not any(map(str.isprintable, line.replace(" ", ""))):
        return ""  # nothing of it can be seen, and a title that nobody sees cannot be clicked on
    if len(line) <= limit and whole:
        return line
    return f"{line[:limit].rsplit(' ', 1)[0] or line[:limit]}…"


def _line(text: str, reach: int) -> tuple[str, bool]:
    """The beginning of a text as one line, and whether that is all of it."""
    head = text[:reach]
    return " ".join(upright(" ".join(head.split())).split()), len(head) == len(text)


def summary_of(text: str) -> str:
    """The beginning of a text, as one line."""
    return one_line(text, limit=SUMMARY_LIMIT)


def paragraphs(text: str) -> str:
    """Plain text as mark-up, a paragraph for each block of lines."""
    blocks = (block.strip() for block in re.split(r"\n\s*\n", upright(text)))
    return "\n".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block)


@lru_cache(maxsize=1024)  # an entry needs the same one several times, and many entries share some
def web_address(url: str) -> str:
    """The address in the form that XML and every reader takes; empty where it is not one of the web.

    Whose name and password somebody left in it is nobody's business: they go.
    """
    try:
        parts = urlsplit(xml_text(url).strip())
        host, port = parts.hostname or "", parts.port
        if not host.isascii():
            host = host.encode("idna").decode()
    except ValueError:  # UnicodeError is one
        return ""
    if ":" in host:
        host = f"[{host}]"
    # A browser takes `\` for `/`, and would look for another host.
    if parts.scheme not in {"http", "https"} or "\\" in parts.netloc or not _HOST.fullmatch(host):
        return ""
    place = parts._replace(scheme="", netloc="").geturl()
    place = quote(_LONE_PERCENT.sub("%25", place), safe="%/:=&?~#+!$,;'@()*")
    place, mark, fragment = place.partition("#")
    place += mark + fragment.replace("#", "%23")  # RFC 3986 knows one `#`
    if place and place[0] not in "/?#":
        return ""
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{place}"


def in_language(url: str, lang: str) -> str:
    """The portal's address of a release in one language."""
    address, mark, fragment = web_address(url).partition("#")
    if not address:
        return ""
    return f"{address}{'&' if '?' in address else '?'}lang={quote(lang, safe='')}{mark}{fragment}"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")

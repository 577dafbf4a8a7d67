"""The stand-in's page for people: its shell, the script that fills it in a browser, and the list it may embed."""

import json
import re
from functools import cache
from importlib.resources import files

from crawler.standin.faults import Answer
from crawler.standin.pages import SHELL
from crawler.standin.portal import Portal
from crawler.standin.traffic import Request

_LISTING = re.compile(r"/memleket/entities/([^/]+)/press/news(?:/(\d+))?/?")
_ON_A_CARD = ("id", "title", "created_date", "directions")
_CARDS = 10


def page(portal: Portal, request: Request) -> Answer:
    """The shell; with the list in it where the page is told to embed it, without the texts of the releases."""
    listing = _LISTING.fullmatch(request.path)
    kind = _kind(request)
    if portal.ways.page == "asks" or listing is None:
        return Answer(200, SHELL, kind)
    lang = request.query.get("lang", "ru")
    items = json.loads(portal.listing(listing[1], lang, page=max(int(listing[2] or 1), 1), size=_CARDS))
    cards = [{name: item[name] for name in _ON_A_CARD} for item in items]
    data = json.dumps(cards, ensure_ascii=False).replace("<", "\\u003c").encode(errors="backslashreplace")
    embedded = b'<script id="embedded" type="application/json">' + data + b"</script>\n"
    return Answer(200, SHELL.replace(b"</body>", embedded + b"</body>"), kind)


def static(portal: Portal, request: Request) -> Answer:
    """The script and the style sheet, whatever their digests are."""
    if request.path.endswith(".js"):
        script = _script().replace("const DELAY = 0;", f"const DELAY = {float(portal.ways.page_seconds)};")
        return Answer(200, script.encode(), "text/javascript; charset=utf-8")
    if request.path.endswith(".css"):
        return Answer(200, b".color_grey{color:#777}\n", "text/css")
    return Answer(404, b"", "text/plain")


def _kind(request: Request) -> str:
    """HTML for a browser, which would show JSON as text; a plain GET was told that this HTML is JSON."""
    return (
        "text/html; charset=utf-8" if "text/html" in request.headers.get("accept", "") else "application/json"
    )


@cache
def _script() -> str:
    return files("crawler.standin").joinpath("script.js").read_text(encoding="utf-8")

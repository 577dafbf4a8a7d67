"""What the stand-in portal answers at which address, when it behaves; no socket."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlsplit

from crawler.standin.faults import Answer
from crawler.standin.pages import SHELL
from crawler.standin.portal import Portal
from crawler.standin.traffic import Place, Request

NEWS = "/api/v1/public/content-manager/news"
TICKET = "/api/v1/public/_/c/k6"

_VIEWS = re.compile(rb',"views":\d+}')
_SIZE = 10
"""Items on a page where the asker names no size: what the portal's own page asks for."""


def understood(method: str, target: str, headers: Mapping[str, str]) -> Request:
    """A request from its first line and its header fields (names in small letters)."""
    address = urlsplit(target)
    query = dict(parse_qsl(address.query, keep_blank_values=True))
    place = _place(method, address.path)
    return Request(
        method=method,
        path=address.path,
        query=query,
        headers=headers,
        place=place,
        agency=query.get("projects", "").removeprefix("eq:") or None if place == "news" else None,
        lang=headers.get("accept-language", "ru").split(",")[0].split(";")[0].split("-")[0].strip().lower(),
        page=max(_number(query.get("page"), default=1), 1),
    )


def answer(portal: Portal, request: Request) -> Answer:
    """The right answer to a request."""
    match request.place:
        case "news":
            return _news(portal, request)
        case "ticket":
            cookie = f"ticket={portal.new_ticket()}; Path=/; HttpOnly"
            return Answer(200, b"{}", headers=(("Set-Cookie", cookie),))
        case "robots" if portal.robots is not None:
            return Answer(200, portal.robots.encode(), "text/plain; charset=utf-8")
        case "page":
            # the portal says so of this HTML: a reader must look at the body, not at the label
            return Answer(200, SHELL, "application/json")
        case _:
            return Answer(404, b'{"message":"notFound"}')


def _place(method: str, path: str) -> Place:
    if method == "POST":
        return "ticket" if path == TICKET else "other"
    if path.rstrip("/") == NEWS:
        return "news"
    if path == "/robots.txt":
        return "robots"
    return "page" if path.startswith("/memleket/") else "other"


def _news(portal: Portal, request: Request) -> Answer:
    if not portal.admits(_cookie(request, "ticket")):
        return Answer(400, b'{"message":"notAllowed"}')
    if any(value.startswith("gte:") for value in request.query.values()):
        return Answer(500, b'{"message":"Internal server error"}')
    size = _number(request.query.get("size"), default=_SIZE)
    body = portal.listing(request.agency, request.lang, page=request.page, size=size)
    if not portal.validators:
        return Answer(200, body)
    tag = f'W/"{blake2b(_VIEWS.sub(b"}", body), digest_size=8).hexdigest()}"'
    if request.headers.get("if-none-match") == tag:
        return Answer(304, b"", headers=(("ETag", tag),))
    return Answer(200, body, headers=(("ETag", tag),))


def _cookie(request: Request, name: str) -> str | None:
    try:
        morsel = SimpleCookie(request.headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return None if morsel is None else morsel.value


def _number(text: str | None, *, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else default

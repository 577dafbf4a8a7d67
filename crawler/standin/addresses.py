"""What the stand-in portal answers at which address, when it behaves; no socket."""

import json
import re
from collections.abc import Mapping
from hashlib import blake2b
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawler.standin import graph, people
from crawler.standin.faults import Answer
from crawler.standin.operators import chooser, slug_of
from crawler.standin.portal import Portal
from crawler.standin.traffic import Place, Request, accepted

NEWS = "/api/v1/public/content-manager/news"
TICKET = "/api/v1/public/_/c/k6"

_VIEWS = re.compile(rb',"views":\d+}')
_POSTED: Mapping[str, Place] = {TICKET: "ticket", graph.PATH: "graphql"}
_SIZE = 10
"""Items on a page where the asker names no size: what the portal's own page asks for."""
_NOT_FOUND = Answer(404, b'{"message":"notFound"}')


def understood(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Request:
    """A request from its first line, its header fields (names in small letters) and its body."""
    address = urlsplit(target)
    query = dict(parse_qsl(address.query, keep_blank_values=True))
    place = _place(method, address.path)
    agency = slug_of(query.get("projects")) if place == "news" else None
    lang = accepted(headers)
    page = max(_number(query.get("page"), default=1), 1)
    if place == "graphql":
        agency, named, page = graph.listing_of(body)
        lang = named or lang
    return Request(
        method=method,
        path=address.path,
        query=query,
        headers=headers,
        place=place,
        agency=agency,
        lang=lang,
        page=page,
        body=body,
    )


def answer(portal: Portal, request: Request) -> Answer:
    """The right answer to a request."""
    match request.place:
        case "news" | "single":
            return _gated(portal, request) or _rest(portal, request)
        case "graphql" if portal.ways.graphql:
            refused = _gated(portal, request) if portal.ways.graphql_gated else None
            return refused or graph.answer(portal, request)
        case "ticket":
            return _ticket(portal, request)
        case "robots" if portal.robots is not None:
            return Answer(200, portal.robots.encode(), "text/plain; charset=utf-8")
        case "page":
            return people.page(portal, request)
        case "script":
            return people.static(portal, request)
        case _:
            return _NOT_FOUND


def _place(method: str, path: str) -> Place:
    if method == "POST":
        return _POSTED.get(path, "other")
    if path.rstrip("/") == NEWS:
        return "news"
    if path.startswith(f"{NEWS}/"):
        return "single"
    if path == "/robots.txt":
        return "robots"
    if path.startswith("/static/"):
        return "script"
    return "page" if path.startswith("/memleket/") else "other"


def _gated(portal: Portal, request: Request) -> Answer | None:
    """The refusal of whoever has no ticket, where one is asked for."""
    if portal.admits(_cookie(request, portal.ways.ticket_name)):
        return None
    return Answer(400, json.dumps({"message": portal.ways.refusal}).encode())


def _ticket(portal: Portal, request: Request) -> Answer:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return Answer(415, b'{"message":"unsupportedMediaType"}')
    cookie = f"{portal.ways.ticket_name}={portal.new_ticket()}; Path=/; HttpOnly"
    return Answer(200, b"{}", headers=(("Set-Cookie", cookie),))


def _rest(portal: Portal, request: Request) -> Answer:
    if any(value.startswith("gte:") for value in request.query.values()):
        return Answer(500, b'{"message":"Internal server error"}')
    if request.place == "single":
        return _single(portal, request)
    if "slug" in request.query:
        return _by_slug(portal, request)
    size = _number(request.query.get("size"), default=_SIZE)
    projects = request.query.get("projects")
    if projects and request.agency is None:  # `contains:`, which no listing of ours is kept for
        found = portal.stored(chooser(projects), request.lang)
        found.sort(key=lambda item: (item["created_date"], item["id"]), reverse=True)
        items = found[(request.page - 1) * size : request.page * size]
        return _json([portal.ways.reshaped(item) for item in items])
    listing = portal.listing(request.agency, request.lang, page=request.page, size=size)
    right = Answer(200, listing)
    if not portal.ways.plain:
        right = _json([portal.ways.reshaped(item) for item in json.loads(listing)])
    return _validated(right, request) if portal.validators else right


def _validated(right: Answer, request: Request) -> Answer:
    """The answer with its ETag, or 304 where the asker holds it already."""
    tag = f'W/"{blake2b(_VIEWS.sub(b"}", right.body), digest_size=8).hexdigest()}"'
    if request.headers.get("if-none-match") == tag:
        return Answer(304, b"", headers=(("ETag", tag),))
    return Answer(200, right.body, headers=(("ETag", tag),))


def _single(portal: Portal, request: Request) -> Answer:
    wanted = request.path.removeprefix(f"{NEWS}/")
    try:
        listed = request.lang in portal.languages(int(wanted))
        item = portal.ways.reshaped(portal.item(int(wanted), request.lang)) if listed else None
    except (KeyError, ValueError):
        item = None
    match portal.ways.single:
        case "object" if item is not None:
            return _json(item)
        case "list":
            return _json([] if item is None else [item])
        case "empty":
            return _json({})
        case _:
            return _NOT_FOUND


def _by_slug(portal: Portal, request: Request) -> Answer:
    slug = slug_of(request.query["slug"])
    found = portal.stored(chooser(request.query.get("projects")), request.lang)
    return _json([portal.ways.reshaped(item) for item in found if item["slug"] == slug][:1])


def _json(value: Any) -> Answer:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(200, text.encode(errors="backslashreplace"))


def _cookie(request: Request, name: str) -> str | None:
    try:
        morsel = SimpleCookie(request.headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return None if morsel is None else morsel.value


def _number(text: str | None, *, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else default

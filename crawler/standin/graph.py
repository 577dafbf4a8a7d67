"""What the stand-in's GraphQL interface answers: news and the directory, and its errors, which come with 200."""

import json
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from crawler.standin.faults import Answer
from crawler.standin.operators import chooser, slug_of
from crawler.standin.portal import Portal
from crawler.standin.queries import Field, QueryError, fields_of
from crawler.standin.traffic import Request, accepted

PATH = "/graphql"

_SIZE = 10
_PLAIN = ""
"""The type of a field that has no fields of its own."""
_NEWS = {
    **dict.fromkeys(
        (
            "id", "title", "slug", "body", "created_date", "heropic", "short_description", "hint", "comments_on",
            "alt_image", "projects",
        ),
        _PLAIN,
    ),
    "directions": "Direction",
}  # fmt: skip
_PROJECT = {
    **dict.fromkeys(("id", "project_name", "phone", "contacts"), _PLAIN),
    "parent_govorg": "Govorg",
    "class": "Class",
}
_QUERY = {"news": "News", "projectdetails": "ProjectDetails"}
_ARGUMENTS = {
    "news": ("projects", "_size", "_page", "_sort", "_lang"),
    "projectdetails": ("_size", "_page", "_sort", "_lang"),
}


def answer(portal: Portal, request: Request) -> Answer:
    """The right answer to a POST, whatever it holds."""
    try:
        fields = asked(request.body)
        _check(fields, _QUERY, "Query", _types(portal))
    except QueryError as error:
        return _json({"errors": [_error(str(error), code="GRAPHQL_VALIDATION_FAILED")]})
    most = portal.ways.graphql_most
    if most and any(field.name == "news" and _number(field, "_size", _SIZE) >= most for field in fields):
        return Answer(504, b"<html><head><title>504 Gateway Time-out</title></head></html>", "text/html")
    data: dict[str, Any] = {}
    errors = []
    for field in fields:
        try:
            data[field.key] = _resolved(portal, field, accepted(request.headers))
        except QueryError as error:
            data[field.key] = None
            errors.append({**_error(str(error), code="INTERNAL_SERVER_ERROR"), "path": [field.key]})
    return _json({"data": data} | ({"errors": errors} if errors else {}))


def asked(body: bytes) -> tuple[Field, ...]:
    """The fields of a request's body. Raises QueryError."""
    try:
        sent = json.loads(body)
    except ValueError:
        raise QueryError("POST body missing, invalid Content-Type, or JSON object has no keys.") from None
    if not isinstance(sent, Mapping) or not isinstance(sent.get("query"), str):
        raise QueryError(
            "GraphQL operations must contain a non-empty `query` or a `persistedQuery` extension."
        )
    variables = sent.get("variables")
    return fields_of(sent["query"], variables if isinstance(variables, Mapping) else {})


def listing_of(body: bytes) -> tuple[str | None, str | None, int]:
    """Slug, language and page of the listing a body asks for; of several, of the first."""
    try:
        fields = asked(body)
    except QueryError:
        return None, None, 1
    news = next((field for field in fields if field.name == "news"), None)
    if news is None:
        return None, None, 1
    lang = news.arguments.get("_lang")
    return (
        slug_of(news.arguments.get("projects")),
        lang if isinstance(lang, str) else None,
        max(_number(news, "_page", 1), 1),
    )


def _types(portal: Portal) -> Mapping[str, Mapping[str, str]]:
    return {
        "News": _NEWS,
        "Direction": {"id": _PLAIN, "title": _PLAIN},
        "ProjectDetails": {**_PROJECT, portal.ways.slug_field: _PLAIN},
        "Govorg": {"id": _PLAIN},
        "Class": {"name": _PLAIN},
    }


def _check(
    fields: Sequence[Field], known: Mapping[str, str], kind: str, types: Mapping[str, Mapping[str, str]]
) -> None:
    """Raises QueryError, as Apollo words it, for what the schema does not have."""
    for field in fields:
        if field.name in {"__schema", "__type"}:
            raise QueryError(
                "GraphQL introspection is not allowed by Apollo Server, but the query contained it."
            )
        if field.name == "__typename":
            continue
        if field.name not in known:
            near = get_close_matches(field.name, known, n=3)
            meant = f" Did you mean {_either(near)}?" if near else ""
            raise QueryError(f'Cannot query field "{field.name}" on type "{kind}".{meant}')
        for name in field.arguments:
            if kind == "Query" and name not in _ARGUMENTS[field.name]:
                raise QueryError(f'Unknown argument "{name}" on field "Query.{field.name}".')
        below = known[field.name]
        if below and not field.fields:
            raise QueryError(f'Field "{field.name}" of type "[{below}]" must have a selection of subfields.')
        if not below and field.fields:
            raise QueryError(f'Field "{field.name}" must not have a selection: it has no subfields.')
        if below:
            _check(field.fields, types[below], below, types)


def _resolved(portal: Portal, field: Field, header: str) -> Any:
    if field.name == "__typename":
        return "Query"
    lang = field.arguments.get("_lang")
    spoken = lang if isinstance(lang, str) and lang else header
    if field.name == "news":
        return [_shown(item, field.fields, "News") for item in _news(portal, field, spoken)]
    items = portal.projects.items(spoken, portal.ways.slug_field)
    return [_shown(item, field.fields, "ProjectDetails") for item in _paged(items, field)]


def _news(portal: Portal, field: Field, lang: str) -> list[dict[str, Any]]:
    projects = field.arguments.get("projects")
    if portal.ways.graphql_fails and slug_of(projects) == portal.ways.graphql_fails:
        raise QueryError("Request failed with status code 500")
    items = portal.stored(chooser(projects), lang)
    by, _, direction = str(field.arguments.get("_sort") or "").partition(":")
    # in upper case the portal drops the order without a word
    if portal.ways.graphql_sorts and direction in {"asc", "desc"} and by in _SORTS:
        items.sort(key=_SORTS[by], reverse=direction == "desc")
    return [portal.ways.reshaped(item, text_id=True) for item in _paged(items, field)]


_SORTS: Mapping[str, Callable[[dict[str, Any]], tuple[Any, ...]]] = {
    "created_date": lambda item: (item["created_date"], item["id"]),
    "id": lambda item: (item["id"],),
}


def _paged(items: list[dict[str, Any]], field: Field) -> list[dict[str, Any]]:
    size = field.arguments.get("_size")
    if isinstance(size, str) and size.startswith(">"):
        return items
    number, page = _number(field, "_size", _SIZE), max(_number(field, "_page", 1), 1)
    return items[(page - 1) * number : page * number]


def _shown(item: Any, fields: Sequence[Field], kind: str) -> Any:
    """The fields asked for, of an object or of each in a list."""
    if isinstance(item, list):
        return [_shown(each, fields, kind) for each in item]
    if not isinstance(item, Mapping):
        return item
    shown: dict[str, Any] = {}
    for field in fields:
        value = kind if field.name == "__typename" else item.get(field.name)
        shown[field.key] = _shown(value, field.fields, field.name) if field.fields else value
    return shown


def _number(field: Field, name: str, default: int) -> int:
    value = field.arguments.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _either(names: Sequence[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _error(message: str, *, code: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}


def _json(body: dict[str, Any]) -> Answer:
    return Answer(200, json.dumps(body, ensure_ascii=False).encode(errors="backslashreplace"))

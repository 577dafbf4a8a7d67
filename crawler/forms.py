"""Which of the forms that the portal is said to use its answers have, and which fields nobody has told of. Pure.

The evidence on the portal is uneven; every form is accepted, and this says which one was met.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crawler.items import CHANGES_BY_ITSELF
from crawler.portal_time import date_form

KNOWN = CHANGES_BY_ITSELF | {
    *("id", "title", "slug", "body", "short_description", "created_date", "projects", "directions"),
    *("heropic", "alt_image", "hint", "comments_on"),
    *("visual_content", "image", "preview_image", "type", "publication_type"),
}
"""Fields of an item that clients of the portal have recorded, and the names that its counter may have."""
_DOCUMENT = re.compile(r"\s{0,100}<(!doctype|html)\b", re.IGNORECASE)
MOST_KEYS = 20
"""Unknown fields told of one page; a portal that makes names up must not fill the log."""
LONGEST_KEY = 60


def forms_of(items: Sequence[object], *, envelope: str) -> tuple[str, ...]:
    """Every form met on a page, each once, as `id:number` or `date:z`, and `key:` with each unknown field."""
    found: dict[str, None] = {f"envelope:{envelope}": None} if envelope else {}
    keys: dict[str, None] = {}
    for item in items:
        if not isinstance(item, Mapping):
            continue
        found.update(dict.fromkeys(_forms_of_one(item)))
        if not item.keys() <= KNOWN:
            keys.update((name, None) for name in item if name not in KNOWN)
    return (*found, *_named(keys))


def _named(keys: Iterable[str]) -> list[str]:
    return [
        f"key:{name[:LONGEST_KEY]}".encode("utf-8", "replace").decode() for name in list(keys)[:MOST_KEYS]
    ]


def _forms_of_one(item: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        "id:" + _kind(item.get("id", _ABSENT)),
        "projects:" + _projects(item.get("projects", _ABSENT)),
        "date:" + (date_form(item["created_date"]) if "created_date" in item else "absent"),
        "body:" + _body(item.get("body", _ABSENT)),
    )


_ABSENT = object()


def _projects(value: object) -> str:
    if isinstance(value, Mapping):
        return "items" if "items" in value else "object"
    return _kind(value)


def _body(value: object) -> str:
    if not isinstance(value, str):
        return _kind(value)
    return "document" if _DOCUMENT.match(value) else "text"


def _kind(value: object) -> str:
    if value is _ABSENT:
        return "absent"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int | float):
        return "number"
    return "list" if isinstance(value, list) else "object"

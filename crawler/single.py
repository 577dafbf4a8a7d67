"""What the portal answers for one release by its number: an object, a list of one, an empty object, or 404. Pure.

Nobody has recorded which it is. An empty object was seen for documents that the listing had, so `empty` here is
never a proof that a release is gone.
"""

from collections.abc import Mapping
from datetime import datetime

from crawler.answers import Answer, classify


def read_single(
    status: int, headers: Mapping[str, str], body: bytes, url: str, *, now: datetime, wanted: str
) -> Answer:
    """The release as `items`, `empty` where there is none, or why the answer says neither."""
    answer = classify(status, headers, body, url, now=now)
    if answer.outcome == "broken" and status in {404, 410}:
        return Answer("empty")
    if answer.outcome == "broken" and status == 200:
        answer = _object(body, url, now=now) or answer
    if answer.outcome != "items":
        return answer
    if found := tuple(item for item in answer.items if _number(item) == wanted):
        return Answer("items", items=found)
    named = ", ".join(sorted({_number(item) or "one without id" for item in answer.items}))[:80]
    return Answer("broken", reason=f"{url} answered {status}: not the release asked for, but {named}.")


def _object(body: bytes, url: str, *, now: datetime) -> Answer | None:
    """The one object of an answer as a list of it; None where it is none that a release could be."""
    bare = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    listed = classify(200, {}, b"[" + bare + b"]", url, now=now)
    value = listed.items[0] if len(listed.items) == 1 else False
    if isinstance(value, Mapping):
        value = value.get("data", value)
    if value is None or value == {}:
        return Answer("empty")
    return Answer("items", items=(value,)) if isinstance(value, Mapping) and "id" in value else None


def _number(item: object) -> str:
    return str(item.get("id", "")).strip() if isinstance(item, Mapping) else ""

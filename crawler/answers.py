"""What an answer of the portal is, judged by its content: items, or why it has none. Pure.

The content type is not looked at: the portal has sent its HTML shell as application/json.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from crawler.plain import clean, squeeze
from crawler.records import Outcome

LONGEST_PAUSE = 86_400.0
"""Seconds; a longer Retry-After is taken for a mistake and cut to a day."""
LISTS = ("content", "items", "data")
"""The fields of an envelope that may hold the list."""

_BLOCK_PAGE = ("support.sts.kz", "временно ограничен", "уақытша шектелген")
_REFUSALS = ("notallowed", "browserticketmissing")
_ERROR_FIELDS = ("error", "errors", "message", "errorMessage", "exception", "errorCode")
_ROOT = re.compile(rb"""<div[^<>]*\bid\s*=\s*["']?(root|app)\b""", re.IGNORECASE)
_MOST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer is."""

    outcome: Outcome
    """`items`, `empty`, `refused`, `shell`, `blocked`, `overloaded` or `broken`."""
    items: tuple[Any, ...] = ()
    """The raw items; none unless the outcome is `items`."""
    reason: str = ""
    """A sentence with the address, the status and the first words; empty for `items` and `empty`."""
    retry_after: float | None = None
    """Seconds the portal asked us to stay away."""


class Ambiguous(dict[str, Any]):
    """An object that named a field twice; the last one won, as JSON readers have it."""


def classify(status: int, headers: Mapping[str, str], body: bytes, url: str, *, now: datetime) -> Answer:
    """What the portal answered. Header names are in lower case; `body` is free of compression."""
    pause = retry_after(headers.get("retry-after", ""), now=now)

    def bad(outcome: Outcome, what: str) -> Answer:
        sentence = f"{url} answered {status}: {what}{_shown(body)}"
        return Answer(outcome, reason=sentence, retry_after=pause if outcome == "overloaded" else None)

    if is_block_page(body):
        return bad("blocked", "the page by which the national gateway blocks access")
    if status == 429 or status >= 500:
        return bad("overloaded", "the portal cannot serve this now")
    if status in {401, 403}:
        return bad("refused", "access is not granted")
    if status == 400 and any(word in body[:4096].lower().decode("latin-1") for word in _REFUSALS):
        return bad("refused", "access is not granted without a ticket")
    if status in {404, 410}:
        return bad("broken", "there is no such listing")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        if _ROOT.search(body[:20_000]):
            return bad("shell", "the empty page that only a browser can fill")
        return bad("broken", "a page instead of data")
    try:
        value = _parse(body)
    except _UnreadableError as error:
        return bad("broken", str(error))
    if _is_error(value):
        return bad("refused", "an error instead of a listing")
    if status != 200:
        return bad("broken", "not an answer that a listing gives")
    items = _items(value)
    if items is None:
        return bad("broken", "data that are no listing")
    return Answer("items", items=tuple(items)) if items else Answer("empty")


def is_block_page(body: bytes) -> bool:
    """Whether this is the page of the national Internet gateway, whatever the status it came with."""
    head = body[:20_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] in (b"[", b"{"):  # a release may well write of blocked sites
        return False
    text = head.decode("utf-8", "replace").lower()
    return any(sign in text for sign in _BLOCK_PAGE)


def retry_after(value: str, *, now: datetime) -> float | None:
    """Seconds from `now` that a Retry-After asks for, at most a day; None where it asks for nothing."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:12])
    else:
        try:
            until = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        seconds = (until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    return min(seconds, LONGEST_PAUSE) if seconds > 0 else None


class _UnreadableError(Exception):
    """Raised for a body that is not JSON; the message ends the sentence «answered 200: …»."""


def _parse(body: bytes) -> object:
    if not body.strip():
        raise _UnreadableError("nothing")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _UnreadableError(f"text that is not UTF-8 (byte {error.start})") from error
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except RecursionError as error:
        raise _UnreadableError("brackets nested too deeply") from error
    except ValueError as error:
        raise _UnreadableError(f"data that are not JSON, or were cut short ({error})") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Ambiguous(found)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _items(value: object) -> list[Any] | None:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return next((value[name] for name in LISTS if isinstance(value.get(name), list)), None)
    return None


def _is_error(value: object) -> bool:
    if not isinstance(value, dict) or _items(value) is not None:
        return False
    return any(value.get(name) for name in _ERROR_FIELDS)


def _shown(body: bytes) -> str:
    words = squeeze(clean(body[:2000].decode("utf-8", "replace")))
    if not words:
        return "."
    return f". It began: {words[:_MOST_SHOWN]}{'…' if len(words) > _MOST_SHOWN else ''}"


def classify_each(
    status: int, headers: Mapping[str, str], body: bytes, url: str, *, names: Sequence[str], now: datetime
) -> dict[str, Answer]:
    """What a GraphQL answer says of each listing that was asked for by a name: one may fail beside the others."""
    whole = classify(status, headers, body, url, now=now)
    if status != 200 or whole.outcome not in {"broken", "refused"}:
        # a bare list is no GraphQL: nobody can say which of the listings it would be
        wrong = Answer(
            "broken", reason=f"{url} answered {status}: a list where GraphQL names one{_shown(body)}"
        )
        return dict.fromkeys(names, wrong if whole.outcome in {"items", "empty"} else whole)
    try:
        value = _parse(body)
    except _UnreadableError:
        return dict.fromkeys(names, whole)
    data = value.get("data") if isinstance(value, dict) else None
    lists = data if isinstance(data, dict) else {}
    return {name: _listed(lists.get(name), whole) for name in names}


def _listed(value: object, otherwise: Answer) -> Answer:
    if not isinstance(value, list):
        return otherwise
    return Answer("items", items=tuple(value)) if value else Answer("empty")

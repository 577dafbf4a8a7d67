"""What an answer of the portal is, judged by its content: items, or why it has none. Pure.

The content type is not looked at: the portal has sent its HTML shell as application/json.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from crawler.plain import clean, squeeze, strip_markup
from crawler.records import Outcome

LONGEST_PAUSE = 86_400.0
"""Seconds; a longer Retry-After is taken for a mistake and cut to a day."""
LISTS = ("content", "items", "data")
"""The fields of an envelope that may hold the list."""

_BLOCK_PAGE = ("support.sts.kz", "временно ограничен", "уақытша шектелген")
_LISTING_PAGE = (b"card-news-list", b"/press/news/details/")
"""What the portal's own page of a listing holds; its titles may well say «движение временно ограничено»."""
_REFUSALS = ("notallowed", "browserticketmissing")
_ERROR_FIELDS = ("error", "errors", "message", "errorMessage", "exception", "errorCode")
_TROUBLES = (
    "internal server error",
    "timeout",
    "timed out",
    "time-out",
    "gateway",
    "too many",
    "unavailable",
    "econn",
)
"""An error of GraphQL, whose status is always 200, that says what a REST answer says by 429 or 5xx."""
_QUERY_FAULTS = (
    "cannot query",
    "unknown argument",
    "unknown type",
    "syntax error",
    "validation_failed",
    "parse_failed",
)
"""One that finds fault with the query: the portal does not speak as this program thinks it does."""
_ROOT = re.compile(
    rb"""<div[^<>]*\bid\s*=\s*["']?(root|app)\b|You need to enable JavaScript""", re.IGNORECASE
)
_MOST_SHOWN = 120
_LEAST_SHOWN = 60
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_TELLING = frozenset((*_ERROR_FIELDS, "code", "status", "statusCode"))
"""Fields whose words tell what went wrong; a release has none of them."""
_TOKEN = re.compile(
    r"""(?<=[{,])\s*"(?P<name>[A-Za-z_][A-Za-z0-9_]{0,30})"\s*:\s*(?:"(?P<said>(?:[^"\\]|\\.)*)(?:"|\\?\Z))?"""
    r"""|"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[^\W\d]\w*""",
    re.DOTALL,
)
"""Of JSON: a field with the text it has, any other text, a word outside of any."""
_HIDDEN = re.compile(r"<(script|style|head)\b.*?(</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]{0,4}", re.IGNORECASE)
_SECRET = re.compile(
    r"""\b(\w*(?:ticket|token|cookie|session|hash)\w*["']?\s*[:=]\s*["']?)[^\s"',;&<>]{6,}""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer is."""

    outcome: Outcome
    """`items`, `empty`, `refused`, `shell`, `blocked`, `overloaded` or `broken`."""
    items: tuple[Any, ...] = ()
    """The raw items; none unless the outcome is `items`."""
    envelope: str = ""
    """What the items lay in: `array`, the name of a field, or `graphql`; empty where there was no listing."""
    reason: str = ""
    """A sentence with the address, the status and the first words; empty for `items` and `empty`."""
    retry_after: float | None = None
    """Seconds the portal asked us to stay away."""


class Ambiguous(dict[str, Any]):
    """An object that named a field twice; the last one won, as JSON readers have it."""


def classify(
    status: int, headers: Mapping[str, str], body: bytes, url: str, *, now: datetime, name: str | None = None
) -> Answer:
    """What the portal answered. Header names are in lower case; `body` is free of compression.

    `name` is the field of a GraphQL answer's `data` to read; without it any list in there is taken.
    """
    names = () if name is None else (name,)
    return next(iter(_judge(status, headers, body, url, now, names or (None,)).values()))


def classify_each(
    status: int, headers: Mapping[str, str], body: bytes, url: str, *, names: Sequence[str], now: datetime
) -> dict[str, Answer]:
    """What a GraphQL answer says of each listing that was asked for by an alias: one may fail beside the others."""
    return {str(name): answer for name, answer in _judge(status, headers, body, url, now, names).items()}


def _judge(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    url: str,
    now: datetime,
    names: Sequence[str | None],
) -> dict[str | None, Answer]:
    pause = retry_after(headers.get("retry-after", ""), now=now)

    def bad(outcome: Outcome, what: str, errors: object = None) -> Answer:
        sentence = f"{url} answered {status}: {what}{_shown(body) if errors is None else _said(errors)}"
        return Answer(outcome, reason=sentence, retry_after=pause if outcome == "overloaded" else None)

    value: object = None
    judged = _before_parsing(status, body)
    if judged is None:
        try:
            value = _parse(body)
        except _UnreadableError as error:
            judged = "broken", str(error)
    if judged is not None:
        return dict.fromkeys(names, bad(*judged))
    return {name: _listing(value, name, status=status, bad=bad) for name in names}


def _before_parsing(status: int, body: bytes) -> tuple[Outcome, str] | None:
    """What an answer is that need not be parsed to be known, and what to say of it."""
    if is_block_page(body):
        return "blocked", "the page by which the national gateway blocks access"
    if status == 429 or status >= 500:
        return "overloaded", "the portal cannot serve this now"
    if status in {401, 403}:
        return "refused", "access is not granted"
    if status == 400 and any(word in body[:4096].lower().decode("latin-1") for word in _REFUSALS):
        return "refused", "access is not granted without a ticket"
    if status in {404, 410}:
        return "broken", "there is no such listing"
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        if _ROOT.search(body[:20_000]):
            return "shell", "the empty page that only a browser can fill"
        return "broken", "a page instead of data"
    return None


def _listing(value: object, name: str | None, *, status: int, bad: Callable[..., Answer]) -> Answer:
    """What parsed data say of one listing."""
    found = _items(value, name)
    if not (found and found[1]) and (errors := _errors(value, name)):
        return bad(*errors)
    if status != 200:
        return bad("broken", "not an answer that a listing gives")
    if found is None:
        return bad("broken", f"data that are no listing named {name}" if name else "data that are no listing")
    envelope, items = found
    if not items:
        return Answer("empty", envelope=envelope)
    return Answer("items", items=tuple(items), envelope=envelope)


def is_block_page(body: bytes) -> bool:
    """Whether this is the page of the national Internet gateway, whatever the status it came with."""
    head = body[:20_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] in (b"[", b"{") or any(sign in head for sign in _LISTING_PAGE):
        return False  # a release may well write of blocked sites
    text = squeeze(head.decode("utf-8", "replace").lower())
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


def _items(value: object, name: str | None) -> tuple[str, list[Any]] | None:
    """The list, and what it lay in."""
    if isinstance(value, list) and name is None:
        return "array", value
    if not isinstance(value, dict):
        return None
    data = value.get("data")
    if isinstance(data, dict):
        lists = [each for each in ([data.get(name)] if name else data.values()) if isinstance(each, list)]
        # Two lists and no name: nobody can say which of them was asked for.
        return ("graphql", lists[0]) if len(lists) == 1 else None
    if name is not None:
        return None
    return next(((each, value[each]) for each in LISTS if isinstance(value.get(each), list)), None)


def _errors(value: object, name: str | None) -> tuple[Outcome, str, object] | None:
    """What the errors mean that stand in the place of a listing, or beside an empty one; None: there are none.

    An outcome, what to say of it, and the errors.

    An error that names another field of a GraphQL answer is no word about this one.
    """
    if not isinstance(value, dict):
        return None
    errors = value.get("errors")
    if isinstance(errors, list) and "data" in value:
        errors = [error for error in errors if _concerns(error, name)]
    elif isinstance(_items(value, None), tuple):
        return None  # {"data": [], "message": "ok"}
    else:
        errors = next((value[field] for field in _ERROR_FIELDS if value.get(field)), None)
    if not errors:
        return None
    words = _dumped(errors).lower()
    if isinstance(errors, list) and not any(word in words for word in _REFUSALS):
        if any(word in words for word in _QUERY_FAULTS):
            return "broken", "the query is not understood", errors
        if any(word in words for word in _TROUBLES):
            return "overloaded", "the portal says that it cannot serve this now", errors
    return "refused", "an error instead of a listing", errors


def _concerns(error: object, name: str | None) -> bool:
    path = error.get("path") if isinstance(error, dict) else None
    return name is None or not isinstance(path, list) or not path or path[0] == name


def _said(errors: object) -> str:
    if isinstance(errors, list):
        told = [error.get("message") if isinstance(error, dict) else error for error in errors]
        errors = "; ".join(dict.fromkeys(word for word in told if isinstance(word, str))) or errors
    words = _cut(errors) if isinstance(errors, str) else _cut(_skeleton(_dumped(errors)))
    return f". It said: {words}"


def _dumped(errors: object) -> str:
    try:
        return json.dumps(errors, ensure_ascii=False)
    except RecursionError:  # what could just be read may be too deep to be written
        return "brackets nested too deeply"


def _shown(body: bytes) -> str:
    """The first words, as a person would see them; of what may be a release only its shape and its length.

    Reasons are kept, logged and shown for ever, and a release may have to be redacted.
    """
    text = body[:20_000].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not text:
        return "."
    if text.startswith("<") and not any(sign in body for sign in _LISTING_PAGE):
        words = _cut(strip_markup(_HIDDEN.sub(" ", text)) or text)
        return f". It began: {words}" if words else "."
    if text[0] in '{["':
        words = _cut(_skeleton(text))
    else:
        words = "<…" if text[0] == "<" else _cut(_FOREIGN.sub("…", text[:_LEAST_SHOWN]))
    return f". It began: {words} ({len(body)} bytes)"


def _skeleton(text: str) -> str:
    """JSON, whole or cut short, without what it says: names of fields, figures, and words of errors in ASCII."""
    return _TOKEN.sub(_token, text[:2000])


def _token(found: re.Match[str]) -> str:
    if found["name"] is None:
        return found[0] if found[0] in {"true", "false", "null"} else "…"
    name, said = found["name"], found["said"]
    if said is None:
        return found[0]
    tells = name in _TELLING and len(said) <= _LEAST_SHOWN and _FOREIGN.search(said) is None
    return found[0] if tells else f'{found[0][: found.start("said") - found.start()]}…"'


def _cut(text: str) -> str:
    """The first words on one line, without what tells who asked."""
    words = _SECRET.sub(r"\1[…]", _ADDRESS.sub("[…]", squeeze(clean(text[:2000]))))
    return f"{words[:_MOST_SHOWN]}{'…' if len(words) > _MOST_SHOWN else ''}"

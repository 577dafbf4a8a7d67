"""From one raw item of an answer to a sighting, or to a misfit with its reason. Pure; compares nothing."""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from crawler.answers import Ambiguous
from crawler.mojibake import MARK, repaired
from crawler.plain import clean, read_title
from crawler.portal_time import read_date
from crawler.records import PARSER, WHOLE, Misfit, Order, Sighting, Wording
from crawler.wording import read_body

CHANGES_BY_ITSELF = frozenset(
    {"views", "view_count", "viewCount", "views_count", "viewsCount", "hits", "visits", "show_count"}
)
"""Fields that change without an editor; the portal's page shows a counter whose field nobody has recorded."""

_NEEDED = ("body", "created_date")
"""Fields without which an item is no release, id and title apart. They may be null: then that is what it says."""
_LARGEST_ID = 2**63 - 1
# Made once: `json.dumps` makes an encoder anew for all that is not its default.
_STRICT = json.JSONEncoder(allow_nan=False)
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_OWNERS = ("slug", "code", "name", "project_name", "id")


def read_item(item: object, *, order: Order, position: int, base_url: str) -> Sighting | Misfit:
    """What one raw item says, read whole. Never raises: what it cannot read is a misfit."""
    found = identify(item)
    if isinstance(found, str):
        return misfit(item, order=order, position=position, reason=found)
    raw, source_id = found
    return read_identified(raw, source_id, digest(raw), order=order, position=position, base_url=base_url)


def read_identified(
    raw: Mapping[str, Any], source_id: str, mark: str, *, order: Order, position: int, base_url: str
) -> Sighting | Misfit:
    """The same of an item that has been identified and whose digest is known."""
    title, body = raw.get("title"), raw.get("body")
    mended = repaired(title) if isinstance(title, str) else None
    if not isinstance(title, str) or not (heading := read_title(mended or title)):
        return misfit(raw, order=order, position=position, reason="The item has no title.")
    if body is not None and not isinstance(body, str):
        reason = f"The body is {_kind(body)}, not text."
        return misfit(raw, order=order, position=position, reason=reason)
    missing = next((name for name in _NEEDED if name not in raw), None)
    if missing is not None:
        return misfit(raw, order=order, position=position, reason=f"The item has no {missing}.")
    read = read_body(body, base_url)
    written = raw.get("created_date")
    published = read_date(written) if isinstance(written, str) else None
    owners = _agencies(raw.get("projects"))
    # Of the whole portal's listing no agency is the one asked; the portal is not known to check this part.
    home = owners[0] if order.agency == WHOLE and owners else order.agency
    wording = Wording(
        url=f"{base_url}/memleket/entities/{home}/press/news/details/{source_id}",
        agencies=owners,
        title=heading,
        text=read.text,
        html=read.html,
        published_raw="" if written is None else clean(str(written)),
        published_at=published.at if published else None,
        published_on=published.on if published else None,
        published_precision=published.precision if published else None,
        attachments=read.attachments,
        images=read.images,
        raw=compact(raw),
        parser=PARSER,
        marks=(*(() if body is not None else ("no_body",)), *(read.marks if mended is None else (MARK,))),
    )
    return Sighting(order.id, position, source_id, mark, wording)


def read_kept(raw: str, *, order: int, position: int, base_url: str) -> Sighting | Misfit:
    """What an item says that was kept as it was received, as `read_item` would read it now."""
    asked = Order(
        order, WHOLE, lang=""
    )  # of the listing that showed it only the address of the release tells
    try:
        item = json.loads(raw)
    except (ValueError, RecursionError):
        return Misfit(order, position, None, "The item is no JSON.", raw)
    return read_item(item, order=asked, position=position, base_url=base_url)


def identify(item: object) -> tuple[Mapping[str, Any], str] | str:
    """The item as a mapping and its id as digits, or a sentence that says why it has none."""
    if not isinstance(item, Mapping):
        return f"The item is {_kind(item)}, not an object."
    if isinstance(item, Ambiguous):
        return "The item names a field twice."
    source_id = item.get("id")
    if source_id is None:
        return "The item has no id."
    text = source_id.strip() if isinstance(source_id, str) else str(source_id)
    is_number = isinstance(source_id, int | str) and not isinstance(source_id, bool)
    if not (is_number and text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _LARGEST_ID):
        return f"The id is not a number of 63 bits: {clean(text)[:40]!r}."
    try:
        # Text is never too large nor too deep, and nearly all of an item is text.
        _STRICT.encode([value for value in item.values() if not isinstance(value, str)])
    except ValueError:
        return "The item holds a number that is too large."
    except RecursionError:
        return "The item is nested too deeply."
    return item, str(int(text))


def misfit(item: object, *, order: Order, position: int, reason: str) -> Misfit:
    """The item set aside."""
    source_id = item.get("id") if isinstance(item, Mapping) else None
    named = clean(str(source_id))[:80] if isinstance(source_id, str | int) else None
    return Misfit(order.id, position, named, reason, compact(item))


def digest(item: Mapping[str, Any]) -> str:
    """A digest of the item without what changes by itself, whatever the order of its fields."""
    kept = {name: value for name, value in item.items() if name not in CHANGES_BY_ITSELF}
    return blake2b(_CANONICAL.encode(kept).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def compact(item: object) -> str:
    """The item as compact JSON that can be encoded: lone surrogates stay as the escapes they came as."""
    try:
        line = _COMPACT.encode(item)
        line.encode()
    except UnicodeEncodeError:
        line = json.dumps(item, separators=(",", ":"))
    except RecursionError:
        line = json.dumps(f"not kept: nested too deeply ({_kind(item)})")
    return line


def _agencies(projects: object) -> tuple[str, ...]:
    """The slugs of `projects`: a text, a list, or an object around a list named `items`."""
    if isinstance(projects, Mapping):
        projects = projects.get("items", [projects])
    if not isinstance(projects, list):
        projects = [projects]
    slugs = (_slug(each) for each in projects)
    return tuple(dict.fromkeys(slug for slug in slugs if slug))


def _slug(owner: object) -> str:
    if isinstance(owner, Mapping):
        owner = next((owner[name] for name in _OWNERS if isinstance(owner.get(name), str)), None)
    return clean(owner).strip() if isinstance(owner, str) else ""


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return {list: "a list", type(None): "null"}.get(type(value), "an object")

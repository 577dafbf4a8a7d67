"""What is wrong with a JSON Feed: the schema of version 1.1, and what its specification adds."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.feeds.validation.grammar import SCHEMAS
from tests.feeds.validation.terms import faults_of_markup, is_web_address, moment_of_rfc_3339


def faults_of_json_feed(body: bytes) -> list[str]:
    """Sentences, each naming the place and what is wrong with it; none where nothing is."""
    try:
        feed = json.loads(body.decode("utf-8"), object_pairs_hook=_each_once, parse_constant=_no_number)
        # An escape can spell half a character, which no reader can show.
        json.dumps(feed, ensure_ascii=False).encode("utf-8")
    except ValueError as error:
        return [f"not JSON that every reader takes: {error}"]
    faults = [f"schema: {error.json_path}: {error.message}" for error in _validator().iter_errors(feed)]
    return faults or [*_of_feed(feed)]


def _of_feed(feed: dict[str, Any]) -> Iterator[str]:
    ids = Counter(item["id"] for item in feed["items"])
    yield from (f"the id {one!r} stands {count} times" for one, count in ids.items() if count > 1)
    if feed.get("next_url") == feed["feed_url"]:
        yield "next_url is the feed itself"
    for item in feed["items"]:
        yield from (f"{item['id']}: {fault}" for fault in _of_item(item))


def _of_item(item: dict[str, Any]) -> Iterator[str]:
    yield from faults_of_markup(item.get("content_html", ""))
    published, modified = (
        moment_of_rfc_3339(item.get(f"date_{name}", "")) for name in ("published", "modified")
    )
    if published and modified and published > modified:
        yield f"it was modified at {modified}, before it was published, at {published}"


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise ValueError(f"the key {twice[0]!r} stands twice in one object")
    return dict(pairs)


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


@cache
def _validator() -> Draft202012Validator:
    formats = FormatChecker(formats=())
    # Our own, which hold for the other formats too; those of the library need further packages.
    formats.checks("uri")(lambda text: not isinstance(text, str) or is_web_address(text))
    formats.checks("date-time")(
        lambda text: not isinstance(text, str) or moment_of_rfc_3339(text) is not None
    )
    schema = json.loads((SCHEMAS / "json_feed.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=formats)

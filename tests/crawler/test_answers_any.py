"""Whatever the portal sends is told apart without an error of ours; properties over invented answers."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.answers import classify, classify_each
from crawler.forms import forms_of
from crawler.items import read_item
from crawler.portal_time import date_form, read_date
from crawler.records import Order, from_line, to_line

NOW = datetime(2026, 7, 13, tzinfo=UTC)
ORDER = Order(id=1, agency="economy", lang="kk")
WORDS = st.sampled_from(
    [
        "",
        "notAllowed",
        "timeout",
        "support.sts.kz",
        "<html>",
        "2026-06-09T11:48:00Z",
        "Қала",
        "\x00",
        "\ud800",
    ]
)
KEYS = st.sampled_from(
    ["data", "errors", "error", "message", "path", "news", "a0", "content", "items", "id", "title", "body",
     "created_date", "projects", "жаңа", "\ud800"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode())
STATUSES = st.sampled_from([200, 200, 200, 302, 400, 403, 404, 429, 500])


@settings(max_examples=300, deadline=None)
@given(status=STATUSES, body=BODIES, name=st.none() | st.just("a0"))
def test_every_answer_is_something_and_says_why_it_is_no_listing(
    status: int, body: bytes, name: str | None
) -> None:
    answer = classify(status, {}, body, "u", now=NOW, name=name)
    assert (answer.outcome in {"items", "empty"}) == (answer.reason == "")
    assert (answer.outcome in {"items", "empty"}) == bool(answer.envelope)
    assert bool(answer.items) == (answer.outcome == "items")
    "".join((answer.reason, *forms_of(answer.items, envelope=answer.envelope))).encode()
    for item in answer.items:
        record = read_item(item, order=ORDER, position=0, base_url="u")
        assert from_line(to_line(record)) == record


@settings(max_examples=150, deadline=None)
@given(status=STATUSES, body=BODIES)
def test_listings_asked_for_together_are_judged_as_each_would_be_alone(status: int, body: bytes) -> None:
    names = ["a0", "news"]
    together = classify_each(status, {}, body, "u", names=names, now=NOW)
    assert together == {name: classify(status, {}, body, "u", now=NOW, name=name) for name in names}


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789-T: Zz+.,\n٣а", max_size=32) | st.datetimes().map(str))
def test_a_date_that_has_no_form_is_not_read(raw: str) -> None:
    if date_form(raw) == "other":
        assert read_date(raw) is None

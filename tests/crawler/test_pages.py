"""An unchanged page is known by its bytes, or by the portal's word for it; and what is never taken for one."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import CHANGES_BY_ITSELF, digest
from crawler.pages import Pages
from crawler.records import Sighting, Unchanged, from_line, to_line
from crawler.standin import Portal

Start = Callable[..., Any]
NONE: Mapping[str, str] = {}
ITEM = {"id": 5, "title": "Жаңа «жол»", "body": "<p>Мәтін</p>", "views": 61}


def page(*items: dict[str, Any], **how: Any) -> bytes:
    return json.dumps(items, ensure_ascii=False, **how).encode()


def pairs(*items: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(item["id"]), digest(item)) for item in items)


def noted(*items: dict[str, Any], body: bytes | None = None, headers: Mapping[str, str] = NONE) -> Pages:
    pages = Pages(whole_every=100.0)
    pages.note("key", page(*items) if body is None else body, headers, items, pairs(*items))
    return pages


@pytest.mark.parametrize(
    "how", [{}, {"separators": (",", ":")}, {"indent": 2}], ids=["spaces", "tight", "lines"]
)
@pytest.mark.parametrize("counter", sorted(CHANGES_BY_ITSELF))
def test_a_page_is_known_whatever_its_views(counter: str, how: dict[str, Any]) -> None:
    items = [{counter: 61, "id": 5}, {"id": 6, counter: 9, "title": "Ән"}]
    pages = noted(*items, body=page(*items, **how))
    later = [{**item, counter: 1234567} for item in items]
    assert pages.known("key", page(*later, **how), NONE) == pairs(*items)
    assert pages.known("other key", page(*later, **how), NONE) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Жаңа «көпір»"},
        {"views": "61"},
        {"views": 61.5},
        {"views": -61},
        {"views": None},
        {"views": 10**15},
        {"hits": 1},
        {"more": {"views": 61}},
    ],
)
def test_every_other_difference_is_seen(changed: dict[str, Any]) -> None:
    assert noted(ITEM).known("key", page({**ITEM, **changed}), NONE) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"body": '"views":61,'}, {"body": '"views":62,'}, id="inside a text"),
        pytest.param({"body": '{"views":61}'}, {"body": '{"views":62}'}, id="inside a text, as an object"),
        pytest.param({'{"views': 61}, {'{"views': 62}, id="at the end of another field's name"),
        pytest.param({"directions": [{"views": 1}]}, {"directions": [{"views": 2}]}, id="deeper in the item"),
        pytest.param({"title": "views", "n": 61}, {"title": "views", "n": 62}, id="a text that is called so"),
    ],
)
def test_a_number_that_is_no_counter_of_the_item_is_seen(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    for own in ({}, {"views": 7}):
        item = {"id": 5, **own}
        assert noted({**item, **before}).known("key", page({**item, **after}), NONE) is None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-99, 99)
    | st.sampled_from(["views", '"views":1', ',"hits": 2,', "\\"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["views", "hits", "title", ',"views', '"views":5']), inner, max_size=3
        )
    ),
    max_leaves=6,
)
ITEMS = st.lists(
    st.dictionaries(st.sampled_from(["views", "hits", "title", '{"views', "body"]), JSON, max_size=5).map(
        lambda item: {"id": 5, **item}
    ),
    min_size=1,
    max_size=2,
)


@given(before=ITEMS, after=ITEMS)
def test_a_known_page_has_the_digests_that_are_said(before: list[Any], after: list[Any]) -> None:
    said = noted(*before).known("key", page(*after), NONE)
    assert said in (None, pairs(*after))


def test_beyond_its_bound_the_page_longest_unused_is_forgotten() -> None:
    pages = Pages(4, whole_every=100.0)
    two = [ITEM, {**ITEM, "id": 6}]
    for key in "ab":
        pages.note(key, page(*two), NONE, two, pairs(*two))
    assert pages.known("a", page(*two), NONE)
    pages.note("c", page(ITEM), NONE, [ITEM], pairs(ITEM))
    assert [pages.known(key, page(*two), NONE) is not None for key in "ab"] == [True, False]
    pages.note("a", page(ITEM), NONE, [ITEM], pairs(ITEM))
    pages.note("d", page(*two), NONE, two, pairs(*two))
    assert [pages.known(key, page(ITEM), NONE) is not None for key in "ac"] == [True, True]


def test_validators_are_sent_back_for_a_day() -> None:
    now = 0.0
    pages = Pages(whole_every=100.0, clock=lambda: now)
    assert pages.conditions("key") == {}
    given = {"etag": 'W/"a"', "last-modified": "Mon, 13 Jul 2026 12:00:00 GMT", "date": "x"}
    pages.note("key", page(ITEM), given, [ITEM], pairs(ITEM))
    sent = {"If-None-Match": given["etag"], "If-Modified-Since": given["last-modified"]}
    now = 99.0
    assert pages.conditions("key") == sent
    assert pages.confirmed("key") == pairs(ITEM)
    now = 100.0  # that it was confirmed on the way puts nothing off
    assert pages.conditions("key") == {}
    assert pages.known("key", page(ITEM), {"etag": '"b"'}) == pairs(ITEM)
    now = 199.0
    assert pages.conditions("key") == {"If-None-Match": '"b"'}
    pages.forget("key")
    assert pages.conditions("key") == {}
    assert pages.confirmed("key") is None


@pytest.mark.parametrize("tag", ["", "x" * 201, "a\r\nCookie: b", "ә", "\x00"])
def test_a_validator_that_is_no_plain_line_is_not_sent_back(tag: str) -> None:
    pages = noted(ITEM, headers={"etag": tag})
    assert pages.conditions("key") == {}
    assert pages.confirmed("key") is None


def test_unchanged_items_cross_the_pipe_as_one_line() -> None:
    said = Unchanged(7, 0, (("5", "ab"), ("6", "cd")))
    line = to_line(said)
    assert from_line(line) == said
    assert said.sightings() == [Sighting(7, 0, "5", "ab", None), Sighting(7, 1, "6", "cd", None)]


def raw(worker: Any, **more: Any) -> list[Any]:
    """The records of an order as they come, the report last."""
    worker.order(**more)
    found = [worker.record()]
    while type(found[-1]).__name__ != "Report":
        found.append(worker.record())
    return found


def test_an_unchanged_page_is_one_line(worker: Any, portal: Portal) -> None:
    first, *_ = worker.read()
    said, report = raw(worker)
    assert isinstance(said, Unchanged)
    assert said.sightings() == [Sighting(said.order, s.position, s.source_id, s.digest, None) for s in first]
    assert (report.outcome, report.listed, report.requests) == ("items", 12, 1)
    assert report.bytes > 1000
    assert all(isinstance(record, Sighting) and record.wording for record in raw(worker, in_full=True)[:-1])
    assert len(raw(worker, size=5)) == 6  # another page, though its items are known

    portal.edit(portal.ids("economy")[3], "ru", title="Совсем другое название")
    assert [record.wording is not None for record in raw(worker)[:-1]].count(True) == 1
    assert isinstance(raw(worker)[0], Unchanged)


def test_a_page_with_misfits_is_read_each_time(worker: Any, portal: Portal) -> None:
    portal.misbehave("misfits", times=2)
    first, second = raw(worker), raw(worker)
    assert len(first) == len(second) > 13


def test_the_portals_word_that_a_page_is_unchanged_is_taken(worker: Any, portal: Portal) -> None:
    portal.validators = True
    worker.read()
    said, report = raw(worker)
    assert isinstance(said, Unchanged)
    assert len(said.items) == 12
    assert (report.outcome, report.listed, report.requests, report.bytes) == ("items", 12, 1, 0)
    assert portal.requests[-1].headers["if-none-match"].startswith('W/"')
    worker.read(in_full=True)
    assert "if-none-match" not in portal.requests[-1].headers

    portal.edit(portal.ids("economy")[3], "ru", title="Совсем другое название")
    assert [record.wording is not None for record in raw(worker)[:-1]].count(True) == 1


def test_a_304_nobody_asked_for_is_broken(worker: Any, portal: Portal) -> None:
    portal.misbehave("notmodified", times=2)
    assert worker.read()[1].outcome == "broken"
    worker.read(page=2)
    worker.read()
    portal.misbehave("notmodified", times=1)
    seen, report = worker.read()
    assert (seen, report.outcome) == ([], "broken")
    assert report.reason.endswith("answered 304: not changed, though nobody asked whether it had.")


def test_a_page_comes_whole_now_and_then_whatever_its_etag_says(start_worker: Start, portal: Portal) -> None:
    portal.misbehave("sameetag")
    trusting, doubting = start_worker(), start_worker("--whole-every=0.000001")
    for worker in (trusting, doubting):
        worker.read()
    portal.edit(portal.ids("economy")[3], "ru", title="Совсем другое название")
    assert isinstance(raw(trusting)[0], Unchanged)
    assert [record.wording is not None for record in raw(doubting)[:-1]].count(True) == 1

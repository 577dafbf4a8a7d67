"""What is held for readers, and within which bounds."""

from datetime import UTC, datetime, timedelta

import pytest

from feeds.answers import Resource, Wish
from feeds.documents import fragment, whole, with_brotli
from feeds.fragments import Fragments, Rendered
from feeds.shelf import Held, Shelf

NOW = datetime(2031, 5, 14, 9, 30, tzinfo=UTC)


def held(size: int = 0, *, modified: datetime | None = None) -> Held:
    return Held(Resource("abc", "text/plain", modified=modified), whole(bytes(size)), version=1)


def test_what_was_asked_for_the_longest_ago_gives_way() -> None:
    shelf = Shelf(room=60_000)
    for name in ("a", "b"):
        shelf.put(name, held(20_000))
    assert shelf.get("a") is not None
    shelf.put("c", held(20_000))
    assert [shelf.get(name) is not None for name in ("a", "b", "c")] == [True, False, True]


def test_what_replaces_another_takes_its_room_only_once() -> None:
    shelf = Shelf(room=60_000)
    shelf.put("a", held(20_000))
    for _ in range(10):
        shelf.put("b", held(20_000))
    assert shelf.get("a") is not None


def test_a_document_larger_than_the_room_is_still_held() -> None:
    shelf = Shelf(room=10)
    shelf.put("a", held(1000))
    assert shelf.get("a") is not None


def test_ways_of_writing_an_address_are_remembered_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.shelf.ADDRESSES", 2)
    shelf = Shelf()
    for number in range(3):
        shelf.remember(b"/feeds/all.atom?x=%d" % number, "/feeds/all.atom")
    shelf.remember(b"/" + b"x" * 1000, "/long")
    assert [shelf.meant(b"/feeds/all.atom?x=%d" % number) for number in range(3)] == [
        None,
        "/feeds/all.atom",
        "/feeds/all.atom",
    ]
    assert shelf.meant(b"/" + b"x" * 1000) is None


def test_an_answer_is_made_once_and_its_wire_form_says_the_same() -> None:
    one = held(5)
    sent = one.answer(Wish(), now=NOW)
    assert sent is not None
    assert sent is one.answer(Wish(), now=NOW)
    assert sent is one.answer(Wish(if_none_match=b'"other"'), now=NOW)
    lines = sent.head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 200 OK"
    assert [tuple(line.split(b": ", 1)) for line in lines[1:-1]] == sent.headers
    assert (sent.status, sent.body) == (200, bytes(5))


def test_who_has_it_is_told_so_without_its_document() -> None:
    one = Held(Resource("abc", "text/plain"), None, version=1)
    assert one.answer(Wish(), now=NOW) is None
    sent = one.answer(Wish(if_none_match=b'"abc"'), now=NOW)
    assert sent is not None
    assert (sent.status, sent.body) == (304, b"")


def test_a_coding_that_is_not_made_is_no_answer() -> None:
    one = held(5)
    assert one.answer(Wish(b"br"), now=NOW) is None
    assert one.document is not None
    coded = Held(one.resource, with_brotli(one.document), version=1)
    sent = coded.answer(Wish(b"br"), now=NOW)
    assert sent is not None
    assert (b"content-encoding", b"br") in sent.headers


def test_its_date_is_said_from_the_moment_that_it_may_be() -> None:
    one = held(5, modified=NOW)
    for now, said in (
        (NOW, False),
        (NOW + timedelta(seconds=0.9), False),
        (NOW + timedelta(seconds=1), True),
    ):
        sent = one.answer(Wish(), now=now)
        assert sent is not None
        assert (b"last-modified" in dict(sent.headers)) is said


def test_ways_of_asking_are_remembered_within_a_bound() -> None:
    one = held(5)
    for number in range(1000):
        one.answer(Wish(if_none_match=b'"%d"' % number), now=NOW)
        one.answer(Wish(if_none_match=b'"%d"' % number * 100), now=NOW)
    assert len(one._answers) < 100


def test_rendered_entries_are_kept_within_a_bound() -> None:
    fragments = Fragments(room=20_000)
    for key in range(4):
        fragments.put(key, Rendered(fragment(bytes(range(256)) * 25), NOW))
        fragments.get(0)
    assert [fragments.get(key) is not None for key in range(4)] == [True, False, False, True]

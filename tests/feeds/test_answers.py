"""What HTTP says around a document."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.answers import (
    Resource,
    Wish,
    coding_for,
    in_place_of,
    last_modified,
    validators,
    whole_headers,
    wish_of,
)

CHANGED = datetime(2031, 5, 14, 9, 30, 7, 400_000, tzinfo=UTC)
FEED = Resource("abc", "application/atom+xml", modified=CHANGED)
DATE = b"Wed, 14 May 2031 09:30:07 GMT"
LATER = CHANGED + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (b"", "identity"),
        (b"gzip", "gzip"),
        (b"x-gzip", "gzip"),
        (b"gzip, deflate, br", "br"),
        (b"br;q=0.5, GZIP;q=0.8", "gzip"),
        (b"br;q=1.0, gzip;q=0.8, *;q=0.1", "br"),
        (b"identity", "identity"),
        (b"identity;q=0.9, gzip;q=0.1", "identity"),
        (b"gzip;q=0", "identity"),
        (b"gzip;q=0.000, *", "identity"),
        (b"*", "gzip"),
        (b"*;q=0", "identity"),
        (b"zstd, deflate", "identity"),
        (b"gzip;q=much", "identity"),
        (b";;, ,=", "identity"),
        (b"\xff" * 5000, "identity"),
    ],
)
def test_the_coding_is_the_one_that_is_liked_best(accepted: bytes, coding: str) -> None:
    assert coding_for(accepted) == coding


@pytest.mark.parametrize(
    ("wish", "has_it"),
    [
        (Wish(), False),
        (Wish(if_none_match=b'"abc"'), True),
        (Wish(if_none_match=b'W/"abc"'), True),
        (Wish(if_none_match=b'"x", "abc" ,"y"'), True),
        (Wish(if_none_match=b"*"), True),
        (Wish(if_none_match=b'"ab"'), False),
        (Wish(if_none_match=b"abc"), False),
        (Wish(if_none_match=b""), False),
        (Wish(b"gzip", b'"abc-gzip"'), True),
        (Wish(b"gzip", b'"abc"'), False),
        (Wish(b"br", b'"abc-gzip"'), False),
        (Wish(b"gzip", b'"abc", "abc-gzip", "abc-br"'), True),
        (Wish(if_modified_since=DATE), True),
        (Wish(if_modified_since=b"Wed, 14 May 2031 09:30:08 GMT"), False),
        (Wish(if_modified_since=b"Wed, 14 May 2031 09:30:06 GMT"), False),
        (Wish(if_modified_since=b"yesterday"), False),
        (Wish(if_none_match=b'"x"', if_modified_since=DATE), False),
        (Wish(if_none_match=b'"abc"', if_modified_since=b"yesterday"), True),
    ],
)
def test_who_has_it_already(wish: Wish, *, has_it: bool) -> None:
    assert wish.is_met_by(FEED, now=LATER) is has_it


def test_a_date_is_said_only_once_its_second_is_over() -> None:
    second = CHANGED.replace(microsecond=0)
    for now in (CHANGED, second + timedelta(microseconds=999_999), second - timedelta(days=1)):
        assert last_modified(FEED, now=now) is None
        assert not Wish(if_modified_since=DATE).is_met_by(FEED, now=now)
        assert b"last-modified" not in dict(validators(FEED, "gzip", now=now))
    assert last_modified(FEED, now=second + timedelta(seconds=1)) == DATE.decode()


def test_what_holds_nothing_has_no_date() -> None:
    empty = Resource("abc", "application/atom+xml")
    assert last_modified(empty, now=LATER) is None
    assert not Wish(if_modified_since=b"").is_met_by(empty, now=LATER)


def test_headers_of_a_request_are_taken_together() -> None:
    wish = wish_of(
        [
            (b"accept-encoding", b"gzip;q=0.2"),
            (b"host", b"x"),
            (b"accept-encoding", b"br"),
            (b"if-none-match", b'"a"'),
            (b"if-none-match", b'"b"'),
            (b"if-modified-since", DATE),
        ]
    )
    assert wish == Wish(b"gzip;q=0.2,br", b'"a","b"', DATE)
    assert wish.coding == "br"


def test_304_says_what_200_says_of_its_validity() -> None:
    feed = Resource(
        "abc",
        "application/atom+xml",
        modified=CHANGED,
        links=(("self", "https://h.example/feeds/all.atom?lang=kk"), ("hub", "https://hub.example/")),
        fresh_seconds=600,
    )
    short = validators(feed, "gzip", now=LATER)
    full = whole_headers(feed, "gzip", length=12, now=LATER)
    assert set(short) <= set(full)
    assert dict(short) == {
        b"etag": b'"abc-gzip"',
        b"cache-control": b"public, max-age=600",
        b"vary": b"Accept-Encoding",
        b"last-modified": DATE,
        b"link": b'<https://h.example/feeds/all.atom?lang=kk>; rel="self", <https://hub.example/>; rel="hub"',
    }
    assert dict(full)[b"content-encoding"] == b"gzip"
    assert dict(full)[b"content-length"] == b"12"
    assert dict(full)[b"content-type"] == b"application/atom+xml; charset=utf-8"


@pytest.mark.parametrize(
    ("tag", "after", "dated"),
    [
        pytest.param("new", timedelta(hours=1), timedelta(hours=1), id="another, changed later"),
        pytest.param(
            "new", timedelta(milliseconds=1), timedelta(milliseconds=600), id="within the same second"
        ),
        pytest.param("new", timedelta(days=-1), timedelta(milliseconds=600), id="another, dated back"),
        pytest.param("abc", timedelta(hours=1), timedelta(hours=1), id="the same, changed later"),
        pytest.param("abc", timedelta(days=-1), timedelta(0), id="the same, dated back"),
    ],
)
def test_another_document_has_a_later_date(tag: str, after: timedelta, dated: timedelta) -> None:
    found = replace(FEED, tag=tag, modified=CHANGED + after)
    assert in_place_of(FEED, found) == replace(found, modified=CHANGED + dated)


def test_without_a_date_there_is_nothing_to_be_later_than() -> None:
    empty = Resource("new", "application/atom+xml")
    assert in_place_of(FEED, empty) is empty
    assert in_place_of(empty, FEED) is FEED
    assert in_place_of(None, FEED) is FEED


def test_an_address_of_any_letters_goes_into_a_header() -> None:
    feed = Resource(
        "abc", "text/plain", links=(("self", "https://жаршы.қаз/feeds/all.atom?q=a%20b>\r\nX: y"),)
    )
    (link,) = (value for name, value in validators(feed, "gzip", now=LATER) if name == b"link")
    host = "".join(f"%{byte:02X}" for byte in "жаршы".encode())
    assert link.startswith(f"<https://{host}.".encode())
    assert link.endswith(b'/feeds/all.atom?q=a%20b%3E%0D%0AX:%20y>; rel="self"')

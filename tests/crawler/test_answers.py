"""What an answer is, by its content; the address, the status and the first words stand in every refusal."""

import json
from datetime import UTC, datetime

import pytest

from crawler.answers import Ambiguous, classify, is_block_page, retry_after

NOW = datetime(2026, 7, 13, 12, 0, tzinfo=UTC)
URL = "https://www.gov.kz/api/v1/public/content-manager/news?page=1"
SHELL = b'\n<!doctype html><html><head></head><body><div class="x" id="root"></div></body></html>'
BLOCK = "<html><body>Қолжетімділік уақытша шектелген. support.sts.kz</body></html>".encode()


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        pytest.param(200, b'[{"id":1}]', "items", id="a bare list"),
        pytest.param(200, b'\xef\xbb\xbf [{"id":1}]', "items", id="a byte order mark"),
        pytest.param(200, b'{"content":[{"id":1}],"total":1}', "items", id="an envelope named content"),
        pytest.param(200, b'{"items":[{"id":1}]}', "items", id="an envelope named items"),
        pytest.param(200, b'{"data":[{"id":1}],"message":"ok"}', "items", id="an envelope named data"),
        pytest.param(200, b'[{"title":"support.sts.kz"}]', "items", id="a release about blocking"),
        pytest.param(200, b"[]", "empty", id="an empty list"),
        pytest.param(200, b'{"content":[]}', "empty", id="an empty envelope"),
        pytest.param(400, b'{"message":"notAllowed"}', "refused", id="no ticket"),
        pytest.param(400, b'{"error":"browserTicketMissing"}', "refused", id="no browser ticket"),
        pytest.param(400, b"notAllowed", "refused", id="no ticket, said plainly"),
        pytest.param(401, b"", "refused", id="401"),
        pytest.param(403, b"<html>Forbidden</html>", "refused", id="403"),
        pytest.param(
            200, b'{"errors":[{"message":"no"}],"data":null}', "refused", id="an error object with 200"
        ),
        pytest.param(200, SHELL, "shell", id="the empty page"),
        pytest.param(404, SHELL, "broken", id="404 with the empty page"),
        pytest.param(200, BLOCK, "blocked", id="the gateway's page"),
        pytest.param(503, BLOCK, "blocked", id="the gateway's page with another status"),
        pytest.param(200, "Доступ временно ограничен".encode(), "blocked", id="the gateway's words, bare"),
        pytest.param(429, b"", "overloaded", id="429"),
        pytest.param(500, b"{}", "overloaded", id="500"),
        pytest.param(504, b"<html>Gateway</html>", "overloaded", id="504"),
        pytest.param(404, b'{"message":"notFound"}', "broken", id="404"),
        pytest.param(410, b"", "broken", id="410"),
        pytest.param(302, b"[]", "broken", id="a redirect that leads nowhere"),
        pytest.param(200, b"", "broken", id="nothing"),
        pytest.param(200, b"<html><body>Works</body></html>", "broken", id="another page"),
        pytest.param(200, b'[{"id":1', "broken", id="cut short"),
        pytest.param(200, b'[{"id":1}] x', "broken", id="something after it"),
        pytest.param(200, b'[{"id":NaN}]', "broken", id="NaN"),
        pytest.param(200, b'[{"id":Infinity}]', "broken", id="Infinity"),
        pytest.param(200, b'[{"id":' + b"9" * 5000 + b"}]", "broken", id="a number of 5,000 digits"),
        pytest.param(200, b"[" * 100_000, "broken", id="100,000 brackets"),
        pytest.param(200, b"[" * 100_000 + b"]" * 100_000, "broken", id="100,000 brackets, closed"),
        pytest.param(200, '[{"title":"Дом"}]'.encode("cp1251"), "broken", id="windows-1251"),
        pytest.param(200, b"{}", "broken", id="an empty object"),
        pytest.param(200, b'{"content":{"id":1}}', "broken", id="the wrong envelope"),
        pytest.param(200, b'"text"', "broken", id="a text"),
        pytest.param(200, b"null", "broken", id="null"),
    ],
)
def test_classify(status: int, body: bytes, outcome: str) -> None:
    answer = classify(status, {"content-type": "application/json"}, body, URL, now=NOW)
    assert answer.outcome == outcome
    assert bool(answer.items) == (outcome == "items")
    if outcome in {"items", "empty"}:
        assert answer.reason == ""
    else:
        assert answer.reason.startswith(f"{URL} answered {status}: ")


def test_the_portals_own_page_of_a_listing_is_no_block_page_whatever_its_titles_say() -> None:
    page = """<div id="root"><div class="card-news-list__item"><a title="Движение временно ограничено"
        href="/memleket/entities/economy/press/news/details/1">Жол уақытша шектелген</a></div></div>"""
    assert not is_block_page(page.encode())
    assert is_block_page(b"<html>apply to support.sts.kz</html>")


@pytest.mark.parametrize(
    ("body", "name", "outcome"),
    [
        pytest.param(b'{"data":{"a0":[{}],"a1":[{}]}}', None, "broken", id="two lists, and nobody says which"),
        pytest.param(b'{"data":{"a0":[{}],"a1":[{}]}}', "a1", "items", id="two lists, and one is asked for"),
        pytest.param(b'{"data":[{}]}', "a0", "broken", id="an envelope of REST in place of an alias"),
        pytest.param(b"[{}]", "a0", "broken", id="a bare list in place of an alias"),
        pytest.param(b'{"data":{"a0":[]},"errors":[]}', "a0", "empty", id="no errors at all"),
        pytest.param(
            b'{"data":{"a0":[]},"errors":[{"message":"no","path":["a1",3]}]}', "a0", "empty",
            id="an error that names another",
        ),
        pytest.param(
            b'{"data":{"a0":[]},"errors":[{"message":"no","path":["a0"]}]}', "a0", "refused",
            id="an error in the place of its items",
        ),
        pytest.param(b'{"data":{"a0":null},"errors":["notAllowed, timeout"]}', "a0", "refused", id="both"),
        pytest.param(b'{"data":[],"errors":["no"]}', None, "refused", id="an envelope of REST with errors"),
        pytest.param(b'{"data":[],"message":"ok"}', None, "empty", id="a message beside an empty list"),
    ],
)  # fmt: skip
def test_graphql_is_read_by_the_name_that_was_asked_for(body: bytes, name: str | None, outcome: str) -> None:
    assert classify(200, {}, body, URL, now=NOW, name=name).outcome == outcome


def test_the_reason_shows_the_first_words_on_one_line() -> None:
    body = b'{"message":\n"notAllowed\x07",  "more":"' + b"x" * 500 + b'"}'
    reason = classify(400, {}, body, URL, now=NOW).reason
    assert reason.count("\n") == 0
    assert 'It began: {"message": "notAllowed", "more":"…"} (538 bytes)' in reason
    assert len(reason) < 300


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('[{"id": 7, "title": "Зерек осужден", "body":', '[{"id": 7, "title": "…", "body": (56 bytes)'),
        ('[{"id": 7, "title": "Zerek \\"is\\" gone, \\"x\\": 1', '[{"id": 7, "title": "…" (48 bytes)'),
        ('[{"title": "He said "Zerek" was, "y": 1}', '[{"title": "…"………… (40 bytes)'),
        ('{"data": {"a0": [{"id": 7, "tags": ["Zerek", Зерек, true]', "true] (62 bytes)"),
        ('{"Зерек": "Зерек", "status": "Зерек осужден"}', '{…: …, "status": "…"} (67 bytes)'),
        ('{"status": "Bad Gateway", "code": "e7"}', '{"status": "Bad Gateway", "code": "e7"} (39 bytes)'),
        ("Зерек осужден 7", "… … 7 (27 bytes)"),
        ('"Зерек"', "… (12 bytes)"),
        ('<div class="card-news-list"><p>Зерек осужден</p></div>', "It began: <… (66 bytes)"),
        ('<a href="/economy/press/news/details/7?lang=ru">Зерек</a>', "<… (62 bytes)"),
        ("<html><body>Bad Gateway</body></html>", "It began: Bad Gateway"),
    ],
)
def test_the_reason_never_says_a_word_of_a_release(body: str, shown: str) -> None:
    """It is kept and logged for ever, and a release may have to be redacted."""
    reason = classify(200, {}, body.encode(), URL, now=NOW).reason
    assert reason.endswith(shown)
    assert "ере" not in reason
    assert "Zerek" not in reason


def test_what_errors_say_is_quoted_and_data_among_them_are_not() -> None:
    said = '{"errors": [{"message": "Cannot query field."}, {"title": "Зерек"}], "data": null}'
    assert classify(200, {}, said.encode(), URL, now=NOW).reason.endswith("It said: Cannot query field.")
    said = '{"error": {"code": "e7", "title": "Зерек осужден"}}'
    assert classify(200, {}, said.encode(), URL, now=NOW).reason.endswith('{"code": "e7", "title": "…"}')


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("Mon, 13 Jul 2026 12:00:30 GMT", 30.0),
        ("Mon, 13 Jul 2026 12:00:30 +0500", None),
        ("Mon, 13 Jul 2036 12:00:00 GMT", 86_400.0),
        ("99999999999999999999999", 86_400.0),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("Mon, 99 Jul 99999 12:00:00 GMT", None),
        ("٧", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(value, now=NOW) == seconds
    assert classify(503, {"retry-after": value}, b"", URL, now=NOW).retry_after == seconds


def test_retry_after_counts_only_where_the_portal_is_overloaded() -> None:
    assert classify(200, {"retry-after": "7"}, b"[]", URL, now=NOW).retry_after is None


def test_an_object_that_names_a_field_twice_is_marked() -> None:
    answer = classify(200, {}, b'[{"id":1,"id":2},{"id":3}]', URL, now=NOW)
    assert [isinstance(item, Ambiguous) for item in answer.items] == [True, False]


def test_items_come_as_they_were_sent() -> None:
    sent = [{"id": 1, "title": "Ә", "x": [1, None]}, "rubbish", None]
    assert list(classify(200, {}, json.dumps(sent).encode(), URL, now=NOW).items) == sent

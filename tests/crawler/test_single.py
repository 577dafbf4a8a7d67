"""What an answer says of one release by its number, in every form that somebody expected of the portal."""

from datetime import UTC, datetime

import pytest

from crawler.single import read_single

NOW = datetime(2026, 7, 13, tzinfo=UTC)
RELEASE = b'{"id":1257347,"title":"\xd2\x9a\xd0\xb0\xd0\xbb\xd0\xb0","body":"<p>a</p>"}'


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        pytest.param(200, RELEASE, "items", id="an object"),
        pytest.param(200, b"\xef\xbb\xbf" + RELEASE, "items", id="an object behind a byte order mark"),
        pytest.param(200, b"[" + RELEASE + b"]", "items", id="a list of one"),
        pytest.param(200, b'{"content":[' + RELEASE + b"]}", "items", id="a list in an envelope"),
        pytest.param(200, b'{"data":' + RELEASE + b"}", "items", id="an object in an envelope"),
        pytest.param(200, RELEASE.replace(b"1257347", b'"1257347"'), "items", id="an id as text"),
        pytest.param(200, b"{}", "empty", id="an empty object"),
        pytest.param(200, b"null", "empty", id="null"),
        pytest.param(200, b"[]", "empty", id="an empty list"),
        pytest.param(404, b'{"message":"notFound"}', "empty", id="404"),
        pytest.param(410, b"", "empty", id="410"),
        pytest.param(200, RELEASE.replace(b"1257347", b"1257348"), "broken", id="another release"),
        pytest.param(200, b'{"title":"a"}', "broken", id="an object without id"),
        pytest.param(200, b'"a"', "broken", id="a text"),
        pytest.param(200, b'{"id":1257347', "broken", id="cut short"),
        pytest.param(200, b"", "broken", id="nothing"),
        pytest.param(400, b'{"message":"notAllowed"}', "refused", id="no ticket"),
        pytest.param(200, b'{"message":"no"}', "refused", id="an error"),
        pytest.param(404, b"<p>support.sts.kz</p>", "blocked", id="the gateway's page"),
        pytest.param(200, b'<div id="root"></div>', "shell", id="the shell"),
        pytest.param(503, b"", "overloaded", id="503"),
    ],
)
def test_one_release(status: int, body: bytes, outcome: str) -> None:
    answer = read_single(status, {}, body, "https://portal/news/1257347", now=NOW, wanted="1257347")
    assert answer.outcome == outcome
    assert len(answer.items) == (outcome == "items")
    assert bool(answer.reason) == (outcome not in {"items", "empty"})


def test_of_several_the_one_asked_for_is_taken() -> None:
    other = RELEASE.replace(b"1257347", b"5")
    answer = read_single(
        200, {}, b"[" + other + b"," + RELEASE + b"]", "https://portal", now=NOW, wanted="1257347"
    )
    assert [item["id"] for item in answer.items] == [1257347]

"""What is made of a hub's answers, and of a hub that gives none."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from unicodedata import category

import pytest
from aiohttp import web
from hypothesis import example, given
from hypothesis import strategies as st

import feeds.hub
from feeds.hub import Failed, Hub, Outcome, Refused, Told, open_hub, outcome_of
from tests.feeds.websub_hub import PATIENCE, LoopbackHub, loopback_hub

NOW = datetime(2031, 5, 20, 8, 0, tzinfo=UTC)
TOPIC = "https://news.example.kz/feeds/all.atom?q=%D3%A9%D0%BD%D1%96%D0%BC"


@pytest.fixture
async def there() -> AsyncIterator[LoopbackHub]:
    async with loopback_hub() as hub:
        yield hub


@pytest.fixture
async def hub(there: LoopbackHub) -> AsyncIterator[Hub]:
    async with open_hub(there.url, now=lambda: NOW) as hub:
        yield hub


@pytest.mark.parametrize("status", [200, 202, 204, 299])
async def test_any_2xx_is_taken(there: LoopbackHub, hub: Hub, status: int) -> None:
    there.answer = lambda _: web.Response(status=status)
    assert await hub.announce(TOPIC) == Told()
    assert there.told == [TOPIC]


@pytest.mark.parametrize(
    ("status", "retry_after", "wanted"),
    [
        (400, None, Refused("400 Bad Request: Бұл емес")),
        (404, "5", Refused("404 Not Found: Бұл емес")),
        (410, None, Refused("410 Gone: Бұл емес")),
        (499, None, Refused("499: Бұл емес")),
        (408, None, Failed("408 Request Timeout: Бұл емес", of_the_hub=False)),
        (429, "120", Failed("429 Too Many Requests: Бұл емес", of_the_hub=True, retry_after=120.0)),
        (429, "soon", Failed("429 Too Many Requests: Бұл емес", of_the_hub=True)),
        (500, None, Failed("500 Internal Server Error: Бұл емес", of_the_hub=False)),
        (
            503,
            "Tue, 20 May 2031 08:01:00 GMT",
            Failed("503 Service Unavailable: Бұл емес", of_the_hub=True, retry_after=60.0),
        ),
    ],
)
def test_an_answer_says_whether_to_ask_again(status: int, retry_after: str | None, wanted: Outcome) -> None:
    assert outcome_of(status, "Бұл\r\n емес".encode(), retry_after, NOW) == wanted


@example(
    status=500, said="\u05eb \U0001f469\u200d\U0001f680".encode(), retry_after=None
)  # unassigned; joined
@given(
    status=st.integers(100, 999), said=st.binary(max_size=300), retry_after=st.none() | st.text(max_size=400)
)
def test_no_answer_is_too_strange(status: int, said: bytes, retry_after: str | None) -> None:
    outcome = outcome_of(status, said, retry_after, NOW)
    assert isinstance(outcome, Told) is (200 <= status < 300)
    if not isinstance(outcome, Told):
        assert outcome.why.startswith(str(status))
        assert not {category(sign) for sign in outcome.why} & {"Cc", "Cs", "Zl", "Zp"}


async def test_a_redirect_is_not_followed(there: LoopbackHub, hub: Hub) -> None:
    there.answer = lambda _: web.Response(status=307, headers={"Location": "/hub/?elsewhere"})
    outcome = await hub.announce(TOPIC)
    assert isinstance(outcome, Refused)
    assert "write the final address under [feeds] hub" in outcome.why
    assert there.requests == [TOPIC]


async def test_a_hub_that_is_down_is_asked_again(there: LoopbackHub, hub: Hub) -> None:
    await there.stop()
    outcome = await hub.announce(TOPIC)
    assert isinstance(outcome, Failed)
    assert outcome.of_the_hub
    assert "cannot be reached" in outcome.why


async def test_a_hub_that_hangs_is_left(
    there: LoopbackHub, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds.hub, "TIMEOUT_SECONDS", 0.1)
    there.open.clear()
    assert await hub.announce(TOPIC) == Failed("it gave no answer in 0.1 s", of_the_hub=True)


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\xff\xfe garbage\r\n\r\n", id="bytes"),
        pytest.param(b"HTTP/1.1 2x4 OK\r\n\r\n", id="a status that is no number"),
        pytest.param(b"HTTP/1.1 500 X\r\nContent-Length: 99\r\n\r\nhalf", id="half of a body"),
        pytest.param(b"HTTP/1.1 500 X\r\nContent-Encoding: gzip\r\n\r\nplain", id="a false coding"),
        pytest.param(b"HTTP/1.1 429 X\r\nRetry-After: " + b"9" * 7000 + b"\r\n\r\n", id="a wait for ever"),
        pytest.param(b"HTTP/1.1 500 X\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", id="an endless header"),
        pytest.param(b"HTTP/1.1 302 X\r\nLocation: http://[::bad\r\n\r\n", id="a redirect to nowhere"),
        pytest.param(b"HTTP/1.1 500 X\r\n\r\n" + b"<p>" * 100_000, id="a long body"),
    ],
)
async def test_garbage_is_an_outcome_and_not_an_error(garbage: bytes) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(garbage)
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server, asyncio.timeout(PATIENCE):
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        async with open_hub(url, now=lambda: NOW) as hub:
            assert not isinstance(await hub.announce(TOPIC), Told)

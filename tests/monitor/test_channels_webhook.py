"""The webhook, against a real HTTP server on loopback."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from monitor.addresses import Address, read_addresses
from monitor.channels import Channel, open_channels
from monitor.channels.webhook import seconds
from monitor.errors import DeliveryError
from monitor.messages import Message

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MESSAGE = Message(
    id="1b671a64-40d5-591e-99b0-da01ff1f3341",
    subject="",
    text="",
    body={"id": "1b671a64-40d5-591e-99b0-da01ff1f3341", "edition": {"lang": "kk", "title": "Әңгіме"}},
    secret="құпия-planted",
)


class Receiver:
    """Answers every request as it is told to, and keeps what it was sent."""

    def __init__(self) -> None:
        self.answer = web.Response()
        self.seen: list[tuple[web.BaseRequest, bytes]] = []

    async def answers(self, request: web.Request) -> web.Response:
        self.seen.append((request, await request.read()))
        return web.Response(status=self.answer.status, headers=self.answer.headers, body=self.answer.body)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def hook(receiver: Receiver) -> AsyncIterator[Address]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.answers)
    async with TestServer(app) as server:
        (address,) = read_addresses(
            f"http://reader:planted-password@127.0.0.1:{server.port}/hook?key=planted"
        )
        yield address


@pytest.fixture
async def webhook() -> AsyncIterator[Channel]:
    async with open_channels(["webhook"], now=lambda: NOW) as channels:
        yield channels["webhook"]


async def test_a_message_arrives_signed_and_recognisable(
    receiver: Receiver, hook: Address, webhook: Channel
) -> None:
    await webhook.send(hook, MESSAGE)
    ((request, body),) = receiver.seen
    assert (request.method, request.path_qs) == ("POST", "/hook?key=planted")
    assert json.loads(body) == MESSAGE.body
    assert request.content_type == "application/json"
    assert request.headers["Idempotency-Key"] == MESSAGE.id
    stamp = request.headers["Jarshy-Timestamp"]
    assert stamp == str(int(NOW.timestamp()))
    expected = hmac.new("құпия-planted".encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert request.headers["Jarshy-Signature"] == expected
    assert request.headers["Authorization"].startswith("Basic ")


async def test_without_a_secret_nothing_is_signed(
    receiver: Receiver, hook: Address, webhook: Channel
) -> None:
    await webhook.send(hook, Message(id="1", subject="", text="", body={}))
    assert "Jarshy-Signature" not in receiver.seen[0][0].headers


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_is_delivery(receiver: Receiver, hook: Address, webhook: Channel, status: int) -> None:
    receiver.answer = web.Response(status=status)
    await webhook.send(hook, MESSAGE)
    assert len(receiver.seen) == 1


@pytest.mark.parametrize(
    ("status", "headers", "permanent", "retry_after"),
    [
        (400, {}, True, None),
        (404, {}, True, None),
        (410, {}, True, None),
        (408, {}, False, None),
        (425, {}, False, None),
        (429, {"Retry-After": "120"}, False, 120.0),
        (429, {}, False, None),
        (500, {}, False, None),
        (503, {"Retry-After": "Mon, 02 Mar 2026 10:00:00 GMT"}, False, 1800.0),
        (503, {"Retry-After": "soon"}, False, None),
    ],
)
async def test_a_refusal_says_whether_to_come_back_and_when(
    receiver: Receiver,
    hook: Address,
    webhook: Channel,
    status: int,
    headers: dict[str, str],
    permanent: bool,
    retry_after: float | None,
) -> None:
    receiver.answer = web.Response(status=status, headers=headers, body="бос емес\r\n".encode() * 9000)
    with pytest.raises(DeliveryError, match=str(status)) as refused:
        await webhook.send(hook, MESSAGE)
    assert refused.value.permanent is permanent
    assert refused.value.retry_after == retry_after
    assert len(str(refused.value)) < 400


async def test_a_redirect_is_not_followed(receiver: Receiver, hook: Address, webhook: Channel) -> None:
    receiver.answer = web.Response(status=302, headers={"Location": "/elsewhere"})
    with pytest.raises(DeliveryError, match="redirect is not followed") as refused:
        await webhook.send(hook, MESSAGE)
    assert refused.value.permanent
    assert len(receiver.seen) == 1


async def test_a_receiver_that_is_down_is_tried_again(webhook: Channel) -> None:
    (address,) = read_addresses(f"http://127.0.0.1:{unused_port()}/planted")
    with pytest.raises(DeliveryError, match="cannot be reached") as refused:
        await webhook.send(address, MESSAGE)
    assert not refused.value.permanent
    assert "planted" not in str(refused.value)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("-5", None),
        ("Sun, 01 Mar 2026 00:00:00 GMT", 0.0),
        ("9" * 400, 366 * 86400.0),
        ("Sun, 01 Mar 9999 00:00:00 GMT", 366 * 86400.0),
        ("Sun, 01 Mar 0001 00:00:00 +2359", 0.0),
        ("Sun, 01 Mar 2026 00:00:00 +99999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, wait: float | None) -> None:
    assert seconds(header, NOW) == wait

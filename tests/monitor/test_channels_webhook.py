"""The webhook, against a real HTTP server on loopback."""

import asyncio
import base64
import hashlib
import hmac
import re
import socket
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from monitor.addresses import Address, read_addresses
from monitor.channels import Channel, open_channels
from monitor.channels.webhook import seconds
from monitor.errors import DeliveryError
from monitor.messages import Message
from tests.monitor.certificates import Authority
from tests.monitor.receivers import CLOSES_AFTER_TAKING, CLOSES_BEFORE_TAKING, Answer, Hook, hangs

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MESSAGE = Message(
    id="1b671a64-40d5-591e-99b0-da01ff1f3341",
    subject="",
    text="",
    body={"id": "1b671a64-40d5-591e-99b0-da01ff1f3341", "edition": {"lang": "kk", "title": "Әңгіме"}},
    secret="құпия-planted",
)


@pytest.fixture
async def receiver() -> AsyncIterator[Hook]:
    async with Hook() as hook:
        yield hook


@pytest.fixture
def hook(receiver: Hook) -> Address:
    (address,) = read_addresses(receiver.url("/hook?key=planted", user="reader:planted-password"))
    return address


@pytest.fixture
async def webhook() -> AsyncIterator[Channel]:
    async with open_channels(["webhook"], now=lambda: NOW) as channels:
        yield channels["webhook"]


async def test_a_message_arrives_signed_and_recognisable(
    receiver: Hook, hook: Address, webhook: Channel
) -> None:
    await webhook.send(hook, MESSAGE)
    (came,) = receiver.taken
    assert (came.to, came.id, came.json) == ("/hook?key=planted", MESSAGE.id, MESSAGE.body)
    assert came.headers["Content-Type"] == "application/json; charset=utf-8"
    stamp = came.headers["Jarshy-Timestamp"]
    assert stamp == str(int(NOW.timestamp()))
    signed = stamp.encode() + b"." + came.content
    expected = hmac.new("құпия-planted".encode(), signed, hashlib.sha256).hexdigest()
    assert came.headers["Jarshy-Signature"] == expected
    assert came.headers["Authorization"] == basic("reader:planted-password")


def basic(login: str) -> str:
    return f"Basic {base64.b64encode(login.encode()).decode()}"


async def test_a_login_in_kazakh_arrives_in_utf_8(receiver: Hook, webhook: Channel) -> None:
    (address,) = read_addresses(receiver.url(user="оқырман:құпия%40сөз"))
    await webhook.send(address, MESSAGE)
    assert receiver.taken[0].headers["Authorization"] == basic("оқырман:құпия@сөз")


async def test_without_a_secret_nothing_is_signed(receiver: Hook, hook: Address, webhook: Channel) -> None:
    await webhook.send(hook, Message(id="1", subject="", text="", body={}))
    assert "Jarshy-Signature" not in receiver.taken[0].headers


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_is_delivery(receiver: Hook, hook: Address, webhook: Channel, status: int) -> None:
    # What the answer's body says of an error is for people to read, and no program can know all its forms.
    receiver.next(Answer(status, '{"error": "сақталмады"}' if status == 200 else ""))
    assert await webhook.send(hook, MESSAGE) == f"HTTP {status}"
    assert receiver.ids == [MESSAGE.id]


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
        (503, {"Retry-After": "315360000"}, False, 366 * 86400.0),
    ],
)
async def test_a_refusal_says_whether_to_come_back_and_when(
    receiver: Hook,
    hook: Address,
    webhook: Channel,
    status: int,
    headers: dict[str, str],
    permanent: bool,
    retry_after: float | None,
) -> None:
    receiver.next(Answer(status, "бос емес\r\n" * 9000, headers))
    with pytest.raises(DeliveryError, match=str(status)) as refused:
        await webhook.send(hook, MESSAGE)
    assert refused.value.permanent is permanent
    assert refused.value.retry_after == retry_after
    assert len(str(refused.value)) < 400


async def test_a_receiver_that_asks_for_another_login_refuses_no_message(
    receiver: Hook, hook: Address, webhook: Channel
) -> None:
    receiver.next(Answer(401), Answer(403))
    for status, final in ((401, False), (403, True)):
        with pytest.raises(DeliveryError, match=str(status)) as refused:
            await webhook.send(hook, MESSAGE)
        assert (refused.value.permanent, refused.value.refuses_us) == (final, not final)


async def test_an_answer_that_breaks_off_says_so_in_plain_words(webhook: Channel) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\nX-Said: plan")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(
            DeliveryError, match=r"it closed the connection in the midst of its answer\Z"
        ) as refused:
            await webhook.send(read_addresses(f"http://127.0.0.1:{port}/")[0], MESSAGE)
    assert not refused.value.permanent


async def test_a_redirect_is_not_followed(receiver: Hook, hook: Address, webhook: Channel) -> None:
    receiver.next(Answer(302, headers={"Location": "/elsewhere"}))
    with pytest.raises(DeliveryError, match="redirect is not followed") as refused:
        await webhook.send(hook, MESSAGE)
    assert refused.value.permanent
    assert len(receiver.received) == 1


async def test_a_receiver_that_is_down_is_tried_again(webhook: Channel) -> None:
    (address,) = read_addresses(f"http://127.0.0.1:{unused_port()}/planted")
    with pytest.raises(DeliveryError, match=r"cannot be reached: connection refused$") as refused:
        await webhook.send(address, MESSAGE)
    assert not refused.value.permanent
    assert "planted" not in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "taken"),
    [(hangs, False), (lambda: CLOSES_BEFORE_TAKING, False), (lambda: CLOSES_AFTER_TAKING, True)],
    ids=["hangs", "closes", "closes after it took the message"],
)
async def test_without_an_answer_the_same_is_sent_again(
    receiver: Hook, hook: Address, webhook: Channel, answer: Callable[[], Answer], taken: bool
) -> None:
    receiver.next(answer())
    async with open_channels(["webhook"], now=lambda: NOW, patience=1) as hasty:
        with pytest.raises(DeliveryError) as refused:
            await hasty["webhook"].send(hook, MESSAGE)
    assert not refused.value.permanent
    await webhook.send(hook, MESSAGE)
    assert receiver.ids == [MESSAGE.id] * (2 if taken else 1)


@pytest.mark.parametrize(
    ("name", "leads_to", "inside", "reached"),
    [
        ("hooks.example.org", "127.0.0.1", [], False),
        ("hooks.example.org.", "127.0.0.1", [], False),
        ("HOOKS.example.org", "127.0.0.1", ["hooks.Example.org"], True),
        ("ілмек.мысал.қаз", "127.0.0.1", ["ілмек.мысал.қаз"], True),
        ("ілмек.мысал.қаз", "127.0.0.1", ["мысал.қаз"], False),
        ("hooks", "127.0.0.1", [], True),
        ("hooks.internal", "127.0.0.1", [], True),
    ],
)
async def test_a_name_that_looks_public_may_not_lead_inside(
    receiver: Hook, name: str, leads_to: str, inside: list[str], reached: bool
) -> None:
    def look_up(host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (leads_to, port))]

    (address,) = read_addresses(f"http://{name}:{receiver.port}/planted")
    async with open_channels(["webhook"], now=lambda: NOW, inside=inside, look_up=look_up) as channels:
        if reached:
            await channels["webhook"].send(address, MESSAGE)
        else:
            with pytest.raises(DeliveryError, match=re.escape("under [delivery]")) as refused:
                await channels["webhook"].send(address, MESSAGE)
            assert not refused.value.permanent
            assert leads_to in str(refused.value)
    assert len(receiver.received) == reached


async def test_a_name_nobody_can_look_up_is_tried_again(webhook: Channel) -> None:
    (address,) = read_addresses("http://hooks..planted.example.org/planted")
    with pytest.raises(DeliveryError) as refused:
        await webhook.send(address, MESSAGE)
    assert "planted/" not in str(refused.value)


async def test_a_certificate_that_nobody_we_know_signed_ends_the_attempt(
    webhook: Channel, tmp_path: Path
) -> None:
    async with Hook(tls=Authority(tmp_path).server("127.0.0.1")) as receiver:
        (address,) = read_addresses(receiver.url("/planted"))
        with pytest.raises(DeliveryError, match="certificate verify failed") as refused:
            await webhook.send(address, MESSAGE)
    assert not refused.value.permanent
    assert receiver.received == []


async def test_an_answer_that_is_not_http_names_no_secret(webhook: Channel) -> None:
    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-planted-path /planted-path?planted-key\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answers, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        (address,) = read_addresses(f"http://127.0.0.1:{port}/planted-path?key=planted-key")
        with pytest.raises(DeliveryError, match="what it answered is not HTTP") as refused:
            await webhook.send(address, MESSAGE)
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

"""Telegram, against a stand-in of the Bot API on loopback."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor.addresses import read_addresses
from monitor.channels import Channel, open_channels
from monitor.channels.telegram import cut
from monitor.errors import DeliveryError
from monitor.messages import Message

(CHAT,) = read_addresses("tgram://123456:planted-token/-100500:7")
(PUBLIC,) = read_addresses("tgram://123456:planted-token/@arna")
MESSAGE = Message(id="1", subject="Жарияланды", text="Үлгі <b>мәтін</b> *емес*", body={})


class Api:
    """Answers sendMessage as it is told to, and keeps what it was sent."""

    def __init__(self) -> None:
        self.status = 200
        self.answer: dict[str, Any] = {"ok": True, "result": {}}
        self.seen: list[tuple[str, dict[str, Any]]] = []

    async def answers(self, request: web.Request) -> web.Response:
        self.seen.append((request.path, await request.json()))
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
async def telegram(api: Api) -> AsyncIterator[Channel]:
    app = web.Application()
    app.router.add_post("/{path:.*}", api.answers)
    async with (
        TestServer(app) as server,
        open_channels(
            ["telegram"],
            now=lambda: datetime(2026, 3, 2, tzinfo=UTC),
            telegram=f"http://127.0.0.1:{server.port}/",
        ) as channels,
    ):
        yield channels["telegram"]


async def test_the_text_arrives_as_it_is_without_mark_up(api: Api, telegram: Channel) -> None:
    await telegram.send(CHAT, MESSAGE)
    await telegram.send(PUBLIC, MESSAGE)
    (path, body), (_, public) = api.seen
    assert path == "/bot123456:planted-token/sendMessage"
    assert body["text"] == MESSAGE.text
    assert "parse_mode" not in body
    assert (body["chat_id"], body["message_thread_id"]) == (-100500, 7)
    assert public["chat_id"] == "@arna"
    assert "message_thread_id" not in public


@pytest.mark.parametrize(
    ("status", "parameters", "permanent", "retry_after"),
    [
        (400, {}, True, None),
        (400, {"migrate_to_chat_id": -100501}, True, None),
        (401, {}, True, None),
        (403, {}, True, None),
        (429, {"retry_after": 33}, False, 33.0),
        (500, {}, False, None),
        (502, {"retry_after": "soon"}, False, None),
    ],
)
async def test_a_refusal_says_whether_to_come_back_and_when(
    api: Api,
    telegram: Channel,
    status: int,
    parameters: dict[str, object],
    permanent: bool,
    retry_after: float | None,
) -> None:
    api.status = status
    api.answer = {"ok": False, "description": "Болмады\r\n", "parameters": parameters}
    with pytest.raises(
        DeliveryError, match=f"answered {status} for tgram://123456/-100500:7: Болмады"
    ) as refused:
        await telegram.send(CHAT, MESSAGE)
    assert refused.value.permanent is permanent
    assert refused.value.retry_after == retry_after
    assert all(str(value) in str(refused.value) for name, value in parameters.items() if "migrate" in name)


async def test_a_telegram_that_is_down_is_tried_again_and_its_token_not_named() -> None:
    async with open_channels(
        ["telegram"], now=lambda: datetime(2026, 3, 2, tzinfo=UTC), telegram="http://127.0.0.1:1"
    ) as channels:
        with pytest.raises(DeliveryError, match="cannot be reached") as refused:
            await channels["telegram"].send(CHAT, MESSAGE)
    assert not refused.value.permanent
    assert "planted" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "limit", "left"),
    [
        ("қысқа мәтін", 11, "қысқа мәтін"),
        ("бірінші жол\nекінші жол", 15, "бірінші жол…"),
        ("бірінші екінші үшінші", 16, "бірінші екінші…"),
        ("үзілмейтінсөз", 6, "үзілм…"),
        ("😀😀😀", 4, "😀…"),  # each is two units to Telegram
    ],
)
def test_a_text_too_long_is_cut_at_a_border(text: str, limit: int, left: str) -> None:
    assert cut(text, limit) == left

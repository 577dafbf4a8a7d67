"""Telegram, against a stand-in of the Bot API on loopback."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.addresses import read_addresses
from monitor.channels import Channel, open_channels
from monitor.errors import DeliveryError
from monitor.messages import Message
from tests.monitor.receivers import CLOSES_BEFORE_TAKING, Answer, BotApi, hangs

NOW = datetime(2026, 3, 2, tzinfo=UTC)
(CHAT,) = read_addresses("tgram://123456:planted-token/-100500:7")
(PUBLIC,) = read_addresses("tgram://123456:planted-token/@arna")
MESSAGE = Message(id="1", subject="Жарияланды", text="Үлгі <b>мәтін</b> *емес*", body={})


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def telegram(api: BotApi) -> AsyncIterator[Channel]:
    async with open_channels(["telegram"], now=lambda: NOW, telegram=f"{api.base}/") as channels:
        yield channels["telegram"]


async def test_the_text_arrives_as_it_is_without_mark_up(api: BotApi, telegram: Channel) -> None:
    assert await telegram.send(CHAT, MESSAGE) == "message 1"
    assert await telegram.send(PUBLIC, MESSAGE) == "message 2"
    body, public = (came.json for came in api.taken)
    assert api.taken[0].headers["path"] == "/bot123456:planted-token/sendMessage"
    assert body["text"] == MESSAGE.text
    assert "parse_mode" not in body
    assert (body["chat_id"], body["message_thread_id"]) == (-100500, 7)
    assert public["chat_id"] == "@arna"
    assert "message_thread_id" not in public


@pytest.mark.parametrize(
    ("status", "parameters", "final", "retry_after"),
    [
        (400, {}, True, None),
        (400, {"migrate_to_chat_id": -100501}, True, None),
        (401, {}, "for us", None),
        (403, {}, True, None),
        (404, {}, "for us", None),
        (429, {"retry_after": 33}, False, 33.0),
        (429, {"retry_after": 10 * 365 * 86400}, False, 366 * 86400.0),
        (429, {"retry_after": float("inf")}, False, 366 * 86400.0),
        (429, {"retry_after": float("nan")}, False, None),
        (429, {"retry_after": -5}, False, 0.0),
        (429, {"retry_after": True}, False, None),
        (429, {"retry_after": None}, False, None),
        (500, {}, False, None),
        (502, {"retry_after": "soon"}, False, None),
    ],
)
async def test_a_refusal_says_whether_to_come_back_and_when(
    api: BotApi,
    telegram: Channel,
    status: int,
    parameters: dict[str, object],
    final: bool | str,
    retry_after: float | None,
) -> None:
    api.next(Answer(status, "Болмады\r\n", parameters=parameters))
    with pytest.raises(
        DeliveryError, match=f"answered {status} for tgram://123456/-100500:7: Болмады"
    ) as refused:
        await telegram.send(CHAT, MESSAGE)
    assert (refused.value.permanent, refused.value.refuses_us) == (final is True, final == "for us")
    assert refused.value.retry_after == retry_after
    assert all(str(value) in str(refused.value) for name, value in parameters.items() if "migrate" in name)


async def test_a_telegram_that_is_down_is_tried_again_and_its_token_not_named() -> None:
    async with open_channels(["telegram"], now=lambda: NOW, telegram="http://127.0.0.1:1") as channels:
        with pytest.raises(
            DeliveryError, match=r"^Telegram cannot be reached: connection refused$"
        ) as refused:
            await channels["telegram"].send(CHAT, MESSAGE)
    assert not refused.value.permanent
    assert "planted" not in str(refused.value)


async def test_a_text_over_the_limit_is_refused_for_good_and_not_sent(api: BotApi, telegram: Channel) -> None:
    limit = telegram.limit(CHAT)
    assert (limit.length, limit.unit) == (4096, "utf-16")
    await telegram.send(CHAT, replace(MESSAGE, text="😀" * 2048))  # each is two units to Telegram
    with pytest.raises(DeliveryError, match="too long for tgram://123456/-100500:7: 4098 utf-16") as refused:
        await telegram.send(CHAT, replace(MESSAGE, text="😀" * 2049))
    assert refused.value.permanent
    assert len(api.received) == 1


@pytest.mark.parametrize("said", ["<html>кіріңіз</html>", '{"ok": false}', "[]"])
async def test_an_answer_200_of_somebody_else_is_no_delivery(
    api: BotApi, telegram: Channel, said: str
) -> None:
    api.next(Answer(200, said))
    with pytest.raises(DeliveryError) as refused:
        await telegram.send(CHAT, MESSAGE)
    assert not refused.value.permanent


@pytest.mark.parametrize("answer", [hangs, lambda: CLOSES_BEFORE_TAKING], ids=["hangs", "closes"])
async def test_without_an_answer_it_is_tried_again(api: BotApi, answer: Callable[[], Answer]) -> None:
    api.next(answer())
    async with open_channels(["telegram"], now=lambda: NOW, telegram=api.base, patience=1) as hasty:
        with pytest.raises(DeliveryError) as refused:
            await hasty["telegram"].send(CHAT, MESSAGE)
    assert not refused.value.permanent
    assert "planted" not in str(refused.value)
    assert api.taken == []

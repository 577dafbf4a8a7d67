"""Apprise, through one of its services that posts to a server of ours on loopback."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor.addresses import Address, read_addresses
from monitor.channels import Channel, open_channels
from monitor.channels.by_apprise import harmless
from monitor.errors import DeliveryError
from monitor.messages import Message

MESSAGE = Message(id="1", subject="Жарияланды", text="Үлгі мәтін: @everyone", body={})


class Service:
    def __init__(self) -> None:
        self.status = 200
        self.seen: list[dict[str, Any]] = []

    async def answers(self, request: web.Request) -> web.Response:
        self.seen.append(await request.json())
        return web.Response(status=self.status)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def address(service: Service) -> AsyncIterator[Address]:
    app = web.Application()
    app.router.add_post("/{path:.*}", service.answers)
    async with TestServer(app) as server:
        (read,) = read_addresses(f"json://user:planted@127.0.0.1:{server.port}/planted-path")
        yield read


@pytest.fixture
async def channel() -> AsyncIterator[Channel]:
    async with open_channels(["apprise"], now=lambda: datetime(2026, 3, 2, tzinfo=UTC)) as channels:
        yield channels["apprise"]


async def test_a_message_arrives(service: Service, address: Address, channel: Channel) -> None:
    await channel.send(address, MESSAGE)
    (seen,) = service.seen
    assert (seen["title"], seen["message"]) == ("Жарияланды", "Үлгі мәтін: @ everyone")


async def test_a_refusal_is_tried_again_and_tells_no_secret(
    service: Service, address: Address, channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    service.status = 500
    caplog.set_level(logging.DEBUG)
    with pytest.raises(DeliveryError, match="did not take the message") as refused:
        await channel.send(address, MESSAGE)
    assert not refused.value.permanent
    # The receiver's own log names what it was asked for; ours must not.
    logged = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    assert "planted" not in str([refused.value, *logged])


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("Хат @all және @channel", "Хат @ all және @ channel"),
        ("editor@allies.kz", "editor@allies.kz"),
        ("<!channel> <@U1> <#C1>", "< !channel> < @U1> < #C1>"),
        ("[ресми](https://other.example)", "[ресми] (https://other.example)"),
        ("5 < 7", "5 < 7"),
    ],
)
def test_what_chat_services_act_on_is_parted(said: str, sent: str) -> None:
    assert harmless(said) == sent

"""Apprise, through one of its services that posts to a server of ours on loopback."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.addresses import Address, read_addresses
from monitor.channels import Channel, open_channels
from monitor.channels.by_apprise import harmless
from monitor.errors import DeliveryError
from monitor.messages import Limit, Message
from tests.monitor.receivers import Answer, Hook

MESSAGE = Message(id="1", subject="Жарияланды", text="Үлгі мәтін: @everyone", body={})


@pytest.fixture
async def service() -> AsyncIterator[Hook]:
    async with Hook() as hook:
        yield hook


@pytest.fixture
def address(service: Hook) -> Address:
    (read,) = read_addresses(f"json://user:planted@127.0.0.1:{service.port}/planted-path")
    return read


@pytest.fixture
async def channel() -> AsyncIterator[Channel]:
    async with open_channels(["apprise"], now=lambda: datetime(2026, 3, 2, tzinfo=UTC)) as channels:
        yield channels["apprise"]


async def test_a_message_arrives(service: Hook, address: Address, channel: Channel) -> None:
    assert await channel.send(address, MESSAGE) == ""
    (came,) = service.taken
    assert (came.json["title"], came.json["message"]) == ("Жарияланды", "Үлгі мәтін: @ everyone")


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("ntfy://127.0.0.1/topic", 7800 - 200),  # a title counts with the text there
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", 2000 - 250),
        ("signal://127.0.0.1:8080/+12025550123/+12025550124", 32768),
    ],
)  # fmt: skip
async def test_the_limit_is_that_of_the_service(channel: Channel, written: str, length: int) -> None:
    (read,) = read_addresses(written)
    assert channel.limit(read) == Limit(length, "characters")


async def test_a_text_over_the_limit_is_refused_for_good_unless_apprise_is_asked_to_cut_it(
    service: Hook, address: Address, channel: Channel
) -> None:
    longest = channel.limit(address)
    assert (longest.length, longest.unit) == (32768, "characters")
    await channel.send(address, replace(MESSAGE, text="ә" * longest.length))
    long = replace(MESSAGE, text="ә" * (longest.length + 1))
    with pytest.raises(DeliveryError, match="too long for json://") as refused:
        await channel.send(address, long)
    assert refused.value.permanent
    (cutting,) = read_addresses(f"{address.url}?overflow=truncate")
    await channel.send(cutting, long)
    assert [len(came.json["message"]) for came in service.taken] == [longest.length, longest.length]


async def test_a_refusal_is_tried_again_and_tells_no_secret(
    service: Hook, address: Address, channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    service.always(Answer(500, echoes=True))
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
        ("@room, @All", "@ room, @ All"),
        ("@**all** және @_**topic**", "@ **all** және @ _**topic**"),
        ('<users/all> <at user_id="all">', '< users/all> < at user_id="all">'),
        ("a@all.example, <5 және <атырау>", "a@all.example, <5 және <атырау>"),
    ],
)
def test_what_chat_services_act_on_is_parted(said: str, sent: str) -> None:
    assert harmless(said) == sent


async def test_what_apprise_breaks_on_is_tried_again_and_tells_no_secret(
    service: Hook, channel: Channel
) -> None:
    (address,) = read_addresses(f"json://user:құпия@127.0.0.1:{service.port}")
    with pytest.raises(DeliveryError, match=r"Apprise broke on json://.*: UnicodeEncodeError") as refused:
        await channel.send(address, MESSAGE)
    assert not refused.value.permanent

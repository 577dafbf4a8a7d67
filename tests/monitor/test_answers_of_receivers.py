"""Real receivers whose answer is not what it seems: a yes that means no, or that comes when nobody waits any more."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from monitor import sending
from monitor.channels import Channels, open_channels
from tests.monitor.owing import Newsroom, rule, whole
from tests.monitor.receivers import Answer, MailServer, Receivers, hangs, receivers

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
async def there() -> AsyncIterator[Receivers]:
    async with receivers() as there:
        yield there


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


@pytest.fixture
async def channels(room: Newsroom) -> AsyncIterator[Channels]:
    async with open_channels(["webhook", "mail"], now=room.clock) as channels:
        yield channels


def box(server: MailServer, name: str) -> str:
    return f"mailto://127.0.0.1:{server.port}?from=jarshy@example.kz&to={name}@example.kz"


async def test_what_a_server_took_and_bounces_later_is_not_told_again_and_can_be_traced_there(
    room: Newsroom, channels: Channels, there: Receivers
) -> None:
    room.alerts = [rule("хат", [box(there.mail, "reader")])]
    there.mail.next(Answer(250, "2.0.0 queued as 7F3", taken=True))
    room.publish(1)
    await room.live(channels, 24 * HOUR)
    [row] = whole(room.db)
    assert (row["state"], len(there.mail.received)) == ("sent", 1)
    # The bounce goes to the sender's mailbox; the number under which the server knows the mail is what we have.
    assert "queued as 7F3" in row["answer"]


async def test_who_answers_when_nobody_waits_any_more_hears_the_same_again(
    room: Newsroom, channels: Channels, there: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SEND_SECONDS", 0.3)
    room.alerts = [rule("программа", [there.hook.url("/slow")]), rule("другая", [there.hook.url("/quick")])]
    there.hook.next(hangs(), to="/slow")
    room.publish(1)
    await room.live(channels, MINUTE)
    slow = [message for message in there.hook.received if message.to == "/slow"]
    assert [message.answer.takes for message in slow] == [False, True]
    assert slow[0].id == slow[1].id
    assert [row["attempts"] for row in whole(room.db)] == [2, 1]


async def test_a_webhook_that_says_yes_with_the_words_of_an_error_has_taken_the_message(
    room: Newsroom, channels: Channels, there: Receivers
) -> None:
    room.alerts = [rule("программа", [there.hook.url()])]
    there.hook.next(Answer(200, json.dumps({"error": "not stored"})))
    room.publish(1)
    await room.live(channels, 24 * HOUR)
    [row] = whole(room.db)
    assert (row["state"], row["answer"], len(there.hook.received)) == ("sent", "HTTP 200", 1)

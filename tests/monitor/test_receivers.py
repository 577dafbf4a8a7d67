"""The receivers that other tests send to: they answer as they are told, and know what they took."""

import asyncio
import smtplib

import aiohttp
import pytest

from tests.monitor.receivers import (
    CLOSES_AFTER_TAKING,
    CLOSES_BEFORE_TAKING,
    FINE,
    Answer,
    Receivers,
    hangs,
    receivers,
    too_many,
)


async def posted(url: str, key: str) -> int:
    """The status of the answer; 0 where there was none."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session,
            session.post(url, json={"chat_id": 7, "text": key}, headers={"Idempotency-Key": key}) as answer,
        ):
            return answer.status
    except (aiohttp.ClientError, TimeoutError):
        return 0


async def mailed(port: int, key: str, to: str = "c@d") -> int:
    def send() -> int:
        try:
            with smtplib.SMTP("127.0.0.1", port, "[127.0.0.1]", timeout=30) as server:
                server.sendmail("a@b", [to], f"Message-ID: <{key}>\r\n\r\nмәтін\r\n".encode())
        except smtplib.SMTPRecipientsRefused as error:
            return error.recipients[to][0]
        except smtplib.SMTPResponseException as error:
            return error.smtp_code
        except (smtplib.SMTPServerDisconnected, OSError):
            return 0
        return 250

    return await asyncio.to_thread(send)


def one_of_each() -> list[Answer]:
    return [Answer(500), too_many(30), CLOSES_BEFORE_TAKING, CLOSES_AFTER_TAKING, hangs(), FINE, FINE]


async def tell(all_of_them: Receivers, name: str, key: str) -> int:
    if name == "mail":
        return await mailed(all_of_them.mail.port, key)
    url = all_of_them.hook.url() if name == "hook" else f"{all_of_them.bot.base}/bot1:x/sendMessage"
    return await posted(url, key)


@pytest.mark.parametrize("name", ["hook", "bot", "mail"])
async def test_a_receiver_answers_as_it_is_told_and_knows_what_it_took_twice(name: str) -> None:
    async with receivers() as all_of_them:
        receiver = {"hook": all_of_them.hook, "bot": all_of_them.bot, "mail": all_of_them.mail}[name]
        receiver.next(*one_of_each())
        fine = 250 if name == "mail" else 200
        said = [await tell(all_of_them, name, "one") for _ in range(4)]
        assert said == [500, 429, 0, 0]
        waits = asyncio.create_task(tell(all_of_them, name, "one"))
        await asyncio.wait_for(receiver.came(5), 30)
        await receiver.down()
        assert await waits == 0
        await receiver.up()
        assert [await tell(all_of_them, name, key) for key in ("one", "two")] == [fine, fine]
        assert len(receiver.received) == 7
        assert [key.strip("<>") for key in receiver.ids] == ["one", "one", "two"]
        assert list(receiver.repeats.values()) == [1]
        await receiver.down()
        assert await tell(all_of_them, name, "three") == 0
        await receiver.up()
        assert await tell(all_of_them, name, "three") == fine
        await asyncio.wait_for(receiver.came(8), 30)


async def test_a_mail_server_refuses_at_the_step_and_for_the_recipient_it_is_told() -> None:
    async with receivers() as all_of_them:
        mail = all_of_them.mail
        mail.always(Answer(550, "no such mailbox"), to="gone@d", at="RCPT")
        assert await mailed(mail.port, "one", to="gone@d") == 550
        assert await mailed(mail.port, "one") == 250
        for step in ("GREETING", "EHLO", "MAIL", "RCPT", "DATA"):
            mail.next(CLOSES_BEFORE_TAKING, at=step)
            assert await mailed(mail.port, "two") == 0, step
        assert len(mail.taken) == 1

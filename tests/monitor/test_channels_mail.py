"""Mail, against a real SMTP server on loopback: plain, with TLS, with a login, and broken at every step."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default

import pytest

from monitor.addresses import Address, read_addresses
from monitor.channels import Channel, open_channels
from monitor.channels.mail import account_of, compose
from monitor.errors import DeliveryError
from monitor.messages import Message
from tests.monitor.certificates import Authority
from tests.monitor.receivers import (
    CLOSES_AFTER_TAKING,
    CLOSES_BEFORE_TAKING,
    Answer,
    MailServer,
    Step,
    hangs,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MESSAGE = Message(
    id="1b671a64-40d5-591e-99b0-da01ff1f3341",
    subject="Жарияланды: Үлгі өңірдің жобасы",
    text="Жарияланды\n\nҮлгі мәтін. 😀\n.\nсоңы",
    body={},
)


@pytest.fixture
async def mail() -> AsyncIterator[Channel]:
    async with open_channels(["mail"], now=lambda: NOW) as channels:
        yield channels["mail"]


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with MailServer() as server:
        yield server


def to(
    server: MailServer, *recipients: str, options: str = "", login: str = "", scheme: str = "mailto"
) -> list[Address]:
    named = ",".join(recipients or ("c@d",))
    written = f"{scheme}://{login}127.0.0.1:{server.port}?from=Жаршы <a@b>&to={named}{options}"
    return list(read_addresses(written))


async def test_a_mail_arrives_with_kazakh_intact(mail: Channel, server: MailServer) -> None:
    for address in to(server, "c@d", "e@f"):
        assert await mail.send(address, MESSAGE) == f"250 2.0.0 queued as {len(server.taken)}"
    first, second = (came.mail for came in server.taken)
    assert first["Subject"] == MESSAGE.subject
    assert first.get_content().splitlines() == MESSAGE.text.splitlines()
    assert first.get_content_type() == "text/plain"
    assert str(first["From"]) == "Жаршы <a@b>"
    assert first["Message-ID"] == f"<{MESSAGE.id}@b>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Date"].datetime == NOW
    # Each recipient is written to alone, and does not see the other.
    assert [came.to for came in server.taken] == ["c@d", "e@f"]
    assert (first["To"], second["To"]) == ("c@d", "e@f")


@pytest.mark.parametrize(
    ("at", "answer", "final"),
    [
        ("RCPT", Answer(550, "5.1.1 no such mailbox"), True),
        ("RCPT", Answer(450, "4.2.1 mailbox busy"), False),
        ("RCPT", Answer(452, "4.2.2 mailbox full"), False),
        ("RCPT", Answer(552, "mailbox full"), False),
        ("RCPT", Answer(552, "5.2.2 mailbox full"), False),
        ("RCPT", Answer(552, "5.3.4 too long for us"), True),
        ("RCPT", Answer(421, "4.3.2 going down"), False),
        ("RCPT", Answer(530, "5.7.0 log in first"), "for us"),
        ("MAIL", Answer(553, "5.1.8 who are you"), "for us"),
        ("MAIL", Answer(552, "5.3.4 too long for us"), True),
        ("MAIL", Answer(421, "4.7.0 too many"), False),
        ("DATA", Answer(451, "4.3.0 not now"), False),
        ("DATA", Answer(554, "5.5.1 no"), True),
        ("BODY", Answer(554, "5.7.1 not wanted"), True),
        ("BODY", Answer(552, "5.2.2 mailbox full"), False),
        ("BODY", Answer(552, "too long"), True),
        ("BODY", Answer(451, "4.7.1 greylisted"), False),
        ("BODY", Answer(421, "4.3.2 going down"), False),
        ("GREETING", Answer(554, "5.7.1 not from there"), "for us"),
        ("GREETING", Answer(421, "4.3.2 too busy"), False),
    ],
    ids=str,
)
async def test_a_refusal_says_whether_to_come_back(
    mail: Channel, server: MailServer, at: Step, answer: Answer, final: bool | str
) -> None:
    server.next(answer, at=at)
    address, other = to(server, "c@d", "e@f")
    with pytest.raises(DeliveryError) as refused:
        await mail.send(address, MESSAGE)
    assert (refused.value.permanent, refused.value.refuses_us) == (final is True, final == "for us")
    assert f"{answer.status} {answer.text}" in str(refused.value)
    await mail.send(other, MESSAGE)
    assert [came.to for came in server.taken] == ["e@f"], "one bad recipient does not hold up the rest"


STEPS: list[Step] = ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "BODY"]


@pytest.mark.parametrize("at", STEPS)
async def test_a_server_that_closes_at_some_step_is_tried_again(
    mail: Channel, server: MailServer, at: Step
) -> None:
    server.next(CLOSES_BEFORE_TAKING, at=at)
    (address,) = to(server)
    with pytest.raises(DeliveryError, match="cannot be reached") as refused:
        await mail.send(address, MESSAGE)
    assert not refused.value.permanent
    await mail.send(address, MESSAGE)
    assert len(server.taken) == 1


async def test_a_server_that_hangs_is_tried_again_at_whichever_step(mail: Channel) -> None:
    async def hung_at(at: Step, hasty: Channel) -> None:
        async with MailServer() as server:
            server.next(hangs(), at=at)
            (address,) = to(server)
            with pytest.raises(DeliveryError, match="gave no answer in time") as refused:
                await hasty.send(address, MESSAGE)
            assert not refused.value.permanent, at
            assert server.taken == []
            await mail.send(address, MESSAGE)
            assert len(server.taken) == 1

    async with open_channels(["mail"], now=lambda: NOW, patience=0.5) as channels:
        await asyncio.gather(*(hung_at(at, channels["mail"]) for at in STEPS))


async def test_a_server_may_take_longer_to_accept_the_mail_than_to_answer_otherwise(
    server: MailServer,
) -> None:
    looked_for_viruses = asyncio.Event()
    server.next(Answer(held=looked_for_viruses))
    (address,) = to(server)
    async with open_channels(["mail"], now=lambda: NOW, patience=0.5) as channels:
        sending = asyncio.create_task(channels["mail"].send(address, MESSAGE))
        await asyncio.wait_for(server.came(1), 30)
        asyncio.get_running_loop().call_later(0.8, looked_for_viruses.set)
        assert (await sending).startswith("250")
    assert len(server.received) == 1


async def test_a_mail_whose_answer_is_lost_is_repeated_under_the_same_id(
    mail: Channel, server: MailServer
) -> None:
    server.next(CLOSES_AFTER_TAKING)
    (address,) = to(server)
    with pytest.raises(DeliveryError) as refused:
        await mail.send(address, MESSAGE)
    assert not refused.value.permanent
    await mail.send(address, MESSAGE)
    assert server.repeats == {("c@d", f"<{MESSAGE.id}@b>"): 1}


async def test_a_sending_that_is_cancelled_ends_its_conversation(mail: Channel, server: MailServer) -> None:
    server.next(hangs())
    (address,) = to(server)
    sending = asyncio.create_task(mail.send(address, MESSAGE))
    await asyncio.wait_for(server.came(1), 30)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    # Long before the patience is over, which would hold a thread as long.
    await asyncio.wait_for(server.left(), 10)


async def test_a_server_that_is_down_is_tried_again(mail: Channel, server: MailServer) -> None:
    (address,) = to(server)
    await server.down()
    with pytest.raises(DeliveryError, match="cannot be reached: connection refused") as refused:
        await mail.send(address, MESSAGE)
    assert not refused.value.permanent
    await server.up()
    await mail.send(address, MESSAGE)


async def test_a_farewell_that_goes_wrong_does_not_undo_the_delivery(
    mail: Channel, server: MailServer
) -> None:
    server.next(CLOSES_BEFORE_TAKING, at="QUIT")
    (address,) = to(server)
    assert (await mail.send(address, MESSAGE)).startswith("250")
    assert len(server.taken) == 1


async def test_a_text_over_the_limit_is_refused_for_good(mail: Channel, server: MailServer) -> None:
    (address,) = to(server)
    with pytest.raises(DeliveryError, match="too long for mailto:c@d") as refused:
        await mail.send(address, replace(MESSAGE, text="ә" * (mail.limit(address).length + 1)))
    assert refused.value.permanent
    assert server.received == []


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("mode", ["starttls", "ssl"])
@pytest.mark.parametrize(
    ("names", "believed", "options", "error"),
    [
        (["127.0.0.1"], True, "", None),
        (["mail.example.kz"], False, "&verify=no", None),
        (["127.0.0.1"], False, "", "certificate verify failed"),
        (["mail.example.kz"], True, "", "certificate is not valid for '127.0.0.1'"),
        (["expired", "127.0.0.1"], True, "", "certificate has expired"),
    ],
)  # fmt: skip
async def test_a_server_must_prove_who_it_is(
    mail: Channel,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    names: list[str],
    believed: bool,
    options: str,
    error: str | None,
) -> None:
    if believed:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    tls = authority.server(*names, expired="expired" in names)
    async with MailServer(**{"tls" if mode == "ssl" else "starttls": tls}) as server:
        (address,) = to(server, options=f"&mode={mode}{options}", scheme="mailtos")
        if error is None:
            await mail.send(address, MESSAGE)
        else:
            with pytest.raises(DeliveryError, match=error) as refused:
                await mail.send(address, MESSAGE)
            assert not refused.value.permanent, "somebody will renew it"
    assert len(server.taken) == (error is None)


@pytest.mark.parametrize(
    ("password", "written", "answer", "refuses_us"),
    [
        ("planted pass/word", "planted%20pass%2Fword", None, None),
        ("құпия сөз", "құпия%20сөз", None, None),
        ("planted pass/word", "planted%20wrong", None, True),
        ("құпия сөз", "құпия%20қате", None, True),
        ("planted pass/word", "planted%20pass%2Fword", Answer(454, "4.7.0 not now"), False),
        ("planted pass/word", "planted%20pass%2Fword", Answer(535, echoes=True), True),
    ],
)
async def test_a_login_is_asked_for(
    authority: Authority,
    mail: Channel,
    password: str,
    written: str,
    answer: Answer | None,
    refuses_us: bool | None,
) -> None:
    tls = authority.server("127.0.0.1")
    async with MailServer(
        starttls=tls, login=("оқырман" if "құпия" in password else "user", password)
    ) as server:
        user = "оқырман" if "құпия" in password else "user"
        if answer:
            server.always(answer, at="AUTH")
        (address,) = to(
            server, login=f"{user}:{written}@", options="&mode=starttls&verify=no", scheme="mailtos"
        )
        if refuses_us is None:
            await mail.send(address, MESSAGE)
        else:
            with pytest.raises(DeliveryError, match="did not accept user and password") as refused:
                await mail.send(address, MESSAGE)
            assert (refused.value.permanent, refused.value.refuses_us) == (False, refuses_us)
            said = str(refused.value)
            assert not any(word in said for word in ("planted", "құпия", "cGxhbnRlZ", "xhbnRlZ", "GFudGVk"))
    assert len(server.taken) == (refuses_us is None)


@pytest.mark.parametrize(
    ("written", "host", "port", "mode", "sender"),
    [
        ("mailtos://journal:p@gmail.com", "smtp.gmail.com", 587, "starttls", "Jarshy <journal@gmail.com>"),
        ("mailto://journal:p@example.kz?from=Арна", "example.kz", 25, "insecure", "Арна <journal@example.kz>"),
        ("mailtos://u:p@example.kz:465?mode=ssl&from=a@b&to=c@d", "example.kz", 465, "ssl", "Jarshy <a@b>"),
        ("mailtos://u:p@example.kz:465?from=a@b", "example.kz", 465, "ssl", "Jarshy <a@b>"),
        ("mailtos://u:p@example.kz:465?mode=starttls&from=a@b", "example.kz", 465, "starttls", "Jarshy <a@b>"),
        ("mailtos://u:p@b.kz?smtp=smtp.b.kz&from=a@b", "smtp.b.kz", 587, "starttls", "Jarshy <a@b>"),
    ],
)  # fmt: skip
def test_the_server_is_known_from_the_address(
    written: str, host: str, port: int, mode: str, sender: str
) -> None:
    account = account_of(written)
    assert (account.host, account.port, account.mode, str(account.sender)) == (host, port, mode, sender)
    assert "password='p'" not in repr(account)


def test_a_line_break_in_a_subject_makes_no_header() -> None:
    account = account_of("mailto://127.0.0.1?from=a@b")
    hostile = Message(id="1", subject="Тақырып\r\nBcc: x@y\u2028z", text="мәтін", body={})
    mail = message_from_bytes(compose(account, "c@d", hostile, now=NOW).as_bytes(), policy=default)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Тақырып Bcc: x@y z"


@pytest.mark.parametrize(
    "written", ["Жаршы%0d%0aBcc: x <a@b>", "Жаршы%0d%0a Bcc: x <a@b>", "Жаршы%0aBcc <a@b>"]
)
def test_a_line_break_in_a_name_makes_no_header(written: str) -> None:
    account = account_of(f"mailto://127.0.0.1?from={written}")
    mail = message_from_bytes(compose(account, "c@d", MESSAGE, now=NOW).as_bytes(), policy=default)
    assert mail["Bcc"] is None
    assert mail["From"].addresses[0].addr_spec == "a@b"


@pytest.mark.parametrize(
    "subject",
    [
        "Опубликовано: Салық кодексі — Министерство национальной экономики",
        "Жарияланды: Қаңтар ҒАСЫР әңгіме — Ұлттық экономика министрлігі, облыс әкімдігі және өңірлер",
        "Published: Tax code — Ministry of National Economy of the Republic, with a long tail of ASCII words",
        "Plain words only, and so many of them that the header has to be folded somewhere along the way, surely",
        "😀 ә ғ қ ң ө ұ ү һ і " * 8,
    ],
)
def test_a_subject_arrives_with_every_space_it_left_with(subject: str) -> None:
    account = account_of("mailto://127.0.0.1:2525?from=jarshy@example.kz&to=reader@example.kz")
    raw = compose(account, "reader@example.kz", replace(MESSAGE, subject=subject), now=NOW).as_bytes()
    assert max(map(len, raw.splitlines())) <= 78
    header = raw.partition(b"Subject:")[2].partition(b"\r\nDate:")[0]
    words = decode_header(header.decode("ascii").strip())
    assert str(make_header(words)).split() == subject.split()
    assert message_from_bytes(raw, policy=default)["Subject"] == " ".join(subject.split())

"""Mail, against a real SMTP server on loopback: plain, and with STARTTLS and a login."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from monitor.addresses import read_addresses
from monitor.channels import Channel, open_channels
from monitor.channels.mail import account_of, compose
from monitor.errors import DeliveryError
from monitor.messages import Message

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MESSAGE = Message(
    id="1b671a64-40d5-591e-99b0-da01ff1f3341",
    subject="Жарияланды: Үлгі өңірдің жобасы",
    text="Жарияланды\n\nҮлгі мәтін. 😀\n.\nсоңы",
    body={},
)


class Handler:
    """Keeps the mail it is handed, or refuses at the step it is told to."""

    def __init__(self) -> None:
        self.recipient = "250 OK"
        self.data = "250 OK"
        self.seen: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        self.seen.append(message_from_bytes(envelope.original_content or b"", policy=default))
        return self.data


@asynccontextmanager
async def smtp(handler: object, factory: Callable[..., SMTP] = SMTP, **settings: Any) -> AsyncIterator[int]:
    made: list[SMTP] = []

    def protocol() -> SMTP:
        made.append(factory(handler, hostname="mail.example.kz", **settings))
        return made[-1]

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
    for connection in made:
        if connection.transport is not None:
            connection.transport.close()


@pytest.fixture
async def mail() -> AsyncIterator[Channel]:
    async with open_channels(["mail"], now=lambda: NOW) as channels:
        yield channels["mail"]


async def test_a_mail_arrives_with_kazakh_intact(mail: Channel) -> None:
    handler = Handler()
    async with smtp(handler) as port:
        for address in read_addresses(f"mailto://127.0.0.1:{port}?from=Жаршы <a@b>&to=c@d,e@f"):
            await mail.send(address, MESSAGE)
    first, second = handler.seen
    assert first["Subject"] == MESSAGE.subject
    assert first.get_content().splitlines() == MESSAGE.text.splitlines()
    assert first.get_content_type() == "text/plain"
    assert str(first["From"]) == "Жаршы <a@b>"
    assert first["Message-ID"] == f"<{MESSAGE.id}@b>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Date"].datetime == NOW
    # Each recipient is written to alone, and does not see the other.
    assert [envelope.rcpt_tos for envelope in handler.envelopes] == [["c@d"], ["e@f"]]
    assert (first["To"], second["To"]) == ("c@d", "e@f")


@pytest.mark.parametrize(
    ("recipient", "data", "permanent"),
    [
        ("550 no such mailbox", "250 OK", True),
        ("450 mailbox busy", "250 OK", False),
        ("250 OK", "554 not wanted", True),
        ("250 OK", "451 try later", False),
    ],
)
async def test_a_refusal_says_whether_to_come_back(
    mail: Channel, recipient: str, data: str, permanent: bool
) -> None:
    handler = Handler()
    handler.recipient, handler.data = recipient, data
    async with smtp(handler) as port:
        (address,) = read_addresses(f"mailto://127.0.0.1:{port}?from=a@b&to=c@d")
        with pytest.raises(DeliveryError) as refused:
            await mail.send(address, MESSAGE)
    assert refused.value.permanent is permanent
    said = data if recipient.startswith("250") else recipient
    assert said in str(refused.value)


async def test_a_server_that_is_down_is_tried_again(mail: Channel) -> None:
    async with smtp(Handler()) as port:
        pass
    (address,) = read_addresses(f"mailto://127.0.0.1:{port}?from=a@b&to=c@d")
    with pytest.raises(DeliveryError, match="cannot be reached") as refused:
        await mail.send(address, MESSAGE)
    assert not refused.value.permanent


class Rude(SMTP):
    """Takes the mail and then breaks the farewell."""

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802 the name is aiosmtpd's
        if self.transport is not None:
            self.transport.close()


async def test_a_farewell_that_goes_wrong_does_not_undo_the_delivery(mail: Channel) -> None:
    handler = Handler()
    async with smtp(handler, factory=Rude) as port:
        (address,) = read_addresses(f"mailto://127.0.0.1:{port}?from=a@b&to=c@d")
        await mail.send(address, MESSAGE)
    assert len(handler.seen) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.kz")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    folder: Path = tmp_path_factory.mktemp("tls")
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"user", b"planted pass/word")
    return AuthResult(success=good, handled=False)


@pytest.mark.parametrize(
    ("password", "options", "error"),
    [
        ("planted%20pass%2Fword", "&verify=no", None),
        ("planted%20wrong", "&verify=no", "did not accept user and password"),
        ("planted%20pass%2Fword", "", "certificate verify failed"),
    ],
)
async def test_starttls_and_login(
    mail: Channel, certificate: ssl.SSLContext, password: str, options: str, error: str | None
) -> None:
    handler = Handler()
    settings: dict[str, Any] = {
        "tls_context": certificate,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": login,
    }
    async with smtp(handler, **settings) as port:
        (address,) = read_addresses(
            f"mailtos://user:{password}@127.0.0.1:{port}?mode=starttls&from=a@b&to=c@d{options}"
        )
        if error is None:
            await mail.send(address, MESSAGE)
        else:
            with pytest.raises(DeliveryError, match=error) as refused:
                await mail.send(address, MESSAGE)
            assert "planted" not in str(refused.value)
            assert refused.value.permanent is ("password" in error)
    assert len(handler.seen) == (1 if error is None else 0)


@pytest.mark.parametrize(
    ("written", "host", "port", "mode", "sender"),
    [
        ("mailtos://journal:p@gmail.com", "smtp.gmail.com", 587, "starttls", "Jarshy <journal@gmail.com>"),
        ("mailto://journal:p@example.kz?from=Арна", "example.kz", 25, "insecure", "Арна <journal@example.kz>"),
        ("mailtos://u:p@example.kz:465?mode=ssl&from=a@b&to=c@d", "example.kz", 465, "ssl", "Jarshy <a@b>"),
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

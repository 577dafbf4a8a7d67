"""Sends a message as plain-text mail over SMTP; Apprise's notation and providers say by which server."""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, getaddresses, parseaddr
from functools import cache
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from monitor.addresses import Address, hidden, key_of
from monitor.channels.by_apprise import mail_server
from monitor.errors import DeliveryError
from monitor.messages import Limit, Message, one_line

_SECONDS = 15
_REMEDY = (
    "write mailtos://USER:PASSWORD@HOST?from=SENDER&to=RECIPIENT, with special characters as %40 and the like"
)
_OURS = frozenset({"from", "name", "to", "cc", "bcc", "reply"})


@dataclass(frozen=True, slots=True)
class Account:
    """The server that takes our mail, and who writes."""

    host: str
    port: int
    mode: Literal["insecure", "starttls", "ssl"]
    user: str | None
    password: str | None = field(repr=False)
    verify: bool
    sender: Mailbox


def read(written: str) -> tuple[Address, ...]:
    """The recipients of a mailto or mailtos address in Apprise's notation; each is written to by itself.

    Raises ValueError.
    """
    account = account_of(written)
    parts = urlsplit(written)
    query = _query(parts.query)
    named = [*unquote(parts.path).split("/"), *(query.get(name, "") for name in ("to", "cc", "bcc"))]
    found = [
        address for _, address in getaddresses([name.replace(";", ",") for name in named if name.strip()])
    ]
    recipients = dict.fromkeys(_mailbox("", address).addr_spec for address in found)
    return tuple(
        Address(
            kind="mail",
            key=key_of("mail", account.host, str(account.port), recipient),
            shown=f"mailto:{recipient}",
            url=written,
            receiver=recipient,
            secrets=hidden(written, account.password, parts.password),
        )
        for recipient in recipients or [account.sender.addr_spec]
    )


@cache
def account_of(written: str) -> Account:
    """The server and sender of a mailto or mailtos address; raises ValueError."""
    parts = urlsplit(written)
    query = _query(parts.query)
    name, sender = parseaddr(query.get("from") or query.get("name") or "")
    if "@" not in sender:
        name, sender = name or sender, ""
    # Who writes to whom we read ourselves: Apprise knows no root@localhost, and none without a dot.
    rest = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0].lower() not in _OURS]
    if sender:
        rest.append(f"from={quote('jarshy@example.com')}")
    server = mail_server(urlunsplit((parts.scheme, parts.netloc, "/", "&".join(rest), "")))
    if server is None:
        raise ValueError(f"this mail address cannot be read; {_REMEDY}")
    return Account(
        host=server.host,
        port=server.port,
        mode=server.mode,
        user=server.user,
        password=server.password,
        verify=server.verify,
        sender=_mailbox(name or "Jarshy", sender or server.sender),
    )


class Mail:
    """The channel of mailto and mailtos addresses."""

    def __init__(self, threads: Executor, now: Callable[[], datetime]) -> None:
        self._threads = threads
        self._now = now

    async def send(self, address: Address, message: Message) -> str:
        """Hands the mail to the server. Raises DeliveryError."""
        account = account_of(address.url)
        mail = compose(account, address.receiver, message, now=self._now())
        await asyncio.get_running_loop().run_in_executor(self._threads, _hand_over, account, address, mail)
        return ""

    def limit(self, address: Address) -> Limit:
        """More than anybody reads, and less than any server refuses."""
        return Limit(200_000, "characters")


def compose(account: Account, recipient: str, message: Message, *, now: datetime) -> EmailMessage:
    """The mail. Its Message-ID is that of the delivery, so that a repeat is known for one."""
    mail = EmailMessage(policy=_SPACES_KEPT)
    mail["From"] = account.sender
    mail["To"] = _mailbox("", recipient)
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.id}@{account.sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="base64")
    return mail


class _SpacesKept(EmailPolicy):
    """Folds the subject with the older code of the standard library.

    The newer one (seen in Python 3.11 to 3.13) leaves a space between two encoded words, where RFC 2047 has every
    reader drop it: «Салықкодексі».
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header as it goes over the wire."""
        if name.lower() != "subject" or str(value).isascii():
            return super().fold_binary(name, value)
        folded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


_SPACES_KEPT = _SpacesKept(linesep="\r\n")


def _hand_over(account: Account, address: Address, mail: EmailMessage) -> None:
    where = f"{account.host}:{account.port}"
    try:
        server = _connected(account)
        try:
            if account.user:
                server.login(account.user, account.password or "")
            server.send_message(mail, account.sender.addr_spec, [address.receiver])
            # The mail is taken: a farewell that goes wrong must not send it a second time.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[address.receiver]
        raise _refusal(where, f"refused {address.receiver}", code, said) from error
    except smtplib.SMTPAuthenticationError as error:
        raise _refusal(
            where, "did not accept user and password", error.smtp_code, error.smtp_error
        ) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(where, "refused the mail", error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        remedy = "choose another mode= or port in `to`"
        raise DeliveryError(
            f"the mail server {where} cannot do what is asked ({error}); {remedy}", permanent=True
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"the mail server {where} cannot be reached: {error}") from error


def _connected(account: Account) -> smtplib.SMTP:
    # As smtplib would name us, without its look-up of our name, which may hang.
    name = socket.gethostname()
    us = name if "." in name else "[127.0.0.1]"
    if account.mode == "ssl":
        return smtplib.SMTP_SSL(
            account.host, account.port, us, timeout=_SECONDS, context=_tls(verify=account.verify)
        )
    server = smtplib.SMTP(account.host, account.port, us, timeout=_SECONDS)
    if account.mode == "starttls":
        try:
            server.starttls(context=_tls(verify=account.verify))
        except BaseException:
            server.close()
            raise
    return server


def _tls(*, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _refusal(where: str, what: str, code: int, said: bytes | str) -> DeliveryError:
    words = one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)[:200]
    return DeliveryError(f"the mail server {where} {what}: {code} {words}", permanent=500 <= code < 600)


def _query(text: str) -> dict[str, str]:
    """The parameters by name, several of a name joined; a plus stays one, as in editor+news@example.kz."""
    found: dict[str, str] = {}
    for name, _, value in (pair.partition("=") for pair in text.split("&") if pair):
        key, said = name.lower(), unquote(value)
        found[key] = f"{found[key]},{said}" if key in found else said
    return found


def _mailbox(name: str, address: str) -> Mailbox:
    """One mailbox, its domain as it goes over the wire; raises ValueError where it is none."""
    local, _, domain = address.rpartition("@")
    try:
        wire = f"{local}@{domain.encode('idna').decode('ascii')}"
        return Mailbox(one_line(name), addr_spec=wire if one_line(wire) == wire else "")
    except (ValueError, MessageError, IndexError) as error:
        raise ValueError(f"{one_line(address)!r} is no mail address; {_REMEDY}") from error

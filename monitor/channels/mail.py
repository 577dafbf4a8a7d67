"""Sends a message as plain-text mail over SMTP; Apprise's notation and providers say by which server."""

import asyncio
import base64
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
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
from functools import cache, partial
from typing import Any, Literal
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from monitor.addresses import Address, hidden, key_of
from monitor.channels.answers import must_fit, of_connection, repeatable
from monitor.channels.by_apprise import MailServer, mail_server
from monitor.errors import DeliveryError
from monitor.messages import Limit, Message, one_line

_LIMIT = Limit(200_000, "characters")
"""More than anybody reads, and less than any server refuses."""
_WHILE_TAKING = 3
"""Times the usual patience for the answer to the mail itself: servers look for viruses before they say it, and
who does not wait sends it again."""
_ASKS_FOR_LOGIN = frozenset({530, 534, 535, 538})
"""RFC 4954; some servers say it only when they hear for whom the mail is."""
_REMEDY = (
    "write mailtos://USER:PASSWORD@HOST?from=SENDER&to=RECIPIENT, with special characters as %40 and the like"
)
_ANYBODY = f"from={quote('jarshy@example.com')}"
"""A sender that Apprise can read; who really writes we read ourselves."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_TLS_PORT = 465
"""Where a server speaks TLS from the first byte on and waits for ever for whoever begins in the clear."""
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
        rest.append(_ANYBODY)
    server = _server(parts, rest)
    if server is None:
        raise ValueError(f"this mail address {_fault(parts, rest)}; {_REMEDY}")
    return Account(
        host=server.host,
        port=server.port,
        mode="ssl"
        if server.port == _TLS_PORT and "mode" not in query and server.mode == "starttls"
        else server.mode,
        user=server.user,
        password=server.password,
        verify=server.verify,
        sender=_mailbox(name or "Jarshy", sender or server.sender),
    )


def _server(parts: SplitResult, query: Sequence[str]) -> MailServer | None:
    return mail_server(urlunsplit((parts.scheme, parts.netloc, "/", "&".join(query), "")))


def _fault(parts: SplitResult, query: Sequence[str]) -> str:
    """What is wrong with an address that cannot be read, as far as it can be told."""
    if parts.netloc.count("@") > 1:
        return "has an @ in its user or password"
    if not parts.hostname:
        return "names no server"
    if _server(parts, [*query, _ANYBODY]) is not None:
        return "names no sender"
    return "cannot be read"


def in_the_clear(written: str) -> bool:
    """Whether the password of a mail address would go over a network as it is."""
    account = account_of(written)
    return account.mode == "insecure" and bool(account.password) and account.host not in _HERE


class Mail:
    """The channel of mailto and mailtos addresses."""

    def __init__(self, threads: Executor, now: Callable[[], datetime], patience: float) -> None:
        self._threads = threads
        self._now = now
        self._patience = patience

    async def send(self, address: Address, message: Message) -> str:
        """Hands the mail to the server, and returns what it answered. Raises DeliveryError."""
        must_fit(message.text, _LIMIT, address.shown)
        account = account_of(address.url)
        mail = compose(account, address.receiver, message, now=self._now())
        line = _Line()
        work = partial(_hand_over, account, address, mail, line, self._patience)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except asyncio.CancelledError:
            line.cut()
            raise

    def limit(self, address: Address) -> Limit:
        """The same for every server."""
        return _LIMIT


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


class _Line:
    """The connection that a thread talks on, which others may cut."""

    def __init__(self) -> None:
        self.server: smtplib.SMTP | None = None

    def cut(self) -> None:
        """Ends it now; a server that answers a letter every ten seconds would hold its thread for days."""
        wire = self.server.sock if self.server is not None else None
        if wire is not None:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)


class _Plain(smtplib.SMTP):
    """Keeps what was answered to the mail, which smtplib drops."""

    answer = ""

    def __init__(self, line: _Line, *where: Any, **settings: Any) -> None:
        line.server = self  # connects before it returns
        super().__init__(*where, **settings)

    def data(self, msg: Any) -> tuple[int, bytes]:
        return _taken(self, super().data, msg)


class _Encrypted(smtplib.SMTP_SSL):
    """The same, with TLS from the start."""

    answer = ""

    def __init__(self, line: _Line, *where: Any, **settings: Any) -> None:
        line.server = self
        super().__init__(*where, **settings)

    def data(self, msg: Any) -> tuple[int, bytes]:
        return _taken(self, super().data, msg)


def _taken(
    server: _Plain | _Encrypted, hand_over: Callable[[Any], tuple[int, bytes]], mail: Any
) -> tuple[int, bytes]:
    if server.sock is not None and server.timeout is not None:
        server.sock.settimeout(server.timeout * _WHILE_TAKING)
    code, said = hand_over(mail)
    server.answer = f"{code} {said.decode('utf-8', 'replace')}"
    return code, said


def _hand_over(account: Account, address: Address, mail: EmailMessage, line: _Line, patience: float) -> str:
    where = f"{account.host}:{account.port}"
    login = f"\0{account.user}\0{account.password}"
    secrets = (*address.secrets, login, account.password or "")
    try:
        server = _connected(account, line, patience)
        try:
            if account.user:
                _log_in(server, account.user, account.password or "")
            server.send_message(mail, account.sender.addr_spec, [address.receiver])
            # The mail is taken: a farewell that goes wrong must not send it a second time.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            return repeatable(server.answer, *secrets)
        finally:
            server.close()
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = error.recipients[address.receiver]
        what = f"refused {address.receiver}"
        raise _refusal(where, what, code, repeatable(answer, *secrets), of_mailbox=True) from error
    except smtplib.SMTPAuthenticationError as error:
        what = "did not accept user and password"
        said = repeatable(error.smtp_error, *secrets)
        raise _refusal(where, what, error.smtp_code, said, of_us=True) from error
    except smtplib.SMTPDataError as error:
        said = repeatable(error.smtp_error, *secrets)
        raise _refusal(where, "refused the mail", error.smtp_code, said) from error
    except smtplib.SMTPResponseException as error:
        # Before it has heard for whom the mail is, only its length (552) speaks of the mail itself.
        said, of_us = repeatable(error.smtp_error, *secrets), error.smtp_code != 552
        raise _refusal(where, "refused the mail", error.smtp_code, said, of_us=of_us) from error
    except smtplib.SMTPNotSupportedError as error:
        remedy = "choose another mode=, port or recipient in `to`"
        raise DeliveryError(
            f"the mail server {where} cannot do what is asked ({repeatable(str(error), *secrets)}); {remedy}",
            refuses_us=True,
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        # smtplib makes another error of a time-out, once there was a greeting.
        if any(isinstance(cause, TimeoutError) for cause in (error, error.__context__)):
            raise DeliveryError(f"the mail server {where} gave no answer in time") from error
        said = repeatable(of_connection(error) or str(error), *secrets)
        raise DeliveryError(f"the mail server {where} cannot be reached: {said}") from error


def _connected(account: Account, line: _Line, patience: float) -> _Plain | _Encrypted:
    # As smtplib would name us, without its look-up of our name, which may hang.
    name = socket.gethostname()
    us = name if "." in name else "[127.0.0.1]"
    if account.mode == "ssl":
        tls = _tls(verify=account.verify)
        return _Encrypted(line, account.host, account.port, us, timeout=patience, context=tls)
    server = _Plain(line, account.host, account.port, us, timeout=patience)
    if account.mode == "starttls":
        try:
            server.starttls(context=_tls(verify=account.verify))
        except BaseException:
            server.close()
            raise
    return server


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    if f"{user}{password}".isascii():
        server.login(user, password)
        return
    # smtplib knows only ASCII; RFC 4616 says UTF-8.
    server.ehlo_or_helo_if_needed()
    both = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, said = server.docmd("AUTH", f"PLAIN {both}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _tls(*, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _refusal(
    where: str, what: str, code: int, said: str, *, of_mailbox: bool = False, of_us: bool = False
) -> DeliveryError:
    final = 500 <= code < 600
    of_us = of_us or code in _ASKS_FOR_LOGIN
    detail = re.match(r"5\.\d{1,3}\.\d{1,3}", said)
    # 552 is said of a mailbox that is full, and may be emptied, as well as of a mail that is too long for ever.
    full = code == 552 and (detail[0] == "5.2.2" if detail else of_mailbox)
    return DeliveryError(
        f"the mail server {where} {what}: {code} {said}",
        permanent=final and not full and not of_us,
        refuses_us=final and of_us,
    )


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
